// Random histories of tasks, made only of moves the rules allow, and their way into a database by the thousand.
import type { Client } from 'pg';
import type { Day } from '../../lib/dates';
import { applyMove, canApplyMove, type TaskMove, type TaskState } from '../../lib/tasks/task.rules';
import {
  type CycleFacts,
  cyclesOwed,
  type History,
  type HistoryEvent,
  type OwnStretch,
  type PlanFacts,
  toDay,
  toNumber,
} from './standing.oracle';

export type Random = {
  /** A whole number from `from` to `to`, both included. */
  int: (from: number, to: number) => number;
  chance: (probability: number) => boolean;
  pick: <T>(items: readonly T[]) => T;
};

/** The same numbers for the same seed, so that a failing history can be made again (mulberry32). */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const int = (from: number, to: number) => from + Math.floor(next() * (to - from + 1));
  return { int, chance: (probability) => next() < probability, pick: (items) => items[int(0, items.length - 1)]! };
}

export type GeneratedPlan = PlanFacts & {
  id: number;
  status: 'DRAFT' | 'ACTIVE' | 'ARCHIVED';
  /** What the row holds; a draft may already know its first day, and is no more in force for that. */
  storedEffectiveFrom: Day | null;
  cycles: CycleFacts[];
};
export type GeneratedTask = {
  id: number;
  plan: GeneratedPlan;
  ownCycles: CycleFacts[] | null;
  /** Where the office set its cycles: the days for which they are its own. */
  stretches: OwnStretch[] | null;
  history: History;
  /** By the rules in lib/tasks, for comparison. */
  finalState: TaskState;
  finalDueOn: Day | null;
};

const lastOfMonth = (n: number): number => {
  const date = new Date(n * 86_400_000);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0) / 86_400_000;
};

function generateCycles(random: Random, start: number, count: number, nextId: () => number): CycleFacts[] {
  const cycles: CycleFacts[] = [];
  const months = random.pick([1, 1, 1, 3]);
  const closingDay = random.chance(0.6) ? null : random.int(1, 28);
  const grace = random.pick([0, 5, 7, 7, 9, 12, 40]);
  let month = new Date(start * 86_400_000).getUTCMonth();
  const year = new Date(start * 86_400_000).getUTCFullYear();
  for (; cycles.length < count; month += 1) {
    if ((month + 1) % months !== 0) continue;
    const end = Date.UTC(year, month + 1, 0) / 86_400_000;
    const closesOn = closingDay === null ? end : Date.UTC(year, month, closingDay) / 86_400_000;
    // A few close too soon or before the plan begins: nobody owes those that do.
    if (closesOn < start + 15 && !random.chance(0.05)) continue;
    const cycle = { closesOn: toDay(closesOn), graceEndsOn: toDay(closesOn + random.int(0, 3) + grace) };
    // Taken back before it began; the one in its place often closes on the same day.
    if (random.chance(0.04)) {
      cycles.push({ ...cycle, id: nextId(), supersededOn: toDay(closesOn - random.int(1, 40)) });
      if (random.chance(0.3)) continue;
    }
    cycles.push({ ...cycle, id: nextId() });
  }
  return cycles;
}

function generatePlan(random: Random, id: number, nextId: () => number): GeneratedPlan {
  const start = random.chance(0.3)
    ? toNumber(random.pick(['2024-01-31', '2024-02-14', '2024-02-29', '2023-12-31', '2022-02-28', '2022-04-15']))
    : random.int(toNumber('2022-01-01'), toNumber('2024-06-30'));
  const status = random.pick([
    'DRAFT',
    'ACTIVE',
    'ACTIVE',
    'ACTIVE',
    'ACTIVE',
    'ACTIVE',
    'ARCHIVED',
    'ARCHIVED',
    'ARCHIVED',
  ] as const);
  const storedEffectiveFrom = status === 'DRAFT' && random.chance(0.7) ? null : toDay(start);
  return {
    id,
    status,
    storedEffectiveFrom,
    effectiveFrom: status === 'DRAFT' ? null : toDay(start),
    // Half of them known, on the first day or some weeks later; told by the id, so that the histories stay as they were drawn.
    activatedOn: status === 'DRAFT' || id % 2 === 0 ? null : toDay(start + (id % 7) * 25),
    archivedOn: status === 'ARCHIVED' ? toDay(start + (random.chance(0.05) ? 0 : random.int(40, 420))) : null,
    dueSoonDays: random.pick([15, 15, 15, 0, 7, 30]),
    dueSoonChanges: random.chance(0.3)
      ? Array.from({ length: random.int(1, 3) }, () => ({
          from: toDay(start + random.pick([0, 60, 60, random.int(-30, 400)])),
          days: random.pick([0, 3, 15, 30, 45]),
        }))
      : [],
    cycles: random.chance(0.1) ? [] : generateCycles(random, start, random.int(4, 15), nextId),
  };
}

type Report = {
  id: number;
  version: number;
  kind: 'PROGRESS' | 'RESULT';
  cycleId: number | null;
  isByLead: boolean;
  unit: number;
  isLive: boolean;
};

/** One or two stretches of days with cycles of its own; now and then one that was given up before it began. */
function generateStretches(random: Random, start: number): OwnStretch[] {
  const stretches: OwnStretch[] = [];
  let from = random.chance(0.3) ? start - 3650 : start + random.int(0, 150);
  for (let n = random.int(1, 2); n > 0; n -= 1) {
    const to = random.chance(0.4) ? toNumber('9999-12-31') : Math.max(from, start) + random.pick([0, 60, 120, 200]);
    stretches.push({ from: toDay(from), to: toDay(Math.max(from, to)) });
    if (to >= toNumber('9999-12-31')) break;
    from = Math.max(from, to) + random.int(0, 90);
  }
  return stretches;
}

function generateTask(random: Random, id: number, plan: GeneratedPlan, nextId: () => number): GeneratedTask {
  const start = toNumber(plan.storedEffectiveFrom ?? '2022-04-15');
  const stop = Math.min(
    plan.archivedOn === null ? Number.MAX_SAFE_INTEGER : toNumber(plan.archivedOn),
    start + random.int(100, 480),
  );
  const ownCycles = random.chance(0.25) ? generateCycles(random, start, random.int(2, 8), nextId) : null;
  const stretches = ownCycles !== null && random.chance(0.5) ? generateStretches(random, start) : null;
  const cycles = cyclesOwed(plan.cycles, ownCycles, stretches).sort((a, b) => (a.closesOn < b.closesOn ? -1 : 1));
  const originalDueOn = random.chance(0.2)
    ? null
    : random.pick([
        start - random.int(1, 60),
        start + random.int(0, 30),
        start + random.int(20, 330),
        lastOfMonth(start + random.int(0, 300)),
        lastOfMonth(start + random.int(0, 300)),
        toNumber('2024-02-29'),
      ]);
  const ongoing = random.chance(0.45);
  const events: HistoryEvent[] = [];
  let day = random.chance(0.15) ? start - random.int(1, 25) : start;
  let state = 'NOT_STARTED' as TaskState;
  let stateBefore: TaskState | null = null;
  let due = originalDueOn === null ? null : toDay(originalDueOn);
  let goesOn = ongoing;
  let pending: { from: Day; to: Day; requestedOn: Day } | null = null;
  let issueDecided = false;
  let open: Report | null = null;
  const reports: Report[] = [];
  const leads = random.int(1, 3);
  const on = () => toDay(day);
  const put = (event: Omit<HistoryEvent, 'on'>) => events.push({ ...event, on: on() });
  const move = (made: TaskMove) => {
    const before = state;
    state = applyMove(state, made);
    if (made.type === 'result' || made.type === 'cancel') stateBefore = before;
  };
  const about = ({ id: reportId, version, kind, cycleId, isByLead }: Report) => ({
    id: reportId,
    version,
    kind,
    cycleId,
    isByLead,
  });

  // A revised list put a few on while the plan was running.
  const isListed = plan.status !== 'DRAFT' && random.chance(0.07);
  if (isListed) day = Math.min(start + random.int(1, 140), stop - 1);
  put({ type: 'TASK_CREATED', payload: isListed ? { ongoing, listedBy: 1 } : { ongoing } });
  if (plan.status !== 'DRAFT' && random.chance(0.1)) {
    const to = random.pick(
      originalDueOn === null ? (['IN_PROGRESS'] as const) : (['IN_PROGRESS', 'COMPLETED', 'SUSTAINED'] as const),
    );
    const achievedOn = to === 'IN_PROGRESS' ? null : toDay(day - random.int(0, 20));
    state = to;
    put({ type: 'BACKFILLED', payload: { state: to, achievedOn } });
  }
  /** 补录 at activation: what was so by a day in the middle of the plan, now and then with the last report. */
  const backfill = () => {
    state = random.pick(
      due === null
        ? (['NOT_STARTED', 'IN_PROGRESS'] as const)
        : (['NOT_STARTED', 'IN_PROGRESS', 'COMPLETED', 'SUSTAINED'] as const),
    );
    const isAchieved = state === 'COMPLETED' || state === 'SUSTAINED';
    const begun = cycles.filter((cycle) => toNumber(cycle.closesOn) - 40 <= day);
    const cycle = random.chance(0.5) ? begun.at(-1) : undefined;
    const report: Report | null =
      cycle && !reports.some((r) => r.cycleId === cycle.id)
        ? {
            id: nextId(),
            version: 1,
            kind: 'PROGRESS',
            cycleId: cycle.id,
            isByLead: true,
            unit: random.int(1, leads),
            isLive: true,
          }
        : null;
    if (report) reports.push(report);
    const dayIn = (most: number) => toDay(day - random.int(0, most));
    put({
      type: 'BACKFILLED',
      ...(report ? { report: about(report) } : {}),
      payload: { state, achievedOn: isAchieved ? dayIn(90) : null, ...(report ? { reportedOn: dayIn(40) } : {}) },
    });
  };

  // While the office looks at a RESULT before cancelling, the review stays as it was: restore brings it back.
  let beforeCancelOfReview: TaskState | null = null;
  // Twists that chance alone would hardly ever draw: what follows at once, on the same day or soon after.
  const twists: { choice: number; after?: number; to?: Day | null }[] = [];
  const soon = () => random.pick([0, 0, 1, random.int(2, 30)]);
  const wanted = random.int(0, 26);
  for (let tries = 0; events.length < wanted && tries < 80; tries += 1) {
    const edges = [due, ...cycles.flatMap((cycle) => [cycle.closesOn, cycle.graceEndsOn])]
      .filter((edge) => edge !== null)
      .map((edge) => toNumber(edge) + random.int(0, 1))
      .filter((edge) => edge >= day && edge <= day + 45);
    let choice = random.int(1, 100);
    const twist = twists.shift();
    const isKept = state === 'COMPLETED' || state === 'SUSTAINED' || state === 'UNDER_REVIEW';
    if (twist) {
      choice = twist.choice;
      day += twist.after ?? 0;
    } else if (isKept && due !== null && toNumber(due) <= day + 40 && random.chance(0.15)) {
      // the date of what is done, or handed in, is moved after it has passed
      day = Math.max(day, toNumber(due) + random.int(0, 20));
      choice = 82;
    } else if (pending && random.chance(0.4)) choice = 79;
    else if (due !== null && random.chance(0.04) && toNumber(due) >= day) {
      day = toNumber(due) + random.int(0, 1);
      choice = random.pick([60, 70, 82]);
    } else if (day < start && due !== null && toNumber(due) < day && random.chance(0.5)) choice = 82;
    else if (edges.length > 0 && random.chance(0.2)) day = random.pick(edges);
    else if (random.chance(0.65)) day += random.chance(0.15) ? random.int(15, 70) : random.int(0, 14);
    if (day >= stop) break;
    const deadline = { dueOn: due, ongoing: goesOn };
    if (state === 'UNDER_REVIEW' && choice <= 55) {
      const kind = random.pick(['accept', 'accept', 'return', 'return', 'withdraw'] as const);
      const report: Report = open!;
      report.isLive = kind === 'accept';
      if (kind === 'accept') {
        move({ type: 'accept', deadline });
        put({ type: 'REPORT_ACCEPTED', report: about(report) });
      } else if (kind === 'return') {
        move({ type: 'return', reason: '材料不全' });
        put({ type: 'REPORT_RETURNED', report: about(report) });
        if (random.chance(0.25)) twists.push({ choice: random.pick([60, 82]) });
      } else {
        move({ type: 'withdraw', stateBefore });
        put({ type: 'REPORT_WITHDRAWN', report: about(report) });
      }
    } else if (choice <= 45) {
      if (!canApplyMove(state, { type: 'progress', by: 'LEAD' })) continue;
      const begun = cycles.filter((cycle) => toNumber(cycle.closesOn) - 40 <= day);
      const cycle = begun.length === 0 ? null : random.chance(0.75) ? begun.at(-1)! : random.pick(begun);
      const isByLead = random.chance(0.85);
      const unit = isByLead ? random.int(1, leads) : random.int(11, 12);
      const known = reports.find((r) => r.kind === 'PROGRESS' && r.unit === unit && r.cycleId === (cycle?.id ?? null));
      const report: Report = known ?? {
        id: nextId(),
        version: 0,
        kind: 'PROGRESS',
        cycleId: cycle?.id ?? null,
        isByLead,
        unit,
        isLive: true,
      };
      if (!known) reports.push(report);
      report.version += 1;
      report.isLive = true;
      move({ type: 'progress', by: isByLead ? 'LEAD' : 'RESPONSIBLE' });
      put({ type: 'REPORT_SUBMITTED', report: about(report) });
    } else if (choice <= 52) {
      const live = reports.filter((r) => r.kind === 'PROGRESS' && r.isLive);
      if (live.length === 0 || state === 'CANCELLED') continue;
      const report = random.chance(0.6) ? live.at(-1)! : random.pick(live);
      report.isLive = false;
      put({ type: 'REPORT_RETURNED', report: about(report) });
    } else if (choice <= 66) {
      if (!canApplyMove(state, { type: 'result', deadline })) continue;
      const closing = cycles.find((cycle) => toNumber(cycle.closesOn) >= day) ?? null;
      const again: Report | null = open && !open.isLive && random.chance(0.5) ? open : null;
      open = again ?? {
        id: nextId(),
        version: 0,
        kind: 'RESULT',
        cycleId: closing?.id ?? null,
        isByLead: true,
        unit: random.int(1, leads),
        isLive: true,
      };
      open.version += 1;
      open.isLive = true;
      move({ type: 'result', deadline });
      put({ type: 'REPORT_SUBMITTED', report: about(open) });
    } else if (choice <= 71) {
      if (pending || !canApplyMove(state, { type: 'extend', deadline })) continue;
      const from = due!;
      pending = { from, to: toDay(Math.max(toNumber(from) + 1, day - 5 + random.int(0, 90))), requestedOn: on() };
      put({ type: 'EXTENSION_REQUESTED', payload: { to: pending.to } });
    } else if (choice <= 79) {
      if (!pending) continue;
      const isGranted = random.chance(0.8) && canApplyMove(state, { type: 'extend', deadline });
      put(
        isGranted
          ? { type: 'EXTENSION_GRANTED', payload: { to: pending.to, requestedOn: pending.requestedOn } }
          : { type: 'EXTENSION_REFUSED' },
      );
      if (isGranted) due = pending.to;
      pending = null;
    } else if (choice <= 83 || (day < start && random.chance(0.2))) {
      const drawn = random.chance(0.15)
        ? null
        : toDay(random.chance(0.4) ? lastOfMonth(day + random.int(-40, 120)) : day + random.int(-60, 120));
      const to = twist?.to === undefined ? drawn : twist.to;
      if (to === due) continue;
      // put right, at once or later: back to the date before, to the printed one, or once more to another; then what the date was kept by is taken back
      if (random.chance(0.3))
        twists.push({
          choice: 82,
          after: soon(),
          ...(random.chance(0.7)
            ? { to: random.chance(0.5) ? due : originalDueOn === null ? due : toDay(originalDueOn) }
            : {}),
        });
      if (isKept && random.chance(0.6))
        twists.push({
          choice: state === 'UNDER_REVIEW' ? random.pick([20, 20, 91]) : random.pick([85, 85, 91]),
          after: soon(),
        });
      const turned = random.chance(0.25) ? random.chance(0.5) : undefined;
      const isBeforeStart = day < start && random.chance(0.5);
      put({
        type: 'DEADLINE_CORRECTED',
        payload: {
          to,
          ...(turned === undefined ? {} : { ongoing: turned }),
          ...(isBeforeStart ? { isBeforeStart } : {}),
        },
      });
      due = to;
      goesOn = turned ?? goesOn;
      pending = null;
    } else if (choice <= 87) {
      if (!canApplyMove(state, { type: 'reopen', reason: '复核未达标' })) continue;
      move({ type: 'reopen', reason: '复核未达标' });
      put({ type: 'TASK_REOPENED' });
    } else if (choice <= 93) {
      if (state === 'CANCELLED') {
        move({ type: 'restore', basis: '鄂营商办〔2022〕1号', stateBefore });
        stateBefore = beforeCancelOfReview;
        put({ type: 'TASK_RESTORED' });
      } else if (canApplyMove(state, { type: 'cancel', basis: '鄂营商办〔2022〕1号' })) {
        beforeCancelOfReview = stateBefore;
        move({ type: 'cancel', basis: '鄂营商办〔2022〕1号' });
        put({ type: 'TASK_CANCELLED' });
      }
    } else if (choice <= 97) {
      if (issueDecided || originalDueOn === null || originalDueOn >= start) continue;
      issueDecided = true;
      put({ type: 'ISSUE_LATENESS_DECIDED' });
    } else if (
      state !== 'CANCELLED' &&
      state !== 'UNDER_REVIEW' &&
      plan.status !== 'DRAFT' &&
      (twist || random.chance(0.5))
    ) {
      backfill();
      if (random.chance(0.5)) twists.push({ choice: random.pick([100, 100, 100, 82, 85]), after: soon() });
    } else put({ type: random.pick(['TASK_REASSIGNED', 'COLEAD_AGREED', 'COLEAD_OBJECTED', 'NODE_DONE'] as const) });
  }
  const history = { originalDueOn: originalDueOn === null ? null : toDay(originalDueOn), ongoing, events };
  return { id, plan, ownCycles, stretches, history, finalState: state, finalDueOn: due };
}

/** `count` tasks in plans of about ten. Ids begin high, beside whatever a seeded database holds. */
export function generateTasks(seed: number, count: number): GeneratedTask[] {
  const random = randomFrom(seed);
  let id = 1_000_000;
  const nextId = () => id++;
  const tasks: GeneratedTask[] = [];
  while (tasks.length < count) {
    const plan = generatePlan(random, nextId(), nextId);
    for (let n = random.int(6, 14); n > 0 && tasks.length < count; n -= 1)
      tasks.push(generateTask(random, nextId(), plan, nextId));
  }
  return tasks;
}

async function insertRows(client: Client, into: string, rows: readonly object[]): Promise<void> {
  const types = await client.query<{ column: string; type: string }>(
    `SELECT a.attname AS column, format_type(a.atttypid, a.atttypmod) AS type
       FROM pg_attribute a WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped`,
    [into],
  );
  const columns = Object.keys(rows[0] ?? {});
  const typed = columns.map((column) => `${column} ${types.rows.find((one) => one.column === column)!.type}`);
  for (let at = 0; at < rows.length; at += 5_000)
    await client.query(
      `INSERT INTO ${into} (${columns.join(', ')})
       SELECT ${columns.map((column) => `r.${column}`).join(', ')}
         FROM ROWS FROM (jsonb_to_recordset($1::jsonb) AS (${typed.join(', ')})) WITH ORDINALITY AS r(${columns.join(', ')}, n) ORDER BY n`,
      [JSON.stringify(rows.slice(at, at + 5_000))],
    );
}

export const eventRow = (task: GeneratedTask, event: HistoryEvent) => ({
  task_id: task.id,
  type: event.type,
  origin: 'SEED',
  effective_on: event.on,
  actor_words: '王芳（市住建局 填报员）',
  report_id: event.report?.id ?? null,
  report_version: event.report?.version ?? null,
  report_kind: event.report?.kind ?? null,
  cycle_id: event.report?.cycleId ?? null,
  is_by_lead: event.report?.isByLead ?? null,
  payload: event.payload ?? {},
});

/** Plans, cycles and tasks, without any event. */
export async function insertTasks(client: Client, tasks: readonly GeneratedTask[]): Promise<void> {
  const plans = [...new Set(tasks.map((task) => task.plan))];
  const region = await client.query<{ id: number }>(
    "INSERT INTO region (code, name, level) VALUES ('histories', '历史区', 'district') ON CONFLICT (code) DO UPDATE SET name = excluded.name RETURNING id",
  );
  const regionId = region.rows[0]!.id;
  await insertRows(
    client,
    'plan',
    plans.map((plan) => ({
      id: plan.id,
      kind: 'TASK_LIST',
      region_id: regionId,
      title: `方案${plan.id}`,
      year: 2022,
      level: 'district',
      anomalies: [],
      status: 'DRAFT',
      effective_from: plan.storedEffectiveFrom,
      activated_on: plan.activatedOn,
      effective_basis: plan.storedEffectiveFrom && '印发通知',
      due_soon_days: plan.dueSoonDays,
    })),
  );
  await insertRows(
    client,
    'dated_setting',
    plans.flatMap((plan) =>
      (plan.dueSoonChanges ?? []).map((change, n) => ({
        id: plan.id * 10 + n,
        scope: 'plan',
        scope_id: plan.id,
        key: 'due_soon_days',
        value: change.days,
        valid_from: change.from,
        actor_words: '王芳（市优化办）',
      })),
    ),
  );
  // A plan that is carried out takes no setting of an earlier day any more.
  await client.query(
    `UPDATE plan p SET status = x.status::plan_status, archived_on = x.archived_on
       FROM jsonb_to_recordset($1::jsonb) AS x(id int, status text, archived_on date) WHERE x.id = p.id AND x.status <> 'DRAFT'`,
    [JSON.stringify(plans.map((plan) => ({ id: plan.id, status: plan.status, archived_on: plan.archivedOn })))],
  );
  await insertRows(
    client,
    'task',
    tasks.map((task, n) => ({
      id: task.id,
      plan_id: task.plan.id,
      region_id: regionId,
      seq: n + 1,
      sort_order: n + 1,
      text: `推进事项${task.id}`,
      lead_text: '市住建局',
      responsible_text: '',
      deadline_text: task.history.originalDueOn ?? '',
      original_due_on: task.history.originalDueOn,
      due_on: task.history.originalDueOn,
      ongoing: task.history.ongoing,
      inherited: [],
      has_own_cycles: task.ownCycles !== null && (task.stretches === null || task.id % 2 === 0),
    })),
  );
  const cycleRow = (cycle: CycleFacts, planId: number, taskId: number | null) => ({
    id: cycle.id,
    plan_id: planId,
    task_id: taskId,
    label: cycle.closesOn,
    starts_on: cycle.closesOn,
    closes_on: cycle.closesOn,
    grace_ends_on: cycle.graceEndsOn,
    superseded_on: cycle.supersededOn ?? null,
  });
  await insertRows(client, 'cycle', [
    ...plans.flatMap((plan) => plan.cycles.map((cycle) => cycleRow(cycle, plan.id, null))),
    ...tasks.flatMap((task) => (task.ownCycles ?? []).map((cycle) => cycleRow(cycle, task.plan.id, task.id))),
  ]);
  await insertRows(
    client,
    'task_cycle_rule',
    tasks.flatMap((task) =>
      (task.stretches ?? []).map(({ from, to }, n) => ({
        id: task.id * 10 + n,
        task_id: task.id,
        valid_from: from,
        valid_to: to,
        kind: 'MONTHLY',
      })),
    ),
  );
}

/** Everything with its events, and the standing worked out once at the end, as a bulk load does. */
export async function insertHistories(client: Client, tasks: readonly GeneratedTask[]): Promise<void> {
  await client.query('BEGIN');
  await client.query("SET LOCAL ledger.defer_standing = 'on'");
  await insertTasks(client, tasks);
  await insertRows(
    client,
    'task_event',
    tasks.flatMap((task) => task.history.events.map((event) => eventRow(task, event))),
  );
  await client.query('SELECT refresh_plan_standing(id) FROM unnest($1::int[]) AS p(id)', [
    [...new Set(tasks.map((task) => task.plan.id))],
  ]);
  await client.query('COMMIT');
}
