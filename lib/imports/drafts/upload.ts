import { LIMITS } from '@/lib/imports/readers/source';

/** What a browser sends of a document: the fields of its form, with the file or the pasted words. */
export type Upload = {
  fields: Record<string, string>;
  file: { bytes: Uint8Array; fileName: string; mediaType: string } | null;
};

/** The form's own fields beside the file. */
const FORM_LIMIT = LIMITS.bytes + 1024 * 1024;
/** So much more is taken and thrown away, so that a browser that is still sending gets to hear the answer. */
const DRAIN_LIMIT = FORM_LIMIT * 4;

/** The body in memory; null where it is larger than a document may be. */
async function readBounded(body: ReadableStream<Uint8Array>): Promise<Uint8Array<ArrayBuffer>[] | null> {
  let pieces: Uint8Array<ArrayBuffer>[] | null = [];
  let total = 0;
  const reader = body.getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    total += read.value.length;
    if (total > FORM_LIMIT) pieces = null;
    if (total > DRAIN_LIMIT) break;
    pieces?.push(read.value as Uint8Array<ArrayBuffer>);
  }
  await reader.cancel();
  return pieces;
}

const LOOKS_LIKE_HTML = /<(?:html|body|meta|table|tr|td|p|div|span)\b/i;

function pastedFile(pasted: string): Upload['file'] {
  if (pasted.trim() === '') return null;
  const isHtml = LOOKS_LIKE_HTML.test(pasted);
  return {
    bytes: new TextEncoder().encode(pasted),
    fileName: isHtml ? '粘贴的内容.html' : '粘贴的内容.txt',
    mediaType: isHtml ? 'text/html; charset=utf-8' : 'text/plain; charset=utf-8',
  };
}

/** Fields `file` or `pasted`, and those of uploadSchema. 'large' above 50 MB, 'form' where it is no form. */
export async function readUpload(request: Request): Promise<Upload | 'large' | 'form'> {
  const type = request.headers.get('content-type') ?? '';
  if (!/^multipart\/form-data\b/i.test(type) || request.body === null) return 'form';
  const pieces = await readBounded(request.body);
  if (pieces === null) return 'large';
  let form: FormData;
  try {
    form = await new Response(new Blob(pieces), { headers: { 'content-type': type } }).formData();
  } catch {
    return 'form'; // whatever the parser says of a broken form, its sender is told that it is none
  }
  const fields: Record<string, string> = {};
  for (const [key, value] of form) if (typeof value === 'string') fields[key] = value;
  const given = form.get('file');
  const { pasted = '', ...rest } = fields;
  if (!(given instanceof File) || given.size === 0) return { fields: rest, file: pastedFile(pasted) };
  if (given.size > LIMITS.bytes) return 'large';
  const bytes = new Uint8Array(await given.arrayBuffer());
  return { fields: rest, file: { bytes, fileName: given.name, mediaType: given.type } };
}
