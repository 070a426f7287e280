import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { AppError } from '@/lib/server/errors';
import { readHtml } from './html';
import type { SourceContent, SourceTable } from './source';

const tablesOf = (content: SourceContent) =>
  content.blocks.filter((block): block is SourceTable => block.kind === 'table');
const rowsOf = (html: string, index = 0) =>
  tablesOf(readHtml(html))[index]!.rows.map((row) => row.cells.map((cell) => cell.text));
const paragraphsOf = (html: string) =>
  readHtml(html).blocks.flatMap((block) => (block.kind === 'paragraph' ? [block.text] : []));
const cellOf = (inner: string) => tablesOf(readHtml(`<table><tr><td>序号<td>${inner}</table>`))[0]!.rows[0]!.cells[1]!;
const asked = (html: string) =>
  readHtml(html)
    .notices.filter((notice) => notice.ask)
    .map((notice) => notice.text);
const told = (html: string) => readHtml(html).notices.map((notice) => notice.text);

describe('readHtml on a real list', () => {
  const content = readHtml(readFileSync('seeds/office/huarong-2023.html', 'utf8'));
  const [table] = tablesOf(content);

  it('gives title, rows and spans', () => {
    expect(content.notices).toEqual([]);
    expect(content.blocks[0]).toMatchObject({ kind: 'paragraph', headingLevel: 1, place: '第1段' });
    expect(table!.rows).toHaveLength(136);
    expect(table!.rows[1]!.cells[0]).toEqual({
      column: 0,
      columnSpan: 1,
      rowSpan: 9,
      text: '(一)提升企业开办便利化水平',
    });
    expect(table!.rows[2]!.cells.map((cell) => cell.column)).toEqual([2, 3]);
    expect(table!.rows[11]!.place).toBe('表1第12行');
  });

  it('agrees with the exact reading, quotation marks included', () => {
    const bare = (text: string) => text.replace(/\s/g, '');
    const { tasks } = JSON.parse(readFileSync('seeds/lists/huarong-2023.json', 'utf8'));
    const read = table!.rows.slice(1).map((row) => bare(row.cells.find((cell) => cell.column === 3)!.text));
    expect(read).toEqual(tasks.map((task: { text: string }) => bare(task.text)));
  });
});

describe('readHtml on text', () => {
  it('gives headings and paragraphs in order, each with its place', () => {
    expect(
      readHtml('<title>页名</title><h2>标题</h2><div>甲<p>乙</p>丙</div><table><tr><td>丁</table>戊').blocks,
    ).toMatchObject([
      { text: '标题', headingLevel: 2, place: '第1段' },
      { text: '甲', place: '第2段' },
      { text: '乙' },
      { text: '丙' },
      { kind: 'table', place: '表1' },
      { text: '戊', place: '第5段' },
    ]);
  });

  it('collapses white space as a browser does, keeping &nbsp; and full-width spaces', () => {
    expect(paragraphsOf('<p>  推行 <b> UKey</b>\n 办理，\n  实行&nbsp;&nbsp;一网\u3000通办  </p>')).toEqual([
      '推行 UKey 办理，实行\u00a0\u00a0一网\u3000通办',
    ]);
  });

  it('breaks at <br> and keeps the lines of <pre>', () => {
    expect(paragraphsOf('<p>一<br>二<br></p><pre>\n三\t四\n  五</pre>')).toEqual(['一', '二', '三\t四', '  五']);
  });

  it('decodes entities and keeps every quotation mark', () => {
    expect(paragraphsOf('<p>&ldquo;一网通办&rdquo;&mdash;&mdash;《办法》&#12310;&lt;1050&gt;&amp;"\'')).toEqual([
      '“一网通办”——《办法》〖<1050>&"\'',
    ]);
  });

  it('drops what is not shown, telling hidden Chinese words', () => {
    const html =
      '<script>var 甲=1</script><style>.x{display:none}</style><noscript>乙</noscript><template>丙</template>' +
      '<p hidden>丁</p><p style="DISPLAY: none">menu</p><p class=x>戊</p><span style="visibility:hidden">己</span><p>庚</p>';
    expect(paragraphsOf(html)).toEqual(['庚']);
    expect(told(html)).toEqual(['丁', '戊', '己'].map((word) => expect.stringContaining(`“${word}”`)));
  });

  it('shows what is hidden in print only', () => {
    const css = '@page a{size:1px} @media print { .x{color:red} .y{display:none} } .z{display:none}';
    expect(paragraphsOf(`<style>${css}</style><p class=y>甲</p><p class=z>乙</p>`)).toEqual(['甲']);
  });

  it('tells images and frames, and asks where there is nothing else', () => {
    expect(asked('<p>甲</p><img><table><tr><td>乙</table><iframe src=x></iframe>')).toEqual([]);
    expect(told('<p>甲</p><img><iframe src=x></iframe>')).toHaveLength(2);
    expect(asked('<img src=scan.png>')).toEqual([expect.stringContaining('1 张图片')]);
    expect(asked('<table><tr><td>甲<td><img></table>')).toEqual([expect.stringContaining('只有图片')]);
  });
});

describe('readHtml on lists', () => {
  it('prints the numbers of an ordered list and no marks of another', () => {
    expect(
      paragraphsOf('<ol start=3><li>甲<li value=7>乙<li><p>丙</p><ol type=a><li>丁</ol></ol><ul><li>戊</ul>'),
    ).toEqual(['3.甲', '7.乙', '8.丙', 'a.丁', '戊']);
  });

  it.each([
    ['type=I', 'IV.'],
    ['type=A', 'D.'],
    ['type=i', 'iv.'],
    ['style="list-style-type:cjk-ideographic"', '四、'],
    ['style="list-style:none"', ''],
    ['reversed', '1.'],
  ])('numbers by %s', (attribute, number) => {
    expect(paragraphsOf(`<ol ${attribute}><li>甲<li>乙<li>丙<li>丁</ol>`)[3]).toBe(`${number}丁`);
  });

  it('keeps the numbers that Word prints', () => {
    const html =
      "<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><![if !supportLists]><span lang=EN-US><span style='mso-list:Ignore'>（1）<span style='font:7.0pt \"Times New Roman\"'>&nbsp;&nbsp;&nbsp; </span></span></span><![endif]>推行“一业一证”<o:p></o:p></p><!--[if gte mso 9]><xml>甲</xml><![endif]-->";
    expect(paragraphsOf(html)).toEqual(['（1）推行“一业一证”']);
  });
});

describe('readHtml on cells', () => {
  it('joins paragraphs and line breaks with \\n', () => {
    expect(cellOf('<p>甲<o:p></o:p></p>\n<p>乙<br>丙</p><div>丁</div><br>').text).toBe('甲\n乙\n丙\n丁');
  });

  it.each([
    ['<s>甲</s>', 'all'],
    ['<strike>甲</strike> <del>乙</del>', 'all'],
    ['甲<span style="text-decoration: underline line-through">乙</span>', 'part'],
    ['<p><s>甲</s></p><p>乙</p>', 'part'],
    ['<u>甲</u>', undefined],
  ])('marks %s as struck: %s', (inner, struck) => expect(cellOf(inner).struck).toBe(struck));

  it('knows strikes by the classes of Excel, for cells and for parts of them', () => {
    const html =
      "<style>\n<!--table {mso-displayed-decimal-separator:'.'}\n.font5\n{color:red;text-decoration:line-through;}\ntd.xl65, .xl66 {text-decoration:line-through; mso-number-format:'\\@';}\n--></style><table><tr><td class=xl65>甲<td>乙<font class=font5>丙</font><td class=xl67 x:num='44712'>2022年5月</table>";
    expect(tablesOf(readHtml(html))[0]!.rows[0]!.cells.map((cell) => [cell.text, cell.struck])).toEqual([
      ['甲', 'all'],
      ['乙丙', 'part'],
      ['2022年5月', undefined],
    ]);
  });

  it('takes tracked changes as accepted and says so', () => {
    const html =
      '<table><tr><td>2022年<span class=msoDel><del cite="mailto:x" datetime="2022-05-01T10:00">5月</del></span><span class=msoIns><ins cite="mailto:x" datetime="2022-05-01T10:00">6月</ins></span></table>';
    expect(rowsOf(html)).toEqual([['2022年6月']]);
    expect(told(html)).toEqual([expect.stringContaining('修订')]);
  });

  it('turns the tabs of Word into tabs', () => {
    expect(cellOf("甲<span style='mso-tab-count:1'>      </span>乙").text).toBe('甲\t乙');
  });

  it('asks about hidden words in a cell', () => {
    expect(asked('<table><tr><td>甲<span style="display:none">乙</span></table>')).toEqual([
      expect.stringContaining('“乙”'),
    ]);
  });
});

describe('readHtml on tables', () => {
  const shape = (html: string) =>
    tablesOf(readHtml(html))[0]!.rows.map((row) =>
      row.cells.map((cell) => `${cell.text}@${cell.column}:${cell.columnSpan}x${cell.rowSpan}`).join(' '),
    );

  it('places cells beside and beneath spans', () => {
    expect(shape('<table><tr><td rowspan=2>甲<td colspan=2>乙<tr><td>丙<td>丁<tr><td>戊<td>己<td>庚</table>')).toEqual([
      '甲@0:1x2 乙@1:2x1',
      '丙@1:1x1 丁@2:1x1',
      '戊@0:1x1 己@1:1x1 庚@2:1x1',
    ]);
  });

  it('bounds spans that are 0, negative or too large', () => {
    expect(
      shape('<table><tr><td colspan=99999>题<tr><td rowspan=0>甲<td rowspan=-3 colspan=0>乙<tr><td>丙</table>'),
    ).toEqual(['题@0:2x1', '甲@0:1x2 乙@1:1x1', '丙@1:1x1']);
    expect(shape('<table><tbody><tr><td rowspan=9>甲<td>乙<tbody><tr><td>丙<td>丁</table>')).toEqual([
      '甲@0:1x1 乙@1:1x1',
      '丙@0:1x1 丁@1:1x1',
    ]);
  });

  it('asks where spans overlap', () => {
    const html = '<table><tr><td>甲<td rowspan=2>乙<tr><td colspan=2>丙</table>';
    expect(shape(html)).toEqual(['甲@0:1x1 乙@1:1x2', '丙@0:1x1']);
    expect(asked(html)).toEqual([expect.stringContaining('重叠')]);
  });

  it('keeps adjacent tables apart and marks repeated headers and hidden rows', () => {
    const content = readHtml(
      '<table><thead><tr><th>序号<tbody><tr><td>1<tr style="display:none"><td>2<tr height=0 style="display:none"><td></table><table><tr><td>3</table>',
    );
    expect(tablesOf(content)).toMatchObject([
      { place: '表1', rows: [{ isHeader: true }, { place: '表1第2行' }, { isHidden: true }] },
      { place: '表2', rows: [{ place: '表2第1行' }] },
    ]);
    expect(tablesOf(content)[0]!.rows).toHaveLength(3);
  });

  it('gives hidden cells no place, as editors write them under a merged cell', () => {
    expect(
      shape('<table><tr><td colspan=2>甲<td style="display:none">&nbsp;<td>乙<tr><td>1<td>2<td>3</table>')[0],
    ).toBe('甲@0:2x1 乙@2:1x1');
  });

  it('asks about hidden columns', () => {
    expect(asked('<table><col><col style="display:none"><tr><td>甲<td>乙</table>')).toEqual([
      expect.stringContaining('第 2 列'),
    ]);
  });

  it('looks through a table that only frames the page', () => {
    const html = '<table><tr><td>导航<td><table><tr><td>1<td>甲<tr><td>2<td>乙</table>脚注</table>';
    expect(rowsOf(html)).toEqual([
      ['1', '甲'],
      ['2', '乙'],
    ]);
    expect(paragraphsOf(html)).toEqual(['导航', '脚注']);
  });

  it('puts the text of a small table into its cell and asks', () => {
    const html = '<table><tr><td>1<td>甲<table><tr><td>乙<td>丙</table><tr><td>2<td>丁</table>';
    expect(rowsOf(html)).toEqual([
      ['1', '甲\n乙\n丙'],
      ['2', '丁'],
    ]);
    expect(asked(html)).toEqual([expect.stringContaining('还有一个表格')]);
  });

  it('reads a fragment of the clipboard, with and without its table', () => {
    const clipboard =
      'Version:0.9\r\nStartHTML:00000097\r\n<html><body><table><!--StartFragment--><tr><td>1<td>甲</tr><!--EndFragment--></table></body></html>';
    expect(rowsOf(clipboard)).toEqual([['1', '甲']]);
    expect(paragraphsOf(clipboard)).toEqual([]);
    expect(rowsOf('<tr><td>1<td>甲</tr>')).toEqual([['1', '甲']]);
  });

  it('refuses too many rows and columns', () => {
    expect(() => readHtml(`<table>${'<tr><td>1'.repeat(10_001)}</table>`)).toThrow(/10,001 行/);
    expect(() => readHtml(`<table><tr>${'<td>1'.repeat(101)}</table>`)).toThrow(/100 列/);
  });

  it('refuses hostile nesting in words for people', () => {
    expect(() => readHtml('<div>'.repeat(200_000))).toThrow(AppError);
    expect(() => readHtml('<table><tr><td>'.repeat(5_000))).toThrow(/1000 层/);
    expect(paragraphsOf(`${'<div>'.repeat(900)}甲`)).toEqual(['甲']);
  });

  it('reads ten thousand rows whole', () => {
    const row = `<tr>${'<td style="border:1px solid"><p><span lang=EN-US>推行“一业一证”</span></p></td>'.repeat(8)}</tr>`;
    expect(tablesOf(readHtml(`<table>${row.repeat(10_000)}</table>`))[0]!.rows).toHaveLength(10_000);
  });
});
