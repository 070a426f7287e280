/** A site's front page: it says something else next week. */
export function isHomePage(address: string): boolean {
  const url = new URL(address);
  return (
    /^\/(?:index|default|home|main)?(?:\.\w{2,5})?$/i.test(url.pathname) &&
    url.search === '' &&
    !/^#[/!]./.test(url.hash)
  );
}

const PRIVATE_V4 =
  /^(?:10\.|127\.|0\.|169\.254\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/;
const V4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;

/** An address of the office's own network: the URL parser has already written numbers of every form as four decimals. */
export function isIntranet(address: string): boolean {
  const host = new URL(address).hostname.toLowerCase();
  if (V4.test(host)) return PRIVATE_V4.test(host);
  if (host.startsWith('[')) return /^\[(?:::1|::|f[cd][0-9a-f]{2}:|fe[89ab][0-9a-f]:|::ffff:)/.test(host);
  return !host.includes('.') || /\.(?:local|lan|internal|intranet|corp|home)$/.test(host);
}
