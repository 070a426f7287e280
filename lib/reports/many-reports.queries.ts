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
  isForHead: boolean;
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

/** The form for many tasks at once, in the list's order, at most 30; five queries however many. */
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
  const rows = spoken.map(({ task, unit }): ManyRow => {
    const own = sights.filter((sight) => sight.taskId === task.id);
    const { choices, defaultId } = cycleChoices(own, day);
    const cycle = choices.find((choice) => choice.id === defaultId) ?? null;
    return {
      taskId: task.id,
      seq: task.seq,
      text: task.text,
      planTitle: task.planTitle,
      unit: { id: unit.unitId, name: names.find((one) => one.id === unit.unitId)?.name ?? '', isLead: unit.isLead },
      isDated: task.dueOn !== null,
      cycle,
      expectedVersion: cycle?.version ?? 0,
      isForHead: forHead.get(unit.unitId) === true,
      refusal:
        planRefusal(task, day) ??
        (task.state === 'UNDER_REVIEW'
          ? MOVE_REFUSAL_TEXT['progress.under_review']
          : canApplyMove(task.state, { type: 'progress', by: 'LEAD' })
            ? null
            : MOVE_REFUSAL_TEXT['progress.closed']),
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
