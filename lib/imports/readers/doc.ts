import { type DocFile, openDoc, type Properties, readProperties } from './doc-file';
import { createNumberer } from './doc-numbering';
import { type DocCell, type DocRow, readRowDefinition, toSourceRows } from './doc-table';
import { type PrintedNumber, withNumber } from './docx-numbering';
import type { SourceBlock, SourceContent, SourceNotice, SourceParagraph } from './source';

const FIELD_BEGIN = 0x13;
const FIELD_RESULT = 0x14;
const FIELD_END = 0x15;
const CELL_MARK = 0x07;
const PARAGRAPH_MARKS = new Set([0x0d, 0x0c, CELL_MARK]);

const NO_LIST: Uint8Array = new Uint8Array(0);

type Found = {
  deleted: number;
  inserted: number;
  hidden: number;
  pictures: number;
  symbols: number;
  unsureNumbers: string[];
  hasBrokenLists: boolean;
  nested: number;
  strayCells: number;
  unsureTables: string[];
};
type Look = { isDeleted: boolean; isInserted: boolean; isHidden: boolean; isStruck: boolean; isSymbol: boolean };
type Paragraph = { text: string; inked: number; struck: number; end: number; properties: Properties };
type ParagraphFacts = {
  depth: number;
  isRowEnd: boolean;
  isInnerCell: boolean;
  isInnerRowEnd: boolean;
};

function readLook({ list }: Properties): Look {
  const look: Look = { isDeleted: false, isInserted: false, isHidden: false, isStruck: false, isSymbol: false };
  for (const { code, operand } of readProperties(list)) {
    const isOn = operand[0] === 1;
    if (code === 0x0800) look.isDeleted = isOn;
    else if (code === 0x0801) look.isInserted = isOn;
    else if (code === 0x083c) look.isHidden = isOn;
    else if (code === 0x0837 || code === 0x2a53) look.isStruck ||= isOn;
    else if (code === 0x6a09) look.isSymbol = true;
  }
  return look;
}

function readFacts({ list }: Properties): ParagraphFacts {
  let isInTable = false;
  let depth = 0;
  const facts = { isRowEnd: false, isInnerCell: false, isInnerRowEnd: false };
  for (const { code, operand } of readProperties(list)) {
    if (code === 0x2416) isInTable = operand[0] === 1;
    else if (code === 0x2417) facts.isRowEnd = operand[0] === 1;
    else if (code === 0x6649) depth = operand[0] ?? 0;
    else if (code === 0x244b) facts.isInnerCell = operand[0] === 1;
    else if (code === 0x244c) facts.isInnerRowEnd = operand[0] === 1;
  }
  return { ...facts, depth: Math.max(depth, isInTable ? 1 : 0) };
}

/** What a character prints; the file has codes for marks that are no characters. */
function printed(code: number): string {
  if (code === 0x0b || code === 0x0e) return '\n';
  if (code === 0x1e) return '-';
  if (code === 0x09 || code >= 0x20) return String.fromCharCode(code);
  return '';
}

/** The paragraphs of a stretch of the text, without deleted and hidden characters and the codes of fields. */
function* readParagraphs(file: DocFile, from: number, to: number, found: Found): Generator<Paragraph> {
  const fields: boolean[] = [];
  let paragraph = { text: '', inked: 0, struck: 0 };
  let known = { list: NO_LIST, look: readLook({ style: 0, list: NO_LIST }) };
  for (let index = from; index < to; index += 1) {
    const character = file.characters[index];
    if (!character) return;
    const { code, at } = character;
    if (code === FIELD_BEGIN) fields.push(false);
    else if (code === FIELD_RESULT) fields[fields.length - 1] = true;
    else if (code === FIELD_END) fields.pop();
    else if (PARAGRAPH_MARKS.has(code)) {
      yield { ...paragraph, end: code, properties: file.paragraphAt(at) };
      paragraph = { text: '', inked: 0, struck: 0 };
    } else if (!fields.includes(false)) {
      const properties = file.charactersAt(at);
      if (known.list !== properties.list) known = { list: properties.list, look: readLook(properties) };
      addCharacter(paragraph, code, known.look, found);
    }
  }
  if (paragraph.text) yield { ...paragraph, end: 0x0d, properties: { style: 0, list: NO_LIST } };
}

function addCharacter(
  paragraph: { text: string; inked: number; struck: number },
  code: number,
  look: Look,
  found: Found,
) {
  if (look.isDeleted) found.deleted += 1;
  else if (look.isHidden) found.hidden += 1;
  else {
    if (look.isInserted) found.inserted += 1;
    if (code === 0x01 || code === 0x08) found.pictures += 1;
    if (look.isSymbol) found.symbols += 1;
    const text = look.isSymbol ? '\uFFFD' : printed(code);
    paragraph.text += text;
    if (!text.trim()) return;
    paragraph.inked += 1;
    if (look.isStruck) paragraph.struck += 1;
  }
}

function struckOf(paragraphs: { inked: number; struck: number }[]): { struck?: 'all' | 'part' } {
  const inked = paragraphs.reduce((sum, { inked }) => sum + inked, 0);
  const struck = paragraphs.reduce((sum, { struck }) => sum + struck, 0);
  if (struck === 0) return {};
  return { struck: struck === inked ? 'all' : 'part' };
}

function toCell(paragraphs: Paragraph[]): DocCell {
  return {
    text: paragraphs
      .map(({ text }) => text)
      .join('\n')
      .trim(),
    ...struckOf(paragraphs),
  };
}

/** Collects paragraphs into blocks: a cell ends at its mark, a row at a mark that carries the row's definition. */
class BlockBuilder {
  readonly blocks: SourceBlock[] = [];
  private cell: Paragraph[] = [];
  private cells: DocCell[] = [];
  private rows: DocRow[] = [];
  private paragraphs = 0;
  private tables = 0;

  constructor(
    private readonly found: Found,
    private readonly numberOf: (properties: Properties) => PrintedNumber | null,
  ) {}

  add(printed: Paragraph) {
    const facts = readFacts(printed.properties);
    const paragraph = facts.isRowEnd || facts.isInnerRowEnd ? printed : this.numbered(printed);
    if (facts.depth === 0) {
      if (paragraph.end === CELL_MARK) this.found.strayCells += 1;
      this.finishTable();
      this.addParagraph(paragraph);
      return;
    }
    if (facts.isInnerRowEnd) return;
    if (facts.isInnerCell) this.found.nested += 1;
    if (paragraph.end === CELL_MARK && facts.isRowEnd && facts.depth === 1) this.finishRow(paragraph);
    else {
      this.cell.push(paragraph);
      if (paragraph.end === CELL_MARK && facts.depth === 1) this.finishCell();
    }
  }

  private numbered(paragraph: Paragraph): Paragraph {
    const number = this.numberOf(paragraph.properties);
    if (!number) return paragraph;
    if (!number.isSure) this.found.unsureNumbers.push(number.text);
    return { ...paragraph, text: withNumber(number, paragraph.text) };
  }

  finish(): SourceBlock[] {
    this.finishTable();
    return this.blocks;
  }

  private addParagraph(paragraph: Paragraph) {
    this.paragraphs += 1;
    const { style } = paragraph.properties;
    if (!paragraph.text.trim()) return;
    this.blocks.push({
      kind: 'paragraph',
      place: `第${this.paragraphs}段`,
      text: paragraph.text,
      ...(style >= 1 && style <= 6 && { headingLevel: style }),
      ...struckOf([paragraph]),
    });
  }

  private finishCell() {
    this.cells.push(toCell(this.cell));
    this.cell = [];
  }

  private finishRow(end: Paragraph) {
    if (this.cell.length > 0) this.finishCell();
    this.rows.push({
      place: `表${this.tables + 1}第${this.rows.length + 1}行`,
      cells: this.cells,
      definition: readRowDefinition(end.properties.list),
    });
    this.cells = [];
  }

  private finishTable() {
    if (this.cell.length > 0) this.finishCell();
    if (this.cells.length > 0) {
      this.rows.push({
        place: `表${this.tables + 1}第${this.rows.length + 1}行`,
        cells: this.cells,
        definition: { edges: [], cells: [], isHeader: false },
      });
    }
    this.cells = [];
    if (this.rows.length === 0) return;
    this.tables += 1;
    const { rows, isSure } = toSourceRows(this.rows);
    const place = `表${this.tables}`;
    if (!isSure) this.found.unsureTables.push(place);
    this.blocks.push({ kind: 'table', place, name: null, rows, ...(!isSure && { isReconstructed: true }) });
    this.rows = [];
  }
}

function readAsides(file: DocFile, found: Found): { asides: SourceParagraph[]; comments: string[] } {
  const { lengths } = file;
  let from = lengths.body;
  const take = (length: number, name: string, aside: SourceParagraph['aside']): SourceParagraph[] => {
    const paragraphs = [...readParagraphs(file, from, from + length, found)];
    from += length;
    const texts = [...new Set(paragraphs.map(({ text }) => text.trim()).filter(Boolean))];
    return texts.map((text, index) => ({
      kind: 'paragraph',
      place: `${name}${index + 1}`,
      text,
      ...(aside && { aside }),
    }));
  };
  const footnotes = take(lengths.footnotes, '脚注', 'note');
  const headers = take(lengths.headers, '页眉页脚', 'header');
  const comments = take(lengths.comments, '批注', 'note').map(({ text }) => text);
  const endnotes = take(lengths.endnotes, '尾注', 'note');
  const textBoxes = take(lengths.textBoxes, '文本框', 'text-box');
  return { asides: [...footnotes, ...endnotes, ...textBoxes, ...headers], comments };
}

function toNotices(file: DocFile, found: Found, comments: string[]): SourceNotice[] {
  const notices: SourceNotice[] = [];
  const tell = (isTrue: boolean, text: string, ask: boolean, place: string | null = null) => {
    if (isTrue) notices.push({ text, place, ask });
  };
  tell(
    found.deleted + found.inserted > 0,
    `文档有修订痕迹，按接受全部修订后的文字读入（删去 ${found.deleted} 字，插入 ${found.inserted} 字）。`,
    true,
  );
  tell(found.hidden > 0, `文档有 ${found.hidden} 个隐藏文字，没有读入。请核对是否需要。`, true);
  tell(found.hasBrokenLists, '文档的自动编号定义读不出，编号没有读入。请另存为 .docx 再导入，或对照原件补录。', true);
  tell(
    found.unsureNumbers.length > 0,
    `文档有 ${found.unsureNumbers.length} 处自动编号不能确定，暂按 ${found.unsureNumbers.slice(0, 5).join('、')} 读入，请对照原件核对。`,
    true,
  );
  tell(found.symbols > 0, `文档有 ${found.symbols} 个特殊符号无法读出，以“\uFFFD”代替。请对照原件。`, true);
  tell(found.nested > 0, '文档有表格套表格，内层表格的文字并入外层单元格。请对照原件。', true);
  tell(
    found.strayCells > 0,
    `文档有 ${found.strayCells} 个单元格找不到所属的表格，按段落读入。请另存为 .docx 再导入，或对照原件。`,
    true,
  );
  tell(
    file.isFastSaved,
    '文档曾用“快速保存”，少数格式（合并单元格、删除线）可能读不准。请另存为 .docx 再导入，或对照原件。',
    true,
  );
  for (const place of found.unsureTables)
    tell(true, `${place}的列位置没有写全，单元格按先后排列，合并的单元格无法辨认。请对照原件。`, true, place);
  tell(
    comments.length > 0,
    `文档有 ${comments.length} 条批注，没有读入正文：${comments.join('；').slice(0, 100)}`,
    false,
  );
  tell(found.pictures > 0, `文档有 ${found.pictures} 处图片或图形，其中的文字没有读入。`, false);
  return notices;
}

/** A Word 97–2003 file with its tables, spans told by the file itself. Refuses ('unreadable') a broken one. */
export async function readDoc(bytes: Uint8Array): Promise<SourceContent> {
  const file = openDoc(bytes);
  const found: Found = {
    deleted: 0,
    inserted: 0,
    hidden: 0,
    pictures: 0,
    symbols: 0,
    unsureNumbers: [],
    hasBrokenLists: false,
    nested: 0,
    strayCells: 0,
    unsureTables: [],
  };
  const numberer = createNumberer(file);
  found.hasBrokenLists = numberer.isBroken;
  const builder = new BlockBuilder(found, numberer.next);
  for (const paragraph of readParagraphs(file, 0, file.lengths.body, found)) builder.add(paragraph);
  const { asides, comments } = readAsides(file, found);
  return {
    format: 'doc',
    blocks: [...builder.finish(), ...asides],
    notices: toNotices(file, found, comments),
  };
}
