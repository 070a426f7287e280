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
  if (dueOn !== null && toDueOn <= dueOn) return `延期后的日期应当晚于现在的完成时限 ${dueOn}。`;
  if (toDueOn < today) return `延期后的日期不能早于今天（${today}）。`;
  return null;
}

/** The office decides the first extension of a task, a leader every further one. */
export function decidingAction(grantedBefore: number): 'extension.decide' | 'extension.decide_again' {
  return grantedBefore === 0 ? 'extension.decide' : 'extension.decide_again';
}

/** Every extension was asked on or before the date it moved: only then can the task still count as 延期内办结. */
export function isAskedInTime(extension: { requestedOn: Day; fromDueOn: Day }): boolean {
  return extension.requestedOn <= extension.fromDueOn;
}

/** What follows for the outcome where a request of this day is granted, in words for the form. Pure. */
export function consequenceWords({
  dueOn,
  today,
  hasLateOne,
}: {
  dueOn: Day;
  today: Day;
  /** An extension granted before was asked after its date. */
  hasLateOne: boolean;
}): string {
  if (today > dueOn) return `原时限 ${dueOn} 已过，同意后仍计逾期办结；已逾期的天数保留。`;
  if (hasLateOne) return `今天提出，不晚于原时限 ${dueOn}；但此前有一次延期是在时限过后提出的，同意后仍计逾期办结。`;
  return `今天提出，不晚于原时限 ${dueOn}，同意后在新时限内办结的可计为延期内办结。`;
}
