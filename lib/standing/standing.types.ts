/** What the system computes for a task on a day (DESIGN.md §3). The codes are those of the SQL function. */

export const LIGHT_CODES = ['RED', 'YELLOW', 'GREEN', 'BLUE', 'NONE'] as const;
export type LightCode = (typeof LIGHT_CODES)[number];

export const REASON_CODES = [
  'OVERDUE',
  'ISSUED_PAST_DUE',
  'REPORTING_LAPSED',
  'DUE_SOON',
  'UNREPORTED',
  'COMPLETED',
  'SUSTAINED',
  'NO_DEADLINE',
  'ON_COURSE',
  'CANCELLED',
  'PLAN_NOT_ACTIVE',
] as const;
export type ReasonCode = (typeof REASON_CODES)[number];

export const STATE_CODES = [
  'NOT_STARTED',
  'IN_PROGRESS',
  'UNDER_REVIEW',
  'COMPLETED',
  'SUSTAINED',
  'CANCELLED',
] as const;
export type StateCode = (typeof STATE_CODES)[number];

export const OUTCOME_CODES = ['ON_TIME', 'EXTENDED', 'LATE', 'NOT_ACHIEVED'] as const;
export type OutcomeCode = (typeof OUTCOME_CODES)[number];
