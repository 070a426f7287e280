import 'server-only';
import type { Day } from '@/lib/dates';
import { storedRecurrenceSchema } from '@/lib/deadlines/deadline.schema';
import { keptRows, type RowState, textsOf } from '@/lib/imports/drafts/draft.rules';
import {
  currentRowSchema,
  type DraftDocument,
  type DraftStatus,
  draftDocumentSchema,
} from '@/lib/imports/drafts/draft.schema';
import { today } from '@/lib/server/clock';
import type { Db } from '@/lib/server/db';
import type { TaskState } from '@/lib/tasks/task.rules';
import { type DroppedDecision, type RowComparison, type RowDecision, rowComparisonSchema } from './revision.schema';
import { compareWithPlan, type IncomingRow, type StandingTask } from './revision-plan.rules';

/** A revised list beside its plan as both stand now, with what has been decided so far. Read by the page, the decisions and the commit alike. */

export type ComparedTask = StandingTask & {
  version: number;
  sortOrder: number;
  areaId: number | null;
  measureId: number | null;
  groupId: number | null;
  hasOwnCycles: boolean;
  startsAtOnce: boolean;
  deadlineNote: string | null;
  parts: unknown;
  /** Day of its last event. */
  lastEventOn: Day | null;
};

export type RevisedRow = {
  state: RowState;
  version: number;
  incoming: IncomingRow;
  comparison: RowComparison;
  /** Null: undecided, or decided on another change than there is now. */
  decision: RowDecision | null;
};

export type DroppedTask = {
  task: ComparedTask;
  decision: DroppedDecision | null;
  version: number;
  isSeparated: boolean;
};

export type RevisionPlan = {
  id: number;
  kind: 'TASK_LIST' | 'ASSESSMENT';
  status: 'DRAFT' | 'ACTIVE' | 'ARCHIVED' | 'WITHDRAWN';
  title: string;
  regionId: number;
  ownerUnitId: number | null;
  ownerUnitName: string | null;
  year: number;
  issuedOn: Day | null;
  effectiveFrom: Day | null;
};

export type Revision = {
  draftId: number;
  status: DraftStatus;
  version: number;
  regionId: number;
  document: DraftDocument;
  plan: RevisionPlan;
  tasks: Map<number, ComparedTask>;
  /** In the list's order, without the excluded ones. */
  rows: RevisedRow[];
  dropped: DroppedTask[];
};

/** Null where the draft is no revised list or has not been read. Checks no right. */
export async function loadRevision(client: Db, draftId: number): Promise<Revision | null> {
  const draft = await client.importDraft.findUnique({
    where: { id: draftId },
    select: { id: true, status: true, version: true, regionId: true, document: true, basePlanId: true },
  });
  if (!draft || draft.basePlanId === null || draft.document === null) return null;
  const plan = await loadPlan(client, draft.basePlanId);
  const tasks = await loadTasks(client, plan.id);
  const stored = await client.importRow.findMany({
    where: { draftId },
    orderBy: { position: 'asc' },
    select: {
      id: true,
      position: true,
      isExcluded: true,
      current: true,
      version: true,
      change: true,
      decision: true,
    },
  });
  const kept = keptRows(stored.map((row) => ({ ...row, current: currentRowSchema.parse(row.current) })));
  const incoming = incomingRows(kept);
  const { rows: comparisons, dropped } = compareWithPlan(tasks, incoming);
  const storedById = new Map(stored.map((row) => [row.id, row]));
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const rows = kept.map((state, index): RevisedRow => {
    const comparison = comparisons[index]!;
    const { change, decision, version } = storedById.get(state.id)!;
    const holds = isSameComparison(change, comparison);
    return {
      state: { id: state.id, position: state.position, isExcluded: state.isExcluded, current: state.current },
      version,
      incoming: incoming[index]!,
      comparison,
      decision: holds ? (decision as RowDecision | null) : null,
    };
  });
  const separated = rows.flatMap(({ decision, comparison }) =>
    decision === 'separate' && comparison.taskId !== null && byId.get(comparison.taskId)!.state !== 'CANCELLED'
      ? [comparison.taskId]
      : [],
  );
  return {
    draftId,
    status: draft.status,
    version: draft.version,
    regionId: draft.regionId,
    document: draftDocumentSchema.parse(draft.document),
    plan,
    tasks: byId,
    rows,
    dropped: await droppedTasks(client, draftId, byId, dropped, separated),
  };
}

async function droppedTasks(
  client: Db,
  draftId: number,
  tasks: ReadonlyMap<number, ComparedTask>,
  dropped: readonly number[],
  separated: readonly number[],
): Promise<DroppedTask[]> {
  const decided = await client.importDroppedTask.findMany({
    where: { draftId },
    select: { taskId: true, decision: true, version: true },
  });
  const decisionOf = new Map(decided.map((row) => [row.taskId, row]));
  return [...dropped, ...separated]
    .map((id): DroppedTask => {
      const found = decisionOf.get(id);
      return {
        task: tasks.get(id)!,
        decision: (found?.decision as DroppedDecision | undefined) ?? null,
        version: found?.version ?? 0,
        isSeparated: separated.includes(id),
      };
    })
    .sort((a, b) => a.task.sortOrder - b.task.sortOrder);
}

export function isSameComparison(stored: unknown, comparison: RowComparison): boolean {
  const parsed = rowComparisonSchema.safeParse(stored);
  return parsed.success && JSON.stringify(parsed.data) === JSON.stringify(rowComparisonSchema.parse(comparison));
}

/** Other columns in words; a cell that is merged with the one above counts as what stands there. */
function extrasOf(rows: readonly (Record<string, string | null> | null)[]): string[] {
  const last: Record<string, string> = {};
  return rows.map((extra) => {
    const cells = Object.entries(extra ?? {}).map(([heading, printed]): [string, string] => {
      last[heading] = printed ?? last[heading] ?? '';
      return [heading, last[heading]];
    });
    return cells
      .filter(([, printed]) => printed !== '')
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([heading, printed]) => `${heading}：${printed}`)
      .join('；');
  });
}

function incomingRows(rows: readonly RowState[]): IncomingRow[] {
  const texts = textsOf(rows);
  const extras = extrasOf(rows.map(({ current }) => current.extra));
  return rows.map(({ id, current }, index) => ({
    rowId: id,
    seq: current.seq ?? index + 1,
    section: current.section,
    measure: current.measure,
    group: current.group,
    text: current.text,
    lead: current.lead.join('、'),
    responsible: current.responsible.join('、'),
    deadline: texts[index]!.deadlineText,
    extra: extras[index]!,
    deadlineReading: current.deadline,
  }));
}

async function loadPlan(client: Db, planId: number): Promise<RevisionPlan> {
  const [plan] = await client.$queryRaw<RevisionPlan[]>`
    SELECT p.id, p.kind::text AS kind, p.status::text AS status, p.title, p.region_id AS "regionId", p.owner_unit_id AS "ownerUnitId", u.name AS "ownerUnitName",
           p.year, p.issued_on::text AS "issuedOn", p.effective_from::text AS "effectiveFrom"
      FROM plan p LEFT JOIN unit u ON u.id = p.owner_unit_id WHERE p.id = ${planId}::int`;
  return plan!;
}

type StoredTask = Omit<ComparedTask, 'extra' | 'recurrence' | 'state' | 'stateBefore'> & {
  extra: Record<string, string | null> | null;
  recurrence: unknown;
  state: TaskState;
  stateBefore: TaskState | null;
};

/** The tasks of a plan in its order, with the words and units of today. */
async function loadTasks(client: Db, planId: number): Promise<ComparedTask[]> {
  const day = await today(client);
  const tasks = await client.$queryRaw<StoredTask[]>`
    SELECT t.id, t.version, t.seq, t.sort_order AS "sortOrder", t.area_id AS "areaId", t.measure_id AS "measureId", t.work_group_id AS "groupId",
           a.heading AS section, m.heading AS measure, g.name AS "group", t.text, coalesce(u.lead, '') AS lead, coalesce(u.responsible, '') AS responsible,
           t.deadline_text AS deadline, t.extra, t.state::text AS state, t.state_before::text AS "stateBefore", t.due_on::text AS "dueOn",
           CASE WHEN c.payload IS NULL THEN t.original_due_on::text ELSE c.payload ->> 'printed' END AS "printedDueOn",
           t.ongoing, t.achieved_on::text AS "achievedOn", t.recurrence, t.has_own_cycles AS "hasOwnCycles", t.starts_at_once AS "startsAtOnce",
           t.deadline_note AS "deadlineNote", t.parts, h.last_effective_on::text AS "lastEventOn",
           EXISTS (SELECT FROM extension x WHERE x.task_id = t.id AND x.status = 'REQUESTED') AS "hasOpenExtension"
      FROM task t
      LEFT JOIN policy_area a ON a.id = t.area_id
      LEFT JOIN measure m ON m.id = t.measure_id
      LEFT JOIN work_group g ON g.id = t.work_group_id
      LEFT JOIN task_chain h ON h.task_id = t.id
      LEFT JOIN LATERAL (
        SELECT string_agg(tu.printed, '、' ORDER BY tu.position) FILTER (WHERE tu.role = 'LEAD') AS lead,
               string_agg(tu.printed, '、' ORDER BY tu.position) FILTER (WHERE tu.role = 'RESPONSIBLE') AS responsible
          FROM task_unit tu
         WHERE tu.task_id = t.id AND NOT tu.is_by_office AND tu.valid_from <= ${day}::date AND tu.valid_to > ${day}::date) u ON true
      -- the last revised list that printed another date
      LEFT JOIN LATERAL (
        SELECT e.payload FROM task_event e WHERE e.task_id = t.id AND e.type::text = 'TASK_REVISED' AND e.payload ? 'printed'
         ORDER BY e.sequence DESC LIMIT 1) c ON true
     WHERE t.plan_id = ${planId}::int ORDER BY t.sort_order`;
  const extras = extrasOf(tasks.map((task) => task.extra));
  return tasks.map((task, index) => ({
    ...task,
    extra: extras[index]!,
    recurrence: storedRecurrenceSchema.parse(task.recurrence),
  }));
}
