import type { Glyph, Segment } from './pdf-marks';
import { type TextLine, toLines } from './pdf-text';

/** A table without borders between its columns: edges in the middle of the white gutters, rows of glyphs per column. */
export type GutterTable = { top: number; bottom: number; edges: number[]; rows: Glyph[][][]; lines: TextLine[] };

type Span = { from: number; to: number };

const LEAST_COLUMNS = 3;
const LEAST_LINES = 3;

/** Stretches of a line that stand apart by more than a character. */
function chunksOf(line: TextLine): Span[] {
  const chunks: Span[] = [];
  for (const glyph of line.glyphs) {
    if (!glyph.text.trim()) continue;
    const last = chunks.at(-1);
    if (last && glyph.left - last.to < line.size * 0.9) last.to = Math.max(last.to, glyph.right);
    else chunks.push({ from: glyph.left, to: glyph.right });
  }
  return chunks;
}

/** Printed stretches laid over each other; what stays white between them are the gutters. */
function overlay(columns: Span[], chunks: Span[], gutter: number): Span[] {
  const sorted = [...columns, ...chunks].sort((a, b) => a.from - b.from);
  const merged: Span[] = [];
  for (const span of sorted) {
    const last = merged.at(-1);
    if (last && span.from - last.to < gutter) last.to = Math.max(last.to, span.to);
    else merged.push({ ...span });
  }
  return merged;
}

type Region = { lines: TextLine[]; columns: Span[] };

/** Runs of lines between which at least two white gutters stay open from top to bottom. */
function findRegions(lines: TextLine[]): Region[] {
  const regions: Region[] = [];
  let open: Region | null = null;
  for (const line of lines) {
    const chunks = chunksOf(line);
    const last = open?.lines.at(-1);
    const isNear = last !== undefined && line.baseline - last.baseline < line.size * 6;
    const columns: Span[] = open && isNear ? overlay(open.columns, chunks, line.size * 0.5) : [];
    if (open && columns.length >= LEAST_COLUMNS && columns.length >= open.columns.length - 1) {
      open.lines.push(line);
      open.columns = columns;
    } else {
      open = chunks.length >= LEAST_COLUMNS ? { lines: [line], columns: chunks } : null;
      if (open) regions.push(open);
    }
  }
  const hasRows = ({ lines: own }: Region) => own.filter((line) => chunksOf(line).length >= LEAST_COLUMNS).length >= 2;
  return regions.filter((region) => region.lines.length >= LEAST_LINES && hasRows(region));
}

function edgesOf(columns: Span[]): number[] {
  const between = columns.slice(1).map((column, index) => ((columns[index]?.to ?? 0) + column.from) / 2);
  return [columns[0]?.from ?? 0, ...between, columns.at(-1)?.to ?? 0];
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** Heights at which a new row begins: a ruling line, else a wider gap, else the next number. */
function findBreaks(region: Region, segments: Segment[]): number[] {
  const { lines, columns } = region;
  const width = (columns.at(-1)?.to ?? 0) - (columns[0]?.from ?? 0);
  const first = lines[0]?.baseline ?? 0;
  const last = lines.at(-1)?.baseline ?? 0;
  const ruled = segments.filter(
    ({ isHorizontal, at, from, to }) => isHorizontal && to - from > width * 0.5 && at > first && at < last,
  );
  if (ruled.length >= 2) return ruled.map(({ at }) => at);
  const pitches = lines.slice(1).map((line, index) => line.baseline - (lines[index]?.baseline ?? 0));
  const usual = median(pitches);
  const least = Math.min(...pitches);
  const isOneLineEach = lines.every((line) => chunksOf(line).length >= LEAST_COLUMNS);
  const starts = isOneLineEach
    ? lines
    : lines.filter((_, index) => index > 0 && (pitches[index - 1] ?? 0) > Math.min(usual, least * 1.2) * 1.3);
  return (starts.length > 1 ? starts : numberedLines(lines)).map((line) => line.baseline - line.size);
}

function numberedLines(lines: TextLine[]): TextLine[] {
  return lines.filter(
    (line) => /(^|\s)[（(]?\d{1,3}[)）.、．]?(\s|$)/.test(line.text) || chunksOf(line).length >= LEAST_COLUMNS,
  );
}

function indexBelow(values: number[], value: number): number {
  return values.filter((limit) => limit <= value).length;
}

function toTable(region: Region, segments: Segment[]): GutterTable {
  const edges = edgesOf(region.columns);
  const breaks = [...new Set(findBreaks(region, segments))].sort((a, b) => a - b);
  const rows: Glyph[][][] = Array.from({ length: breaks.length + 1 }, () => edges.slice(1).map(() => []));
  for (const line of region.lines) {
    const row = rows[indexBelow(breaks, line.baseline - line.size * 0.35)];
    for (const glyph of line.glyphs) {
      row?.[indexBelow(edges.slice(1, -1), (glyph.left + glyph.right) / 2)]?.push(glyph);
    }
  }
  return {
    top: (region.lines[0]?.baseline ?? 0) - (region.lines[0]?.size ?? 0),
    bottom: region.lines.at(-1)?.baseline ?? 0,
    edges,
    rows: rows.filter((row) => row.some((glyphs) => glyphs.length > 0)),
    lines: region.lines,
  };
}

/** Tables that only white space tells from the text; their rows may be cut wrongly. */
export function findGutterTables(glyphs: Glyph[], segments: Segment[]): GutterTable[] {
  return findRegions(toLines(glyphs)).map((region) => toTable(region, segments));
}
