import type { QuestionField } from '@/lib/imports/list.rules';
import type { Place } from '@/lib/imports/readers/source';

/**
 * Between the finders (tables, prose, cells whose borders are lost) and the reading: rows whose cells are told apart by meaning, still as printed.
 */

export const LIST_FIELDS = [
  'seq',
  'section',
  'measure',
  'indicator1',
  'indicator2',
  'text',
  'points',
  'scoring',
  'group',
  'lead',
  'responsible',
  'deadline',
] as const;
export type ListField = (typeof LIST_FIELDS)[number];

/** Each field's name for people. */
export const FIELD_WORDS: Record<ListField, string> = {
  seq: '序号',
  section: '政策领域',
  measure: '改革举措',
  indicator1: '一级指标',
  indicator2: '二级指标',
  text: '任务内容',
  points: '分值',
  scoring: '计分方法',
  group: '责任专项组',
  lead: '牵头单位',
  responsible: '责任单位',
  deadline: '完成时限',
};

export type QuestionKind =
  | 'unknown-unit'
  | 'lost-separator'
  | 'shared-prefix'
  | 'deadline'
  | 'no-deadline'
  | 'no-lead'
  | 'who-leads'
  /** The value was taken from a row above though no span says so. */
  | 'inherited'
  /** A blank cell that may mean "as above" or "none". */
  | 'blank-cell'
  | 'numbering'
  | 'duplicate'
  | 'points-total'
  | 'struck'
  | 'hidden'
  | 'split-row'
  | 'heading'
  | 'text'
  | 'columns'
  | 'tables'
  | 'characters'
  | 'document';

/** A way out that a person can take with one key: the value the field would get. Never taken by itself. */
export type Candidate = { value: string; why: string };

/** Why a field may be wrong, in Chinese words for people; `printed`: the words it is about, by which the same doubt in other rows is found. */
export type Doubt = {
  field: QuestionField;
  kind: QuestionKind;
  text: string;
  printed?: string;
  candidates?: Candidate[];
};

/** `text` as printed, '\n' between paragraphs; inherited: it stands in a row above and a span (or a doubt of the row) says that it holds here. */
export type RawCell = { text: string; isInherited: boolean; place: Place };

export type RawRow = {
  place: Place;
  /** A field without a cell has no column; section and measure hold the heading in force. */
  cells: Partial<Record<ListField, RawCell>>;
  /** Columns the form has no field for, by their heading. 责任领导/牵头领导/责任人 stands as 'leaderInCharge'. */
  extra: Record<string, RawCell>;
  doubts: Doubt[];
};

export type RawList = {
  rows: RawRow[];
  /** The printed heading of each field that has one ('主办单位'); prose: the printed label. */
  headings: Partial<Record<ListField, string>>;
  /** The sentence by which the document itself says who leads ('列第一位的为牵头单位'), where one was found. */
  leadRule: { kind: 'first' | 'before-first-comma'; words: string; place: Place } | null;
  /** Everything readable of the table or the list that is in no field and no heading. */
  leftOver: { place: Place; text: string }[];
  /** Doubts about the document as a whole. */
  doubts: Doubt[];
};

/** One possible list of a document; the best is read, a rival that comes near is asked about. */
export type ListCandidate = {
  /** '表1（6 列，154 行）' */
  words: string;
  place: Place;
  /** Rows that have a text and at least one of lead, responsible, deadline, points. */
  weight: number;
  /** Indexes into `SourceContent.blocks` that it took (title and notes not among them). */
  blocks: number[];
  list: RawList;
};
