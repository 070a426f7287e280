import { expect, test } from 'vitest';
import { EventType } from '@/lib/server/prisma-client/enums';
import { type EventFacts, eventWords } from './event-words.rules';

const event = (changes: Partial<EventFacts>): EventFacts => ({
  type: 'TASK_CREATED',
  reportKind: null,
  reportVersion: null,
  cycleLabel: null,
  payload: {},
  ...changes,
});

test('every type of event has words of its own', () => {
  const said = Object.values(EventType).map((type) => eventWords(event({ type })).what);
  expect(said).not.toContain('其他记录');
  expect(new Set(said).size).toBe(said.length);
});

test.each<[string, Partial<EventFacts>, string, string[]]>([
  [
    'a corrected catch-up',
    {
      type: 'REPORT_SUBMITTED',
      reportKind: 'PROGRESS',
      reportVersion: 2,
      cycleLabel: '2022年7月',
      payload: { isCatchUp: true },
    },
    '填报进展',
    ['2022年7月周期', '补报', '第 2 版'],
  ],
  [
    'a result',
    { type: 'REPORT_SUBMITTED', reportKind: 'RESULT', reportVersion: 1, cycleLabel: '2022年7月' },
    '申请办结',
    [],
  ],
  [
    'a returned progress',
    { type: 'REPORT_RETURNED', reportKind: 'PROGRESS', cycleLabel: '2022年7月' },
    '退回进展',
    ['2022年7月周期'],
  ],
  [
    'a cancellation',
    { type: 'TASK_CANCELLED', payload: { basis: '鄂州政办发〔2022〕1号', from: 'IN_PROGRESS' } },
    '取消任务',
    ['依据：鄂州政办发〔2022〕1号'],
  ],
  [
    'a correction that takes the date away',
    { type: 'DEADLINE_CORRECTED', payload: { to: null } },
    '更正完成时限',
    ['更正为没有日期'],
  ],
])('%s', (_title, changes, what, facts) => {
  expect(eventWords(event(changes))).toEqual({ what, facts });
});
