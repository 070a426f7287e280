import type { Day } from '@/lib/dates';
import type { LightCode, OutcomeCode, ReasonCode, StateCode } from '@/lib/standing/standing.types';

export type NamedUnit = { id: number; name: string };
/** narrative: null for those who may not read reports on the task. */
export type LastReport = {
  /** Of a 补录: the day it says it was made. */
  on: Day;
  unitName: string;
  narrative: string | null;
  isReturned: boolean;
  isBackfill: boolean;
};

/** A task as a line of a list. */
export type TaskLine = {
  taskId: number;
  seq: number;
  text: string;
  planId: number;
  planTitle: string;
  state: StateCode;
  outcome: OutcomeCode | null;
  /** Its plan was archived by the day. */
  isArchived: boolean;
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
