import type { Doubt, ListField, RawList } from '@/lib/imports/finders/raw-list';
import { compactText, truncate } from '@/lib/text';
import { wordDifference } from '@/lib/word-difference';

/** A document that prints its list twice, in the text and in a table: where the two differ, one of them is wrong. */

const COMPARED: readonly ListField[] = ['text', 'lead', 'responsible', 'deadline'];

/** Words alone: width, punctuation, white space and a closing 等 make no difference. */
const wordsOnly = (text: string): string =>
  compactText(text)
    .normalize('NFKC')
    .replace(/^(?:完成时限|完成时间)/, '')
    .replace(/[\p{P}\p{S}]/gu, '')
    .replace(/等$/, '');

type Twin = { differences: { row: number; doubt: Doubt }[] };

/** Null where the other list is not the same tasks once more: as many rows, the same numbers, the same words in most. */
export function compareTwins(list: RawList, other: RawList): Twin | null {
  if (list.rows.length !== other.rows.length || list.rows.length === 0) return null;
  const number = (rows: RawList['rows'], index: number) => wordsOnly(rows[index]!.cells.seq?.text ?? '');
  const differences: Twin['differences'] = [];
  let unlike = 0;
  for (const [index, row] of list.rows.entries()) {
    if (number(list.rows, index) !== number(other.rows, index)) return null;
    const partner = other.rows[index]!;
    for (const field of COMPARED) {
      const [mine, theirs] = [row.cells[field], partner.cells[field]];
      if (mine === undefined || theirs === undefined) continue;
      const [a, b] = [wordsOnly(mine.text), wordsOnly(theirs.text)];
      // In running text the measure's title stands before the task.
      if (a === b || (field === 'text' && a !== '' && b.endsWith(a))) continue;
      const shared = sharedWords(a, b);
      if (field === 'text' && shared < 0.5) unlike += 1;
      differences.push({ row: index, doubt: differenceDoubt(field, mine.text, theirs.text, theirs.place, row) });
    }
  }
  return unlike > list.rows.length / 10 ? null : { differences };
}

/** Share of the shorter text that the longer one holds in the same order. */
function sharedWords(a: string, b: string): number {
  const both = wordDifference(a, b)
    .filter(({ side }) => side === 'both')
    .reduce((sum, { text }) => sum + text.length, 0);
  return both / Math.max(1, Math.min(a.length, b.length));
}

function differenceDoubt(
  field: ListField,
  mine: string,
  theirs: string,
  place: string,
  row: RawList['rows'][number],
): Doubt {
  const title = compactText(row.cells.measure?.text ?? '').replace(/[。．.]$/, '');
  const full = compactText(theirs);
  const body =
    field === 'text' && title !== '' && full.startsWith(title)
      ? full.slice(title.length).replace(/^[。．.]/, '')
      : full;
  const parts = wordDifference(compactText(mine), body);
  const side = (one: 'before' | 'after') =>
    truncate(
      parts
        .filter((part) => part.side === one)
        .map(({ text }) => text)
        .join('…'),
      40,
    );
  const [here, there] = [side('before'), side('after')];
  const words = [here === '' ? '' : `此处有“${here}”`, there === '' ? '' : `${place}有“${there}”`].filter(
    (part) => part !== '',
  );
  return { field, kind: 'text', text: `同一文件两处不一致：${words.join('，')}，请确认` };
}
