import { createDraft } from '@/lib/imports/drafts/draft.commands';
import { canImport } from '@/lib/imports/drafts/draft.queries';
import { UPLOAD_ERROR_WORDS, type UploadError, uploadSchema } from '@/lib/imports/drafts/draft.schema';
import { readInBackground } from '@/lib/imports/drafts/reading.jobs';
import { readUpload } from '@/lib/imports/drafts/upload';
import type { Actor } from '@/lib/server/auth/actor';
import { loginAddress } from '@/lib/server/auth/next-address';
import { findActor } from '@/lib/server/auth/session';
import { AppError } from '@/lib/server/errors';
import { recordRefusal } from '@/lib/server/events';
import { isSameOrigin } from '@/lib/server/same-origin';

const STATUS: Record<UploadError, number> = { large: 413, empty: 400, place: 404, unit: 400, form: 400, same: 409 };

/**
 * Takes a document (multipart: `file` or `pasted`, regionCode, year?, ownerUnitName?, basePlanId?, isAgain?) and sends the browser to its draft. A plain form
 * is answered with 303 to /imports/ID or /imports?error=CODE; with `accept: application/json` the answer is { draftId } or { error, message }.
 * A route handler, because a server action's body is bounded to 1 MB.
 */
export async function POST(request: Request): Promise<Response> {
  const isData = (request.headers.get('accept') ?? '').includes('application/json');
  const actor = await findActor();
  if (!isSameOrigin(request.headers)) {
    if (actor) await recordRefusal(actor, 'import.upload', 'import', null, 'forbidden');
    return new Response('请从本系统的页面上传。', { status: 403 });
  }
  if (!actor && !isData) return new Response(null, { status: 303, headers: { location: loginAddress('/imports') } });
  if (!actor) return new Response('请先登录。', { status: 401 });
  if (!canImport(actor)) {
    await recordRefusal(actor, 'import.upload', 'import', null, 'not_found');
    return new Response('未找到。', { status: 404 });
  }

  const upload = await readUpload(request);
  if (typeof upload === 'string') return refuse(isData, upload);
  if (upload.file === null) return refuse(isData, 'empty');
  const input = uploadSchema.safeParse(upload.fields);
  if (!input.success) return refuse(isData, input.error.issues[0]?.path[0] === 'regionCode' ? 'place' : 'form');
  try {
    const { draftId, sameFiles } = await createDraft(actor, upload.file, input.data);
    if (draftId === null) {
      const [same] = sameFiles;
      const where = new URLSearchParams();
      if (same?.draftId) where.set('draft', String(same.draftId));
      if (same?.planId) where.set('plan', String(same.planId));
      return refuse(isData, 'same', where);
    }
    readInBackground(draftId);
    const location = `/imports/${draftId}`;
    return isData
      ? Response.json({ draftId, location }, { status: 201 })
      : new Response(null, { status: 303, headers: { location } });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return refuseBy(actor, isData, error);
  }
}

async function refuseBy(actor: Actor, isData: boolean, error: AppError): Promise<Response> {
  await recordRefusal(actor, 'import.upload', 'import', null, error.code);
  if (error.code === 'not_found') return refuse(isData, 'place');
  return refuse(isData, error.code === 'invalid_state' ? 'unit' : 'empty');
}

function refuse(isData: boolean, code: UploadError, where = new URLSearchParams()): Response {
  const status = STATUS[code];
  where.set('error', code);
  if (isData)
    return Response.json({ error: code, message: UPLOAD_ERROR_WORDS[code], location: `/imports?${where}` }, { status });
  return new Response(null, { status: 303, headers: { location: `/imports?${where}` } });
}
