import type { Place, SourceNotice } from './source';

export type NoticeKind =
  | 'inserted'
  | 'deleted'
  | 'comment'
  | 'hidden-text'
  | 'nested-table'
  | 'text-box-in-table'
  | 'text-in-merged-cell'
  | 'loose-merged-cell'
  | 'number-in-merged-cell'
  | 'unsure-number'
  | 'empty-field'
  | 'picture-in-cell'
  | 'picture'
  | 'embedded'
  | 'ruby'
  | 'contents';

type Mark = { place: Place; words?: string };
type Told = { count: number; places: string; words: string };

const SHOWN = 5;

const WORDS: Record<Exclude<NoticeKind, 'inserted' | 'deleted'>, { ask: boolean; text: (told: Told) => string }> = {
  comment: { ask: false, text: ({ count, places }) => `文件带有 ${count} 条批注（${places}），批注没有读入。` },
  'hidden-text': {
    ask: true,
    text: ({ count, places, words }) =>
      `有 ${count} 处隐藏文字没有读入（${places}）：${words}。如应计入，请在 Word 中取消隐藏后重新上传。`,
  },
  'nested-table': {
    ask: true,
    text: ({ count, places }) => `有 ${count} 处单元格里套着表格（${places}），内层文字已逐行读入该单元格，请核对。`,
  },
  'text-box-in-table': {
    ask: true,
    text: ({ count, places }) =>
      `有 ${count} 处单元格里放着文本框（${places}），框中文字列在表格之后，请核对应归哪一格。`,
  },
  'text-in-merged-cell': {
    ask: true,
    text: ({ count, places }) =>
      `有 ${count} 处纵向合并的单元格下半部分另有文字（${places}），已接在合并单元格的文字之后，请核对。`,
  },
  'loose-merged-cell': {
    ask: true,
    text: ({ count, places }) =>
      `有 ${count} 处单元格标为与上方合并，但上方没有对应的单元格（${places}），已按单独的单元格读入，请核对。`,
  },
  'number-in-merged-cell': {
    ask: true,
    text: ({ count, places }) =>
      `有 ${count} 处纵向合并的单元格下半部分带有自动编号（${places}），按不计数读入，其后的编号请对照原件核对。`,
  },
  'unsure-number': {
    ask: true,
    text: ({ count, places, words }) =>
      `有 ${count} 处自动编号不能确定（${places}），暂按 ${words} 读入，请对照原件核对。`,
  },
  'empty-field': {
    ask: true,
    text: ({ count, places, words }) =>
      `有 ${count} 处域的显示内容没有存入文件（${places}）：${words}。请在 Word 中按 Ctrl+Shift+F9 转为文字后重新上传。`,
  },
  'picture-in-cell': {
    ask: true,
    text: ({ count, places }) => `有 ${count} 个单元格里只有图片（${places}），图中文字无法读取，请对照原件补录。`,
  },
  picture: { ask: false, text: ({ count }) => `文件里有 ${count} 张图片，图片没有读入。` },
  embedded: {
    ask: true,
    text: ({ count, places }) =>
      `有 ${count} 处嵌入的对象或文件（如 Excel 表格、图表）没有读入（${places}）。请在 Word 中双击打开、另存后单独导入，或转为 Word 表格后重新上传。`,
  },
  ruby: { ask: false, text: ({ count, places, words }) => `有 ${count} 处拼音或注音没有读入（${places}）：${words}。` },
  contents: { ask: false, text: ({ count }) => `目录（${count} 行）没有读入。` },
};

/** Gathers what a person must be told, one notice for each kind with its first places. */
export class Notices {
  private readonly marks = new Map<NoticeKind, Mark[]>();

  add(kind: NoticeKind, place: Place, words?: string): void {
    const marks = this.marks.get(kind);
    if (marks) marks.push({ place, words });
    else this.marks.set(kind, [{ place, words }]);
  }

  count(kind: NoticeKind): number {
    return this.marks.get(kind)?.length ?? 0;
  }

  list(): SourceNotice[] {
    const notices: SourceNotice[] = this.revisions();
    for (const [kind, { ask, text }] of Object.entries(WORDS)) {
      const marks = this.marks.get(kind as NoticeKind);
      if (marks) notices.push({ text: text(tell(marks)), place: marks[0]!.place, ask });
    }
    return notices;
  }

  private revisions(): SourceNotice[] {
    const inserted = this.count('inserted');
    const deleted = this.count('deleted');
    if (inserted + deleted === 0) return [];
    const marks = [...(this.marks.get('inserted') ?? []), ...(this.marks.get('deleted') ?? [])];
    const counts = [inserted ? `插入 ${inserted} 处` : '', deleted ? `删除 ${deleted} 处` : '']
      .filter(Boolean)
      .join('、');
    const text = `文件带有修订痕迹（${counts}：${tell(marks).places}），已按接受全部修订后的文字读取。`;
    return [{ text, place: marks[0]!.place, ask: false }];
  }
}

function tell(marks: Mark[]): Told {
  const places = new Set(marks.map((mark) => mark.place));
  const words = [...new Set(marks.flatMap((mark) => (mark.words ? [`“${shorten(mark.words)}”`] : [])))];
  return { count: marks.length, places: firstOf([...places]), words: firstOf(words) };
}

function firstOf(words: string[]): string {
  return words.slice(0, SHOWN).join('、') + (words.length > SHOWN ? '等' : '');
}

function shorten(words: string): string {
  return words.length > 30 ? `${words.slice(0, 30)}……` : words;
}
