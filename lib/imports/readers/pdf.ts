import { getDocumentProxy } from 'unpdf';
import { AppError } from '@/lib/server/errors';
import { type PageContent, toBlocks } from './pdf-blocks';
import { collectMarks, type PageMarks } from './pdf-marks';
import { readPage } from './pdf-page';
import type { SourceContent, SourceNotice } from './source';

const PAGE_LIMIT = 300;
const TIME_LIMIT = 20_000;
/** A page with fewer characters and an image over most of it is a scan. */
const SCAN_CHARACTERS = 10;
const SCAN_SHARE = 0.3;
const GARBLED_SHARE = 0.3;

const SCANNED =
  '该 PDF 是扫描件，页面是图片，没有可复制的文字。请先做文字识别（OCR）并校对后另存为 Word，或向发文单位索取 Word、Excel 原件。';
const TEXTLESS =
  '该 PDF 没有可读取的文字（文字可能已转为图形）。请先做文字识别（OCR）并校对后另存为 Word，或提供 Word、Excel 原件。';
const LOCKED = '该 PDF 设有打开密码，无法读取。请用密码打开后另存（打印）为不加密的 PDF，或提供 Word、Excel 原件。';
const LOST =
  '该 PDF 使用的中文字体没有嵌入文件，文字无法读出。请重新导出 PDF 并选择“嵌入字体”，或提供 Word、Excel 原件。';
const GARBLED = '该 PDF 的字体没有注明字符，读出的是乱码。请提供 Word、Excel 原件，或做文字识别（OCR）并校对后再导入。';
const BROKEN = '该 PDF 已损坏，无法读取。请重新下载或重新导出 PDF，或提供 Word、Excel 原件。';

type Progress = (percent: number, words: string) => void;
type PdfDocument = Awaited<ReturnType<typeof getDocumentProxy>>;
type PdfPage = Awaited<ReturnType<PdfDocument['getPage']>>;

async function openDocument(bytes: Uint8Array): Promise<PdfDocument> {
  try {
    // PDF.js takes the buffer over, so it gets a copy. Its words for developers have no reader here.
    return await getDocumentProxy(bytes.slice(), { fontExtraProperties: true, verbosity: 0 });
  } catch (cause) {
    const isLocked = cause instanceof Error && cause.name === 'PasswordException';
    throw new AppError('unreadable', isLocked ? LOCKED : BROKEN, { cause });
  }
}

/** PDF.js's enum AnnotationMode.DISABLE: remarks are told apart from the printed text. */
const WITHOUT_ANNOTATIONS = 0;

function countInk(marks: PageMarks): number {
  return marks.glyphs.filter((glyph) => glyph.text.trim()).length;
}

type ReadPage = { content: PageContent; marks: PageMarks; isRecognised: boolean; isScan: boolean; remarks: string[] };

async function readMarks(page: PdfPage): Promise<{ marks: PageMarks; isRecognised: boolean }> {
  const operators = await page.getOperatorList({ annotationMode: WITHOUT_ANNOTATIONS });
  const viewport = page.getViewport({ scale: 1 });
  const marks = await collectMarks(operators, page.commonObjs, viewport, false);
  const isRecognised = marks.invisible >= SCAN_CHARACTERS && marks.imageShare >= SCAN_SHARE;
  if (!isRecognised) return { marks, isRecognised };
  return { marks: await collectMarks(operators, page.commonObjs, viewport, true), isRecognised };
}

async function readRemarks(page: PdfPage): Promise<string[]> {
  const annotations = (await page.getAnnotations()) as {
    subtype?: string;
    contentsObj?: { str?: string };
    fieldValue?: unknown;
  }[];
  return annotations.flatMap((annotation) => {
    const words = [annotation.contentsObj?.str, annotation.fieldValue].find(
      (value): value is string => typeof value === 'string' && value.trim() !== '',
    );
    if (words) return [words.trim()];
    return annotation.subtype === 'StrikeOut' ? ['删除线'] : [];
  });
}

async function readOnePage(document: PdfDocument, number: number): Promise<ReadPage> {
  const page = await document.getPage(number);
  const { marks, isRecognised } = await readMarks(page);
  const remarks = await readRemarks(page);
  page.cleanup();
  return {
    content: { page: number, width: marks.width, height: marks.height, blocks: readPage(number, marks) },
    marks,
    isRecognised,
    isScan: countInk(marks) < SCAN_CHARACTERS && marks.imageShare >= SCAN_SHARE,
    remarks,
  };
}

async function readPages(document: PdfDocument, onProgress?: Progress): Promise<ReadPage[]> {
  const deadline = Date.now() + TIME_LIMIT;
  const pages: ReadPage[] = [];
  for (let number = 1; number <= document.numPages; number += 1) {
    if (Date.now() > deadline) {
      throw new AppError(
        'unreadable',
        `该 PDF 过于复杂，读到第${number}页已超过 20 秒。请只保留清单所在的页，或提供 Word、Excel 原件。`,
      );
    }
    onProgress?.(
      Math.round(((number - 1) / document.numPages) * 100),
      `正在读取第${number}页，共${document.numPages}页`,
    );
    pages.push(await readOnePage(document, number));
  }
  return pages;
}

function pageNames(pages: ReadPage[]): string {
  return `第${pages.map(({ content }) => content.page).join('、')}页`;
}

function collectNotices(pages: ReadPage[]): SourceNotice[] {
  const notices: SourceNotice[] = [];
  const ask = (found: ReadPage[], words: (names: string) => string) => {
    if (found.length > 0) notices.push({ text: words(pageNames(found)), place: pageNames(found), ask: true });
  };
  ask(
    pages.filter((page) => page.isScan),
    (names) => `${names}是扫描图片，没有可复制的文字，其内容没有读入。请对照原件补录。`,
  );
  ask(
    pages.filter((page) => countInk(page.marks) === 0 && page.marks.segments.length > 0 && !page.isScan),
    (names) => `${names}有线条而没有可读的文字（文字可能已转为图形）。请对照原件补录。`,
  );
  ask(
    pages.filter((page) => page.isRecognised),
    (names) => `${names}是扫描图片，文字由软件识别而来，可能有错字。请逐行对照原件。`,
  );
  ask(
    pages.filter((page) => page.marks.invisible > 0 && !page.isRecognised),
    (names) => `${names}有看不见的隐藏文字，没有读入。请核对是否需要。`,
  );
  ask(
    pages.filter((page) => page.marks.clipped > 0),
    (names) => `${names}有文字超出单元格而被截去，看不见的部分没有读入。请对照原件补全。`,
  );
  ask(
    pages.filter((page) => page.marks.unmapped > 0),
    (names) => `${names}有文字的字体没有注明字符，读出的字可能是乱码。请对照原件，或提供 Word、Excel 原件。`,
  );
  ask(
    pages.filter((page) => page.content.blocks.some((block) => block.kind === 'table' && block.hasGaps)),
    (names) => `${names}的表格线不完整，单元格可能分错。请对照原件。`,
  );
  ask(
    pages.filter((page) =>
      page.content.blocks.some((block) => block.kind === 'table' && block.isReconstructed && !block.hasGaps),
    ),
    (names) => `${names}的表格没有框线，行列按文字位置推断，可能分错。请对照原件。`,
  );
  for (const page of pages) {
    const place = `第${page.content.page}页`;
    if (page.marks.turned.trim()) {
      notices.push({
        text: `${place}有倾斜或横置的文字（水印、印章等），没有读入：${page.marks.turned.trim().slice(0, 80)}`,
        place,
        ask: true,
      });
    }
    for (const remark of page.remarks) notices.push({ text: `${place}有批注或表单内容：${remark}`, place, ask: true });
  }
  return notices;
}

/** Refuses ('unreadable'): broken or locked files, scans without text, more than 300 pages, more than 20 seconds. */
export async function readPdf(bytes: Uint8Array, onProgress?: Progress): Promise<SourceContent> {
  const document = await openDocument(bytes);
  try {
    if (document.numPages > PAGE_LIMIT) {
      throw new AppError(
        'unreadable',
        `该 PDF 有 ${document.numPages} 页，超过 ${PAGE_LIMIT} 页的上限。请只保留清单所在的页后再导入。`,
      );
    }
    const pages = await readPages(document, onProgress);
    const ink = pages.reduce((sum, page) => sum + countInk(page.marks), 0);
    if (pages.some((page) => page.marks.lost > 0)) throw new AppError('unreadable', LOST);
    const hasScan = pages.some((page) => page.marks.imageShare >= SCAN_SHARE);
    if (ink === 0 || (ink < SCAN_CHARACTERS && hasScan)) throw new AppError('unreadable', hasScan ? SCANNED : TEXTLESS);
    const unmapped = pages.reduce((sum, page) => sum + page.marks.unmapped, 0);
    if (unmapped > ink * GARBLED_SHARE) throw new AppError('unreadable', GARBLED);
    return { format: 'pdf', blocks: toBlocks(pages.map((page) => page.content)), notices: collectNotices(pages) };
  } finally {
    await document.loadingTask.destroy();
  }
}
