// Every server action and every route handler, driven by every kind of viewer on a real database (DESIGN §5). What each may do is typed by hand from DESIGN §3
// and §5 (tests/support/rights-by-hand.ts): it is compared with the table of rights, and with what happens when the action is called. This file holds the
// account that nothing is left out, and drives lists, tasks, reviews, units, accounts and imports; rights-driving, rights-slips and rights-evidence drive the rest.
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { findAccount, listAccounts } from '@/lib/accounts/account.queries';
import { findBoardScope } from '@/lib/dashboards/board-scope.queries';
import { listOverdue } from '@/lib/dashboards/overdue.queries';
import { getUnitHome } from '@/lib/dashboards/unit-home.queries';
import { findDraft, listDrafts } from '@/lib/imports/drafts/draft.queries';
import { findPlan, findPlanFile, listPlans } from '@/lib/plans/plan.queries';
import { findReportForm, listReports } from '@/lib/reports/report.queries';
import { returnReport } from '@/lib/reviews/review.commands';
import { findOfficeForms, findReviewQueue } from '@/lib/reviews/review.queries';
import { findTaskAccess, listPlanAccess } from '@/lib/rights/rights.queries';
import { ACTIONS, isAllowed, RELATIONS, type Relation, ROLES } from '@/lib/rights/rights.table';
import { loadActor } from '@/lib/server/auth/actor';
import { db } from '@/lib/server/db';
import { IDLE } from '@/lib/server/form-action';
import { EMPTY_FILTER } from '@/lib/tasks/task.filter';
import { listTasks } from '@/lib/tasks/task.queries';
import { findTaskDetail } from '@/lib/tasks/task-detail.queries';
import { findUnitForEditing } from '@/lib/units/unit.queries';
import { type Expected, expectFor, type Fields, mayByHand, type Place } from '../support/rights-by-hand';
import {
  accountFields,
  DRAFT_CASES,
  idOf,
  makeDraft,
  openQuestion,
  PLACES,
  PLAN_CASES,
  REGION_CASES,
  report,
  reportFields,
  resultWaiting,
  reviewFields,
  TASK_CASES,
} from '../support/rights-cases';
import {
  actionFiles,
  as,
  askRoute,
  asOwner,
  callAs,
  closeWorld,
  describeCases,
  describeRoutes,
  doorOf,
  doors,
  drive,
  FROM_ELSEWHERE,
  forgetLast,
  formOf,
  openWorld,
  type RouteCases,
  redirectTo,
  routeFiles,
  world,
} from '../support/rights-drive';
import { DRIVING_CASES, DRIVING_ROUTES } from '../support/rights-driving-cases';
import { EVIDENCE_CASES, EVIDENCE_ROUTES } from '../support/rights-evidence-cases';
import { SLIP_CASES, SLIP_ROUTES } from '../support/rights-slip-cases';
import {
  DAY,
  formKey,
  GROUNDS,
  type Ground,
  gateOf,
  HANDS,
  makeAccount,
  makeTask,
  makeUnit,
  next,
  PASSWORD,
  PLAN_GROUNDS,
  type PlanGround,
  REGIONS,
  standsInRegion,
  standsOn,
  standsToPlan,
  VIEWER_KEYS,
  VIEWERS,
  type ViewerKey,
} from '../support/viewers';

vi.mock('@/lib/server/auth/session', async () => (await import('../support/rights-caller')).sessionStandIn());
vi.mock('next/headers', () => ({ headers: async () => new Headers(), cookies: async () => new Map() }));
// Outside a browser's request there is no page to draw again.
vi.mock('next/cache', () => ({ refresh: () => {} }));
// A reading would go on beside the calls that follow and write while they are watched.
vi.mock('@/lib/imports/drafts/reading.jobs', () => ({ readInBackground: () => {} }));

const root = path.join(import.meta.dirname, '../..');
/** Actions with tests of their own below. */
const OWN_TESTS = ['changePasswordAction', 'signInAction', 'signOutAction'];

const ALL_CASES = [
  ...TASK_CASES,
  ...PLAN_CASES,
  ...REGION_CASES,
  ...DRAFT_CASES,
  ...DRIVING_CASES,
  ...SLIP_CASES,
  ...EVIDENCE_CASES,
];

beforeAll(openWorld);
beforeEach(forgetLast);
afterAll(closeWorld);

describe('the table of rights', () => {
  it.each(ACTIONS)('%s is granted as DESIGN says', (action) => {
    const pairs = ROLES.flatMap((role) => RELATIONS.map((relation) => [role, relation] as const));
    const granted = pairs.filter(([role, relation]) => isAllowed(action, [role], [relation]));
    const wanted = pairs.filter(([role, relation]) => mayByHand(action, [role], [relation]));
    expect(granted.map((pair) => pair.join('@'))).toEqual(wanted.map((pair) => pair.join('@')));
  });
});

describe('nothing slips past this test', () => {
  const covered = new Set([...ALL_CASES.map((one) => one.door), ...OWN_TESTS]);

  it('every server action has a case, and every case an action', () => {
    expect([...covered].sort()).toEqual([...doors.keys()].sort());
  });

  it('what stands in for the session offers what the session does', async () => {
    const real = await vi.importActual('@/lib/server/auth/session');
    const standIn = await import('@/lib/server/auth/session');
    expect(Object.keys(standIn)).toEqual(expect.arrayContaining(Object.keys(real)));
  });

  it("'use server' stands in *.actions.ts alone", () => {
    const sources = fs.globSync('{app,components,lib}/**/*.{ts,tsx}', { cwd: root });
    const marked = sources.filter((file) =>
      /^\s*['"]use server['"]/m.test(fs.readFileSync(path.join(root, file), 'utf8')),
    );
    expect(marked.sort()).toEqual(actionFiles);
  });

  it('every route handler has a case', () => {
    expect(routeFiles).toEqual([...Object.keys(allRoutes()), ...OPEN_ROUTES].sort());
  });
});

const allRoutes = (): RouteCases => ({ ...ROUTES, ...DRIVING_ROUTES, ...SLIP_ROUTES, ...EVIDENCE_ROUTES });

// Every case is driven by every viewer, leaders among them: what is wanted of them here is what they meet there.
describe("a leader's only write", () => {
  const OWN = [
    "changePasswordAction: one's own",
    "markAllReadAction: one's own",
    "markNoticeReadAction: one's own",
    "setOwnMailAction: one's own",
  ];
  const leaders = VIEWER_KEYS.filter((key) => gateOf(key) === 'open' && String(VIEWERS[key].roles) === 'leader');
  it.each(leaders)('of %s is a second extension, beside what is their own', (key) => {
    const done = new Set(
      ALL_CASES.filter((one) => one.wanted(key) === 'done').map((one) => `${one.door}: ${one.title}`),
    );
    const others = [...done].filter((name) => !OWN.includes(name));
    expect(others).toEqual(key === 'far_leader' ? [] : ['decideExtensionAction: the second extension']);
    for (const [file, asks] of Object.entries(allRoutes()))
      for (const ask of asks) if (ask.method === 'POST') expect([file, ask.what, ask.statusOf(key)]).not.toContain(201);
  });

  it('the table grants them nothing else that writes', () => {
    const granted = ACTIONS.filter((action) => RELATIONS.some((relation) => isAllowed(action, ['leader'], [relation])));
    const writes = granted.filter((action) => !/\.(read|read_old|read_draft|oversee)$/.test(action));
    expect(writes).toEqual(['extension.decide_again']);
  });
});

describe('how viewers stand', () => {
  it.each(GROUNDS)('to a task on the ground %s', async (ground) => {
    const taskId = await makeTask(world, ground);
    const found: Record<string, Relation[]> = {};
    for (const key of VIEWER_KEYS.filter((one) => gateOf(one) === 'open'))
      found[key] = ((await findTaskAccess(await as(key), taskId, DAY))?.relations ?? []).toSorted();
    const wanted = Object.keys(found).map((key) => [key, [...standsOn(key as ViewerKey, ground)].sort()]);
    expect(found).toEqual(Object.fromEntries(wanted));
  });

  it.each(PLAN_GROUNDS)('to the plan of the ground %s', async (ground) => {
    const found: Record<string, Relation[]> = {};
    for (const key of VIEWER_KEYS.filter((one) => gateOf(one) === 'open')) {
      const access = await listPlanAccess(await as(key));
      found[key] = (access.find((one) => one.planId === world.plans[ground])?.relations ?? []).toSorted();
    }
    const wanted = Object.keys(found).map((key) => [key, [...standsToPlan(key as ViewerKey, ground)].sort()]);
    expect(found).toEqual(Object.fromEntries(wanted));
  });

  it('a disabled account is no actor', async () => {
    expect(await loadActor(world.accounts.disabled_office)).toBeNull();
    expect(await loadActor(world.accounts.disabled_admin)).toBeNull();
  });
});

describeCases([...TASK_CASES, ...PLAN_CASES, ...REGION_CASES, ...DRAFT_CASES]);

describe('beyond the table', () => {
  const outcome = (key: ViewerKey, door: string, fields: Fields) => drive(key, doorOf(door), formOf(fields));

  it('the account that wrote a 办结申请 may not accept it, another officer may', async () => {
    const taskId = await makeTask(world, 'city');
    const fields = await reviewFields(taskId, await report('RESULT', 'reporting_officer', 'city', taskId));
    expect(await outcome('reporting_officer', 'acceptReportAction', fields)).toMatch(
      /^forbidden: 办结申请由您填写或签发/,
    );
    expect(await outcome('city_office', 'acceptReportAction', fields)).toBe('done');
  });

  it('the account that signed a 办结申请 may not accept it', async () => {
    const taskId = await makeTask(world, 'city');
    const fields = await reviewFields(taskId, await report('RESULT', 'lead_reporter', 'city', taskId));
    const sign = (accountId: number | null) =>
      asOwner(
        `BEGIN; ALTER TABLE report_version DISABLE TRIGGER USER;
         UPDATE report_version SET signed_by_id = ${accountId} WHERE report_id = ${Number(fields.reportId)};
         ALTER TABLE report_version ENABLE TRIGGER USER; COMMIT`,
      );
    await sign(world.accounts.reporting_officer);
    const met = await outcome('reporting_officer', 'acceptReportAction', fields);
    await sign(null);
    expect(met).toMatch(/^forbidden: 办结申请由您填写或签发/);
  });

  it('the account that wrote a 办结申请 may send it back', async () => {
    const taskId = await makeTask(world, 'city');
    const fields = await reviewFields(taskId, await report('RESULT', 'reporting_officer', 'city', taskId));
    expect(await outcome('reporting_officer', 'returnReportAction', { ...fields, reason: '数据有误' })).toBe('done');
  });

  it('nobody speaks for a unit that is not theirs by naming it in the form', async () => {
    const fields = { ...(await reportFields('city', 'PROGRESS')), unitId: String(world.units.finance) };
    expect(await outcome('lead_reporter', 'submitProgressAction', fields)).toBe('forbidden');
  });

  it("a report is not to be had through another task's number", async () => {
    const mine = await resultWaiting('district');
    const theirs = await resultWaiting('city');
    const crossed = { ...theirs, taskId: mine.taskId!, reason: '串号' };
    expect(await outcome('east_office', 'acceptReportAction', crossed)).toBe('not_found');
    expect(await outcome('east_office', 'returnReportAction', crossed)).toBe('not_found');
    expect(await outcome('east_lead_reporter', 'withdrawReportAction', crossed)).toBe('not_found');
  });

  it('an officer of some work groups answers no question on a task outside them', async () => {
    const inside = await openQuestion(world.plans.city, await makeTask(world, 'city'));
    const outside = await openQuestion(world.plans.city, await makeTask(world, 'zone'));
    expect(await outcome('group_office', 'answerQuestionAction', outside)).toBe('not_found');
    expect(await outcome('group_office', 'answerQuestionAction', inside)).toBe('done');
  });

  it('an admin moves no account to where their own reach ends, and gives none of the platform', async () => {
    const account = await makeAccount(world, 'east');
    const fields = { accountId: String(account.id), version: String(account.version), isActive: 'on' };
    const moved = { ...accountFields('city'), ...fields };
    const raised = { ...accountFields('platform'), ...fields };
    expect(await outcome('east_admin', 'updateAccountAction', moved)).toBe('not_found');
    expect(await outcome('city_admin', 'updateAccountAction', raised)).toBe('not_found');
    expect(await outcome('city_admin', 'updateAccountAction', moved)).toBe('done');
  });

  it("an account is not put into another region's unit", async () => {
    const fields = {
      ...accountFields('east'),
      username: `made-${next()}`,
      roles: ['unit_head'],
      unitId: String(world.units.reform),
    };
    expect(await outcome('east_admin', 'createAccountAction', fields)).toMatch(/^not_found: /);
  });

  it('units of two regions are merged only by who keeps both registers', async () => {
    const [from, into] = [await makeUnit(world, 'east'), await makeUnit(world, 'city')];
    const fields = {
      fromUnitId: String(from.id),
      intoUnitId: String(into.id),
      fromVersion: String(from.version),
      intoVersion: String(into.version),
      basis: '江编办〔2022〕3号',
    };
    expect(await outcome('east_admin', 'mergeUnitsAction', fields)).toBe('not_found');
    expect(await outcome('city_admin', 'mergeUnitsAction', fields)).toBe('not_found');
  });
});

describe("one's own sign-in", () => {
  it('everyone who is signed in chooses their own password, also who must', async () => {
    const met: Expected = {};
    const form = () =>
      formOf({ oldPassword: PASSWORD, newPassword: 'Quite-another-33', repeatedPassword: 'Quite-another-33' });
    for (const key of VIEWER_KEYS) {
      forgetLast();
      met[key] = await drive(key, doorOf('changePasswordAction'), form());
    }
    expect(met).toEqual(
      Object.fromEntries(VIEWER_KEYS.map((key) => [key, gateOf(key) === 'sign_in' ? 'sign_in' : 'done'])),
    );
    await db().account.update({ where: { id: world.accounts.new_office }, data: { mustChangePassword: true } });
  });

  it('a disabled account does not sign in, any other does', async () => {
    const met: Expected = {};
    for (const key of ['far_head', 'disabled_office', 'disabled_admin'] as const) {
      callAs('nobody');
      const account = await db().account.update({
        where: { id: world.accounts[key] },
        data: { passwordHash: await passwordHashOnce() },
        select: { username: true },
      });
      try {
        const state = await doorOf('signInAction')(IDLE, formOf({ username: account.username, password: PASSWORD }));
        met[key] = state.status;
      } catch (error) {
        met[key] = redirectTo(error) ?? 'error';
      }
    }
    expect(met).toEqual({ far_head: '/', disabled_office: 'refused', disabled_admin: 'refused' });
  });

  it('everyone may leave', async () => {
    for (const key of VIEWER_KEYS) {
      callAs(key);
      const leave = doorOf('signOutAction') as unknown as () => Promise<void>;
      await expect(leave().catch(redirectTo)).resolves.toBe('/login?left=1');
    }
  });

  const CHOOSE_AGAIN = 'not_found: 请重新选择地区。';
  it('a table of accounts is looked at by who may import it, and nothing is written by it', async () => {
    const table = ['用户名,姓名,角色,单位', 'looked-at,李四,优化办工作人员,'].join('\n');
    for (const place of PLACES) {
      const met: Expected = {};
      for (const key of VIEWER_KEYS) {
        const form = formOf({ region: idOf(place) });
        form.append('file', new File([table], '账号.csv'));
        const looked = await drive(key, doorOf('importAccountsAction'), form);
        met[key] = looked === 'idle' ? 'shown' : looked;
      }
      expect(met).toEqual(
        expectFor((key) =>
          mayByHand('account.manage', VIEWERS[key].roles, standsInRegion(key, place)) ? 'shown' : CHOOSE_AGAIN,
        ),
      );
    }
  });
});

async function passwordHashOnce(): Promise<string> {
  const { hashPassword } = await import('@/lib/server/auth/password');
  return hashPassword(PASSWORD);
}

// ------------------------------------------------------------------------------------------------ routes

const files = {} as Record<PlanGround, { plan: number; draft: number }>;
async function addFile(planId: number): Promise<number> {
  const document = await db().sourceDocument.create({
    data: { planId, fileName: '清单.txt', mediaType: 'text/plain', sha256: '-', content: new Uint8Array([1]) },
    select: { id: true },
  });
  return document.id;
}
const fileParams = (planId: number, documentId: number) => ({ planId: String(planId), documentId: String(documentId) });

const draftsOf = {} as Record<Place, number>;
const askOfDraft = (place: Place) => ({
  what: `a draft of ${place}`,
  params: () => ({ draftId: String(draftsOf[place]) }),
  statusOf: (key: ViewerKey) =>
    mayByHand('import.commit', VIEWERS[key].roles, standsInRegion(key, place)) ? 200 : 404,
});

const uploadOf = (place: Place, headers: Record<string, string>) => () => {
  const body = new FormData();
  body.append('regionCode', `viewers-${place}`);
  body.append('file', new File([`清单${next()}`], '清单.txt', { type: 'text/plain' }));
  const url = 'http://localhost/api/imports';
  return new Request(url, { method: 'POST', body, headers: { accept: 'application/json', ...headers } });
};
const FROM_HERE = { 'sec-fetch-site': 'same-origin' };

/** Whoever comes to next-auth is not signed in yet. */
const OPEN_ROUTES = ['app/api/auth/[...nextauth]/route.ts'];
const ROUTES: RouteCases = {
  'app/(signed-in)/admin/accounts/import/template/route.ts': [
    {
      what: 'the empty table',
      statusOf: (key) => (Object.keys(VIEWERS[key].regions ?? {}).length > 0 ? 200 : 404),
    },
  ],
  'app/(signed-in)/plans/[planId]/documents/[documentId]/route.ts': [
    ...PLAN_GROUNDS.flatMap((ground) => [
      {
        what: `the plan of the ground ${ground}`,
        params: () => fileParams(world.plans[ground], files[ground].plan),
        statusOf: (key: ViewerKey) =>
          mayByHand('plan.read', VIEWERS[key].roles, standsToPlan(key, ground)) ? 200 : 404,
      },
      {
        what: `the draft of the ground ${ground}`,
        params: () => fileParams(world.drafts[ground], files[ground].draft),
        statusOf: (key: ViewerKey) =>
          mayByHand('plan.read_draft', VIEWERS[key].roles, standsToPlan(key, ground)) ? 200 : 404,
      },
    ]),
    {
      what: "another plan's file under a plan one may read",
      params: () => fileParams(world.plans.city, files.district.plan),
      statusOf: () => 404,
    },
  ],
  'app/api/imports/[draftId]/file/route.ts': PLACES.map((place) => askOfDraft(place)),
  'app/api/imports/[draftId]/report/route.ts': PLACES.map((place) => askOfDraft(place)),
  'app/api/imports/route.ts': PLACES.map((place) => ({
    what: `uploading a document into ${place}`,
    method: 'POST',
    request: uploadOf(place, FROM_HERE),
    statusOf: (key) => (mayByHand('import.commit', VIEWERS[key].roles, standsInRegion(key, place)) ? 201 : 404),
  })),
  'app/api/health/route.ts': [{ what: 'health', statusOf: () => 200, isOpen: true }],
};

beforeAll(async () => {
  for (const ground of PLAN_GROUNDS)
    files[ground] = { plan: await addFile(world.plans[ground]), draft: await addFile(world.drafts[ground]) };
  for (const place of PLACES) draftsOf[place] = await makeDraft(place);
});

describeRoutes(ROUTES);

it('a document from a page of another site is refused', async () => {
  const post = async (headers: Record<string, string>) =>
    (
      await askRoute('app/api/imports/route.ts', 'city_admin', {
        what: '',
        method: 'POST',
        request: uploadOf('city', headers),
      })
    ).status;
  for (const headers of FROM_ELSEWHERE) expect(await post(headers)).toBe(403);
});

// ------------------------------------------------------------------------------------------------ reading

describe('reading', () => {
  const asOf = { day: DAY, today: DAY, isToday: true, notice: null };
  const SECRET = '内部办件数四八二七';
  const RETURNED_FOR = '附表二未盖章退补';
  const tasks = {} as Record<Ground, { id: number; text: string }>;
  const waiting = {} as Record<Ground, number>;
  const readers = VIEWER_KEYS.filter((key) => gateOf(key) === 'open');

  beforeAll(async () => {
    for (const ground of GROUNDS) {
      const text = `读权核对·${ground}·事项`;
      const id = await makeTask(world, ground, { text });
      const made = await report('PROGRESS', HANDS[ground].lead, ground, id, `本月${SECRET}件，环比上升。`);
      await returnReport(await as(HANDS[ground].office), {
        taskId: id,
        reportId: made.reportId,
        reportVersion: made.version,
        reason: RETURNED_FOR,
        idempotencyKey: formKey(),
      });
      tasks[ground] = { id, text };
      waiting[ground] = Number((await resultWaiting(ground)).taskId);
    }
  });

  const maySee = (key: ViewerKey, ground: Ground) => mayByHand('task.read', VIEWERS[key].roles, standsOn(key, ground));
  const mayReadReports = (key: ViewerKey, ground: Ground) =>
    mayByHand('report.read', VIEWERS[key].roles, standsOn(key, ground));

  it.each(GROUNDS)(
    'a task on the ground %s is not found outside, and its reports are absent for other units',
    async (ground) => {
      const seen: Record<string, unknown> = {};
      const wanted: Record<string, unknown> = {};
      for (const key of readers) {
        const actor = await as(key);
        const detail = await findTaskDetail(actor, String(tasks[ground].id), asOf);
        const reports = detail ? await listReports(actor, detail, DAY) : [];
        const all = JSON.stringify([detail, reports]);
        seen[key] = {
          isFound: detail !== null,
          canReadReports: detail?.canReadReports ?? false,
          reports: reports.length,
          hasNarrative: all.includes(SECRET),
          hasReason: all.includes(RETURNED_FOR),
        };
        const may = mayReadReports(key, ground);
        wanted[key] = {
          isFound: maySee(key, ground),
          canReadReports: may,
          reports: may ? 1 : 0,
          hasNarrative: may,
          hasReason: may,
        };
      }
      expect(seen).toEqual(wanted);
    },
  );

  it.each(GROUNDS)('the forms on a task on the ground %s are there for who may use them', async (ground) => {
    const seen: Record<string, unknown> = {};
    const wanted: Record<string, unknown> = {};
    for (const key of readers) {
      const actor = await as(key);
      const { roles } = VIEWERS[key];
      const detail = await findTaskDetail(actor, String(tasks[ground].id), asOf);
      if (!detail) continue;
      const form = await findReportForm(actor, detail, asOf, {});
      seen[key] = { canReport: form !== null, canDecide: (await findOfficeForms(actor, detail, asOf)) !== null };
      wanted[key] = {
        canReport: mayByHand('report.submit_progress', roles, standsOn(key, ground)),
        canDecide: mayByHand('report.accept', roles, standsOn(key, ground)),
      };
    }
    expect(seen).toEqual(wanted);
  });

  it('the ledger lists what may be seen, and finds by a narrative only what may be read', async () => {
    const seen: Record<string, unknown> = {};
    const wanted: Record<string, unknown> = {};
    for (const key of readers) {
      const actor = await as(key);
      const filter = { ...EMPTY_FILTER, own: true, size: 100 };
      const listed = await listTasks(actor, { ...filter, q: '读权核对' }, DAY);
      const found = await listTasks(actor, { ...filter, q: SECRET }, DAY);
      const narrated = listed.rows.filter((row) => JSON.stringify(row).includes(SECRET));
      const groundsOf = (ids: readonly number[]) => GROUNDS.filter((ground) => ids.includes(tasks[ground].id));
      seen[key] = {
        listed: groundsOf(listed.rows.map((row) => row.id)),
        narrated: groundsOf(narrated.map((row) => row.id)),
        found: groundsOf(found.rows.map((row) => row.id)),
        count: listed.total,
      };
      const visible = GROUNDS.filter((ground) => maySee(key, ground));
      const readable = GROUNDS.filter((ground) => mayReadReports(key, ground));
      wanted[key] = { listed: visible, narrated: readable, found: readable, count: visible.length };
    }
    expect(seen).toEqual(wanted);
  });

  it('boards show no task that may not be seen and no words that may not be read', async () => {
    const leaks: string[] = [];
    for (const key of readers) {
      const actor = await as(key);
      for (const place of REGIONS) {
        const scope = await findBoardScope(actor, { region: `viewers-${place}`, own: true }, DAY);
        if (!scope) continue;
        const shown = JSON.stringify([
          await getUnitHome(actor, scope, DAY),
          await listOverdue(actor, scope, DAY, 'overdue', 'none', { page: 1, size: 500 }),
        ]);
        for (const ground of GROUNDS)
          if (shown.includes(tasks[ground].text) && !maySee(key, ground)) leaks.push(`${key}: ${ground}`);
        const mayReadAny = GROUNDS.some((ground) => mayReadReports(key, ground));
        if (!mayReadAny && (shown.includes(SECRET) || shown.includes(RETURNED_FOR))) leaks.push(`${key}: words`);
      }
    }
    expect(leaks).toEqual([]);
  });

  it('the review queue holds for each officer what they may decide', async () => {
    const seen: Record<string, Ground[]> = {};
    const wanted: Record<string, Ground[]> = {};
    for (const key of readers) {
      const ids: number[] = [];
      for (let page = 1, pages = 1; page <= pages; page += 1) {
        const queue = await findReviewQueue(await as(key), DAY, page);
        if (!queue) break;
        pages = queue.pages;
        ids.push(...queue.rows.map((row) => row.taskId));
      }
      seen[key] = GROUNDS.filter((ground) => ids.includes(waiting[ground]));
      wanted[key] = GROUNDS.filter((ground) => mayByHand('report.accept', VIEWERS[key].roles, standsOn(key, ground)));
    }
    expect(seen).toEqual(wanted);
  });

  it.each(PLAN_GROUNDS)('the plan of the ground %s, its draft and its file', async (ground) => {
    const seen: Record<string, unknown> = {};
    const wanted: Record<string, unknown> = {};
    for (const key of readers) {
      const actor = await as(key);
      const listed = (await listPlans(actor, {}, { page: 1, size: 1000 }, DAY)).rows.map((row) => row.id);
      seen[key] = {
        plan: (await findPlan(actor, world.plans[ground], DAY)) !== null,
        isListed: listed.includes(world.plans[ground]),
        draft: (await findPlan(actor, world.drafts[ground], DAY)) !== null,
        isDraftListed: listed.includes(world.drafts[ground]),
        file: (await findPlanFile(actor, world.plans[ground], files[ground].plan)) !== null,
      };
      const { roles } = VIEWERS[key];
      const may = mayByHand('plan.read', roles, standsToPlan(key, ground));
      const mayDraft = mayByHand('plan.read_draft', roles, standsToPlan(key, ground));
      wanted[key] = { plan: may, isListed: may, draft: mayDraft, isDraftListed: mayDraft, file: may };
    }
    expect(seen).toEqual(wanted);
  });

  it.each(PLACES)('accounts, units and import drafts of %s', async (place) => {
    const account = await makeAccount(world, place);
    const unit = await makeUnit(world, place);
    const draftId = await makeDraft(place);
    const filter = {
      q: 'target-',
      role: null,
      regionId: null,
      unit: '',
      active: 'all',
      page: 1,
      pageSize: 1000,
    } as const;
    const seen: Record<string, unknown> = {};
    const wanted: Record<string, unknown> = {};
    for (const key of readers) {
      const actor = await as(key);
      seen[key] = {
        account: (await findAccount(actor, account.id)) !== null,
        isListed: (await listAccounts(actor, filter)).rows.some((row) => row.id === account.id),
        unit: (await findUnitForEditing(actor, unit.id)) !== null,
        draft: (await findDraft(actor, draftId)) !== null,
        isDraftListed: (await listDrafts(actor, {})).rows.some((row) => row.id === draftId),
      };
      const { roles } = VIEWERS[key];
      const may = mayByHand('account.manage', roles, standsInRegion(key, place));
      wanted[key] = {
        account: may,
        isListed: may,
        unit: mayByHand('unit.manage', roles, standsInRegion(key, place)),
        draft: mayByHand('import.commit', roles, standsInRegion(key, place)),
        isDraftListed: mayByHand('import.commit', roles, standsInRegion(key, place)),
      };
    }
    expect(seen).toEqual(wanted);
  });
});
