const SIZES = [25, 50, 100];
const MAX_PAGE = 100_000;

/** Page and size from the address; anything else falls back to the first page of 25. */
export function readPaging(page: string | undefined, size: string | undefined): { page: number; pageSize: number } {
  const number = /^[1-9]\d{0,5}$/.test(page ?? '') ? Math.min(Number(page), MAX_PAGE) : 1;
  return { page: number, pageSize: SIZES.includes(Number(size)) ? Number(size) : SIZES[0]! };
}

/** The address of a list with its filters; empty ones left out. */
export function listAddress(path: string, filters: Record<string, string | number | null | undefined>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filters))
    if (value !== null && value !== undefined && value !== '') query.set(name, String(value));
  return query.size > 0 ? `${path}?${query}` : path;
}
