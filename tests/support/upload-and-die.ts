// A process that dies between a file and its row: node … upload-and-die.ts ACCOUNT TASK TEXT, with DATABASE_URL and LEDGER_EVIDENCE.
import { uploadEvidence } from '@/lib/evidence/evidence.commands';
import { loadActor } from '@/lib/server/auth/actor';
import { env } from '@/lib/server/env';
import { EvidenceStore, type Received } from '@/lib/server/evidence-store';

class DyingStore extends EvidenceStore {
  override async keep(received: Received): Promise<void> {
    await super.keep(received);
    process.kill(process.pid, 'SIGKILL');
    await new Promise(() => {});
  }
}

const [accountId, taskId, words] = process.argv.slice(2);
const actor = await loadActor(Number(accountId));
if (!actor) throw new Error('no such account');
await uploadEvidence(
  actor,
  { taskId: Number(taskId), slipId: undefined, unitId: undefined, docNumber: '', issuer: '', signedOn: null },
  {
    fileName: '说明.txt',
    source: (async function* () {
      yield new TextEncoder().encode(words);
    })(),
  },
  new DyingStore(env().LEDGER_EVIDENCE),
);
