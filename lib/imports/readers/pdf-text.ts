import type { Glyph } from './pdf-marks';

/** One printed line: its text with the spaces that the eye sees, and where it stands. */
export type TextLine = { text: string; left: number; right: number; baseline: number; size: number; glyphs: Glyph[] };

const LATIN = /[A-Za-z0-9]/;

function gapText(before: Glyph, after: Glyph): string {
  if (before.text.endsWith(' ') || after.text.startsWith(' ')) return '';
  const gap = (after.left - before.right) / Math.max(before.size, after.size);
  const isBetweenWords = LATIN.test(before.text.slice(-1)) && LATIN.test(after.text.slice(0, 1));
  // Characters of a justified line stand apart a little; a real space is wider.
  return gap > (isBetweenWords ? 0.18 : 0.8) ? ' ' : '';
}

function toLine(glyphs: Glyph[]): TextLine {
  const sorted = glyphs.sort((a, b) => a.left - b.left);
  let text = '';
  let before: Glyph | null = null;
  for (const glyph of sorted) {
    text += (before ? gapText(before, glyph) : '') + glyph.text;
    before = glyph;
  }
  const inked = sorted.filter((glyph) => glyph.text.trim());
  const sizes = inked.map((glyph) => glyph.size).sort((a, b) => a - b);
  return {
    text: text.trim(),
    left: Math.min(...inked.map((glyph) => glyph.left)),
    right: Math.max(...inked.map((glyph) => glyph.right)),
    baseline: inked[0]?.baseline ?? 0,
    size: sizes[Math.floor(sizes.length / 2)] ?? 0,
    glyphs: sorted,
  };
}

/** Glyphs as printed lines from top to bottom. A raised or lowered character stays in its line. */
export function toLines(glyphs: Glyph[]): TextLine[] {
  const sorted = [...glyphs].sort((a, b) => a.baseline - b.baseline);
  const rows: { baseline: number; size: number; glyphs: Glyph[] }[] = [];
  for (const glyph of sorted) {
    const last = rows.at(-1);
    if (last && glyph.baseline - last.baseline < Math.max(last.size, glyph.size) * 0.5) {
      last.glyphs.push(glyph);
      // The biggest character carries the line.
      if (glyph.size > last.size) Object.assign(last, { baseline: glyph.baseline, size: glyph.size });
    } else rows.push({ baseline: glyph.baseline, size: glyph.size, glyphs: [glyph] });
  }
  return rows.filter((row) => row.glyphs.some((glyph) => glyph.text.trim())).map((row) => toLine(row.glyphs));
}

/** Where the eye sees a glyph: the middle of its box. */
export function middleOf(glyph: Glyph): { x: number; y: number } {
  return { x: (glyph.left + glyph.right) / 2, y: glyph.baseline - glyph.size * 0.35 };
}
