import 'server-only';
import type { Day } from '@/lib/dates';
import { questionOpenOn } from '@/lib/plans/question.where';
import { countedUnits, findTaskAccess, mayDo, type TaskAccess } from '@/lib/rights/rights.queries';
import type { AsOf } from '@/lib/server/as-of';
import type { Actor } from '@/lib/server/auth/actor';
import { db, Prisma } from '@/lib/server/db';
import type { StandingFacts } from './standing-sentence.rules';
import type { TaskState } from './task.rules';

export type SourceRow = { document: string; row: number };

/** One mention of a unit or a collective in a printed cell, and what it resolved to. */
export type Mention = {
  id: number;
  role: 'LEAD' | 'RESPONSIBLE';
  printed: string;
  divisions: string[];
  isByOffice: boolean;
  unit: { id: number; name: string; fullName: string | null } | null;
  /** Set where the unit had been merged by the day. */
  countedAs: { id: number; name: string } | null;
  collective: {
    phrase: string;
    membersKnown: boolean;
    note: string | null;
    members: { id: number; name: string; isFixedByOffice: boolean }[];
  } | null;
  coUnits: { id: number; name: string }[];
};

export type TaskQuestion = {
  id: number;
  field: string;
  text: string;
  isOpen: boolean;
  answer: string | null;
  source: SourceRow | null;
};

export type TimelineEvent = {
  id: string;
  sequence: number;
  type: string;
  origin: 'LIVE' | 'SEED' | 'DEMO' | 'BACKFILL';
  effectiveOn: Day;
  recordedAt: Date;
  actorWords: string;
  unitName: string | null;
  reportId: number | null;
  reportVersion: number | null;
  reportKind: 'PROGRESS' | 'RESULT' | null;
  cycleLabel: string | null;
  payload: Record<string, unknown>;
  /** Of the report's version; null where the viewer may not read reports. */
  percent: number | null;
  narrative: string | null;
  reviewReason: string | null;
  isOwnUnit: boolean;
};

export type TaskDetail = {
  id: number;
  seq: number;
  text: string;
  /** The task as it stands today, whatever day is shown: what a form starts from. */
  now: { version: number; state: TaskState; stateBefore: TaskState | null; dueOn: Day | null };
  hasOwnCycles: boolean;
  plan: {
    id: number;
    title: string;
    year: number;
    status: 'DRAFT' | 'ACTIVE' | 'ARCHIVED' | 'WITHDRAWN';
    regionId: number;
    regionName: string;
    ownerUnitName: string | null;
    effectiveFrom: Day | null;
    archivedOn: Day | null;
  };
  area: { id: number; heading: string } | null;
  measure: { id: number; heading: string } | null;
  group: { id: number; name: string } | null;
  leadRaw: string | null;
  responsibleRaw: string | null;
  deadlineRaw: string | null;
  leadText: string;
  responsibleText: string;
  deadlineText: string;
  /** Fields read from a merged cell: lead, responsible, deadline, group … */
  inherited: string[];
  startsAtOnce: boolean;
  deadlineNote: string | null;
  recurrence: { text?: string; kind?: string } | null;
  parts: { text: string | null; startsOn: Day | null; dueOn: Day | null }[];
  extra: Record<string, string | null>;
  source: SourceRow | null;
  mentions: Mention[];
  questions: TaskQuestion[];
  standing: StandingFacts & { daysLeft: number | null };
  /** Oldest first, up to the day; at most the last 300. */
  events: TimelineEvent[];
  eventCount: number;
  /** Every link of the whole chain recomputed. */
  isChainSound: boolean;
  access: TaskAccess;
  canReadReports: boolean;
};

const MOST_EVENTS = 300;

/** Record id of an address: digits alone, within the database's range. */
export function readId(text: string): number | null {
  if (!/^[1-9]\d{0,9}$/.test(text)) return null;
  const id = Number(text);
  return id <= 2147483647 ? id : null;
}

type Head = Omit<
  TaskDetail,
  'now' | 'mentions' | 'events' | 'eventCount' | 'isChainSound' | 'access' | 'canReadReports' | 'standing'
> & {
  now: TaskDetail['now'];
  standing: Omit<TaskDetail['standing'], 'day' | 'planStatus' | 'effectiveFrom' | 'archivedOn' | 'missedLabels'>;
  missedLabels: string[] | null;
};

/** One task with everything printed, read and recorded of it as of a day; null where it does not exist for the actor. */
export async function findTaskDetail(
  actor: Actor,
  idText: string,
  asOf: Pick<AsOf, 'day' | 'today'>,
): Promise<TaskDetail | null> {
  const id = readId(idText);
  if (id === null) return null;
  // Rights are those of today, whatever day is looked at.
  const access = await findTaskAccess(actor, id, asOf.today);
  if (!access || !mayDo(actor, 'task.read', access.relations)) return null;
  const { day } = asOf;
  const canReadReports = mayDo(actor, 'report.read', access.relations);
  const [heads, mentions, events, chains] = await Promise.all([
    readHead(id, day),
    readMentions(id, day),
    readEvents(
      id,
      day,
      canReadReports,
      await countedUnits([...actor.actingUnitIds, ...actor.childUnitIds], asOf.today),
    ),
    db().$queryRaw<{ count: number; isSound: boolean }[]>`
      SELECT coalesce(c.event_count, 0) AS count,
             coalesce(bool_and(e.hash = e.again AND e.previous_hash = e.expected AND e.content_digest = e.content), c.task_id IS NULL)
               AND count(e.id) = coalesce(c.event_count, 0) AND coalesce(max(e.sequence), 0) = coalesce(c.event_count, 0)
               AND coalesce(c.head_hash, '') = coalesce((array_agg(e.hash ORDER BY e.sequence DESC) FILTER (WHERE e.id IS NOT NULL))[1], '') AS "isSound"
        FROM task t LEFT JOIN task_chain c ON c.task_id = t.id
        LEFT JOIN (
          SELECT x.id, x.task_id, x.sequence, x.hash, x.previous_hash, x.content_digest, event_hash(x) AS again,
                 lag(x.hash, 1, '') OVER (ORDER BY x.sequence) AS expected,
                 coalesce((SELECT report_version_digest(v) FROM report_version v WHERE v.report_id = x.report_id AND v.version = x.report_version), '')
                   || coalesce((SELECT review_digest(r) FROM review r WHERE r.id = x.review_id), '') AS content
            FROM task_event x WHERE x.task_id = ${id}) e ON e.task_id = t.id
       WHERE t.id = ${id} GROUP BY c.task_id, c.event_count, c.head_hash`,
  ]);
  const head = heads[0];
  if (!head) return null;
  const { standing, missedLabels, ...rest } = head;
  return {
    ...rest,
    parts: rest.parts ?? [],
    extra: rest.extra ?? {},
    questions: rest.questions ?? [],
    mentions,
    events: events.toReversed(),
    eventCount: chains[0]?.count ?? 0,
    isChainSound: chains[0]?.isSound ?? false,
    access,
    canReadReports,
    standing: {
      ...standing,
      day,
      missedLabels: missedLabels ?? [],
      planStatus: rest.plan.status,
      effectiveFrom: rest.plan.effectiveFrom,
      archivedOn: rest.plan.archivedOn,
    },
  };
}

/** The document d printed the words that hold on the day: not a revised list of a later day. */
const printsWordsOf = (day: Day) =>
  Prisma.sql`NOT EXISTS (SELECT FROM task_wording w WHERE w.task_id = c.task_id AND w.valid_to > ${day}::date AND w.document_id <= d.id)`;

function readHead(id: number, day: Day): Promise<Head[]> {
  return db().$queryRaw<Head[]>`
    SELECT t.id, t.seq, t.text, t.has_own_cycles AS "hasOwnCycles",
           json_build_object('version', t.version, 'state', t.state, 'stateBefore', t.state_before, 'dueOn', t.due_on) AS now,
           json_build_object('id', p.id, 'title', p.title, 'year', p.year, 'status', p.status, 'regionId', p.region_id, 'regionName', g.name,
             'ownerUnitName', o.name, 'effectiveFrom', p.effective_from, 'archivedOn', p.archived_on) AS plan,
           CASE WHEN a.id IS NOT NULL THEN json_build_object('id', a.id, 'heading', a.heading) END AS area,
           CASE WHEN m.id IS NOT NULL THEN json_build_object('id', m.id, 'heading', m.heading) END AS measure,
           CASE WHEN w.id IS NOT NULL THEN json_build_object('id', w.id, 'name', w.name) END AS "group",
           t.lead_raw AS "leadRaw", t.responsible_raw AS "responsibleRaw", t.deadline_raw AS "deadlineRaw",
           t.lead_text AS "leadText", t.responsible_text AS "responsibleText", t.deadline_text AS "deadlineText",
           t.inherited, t.starts_at_once AS "startsAtOnce", t.deadline_note AS "deadlineNote", t.recurrence, t.parts, t.extra,
           (SELECT json_build_object('document', d.file_name, 'row', min(c.row_number)) FROM source_cell c JOIN source_document d ON d.id = c.document_id
             WHERE c.task_id = t.id AND ${printsWordsOf(day)} GROUP BY d.id ORDER BY d.id DESC LIMIT 1) AS source,
           (SELECT json_agg(json_build_object('id', q.id, 'field', q.field, 'text', q.text, 'answer', CASE WHEN q.open THEN NULL ELSE q.answer END, 'isOpen', q.open, 'source', q.source)
                     ORDER BY q.open DESC, q.position)
              FROM (SELECT q.*, ${questionOpenOn(day)} AS open,
                           (SELECT json_build_object('document', d.file_name, 'row', c.row_number) FROM source_cell c JOIN source_document d ON d.id = c.document_id
                             WHERE c.task_id = q.task_id AND ${printsWordsOf(day)} ORDER BY d.id DESC, (c.field = q.field) DESC, c.id LIMIT 1) AS source
                      FROM question q WHERE q.task_id = t.id) q) AS questions,
           json_build_object('state', s.state, 'light', s.light, 'reason', s.reason, 'dueOn', s.due_on, 'originalDueOn', t.original_due_on, 'clockOn', s.clock_on,
             'achievedOn', s.achieved_on, 'outcome', s.outcome, 'daysLeft', s.days_left, 'overdueDays', s.overdue_days, 'ongoing', t.ongoing) AS standing,
           (SELECT json_agg(c.label ORDER BY c.closes_on) FROM cycles_of_task(t.id) c
             WHERE s.missed_cycles > 0 AND c.closes_on >= s.missed_since_on AND c.grace_ends_on < ${day}::date
               AND EXISTS (SELECT 1 FROM task_standing o WHERE o.task_id = t.id AND o.valid_from <= c.closes_on AND o.valid_to > c.closes_on
                              AND o.state IN ('NOT_STARTED', 'IN_PROGRESS', 'SUSTAINED'))) AS "missedLabels"
      FROM task_as_of(${day}::date) t
      JOIN plan p ON p.id = t.plan_id
      JOIN region g ON g.id = p.region_id
      LEFT JOIN unit o ON o.id = p.owner_unit_id
      LEFT JOIN policy_area a ON a.id = t.area_id
      LEFT JOIN measure m ON m.id = t.measure_id
      LEFT JOIN work_group w ON w.id = t.work_group_id
      JOIN standing_as_of(${day}::date) s ON s.task_id = t.id
     WHERE t.id = ${id}`;
}

function readMentions(id: number, day: Day): Promise<Mention[]> {
  return db().$queryRaw<Mention[]>`
    SELECT tu.id, tu.role::text AS role, tu.printed, tu.divisions, tu.is_by_office AS "isByOffice",
           CASE WHEN u.id IS NOT NULL THEN json_build_object('id', u.id, 'name', u.name, 'fullName', u.full_name) END AS unit,
           CASE WHEN mu.id IS NOT NULL THEN json_build_object('id', mu.id, 'name', mu.name) END AS "countedAs",
           CASE WHEN c.id IS NOT NULL THEN json_build_object('phrase', c.phrase, 'membersKnown', c.members_known, 'note', c.note, 'members', coalesce((
             SELECT json_agg(json_build_object('id', v.id, 'name', v.name, 'isFixedByOffice', cm.plan_id IS NOT NULL) ORDER BY v.sort_order, v.id)
               FROM collective_member cm JOIN unit v ON v.id = cm.unit_id JOIN task t ON t.id = tu.task_id
              WHERE cm.collective_id = c.id AND (cm.plan_id IS NULL OR cm.plan_id = t.plan_id) AND cm.valid_from <= ${day}::date AND cm.valid_to > ${day}::date), '[]'::json)) END AS collective,
           coalesce((SELECT json_agg(json_build_object('id', x.id, 'name', x.name) ORDER BY x.sort_order) FROM unit x WHERE x.id = ANY(tu.co_unit_ids)), '[]'::json) AS "coUnits"
      FROM task_unit tu
      LEFT JOIN unit u ON u.id = tu.unit_id
      LEFT JOIN unit_rollup(${day}::date) r ON r.unit_id = tu.unit_id
      LEFT JOIN unit mu ON mu.id = r.counted_unit_id
      LEFT JOIN collective c ON c.id = tu.collective_id
     WHERE tu.task_id = ${id} AND tu.valid_from <= ${day}::date AND tu.valid_to > ${day}::date
     ORDER BY tu.role, tu.position`;
}

/** The task's events; what a unit wrote, why it was returned, what it was urged with and what it objects to for who may read reports alone; its papers before they are signed for its own people (ownUnitIds). */
function readEvents(
  id: number,
  day: Day,
  canReadReports: boolean,
  ownUnitIds: readonly number[],
): Promise<TimelineEvent[]> {
  return db().$queryRaw<TimelineEvent[]>`
    SELECT e.id::text AS id, e.sequence, e.type::text AS type, e.origin::text AS origin, e.effective_on::text AS "effectiveOn", e.recorded_at AS "recordedAt",
           e.actor_words AS "actorWords", u.name AS "unitName", e.report_id AS "reportId", e.report_version AS "reportVersion",
           e.report_kind::text AS "reportKind", c.label AS "cycleLabel",
           CASE WHEN ${canReadReports} THEN e.payload ELSE e.payload - 'reason' - 'note' - 'groundWords' - CASE WHEN e.type = 'REMINDED' THEN 'words' ELSE '' END END AS payload,
           CASE WHEN ${canReadReports} THEN v.percent END AS percent, CASE WHEN ${canReadReports} THEN v.narrative END AS narrative,
           CASE WHEN ${canReadReports} THEN r.reason END AS "reviewReason", coalesce(r.is_own_unit, false) AS "isOwnUnit"
      FROM task_event e
      LEFT JOIN unit u ON u.id = e.unit_id
      LEFT JOIN cycle c ON c.id = e.cycle_id
      LEFT JOIN report_version v ON v.report_id = e.report_id AND v.version = e.report_version AND e.type IN ('REPORT_SUBMITTED', 'BACKFILLED')
      LEFT JOIN review r ON r.id = e.review_id
     WHERE e.task_id = ${id} AND e.effective_on <= ${day}::date
       AND (e.type NOT IN ('PAPER_WRITTEN', 'PAPER_SENT_BACK', 'PAPER_WITHDRAWN')
            OR (${canReadReports} AND coalesce((SELECT m.counted_unit_id FROM unit_rollup(ledger_today()) m WHERE m.unit_id = e.unit_id), e.unit_id) = ANY(${[...ownUnitIds]}::int[])))
     ORDER BY e.sequence DESC LIMIT ${MOST_EVENTS}`;
}
