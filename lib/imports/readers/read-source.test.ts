import { readFileSync } from 'node:fs';
import path from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { readSource } from './read-source';

const root = path.join(import.meta.dirname, '../../..');
const read = (name: string) => new Uint8Array(readFileSync(path.join(root, name)));

describe('each format goes to its reader', () => {
  test.each([
    ['docx', 'seeds/office/ezhou-housing-2022.docx'],
    ['xlsx', 'seeds/office/zengdu-2022.xlsx'],
    ['html', 'seeds/office/huarong-2023.html'],
    ['text', 'seeds/documents/ezhou-housing-2022.txt'],
    ['doc', 'tests/fixtures/imports/zengdu-2022.doc'],
    ['pdf', 'tests/fixtures/imports/ezhou-housing-2022.pdf'],
  ])('%s', async (format, name) => {
    const content = await readSource(read(name), { fileName: path.basename(name) });
    expect(content.format).toBe(format);
    expect(content.blocks.length).toBeGreaterThan(0);
  });
});

test('progress runs from 0 to 100 without going back', async () => {
  const seen: number[] = [];
  await readSource(read('tests/fixtures/imports/ezhou-housing-2022.pdf'), {
    fileName: 'a.pdf',
    onProgress: (percent) => seen.push(percent),
  });
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
  expect([seen[0], seen.at(-1)]).toEqual([0, 100]);
});

test('a damaged file is refused in words for people, its cause kept', async () => {
  const bytes = read('tests/fixtures/imports/ezhou-2022.doc');
  bytes.fill(0xff, 4096, 60_000);
  await expect(readSource(bytes, { fileName: 'a.doc' })).rejects.toMatchObject({
    code: 'unreadable',
    message: expect.stringMatching(/损坏.*另存/),
  });
});

/** A .docx of one table. */
function docx(rows: number, columns: number): Uint8Array {
  const row = `<w:tr>${'<w:tc><w:p><w:r><w:t>1</w:t></w:r></w:p></w:tc>'.repeat(columns)}</w:tr>`;
  const namespace = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main';
  const body = `<w:document xmlns:w="${namespace}"><w:body><w:tbl>${row.repeat(rows)}</w:tbl></w:body></w:document>`;
  return zipSync({ 'word/document.xml': strToU8(body) }, { level: 0 });
}

test.each([
  ['rows', docx(10_001, 1), /超过 10,000 行/],
  ['columns', docx(1, 101), /超过 100 列/],
])('more %s than allowed are refused, naming the number', async (_, bytes, words) => {
  await expect(readSource(bytes, { fileName: 'a.docx' })).rejects.toMatchObject({
    code: 'unreadable',
    message: expect.stringMatching(words),
  });
});

test('pasted HTML is read as a table', async () => {
  const pasted = strToU8('<table><tr><td>序号</td><td>重点任务</td></tr></table>');
  const { blocks } = await readSource(pasted, { fileName: '粘贴的内容.html' });
  expect(blocks).toContainEqual(expect.objectContaining({ kind: 'table' }));
});
