import { circled } from './docx-number-formats';
import { withNumber } from './docx-numbering';
import type { DocxState, Field, Piece } from './docx-state';
import { isStruckBy, outlineLevel, type Style, settingOf, switchOf } from './docx-styles';
import { childOf, holds, isElement, textWithin, type XmlElement } from './xml';

export type ParagraphText = {
  /** As printed, its automatic number at the head. */
  text: string;
  /** The words that are formatted as hidden. */
  hidden: string;
  struck: 'all' | 'part' | undefined;
  headingLevel: number | undefined;
  isContentsEntry: boolean;
};

type Dress = { isStruck: boolean; isHidden: boolean };
type Reading = { state: DocxState; style: Style; pieces: Piece[] };

/** A paragraph whose mark was deleted runs on into the next one. */
export function hasDeletedMark(paragraph: XmlElement): boolean {
  const mark = childOf(childOf(paragraph, 'w:pPr'), 'w:rPr');
  return childOf(mark, 'w:del') !== undefined || childOf(mark, 'w:moveFrom') !== undefined;
}

/** Reads one paragraph; more than one element where deleted paragraph marks join them (the last gives the properties). */
export function readParagraph(elements: XmlElement[], state: DocxState): ParagraphText {
  const properties = childOf(elements.at(-1), 'w:pPr');
  const styleId = settingOf(properties, 'w:pStyle') ?? state.styles.defaultParagraph;
  const style = state.styles.of(styleId);
  const reading: Reading = { state, style, pieces: [] };
  for (const element of elements) {
    if (hasDeletedMark(element)) state.notices.add('deleted', state.place);
    if (childOf(childOf(childOf(element, 'w:pPr'), 'w:rPr'), 'w:ins')) state.notices.add('inserted', state.place);
    readInline(element, reading);
  }
  releaseFields(reading);
  const shown = reading.pieces.filter((piece) => !piece.isHidden);
  const words = trimLines(shown.map((piece) => piece.text).join(''));
  const isGone = elements.every(hasDeletedMark) && words === '';
  return {
    text: isGone ? '' : numbered(words, properties, styleId, reading),
    hidden: reading.pieces.flatMap((piece) => (piece.isHidden ? [piece.text] : [])).join(''),
    struck: struckOf(shown),
    headingLevel: childOf(properties, 'w:outlineLvl') ? outlineLevel(properties) : style.headingLevel,
    isContentsEntry: style.isContentsEntry,
  };
}

/** Page breaks and empty lines at the ends are no text. */
export function trimLines(text: string): string {
  return text.replace(/^\n+|\n+$/g, '');
}

export function struckOf(pieces: Piece[]): 'all' | 'part' | undefined {
  const printed = pieces.filter((piece) => piece.text.trim() !== '');
  if (!printed.some((piece) => piece.isStruck)) return undefined;
  return printed.every((piece) => piece.isStruck) ? 'all' : 'part';
}

function numbered(
  words: string,
  properties: XmlElement | undefined,
  styleId: string | undefined,
  { state, style }: Reading,
): string {
  const direct = childOf(properties, 'w:numPr');
  const id = settingOf(direct, 'w:numId') ?? style.numberingId;
  // A paragraph that is hidden whole is not counted.
  if (id === undefined || switchOf(childOf(properties, 'w:rPr'), 'w:vanish')) return words;
  const printedLevel = settingOf(direct, 'w:ilvl');
  const level =
    printedLevel !== undefined
      ? Number(printedLevel)
      : ((styleId === undefined ? undefined : state.numbering.levelOfStyle(id, styleId)) ?? style.numberingLevel ?? 0);
  const number = state.numbering.next(id, level);
  if (!number) return words;
  if (!number.isSure) state.notices.add('unsure-number', state.place, number.text);
  return withNumber(number, words);
}

/** Reads what stands in a paragraph or in an element within it; whatever is not known is looked through. */
function readInline(element: XmlElement, reading: Reading): void {
  for (const node of element.children) {
    if (!isElement(node)) continue;
    const { notices, place } = reading.state;
    switch (node.name) {
      case 'w:r':
        readRun(node, reading);
        break;
      case 'w:ins':
      case 'w:moveTo':
        notices.add('inserted', place);
        readInline(node, reading);
        break;
      case 'w:del':
      case 'w:moveFrom':
        notices.add('deleted', place);
        break;
      case 'w:pPr':
      case 'w:sdtPr':
        break;
      case 'mc:AlternateContent':
        readInline(chooseAlternative(node), reading);
        break;
      case 'm:t':
        emit(textWithin(node), { isStruck: false, isHidden: false }, reading);
        break;
      default:
        readInline(node, reading);
    }
  }
}

/** The same content stands in both branches, for newer and older programs: it is read once, from the one that holds its words. */
export function chooseAlternative(element: XmlElement): XmlElement {
  const choice = childOf(element, 'mc:Choice');
  const fallback = childOf(element, 'mc:Fallback');
  const holdsWords = (branch: XmlElement | undefined) =>
    branch !== undefined &&
    holds(branch, (inner) => inner.name === 'w:t' || inner.name === 'm:t' || inner.name === 'w:sym');
  if (choice && (holdsWords(choice) || !holdsWords(fallback))) return choice;
  return fallback ?? element;
}

function dressOf(run: XmlElement, paragraphStyle: Style, state: DocxState): Dress {
  const properties = childOf(run, 'w:rPr');
  const runStyle = state.styles.of(settingOf(properties, 'w:rStyle'));
  return {
    // Set by both styles they undo each other (toggle properties, ECMA-376 17.7.3).
    isStruck: isStruckBy(properties) ?? paragraphStyle.isStruck !== runStyle.isStruck,
    isHidden: switchOf(properties, 'w:vanish') ?? paragraphStyle.isHidden !== runStyle.isHidden,
  };
}

function readRun(run: XmlElement, reading: Reading): void {
  readRunContent(run, dressOf(run, reading.style, reading.state), reading);
}

function readRunContent(run: XmlElement, dress: Dress, reading: Reading): void {
  const { state } = reading;
  for (const node of run.children) {
    if (!isElement(node)) continue;
    switch (node.name) {
      case 'w:t':
        emit(printedText(node), dress, reading);
        break;
      case 'w:tab':
      case 'w:ptab':
        emit('\t', dress, reading);
        break;
      case 'w:br':
      case 'w:cr':
        emit('\n', dress, reading);
        break;
      case 'w:noBreakHyphen':
        emit('-', dress, reading);
        break;
      case 'w:sym':
        emit(symbol(node), dress, reading);
        break;
      case 'w:fldChar':
        readFieldMark(node.attributes['w:fldCharType'], dress, reading);
        break;
      case 'w:instrText': {
        const field = state.fields.at(-1);
        if (field) field.instruction += textWithin(node);
        break;
      }
      case 'w:commentReference':
        state.notices.add('comment', state.place);
        break;
      case 'w:footnoteReference':
      case 'w:endnoteReference':
        state.noteReferences.push({
          kind: node.name === 'w:footnoteReference' ? 'footnote' : 'endnote',
          id: node.attributes['w:id'] ?? '',
          place: state.place,
        });
        break;
      case 'w:ruby':
        readRuby(node, reading);
        break;
      case 'mc:AlternateContent':
        readRunContent(chooseAlternative(node), dress, reading);
        break;
      case 'w:drawing':
      case 'w:pict':
      case 'w:object':
        readDrawing(node, state);
        break;
      case 'w:rPr':
        break;
      default:
        readRunContent(node, dress, reading);
    }
  }
}

/** Line ends and indentation come from a program that lays its XML out; Word shows a single space there. */
function printedText(element: XmlElement): string {
  const text = textWithin(element);
  if (!/[\r\n]/.test(text)) return text;
  const inner =
    element.attributes['xml:space'] === 'preserve' ? text : text.replace(/^[ \t]*[\r\n]\s*|\s*[\r\n][ \t]*$/g, '');
  return inner.replace(/[ \t]*[\r\n]+[ \t]*/g, ' ');
}

function symbol(element: XmlElement): string {
  const code = Number.parseInt(element.attributes['w:char'] ?? '', 16);
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '';
}

function emit(text: string, dress: Dress, { state, pieces }: Reading): void {
  if (text === '') return;
  const piece = { text, ...dress };
  const field = state.fields.findLast((open) => !open.isShown);
  if (field) field.held.push(piece);
  else pieces.push(piece);
}

function readFieldMark(type: string | undefined, dress: Dress, reading: Reading): void {
  const { fields } = reading.state;
  if (type === 'begin') fields.push({ isShown: false, instruction: '', held: [] });
  else if (type === 'separate') {
    const field = fields.at(-1);
    if (field) field.isShown = true;
  } else if (type === 'end') {
    const field = fields.pop();
    if (field && !field.isShown) readFieldWithoutResult(field, dress, reading);
  }
}

const SHOWN_WITHOUT_RESULT = /^\s*(?:EQ|AUTONUM|AUTONUMLGL|AUTONUMOUT|LISTNUM|SYMBOL|FORMDROPDOWN|FORMCHECKBOX)\b/i;

function readFieldWithoutResult(field: Field, dress: Dress, reading: Reading): void {
  const instruction = field.instruction + field.held.map((piece) => piece.text).join('');
  const enclosed = /^\s*eq\s*\\o\s*(?:\\a[clr]\s*)?[(（]\s*[○〇◯]\s*[,，;]\s*(\d{1,2})\s*[)）]\s*$/i.exec(
    instruction,
  )?.[1];
  const sign = enclosed === undefined ? null : circled(Number(enclosed));
  if (sign !== null) emit(sign, dress, reading);
  else if (SHOWN_WITHOUT_RESULT.test(instruction)) {
    reading.state.notices.add('empty-field', reading.state.place, instruction.trim());
  }
}

/** An instruction ends with its paragraph at the latest: a field that was never closed must not swallow the rest of the document. */
function releaseFields({ state, pieces }: Reading): void {
  const open = state.fields.filter((field) => !field.isShown);
  if (open.length === 0) return;
  for (const field of open) {
    pieces.push(...field.held);
    state.fields.splice(state.fields.indexOf(field), 1);
  }
}

function readRuby(ruby: XmlElement, reading: Reading): void {
  const base = childOf(ruby, 'w:rubyBase');
  const above = childOf(ruby, 'w:rt');
  if (base) readInline(base, reading);
  if (above) reading.state.notices.add('ruby', reading.state.place, textWithin(above));
}

const PICTURES = new Set(['pic:pic', 'v:imagedata']);
const EMBEDDED = new Set(['o:OLEObject', 'c:chart', 'dgm:relIds']);

function readDrawing(drawing: XmlElement, state: DocxState): void {
  let isPicture = false;
  let isEmbedded = false;
  const walk = (element: XmlElement) => {
    for (const node of element.children) {
      if (!isElement(node)) continue;
      if (node.name === 'w:txbxContent') {
        state.textBoxes.push({ element: node, place: state.place });
        continue;
      }
      const art = node.name === 'v:textpath' ? node.attributes.string : undefined;
      if (art) state.textBoxes.push({ element: textBoxOf(art), place: state.place });
      if (PICTURES.has(node.name)) isPicture = true;
      if (EMBEDDED.has(node.name)) isEmbedded = true;
      walk(node.name === 'mc:AlternateContent' ? chooseAlternative(node) : node);
    }
  };
  walk(drawing);
  // An embedded object shows itself by a picture.
  if (isEmbedded) state.notices.add('embedded', state.place);
  else if (isPicture) {
    state.pictures += 1;
    state.notices.add('picture', state.place);
  }
}

/** Decorative lettering keeps its words in an attribute. */
function textBoxOf(words: string): XmlElement {
  return ['w:t', 'w:r', 'w:p', 'w:txbxContent'].reduce<XmlElement | string>(
    (inner, name) => ({ name, attributes: {}, children: [inner] }),
    words,
  ) as XmlElement;
}
