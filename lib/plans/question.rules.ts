/** What a question of a plan is about, as people call it. */
export const QUESTION_FIELD_WORDS: Record<string, string> = {
  document: '文件',
  effectiveFrom: '生效日期',
  row: '整行',
  text: '任务文字',
  lead: '牵头单位',
  responsible: '责任单位',
  deadline: '完成时限',
  group: '专项组',
  section: '政策领域',
  measure: '改革举措',
  points: '分值',
  scoring: '计分方法',
  indicator1: '一级指标',
  indicator2: '二级指标',
  seq: '序号',
  extra: '其他栏目',
  source: '原文排版',
};

/** The cells of a row as printed, by field. */
export type PrintedRow = Partial<Record<string, string | null>>;

/** A question about the whole row is judged by who is to do it and by when; its text stands in the link beside. */
const WHOLE_ROW = ['lead', 'responsible', 'deadline'];

/** The printed words to judge a question by; a cell printed empty is said to be so. */
export function printedBeside(field: string, cells: PrintedRow | null): { label: string; words: string }[] {
  if (cells === null) return [];
  const fields = field === 'row' ? WHOLE_ROW : [cells[field] === undefined ? 'text' : field];
  return fields
    .filter((name) => cells[name] !== null && cells[name] !== undefined)
    .map((name) => ({ label: QUESTION_FIELD_WORDS[name] ?? name, words: cells[name]?.trim() || '（空白）' }));
}
