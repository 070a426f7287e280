import { compactText, halfWidthBrackets } from '../text';

export type NamedUnit = { name: string; aliases: readonly string[] };
export type LikeName = { name: string; score: number; why: string };

/** Below this only head and tail (市…局) are alike, which says nothing. */
const LEAST_SCORE = 0.5;
const HEAD = /^(?:[市区县省州](?!场))/;
const TAIL =
  /(?:管理委员会|委员会|管理局|办公室|分局|中心支行|有限责任公司|有限公司|公司|集团|中心|局|委|办|厅|部|处|科|站|所|院|组|会)$/;

type Form = { text: string; head: string; core: string; tail: string };

function formOf(text: string): Form {
  const base = text.replace(/\(.*$/, '') || text;
  const head = HEAD.exec(base)?.[0] ?? '';
  const rest = base.slice(head.length);
  const tail = TAIL.exec(rest)?.[0] ?? '';
  // A name that is all tail (办公室) is its own core.
  const core = rest.slice(0, rest.length - tail.length) || rest;
  return { text, head, core, tail };
}

/** Length of the longest common subsequence: 文旅体 and 文化和旅游 share 2. */
function commonLength(left: string, right: string): number {
  const row = new Uint8Array(right.length + 1);
  for (let i = 0; i < left.length; i += 1) {
    let diagonal = 0;
    for (let j = 1; j <= right.length; j += 1) {
      const above = row[j]!;
      row[j] = left[i] === right[j - 1] ? diagonal + 1 : Math.max(above, row[j - 1]!);
      diagonal = above;
    }
  }
  return row[right.length]!;
}

/** Characters to insert, delete or replace. */
function editDistance(left: string, right: string): number {
  let above = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= right.length; j += 1)
      row.push(Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + (left[i - 1] === right[j - 1] ? 0 : 1)));
    above = row;
  }
  return above[right.length]!;
}

function scoreOf(printed: Form, known: Form): number {
  if (printed.text === known.text) return 1;
  const common = commonLength(printed.core, known.core);
  if (common === 0) return 0;
  const [short, long] = [printed.core.length, known.core.length].sort((a, b) => a - b) as [number, number];
  const isSameHead = printed.head === known.head || printed.head === '' || known.head === '';
  return (
    0.6 * (common / short) +
    0.22 * (common / long) +
    (isSameHead ? 0.09 : 0) +
    (printed.tail === known.tail ? 0.08 : printed.tail === '' || known.tail === '' ? 0.04 : 0)
  );
}

function whyOf(printed: Form, known: Form, name: string, isAlias: boolean): string {
  const whose = isAlias ? `“${name}”的别名“${known.text}”` : `“${name}”`;
  if (printed.text === known.text) return isAlias ? `“${name}”的别名` : '名称相同';
  if (known.text === printed.head + printed.core + printed.tail) return `与${whose}名称相符，括号除外`;
  const distance = editDistance(printed.text, known.text);
  if (distance === 1) return `与${whose}差一个字`;
  const isShort = commonLength(printed.core, known.core) === Math.min(printed.core.length, known.core.length);
  if (isShort && printed.core !== known.core) return isAlias ? `与${whose}简称相符` : '简称相符';
  if (distance === 2) return `与${whose}差两个字`;
  return isAlias ? `与${whose}字面相近` : '字面相近';
}

type KnownName = { name: string; forms: { form: Form; isAlias: boolean }[] };
/** One list of names is asked for many printed ones. */
const preparedLists = new WeakMap<readonly NamedUnit[], KnownName[]>();

function prepare(names: readonly NamedUnit[]): KnownName[] {
  const known = preparedLists.get(names);
  if (known) return known;
  const made = names.map(({ name, aliases }) => ({
    name,
    forms: [
      { form: formOf(halfWidthBrackets(compactText(name))), isAlias: false },
      ...aliases.map((alias) => ({ form: formOf(halfWidthBrackets(compactText(alias))), isAlias: true })),
    ],
  }));
  preparedLists.set(names, made);
  return made;
}

/** The registered names most like a printed one, best first; score 0 to 1, `why` in Chinese. None is chosen: a person decides. */
export function rankLikeness(printed: string, names: readonly NamedUnit[], limit = 5): LikeName[] {
  const wanted = formOf(halfWidthBrackets(compactText(printed)));
  const scored = prepare(names).flatMap(({ name, forms }) => {
    let best = forms[0]!;
    let score = 0;
    for (const entry of forms) {
      const next = scoreOf(wanted, entry.form);
      if (next > score) {
        score = next;
        best = entry;
      }
    }
    return score < LEAST_SCORE ? [] : [{ name, score, best }];
  });
  scored.sort((left, right) => right.score - left.score);
  return scored.slice(0, limit).map(({ name, score, best }) => ({
    name,
    score: Math.round(score * 1000) / 1000,
    why: whyOf(wanted, best.form, name, best.isAlias),
  }));
}
