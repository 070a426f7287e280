import 'server-only';
import { inBatches } from './batches';
import { Prisma, type Tx } from './db';

/**
 * Inserts records whose keys are the table's columns, all of the same keys, in order; other columns take their defaults. A whole list goes in so at a tenth
 * of the cost of a createMany, which builds a parameter per value. Table and keys are words of the program, never of a person.
 */
export async function insertRecords<Row extends Record<string, unknown>>(
  tx: Tx,
  table: string,
  records: readonly Row[],
): Promise<void> {
  const [first] = records;
  if (!first) return;
  const into = Prisma.raw(table);
  const columns = Prisma.raw(
    Object.keys(first)
      .map((column) => `"${column}"`)
      .join(', '),
  );
  await inBatches(
    records,
    (batch) =>
      tx.$executeRaw`INSERT INTO ${into} (${columns})
        SELECT ${columns} FROM jsonb_populate_recordset(NULL::${into}, ${JSON.stringify(batch)}::jsonb)`,
  );
}
