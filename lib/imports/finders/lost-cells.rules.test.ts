import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inheritCells } from '@/lib/imports/list.rules';
import type { ListTask, TaskList } from '@/lib/imports/list.schema';
import { readText } from '@/lib/imports/readers/text';
import { registryFromSeed, type SeedRegistry, unitNameResolver } from '@/lib/units/unit-names.rules';
import { findLostCells } from './lost-cells.rules';
import type { ListCandidate, RawList, RawRow } from './raw-list';

const seed: SeedRegistry = JSON.parse(readFileSync('seeds/units.json', 'utf8'));
const noNames = { isUnitName: () => false };

function registryOf(regionCode: string, ownerUnitName: string | null = null) {
  const resolve = unitNameResolver({ ...registryFromSeed(seed), regionCode, ownerUnitName });
  return { isUnitName: (printed: string) => resolve(printed).kind !== 'unknown' };
}

function listOf(slug: string): TaskList {
  return JSON.parse(readFileSync(`seeds/lists/${slug}.json`, 'utf8'));
}

const compact = (text: string | null | undefined) => (text ?? '').replace(/\s+/gu, '');

const COMPARED = ['section', 'measure', 'text', 'group', 'lead', 'responsible', 'deadline'] as const;
type Compared = (typeof COMPARED)[number];
type Wanted = Record<Compared, string> & { seq: number };

function wantedOf(tasks: readonly ListTask[]): Wanted[] {
  const printed = inheritCells(tasks);
  return tasks.map((task, index) => ({
    seq: task.seq,
    section: compact(task.section),
    measure: compact(task.measure),
    text: compact(task.text),
    group: compact(task.group),
    lead: compact(printed[index]!.leadText),
    responsible: compact(printed[index]!.responsibleText),
    deadline: compact(printed[index]!.deadlineText),
  }));
}

/** Every cell printed in its own row, one list of units in each: what merging there is, is the printer's. */
function flatten(tasks: readonly ListTask[]): ListTask[] {
  const printed = inheritCells(tasks);
  return tasks.map((task, index) => ({
    ...task,
    leadRaw: printed[index]!.leadText,
    responsibleRaw: printed[index]!.responsibleText.replace(/\n(?!（)/g, '、'),
    deadlineRaw: printed[index]!.deadlineText,
  }));
}

/** Cells as they get damaged: cut off, emptied, a date without a day, units the registry does not know. */
function damage(
  tasks: readonly ListTask[],
  share: number,
  { random, hasTraces }: Pick<Printing, 'random' | 'hasTraces'>,
): ListTask[] {
  const hurt = (text: string | null, words: readonly string[]) => {
    if (text === null || random() >= share) return text;
    const choice = Math.floor(random() * (words.length + 2));
    if (choice === 0) return hasTraces ? '' : text;
    return choice === 1 ? text.slice(0, -1) : words[choice - 2]!;
  };
  return tasks.map((task) => ({
    ...task,
    leadRaw: hurt(task.leadRaw, ['自然资源和规划', '营商专班', '推进工作组', '税务公安人社']),
    responsibleRaw: hurt(task.responsibleRaw, ['自然资源和规划', '各有关方面', '张三', '全体成员']),
    deadlineRaw: hurt(task.deadlineRaw, ['全国两会召开前', '按上级要求', '2022年8底前', '2022年12日', '每季度末', '—']),
  }));
}

function isAsked(row: RawRow, field: Compared): boolean {
  return row.doubts.some((doubt) => doubt.field === field || doubt.field === 'row');
}

/** A row that was not found must be asked about in the row that stands before its place. */
function isLossAsked(rows: readonly RawRow[], seq: number): boolean {
  const before = rows.filter((row) => Number(/\d+/.exec(row.cells.seq!.text)![0]) < seq).at(-1);
  return before?.doubts.some((doubt) => doubt.field === 'row') ?? false;
}

/** Fields of all rows that are right, wrong with a doubt on the field or the row, and wrong without one. */
function compare({ rows, doubts }: RawList, wanted: readonly Wanted[]) {
  const isAskedOnce = doubts.some((doubt) => doubt.kind === 'blank-cell');
  const result = { right: 0, asked: 0, silent: [] as string[] };
  for (const want of wanted) {
    const row = rows.find((candidate) => Number(/\d+/.exec(candidate.cells.seq!.text)![0]) === want.seq);
    for (const field of COMPARED) {
      const got = compact(row?.cells[field]?.text);
      if (got === want[field]) result.right += 1;
      else if (want[field] === '' && isAskedOnce) result.asked += 1;
      else if (row ? isAsked(row, field) : isLossAsked(rows, want.seq)) result.asked += 1;
      else result.silent.push(`${want.seq} ${field}: ${got} / ${want[field]}`);
    }
  }
  return result;
}

function readOne(text: string, registry: Parameters<typeof findLostCells>[1] = noNames): ListCandidate {
  const candidates = findLostCells(readText(text), registry);
  expect(candidates).toHaveLength(1);
  return candidates[0]!;
}

const HEADS = { group: '责任专项组', leadText: '牵头单位', responsibleText: '责任单位', deadlineText: '完成时限' };

type Printing = {
  isMeasureBehind?: boolean;
  hasTraces: boolean;
  pageLength: number;
  merging: 'all' | 'each' | 'none';
  isGroupRepeated: boolean;
  /** Share of the cells that are broken over two lines, and of the pages that print their number. */
  broken?: number;
  order?: (keyof typeof HEADS)[];
  random: () => number;
};

/** The list as a page whose borders are lost: each cell a line, a merged cell only where it begins, page tops with their headings again. */
function print(tasks: readonly ListTask[], printing: Printing): string {
  const { random } = printing;
  const wanted = inheritCells(tasks);
  const order = printing.order ?? (['group', 'leadText', 'responsibleText', 'deadlineText'] as const);
  const has = (field: 'section' | 'measure' | 'group') => tasks.some((task) => task[field]);
  const head = [
    ...(has('section') || (has('measure') && !printing.isMeasureBehind) ? ['政策措施'] : []),
    '序号',
    ...(printing.isMeasureBehind ? ['改革措施'] : []),
    '重点任务',
    ...order.filter((key) => key !== 'group' || has('group')).map((key) => HEADS[key]),
  ];
  const lines = ['某区重点任务清单', '', ...head];
  const isBroken = () => random() < (printing.broken ?? 0);
  const cell = (text: string) => {
    const parts = text.split('\n').filter((line) => line !== '');
    const cut = text.indexOf('、') + 1;
    if (parts.length === 1 && cut > 0 && isBroken()) lines.push(text.slice(0, cut), text.slice(cut));
    else if (text !== '') lines.push(...parts);
    else if (printing.hasTraces) lines.push('\u00A0');
  };
  for (const [index, task] of tasks.entries()) {
    const before = tasks[index - 1];
    const isPageTop = index > 0 && index % printing.pageLength === 0;
    if (isPageTop && isBroken()) lines.push(random() < 0.5 ? String(index / printing.pageLength) : `— ${index} —`);
    if (isPageTop && random() < 0.3) lines.push(...head);
    if (task.section && (task.section !== before?.section || isPageTop)) lines.push(task.section);
    const isNewMeasure = task.measure !== before?.measure;
    const printMeasure = () => {
      if (task.measure && (isNewMeasure || (isPageTop && random() < 0.5))) lines.push(task.measure);
      else if (task.measure && isPageTop && printing.hasTraces) lines.push('\u00A0');
    };
    if (!printing.isMeasureBehind) printMeasure();
    lines.push(`${task.seq}${random() < 0.1 ? ')' : ''}`);
    if (printing.isMeasureBehind) printMeasure();
    const text = task.text.replace(/\n/g, '');
    const cut = Math.ceil(text.length * random());
    lines.push(...(isBroken() ? [text.slice(0, cut), text.slice(cut)].filter((line) => line !== '') : [text]));
    const isGroupMerged = before?.group === task.group && !isPageTop && !(printing.isGroupRepeated && isNewMeasure);
    const cells = wanted[index]!;
    const above = wanted[index - 1];
    const keys = ['leadText', 'responsibleText', 'deadlineText'] as const;
    const isSame = (key: (typeof keys)[number]) => above !== undefined && above[key] === cells[key];
    const isBlock = keys.every(isSame) && !isPageTop && !isNewMeasure && random() < 0.7;
    for (const key of order) {
      if (key === 'group') {
        const group = task.group ?? '';
        if (has('group') && !isGroupMerged) {
          lines.push(...(random() < 0.5 ? [group.slice(0, 2), group.slice(2)] : [group]));
        }
        continue;
      }
      const isMergedAlone = printing.merging === 'each' && isSame(key) && !isPageTop && random() < 0.6;
      if (!isMergedAlone && !(printing.merging === 'all' && isBlock)) cell(cells[key]);
    }
  }
  return [...lines, '', '主办单位：某区人民政府 版权所有', '联系电话：000-0000000'].join('\n\n');
}

function randomFrom(start: number): () => number {
  let state = start >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const printings = fc.record({
  hasTraces: fc.boolean(),
  pageLength: fc.integer({ min: 4, max: 30 }),
  merging: fc.constantFrom('all' as const, 'each' as const, 'none' as const),
  isGroupRepeated: fc.boolean(),
  random: fc.integer().map(randomFrom),
});

describe('findLostCells', () => {
  describe('huarong-2023.txt', () => {
    const list = listOf('huarong-2023');
    const text = readFileSync('seeds/documents/huarong-2023.txt', 'utf8');
    const candidate = readOne(text, registryOf('huarong'));

    it('reads every field of every row, or asks about it', () => {
      const { right, silent } = compare(candidate.list, wantedOf(list.tasks));
      expect(candidate.list.rows).toHaveLength(list.tasks.length);
      expect(silent).toEqual([]);
      expect(right / (list.tasks.length * COMPARED.length)).toBeGreaterThan(0.99);
    });

    it('tells merged, blank and printed cells apart', () => {
      const raw = (row: RawRow, field: 'lead' | 'responsible' | 'deadline') => {
        const cell = row.cells[field];
        return cell === undefined || cell.isInherited ? null : cell.text;
      };
      const got = candidate.list.rows.map((row) => [raw(row, 'lead'), raw(row, 'responsible'), raw(row, 'deadline')]);
      expect(got).toEqual(list.tasks.map((task) => [task.leadRaw, task.responsibleRaw, task.deadlineRaw]));
    });

    it('does not ask about rows of an ordinary merged block', () => {
      const asked = candidate.list.rows.filter((row) => row.doubts.length > 0).length;
      expect(asked).toBeLessThan(45);
    });

    it('leaves the body, the title and the foot of the page outside', () => {
      const content = readText(text);
      const words = candidate.blocks
        .map((index) => content.blocks[index])
        .map((block) => (block?.kind === 'paragraph' ? block.text : ''));
      expect(words[0]).toBe('政策措施');
      expect(words.at(-1)).toBe('2023年12月底,长期推进');
    });
  });

  describe('other lists printed in the same way', () => {
    const cases = [
      { slug: 'ezhou-2022', region: 'ezhou', owner: null },
      { slug: 'zengdu-2022', region: 'zengdu', owner: null },
      { slug: 'huarong-2023', region: 'huarong', owner: null },
      { slug: 'ezhou-housing-2022', region: 'ezhou', owner: '市住建局' },
    ];
    for (const { slug, region, owner } of cases) {
      for (const isMeasureBehind of slug.includes('housing') ? [true, false] : [false]) {
        it.each([true, false])(
          `${slug} has no silent error (heading behind the number: ${isMeasureBehind}; known units: %s)`,
          (isKnown) => {
            const { tasks } = listOf(slug);
            const wanted = wantedOf(tasks);
            const registry = isKnown ? registryOf(region, owner) : noNames;
            fc.assert(
              fc.property(printings, (printing) => {
                const { list } = readOne(print(tasks, { ...printing, isMeasureBehind }), registry);
                const { right, silent } = compare(list, wanted);
                expect(silent).toEqual([]);
                expect(right / (tasks.length * COMPARED.length)).toBeGreaterThan(slug.includes('housing') ? 0.8 : 0.9);
              }),
              { numRuns: 10 },
            );
          },
        );
      }
    }
  });

  describe('columns in another order', () => {
    const orders = fc.constantFrom<(keyof typeof HEADS)[]>(
      ['group', 'responsibleText', 'leadText', 'deadlineText'],
      ['leadText', 'responsibleText', 'group', 'deadlineText'],
      ['deadlineText', 'group', 'leadText', 'responsibleText'],
      ['leadText', 'responsibleText', 'deadlineText', 'group'],
    );
    it.each(['zengdu-2022', 'huarong-2023'])('%s has no silent error', (slug) => {
      const tasks = flatten(listOf(slug).tasks);
      fc.assert(
        fc.property(printings, orders, (printing, order) => {
          const { list } = readOne(print(tasks, { ...printing, order }), registryOf(slug.split('-')[0]!));
          const { right, silent } = compare(list, wantedOf(tasks));
          expect(silent).toEqual([]);
          expect(right / (tasks.length * COMPARED.length)).toBeGreaterThan(0.85);
        }),
        { numRuns: 25, seed: 2023 },
      );
    });
  });

  describe('damaged lists', () => {
    it.each(['ezhou-2022', 'zengdu-2022', 'huarong-2023', 'ezhou-housing-2022'])('%s has no silent error', (slug) => {
      const { tasks } = listOf(slug);
      fc.assert(
        fc.property(printings, fc.constantFrom(0.02, 0.1, 0.3), (printing, share) => {
          const hurt = damage(flatten(tasks), share, printing);
          const { list } = readOne(print(hurt, { ...printing, broken: share / 2 }), registryOf(slug.split('-')[0]!));
          const { right, silent } = compare(list, wantedOf(hurt));
          expect(silent).toEqual([]);
          expect(right / (tasks.length * COMPARED.length)).toBeGreaterThan(0.7);
        }),
        { numRuns: 25, seed: 2023 },
      );
    });
  });
});

describe('重点任务 before 具体措施', () => {
  const cells = ['序号', '重点任务', '具体措施', '牵头单位', '责任单位', '完成时限']
    .concat(['1', '优化开办', '推行智能审批。', '区甲局', '区乙局', '2023年5月底'])
    .concat(['2', '免费提供印章。', '区甲局', '区财政局', '2023年3月底'])
    .concat(['3', '优化用地', '推行用地清单。', '区丙局', '区乙局', '2023年6月底']);
  const content = {
    format: 'text' as const,
    notices: [],
    blocks: cells.map((text, index) => ({ kind: 'paragraph' as const, place: `第${index + 1}行`, text })),
  };

  it('reads the task and not its units where the name above it is merged', () => {
    const [found] = findLostCells(content, noNames);
    expect(found!.list.rows.map(({ cells: row }) => [row.measure?.text, row.text?.text, row.lead?.text])).toEqual([
      ['优化开办', '推行智能审批。', '区甲局'],
      ['优化开办', '免费提供印章。', '区甲局'],
      ['优化用地', '推行用地清单。', '区丙局'],
    ]);
  });
});

it('doubts every row where headings of units stand in a second line of the header', () => {
  const cells = ['序号', '重点任务', '责任分工', '完成时限', '备注', '牵头单位', '配合单位']
    .concat(['1', '推行智能审批。', '区甲局', '区乙局', '2023年5月底'])
    .concat(['2', '免费提供印章。', '区甲局', '区财政局', '2023年3月底']);
  const blocks = cells.map((text, index) => ({ kind: 'paragraph' as const, place: `第${index + 1}行`, text }));
  const found = findLostCells({ format: 'text', notices: [], blocks }, noNames);
  expect(found).toHaveLength(1);
  for (const { list } of found)
    for (const row of list.rows)
      expect(row.doubts).toContainEqual(expect.objectContaining({ field: 'row', kind: 'columns' }));
});
