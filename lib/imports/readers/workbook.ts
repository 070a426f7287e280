import { AppError } from '@/lib/server/errors';
import { openArchive } from './archive';
import type { SourceBlock, SourceContent } from './source';
import { readCsv } from './workbook-csv';
import { readOds } from './workbook-ods';
import { readXls } from './workbook-xls';
import { isEncryptedContainer } from './workbook-xls-styles';
import { readXlsx, type Workbook } from './workbook-xlsx';

export type WorkbookFormat = 'xlsx' | 'xls' | 'ods' | 'csv';

const PASSWORD = '工作簿设有密码，无法读取。请在 Excel 或 WPS 中取消密码后另存，再上传。';
const BROKEN = '工作簿已损坏或不完整，无法读取。请用 Excel 或 WPS 打开后另存为 .xlsx 再上传。';

/** One table a sheet, cells as the sheet shows them. Refuses: unreadable (password, broken, more rows or columns than LIMITS). */
export function readWorkbook(bytes: Uint8Array, format: WorkbookFormat): SourceContent {
  if (format === 'csv') return readCsv(bytes);
  return contentOf(format, readSheets(bytes, format));
}

function readSheets(bytes: Uint8Array, format: 'xlsx' | 'xls' | 'ods'): Workbook {
  try {
    if (isEncryptedContainer(bytes)) throw new AppError('unreadable', PASSWORD);
    if (format === 'xlsx') return readXlsx(openArchive(bytes));
    if (format === 'ods') return readOds(openArchive(bytes));
    return readXls(bytes);
  } catch (error) {
    if (error instanceof AppError) throw error;
    const hasPassword = error instanceof Error && /password|encrypt/i.test(error.message);
    throw new AppError('unreadable', hasPassword ? PASSWORD : BROKEN, { cause: error });
  }
}

function contentOf(format: WorkbookFormat, { sheets, asides, notices }: Workbook): SourceContent {
  const blocks: SourceBlock[] = [];
  for (const sheet of sheets) {
    const table = sheet.toTable();
    if (table) blocks.push(table);
  }
  return { format, blocks: [...blocks, ...asides], notices: [...notices, ...sheets.flatMap((sheet) => sheet.notices)] };
}
