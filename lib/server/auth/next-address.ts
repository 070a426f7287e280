/** A place within this site to go on to, or '/' where the given one leads elsewhere or back to the sign-in page. */
export function safeNext(given: string | null | undefined): string {
  if (!given || given.length > 2000 || !given.startsWith('/') || /^\/[/\\]/.test(given)) return '/';
  const base = 'http://ledger.invalid';
  if (!URL.canParse(given, base)) return '/';
  const url = new URL(given, base);
  // Dots drop out in reading: /.//elsewhere has the path //elsewhere, which a browser takes for another host.
  if (url.origin !== base || /^\/(\/|(login|api|_next)(\/|$))/.test(url.pathname)) return '/';
  url.searchParams.delete('_rsc'); // Next's own, on navigations inside the browser
  return `${url.pathname}${url.search}`;
}

/** The sign-in page, to come back from to where one was. */
export function loginAddress(target: string | null): string {
  const next = safeNext(target);
  return next === '/' ? '/login' : `/login?next=${encodeURIComponent(next)}`;
}
