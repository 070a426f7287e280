import { CFB } from '@e965/xlsx';
import { AppError } from '@/lib/server/errors';
import type { SourceFormat } from './source';

const WORDS = {
  locked: '文件设有打开密码，无法读取。请用密码打开后取消密码、另存一份再导入。',
  macroWord: '文件带有宏，为安全起见没有打开。请用 Word 或 WPS 打开，另存为不含宏的 .docx 再导入。',
  macroSheet: '文件带有宏，为安全起见没有打开。请用 Excel 或 WPS 打开，另存为不含宏的 .xlsx 再导入。',
  wps: '这是 WPS 文字的专有格式（.wps）。请用 WPS 打开后另存为 .docx 再导入。',
  et: '这是 WPS 表格的专有格式（.et）。请用 WPS 打开后另存为 .xlsx 再导入。',
  slides: '这是演示文稿，不能从中读取清单。请把清单复制到 Word 或 Excel 后再导入。',
  mail: '这是邮件文件。请先把附件中的清单另存出来，再导入。',
  program: '这不是文档，而是程序文件，没有打开。请选择清单的 Word、Excel、PDF 或文本文件。',
  broken: '文件已损坏或没有传完整，无法读取。请重新下载原文件，或用 Word、Excel、WPS 打开后另存一份再导入。',
  unknown: '认不出这是什么文件。请用 Word、Excel 或 WPS 打开后另存为 .docx 或 .xlsx 再导入。',
} as const;

function refuse(reason: keyof typeof WORDS, cause?: unknown): never {
  throw new AppError('unreadable', WORDS[reason], { cause });
}

type Container = { FullPaths: string[] };

function openContainer(bytes: Uint8Array): Container {
  try {
    return CFB.read(bytes, { type: 'array' });
  } catch (cause) {
    return refuse('broken', cause);
  }
}

function contentOf(container: Container, name: string): Uint8Array {
  const entry = CFB.find(container, `/${name}`) as { content?: ArrayLike<number> } | null;
  return entry?.content ? Uint8Array.from(entry.content) : refuse('broken');
}

/** [MS-DOC] FibBase: bit 8 of the flags says that the text is encrypted. */
function isLockedDoc(document: Uint8Array): boolean {
  return ((document[11] ?? 0) & 0x01) !== 0;
}

/** [MS-XLS]: FILEPASS among the records before the first end of a part. */
function isLockedWorkbook(workbook: Uint8Array): boolean {
  const data = new DataView(workbook.buffer, workbook.byteOffset, workbook.byteLength);
  let at = 0;
  while (at + 4 <= workbook.length) {
    const record = data.getUint16(at, true);
    if (record === 0x002f) return true;
    if (record === 0x000a) return false;
    at += 4 + data.getUint16(at + 2, true);
  }
  return false;
}

/** What an OLE compound file holds: a Word 97–2003 document or workbook; all else is refused ('unreadable'). */
export function judgeCompound(bytes: Uint8Array, fileName: string): SourceFormat {
  const container = openContainer(bytes);
  const paths = container.FullPaths.map((path) => path.replace(/^[^/]*\//, ''));
  const holds = (pattern: RegExp) => paths.some((path) => pattern.test(path));
  if (holds(/^(EncryptedPackage|EncryptionInfo)$/)) refuse('locked');
  if (/\.wps$/i.test(fileName.trim()) || holds(/^(MatOST|MM|CONTENTS)$/)) refuse('wps');
  if (/\.et$/i.test(fileName.trim())) refuse('et');
  if (holds(/^WordDocument$/)) {
    if (isLockedDoc(contentOf(container, 'WordDocument'))) refuse('locked');
    if (holds(/^Macros\/|(^|\/)_VBA_PROJECT$/)) refuse('macroWord');
    return 'doc';
  }
  const workbook = paths.find((path) => /^(Workbook|Book)$/i.test(path));
  if (workbook) {
    if (isLockedWorkbook(contentOf(container, workbook))) refuse('locked');
    if (holds(/^_VBA_PROJECT_CUR(\/|$)|(^|\/)_VBA_PROJECT$/)) refuse('macroSheet');
    return 'xls';
  }
  if (holds(/^PowerPoint Document$/)) refuse('slides');
  if (holds(/^__(properties_version1\.0|substg1\.0_)/)) refuse('mail');
  // Installer packages name their streams in a private range of characters.
  if (paths.some((path) => /[\u3800-\u4840]/.test(path))) refuse('program');
  return refuse('unknown');
}
