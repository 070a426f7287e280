// Evidence through every viewer: who puts it down, who takes it away, who may download it by whatever address.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Fields } from '../support/rights-by-hand';
import { reportFields } from '../support/rights-cases';
import {
  askRoute,
  closeWorld,
  describeCases,
  describeRoutes,
  doorOf,
  drive,
  FROM_ELSEWHERE,
  forgetLast,
  formOf,
  openWorld,
  world,
} from '../support/rights-drive';
import {
  EVIDENCE_CASES,
  EVIDENCE_ROUTES,
  laid,
  layOutEvidence,
  SECRET_FILE,
  uploadAs,
} from '../support/rights-evidence-cases';
import { GROUND, GROUNDS, gateOf, speaksFor, VIEWER_KEYS, type ViewerKey } from '../support/viewers';

vi.mock('@/lib/server/auth/session', async () => (await import('../support/rights-caller')).sessionStandIn());
vi.mock('next/headers', () => ({ headers: async () => new Headers(), cookies: async () => new Map() }));
vi.mock('next/cache', () => ({ refresh: () => {} }));
vi.mock('@/lib/imports/drafts/reading.jobs', () => ({ readInBackground: () => {} }));

beforeAll(async () => {
  await openWorld();
  await layOutEvidence();
}, 120_000);
beforeEach(forgetLast);
afterAll(closeWorld);

describeCases(EVIDENCE_CASES);
describeRoutes(EVIDENCE_ROUTES);

describe("another unit's evidence", () => {
  const DOWNLOAD = 'app/api/evidence/[evidenceId]/route.ts';
  const get = async (key: ViewerKey, evidenceId: string, query = '') => {
    const request = () => new Request(`http://localhost/api/evidence/${evidenceId}${query}`);
    const answer = await askRoute(DOWNLOAD, key, { what: '', params: () => ({ evidenceId }), request });
    return { status: answer.status, text: await answer.text() };
  };

  it.each(GROUNDS)(
    'by a guessed address is as if it were not there: 404 in the same words, on the ground %s',
    async (ground) => {
      const strangers = VIEWER_KEYS.filter((key) => gateOf(key) === 'open' && !speaksFor(key, GROUND[ground].lead));
      expect(strangers.length).toBeGreaterThan(20);
      for (const key of strangers) {
        const none = await get(key, randomUUID());
        expect(none.status).toBe(404);
        for (const id of [laid[ground].unsent, laid[ground].waiting, laid[ground].discarded])
          for (const query of ['', '?preview']) expect(await get(key, id, query)).toEqual(none);
      }
      const own = await get(VIEWER_KEYS.find((key) => speaksFor(key, GROUND[ground].lead))!, laid[ground].unsent);
      expect(own).toMatchObject({ status: 200, text: expect.stringContaining(SECRET_FILE) });
    },
  );

  it('is named in nobody else’s report, nor is a piece of another task', async () => {
    const fields = await reportFields('city', 'PROGRESS');
    const taskId = Number(fields.taskId);
    const theirs = await uploadAs('lead_reporter', { taskId });
    const elsewhere = await uploadAs('named_reporter', { taskId: laid.city.task });
    const submit = async (key: ViewerKey, evidenceIds: string): Promise<string> => {
      const form: Fields = { ...fields, evidenceIds, idempotencyKey: randomUUID() };
      forgetLast();
      return drive(key, doorOf('submitProgressAction'), formOf(form));
    };
    expect(await submit('named_reporter', theirs)).toMatch(/^unreadable: 有佐证材料已不在或不属于本项/);
    expect(await submit('named_reporter', elsewhere)).toMatch(/^unreadable: 有佐证材料已不在或不属于本项/);
    expect(await submit('named_reporter', randomUUID())).toMatch(/^unreadable: 有佐证材料已不在或不属于本项/);
    expect(await submit('lead_reporter', theirs)).toBe('done');
  });

  it('is not put down for a unit one does not speak for', async () => {
    const upload = (query: string) => () =>
      new Request(`http://localhost/api/evidence?${query}&name=a.txt`, {
        method: 'POST',
        body: '办理情况',
        headers: { 'sec-fetch-site': 'same-origin' },
      });
    const query = `taskId=${laid.city.task}&unitId=${world.units.finance}`;
    const ask = { what: '', method: 'POST', request: upload(query) } as const;
    expect((await askRoute('app/api/evidence/route.ts', 'lead_reporter', ask)).status).toBe(403);
    expect((await askRoute('app/api/evidence/route.ts', 'named_reporter', ask)).status).toBe(201);
  });

  it('from a page of another site nothing is taken', async () => {
    for (const headers of FROM_ELSEWHERE) {
      const url = `http://localhost/api/evidence?taskId=${laid.city.task}&name=a.txt`;
      const request = () => new Request(url, { method: 'POST', body: '办理情况', headers });
      const ask = { what: '', method: 'POST', request } as const;
      expect((await askRoute('app/api/evidence/route.ts', 'lead_reporter', ask)).status).toBe(403);
    }
  });
});
