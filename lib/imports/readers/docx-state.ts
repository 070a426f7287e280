import { AppError } from '@/lib/server/errors';
import { Notices } from './docx-notices';
import type { Numbering } from './docx-numbering';
import type { Styles } from './docx-styles';
import { LIMITS, type Place } from './source';
import type { XmlElement } from './xml';

/** A field of Word: what stands before its separator is an instruction, what stands after it is shown. */
export type Field = { isShown: boolean; instruction: string; held: Piece[] };

/** A stretch of text in one dress. */
export type Piece = { text: string; isStruck: boolean; isHidden: boolean };

export type NoteReference = { kind: 'footnote' | 'endnote'; id: string; place: Place };

/** What is carried along while a document is read from its beginning to its end. */
export class DocxState {
  readonly notices = new Notices();
  readonly fields: Field[] = [];
  /** Text boxes and notes met within the block being read; they follow it. */
  textBoxes: { element: XmlElement; place: Place }[] = [];
  noteReferences: NoteReference[] = [];
  readonly notesRead = new Set<XmlElement>();
  place: Place = '';
  tables = 0;
  paragraphs = 0;
  pictures = 0;
  /** null where the file does not say where its pages end. */
  page: number | null;
  startsPage = false;
  private rows = 0;

  constructor(
    readonly styles: Styles,
    readonly numbering: Numbering,
    hasPages: boolean,
  ) {
    this.page = hasPages ? 1 : null;
  }

  placeOf(words: string): Place {
    return this.page === null ? words : `第${this.page}页${words}`;
  }

  /** The last of the rows that a document may have is in `table`. */
  countRow(table: string): void {
    this.rows += 1;
    if (this.rows > LIMITS.rows) {
      throw new AppError(
        'unreadable',
        `到${table}已超过 ${LIMITS.rows.toLocaleString('en')} 行，没有读入。请删去与清单无关的表格，或拆成几个文件分别上传。`,
      );
    }
  }
}
