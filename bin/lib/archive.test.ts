import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { digestOf, type Manifest, readArchive, writeArchive } from './archive.ts';

let folder: string;
let backup: string;
let manifest: Manifest;
const at = (...parts: string[]) => path.join(folder, ...parts);

beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ledger-archive-'));
  backup = at('backup');
  fs.mkdirSync(at('tables'));
  fs.writeFileSync(at('tables', 'region'), '1\t鄂州市\n');
  fs.writeFileSync(at('tables', 'unit'), '');
  fs.mkdirSync(at('data', 'evidence'), { recursive: true });
  fs.writeFileSync(at('data', 'evidence', 'photo'), Buffer.alloc(100_000, 7));
  const table = async (name: string, rows: number) => {
    const file = at('tables', name);
    return { name, columns: ['id'], rows, bytes: fs.statSync(file).size, sha256: await digestOf(file) };
  };
  manifest = {
    format: 1,
    program: 'reform-ledger',
    createdAt: '2026-01-01T00:00:00.000Z',
    migrations: [],
    tables: [await table('region', 1), await table('unit', 0)],
    sequences: [],
    files: [{ path: 'evidence/photo', bytes: 100_000, sha256: await digestOf(at('data', 'evidence', 'photo')) }],
  };
});

afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

const write = () => writeArchive(backup, manifest, at('tables'), (name) => path.join(at('data'), name));
const read = () => readArchive(backup, at('out'));

test('what is written reads back byte for byte', async () => {
  await write();
  expect(await read()).toEqual(manifest);
  expect(fs.readFileSync(at('out', 'tables', 'region.copy'), 'utf8')).toBe('1\t鄂州市\n');
  expect(fs.readFileSync(at('out', 'tables', 'unit.copy')).length).toBe(0);
  expect(fs.readFileSync(at('out', 'files', 'evidence', 'photo')).equals(Buffer.alloc(100_000, 7))).toBe(true);
  expect(fs.existsSync(`${backup}.part`)).toBe(false);
});

test('a file cut short is refused', async () => {
  await write();
  fs.truncateSync(backup, fs.statSync(backup).size - 40);
  await expect(read()).rejects.toThrow('不是完好的备份文件');
});

test('a file that is no backup is refused', async () => {
  fs.writeFileSync(backup, 'not a backup');
  await expect(read()).rejects.toThrow('不是完好的备份文件');
});

test('an altered table is refused', async () => {
  await write();
  const tar = gunzipSync(fs.readFileSync(backup));
  tar.write('2', tar.indexOf('1\t鄂州市'));
  fs.writeFileSync(backup, gzipSync(tar));
  await expect(read()).rejects.toThrow('tables/region.copy 与清单中的摘要不符');
});

test('a path that leads out of the folder is refused', async () => {
  manifest.files = [{ ...manifest.files[0]!, path: '../data/evidence/photo' }];
  await write();
  await expect(read()).rejects.toThrow('不是完好的备份文件');
});

test('a failing write leaves no file behind', async () => {
  manifest.files = [{ path: 'evidence/missing', bytes: 5, sha256: manifest.files[0]!.sha256 }];
  await expect(write()).rejects.toThrow('ENOENT');
  expect(fs.existsSync(backup) || fs.existsSync(`${backup}.part`)).toBe(false);
});
