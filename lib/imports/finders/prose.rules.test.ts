import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TaskList } from '@/lib/imports/list.schema';
import type { SourceBlock, SourceContent } from '@/lib/imports/readers/source';
import { findProse } from './prose.rules';
import type { ListCandidate, RawRow } from './raw-list';

/** A text as its reader gives it: a paragraph per line, Markdown headings, tab-separated lines as tables. */
function contentOf(text: string): SourceContent {
  const blocks = text.split('\n').map((line, index): SourceBlock => {
    const place = `第${index + 1}行`;
    if (line.includes('\t')) return { kind: 'table', place, name: null, rows: [] };
    const heading = /^(#+) (.*)$/u.exec(line);
    return heading
      ? { kind: 'paragraph', place, text: heading[2]!, headingLevel: heading[1]!.length }
      : { kind: 'paragraph', place, text: line };
  });
  return { format: 'text', blocks, notices: [] };
}

const document = (slug: string) => contentOf(readFileSync(`seeds/documents/${slug}.txt`, 'utf8'));
const list = (slug: string) => JSON.parse(readFileSync(`seeds/lists/${slug}.json`, 'utf8')) as TaskList;
const read = (text: string): ListCandidate => findProse(contentOf(text))[0]!;
const rowsOf = (text: string): RawRow[] => read(text).list.rows;
const fields = (row: RawRow) =>
  Object.fromEntries(Object.entries(row.cells).map(([field, cell]) => [field, cell.text]));
const plain = (text: string | undefined) =>
  (text ?? '').replace(/\s+/gu, '').replaceAll('（', '(').replaceAll('）', ')').replaceAll(',', '，');

describe('the body of the housing bureau’s plan', () => {
  const tasks = list('ezhou-housing-2022').tasks;
  const found = findProse(document('ezhou-housing-2022'))[0]!;

  test('holds the 27 items of the table', () => {
    expect(found.list.rows.map(({ cells }) => cells.seq?.text)).toEqual(tasks.map(({ seq }) => `${seq}.`));
    expect(found.weight).toBe(27);
    expect(found.words).toMatch(/^正文.*27 项/u);
  });

  test('has the same units, dates and words, but where the body itself differs', () => {
    const differences = found.list.rows.flatMap((row, index) => {
      const task = tasks[index]!;
      const printed: [string, string, string | undefined][] = [
        ['lead', task.leadRaw!, row.cells.lead?.text],
        ['responsible', task.responsibleRaw!, row.cells.responsible?.text],
        ['deadline', task.deadlineRaw!.replace('完成时限：', ''), row.cells.deadline?.text],
        ['text', `${task.measure!.replace(/。$/u, '')}。${task.text}`, row.cells.text?.text],
      ];
      const isFlagged = (field: string) => task.flags.some((flag) => flag.startsWith(`body differs in ${field}`));
      return printed
        .filter(([field, table, body]) => plain(table) !== plain(body) && !isFlagged(field))
        .map(([field, table, body]) => `${task.seq} ${field}: ${table} / ${body}`);
    });
    expect(differences).toEqual([]);
  });

  test('raises no question', () => {
    expect([...found.list.doubts, ...found.list.rows.flatMap(({ doubts }) => doubts)]).toEqual([]);
    expect(found.list.leftOver).toEqual([]);
  });
});

test.each(['huarong-2023', 'ezhou-2022', 'zengdu-2022', 'ezhou-assessment-2020'])(
  '%s has no list in its running text',
  (slug) => {
    expect(findProse(document(slug))[0]?.weight ?? 0).toBeLessThan(list(slug).tasks.length / 10);
  },
);

/** How a row is printed: brackets and words in which units and dates are told. */
type Printed = { seq: string; text: string; lead: string; responsible: string; deadline: string };
const brackets = ['（）', '()', '〔〕', '[]', '【】', '（)', '(）'] as const;
const inBracket = (bracket: string, words: string) => `${bracket[0]}${words}${bracket[1]}`;
const styles: Record<string, (row: Printed, bracket: string) => string> = {
  labels: (row, bracket) =>
    row.text + inBracket(bracket, `牵头单位：${row.lead}；责任单位：${row.responsible}；完成时限：${row.deadline}`),
  commas: (row, bracket) =>
    row.text + inBracket(bracket, `牵头部门:${row.lead}，配合部门:${row.responsible}，完成时间:${row.deadline}`),
  spaces: (row, bracket) =>
    row.text + inBracket(bracket, `主办单位：${row.lead} 协办单位：${row.responsible} 办结时限：${row.deadline}`),
  'without colons': (row, bracket) =>
    row.text + inBracket(bracket, `牵头单位 ${row.lead}；责任单位 ${row.responsible}；时间节点 ${row.deadline}`),
  verbs: (row, bracket) => row.text + inBracket(bracket, `${row.lead}牵头，${row.responsible}配合，${row.deadline}`),
  shares: (row, bracket) =>
    row.text + inBracket(bracket, `${row.lead}牵头，${row.responsible}按职责分工负责；${row.deadline}`),
  'two brackets': (row, bracket) =>
    row.text +
    inBracket(bracket, `${row.lead}牵头，${row.responsible}参与`) +
    inBracket(bracket, `完成时限：${row.deadline}`),
  'date apart': (row, bracket) =>
    row.text +
    inBracket(bracket, `责任单位：${row.responsible}；牵头单位：${row.lead}`) +
    inBracket(bracket, row.deadline),
  'lines below': (row) => `${row.text}\n牵头单位：${row.lead}\n责任单位：${row.responsible}\n完成时限：${row.deadline}`,
  'line below': (row) => `${row.text}\n牵头单位：${row.lead}；责任单位：${row.responsible}；完成时限：${row.deadline}`,
  'bracket below': (row, bracket) =>
    `${row.text}\n${inBracket(bracket, `牵头单位：${row.lead}；责任单位：${row.responsible}；完成时限：${row.deadline}`)}`,
  'bracketed labels': (row) =>
    `${row.text}【牵头单位】${row.lead}【责任单位】${row.responsible}【完成时限】${row.deadline}`,
  'no bracket': (row) => `${row.text}牵头单位：${row.lead}；责任单位：${row.responsible}；完成时限：${row.deadline}。`,
};
const numberings: Record<string, (seq: number) => string> = {
  dot: (seq) => `${seq}.`,
  'dot and space': (seq) => `${seq}. `,
  'enumeration comma': (seq) => `${seq}、`,
  parentheses: (seq) => `（${seq}）`,
  'half-width parentheses': (seq) => `(${seq})`,
  'full-width dot': (seq) => `${seq}．`,
};

const sources = ['ezhou-2022', 'zengdu-2022'].map((slug) => list(slug).tasks);

/** Breaks the page inside a sentence or a bracket: an empty line, or a page number between two. */
function breakPage(text: string, at: number, withNumber: boolean): string {
  const lines = text.split('\n');
  const line = lines[0]!;
  const index = 12 + (at % Math.max(line.length - 16, 1));
  const isInside =
    index < line.length - 2 &&
    /\p{Script=Han}$/u.test(line.slice(0, index)) &&
    /^\p{Script=Han}/u.test(line.slice(index));
  const next = line.slice(index);
  if (!isInside || /^[一二三四五六七八九十]+(?:[、.是要])/u.test(next)) return text;
  return [`${line.slice(0, index)}\n\n${withNumber ? '— 3 —\n\n' : ''}${next}`, ...lines.slice(1)].join('\n');
}

const layout = fc.record({
  source: fc.nat(sources.length - 1),
  from: fc.nat(100),
  style: fc.constantFrom(...Object.keys(styles)),
  bracket: fc.constantFrom(...brackets),
  numbering: fc.constantFrom(...Object.keys(numberings)),
  breaks: fc.array(fc.nat(400), { minLength: 12, maxLength: 12 }),
  hasBreaks: fc.boolean(),
  withNumber: fc.boolean(),
});

describe('lists printed as prose', () => {
  test('are read back whole in every style; only a sentence cut like a heading is asked about', () => {
    fc.assert(
      fc.property(layout, ({ source, from, style, bracket, numbering, breaks, hasBreaks, withNumber }) => {
        const rows = sources[source]!.slice(from, from + 12).map(
          (task): Printed => ({
            seq: numberings[numbering]!(task.seq),
            text: /[。；]$/u.test(task.text) ? task.text : `${task.text}。`,
            lead: task.leadRaw!,
            responsible: task.responsibleRaw!,
            deadline: task.deadlineRaw!,
          }),
        );
        const body = rows.map((row, index) => {
          const printed = row.seq + styles[style]!(row, bracket);
          return hasBreaks && breaks[index]! % 4 === 0 ? breakPage(printed, breaks[index]!, withNumber) : printed;
        });
        const found = rowsOf(
          ['某市2022年重点任务', '一、重点任务', ...body, '二、保障措施', '加强领导，落实责任。'].join('\n'),
        );
        expect(found.map(({ cells }) => cells.seq?.text)).toEqual(rows.map(({ seq }) => seq.trim()));
        rows.forEach((row, index) => {
          const cells = fields(found[index]!);
          for (const field of ['text', 'lead', 'responsible', 'deadline'] as const)
            expect(plain(cells[field]), `${style} ${row.seq} ${field}`).toBe(plain(row[field]));
          expect(found[index]!.doubts.filter(({ kind }) => !hasBreaks || kind !== 'heading')).toEqual([]);
        });
      }),
      { numRuns: 300 },
    );
  });
});

/** Rows in short: number | words | lead | responsible | deadline, and what is asked. */
function shortOf(text: string): string[] {
  return rowsOf(text).map((row) => {
    const { seq = '-', text: words, lead = '-', responsible = '-', deadline = '-' } = fields(row);
    const doubts = row.doubts.map(({ field, kind }) => `?${field}:${kind}`);
    return [[seq, words, lead, responsible, deadline].join('|'), ...new Set(doubts)].join(' ');
  });
}

describe('rare styles', () => {
  test.each<[string, string[], string[]]>([
    [
      'one sentence with its own deadline',
      [
        '1.2022年6月底前完成平台升级改造（如“一网通办”）。（市大数据局牵头，市财政局配合）',
        '2.2022年底前，建成窗口。（市行政审批局牵头，市财政局配合）',
      ],
      [
        '1.|2022年6月底前完成平台升级改造（如“一网通办”）。|市大数据局|市财政局|2022年6月底前',
        '2.|2022年底前，建成窗口。|市行政审批局|市财政局|2022年底前',
      ],
    ],
    [
      'several dates in the sentence',
      ['1.对2021年的清单进行评估，6月底前完成修订，12月底前推广。（市司法局牵头，各区配合）'],
      ['1.|对2021年的清单进行评估，6月底前完成修订，12月底前推广。|市司法局|各区|12月底前 ?deadline:deadline'],
    ],
    [
      'duties shared, nobody leads',
      [
        '1.推进联办。（市发改委、市财政局等按职责分工负责）',
        '2.推进快办。（市直有关部门、各县（市、区）人民政府按职责分工负责）',
      ],
      ['1.|推进联办。|-|市发改委、市财政局等|-', '2.|推进快办。|-|市直有关部门、各县（市、区）人民政府|-'],
    ],
    [
      'responsible units lead where others only assist',
      ['1.推进联办。（责任单位：市发改委；配合单位：市财政局）', '2.推进快办。（责任单位：市住建局）'],
      ['1.|推进联办。|市发改委|市财政局|-', '2.|推进快办。|市住建局||-'],
    ],
    [
      'no lead in one row',
      ['1.推进联办。（牵头单位：市发改委；责任单位：市财政局）', '2.推进快办。（责任单位：市住建局）'],
      ['1.|推进联办。|市发改委|市财政局|-', '2.|推进快办。||市住建局|- ?lead:no-lead'],
    ],
    [
      'units alone',
      ['1.推进联办。（市发改委、市财政局）', '2.推进快办（含线上）。（市住建局（市人防办））'],
      ['1.|推进联办。|-|市发改委、市财政局|-', '2.|推进快办（含线上）。|-|市住建局（市人防办）|-'],
    ],
    [
      'units alone inside the sentence',
      ['1.推进联办（市发改委、市财政局）。', '2.推进快办（市住建局）。', '3.推进易办（各区）。'],
      ['1.|推进联办。|-|市发改委、市财政局|-', '2.|推进快办。|-|市住建局|-', '3.|推进易办。|-|各区|-'],
    ],
    [
      'ordinary brackets',
      [
        '1.向各区（含开发区）推广“一网通办”（如跨省通办），覆盖便民服务中心（室）。（市政数局牵头，2022年6月底前完成）',
        '2.落实报装“101”（即1个环节、0材料、1个工作日）（市住建局负责，市水务集团配合）。',
      ],
      [
        '1.|向各区（含开发区）推广“一网通办”（如跨省通办），覆盖便民服务中心（室）。|市政数局||2022年6月底前完成',
        '2.|落实报装“101”（即1个环节、0材料、1个工作日）。||市住建局；市水务集团| ?lead:no-lead ?deadline:no-deadline',
      ],
    ],
    [
      'one number, two groups',
      ['1.深化改革。推进甲。（市发改委牵头，市财政局配合，2022年5月）推进乙。（市住建局牵头，各区配合，2022年6月）'],
      [
        '1.|深化改革。推进甲。|市发改委|市财政局|2022年5月 ?row:split-row',
        '1.|推进乙。|市住建局|各区|2022年6月 ?row:split-row',
      ],
    ],
    [
      'unnumbered',
      ['推进联办，优化流程。（市发改委牵头）', '推进快办，压减时限。（市财政局牵头）'],
      ['-|推进联办，优化流程。|市发改委|-|-', '-|推进快办，压减时限。|市财政局|-|-'],
    ],
    [
      'numbering restarts in each part',
      [
        '一、优化审批',
        '1.推进甲。（市发改委牵头）',
        '2.推进乙。（市财政局牵头）',
        '二、优化服务',
        '1.推进丙。（市住建局牵头）',
      ],
      ['1.|推进甲。|市发改委|-|-', '2.|推进乙。|市财政局|-|-', '1.|推进丙。|市住建局|-|-'],
    ],
    [
      'heading above several paragraphs',
      [
        '1.推进企业开办便利化',
        '推进甲事项。（市发改委牵头）',
        '推进乙事项。（市财政局牵头）',
        '2.推进注销便利化',
        '推进丙事项。（市税务局牵头）',
      ],
      ['-|推进甲事项。|市发改委|-|-', '-|推进乙事项。|市财政局|-|-', '-|推进丙事项。|市税务局|-|-'],
    ],
    [
      'heading above one paragraph each',
      ['1.推进企业开办便利化', '推进甲事项。（市发改委牵头）', '2.推进注销便利化', '推进丙事项。（市税务局牵头）'],
      ['1.|推进甲事项。|市发改委|-|-', '2.|推进丙事项。|市税务局|-|-'],
    ],
    [
      'units on the heading',
      [
        '（一）推进企业开办（牵头单位：市发改委；责任单位：各区）',
        '1.推进甲事项。',
        '2.推进乙事项。',
        '（二）推进注销（牵头单位：市税务局；责任单位：市财政局）',
        '1.推进丙事项。',
      ],
      [
        '1.|推进甲事项。|市发改委|各区|- ?lead:inherited',
        '2.|推进乙事项。|市发改委|各区|-',
        '1.|推进丙事项。|市税务局|市财政局|- ?lead:inherited',
      ],
    ],
    [
      'items by words',
      ['一是推进甲。（市发改委牵头）', '二是推进乙。（市财政局牵头）'],
      ['一是|推进甲。|市发改委|-|-', '二是|推进乙。|市财政局|-|-'],
    ],
    [
      'circled',
      ['①推进甲；（市发改委牵头）', '②推进乙；（市财政局牵头）'],
      ['①|推进甲；|市发改委|-|-', '②|推进乙；|市财政局|-|-'],
    ],
    [
      'no closing bracket',
      ['1.推进甲。（牵头单位：市发改委；责任单位：市财政局', '2.推进乙。（牵头单位：市住建局；责任单位：各区）'],
      ['1.|推进甲。|市发改委|市财政局|- ?row:text ?responsible:text', '2.|推进乙。|市住建局|各区|-'],
    ],
    [
      'no closing inner bracket',
      [
        '1.推进甲。（牵头单位：市发改委（市国动办；责任单位：市财政局）',
        '2.推进乙。（牵头单位：市住建局；责任单位：各区）',
      ],
      ['1.|推进甲。|市发改委（市国动办|市财政局|- ?row:text ?responsible:text', '2.|推进乙。|市住建局|各区|-'],
    ],
    [
      'no opening bracket',
      ['1.推进甲。牵头单位：市发改委；责任单位：市财政局）', '2.推进乙。（牵头单位：市住建局；责任单位：各区）'],
      ['1.|推进甲。|市发改委|市财政局|- ?row:text ?responsible:text', '2.|推进乙。|市住建局|各区|-'],
    ],
    [
      'label twice',
      ['1.推进甲。（责任单位：市发改委；责任单位：市财政局；完成时限：6月底）'],
      ['1.|推进甲。|-|市发改委；市财政局|6月底 ?responsible:text'],
    ],
    [
      'words left in the bracket',
      ['1.推进甲。（市发改委牵头，市财政局配合，纳入年度考核）'],
      ['1.|推进甲。|市发改委|市财政局|- ?row:text'],
    ],
    [
      'leaders',
      ['1.推进甲。（牵头领导：张三；牵头单位：市发改委；责任单位：市财政局；联系人：李四；责任专项组：市场环境组）'],
      ['1.|推进甲。|市发改委|市财政局|-'],
    ],
    [
      'leaders on lines',
      [
        '1.推进甲。',
        '责任领导：张三',
        '牵头科室：办公室',
        '联系人：李四',
        '完成时限：5月底',
        '2.推进乙。',
        '责任领导：王五',
        '牵头科室：财务科',
        '联系人：赵六',
        '完成时限：长期坚持',
      ],
      ['1.|推进甲。|办公室|-|5月底', '2.|推进乙。|财务科|-|长期坚持'],
    ],
    [
      'text behind the bracket',
      ['1.推进甲（市发改委牵头），并总结经验', '2.推进乙。（市财政局牵头）'],
      ['1.|推进甲，并总结经验|市发改委|-|- ?text:text', '2.|推进乙。|市财政局|-|-'],
    ],
    [
      'led together with',
      ['1.推进甲。（市发改委会同市财政局负责，6月底前完成）'],
      ['1.|推进甲。|市发改委|市财政局|6月底前完成 ?lead:who-leads'],
    ],
    [
      'event',
      ['1.推进甲。（市发改委牵头，各区配合，全国两会召开前完成）'],
      ['1.|推进甲。|市发改委|各区|全国两会召开前完成'],
    ],
    [
      'two paragraphs in one item',
      ['1.推进甲，做好以下工作。', '加强协调，压实责任。（市发改委牵头）', '2.推进乙。（市财政局牵头）'],
      ['1.|推进甲，做好以下工作。\n加强协调，压实责任。|市发改委|-|-', '2.|推进乙。|市财政局|-|-'],
    ],
    [
      'sub items',
      [
        '1.推进甲：',
        '（1）做好子项一；',
        '（2）做好子项二。',
        '（牵头单位：市发改委；完成时限：年底前）',
        '2.推进乙。（牵头单位：市财政局；完成时限：年底前）',
      ],
      [
        '1.|推进甲：\n（1）做好子项一；\n（2）做好子项二。|市发改委|-|年底前 ?row:split-row',
        '2.|推进乙。|市财政局|-|年底前',
      ],
    ],
    [
      'sub items with own',
      [
        '1.推进甲：',
        '（1）做好子项一；（市发改委牵头）',
        '（2）做好子项二。（市财政局牵头）',
        '2.推进乙：',
        '（1）做好子项三；（市司法局牵头）',
      ],
      ['（1）|做好子项一；|市发改委|-|-', '（2）|做好子项二。|市财政局|-|-', '（1）|做好子项三；|市司法局|-|-'],
    ],
    [
      'labels glued',
      ['1.推进甲。（牵头单位：市发改委责任单位：市财政局完成时限：6月底）'],
      ['1.|推进甲。|市发改委|市财政局|6月底'],
    ],
    [
      'date first',
      ['1.推进甲。（2022年6月底前，市发改委牵头，市财政局配合）'],
      ['1.|推进甲。|市发改委|市财政局|2022年6月底前'],
    ],
    [
      'distributed',
      ['1.推进甲。（市发改委牵头甲项，市财政局牵头乙项，6月底前完成）'],
      ['1.|推进甲。|市发改委；市财政局|-|6月底前完成 ?lead:text ?row:text'],
    ],
    [
      'responsible by lead',
      ['1.推进甲。（责任单位：市发改委牵头，市财政局配合；时限：2022年7月）'],
      ['1.|推进甲。|市发改委|市财政局|2022年7月'],
    ],
    [
      'unit in charge by rule',
      ['1.推进甲。（牵头单位：市发改委；责任单位由牵头单位统筹；完成时间：全年）'],
      ['1.|推进甲。|市发改委|责任单位由牵头单位统筹|全年'],
    ],
    [
      'hard brackets',
      ['1.推进甲〔含（一）类〕。〔牵头单位：市住建局（市人防办）；责任单位：各县（市、区）；完成时限：2022年6月30日〕'],
      ['1.|推进甲〔含（一）类〕。|市住建局（市人防办）|各县（市、区）|2022年6月30日'],
    ],
    [
      'marked lead',
      [
        '1.推进甲。（责任单位：市发改委（牵头）、市财政局、各区；完成时限：6月底）',
        '2.推进乙。（责任单位：市住建局（牵头）；完成时限：6月底）',
      ],
      ['1.|推进甲。|市发改委|市财政局、各区|6月底', '2.|推进乙。|市住建局||6月底'],
    ],
    [
      'remark',
      [
        '1.推进甲。（责任单位：市发改委、市财政局，列第一位的为牵头单位，下同；完成时限：6月底）',
        '2.推进乙。（责任单位：市住建局、市财政局；完成时限：6月底）',
      ],
      ['1.|推进甲。|-|市发改委、市财政局|6月底', '2.|推进乙。|-|市住建局、市财政局|6月底'],
    ],
    [
      'inside direct folded',
      [
        '1.推进甲：',
        '（1）做好子项一；',
        '（2）做好子项二。（牵头单位：市发改委；完成时限：年底前）',
        '2.推进乙。（牵头单位：市财政局；完成时限：年底前）',
      ],
      [
        '1.|推进甲：\n（1）做好子项一；\n（2）做好子项二。|市发改委|-|年底前 ?row:split-row',
        '2.|推进乙。|市财政局|-|年底前',
      ],
    ],
    [
      'quotes and stray paragraph between',
      [
        '一、重点任务',
        '（一）优化审批',
        '围绕“三减”，抓好以下任务。',
        '1.推进甲。（市发改委牵头）',
        '补充说明文字没有括号。',
        '2.推进乙。（市财政局牵头）',
        '（二）优化服务',
        '坚持问题导向。',
        '3.推进丙。（市住建局牵头）',
        '- 3 -',
        '4.推进丁。（市司法局牵头）',
      ],
      [
        '1.|推进甲。|市发改委|-|- ?row:text',
        '2.|推进乙。|市财政局|-|-',
        '3.|推进丙。|市住建局|-|-',
        '4.|推进丁。|市司法局|-|-',
      ],
    ],
    [
      'labels in title lines',
      [
        '任务一：推进甲',
        '责任单位：市发改委',
        '完成时限：2022年6月',
        '任务二：推进乙',
        '责任单位：市财政局',
        '完成时限：2022年7月',
      ],
      ['任务一：|推进甲|-|市发改委|2022年6月', '任务二：|推进乙|-|市财政局|2022年7月'],
    ],
    [
      'tail words',
      [
        '1.推进甲。（责任单位：市发改委、市财政局等有关部门按职责分工负责，2022年12月底前完成并长期坚持）',
        '2.推进乙。（各区政府，市财政局）',
      ],
      [
        '1.|推进甲。|-|市发改委、市财政局等有关部门|2022年12月底前完成并长期坚持',
        '2.|推进乙。|-|各区政府，市财政局| ?deadline:no-deadline',
      ],
    ],
    [
      'with soft words',
      [
        '1.推进甲（市发改委、市财政局负责；2022年6月底前完成）；',
        '2.推进乙（由市发改委牵头，会同市财政局、市住建局等部门落实）；',
        '3.推进丙（市财政局会同有关部门按职责分工推进）。',
      ],
      [
        '1.|推进甲；||市发改委、市财政局|2022年6月底前完成 ?lead:no-lead',
        '2.|推进乙；|市发改委|市财政局、市住建局等部门| ?deadline:no-deadline',
        '3.|推进丙。||市财政局；有关部门| ?lead:who-leads ?lead:no-lead ?deadline:no-deadline',
      ],
    ],
    [
      'division',
      ['1.推进甲。（区发改经信局（发改、科技）牵头,区住建局配合）'],
      ['1.|推进甲。|区发改经信局（发改、科技）|区住建局|-'],
    ],
    [
      'leading bracket',
      ['1.（市发改委牵头）推进甲，优化流程。', '2.（市财政局牵头）推进乙，优化流程。'],
      ['1.|推进甲，优化流程。|市发改委|-|-', '2.|推进乙，优化流程。|市财政局|-|-'],
    ],
    [
      'space in label',
      [
        '1.推进甲。（牵头 单位：市发改委；责任 单位：市财政局；完成时限：2022年6月底）',
        '2.推进乙。（责 任 单 位：市发改委）',
      ],
      ['1.|推进甲。|市发改委|市财政局|2022年6月底', '2.|推进乙。||市发改委| ?lead:no-lead ?deadline:no-deadline'],
    ],
    [
      'full sentence',
      [
        '1.推进甲。由市发改委牵头，市财政局配合，2022年6月底前完成。',
        '2.推进乙。由市住建局负责。',
        '3.推进丙。（市司法局牵头）',
      ],
      [
        '1.|推进甲。由市发改委牵头，市财政局配合，2022年6月底前完成。|市发改委|市财政局|2022年6月底前完成',
        '2.|推进乙。由市住建局负责。|市住建局|| ?row:no-lead ?deadline:no-deadline',
        '3.|推进丙。|市司法局|| ?deadline:no-deadline',
      ],
    ],
    [
      'continuing date',
      [
        '1.推进甲。（责任单位：各区；完成时限：持续推进）',
        '2.推进乙。（市发改委、市财政局推进，持续推进）',
        '3.推进政策落实（含各项补贴落实）。（市人社局负责）',
      ],
      [
        '1.|推进甲。|-|各区|持续推进',
        '2.|推进乙。|-|市发改委、市财政局|持续推进',
        '3.|推进政策落实（含各项补贴落实）。|-|市人社局| ?deadline:no-deadline',
      ],
    ],
    [
      'safeguard chapter with units',
      [
        '一、总体要求',
        '以习近平新时代中国特色社会主义思想为指导。',
        '（一）基本原则。坚持问题导向。',
        '二、主要任务',
        '（一）优化审批',
        '1.推进甲。（市发改委牵头，各区配合）',
        '2.推进乙。（市财政局牵头，各区配合）',
        '三、保障措施',
        '（一）加强领导。各部门要加强领导。（市优化办牵头，各区配合）',
        '（二）加强宣传。强化宣传。',
      ],
      [
        '1.|推进甲。|市发改委|各区|-',
        '2.|推进乙。|市财政局|各区|-',
        '（一）|加强领导。各部门要加强领导。|市优化办|各区|- ?row:text',
      ],
    ],
  ])('%s', (_name, lines, rows) => {
    expect(shortOf(lines.join('\n'))).toEqual(rows);
  });

  test('a task whose units stand on its heading takes them, asked about once under each heading', () => {
    const rows = rowsOf('（一）推进甲（牵头单位：市发改委；责任单位：各区）\n1.推进乙。\n2.推进丙。');
    expect(rows.map(({ cells }) => cells.lead!.isInherited)).toEqual([false, true]);
    expect(rows.map(({ cells }) => cells.section!.text)).toEqual(['（一）推进甲', '（一）推进甲']);
  });

  test('labels the form has no field for are kept', () => {
    const [row] = rowsOf(
      '1.推进甲。（牵头领导：张三；牵头单位：市发改委；联系人：李四；监督单位：市纪委监委；责任专项组：市场环境组）',
    );
    const extra = Object.fromEntries(Object.entries(row!.extra).map(([label, cell]) => [label, cell.text]));
    expect(extra).toEqual({ leaderInCharge: '张三', 联系人: '李四', 监督单位: '市纪委监委' });
    expect(row!.cells.group?.text).toBe('市场环境组');
    expect(row!.doubts.map(({ field }) => field)).toEqual(['extra']);
  });

  test('headings are the printed labels, a responsible unit leads where others only assist', () => {
    const found = read('1.推进甲。（责任单位：市发改委；配合单位：市财政局）\n2.推进乙。（责任单位：市住建局）');
    expect(found.list.headings).toEqual({ lead: '责任单位', responsible: '配合单位' });
  });

  test('the document’s own rule of leading is found and is no unit', () => {
    const found = read('1.推进甲。（责任单位：市发改委、市财政局，列第一位的为牵头单位，下同）');
    expect(found.list.rows[0]!.cells.responsible!.text).toBe('市发改委、市财政局');
    expect(found.list.leadRule?.kind).toBe('first');
  });
});

describe('nothing readable between the first and the last row', () => {
  const word = fc.stringMatching(/^[甲乙丙丁戊己庚辛壬癸]{6}$/);
  const line = fc.oneof(
    word.map((text) => `${text}。`),
    word.map((text) => `围绕${text}，抓好工作。`),
    word.map((text) => `（二）${text}`),
    word.map((text) => `2.推进${text}。`),
    word.map((text) => `2.推进${text}。（市发改委牵头，${text.slice(0, 3)}，6月底前完成）`),
    word.map((text) => `2.推进${text}。（牵头单位：市${text}局；备注：${text}）`),
    word.map((text) => `（1）${text}；`),
    word.map((text) => `责任单位：市${text}局`),
    word.map((text) => `三、${text}`),
    word.map((text) => `3.${text}（市财政局牵头`),
    fc.constant('— 12 —'),
    fc.constant(''),
  );

  test('vanishes', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        const { list } = read(
          ['1.推进首项。做好工作。（市发改委牵头）', ...lines, '9.推进末项。（市财政局牵头）'].join('\n'),
        );
        const kept = [
          ...list.rows.flatMap(({ cells, extra }) => [...Object.values(cells), ...Object.values(extra)]),
          ...list.leftOver,
        ]
          .map(({ text }) => text)
          .join('\n');
        for (const words of lines.join('\n').match(/[甲乙丙丁戊己庚辛壬癸]{3,}|12/gu) ?? [])
          expect(kept).toContain(words);
      }),
      { numRuns: 500 },
    );
  });
});

describe('chapters numbered 一、', () => {
  const rows = rowsOf(
    [
      '一、打造便捷环境',
      '推进增值改革。打造10个服务。',
      '责任单位：市数据局、市发改委',
      '时间要求：2025年10月底前',
      '深化数据共享。归集3000项。',
      '责任单位：市数据局',
      '时间要求：贯穿全年',
    ].join('\n'),
  );

  test('are headings of the unnumbered tasks under them', () => {
    expect(rows.map(({ cells }) => [cells.section?.text, cells.text?.text])).toEqual([
      ['一、打造便捷环境', '推进增值改革。打造10个服务。'],
      ['一、打造便捷环境', '深化数据共享。归集3000项。'],
    ]);
  });

  test('leave 时间要求 on a line of its own with the task above it', () => {
    expect(rows.map(({ cells }) => cells.deadline?.text)).toEqual(['2025年10月底前', '贯穿全年']);
  });
});

test.each([
  ['one name', '市税务局负责', '市税务局', '', ['row:no-lead']],
  ['with another', '市税务局会同市人社局负责', '市税务局', '市人社局', ['row:no-lead']],
  ['several names', '市税务局、市人社局负责', '', '市税务局、市人社局', ['lead:no-lead']],
  ['by duties', '各区按职责分工负责', '', '各区', ['lead:no-lead']],
])('who is in charge beside others that name a lead: %s', (_, words, lead, responsible, doubts) => {
  const [, row] = rowsOf(`1.推进甲。（市发改委牵头，各区配合）\n2.推进乙。（${words}）`);
  expect([
    row!.cells.lead?.text,
    row!.cells.responsible?.text,
    row!.doubts.map(({ field, kind }) => `${field}:${kind}`),
  ]).toEqual([lead, responsible, doubts]);
});

test('the last of several dates in a sentence is offered as the deadline', () => {
  const [row] = rowsOf('1.清理账款。7月底前完成摸底，12月底前完成清偿。（牵头单位：市工信局）');
  expect([row!.cells.deadline?.text, row!.doubts.map(({ field }) => field)]).toEqual(['12月底前', ['deadline']]);
});

test('who is in charge of a safeguard makes it no task, and is asked about', () => {
  const { list } = read(
    [
      '一、主要任务',
      '1.推进甲。（市发改委牵头，各区配合）',
      '2.推进乙。（市财政局牵头，各区配合）',
      '二、保障措施',
      '1.加强领导。定期调度。',
      '2.强化督导。纳入考核（市委督查室负责）。',
    ].join('\n'),
  );
  expect(list.rows.map(({ cells }) => cells.text?.text)).toEqual(['推进甲。', '推进乙。']);
  expect(list.doubts.filter(({ kind }) => kind === 'text').map(({ printed }) => printed)).toEqual([
    '2.强化督导。纳入考核（市委督查室负责）。',
  ]);
});

test('the years under a title are no deadline of it', () => {
  const rows = rowsOf(
    '某市三年行动计划\n（2021—2023年）\n1.推进甲。（牵头单位：市甲局）\n2.推进乙。（牵头单位：市乙局）',
  );
  expect(rows.map(({ cells }) => cells.text?.text)).toEqual(['推进甲。', '推进乙。']);
});

test('where most tasks print no deadline the list is asked about once', () => {
  const { list } = read(
    ['甲', '乙', '丙', '丁']
      .map((name, index) => `${index + 1}.推进${name}。（市${name}局牵头${index === 0 ? '，6月底前完成' : ''}）`)
      .join('\n'),
  );
  expect(list.rows.flatMap(({ doubts }) => doubts)).toEqual([]);
  expect(list.doubts.map(({ field, kind }) => `${field}:${kind}`)).toEqual(['deadline:no-deadline']);
});
