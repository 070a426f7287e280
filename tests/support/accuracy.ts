// How exactly a document was read: every field of every row against the exact reading made by hand (seeds/lists).

import type { ListAssessmentRow, ListTask } from '@/lib/imports/list.schema';
import type { Reading, ReadQuestion, ReadRow } from '@/lib/imports/reading/reading.schema';
import { compactText } from '@/lib/text';

export type TruthRow = ListTask & Partial<Pick<ListAssessmentRow, 'indicator1' | 'indicator2' | 'points' | 'scoring'>>;

export type WrongField = { row: number; seq: number; field: string; wanted: string; found: string; isSilent: boolean };

export type Accuracy = {
  rowsWanted: number;
  rowsFound: number;
  fields: number;
  exact: number;
  questions: number;
  silent: number;
  wrong: WrongField[];
};

/** The question field that covers each compared field. */
const COVERED_BY: Record<string, string> = { leadRaw: 'lead', responsibleRaw: 'responsible', deadlineRaw: 'deadline' };

type Comparable = Record<string, unknown>;

const names = (list: readonly string[]) => list.map(compactText).join('|');

function comparable(row: TruthRow | ReadRow, isAssessment: boolean): Comparable {
  const deadline = row.deadline;
  return {
    seq: row.seq,
    section: row.section,
    measure: row.measure,
    text: row.text,
    group: row.group,
    leadRaw: row.leadRaw,
    responsibleRaw: row.responsibleRaw,
    deadlineRaw: row.deadlineRaw,
    lead: names(row.lead),
    responsible: names(row.responsible),
    deadline: `${deadline.dueOn ?? ''}|${deadline.ongoing}|${deadline.startsAtOnce ?? /立即|及时/.test(deadline.note ?? '')}`,
    inherited: [...row.inherited].sort().join('|'),
    ...(isAssessment
      ? { indicator1: row.indicator1, indicator2: row.indicator2, points: row.points, scoring: row.scoring }
      : {}),
  };
}

/** Rows are paired in order by their words; a row without a partner is missing or one too many. */
function pairRows(wanted: readonly TruthRow[], found: readonly ReadRow[]): [TruthRow | null, number | null][] {
  const key = (row: TruthRow | ReadRow) => compactText(row.text);
  const pairs: [TruthRow | null, number | null][] = [];
  let next = 0;
  for (const row of wanted) {
    let at = found.findIndex((other, index) => index >= next && key(other) === key(row));
    if (at < 0 && found[next] !== undefined && found[next]!.seq === row.seq) at = next;
    if (at < 0) {
      pairs.push([row, null]);
      continue;
    }
    for (; next < at; next += 1) pairs.push([null, next]);
    pairs.push([row, at]);
    next = at + 1;
  }
  for (; next < found.length; next += 1) pairs.push([null, next]);
  return pairs;
}

/** A wrong field is silent where no question of its row asks about it or about the row as a whole. */
export function measureReading(
  reading: Reading,
  truth: readonly TruthRow[],
  isAssessment: boolean,
  { leavesOut = [], knowsParagraphs = true }: { leavesOut?: readonly string[]; knowsParagraphs?: boolean } = {},
): Accuracy {
  const wrong: WrongField[] = [];
  const asked = (index: number, field: string) =>
    reading.questions.some(
      (question: ReadQuestion) =>
        question.row === index && (question.field === (COVERED_BY[field] ?? field) || question.field === 'row'),
    );
  let fields = 0;
  for (const [wantedRow, at] of pairRows(truth, reading.rows)) {
    if (wantedRow === null) {
      const row = reading.rows[at!]!;
      wrong.push({
        row: at! + 1,
        seq: row.seq ?? 0,
        field: 'row',
        wanted: '（没有这一行）',
        found: row.text,
        isSilent: !asked(at!, 'row'),
      });
      continue;
    }
    const wanted = comparable(wantedRow, isAssessment);
    for (const field of leavesOut) delete wanted[field];
    fields += Object.keys(wanted).length;
    if (at === null) {
      for (const field of Object.keys(wanted))
        wrong.push({
          row: 0,
          seq: wantedRow.seq,
          field,
          wanted: String(wanted[field]),
          found: '（没有读到这一行）',
          isSilent: true,
        });
      continue;
    }
    const found = comparable(reading.rows[at]!, isAssessment);
    for (const field of Object.keys(wanted)) {
      if (wanted[field] === found[field]) continue;
      if (
        !knowsParagraphs &&
        field === 'scoring' &&
        compactText(String(wanted[field])) === compactText(String(found[field]))
      )
        continue;
      // The mark follows its field: a doubt about the field is a doubt about where it came from.
      const isSilent =
        field === 'inherited'
          ? !String(wanted.inherited ?? '')
              .split('|')
              .concat(String(found.inherited ?? '').split('|'))
              .some((name) => name !== '' && asked(at, name))
          : !asked(at, field);
      wrong.push({
        row: at + 1,
        seq: wantedRow.seq,
        field,
        wanted: String(wanted[field]),
        found: String(found[field]),
        isSilent,
      });
    }
  }
  const wrongWanted = wrong.filter(({ field }) => field !== 'row').length;
  return {
    rowsWanted: truth.length,
    rowsFound: reading.rows.length,
    fields,
    exact: fields - wrongWanted,
    questions: reading.questions.length,
    silent: wrong.filter(({ isSilent }) => isSilent).length,
    wrong,
  };
}
