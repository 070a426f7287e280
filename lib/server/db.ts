import 'server-only';
import { PrismaPg } from '@prisma/adapter-pg';
import { env } from './env';
import { AppError } from './errors';
import { Prisma, PrismaClient } from './prisma-client/client';
import { currentForm, holdForm } from './sent-form';
import { statementNames } from './statement-names';

export { Prisma };
export type Tx = Prisma.TransactionClient;
export type Db = PrismaClient | Tx;

const globals = globalThis as unknown as { ledgerDb?: PrismaClient };

function connect(): PrismaClient {
  const adapter = new PrismaPg(
    {
      connectionString: env().DATABASE_URL,
      max: env().LEDGER_POOL_SIZE,
      connectionTimeoutMillis: 8000,
      // A connection that has planned the readings is worth keeping over a quiet minute; it holds up no program that is done.
      idleTimeoutMillis: 300_000,
      keepAlive: true,
      allowExitOnIdle: true,
    },
    { statementNameGenerator: statementNames() },
  );
  return new PrismaClient({ adapter, errorFormat: 'minimal' });
}

/** The database, as the application role. */
export function db(): PrismaClient {
  globals.ledgerDb ??= connect();
  return globals.ledgerDb;
}

/** Readings that do not wait for one another: beside each other over the pool; one after the other in a transaction, which has one connection. */
export async function readTogether<T extends readonly unknown[]>(
  client: Db,
  ...readings: { [K in keyof T]: () => Promise<T[K]> }
): Promise<T> {
  if (client === db()) return (await Promise.all(readings.map((read) => read()))) as unknown as T;
  const found: unknown[] = [];
  for (const read of readings) found.push(await read());
  return found as unknown as T;
}

/** PostgreSQL's code of an error raised within a query; null where it is none of the database's. */
function sqlStateOf(error: unknown): string | null {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return null;
  const { driverAdapterError } = (error.meta ?? {}) as { driverAdapterError?: { cause?: { originalCode?: string } } };
  return driverAdapterError?.cause?.originalCode ?? null;
}

/** It stood in another's way and was ended for it (deadlock, serialization): nothing of it is left, and it may be done anew. */
function hasLostRace(error: unknown): boolean {
  if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2034') return true;
  return ['40P01', '40001'].includes(sqlStateOf(error) ?? '');
}

/**
 * Runs all or nothing. What loses a race against another transaction is run once more: `run` does nothing but through `tx`. A broken unique key or a race lost again
 * becomes AppError('conflict'). What a form asks for is done once: see sent-form.ts.
 */
export async function inTransaction<T>(run: (tx: Tx) => Promise<T>, options: { timeout?: number } = {}): Promise<T> {
  const form = currentForm();
  const runOnce = async (tx: Tx) => {
    if (form) await holdForm(tx, form);
    return run(tx);
  };
  const attempt = () => db().$transaction(runOnce, { maxWait: 10_000, timeout: options.timeout ?? 30_000 });
  try {
    return await attempt().catch((error: unknown) => {
      if (hasLostRace(error)) return attempt();
      throw error;
    });
  } catch (error) {
    const isDouble = error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002';
    if (isDouble || hasLostRace(error)) throw new AppError('conflict', undefined, { cause: error });
    throw error;
  }
}
