import 'server-only';
import type { Day } from '@/lib/dates';
import { countedUnits } from '@/lib/rights/rights.queries';
import type { Actor } from '@/lib/server/auth/actor';
import { inTransaction, type Tx } from '@/lib/server/db';
import { AppError } from '@/lib/server/errors';
import { toDate } from '@/lib/server/events';
import { readSetting } from '@/lib/settings/setting.queries';
import { holdTask } from '@/lib/tasks/task.commands';
import {
  defaultIssuer,
  defaultTitle,
  namesOf,
  OPEN_STATUSES,
  proposeTier,
  settingOf,
  type TierSetting,
} from './slip.rules';
import { type ChangeSlipInput, type DraftSlipInput, MOST_TASKS, type StepSlipInput, type Tier } from './slip.schema';
import { settleSlip, tellOffice } from './slip-notices.commands';
import { readStandings, type StandingOfTask } from './slip-standing.queries';
import { holdForStep, recordStep, takeStep } from './slip-step.commands';
import { titleFault } from './slip-tier.queries';

/** Refused because some of the tasks stand on an open slip of the tier and unit already. */
export class ListedError extends AppError {
  readonly taskIds: readonly number[];
  constructor(tasks: readonly StandingOfTask[]) {
    super('invalid_state', `${namesOf(tasks)}任务已列入同一层级未办结的督办单，请移除后再提交，您填写的文字已保留。`);
    this.taskIds = tasks.map((task) => task.taskId);
  }
}

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
    throw new ListedError(on);
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
async function requireTitle(tx: Tx, regionId: number, tier: TierSetting, title: string): Promise<void> {
  const fault = await titleFault(tx, { regionId, title }, tier.words);
  if (fault) throw new AppError('unreadable', `${fault}，请改成一致后再提交，您填写的文字已保留。`);
}

type Drafted = { slipId: number; isRepeat: boolean };

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
  if (input.title !== undefined) await requireTitle(tx, plan.regionId, setting, input.title);
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
    await requireTitle(tx, slip.regionId, settingOf(tiers, tier), input.title);
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
