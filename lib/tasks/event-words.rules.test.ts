import { expect, test } from 'vitest';
import { EventType } from '@/lib/server/prisma-client/enums';
import { type EventFacts, eventWords, revisedWords } from './event-words.rules';

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
  [
    'a correction that lets the task go on',
    { type: 'DEADLINE_CORRECTED', payload: { ongoing: true, basis: '《清单》修订' } },
    '更正完成时限',
    ['更正为长期推进', '依据：《清单》修订'],
  ],
  [
    'a task that a revised list put on',
    { payload: { listedBy: 7, basis: '《清单》修订' } },
    '修订清单新增任务',
    ['依据：《清单》修订'],
  ],
])('%s', (_title, changes, what, facts) => {
  expect(eventWords(event(changes))).toEqual({ what, facts });
});

test('a revised list names every field it changed, before and after', () => {
  const payload = { before: { seq: '3', deadline: '2022年6月底' }, after: { seq: '4', deadline: '' }, printed: null };
  expect(revisedWords(event({ type: 'TASK_REVISED', payload }))).toEqual([
    { label: '完成时限', before: '2022年6月底', after: '', areNames: false },
    { label: '序号', before: '3', after: '4', areNames: false },
  ]);
  expect(revisedWords(event({ type: 'TASK_REASSIGNED', payload }))).toEqual([]);
});
