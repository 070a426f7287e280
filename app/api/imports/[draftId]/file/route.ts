import { readId } from '@/lib/dashboards/board.filter';
import { findDraftFile } from '@/lib/imports/drafts/draft.queries';
import { attachmentHeaders } from '@/lib/server/attachment';
import { findActor } from '@/lib/server/auth/session';

/** The document as it was uploaded, for whoever may import into its region. */
export async function GET(_request: Request, { params }: RouteContext<'/api/imports/[draftId]/file'>) {
  const actor = await findActor();
  if (!actor) return new Response('请先登录。', { status: 401 });
  const draftId = readId((await params).draftId);
  if (draftId === null) return new Response('地址有误。', { status: 400 });
  const file = await findDraftFile(actor, draftId);
  if (!file) return new Response('未找到该文件。', { status: 404 });
  return new Response(new Uint8Array(file.content), {
    headers: attachmentHeaders(file),
  });
}
