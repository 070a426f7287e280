import { getResolvedPDFJS } from 'unpdf';

/** What stands on one page, in points, y growing downwards, turned so that most of the text runs from left to right. */
export type Glyph = { text: string; left: number; right: number; baseline: number; size: number };
export type Segment = { isHorizontal: boolean; at: number; from: number; to: number };
export type PageMarks = {
  width: number;
  height: number;
  glyphs: Glyph[];
  segments: Segment[];
  /** Share of the page that images cover, 0 to 1 or more. */
  imageShare: number;
  /** Characters drawn invisibly: the text layer of a scan, or hidden text. */
  invisible: number;
  /** Characters that stand askew or run across the others: watermarks, stamps, turned labels. */
  turned: string;
  /** Characters whose font does not say what they mean. */
  unmapped: number;
  /** Stretches of text whose font could not be read at all: they are missing. */
  lost: number;
  /** Characters that a clip hides, as a spreadsheet cuts off what does not fit its cell. */
  clipped: number;
};

type Matrix = readonly [number, number, number, number, number, number];
type FontFacts = { fontMatrix: Matrix; isVertical: boolean; isUnmapped: boolean; isLost: boolean };
type RawGlyph = { text: string; x: number; y: number; dx: number; dy: number; size: number; isVertical: boolean };
type Box = { left: number; top: number; right: number; bottom: number };
type State = {
  matrix: Matrix;
  fontName: string;
  fontSize: number;
  characterSpacing: number;
  wordSpacing: number;
  scale: number;
  leading: number;
  rise: number;
  renderingMode: number;
  /** What is drawn outside of it is not seen. */
  clip: Box | null;
};
type OperatorList = { fnArray: number[]; argsArray: unknown[] };
type FontSource = { has(id: string): boolean; get(id: string): unknown };

const IDENTITY: Matrix = [1, 0, 0, 1, 0, 0];
const INVISIBLE_MODES = new Set([3, 7]);
/** A filled rectangle thinner than this is a ruling line, not a shading. */
const LINE_THICKNESS = 3;
const CLIP_SLACK = 1;

function multiply(a: Matrix, b: Matrix): Matrix {
  return [
    a[0] * b[0] + a[2] * b[1],
    a[1] * b[0] + a[3] * b[1],
    a[0] * b[2] + a[2] * b[3],
    a[1] * b[2] + a[3] * b[3],
    a[0] * b[4] + a[2] * b[5] + a[4],
    a[1] * b[4] + a[3] * b[5] + a[5],
  ];
}

function apply(matrix: Matrix, x: number, y: number): [number, number] {
  return [matrix[0] * x + matrix[2] * y + matrix[4], matrix[1] * x + matrix[3] * y + matrix[5]];
}

function toMatrix(values: unknown): Matrix {
  const flat = Array.isArray(values) && typeof values[0] !== 'number' ? values[0] : values;
  return flat ? (Array.from(flat as ArrayLike<number>).slice(0, 6) as unknown as Matrix) : IDENTITY;
}

function initialState(matrix: Matrix): State {
  return {
    matrix,
    fontName: '',
    fontSize: 0,
    characterSpacing: 0,
    wordSpacing: 0,
    scale: 1,
    leading: 0,
    rise: 0,
    renderingMode: 0,
    clip: null,
  };
}

function readFont(fonts: FontSource, name: string): FontFacts {
  const font = (fonts.has(name) ? fonts.get(name) : null) as {
    fontMatrix?: ArrayLike<number>;
    vertical?: boolean;
    composite?: boolean;
    toUnicode?: object;
    missingFile?: boolean;
  } | null;
  const map = font?.toUnicode;
  return {
    fontMatrix: font?.fontMatrix ? toMatrix(font.fontMatrix) : [0.001, 0, 0, 0.001, 0, 0],
    isVertical: font?.vertical === true,
    isLost: !font?.fontMatrix,
    // An identity map only repeats the numbers of the glyphs; it says nothing about characters.
    isUnmapped: !font || (font.composite === true && (!map || !('_map' in map))),
  };
}

const PRIVATE_OR_BROKEN = /[\uE000-\uF8FF\uFFFD\p{Cc}\u{F0000}-\u{10FFFD}]/u;

class MarkCollector {
  readonly glyphs: RawGlyph[] = [];
  readonly segments: { from: [number, number]; to: [number, number] }[] = [];
  readonly images: Box[] = [];
  invisible = 0;
  unmapped = 0;
  lost = 0;
  clipped = 0;
  private state: State;
  private clipsNext = false;
  private readonly stack: State[] = [];
  private text: Matrix = IDENTITY;
  private line: Matrix = IDENTITY;
  private readonly fonts = new Map<string, FontFacts>();

  constructor(
    private readonly fontSource: FontSource,
    base: Matrix,
    private readonly keepsInvisible: boolean,
  ) {
    this.state = initialState(base);
  }

  readonly handlers: Record<string, (values: unknown[]) => void> = {
    save: () => this.stack.push({ ...this.state }),
    restore: () => this.restore(),
    transform: (values) => this.transform(toMatrix(values)),
    paintFormXObjectBegin: ([matrix]) => {
      this.stack.push({ ...this.state });
      if (matrix) this.transform(toMatrix(matrix));
    },
    paintFormXObjectEnd: () => this.restore(),
    beginText: () => this.setText(IDENTITY),
    setTextMatrix: (values) => this.setText(toMatrix(values)),
    moveText: ([x, y]) => this.move(Number(x), Number(y)),
    setLeadingMoveText: ([x, y]) => {
      this.state.leading = -Number(y);
      this.move(Number(x), Number(y));
    },
    nextLine: () => this.move(0, -this.state.leading),
    setLeading: ([leading]) => {
      this.state.leading = Number(leading);
    },
    setFont: ([name, size]) => {
      this.state.fontName = String(name);
      this.state.fontSize = Number(size);
    },
    setCharSpacing: ([value]) => {
      this.state.characterSpacing = Number(value);
    },
    setWordSpacing: ([value]) => {
      this.state.wordSpacing = Number(value);
    },
    setHScale: ([value]) => {
      this.state.scale = Number(value) / 100;
    },
    setTextRise: ([value]) => {
      this.state.rise = Number(value);
    },
    setTextRenderingMode: ([mode]) => {
      this.state.renderingMode = Number(mode);
    },
    showText: ([items]) => this.show(items as unknown[]),
    clip: () => {
      this.clipsNext = true;
    },
    eoClip: () => {
      this.clipsNext = true;
    },
    constructPath: ([operator, paths]) => this.path(Number(operator), paths as ArrayLike<number>[]),
    paintImageXObject: () => this.image(),
    paintInlineImageXObject: () => this.image(),
    paintImageMaskXObject: () => this.image(),
    paintSolidColorImageMask: () => this.image(),
  };

  strokes = new Set<number>();
  fills = new Set<number>();

  private restore() {
    const earlier = this.stack.pop();
    if (earlier) this.state = earlier;
  }

  private transform(matrix: Matrix) {
    this.state.matrix = multiply(this.state.matrix, matrix);
  }

  private setText(matrix: Matrix) {
    this.text = matrix;
    this.line = matrix;
  }

  private move(x: number, y: number) {
    this.setText(multiply(this.line, [1, 0, 0, 1, x, y]));
  }

  private font(): FontFacts {
    const { fontName } = this.state;
    const known = this.fonts.get(fontName) ?? readFont(this.fontSource, fontName);
    this.fonts.set(fontName, known);
    return known;
  }

  private show(items: unknown[]) {
    const font = this.font();
    if (font.isLost) this.lost += 1;
    for (const item of items) {
      if (typeof item === 'number') this.advance((-item * this.state.fontSize) / 1000, font.isVertical);
      else if (item) this.glyph(item as { unicode?: string; width?: number; isSpace?: boolean }, font);
    }
  }

  private advance(distance: number, isVertical: boolean) {
    const step: Matrix = isVertical ? [1, 0, 0, 1, 0, distance] : [1, 0, 0, 1, distance * this.state.scale, 0];
    this.text = multiply(this.text, step);
  }

  private glyph(glyph: { unicode?: string; width?: number; isSpace?: boolean }, font: FontFacts) {
    const { state } = this;
    const spacing = state.characterSpacing + (glyph.isSpace ? state.wordSpacing : 0);
    const width = (glyph.width ?? 0) * font.fontMatrix[0] * state.fontSize;
    const text = glyph.unicode ?? '';
    if (text) this.place(text, width, font);
    this.advance(width + (font.isVertical ? -spacing : spacing), font.isVertical);
  }

  private place(text: string, width: number, font: FontFacts) {
    const isInvisible = INVISIBLE_MODES.has(this.state.renderingMode);
    if (isInvisible && text.trim()) this.invisible += 1;
    if (isInvisible && !this.keepsInvisible) return;
    if (text.trim() && (font.isUnmapped || PRIVATE_OR_BROKEN.test(text))) this.unmapped += 1;
    const whole = multiply(this.state.matrix, this.text);
    const [x, y] = apply(whole, 0, this.state.rise);
    const reach = font.isVertical ? Math.abs(this.state.fontSize) : width * this.state.scale;
    const [endX, endY] = apply(whole, reach, this.state.rise);
    if (this.isClipped((x + endX) / 2, (y + endY) / 2)) {
      if (text.trim()) this.clipped += 1;
      return;
    }
    const [upX, upY] = apply(whole, 0, this.state.rise + this.state.fontSize);
    this.glyphs.push({
      text,
      x,
      y,
      dx: endX - x,
      dy: endY - y,
      size: Math.hypot(upX - x, upY - y),
      isVertical: font.isVertical,
    });
  }

  /** The box around the clip: a little too wide rather than too narrow. */
  private clip(paths: ArrayLike<number>[]) {
    const points = paths.flatMap((data) => (data ? readOutlines(data).flat() : []));
    if (points.length === 0) return;
    const box = boxOf(points.map(([x, y]) => apply(this.state.matrix, x, y)));
    const { clip } = this.state;
    this.state.clip = clip ? overlapOf(clip, box) : box;
  }

  private path(operator: number, paths: ArrayLike<number>[]) {
    if (this.clipsNext) this.clip(paths ?? []);
    this.clipsNext = false;
    const isFilled = this.fills.has(operator);
    if (!this.strokes.has(operator) && !isFilled) return;
    for (const data of paths ?? []) {
      if (!data) continue;
      for (const outline of readOutlines(data)) {
        const points = outline.map(([x, y]) => apply(this.state.matrix, x, y));
        if (this.strokes.has(operator)) this.outline(points);
        else this.thinBox(boxOf(points));
      }
    }
  }

  private outline(points: [number, number][]) {
    points.slice(1).forEach((to, index) => {
      const from = points[index];
      if (from) this.segments.push({ from, to });
    });
  }

  private thinBox(box: Box) {
    const width = box.right - box.left;
    const height = box.bottom - box.top;
    if (Math.min(width, height) > LINE_THICKNESS) return;
    const middleX = (box.left + box.right) / 2;
    const middleY = (box.top + box.bottom) / 2;
    if (width >= height) this.segments.push({ from: [box.left, middleY], to: [box.right, middleY] });
    else this.segments.push({ from: [middleX, box.top], to: [middleX, box.bottom] });
  }

  private isClipped(x: number, y: number): boolean {
    const { clip } = this.state;
    return (
      clip !== null &&
      (x < clip.left - CLIP_SLACK ||
        x > clip.right + CLIP_SLACK ||
        y < clip.top - CLIP_SLACK ||
        y > clip.bottom + CLIP_SLACK)
    );
  }

  private image() {
    const corners = [apply(this.state.matrix, 0, 0), apply(this.state.matrix, 1, 1)];
    const box = boxOf(corners);
    this.thinBox(box);
    this.images.push(box);
  }
}

function boxOf(points: [number, number][]): Box {
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
}

function overlapOf(a: Box, b: Box): Box {
  return {
    left: Math.max(a.left, b.left),
    right: Math.min(a.right, b.right),
    top: Math.max(a.top, b.top),
    bottom: Math.min(a.bottom, b.bottom),
  };
}

/** Outlines of a path of PDF.js: 0 move, 1 line, 2 curve (6 numbers), 3 quadratic curve (4 numbers), 4 close. */
function readOutlines(data: ArrayLike<number>): [number, number][][] {
  const outlines: [number, number][][] = [];
  let current: [number, number][] = [];
  const numbers = [2, 2, 6, 4, 0];
  for (let index = 0; index < data.length; ) {
    const kind = data[index] ?? 4;
    const count = numbers[kind] ?? 0;
    if (kind === 0) {
      current = [];
      outlines.push(current);
    }
    const first = current[0];
    if (kind === 4 && first) current.push(first);
    else if (count) current.push([data[index + count - 1] ?? 0, data[index + count] ?? 0]);
    index += count + 1;
  }
  return outlines;
}

type Turn = 0 | 1 | 2 | 3;

/** Quarter turns, clockwise on the page, by which the text runs; null for text that stands askew. */
function turnOf(glyph: RawGlyph): Turn | null {
  const length = Math.hypot(glyph.dx, glyph.dy);
  if (length === 0) return 0;
  const slack = length * 0.05;
  if (Math.abs(glyph.dy) <= slack) return glyph.dx > 0 ? 0 : 2;
  if (Math.abs(glyph.dx) <= slack) return glyph.dy > 0 ? 1 : 3;
  return null;
}

function mainTurn(glyphs: RawGlyph[]): Turn {
  const counts = [0, 0, 0, 0];
  for (const glyph of glyphs) {
    const turn = turnOf(glyph);
    if (turn !== null && glyph.text.trim()) counts[turn] = (counts[turn] ?? 0) + 1;
  }
  return counts.indexOf(Math.max(...counts)) as Turn;
}

function turnBack(turn: Turn, width: number, height: number): Matrix {
  if (turn === 1) return [0, -1, 1, 0, 0, width];
  if (turn === 2) return [-1, 0, 0, -1, width, height];
  if (turn === 3) return [0, 1, -1, 0, height, 0];
  return IDENTITY;
}

/** Fake bold draws a character twice, a hair apart. */
function withoutDoubles(glyphs: Glyph[]): Glyph[] {
  const seen = new Map<string, Glyph[]>();
  return glyphs.filter((glyph) => {
    const cell = (dx: number) => `${glyph.text}|${Math.round(glyph.left / 4) + dx}|${Math.round(glyph.baseline / 4)}`;
    const isDouble = [-1, 0, 1].some((dx) =>
      seen
        .get(cell(dx))
        ?.some(
          (other) =>
            Math.abs(other.left - glyph.left) < glyph.size * 0.15 &&
            Math.abs(other.baseline - glyph.baseline) < glyph.size * 0.15,
        ),
    );
    const own = seen.get(cell(0));
    if (own) own.push(glyph);
    else seen.set(cell(0), [glyph]);
    return !isDouble;
  });
}

function toSegment(from: [number, number], to: [number, number]): Segment | null {
  const isHorizontal = Math.abs(from[1] - to[1]) <= 1;
  const isVertical = Math.abs(from[0] - to[0]) <= 1;
  if (!isHorizontal && !isVertical) return null;
  const axis = isHorizontal && Math.abs(from[0] - to[0]) >= Math.abs(from[1] - to[1]) ? 0 : 1;
  return {
    isHorizontal: axis === 0,
    at: (from[(1 - axis) as 0 | 1] + to[(1 - axis) as 0 | 1]) / 2,
    from: Math.min(from[axis], to[axis]),
    to: Math.max(from[axis], to[axis]),
  };
}

/** Glyphs and ruling lines of a page. `keepsInvisible`: the invisible characters too, as the text layer of a scan has them. */
export async function collectMarks(
  operators: OperatorList,
  fonts: FontSource,
  viewport: { transform: number[]; width: number; height: number },
  keepsInvisible: boolean,
): Promise<PageMarks> {
  const { OPS } = await getResolvedPDFJS();
  const codes = OPS as unknown as Record<string, number>;
  const collector = new MarkCollector(fonts, toMatrix(viewport.transform), keepsInvisible);
  const code = (name: string) => codes[name] ?? -1;
  for (const name of ['stroke', 'closeStroke', 'fillStroke', 'eoFillStroke', 'closeFillStroke', 'closeEOFillStroke']) {
    collector.strokes.add(code(name));
  }
  for (const name of ['fill', 'eoFill']) collector.fills.add(code(name));
  const handlers = new Map(Object.entries(collector.handlers).map(([name, run]) => [code(name), run]));
  operators.fnArray.forEach((operator, index) => {
    handlers.get(operator)?.((operators.argsArray[index] ?? []) as unknown[]);
  });
  return settle(collector, viewport.width, viewport.height);
}

function settle(collector: MarkCollector, width: number, height: number): PageMarks {
  const turn = mainTurn(collector.glyphs);
  const back = turnBack(turn, width, height);
  const straight = collector.glyphs.filter((glyph) => turnOf(glyph) === turn);
  const glyphs = straight.map((glyph): Glyph => {
    const [x, y] = apply(back, glyph.x, glyph.y);
    const reach = Math.hypot(glyph.dx, glyph.dy);
    // In vertical writing the origin stands above the middle of the glyph.
    return glyph.isVertical
      ? {
          text: glyph.text,
          left: x - reach / 2,
          right: x + reach / 2,
          baseline: y + glyph.size * 0.88,
          size: glyph.size,
        }
      : { text: glyph.text, left: x, right: x + reach, baseline: y, size: glyph.size };
  });
  const segments = collector.segments.flatMap(({ from, to }) => {
    const segment = toSegment(apply(back, ...from), apply(back, ...to));
    return segment ? [segment] : [];
  });
  const imageArea = collector.images.reduce((sum, box) => sum + (box.right - box.left) * (box.bottom - box.top), 0);
  const isLying = turn % 2 === 1;
  return {
    width: isLying ? height : width,
    height: isLying ? width : height,
    glyphs: withoutDoubles(glyphs),
    segments,
    imageShare: imageArea / (width * height),
    invisible: collector.invisible,
    turned: collector.glyphs
      .filter((glyph) => turnOf(glyph) !== turn)
      .map((glyph) => glyph.text)
      .join(''),
    unmapped: collector.unmapped,
    lost: collector.lost,
    clipped: collector.clipped,
  };
}
