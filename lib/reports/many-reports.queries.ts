import 'server-only';
import { randomUUID } from 'node:crypto';
import type { Day } from '@/lib/dates';
import { listUnsentEvidence } from '@/lib/evidence/evidence.queries';
import type { EvidenceView } from '@/lib/evidence/evidence.schema';
import { countedUnits, listPlanAccess, taskScope } from '@/lib/rights/rights.queries';
import type { Actor } from '@/lib/server/auth/actor';
import { db } from '@/lib/server/db';
import { planRefusal } from '@/lib/tasks/task.commands';
import { canApplyMove, MOVE_REFUSAL_TEXT, type TaskState } from '@/lib/tasks/task.rules';
import { mustBeSigned } from '@/lib/unit-papers/head-signs.queries';
import { type CycleChoice, cycleChoices } from './cycle-choice.rules';
import { listCycleSightsOf } from './cycles.queries';
import { speakingUnits } from './report.policy';
import { MOST_AT_ONCE } from './report.schema';
import { underReviewWords } from './report-checks.queries';

/** One task of a form for many. */
export type ManyRow = {
  taskId: number;
  seq: number;
  text: string;
  planTitle: string;
  unit: { id: number; name: string; isLead: boolean };
  isDated: boolean;
  /** As the form for one task chooses it; null: a plan without cycles. */
  cycle: CycleChoice | null;
  expectedVersion: number;
  /** The return of the report in the cycle that the row shows, and why; 0 and null: none. */
  seenReviewId: number;
  returnedReason: string | null;
  isForHead: boolean;
  /** Who wrote what waits for the unit's head about the same: nothing more can be sent until it is decided or withdrawn. */
  waitingBy: string | null;
  /** Why it cannot be reported on now; null: it can. */
  refusal: string | null;
};

export type ManyForm = {
  rows: ManyRow[];
  /** Tasks of the address that the actor has no part in reporting on, or that do not exist for them. */
  dropped: number;
  evidence: EvidenceView[];
  idempotencyKey: string;
  receivedKeys: string[];
};

type TaskFacts = {
  id: number;
  seq: number;
  text: string;
  planTitle: string;
  status: string;
  effectiveFrom: Day | null;
  state: TaskState;
  dueOn: Day | null;
  leads: number[];
  units: number[];
};

/** The last review of each report that was sent back. */
async function listReturns(reportIds: readonly number[]): Promise<Map<number, { id: number; reason: string }>> {
  const reviews = await db().review.findMany({
    where: { reportId: { in: [...reportIds] }, report: { status: 'RETURNED' } },
    orderBy: { id: 'asc' },
    select: { id: true, reason: true, reportId: true },
  });
  return new Map(reviews.map(({ reportId, ...review }) => [reportId, review]));
}

/** Of these tasks those about which a PROGRESS of the unit waits for its head in the same cycle, and who wrote it. */
async function listWaiting(
  asked: readonly { taskId: number; unitId: number; cycleId: number | null }[],
  day: Day,
): Promise<Map<number, string>> {
  const rows = await db().$queryRaw<{ taskId: number; name: string }[]>`
    WITH rollup AS MATERIALIZED (SELECT * FROM unit_rollup(${day}::date))
    SELECT w.task_id AS "taskId", a.display_name AS name
      FROM unnest(${asked.map((row) => row.taskId)}::int[], ${asked.map((row) => row.unitId)}::int[], ${asked.map((row) => row.cycleId)}::int[]) AS w(task_id, unit_id, cycle_id)
      JOIN unit_paper p ON p.task_id = w.task_id AND p.kind = 'PROGRESS' AND p.status = 'WAITING' AND (p.input ->> 'cycleId')::int IS NOT DISTINCT FROM w.cycle_id
      JOIN account a ON a.id = p.written_by_id LEFT JOIN rollup r ON r.unit_id = p.unit_id
     WHERE coalesce(r.counted_unit_id, p.unit_id) = w.unit_id ORDER BY p.id`;
  return new Map(rows.map((row) => [row.taskId, row.name]));
}

/** The form for many tasks at once, in the list's order, at most 30; a handful of queries however many. */
export async function findManyForm(actor: Actor, ids: readonly number[], day: Day): Promise<ManyForm> {
  const client = db();
  const wanted = ids.slice(0, MOST_AT_ONCE);
  const access = await listPlanAccess(actor);
  const tasks = await client.$queryRaw<TaskFacts[]>`
    SELECT t.id, t.seq, t.text, p.title AS "planTitle", p.status::text AS status, p.effective_from::text AS "effectiveFrom", t.state::text AS state, t.due_on::text AS "dueOn",
           coalesce(array_agg(DISTINCT x.unit_id) FILTER (WHERE x.role = 'LEAD'), '{}') AS leads, coalesce(array_agg(DISTINCT x.unit_id) FILTER (WHERE x.unit_id IS NOT NULL), '{}') AS units
      FROM task t JOIN plan p ON p.id = t.plan_id LEFT JOIN task_units_as_of(${day}::date) x ON x.task_id = t.id
     WHERE t.id = ANY(${wanted}::int[]) AND ${taskScope(actor, access)}
     GROUP BY t.id, p.id ORDER BY t.plan_id, t.sort_order`;
  const acting = await countedUnits([...actor.actingUnitIds], day);
  const children = await countedUnits([...actor.childUnitIds], day);
  const spoken = tasks.flatMap((task) => {
    const [unit] = speakingUnits('report.submit_progress', {
      roles: actor.roles,
      acting,
      children,
      leadUnitIds: task.leads,
      unitIds: task.units,
    });
    return unit ? [{ task, unit }] : [];
  });
  const [sights, names] = await Promise.all([
    listCycleSightsOf(
      client,
      spoken.map(({ task, unit }) => ({ taskId: task.id, ...unit })),
      day,
    ),
    client.unit.findMany({
      where: { id: { in: spoken.map((row) => row.unit.unitId) } },
      select: { id: true, name: true },
    }),
  ]);
  const forHead = new Map<number, boolean>();
  for (const { unit } of spoken) {
    if (!forHead.has(unit.unitId)) forHead.set(unit.unitId, await mustBeSigned(client, actor, unit.unitId, day));
  }
  const chosen = spoken.map(({ task, unit }) => {
    const { choices, defaultId } = cycleChoices(
      sights.filter((sight) => sight.taskId === task.id),
      day,
    );
    return { task, unit, cycle: choices.find((choice) => choice.id === defaultId) ?? null };
  });
  const [returns, waitingBy] = await Promise.all([
    listReturns(chosen.flatMap(({ cycle }) => (cycle?.report === 'returned' ? (cycle.reportId ?? []) : []))),
    listWaiting(
      chosen.map(({ task, unit, cycle }) => ({ taskId: task.id, unitId: unit.unitId, cycleId: cycle?.id ?? null })),
      day,
    ),
  ]);
  const underReview = new Map<number, string>();
  for (const { task, unit } of chosen) {
    if (task.state === 'UNDER_REVIEW')
      underReview.set(task.id, await underReviewWords(client, task.id, unit.unitId, day));
  }
  const rows = chosen.map(({ task, unit, cycle }): ManyRow => {
    const returned = cycle?.reportId == null ? undefined : returns.get(cycle.reportId);
    return {
      taskId: task.id,
      seq: task.seq,
      text: task.text,
      planTitle: task.planTitle,
      unit: { id: unit.unitId, name: names.find((one) => one.id === unit.unitId)?.name ?? '', isLead: unit.isLead },
      isDated: task.dueOn !== null,
      cycle,
      expectedVersion: cycle?.version ?? 0,
      seenReviewId: returned?.id ?? 0,
      returnedReason: returned?.reason ?? null,
      waitingBy: waitingBy.get(task.id) ?? null,
      isForHead: forHead.get(unit.unitId) === true,
      refusal:
        planRefusal(task, day) ??
        underReview.get(task.id) ??
        (canApplyMove(task.state, { type: 'progress', by: 'LEAD' }) ? null : MOVE_REFUSAL_TEXT['progress.closed']),
    };
  });
  const first = rows.find((row) => row.refusal === null);
  const taskIds = rows.map((row) => row.taskId);
  const [evidence, received, waiting] = await Promise.all([
    first ? listUnsentEvidence(actor, { taskId: first.taskId }) : [],
    client.reportVersion.findMany({
      where: { authorId: actor.accountId, report: { taskId: { in: taskIds } } },
      orderBy: { id: 'desc' },
      take: MOST_AT_ONCE,
      select: { idempotencyKey: true },
    }),
    client.unitPaper.findMany({
      where: { writtenById: actor.accountId, taskId: { in: taskIds } },
      orderBy: { id: 'desc' },
      take: MOST_AT_ONCE,
      select: { idempotencyKey: true },
    }),
  ]);
  return {
    rows,
    dropped: ids.length - rows.length,
    evidence,
    idempotencyKey: randomUUID(),
    receivedKeys: [...new Set([...received, ...waiting].map((one) => one.idempotencyKey.split(':')[0]!))],
  };
}
