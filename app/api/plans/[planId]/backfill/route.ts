import { proposeBackfill } from '@/lib/backfill/backfill.commands';
import { findBackfillPlan } from '@/lib/backfill/backfill.queries';
import { BACKFILL_UPLOAD_WORDS, type BackfillUploadError } from '@/lib/backfill/backfill.schema';
import { readUpload } from '@/lib/imports/drafts/upload';
import { loginAddress } from '@/lib/server/auth/next-address';
import { findActor } from '@/lib/server/auth/session';
import { AppError } from '@/lib/server/errors';
import { recordRefusal } from '@/lib/server/events';
import { isSameOrigin } from '@/lib/server/same-origin';
import { readId } from '@/lib/tasks/task-detail.queries';

const STATUS: Record<BackfillUploadError, number> = { large: 413, empty: 400, form: 400, state: 409 };

/**
 * Takes the workbook an office has kept until now (multipart: `file` or `pasted`) and sends the browser to the proposal read from it. A plain form is answered
 * with 303 to /plans/ID/backfill, with ?error=CODE where nothing was taken; with `accept: application/json` the answer is { draftId, refusal } or { error, message }.
 */
export async function POST(
  request: Request,
  { params }: RouteContext<'/api/plans/[planId]/backfill'>,
): Promise<Response> {
  const isData = (request.headers.get('accept') ?? '').includes('application/json');
  const planId = readId((await params).planId);
  const actor = await findActor();
  const page = `/plans/${planId ?? 0}/backfill`;
  if (!isSameOrigin(request.headers)) {
    if (actor) await recordRefusal(actor, 'task.backfill_upload', 'plan', planId, 'forbidden');
    return new Response('请从本系统的页面上传。', { status: 403 });
  }
  if (!actor && !isData) return new Response(null, { status: 303, headers: { location: loginAddress(page) } });
  if (!actor) return new Response('请先登录。', { status: 401 });
  if (planId === null || (await findBackfillPlan(actor, planId)) === null) {
    await recordRefusal(actor, 'task.backfill_upload', 'plan', planId, 'not_found');
    return new Response('未找到。', { status: 404 });
  }
  const upload = await readUpload(request);
  if (typeof upload === 'string') return refuse(isData, page, upload);
  if (upload.file === null) return refuse(isData, page, 'empty');
  try {
    const proposal = await proposeBackfill(actor, planId, upload.file);
    return isData
      ? Response.json({ ...proposal, location: page }, { status: 201 })
      : new Response(null, { status: 303, headers: { location: page } });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    await recordRefusal(actor, 'task.backfill_upload', 'plan', planId, error.code);
    if (error.code !== 'invalid_state') return new Response('未找到。', { status: 404 });
    return refuse(isData, page, 'state');
  }
}

function refuse(isData: boolean, page: string, error: BackfillUploadError): Response {
  const location = `${page}?error=${error}`;
  return isData
    ? Response.json({ error, message: BACKFILL_UPLOAD_WORDS[error], location }, { status: STATUS[error] })
    : new Response(null, { status: 303, headers: { location } });
}
