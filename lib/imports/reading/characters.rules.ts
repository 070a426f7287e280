import type { Doubt, ListField } from '@/lib/imports/finders/raw-list';

/** U+FFFD and the private-use areas: a character that the file did not carry over. */
const LOST = /[\uFFFD\uE000-\uF8FF\u{F0000}-\u{FFFFD}\u{100000}-\u{10FFFD}]/u;
/** Kangxi and CJK radicals, which PDF and old word processors print in place of the character they look like. */
const LOOKALIKE = /[\u2E80-\u2FDF]/u;

/** Printed characters that may not be what they look like, or are lost. */
export function printedCharacterDoubts(field: ListField, text: string): Doubt[] {
  const around = (at: number) => text.slice(Math.max(0, at - 6), at + 7).replace(/\s+/g, '');
  const doubts: Doubt[] = [];
  const lost = LOST.exec(text);
  if (lost)
    doubts.push({
      field,
      kind: 'characters',
      text: `有认不出的字符（“${around(lost.index)}”），请对照原件补上`,
      printed: lost[0],
    });
  const lookalike = LOOKALIKE.exec(text);
  if (lookalike)
    doubts.push({
      field,
      kind: 'characters',
      text: `“${around(lookalike.index)}”中有形近的部首字符，请确认（应为“${lookalike[0].normalize('NFKC')}”？）`,
      printed: lookalike[0],
    });
  return doubts;
}
