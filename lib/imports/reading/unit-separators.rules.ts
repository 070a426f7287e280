import { compactText } from '@/lib/text';

/** Words between white space; `startsLine`: nothing but a line break parts them from the words before. */
export type CellPiece = { text: string; startsLine: boolean };
/** A cell cut at its printed separators; a gap is a place where a name may be missing. */
export type Separated = ({ kind: 'pieces'; pieces: CellPiece[] } | { kind: 'gap'; printed: string; text: string })[];

const OPENING = '（(〔[【《“';
const CLOSING = '）)〕]】》”';
const SEPARATORS = '、，,﹐﹑､；;﹔/／|｜。';
/** At the end of a cell these only end the sentence. */
const STOPS = '。；;';

/** A bracket that is not closed within so many characters is closed at the end of the cell. */
const LONGEST_BRACKET = 60;

/** Depth of brackets after each character. */
function depths(text: string): number[] {
  let depth = 0;
  return Array.from(text, (char) => {
    if (OPENING.includes(char)) depth += 1;
    else if (CLOSING.includes(char) && depth > 0) depth -= 1;
    return depth;
  });
}

/** Pieces of a stretch without separators: cut at white space outside brackets; a bracket, 等 or a conjunction never starts one. */
function piecesOf(stretch: string): CellPiece[] {
  const chars = Array.from(stretch);
  const depth = depths(stretch);
  const pieces: CellPiece[] = [];
  let word = '';
  let startsLine = false;
  let nextStartsLine = false;
  const flush = () => {
    if (word === '') return;
    if (pieces.length > 0 && /^[（(〔[【）)〕\]】]|^等/.test(word)) pieces.at(-1)!.text += word;
    else pieces.push({ text: word, startsLine });
    word = '';
  };
  chars.forEach((char, index) => {
    if (!/\s/u.test(char)) {
      if (word === '') {
        startsLine = nextStartsLine;
        nextStartsLine = false;
      }
      word += char;
      return;
    }
    if (depth[index]! > 0) return;
    flush();
    if (char === '\n') nextStartsLine = pieces.length > 0;
  });
  flush();
  return pieces;
}

export function separate(text: string): Separated {
  const chars = Array.from(text);
  const depth = depths(text);
  const found: Separated = [];
  let stretch = '';
  let lastMark = '';
  const close = (mark: string) => {
    const pieces = piecesOf(stretch);
    if (pieces.length > 0) found.push({ kind: 'pieces', pieces });
    else {
      const printed = `${lastMark}${mark}`;
      const isEndOfSentence = mark === '' && (lastMark === '' || STOPS.includes(lastMark));
      if (printed !== '' && !isEndOfSentence && !(mark !== '' && STOPS.includes(mark) && lastMark === ''))
        found.push({
          kind: 'gap',
          printed,
          text:
            mark === '' ? `末尾有“${printed}”，可能漏印了单位，请核对原文` : `“${printed}”处可能漏印了单位，请核对原文`,
        });
    }
    stretch = '';
    lastMark = mark;
  };
  chars.forEach((char, index) => {
    if (depth[index] === 0 && SEPARATORS.includes(char)) close(char);
    else stretch += char;
  });
  close('');
  return found;
}

/** Closes a bracket that is printed open: at the first place before a separator where the names are known, else at the first one. */
export function healBrackets(
  text: string,
  isKnown: (name: string) => boolean,
): { text: string; question: string | null; printed: string } {
  const chars = Array.from(text);
  const open: number[] = [];
  for (const [index, char] of chars.entries()) {
    if ('（('.includes(char)) open.push(index);
    else if ('）)'.includes(char)) {
      if (open.length === 0)
        return { text, question: '右括号没有对应的左括号，请核对原文', printed: compactText(text) };
      open.pop();
    }
  }
  const at = open[0];
  if (at === undefined) return { text, question: null, printed: '' };
  const closing = chars[at] === '（' ? '）' : ')';
  const ends = [...chars.keys(), chars.length].filter(
    (index) =>
      index > at + 1 && index < at + LONGEST_BRACKET && (index === chars.length || SEPARATORS.includes(chars[index]!)),
  );
  const base = /[^、，,；;/。\s]*$/.exec(chars.slice(0, at).join(''))![0];
  const nameTo = (end: number) => compactText(`${base}${chars.slice(at, end).join('')}${closing}`);
  const known = ends.filter((end) => isKnown(nameTo(end)));
  // The name that ends first takes the fewest words from the units behind it.
  const end = known[0] ?? ends[0] ?? chars.length;
  const printed = compactText(base + chars.slice(at).join(''));
  return {
    text: `${chars.slice(0, end).join('')}${closing}${chars.slice(end).join('')}`,
    question: `“${printed}”缺少右括号，暂在“${nameTo(end)}”后补上，请确认`,
    printed,
  };
}
