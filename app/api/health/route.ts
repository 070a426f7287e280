import { isDatabaseReachable } from '@/lib/server/health';

export const dynamic = 'force-dynamic';

/** 200 with the database reachable, 503 without. Asks for no sign-in and tells nothing else. */
export async function GET(): Promise<Response> {
  const isUp = await isDatabaseReachable();
  return Response.json(
    { status: isUp ? 'ok' : 'unavailable' },
    { status: isUp ? 200 : 503, headers: { 'Cache-Control': 'no-store' } },
  );
}
