/** True where a page of this very site sent the request: a form elsewhere must not upload in a signed-in person's name. */
export function isSameOrigin(headers: Headers): boolean {
  const site = headers.get('sec-fetch-site');
  if (site !== null) return site === 'same-origin' || site === 'none';
  const origin = headers.get('origin');
  if (origin === null || !URL.canParse(origin)) return false;
  return new URL(origin).host === (headers.get('x-forwarded-host') ?? headers.get('host'));
}
