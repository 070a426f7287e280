import 'server-only';
import { holdCalendar, readCalendar } from '@/lib/cycles/calendar.queries';
import type { PlannedCycle } from '@/lib/cycles/cycle.rules';
import { type Day, dayOfUtcDate, utcDateOfDay } from '@/lib/dates';
import { storedRecurrenceSchema } from '@/lib/deadlines/deadline.schema';
import { TELLING_KEYS, TELLING_KINDS } from '@/lib/notices/notice.schema';
import { findTaskAccess, listPlanAccess, mayDoOnPlan } from '@/lib/rights/rights.queries';
import type { Action } from '@/lib/rights/rights.table';
import type { Actor } from '@/lib/server/auth/actor';
import { readInstant, today } from '@/lib/server/clock';
import { inTransaction, type Tx } from '@/lib/server/db';
import { AppError } from '@/lib/server/errors';
import { recordAudit } from '@/lib/server/events';
import { tellUnitsToSign } from '@/lib/sign-for/sign-for-notices.commands';
import { withdrawPapers } from '@/lib/tasks/task-settling.commands';
import { countOpenMatters } from './archive.queries';
import {
  type CycleRules,
  cyclesOfPlan,
  cyclesOfTask,
  effectiveRange,
  type PlanMove,
  planMoveRefusal,
} from './plan.rules';
import type { ActivatePlanInput, AnswerQuestionInput, ArchivePlanInput, WithdrawPlanInput } from './plan.schema';

export async function requirePlanRight(tx: Tx, actor: Actor, planId: number, action: Action): Promise<void> {
  const access = (await listPlanAccess(actor, tx)).find((a) => a.planId === planId);
  if (!access) throw new AppError('not_found');
  if (!mayDoOnPlan(actor, action, access.relations)) throw new AppError('forbidden');
}

/** The plan, held until the transaction ends, so that two people's moves come one after the other. */
export async function lockPlan(tx: Tx, planId: number) {
  await tx.$queryRaw`SELECT id FROM plan WHERE id = ${planId}::int FOR UPDATE`;
  const plan = await tx.plan.findUnique({ where: { id: planId } });
  if (!plan) throw new AppError('not_found');
  return plan;
}
export type LockedPlan = Awaited<ReturnType<typeof lockPlan>>;

function allowMove(plan: LockedPlan, move: PlanMove): void {
  const refusal = planMoveRefusal(plan.status, move);
  if (refusal !== null) throw new AppError('invalid_state', refusal);
}

/** Takes the plan on from the version the person saw. */
export async function movePlan(
  tx: Tx,
  plan: LockedPlan,
  version: number,
  data: Parameters<Tx['plan']['updateMany']>[0]['data'],
): Promise<void> {
  const { count } = await tx.plan.updateMany({
    where: { id: plan.id, version },
    data: { ...data, version: version + 1 },
  });
  if (count === 0) throw new AppError('conflict');
}

export async function refreshStanding(tx: Tx, planId: number, from: Day = '1900-01-01'): Promise<void> {
  await tx.$queryRaw`SELECT refresh_plan_standing(${planId}::int, ${from}::date)::text`;
}

/** Refuses: not_found (outside the actor's scope), forbidden, unreadable (a day far from the plan's year), invalid_state (not a draft), conflict (stale version). */
export async function activatePlan(actor: Actor, input: ActivatePlanInput): Promise<{ needsBackfill: boolean }> {
  return inTransaction(async (tx) => {
    await requirePlanRight(tx, actor, input.planId, 'plan.activate');
    const { year } = await lockPlan(tx, input.planId);
    const { from, to } = effectiveRange(year);
    // It never changes afterwards, and every cycle and every light hangs on it.
    if (input.effectiveFrom < from || input.effectiveFrom > to)
      throw new AppError('unreadable', '请核对生效日期。', {
        fieldErrors: {
          effectiveFrom: [`${input.effectiveFrom} 与方案年度 ${year} 年相差过远，请填写 ${from} 至 ${to} 之间的日期。`],
        },
      });
    await activatePlanIn(tx, actor, input);
    const { kind } = await tx.plan.findUniqueOrThrow({ where: { id: input.planId }, select: { kind: true } });
    const access = (await listPlanAccess(actor, tx)).find((a) => a.planId === input.planId);
    // What came before today was reported elsewhere: whoever may enter it is led there.
    const mayEnter = access !== undefined && mayDoOnPlan(actor, 'task.backfill', access.relations);
    return { needsBackfill: kind === 'TASK_LIST' && mayEnter && input.effectiveFrom < (await today(tx)) };
  });
}

/** activatePlan within a transaction, its right checked by the caller; actor null: seeding. */
export async function activatePlanIn(tx: Tx, actor: Actor | null, input: ActivatePlanInput): Promise<void> {
  await holdCalendar(tx);
  const plan = await lockPlan(tx, input.planId);
  allowMove(plan, { type: 'activate' });
  await movePlan(tx, plan, input.version, {
    status: 'ACTIVE',
    effectiveFrom: utcDateOfDay(input.effectiveFrom),
    effectiveBasis: input.basis,
    // From today on its units have time to sign for it; seeding lays out a plan that was set going on its first day.
    activatedOn: actor === null ? utcDateOfDay(input.effectiveFrom) : utcDateOfDay(await today(tx)),
  });
  await tx.question.updateMany({
    where: { planId: plan.id, field: 'effectiveFrom', status: 'OPEN' },
    data: {
      status: 'ANSWERED',
      answer: `自 ${input.effectiveFrom} 起执行。依据：${input.basis}`,
      answeredById: actor?.accountId ?? null,
      answeredAt: await readInstant(tx),
      answeredOn: utcDateOfDay(await today(tx)),
    },
  });
  await createCycles(tx, plan, input.effectiveFrom);
  await refreshStanding(tx, plan.id);
  await recordAudit(tx, actor, {
    kind: 'plan.activated',
    subject: 'plan',
    subjectId: plan.id,
    payload: { effectiveFrom: input.effectiveFrom, basis: input.basis },
  });
  if (actor !== null) await tellUnitsToSign(tx, plan.id);
}

async function createCycles(tx: Tx, plan: LockedPlan, effectiveFrom: Day): Promise<void> {
  if (plan.kind === 'ASSESSMENT') return;
  const { exceptions } = await readCalendar(tx);
  const rules: CycleRules = {
    kind: plan.cycleKind,
    closingDay: plan.cycleClosingDay,
    graceWorkingDays: plan.graceWorkingDays,
    dates: plan.cycleDates.map(dayOfUtcDate),
  };
  const row = (cycle: PlannedCycle, taskId: number | null) => ({
    planId: plan.id,
    taskId,
    label: cycle.label,
    startsOn: utcDateOfDay(cycle.startsOn),
    closesOn: utcDateOfDay(cycle.closesOn),
    graceEndsOn: utcDateOfDay(cycle.graceEndsOn),
  });
  const own = await tx.task.findMany({
    where: { planId: plan.id, hasOwnCycles: true },
    select: { id: true, recurrence: true },
    orderBy: { sortOrder: 'asc' },
  });
  await tx.cycle.createMany({
    data: [
      ...cyclesOfPlan(rules, effectiveFrom, exceptions).map((cycle) => row(cycle, null)),
      ...own.flatMap((task) => {
        const recurrence = storedRecurrenceSchema.parse(task.recurrence);
        if (recurrence === null) throw new Error(`task ${task.id} has cycles of its own but no recurrence`);
        return cyclesOfTask(recurrence, rules, effectiveFrom, exceptions).map((cycle) => row(cycle, task.id));
      }),
    ],
  });
}

/** Refuses: not_found, forbidden, invalid_state (not active, not yet in force, reviews, slips, extension requests or objections are open), conflict (stale version). */
export async function archivePlan(actor: Actor, input: ArchivePlanInput): Promise<void> {
  await inTransaction(async (tx) => {
    await requirePlanRight(tx, actor, input.planId, 'plan.archive');
    await archivePlanIn(tx, actor, input);
  });
}

/** archivePlan within a transaction, its right checked by the caller. Papers that wait for a unit's head are withdrawn, and what was asked of people is settled. */
export async function archivePlanIn(tx: Tx, actor: Actor | null, input: ArchivePlanInput): Promise<void> {
  const plan = await lockPlan(tx, input.planId);
  const day = await today(tx);
  const effectiveFrom = plan.effectiveFrom ? dayOfUtcDate(plan.effectiveFrom) : null;
  allowMove(plan, { type: 'archive', today: day, effectiveFrom, open: await countOpenMatters(tx, plan.id) });
  await withdrawPapers(tx, actor, { task: { planId: plan.id } }, ARCHIVED_WORDS, day);
  await movePlan(tx, plan, input.version, { status: 'ARCHIVED', archivedOn: utcDateOfDay(day) });
  await settlePlan(tx, plan.id);
  await refreshStanding(tx, plan.id, day);
  await recordAudit(tx, actor, {
    kind: 'plan.archived',
    subject: 'plan',
    subjectId: plan.id,
    payload: { archivedOn: day },
  });
}

const ARCHIVED_WORDS = '方案已归档，未签发的材料自动撤回。';

/** What was asked of people under a plan that is archived can no longer be done; what only told them stays theirs to read. */
async function settlePlan(tx: Tx, planId: number): Promise<void> {
  await tx.$executeRaw`
    UPDATE notice SET settled_at = clock_timestamp()
     WHERE settled_at IS NULL AND NOT (kind = ANY(${[...TELLING_KINDS]}::text[]) OR key ~ ${TELLING_KEYS})
       AND (plan_id = ${planId} OR task_id IN (SELECT id FROM task WHERE plan_id = ${planId}) OR slip_id IN (SELECT id FROM slip WHERE plan_id = ${planId})
            OR (kind = 'sign_for' AND key ~ ${`^(handed:)?sign-for:${planId}:`}))`;
}

/** Refuses: not_found, forbidden, invalid_state (not a draft), conflict (stale version). */
export async function withdrawPlan(actor: Actor, input: WithdrawPlanInput): Promise<void> {
  await inTransaction(async (tx) => {
    await requirePlanRight(tx, actor, input.planId, 'plan.withdraw');
    await withdrawPlanIn(tx, actor, input);
  });
}

/** withdrawPlan within a transaction, its right checked by the caller; version null: as the plan stands. */
export async function withdrawPlanIn(
  tx: Tx,
  actor: Actor,
  input: Omit<WithdrawPlanInput, 'version'> & { version: number | null },
): Promise<void> {
  const plan = await lockPlan(tx, input.planId);
  allowMove(plan, { type: 'withdraw' });
  await movePlan(tx, plan, input.version ?? plan.version, { status: 'WITHDRAWN' });
  await recordAudit(tx, actor, {
    kind: 'plan.withdrawn',
    subject: 'plan',
    subjectId: plan.id,
    payload: { reason: input.reason },
  });
}

/** Sending the same answer again changes nothing. Refuses: not_found, forbidden, conflict (answered otherwise meanwhile). */
export async function answerQuestion(actor: Actor, input: AnswerQuestionInput): Promise<void> {
  await inTransaction(async (tx) => {
    await tx.$queryRaw`SELECT id FROM question WHERE id = ${input.questionId}::int FOR UPDATE`;
    const question = await tx.question.findUnique({ where: { id: input.questionId } });
    if (!question) throw new AppError('not_found');
    await requirePlanRight(tx, actor, question.planId, 'question.answer');
    const day = await today(tx);
    // One on a task outside the actor's work groups is not shown to them either.
    if (question.taskId !== null && !(await findTaskAccess(actor, question.taskId, day, tx)))
      throw new AppError('not_found');
    if (question.status === 'ANSWERED') {
      if (question.answer === input.answer && question.answeredById === actor.accountId) return;
      throw new AppError('conflict', '该事项已由他人答复，您的答复没有保存。请对照已有答复。', {
        latest: { answer: question.answer ?? '' },
      });
    }
    await tx.question.update({
      where: { id: question.id },
      data: {
        status: 'ANSWERED',
        answer: input.answer,
        answeredById: actor.accountId,
        answeredAt: await readInstant(tx),
        answeredOn: utcDateOfDay(day),
      },
    });
    await recordAudit(tx, actor, {
      kind: 'question.answered',
      subject: 'question',
      subjectId: question.id,
      payload: { planId: question.planId, answer: input.answer },
    });
  });
}
