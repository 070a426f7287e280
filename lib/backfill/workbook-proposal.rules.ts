import type { Day } from '../dates';
import { compareLists } from '../imports/revisions/revision.rules';
import { compactText } from '../text';
import { achievedStateOf, type EnteredState, type KnownTask } from './backfill.rules';
import type { ProgressSheet, SheetRow } from './progress-sheet.rules';
import {
  readDay,
  readNarrative,
  readPercent,
  readReportedOn,
  readStatusCell,
  type SaidState,
} from './progress-words.rules';

/** The proposal read from a workbook: which row speaks of which task, and what it says. */

/** What is proposed for one task, with what is printed and what a person must look at. */
export type Proposal = {
  taskId: number;
  place: string;
  printed: Partial<Record<string, string>>;
  state: EnteredState | null;
  achievedOn: Day | null;
  narrative: string;
  percent: number | null;
  reportedOn: Day | null;
  questions: string[];
};
export type UnmatchedRow = { place: string; seq: number | null; text: string; progress: string };
export type WorkbookProposal = { proposals: Proposal[]; unmatched: UnmatchedRow[]; columns: string[] };

const comparedOf = (row: { seq: number | null; text: string }) => ({
  seq: row.seq ?? 0,
  section: null,
  measure: null,
  group: null,
  text: row.text,
  lead: '',
  responsible: '',
  deadline: '',
});

/** Fewer letters than these stand in many tasks. */
const LEAST_PIECE = 6;

type Match = { task: KnownTask; question: string | null };

/** Which row speaks of which task: by words, where the sheet has them, with the number as a second witness; else by the number alone, which is asked about. */
function matchRows(rows: readonly SheetRow[], tasks: readonly KnownTask[]): (Match | null)[] {
  const matches: (Match | null)[] = rows.map(() => null);
  const worded = rows.flatMap((row, index) => (row.cells.text ? [{ index, row }] : []));
  const changes = compareLists(
    tasks.map(comparedOf),
    worded.map(({ row }) => comparedOf({ seq: row.seq, text: row.cells.text! })),
  );
  for (const change of changes) {
    if (!('standing' in change) || !('incoming' in change)) continue;
    const { index, row } = worded[change.incoming]!;
    const task = tasks[change.standing]!;
    const isSameText = compactText(task.text) === compactText(row.cells.text!);
    const isSameSeq = row.seq === null || row.seq === task.seq;
    const isUnsure = change.kind !== 'same' && change.isUnsure;
    matches[index] = {
      task,
      question:
        isSameText || (!isUnsure && isSameSeq)
          ? null
          : isSameSeq
            ? '表中的任务文字与清单出入较大，请核对是否同一项任务'
            : `表中序号为 ${row.seq}，文字与清单不完全相同，请核对是否同一项任务`,
    };
  }
  const taken = new Set(matches.map((match) => match?.task.id));
  for (const [index, row] of rows.entries()) {
    if (matches[index] || row.seq === null) continue;
    const same = tasks.filter(({ seq, id }) => seq === row.seq && !taken.has(id));
    const [task] = same;
    if (!task || same.length !== 1) continue;
    // A ledger often keeps but the first words of a task.
    const words = compactText(row.cells.text ?? '');
    const isPiece = words.length >= LEAST_PIECE && compactText(task.text).includes(words);
    if (words !== '' && !isPiece) continue;
    taken.add(task.id);
    matches[index] = {
      task,
      question: isPiece ? '表中只有任务文字的一段，请核对是否同一项任务' : '表中没有任务文字，只按序号对应，请核对',
    };
  }
  return matches;
}

const STOPPED_QUESTION = '表中写为取消、终止、暂停或不再推进，请选择状态；确需取消的，在任务页办理“取消任务”，不作补录';

/** Both cells together; where they do not agree it is asked. */
function stateSaid(completion: string, progress: string): { said: SaidState; question: string | null } {
  const fromStatus = completion === '' ? null : (readStatusCell(completion) ?? readNarrative(completion));
  const fromProgress = progress === '' ? null : readNarrative(progress);
  if (fromStatus === 'stopped' || fromProgress === 'stopped') return { said: null, question: STOPPED_QUESTION };
  if (fromStatus === 'doubt') return { said: null, question: `“${completion}”看不出是否办结，请选择状态` };
  const isDoneBeside = fromStatus === 'achieved' && fromProgress === 'not_started';
  const isBegunBeside = fromStatus === 'not_started' && fromProgress === 'achieved';
  if (isDoneBeside || isBegunBeside) return { said: null, question: '完成情况与进展情况说法不一，请选择状态' };
  if (fromStatus !== null) return { said: fromStatus, question: null };
  if (fromProgress === 'doubt') return { said: null, question: '从进展文字看不出状态，请选择' };
  return { said: fromProgress, question: null };
}

function propose(
  row: SheetRow,
  { task, question }: Match,
  context: { year: number; today: Day; earliest: Day; isDoneOnDoubtful: boolean },
): Proposal {
  const { cells } = row;
  const questions = [...row.questions];
  const ask = (words: string | null) => {
    if (words !== null && !questions.includes(words)) questions.push(words);
  };
  const proposal: Proposal = {
    taskId: task.id,
    place: row.place,
    printed: cells,
    state: null,
    achievedOn: null,
    narrative: '',
    percent: null,
    reportedOn: null,
    questions,
  };
  ask(question);
  // Whose row it is must be settled by a person first: nothing is filled in.
  if (question !== null) return proposal;

  const completion = cells.completion ?? '';
  const isStatus = completion !== '' && readStatusCell(completion) !== null;
  const progress = cells.progress ?? (isStatus ? '' : completion);
  const { said, question: stateQuestion } = stateSaid(completion, progress);
  ask(stateQuestion);
  proposal.narrative = progress;

  const column = readPercent(cells.percent ?? '', true);
  ask(column.question);
  const percent = column.percent ?? readPercent(completion, false).percent ?? readPercent(progress, false).percent;
  const isHundred = (column.percent ?? readPercent(completion, false).percent) === 100;
  const achieved = achievedStateOf(task);
  const isDone = said === 'achieved' || (said === null && stateQuestion === null && isHundred);
  if (isDone && achieved === null) {
    proposal.state = 'IN_PROGRESS';
    ask('表中写为完成，但该任务只有长期推进，不作办结，请核对');
  } else if (isDone) proposal.state = achieved;
  else if (said === 'in_progress') proposal.state = 'IN_PROGRESS';
  else if (said === 'not_started') proposal.state = 'NOT_STARTED';
  else if (said === null && stateQuestion === null && column.percent !== null && column.percent > 0)
    proposal.state = 'IN_PROGRESS';
  if (isHundred && said !== null && said !== 'achieved') {
    proposal.state = null;
    ask('完成程度为 100%，但文字没有写办结，请选择状态');
  }
  // 网办率100% among the words is no completion of the task.
  const isOwnPercent = percent !== 100 || isHundred || isDone;
  if (task.dueOn !== null && percent !== null && proposal.narrative !== '' && isOwnPercent) proposal.percent = percent;

  readDoneOn(proposal, cells.doneOn ?? '', task, context, ask);
  const reported = readDay(cells.reportedOn ?? '', context.year);
  ask(reported.question);
  const reportedOn = reported.day ?? readReportedOn(progress, context.year);
  if (reportedOn !== null && (reportedOn > context.today || reportedOn < context.earliest))
    ask(`填报时间 ${reportedOn} 不在合理范围内`);
  else if (proposal.narrative !== '') proposal.reportedOn = reportedOn;
  if (proposal.state === null && questions.length === 0) ask('表中没有写明状态，请选择');
  return proposal;
}

function readDoneOn(
  proposal: Proposal,
  printed: string,
  task: KnownTask,
  context: { year: number; today: Day; earliest: Day; isDoneOnDoubtful: boolean },
  ask: (words: string | null) => void,
): void {
  const isAchieved = proposal.state === 'COMPLETED' || proposal.state === 'SUSTAINED';
  const { day, question } = readDay(printed, context.year);
  if (!isAchieved) {
    // 完成时间 of what is not done is a deadline; 办结时间 says it was done.
    if (context.isDoneOnDoubtful) return;
    ask(question);
    if (day === null) return;
    if (achievedStateOf(task) === null) {
      if (proposal.questions.length === 0) ask(`表中印有办结日期 ${day}，该任务没有完成时限，不作办结`);
      return;
    }
    ask(`表中印有办结日期 ${day}，但没有写明办结，请选择状态`);
    proposal.state = null;
    if (day <= context.today && day >= context.earliest) proposal.achievedOn = day;
    return;
  }
  ask(question);
  if (day === null) {
    if (question === null) ask('表中没有办结日期，请填写');
    return;
  }
  if (context.isDoneOnDoubtful && day === task.dueOn) {
    ask(`“完成时间”与完成时限相同（${day}），可能印的是时限，请填写实际办结日期`);
    return;
  }
  if (day > context.today || day < context.earliest) {
    ask(`办结日期 ${day} 不在合理范围内，请核对`);
    return;
  }
  if (context.isDoneOnDoubtful) ask(`“完成时间”一栏可能是时限，请核对 ${day} 是否为实际办结日期`);
  proposal.achievedOn = day;
}

/** What a sheet says of each task. Rows that speak of none, and second rows on a task, are listed apart. Pure. */
export function proposeFromSheet(
  sheet: ProgressSheet,
  tasks: readonly KnownTask[],
  context: { year: number; today: Day; earliest: Day },
): WorkbookProposal {
  const matches = matchRows(sheet.rows, tasks);
  const proposals: Proposal[] = [];
  const unmatched: UnmatchedRow[] = [];
  for (const [index, row] of sheet.rows.entries()) {
    const match = matches[index];
    if (match) proposals.push(propose(row, match, { ...context, isDoneOnDoubtful: sheet.isDoneOnDoubtful }));
    else
      unmatched.push({
        place: row.place,
        seq: row.seq,
        text: row.cells.text ?? '',
        progress: row.cells.progress ?? row.cells.completion ?? '',
      });
  }
  return { proposals, unmatched, columns: sheet.columns };
}
