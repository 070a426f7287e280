/**
 * Calls `insert` with at most `size` rows at a time, one batch after the other, in order. A createMany over PostgreSQL's limit of 65535 parameters is
 * split by Prisma itself, which sends the pieces side by side on one connection; pg 9 refuses that.
 */
export async function inBatches<Row>(
  rows: readonly Row[],
  insert: (batch: Row[]) => Promise<unknown>,
  size = 1000,
): Promise<void> {
  for (let from = 0; from < rows.length; from += size) await insert(rows.slice(from, from + size));
}
