import { compactText } from '@/lib/text';
import type { Line } from './lost-cells-words';
import type { ListField } from './raw-list';
import { type Kind, kindOf } from './table-words.rules';

/** The head of a table whose cells stand one per line: words that name columns, one after the other. */

export type UnitField = 'lead' | 'responsible';
export type HeaderColumn = {
  field: Extract<ListField, 'seq' | 'text' | 'group' | 'deadline'> | UnitField | 'heading';
  words: string;
};
export type LostHeader = { columns: HeaderColumn[] /** First line behind the header. */; next: number };

type Meaning = HeaderColumn['field'] | 'assisting';

const MEANINGS: [Meaning, RegExp][] = [
  ['seq', /^(?:序号|编号|序)$/],
  [
    'text',
    /^(?:(?:重点|主要|工作|改革|具体|目标|年度)*任务(?:内容|清单|事项)?|工作内容|具体(?:措施|举措|内容)|工作事项|重点工作|考核内容(?:[（(].*[)）])?)$/,
  ],
  [
    'heading',
    /^(?:政策措施|(?:改革|主要|工作|重点)(?:措施|举措)|(?:政策|重点|工作)?领域|类别|(?:任务|事项|工作)类别|一级指标|二级指标|指标)$/,
  ],
  ['group', /^(?:责任|牵头|工作)?(?:专项组|专项工作组|工作专班|专班|工作组|责任组)$/],
  ['lead', /^(?:牵头|主办|主责|承办)(?:责任)?(?:单位|部门|科室|处室)$/],
  ['responsible', /^责任(?:单位|部门|科室|处室)$/],
  ['assisting', /^(?:配合|协办|参与|协同|参加|协助)(?:责任)?(?:单位|部门|科室|处室)$/],
  [
    'deadline',
    /^(?:(?:完成|办结|整改|工作|推进)?(?:时限|期限|时间节点)(?:要求)?|(?:完成|办结|整改|推进)(?:时间|日期))$/,
  ],
];

/** Words that a table's heading may have as well. */
const BY_KIND: Partial<Record<Kind, Meaning>> = {
  seq: 'seq',
  area: 'heading',
  item: 'heading',
  step: 'heading',
  task: 'text',
  detail: 'text',
  group: 'group',
  lead: 'lead',
  responsible: 'responsible',
  support: 'assisting',
  deadline: 'deadline',
};

function meaningOf(words: string): Meaning | null {
  const own = MEANINGS.find(([, pattern]) => pattern.test(words))?.[0];
  if (own) return own;
  // 责任, 牵头: half of a heading that is broken over lines.
  const kind = words.length < 4 ? null : kindOf(words);
  return kind === null ? null : (BY_KIND[kind] ?? null);
}

/** A header word may be broken over up to three lines. */
function readWord(lines: readonly Line[], from: number): { meaning: Meaning; words: string; next: number } | null {
  for (let count = 1; count <= 3 && from + count <= lines.length; count += 1) {
    const words = compactText(
      lines
        .slice(from, from + count)
        .map((line) => line.text)
        .join(''),
    );
    const meaning = meaningOf(words);
    if (meaning && words.length <= 14) return { meaning, words, next: from + count };
  }
  return null;
}

/** 责任单位 leads where only 配合单位 stands beside it; beside 牵头单位 the assisting ones are the responsible. */
function nameUnitColumns(found: readonly { meaning: Meaning; words: string }[]): HeaderColumn[] | null {
  const has = (meaning: Meaning) => found.some((column) => column.meaning === meaning);
  if (has('lead') && has('responsible') && has('assisting')) return null;
  return found.map(({ meaning, words }) => {
    if (meaning === 'assisting') return { field: 'responsible', words };
    if (meaning === 'responsible' && has('assisting')) return { field: 'lead', words };
    return { field: meaning, words };
  });
}

/** The header that begins with line `from`, or null: it has a number, a task and someone or a time, and no column twice. */
export function readHeader(lines: readonly Line[], from: number): LostHeader | null {
  const found: { meaning: Meaning; words: string }[] = [];
  let next = from;
  if (lines[from]?.text === '') return null;
  while (next < lines.length) {
    if (lines[next]!.text === '') {
      next += 1;
      continue;
    }
    const word = readWord(lines, next);
    if (!word) break;
    // 重点任务 before 具体措施 names what stands above it.
    const task = word.meaning === 'text' ? found.find((column) => column.meaning === 'text') : undefined;
    if (task) task.meaning = 'heading';
    else if (word.meaning !== 'heading' && found.some((column) => column.meaning === word.meaning)) break;
    found.push(word);
    next = word.next;
  }
  const columns = nameUnitColumns(found);
  const has = (field: HeaderColumn['field']) => columns?.some((column) => column.field === field) ?? false;
  const isHeader = has('seq') && has('text') && (has('lead') || has('responsible')) && found.length >= 4;
  if (!columns || !isHeader) return null;
  const order = (field: HeaderColumn['field']) => columns.findIndex((column) => column.field === field);
  const isReadable = (['lead', 'responsible', 'deadline'] as const).every(
    (field) => !has(field) || order(field) > order('text'),
  );
  return isReadable && order('text') > order('seq') ? { columns, next } : null;
}
