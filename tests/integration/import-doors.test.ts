// What the routes and actions of an import refuse is on record: who, what, which draft.
import { beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { POST } from '@/app/api/imports/route';
import { discardDraftAction } from '@/lib/imports/drafts/draft.actions';
import { createDraft } from '@/lib/imports/drafts/draft.commands';
import { type Actor, loadActor } from '@/lib/server/auth/actor';
import { db } from '@/lib/server/db';
import { IDLE } from '@/lib/server/form-action';

const caller = vi.hoisted(() => ({ actor: null as Actor | null }));
vi.mock('@/lib/server/auth/session', () => ({
  findActor: async () => caller.actor,
  requireActor: async () => caller.actor,
}));
vi.mock('next/cache', () => ({ refresh: () => {} }));
vi.mock('@/lib/imports/drafts/reading.jobs', () => ({ readInBackground: () => {} }));

let admin: Actor;
let office: Actor;

beforeAll(async () => {
  const region = await db().region.findUniqueOrThrow({ where: { code: 'ezhou' } });
  const makeActor = async (username: string, role: 'admin' | 'office') => {
    const data = { username, displayName: username, passwordHash: '-', roles: [role], regionId: region.id };
    return (await loadActor((await db().account.create({ data })).id))!;
  };
  admin = await makeActor('doors-admin', 'admin');
  office = await makeActor('doors-office', 'office');
});
beforeEach(() => {
  caller.actor = null;
});

const refusals = (actor: Actor) =>
  db().auditEvent.findMany({
    where: { actorId: actor.accountId, isRefusal: true },
    orderBy: { id: 'asc' },
    select: { kind: true, subjectId: true, payload: true },
  });

function upload(fields: Record<string, string>, site = 'same-origin'): Request {
  const form = new FormData();
  form.set('file', new File(['清单'], '清单.txt', { type: 'text/plain' }));
  for (const [key, value] of Object.entries(fields)) form.set(key, value);
  const headers = { 'sec-fetch-site': site, accept: 'application/json' };
  return new Request('http://ledger.test/api/imports', { method: 'POST', body: form, headers });
}

test('an upload by who may not import, or from another site, is refused and recorded', async () => {
  caller.actor = office;
  expect((await POST(upload({ regionCode: 'ezhou' }))).status).toBe(404);
  expect((await POST(upload({ regionCode: 'ezhou' }, 'cross-site'))).status).toBe(403);
  expect(await refusals(office)).toEqual([
    { kind: 'import.upload', subjectId: null, payload: { code: 'not_found' } },
    { kind: 'import.upload', subjectId: null, payload: { code: 'forbidden' } },
  ]);
});

test('an upload with characters that no database stores is answered, not an error', async () => {
  caller.actor = admin;
  expect((await POST(upload({ regionCode: 'atlan\0tis' }))).status).toBe(404);
  expect((await POST(upload({ regionCode: 'ez\0hou', ownerUnitName: '市\0宇航局' }))).status).toBe(400);
});

test('a refused action on a draft is recorded with the draft', async () => {
  caller.actor = admin;
  const input = { regionCode: 'ezhou', year: null, ownerUnitName: null, basePlanId: null, isAgain: true };
  const bytes = new TextEncoder().encode('清单');
  const { draftId } = await createDraft(admin, { bytes, fileName: '清单.txt', mediaType: 'text/plain' }, input);
  const form = new FormData();
  form.set('draftId', String(draftId));
  form.set('version', '99');
  expect((await discardDraftAction(IDLE, form)).status).toBe('refused');
  expect((await refusals(admin)).at(-1)).toMatchObject({
    kind: 'import.discard',
    subjectId: draftId,
    payload: { code: 'conflict' },
  });
});
