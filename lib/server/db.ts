import 'server-only';
import { PrismaPg } from '@prisma/adapter-pg';
import { env } from './env';
import { AppError } from './errors';
import { Prisma, PrismaClient } from './prisma-client/client';

export { Prisma };
export type Tx = Prisma.TransactionClient;
export type Db = PrismaClient | Tx;

const globals = globalThis as unknown as { ledgerDb?: PrismaClient };

function connect(): PrismaClient {
  const adapter = new PrismaPg({
    connectionString: env().DATABASE_URL,
    max: env().LEDGER_POOL_SIZE,
    connectionTimeoutMillis: 8000,
  });
  return new PrismaClient({ adapter, errorFormat: 'minimal' });
}

/** The database, as the application role. */
export function db(): PrismaClient {
  globals.ledgerDb ??= connect();
  return globals.ledgerDb;
}

/** Runs all or nothing. A broken unique key or a lost race becomes AppError('conflict'). */
export async function inTransaction<T>(run: (tx: Tx) => Promise<T>, options: { timeout?: number } = {}): Promise<T> {
  try {
    return await db().$transaction(run, { maxWait: 10_000, timeout: options.timeout ?? 30_000 });
  } catch (error) {
    if (error instanceof Prisma.PrismaClientKnownRequestError && (error.code === 'P2002' || error.code === 'P2034')) {
      throw new AppError('conflict', undefined, { cause: error });
    }
    throw error;
  }
}
