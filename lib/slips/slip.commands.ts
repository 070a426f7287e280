import 'server-only';
import { workingDayAfter } from '@/lib/cycles/calendar.queries';
import { type Day, partsOfDay } from '@/lib/dates';
import { claimEvidence } from '@/lib/evidence/evidence.commands';
import { countedUnits } from '@/lib/rights/rights.queries';
import type { Actor } from '@/lib/server/auth/actor';
import { today } from '@/lib/server/clock';
import { type Db, inTransaction, type Prisma, type Tx } from '@/lib/server/db';
import { AppError } from '@/lib/server/errors';
import { type NewTaskEvent, recordEvent, toDate } from '@/lib/server/events';
import { readSetting } from '@/lib/settings/setting.queries';
import { holdTask, planRefusal } from '@/lib/tasks/task.commands';
import type { SlipAccess } from './slip.policy';
import { mayReadSlip } from './slip.policy';
import {
  daysLateOf,
  defaultIssuer,
  defaultTitle,
  documentNumber,
  mayCheck,
  nextStatus,
  OPEN_STATUSES,
  proposeTier,
  SlipRefused,
  standingWords,
  type TierSetting,
} from './slip.rules';
import {
  type ChangeSlipInput,
  type CloseSlipInput,
  type DraftSlipInput,
  type IssueSlipInput,
  MOST_TASKS,
  type PaperTask,
  type ReasonSlipInput,
  type ReplySlipInput,
  type SlipStatus,
  type SlipStep,
  type StepSlipInput,
  type Tier,
} from './slip.schema';
import { findSlipAccess } from './slip-access.queries';
import { settleSlip, tellOffice, tellUnit, tellWriter } from './slip-notices.commands';
import { readStandings, type StandingOfTask } from './slip-standing.queries';

// ---------------------------------------------------------------- holding

export type HeldSlip = {
  id: number;
  regionId: number;
  ownerUnitId: number | null;
  planId: number;
  unitId: number;
  tier: Tier;
  tierWords: string;
  status: SlipStatus;
  title: string;
  replyWorkingDays: number;
  documentCode: string | null;
  numberYear: number | null;
  number: number | null;
  replyDueOn: Day | null;
  draftedById: number;
  heldById: number;
  version: number;
  taskIds: number[];
  access: SlipAccess;
  today: Day;
};

/**
 * Holds a slip for a step. The plan is locked first, then the slip, then its tasks and those that are to come onto it (alsoTaskIds), all in one order: archiving
 * a plan waits for the step, and no two steps for each other. Refuses: not_found (outside
 * the actor's scope; a draft of another office), forbidden, invalid_state (the plan is not being carried out).
 */
async function holdSlip(
  tx: Tx,
  actor: Actor,
  slipId: number,
  need: 'issues' | 'answers',
  alsoTaskIds: readonly number[] = [],
): Promise<HeldSlip> {
  const day = await today(tx);
  const found = await tx.slip.findUnique({ where: { id: slipId }, select: { id: true, planId: true, unitId: true } });
  const access = found && (await findSlipAccess(tx, actor, found, day));
  if (!found || !access) throw new AppError('not_found');
  const [plan] = await tx.$queryRaw<{ status: string; effectiveFrom: Day | null }[]>`
    SELECT status::text AS status, effective_from::text AS "effectiveFrom" FROM plan WHERE id = ${found.planId} FOR SHARE`;
  const [slip] = await tx.$queryRaw<Omit<HeldSlip, 'taskIds' | 'access' | 'today'>[]>`
    SELECT id, region_id AS "regionId", owner_unit_id AS "ownerUnitId", plan_id AS "planId", unit_id AS "unitId", tier, tier_words AS "tierWords",
           status::text AS status, title, reply_working_days AS "replyWorkingDays", document_code AS "documentCode", number_year AS "numberYear", number,
           reply_due_on::text AS "replyDueOn", drafted_by_id AS "draftedById", held_by_id AS "heldById", version
      FROM slip WHERE id = ${slipId} FOR UPDATE`;
  if (!slip || !plan || !mayReadSlip(access, slip.status)) throw new AppError('not_found');
  if (!access[need]) throw new AppError('forbidden');
  const refusal = planRefusal(plan, day);
  if (refusal) throw new AppError('invalid_state', refusal);
  const tasks = await tx.$queryRaw<{ id: number; isOnSlip: boolean }[]>`
    SELECT t.id, t.id IN (SELECT st.task_id FROM slip_task st WHERE st.slip_id = ${slipId}) AS "isOnSlip" FROM task t
     WHERE t.plan_id = ${slip.planId} AND (t.id IN (SELECT st.task_id FROM slip_task st WHERE st.slip_id = ${slipId}) OR t.id = ANY(${[...alsoTaskIds]}::int[]))
     ORDER BY t.id FOR UPDATE OF t`;
  const taskIds = tasks.filter((task) => task.isOnSlip).map((task) => task.id);
  return { ...slip, taskIds, access, today: day };
}

/** True where the same form has taken this step before. Refuses: conflict (the key was another account's). */
async function isRepeat(tx: Tx, actor: Actor, slip: HeldSlip, idempotencyKey: string): Promise<boolean> {
  const found = await tx.slipEvent.findFirst({
    where: { slipId: slip.id, payload: { path: ['form'], equals: idempotencyKey } },
    select: { actorId: true },
  });
  if (found && found.actorId !== actor.accountId) throw new AppError('conflict');
  return found !== null;
}

/** The slip held for a step and where the step leads; null: the same form has been carried out before. */
async function holdForStep(
  tx: Tx,
  actor: Actor,
  input: StepSlipInput,
  need: 'issues' | 'answers',
  step: Exclude<SlipStep, 'DRAFTED'>,
  alsoTaskIds: readonly number[] = [],
): Promise<{ slip: HeldSlip; status: SlipStatus } | null> {
  const slip = await holdSlip(tx, actor, input.slipId, need, alsoTaskIds);
  if (await isRepeat(tx, actor, slip, input.idempotencyKey)) return null;
  const status = statusAfterStep(slip.status, step);
  if (slip.version !== input.version) {
    throw new AppError('conflict', '督办单已有变动，您的操作没有执行，填写的文字已保留。请核对最新情况后再提交。');
  }
  return { slip, status };
}

function statusAfterStep(status: SlipStatus, step: Exclude<SlipStep, 'DRAFTED'>): SlipStatus {
  try {
    return nextStatus(status, step);
  } catch (error) {
    if (error instanceof SlipRefused) throw new AppError('invalid_state', error.message);
    throw error;
  }
}

type Taken = {
  step: SlipStep;
  status: SlipStatus;
  form: string;
  text?: string;
  evidenceIds?: string[];
  unitId?: number;
  payload?: Record<string, Prisma.InputJsonValue>;
  data?: Prisma.SlipUncheckedUpdateManyInput;
};

/** Writes a step: the slip guarded by the version that was read, and its row in the record. Returns the record's id. Refuses: conflict. */
async function takeStep(tx: Tx, actor: Actor, slip: HeldSlip, taken: Taken): Promise<number> {
  const written = await tx.slip.updateMany({
    where: { id: slip.id, version: slip.version },
    data: { ...taken.data, status: taken.status, version: { increment: 1 } },
  });
  if (written.count !== 1) throw new AppError('conflict');
  return recordStep(tx, actor, slip.id, slip.today, taken);
}

async function recordStep(
  tx: Tx,
  actor: Actor,
  slipId: number,
  day: Day,
  { step, form, text = '', evidenceIds = [], unitId, payload = {} }: Omit<Taken, 'status' | 'data'>,
): Promise<number> {
  const event = await tx.slipEvent.create({
    data: {
      slipId,
      step,
      actorId: actor.accountId,
      actorWords: actor.words,
      unitId: unitId ?? null,
      text,
      evidenceIds,
      effectiveOn: toDate(day),
      payload: { ...payload, form },
    },
    select: { id: true },
  });
  return event.id;
}

const numberOf = (slip: Pick<HeldSlip, 'documentCode' | 'numberYear' | 'number'>): string =>
  documentNumber(slip.documentCode ?? '', slip.numberYear ?? 0, slip.number ?? 0);

/** What happened to a slip, in the record of each of its tasks, with the digest of the step: its words and files are part of their chains. */
async function recordOnTasks(
  tx: Tx,
  actor: Actor,
  slip: HeldSlip,
  stepId: number,
  type: NewTaskEvent['type'],
  { unitId, ...facts }: { unitId?: number; replyDueOn?: Day; reason?: string } = {},
): Promise<void> {
  const [digests] = await tx.$queryRaw<{ step: string; paper: string }[]>`
    SELECT slip_event_digest(e) AS step, slip_paper_digest(s) AS paper FROM slip_event e JOIN slip s ON s.id = e.slip_id WHERE e.id = ${stepId}`;
  const sealed = {
    stepId,
    stepSha256: digests!.step,
    ...(type === 'SLIP_ISSUED' ? { paperSha256: digests!.paper } : {}),
  };
  for (const taskId of slip.taskIds) {
    await recordEvent(tx, actor, {
      taskId,
      type,
      effectiveOn: slip.today,
      unitId: unitId ?? null,
      payload: {
        slipId: slip.id,
        tier: slip.tier,
        tierWords: slip.tierWords,
        number: numberOf(slip),
        ...facts,
        ...sealed,
      },
    });
  }
}

// ---------------------------------------------------------------- 拟稿

const namesOf = (tasks: readonly StandingOfTask[]): string => tasks.map((task) => `第 ${task.seq} 项`).join('、');

/** The tasks of a paper with their standing. Refuses: unreadable (one the unit does not lead), invalid_state (on an open slip of the tier already). */
async function readPaperTasks(
  tx: Tx,
  day: Day,
  { taskIds, unitId, slipId }: { taskIds: readonly number[]; unitId: number; slipId: number | null },
  tierOf: (tasks: readonly StandingOfTask[]) => Tier,
): Promise<{ tasks: StandingOfTask[]; tier: Tier }> {
  const tasks = await readStandings(tx, taskIds, day);
  if (tasks.length !== new Set(taskIds).size) throw new AppError('not_found');
  const foreign = tasks.filter((task) => !task.leadUnitIds.includes(unitId));
  if (foreign.length > 0) {
    throw new AppError('unreadable', `${namesOf(foreign)}任务不由该单位牵头，请移除后再提交，您填写的文字已保留。`);
  }
  const tier = tierOf(tasks);
  const taken = await tx.$queryRaw<{ taskId: number }[]>`
    SELECT DISTINCT st.task_id AS "taskId" FROM slip_task st JOIN slip s ON s.id = st.slip_id LEFT JOIN unit_rollup(${day}::date) r ON r.unit_id = s.unit_id
     WHERE st.task_id = ANY(${[...taskIds]}::int[]) AND s.tier = ${tier} AND s.status::text = ANY(${[...OPEN_STATUSES]}::text[])
       AND coalesce(r.counted_unit_id, s.unit_id) = ${unitId} AND s.id IS DISTINCT FROM ${slipId}::int`;
  if (taken.length > 0) {
    const on = tasks.filter((task) => taken.some((one) => one.taskId === task.taskId));
    throw new AppError(
      'invalid_state',
      `${namesOf(on)}任务已列入同一层级未办结的督办单，请移除后再提交，您填写的文字已保留。`,
    );
  }
  return { tasks, tier };
}

/** The tier asked for; the proposed one where none is. Refuses: unreadable (another than proposed without a reason, none proposed). */
function chooseTier(
  tasks: readonly StandingOfTask[],
  tiers: readonly TierSetting[],
  wanted: Tier | undefined,
  reason: string,
): Tier {
  const proposed = proposeTier(tasks, tiers);
  const words = (tier: Tier) => tiers.find((one) => one.tier === tier)!.words;
  if (wanted === undefined) {
    if (proposed === null) {
      throw new AppError(
        'unreadable',
        '所选任务没有临期、滞后、未报或逾期的情形；确需督办的，请选择督办层级并填写理由。',
      );
    }
    return proposed;
  }
  if (wanted !== proposed && reason === '') {
    throw new AppError(
      'unreadable',
      proposed === null
        ? `所选任务没有临期、滞后、未报或逾期的情形；确需印发${words(wanted)}的，请填写调整层级的理由。`
        : `按任务状态应为${words(proposed)}，改用${words(wanted)}的，请填写调整层级的理由。`,
    );
  }
  return wanted;
}

/** Refuses: unreadable (the title names another colour than the tier's). */
function requireTitle(tiers: readonly TierSetting[], tier: Tier, title: string): void {
  const other = tiers.find((one) => one.tier !== tier && title.includes(one.words));
  if (!other) return;
  const words = settingOf(tiers, tier).words;
  throw new AppError(
    'unreadable',
    `标题写的是${other.words}，所选层级是${words}，请改成一致后再提交，您填写的文字已保留。`,
  );
}

const settingOf = (tiers: readonly TierSetting[], tier: Tier): TierSetting => tiers.find((one) => one.tier === tier)!;

export type Drafted = { slipId: number; isRepeat: boolean };

/**
 * 拟稿 within a transaction. Tasks are held in the order of their ids. Refuses: not_found (a task outside the actor's scope or of another plan), forbidden,
 * invalid_state (plan not running, a task already on an open slip of the tier), unreadable (no task, too many, one the unit does not lead, another tier than
 * proposed without a reason, a title of another colour), conflict (the key was used for something else).
 */
export async function draftSlipIn(tx: Tx, actor: Actor, input: DraftSlipInput): Promise<Drafted> {
  const taskIds = [...new Set(input.taskIds)].sort((a, b) => a - b);
  if (taskIds.length === 0) throw new AppError('unreadable', '请至少选择一项任务。');
  if (taskIds.length > MOST_TASKS) {
    throw new AppError('unreadable', `一份督办单最多列 ${MOST_TASKS} 项任务，请分开拟单。`);
  }
  let day: Day | null = null;
  for (const taskId of taskIds) {
    const task = await holdTask(tx, actor, taskId, 'slip.issue');
    if (task.planId !== input.planId) throw new AppError('not_found');
    day = task.today;
  }
  const before = await tx.slip.findUnique({
    where: { idempotencyKey: input.idempotencyKey },
    select: { id: true, draftedById: true, planId: true },
  });
  if (before) {
    if (before.draftedById !== actor.accountId || before.planId !== input.planId) throw new AppError('conflict');
    return { slipId: before.id, isRepeat: true };
  }
  const plan = await tx.plan.findUniqueOrThrow({
    where: { id: input.planId },
    include: { region: { select: { name: true } }, ownerUnit: { select: { name: true, fullName: true } } },
  });
  const tiers = (await readSetting('slip_tiers', plan.regionId, day!, tx)) as TierSetting[];
  // A unit merged away since the form was drawn counts as the one it went into.
  const [unitId] = await countedUnits([input.unitId], day!, tx);
  const tierReason = input.tierReason ?? '';
  const { tasks, tier } = await readPaperTasks(
    tx,
    day!,
    { taskIds, unitId: unitId ?? input.unitId, slipId: null },
    (read) => chooseTier(read, tiers, input.tier, tierReason),
  );
  const setting = settingOf(tiers, tier);
  if (input.title !== undefined) requireTitle(tiers, tier, input.title);
  const slip = await tx.slip.create({
    data: {
      regionId: plan.regionId,
      ownerUnitId: plan.ownerUnitId,
      planId: plan.id,
      unitId: unitId!,
      tier,
      title: input.title ?? defaultTitle(tier, setting.words),
      body: input.body ?? setting.opening,
      issuer:
        input.issuer ??
        defaultIssuer({
          issuer: plan.issuer,
          regionName: plan.region.name,
          ownerName: plan.ownerUnit && (plan.ownerUnit.fullName ?? plan.ownerUnit.name),
        }),
      copyTo: input.copyTo ?? '',
      contact: input.contact ?? '',
      tierReason: tier === proposeTier(tasks, tiers) ? '' : tierReason,
      replyWorkingDays: input.replyWorkingDays ?? setting.replyWorkingDays,
      draftedById: actor.accountId,
      draftedOn: toDate(day!),
      heldById: actor.accountId,
      idempotencyKey: input.idempotencyKey,
      tasks: { create: tasks.map((task, at) => ({ taskId: task.taskId, sortOrder: at + 1 })) },
    },
    select: { id: true },
  });
  await recordStep(tx, actor, slip.id, day!, { step: 'DRAFTED', form: input.idempotencyKey, text: tierReason });
  await tellOffice(tx, actor, slip.id, `slip:${slip.id}:to_check:1`, `${setting.words}待审核`);
  return { slipId: slip.id, isRepeat: false };
}

/** 拟稿. Refuses: as draftSlipIn. */
export async function draftSlip(actor: Actor, input: DraftSlipInput): Promise<Drafted> {
  return inTransaction((tx) => draftSlipIn(tx, actor, input));
}

/**
 * 修改拟稿; unit and plan stay. Refuses: not_found (also a task of another plan), forbidden, invalid_state (checked, issued, ended, plan not running, a task
 * already on an open slip of the tier), unreadable (one the unit does not lead, another tier than proposed without a reason, a title of another colour), conflict (changed meanwhile).
 */
export async function changeSlip(actor: Actor, input: ChangeSlipInput): Promise<void> {
  await inTransaction(async (tx) => {
    const taskIds = [...new Set(input.taskIds)].sort((a, b) => a - b);
    const held = await holdForStep(tx, actor, input, 'issues', 'CHANGED', taskIds);
    if (!held) return;
    const { slip, status } = held;
    for (const taskId of taskIds) {
      const task = await holdTask(tx, actor, taskId, 'slip.issue');
      if (task.planId !== slip.planId) throw new AppError('not_found');
    }
    const [unitId] = await countedUnits([slip.unitId], slip.today, tx);
    const tiers = (await readSetting('slip_tiers', slip.regionId, slip.today, tx)) as TierSetting[];
    const { tasks, tier } = await readPaperTasks(
      tx,
      slip.today,
      { taskIds, unitId: unitId ?? slip.unitId, slipId: slip.id },
      (read) => chooseTier(read, tiers, input.tier, input.tierReason),
    );
    requireTitle(tiers, tier, input.title);
    await tx.slipTask.deleteMany({ where: { slipId: slip.id } });
    await tx.slipTask.createMany({
      data: tasks.map((task, at) => ({ slipId: slip.id, taskId: task.taskId, sortOrder: at + 1 })),
    });
    const { title, body, issuer, copyTo, contact, replyWorkingDays } = input;
    const tierReason = tier === proposeTier(tasks, tiers) ? '' : input.tierReason;
    await takeStep(tx, actor, slip, {
      step: 'CHANGED',
      status,
      form: input.idempotencyKey,
      text: tierReason,
      data: { tier, tierReason, title, body, issuer, copyTo, contact, replyWorkingDays },
    });
    await settleSlip(tx, slip.id, ['to_check', 'sent_back']);
    await tellOffice(
      tx,
      actor,
      slip.id,
      `slip:${slip.id}:to_check:${slip.version + 1}`,
      `${settingOf(tiers, tier).words}待审核`,
    );
  });
}

/** 撤稿, before it is issued. Refuses: not_found, forbidden, invalid_state (issued, ended, plan not running), conflict. */
export async function discardSlip(actor: Actor, input: StepSlipInput): Promise<void> {
  await inTransaction(async (tx) => {
    const held = await holdForStep(tx, actor, input, 'issues', 'DISCARDED');
    if (!held) return;
    const { slip, status } = held;
    await takeStep(tx, actor, slip, { step: 'DISCARDED', status, form: input.idempotencyKey });
    await settleSlip(tx, slip.id, ['to_check', 'to_issue', 'sent_back']);
  });
}

// ---------------------------------------------------------------- 审核, 签发

async function lastWriter(tx: Tx, slipId: number): Promise<number | null> {
  const event = await tx.slipEvent.findFirst({
    where: { slipId, step: { in: ['DRAFTED', 'CHANGED'] } },
    orderBy: { id: 'desc' },
    select: { actorId: true },
  });
  return event?.actorId ?? null;
}

/**
 * 审核, by another account than the drafter's. Refuses: not_found, forbidden (one's own words), invalid_state (checked, issued, ended, plan not running),
 * conflict.
 */
export async function checkSlip(actor: Actor, input: StepSlipInput): Promise<void> {
  await inTransaction(async (tx) => {
    const held = await holdForStep(tx, actor, input, 'issues', 'CHECKED');
    if (!held) return;
    const { slip, status } = held;
    if (!mayCheck(actor.accountId, { draftedById: slip.draftedById, lastWriterId: await lastWriter(tx, slip.id) })) {
      throw new AppError('forbidden', '督办单由您拟稿或修改，不能由您本人审核，请交其他工作人员审核。');
    }
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

/** Where an admin sets a region's 机关代字. */
export const CODE_MISSING =
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
  await tx.$executeRaw`SELECT hold_document_code(${code})`;
  const [used] = await tx.$queryRaw<{ elsewhere: boolean }[]>`
    SELECT EXISTS (SELECT FROM slip s WHERE s.document_code = ${code} AND (s.region_id <> ${slip.regionId} OR coalesce(s.owner_unit_id, 0) <> ${slip.ownerUnitId ?? 0}))
        OR EXISTS (SELECT FROM region r WHERE (${slip.ownerUnitId !== null} OR r.id <> ${slip.regionId})
                      AND setting_as_of('region', r.id, 'document_code', ${slip.today}::date) = to_jsonb(${code}::text)) AS elsewhere`;
  if (used!.elsewhere) {
    throw new AppError(
      'unreadable',
      `机关代字“${code}”已由其他发文机关使用，两份督办单会有相同的文号。请换一个机关代字后再签发。`,
    );
  }
  return code;
}

/** The code a bureau's office numbered its last slip under. */
export async function lastCodeOf(tx: Db, ownerUnitId: number): Promise<string | null> {
  const last = await tx.slip.findFirst({
    where: { ownerUnitId, number: { not: null } },
    orderBy: [{ issuedOn: 'desc' }, { id: 'desc' }],
    select: { documentCode: true },
  });
  return last?.documentCode ?? null;
}

/** The next number of an issuing office and year. The row stays locked until the transaction ends, so that one rolled back leaves no gap. */
async function nextNumber(tx: Tx, slip: HeldSlip, year: number): Promise<number> {
  const [row] = await tx.$queryRaw<{ last: number }[]>`
    INSERT INTO slip_number (region_id, owner_unit_id, year, last) VALUES (${slip.regionId}, ${slip.ownerUnitId ?? 0}, ${year}, 1)
    ON CONFLICT (region_id, owner_unit_id, year) DO UPDATE SET last = slip_number.last + 1 RETURNING last`;
  return row!.last;
}

export function paperTask(task: StandingOfTask): PaperTask {
  return {
    taskId: task.taskId,
    seq: task.seq,
    text: task.text,
    deadline: task.deadline,
    dueOn: task.dueOn,
    standing: standingWords(task),
    daysLate: daysLateOf(task),
  };
}

export type Issued = { number: string; replyDueOn: Day };

/**
 * 签发 within a transaction: numbers the slip, fixes what its paper prints, and tells its unit. Null: the same form had been carried out before. Refuses: not_found, forbidden,
 * invalid_state (not checked, issued, ended, plan not running, no 机关代字 set, a task closed or moved to another unit meanwhile), unreadable (another office's
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
  const code = await documentCodeOf(tx, slip, input.documentCode);
  const tiers = (await readSetting('slip_tiers', slip.regionId, slip.today, tx)) as TierSetting[];
  const reply = await workingDayAfter(slip.today, slip.replyWorkingDays, tx);
  const unit = await tx.unit.findUniqueOrThrow({ where: { id: unitId ?? slip.unitId }, select: { name: true } });
  const { year } = partsOfDay(slip.today);
  const issued: HeldSlip = {
    ...slip,
    unitId: unitId ?? slip.unitId,
    tierWords: settingOf(tiers, slip.tier).words,
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

// ---------------------------------------------------------------- 签收, 回复

/** 签收, for the unit it was sent to. Refuses: not_found, forbidden, invalid_state (signed, ended, plan not running), conflict. */
export async function signForSlip(actor: Actor, input: StepSlipInput): Promise<void> {
  await inTransaction(async (tx) => {
    const held = await holdForStep(tx, actor, input, 'answers', 'SIGNED_FOR');
    if (!held) return;
    const { slip, status } = held;
    const eventId = await takeStep(tx, actor, slip, {
      step: 'SIGNED_FOR',
      status,
      form: input.idempotencyKey,
      unitId: slip.unitId,
      data: { signedForOn: toDate(slip.today) },
    });
    await recordOnTasks(tx, actor, slip, eventId, 'SLIP_SIGNED_FOR', { unitId: slip.unitId });
  });
}

async function requireHeadWhereHeadSigns(tx: Tx, actor: Actor, slip: HeldSlip): Promise<void> {
  const [unitId] = await countedUnits([slip.unitId], slip.today, tx);
  if (!(await readSetting('head_signs', unitId ?? slip.unitId, slip.today, tx))) return;
  const headed = actor.roles.includes('unit_head')
    ? await countedUnits([...(actor.unitId === null ? [] : [actor.unitId]), ...actor.childUnitIds], slip.today, tx)
    : [];
  if (!headed.includes(unitId ?? slip.unitId)) {
    throw new AppError('forbidden', '该单位的材料由单位负责人签发，请由单位负责人回复督办单；已上传的佐证材料保留。');
  }
}

/**
 * 回复, with evidence. Refuses: not_found, forbidden (where the head signs, anyone else), invalid_state (not signed for, replied, ended, plan not running),
 * unreadable (evidence of another slip or unit), conflict.
 */
export async function replySlip(actor: Actor, input: ReplySlipInput): Promise<void> {
  await inTransaction(async (tx) => {
    const held = await holdForStep(tx, actor, input, 'answers', 'REPLIED');
    if (!held) return;
    const { slip, status } = held;
    await requireHeadWhereHeadSigns(tx, actor, slip);
    const evidenceIds = await claimEvidence(tx, actor, { slipId: slip.id }, input.evidenceIds);
    const eventId = await takeStep(tx, actor, slip, {
      step: 'REPLIED',
      status,
      form: input.idempotencyKey,
      text: input.text,
      evidenceIds,
      unitId: slip.unitId,
      payload: slip.replyDueOn !== null && slip.today > slip.replyDueOn ? { isLate: true } : {},
      data: { repliedOn: toDate(slip.today) },
    });
    await recordOnTasks(tx, actor, slip, eventId, 'SLIP_REPLIED', { unitId: slip.unitId });
    await settleSlip(tx, slip.id, ['issued', 'returned']);
    await tellOffice(
      tx,
      actor,
      slip.id,
      `slip:${slip.id}:replied:${eventId}`,
      `${slip.tierWords} ${numberOf(slip)} 已回复，请核对`,
    );
  });
}

// ---------------------------------------------------------------- 退回, 办结, 作废

/** 退回回复, with a reason: the reply is asked for again. Refuses: not_found, forbidden, invalid_state (no reply, ended, plan not running), conflict. */
export async function returnReply(actor: Actor, input: ReasonSlipInput): Promise<void> {
  await inTransaction(async (tx) => {
    const held = await holdForStep(tx, actor, input, 'issues', 'REPLY_RETURNED');
    if (!held) return;
    const { slip, status } = held;
    const reply = await workingDayAfter(slip.today, slip.replyWorkingDays, tx);
    const eventId = await takeStep(tx, actor, slip, {
      step: 'REPLY_RETURNED',
      status,
      form: input.idempotencyKey,
      text: input.reason,
      payload: { replyDueOn: reply.day, isCalendarPublished: reply.doubt === null },
      data: { repliedOn: null, replyDueOn: toDate(reply.day) },
    });
    await recordOnTasks(tx, actor, slip, eventId, 'SLIP_REPLY_RETURNED', {
      replyDueOn: reply.day,
      reason: input.reason,
    });
    await settleSlip(tx, slip.id, ['replied']);
    await tellUnit(tx, slip, `slip:${slip.id}:returned:${eventId}`, {
      title: `${slip.tierWords} ${numberOf(slip)} 的回复被退回`,
      body: `理由：${input.reason} 请于 ${reply.day} 前重新回复。`,
    });
  });
}

/**
 * 办结. Without a reply only with words why. Refuses: not_found, forbidden, invalid_state (not issued, ended, plan not running), unreadable (no reply and no
 * words), conflict.
 */
export async function closeSlip(actor: Actor, input: CloseSlipInput): Promise<void> {
  await inTransaction(async (tx) => {
    const held = await holdForStep(tx, actor, input, 'issues', 'CLOSED');
    if (!held) return;
    const { slip, status } = held;
    if (slip.status !== 'REPLIED' && input.reason === '') {
      throw new AppError('unreadable', '该督办单还没有回复；确需办结的，请在办结意见中写明理由。');
    }
    const eventId = await takeStep(tx, actor, slip, {
      step: 'CLOSED',
      status,
      form: input.idempotencyKey,
      text: input.reason,
      data: { closedOn: toDate(slip.today) },
    });
    await recordOnTasks(tx, actor, slip, eventId, 'SLIP_CLOSED', input.reason === '' ? {} : { reason: input.reason });
    await settleSlip(tx, slip.id, ['issued', 'returned', 'replied']);
    await tellUnit(tx, slip, `slip:${slip.id}:closed:${eventId}`, {
      title: `${slip.tierWords} ${numberOf(slip)} 已办结`,
      body: input.reason,
    });
  });
}

/** 作废, with a reason; its number is not given out again. Refuses: not_found, forbidden, invalid_state (not issued, ended, plan not running), conflict. */
export async function voidSlip(actor: Actor, input: ReasonSlipInput): Promise<void> {
  await inTransaction(async (tx) => {
    const held = await holdForStep(tx, actor, input, 'issues', 'VOIDED');
    if (!held) return;
    const { slip, status } = held;
    const eventId = await takeStep(tx, actor, slip, {
      step: 'VOIDED',
      status,
      form: input.idempotencyKey,
      text: input.reason,
      data: { voidedOn: toDate(slip.today) },
    });
    await recordOnTasks(tx, actor, slip, eventId, 'SLIP_VOIDED', { reason: input.reason });
    await settleSlip(tx, slip.id, ['issued', 'returned', 'replied']);
    await tellUnit(tx, slip, `slip:${slip.id}:voided`, {
      title: `${slip.tierWords} ${numberOf(slip)} 已作废`,
      body: `理由：${input.reason} 该督办单不需再回复。`,
    });
  });
}
