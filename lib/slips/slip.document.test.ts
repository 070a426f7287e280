import { strFromU8, unzipSync } from 'fflate';
import { beforeAll, describe, expect, test } from 'vitest';
import { slipDocument } from './slip.document';
import type { SlipPaper } from './slip.schema';

const paper: SlipPaper = {
  status: 'ISSUED',
  tier: 1,
  tierWords: '蓝色督办单',
  issuer: '鄂州市优化营商环境工作领导小组办公室',
  number: '鄂营商督〔2022〕5号',
  title: '关于抓紧推进临期重点任务的蓝色督办单',
  unitName: '市住建局',
  body: '下列任务完成时限临近，请抓紧推进。\n（一）压实责任。',
  tasks: [
    {
      taskId: 1,
      seq: 12,
      text: '推进企业开办一日办结 <&>。',
      deadline: '2022年8月底',
      dueOn: '2022-08-31',
      standing: '临期（剩 3 天）',
      daysLate: null,
    },
  ],
  replyDueOn: '2022-09-27',
  replyWorkingDays: 5,
  issuedOn: '2022-09-20',
  contact: '王芳，电话：0711-3830000',
  copyTo: '市委办公室，市政府办公室',
  voided: null,
};

type Parts = { document: string; settings: string; footers: string[]; headers: string[] };
async function partsOf(of: SlipPaper): Promise<Parts> {
  const files = unzipSync(await slipDocument(of));
  const read = (name: string) => strFromU8(files[name]!);
  const all = (pattern: RegExp) =>
    Object.keys(files)
      .filter((name) => pattern.test(name))
      .sort()
      .map(read);
  return {
    document: read('word/document.xml'),
    settings: read('word/settings.xml'),
    footers: all(/^word\/footer\d+\.xml$/),
    headers: all(/^word\/header\d+\.xml$/),
  };
}
/** The paragraph with these words. */
const paragraphWith = (xml: string, words: string): string => {
  const found = [...xml.matchAll(/<w:p>(?:(?!<w:p>).)*?<\/w:p>/gs)]
    .map((match) => match[0])
    .find((p) => p.includes(words));
  if (!found) throw new Error(`no paragraph with ${words}`);
  return found;
};
const attribute = (xml: string, tag: string, name: string): number =>
  Number(new RegExp(`<w:${tag}[^>]*w:${name}="(-?\\d+)"`).exec(xml)?.[1]);

describe('the Word file of a slip (GB/T 9704—2012)', () => {
  let { document, settings, footers, headers }: Parts = { document: '', settings: '', footers: [], headers: [] };
  beforeAll(async () => {
    ({ document, settings, footers, headers } = await partsOf(paper));
  });

  test('A4, with a type area of 156 by 225 mm', () => {
    expect([attribute(document, 'pgSz', 'w'), attribute(document, 'pgSz', 'h')]).toEqual([11906, 16838]);
    const mm = (name: string) => Math.round((attribute(document, 'pgMar', name) / 1440) * 25.4);
    expect(['top', 'bottom', 'left', 'right'].map(mm)).toEqual([37, 35, 28, 26]);
  });

  test('the issuer in red 小标宋, within the width of the type area', () => {
    const head = paragraphWith(document, paper.issuer);
    expect(head).toContain('w:eastAsia="方正小标宋简体"');
    expect(head).toContain('<w:color w:val="FF0000"/>');
    const points = attribute(head, 'sz', 'val') / 2;
    expect(points * Array.from(paper.issuer).length).toBeLessThanOrEqual(442);
    expect(points).toBeGreaterThanOrEqual(22);
    expect(Math.round((attribute(head, 'spacing', 'before') / 1440) * 25.4)).toBe(35);
  });

  test('the number in 3号 仿宋, above a red line', () => {
    const number = paragraphWith(document, '鄂营商督〔2022〕5号');
    expect(number).toContain('w:eastAsia="仿宋_GB2312"');
    expect(attribute(number, 'sz', 'val')).toBe(32);
    expect(number).toMatch(/<w:bottom w:val="single" w:color="FF0000" w:sz="12" w:space="11"\/>/);
  });

  test('title 2号 小标宋; text 3号 仿宋, two characters in, lines of 28 points', () => {
    const title = paragraphWith(document, paper.title);
    expect(title).toContain('w:eastAsia="方正小标宋简体"');
    expect(attribute(title, 'sz', 'val')).toBe(44);
    const body = paragraphWith(document, '下列任务完成时限临近');
    expect(body).toContain('w:eastAsia="仿宋_GB2312"');
    expect(attribute(body, 'sz', 'val')).toBe(32);
    expect(attribute(body, 'ind', 'firstLineChars')).toBe(200);
    expect(body).toMatch(/<w:spacing [^>]*w:line="560"[^>]*w:lineRule="exact"/);
  });

  test('22 lines of 28 characters fill the type area', () => {
    const body = paragraphWith(document, '下列任务完成时限临近');
    const millimetres = (points: number) => (points / 72) * 25.4;
    const character = attribute(body, 'sz', 'val') / 2 + Number(/<w:spacing w:val="(-?\d+)"/.exec(body)?.[1]) / 20;
    expect(Math.floor(156 / millimetres(character))).toBe(28);
    expect(Math.floor(225 / millimetres(attribute(body, 'spacing', 'line') / 20))).toBe(22);
  });

  test('headings of the first level in 黑体, of the second in 楷体', () => {
    expect(paragraphWith(document, '一、督办任务')).toContain('w:eastAsia="黑体"');
    expect(paragraphWith(document, '（一）压实责任。')).toContain('w:eastAsia="楷体_GB2312"');
  });

  test('to whom it goes stands at the left edge with a full-width colon', () => {
    expect(paragraphWith(document, '市住建局：')).not.toContain('<w:ind ');
  });

  test('the table repeats its head row, its words are escaped, and the date in force stands beside the printed one', () => {
    expect(document.match(/<w:tblHeader\/>/g)).toHaveLength(1);
    expect(document).toContain('推进企业开办一日办结 &lt;&amp;&gt;。');
    expect(paragraphWith(document, '2022年8月底')).not.toContain('（2022年8月31日）');
    expect(paragraphWith(document, '（2022年8月31日）')).toContain('<w:jc w:val="center"/>');
    expect(document).toContain('临期（剩 3 天）');
  });

  test('the date of the signature stands four characters from the right', () => {
    const date = [...document.matchAll(/<w:p>(?:(?!<w:p>).)*?<\/w:p>/gs)]
      .map((m) => m[0])
      .find((p) => p.includes('>2022年9月20日<'))!;
    expect(date).toContain('<w:jc w:val="right"/>');
    expect(attribute(date, 'ind', 'right')).toBe(4 * 320);
  });

  test('附注 and 版记', () => {
    expect(document).toContain('（联系人：王芳，电话：0711-3830000）');
    expect(attribute(paragraphWith(document, '抄送：市委办公室，市政府办公室。'), 'sz', 'val')).toBe(28);
    expect(document).toContain('2022年9月20日印发');
  });

  test('版记 stands in one frame at the foot of the last page: its lines and words have no border that would break it up', () => {
    const framed = [...document.matchAll(/<w:p>(?:(?!<w:p>).)*?<\/w:p>/gs)]
      .map((match) => match[0])
      .filter((p) => p.includes('<w:framePr '));
    expect(framed.map((p) => /<w:t [^>]*>([^<]*)/.exec(p)?.[1] ?? '—')).toEqual([
      '—',
      '抄送：市委办公室，市政府办公室。',
      '—',
      paper.issuer,
      '—',
    ]);
    expect(new Set(framed.map((p) => /<w:framePr [^>]*>/.exec(p)?.[0])).size).toBe(1);
    expect(framed[0]).toMatch(/<w:framePr [^>]*w:vAnchor="margin"[^>]*w:yAlign="bottom"/);
    for (const p of framed) expect(p).not.toContain('<w:pBdr>');
    const heights = framed.filter((p) => p.includes('<w:shd ')).map((p) => attribute(p, 'spacing', 'line'));
    expect(heights).toEqual([20, 15, 20]); // 0.35, 0.25 and 0.35 mm
    // The paragraph the frame stands by is the last one, and hardly anything high.
    expect(document).toMatch(/<w:p><w:pPr><w:spacing w:line="20" w:lineRule="exact"\/><\/w:pPr><\/w:p><w:sectPr/);
  });

  test('without 抄送 the imprint is one line between two', async () => {
    const bare = (await partsOf({ ...paper, copyTo: '' })).document;
    expect(bare).not.toContain('抄送');
    expect(bare.match(/<w:framePr /g)).toHaveLength(3);
  });

  test('the signature stays with the text before it', () => {
    for (const words of ['二、办理要求', '书面回复我办'])
      expect(paragraphWith(document, words)).toContain('<w:keepNext/>');
    const signature = [...document.matchAll(/<w:p>(?:(?!<w:p>).)*?<\/w:p>/gs)].map((match) => match[0]);
    const date = signature.findIndex((p) => p.includes('>2022年9月20日<'));
    for (const p of signature.slice(date - 2, date)) expect(p).toContain('<w:keepNext/>');
  });

  test('rows of up to eight lines stay whole; a longer one and the first of several may break', async () => {
    const [one] = paper.tasks;
    const rowsOf = async (...lengths: number[]) => {
      const tasks = lengths.map((length) => ({ ...one!, text: '优'.repeat(length) }));
      const rows = (await partsOf({ ...paper, tasks })).document.match(/<w:tr>.*?<\/w:tr>/gs)!;
      return rows.map((row) => row.includes('<w:cantSplit/>'));
    };
    // The head row first: whole, and kept on the page of the next.
    expect(await rowsOf(20)).toEqual([true, true]);
    expect(await rowsOf(200)).toEqual([true, false]);
    expect(await rowsOf(20, 20, 200, 120)).toEqual([true, false, true, false, true]);
  });

  test('page numbers in 4号 宋体, right on odd pages and left on even ones', () => {
    expect(settings).toContain('<w:evenAndOddHeaders');
    expect(footers).toHaveLength(2);
    expect(footers.map((footer) => /<w:jc w:val="(\w+)"/.exec(footer)?.[1]).sort()).toEqual(['left', 'right']);
    for (const footer of footers) {
      expect(footer).toContain('w:eastAsia="宋体"');
      expect(attribute(footer, 'sz', 'val')).toBe(28);
      expect(footer).toContain('— ');
    }
  });

  test('a paper in force carries no mark', () => {
    expect(headers.join()).not.toMatch(/作废|拟稿/);
  });

  test('a voided one carries 作废 with its number, on every page', async () => {
    const voided = await partsOf({ ...paper, status: 'VOID', voided: { on: '2022-09-21', reason: '文号登记有误' } });
    expect(voided.headers).toHaveLength(2);
    for (const header of voided.headers) expect(header).toContain('作废（2022年9月21日，文号登记有误）');
    expect(voided.document).toContain('鄂营商督〔2022〕5号');
  });

  test('a draft says 拟稿 and has no number', async () => {
    const draft = await partsOf({ ...paper, status: 'CHECKED', number: null, issuedOn: null, replyDueOn: null });
    for (const header of draft.headers) expect(header).toContain('拟稿');
    expect(draft.document).toContain('（拟稿，未编号）');
    expect(draft.document).not.toContain('鄂营商督');
    expect(draft.document).toContain('请自印发之日起5个工作日内');
  });
});
