// The boards' figures worked out a second way: raw tables, the oracle's walk through the days, and counting in TypeScript. The kept
// standing (task_standing) and the functions that read it are not asked.
import type { ReasonCode, StateCode } from '../../../lib/standing/standing.types';
import { type CycleFacts, cyclesOwed, type HistoryEvent, type Standing, simulate } from '../../support/standing.oracle';
import { query } from './demo';

type Row = {
  id: number;
  plan_id: number;
  seq: number;
  sort_order: number;
  text: string;
  original_due_on: string | null;
  ongoing: boolean;
  has_own_cycles: boolean;
};
type PlanRow = {
  id: number;
  slug: string;
  status: string;
  effective_from: string | null;
  archived_on: string | null;
  due_soon_days: number;
};
type EventRow = {
  task_id: number;
  type: HistoryEvent['type'];
  on: string;
  report_id: number | null;
  report_version: number | null;
  report_kind: 'PROGRESS' | 'RESULT' | null;
  cycle_id: number | null;
  is_by_lead: boolean | null;
  payload: NonNullable<HistoryEvent['payload']>;
};
type CycleRow = {
  id: number;
  task_id: number | null;
  closes_on: string;
  grace_ends_on: string;
  superseded_on: string | null;
};
type MentionRow = {
  task_id: number;
  role: 'LEAD' | 'RESPONSIBLE';
  unit_id: number;
  is_direct: boolean;
  from: string;
  to: string;
};

export type CountedTask = {
  id: number;
  seq: number;
  text: string;
  standing: Standing;
  /** Each unit once. */
  leads: number[];
  /** Named as responsible. */
  responsible: number[];
  /** Responsible as a known member of a collective alone, or beside being named. */
  collective: number[];
  /** The state at the end of any day up to the one asked for. */
  stateOn: (day: string) => StateCode;
  /** The latest two cycles whose grace was over, newest first. */
  closed: { id: number; closesOn: string }[];
  /** Reports of leads that were neither returned nor withdrawn by the day. */
  reports: { unitId: number; cycleId: number | null }[];
};

/** Every task of one plan as it stood at the end of a day. */
export async function tasksOn(slug: string, day: string): Promise<CountedTask[]> {
  const [plan] = await query<PlanRow>(
    `SELECT id, slug, status::text, effective_from::text, archived_on::text, due_soon_days FROM plan WHERE slug = $1`,
    [slug],
  );
  const rows = await query<Row>(
    `SELECT id, plan_id, seq, sort_order, text, original_due_on::text, ongoing, has_own_cycles FROM task WHERE plan_id = $1 ORDER BY sort_order`,
    [plan!.id],
  );
  const events = await query<EventRow>(
    `SELECT e.task_id, e.type::text AS type, e.effective_on::text AS on, e.report_id, e.report_version, e.report_kind::text AS report_kind,
            e.cycle_id, e.is_by_lead, e.payload
       FROM task_event e JOIN task t ON t.id = e.task_id WHERE t.plan_id = $1 ORDER BY e.task_id, e.sequence`,
    [plan!.id],
  );
  const cycles = await query<CycleRow>(
    'SELECT id, task_id, closes_on::text, grace_ends_on::text, superseded_on::text FROM cycle WHERE plan_id = $1 ORDER BY closes_on',
    [plan!.id],
  );
  const stretches = await query<{ task_id: number; from: string; to: string }>(
    `SELECT r.task_id, r.valid_from::text AS from, r.valid_to::text AS to FROM task_cycle_rule r JOIN task t ON t.id = r.task_id WHERE t.plan_id = $1`,
    [plan!.id],
  );
  const soon = await query<{ from: string; days: number }>(
    `SELECT valid_from::text AS from, (value #>> '{}')::int AS days FROM dated_setting WHERE scope = 'plan' AND key = 'due_soon_days' AND scope_id = $1 ORDER BY id`,
    [plan!.id],
  );
  const mentions = await query<MentionRow>(
    `SELECT tu.task_id, tu.role::text AS role, tu.unit_id, true AS is_direct, tu.valid_from::text AS from, tu.valid_to::text AS to
       FROM task_unit tu JOIN task t ON t.id = tu.task_id WHERE t.plan_id = $1 AND tu.unit_id IS NOT NULL
     UNION ALL
     SELECT tu.task_id, tu.role::text, m.unit_id, false, greatest(tu.valid_from, m.valid_from)::text, least(tu.valid_to, m.valid_to)::text
       FROM task_unit tu JOIN task t ON t.id = tu.task_id JOIN collective_member m ON m.collective_id = tu.collective_id
      WHERE t.plan_id = $1 AND (m.plan_id IS NULL OR m.plan_id = $1)`,
    [plan!.id],
  );
  const merges = await query<{ from: number; into: number; on: string }>(
    'SELECT from_unit_id AS from, into_unit_id AS into, effective_on::text AS on FROM unit_merge',
  );
  const countedAs = (unit: number): number => {
    const merge = merges.find((one) => one.from === unit && one.on <= day);
    return merge ? countedAs(merge.into) : unit;
  };
  const authors = await query<{ id: number; unit_id: number }>(
    'SELECT r.id, r.unit_id FROM progress_report r JOIN task t ON t.id = r.task_id WHERE t.plan_id = $1',
    [plan!.id],
  );
  const authorOf = (report: number): number => authors.find(({ id }) => id === report)!.unit_id;
  const isRunning = plan!.status === 'ACTIVE' || plan!.status === 'ARCHIVED';
  const facts = {
    effectiveFrom: isRunning ? plan!.effective_from : null,
    archivedOn: plan!.archived_on,
    dueSoonDays: plan!.due_soon_days,
    dueSoonChanges: soon,
  };
  const cycleOf = (row: CycleRow): CycleFacts => ({
    id: row.id,
    closesOn: row.closes_on,
    graceEndsOn: row.grace_ends_on,
    ...(row.superseded_on === null ? {} : { supersededOn: row.superseded_on }),
  });
  return rows.map((row) => {
    const own = events.filter((event) => event.task_id === row.id);
    const history = {
      originalDueOn: row.original_due_on,
      ongoing: own.find((event) => event.type === 'TASK_CREATED')?.payload.ongoing ?? row.ongoing,
      events: own.map(historyEvent),
    };
    const ownStretches = stretches.filter((stretch) => stretch.task_id === row.id);
    const owed = cyclesOwed(
      cycles.filter((cycle) => cycle.task_id === null).map(cycleOf),
      row.has_own_cycles || ownStretches.length > 0
        ? cycles.filter((cycle) => cycle.task_id === row.id).map(cycleOf)
        : null,
      ownStretches.length > 0 ? ownStretches : null,
    );
    const unitsAs = (role: MentionRow['role'], isDirect: boolean[]) => [
      ...new Set(
        mentions
          .filter(
            (m) =>
              m.task_id === row.id && m.role === role && isDirect.includes(m.is_direct) && m.from <= day && day < m.to,
          )
          .map((m) => countedAs(m.unit_id)),
      ),
    ];
    const standingOn = simulate(history, facts, owed, day);
    const entered = own.findLast((event) => event.type === 'BACKFILLED' && event.on <= day)?.on ?? '';
    const last = new Map<number, EventRow>();
    for (const event of own)
      if (event.on <= day && event.report_id !== null && event.is_by_lead) last.set(event.report_id, event);
    const counting = [...last.values()].filter(({ type }) => type === 'REPORT_SUBMITTED' || type === 'REPORT_ACCEPTED');
    return {
      id: row.id,
      seq: row.seq,
      text: row.text,
      standing: standingOn(day),
      stateOn: (other) => standingOn(other).state,
      closed: owed
        .filter(
          (cycle) =>
            cycle.graceEndsOn < day && cycle.closesOn >= (facts.effectiveFrom ?? '9999') && cycle.closesOn >= entered,
        )
        .sort((a, b) => (a.closesOn < b.closesOn ? 1 : -1))
        .slice(0, 2),
      reports: counting.map((event) => ({ unitId: countedAs(authorOf(event.report_id!)), cycleId: event.cycle_id })),
      leads: unitsAs('LEAD', [true, false]),
      responsible: unitsAs('RESPONSIBLE', [true]),
      collective: unitsAs('RESPONSIBLE', [false]),
    };
  });
}

function historyEvent(row: EventRow): HistoryEvent {
  return {
    type: row.type,
    on: row.on,
    payload: row.payload,
    report:
      row.report_id === null
        ? undefined
        : {
            id: row.report_id,
            version: row.report_version ?? 1,
            kind: row.report_kind ?? 'PROGRESS',
            cycleId: row.cycle_id,
            isByLead: row.is_by_lead ?? false,
          },
  };
}

/** The columns of the boards, by the words at their heads. */
const COLUMNS: [string, ReasonCode[]][] = [
  ['逾期', ['OVERDUE', 'ISSUED_PAST_DUE']],
  ['断报', ['REPORTING_LAPSED']],
  ['临期', ['DUE_SOON']],
  ['未报', ['UNREPORTED']],
  ['正常', ['ON_COURSE']],
  ['已办结', ['COMPLETED']],
  ['长期推进', ['SUSTAINED']],
  ['时限待确认', ['NO_DEADLINE']],
  ['已取消', ['CANCELLED']],
  ['不在执行期', ['PLAN_NOT_ACTIVE']],
];
const ACHIEVED: StateCode[] = ['COMPLETED', 'SUSTAINED'];

/** What a board says of some tasks, by the words at the head of each column. */
export function figuresOf(tasks: readonly CountedTask[]): Map<string, string> {
  const figures = new Map<string, string>();
  for (const [column, reasons] of COLUMNS)
    figures.set(column, String(tasks.filter(({ standing }) => reasons.includes(standing.reason)).length));
  figures.set('合计', String(tasks.length));
  const dated = tasks.filter(({ standing }) => standing.dueOn !== null && standing.state !== 'CANCELLED');
  const rated = tasks.filter(({ standing }) => standing.isRated);
  const onTime = rated.filter(({ standing }) => standing.outcome === 'ON_TIME' || standing.outcome === 'EXTENDED');
  figures.set(
    '完成率',
    percentage(dated.filter(({ standing }) => ACHIEVED.includes(standing.state)).length, dated.length),
  );
  figures.set('按期办结率', percentage(onTime.length, rated.length));
  return figures;
}

/** Ranks by on-time rate, then completion rate; equals share one; '—' where nothing has been judged. */
export function ranksOf(groups: readonly (readonly CountedTask[])[]): string[] {
  const scores = groups.map((tasks) => {
    const rated = tasks.filter(({ standing }) => standing.isRated);
    const onTime = rated.filter(({ standing }) => standing.outcome === 'ON_TIME' || standing.outcome === 'EXTENDED');
    const dated = tasks.filter(({ standing }) => standing.dueOn !== null && standing.state !== 'CANCELLED');
    const achieved = dated.filter(({ standing }) => ACHIEVED.includes(standing.state));
    return rated.length === 0 ? null : [onTime.length / rated.length, achieved.length / Math.max(1, dated.length)];
  });
  return scores.map((own) => {
    if (own === null) return '—';
    const better = scores.filter(
      (other) => other !== null && (other[0]! > own[0]! || (other[0] === own[0] && other[1]! > own[1]!)),
    );
    return String(better.length + 1);
  });
}

const REPORTING: StateCode[] = ['NOT_STARTED', 'IN_PROGRESS', 'SUSTAINED'];

/** The tasks on which a unit owed both of the latest two closed cycles, if it said nothing counting in those of any task it leads. */
export function silenceOf(unit: number, tasks: readonly CountedTask[]): number {
  const led = tasks.filter(
    ({ leads, standing }) =>
      leads.includes(unit) &&
      standing.reason !== 'PLAN_NOT_ACTIVE' &&
      [...REPORTING, 'UNDER_REVIEW'].includes(standing.state),
  );
  const hasSpoken = led.some(({ closed, reports }) =>
    reports.some(({ unitId, cycleId }) => unitId === unit && closed.some(({ id }) => id === cycleId)),
  );
  if (hasSpoken) return 0;
  return led.filter(
    ({ standing, closed, stateOn }) =>
      REPORTING.includes(standing.state) &&
      closed.length === 2 &&
      closed.every(({ closesOn }) => REPORTING.includes(stateOn(closesOn))),
  ).length;
}

/** One decimal, none where it is zero; a part is never shown as nothing or all. */
function percentage(part: number, whole: number): string {
  if (whole === 0) return '—';
  const tenths = Math.round((part / whole) * 1000);
  const shown = part < whole && tenths === 1000 ? 999 : part > 0 && tenths === 0 ? 1 : tenths;
  return `${shown / 10}%`;
}

export const isOverdue = ({ standing }: CountedTask): boolean =>
  standing.reason === 'OVERDUE' || standing.reason === 'ISSUED_PAST_DUE';
export const hasLapsed = ({ standing }: CountedTask): boolean => standing.reason === 'REPORTING_LAPSED';

/** The units of a region in protocol order. */
export function unitsInOrder(region: string): Promise<{ id: number; name: string }[]> {
  return query(
    'SELECT u.id, u.name FROM unit u JOIN region r ON r.id = u.region_id WHERE r.code = $1 ORDER BY u.sort_order, u.id',
    [region],
  );
}
