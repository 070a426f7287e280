import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inheritCells } from '@/lib/imports/list.rules';
import type { List } from '@/lib/imports/list.schema';
import { compactText } from '@/lib/text';
import { registryFromSeed, type SeedRegistry } from '@/lib/units/unit-names.rules';
import { readUnitCell, type UnitNames, unitNamesOf } from './unit-cells.rules';

const seeds = new URL('../../../seeds/', import.meta.url);
const registry = registryFromSeed(JSON.parse(readFileSync(new URL('units.json', seeds), 'utf8')) as SeedRegistry);
const unitsOf = (regionCode: string, ownerUnitName: string | null = null) =>
  unitNamesOf({ ...registry, regionCode, ownerUnitName });
const ezhou = unitsOf('ezhou');
const huarong = unitsOf('huarong');
const zengdu = unitsOf('zengdu');
const housing = unitsOf('ezhou', '市住建局');
/** A region without a register: only the form of the names tells. */
const nowhere = unitsOf('nowhere');

const read = (raw: string, units: UnitNames, field: 'lead' | 'responsible' = 'responsible') =>
  readUnitCell(raw, field, units);
const kinds = (raw: string, units: UnitNames, field: 'lead' | 'responsible' = 'responsible') =>
  read(raw, units, field).doubts.map((doubt) => doubt.kind);

type Cell = { seq: number; field: 'lead' | 'responsible'; raw: string; names: string[] };

function cellsOf(slug: string): Cell[] {
  const list: List = JSON.parse(readFileSync(new URL(`lists/${slug}.json`, seeds), 'utf8'));
  const printed = inheritCells(list.tasks);
  return list.tasks.flatMap((task, index) => [
    { seq: task.seq, field: 'lead' as const, raw: printed[index]!.leadText, names: task.lead },
    { seq: task.seq, field: 'responsible' as const, raw: printed[index]!.responsibleText, names: task.responsible },
  ]);
}

describe.each([
  ['ezhou-2022', ezhou, []],
  [
    'ezhou-assessment-2020',
    ezhou,
    [
      '3 responsible lost-separator 市商务局市文旅局',
      '4 responsible lost-separator 、、',
      '5 responsible lost-separator 、、',
      '6 responsible lost-separator 市人防办市残联',
      '10 responsible lost-separator 市公积金中心市气象局',
      '23 responsible lost-separator 、',
      '23 lead lost-separator 市政府办公室（市长专线办）市行政审批局',
      '24 lead lost-separator 市市场监管局市行政审批局',
      '25 lead lost-separator 市行政审批局市经信局',
      '27 lead lost-separator 市行政审批局市市场监管局',
      '29 lead lost-separator 市政府办公室市行政审批局',
    ],
  ],
  ['ezhou-housing-2022', housing, []],
  [
    'huarong-2023',
    huarong,
    [
      '7 responsible lost-separator 税务公安分局人社',
      '10 responsible duplicate 区生态环境分局、区农业农村局、区住建局、区文',
      '13 responsible characters 区发改经信局(区国动办、区城管局',
    ],
  ],
  ['zengdu-2022', zengdu, []],
] as [slug: string, units: UnitNames, asked: string[]][])('the list %s', (slug, units, asked) => {
  const cells = cellsOf(slug);

  test('every cell is read as the list has it', () => {
    for (const { seq, field, raw, names } of cells)
      expect({ seq, field, names: read(raw, units, field).names }).toEqual({ seq, field, names });
  });

  test('only the odd cells are asked about', () => {
    const found = new Set<string>();
    const seen = new Set<string>();
    for (const { seq, field, raw } of cells) {
      if (seen.has(field + raw)) continue;
      seen.add(field + raw);
      for (const doubt of read(raw, units, field).doubts)
        found.add(`${seq} ${field} ${doubt.kind} ${doubt.printed?.slice(0, 22)}`);
    }
    expect([...found]).toEqual(asked);
  });

  test('white space anywhere changes no name without a question', () => {
    const anyBreaks = fc.tuple(
      fc.constantFrom(...cells.filter((cell) => cell.raw.length > 1)),
      fc.array(fc.tuple(fc.nat({ max: 2000 }), fc.constantFrom(' ', '\n', '\n\n', '\u3000')), {
        minLength: 1,
        maxLength: 4,
      }),
    );
    fc.assert(
      fc.property(anyBreaks, ([{ raw, field, names }, breaks]) => {
        let broken = raw;
        for (const [place, space] of breaks) {
          const at = 1 + (place % (broken.length - 1));
          broken = `${broken.slice(0, at)}${space}${broken.slice(at)}`;
        }
        for (const region of [units, nowhere]) {
          const cell = read(broken, region, field);
          if (cell.doubts.length === 0) expect(cell.names).toEqual(names);
        }
      }),
      { numRuns: 400 },
    );
  });

  test('without a register no cell is read wrongly without a question', () => {
    for (const { raw, field, names } of cells) {
      const cell = read(raw, nowhere, field);
      if (cell.doubts.length === 0) expect(cell.names).toEqual(names);
    }
  });
});

test('the texts as published, with the white space of their layout, give the same names', () => {
  let count = 0;
  for (const [slug, units] of [
    ['ezhou-2022', ezhou],
    ['ezhou-assessment-2020', ezhou],
    ['zengdu-2022', zengdu],
  ] as const) {
    const text = readFileSync(new URL(`documents/${slug}.txt`, seeds), 'utf8');
    const printed = new Map<string, Set<string>>();
    for (const cell of text.split('\t')) {
      const compact = compactText(cell);
      printed.set(compact, (printed.get(compact) ?? new Set()).add(cell));
    }
    for (const { raw, field, names } of cellsOf(slug)) {
      for (const cell of printed.get(compactText(raw)) ?? []) {
        if (cell.trim() === raw) continue;
        expect(read(cell, units, field).names).toEqual(names);
        count += 1;
      }
    }
  }
  expect(count).toBeGreaterThan(50);
});

test('registered names printed in any order with any separator are read back', () => {
  const names = registry.units.filter((unit) => unit.regionCode === 'ezhou' && unit.parentKey === null);
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.constantFrom(...names.map((unit) => unit.name)), { minLength: 1, maxLength: 12 }),
      fc.constantFrom('、', '，', ',', '；', '; ', ' 、', '、\n', '\n', ' ', '\u3000', '/'),
      fc.constantFrom('', '等', '等。', '等单位', '等按职责分工负责', '\n'),
      (chosen, separator, end) => {
        const cell = read(`${chosen.join(separator)}${end}`, ezhou);
        expect(cell.names).toEqual(chosen);
        expect(cell.doubts).toEqual([]);
        expect(cell.notes.length > 0).toBe(end.trim() !== '');
      },
    ),
    { numRuns: 500 },
  );
});

describe('white space', () => {
  test.each([
    ['市政府办公室（市长专线办）\n市行政审批局', ['市政府办公室（市长专线办）', '市行政审批局']],
    ['市行政\n\n审批局', ['市行政审批局']],
    ['市市场监管局\n（市知识产权局）', ['市市场监管局（市知识产权局）']],
    ['市发改委\n市财政局\n市住建局', ['市发改委', '市财政局', '市住建局']],
    ['市 住 建 局、市 公 安 局', ['市住建局', '市公安局']],
  ])('%j is certain, with a register or without', (raw, names) => {
    for (const units of [ezhou, nowhere]) expect(read(raw, units)).toEqual({ names, doubts: [], notes: [] });
  });

  test.each([
    ['鄂州市住建局\n办公室', housing],
    ['市发改\n财政局', nowhere],
    ['市公安局\n交警支队', nowhere],
    ['城市建设科\n信息中心', nowhere],
    ['市委 组织部', nowhere],
  ])('%j can be one name or two: asked, with both readings', (raw, units) => {
    const [doubt] = read(raw, units).doubts;
    expect(doubt?.kind).toBe('lost-separator');
    expect(doubt?.candidates?.map(({ value }) => value).sort()).toEqual(
      [compactText(raw), raw.replace(/\s/, '、')].sort(),
    );
  });
});

describe('a lost separator', () => {
  test('the candidates are the whole cell', () => {
    expect(read('市法院、市商务局市文旅局，各区', ezhou).doubts[0]).toMatchObject({
      field: 'responsible',
      kind: 'lost-separator',
      printed: '市商务局市文旅局',
      candidates: [{ value: '市法院、市商务局、市文旅局、各区' }, { value: '市法院、市商务局市文旅局、各区' }],
    });
  });

  test('a unit may be meant without its head and tail', () => {
    expect(read('税务公安分局人社', zengdu).names).toEqual(['税务', '公安分局', '人社']);
    expect(kinds('税务公安分局人社', zengdu)).toContain('lost-separator');
  });

  test('is not split where a part is unknown', () => {
    expect(read('市商务局市新能源局', ezhou)).toMatchObject({
      names: ['市商务局市新能源局'],
      doubts: [{ kind: 'unknown-unit' }],
    });
  });

  test.each(['市商务局市文旅局', '市政府办公室市行政审批局', '发改局财政局', '市发改委财政局', '税务公安分局人社'])(
    '%s is asked about without a register, and not split',
    (raw) => {
      expect(read(raw, nowhere)).toMatchObject({ names: [raw], doubts: [{ kind: 'lost-separator' }] });
    },
  );

  test.each([
    '市公安局鄂城分局',
    '国家税务总局某某市税务局',
    '市委宣传部',
    '市政府国资委',
    '市住建局市政工程处',
    '市中心区管委会',
    '市委政法委',
    '国网某某市供电公司',
  ])('%s is one name', (raw) => {
    expect(read(raw, nowhere)).toEqual({ names: [raw], doubts: [], notes: [] });
  });

  test.each(['市住建局、、市公安局', '市住建局，、市公安局', '市住建局、', '、市住建局'])(
    '%s: a unit may be missing',
    (raw) => {
      expect(kinds(raw, ezhou)).toEqual(['lost-separator']);
    },
  );
});

describe('brackets', () => {
  test('a separator inside does not split', () => {
    expect(read('市发改委，各区（含葛店开发区、临空经济区，下同）', ezhou)).toEqual({
      names: ['市发改委', '各区（含葛店开发区、临空经济区，下同）'],
      doubts: [],
      notes: [],
    });
  });

  test('a missing one is closed where the names are known, and asked about', () => {
    for (const units of [huarong, nowhere])
      expect(read('区文旅局、区发改经信局(发改、科技、区城管局', units).doubts.map(({ kind }) => kind)).toContain(
        'characters',
      );
    expect(kinds('市公安局）', nowhere)).toEqual(['characters']);
  });
});

describe('words that are no unit are left out and noted', () => {
  test.each([
    ['市住建局牵头，市公安局、市财政局等按职责分工负责', ['市住建局', '市公安局', '市财政局']],
    ['市住建局（牵头）、市公安局', ['市住建局', '市公安局']],
    ['牵头单位：市住建局', ['市住建局']],
    ['市税务局等13个部门', ['市税务局']],
    ['（按职责分工负责）', []],
    ['—', []],
    ['无', []],
  ])('%s', (raw, names) => {
    for (const units of [ezhou, nowhere]) {
      const cell = read(raw, units, 'lead');
      expect(cell).toMatchObject({ names, doubts: [] });
      expect(cell.notes.length).toBeGreaterThan(0);
    }
  });

  test('the other role in a cell is asked about', () => {
    expect(kinds('市住建局牵头，市公安局配合', ezhou, 'lead')).toEqual(['who-leads']);
    expect(kinds('市住建局（牵头）、市公安局', ezhou, 'responsible')).toEqual(['who-leads']);
  });

  test('等 between a unit and a collective parts them; 等有关单位 is asked about', () => {
    expect(read('区金融办等区直有关单位', zengdu).names).toEqual(['区金融办', '区直有关单位']);
    expect(read('水电气网等公共服务企业', ezhou).names).toEqual(['水电气网等公共服务企业']);
    expect(kinds('市税务局等有关单位', ezhou)).toEqual(['lost-separator']);
  });

  test('an empty cell has no names and no doubt', () => {
    expect(read('', ezhou)).toEqual({ names: [], doubts: [], notes: [] });
  });
});

describe('和, 及, 与', () => {
  test('part two known units and stay inside a name', () => {
    expect(read('市住建局和市公安局', ezhou).names).toEqual(['市住建局', '市公安局']);
    expect(read('市自然资源和规划局', nowhere).names).toEqual(['市自然资源和规划局']);
    expect(read('相关科室及二级单位', housing).names).toEqual(['相关科室及二级单位']);
  });

  test('are asked about where only the form tells', () => {
    expect(kinds('市发展和改革局和市财政局', nowhere)).toEqual(['lost-separator']);
    expect(kinds('市城市管理和综合执法局', nowhere)).toEqual([]);
  });
});

describe('a head printed once', () => {
  test.each([
    ['省发展改革委、教育厅、财政厅', nowhere, '省发展改革委、省教育厅、省财政厅'],
    ['市发改、财政、住建局', ezhou, '市发改委、市财政局、市住建局'],
    ['市委宣传部、组织部', ezhou, '市委宣传部、市委组织部'],
  ])('%s is kept and asked about once', (raw, units, completed) => {
    const cell = read(raw, units);
    expect(cell.names).toEqual(raw.split('、'));
    expect(cell.doubts).toMatchObject([{ kind: 'shared-prefix', candidates: [{ value: completed }] }]);
  });

  test.each(['各镇人民政府、街道办事处、管委会', '市住建局、国网某某供电公司、各区', '城市建设科、信息中心'])(
    '%s lacks none',
    (raw) => {
      expect(read(raw, nowhere)).toMatchObject({ names: raw.split('、'), doubts: [] });
    },
  );
});

test('an unknown unit is asked about with registered names like it, and never replaced', () => {
  expect(read('市文旅体局', ezhou)).toMatchObject({
    names: ['市文旅体局'],
    doubts: [{ kind: 'unknown-unit', printed: '市文旅体局', candidates: [{ value: '市文旅局' }] }],
  });
});

test.each(['2022年5月底', '张三', '省', '市发改委1'])('%s is no unit name anywhere', (raw) => {
  for (const units of [ezhou, nowhere]) expect(kinds(raw, units)).toEqual(['unknown-unit']);
});

test.each(['人民银行平川中支', '铁路白鹭车务段', '市总工会'])('%s has the form of a unit', (raw) => {
  expect(read(raw, nowhere)).toMatchObject({ names: [raw], doubts: [] });
});

test.each(['各市、县（市、区）人民政府', '各市、州、县人民政府', '各县、区政府'])(
  '%s stays one phrase and is asked about',
  (raw) => {
    const { names, doubts } = read(`省甲厅、${raw}，省乙厅`, nowhere);
    expect([names, doubts.map(({ kind, printed }) => [kind, printed])]).toEqual([
      ['省甲厅', raw, '省乙厅'],
      [['lost-separator', raw]],
    ]);
  },
);

test('two branches on two lines are two units where only the form tells, and asked about', () => {
  const { names, doubts } = read('人民银行嘉禾市中心支行\n嘉禾银保监分局', nowhere);
  expect(names).toEqual(['人民银行嘉禾市中心支行', '嘉禾银保监分局']);
  expect(doubts.map(({ kind }) => kind)).toEqual(['lost-separator']);
});

test('a repeated name is kept and asked about', () => {
  expect(read('市住建局、市公安局、市住建局', ezhou)).toMatchObject({
    names: ['市住建局', '市公安局', '市住建局'],
    doubts: [{ kind: 'duplicate' }],
  });
});

test('any text is read without failing, and every printed character is in a name, a doubt, a note or a separator', () => {
  const anyRaw = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 60 }),
    fc
      .array(
        fc.constantFrom(
          '市',
          '区',
          '局',
          '住建',
          '等',
          '和',
          '、',
          '，',
          '（',
          '）',
          '\n',
          ' ',
          '牵头',
          '各',
          '办公室',
        ),
        {
          maxLength: 30,
        },
      )
      .map((list) => list.join('')),
  );
  fc.assert(
    fc.property(anyRaw, fc.constantFrom(ezhou, nowhere), (raw, units) => {
      const cell = read(raw, units);
      const kept = compactText(
        [...cell.names, ...cell.notes, ...cell.doubts.flatMap((doubt) => [doubt.text, doubt.printed ?? ''])].join(''),
      );
      for (const char of compactText(raw)) if (/\p{L}/u.test(char)) expect(kept).toContain(char);
    }),
    { numRuns: 1000 },
  );
});
