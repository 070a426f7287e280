import 'server-only';
import { cache } from 'react';
import { db } from './db';

/** Whether the database holds simulated progress, which every page must say. */
export const isDemo = cache(async (): Promise<boolean> => {
  const mode = await db().setting.findUnique({ where: { key: 'data_mode' }, select: { value: true } });
  return mode?.value === 'demo';
});
