import 'server-only';
import { Client } from 'pg';
import { env } from './env';
import { logUnexpected } from './log';

/**
 * Runs something while no other process does, on this server or another: a lock of the database, held by a connection of its own. Whoever comes second
 * waits. A process that dies loses its connection, and with it the lock.
 */
export async function withProcessLock<T>(name: string, run: () => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: env().DATABASE_URL, connectionTimeoutMillis: 8000, keepAlive: true });
  client.on('error', logUnexpected);
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock(hashtext($1))', [`ledger lock ${name}`]);
    return await run();
  } finally {
    await client.end();
  }
}
