import 'server-only';
import { logUnexpected } from '@/lib/server/log';
import { startReading } from './draft.commands';

/** Reads a draft after the answer has gone out; its page shows how far it is. A reading that dies is begun anew from there. */
export function readInBackground(draftId: number): void {
  startReading(draftId).catch(logUnexpected);
}
