import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readPdf } from './pdf';
import type { SourceContent, SourceTable } from './source';

const root = path.join(import.meta.dirname, '../../..');

function fixture(name: string): Uint8Array {
  return new Uint8Array(readFileSync(path.join(root, 'tests/fixtures/imports', name)));
}

type Task = {
  seq?: number;
  text: string;
  leadRaw?: string | null;
  responsibleRaw?: string | null;
  deadlineRaw?: string | null;
};

function tasksOf(slug: string): Task[] {
  return JSON.parse(readFileSync(path.join(root, 'seeds/lists', `${slug}.json`), 'utf8')).tasks;
}

const bare = (text: string) => text.replace(/\s/g, '');

function onlyTable(content: SourceContent): SourceTable {
  const tables = content.blocks.filter((block) => block.kind === 'table');
  expect(tables).toHaveLength(1);
  return tables[0] as SourceTable;
}

/** Cells of a column from top to bottom, those cut by a page break joined again. */
function columnTexts(table: SourceTable): string[] {
  const columns = new Map<number, string[]>();
  for (const row of table.rows) {
    for (const cell of row.cells) {
      const texts = columns.get(cell.column) ?? [];
      columns.set(cell.column, texts);
      if (row.startsPage && texts.length > 0) texts.push(`${texts.at(-1)}${bare(cell.text)}`);
      texts.push(bare(cell.text));
    }
  }
  return [...columns.values()].flat();
}

/** A shared machine may read a list of 45 pages in many seconds. */
const SLOW = 60_000;

const LISTS = [
  { slug: 'ezhou-2022', columns: 7 },
  { slug: 'zengdu-2022', columns: 6 },
  { slug: 'huarong-2023', columns: 8 },
  { slug: 'ezhou-assessment-2020', columns: 9 },
  { slug: 'ezhou-housing-2022', columns: 6 },
];

describe.each(LISTS)('$slug as PDF', ({ slug, columns }) => {
  let content: SourceContent;

  beforeAll(async () => {
    content = await readPdf(fixture(`${slug}.pdf`));
  }, SLOW);

  test('is one table over all pages', () => {
    const table = onlyTable(content);
    expect(Math.max(...table.rows.flatMap((row) => row.cells.map((cell) => cell.column + cell.columnSpan)))).toBe(
      columns,
    );
    expect(table.isReconstructed).toBeUndefined();
  });

  test('holds every task, unit and deadline in a cell of its own', () => {
    const texts = new Set(columnTexts(onlyTable(content)));
    const wanted = tasksOf(slug).flatMap((task) =>
      [task.text, task.leadRaw, task.responsibleRaw, task.deadlineRaw].filter((text): text is string => Boolean(text)),
    );
    expect(wanted.map(bare).filter((text) => !texts.has(text))).toEqual([]);
  });

  test('covers every place of the grid once', () => {
    const { rows } = onlyTable(content);
    const places = rows.map(() => new Array<number>(columns).fill(0));
    rows.forEach((row, index) => {
      for (const cell of row.cells) {
        for (let down = index; down < index + cell.rowSpan; down += 1) {
          for (let column = cell.column; column < cell.column + cell.columnSpan; column += 1) {
            const line = places[down];
            if (line) line[column] = (line[column] ?? 0) + 1;
          }
        }
      }
    });
    expect(places.flat().every((count) => count === 1)).toBe(true);
  });
});

describe('spans and pages of one list', () => {
  let table: SourceTable;

  beforeAll(async () => {
    table = onlyTable(await readPdf(fixture('ezhou-2022.pdf')));
  }, SLOW);

  test('a merged cell spans the rows its borders enclose', () => {
    const [area, measure] = table.rows[1]?.cells ?? [];
    expect([area?.rowSpan, measure?.rowSpan]).toEqual([6, 2]);
    expect(table.rows[2]?.cells[0]?.column).toBe(2);
  });

  test('the first row on each new page is marked', () => {
    const starts = table.rows.filter((row) => row.startsPage).map((row) => row.place);
    expect(starts.slice(0, 2)).toEqual(['第2页第1行', '第3页第1行']);
    expect(starts).toHaveLength(21);
  });
});

test(
  'a heading over two lines is one paragraph',
  async () => {
    const { blocks } = await readPdf(fixture('huarong-2023.pdf'));
    expect(blocks[0]).toMatchObject({
      kind: 'paragraph',
      text: '中共华容区委 华容区人民政府 关于印发《华容区以控制成本为核心优化营商环境行动方案》的通知',
      place: '第1页第1行',
    });
  },
  SLOW,
);

test('a scan is refused with what to do', async () => {
  await expect(readPdf(fixture('scanned.pdf'))).rejects.toMatchObject({
    code: 'unreadable',
    message: expect.stringMatching(/扫描件.*文字识别/),
  });
});

test('a PDF that breaks off is refused', async () => {
  await expect(readPdf(fixture('ezhou-2022.pdf').slice(0, 2000))).rejects.toMatchObject({ code: 'unreadable' });
});

test('a PDF with a password is refused with what to do', async () => {
  await expect(readPdf(fixture('locked.pdf'))).rejects.toMatchObject({
    code: 'unreadable',
    message: expect.stringMatching(/密码.*另存/),
  });
});
