import { type Day, partsOfDay } from '../dates';
import { isOnlyOngoing, type TaskState } from '../tasks/task.rules';
import { countChars } from '../text';

/** States an opening balance may enter. */
export type EnteredState = Extract<TaskState, 'NOT_STARTED' | 'IN_PROGRESS' | 'COMPLETED' | 'SUSTAINED'>;
export type BackfillDeadline = { dueOn: Day | null; ongoing: boolean };
/** What is known of a task when its row is looked for. */
export type KnownTask = BackfillDeadline & { id: number; seq: number; text: string };

/** The state that a finished task has; null where it can only go on. */
export function achievedStateOf(deadline: BackfillDeadline): 'COMPLETED' | 'SUSTAINED' | null {
  if (isOnlyOngoing(deadline)) return null;
  return deadline.ongoing ? 'SUSTAINED' : 'COMPLETED';
}

export function statesFor(deadline: BackfillDeadline): EnteredState[] {
  const achieved = achievedStateOf(deadline);
  return ['NOT_STARTED', 'IN_PROGRESS', ...(achieved ? [achieved] : [])];
}

/** The first day that an opening balance may name: the year before the list was issued. */
export function earliestDay(issuedOn: Day): Day {
  return `${String(partsOfDay(issuedOn).year - 1).padStart(4, '0')}-01-01`;
}

export type BackfillRow = {
  state: EnteredState;
  achievedOn: Day | null;
  narrative: string;
  percent: number | null;
  reportedOn: Day | null;
  basis: string;
};
export type BackfillField = 'state' | 'achievedOn' | 'narrative' | 'percent' | 'reportedOn' | 'basis';
export const NARRATIVE_LIMIT = 2000;

/** What is wrong with one row, by field, in words; empty where nothing is. */
export function faultsOfRow(
  row: BackfillRow,
  deadline: BackfillDeadline,
  bounds: { earliest: Day; latest: Day },
): Partial<Record<BackfillField, string>> {
  const faults: Partial<Record<BackfillField, string>> = {};
  const within = (day: Day) => day >= bounds.earliest && day <= bounds.latest;
  const boundWords = `应在 ${bounds.earliest} 至 ${bounds.latest}（启用方案之日）之间；此后的由承担单位填报`;
  if (!statesFor(deadline).includes(row.state))
    faults.state = isOnlyOngoing(deadline)
      ? '该任务只有长期推进，不作办结，请选未启动或推进中'
      : deadline.ongoing
        ? '该任务达标后转长期，请选“已达标转长期”'
        : '该任务没有长期推进要求，请选“已办结”';
  const isAchieved = row.state === 'COMPLETED' || row.state === 'SUSTAINED';
  if (isAchieved && row.achievedOn === null) faults.achievedOn = '请填写办结日期';
  else if (!isAchieved && row.achievedOn !== null) faults.achievedOn = '没有办结的，不填办结日期';
  else if (row.achievedOn !== null && !within(row.achievedOn)) faults.achievedOn = `办结日期${boundWords}`;
  const hasReport = row.narrative !== '';
  if (countChars(row.narrative) > NARRATIVE_LIMIT) faults.narrative = `最近进展最多 ${NARRATIVE_LIMIT} 字，请删减`;
  if (row.percent !== null && deadline.dueOn === null) faults.percent = '完成时限没有日期的任务不填完成程度';
  else if (row.percent !== null && !hasReport) faults.narrative ??= '填了完成程度的，请一并填写最近进展';
  if (hasReport && row.reportedOn === null) faults.reportedOn = '请填写这份进展的日期';
  else if (hasReport && row.reportedOn !== null && !within(row.reportedOn)) faults.reportedOn = `进展日期${boundWords}`;
  if (row.basis === '') faults.basis = '请写明依据，或在上方填写共同依据';
  return faults;
}
