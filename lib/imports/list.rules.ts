import type { Day } from '@/lib/dates';
import type { AssessmentList, List, ListAssessmentRow, ListTask } from './list.schema';

/** What a question can be about; anything else concerns the row. */
const QUESTION_FIELDS = [
  'lead',
  'responsible',
  'deadline',
  'row',
  'text',
  'section',
  'measure',
  'group',
  'points',
  'scoring',
  'indicator1',
  'indicator2',
  'seq',
  'extra',
  'source',
] as const;
/** `effectiveFrom`: from which day the list counts, where the document prints no date; activation answers it. */
export type QuestionField = (typeof QUESTION_FIELDS)[number] | 'document' | 'effectiveFrom';

/** The field a flag asks about: its first word where that names a field ("lead: …", "Deadline 2023年4月底 is before …"), else the row. */
export function questionField(flag: string): (typeof QUESTION_FIELDS)[number] {
  const word = /^[A-Za-z]+[12]?/.exec(flag)?.[0].toLowerCase() ?? '';
  return QUESTION_FIELDS.find((field) => field === word || `${field}s` === word) ?? 'row';
}

export type PrintedCells = { leadText: string; responsibleText: string; deadlineText: string };

/** The printed words that hold for each row: a cell merged with the one above (null) takes the last printed one. */
export function inheritCells(
  rows: readonly Pick<ListTask, 'leadRaw' | 'responsibleRaw' | 'deadlineRaw'>[],
): PrintedCells[] {
  let last: PrintedCells = { leadText: '', responsibleText: '', deadlineText: '' };
  return rows.map((row) => {
    last = {
      leadText: row.leadRaw ?? last.leadText,
      responsibleText: row.responsibleRaw ?? last.responsibleText,
      deadlineText: row.deadlineRaw ?? last.deadlineText,
    };
    return last;
  });
}

/** 立即推进, 及时推进: by the reading's own word, else by its note. */
export function startsAtOnce(deadline: ListTask['deadline']): boolean {
  return deadline.startsAtOnce ?? /(立即|及时)推进/.test(deadline.note ?? '');
}

/** The day of the tasks' first event: the document's date, else the first day of its year, never after today. */
export function creationDay(document: Pick<List['document'], 'issuedOn' | 'year'>, today: Day): Day {
  const day = document.issuedOn ?? `${document.year}-01-01`;
  return day < today ? day : today;
}

/** Sum of points without the noise of binary fractions. */
export function sumOfPoints(rows: readonly Pick<ListAssessmentRow, 'points'>[]): number {
  return rows.reduce((sum, row) => sum + Math.round(row.points * 100), 0) / 100;
}

/** The total the document prints: as read, or in the note under its table (考核总分300分) that the reading kept word for word. */
export function printedTotal(list: AssessmentList): number | null {
  if (list.document.printedTotal !== undefined) return list.document.printedTotal;
  const match = list.anomalies.map((text) => /考核总分(\d+(?:\.\d+)?)分/.exec(text)).find((found) => found !== null);
  return match ? Number(match[1]) : null;
}

/** A heading's cell: printed where it first appears or changes; elsewhere it goes on and nothing is claimed. */
export function newHeadings<Row>(rows: readonly Row[], read: (row: Row) => string | null): (string | null)[] {
  return rows.map((row, index) => {
    const heading = read(row);
    return index > 0 && heading === read(rows[index - 1]!) ? null : heading;
  });
}
