import { say } from '../bin/lib/cli.ts';

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** 1 → '1', 10000 → '1 万'. */
export const sizeWords = (size: number): string => (size >= 10_000 ? `${size / 10_000} 万` : String(size));

export const ratioWords = (ratio: number): string => (Number.isFinite(ratio) ? ratio.toFixed(2) : '—');

/** Chinese characters take two columns of a terminal. */
const widthOf = (text: string) => [...text].reduce((sum, c) => sum + (c.codePointAt(0)! > 0x2e7f ? 2 : 1), 0);

export function sayTable(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = head.map((_, n) => Math.max(...[head, ...rows].map((row) => widthOf(row[n] ?? ''))));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, n) => {
        const gap = ' '.repeat(widths[n]! - widthOf(cell));
        return n === 0 ? cell + gap : gap + cell;
      })
      .join('  ')
      .trimEnd();
  say(line(head));
  say(widths.map((width) => '-'.repeat(width)).join('  '));
  for (const row of rows) say(line(row));
}
