import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dayOfInstant } from '../../lib/dates';
import { ownerUrl } from '../support/database';
import {
  eventRow,
  type GeneratedTask,
  generateTasks,
  insertHistories,
  insertTasks,
  randomFrom,
} from '../support/histories';
import {
  cyclesOwed,
  type History,
  type Standing,
  simulate,
  standing,
  toDay,
  toNumber,
} from '../support/standing.oracle';

const seed = 20261122;
const lastDay = '2026-06-30';

let client: Client;
beforeAll(async () => {
  client = new Client({ connectionString: ownerUrl });
  await client.connect();
  await client.query(
    "INSERT INTO setting (key, value) VALUES ('simulated_today', $1) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
    [lastDay],
  );
});
afterAll(() => client.end());

const cyclesOf = (task: GeneratedTask) => cyclesOwed(task.plan.cycles, task.ownCycles, task.stretches);

/** Every day on which something may turn, with its neighbours, and a few drawn from the hat. */
function daysToCheck(task: GeneratedTask, random: ReturnType<typeof randomFrom>): string[] {
  const { plan, history } = task;
  const turning = [
    plan.storedEffectiveFrom,
    plan.archivedOn,
    history.originalDueOn,
    task.finalDueOn,
    ...history.events.map((event) => event.on),
    ...history.events.map((event) => event.payload?.to ?? null),
    ...cyclesOf(task).flatMap((cycle) => [cycle.closesOn, cycle.graceEndsOn]),
    ...(plan.dueSoonChanges ?? []).map((change) => change.from),
  ].filter((day) => day != null);
  const days = new Set<number>();
  for (const day of turning) {
    const n = toNumber(day);
    for (const near of [n - 1, n, n + 1]) days.add(near);
  }
  for (const due of [history.originalDueOn, task.finalDueOn])
    if (due)
      for (const soon of [plan.dueSoonDays, ...(plan.dueSoonChanges ?? []).map((change) => change.days)])
        for (const before of [soon + 1, soon]) days.add(toNumber(due) - before);
  const start = toNumber(plan.storedEffectiveFrom ?? '2022-04-15');
  for (let n = 0; n < 6; n += 1) days.add(start + random.int(-40, 560));
  days.add(toNumber('2024-02-29'));
  days.add(start - 400);
  const latest = Math.min(start + 700, toNumber(lastDay));
  const listed = listedOn(task);
  return [...days].filter((n) => n <= latest && (listed === null || n >= toNumber(listed))).map(toDay);
}

const SEQUENCES = [
  'date of what is kept moved, then taken back',
  'put right the same day',
  'back to the printed date',
  '补录 done, then open',
  '补录 in the place of one with a report',
];

/** Which of the sequences that once wiped lateness, or made it, a history holds. */
function sequencesIn({ events, originalDueOn }: History): Set<string> {
  const found = new Set<string>();
  const moves = events.filter(({ type, payload }) => type === 'DEADLINE_CORRECTED' && payload?.to !== undefined);
  for (const [n, { on, payload }] of moves.entries()) {
    if (moves[n + 1]?.on === on) found.add('put right the same day');
    if (n > 0 && originalDueOn !== null && payload!.to === originalDueOn) found.add('back to the printed date');
  }
  const entries = events.filter(({ type }) => type === 'BACKFILLED');
  for (const [n, { payload, report }] of entries.entries()) {
    const next = entries[n + 1];
    if (next && payload?.achievedOn != null && next.payload?.achievedOn == null) found.add('补录 done, then open');
    if (next && report) found.add('补录 in the place of one with a report');
  }
  const resultAt = (n: number) => events[n]?.report?.kind === 'RESULT';
  for (const [n, { type }] of events.entries())
    if (
      type === 'DEADLINE_CORRECTED' &&
      (events[n + 1]?.type === 'TASK_REOPENED' ||
        (['REPORT_RETURNED', 'REPORT_WITHDRAWN'].includes(events[n + 1]?.type ?? '') && resultAt(n + 1)))
    )
      found.add('date of what is kept moved, then taken back');
  return found;
}

/** The day a revised list put the task on; before it the task does not stand at all. */
const listedOn = ({ history }: GeneratedTask) =>
  history.events.find(({ payload }) => payload?.listedBy !== undefined)?.on ?? null;

type Answer = Standing & { at: number };

async function answersOf(asked: readonly { task: GeneratedTask; day: string }[]): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let at = 0; at < asked.length; at += 50_000) {
    const part = asked.slice(at, at + 50_000);
    const { rows } = await client.query<Answer>({
      text: `SELECT q.at::int, s.state::text, s.light::text, s.reason::text, s.due_on::text AS "dueOn", s.days_left AS "daysLeft",
                    s.achieved_on::text AS "achievedOn", s.outcome::text, s.overdue_days AS "overdueDays",
                    s.missed_cycles AS "missedCycles", s.is_rated AS "isRated"
               FROM unnest($1::int[], $2::date[]) WITH ORDINALITY AS q(task_id, day, at)
               JOIN LATERAL (SELECT * FROM standing_as_of(q.day) s WHERE s.task_id = q.task_id) s ON true`,
      values: [part.map(({ task }) => task.id), part.map(({ day }) => day)],
    });
    for (const row of rows) answers.push({ ...row, at: row.at - 1 + at });
  }
  return answers;
}

describe('standing_as_of on random histories', () => {
  const tasks = generateTasks(seed, 10_500);

  beforeAll(() => insertHistories(client, tasks), 180_000);

  it('draws histories that hold every move, light, reason and outcome', () => {
    const seen = new Map<string, number>();
    const count = (word: string) => seen.set(word, (seen.get(word) ?? 0) + 1);
    for (const task of tasks) {
      for (const type of new Set(task.history.events.map((event) => event.type))) count(type);
      if (task.history.events.filter((event) => event.type === 'EXTENSION_GRANTED').length > 1)
        count('second extension');
      for (const sequence of sequencesIn(task.history)) count(sequence);
      const last = toDay(Math.max(...task.history.events.map((event) => toNumber(event.on))) + 120);
      const answer = simulate(task.history, task.plan, cyclesOf(task), last)(last);
      for (const word of [answer.state, answer.light, answer.reason, answer.outcome ?? 'no outcome']) count(word);
    }
    const rare = [
      'REPORT_RETURNED REPORT_WITHDRAWN REPORT_ACCEPTED TASK_REOPENED TASK_CANCELLED TASK_RESTORED EXTENSION_GRANTED EXTENSION_REFUSED',
      'DEADLINE_CORRECTED ISSUE_LATENESS_DECIDED BACKFILLED NOT_STARTED IN_PROGRESS UNDER_REVIEW COMPLETED SUSTAINED CANCELLED',
      'RED YELLOW GREEN BLUE NONE OVERDUE ISSUED_PAST_DUE REPORTING_LAPSED DUE_SOON UNREPORTED NO_DEADLINE ON_COURSE PLAN_NOT_ACTIVE',
      'ON_TIME EXTENDED LATE NOT_ACHIEVED',
    ]
      .flatMap((line) => line.split(' '))
      .concat('second extension', SEQUENCES)
      .filter((word) => (seen.get(word) ?? 0) < 25);
    expect(rare).toEqual([]);
  });

  it('agrees with the oracle on every turning day and on random days', { timeout: 180_000 }, async () => {
    const random = randomFrom(seed + 1);
    const asked: { task: GeneratedTask; day: string; expected: Standing }[] = [];
    for (const task of tasks) {
      const days = daysToCheck(task, random);
      const expected = simulate(task.history, task.plan, cyclesOf(task), [...days].sort().at(-1)!);
      for (const day of days) asked.push({ task, day, expected: expected(day) });
    }
    const answers = await answersOf(asked);
    expect(answers.length).toBe(asked.length);
    const differing = answers.filter((answer) => {
      const { at, ...given } = answer;
      return Object.entries(asked[at]!.expected).some(([key, value]) => given[key as keyof Standing] !== value);
    });
    const [first] = differing;
    if (first) {
      const { task, day, expected } = asked[first.at]!;
      const { at: _, ...given } = first;
      const told = JSON.stringify({ day, plan: task.plan, ownCycles: task.ownCycles, history: task.history }, null, 1);
      expect(given, `${differing.length} of ${asked.length} differ, the first with ${told}`).toEqual(expected);
    }
    expect(asked.length).toBeGreaterThan(10 * tasks.length);
  });

  it('agrees with the moves of lib/tasks on the state and the date after the last event', async () => {
    const inForce = tasks.filter((task) => task.plan.status !== 'DRAFT');
    const answers = await answersOf(inForce.map((task) => ({ task, day: lastDay })));
    expect(answers.map(({ at, state, dueOn }) => [inForce[at]!.id, state, dueOn])).toEqual(
      answers.map(({ at }) => [inForce[at]!.id, inForce[at]!.finalState, inForce[at]!.finalDueOn]),
    );
  });

  it('keeps for each task stretches of days that touch and never overlap, over all time', async () => {
    const { rows } = await client.query(`
      SELECT task_id FROM (
        SELECT task_id, valid_from, valid_to, lead(valid_from, 1, '9999-12-31') OVER w AS next, lag(valid_to, 1) OVER w AS previous,
               (SELECT e.effective_on FROM task_event e JOIN plan p ON p.id = t.plan_id
                 WHERE e.task_id = t.task_id AND e.payload ? 'listedBy' AND e.effective_on > p.effective_from) AS listed
          FROM task_standing t WHERE task_id >= 1000000 WINDOW w AS (PARTITION BY task_id ORDER BY valid_from)) s
       WHERE valid_from >= valid_to OR next <> valid_to OR coalesce(previous, listed, '1900-01-01') <> valid_from LIMIT 5`);
    expect(rows).toEqual([]);
    const { rows: counted } = await client.query<{ n: number }>(
      'SELECT count(DISTINCT task_id)::int AS n FROM task_standing WHERE task_id >= 1000000',
    );
    expect(counted[0]!.n).toBe(tasks.length);
  });
});

describe('lateness', () => {
  it('once shown goes away by no sequence of events, but by an extension asked in time or for as long as a 补录 says that the date was kept', {
    timeout: 120_000,
  }, () => {
    const wiped: unknown[] = [];
    for (const task of generateTasks(seed + 3, 4_000)) {
      if (task.plan.effectiveFrom === null) continue;
      const { events } = task.history;
      const first = Math.max(toNumber(task.plan.effectiveFrom), toNumber(events[0]!.on));
      const last = Math.max(first, toNumber(events.at(-1)!.on)) + 3;
      const on = simulate(task.history, task.plan, cyclesOf(task), toDay(last));
      let wasLate = false;
      let isClaimed = false;
      for (let n = first; n <= last; n += 1) {
        const [before, now] = [on(toDay(n - 1)), on(toDay(n))];
        const today = events.filter((event) => event.on === toDay(n));
        let due = before.dueOn;
        for (const { type, payload } of today) {
          if (type === 'BACKFILLED') isClaimed = payload?.achievedOn != null;
          if (type === 'TASK_REOPENED') isClaimed = false;
          if (type !== 'EXTENSION_GRANTED') continue;
          if (due === null || payload!.requestedOn! <= due) wasLate = false;
          due = payload!.to!;
        }
        if (now.reason === 'OVERDUE' || (now.outcome === 'LATE' && !isClaimed)) wasLate = true;
        const isOnTime = now.outcome === 'ON_TIME' || now.outcome === 'EXTENDED';
        const hasFewerDays = now.overdueDays < before.overdueDays && !today.some(({ type }) => type === 'BACKFILLED');
        if ((wasLate && isOnTime && !isClaimed) || hasFewerDays) wiped.push({ day: toDay(n), history: task.history });
      }
    }
    expect(wiped).toEqual([]);
  });
});

describe('standing kept event by event', () => {
  it('is the same as standing worked out from the whole history', { timeout: 120_000 }, async () => {
    const tasks = generateTasks(seed + 7, 400).map((task, n) => ({ ...task, id: 9_000_000 + n }));
    const plans = new Map(
      tasks.map(({ plan }) => [plan.id, { ...plan, id: plan.id + 8_000_000, cycles: [] as typeof plan.cycles }]),
    );
    for (const { plan } of tasks) plans.get(plan.id)!.cycles = plan.cycles.map((c) => ({ ...c, id: c.id + 8_000_000 }));
    const moved = tasks.map((task) => ({
      ...task,
      plan: plans.get(task.plan.id)!,
      ownCycles: task.ownCycles?.map((c) => ({ ...c, id: c.id + 8_000_000 })) ?? null,
      history: {
        ...task.history,
        events: task.history.events.map((event) =>
          event.report?.cycleId
            ? { ...event, report: { ...event.report, cycleId: event.report.cycleId + 8_000_000 } }
            : event,
        ),
      },
    }));
    await insertTasks(client, moved);
    await client.query('BEGIN');
    for (const task of moved)
      for (const event of task.history.events) {
        const row = eventRow(task, event);
        const columns = Object.keys(row);
        await client.query(
          `INSERT INTO task_event (${columns.join(', ')}) VALUES (${columns.map((_, n) => `$${n + 1}`).join(', ')})`,
          Object.values(row),
        );
      }
    await client.query('COMMIT');
    const { rows } = await client.query(`
      WITH rebuilt AS (SELECT c.* FROM task t, LATERAL compute_standing(t.id) c WHERE t.id >= 9000000),
           kept AS (SELECT * FROM task_standing WHERE task_id >= 9000000)
      (SELECT 'kept only', k::text FROM (SELECT * FROM kept EXCEPT SELECT * FROM rebuilt) k LIMIT 3)
      UNION ALL (SELECT 'rebuilt only', r::text FROM (SELECT * FROM rebuilt EXCEPT SELECT * FROM kept) r LIMIT 3)`);
    expect(rows).toEqual([]);
  });
});

describe('补录', () => {
  it('sets the overdue days anew even where nothing else changes, and the days kept agree with the days rebuilt', async () => {
    const [drawn] = generateTasks(seed + 9, 1);
    const plan = {
      ...drawn!.plan,
      id: 9_900_000,
      status: 'ACTIVE' as const,
      storedEffectiveFrom: '2022-03-15',
      effectiveFrom: '2022-03-15',
      archivedOn: null,
      dueSoonChanges: [],
      cycles: [
        { id: 9_900_001, closesOn: '2022-04-30', graceEndsOn: '2022-05-09' },
        { id: 9_900_002, closesOn: '2022-05-31', graceEndsOn: '2022-06-08' },
        { id: 9_900_003, closesOn: '2022-06-30', graceEndsOn: '2022-07-07' },
      ],
    };
    const result = { id: 9_900_010, version: 1, kind: 'RESULT' as const, cycleId: 9_900_002, isByLead: true };
    const history = (events: History['events'], ongoing = false): History => ({
      originalDueOn: '2022-05-31',
      ongoing,
      events: [{ type: 'TASK_CREATED', on: '2022-03-15', payload: { ongoing } }, ...events],
    });
    const histories = [
      // accepted late, then entered again as late by its own words: one day more than the light showed
      history([
        { type: 'REPORT_SUBMITTED', on: '2022-06-05', report: result },
        { type: 'REPORT_ACCEPTED', on: '2022-06-05', report: result },
        { type: 'BACKFILLED', on: '2022-06-20', payload: { state: 'COMPLETED', achievedOn: '2022-06-05' } },
      ]),
      // a list set going in mid-year: what closed before the entry is neither missed nor reported, on its first day and later
      history(
        [{ type: 'BACKFILLED', on: '2022-06-20', payload: { state: 'SUSTAINED', achievedOn: '2022-05-20' } }],
        true,
      ),
      history([
        {
          type: 'BACKFILLED',
          on: '2022-06-20',
          payload: { state: 'IN_PROGRESS', achievedOn: null, reportedOn: '2022-06-12' },
          report: { id: 9_900_011, version: 1, kind: 'PROGRESS', cycleId: 9_900_003, isByLead: true },
        },
      ]),
    ];
    const tasks: GeneratedTask[] = histories.map((one, n) => ({
      ...drawn!,
      id: 9_900_020 + n,
      plan,
      ownCycles: null,
      stretches: null,
      history: one,
    }));
    await insertTasks(client, tasks);
    for (const task of tasks)
      for (const event of task.history.events) {
        const row = eventRow(task, event);
        const columns = Object.keys(row);
        await client.query(
          `INSERT INTO task_event (${columns.join(', ')}) VALUES (${columns.map((_, n) => `$${n + 1}`).join(', ')})`,
          Object.values(row),
        );
      }
    const { rows } = await client.query(`
      WITH rebuilt AS (SELECT c.* FROM task t, LATERAL compute_standing(t.id) c WHERE t.plan_id = 9900000),
           kept AS (SELECT * FROM task_standing WHERE plan_id = 9900000)
      (SELECT * FROM kept EXCEPT SELECT * FROM rebuilt) UNION ALL (SELECT * FROM rebuilt EXCEPT SELECT * FROM kept)`);
    expect(rows).toEqual([]);
    const on = async (at: number, day: string) => (await answersOf([{ task: tasks[at]!, day }]))[0]!;
    expect(await on(0, '2022-06-19')).toMatchObject({ state: 'COMPLETED', outcome: 'LATE', overdueDays: 4 });
    expect(await on(0, '2022-06-20')).toMatchObject({ state: 'COMPLETED', outcome: 'LATE', overdueDays: 5 });
    expect(await on(1, '2022-06-19')).toMatchObject({ reason: 'OVERDUE', overdueDays: 19, missedCycles: 2 });
    expect(await on(1, '2022-06-20')).toMatchObject({ reason: 'SUSTAINED', overdueDays: 0, missedCycles: 0 });
    expect(await on(1, '2022-07-08')).toMatchObject({ reason: 'UNREPORTED', missedCycles: 1 });
    expect(await on(2, '2022-07-08')).toMatchObject({ reason: 'OVERDUE', overdueDays: 38, missedCycles: 0 });
    for (const [at, task] of tasks.entries())
      for (const day of ['2022-06-19', '2022-06-20', '2022-07-08', '2022-08-01'])
        expect(await on(at, day)).toMatchObject(standing(task.history, plan, plan.cycles, day));
  });
});

describe('the zone of the session', () => {
  const zones = [
    'UTC',
    'Asia/Shanghai',
    'America/Los_Angeles',
    'Pacific/Kiritimati',
    'Pacific/Apia',
    'America/Sao_Paulo',
  ];

  it('never changes which day today is', async () => {
    await client.query('BEGIN');
    await client.query("DELETE FROM setting WHERE key = 'simulated_today'");
    for (const zone of zones) {
      await client.query("SELECT set_config('TimeZone', $1, true)", [zone]);
      const before = dayOfInstant(new Date());
      const { rows } = await client.query<{ today: string; shanghai: string }>(
        "SELECT ledger_today()::text AS today, to_char(clock_timestamp() AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD') AS shanghai",
      );
      expect([before, dayOfInstant(new Date())]).toContain(rows[0]!.today);
      expect(rows[0]!.today).toBe(rows[0]!.shanghai);
    }
    await client.query('ROLLBACK');
  });

  it('is overruled by the simulated day of a demonstration', async () => {
    const { rows } = await client.query<{ today: string }>('SELECT ledger_today()::text AS today');
    expect(rows[0]!.today).toBe(lastDay);
  });

  it('changes neither standing nor the hashes of events', async () => {
    const digests = new Set<string>();
    for (const zone of zones) {
      await client.query("SELECT set_config('TimeZone', $1, false)", [zone]);
      const { rows } = await client.query<{ digest: string }>(`
        SELECT md5(string_agg(s::text, E'\\n' ORDER BY s.task_id, s.valid_from)) || md5(string_agg(k::text, E'\\n' ORDER BY k.task_id)) ||
               (SELECT md5(string_agg(event_hash(e), '' ORDER BY e.id)) FROM task_event e WHERE e.task_id < 1000300 AND e.hash = event_hash(e)) AS digest
          FROM task t, LATERAL compute_standing(t.id) s, LATERAL (SELECT * FROM standing_as_of('2024-02-29') a WHERE a.task_id = t.id) k
         WHERE t.id BETWEEN 1000000 AND 1000300`);
      digests.add(rows[0]!.digest);
    }
    await client.query('RESET TimeZone');
    expect(digests.size).toBe(1);
  });
});

describe('the oracle on the cases named in DESIGN', () => {
  const plan = { effectiveFrom: '2022-04-15', archivedOn: null, dueSoonDays: 15 };
  const result = (id: number) => ({ id, version: 1, kind: 'RESULT' as const, cycleId: null, isByLead: true });
  const at = (history: Partial<History>, day: string) =>
    standing({ originalDueOn: '2022-06-30', ongoing: false, events: [], ...history }, plan, [], day);

  it('stops the clock on the day of submission and starts it the day after a return', () => {
    const events = [
      { type: 'REPORT_SUBMITTED' as const, on: '2022-06-28', report: result(1) },
      { type: 'REPORT_RETURNED' as const, on: '2022-07-10', report: result(1) },
    ];
    expect(at({ events }, '2022-07-09')).toMatchObject({
      state: 'UNDER_REVIEW',
      light: 'YELLOW',
      daysLeft: 2,
      overdueDays: 0,
    });
    expect(at({ events }, '2022-07-10')).toMatchObject({ state: 'IN_PROGRESS', reason: 'DUE_SOON', overdueDays: 0 });
    expect(at({ events }, '2022-07-11')).toMatchObject({ reason: 'OVERDUE', daysLeft: -11, overdueDays: 1 });
  });

  it('keeps the overdue days and at best LATE where an extension was asked after the date', () => {
    const events = [
      {
        type: 'EXTENSION_GRANTED' as const,
        on: '2022-07-05',
        payload: { to: '2022-08-31', requestedOn: '2022-07-01' },
      },
      { type: 'REPORT_SUBMITTED' as const, on: '2022-08-01', report: result(1) },
      { type: 'REPORT_ACCEPTED' as const, on: '2022-08-03', report: result(1) },
    ];
    expect(at({ events }, '2022-07-05')).toMatchObject({ reason: 'ON_COURSE', overdueDays: 4 });
    expect(at({ events }, '2022-08-03')).toMatchObject({ outcome: 'LATE', achievedOn: '2022-08-01', overdueDays: 4 });
  });

  it('stays at best LATE where a date that had passed was taken away and a later one set', () => {
    const events = [
      { type: 'DEADLINE_CORRECTED' as const, on: '2022-07-05', payload: { to: null } },
      { type: 'DEADLINE_CORRECTED' as const, on: '2022-07-05', payload: { to: '2022-08-31' } },
      { type: 'REPORT_SUBMITTED' as const, on: '2022-08-01', report: result(1) },
      { type: 'REPORT_ACCEPTED' as const, on: '2022-08-03', report: result(1) },
    ];
    expect(at({ events }, '2022-08-03')).toMatchObject({ outcome: 'LATE', overdueDays: 4 });
  });

  it('keeps a task due before the plan began outside the on-time rate until the office decides', () => {
    const events = [{ type: 'ISSUE_LATENESS_DECIDED' as const, on: '2022-05-01' }];
    expect(at({ originalDueOn: '2022-03-31', events }, '2022-04-30')).toMatchObject({
      light: 'RED',
      reason: 'ISSUED_PAST_DUE',
      isRated: false,
      overdueDays: 0,
    });
    expect(at({ originalDueOn: '2022-03-31', events }, '2022-05-01')).toMatchObject({
      reason: 'OVERDUE',
      isRated: true,
      overdueDays: 1,
    });
  });
});
