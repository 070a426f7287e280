import fc from 'fast-check';
import { Client, type QueryResultRow } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appUrl, ownerUrl, queryAsApp, queryAsOwner } from '../support/database';

type Finding = { problem: string; task_id: number | null; event_id: string | null };

let owner: Client;
let taskIds: number[] = [];
let accountIds: number[] = [];

async function one<Row extends QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row> {
  return (await owner.query<Row>(sql, values)).rows[0]!;
}

const findings = async () =>
  (await owner.query<Finding>('SELECT problem, task_id, event_id FROM verify_history()')).rows;

/** What the check finds after a change made with the triggers off; nothing of it stays. */
async function findingsAfter(...changes: string[]): Promise<Finding[]> {
  await owner.query('BEGIN');
  try {
    for (const table of ['task_event', 'report_version', 'review', 'chain_digest', 'task_chain', 'task'])
      await owner.query(`ALTER TABLE ${table} DISABLE TRIGGER USER`);
    for (const change of changes) await owner.query(change);
    return await findings();
  } finally {
    await owner.query('ROLLBACK');
  }
}

const event = (taskId: number, type: string, day: string, more: Record<string, unknown> = {}) => {
  const row = {
    task_id: taskId,
    type,
    origin: 'SEED',
    effective_on: day,
    actor_id: accountIds[0],
    actor_words: '王芳（市住建局 填报员）',
    ...more,
  };
  const columns = Object.keys(row);
  return owner.query(
    `INSERT INTO task_event (${columns.join(', ')}) VALUES (${columns.map((_, n) => `$${n + 1}`).join(', ')})`,
    Object.values(row),
  );
};

/** A task with a report in two versions, a RESULT that is returned, sent again and accepted. */
async function liveThrough(taskId: number, unitId: number): Promise<void> {
  const report = async (kind: string) =>
    (
      await one<{ id: number }>(
        'INSERT INTO progress_report (task_id, unit_id, kind, is_by_lead) VALUES ($1, $2, $3::report_kind, true) RETURNING id',
        [taskId, unitId, kind],
      )
    ).id;
  const submit = async (reportId: number, kind: string, version: number, day: string) => {
    await owner.query(
      `INSERT INTO report_version (report_id, version, percent, narrative, problems, author_id, effective_on, idempotency_key)
       VALUES ($1, $2, 40, '已完成一窗受理系统联调', '数据接口未打通', $3, $4, $5)`,
      [reportId, version, accountIds[0], day, `${reportId}-${version}`],
    );
    await event(taskId, 'REPORT_SUBMITTED', day, {
      unit_id: unitId,
      report_id: reportId,
      report_version: version,
      report_kind: kind,
      is_by_lead: true,
    });
  };
  const review = async (reportId: number, version: number, decision: string, day: string) => {
    const { id } = await one<{ id: number }>(
      `INSERT INTO review (report_id, report_version, decision, reason, reviewer_id, effective_on, idempotency_key)
       VALUES ($1, $2, $3::review_decision, '佐证材料不全', $4, $5, $6) RETURNING id`,
      [reportId, version, decision, accountIds[1], day, `${reportId}-${version}-review`],
    );
    const type = decision === 'ACCEPTED' ? 'REPORT_ACCEPTED' : 'REPORT_RETURNED';
    await event(taskId, type, day, {
      report_id: reportId,
      report_version: version,
      report_kind: 'RESULT',
      is_by_lead: true,
      review_id: id,
    });
  };
  await event(taskId, 'TASK_CREATED', '2022-04-15', { payload: { ongoing: false } });
  const progress = await report('PROGRESS');
  await submit(progress, 'PROGRESS', 1, '2022-05-10');
  await submit(progress, 'PROGRESS', 2, '2022-05-12');
  const result = await report('RESULT');
  await submit(result, 'RESULT', 1, '2022-06-20');
  await review(result, 1, 'RETURNED', '2022-06-24');
  await submit(result, 'RESULT', 2, '2022-06-28');
  await review(result, 2, 'ACCEPTED', '2022-07-01');
  await owner.query("UPDATE task SET state = 'COMPLETED', achieved_on = '2022-06-28' WHERE id = $1", [taskId]);
}

beforeAll(async () => {
  owner = new Client({ connectionString: ownerUrl });
  await owner.connect();
  await owner.query(
    "INSERT INTO setting (key, value) VALUES ('simulated_today', '2022-09-30') ON CONFLICT (key) DO UPDATE SET value = excluded.value",
  );
  const region = await one<{ id: number }>(
    "INSERT INTO region (code, name, level) VALUES ('chain', '链区', 'district') RETURNING id",
  );
  const unit = await one<{ id: number }>(
    "INSERT INTO unit (region_id, name, kind, sort_order) VALUES ($1, '区住建局', 'department', 1) RETURNING id",
    [region.id],
  );
  const other = await one<{ id: number }>(
    "INSERT INTO unit (region_id, name, kind, sort_order) VALUES ($1, '区房管局', 'department', 2) RETURNING id",
    [region.id],
  );
  await owner.query(
    "INSERT INTO unit_merge (from_unit_id, into_unit_id, effective_on, basis) VALUES ($1, $2, '2022-06-01', '机构改革方案')",
    [other.id, unit.id],
  );
  const accounts = await owner.query<{ id: number }>(
    "INSERT INTO account (username, display_name, password_hash, roles) SELECT 'chain-' || n, '王芳', '', '{office}' FROM generate_series(1, 3) n RETURNING id",
  );
  accountIds = accounts.rows.map(({ id }) => id);
  const plan = await one<{ id: number }>(
    `INSERT INTO plan (kind, region_id, title, year, level, status, effective_from, effective_basis)
     VALUES ('TASK_LIST', $1, '链区重点任务清单', 2022, 'district', 'ACTIVE', '2022-04-15', '印发通知') RETURNING id`,
    [region.id],
  );
  const tasks = await owner.query<{ id: number }>(
    `INSERT INTO task (plan_id, region_id, seq, sort_order, text, lead_text, responsible_text, deadline_text, original_due_on, due_on, ongoing)
     SELECT $1, $2, n, n, '推行一窗受理', '区住建局', '', '2022年6月底', '2022-06-30', '2022-06-30', false FROM generate_series(1, 4) n RETURNING id`,
    [plan.id, region.id],
  );
  taskIds = tasks.rows.map(({ id }) => id);
  for (const id of taskIds) await liveThrough(id, unit.id);
  const document = await one<{ id: number }>(
    "INSERT INTO source_document (plan_id, file_name, media_type, sha256, content) VALUES ($1, '清单.docx', 'application/msword', '', '') RETURNING id",
    [plan.id],
  );
  await owner.query("INSERT INTO source_cell (document_id, row_number, field, task_id) VALUES ($1, 1, 'text', $2)", [
    document.id,
    taskIds[0],
  ]);
  await owner.query(
    "INSERT INTO audit_event (effective_on, actor_words, kind, subject) VALUES ('2022-09-30', '系统', 'plan.activated', 'plan')",
  );
  await owner.query(
    "INSERT INTO sign_in_attempt (username, address, succeeded, reason) VALUES ('chain-1', '127.0.0.1', true, '')",
  );
  await owner.query("SELECT run_daily('2022-09-30')");
});
afterAll(() => owner.end());

describe('verify_history', () => {
  it('finds nothing in an untouched database', async () => {
    expect(await findings()).toEqual([]);
  });

  const tables = ['task_event', 'report_version', 'review'] as const;
  const taskOf = {
    task_event: 'r.task_id',
    report_version: '(SELECT p.task_id FROM progress_report p WHERE p.id = r.report_id)',
    review: '(SELECT p.task_id FROM progress_report p WHERE p.id = r.report_id)',
  };

  /** SQL for another value of a column; `n` says how far it lies from the one that stands there. */
  function otherValue(column: string, type: string, n: number): string {
    const own = `"${column}"`;
    if (type === 'text')
      return `CASE WHEN coalesce(${own}, '') = '' THEN 'x' ELSE overlay(${own} PLACING chr(((ascii(substr(${own}, p, 1)) + ${(n % 7) + 1}) % 20000) + 33) FROM p FOR 1) END`;
    if (type === 'integer' || type === 'bigint' || type === 'date')
      return type === 'date' ? `${own} + ${n}` : `coalesce(${own}, 0) + ${n}`;
    if (type === 'boolean') return `NOT coalesce(${own}, false)`;
    if (type === 'jsonb') return `${own} || '{"ongoing": ${n % 2 === 0}, "n": ${n}}'`;
    if (type === 'uuid[]') return `${own} || gen_random_uuid()`;
    if (type.startsWith('timestamp')) return `${own} + interval '${n} microseconds'`;
    return `(SELECT v FROM unnest(enum_range(NULL::${type})) v WHERE v IS DISTINCT FROM ${own} ORDER BY v OFFSET ${n % 2} LIMIT 1)`;
  }

  for (const table of tables)
    it(`names the task of any single changed value in ${table}`, { timeout: 120_000 }, async () => {
      const columns = await queryAsOwner<{ name: string; type: string; nullable: boolean }>(
        `SELECT attname AS name, format_type(atttypid, NULL) AS type, NOT attnotnull AS nullable FROM pg_attribute
          WHERE attrelid = '${table}'::regclass AND attnum > 0 AND NOT attisdropped`,
      );
      const rows = await queryAsOwner<{ id: string; task: number }>(
        `SELECT r.id::text, ${taskOf[table]} AS task FROM ${table} r WHERE ${taskOf[table]} = ANY($1)`,
        [taskIds],
      );
      let detected = 0;
      for (const column of columns) {
        const change = fc.record({
          row: fc.constantFrom(...rows),
          n: fc.integer({ min: 1, max: 900 }),
          place: fc.nat(63),
          toNull: fc.boolean(),
        });
        await fc.assert(
          fc.asyncProperty(change, async ({ row, n, place, toNull }) => {
            const position = `1 + ${place} % greatest(length(r."${column.name}"::text), 1)`;
            const other = otherValue(column.name, column.type, n);
            const value = toNull && column.nullable ? `CASE WHEN "${column.name}" IS NULL THEN ${other} END` : other;
            const found = await findingsAfter(
              `UPDATE ${table} SET "${column.name}" = ${value}
                 FROM (SELECT r.id AS own_id, ${position} AS p FROM ${table} r WHERE r.id = ${row.id}) place WHERE id = own_id`,
            ).catch((error: { code?: string }) => {
              if (error.code?.startsWith('23')) return null; // a constraint says no: as good as detected
              throw error;
            });
            if (found === null) return;
            detected += 1;
            expect(found.map((finding) => finding.task_id)).toContain(row.task);
          }),
          { numRuns: 6, seed: 20261122 },
        );
      }
      expect(detected).toBeGreaterThan(columns.length * 2);
    });

  const at = (sequence: number, task = taskIds[1]) => `task_id = ${task} AND sequence = ${sequence}`;
  const named = (problem: string) => expect.objectContaining({ problem, task_id: taskIds[1] });

  it('names a cut tail', async () => {
    expect(await findingsAfter(`DELETE FROM task_event WHERE ${at(7)}`)).toContainEqual(named('tail_cut'));
  });
  it('names a chain cut off altogether with its head', async () => {
    const task = taskIds[1];
    const found = await findingsAfter(
      `DELETE FROM task_event WHERE task_id = ${task}`,
      `DELETE FROM task_chain WHERE task_id = ${task}`,
    );
    expect(found).toContainEqual(named('tail_cut'));
    expect(found).toContainEqual(expect.objectContaining({ problem: 'digest_broken' }));
  });
  it('names a tail cut with its head moved back', async () => {
    const found = await findingsAfter(
      `DELETE FROM task_event WHERE ${at(7)}`,
      `UPDATE task_chain c SET event_count = 6, head_hash = e.hash, last_effective_on = e.effective_on FROM task_event e WHERE e.${at(6)} AND c.task_id = e.task_id`,
    );
    expect(found).toContainEqual(expect.objectContaining({ problem: 'digest_broken' }));
    expect(found).toContainEqual(named('review_changed'));
  });
  it('names a deleted first event', async () => {
    expect(await findingsAfter(`DELETE FROM task_event WHERE ${at(1)}`)).toContainEqual(named('link_broken'));
  });
  it('names a deleted middle event', async () => {
    expect(await findingsAfter(`DELETE FROM task_event WHERE ${at(3)}`)).toContainEqual(named('link_broken'));
  });
  it('names a deleted middle event whose followers were renumbered', async () => {
    const found = await findingsAfter(
      `DELETE FROM task_event WHERE ${at(3)}`,
      `UPDATE task_event SET sequence = -sequence WHERE task_id = ${taskIds[1]} AND sequence > 3`,
      `UPDATE task_event SET sequence = -sequence - 1 WHERE task_id = ${taskIds[1]} AND sequence < 0`,
    );
    expect(found).toContainEqual(named('link_broken'));
  });
  it('names two events that changed places', async () => {
    const found = await findingsAfter(
      `UPDATE task_event SET sequence = -1 WHERE ${at(2)}`,
      `UPDATE task_event SET sequence = 2 WHERE ${at(3)}`,
      `UPDATE task_event SET sequence = 3 WHERE ${at(-1)}`,
    );
    expect(found).toContainEqual(named('link_broken'));
  });
  it('names a changed event whose own hash was made again', async () => {
    const found = await findingsAfter(
      `UPDATE task_event SET effective_on = '2022-05-11' WHERE ${at(3)}`,
      `UPDATE task_event e SET hash = event_hash(e) WHERE ${at(3)}`,
    );
    expect(found).toContainEqual(named('link_broken'));
  });
  it('names a report edited together with its digest', async () => {
    const found = await findingsAfter(
      `UPDATE report_version SET narrative = '全部完成' WHERE report_id IN (SELECT id FROM progress_report WHERE task_id = ${taskIds[1]})`,
      `UPDATE report_version v SET digest = report_version_digest(v) WHERE report_id IN (SELECT id FROM progress_report WHERE task_id = ${taskIds[1]})`,
    );
    expect(found).toContainEqual(named('content_changed'));
    expect(found.some(({ problem }) => problem === 'report_changed')).toBe(false);
  });
  it('names a deleted report version', async () => {
    const found = await findingsAfter(
      `DELETE FROM report_version WHERE version = 2 AND report_id IN (SELECT id FROM progress_report WHERE task_id = ${taskIds[1]})`,
    );
    expect(found).toContainEqual(named('content_changed'));
  });
  it('names a report moved to another task', async () => {
    const found = await findingsAfter(
      `UPDATE progress_report SET task_id = ${taskIds[2]} WHERE task_id = ${taskIds[1]} AND kind = 'PROGRESS'`,
    );
    expect(found).toContainEqual(named('report_changed'));
  });
  it('names a deleted review', async () => {
    const found = await findingsAfter(
      `DELETE FROM review WHERE report_id IN (SELECT id FROM progress_report WHERE task_id = ${taskIds[1]}) AND decision = 'RETURNED'`,
    );
    expect(found).toContainEqual(named('content_changed'));
  });
  it('names a daily digest that was changed', async () => {
    for (const column of ['heads_digest', 'previous_digest', 'digest'])
      expect(await findingsAfter(`UPDATE chain_digest SET ${column} = repeat('0', 64)`)).toContainEqual(
        expect.objectContaining({ problem: 'digest_broken' }),
      );
    for (const column of ['covers_on', 'last_event_id', 'event_count'])
      expect(await findingsAfter(`UPDATE chain_digest SET ${column} = ${column} - 1`)).toContainEqual(
        expect.objectContaining({ problem: 'digest_broken' }),
      );
  });
  it('names a standing that does not follow from the history', async () => {
    const found = await findingsAfter(
      `UPDATE task_standing SET light = 'GREEN', reason = 'ON_COURSE' WHERE task_id = ${taskIds[1]}`,
    );
    expect(found).toContainEqual(named('standing_differs'));
  });
  it('names a task whose state does not follow from the history', async () => {
    expect(await findingsAfter(`UPDATE task SET due_on = '2022-12-31' WHERE id = ${taskIds[1]}`)).toContainEqual(
      named('state_differs'),
    );
  });
});

describe('append-only tables', () => {
  const refused = { code: '42501' };
  const appendOnly = [
    'task_event',
    'audit_event',
    'report_version',
    'review',
    'chain_digest',
    'source_document',
    'source_cell',
    'unit_merge',
    'sign_in_attempt',
  ];

  for (const table of appendOnly) {
    it(`refuse the application UPDATE, DELETE and TRUNCATE on ${table}`, async () => {
      await expect(queryAsApp(`UPDATE ${table} SET id = id`)).rejects.toMatchObject(refused);
      await expect(queryAsApp(`DELETE FROM ${table}`)).rejects.toMatchObject(refused);
      await expect(queryAsApp(`TRUNCATE ${table} CASCADE`)).rejects.toMatchObject(refused);
    });
    it(`refuse their owner UPDATE, DELETE and TRUNCATE on ${table}`, async () => {
      await expect(queryAsOwner(`UPDATE ${table} SET id = id`)).rejects.toMatchObject({
        message: `append-only: UPDATE on ${table} is refused`,
      });
      await expect(queryAsOwner(`DELETE FROM ${table}`)).rejects.toMatchObject({
        message: `append-only: DELETE on ${table} is refused`,
      });
      await expect(queryAsOwner(`TRUNCATE ${table} CASCADE`)).rejects.toMatchObject({ code: '42501' });
    });
  }

  it('refuse the application every write to chains, digests and standing', async () => {
    await expect(queryAsApp("INSERT INTO task_chain VALUES (1, 0, '', '2022-01-01')")).rejects.toMatchObject(refused);
    await expect(queryAsApp('UPDATE task_chain SET event_count = 0')).rejects.toMatchObject(refused);
    await expect(queryAsApp('DELETE FROM task_chain')).rejects.toMatchObject(refused);
    await expect(queryAsApp('INSERT INTO task_standing SELECT * FROM task_standing')).rejects.toMatchObject(refused);
    await expect(queryAsApp("UPDATE task_standing SET light = 'GREEN'")).rejects.toMatchObject(refused);
    await expect(queryAsApp('DELETE FROM task_standing')).rejects.toMatchObject(refused);
    await expect(queryAsApp('INSERT INTO chain_digest SELECT * FROM chain_digest')).rejects.toMatchObject(refused);
    await expect(queryAsApp('ALTER TABLE task_event DISABLE TRIGGER ALL')).rejects.toMatchObject(refused);
    await expect(queryAsApp('DELETE FROM task')).rejects.toMatchObject(refused);
  });

  it('keep the printed words and the first deadline of a task', async () => {
    for (const change of [
      "text = '另一件事'",
      "original_due_on = '2023-01-01'",
      "deadline_raw = '年底'",
      "lead_raw = '区民政局'",
    ])
      await expect(queryAsApp(`UPDATE task SET ${change} WHERE id = ${taskIds[0]}`)).rejects.toMatchObject(refused);
  });
});

describe('appending events', () => {
  const live = (values: string) =>
    `INSERT INTO task_event (task_id, type, effective_on, actor_words${values ? ', id, sequence, previous_hash, hash, recorded_at' : ''})
     VALUES (${taskIds[3]}, 'NODE_DONE', ledger_today(), '王芳'${values}) RETURNING id, sequence, hash`;

  it('takes id, sequence, time and hashes from the database, whatever is sent', async () => {
    const head = await one<{ event_count: number }>('SELECT event_count FROM task_chain WHERE task_id = $1', [
      taskIds[3],
    ]);
    const [row] = await queryAsApp<{ id: string; sequence: number; hash: string }>(
      live(", 1, 77, 'x', 'x', '2001-01-01'"),
    );
    expect(row).toMatchObject({ sequence: head.event_count + 1, hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(Number(row!.id)).toBeGreaterThan(1);
    expect(await findings()).toEqual([]);
  });

  it('refuses a day after today, a day before the last event, and a live event of another day', async () => {
    const insert = (origin: string, day: string) =>
      queryAsApp(
        `INSERT INTO task_event (task_id, type, origin, effective_on, actor_words) VALUES (${taskIds[2]}, 'NODE_DONE', '${origin}', '${day}', '王芳')`,
      );
    await expect(insert('SEED', '2022-10-01')).rejects.toMatchObject({ code: '23514' });
    await expect(insert('SEED', '2022-06-30')).rejects.toMatchObject({ code: '23514' });
    await expect(insert('LIVE', '2022-09-29')).rejects.toMatchObject({ code: '23514' });
  });

  it('is not led astray by a temporary table named like a real one', async () => {
    const app = new Client({ connectionString: appUrl });
    await app.connect();
    await app.query('CREATE TEMP TABLE task_chain AS SELECT * FROM public.task_chain WITH NO DATA');
    await app.query('CREATE TEMP TABLE task_standing AS SELECT * FROM public.task_standing WITH NO DATA');
    await app.query('CREATE TEMP TABLE setting (key text, value text)');
    await app.query("INSERT INTO pg_temp.setting VALUES ('simulated_today', '2022-10-31')");
    await app.query(
      `INSERT INTO public.task_event (task_id, type, effective_on, actor_words) VALUES (${taskIds[3]}, 'NODE_DONE', '2022-09-30', '王芳')`,
    );
    await app.end();
    expect(await findings()).toEqual([]);
  });

  it('makes one valid chain of 20 events sent at once', async () => {
    const before = await one<{ n: number }>('SELECT event_count AS n FROM task_chain WHERE task_id = $1', [taskIds[3]]);
    await Promise.all(Array.from({ length: 20 }, () => queryAsApp(live(''))));
    const after = await one<{ n: number; last: number; count: number }>(
      'SELECT c.event_count AS n, max(e.sequence) AS last, count(*)::int AS count FROM task_chain c JOIN task_event e USING (task_id) WHERE task_id = $1 GROUP BY 1',
      [taskIds[3]],
    );
    expect(after).toEqual({ n: before.n + 20, last: before.n + 20, count: before.n + 20 });
    expect(await findings()).toEqual([]);
  });

  it('makes one valid chain of the first events of a task sent at once', async () => {
    const task = await one<{ id: number }>(
      `INSERT INTO task (plan_id, region_id, seq, sort_order, text, lead_text, responsible_text, deadline_text, ongoing)
       SELECT plan_id, region_id, 99, 99, text, lead_text, '', '', true FROM task WHERE id = $1 RETURNING id`,
      [taskIds[0]],
    );
    const insert = `INSERT INTO task_event (task_id, type, effective_on, actor_words) VALUES (${task.id}, 'NODE_DONE', ledger_today(), '王芳')`;
    await Promise.all(Array.from({ length: 10 }, () => queryAsApp(insert)));
    expect(await findings()).toEqual([]);
  });

  it('leaves the daily digest valid where an event with a smaller id commits after it', async () => {
    const slow = new Client({ connectionString: appUrl });
    await slow.connect();
    await slow.query('BEGIN');
    await slow.query(live(''));
    await queryAsApp(
      `INSERT INTO task_event (task_id, type, effective_on, actor_words) VALUES (${taskIds[2]}, 'NODE_DONE', ledger_today(), '王芳')`,
    );
    const daily = queryAsApp("SELECT run_daily('2022-09-30')");
    await expect
      .poll(
        async () =>
          (await queryAsOwner("SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'task_event'::regclass")).length,
      )
      .toBe(1);
    await slow.query('COMMIT');
    await slow.end();
    await daily;
    expect(await findings()).toEqual([]);
  });

  it('digests the same day and head only once', async () => {
    await queryAsApp("SELECT run_daily('2022-09-30')");
    const count = () => one<{ n: string }>('SELECT count(*) AS n FROM chain_digest');
    const before = await count();
    expect(await queryAsApp("SELECT run_daily('2022-09-30') AS told")).toEqual([{ told: 'unchanged' }]);
    expect(await count()).toEqual(before);
    await expect(queryAsApp("SELECT run_daily('2022-10-01')")).rejects.toMatchObject({ code: '23514' });
  });
});
