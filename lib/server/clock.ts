import 'server-only';
import { cache } from 'react';
import type { Day } from '@/lib/dates';
import { type Db, db } from './db';

/** Today in Asia/Shanghai, or the simulated day of a demonstration: the one place that reads it (SQL ledger_today()). */
export function today(client?: Db): Promise<Day> {
  return client === undefined ? readTodayOnce() : readToday(client);
}

const readTodayOnce = cache(() => readToday(db()));

/** Now by the database's clock, for instants that are kept; never for a business day. */
export async function readInstant(client: Db = db()): Promise<Date> {
  const [row] = await client.$queryRaw<{ now: Date }[]>`SELECT clock_timestamp() AS now`;
  return row!.now;
}

async function readToday(client: Db): Promise<Day> {
  const rows = await client.$queryRaw<{ today: string }[]>`SELECT ledger_today()::text AS today`;
  return rows[0]!.today as Day;
}
