import { compactText } from '@/lib/text';

/**
 * A revised list beside the one that stands: which row is which task, and what changed. Nothing is decided here; a person decides per row.
 */

/** What is compared of a row or a task. Units as printed, joined by 、; `deadline` as printed. */
export type ComparedRow = {
  seq: number;
  section: string | null;
  measure: string | null;
  group: string | null;
  text: string;
  lead: string;
  responsible: string;
  deadline: string;
  /** Columns the form has no field for, in words. */
  extra?: string;
};

/** The words of the list: another wording, unit or date is a change. */
const CONTENT_FIELDS = ['text', 'lead', 'responsible', 'deadline', 'group', 'extra'] as const;
/** Where the row stands. */
const PLACE_FIELDS = ['seq', 'section', 'measure'] as const;
export type ChangedField = (typeof CONTENT_FIELDS)[number] | (typeof PLACE_FIELDS)[number];

export type FieldChange = { field: ChangedField; before: string; after: string };

/** Indexes into the two lists given. `isUnsure`: the words differ so much that it may be another task. */
export type RowChange =
  | { kind: 'same'; standing: number; incoming: number }
  | { kind: 'moved' | 'changed'; standing: number; incoming: number; fields: FieldChange[]; isUnsure: boolean }
  | { kind: 'added'; incoming: number }
  | { kind: 'dropped'; standing: number };

/** Below this share of common character pairs two rows are different tasks, below the second it is asked. */
const ALIKE = 0.45;
const SURELY_ALIKE = 0.7;

function pairsOf(text: string): Map<string, number> {
  const chars = Array.from(compactText(text));
  const pairs = new Map<string, number>();
  for (let index = 0; index + 1 < chars.length; index += 1) {
    const pair = `${chars[index]}${chars[index + 1]}`;
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
  }
  return pairs;
}

const sizeOf = (pairs: Map<string, number>) => [...pairs.values()].reduce((sum, count) => sum + count, 0);

type Texts = { index: number; row: ComparedRow; pairs: Map<string, number> }[];

/**
 * Share of character pairs that each row has in common with each task, 0 to 1, by the task's place in `tasks`. Counted over the tasks that hold a
 * pair, so that lists of thousands of rows are compared in a second.
 */
function likenessTo(tasks: Texts): (pairs: Map<string, number>) => Float64Array {
  const holders = new Map<string, { at: number; count: number }[]>();
  const sizes = tasks.map(({ pairs }) => sizeOf(pairs));
  for (const [at, { pairs }] of tasks.entries())
    for (const [pair, count] of pairs) {
      const known = holders.get(pair);
      if (known) known.push({ at, count });
      else holders.set(pair, [{ at, count }]);
    }
  return (pairs) => {
    const common = new Float64Array(tasks.length);
    for (const [pair, count] of pairs)
      for (const holder of holders.get(pair) ?? []) common[holder.at]! += Math.min(count, holder.count);
    const size = sizeOf(pairs);
    return common.map((shared, at) => (size + sizes[at]! === 0 ? 1 : (2 * shared) / (size + sizes[at]!)));
  };
}

/**
 * Pairs by equal words first (in order, where the words occur more than once), then by likeness, best first; a row with the same number and
 * measure goes before a stranger of like words.
 */
export function compareLists(standing: readonly ComparedRow[], incoming: readonly ComparedRow[]): RowChange[] {
  const partnerOf = new Map<number, number>();
  const taken = new Set<number>();
  const pair = (task: number, row: number) => {
    partnerOf.set(row, task);
    taken.add(task);
  };

  const byText = new Map<string, number[]>();
  for (const [index, { text }] of standing.entries())
    byText.set(compactText(text), [...(byText.get(compactText(text)) ?? []), index]);
  for (const [index, row] of incoming.entries()) {
    const open = (byText.get(compactText(row.text)) ?? []).filter((task) => !taken.has(task));
    const best = open.find((task) => standing[task]!.seq === row.seq) ?? open[0];
    if (best !== undefined) pair(best, index);
  }

  const openTasks = standing.flatMap((row, index) =>
    taken.has(index) ? [] : [{ index, row, pairs: pairsOf(row.text) }],
  );
  const openRows = incoming.flatMap((row, index) =>
    partnerOf.has(index) ? [] : [{ index, row, pairs: pairsOf(row.text) }],
  );
  const likenessOf = likenessTo(openTasks);
  const scored = openRows
    .flatMap(({ index, row, pairs }) =>
      Array.from(likenessOf(pairs), (likeness, at) => ({ likeness, task: openTasks[at]! })).flatMap(
        ({ likeness, task }) => {
          const isSamePlace = task.row.seq === row.seq && task.row.measure === row.measure;
          const score = likeness + (isSamePlace ? 0.15 : 0);
          return score >= ALIKE ? [{ task: task.index, row: index, score }] : [];
        },
      ),
    )
    .sort((a, b) => b.score - a.score || a.row - b.row || a.task - b.task);
  const scoreOf = new Map<number, number>();
  for (const { task, row, score } of scored) {
    if (taken.has(task) || partnerOf.has(row)) continue;
    pair(task, row);
    scoreOf.set(row, score);
  }

  const inPlace = longestRun(incoming.map((_row, index) => partnerOf.get(index)));
  const changes: RowChange[] = incoming.map((row, index) => {
    const task = partnerOf.get(index);
    if (task === undefined) return { kind: 'added', incoming: index };
    const fields = changesBetween(standing[task]!, row);
    const isContent = fields.some(({ field }) => (CONTENT_FIELDS as readonly string[]).includes(field));
    const isUnsure = (scoreOf.get(index) ?? 1) < SURELY_ALIKE;
    if (isContent) return { kind: 'changed', standing: task, incoming: index, fields, isUnsure };
    // A mere renumbering because a row was added or dropped above is no move.
    const isMoved = !inPlace.has(index) || fields.some(({ field }) => field !== 'seq');
    if (isMoved) return { kind: 'moved', standing: task, incoming: index, fields, isUnsure };
    return { kind: 'same', standing: task, incoming: index };
  });
  for (const index of standing.keys()) if (!taken.has(index)) changes.push({ kind: 'dropped', standing: index });
  return changes;
}

function changesBetween(before: ComparedRow, after: ComparedRow): FieldChange[] {
  return [...CONTENT_FIELDS, ...PLACE_FIELDS].flatMap((field) => {
    const [old, now] = [String(before[field] ?? ''), String(after[field] ?? '')];
    return compactText(old) === compactText(now) ? [] : [{ field, before: old, after: now }];
  });
}

/** Incoming rows whose tasks stand in the same order as before: the longest rising run of partners. */
function longestRun(partners: readonly (number | undefined)[]): Set<number> {
  const tails: number[] = [];
  const previous = new Map<number, number | undefined>();
  const valueAt = (index: number) => partners[index]!;
  for (const [index, partner] of partners.entries()) {
    if (partner === undefined) continue;
    let low = 0;
    for (let high = tails.length; low < high; ) {
      const middle = (low + high) >> 1;
      if (valueAt(tails[middle]!) < partner) low = middle + 1;
      else high = middle;
    }
    previous.set(index, tails[low - 1]);
    tails[low] = index;
  }
  const run = new Set<number>();
  for (let index = tails.at(-1); index !== undefined; index = previous.get(index)) run.add(index);
  return run;
}
