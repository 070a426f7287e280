import { createHash } from 'node:crypto';
import type { Action } from '@/lib/rights/rights.table';
import type { BulkDeed } from './bulk.schema';

export const DEED_ACTIONS: Record<BulkDeed, Action> = {
  remind: 'task.remind',
  slip: 'slip.issue',
  reassign: 'task.reassign',
  cycle: 'task.set_cycle',
  correct: 'task.correct',
  cancel: 'task.cancel',
};

/** The key of one part of a form that does many things: the same for the same form and part, another for any other. In the form of a UUID. */
export function partKey(key: string, part: string): string {
  const hex = createHash('sha256').update(`${key} ${part}`).digest('hex');
  const variant = ((Number.parseInt(hex[16]!, 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Tasks whose version is not the one that was previewed. */
export function changedSince(
  versions: ReadonlyMap<number, number>,
  tasks: readonly { id: number; version: number }[],
): number[] {
  return tasks.filter((task) => versions.get(task.id) !== task.version).map((task) => task.id);
}
