import { clusterNumbers } from './pdf-grid';
import type { PageBlock, PageCell, PageLine, PageTable } from './pdf-page';
import type { SourceBlock, SourceCell, SourceParagraph, SourceRow, SourceTable } from './source';

/** Column edges of one table printed on several pages differ by less than this. */
const EDGE_TOLERANCE = 4;
const GUTTER_TOLERANCE = 30;
/** Lines this near to the head or foot of a page can be running heads. */
const MARGIN_LINES = 2;

const PAGE_NUMBER = /^[-–—−·.\s]*(第\s*)?\d{1,4}(\s*页)?(\s*[/／,，]?\s*(共\s*)?\d{1,4}(\s*页)?)?[-–—−·.\s]*$/;
const CONTINUED = /^[（(]?续\s*(上?\s*表|前\s*页)?[\d一二三四五六七八九十]*[）)]?$/;

export type PageContent = { page: number; width: number; height: number; blocks: PageBlock[] };

function patternOf(line: PageLine): string {
  return `${line.line.text.replace(/\s/g, '').replace(/\d+/g, '#')}|${Math.round(line.bottom / 6)}`;
}

/** Lines at the head and the foot of the pages that repeat or only number the page. */
function findRunningLines(pages: PageContent[]): Map<PageLine, 'header' | 'footer'> {
  const found = new Map<PageLine, 'header' | 'footer'>();
  const candidates = pages.flatMap(({ blocks, height }) => {
    const head = blocks.slice(0, MARGIN_LINES).map((block) => ({ block, aside: 'header' as const, height }));
    const foot = blocks.slice(-MARGIN_LINES).map((block) => ({ block, aside: 'footer' as const, height }));
    return [...head, ...foot].flatMap(({ block, aside }) =>
      block.kind === 'line' ? [{ line: block, aside, height }] : [],
    );
  });
  const counts = new Map<string, Set<number>>();
  for (const { line } of candidates) {
    const key = patternOf(line);
    counts.set(key, (counts.get(key) ?? new Set()).add(line.page));
  }
  for (const { line, aside, height } of candidates) {
    const isInMargin = aside === 'header' ? line.bottom < height * 0.12 : line.top > height * 0.88;
    const repeats = (counts.get(patternOf(line))?.size ?? 0) >= 2;
    if (isInMargin && (repeats || PAGE_NUMBER.test(line.line.text))) found.set(line, aside);
  }
  return found;
}

function isSubset(few: number[], many: number[]): boolean {
  return few.every((edge) => many.some((other) => Math.abs(other - edge) <= EDGE_TOLERANCE));
}

function isGutter(table: PageTable): boolean {
  return table.isReconstructed && !table.hasGaps;
}

/** White gutters move with the words of each page. */
function sameGutters(above: PageTable, below: PageTable): boolean {
  return (
    above.edges.length === below.edges.length &&
    above.edges.slice(1, -1).every((edge, index) => Math.abs(edge - (below.edges[index + 1] ?? 0)) <= GUTTER_TOLERANCE)
  );
}

/** The table of a later page with the edges of the first. */
function withEdges(table: PageTable, edges: number[]): PageTable {
  const rows = table.rows.map((cells) =>
    cells.map((cell, column) => ({ ...cell, left: edges[column] ?? 0, right: edges[column + 1] ?? 0 })),
  );
  return { ...table, edges, rows };
}

function continues(above: PageTable, below: PageTable): boolean {
  if (below.page <= above.page || below.page > above.page + 1) return false;
  const [first, last] = [above.edges[0] ?? 0, above.edges.at(-1) ?? 0];
  if (isGutter(above) && isGutter(below)) return sameGutters(above, below);
  const sameSides =
    Math.abs((below.edges[0] ?? 0) - first) <= EDGE_TOLERANCE &&
    Math.abs((below.edges.at(-1) ?? 0) - last) <= EDGE_TOLERANCE;
  return sameSides && (isSubset(below.edges, above.edges) || isSubset(above.edges, below.edges));
}

function columnOf(edges: number[], value: number): number {
  let best = 0;
  edges.forEach((edge, index) => {
    if (Math.abs(edge - value) < Math.abs((edges[best] ?? 0) - value)) best = index;
  });
  return best;
}

function toCell(cell: PageCell, edges: number[]): SourceCell {
  const column = columnOf(edges, cell.left);
  return {
    column,
    columnSpan: Math.max(1, columnOf(edges, cell.right) - column),
    rowSpan: cell.rowSpan,
    text: cell.text,
    ...(cell.struck && { struck: cell.struck }),
  };
}

/** Parts of one table, a page each, as one table. */
function toSourceTable(parts: PageTable[], number: number): SourceTable {
  const edges = clusterNumbers(
    parts.flatMap((part) => part.edges),
    EDGE_TOLERANCE,
  );
  const rows = parts.flatMap((part, partIndex) =>
    part.rows.map(
      (cells, index): SourceRow => ({
        // Of several tables on one page each has its own lines.
        place: `第${part.page}页${number > 1 ? `表${number}` : ''}第${index + 1}行`,
        cells: cells.map((cell) => toCell(cell, edges)).sort((a, b) => a.column - b.column),
        ...(partIndex > 0 && index === 0 && { startsPage: true }),
      }),
    ),
  );
  return {
    kind: 'table',
    place: `第${parts[0]?.page}页表${number}`,
    name: null,
    rows,
    ...(parts.some((part) => part.isReconstructed) && { isReconstructed: true }),
  };
}

const SHORT_LINES = 0.15;

type Margins = { left: number; right: number };
type MarginsAt = (page: number) => Margins;

/** Pages of one width have one type area: upright text pages, broad table pages. */
function readMargins(pages: PageContent[], lines: PageLine[]): MarginsAt {
  const widths = new Map(pages.map(({ page, width }) => [page, Math.round(width)]));
  const margins = new Map<number | undefined, Margins>();
  for (const { page, line } of lines) {
    const width = widths.get(page);
    const known = margins.get(width) ?? { left: line.left, right: line.right };
    margins.set(width, { left: Math.min(known.left, line.left), right: Math.max(known.right, line.right) });
  }
  return (page) => {
    const width = widths.get(page) ?? 0;
    const { left, right } = margins.get(width) ?? { left: 0, right: 0 };
    // Where no line reaches the far side, the lines are short ones: the type area is as wide as the margin on the left allows.
    return { left, right: width - left - right > width * SHORT_LINES ? width - left : right };
  };
}

/** A line goes on in the next one when it is full and the next starts at the margin, without an indent. */
function goesOn(above: PageLine, below: PageLine, marginsAt: MarginsAt): boolean {
  const size = Math.max(above.line.size, below.line.size);
  if (Math.abs(above.line.size - below.line.size) > size * 0.15) return false;
  if (above.line.right < marginsAt(above.page).right - size * 2) return false;
  if (below.line.left > marginsAt(below.page).left + size * 1.2) return false;
  return above.page !== below.page || below.bottom - above.bottom < size * 2.6;
}

function joinLines(texts: string[]): string {
  return texts.reduce((whole, next) => {
    const needsSpace = /[A-Za-z0-9,.;]$/.test(whole) && /^[A-Za-z0-9]/.test(next);
    return `${whole}${needsSpace ? ' ' : ''}${next}`;
  });
}

function toParagraph(lines: PageLine[], aside?: SourceParagraph['aside']): SourceParagraph {
  const first = lines[0];
  const struck = lines.map((line) => line.struck);
  const isAllStruck = struck.every((value) => value === 'all');
  return {
    kind: 'paragraph',
    place: `第${first?.page}页第${first?.number}行`,
    text: joinLines(lines.map(({ line }) => line.text)),
    ...(struck.some(Boolean) && { struck: isAllStruck ? 'all' : 'part' }),
    ...(aside && { aside }),
  };
}

function toParagraphs(lines: PageLine[], marginsAt: MarginsAt): SourceParagraph[] {
  const groups: PageLine[][] = [];
  for (const line of lines) {
    const group = groups.at(-1);
    const last = group?.at(-1);
    if (group && last && goesOn(last, line, marginsAt)) group.push(line);
    else groups.push([line]);
  }
  return groups.map((group) => toParagraph(group));
}

type Flow = { kind: 'tables'; parts: PageTable[] } | { kind: 'lines'; lines: PageLine[] };

/** Tables and stretches of text in reading order; running heads between two pages do not part what they stand between. */
function toFlow(blocks: PageBlock[]): Flow[] {
  const flow: Flow[] = [];
  for (const block of blocks) {
    const last = flow.at(-1);
    if (block.kind === 'table') {
      const above = last?.kind === 'tables' ? last.parts.at(-1) : undefined;
      if (last?.kind === 'tables' && above && continues(above, block)) {
        last.parts.push(isGutter(block) ? withEdges(block, above.edges) : block);
      } else flow.push({ kind: 'tables', parts: [block] });
    } else if (last?.kind === 'lines') last.lines.push(block);
    else flow.push({ kind: 'lines', lines: [block] });
  }
  return flow;
}

/** The pages as one document: tables over several pages joined, lines joined to paragraphs, running heads aside. */
export function toBlocks(pages: PageContent[]): SourceBlock[] {
  const running = findRunningLines(pages);
  const body: PageBlock[] = [];
  const asides: SourceParagraph[] = [];
  for (const block of pages.flatMap((page) => page.blocks)) {
    const aside = block.kind === 'line' ? running.get(block) : undefined;
    if (block.kind === 'line' && aside) asides.push(toParagraph([block], aside));
    else if (block.kind === 'line' && CONTINUED.test(block.line.text)) asides.push(toParagraph([block], 'header'));
    else body.push(block);
  }
  const marginsAt = readMargins(
    pages,
    body.filter((block) => block.kind === 'line'),
  );
  let tables = 0;
  const blocks = toFlow(body).flatMap((part): SourceBlock[] => {
    if (part.kind === 'lines') return toParagraphs(part.lines, marginsAt);
    tables += 1;
    return [toSourceTable(part.parts, tables)];
  });
  return [...blocks, ...asides];
}
