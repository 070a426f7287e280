import 'server-only';
import { cache } from 'react';
import { db } from './db';

/** Whether the database holds simulated progress, which every page must say. */
export const isDemo = cache(async (): Promise<boolean> => {
  const [mode] = await db().$queryRaw<{ value: string }[]>`SELECT value FROM setting WHERE key = 'data_mode'`;
  return mode?.value === 'demo';
});
