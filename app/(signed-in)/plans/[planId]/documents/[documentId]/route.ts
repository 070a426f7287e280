import { readId } from '@/lib/dashboards/board.filter';
import { findPlanFile } from '@/lib/plans/plan.queries';
import { attachmentHeaders } from '@/lib/server/attachment';
import { findActor } from '@/lib/server/auth/session';

/** A plan's source document as it came in, for whoever may read the plan. */
export async function GET(_request: Request, { params }: RouteContext<'/plans/[planId]/documents/[documentId]'>) {
  const actor = await findActor();
  if (!actor) return new Response('请先登录。', { status: 401 });
  const given = await params;
  const [planId, documentId] = [readId(given.planId), readId(given.documentId)];
  if (planId === null || documentId === null) return new Response('地址有误。', { status: 400 });
  const file = await findPlanFile(actor, planId, documentId);
  if (!file) return new Response('未找到该文件。', { status: 404 });
  return new Response(new Uint8Array(file.content), {
    headers: attachmentHeaders(file),
  });
}
