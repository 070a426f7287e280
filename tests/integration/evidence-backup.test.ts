// What the commands that people type do with evidence: verify-history reads every file anew, a backup carries it, a restore puts it back as it was.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EvidenceStore } from '@/lib/server/evidence-store';
import { openDatabase, withClient } from '../../bin/lib/database.ts';
import { migrate } from '../../bin/lib/migrate.ts';
import { runSeed } from '../../bin/lib/seeding.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), `ledger-test-${process.pid}-evidence-`));
fs.chmodSync(folder, 0o755); // the server may run as another user
const data = path.join(folder, 'data');
const restored = path.join(folder, 'restored');
const bytes = new TextEncoder().encode('鄂州市住建局实施方案');
let sha256 = '';
let unnamed = '';

function command(name: string, ...given: string[]): { code: number | null; text: string } {
  const { DATABASE_URL: _url, LEDGER_EVIDENCE: _evidence, ...env } = process.env;
  const done = spawnSync(
    process.execPath,
    ['--conditions=react-server', '--import', 'tsx', `bin/lib/${name}.ts`, ...given],
    { env, encoding: 'utf8' },
  );
  return { code: done.status, text: done.stdout + done.stderr };
}
const placeIn = (root: string) => path.join(root, 'evidence', sha256.slice(0, 2), sha256);

beforeAll(async () => {
  fs.mkdirSync(data);
  const external = process.env.DATABASE_URL;
  delete process.env.DATABASE_URL; // a server of its own: its roles are not those of the other tests
  try {
    const { ownerUrl, appUrl, cluster } = await openDatabase(data);
    await migrate(ownerUrl);
    await runSeed('empty', appUrl, data);
    const store = new EvidenceStore(path.join(data, 'evidence'));
    sha256 = (await store.put(bytes)).sha256;
    unnamed = (await store.put(new TextEncoder().encode('没有人要的'))).sha256;
    await withClient(ownerUrl, (owner) =>
      owner.query(
        `INSERT INTO evidence (kind, title, media_type, sha256, bytes, task_id, uploaded_by_id, uploaded_on)
         SELECT 'FILE', '实施方案.txt', 'text/plain', $1, $2, (SELECT min(id) FROM task), (SELECT min(id) FROM account), ledger_today()`,
        [sha256, bytes.length],
      ),
    );
    await cluster?.stop();
  } finally {
    process.env.DATABASE_URL = external;
  }
}, 180_000);
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

test('verify-history, backup and restore go by what evidence names', { timeout: 180_000 }, () => {
  const whole = command('verify-history', '--data', data);
  expect(whole.text).toContain('1 个佐证文件也都原样');
  expect(whole.code).toBe(0);

  const file = path.join(folder, 'ledger.tar.gz');
  const saved = command('backup', file, '--data', data);
  expect(saved.code, saved.text).toBe(0);
  const put = command('restore', file, '--data', restored);
  expect(put.code, put.text).toBe(0);
  expect(fs.readFileSync(placeIn(restored))).toEqual(Buffer.from(bytes));
  expect(fs.statSync(placeIn(restored)).mode & 0o777).toBe(0o600);
  for (const place of [path.join(restored, 'evidence'), path.dirname(placeIn(restored))])
    expect(fs.statSync(place).mode & 0o777).toBe(0o700);
  expect(fs.existsSync(path.join(restored, 'evidence', unnamed.slice(0, 2), unnamed))).toBe(false);
  const again = command('restore', file, '--data', restored);
  expect(again.code).toBe(1);
  expect(command('verify-history', '--data', restored).text).toContain('1 个佐证文件也都原样');

  fs.writeFileSync(placeIn(restored), '被换掉的内容');
  const changed = command('verify-history', '--data', restored);
  expect(changed.code).toBe(1);
  expect(changed.text).toMatch(/佐证文件被改动（.*实施方案\.txt/);
  fs.rmSync(placeIn(restored));
  const missing = command('verify-history', '--data', restored);
  expect(missing.code).toBe(1);
  expect(missing.text).toContain(`佐证文件缺失`);
  const warned = command('backup', path.join(folder, 'second.tar.gz'), '--data', restored);
  expect(warned.code).toBe(0);
  expect(warned.text).toContain('有 1 个佐证文件在存储中缺失');
});
