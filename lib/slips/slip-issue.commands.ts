import 'server-only';
import { workingDayAfter } from '@/lib/cycles/calendar.queries';
import { type Day, partsOfDay } from '@/lib/dates';
import { countedUnits } from '@/lib/rights/rights.queries';
import type { Actor } from '@/lib/server/auth/actor';
import { inTransaction, type Tx } from '@/lib/server/db';
import { AppError } from '@/lib/server/errors';
import { toDate } from '@/lib/server/events';
import { holdDocumentCode } from '@/lib/settings/document-code.commands';
import { readSetting } from '@/lib/settings/setting.queries';
import { mayCheck, namesOf, settingOf, type TierSetting } from './slip.rules';
import type { IssueSlipInput, ReasonSlipInput, StepSlipInput } from './slip.schema';
import { lastCodeOf } from './slip-code.queries';
import { settleSlip, tellOffice, tellUnit, tellWriter } from './slip-notices.commands';
import { paperTask, readStandings } from './slip-standing.queries';
import { type HeldSlip, holdForStep, numberOf, recordOnTasks, takeStep } from './slip-step.commands';
import { titleFault } from './slip-tier.queries';

async function lastWriter(tx: Tx, slipId: number): Promise<number | null> {
  const event = await tx.slipEvent.findFirst({
    where: { slipId, step: { in: ['DRAFTED', 'CHANGED'] } },
    orderBy: { id: 'desc' },
    select: { actorId: true },
  });
  return event?.actorId ?? null;
}

/**
 * 审核, by another account than the drafter's. Refuses: not_found, forbidden (one's own words), invalid_state (checked, issued, ended, plan not running, a title
 * that names another tier), conflict.
 */
export async function checkSlip(actor: Actor, input: StepSlipInput): Promise<void> {
  await inTransaction(async (tx) => {
    const held = await holdForStep(tx, actor, input, 'issues', 'CHECKED');
    if (!held) return;
    const { slip, status } = held;
    if (!mayCheck(actor.accountId, { draftedById: slip.draftedById, lastWriterId: await lastWriter(tx, slip.id) })) {
      throw new AppError('forbidden', '督办单由您拟稿或修改，不能由您本人审核，请交其他工作人员审核。');
    }
    await requireTierWords(tx, slip);
    await takeStep(tx, actor, slip, {
      step: 'CHECKED',
      status,
      form: input.idempotencyKey,
      data: { checkedById: actor.accountId, checkedOn: toDate(slip.today) },
    });
    await settleSlip(tx, slip.id, ['to_check', 'sent_back']);
    await tellOffice(tx, actor, slip.id, `slip:${slip.id}:to_issue:${slip.version + 1}`, '督办单待签发');
  });
}

/** 退回拟稿, with a reason. Refuses: not_found, forbidden, invalid_state (issued, ended, plan not running), conflict. */
export async function sendBackSlip(actor: Actor, input: ReasonSlipInput): Promise<void> {
  await inTransaction(async (tx) => {
    const held = await holdForStep(tx, actor, input, 'issues', 'SENT_BACK');
    if (!held) return;
    const { slip, status } = held;
    await takeStep(tx, actor, slip, {
      step: 'SENT_BACK',
      status,
      form: input.idempotencyKey,
      text: input.reason,
      data: { checkedById: null, checkedOn: null },
    });
    await settleSlip(tx, slip.id, ['to_check', 'to_issue', 'sent_back']);
    await tellWriter(tx, actor, slip.id, slip.heldById, `slip:${slip.id}:sent_back:${slip.version + 1}`, input.reason);
  });
}

/** The words of a slip's tier as they stand today. Refuses: invalid_state (the title names another: the tier has been renamed since). */
async function requireTierWords(tx: Tx, slip: HeldSlip): Promise<string> {
  const tiers = (await readSetting('slip_tiers', slip.regionId, slip.today, tx)) as TierSetting[];
  const { words } = settingOf(tiers, slip.tier);
  const fault = await titleFault(tx, slip, words);
  if (fault) throw new AppError('invalid_state', `${fault}，请退回拟稿，改成一致后再审核签发。`);
  return words;
}

/** Where an admin sets a region's 机关代字. */
const CODE_MISSING =
  '本地区尚未设置机关代字，不能编号签发。请管理员在“系统管理”的“设置”页填写机关代字（例如“鄂营商督”）后再签发。';

/** The 机关代字 a slip is numbered under. Refuses: invalid_state (not set), unreadable (another office's). */
async function documentCodeOf(tx: Tx, slip: HeldSlip, typed: string): Promise<string> {
  const code =
    slip.ownerUnitId === null
      ? (await readSetting('document_code', slip.regionId, slip.today, tx)).trim()
      : typed || (await lastCodeOf(tx, slip.ownerUnitId)) || '';
  if (code === '') {
    if (slip.ownerUnitId === null) throw new AppError('invalid_state', CODE_MISSING);
    throw new AppError('unreadable', '请填写本单位的机关代字（例如“鄂建督”）后再签发；填写后以后的督办单自动沿用。');
  }
  if (await holdDocumentCode(tx, code, slip, slip.today)) {
    throw new AppError(
      'unreadable',
      `机关代字“${code}”已由其他发文机关使用，两份督办单会有相同的文号。请换一个机关代字后再签发。`,
    );
  }
  return code;
}

/** The next number of an issuing office and year. The row stays locked until the transaction ends, so that one rolled back leaves no gap. */
async function nextNumber(tx: Tx, slip: HeldSlip, year: number): Promise<number> {
  const [row] = await tx.$queryRaw<{ last: number }[]>`
    INSERT INTO slip_number (region_id, owner_unit_id, year, last) VALUES (${slip.regionId}, ${slip.ownerUnitId ?? 0}, ${year}, 1)
    ON CONFLICT (region_id, owner_unit_id, year) DO UPDATE SET last = slip_number.last + 1 RETURNING last`;
  return row!.last;
}

type Issued = { number: string; replyDueOn: Day };

/**
 * 签发 within a transaction: numbers the slip, fixes what its paper prints, and tells its unit. Null: the same form had been carried out before. Refuses: not_found, forbidden,
 * invalid_state (not checked, issued, ended, plan not running, no 机关代字 set, a task closed or moved to another unit meanwhile, a title that names another tier
 * since that was renamed), unreadable (another office's
 * 机关代字, none given for a bureau), conflict.
 */
export async function issueSlipIn(tx: Tx, actor: Actor, input: IssueSlipInput): Promise<Issued | null> {
  const held = await holdForStep(tx, actor, input, 'issues', 'ISSUED');
  if (!held) return null;
  const { slip, status } = held;
  const [unitId] = await countedUnits([slip.unitId], slip.today, tx);
  const tasks = await readStandings(tx, slip.taskIds, slip.today);
  const closed = tasks.filter((task) => task.state === 'COMPLETED' || task.state === 'CANCELLED');
  if (closed.length > 0) {
    throw new AppError('invalid_state', `${namesOf(closed)}任务已办结或取消，请退回拟稿，移除后再审核签发。`);
  }
  const moved = tasks.filter((task) => !task.leadUnitIds.includes(unitId ?? slip.unitId));
  if (moved.length > 0) {
    throw new AppError('invalid_state', `${namesOf(moved)}任务已不由该单位牵头，请退回拟稿，移除后再审核签发。`);
  }
  const tierWords = await requireTierWords(tx, slip);
  const code = await documentCodeOf(tx, slip, input.documentCode);
  const reply = await workingDayAfter(slip.today, slip.replyWorkingDays, tx);
  const unit = await tx.unit.findUniqueOrThrow({ where: { id: unitId ?? slip.unitId }, select: { name: true } });
  const { year } = partsOfDay(slip.today);
  const issued: HeldSlip = {
    ...slip,
    unitId: unitId ?? slip.unitId,
    tierWords,
    documentCode: code,
    numberYear: year,
    number: await nextNumber(tx, slip, year),
    replyDueOn: reply.day,
  };
  const stepId = await takeStep(tx, actor, slip, {
    step: 'ISSUED',
    status,
    form: input.idempotencyKey,
    payload: { number: numberOf(issued), replyDueOn: reply.day, isCalendarPublished: reply.doubt === null },
    data: {
      unitId: issued.unitId,
      unitWords: unit.name,
      tierWords: issued.tierWords,
      documentCode: code,
      numberYear: year,
      number: issued.number,
      issuedById: actor.accountId,
      issuedOn: toDate(slip.today),
      replyDueOn: toDate(reply.day),
      snapshot: tasks.map(paperTask),
    },
  });
  await recordOnTasks(tx, actor, issued, stepId, 'SLIP_ISSUED', { unitId: issued.unitId, replyDueOn: reply.day });
  await settleSlip(tx, slip.id, ['to_check', 'to_issue', 'sent_back']);
  await tellUnit(tx, issued, `slip:${slip.id}:issued`, {
    title: `${issued.tierWords} ${numberOf(issued)}：请签收并回复`,
    body: `${slip.title}，涉及 ${slip.taskIds.length} 项任务，请于 ${reply.day} 前回复。`,
  });
  return { number: numberOf(issued), replyDueOn: reply.day };
}

/** 签发. Refuses: as issueSlipIn. */
export async function issueSlip(actor: Actor, input: IssueSlipInput): Promise<Issued | null> {
  return inTransaction((tx) => issueSlipIn(tx, actor, input));
}
