// What driving a list leaves to be read — slips, papers, threads, objections, extensions, evidence, reminders, inboxes, hand-overs — asked for by every viewer through
// every query of the pages, also with numbers they could only have guessed. Each thing carries words of its own; who reads them is typed by hand.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  findBackfillDraft,
  findBackfillPlan,
  listBackfillTasks,
  listKnownTasks,
} from '@/lib/backfill/backfill.queries';
import { listBulkTasks } from '@/lib/bulk/bulk.queries';
import { findCalendarYear } from '@/lib/cycles/calendar.queries';
import { findBoardScope } from '@/lib/dashboards/board-scope.queries';
import { getNavigation } from '@/lib/dashboards/navigation.queries';
import {
  findCycleDetail,
  findCycleReader,
  listOwnCycleTasks,
  listPlanCycles,
} from '@/lib/dashboards/plan-cycles.queries';
import { getRegionHome } from '@/lib/dashboards/region-home.queries';
import { getUnitHome } from '@/lib/dashboards/unit-home.queries';
import { findReadableFile, listUnsentEvidence } from '@/lib/evidence/evidence.queries';
import { requestExtension } from '@/lib/extensions/extension.commands';
import { findTaskExtensions, listExtensions } from '@/lib/extensions/extension.queries';
import { findHandlerBoard, findHandOver, findTaskHandlers } from '@/lib/handlers/handler.queries';
import { findJobPage } from '@/lib/jobs/job-run.queries';
import { addNode } from '@/lib/nodes/node.commands';
import { findNodeBoard } from '@/lib/nodes/node.queries';
import { INBOX_FILTERS } from '@/lib/notices/inbox.filter';
import { findInbox } from '@/lib/notices/notice.queries';
import { raiseObjection } from '@/lib/objections/objection.commands';
import { findPlanObjections, findTaskObjections } from '@/lib/objections/objection.queries';
import { findArchivePreview } from '@/lib/plans/archive.queries';
import { activatePlan } from '@/lib/plans/plan.commands';
import { findPlan } from '@/lib/plans/plan.queries';
import { remindTask } from '@/lib/reminders/remind.commands';
import {
  findReminderScope,
  listBurden,
  listDigests,
  listToBeTold,
  listTold,
} from '@/lib/reminders/reminder-page.queries';
import { findTaskReminding } from '@/lib/reminders/task-reminding.queries';
import { findManyForm } from '@/lib/reports/many-reports.queries';
import { findOpinions } from '@/lib/reports/opinion.queries';
import { submitProgress, submitResult } from '@/lib/reports/report.commands';
import { findReportForm, listReports } from '@/lib/reports/report.queries';
import { findAcceptPreview, findReviewQueue, findReviewSheet, REVIEW_TABS } from '@/lib/reviews/review.queries';
import { writeReviewMessage } from '@/lib/reviews/thread.commands';
import { findThread } from '@/lib/reviews/thread.queries';
import { listPlanAccess } from '@/lib/rights/rights.queries';
import { type Actor, loadActor } from '@/lib/server/auth/actor';
import { db, inTransaction } from '@/lib/server/db';
import { toDate } from '@/lib/server/events';
import { findRegionSettings, findSupervisorSetting, listSettingRegions } from '@/lib/settings/region-setting.queries';
import { setSetting } from '@/lib/settings/setting.commands';
import { findSignForOverview, listOwedSignFors, listUnsigned } from '@/lib/sign-for/sign-for.queries';
import { parseSlipFilter } from '@/lib/slips/slip.filter';
import { findSlip, findSlipPaper } from '@/lib/slips/slip-detail.queries';
import { draftSlip } from '@/lib/slips/slip-draft.commands';
import { findChangeForm, findDraftForm, listDraftPlans, listUnitProposals } from '@/lib/slips/slip-draft.queries';
import { findSlipForms } from '@/lib/slips/slip-forms.queries';
import { checkSlip, issueSlip } from '@/lib/slips/slip-issue.commands';
import { findSlips, listSlipsToAnswer, listTaskSlips } from '@/lib/slips/slip-list.queries';
import { findTaskCycle } from '@/lib/tasks/task-cycle.queries';
import { findTaskDetail } from '@/lib/tasks/task-detail.queries';
import { sendBackPaper } from '@/lib/unit-papers/unit-paper.commands';
import { findHeadSigns, listPapers, listPapersOfTask } from '@/lib/unit-papers/unit-paper.queries';
import { mayByHand } from '../support/rights-by-hand';
import { cycleOf, NARRATIVE, taskVersion, words } from '../support/rights-cases';
import { as, closeWorld, openWorld, world } from '../support/rights-drive';
import { noticeOf, paperWaiting } from '../support/rights-driving-cases';
import { uploadAs } from '../support/rights-evidence-cases';
import { makeSlip, readsDraft, readsIssued } from '../support/rights-slip-cases';
import {
  DAY,
  formKey,
  GROUND,
  GROUNDS,
  type Ground,
  gateOf,
  HANDS,
  homeOf,
  isHeadOf,
  makeTask,
  next,
  PLAN_GROUNDS,
  REGIONS,
  speaksFor,
  standsInRegion,
  standsOn,
  VIEWER_KEYS,
  VIEWERS,
  type ViewerKey,
} from '../support/viewers';

vi.mock('@/lib/server/auth/session', async () => (await import('../support/rights-caller')).sessionStandIn());
vi.mock('next/headers', () => ({ headers: async () => new Headers(), cookies: async () => new Map() }));
vi.mock('next/cache', () => ({ refresh: () => {} }));

const asOf = { day: DAY, today: DAY, isToday: true, notice: null };
const readers = VIEWER_KEYS.filter((key) => gateOf(key) === 'open');

/** Who reads what, by the words that stand in it. */
const KINDS = {
  draft: readsDraft,
  issued: readsIssued,
  reply: readsIssued,
  // Before the head has signed it is the unit's own.
  paper: (key: ViewerKey, ground: Ground) => speaksFor(key, GROUND[ground].lead),
  sentBack: (key: ViewerKey, ground: Ground) => speaksFor(key, GROUND[ground].lead),
  unsent: (key: ViewerKey, ground: Ground) => key === HANDS[ground].lead, // waits on the form of who put it down
  report: readsReports,
  result: readsReports,
  evidence: readsReports,
  message: readsReports,
  objection: readsReports,
  extension: readsReports,
  // printed rows and standing are read by the whole region, and what is due by when is standing
  node: (key: ViewerKey, ground: Ground) => mayByHand('task.read', VIEWERS[key].roles, standsOn(key, ground)),
} as const;
type Kind = keyof typeof KINDS;

function readsReports(key: ViewerKey, ground: Ground): boolean {
  return mayByHand('report.read', VIEWERS[key].roles, standsOn(key, ground));
}

const secret = (kind: Kind | 'inbox', of: string) => `暗语${kind}${of}完`;

const ids = {} as Record<
  Ground,
  { tasks: number[]; slipTasks: number[]; slips: number[]; reports: number[]; evidence: string[] }
>;

beforeAll(async () => {
  await openWorld();
  for (const ground of GROUNDS) {
    const { lead, head, office } = HANDS[ground];
    const of = (kind: Kind) => secret(kind, ground);
    const leader = await as(lead);
    const task = await makeTask(world, ground);
    const evidence = await uploadAs(lead, { taskId: task });
    await db().evidence.update({ where: { id: evidence }, data: { issuer: of('evidence') }, select: { id: true } });
    const unsent = await uploadAs(lead, { taskId: task });
    await db().evidence.update({ where: { id: unsent }, data: { issuer: of('unsent') }, select: { id: true } });
    const common = { taskId: task, ...words(of('report')), idempotencyKey: formKey() };
    const progress = { ...common, cycleId: cycleOf(ground), expectedVersion: 0, evidenceIds: [evidence] };
    const report = await submitProgress(leader, progress);
    await writeReviewMessage(await as(office), { taskId: task, text: of('message'), idempotencyKey: formKey() });
    const because = { ground: 'OTHER', reason: of('objection') } as const;
    await raiseObjection(leader, { taskId: task, ...because, idempotencyKey: formKey() });
    const asked = { toDueOn: '2023-01-31', reason: of('extension') };
    await requestExtension(await as(head), { taskId: task, version: Number(await taskVersion(task)), ...asked });
    const node = { title: of('node'), dueOn: '2022-10-31', unitId: undefined };
    await addNode(await as(office), { taskId: task, ...node, idempotencyKey: formKey() });

    const reviewed = await makeTask(world, ground);
    const result = await submitResult(leader, {
      taskId: reviewed,
      ...words(of('result')),
      taskVersion: 1,
      idempotencyKey: formKey(),
    });
    const paper = await paperWaiting(ground, 'PROGRESS', 'lead', { narrative: of('paper') });
    const back = await paperWaiting(ground, 'EXTENSION');
    await sendBackPaper(await as(head), { paperId: back.paperId, version: 1, reason: of('sentBack') });

    const draft = await makeSlip(ground, 'DRAFT', { body: of('draft') });
    const checked = await makeSlip(ground, 'CHECKED', { body: of('draft') });
    const issued = await makeSlip(ground, 'ISSUED', { body: of('issued') });
    const replied = await makeSlip(ground, 'REPLIED', { body: NARRATIVE, reply: of('reply') });
    await remindTask(await as(office), { taskId: draft.taskId, words: '请抓紧推进。', idempotencyKey: formKey() });
    const slips = [draft, checked, issued, replied];
    ids[ground] = {
      tasks: [task, reviewed, paper.taskId, back.taskId],
      slipTasks: slips.map((slip) => slip.taskId),
      slips: slips.map((slip) => slip.slipId),
      reports: [report.reportId, result.reportId],
      evidence: [evidence, unsent],
    };
  }
  for (const key of readers) await noticeOf(key, secret('inbox', key));
}, 120_000);
afterAll(closeWorld);

/** Numbers to ask with, whether or not one knows them. */
type Targets = {
  regions: readonly { id: number; code: string }[];
  unitIds: readonly number[];
  plans: readonly { planId: number; cycleId: number }[];
  things: readonly {
    planId: number;
    unitId: number;
    tasks: readonly number[];
    slipTasks: readonly number[];
    slips: readonly number[];
    reports: readonly number[];
    evidence: readonly string[];
  }[];
};
const worldTargets = (): Targets => ({
  regions: REGIONS.map((place) => ({ id: world.regions[place], code: `viewers-${place}` })),
  unitIds: Object.values(world.units),
  plans: PLAN_GROUNDS.map((ground) => ({ planId: world.plans[ground], cycleId: world.cycles[ground] })),
  things: GROUNDS.map((ground) => ({
    ...ids[ground],
    planId: world.plans[GROUND[ground].plan],
    unitId: world.units[GROUND[ground].lead],
  })),
});

type Keep = (name: string, value: unknown) => void;

/** Everything the queries of the pages give an actor, asked with every number there is. */
async function readAll(actor: Actor, { regions, unitIds, plans, things }: Targets): Promise<Record<string, unknown[]>> {
  const found: Record<string, unknown[]> = {};
  const keep: Keep = (name, value) => {
    found[name] = [...(found[name] ?? []), value];
  };
  await readOwn(actor, keep);
  for (const region of regions) await readRegion(actor, keep, region);
  for (const unitId of unitIds) {
    keep('findHandlerBoard', await findHandlerBoard(actor, String(unitId), 1));
    keep('findSupervisorSetting', await findSupervisorSetting(actor, unitId));
    keep('findHeadSigns', await findHeadSigns(actor, unitId, DAY));
  }
  for (const plan of plans) await readPlan(actor, keep, plan);
  for (const thing of things) {
    for (const id of thing.slips) {
      keep('findSlip', await findSlip(actor, id, asOf));
      keep('findSlipPaper', await findSlipPaper(actor, id, DAY));
      keep('findSlipForms', await findSlipForms(actor, id, DAY));
      keep('findChangeForm', await findChangeForm(actor, id, null, DAY));
      keep('listUnsentEvidence of slips', await listUnsentEvidence(actor, { slipId: id }));
    }
    const { planId, unitId, tasks } = thing;
    keep('findDraftForm', await findDraftForm(actor, { planId, unitId, tier: null, taskIds: tasks }, DAY));
    keep('findAcceptPreview', await findAcceptPreview(actor, thing.reports));
    keep('listBulkTasks', await listBulkTasks(actor, tasks));
    keep('findManyForm', await findManyForm(actor, tasks, DAY));
    for (const id of thing.evidence) keep('findReadableFile', await findReadableFile(actor, id));
    for (const id of tasks) await readTask(actor, keep, id, thing.reports);
    for (const id of thing.slipTasks) await readTaskOfSlip(actor, keep, id);
  }
  return found;
}

/** What pages show that ask for nothing by its number. */
async function readOwn(actor: Actor, keep: Keep): Promise<void> {
  const { filter } = parseSlipFilter({ from: 'all' });
  for (let page = 1, pages = 1; page <= pages; page += 1) {
    const list = await findSlips(actor, { ...filter, page }, DAY);
    pages = list?.pages ?? 1;
    keep('findSlips', list);
  }
  keep('listSlipsToAnswer', await listSlipsToAnswer(actor, DAY));
  for (const plan of await listDraftPlans(actor)) keep('listUnitProposals', await listUnitProposals(actor, plan, DAY));
  for (const page of [1, 2]) {
    keep('listPapers', await listPapers(actor, DAY, page));
    keep('listExtensions', await listExtensions(actor, asOf, { status: null, page }));
  }
  for (const tab of REVIEW_TABS) keep('findReviewQueue', await findReviewQueue(actor, DAY, 1, tab));
  keep('listUnsigned', await listUnsigned(actor, DAY));
  keep('listOwedSignFors', await listOwedSignFors(actor, DAY));
  for (const show of INBOX_FILTERS)
    for (let page = 1, pages = 1; page <= pages; page += 1) {
      const inbox = await findInbox(actor, show, page);
      pages = inbox.pages;
      keep('findInbox', inbox);
    }
  keep('getNavigation', await getNavigation(actor, DAY));
  keep('listSettingRegions', await listSettingRegions(actor));
  keep('findJobPage', await findJobPage(actor, { page: 1, pageSize: 20 }));
  keep('findCalendarYear', await findCalendarYear(actor, 2022));
}

async function readRegion(actor: Actor, keep: Keep, { id, code }: { id: number; code: string }): Promise<void> {
  keep('findRegionSettings', await findRegionSettings(actor, id));
  const reminders = await findReminderScope(actor, code);
  if (reminders) {
    keep('findReminderScope', reminders);
    keep('listToBeTold', await listToBeTold(actor, reminders, DAY, DAY, 1));
    for (let page = 1, pages = 1; page <= pages; page += 1) {
      const told = await listTold(actor, reminders, DAY, page);
      pages = told.pages;
      keep('listTold', told);
    }
    keep('listDigests', await listDigests(actor, reminders, DAY, 1));
    keep('listBurden', await listBurden(actor, reminders, DAY));
  }
  const scope = await findBoardScope(actor, { region: code, own: true }, DAY);
  // Who may not see the region is shown their own, as the page says.
  if (!scope) return;
  keep('getUnitHome', await getUnitHome(actor, scope, DAY));
  keep('getRegionHome', await getRegionHome(actor, scope, DAY, 'unit', 50));
}

async function readPlan(
  actor: Actor,
  keep: Keep,
  { planId, cycleId }: { planId: number; cycleId: number },
): Promise<void> {
  keep('findBackfillDraft', await findBackfillDraft(actor, planId));
  const backfill = await findBackfillPlan(actor, planId);
  if (backfill) keep('listBackfillTasks', await listBackfillTasks(actor, backfill, { page: 1, size: 500 }));
  if (backfill) keep('listKnownTasks', await listKnownTasks(actor, backfill));
  const access = (await listPlanAccess(actor)).find((one) => one.planId === planId);
  const plan = await findPlan(actor, planId, DAY);
  keep('findPlan', plan);
  if (!access || !plan) return;
  const page = { page: 1, size: 200 };
  keep('findSignForOverview', await findSignForOverview(actor, access, DAY));
  keep('findPlanObjections', await findPlanObjections(actor, access, DAY, page));
  keep('findArchivePreview', await findArchivePreview(actor, access, DAY, page));
  const reader = await findCycleReader(actor, access, DAY);
  if (!reader) return;
  keep('listPlanCycles', await listPlanCycles(actor, reader, DAY, page));
  keep('listOwnCycleTasks', await listOwnCycleTasks(actor, reader, DAY));
  keep('findCycleDetail', await findCycleDetail(actor, reader, cycleId, DAY, 'all', page));
}

/** The words of a slip stand nowhere on its task but here. */
async function readTaskOfSlip(actor: Actor, keep: Keep, id: number): Promise<void> {
  keep('listTaskSlips', await listTaskSlips(actor, id, DAY));
  keep('listUnsentEvidence', await listUnsentEvidence(actor, { taskId: id }));
  const task = await findTaskDetail(actor, String(id), asOf);
  keep('findTaskDetail of slips', task);
  if (task) keep('findTaskReminding', await findTaskReminding(actor, task, asOf));
}

async function readTask(actor: Actor, keep: Keep, id: number, reports: readonly number[]): Promise<void> {
  keep('listTaskSlips', await listTaskSlips(actor, id, DAY));
  keep('listPapersOfTask', await listPapersOfTask(actor, id, DAY));
  keep('listUnsentEvidence', await listUnsentEvidence(actor, { taskId: id }));
  const task = await findTaskDetail(actor, String(id), asOf);
  if (!task) return;
  keep('findTaskDetail', task);
  keep('listReports', await listReports(actor, task, DAY));
  keep('findReportForm', await findReportForm(actor, task, asOf, {}));
  keep('findTaskExtensions', await findTaskExtensions(actor, task, asOf));
  keep('findThread', await findThread(actor, task, asOf));
  keep('findOpinions', await findOpinions(actor, task, DAY));
  keep('findNodeBoard', await findNodeBoard(actor, task, asOf));
  keep('findTaskHandlers', await findTaskHandlers(actor, task, asOf));
  keep('findTaskObjections', await findTaskObjections(actor, task, asOf));
  keep('findTaskReminding', await findTaskReminding(actor, task, asOf));
  keep('findTaskCycle', await findTaskCycle(actor, task, asOf));
  for (const report of reports)
    if (task.now.state !== 'NOT_STARTED') keep('findReviewSheet', await findReviewSheet(actor, task, report, asOf));
}

const textOf = (value: unknown) =>
  JSON.stringify(value, (_key, one) => (typeof one === 'bigint' ? String(one) : one instanceof Map ? [...one] : one));

describe('the words of driving', () => {
  it.each(readers)('%s reads what is theirs to read, and nothing else', async (key) => {
    const found = await readAll(await as(key), worldTargets());
    const texts = Object.entries(found).map(([name, value]) => [name, textOf(value)] as const);
    const seen: Record<string, string[]> = {};
    const wanted: Record<string, string[]> = {};
    const leaks: string[] = [];
    for (const kind of Object.keys(KINDS) as Kind[]) {
      seen[kind] = [];
      wanted[kind] = GROUNDS.filter((ground) => KINDS[kind](key, ground));
      for (const ground of GROUNDS) {
        const where = texts.flatMap(([name, text]) => (text.includes(secret(kind, ground)) ? [name] : []));
        if (where.length > 0) seen[kind].push(ground);
        if (where.length > 0 && !wanted[kind].includes(ground))
          leaks.push(`${kind} of ${ground} in ${where.join(', ')}`);
      }
    }
    expect(leaks).toEqual([]);
    expect(seen).toEqual(wanted);
    const inboxes = readers.filter((owner) => texts.some(([, text]) => text.includes(secret('inbox', owner))));
    expect(inboxes).toEqual([key]);
  });
});

describe('another branch', () => {
  it.each(readers.filter((key) => key.startsWith('far_')))(
    '%s finds nothing of the city, whatever they ask for',
    async (key) => {
      const found = await readAll(await as(key), worldTargets());
      const text = textOf(found);
      for (const word of [
        '江城',
        '江东',
        '江西',
        '市发改委',
        '市财政局',
        '市住建局',
        '区发改局',
        '推进事项',
        '督办单待',
      ])
        expect(text).not.toContain(word);
      for (const name of ['findTaskDetail', 'listTold', 'listBurden', 'findSignForOverview', 'listBackfillTasks'])
        expect(found[name] ?? []).toEqual([]);
      for (const name of [
        'findSlip',
        'findSlipPaper',
        'findSlipForms',
        'findChangeForm',
        'findDraftForm',
        'findReadableFile',
        'findPlan',
      ])
        expect(found[name]!.filter((one) => one !== null)).toEqual([]);
    },
  );

  it('曾都 sees nothing of 鄂州', async () => {
    const region = (name: string) =>
      db().region.findFirstOrThrow({ where: { name }, select: { id: true, code: true } });
    const [ezhou, zengdu] = [await region('鄂州市'), await region('曾都区')];
    const person = async (
      of: { id: number },
      role: 'office' | 'leader' | 'admin' | 'unit_head' | 'unit_reporter',
      unitId?: number,
    ) => {
      const { id } = await db().account.create({
        data: {
          username: `branch-${next()}`,
          displayName: `某${role}`,
          passwordHash: '-',
          mustChangePassword: false,
          roles: [role],
          regionId: unitId === undefined ? of.id : null,
          unitId: unitId ?? null,
        },
        select: { id: true },
      });
      return (await loadActor(id))!;
    };
    const plan = await db().plan.findFirstOrThrow({
      where: { regionId: ezhou.id, ownerUnitId: null, kind: 'TASK_LIST' },
    });
    const [office, checker] = [await person(ezhou, 'office'), await person(ezhou, 'office')];
    await activatePlan(office, {
      planId: plan.id,
      version: plan.version,
      effectiveFrom: '2022-03-01',
      basis: '印发通知',
    });
    await inTransaction((tx) => setSetting(tx, null, 'document_code', ezhou.id, '鄂营商督'));
    const [task] = await db().$queryRaw<{ id: number; unitId: number; version: number }[]>`
      SELECT t.id, u.unit_id AS "unitId", t.version FROM task t JOIN task_units_as_of(${DAY}::date) u ON u.task_id = t.id AND u.role = 'LEAD'
       WHERE t.plan_id = ${plan.id} AND t.due_on > ${DAY}::date AND NOT t.has_own_cycles ORDER BY t.sort_order LIMIT 1`;
    const { id: taskId, unitId } = task!;
    const reporter = await person(ezhou, 'unit_reporter', unitId);
    const head = await person(ezhou, 'unit_head', unitId);
    const cycle = await db().cycle.findFirstOrThrow({
      where: { planId: plan.id, taskId: null, startsOn: { lte: toDate(DAY) }, closesOn: { gte: toDate(DAY) } },
    });
    const said = { taskId, ...words('鄂州暗语进展'), idempotencyKey: formKey() };
    const report = await submitProgress(reporter, { ...said, cycleId: cycle.id, expectedVersion: 0 });
    await writeReviewMessage(office, { taskId, text: '鄂州暗语询问', idempotencyKey: formKey() });
    const because = { ground: 'OTHER', reason: '鄂州暗语异议' } as const;
    await raiseObjection(reporter, { taskId, ...because, idempotencyKey: formKey() });
    const { version } = await db().task.findUniqueOrThrow({ where: { id: taskId }, select: { version: true } });
    await requestExtension(head, { taskId, version, toDueOn: '2024-01-31', reason: '鄂州暗语延期' });
    const paper = { planId: plan.id, unitId, taskIds: [taskId], tier: 1 as const, tierReason: '临期督办' };
    const { slipId } = await draftSlip(office, { ...paper, body: '鄂州暗语督办', idempotencyKey: formKey() });
    await checkSlip(checker, { slipId, version: 1, idempotencyKey: formKey() });
    await issueSlip(checker, { slipId, version: 2, documentCode: '', idempotencyKey: formKey() });

    const targets: Targets = {
      regions: [ezhou],
      unitIds: [unitId],
      plans: [{ planId: plan.id, cycleId: cycle.id }],
      things: [
        {
          planId: plan.id,
          unitId,
          tasks: [taskId],
          slipTasks: [],
          slips: [slipId],
          reports: [report.reportId],
          evidence: [],
        },
      ],
    };
    const units = await db().unit.findMany({ where: { regionId: zengdu.id }, take: 1, select: { id: true } });
    const strangers = [
      await person(zengdu, 'office'),
      await person(zengdu, 'leader'),
      await person(zengdu, 'admin'),
      await person(zengdu, 'unit_head', units[0]!.id),
      await person(zengdu, 'unit_reporter', units[0]!.id),
    ];
    for (const stranger of strangers) {
      const text = textOf(await readAll(stranger, targets));
      expect(text).not.toContain('鄂州');
      expect(text).not.toContain('鄂营商督');
    }
    const own = textOf(await readAll(office, targets));
    for (const what of ['进展', '询问', '异议', '延期', '督办']) expect(own).toContain(`鄂州暗语${what}`);
  });
});

describe('whose work is handed over', () => {
  const persons = [
    'lead_reporter',
    'lead_head',
    'division_reporter',
    'east_lead_reporter',
    'east_zone_head',
    'city_office',
    'bureau_office',
    'east_leader',
    'far_reporter',
    'platform_admin',
  ] as const;
  // A hand-over shows what waits in that person's inbox: nobody else looks at it.
  it.each(persons)(
    'that of %s is looked at by who manages the account, and by the head of the unit',
    async (person) => {
      const seen: Record<string, boolean[]> = {};
      const wanted: Record<string, boolean[]> = {};
      const { unit } = VIEWERS[person];
      const id = String(world.accounts[person]);
      for (const key of readers) {
        const actor = await as(key);
        const onUnitPage = unit ? await findHandOver(actor, id, String(world.units[unit])) : null;
        seen[key] = [(await findHandOver(actor, id)) !== null, onUnitPage !== null];
        const manages = mayByHand('account.manage', VIEWERS[key].roles, standsInRegion(key, homeOf(person)));
        wanted[key] = [manages, unit !== undefined && (manages || isHeadOf(key, unit))];
      }
      expect(seen).toEqual(wanted);
    },
  );
});
