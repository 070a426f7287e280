import type { QuestionKind } from '@/lib/imports/finders/raw-list';
import { LIMITS } from '@/lib/imports/readers/source';

/** What a question is about, in a word or two. */
const KIND_WORDS: Record<QuestionKind, string> = {
  'unknown-unit': '未识别单位',
  'lost-separator': '单位可能漏隔开',
  'shared-prefix': '共用前缀',
  deadline: '时限不明',
  'no-deadline': '无完成时限',
  'no-lead': '无牵头单位',
  'who-leads': '由谁牵头',
  inherited: '承上内容',
  'blank-cell': '空白格',
  numbering: '序号不连续',
  duplicate: '内容重复',
  'points-total': '分值合计不符',
  struck: '有删除线',
  hidden: '隐藏内容',
  'split-row': '行被拆开',
  heading: '标题归属',
  text: '正文',
  columns: '分栏',
  tables: '选用哪张表',
  characters: '特殊字符',
  document: '文件信息',
};

export function kindWords(kind: string): string {
  return KIND_WORDS[kind as QuestionKind] ?? '待确认';
}

/** 1536 → '2 KB', 3_500_000 → '3.3 MB'. */
export function sizeWords(bytes: number): string {
  if (bytes < 1024 * 1024) return `${Math.max(1, Math.round(bytes / 1024))} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/** What can be read, for the line beneath the drop zone. */
export const KINDS_LINE = `支持 Word（.docx、.doc）、Excel（.xlsx、.xls、.ods、.csv）、网页、文本和文字版 PDF；不超过 ${LIMITS.bytes / 1024 / 1024} MB、${LIMITS.rows} 行、${LIMITS.columns} 列。扫描件和 .wps、.ofd 请另存后上传。`;
