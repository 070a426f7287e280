import { FRAME_PAGE, FRAME_POLICY, FRAME_SCRIPT, readViewerPart } from '@/lib/evidence/pdf-viewer';

/**
 * The PDF viewer: a page for a sandboxed frame, its script, and the parts of pdf.js. None of it is anybody's data, and the frame, whose origin is opaque, has no cookie
 * to show: it is served to all. The PDF itself never comes from here; the surrounding page hands it over.
 */
export async function GET(_request: Request, { params }: RouteContext<'/api/evidence/viewer/[...path]'>) {
  const { path } = await params;
  const open = {
    'access-control-allow-origin': '*',
    'cross-origin-resource-policy': 'cross-origin',
    'x-content-type-options': 'nosniff',
  };
  if (path.join('/') === 'frame') {
    return new Response(FRAME_PAGE, {
      headers: {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': FRAME_POLICY,
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-cache',
      },
    });
  }
  if (path.join('/') === 'frame.mjs') {
    return new Response(FRAME_SCRIPT, {
      headers: { ...open, 'content-type': 'text/javascript; charset=utf-8', 'cache-control': 'no-cache' },
    });
  }
  const part = await readViewerPart(path);
  if (!part) return new Response('未找到。', { status: 404 });
  return new Response(part.bytes, {
    headers: { ...open, 'content-type': part.mediaType, 'cache-control': 'public, max-age=86400' },
  });
}
