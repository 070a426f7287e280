import { readId } from '@/lib/dashboards/board.filter';
import { attachmentHeaders } from '@/lib/server/attachment';
import { findActor } from '@/lib/server/auth/session';
import { today } from '@/lib/server/clock';
import { DOCX, slipDocument } from '@/lib/slips/slip.document';
import { slipFileName } from '@/lib/slips/slip.rules';
import { findSlipPaper } from '@/lib/slips/slip-detail.queries';

/** A slip as a Word file, for whoever may read the slip. */
export async function GET(_request: Request, { params }: RouteContext<'/api/slips/[slipId]/document'>) {
  const actor = await findActor();
  if (!actor) return new Response('请先登录。', { status: 401 });
  const id = readId((await params).slipId);
  if (id === null) return new Response('地址有误。', { status: 400 });
  const paper = await findSlipPaper(actor, id, await today());
  if (!paper) return new Response('未找到该督办单。', { status: 404 });
  const file = await slipDocument(paper);
  return new Response(new Uint8Array(file), {
    headers: attachmentHeaders({ fileName: slipFileName(paper), mediaType: DOCX }, `slip-${id}.docx`),
  });
}
