/** Reads the address of a board: whatever is malformed is dropped with a notice, never an error. Pure. */
export type BoardParams = Record<string, string | string[] | undefined>;

function last(params: BoardParams, key: string): string | undefined {
  const value = params[key];
  const one = Array.isArray(value) ? value.at(-1) : value;
  return one === '' ? undefined : one;
}

const shown = (text: string) => `“${text.slice(0, 20)}”`;

export class BoardReader {
  readonly notices: string[] = [];
  private readonly params: BoardParams;
  constructor(params: BoardParams) {
    this.params = params;
  }

  oneOf<T extends string>(key: string, allowed: readonly T[], fallback: T, label: string): T {
    const given = last(this.params, key);
    if (given === undefined) return fallback;
    const found = allowed.find((value) => value === given);
    if (found === undefined) this.notices.push(`${label}${shown(given)}无法识别，已忽略。`);
    return found ?? fallback;
  }

  /** A positive whole number that fits the database. */
  number(key: string, label: string): number | undefined {
    const given = last(this.params, key);
    if (given === undefined) return undefined;
    const value = /^[1-9]\d{0,9}$/.test(given) ? Number(given) : Number.NaN;
    if (value <= 2147483647) return value;
    this.notices.push(`${label}${shown(given)}无法识别，已忽略。`);
    return undefined;
  }

  flag(key: string, label: string): boolean {
    return this.oneOf(key, ['0', '1'], '0', label) === '1';
  }

  /** A region's code. */
  code(key: string): string | undefined {
    const given = last(this.params, key);
    if (given === undefined || /^[a-z0-9_-]{1,40}$/.test(given)) return given;
    this.notices.push(`地区${shown(given)}无法识别，已忽略。`);
    return undefined;
  }

  page(sizes: readonly number[]): { page: number; size: number } {
    const size = this.oneOf('size', sizes.map(String), String(sizes[0]), '每页条数');
    return { page: Math.min(this.number('page', '页码') ?? 1, 100_000), size: Number(size) };
  }

  /** What stands in the address, one value a name, for building the next address. */
  current(): Record<string, string> {
    const kept: Record<string, string> = {};
    for (const key of Object.keys(this.params)) {
      const value = last(this.params, key);
      if (value !== undefined) kept[key] = value;
    }
    return kept;
  }
}

/** An address with some values changed; null leaves one out. */
export function boardHref(
  path: string,
  current: Record<string, string>,
  changes: Record<string, string | number | null> = {},
): string {
  const params = new URLSearchParams(current);
  for (const [key, value] of Object.entries(changes)) {
    if (value === null) params.delete(key);
    else params.set(key, String(value));
  }
  const query = params.toString();
  return query ? `${path}?${query}` : path;
}

/** A page number from an address as a record id; null for anything that is none. */
export function readId(text: string): number | null {
  if (!/^[1-9]\d{0,9}$/.test(text)) return null;
  const id = Number(text);
  return id <= 2147483647 ? id : null;
}
