import { joinRuns } from './workbook-grid';

export type TextLine = { text: string; struck?: 'all' | 'part' };

const WIDE = /[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef“”‘’…—]/;

/** Lines of text as a browser lays them out: white space collapsed, a source line end between wide characters gone, &nbsp; and full-width spaces kept. */
export class TextFlow {
  readonly lines: TextLine[] = [];
  private runs: { text: string; isStruck: boolean }[] = [];
  private last = '';
  private gap: '' | ' ' | '\n' = '';
  private head = '';
  /** Something is printed on the line, if only a line end. */
  private isOpen = false;

  /** A printed number that goes before the next text, wherever its paragraph begins. */
  number(head: string): void {
    this.boundary();
    if (this.head !== '') this.flushHead();
    this.head = head;
  }

  text(text: string, isStruck: boolean, keepsSpace: boolean): void {
    if (keepsSpace) {
      text.split('\n').forEach((line, index) => {
        if (index > 0) this.lineBreak();
        this.put(line, isStruck);
      });
      return;
    }
    for (const part of text.match(/[ \t\n\r\f]+|[^ \t\n\r\f]+/g) ?? []) {
      const isSpace = /^[ \t\n\r\f]/.test(part);
      if (!isSpace) this.put(part, isStruck);
      else if (this.gap !== ' ') this.gap = /[\n\r]/.test(part) && this.gap === '' && !/^ +$/.test(part) ? '\n' : ' ';
    }
  }

  private put(text: string, isStruck: boolean): void {
    if (text === '') return;
    if (this.head !== '') this.flushNumber(isStruck);
    const space = this.spaceBefore(text);
    this.runs.push({ text: space + text, isStruck });
    this.last = text.at(-1)!;
    this.gap = '';
    this.isOpen = true;
  }

  private spaceBefore(text: string): string {
    if (this.gap === '' || this.last === '') return '';
    return this.gap === '\n' && WIDE.test(this.last) && WIDE.test(text[0]!) ? '' : ' ';
  }

  private flushNumber(isStruck: boolean): void {
    this.runs.push({ text: this.head, isStruck });
    this.head = '';
    this.last = '';
    this.gap = '';
  }

  private flushHead(): void {
    this.flushNumber(false);
    this.isOpen = true;
    this.endLine();
  }

  /** <br>: ends the line even where it is empty. */
  lineBreak(): void {
    this.isOpen = true;
    this.endLine();
  }

  /** Begin or end of a block: a new line, but never an empty one. */
  boundary(): void {
    this.gap = '';
    if (this.isOpen) this.endLine();
  }

  private endLine(): void {
    this.lines.push(joinRuns(this.runs));
    this.runs = [];
    this.last = '';
    this.gap = '';
    this.isOpen = false;
  }

  /** What is left of the numbers and the last line. */
  finish(): void {
    this.boundary();
    if (this.head !== '') this.flushHead();
  }

  /** All lines as the text of one cell, without empty lines at either end. */
  toCell(): TextLine {
    this.finish();
    const text = this.lines
      .map((line) => line.text)
      .join('\n')
      .replace(/^\n+|\n+$/g, '');
    const printed = this.lines.filter((line) => line.text.trim() !== '');
    if (printed.every((line) => line.struck === undefined)) return { text };
    return { text, struck: printed.every((line) => line.struck === 'all') ? 'all' : 'part' };
  }
}
