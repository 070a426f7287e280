import { readFileSync } from 'node:fs';
import path from 'node:path';
import { CFB } from '@e965/xlsx';
import { describe, expect, test } from 'vitest';
import { openArchive } from './archive';
import { readDoc } from './doc';
import { readDocx } from './docx';
import type { SourceContent, SourceTable } from './source';

const root = path.join(import.meta.dirname, '../../..');
const read = (...parts: string[]) => new Uint8Array(readFileSync(path.join(root, ...parts)));
const fixture = (name: string) => read('tests/fixtures/imports', name);

function onlyTable(content: SourceContent): SourceTable {
  const tables = content.blocks.filter((block) => block.kind === 'table');
  expect(tables).toHaveLength(1);
  return tables[0] as SourceTable;
}

const bare = (text: string) => text.replace(/\s/g, '');

describe.each(['ezhou-2022', 'zengdu-2022', 'huarong-2023'])('%s as Word 97–2003', (slug) => {
  test('holds every task, unit and deadline in a cell of its own', async () => {
    const table = onlyTable(await readDoc(fixture(`${slug}.doc`)));
    const texts = new Set(table.rows.flatMap((row) => row.cells.map((cell) => bare(cell.text))));
    const { tasks } = JSON.parse(readFileSync(path.join(root, 'seeds/lists', `${slug}.json`), 'utf8'));
    const wanted = tasks.flatMap((task: Record<string, string | null>) =>
      [task.text, task.leadRaw, task.responsibleRaw, task.deadlineRaw].filter(Boolean),
    );
    expect(wanted.map(bare).filter((text: string) => !texts.has(text))).toEqual([]);
  });
});

test('merged cells are those of the same list as .docx', async () => {
  const cellsOf = (table: SourceTable) =>
    table.rows.map((row) =>
      row.cells.map(({ column, columnSpan, rowSpan, text }) => ({ column, columnSpan, rowSpan, text })),
    );
  const old = onlyTable(await readDoc(fixture('ezhou-2022.doc')));
  const modern = onlyTable(readDocx(openArchive(read('seeds/office/ezhou-2022.docx'))));
  expect(cellsOf(old)).toEqual(cellsOf(modern));
});

test('a heading keeps its level and its place', async () => {
  const { blocks } = await readDoc(fixture('ezhou-2022.doc'));
  expect(blocks[0]).toEqual({
    kind: 'paragraph',
    place: '第1段',
    text: '鄂州市优化营商环境2022年重点任务清单',
    headingLevel: 1,
  });
});

test('comments stand apart from the text and are told', async () => {
  const content = await readDoc(fixture('zengdu-2022.doc'));
  expect(content.notices).toEqual([{ text: expect.stringContaining('2 条批注'), place: null, ask: false }]);
  expect(JSON.stringify(content.blocks)).not.toContain('meta name');
});

describe('oddities', () => {
  const reading = readDoc(fixture('oddities.doc'));
  const notices = async () => (await reading).notices.filter(({ ask }) => ask).map(({ text }) => text);

  test('tracked changes are read as accepted, hidden text is left out, both are asked about', async () => {
    expect((await reading).blocks[1]).toMatchObject({ text: '保留新增划掉结尾', struck: 'part' });
    expect(await notices()).toEqual(
      expect.arrayContaining([expect.stringContaining('修订'), expect.stringContaining('隐藏')]),
    );
  });

  test('quotation marks survive', async () => {
    expect((await reading).blocks[0]).toMatchObject({ text: '关于印发“清单”的通知' });
  });

  test('a field is read by its result', async () => {
    expect(JSON.stringify((await reading).blocks[2])).toMatch(/底前/);
    expect(JSON.stringify((await reading).blocks)).not.toContain('DATE');
  });

  test('spans, a repeated header, paragraphs and struck cells of a table', async () => {
    const { rows } = onlyTable(await reading);
    expect(rows.map((row) => row.isHeader)).toEqual([true, undefined, undefined, undefined]);
    expect(rows[1]?.cells).toEqual([{ column: 0, columnSpan: 4, rowSpan: 1, text: '（一）提升' }]);
    expect(rows[2]?.cells[1]?.text).toBe('第一段\n第二段');
    expect(rows[2]?.cells[2]).toEqual({ column: 2, columnSpan: 1, rowSpan: 2, text: '市住建局' });
    expect(rows[2]?.cells[3]?.struck).toBe('all');
    expect(rows[3]?.cells.map((cell) => cell.column)).toEqual([0, 1, 3]);
  });

  test('a table within a cell is read into the cell and asked about', async () => {
    expect(onlyTable(await reading).rows[3]?.cells[1]?.text).toBe('内层\n外层');
    expect(await notices()).toContainEqual(expect.stringContaining('表格套表格'));
  });
});

test('automatic numbers are printed as Word prints them, in the text and in empty cells', async () => {
  const { blocks, notices } = await readDoc(fixture('numbers.doc'));
  expect(
    blocks.map((block) => (block.kind === 'paragraph' ? block.text : block.rows.map((row) => row.cells[0]?.text))),
  ).toEqual([
    '一、总体要求',
    '二、重点任务',
    '（一）加强领导',
    '（二）推进改革',
    '1.措施甲',
    '2.措施乙',
    '（三）优化服务',
    '1.措施丙',
    '三、保障措施',
    ['序号', '1', '2'],
    '完',
  ]);
  expect(notices).toEqual([]);
});

test.each([['1Table'], ['WordDocument']])('a document without its stream %s is refused', async (name) => {
  const whole = CFB.read(fixture('ezhou-2022.doc'), { type: 'array' });
  const part = CFB.utils.cfb_new();
  for (const stream of ['1Table', '0Table', 'WordDocument']) {
    const entry = CFB.find(whole, `/${stream}`);
    if (entry && stream !== name) CFB.utils.cfb_add(part, `/${stream}`, entry.content);
  }
  const bytes = new Uint8Array(CFB.write(part, { type: 'array' }) as ArrayLike<number>);
  await expect(readDoc(bytes)).rejects.toMatchObject({ code: 'unreadable', message: expect.stringContaining('.docx') });
});
