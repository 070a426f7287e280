import { headingRank, readNumber } from './numbering.rules';
import type { RawRow } from './raw-list';

/** Numbers of rows that are not printed in their own cell. */

/** A row whose number cell is printed blank. */
export type BlankNumber = { row: RawRow; isNewSection: boolean };

/** Blank numbers between two printed ones: exactly as many as are missing were left out; else the number above goes on. */
export function settleBlankNumbers(rows: RawRow[], blanks: BlankNumber[], next: RawRow | null): void {
  if (blanks.length === 0) return;
  const before = rows
    .slice(0, rows.indexOf(blanks[0]!.row))
    .findLast((row) => row.cells.seq && row.cells.seq.text !== '')?.cells.seq;
  const from = before ? readNumber(before.text) : null;
  const to = next ? readNumber(next.cells.seq!.text) : null;
  const isMissing = from !== null && to !== null && to - from === blanks.length + 1;
  blanks.forEach(({ row, isNewSection }, index) => {
    if (isMissing || !before) {
      const candidates = isMissing ? [{ value: String(from! + index + 1), why: '前后序号之间缺此号' }] : [];
      row.doubts.push({ field: 'seq', kind: 'numbering', text: '本行没有印出序号。', candidates });
      return;
    }
    row.cells.seq = { text: before.text, isInherited: true, place: before.place };
    if (isNewSection) {
      row.doubts.push({
        field: 'seq',
        kind: 'inherited',
        text: `序号为空且政策领域已变，已取上一行的“${before.text.trim()}”。`,
        printed: before.text,
      });
    }
  });
}

/** Without a number column the numbers stand at the head of the texts. */
export function numberFromTexts(rows: RawRow[]): void {
  if (rows.length < 2 || rows.some(({ cells }) => cells.seq)) return;
  const ranks = rows.map(({ cells }) => headingRank(cells.text?.text ?? ''));
  const mark = ranks.find((rank) => rank !== null)?.mark;
  const numbered = ranks.filter((rank) => rank?.mark === mark && rank?.rest !== '').length;
  if (mark === undefined || numbered < rows.length * 0.8) return;
  rows.forEach(({ cells, place, doubts }, index) => {
    const [rank, text] = [ranks[index], cells.text];
    if (!text || rank?.mark !== mark) {
      doubts.push({ field: 'seq', kind: 'numbering', text: '本行没有印出序号。' });
      cells.seq = { text: '', isInherited: false, place };
      return;
    }
    const words = text.text.trim();
    cells.seq = { ...text, text: words.slice(0, words.length - rank.rest.length).trim() };
    cells.text = { ...text, text: rank.rest };
  });
}
