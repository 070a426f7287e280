import 'server-only';
import type { Day } from '@/lib/dates';
import type { Actor } from '@/lib/server/auth/actor';
import { today } from '@/lib/server/clock';
import type { Prisma, Tx } from '@/lib/server/db';
import { AppError } from '@/lib/server/errors';
import { type NewTaskEvent, recordEvent, toDate } from '@/lib/server/events';
import { planRefusal } from '@/lib/tasks/task.commands';
import type { SlipAccess } from './slip.policy';
import { mayReadSlip } from './slip.policy';
import { documentNumber, nextStatus, SlipRefused } from './slip.rules';
import type { SlipStatus, SlipStep, StepSlipInput, Tier } from './slip.schema';
import { findSlipAccess } from './slip-access.queries';

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
  const [plan] = await tx.$queryRaw<{ status: string; effectiveFrom: Day | null }[]>`
    SELECT status::text AS status, effective_from::text AS "effectiveFrom" FROM plan
     WHERE id = (SELECT plan_id FROM slip WHERE id = ${slipId}) FOR SHARE`;
  const [slip] = await tx.$queryRaw<Omit<HeldSlip, 'taskIds' | 'access' | 'today'>[]>`
    SELECT id, region_id AS "regionId", owner_unit_id AS "ownerUnitId", plan_id AS "planId", unit_id AS "unitId", tier, tier_words AS "tierWords",
           status::text AS status, title, reply_working_days AS "replyWorkingDays", document_code AS "documentCode", number_year AS "numberYear", number,
           reply_due_on::text AS "replyDueOn", drafted_by_id AS "draftedById", held_by_id AS "heldById", version
      FROM slip WHERE id = ${slipId} FOR UPDATE`;
  if (!slip || !plan) throw new AppError('not_found');
  const tasks = await tx.$queryRaw<{ id: number; isOnSlip: boolean }[]>`
    SELECT t.id, t.id IN (SELECT st.task_id FROM slip_task st WHERE st.slip_id = ${slipId}) AS "isOnSlip" FROM task t
     WHERE t.plan_id = ${slip.planId} AND (t.id IN (SELECT st.task_id FROM slip_task st WHERE st.slip_id = ${slipId}) OR t.id = ANY(${[...alsoTaskIds]}::int[]))
     ORDER BY t.id FOR UPDATE OF t`;
  const day = await today(tx);
  // Read under the locks: what a slip names, and so who may see it, may have changed while this waited.
  const access = await findSlipAccess(tx, actor, slip, day);
  if (!access || !mayReadSlip(access, slip.status)) throw new AppError('not_found');
  if (!access[need]) throw new AppError('forbidden');
  const refusal = planRefusal(plan, day);
  if (refusal) throw new AppError('invalid_state', refusal);
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
export async function holdForStep(
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
export async function takeStep(tx: Tx, actor: Actor, slip: HeldSlip, taken: Taken): Promise<number> {
  const written = await tx.slip.updateMany({
    where: { id: slip.id, version: slip.version },
    data: { ...taken.data, status: taken.status, version: { increment: 1 } },
  });
  if (written.count !== 1) throw new AppError('conflict');
  return recordStep(tx, actor, slip.id, slip.today, taken);
}

export async function recordStep(
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

export const numberOf = (slip: Pick<HeldSlip, 'documentCode' | 'numberYear' | 'number'>): string =>
  documentNumber(slip.documentCode ?? '', slip.numberYear ?? 0, slip.number ?? 0);

/** What happened to a slip, in the record of each of its tasks, with the digest of the step: its words and files are part of their chains. */
export async function recordOnTasks(
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
