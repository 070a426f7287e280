// bin/import as a person or a program calls it: exit codes, one line of refusal, the form of seeds/lists/*.json, and how much it takes.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { listSchema } from '@/lib/imports/list.schema';
import {
  docxOf,
  HEADER,
  htmlOf,
  makeXlsx,
  manyRows,
  PROGRAM,
  proseOf,
  ROWS,
  sheetRows,
  TITLE,
  textOf,
  xlsxOf,
  zipOf,
} from '../../tests/support/hostile-files';

const root = path.resolve(import.meta.dirname, '../..');
let folder: string;

beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ledger 导入 '));
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

type Ended = { code: number | null; out: string; errors: string; seconds: number; megabytes: number };

/** The most memory a process and its children have held at once, as far as is seen by looking every 20 milliseconds; 0 where there is no /proc. */
function peakOf(pid: number): () => number {
  const most = new Map<number, number>();
  const look = (id: number) => {
    try {
      const kilobytes = /VmHWM:\s*(\d+)/.exec(fs.readFileSync(`/proc/${id}/status`, 'utf8'))?.[1];
      most.set(id, Math.max(most.get(id) ?? 0, Number(kilobytes ?? 0) / 1024));
      const children = fs.readFileSync(`/proc/${id}/task/${id}/children`, 'utf8').trim();
      for (const child of children.split(' ').filter(Boolean)) look(Number(child));
    } catch {
      // It has ended between two looks.
    }
  };
  const timer = setInterval(() => look(pid), 20);
  return () => {
    clearInterval(timer);
    return Math.max(0, ...most.values());
  };
}

function bin(args: string[], options: { cwd?: string; env?: Record<string, string> } = {}): Promise<Ended> {
  const start = performance.now();
  const child = spawn(
    process.execPath,
    ['--conditions=react-server', '--import', 'tsx', 'bin/lib/import.ts', ...args],
    // run.sh moves to the root, and says where the person stands.
    {
      cwd: root,
      env: {
        NODE_ENV: 'test',
        PATH: process.env.PATH ?? '',
        HOME: process.env.HOME ?? '',
        LEDGER_CWD: options.cwd ?? folder,
        DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/nowhere',
        ...options.env,
      },
    },
  );
  const peak = peakOf(child.pid!);
  let out = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  return new Promise((resolve) =>
    child.on('close', (code) =>
      resolve({ code, out, errors, seconds: (performance.now() - start) / 1000, megabytes: peak() }),
    ),
  );
}

function put(name: string, bytes: Uint8Array): string {
  fs.writeFileSync(path.join(folder, name), bytes);
  return name;
}

/** One line for people: what is wrong and what to do, without a stack, a path of the machine or a library's words. */
const isOneLine = (errors: string) =>
  /^错误：[^\n]+。\n$/u.test(errors) &&
  !/Error|undefined|null|node_modules|\bat \S+:|file:/.test(errors) &&
  ![root, os.tmpdir()].some((folder) => errors.includes(folder));

const LIST = [HEADER, ...ROWS];

const flag = z
  .string()
  .regex(
    /^(seq|section|measure|text|group|lead|responsible|deadline|row|points|scoring|indicator1|indicator2|leaderInCharge|extra|document)[^:]*: ./u,
  );
const names = z.array(z.string());
/** What seeds/SCHEMA.md says, and nothing besides. */
const task = z.strictObject({
  seq: z.int().nullable(),
  section: z.string().nullable(),
  measure: z.string().nullable(),
  text: z.string(),
  group: z.string().nullable(),
  leadRaw: z.string().nullable(),
  responsibleRaw: z.string().nullable(),
  deadlineRaw: z.string().nullable(),
  lead: names,
  responsible: names,
  deadline: z.strictObject({
    dueOn: z.string().nullable(),
    ongoing: z.boolean(),
    note: z.string().nullable(),
    startsAtOnce: z.boolean().optional(),
    recurrence: z.unknown().optional(),
    parts: z.unknown().optional(),
  }),
  extra: z.record(z.string(), z.string().nullable()).optional(),
  inherited: names,
  flags: z.array(flag),
});
const assessed = z.strictObject({
  ...task.shape,
  row: z.int(),
  indicator1: z.string().nullable(),
  indicator2: z.string().nullable(),
  points: z.number().nullable(),
  scoring: z.string().nullable(),
});
const printed = z.strictObject({
  document: z.strictObject({
    source: z.string(),
    title: z.string().nullable(),
    noticeTitle: z.string().optional(),
    issuer: z.string().nullable(),
    docNumber: z.string().nullable(),
    year: z.int().nullable(),
    issuedOn: z.string().nullable(),
    region: z.string().nullable(),
    level: z.enum(['city', 'district', 'bureau']).nullable(),
    kind: z.enum(['task-list', 'assessment']),
    printedTotal: z.number().optional(),
  }),
  tasks: z.array(z.union([task, assessed])),
  anomalies: z.array(z.string()),
});

describe('the form of seeds/lists/*.json', () => {
  test.each([
    ['seeds/office/ezhou-2022.docx', 'seeds/lists/ezhou-2022.json'],
    ['seeds/office/zengdu-2022.xlsx', 'seeds/lists/zengdu-2022.json'],
    ['seeds/documents/ezhou-assessment-2020.txt', 'seeds/lists/ezhou-assessment-2020.json'],
  ])(
    '%s',
    async (file, list) => {
      const { code, out } = await bin([file, '--dry-run', '--json'], { cwd: root });
      const reading = printed.parse(JSON.parse(out));
      const truth = listSchema.parse(JSON.parse(fs.readFileSync(path.join(root, list), 'utf8')));
      listSchema.parse(reading);
      expect(reading.tasks).toHaveLength(truth.tasks.length);
      expect(code).toBe(reading.tasks.some(({ flags }) => flags.length > 0) || code === 3 ? 3 : 0);
      expect(reading.document).toMatchObject({ title: truth.document.title, year: truth.document.year });
    },
    30_000,
  );

  test('a field that cannot be read is null and has a flag', async () => {
    const name = put('时限.html', htmlOf(LIST.map((cells, n) => (n === 2 ? cells.with(4, '2022年12日') : cells))));
    const { code, out } = await bin([name, '--dry-run', '--json']);
    const { tasks } = printed.parse(JSON.parse(out));
    expect([code, tasks[1]!.deadline.dueOn, tasks[1]!.deadlineRaw]).toEqual([3, null, '2022年12日']);
    expect(tasks.map(({ flags }) => flags)).toEqual([[], [expect.stringMatching(/^deadline: .*2022年12日/)], []]);
  });
});

describe('exit codes', () => {
  test('0 and nothing to confirm, for a clean list whose name has spaces, from another folder, without a database', async () => {
    const name = put('2022年 重点 任务.docx', docxOf(LIST));
    const { code, out, errors } = await bin([`./${name}`, '--dry-run']);
    expect([code, errors]).toEqual([0, '']);
    expect(out).toContain('鄂州市 · 2022 · 3 行 · 0 项待确认');
  });

  test('3 with questions, each in words with its place', async () => {
    const name = put('单位.html', htmlOf(LIST.map((cells, n) => (n === 1 ? cells.with(2, '市飞碟局') : cells))));
    const { code, out } = await bin([name, '--dry-run']);
    expect(code).toBe(3);
    expect(out).toMatch(/待确认：表1第2行，“市飞碟局”/);
  });

  test('nothing is written', async () => {
    const before = fs.readdirSync(folder);
    await bin([put('一.txt', textOf(LIST)), '--dry-run', '--json']);
    expect(fs.readdirSync(folder)).toEqual([...before, '一.txt'].toSorted());
  });
});

describe('what is typed', () => {
  beforeAll(() => put('清单.xlsx', xlsxOf(LIST)));
  const two = () =>
    put(
      '两表.html',
      new TextEncoder().encode(
        new TextDecoder().decode(htmlOf(LIST)) +
          new TextDecoder()
            .decode(
              htmlOf([
                ['一级指标', '二级指标', '考核内容', '分值', '计分方法'],
                ['甲', '乙', '丙', '5', '丁'],
                ['甲', '戊', '己', '3', '庚'],
              ]),
            )
            .replace(TITLE, '鄂州市2022年考核细则'),
      ),
    );

  test('--help explains', async () => {
    const { code, out } = await bin(['--help']);
    expect(code).toBe(0);
    for (const word of ['--dry-run', '--json', '--region', '--year', '--unit', '--table', '退出码'])
      expect(out).toContain(word);
  });

  test('--region and --year go before the title', async () => {
    const { out } = await bin(['清单.xlsx', '--dry-run', '--json', '--region', 'zengdu', '--year', '2023']);
    expect(printed.parse(JSON.parse(out)).document).toMatchObject({ year: 2023, region: '曾都区' });
  });

  test('--table chooses among the lists of a document', async () => {
    const { out } = await bin([two(), '--dry-run', '--json', '--table', '2']);
    expect(printed.parse(JSON.parse(out)).tasks).toHaveLength(2);
  });

  test('--unit names the bureau whose own list it is', async () => {
    const { code, out } = await bin(['清单.xlsx', '--dry-run', '--json', '--unit', '市住建局']);
    expect([0, 3]).toContain(code);
    expect(printed.parse(JSON.parse(out)).document.level).toBe('bureau');
  });

  test.each([
    [
      'an unknown region, naming those that are known',
      ['清单.xlsx', '--dry-run', '--region', 'mars'],
      /mars.*ezhou（鄂州市）/,
    ],
    ['a year that is none', ['清单.xlsx', '--dry-run', '--year', '22'], /--year 应为 1949 到 2100/],
    ['a table that is none', ['清单.xlsx', '--dry-run', '--table', '0'], /--table 应为 1 到/],
    ['a table the document has not', ['清单.xlsx', '--dry-run', '--table', '7'], /只有 1 份清单，没有第 7 份/],
    ['a unit the region has not', ['清单.xlsx', '--dry-run', '--unit', '飞碟局'], /飞碟局/],
    ['an unknown option', ['清单.xlsx', '--dry-run', '--colour'], /不认识的选项 --colour/],
    ['an option without its value', ['清单.xlsx', '--dry-run', '--year'], /--year 的写法不对/],
    ['no file', ['--dry-run'], /请写出一个文件/],
    ['two files', ['清单.xlsx', '清单.xlsx', '--dry-run'], /请写出一个文件/],
    ['a file that is not there', ['没有.docx', '--dry-run'], /找不到文件 没有\.docx/],
    ['a name no system holds', [`${'重'.repeat(300)}.docx`, '--dry-run'], /找不到文件/],
    ['a folder', ['.', '--dry-run'], /不是文件/],
    ['--json without --dry-run', ['清单.xlsx', '--json'], /--dry-run/],
    ['a draft without region and year', ['清单.xlsx'], /--region 和 --year/],
  ])('%s is refused in one line', async (_, args, words) => {
    const { code, out, errors } = await bin(args);
    expect([code, out, errors]).toEqual([1, '', expect.stringMatching(words)]);
    expect([errors, isOneLine(errors)]).toEqual([errors, true]);
  });

  test.each([
    ['quotes', '“清单”\'a"b.txt'],
    ['a line break', '清\n单.txt'],
    ['80 Chinese characters', `${'重'.repeat(80)}.txt`],
    ['a dash in front', '-清单.txt'],
  ])('a name with %s is read', async (_, name) => {
    const { code, errors } = await bin(['--dry-run', '--', put(name, textOf(LIST))]);
    expect([code, errors]).toEqual([0, '']);
  });
});

/** Each in under 30 seconds and 1 GB, the reading process among it. */
describe('heavy files', () => {
  const hexadecimal = (count: number) =>
    Array.from({ length: count }, (_, n) => ((n * 2_654_435_761) >>> 0).toString(36));
  const word = (body: string) =>
    zipOf({
      'word/document.xml': `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${body}</w:body></w:document>`,
    });
  const wide = [
    [...HEADER, '备注', '责任领导', '进展'],
    ...manyRows(9_990).map((cells, n) => [...cells, `第${n}号`, '张某', '推进中']),
  ];
  const unknown = manyRows(9_990).map((cells, n) => [
    cells[0]!,
    cells[1]!,
    `某某${n}局某某${n}处`,
    `张${n}办、李${n}科、王${n}室`,
    `第${n}次会议前`,
  ]);

  test.each<[string, string, () => Uint8Array, number]>([
    ['10,000 rows of 8 columns, docx', '大.docx', () => docxOf(wide), 0],
    ['10,000 rows of 8 columns, xlsx', '大.xlsx', () => xlsxOf(wide), 0],
    ['10,000 rows of 8 columns, html', '大.html', () => htmlOf(wide), 0],
    ['10,000 items of running text', '大.txt', () => proseOf(manyRows(9_990)), 0],
    ['10,000 rows that are all asked about', '问.html', () => htmlOf([HEADER, ...unknown]), 3],
    ['a zip bomb', '弹.docx', () => zipOf({ 'word/document.xml': new Uint8Array(180 * 1024 * 1024) }), 1],
    [
      '120 MB of paragraphs, packed',
      '段.docx',
      () =>
        word(
          hexadecimal(2_400_000)
            .map((one) => `<w:p><w:r><w:t>${one}</w:t></w:r></w:p>`)
            .join(''),
        ),
      1,
    ],
    [
      '150 MB of cells, packed',
      '格.xlsx',
      () =>
        makeXlsx({
          sheets: [
            {
              name: '清单',
              rows: `<row>${hexadecimal(2_700_000)
                .map((one) => `<c><v>${one}</v></c>`)
                .join('')}</row>`,
            },
          ],
        }),
      1,
    ],
    [
      'entities that grow without end',
      '哈.xlsx',
      () =>
        makeXlsx({
          sheets: [{ name: '清单', rows: sheetRows(LIST) }],
          parts: { 'xl/sharedStrings.xml': '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "a">]><sst/>' },
        }),
      1,
    ],
    ['45 MB of tags', '签.html', () => new TextEncoder().encode('<p>a'.repeat(11_000_000)), 1],
    ['45 MB of short lines', '行.txt', () => new TextEncoder().encode('a\n'.repeat(22_000_000)), 1],
    [
      '19 MB of lines of a list',
      '列.txt',
      () =>
        new TextEncoder().encode(
          Array.from({ length: 290_000 }, (_, n) => `${n}. 推进（责任单位：市住建局）\n`).join(''),
        ),
      1,
    ],
    [
      'a quote that nothing closes, 19 MB',
      '引.csv',
      () => new TextEncoder().encode(`序号,任务\n"${'市,住\n'.repeat(290_000)}${'市'.repeat(5_000_000)}`),
      1,
    ],
    ['a program', '程.docx', () => PROGRAM, 1],
  ])(
    '%s',
    async (what, name, bytes, wanted) => {
      const { code, errors, seconds, megabytes } = await bin([put(name, bytes()), '--dry-run', '--json']);
      fs.rmSync(path.join(folder, name));
      process.stdout.write(`${what}: ${seconds.toFixed(1)} s, ${Math.round(megabytes)} MB, ${code} ${errors}\n`);
      expect(code).toBe(wanted);
      if (code === 1) expect([errors, isOneLine(errors)]).toEqual([errors, true]);
      expect(megabytes).toBeLessThan(1024);
      expect(seconds).toBeLessThan(32);
    },
    90_000,
  );

  test('a file of 60 MB is refused without being read', async () => {
    fs.truncateSync(path.join(folder, put('空洞.docx', new Uint8Array())), 60 * 1024 * 1024);
    const { code, errors, seconds } = await bin(['空洞.docx', '--dry-run', '--json']);
    expect([code, errors]).toEqual([1, expect.stringMatching(/60 MB，超过 50 MB/)]);
    expect(seconds).toBeLessThan(10);
  });
});
