// What is read, measured: the five lists in every form a department may send them, and lists of cities the project has never seen.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { listSchema } from '@/lib/imports/list.schema';
import { readSource } from '@/lib/imports/readers/read-source';
import { registrySchema } from '@/lib/units/registry.schema';
import { registryFromSeed } from '@/lib/units/unit-names.rules';
import { type Accuracy, measureReading, type TruthRow } from '../../../tests/support/accuracy';
import { readList } from './list-reading';
import type { Reading } from './reading.schema';

const registry = registrySchema.parse(JSON.parse(readFileSync('seeds/units.json', 'utf8')));
const scope = registryFromSeed(registry);

async function read(file: string): Promise<Reading> {
  const fileName = path.basename(file);
  return readList(await readSource(readFileSync(file), { fileName }), { fileName, scope, regions: registry.regions });
}

type Known = { file: string; slug: string; title: string };

const DOCUMENTS: Known[] = [
  'ezhou-2022',
  'zengdu-2022',
  'ezhou-housing-2022',
  'ezhou-assessment-2020',
  'huarong-2023',
].map((slug) => ({ file: `seeds/documents/${slug}.txt`, slug, title: `documents/${slug}.txt` }));
const OFFICE: Known[] = [
  'ezhou-2022.docx',
  'ezhou-housing-2022.docx',
  'ezhou-assessment-2020.docx',
  'zengdu-2022.xlsx',
  'huarong-2023.html',
].map((name) => ({ file: `seeds/office/${name}`, slug: name.replace(/\.\w+$/, ''), title: `office/${name}` }));
const OWN: Known[] = [
  'zengdu-2022.xls',
  'zengdu-2022.ods',
  'zengdu-2022.gb18030.csv',
  'zengdu-2022.doc',
  'zengdu-2022.pdf',
  'ezhou-2022.doc',
  'ezhou-2022.pdf',
  'ezhou-2022.pasted.html',
  'ezhou-housing-2022.pdf',
  'ezhou-assessment-2020.pdf',
  'huarong-2023.pdf',
  'huarong-2023.xls',
  'huarong-2023.pasted.html',
].map((name) => ({ file: `tests/fixtures/imports/${name}`, slug: name.replace(/\..*$/, ''), title: `own/${name}` }));

/** Which cells are merged the exact reading says of the published text; an office file merges across its page breaks. */
const MERGES = ['inherited'];

const measured = new Map<string, Accuracy>();

async function measure({ file, slug, title }: Known): Promise<Accuracy> {
  const truth = listSchema.parse(JSON.parse(readFileSync(`seeds/lists/${slug}.json`, 'utf8')));
  const accuracy = measureReading(await read(file), truth.tasks as TruthRow[], truth.document.kind === 'assessment', {
    leavesOut: title.startsWith('documents/') ? [] : MERGES,
    // A page of a PDF has lines, no paragraphs: where a scoring rule breaks is not to be known.
    knowsParagraphs: !file.endsWith('.pdf'),
  });
  measured.set(title, accuracy);
  return accuracy;
}

const wrongWords = ({ wrong }: Accuracy) =>
  wrong.map((one) =>
    `${one.isSilent ? 'SILENT ' : ''}${one.seq} ${one.field}: ${one.wanted} ≠ ${one.found}`.slice(0, 200),
  );
const silentWords = (accuracy: Accuracy) => wrongWords(accuracy).filter((words) => words.startsWith('SILENT'));

/** The one text whose merged cells are lost. */
const LOST_MERGES = 'documents/huarong-2023.txt';

test.each([...DOCUMENTS, ...OFFICE].filter(({ title }) => title !== LOST_MERGES))(
  '$title: every field exact',
  async (known) => {
    const accuracy = await measure(known);
    expect(wrongWords(accuracy)).toEqual([]);
    expect(accuracy.rowsFound).toBe(accuracy.rowsWanted);
  },
);

test(`${LOST_MERGES}: all rows, at least 95 % of fields, nothing silent`, async () => {
  const accuracy = await measure(DOCUMENTS.find(({ title }) => title === LOST_MERGES)!);
  expect(silentWords(accuracy)).toEqual([]);
  expect(accuracy.rowsFound).toBe(accuracy.rowsWanted);
  expect(accuracy.exact / accuracy.fields).toBeGreaterThanOrEqual(0.95);
});

test.each(OWN)('$title: all rows, nothing silent', async (known) => {
  const accuracy = await measure(known);
  expect(silentWords(accuracy)).toEqual([]);
  expect(accuracy.rowsFound).toBe(accuracy.rowsWanted);
});

type CityTruth = {
  region: string;
  year: number;
  title: string;
  docNumber?: string;
  issuedOn?: string;
  isAssessment?: boolean;
  rows: (Pick<TruthRow, 'seq' | 'section' | 'measure' | 'text' | 'lead' | 'responsible'> &
    Partial<TruthRow> & { dueOn: string | null; ongoing: boolean })[];
};
const cities: Record<string, CityTruth> = JSON.parse(readFileSync('tests/fixtures/imports/cities/truth.json', 'utf8'));

/** Only what the truth names is compared; the rest is taken as read. */
function completed(row: CityTruth['rows'][number], found: Reading['rows'][number] | undefined): TruthRow {
  const { dueOn, ongoing, ...named } = row;
  const startsAtOnce = found?.deadline.startsAtOnce;
  return {
    group: found?.group ?? null,
    leadRaw: found?.leadRaw ?? null,
    responsibleRaw: found?.responsibleRaw ?? null,
    deadlineRaw: found?.deadlineRaw ?? null,
    inherited: found?.inherited ?? [],
    flags: [],
    ...named,
    deadline: { dueOn, ongoing, note: null, ...(startsAtOnce === undefined ? {} : { startsAtOnce }) },
  } as TruthRow;
}

test.each(Object.entries(cities))('a city never seen, %s: all rows, nothing silent', async (name, truth) => {
  const reading = await read(`tests/fixtures/imports/cities/${name}`);
  const rows = truth.rows.map((row, index) => completed(row, reading.rows[index]));
  const accuracy = measureReading(reading, rows, truth.isAssessment === true);
  measured.set(`cities/${name}`, accuracy);
  expect(silentWords(accuracy)).toEqual([]);
  expect(accuracy.rowsFound).toBe(accuracy.rowsWanted);
  // A list may leave open what a blank cell means; what is asked about need not be right.
  expect(accuracy.exact / accuracy.fields).toBeGreaterThanOrEqual(0.9);
  const { region, year, title, docNumber = null, issuedOn = null } = truth;
  expect(reading.document).toMatchObject({ region, year, title, docNumber, issuedOn });
});

test('the table in docs/import-accuracy.md is what was measured', async () => {
  const lines = [...measured].map(([title, one]) => {
    const share = `${((100 * one.exact) / one.fields).toFixed(1)} %`;
    return `| ${title} | ${one.rowsFound} / ${one.rowsWanted} | ${one.exact} / ${one.fields} | ${share} | ${one.questions} | ${one.silent} |`;
  });
  const table = [
    '# How exactly lists are read',
    '',
    'Printed and checked by `bin/test` (lib/imports/reading/accuracy.test.ts). A silent error is a wrong field that raised no question; one is a failed test.',
    '',
    '| file | rows found | exact fields | share | questions | silent errors |',
    '|---|---|---|---|---|---|',
    ...lines,
    '',
  ].join('\n');
  process.stdout.write(`${table}\n`);
  await expect(table).toMatchFileSnapshot('../../../docs/import-accuracy.md');
});
