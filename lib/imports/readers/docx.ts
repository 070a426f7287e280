import { AppError } from '@/lib/server/errors';
import type { Archive } from './archive';
import { type Numbering, readNumbering } from './docx-numbering';
import { pageBreaksOf } from './docx-pages';
import { type DocxParts, openParts } from './docx-parts';
import { DocxState } from './docx-state';
import { readStyles, settingOf } from './docx-styles';
import { readTable } from './docx-table';
import { type ParagraphText, readParagraph } from './docx-text';
import { type Block, blocksOf, elementsWithin } from './docx-walk';
import type { Place, SourceBlock, SourceContent, SourceNotice, SourceParagraph } from './source';
import { childOf, holds, type XmlElement } from './xml';

type Aside = NonNullable<SourceParagraph['aside']>;

/** Fewer characters than this beside a picture: the words are in the picture. */
const ALMOST_NO_TEXT = 50;
/** What stands at the edge of a page beside its number. */
const PAGE_NUMBER_ONLY = /^[\s\d第页共之of/\-—–－·.]*$/i;

/**
 * Reads a Word document (.docx, .docm, .dotx) as its last reader would see it: tracked changes accepted, automatic numbers printed,
 * merged cells as spans. Throws unreadable: no document in the file, broken XML, more rows or columns than LIMITS.
 */
export function readDocx(archive: Archive): SourceContent {
  const parts = openParts(archive);
  const body = childOf(parts.document, 'w:body');
  if (!body) {
    throw new AppError('unreadable', '文件里没有 Word 正文，可能已损坏。请用 Word、WPS 打开后另存为 .docx 再上传。');
  }
  const state = new DocxState(readStyles(parts.styles), numberingOf(parts), parts.hasPages);
  const blocks = [...readBlocks(body, state, parts), ...readMargins(parts, state)];
  return { format: 'docx', blocks, notices: [...noticesAbout(blocks, state, archive), ...state.notices.list()] };
}

function numberingOf(parts: DocxParts): Numbering {
  const styles = readStyles(parts.styles);
  return readNumbering(parts.numbering, (styleId) => styles.of(styleId).numberingId);
}

function readBlocks(container: XmlElement, state: DocxState, parts: DocxParts, aside?: Aside): SourceBlock[] {
  return blocksOf(container).flatMap((block) => {
    const anchors = { boxes: state.textBoxes, notes: state.noteReferences };
    state.textBoxes = [];
    state.noteReferences = [];
    const read = readBlock(block, state, parts, aside);
    const { textBoxes, noteReferences } = state;
    state.textBoxes = anchors.boxes;
    state.noteReferences = anchors.notes;
    const { place } = state;
    for (const box of textBoxes) {
      state.place = `${box.place}旁的文本框`;
      read.push(...readBlocks(box.element, state, parts, 'text-box'));
    }
    for (const note of noteReferences) {
      const element = parts.note(note.kind, note.id);
      // Once: a note that refers to itself would never end.
      if (!element || state.notesRead.has(element)) continue;
      state.notesRead.add(element);
      state.place = `${note.place}的${note.kind === 'footnote' ? '脚注' : '尾注'}`;
      read.push(...readBlocks(element, state, parts, 'note'));
    }
    state.place = place;
    return read;
  });
}

function readBlock(block: Block, state: DocxState, parts: DocxParts, aside?: Aside): SourceBlock[] {
  if (block.kind === 'paragraph') return readParagraphBlock(block.elements, state, aside);
  if (block.kind === 'embedded') {
    state.notices.add('embedded', aside ? state.place : state.placeOf(`第${state.paragraphs + 1}段`));
    return [];
  }
  const frame = frameCell(block.element);
  return frame ? readBlocks(frame, state, parts, aside) : readTableBlock(block.element, state);
}

/** A table of one cell around another table only frames the page. */
function frameCell(table: XmlElement): XmlElement | undefined {
  const rows = elementsWithin(table, 'w:tr').filter((row) => !childOf(childOf(row, 'w:trPr'), 'w:del'));
  const cells = rows.flatMap((row) => elementsWithin(row, 'w:tc'));
  const [cell] = cells;
  return cells.length === 1 && cell && holds(cell, (inner) => inner.name === 'w:tbl') ? cell : undefined;
}

function readTableBlock(table: XmlElement, state: DocxState): SourceBlock[] {
  const name = `表${state.tables + 1}`;
  const before = state.place;
  const rows = readTable(table, name, state);
  state.place = before;
  const [first] = rows;
  if (!first) return [];
  state.tables += 1;
  return [{ kind: 'table', place: first.place.replace(/第1行$/, ''), name: null, rows }];
}

function readParagraphBlock(elements: XmlElement[], state: DocxState, aside?: Aside): SourceBlock[] {
  if (aside) return paragraphBlock(readParagraph(elements, state), state.place, state, aside);
  const breaks = elements.map(pageBreaksOf);
  const start = state.page;
  if (state.page !== null && breaks[0]?.leads) state.page += 1;
  state.place = state.placeOf(`第${state.paragraphs + 1}段`);
  const paragraph = readParagraph(elements, state);
  const found = paragraphBlock(paragraph, state.place, state);
  if (found.length > 0) state.paragraphs += 1;
  if (start !== null) state.page = start + breaks.reduce((sum, { count }) => sum + count, 0);
  const isPageEnd =
    elements.some(endsSectionAndPage) ||
    breaks.some(({ trails }) => trails) ||
    (breaks.some(({ leads }) => leads) && found.length === 0);
  state.startsPage = isPageEnd || (state.startsPage && found.length === 0);
  return found;
}

function endsSectionAndPage(element: XmlElement): boolean {
  const section = childOf(childOf(element, 'w:pPr'), 'w:sectPr');
  return section !== undefined && settingOf(section, 'w:type') !== 'continuous';
}

function paragraphBlock(paragraph: ParagraphText, place: Place, state: DocxState, aside?: Aside): SourceBlock[] {
  const { text, hidden, struck, headingLevel } = paragraph;
  if (paragraph.isContentsEntry) {
    if (text !== '') state.notices.add('contents', place);
    return [];
  }
  if (hidden.trim() !== '') state.notices.add('hidden-text', place, hidden);
  if (text.trim() === '') return [];
  const block: SourceParagraph = { kind: 'paragraph', place, text };
  if (headingLevel && !aside) block.headingLevel = headingLevel;
  if (struck) block.struck = struck;
  if (aside) block.aside = aside;
  return [block];
}

/** Headers and footers, each text once, without those that hold the page number alone. */
function readMargins(parts: DocxParts, state: DocxState): SourceBlock[] {
  const seen = new Set<string>();
  return parts.margins.flatMap(({ kind, element }) => {
    state.place = kind === 'header' ? '页眉' : '页脚';
    return readBlocks(element, state, parts, kind).filter((block) => {
      if (block.kind === 'table') return true;
      const isNew = !seen.has(`${kind}${block.text}`) && !PAGE_NUMBER_ONLY.test(block.text);
      seen.add(`${kind}${block.text}`);
      return isNew;
    });
  });
}

function noticesAbout(blocks: SourceBlock[], state: DocxState, archive: Archive): SourceNotice[] {
  const notices: SourceNotice[] = [];
  if (state.pictures > 0 && lengthOf(blocks) < ALMOST_NO_TEXT) {
    notices.push({
      text: `文件里有 ${state.pictures} 张图片，几乎没有文字，内容可能是扫描件或截图，图中文字无法读取。请向印发单位索取电子原件，或用文字识别软件转为 Word 后再上传。`,
      place: null,
      ask: true,
    });
  }
  if (archive.names.some((name) => /vbaProject\.bin$/i.test(name))) {
    notices.push({ text: '文件带有宏，宏没有运行，只读取了文字。', place: null, ask: false });
  }
  return notices;
}

function lengthOf(blocks: SourceBlock[]): number {
  const texts = blocks.flatMap((block) =>
    block.kind === 'table' ? block.rows.flatMap((row) => row.cells.map((cell) => cell.text)) : [block.text],
  );
  return texts.join('').replace(/\s/g, '').length;
}
