import type { Day } from '@/lib/dates';
import { applyMove, MOVE_REFUSAL_TEXT, MoveRefused, type TaskState } from '@/lib/tasks/task.rules';

export type ExtensionRequest = {
  state: TaskState;
  dueOn: Day | null;
  ongoing: boolean;
  toDueOn: Day;
  today: Day;
};

/** Why the request cannot stand, in words for people; null where it can. Asking after the date is allowed, but never for a day gone by. */
export function extensionRefusal({ state, dueOn, ongoing, toDueOn, today }: ExtensionRequest): string | null {
  try {
    applyMove(state, { type: 'extend', deadline: { dueOn, ongoing } });
  } catch (error) {
    if (error instanceof MoveRefused) return MOVE_REFUSAL_TEXT[error.messageKey];
    throw error;
  }
  if (dueOn !== null && toDueOn <= dueOn) return `延期后的日期应当晚于现在的完成日期 ${dueOn}。`;
  if (toDueOn < today) return `延期后的日期不能早于今天（${today}）。`;
  return null;
}

/** The office decides the first extension of a task, a leader every further one. */
export function decidingAction(grantedBefore: number): 'extension.decide' | 'extension.decide_again' {
  return grantedBefore === 0 ? 'extension.decide' : 'extension.decide_again';
}
