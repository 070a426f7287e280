import 'server-only';
import { holdCalendar, readCalendar } from '@/lib/cycles/calendar.queries';
import { planCycles } from '@/lib/cycles/cycle.rules';
import { addDays, type Day, dayOfUtcDate, daysBetween, utcDateOfDay } from '@/lib/dates';
import { storedRecurrenceSchema } from '@/lib/deadlines/deadline.schema';
import { CYCLE_MONTHS } from '@/lib/plans/plan.rules';
import { firstDayUnderNewRules, freeLabel, runningCycle } from '@/lib/plans/plan-cycles.rules';
import type { Actor } from '@/lib/server/auth/actor';
import { inTransaction, type Tx } from '@/lib/server/db';
import { AppError } from '@/lib/server/errors';
import { recordEvent } from '@/lib/server/events';
import { type HeldTask, holdTask, moveTask, requireSameActor, requireVersion } from './task.commands';
import { type SetTaskCycleInput, taskCycleWords } from './task-cycle.schema';

const MONTHS_OF = { MONTHLY: 1, QUARTERLY: 3, HALF_YEARLY: 6, YEARLY: 12 } as const;
const EVER: Day = '9999-12-31';
/** Days at least between a change and the first closing day under it, as with a plan's first cycle. */
const LEAST_DAYS = 15;

type Stretch = { id: number; kind: string; closingDay: number | null; validFrom: Day; validTo: Day };

async function readStretches(tx: Tx, task: HeldTask): Promise<Stretch[]> {
  const rows = await tx.taskCycleRule.findMany({
    where: { taskId: task.id },
    orderBy: [{ validFrom: 'asc' }, { id: 'asc' }],
  });
  return rows
    .map((row) => ({ ...row, validFrom: dayOfUtcDate(row.validFrom), validTo: dayOfUtcDate(row.validTo) }))
    .filter((row) => row.validFrom < row.validTo);
}

/** What was printed for the task becomes the stretch before the first one the office sets. */
async function keepPrintedStretch(tx: Tx, task: HeldTask): Promise<void> {
  const { recurrence } = await tx.task.findUniqueOrThrow({ where: { id: task.id }, select: { recurrence: true } });
  const printed = storedRecurrenceSchema.parse(recurrence);
  if (printed === null) throw new Error(`task ${task.id} has cycles of its own but no recurrence`);
  await tx.taskCycleRule.create({
    data: {
      taskId: task.id,
      validFrom: utcDateOfDay('1900-01-01'),
      kind: printed.kind,
      closingDay: printed.closingDay,
      closingMonth: printed.closingMonth,
      basis: '文件所定',
    },
  });
}

async function readCycles(tx: Tx, task: HeldTask): Promise<{ startsOn: Day; closesOn: Day; label: string }[]> {
  return tx.$queryRaw`
    SELECT starts_on::text AS "startsOn", closes_on::text AS "closesOn", label FROM cycles_of_task(${task.id}::int) ORDER BY closes_on`;
}

/** The first day of the plan's cycles after own ones: none that would close within 15 days of a start in its middle. */
async function firstDayOfPlanCycles(tx: Tx, task: HeldTask, beginsOn: Day): Promise<Day> {
  const cycle = await tx.cycle.findFirst({
    where: { planId: task.planId, taskId: null, supersededOn: null, closesOn: { gte: utcDateOfDay(beginsOn) } },
    orderBy: { closesOn: 'asc' },
  });
  if (cycle === null) return beginsOn;
  const closesOn = dayOfUtcDate(cycle.closesOn);
  const isCut = dayOfUtcDate(cycle.startsOn) < beginsOn && daysBetween(beginsOn, closesOn) < LEAST_DAYS;
  return isCut ? addDays(closesOn, 1) : beginsOn;
}

/**
 * 设定任务的填报周期 within a transaction: the running cycle stays; own cycles not begun are taken back; the new ones follow. Past days do not change.
 * Refuses: not_found, forbidden, invalid_state (closed, plan not running, nothing would change), conflict (stale version).
 */
export async function setTaskCycleIn(tx: Tx, actor: Actor, input: SetTaskCycleInput): Promise<void> {
  await holdCalendar(tx);
  const task = await holdTask(tx, actor, input.taskId, 'task.set_cycle');
  const repeated = await tx.taskEvent.findFirst({
    where: { taskId: task.id, type: 'CYCLE_SET', payload: { path: ['form'], equals: input.idempotencyKey } },
    select: { actorId: true },
  });
  requireSameActor(actor, repeated);
  if (repeated) return;
  if (input.version !== undefined) requireVersion(task, input.version);
  if (task.state === 'COMPLETED' || task.state === 'CANCELLED')
    throw new AppError('invalid_state', '任务已办结或已取消，不再按周期填报，无需设定。');

  const day = task.today;
  const cycles = await readCycles(tx, task);
  const running = runningCycle(cycles, day);
  const beginsOn = firstDayUnderNewRules(running, task.effectiveFrom ?? day, day);
  const closingDay = input.kind === 'PLAN' || input.kind === 'NONE' ? null : input.closingDay;

  let stretches = await readStretches(tx, task);
  const isSet = await tx.taskCycleRule.count({ where: { taskId: task.id } });
  if (isSet === 0 && task.hasOwnCycles) {
    await keepPrintedStretch(tx, task);
    stretches = await readStretches(tx, task);
  }
  const last = stretches.at(-1);
  const standing = last?.validTo === EVER ? last : null;
  const isSame =
    standing === null ? input.kind === 'PLAN' : standing.kind === input.kind && standing.closingDay === closingDay;
  if (isSame)
    throw new AppError('invalid_state', `该任务现在就是“${taskCycleWords(input.kind, closingDay)}”，没有变动。`);

  const endsOn = input.kind === 'PLAN' ? await firstDayOfPlanCycles(tx, task, beginsOn) : beginsOn;
  for (const stretch of stretches.filter(({ validTo }) => validTo > beginsOn))
    await tx.taskCycleRule.update({
      where: { id: stretch.id },
      data: {
        validTo: utcDateOfDay(stretch.validFrom < endsOn && stretch.validFrom < beginsOn ? endsOn : stretch.validFrom),
      },
    });
  await tx.cycle.updateMany({
    where: { planId: task.planId, taskId: task.id, supersededOn: null, startsOn: { gt: utcDateOfDay(day) } },
    data: { supersededOn: utcDateOfDay(day) },
  });
  if (input.kind !== 'PLAN') {
    await tx.taskCycleRule.create({
      data: {
        taskId: task.id,
        validFrom: utcDateOfDay(beginsOn),
        kind: input.kind,
        closingDay,
        basis: input.basis,
      },
    });
    if (input.kind !== 'NONE') await makeCycles(tx, task, { kind: input.kind, closingDay, beginsOn }, cycles);
  }
  await moveTask(tx, task, { state: task.state });
  await recordEvent(tx, actor, {
    taskId: task.id,
    type: 'CYCLE_SET',
    effectiveOn: day,
    payload: {
      words: `${taskCycleWords(input.kind, closingDay)}，自 ${endsOn} 起`,
      kind: input.kind,
      basis: input.basis,
      form: input.idempotencyKey,
    },
  });
}

async function makeCycles(
  tx: Tx,
  task: HeldTask,
  rule: { kind: keyof typeof MONTHS_OF; closingDay: number | null; beginsOn: Day },
  cycles: readonly { startsOn: Day; label: string }[],
): Promise<void> {
  const { graceWorkingDays } = await tx.plan.findUniqueOrThrow({
    where: { id: task.planId },
    select: { graceWorkingDays: true },
  });
  const planned = planCycles({
    effectiveFrom: rule.beginsOn,
    kind: rule.kind,
    closingDay: rule.closingDay,
    graceWorkingDays,
    count: CYCLE_MONTHS / MONTHS_OF[rule.kind],
    exceptions: (await readCalendar(tx)).exceptions,
    minimumDays: LEAST_DAYS,
  });
  const taken = new Set(cycles.filter(({ startsOn }) => startsOn <= task.today).map(({ label }) => label));
  await tx.cycle.createMany({
    data: planned.map((cycle) => ({
      planId: task.planId,
      taskId: task.id,
      label: freeLabel(cycle, taken),
      startsOn: utcDateOfDay(cycle.startsOn),
      closesOn: utcDateOfDay(cycle.closesOn),
      graceEndsOn: utcDateOfDay(cycle.graceEndsOn),
    })),
  });
}

/** 设定任务的填报周期. Refuses: as setTaskCycleIn. */
export async function setTaskCycle(actor: Actor, input: SetTaskCycleInput): Promise<void> {
  await inTransaction((tx) => setTaskCycleIn(tx, actor, input));
}
