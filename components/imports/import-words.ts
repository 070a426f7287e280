import { LIMITS } from '@/lib/imports/readers/source';

/** 1536 → '2 KB', 3_500_000 → '3.3 MB'. */
export function sizeWords(bytes: number): string {
  if (bytes < 1024 * 1024) return `${Math.max(1, Math.round(bytes / 1024))} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/** What can be read, for the line beneath the drop zone. */
export const KINDS_LINE = `支持 Word（.docx、.doc）、Excel（.xlsx、.xls、.ods、.csv）、网页、文本和文字版 PDF；不超过 ${LIMITS.bytes / 1024 / 1024} MB、${LIMITS.rows} 行、${LIMITS.columns} 列。扫描件和 .wps、.ofd 请另存后上传。`;
