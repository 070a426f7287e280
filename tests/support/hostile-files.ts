import XLSX, { CFB } from '@e965/xlsx';
import { strToU8, type Zippable, zipSync } from 'fflate';
import { cell, makeDocx, paragraph, row, table } from './make-docx';

/** Files as bad as they come, made in memory: around a small list that by itself is read without a question. */

export const TITLE = '鄂州市优化营商环境2022年重点任务清单';
export const HEADER = ['序号', '重点任务', '牵头单位', '责任单位', '完成时限'];
export const ROWS = [
  ['1', '推进企业开办一日办结，压缩审批环节。', '市市场监管局', '市税务局、市公安局', '2022年5月底'],
  ['2', '实行工程建设项目并联审批。', '市住建局', '市自然资源和规划局', '2022年12月底'],
  ['3', '落实获得电力一次办结服务。', '市发改委', '市经信局、市住建局', '2022年9月底'],
];

const text = (words: string) => new TextEncoder().encode(words);
const escaped = (words: string) => words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
const lines = (words: string, open: string, close: string) =>
  words
    .split('\n')
    .map((line) => `${open}${line}${close}`)
    .join('');

/** A Word file of the title and one table; `around` is XML before and behind the table. */
export function docxOf(rows: string[][], around: { before?: string; behind?: string } = {}): Uint8Array {
  const cells = (texts: string[]) => row(texts.map((words) => cell(wordParagraphs(words))));
  return makeDocx({
    body: `${paragraph(TITLE)}${around.before ?? ''}${table(...rows.map(cells))}${around.behind ?? ''}`,
  });
}

/** Paragraphs of one cell, one for each line. */
export function wordParagraphs(words: string): string {
  return lines(escaped(words), '<w:p><w:r><w:t xml:space="preserve">', '</w:t></w:r></w:p>');
}

const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const HEAD = '<?xml version="1.0" encoding="UTF-8"?>';

/** `rows` as XML of the sheet where it is text; `sheets` carry their state; `parts` replace or add parts of the file. */
export type XlsxSource = {
  sheets: { name: string; rows: string[][] | string; state?: 'hidden'; behind?: string }[];
  parts?: Record<string, string>;
};

export function makeXlsx({ sheets, parts = {} }: XlsxSource): Uint8Array {
  const files: Record<string, string> = {
    '_rels/.rels': `<Relationships><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `<workbook><sheets>${sheets
      .map(
        ({ name, state }, n) =>
          `<sheet name="${name}" sheetId="${n + 1}"${state ? ` state="${state}"` : ''} r:id="rId${n + 1}"/>`,
      )
      .join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships>${sheets
      .map(
        (_, n) => `<Relationship Id="rId${n + 1}" Type="${OFFICE}/worksheet" Target="worksheets/sheet${n + 1}.xml"/>`,
      )
      .join('')}<Relationship Id="s" Type="${OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>`,
  };
  for (const [n, { rows, behind = '' }] of sheets.entries())
    files[`xl/worksheets/sheet${n + 1}.xml`] =
      `<worksheet><sheetData>${typeof rows === 'string' ? rows : sheetRows(rows)}</sheetData>${behind}</worksheet>`;
  const withHead = Object.entries({ ...files, ...parts }).map(([name, xml]) => [
    name,
    strToU8(xml.startsWith('<?xml') ? xml : `${HEAD}${xml}`),
  ]);
  return zipSync(Object.fromEntries(withHead) as Zippable);
}

/** Rows of a sheet, counted from `first`, each with its attributes. */
export function sheetRows(rows: string[][], attributes: (index: number) => string = () => '', first = 1): string {
  return rows
    .map(
      (texts, index) =>
        `<row r="${first + index}"${attributes(index)}>${texts
          .map((words) => `<c t="inlineStr"><is><t xml:space="preserve">${escaped(words)}</t></is></c>`)
          .join('')}</row>`,
    )
    .join('');
}

export const xlsxOf = (rows: string[][]): Uint8Array =>
  makeXlsx({ sheets: [{ name: '任务清单', rows: [[TITLE], ...rows] }] });

export function htmlOf(rows: string[][]): Uint8Array {
  const body = rows.map(
    (texts) => `<tr>${texts.map((words) => `<td>${escaped(words).replaceAll('\n', '<br>')}</td>`).join('')}</tr>`,
  );
  return text(`<!doctype html><meta charset="utf-8"><h1>${TITLE}</h1><table>${body.join('')}</table>`);
}

export const textOf = (rows: string[][]): Uint8Array =>
  text(`${TITLE}\n\n${rows.map((texts) => texts.join('\t')).join('\n')}\n`);

export function csvOf(rows: string[][]): Uint8Array {
  const quoted = (words: string) => (/[",\n]/.test(words) ? `"${words.replaceAll('"', '""')}"` : words);
  return text(`${TITLE}\n${rows.map((texts) => texts.map(quoted).join(',')).join('\n')}\n`);
}

/** A list in running text, its words in brackets behind each paragraph. */
export const proseOf = (rows: string[][]): Uint8Array =>
  text(
    `${TITLE}\n\n${rows.map(([seq, task, lead, responsible, deadline]) => `${seq}. ${task}（牵头单位：${lead}；责任单位：${responsible}；完成时限：${deadline}）`).join('\n')}\n`,
  );

export function xlsOf(rows: string[][]): Uint8Array {
  const book = XLSX.utils.book_new(XLSX.utils.aoa_to_sheet([[TITLE], ...rows]), '任务清单');
  return new Uint8Array(XLSX.write(book, { type: 'array', bookType: 'biff8' }));
}

/** `count` rows like the three, every text its own. */
export function manyRows(count: number): string[][] {
  return Array.from({ length: count }, (_, index) => {
    const [, task, ...rest] = ROWS[index % ROWS.length]!;
    return [String(index + 1), `${task}第${index + 1}项，按季度评估。`, ...rest];
  });
}

/** An OLE compound file: what Word and Excel wrote before 2007, and what a password makes of a file today. */
export function compoundOf(streams: Record<string, Uint8Array>): Uint8Array {
  const container = CFB.utils.cfb_new();
  for (const [name, bytes] of Object.entries(streams)) CFB.utils.cfb_add(container, `/${name}`, bytes);
  return new Uint8Array(CFB.write(container, { type: 'array' }) as ArrayLike<number>);
}

/** The same compound file with one stream more, or with one changed. */
export function withStream(bytes: Uint8Array, name: string, change: (content: Uint8Array | null) => Uint8Array) {
  const container = CFB.read(bytes, { type: 'array' });
  const entry = CFB.find(container, `/${name}`) as { content?: ArrayLike<number> } | null;
  CFB.utils.cfb_add(container, `/${name}`, change(entry?.content ? Uint8Array.from(entry.content) : null));
  return new Uint8Array(CFB.write(container, { type: 'array' }) as ArrayLike<number>);
}

/** Parts of a zip file by name. */
export const zipOf = (parts: Record<string, string | Uint8Array>, level: 0 | 9 = 9): Uint8Array =>
  zipSync(
    Object.fromEntries(
      Object.entries(parts).map(([name, content]) => [name, typeof content === 'string' ? strToU8(content) : content]),
    ),
    { level },
  );

/** The directory of a zip file promises `size` bytes for every part. */
export function promising(bytes: Uint8Array, size: number): Uint8Array {
  const forged = bytes.slice();
  const view = new DataView(forged.buffer);
  for (let at = view.getUint32(forged.length - 6, true); view.getUint32(at, true) === 0x02014b50; ) {
    view.setUint32(at + 24, size, true);
    at += 46 + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return forged;
}

/** First bytes of a Windows program. */
export const PROGRAM = Uint8Array.from([
  0x4d,
  0x5a,
  0x90,
  0,
  3,
  0,
  0,
  0,
  ...text('This program cannot be run in DOS mode.'),
]);

export const RUBBISH = Uint8Array.from({ length: 20_000 }, (_, index) => (index * 7919 + (index >> 3) * 31) % 251);

/** As long as a cell may be. */
const filled = (words: string) => words.repeat(Math.floor(49_000 / words.length));

/** What a careless pattern takes for ever over: each is put in every cell, in the header and in running text. */
export const KILLERS: Record<string, string> = {
  左括号: filled('（'),
  右括号: filled('）'),
  空括号: filled('（）'),
  顿号: filled('、'),
  逗号: filled('，'),
  数字: filled('1'),
  空格: `市${filled(' ')}局`,
  全角空格: `市${filled('\u3000')}局`,
  换行: `市${filled('\n')}局`,
  一字: filled('市'),
  单位相连: filled('市住建局市税务局'),
  单位名单: filled('市住建局、'),
  标签: filled('责任单位：'),
  年份: filled('2022年'),
  月底前: filled('5月底前'),
  其中: filled('全年（其中'),
  编号: filled('1.'),
  括号编号: filled('（一）'),
  零宽: `市${filled('\u200b')}局`,
  私用区: filled('\ue000'),
  引号: filled('“'),
  连字符: filled('-'),
  点: filled('.'),
  第: filled('第'),
};
