import type { Day } from '@/lib/dates';
import type { LightCode, ReasonCode, StateCode } from '@/lib/standing/standing.types';

export type NamedUnit = { id: number; name: string };
/** narrative: null for those who may not read reports on the task. */
export type LastReport = { on: Day; unitName: string; narrative: string | null; isReturned: boolean };

/** A task as a line of a list. */
export type TaskLine = {
  taskId: number;
  seq: number;
  text: string;
  planId: number;
  planTitle: string;
  state: StateCode;
  light: LightCode;
  reason: ReasonCode;
  dueOn: Day | null;
  daysLeft: number | null;
  overdueDays: number;
  clockOn: Day | null;
  missedCycles: number;
  missedSinceOn: Day | null;
  deadlineText: string;
  areaId: number | null;
  areaHeading: string | null;
  measureId: number | null;
  measureHeading: string | null;
  groupId: number | null;
  groupName: string | null;
  leads: NamedUnit[];
  /** The printed words, for a lead that no unit stands for. */
  leadText: string;
  /** Only where asked for. */
  lastReport: LastReport | null;
};
