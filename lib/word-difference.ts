import { diffArrays } from 'diff';

export type DiffPart = { text: string; side: 'both' | 'before' | 'after' };

const segmenter = new Intl.Segmenter('zh', { granularity: 'word' });
const wordsOf = (text: string) => Array.from(segmenter.segment(text), ({ segment }) => segment);

const difference = (before: string[], after: string[]): DiffPart[] =>
  diffArrays(before, after).map(({ value, added, removed }) => ({
    text: value.join(''),
    side: added ? 'after' : removed ? 'before' : 'both',
  }));

/** The difference between two texts word by word; the parts of one side joined are that side's text. */
export function wordDifference(before: string, after: string): DiffPart[] {
  return difference(wordsOf(before), wordsOf(after));
}

const namesOf = (text: string) => text.split(/(、)/).filter((part) => part !== '');

/** The same between names set apart by 、: a name is the same or another, never half of one. */
export function nameDifference(before: string, after: string): DiffPart[] {
  return difference(namesOf(before), namesOf(after));
}
