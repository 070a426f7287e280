import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planCycles } from '../cycles/cycle.rules';
import { type Day, dayOf, daysInMonth, isDay, lastDayOfMonth } from '../dates';
import { deadlineWords, readDeadline, recurrenceWords } from './deadline.rules';
import { storedPartsSchema, storedRecurrenceSchema } from './deadline.schema';

const seeds = new URL('../../seeds/', import.meta.url);
const read = (raw: string, year = 2022) => readDeadline(raw, { year });

type ListedTask = {
  seq: number;
  row?: number;
  deadlineRaw: string | null;
  deadline: { dueOn: Day | null; ongoing: boolean };
};

describe.each(['ezhou-2022', 'ezhou-assessment-2020', 'ezhou-housing-2022', 'huarong-2023', 'zengdu-2022'])(
  'the list %s',
  (slug) => {
    const list: { document: { year: number }; tasks: ListedTask[] } = JSON.parse(
      readFileSync(new URL(`lists/${slug}.json`, seeds), 'utf8'),
    );

    test('every printed deadline is read as the list has it', () => {
      let raw = '';
      for (const task of list.tasks) {
        raw = task.deadlineRaw ?? raw;
        const { dueOn, ongoing } = read(raw, list.document.year);
        expect({ seq: task.seq, dueOn, ongoing }).toEqual({
          seq: task.seq,
          dueOn: task.deadline.dueOn,
          ongoing: task.deadline.ongoing,
        });
      }
    });

    test('only the odd cells raise a question', () => {
      const asked = new Set(
        list.tasks
          .map((task) => task.deadlineRaw)
          .filter((raw): raw is string => raw !== null && read(raw, list.document.year).questions.length > 0),
      );
      const odd: Record<string, string[]> = {
        'ezhou-assessment-2020': ['全年（其中考核对接整合工作于2020年7月完成）'],
        'huarong-2023': ['2023年8月底,长期推进2023年8月底,长期推进', '2023年12月底,长期推'],
        'zengdu-2022': ['2022年12日'],
      };
      expect([...asked]).toEqual(odd[slug] ?? []);
    });
  },
);

test('曾都 60 is asked about, not fixed', () => {
  expect(read('2022年12日')).toEqual({
    dueOn: null,
    ongoing: false,
    startsAtOnce: false,
    note: '2022年12日',
    recurrence: null,
    parts: [],
    questions: ['“2022年12日”不是确定的日期，请核对原文'],
  });
});

describe('what is read without a question', () => {
  test.each([
    ['2022年5月底，长期推进', '2022-05-31', true],
    ['2022年12月', '2022-12-31', false],
    ['持续推进', null, true],
    ['立即推进，长期坚持', null, true],
    ['及时推进,长期推进', null, true],
    ['全年', null, true],
    ['2022年全年', null, true],
    ['长期', null, true],
    ['常态化推进', null, true],
    ['2022年7月31日', '2022-07-31', false],
    ['2021年底前', '2021-12-31', false],
    ['2022年年底前', '2022-12-31', false],
    ['11月底前', '2022-11-30', false],
    ['上半年', '2022-06-30', false],
    ['下半年', '2022-12-31', false],
    ['2023年上半年', '2023-06-30', false],
    ['第二季度', '2022-06-30', false],
    ['2022年3季度末', '2022-09-30', false],
    ['年内', '2022-12-31', false],
    ['今年年底前', '2022-12-31', false],
    ['明年7月份', '2023-07-31', false],
    ['明年上半年', '2023-06-30', false],
    ['2026年6月持续跟踪', '2026-06-30', true],
    ['2021年11月-12月', '2021-12-31', false],
    ['2021年11—12月', '2021-12-31', false],
    ['2021.11-2022.3', '2022-03-31', false],
    ['2022年10月至次年3月', '2023-03-31', false],
    ['6月1日-15日', '2022-06-15', false],
    ['2020.12', '2020-12-31', false],
    ['2022.12.15', '2022-12-15', false],
    ['2022-12-31 00:00:00', '2022-12-31', false],
    ['2022年5月中旬', '2022-05-20', false],
    ['2022年12月31日（含）前', '2022-12-31', false],
    ['完成时限：2022年5月底，长期推进', '2022-05-31', true],
    ['完成时限：完成时限：2022年5月底', '2022-05-31', false],
    ['2022 年 6 月\n底 前，长期\u3000推进', '2022-06-30', true],
    ['２０２２年６月底', '2022-06-30', false],
    ['二〇二二年十二月底前', '2022-12-31', false],
    ['2022年10月三十一日前完成', '2022-10-31', false],
    ['2022年12月底前完成并持续推进', '2022-12-31', true],
    ['长期推进2022年12月底', '2022-12-31', true],
    ['5月底前动工，12月底前完工', '2022-12-31', false],
    ['2024年2月29日', '2024-02-29', false],
    ['6.30前', '2022-06-30', false],
    ['“十四五”末', '2025-12-31', false],
    ['十四五期末，持续推进', '2025-12-31', true],
    ['全年组织实施', null, true],
    ['2022年12月底前取得阶段性成效，2023年底全面完成', '2023-12-31', false],
  ])('%s', (raw, dueOn, ongoing) => {
    expect(read(raw)).toMatchObject({ dueOn, ongoing, questions: [] });
  });

  test('立即 and 及时 start at once and are noted', () => {
    expect(read('立即推进，长期坚持')).toMatchObject({ startsAtOnce: true, note: '立即推进' });
    expect(read('及时推进，长期推进')).toMatchObject({ startsAtOnce: true, note: '及时推进' });
    expect(read('2022年5月底，长期推进')).toMatchObject({ startsAtOnce: false, note: null });
  });

  test('a stretch keeps its first day', () => {
    expect(read('2021年11月-12月').parts).toEqual([{ text: null, startsOn: '2021-11-01', dueOn: '2021-12-31' }]);
  });

  test('milestones are parts, the last of them the due day', () => {
    expect(read('5月底前动工，12月底前完工').parts).toEqual([
      { text: '动工', startsOn: null, dueOn: '2022-05-31' },
      { text: '完工', startsOn: null, dueOn: '2022-12-31' },
    ]);
  });
});

describe('what comes back', () => {
  test.each([
    ['每月25日前', { kind: 'MONTHLY', closingDay: 25, closingMonth: null, startsOn: null }, '每月25日前'],
    ['每月底前报送', { kind: 'MONTHLY', closingDay: null, closingMonth: null, startsOn: null }, '每月底前'],
    [
      '每季度最后一个月的30日前',
      { kind: 'QUARTERLY', closingDay: 30, closingMonth: null, startsOn: null },
      '每季度最后一个月30日前',
    ],
    ['每季度首月10日前', { kind: 'QUARTERLY', closingDay: 10, closingMonth: 1, startsOn: null }, '每季度第1个月10日前'],
    ['每季度末', { kind: 'QUARTERLY', closingDay: null, closingMonth: null, startsOn: null }, '每季度末前'],
    ['每年6月底前', { kind: 'YEARLY', closingDay: null, closingMonth: 6, startsOn: null }, '每年6月底前'],
    ['每年年底前', { kind: 'YEARLY', closingDay: null, closingMonth: null, startsOn: null }, '每年底前'],
    [
      '2022年6月起，每月25日前',
      { kind: 'MONTHLY', closingDay: 25, closingMonth: null, startsOn: '2022-06-01' },
      '每月25日前',
    ],
  ])('%s', (raw, recurrence, words) => {
    const reading = read(raw);
    expect(reading).toMatchObject({ dueOn: null, ongoing: true, recurrence, questions: [] });
    expect(recurrenceWords(reading.recurrence!)).toBe(words);
  });

  test('with an end it is no longer open', () => {
    expect(read('2022年6月至12月，每月25日前')).toMatchObject({
      dueOn: '2022-12-31',
      ongoing: false,
      recurrence: { kind: 'MONTHLY', closingDay: 25 },
      questions: [],
    });
  });

  test('every reading can be planned as cycles', () => {
    for (const raw of [
      '每月31日前',
      '每季度最后一个月的30日前',
      '每季度首月10日前',
      '每半年',
      '每年6月底前',
      '每年2月29日前',
    ]) {
      const { kind, closingDay, closingMonth } = read(raw).recurrence!;
      const plan = { effectiveFrom: '2022-06-10', graceWorkingDays: 5, count: 3, exceptions: new Map() };
      expect(planCycles({ ...plan, kind, closingDay, closingMonth }), raw).toHaveLength(3);
    }
  });

  test.each([
    '每年6月、12月底前',
    '每月10日、25日前',
    '每月10日和25日',
    '每季度25日前',
    '每月32日前',
    '每季度第四个月前',
    '每周五前',
    '每月4次',
    '每月6月底',
  ])('%s is asked about', (raw) => {
    expect(read(raw).questions).not.toEqual([]);
  });
});

describe('what is asked about and has no due day', () => {
  test.each([
    '2022年12日',
    '2021年9月31日',
    '2022年2月29日',
    '2022年8底前',
    '2022年13月',
    '2022年0月',
    '2022年12月30',
    '202年5月底',
    '22年5月底',
    '2022年',
    '2022年5月初',
    '2022年5月中',
    '2022年12月-6月',
    '6.30',
    '6.31前',
    '13.30前',
    '44712',
    '“十四五”期间',
    '按上级时间节点',
    '2个月内',
    '即时办结',
    'ASAP',
    '3个月内',
    '两年内',
    '印发后30日内',
    '全国两会召开前',
    '6月全国两会召开前',
    '春节前',
    '尽快完成',
    '已完成',
    '待定',
    '立即推进',
    '2022年6月起实施',
    '2022年6月底前开工，2022年12日前完工',
    '2022年10月开工，6月完工',
    '',
    '—',
    '无',
  ])('%j', (raw) => {
    const reading = read(raw);
    expect(reading.dueOn).toBeNull();
    expect(reading.ongoing).toBe(false);
    expect(reading.questions).not.toEqual([]);
  });

  test('a cell of any length', () => {
    for (const raw of ['('.repeat(20_000), `${'2022年6月底，'.repeat(5000)}长期推进`, '甲'.repeat(501)])
      expect(read(raw)).toMatchObject({
        dueOn: null,
        ongoing: false,
        questions: ['时限一栏文字过长，没有判读，请确认时限'],
      });
  });

  test('the words of a damaged deadline that can be read still count', () => {
    expect(read('2022年12日，长期推进')).toMatchObject({ dueOn: null, ongoing: true });
    expect(read('2022年12日，长期推进').questions).toHaveLength(1);
  });
});

describe('what is read and asked about all the same', () => {
  test.each([
    ['2023年8月底,长期推进2023年8月底,长期推进', '2023-08-31', true, /印了两遍/],
    ['2023年12月底,长期推', '2023-12-31', true, /缺字/],
    ['2023年12月底,长', '2023-12-31', false, /“长”未能识别/],
    ['全年（其中考核对接整合工作于2020年7月完成）', '2020-07-31', true, /只针对“考核对接整合工作”/],
    ['全年（其中考核对接整合工作于2020年7月完成', '2020-07-31', true, /缺字/],
    ['长期（三年）', null, true, /“三年”/],
    ['5月底前动工', '2022-05-31', false, /只针对“动工”/],
    ['2022年6月、9月、12月底前', '2022-12-31', false, /多个日期/],
    ['2022年5月和10月', '2022-10-31', false, /多个日期/],
    ['2022年6月底或12月底', '2022-12-31', false, /多个日期/],
    ['每年3月、9月', null, true, /几个日期/],
    ['2022年6月底（其中试点于8月底完成）', '2022-06-30', false, /晚于/],
    ['2020.1', '2020-01-31', false, /1月，也可能是10月/],
    ['2202年5月', '2202-05-31', false, /年份2202/],
    ['2022年6月底前★报省', '2022-06-30', false, /报省/],
  ])('%s', (raw, dueOn, ongoing, question) => {
    const reading = read(raw);
    expect(reading).toMatchObject({ dueOn, ongoing });
    expect(reading.questions.join('\n')).toMatch(question);
  });
});

describe('a date printed in any form is read back', () => {
  const anyDate = fc
    .record({
      year: fc.integer({ min: 2018, max: 2030 }),
      month: fc.integer({ min: 1, max: 12 }),
      day: fc.integer({ min: 1, max: 31 }),
    })
    .filter(({ year, month, day }) => day <= daysInMonth(year, month));
  const chinese = (number: number) => {
    const digits = '〇一二三四五六七八九';
    const ones = number % 10 === 0 ? '' : digits[number % 10];
    if (number < 10) return digits[number]!;
    return `${number < 20 ? '' : digits[Math.floor(number / 10)]}十${ones}`;
  };
  const two = (number: number) => String(number).padStart(2, '0');
  const dayForms: ((year: number, month: number, day: number) => string)[] = [
    (year, month, day) => `${year}年${month}月${day}日`,
    (year, month, day) => `${year}年${two(month)}月${two(day)}日前`,
    (year, month, day) => `${year}年${month}月份${day}号之前完成`,
    (year, month, day) => `${year}-${two(month)}-${two(day)}`,
    (year, month, day) => `${year}.${month}.${day}`,
    (year, month, day) => `${year}/${month}/${day}`,
    (_, month, day) => `${month}月${day}日前`,
    (_, month, day) => `${month}.${two(day)}前`,
    (year, month, day) =>
      `${Array.from(String(year), (digit) => '〇一二三四五六七八九'[Number(digit)]).join('')}年${chinese(month)}月${chinese(day)}日`,
  ];
  const monthForms: ((year: number, month: number) => string)[] = [
    (year, month) => `${year}年${month}月`,
    (year, month) => `${year}年${month}月底`,
    (year, month) => `${year}年${two(month)}月份`,
    (year, month) => `${year}年${month}月末前完成`,
    (year, month) => `${year}-${two(month)}`,
    (year, month) => `${year}.${two(month)}`,
    (_, month) => `${month}月底前`,
    (_, month) => `${chinese(month)}月底前`,
    (year, month) => `${year}年1月至${month}月`,
    (year, month) => `${year}年1-${month}月`,
  ];
  const prefixes = ['', '完成时限：', '时限:', ' ', '确保'];
  const suffixes: [string, boolean][] = [
    ['', false],
    ['，长期推进', true],
    [',长期坚持。', true],
    ['；持续推进', true],
    ['，并 长期 推进', true],
  ];

  test('a day', () => {
    fc.assert(
      fc.property(
        anyDate,
        fc.constantFrom(...dayForms),
        fc.constantFrom(...prefixes),
        fc.constantFrom(...suffixes),
        ({ year, month, day }, form, prefix, [suffix, ongoing]) => {
          const reading = read(`${prefix}${form(year, month, day)}${suffix}`, year);
          expect(reading).toMatchObject({ dueOn: dayOf(year, month, day), ongoing, questions: [] });
        },
      ),
      { numRuns: 500 },
    );
  });

  test('a month means its last day', () => {
    fc.assert(
      fc.property(
        anyDate,
        fc.constantFrom(...monthForms),
        fc.constantFrom(...prefixes),
        fc.constantFrom(...suffixes),
        ({ year, month }, form, prefix, [suffix, ongoing]) => {
          const reading = read(`${prefix}${form(year, month)}${suffix}`, year);
          expect(reading).toMatchObject({ dueOn: lastDayOfMonth(year, month), ongoing, questions: [] });
        },
      ),
      { numRuns: 500 },
    );
  });

  test('a day that does not exist never becomes another one', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2018, max: 2030 }),
        fc.integer({ min: 0, max: 99 }),
        fc.integer({ min: 0, max: 99 }),
        fc.constantFrom(...dayForms.slice(0, 8)),
        (year, month, day, form) => {
          const isReal = month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
          const reading = read(form(year, month, day), year);
          expect(reading.dueOn).toBe(isReal ? dayOf(year, month, day) : null);
          expect(reading.questions.length > 0).toBe(!isReal);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('laws', () => {
  const pieces = fc.constantFrom(
    ...Array.from('年月日底前起至每季度半上下旬长期推进坚持立即全其中于完成，,；（）() -.0123456789一十三'),
    '2022年',
    '12月底',
    '长期推进',
    '每月',
    '25日前',
    '完成时限：',
  );
  const anyRaw = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.array(pieces, { maxLength: 14 }).map((list) => list.join('')),
  );

  test('any text is read without failing, to real days, and what has neither date nor 长期 is asked about', () => {
    fc.assert(
      fc.property(anyRaw, (raw) => {
        const reading = read(raw);
        if (reading.dueOn !== null) expect(isDay(reading.dueOn)).toBe(true);
        if (reading.dueOn === null && !reading.ongoing) expect(reading.questions).not.toEqual([]);
        storedRecurrenceSchema.parse(reading.recurrence);
        storedPartsSchema.parse(reading.parts);
        expect(deadlineWords(reading)).not.toBe('');
      }),
      { numRuns: 3000 },
    );
  });

  test('white space never matters', () => {
    fc.assert(
      fc.property(
        fc.array(pieces, { maxLength: 10 }),
        fc.constantFrom(' ', '\n', '\u3000', '\u200B'),
        (list, space) => {
          const [tight, loose] = [read(list.join('')), read(list.join(space))];
          expect(loose).toEqual(tight);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('an unknown word beside a good deadline is always asked about', () => {
    fc.assert(
      fc.property(fc.constantFrom('甲', '报省厅', '视情', '（暂）', '另行通知'), fc.boolean(), (word, isBefore) => {
        const raw = isBefore ? `${word}，2022年6月底` : `2022年6月底，${word}`;
        expect(read(raw)).toMatchObject({ dueOn: '2022-06-30' });
        expect(read(raw).questions).not.toEqual([]);
      }),
    );
  });
});

test.each([
  [{ dueOn: '2022-06-30', ongoing: true }, '2022-06-30 完成，其后长期推进'],
  [{ dueOn: '2022-12-31', ongoing: false }, '2022-12-31 完成'],
  [{ dueOn: null, ongoing: true }, '长期推进（没有日期）'],
  [{ dueOn: null, ongoing: false }, '时限待确认'],
  [{ dueOn: null, ongoing: true, startsAtOnce: true }, '立即启动，长期推进（没有日期）'],
  [read('每月25日前'), '长期推进（没有日期），每月25日前填报'],
])('deadlineWords %#', (deadline, words) => {
  expect(deadlineWords(deadline)).toBe(words);
});
