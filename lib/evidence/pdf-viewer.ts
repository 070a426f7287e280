import { readFile } from 'node:fs/promises';
import path from 'node:path';

const MEDIA: Record<string, string> = {
  '.mjs': 'text/javascript; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.wasm': 'application/wasm',
  '.bcmap': 'application/octet-stream',
  '.pfb': 'application/octet-stream',
  '.ttf': 'font/ttf',
  '.icc': 'application/octet-stream',
};

/** The parts of the installed pdf.js that drawing needs; nothing else of the package is served. */
const PARTS = [
  /^build\/pdf(?:\.worker)?\.min\.mjs$/,
  /^cmaps\/[\w-]+\.bcmap$/,
  /^standard_fonts\/[\w-]+\.(?:pfb|ttf)$/,
  /^wasm\/[\w-]+\.(?:wasm|js)$/,
  /^iccs\/[\w-]+\.icc$/,
];

/** A file of the viewer by its path; null where it is no part of it. */
export async function readViewerPart(
  parts: readonly string[],
): Promise<{ bytes: Uint8Array<ArrayBuffer>; mediaType: string } | null> {
  const name = parts.join('/');
  if (!PARTS.some((pattern) => pattern.test(name))) return null;
  const file = path.join(process.cwd(), 'node_modules', 'pdfjs-dist', name);
  try {
    return { bytes: new Uint8Array(await readFile(file)), mediaType: MEDIA[path.extname(name)]! };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/**
 * The frame's own policy: an opaque origin without a cookie, a form, a window or a way to the network but this viewer's own files. 'self' is the address the frame was
 * fetched from, though its origin is opaque.
 */
export const FRAME_POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval' blob:",
  'worker-src blob:',
  "connect-src 'self'",
  'img-src data: blob:',
  "font-src 'self' data: blob:",
  "style-src 'unsafe-inline'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'self'",
  'sandbox allow-scripts',
].join('; ');

export const FRAME_PAGE = `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<title>PDF 预览</title>
<style>
html, body { margin: 0; background: #e8eaee; font: 14px/1.6 sans-serif; color: #333; }
#pages { display: flex; flex-direction: column; align-items: center; gap: 8px; padding: 8px; }
canvas { display: block; max-width: 100%; height: auto; background: #fff; box-shadow: 0 0 2px #0004; }
#words { padding: 8px; text-align: center; }
button { font: inherit; padding: 4px 14px; }
</style>
</head>
<body>
<div id="words" role="status">正在打开……</div>
<div id="pages"></div>
<script type="module" src="/api/evidence/viewer/frame.mjs"></script>
</body>
</html>
`;

/** Draws the bytes its page hands over; ten pages at a time, never wider than the frame. */
export const FRAME_SCRIPT = `
import { getDocument, GlobalWorkerOptions } from '/api/evidence/viewer/build/pdf.min.mjs';

const here = new URL('/api/evidence/viewer/', import.meta.url).href;
const core = here + 'build/pdf.worker.min.mjs';
// pdf.js starts no worker from an address that is foreign to an opaque origin, and Chrome starts no module worker there: a classic one of our own making imports it.
const starter = new Blob(['import(' + JSON.stringify(core) + ').catch(() => postMessage(null))'], { type: 'text/javascript' });
const worker = new Worker(URL.createObjectURL(starter));
const isWorking = await new Promise((resolve) => {
  worker.onmessage = (event) => resolve(event.data !== null);
  worker.onerror = () => resolve(false);
});
worker.onmessage = null;
// Without a worker pdf.js draws in the frame's own thread.
if (isWorking) GlobalWorkerOptions.workerPort = worker;
else GlobalWorkerOptions.workerSrc = core;
const words = document.getElementById('words');
const pages = document.getElementById('pages');
const AT_ONCE = 10;

async function show(bytes) {
  const task = getDocument({
    data: bytes,
    isEvalSupported: false,
    enableXfa: false,
    cMapUrl: here + 'cmaps/',
    cMapPacked: true,
    standardFontDataUrl: here + 'standard_fonts/',
    wasmUrl: here + 'wasm/',
    iccUrl: here + 'iccs/',
    stopAtErrors: false,
    maxImageSize: 64 * 1024 * 1024,
  });
  task.onPassword = () => task.destroy();
  const pdf = await task.promise;
  let next = 1;
  const more = document.createElement('button');
  more.type = 'button';
  more.onclick = draw;
  async function draw() {
    more.remove();
    for (const last = Math.min(pdf.numPages, next + AT_ONCE - 1); next <= last; next += 1) {
      words.textContent = '正在显示第 ' + next + ' 页，共 ' + pdf.numPages + ' 页……';
      const page = await pdf.getPage(next);
      const natural = page.getViewport({ scale: 1 });
      const width = Math.max(200, document.documentElement.clientWidth - 24);
      const viewport = page.getViewport({ scale: Math.min(4, (width / natural.width) * Math.min(2, window.devicePixelRatio || 1)) });
      const canvas = document.createElement('canvas');
      canvas.width = Math.min(4096, Math.floor(viewport.width));
      canvas.height = Math.min(8192, Math.floor(viewport.height));
      canvas.style.width = width + 'px';
      canvas.setAttribute('role', 'img');
      canvas.setAttribute('aria-label', '第 ' + next + ' 页');
      pages.append(canvas);
      await page.render({ canvas, canvasContext: canvas.getContext('2d'), viewport, annotationMode: 0 }).promise;
      page.cleanup();
    }
    const left = pdf.numPages - next + 1;
    words.textContent = '共 ' + pdf.numPages + ' 页' + (left > 0 ? '，已显示 ' + (next - 1) + ' 页' : '');
    if (left > 0) {
      more.textContent = '再显示 ' + Math.min(AT_ONCE, left) + ' 页';
      pages.append(more);
    }
    parent.postMessage({ viewer: 'shown', pages: pdf.numPages }, '*');
  }
  await draw();
}

addEventListener('message', (event) => {
  if (event.source !== parent || !(event.data?.bytes instanceof ArrayBuffer)) return;
  show(new Uint8Array(event.data.bytes)).catch((error) => {
    console.info(String(error));
    words.textContent = '这份 PDF 不能在页面中显示，请下载后用阅读软件打开。';
    parent.postMessage({ viewer: 'failed' }, '*');
  });
});
parent.postMessage({ viewer: 'ready' }, '*');
`;
