import path from 'node:path';
import { command, makeFolder, OwnServer, queryIn } from './support/server';
import { expect, test } from './support/test';

const FIGURES = `
  SELECT d.day::text, s.plan_id, s.light::text, s.reason::text, s.state::text, count(*)::int AS n, sum(s.overdue_days)::int AS overdue_days
    FROM (VALUES (DATE '2022-06-30'), (DATE '2022-09-30'), (DATE '2023-09-30')) AS d(day), LATERAL standing_as_of(d.day) s
   GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5`;
const HEADS = 'SELECT task_id, event_count, head_hash FROM task_chain ORDER BY task_id';

const dataFolder = process.env.LEDGER_E2E_DATA ?? '';

test('a backup taken while serving gives the same figures and a valid chain elsewhere', async () => {
  test.setTimeout(300_000);
  const { folder, remove } = makeFolder('restored');
  const file = path.join(folder, 'ledger.tar.gz');
  const restored = path.join(folder, 'data');
  try {
    const before = { figures: await queryIn(dataFolder, FIGURES), heads: await queryIn(dataFolder, HEADS) };
    expect(before.figures.length).toBeGreaterThan(20);
    const saved = command('backup', file, '--data', dataFolder);
    expect(saved.code, saved.text).toBe(0);
    const again = command('backup', file, '--data', dataFolder);
    expect(again.code, 'an existing file is not overwritten').toBe(1);

    const put = command('restore', file, '--data', restored);
    expect(put.code, put.text).toBe(0);
    const twice = command('restore', file, '--data', restored);
    expect(twice.code, 'only into an empty folder').toBe(1);

    const server = await OwnServer.start(restored);
    try {
      expect((await fetch(`${server.url}/api/health`)).status).toBe(200);
      expect(await queryIn(restored, FIGURES)).toEqual(before.figures);
      expect(await queryIn(restored, HEADS)).toEqual(before.heads);
      const verified = command('verify-history', '--data', restored);
      expect(verified.code, verified.text).toBe(0);
    } finally {
      await server.stop();
    }
  } finally {
    remove();
  }
});
