import { read, utils, write } from '@e965/xlsx';
import { cleanText, compactText } from '@/lib/text';
import { type AccountRow, ROW_LIMIT } from './account.schema';

export const COLUMNS = ['用户名', '姓名', '角色', '单位'] as const;
/** May be left out. */
const EMAIL = '邮箱';
export type Column = (typeof COLUMNS)[number] | typeof EMAIL;

/** What is wrong in the table, by the row and column a person finds it at. row 0: the table as a whole. */
export type TableProblem = { row: number; column: Column | null; message: string };

export type AccountTable = { rows: AccountRow[]; problems: TableProblem[] };

const none = (message: string): AccountTable => ({ rows: [], problems: [{ row: 0, column: null, message }] });

/** Excel in Chinese saves CSV in GB 18030 without saying so. */
function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}

function readGrid(fileName: string, bytes: Uint8Array): string[][] | null {
  const isWorkbook = bytes[0] === 0x50 && bytes[1] === 0x4b; // a .xlsx is a zip
  if (!isWorkbook && !/\.csv$/i.test(fileName)) return null;
  // Rows beyond the limit are read up to one, to be able to say that there are too many.
  const options = { sheetRows: ROW_LIMIT + 20, cellHTML: false, cellFormula: false };
  try {
    const book = isWorkbook
      ? read(bytes, { ...options, type: 'array' })
      : read(decodeText(bytes), { ...options, type: 'string', raw: true });
    const sheet = book.Sheets[book.SheetNames[0] ?? ''];
    if (!sheet) return null;
    return utils
      .sheet_to_json<string[]>(sheet, { header: 1, raw: false, defval: '', blankrows: true })
      .map((cells) => cells.map((cell) => cleanText(String(cell ?? ''))));
  } catch {
    return null; // whatever the library says of a broken file, a person is told that it cannot be read
  }
}

/** Reads the table of accounts: a head row with the four columns, and 邮箱 where wanted, in any order, then a row for each account. Blank rows are passed over. */
export function readAccountTable(fileName: string, bytes: Uint8Array): AccountTable {
  const grid = readGrid(fileName, bytes);
  if (grid === null) return none('无法读取该文件。请使用 .xlsx 或 .csv 格式，可先下载模板。');
  const headIndex = grid.slice(0, 10).findIndex((cells) => cells.some((cell) => compactText(cell) === '用户名'));
  if (headIndex < 0) return none('没有找到表头“用户名、姓名、角色、单位”。请按模板填写。');
  const head = grid[headIndex]!.map(compactText);
  const missing = COLUMNS.filter((column) => !head.includes(column));
  if (missing.length > 0) return none(`表头缺少：${missing.join('、')}。请按模板填写。`);
  const at = (cells: string[], column: Column): string => cells[head.indexOf(column)] ?? '';
  const rows = grid
    .map(
      (cells, index): AccountRow => ({
        row: index + 1,
        username: at(cells, '用户名'),
        displayName: at(cells, '姓名'),
        roles: at(cells, '角色'),
        unit: at(cells, '单位'),
        ...(head.includes(EMAIL) ? { email: at(cells, EMAIL) } : {}),
      }),
    )
    .slice(headIndex + 1)
    .filter((row) => row.username || row.displayName || row.roles || row.unit);
  if (rows.length === 0) return none('表格中没有账号。');
  if (rows.length > ROW_LIMIT) return none(`一次最多导入 ${ROW_LIMIT} 个账号，请分批上传。`);
  return { rows, problems: [] };
}

/** An empty table to fill in, as .xlsx. */
export function makeAccountTemplate(): Uint8Array<ArrayBuffer> {
  const sheet = utils.aoa_to_sheet([[...COLUMNS, EMAIL]]);
  sheet['!cols'] = [{ wch: 18 }, { wch: 12 }, { wch: 24 }, { wch: 28 }, { wch: 28 }];
  const book = utils.book_new();
  utils.book_append_sheet(book, sheet, '账号');
  return new Uint8Array(write(book, { type: 'array', bookType: 'xlsx' }) as ArrayBuffer);
}
