// Pieces a person has left out of a form, kept in this browser: a reload would tick them again.
import { PREFIX, pageAccount, readWords, writeWords } from '@/components/ui/kept-words';
import type { EvidenceTarget } from '@/lib/evidence/evidence.schema';

function keyOf(target: EvidenceTarget, unitId: number | undefined): string | null {
  const account = pageAccount();
  if (!account) return null;
  const about = 'slipId' in target ? `slip=${target.slipId}` : `task=${target.taskId}`;
  return `${PREFIX}${account}:evidence:${about}:${unitId ?? ''}`;
}

export function readUnticked(target: EvidenceTarget, unitId: number | undefined): string[] {
  const key = keyOf(target, unitId);
  return Object.keys((key === null ? null : readWords(key))?.controls ?? {});
}

export function writeUnticked(target: EvidenceTarget, unitId: number | undefined, ids: Iterable<string>): void {
  const key = keyOf(target, unitId);
  if (key === null) return;
  const controls = Object.fromEntries([...ids].map((id) => [id, { typed: '', base: 'on' }]));
  writeWords(key, Object.keys(controls).length === 0 ? null : { savedAt: new Date().toISOString(), controls });
}
