import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  answeredNames,
  answerNames,
  answerWays,
  applyLeaderRule,
  chosenNames,
  commitBlocks,
  dealNames,
  editCell,
  groupKey,
  keptRows,
  leaderChoices,
  type RowState,
  type RowTools,
  replacedAlike,
  rereadDeadlines,
  splitNames,
  textsOf,
  UnfitValue,
  unaskedDoubts,
} from './draft.rules';
import type { CurrentRow, DraftDocument } from './draft.schema';

const tools: RowTools = {
  year: 2022,
  leadRule: { kind: 'lead-column', words: '' },
  readUnits: (raw) => ({ names: raw === '' ? [] : raw.split('、'), doubts: [] }),
  isDecided: () => false,
  doubtOf: (name, field) =>
    name.endsWith('局') ? null : { field, kind: 'unknown-unit', text: `“${name}”？`, printed: name },
};

function row(position: number, current: Partial<CurrentRow> = {}, isExcluded = false): RowState {
  return {
    id: position * 10,
    position,
    isExcluded,
    current: {
      seq: position,
      section: null,
      measure: null,
      indicator1: null,
      indicator2: null,
      text: `任务${position}`,
      points: null,
      scoring: null,
      group: null,
      leadRaw: '甲局',
      responsibleRaw: '',
      deadlineRaw: '2022年6月底',
      lead: ['甲局'],
      responsible: [],
      deadline: { dueOn: '2022-06-30', ongoing: false, note: null },
      extra: {},
      inherited: [],
      ...current,
    },
  };
}

/** Rows whose lead cells are printed or merged with the one above, some of them left out. */
const rowsArbitrary = fc
  .array(fc.record({ lead: fc.option(fc.constantFrom('甲局', '乙局', '丙局', '')), isExcluded: fc.boolean() }), {
    maxLength: 12,
  })
  .map((given) => {
    let last = '';
    return given.map(({ lead, isExcluded }, index) => {
      last = lead ?? last;
      const names = last === '' ? [] : [last];
      return row(index + 1, { leadRaw: lead, lead: names, inherited: lead === null ? ['lead'] : [] }, isExcluded);
    });
  });

const after = (rows: readonly RowState[], edits: ReturnType<typeof editCell>): RowState[] =>
  rows.map((one) => ({
    ...one,
    current: Object.assign({}, one.current, ...edits.filter(({ rowId }) => rowId === one.id).map(({ patch }) => patch)),
  }));

describe('rows left out', () => {
  test('take no printed cell from the rows that stay', () => {
    fc.assert(
      fc.property(rowsArbitrary, (rows) => {
        const texts = textsOf(rows).filter((_, index) => !rows[index]!.isExcluded);
        expect(textsOf(keptRows(rows)).map(({ leadText }) => leadText)).toEqual(texts.map(({ leadText }) => leadText));
      }),
    );
  });

  test('without any, the list is as it was read', () => {
    fc.assert(
      fc.property(rowsArbitrary, (rows) => {
        const all = rows.map((one) => ({ ...one, isExcluded: false }));
        expect(keptRows(all)).toEqual(all);
      }),
    );
  });
});

describe('a printed cell that is changed', () => {
  test('changes the rows merged with it and no other, and print and names stay together', () => {
    fc.assert(
      fc.property(rowsArbitrary, fc.nat(), (rows, pick) => {
        fc.pre(rows.length > 0);
        const index = pick % rows.length;
        const isMerged = rows[index]!.current.leadRaw === null && index > 0;
        const changed = after(rows, editCell(rows, index, 'leadRaw', '丁局', tools));
        const texts = textsOf(changed).map(({ leadText }) => leadText);
        const before = textsOf(rows).map(({ leadText }) => leadText);
        let isSame = true;
        for (const [at, text] of texts.entries()) {
          if (at > index) isSame &&= rows[at]!.current.leadRaw === null && !isMerged;
          const isChanged = at === index || (at > index && isSame);
          expect(text).toBe(isChanged ? '丁局' : before[at]);
          expect(changed[at]!.current.lead.join('、')).toBe(text);
        }
      }),
    );
  });

  test('asks for a lead where none is left', () => {
    const [edit] = editCell([row(1)], 0, 'leadRaw', '', tools);
    expect(edit!.doubts).toEqual([expect.objectContaining({ kind: 'no-lead', field: 'lead' })]);
  });

  test.each([
    ['2022年12日', null],
    ['2022年9月底', '2022-09-30'],
  ])('a date %s is read by the grammar as %s', (value, dueOn) => {
    const [edit] = editCell([row(1)], 0, 'deadlineRaw', value, tools);
    expect(edit!.patch.deadline?.dueOn).toBe(dueOn);
    expect(edit!.doubts.length > 0).toBe(dueOn === null);
  });
});

test('the meaning of a merged cell is changed for all rows that were read alike, its print stays', () => {
  const merged = { leadRaw: null, inherited: ['lead'] };
  const rows = [row(1), row(2, merged), row(3, { ...merged, lead: ['乙局'] }), row(4)];
  const edits = editCell(rows, 0, 'lead', '丙局、丁局', tools);
  expect(edits.map(({ rowId, patch }) => [rowId, patch])).toEqual([
    [10, { lead: ['丙局', '丁局'] }],
    [20, { lead: ['丙局', '丁局'] }],
  ]);
});

describe('names that a person gives', () => {
  test('stand one each as given, brackets whole, and only an unknown one is asked about', () => {
    expect(splitNames(' 甲局、乙局（丙、丁）\n戊局、甲局')).toEqual(['甲局', '乙局（丙、丁）', '戊局']);
    const [edit] = editCell([row(1)], 0, 'lead', '市甲局市乙局、量子办', tools);
    expect(edit!.patch.lead).toEqual(['市甲局市乙局', '量子办']);
    expect(edit!.doubts.map(({ printed }) => printed)).toEqual(['量子办']);
  });

  test.each([
    ['typed for one name', ['甲局乙局', '丙局'], '甲局乙局', ['甲局', '乙局'], ['甲局', '乙局', '丙局']],
    ['typed for names split already', ['丙局', '甲局', '乙局'], '甲局、乙局', ['甲局乙局'], ['丙局', '甲局乙局']],
    ['typed with all the others', ['甲局乙局', '丙局'], '甲局乙局', ['甲局', '乙局', '丙局'], ['甲局', '乙局', '丙局']],
    ['about words that are no name', ['甲局'], '、、', ['甲局', '丁局'], ['甲局', '丁局']],
    ['about words that stand there no more', ['甲局', '丙局'], '丁局', ['戊局'], null],
  ])('%s', (_why, names, printed, given, expected) => {
    expect(answeredNames(names, printed, given)).toEqual(expected);
  });

  const read = ['甲乙', '丙丁', '戊'];
  test.each([
    ['the whole field, as it was read', read, ['甲', '乙', '丙丁', '戊'], ['甲', '乙', '丙丁', '戊']],
    [
      'beside what was changed since',
      ['甲乙', '丙', '丁', '戊'],
      ['甲', '乙', '丙丁', '戊'],
      ['甲', '乙', '丙', '丁', '戊'],
    ],
    ['not where its words are gone', ['己', '庚'], ['甲', '乙', '丙丁', '戊'], null],
  ])('a candidate is taken: %s', (_why, names, given, expected) => {
    expect(chosenNames(names, given, [read])).toEqual(expected);
  });

  test('are replaced alike in another row where they stand there', () => {
    expect(replacedAlike(['甲', '乙丙', '丁'], ['甲', '乙', '丙', '丁'], ['戊', '乙丙'])).toEqual(['戊', '乙', '丙']);
    expect(replacedAlike(['甲', '乙丙'], ['甲', '乙', '丙'], ['戊'])).toBeNull();
    expect(replacedAlike(['甲'], ['甲', '乙'], ['丙'])).toBeNull();
    expect(replacedAlike(['甲'], ['甲', '乙'], ['甲'])).toEqual(['甲', '乙']);
  });
});

test('where no column prints the lead, rows share nothing', () => {
  const rows = [1, 2, 3].map((position) => row(position, { leadRaw: null, lead: ['甲局'] }));
  expect(editCell(rows, 1, 'lead', '丙局', tools).map(({ rowId }) => rowId)).toEqual([20]);
  const printed = after(rows, editCell(rows, 1, 'leadRaw', '丙局', tools));
  expect(textsOf(printed).map(({ leadText }) => leadText)).toEqual(['', '丙局', '']);
  expect(printed.map(({ current }) => current.lead)).toEqual([['甲局'], ['丙局'], ['甲局']]);
});

test.each([
  ['first', { lead: ['甲'], responsible: ['乙', '丙'] }],
  ['all', { lead: ['甲', '乙', '丙'], responsible: [] }],
  ['none', { lead: [], responsible: ['甲', '乙', '丙'] }],
])('one column dealt by the rule %s', (kind, expected) => {
  expect(dealNames({ kind, words: '' }, ['甲', '乙', '丙'])).toEqual(expected);
});

test('a rule of who leads loses no name, and another rule afterwards starts from the same names', () => {
  const rules = [
    ...['first', 'all', 'none'].map((kind) => ({ kind, words: '' })),
    ...['乙', '丁'].map((unitName) => ({ kind: 'unit', words: '', unitName })),
  ];
  const names = ({ lead, responsible }: CurrentRow) => ({ lead, responsible });
  const rows = [row(1, { lead: [], responsible: ['甲', '乙', '丙'] })];
  for (const first of rules)
    for (const second of rules) {
      const once = after(rows, applyLeaderRule(rows, { kind: 'asked', words: '' }, first));
      const twice = after(once, applyLeaderRule(once, first, second));
      const straight = after(rows, applyLeaderRule(rows, { kind: 'asked', words: '' }, second));
      expect(names(twice[0]!.current)).toEqual(names(straight[0]!.current));
    }
});

describe('an answer about the names of the one column', () => {
  const cell = (lead: string[], responsible: string[]) => [row(1, { leadRaw: null, lead, responsible })];
  const given = (kind: string, rows: RowState[], names: string[], unitName?: string) => {
    const [edit] = answerNames(rows, 0, 'responsible', names, [], {
      ...tools,
      leadRule: { kind, words: '', unitName },
    });
    return [edit!.patch.lead, edit!.patch.responsible];
  };

  test.each([
    ['first', cell(['甲乙'], ['丙']), [['甲'], ['乙', '丙']]],
    ['all', cell(['甲乙', '丙'], []), [['甲', '乙', '丙'], []]],
    ['none', cell([], ['甲乙', '丙']), [[], ['甲', '乙', '丙']]],
    ['before-first-comma', cell(['甲乙'], ['丙']), [['甲', '乙'], ['丙']]],
  ])('is dealt again by the rule %s', (kind, rows, expected) => {
    expect(given(kind, rows, ['甲', '乙', '丙'])).toEqual(expected);
  });

  test('leaves a lead that a person has set for the row', () => {
    expect(given('none', cell(['丁'], ['甲乙', '丙']), ['丁', '甲', '乙', '丙'])).toEqual([['丁'], ['甲', '乙', '丙']]);
  });

  test('keeps the other questions about it whose words still stand there', () => {
    const open = ['丙丁', '甲乙'].map((printed) => ({
      field: 'responsible',
      kind: 'lost-separator',
      text: '？',
      printed,
    }));
    const rows = cell([], ['甲乙', '丙丁']);
    const [edit] = answerNames(rows, 0, 'responsible', ['甲局', '丙丁'], open, {
      ...tools,
      leadRule: { kind: 'none', words: '' },
    });
    expect(edit!.doubts.map(({ printed }) => printed)).toEqual(['丙丁']);
  });
});

test('only a rule that a person chose can be chosen otherwise', () => {
  expect(leaderChoices({ kind: 'first', words: '列第一位的单位牵头' })).toEqual([]);
  expect(leaderChoices({ kind: 'first', words: '', isChosen: true })).toContain('all');
});

test('the names of a merged row that are changed stay its own', () => {
  const merged = { leadRaw: null, inherited: ['lead'] };
  const rows = [row(1), row(2, merged), row(3, merged)];
  expect(editCell(rows, 1, 'lead', '丙局', tools).map(({ rowId }) => rowId)).toEqual([20]);
  expect(editCell(rows, 1, 'deadline', '2022-08-31', tools).map(({ rowId }) => rowId)).toEqual([20]);
});

test('a date that is set keeps what recurs and the parts that are printed', () => {
  const recurrence = { kind: 'monthly', day: 25 } as unknown as NonNullable<CurrentRow['deadline']['recurrence']>;
  const parts = [{ words: '其中', dueOn: '2022-07-31' }] as unknown as NonNullable<CurrentRow['deadline']['parts']>;
  const rows = [row(1, { deadline: { dueOn: null, ongoing: true, note: '每月25日前', recurrence, parts } })];
  const [edit] = editCell(rows, 0, 'deadline', '2022-12-31', tools);
  expect(edit!.patch.deadline).toMatchObject({ dueOn: '2022-12-31', recurrence, parts, note: '每月25日前' });
});

test('a heading too long for the database keeps a list from being committed, and is not taken', () => {
  const document = { kind: 'task-list', title: '清单', year: 2022 } as DraftDocument;
  const long = '长'.repeat(501);
  expect(commitBlocks(document, [row(1, { group: long })])).toEqual([expect.stringContaining('责任专项组')]);
  expect(commitBlocks(document, [row(1, { extra: { [long]: '' } })])).toEqual([expect.stringContaining('表头')]);
  expect(() => editCell([row(1)], 0, 'measure', long, tools)).toThrow(UnfitValue);
});

test('another year moves the dates that do not name one, but not those set by hand', () => {
  const june = { deadlineRaw: '6月底前' };
  const rows = [
    row(1, june),
    row(2),
    row(3, { ...june, deadline: { dueOn: '2022-08-31', ongoing: false, note: null } }),
  ];
  expect(rereadDeadlines(rows, 2022, 2023).map(({ rowId, patch }) => [rowId, patch.deadline?.dueOn])).toEqual([
    [10, '2023-06-30'],
  ]);
});

test('questions about one name are alike in whichever column, about different words they are not', () => {
  const asked = { kind: 'unknown-unit', field: 'lead', rowId: 1, printed: '市 宇航局', text: '甲' };
  expect(groupKey(asked)).toBe(groupKey({ ...asked, field: 'responsible', rowId: 2, printed: '市宇航局', text: '乙' }));
  const other = { kind: 'deadline', field: 'deadline', rowId: 1, printed: '12日', text: '甲' };
  expect(groupKey(other)).not.toBe(groupKey({ ...other, printed: '13日' }));
  expect(answerWays(asked)[0]).toBe('unit');
  expect(answerWays(other)).toEqual(['keep', 'value', 'later']);
});

test('what keeps a list from being committed', () => {
  const document = { kind: 'task-list', title: '清单', year: 2022 } as DraftDocument;
  expect(commitBlocks(document, [row(1)])).toEqual([]);
  expect(commitBlocks(document, [row(1, { text: ' ' })])).toEqual([expect.stringContaining('第 1 行')]);
  expect(commitBlocks(document, [row(1, {}, true)])).toEqual([expect.stringContaining('没有要导入的行')]);
  expect(commitBlocks({ ...document, title: null, year: null }, [row(1)])).toHaveLength(2);
  expect(commitBlocks({ ...document, kind: 'assessment' }, [row(1)])).toHaveLength(2);
});

test('a name or a date that nobody asked about is asked at the commit', () => {
  const rows = [row(1), row(2, { lead: ['乙局'], deadline: { dueOn: null, ongoing: false, note: null } })];
  const isKnown = (name: string) => name === '甲局';
  expect(unaskedDoubts(rows, [], isKnown, {}).map(({ rowId, field }) => [rowId, field])).toEqual([
    [20, 'lead'],
    [20, 'deadline'],
  ]);
  const asked = [
    { rowId: 20, field: 'lead', kind: 'unknown-unit', printed: '乙局' },
    { rowId: 20, field: 'deadline', kind: 'deadline', printed: null },
  ];
  expect(unaskedDoubts(rows, asked, isKnown, {})).toEqual([]);
  const inColumn = [{ ...asked[0]!, field: 'responsible' }, asked[1]!];
  expect(unaskedDoubts(rows, inColumn, isKnown, {})).toEqual([]);
  expect(unaskedDoubts(rows, [asked[1]!], isKnown, { 乙局: { kind: 'none', printed: '乙局' } })).toEqual([]);
});
