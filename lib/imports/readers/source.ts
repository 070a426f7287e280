/**
 * The one form that every reader gives and everything behind the readers takes: tables of cells with spans, and paragraphs, in the order of
 * the document, each with its place. A reader keeps every printed character (quotation marks, brackets, full- and half-width forms); it
 * decides nothing about what the words mean.
 */

/** Where something stands, in the words by which a person finds it: '第3页', '表1第12行', '工作表“任务清单”第5行', '第87段', '第214行'. */
export type Place = string;

export type SourceFormat = 'docx' | 'doc' | 'xlsx' | 'xls' | 'ods' | 'csv' | 'html' | 'text' | 'pdf';

export type SourceCell = {
  /** First column of the table's grid, from 0. */
  column: number;
  columnSpan: number;
  rowSpan: number;
  /** Paragraphs and line breaks within the cell are '\n'; nothing else is changed. A covered cell of a span is not listed at all. */
  text: string;
  /** Struck through: wholly or in part. */
  struck?: 'all' | 'part';
};

export type SourceRow = {
  place: Place;
  cells: SourceCell[];
  isHidden?: boolean;
  /** The document marks this row as a header that is repeated on every page. */
  isHeader?: boolean;
  /** The first row on a new page, where the format knows it. */
  startsPage?: boolean;
};

export type SourceTable = {
  kind: 'table';
  place: Place;
  /** Name of the sheet; null where the format has none. */
  name: string | null;
  isHidden?: boolean;
  rows: SourceRow[];
  /** The columns were told apart by a weak sign (white space in a text, positions on a PDF page): cells may be cut wrongly. */
  isReconstructed?: boolean;
};

export type SourceParagraph = {
  kind: 'paragraph';
  place: Place;
  /** Without the line end; may be empty where an empty line can mean something (text files). Automatic numbers are printed at its head. */
  text: string;
  /** 1 to 6 where the format marks a heading. */
  headingLevel?: number;
  struck?: 'all' | 'part';
  /** Comes from a text box, a header or footer, a footnote: not part of the running text. */
  aside?: 'text-box' | 'header' | 'footer' | 'note';
};

export type SourceBlock = SourceTable | SourceParagraph;

/** What a person is told about the reading itself. `ask`: it is a question, because something may be wrong or missing. */
export type SourceNotice = { text: string; place: Place | null; ask: boolean };

export type SourceContent = {
  format: SourceFormat;
  blocks: SourceBlock[];
  notices: SourceNotice[];
};

/** Limits of one document; more is refused with a message naming the number. */
export const LIMITS = { bytes: 50 * 1024 * 1024, rows: 10_000, columns: 100 } as const;
