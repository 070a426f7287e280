import { addLink, uploadEvidence } from '@/lib/evidence/evidence.commands';
import { addLinkSchema, type EvidenceView, uploadEvidenceSchema } from '@/lib/evidence/evidence.schema';
import { type Refusal, refusalOf, UPLOAD_UNKNOWN } from '@/lib/evidence/upload-answer';
import { UploadBody } from '@/lib/evidence/upload-body';
import { UPLOAD_NOTICE_PARAM } from '@/lib/evidence/upload-notice';
import { readUpload, type Upload } from '@/lib/imports/drafts/upload';
import type { Actor } from '@/lib/server/auth/actor';
import { loginAddress, safeNext } from '@/lib/server/auth/next-address';
import { findActor } from '@/lib/server/auth/session';
import { AppError } from '@/lib/server/errors';
import { recordRefusal } from '@/lib/server/events';
import { TooLargeError } from '@/lib/server/evidence-store';
import { logUnexpected } from '@/lib/server/log';
import { isSameOrigin } from '@/lib/server/same-origin';

/**
 * Takes one piece of evidence. With JavaScript the body is the file itself, streamed to the disk, and the address says the rest (?taskId|slipId, unitId?, name); the
 * answer is { evidence } or { error, message }. A plain form, or a link, is multipart (evidenceTaskId|evidenceSlipId, evidenceUnitId?, and `file`, or evidenceUrl and
 * evidenceTitle; evidenceReturnTo): names of their own, for it may be a part of a report's form. It is answered with 303 back to its page, or as above. A route handler, because a server action's body is bounded to 1 MB.
 */
export async function POST(request: Request): Promise<Response> {
  const isForm = /^multipart\/form-data\b/i.test(request.headers.get('content-type') ?? '');
  const isData = !isForm || (request.headers.get('accept') ?? '').includes('application/json');
  const actor = await findActor();
  if (!isSameOrigin(request.headers)) {
    if (actor) await recordRefusal(actor, 'evidence.upload', 'evidence', null, 'forbidden');
    return new Response('请从本系统的页面上传。', { status: 403 });
  }
  if (!actor && !isData) return new Response(null, { status: 303, headers: { location: loginAddress('/') } });
  if (!actor) return Response.json({ error: 'signed_out', message: '登录已过期，请先登录。' }, { status: 401 });
  return isForm ? takeForm(request, actor, isData) : takeFile(request, actor);
}

async function takeFile(request: Request, actor: Actor): Promise<Response> {
  const body = new UploadBody(request);
  const { name = '', ...fields } = Object.fromEntries(new URL(request.url).searchParams);
  try {
    const input = parse(uploadEvidenceSchema, fields);
    const evidence = await uploadEvidence(actor, input, { fileName: name, source: body.pieces() });
    return Response.json({ evidence }, { status: 201 });
  } catch (error) {
    const refusal = await refuse(actor, fields, error);
    await body.drain();
    return Response.json({ error: refusal.code, message: refusal.message }, { status: refusal.status });
  }
}

async function takeForm(request: Request, actor: Actor, isData: boolean): Promise<Response> {
  let fields: Record<string, string> = {};
  try {
    const upload = await readUpload(request);
    if (upload === 'large') throw new TooLargeError();
    if (upload === 'form') throw new AppError('unreadable', '没有读到所提交的内容，请从页面重新上传。');
    fields = ownFields(upload.fields);
    const evidence = await take(actor, fields, upload.file);
    return isData ? Response.json({ evidence }, { status: 201 }) : back(request, fields, 'added');
  } catch (error) {
    const refusal = await refuse(actor, fields, error);
    return isData
      ? Response.json({ error: refusal.code, message: refusal.message }, { status: refusal.status })
      : back(request, fields, refusal.code);
  }
}

/** A report's form may send its own fields along. */
function ownFields(all: Record<string, string>): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [key, value] of Object.entries(all)) {
    const own = /^evidence([A-Z])(\w+)$/.exec(key);
    if (own && key !== 'evidenceIds') fields[`${own[1]!.toLowerCase()}${own[2]}`] = value;
  }
  return fields;
}

async function take(actor: Actor, fields: Record<string, string>, file: Upload['file']): Promise<EvidenceView> {
  if (fields.url) return addLink(actor, parse(addLinkSchema, fields));
  if (file === null) throw new AppError('unreadable', '没有选择文件，或文件是空的。请选择后再上传。');
  const { bytes, fileName } = file;
  return uploadEvidence(actor, parse(uploadEvidenceSchema, fields), {
    fileName,
    source: (async function* () {
      yield bytes;
    })(),
  });
}

type Parser<T> = {
  safeParse: (
    value: unknown,
  ) => { success: true; data: T } | { success: false; error: { issues: { message: string }[] } };
};

function parse<T>(schema: Parser<T>, fields: Record<string, string>): T {
  const parsed = schema.safeParse(fields);
  if (parsed.success) return parsed.data;
  throw new AppError('unreadable', parsed.error.issues[0]?.message);
}

async function refuse(actor: Actor, fields: Record<string, string>, error: unknown): Promise<Refusal> {
  const refusal = refusalOf(error);
  if (refusal === null) {
    const reference = logUnexpected(error);
    return { code: 'unexpected', message: `${UPLOAD_UNKNOWN}编号 ${reference}。`, status: 500 };
  }
  if (error instanceof AppError) {
    const subject = fields.slipId ? 'slip' : 'task';
    const id = Number(fields.slipId ?? fields.taskId ?? 0);
    const isId = Number.isSafeInteger(id) && id > 0 && id <= 2147483647;
    await recordRefusal(actor, 'evidence.upload', subject, isId ? id : null, error.code);
  }
  return refusal;
}

/** Back to the page of the form, which says what came of it. An address elsewhere is not followed. */
function back(request: Request, fields: Record<string, string>, code: string): Response {
  const here = new URL(request.url).origin;
  const given = safeNext(fields.returnTo);
  const fallback = fields.slipId ? `/slips/${fields.slipId}` : fields.taskId ? `/tasks/${fields.taskId}` : '/';
  const url = new URL(given === '/' ? fallback : given, here);
  url.searchParams.set(UPLOAD_NOTICE_PARAM, code);
  return new Response(null, {
    status: 303,
    headers: {
      location: `${url.pathname}${url.search}#evidence-${/^\d+$/.test(fields.unitId ?? '') ? fields.unitId : 0}`,
    },
  });
}
