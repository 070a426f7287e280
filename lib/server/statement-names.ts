/** Asked so often, a text is taken to come again. */
const OFTEN = 3;
/** So many names at most: every connection keeps the plan of each it was asked. Texts beyond stay unnamed, as all were before. */
const MOST_NAMES = 300;
/** Texts counted until the count begins anew, so that texts that never come again are not kept for ever. */
const MOST_COUNTED = 2000;

const READS = /^\s*(SELECT|WITH)\b/i;

/**
 * Names for the readings that are asked again and again. PostgreSQL parses a named statement once per connection and, once it has found that
 * planning for the values given gains nothing, plans it once too; for most readings of this site that is more work than answering them.
 * The empty name is none. Pure but for what it has counted.
 */
export function statementNames(): (query: { sql: string }) => string {
  const names = new Map<string, string>();
  const counted = new Map<string, number>();
  return ({ sql }) => {
    const known = names.get(sql);
    if (known !== undefined) return known;
    if (names.size >= MOST_NAMES || !READS.test(sql)) return '';
    const times = (counted.get(sql) ?? 0) + 1;
    if (times < OFTEN) {
      if (counted.size >= MOST_COUNTED) counted.clear();
      counted.set(sql, times);
      return '';
    }
    counted.delete(sql);
    const name = `ledger_${names.size + 1}`;
    names.set(sql, name);
    return name;
  };
}
