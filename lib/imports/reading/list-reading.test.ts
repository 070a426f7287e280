import { readFileSync } from 'node:fs';
import { strToU8 } from 'fflate';
import { expect, test } from 'vitest';
import { readSource } from '@/lib/imports/readers/read-source';
import { registrySchema } from '@/lib/units/registry.schema';
import { registryFromSeed } from '@/lib/units/unit-names.rules';
import { readList } from './list-reading';

const registry = registrySchema.parse(JSON.parse(readFileSync('seeds/units.json', 'utf8')));
const scope = registryFromSeed(registry);

async function leadsOf(cell: string) {
  const page = `<p>鄂州市优化营商环境2024年重点任务清单</p><table>
    <tr><td>序号</td><td>重点任务</td><td>牵头单位</td><td>完成时限</td></tr>
    <tr><td>1</td><td>推进“一网通办”。</td><td>${cell}</td><td>2024年底</td></tr>
    <tr><td>2</td><td>推进“一件事”。</td><td>市司法局</td><td>2024年底</td></tr></table>`;
  const content = await readSource(strToU8(page), { fileName: '清单.html' });
  const [row] = readList(content, { fileName: '清单.html', scope, regions: registry.regions }).rows;
  return { raw: row?.leadRaw, names: row?.lead };
}

const BOTH = ['市财政局', '市人社局'];

test.each([
  ['a space that alone parts two names stays', '市财政局　 市人社局', '市财政局 市人社局', BOTH],
  ['a line break that alone parts two names stays', '市财政局<br>市人社局', '市财政局\n市人社局', BOTH],
  ['white space beside a separator goes', '市财政局、<br> 市人社局', '市财政局、市人社局', BOTH],
  ['white space within a name goes', '市财<br>政局、市人 社局', '市财政局、市人社局', BOTH],
])('of the printed units %s', async (_, cell, raw, names) => {
  expect(await leadsOf(cell)).toEqual({ raw, names });
});

test('a wrong total printed in the table is asked about once', async () => {
  const rows = [
    '序号\t考核内容\t分值\t计分方法',
    '1\t推行改革。\t5\t得分。',
    '2\t推行试点。\t4\t得分。',
    '\t合计\t10\t',
  ];
  const content = await readSource(strToU8(`2024年鄂州市考核细则\n\n${rows.join('\n')}\n`), { fileName: '细则.txt' });
  const reading = readList(content, { fileName: '细则.txt', scope, regions: registry.regions });
  expect(reading.questions.filter(({ kind }) => kind === 'points-total')).toHaveLength(1);
  expect(reading.document.printedTotal).toBe(10);
});
