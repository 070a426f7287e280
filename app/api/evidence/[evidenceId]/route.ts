import { Readable } from 'node:stream';
import { z } from 'zod';
import { findReadableFile } from '@/lib/evidence/evidence.queries';
import { isPreviewedImage } from '@/lib/evidence/preview.rules';
import { attachmentHeaders } from '@/lib/server/attachment';
import { findActor } from '@/lib/server/auth/session';
import { evidenceStore } from '@/lib/server/evidence-store';
import { logUnexpected } from '@/lib/server/log';

/** Whatever the file holds, a browser that should show it after all runs nothing of it and asks nobody for anything. */
const INERT = {
  'content-security-policy': "default-src 'none'; sandbox",
  'cross-origin-resource-policy': 'same-origin',
  'x-frame-options': 'DENY',
};

/** A piece of evidence as a file to save, for whoever may read it; `?preview` shows a picture in the page. */
export async function GET(request: Request, { params }: RouteContext<'/api/evidence/[evidenceId]'>) {
  const actor = await findActor();
  if (!actor) return new Response('请先登录。', { status: 401 });
  const { success, data: evidenceId } = z.uuid().safeParse((await params).evidenceId);
  if (!success) return new Response('地址有误。', { status: 400 });
  const file = await findReadableFile(actor, evidenceId);
  if (!file) return new Response('未找到该文件。', { status: 404 });
  const isPreview = new URL(request.url).searchParams.has('preview');
  if (isPreview && !isPreviewedImage(file.mediaType)) return new Response('该文件不能预览。', { status: 404 });
  const stored = await evidenceStore().open(file.sha256);
  if (!stored) {
    const reference = logUnexpected(new Error(`evidence ${file.id}: the stored file ${file.sha256} is missing`));
    return new Response(`文件在存储中缺失，请将编号 ${reference} 告知管理员。`, { status: 500 });
  }
  const attachment = attachmentHeaders({ fileName: file.title, mediaType: file.mediaType });
  return new Response(Readable.toWeb(stored.stream) as ReadableStream<Uint8Array>, {
    headers: {
      ...attachment,
      ...INERT,
      ...(isPreview ? { 'content-disposition': 'inline' } : {}),
      'content-length': String(stored.bytes),
    },
  });
}
