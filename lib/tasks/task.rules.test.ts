import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  applyMove,
  canApplyMove,
  isOpenState,
  MOVE_REFUSAL_TEXT,
  type MoveRefusalKey,
  MoveRefused,
  TASK_STATES,
  type TaskMove,
  type TaskState,
} from './task.rules';

const dated = { dueOn: '2022-06-30', ongoing: false };
const datedThenOngoing = { dueOn: '2022-06-30', ongoing: true };
const onlyOngoing = { dueOn: null, ongoing: true };
const undecided = { dueOn: null, ongoing: false };

type Outcome = TaskState | MoveRefusalKey;
/** One row a move; columns in the order of TASK_STATES: NOT_STARTED, IN_PROGRESS, UNDER_REVIEW, COMPLETED, SUSTAINED, CANCELLED. */
const table: [string, TaskMove, [Outcome, Outcome, Outcome, Outcome, Outcome, Outcome]][] = [
  [
    'progress by a lead',
    { type: 'progress', by: 'LEAD' },
    ['IN_PROGRESS', 'IN_PROGRESS', 'progress.under_review', 'progress.closed', 'SUSTAINED', 'progress.closed'],
  ],
  [
    'progress by a responsible unit',
    { type: 'progress', by: 'RESPONSIBLE' },
    ['NOT_STARTED', 'IN_PROGRESS', 'progress.under_review', 'progress.closed', 'SUSTAINED', 'progress.closed'],
  ],
  ...[dated, datedThenOngoing, undecided].map((deadline): (typeof table)[number] => [
    `result, ${JSON.stringify(deadline)}`,
    { type: 'result', deadline },
    ['UNDER_REVIEW', 'UNDER_REVIEW', 'result.under_review', 'result.closed', 'result.closed', 'result.closed'],
  ]),
  [
    'result of a task that is only ongoing',
    { type: 'result', deadline: onlyOngoing },
    [
      'result.only_ongoing',
      'result.only_ongoing',
      'result.under_review',
      'result.closed',
      'result.closed',
      'result.closed',
    ],
  ],
  ...(['NOT_STARTED', 'IN_PROGRESS'] as const).map((stateBefore): (typeof table)[number] => [
    `withdraw to ${stateBefore}`,
    { type: 'withdraw', stateBefore },
    [
      'withdraw.not_under_review',
      'withdraw.not_under_review',
      stateBefore,
      'withdraw.not_under_review',
      'withdraw.not_under_review',
      'withdraw.not_under_review',
    ],
  ]),
  ...([null, 'UNDER_REVIEW', 'COMPLETED', 'SUSTAINED', 'CANCELLED'] as const).map(
    (stateBefore): (typeof table)[number] => [
      `withdraw to ${stateBefore}`,
      { type: 'withdraw', stateBefore },
      [
        'withdraw.not_under_review',
        'withdraw.not_under_review',
        'state.no_state_before',
        'withdraw.not_under_review',
        'withdraw.not_under_review',
        'withdraw.not_under_review',
      ],
    ],
  ),
  [
    'return with a reason',
    { type: 'return', reason: '佐证不足' },
    [
      'review.not_under_review',
      'review.not_under_review',
      'IN_PROGRESS',
      'review.not_under_review',
      'review.not_under_review',
      'review.not_under_review',
    ],
  ],
  [
    'return without a reason',
    { type: 'return', reason: ' \n' },
    [
      'review.not_under_review',
      'review.not_under_review',
      'reason.missing',
      'review.not_under_review',
      'review.not_under_review',
      'review.not_under_review',
    ],
  ],
  ...(
    [
      [dated, 'COMPLETED'],
      [undecided, 'COMPLETED'],
      [datedThenOngoing, 'SUSTAINED'],
      [onlyOngoing, 'SUSTAINED'],
    ] as const
  ).map(([deadline, after]): (typeof table)[number] => [
    `accept, ${JSON.stringify(deadline)}`,
    { type: 'accept', deadline },
    [
      'review.not_under_review',
      'review.not_under_review',
      after,
      'review.not_under_review',
      'review.not_under_review',
      'review.not_under_review',
    ],
  ]),
  [
    'reopen with a reason',
    { type: 'reopen', reason: '复核发现未达标' },
    ['reopen.not_closed', 'reopen.not_closed', 'reopen.not_closed', 'IN_PROGRESS', 'IN_PROGRESS', 'reopen.not_closed'],
  ],
  [
    'reopen without a reason',
    { type: 'reopen', reason: '' },
    [
      'reopen.not_closed',
      'reopen.not_closed',
      'reopen.not_closed',
      'reason.missing',
      'reason.missing',
      'reopen.not_closed',
    ],
  ],
  [
    'cancel with its basis',
    { type: 'cancel', basis: '鄂州政办发〔2022〕1号' },
    ['CANCELLED', 'CANCELLED', 'CANCELLED', 'cancel.closed', 'CANCELLED', 'cancel.closed'],
  ],
  [
    'cancel without a basis',
    { type: 'cancel', basis: '' },
    ['basis.missing', 'basis.missing', 'basis.missing', 'cancel.closed', 'basis.missing', 'cancel.closed'],
  ],
  ...(
    [
      ['NOT_STARTED', '鄂州政办发〔2022〕2号', 'NOT_STARTED'],
      ['IN_PROGRESS', '鄂州政办发〔2022〕2号', 'IN_PROGRESS'],
      ['UNDER_REVIEW', '鄂州政办发〔2022〕2号', 'UNDER_REVIEW'],
      ['SUSTAINED', '鄂州政办发〔2022〕2号', 'SUSTAINED'],
      ['IN_PROGRESS', '', 'basis.missing'],
      ['COMPLETED', '鄂州政办发〔2022〕2号', 'state.no_state_before'],
      ['CANCELLED', '鄂州政办发〔2022〕2号', 'state.no_state_before'],
      [null, '鄂州政办发〔2022〕2号', 'state.no_state_before'],
    ] as const
  ).map(([stateBefore, basis, after]): (typeof table)[number] => [
    `restore to ${stateBefore}, basis “${basis}”`,
    { type: 'restore', stateBefore, basis },
    [
      'restore.not_cancelled',
      'restore.not_cancelled',
      'restore.not_cancelled',
      'restore.not_cancelled',
      'restore.not_cancelled',
      after,
    ],
  ]),
  ...[dated, datedThenOngoing].map((deadline): (typeof table)[number] => [
    `extend, ${JSON.stringify(deadline)}`,
    { type: 'extend', deadline },
    ['NOT_STARTED', 'IN_PROGRESS', 'extend.closed', 'extend.closed', 'extend.closed', 'extend.closed'],
  ]),
  ...[onlyOngoing, undecided].map((deadline): (typeof table)[number] => [
    `extend, ${JSON.stringify(deadline)}`,
    { type: 'extend', deadline },
    ['extend.no_date', 'extend.no_date', 'extend.closed', 'extend.closed', 'extend.closed', 'extend.closed'],
  ]),
  ...(['correct', 'reassign'] as const).map((type): (typeof table)[number] => [type, { type }, [...TASK_STATES]]),
];

const outcomeOf = (state: TaskState, move: TaskMove): Outcome => {
  try {
    return applyMove(state, move);
  } catch (error) {
    if (error instanceof MoveRefused) return error.messageKey;
    throw error;
  }
};

describe.each(table)('%s', (_title, move, outcomes) => {
  test.each(TASK_STATES.map((state, index) => [state, outcomes[index]!] as const))('%s → %s', (state, outcome) => {
    expect(outcomeOf(state, move)).toBe(outcome);
    expect(canApplyMove(state, move)).toBe((TASK_STATES as readonly string[]).includes(outcome));
  });
});

test('a refusal carries the code of AppError and a text for people', () => {
  const refused = (state: TaskState, move: TaskMove) => {
    try {
      applyMove(state, move);
    } catch (error) {
      return error as MoveRefused;
    }
    throw new Error('not refused');
  };
  expect(refused('COMPLETED', { type: 'progress', by: 'LEAD' }).code).toBe('invalid_state');
  expect(refused('UNDER_REVIEW', { type: 'return', reason: '' }).code).toBe('unreadable');
  for (const text of Object.values(MOVE_REFUSAL_TEXT)) expect(text).toMatch(/[\u4e00-\u9fff].*。$/);
});

const anyMove = fc.constantFrom(...table.map(([, move]) => move));

test('along any history a closed task leaves its state only by reopening, cancelling or restoring', () => {
  fc.assert(
    fc.property(fc.array(anyMove, { maxLength: 30 }), (moves) => {
      let state: TaskState = 'NOT_STARTED';
      for (const move of moves) {
        if (!canApplyMove(state, move)) continue;
        const after = applyMove(state, move);
        if (!isOpenState(state) && after !== state) expect(['reopen', 'cancel', 'restore']).toContain(move.type);
        if (after === 'COMPLETED') expect(state === 'COMPLETED' || move.type === 'accept').toBe(true);
        state = after;
      }
    }),
  );
});

test('withdrawing a result gives back the state it was submitted from', () => {
  for (const stateBefore of ['NOT_STARTED', 'IN_PROGRESS'] as const) {
    const submitted = applyMove(stateBefore, { type: 'result', deadline: dated });
    expect(applyMove(submitted, { type: 'withdraw', stateBefore })).toBe(stateBefore);
  }
});
