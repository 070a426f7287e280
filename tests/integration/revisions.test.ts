// Revised lists on a real database: compared with the plan that stands, decided row by row, taken over as a whole.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { countStandings } from '@/lib/dashboards/board.queries';
import { findBoardScope } from '@/lib/dashboards/board-scope.queries';
import { requestExtension } from '@/lib/extensions/extension.commands';
import { createDraft, discardDraft, startReading, storeReading } from '@/lib/imports/drafts/draft.commands';
import { findDraft } from '@/lib/imports/drafts/draft.queries';
import { editRow, excludeRow } from '@/lib/imports/drafts/draft-edit.commands';
import { commitList } from '@/lib/imports/import.commands';
import { type ListTask, listSchema, type TaskList } from '@/lib/imports/list.schema';
import type { Reading } from '@/lib/imports/reading/reading.schema';
import { commitRevision, decideAll, decideRow } from '@/lib/imports/revisions/revision.commands';
import { getRevision, type RevisionItem } from '@/lib/imports/revisions/revision.queries';
import { decideRowSchema } from '@/lib/imports/revisions/revision.schema';
import { activatePlan, archivePlan } from '@/lib/plans/plan.commands';
import { submitProgress, submitResult } from '@/lib/reports/report.commands';
import { acceptReport } from '@/lib/reviews/review.commands';
import type { Role } from '@/lib/rights/rights.table';
import { type Actor, loadActor } from '@/lib/server/auth/actor';
import { db, inTransaction } from '@/lib/server/db';
import { toDate } from '@/lib/server/events';
import { decideIssueLateness } from '@/lib/tasks/task.commands';
import { EMPTY_FILTER } from '@/lib/tasks/task.filter';
import { listTasks } from '@/lib/tasks/task.queries';
import { findTaskDetail } from '@/lib/tasks/task-detail.queries';
import { queryAsApp, queryAsOwner } from '../support/database';
import { simulate } from '../support/standing.oracle';

const actors = {} as Record<'admin' | 'second' | 'office' | 'huarongAdmin' | 'platform' | 'reporter' | 'head', Actor>;
const refused = (code: string, words = /./) =>
  expect.objectContaining({ name: 'AppError', code, message: expect.stringMatching(words) });

async function makeActor(username: string, roles: Role[], place: { regionId?: number; unitId?: number }) {
  const account = await db().account.create({
    data: { username, displayName: username, passwordHash: '-', roles, mustChangePassword: false, ...place },
  });
  return (await loadActor(account.id))!;
}
const setToday = (day: string) =>
  queryAsOwner(
    "INSERT INTO setting (key, value) VALUES ('simulated_today', $1) ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value",
    [day],
  );

beforeAll(async () => {
  const region = async (code: string) => (await db().region.findUniqueOrThrow({ where: { code } })).id;
  const reform = await db().unit.findFirstOrThrow({ where: { name: '市住建局', region: { code: 'ezhou' } } });
  actors.admin = await makeActor('revise-admin', ['admin'], { regionId: await region('ezhou') });
  actors.second = await makeActor('revise-second', ['admin'], { regionId: await region('ezhou') });
  actors.office = await makeActor('revise-office', ['office'], { regionId: await region('ezhou') });
  actors.huarongAdmin = await makeActor('revise-huarong', ['admin'], { regionId: await region('huarong') });
  actors.platform = await makeActor('revise-platform', ['admin'], {});
  actors.reporter = await makeActor('revise-reporter', ['unit_reporter'], { unitId: reform.id });
  actors.head = await makeActor('revise-head', ['unit_head'], { unitId: reform.id });
});

// ------------------------------------------------------------------------------------------------ lists

const list = listSchema.parse(
  JSON.parse(readFileSync(new URL('../../seeds/lists/ezhou-2022.json', import.meta.url), 'utf8')),
) as TaskList;

function readingOf(tasks: readonly ListTask[], title = list.document.title): Reading {
  return {
    document: {
      ...list.document,
      title,
      noticeTitle: null,
      docNumber: '鄂州优化〔2022〕9号',
      regionCode: 'ezhou',
      ownerUnitName: null,
      printedTotal: null,
    },
    leadRule: { kind: 'lead-column', words: '“牵头单位”牵头' },
    rows: tasks.map((task, index) => ({
      ...task,
      indicator1: null,
      indicator2: null,
      points: null,
      scoring: null,
      extra: task.extra ?? {},
      source: { place: `表1第${index + 2}行`, cells: [] },
    })),
    questions: [],
    leftOver: [],
    notices: [],
    candidates: [{ words: '表1', place: '表1' }],
    chosen: 0,
  };
}

const task = (text: string, given: Partial<ListTask> = {}): ListTask => ({
  seq: 1,
  section: '一、市场环境',
  measure: '1.推进“一网通办”',
  text,
  group: null,
  leadRaw: '市住建局',
  responsibleRaw: '市财政局',
  deadlineRaw: '2022年10月底',
  lead: ['市住建局'],
  responsible: ['市财政局'],
  deadline: { dueOn: '2022-10-31', ongoing: false, note: null },
  inherited: [],
  flags: [],
  ...given,
});
const numbered = (tasks: readonly ListTask[]) => tasks.map((one, index) => ({ ...one, seq: index + 1 }));
const TEXTS = [
  '全面推行施工许可电子证照',
  '压缩竣工验收备案时限',
  '公开住宅维修资金使用情况',
  '清理工程建设领域保证金',
];
const SHORT = numbered(TEXTS.map((text) => task(text)));

/** The whole list of the city, printed cells and all, without the doubts about it. */
const WHOLE = list.tasks.map((one): ListTask => ({ ...one, flags: [] }));

async function makePlan(tasks: readonly ListTask[], status: 'DRAFT' | 'ACTIVE' = 'ACTIVE'): Promise<number> {
  const planId = await inTransaction(
    (tx) =>
      commitList(tx, actors.admin, {
        list: { ...list, tasks: [...tasks], anomalies: [] },
        source: { fileName: '清单.docx', mediaType: 'application/octet-stream', content: Buffer.from(randomUUID()) },
        regionCode: 'ezhou',
      }),
    { timeout: 60_000 },
  );
  if (status === 'ACTIVE')
    await activatePlan(actors.office, { planId, version: 1, effectiveFrom: '2022-05-05', basis: '印发之日' });
  return planId;
}

async function draftOf(basePlanId: number, tasks: readonly ListTask[], given: Partial<Reading> = {}): Promise<number> {
  const { draftId } = await createDraft(
    actors.admin,
    { bytes: Buffer.from(randomUUID()), fileName: '清单（修订）.docx', mediaType: 'application/octet-stream' },
    { regionCode: 'ezhou', year: null, ownerUnitName: null, basePlanId, isAgain: false },
  );
  const token = randomUUID();
  await db().importDraft.update({ where: { id: draftId! }, data: { readingToken: token } });
  await inTransaction((tx) => storeReading(tx, draftId!, token, { ...readingOf(tasks), ...given }));
  return draftId!;
}

const view = (draftId: number) => getRevision(actors.admin, draftId);
const kinds = async (draftId: number) => {
  const { changed, moved, added, dropped } = (await view(draftId)).counts;
  return { changed, moved, added, dropped };
};
async function decide(draftId: number, item: RevisionItem, decision: string, actor = actors.admin): Promise<void> {
  const subject = item.rowId === null ? { taskId: item.task!.id } : { rowId: item.rowId };
  await decideRow(actor, decideRowSchema.parse({ draftId, ...subject, decision, version: item.version }));
}
async function decideEverything(draftId: number): Promise<void> {
  for (const [kind, decision] of [
    ['changed', 'take'],
    ['moved', 'take'],
    ['added', 'take'],
    ['dropped', 'cancel'],
  ] as const)
    await decideAll(actors.admin, { draftId, kind, decision });
}
async function commit(draftId: number, actor = actors.admin): Promise<number> {
  const { version } = await db().importDraft.findUniqueOrThrow({ where: { id: draftId } });
  return commitRevision(actor, { draftId, version, confirmOpen: true });
}
const tasksOf = (planId: number) => db().task.findMany({ where: { planId }, orderBy: { sortOrder: 'asc' } });
const taskOf = async (planId: number, text: string) => (await tasksOf(planId)).find((one) => one.text === text)!;
const eventsOf = (taskId: number) => db().taskEvent.findMany({ where: { taskId }, orderBy: { sequence: 'asc' } });
const problems = () => queryAsApp('SELECT * FROM verify_history()');
const standingOn = async (taskId: number, day: string) =>
  (
    await queryAsApp<{ state: string; light: string; reason: string; due_on: string; overdue_days: number }>(
      'SELECT state, light, reason, due_on::text, overdue_days FROM standing_as_of($1) WHERE task_id = $2',
      [day, taskId],
    )
  )[0];
const unitsOn = async (taskId: number, day: string) =>
  (
    await queryAsApp<{ name: string; role: string }>(
      'SELECT u.name, x.role::text FROM task_units_as_of($1) x JOIN unit u ON u.id = x.unit_id WHERE x.task_id = $2 ORDER BY role, name',
      [day, taskId],
    )
  ).map(({ role, name }) => `${role} ${name}`);
/** Everything a failed or repeated commit must not touch. */
const fingerprint = async () =>
  queryAsOwner(`SELECT (SELECT md5(string_agg(t::text, '' ORDER BY id)) FROM task t) AS tasks, (SELECT count(*) FROM task_event) AS events,
    (SELECT md5(string_agg(u::text, '' ORDER BY id)) FROM task_unit u) AS units, (SELECT count(*) FROM source_document) AS documents,
    (SELECT count(*) FROM task_wording) AS wordings, (SELECT count(*) FROM question) AS questions, (SELECT count(*) FROM policy_area) AS areas`);

beforeEach(() => setToday('2022-06-20'));

// ------------------------------------------------------------------------------------------------ five changes

describe('the whole list of the city, revised in five places', () => {
  let planId: number;
  let draftId: number;
  const gone = WHOLE[30]!.text;
  const NEW = '建立涉企政策“一口发布”机制，统一解读口径，按月公开兑现情况。';

  function fiveChanges(): ListTask[] {
    const edited = structuredClone(WHOLE);
    edited[3]!.text = edited[3]!.text.replace('19个行业', '25个行业');
    edited[10] = {
      ...edited[10]!,
      deadlineRaw: '2022年9月底',
      deadline: { dueOn: '2022-09-30', ongoing: false, note: null },
    };
    // a row merged with the one above prints a cell of its own once it differs
    edited[20] = { ...edited[20]!, leadRaw: '市财政局', lead: ['市财政局'] };
    for (const [field, index] of [
      ['deadlineRaw', 11],
      ['leadRaw', 21],
      ['leadRaw', 31],
      ['responsibleRaw', 31],
      ['deadlineRaw', 31],
    ] as const)
      if (edited[index]![field] === null) edited[index] = { ...edited[index]!, [field]: printedAbove(index, field) };
    edited.splice(30, 1);
    edited.splice(50, 0, { ...task(NEW), section: edited[49]!.section, measure: edited[49]!.measure });
    return numbered(edited);
  }
  function printedAbove(index: number, field: 'leadRaw' | 'responsibleRaw' | 'deadlineRaw'): string | null {
    for (let at = index; at >= 0; at -= 1) if (WHOLE[at]![field] !== null) return WHOLE[at]![field];
    return null;
  }

  beforeAll(async () => {
    await setToday('2022-06-20');
    planId = await makePlan(WHOLE);
    draftId = await draftOf(planId, fiveChanges());
  });

  test('the same list once more differs nowhere', async () => {
    expect(await kinds(await draftOf(planId, WHOLE))).toEqual({ changed: 0, moved: 0, added: 0, dropped: 0 });
  });

  test('differs in exactly five, each named word by word', async () => {
    expect(await kinds(draftId)).toEqual({ changed: 3, moved: 0, added: 1, dropped: 1 });
    const { items } = await view(draftId);
    const fields = items.changed.map((item) =>
      item.fields.filter(({ field }) => field !== 'seq').map(({ field }) => field),
    );
    expect(fields).toEqual([['text'], ['deadline'], ['lead']]);
    expect(items.changed[0]!.fields.find(({ field }) => field === 'text')!.parts).toContainEqual({
      text: '25',
      side: 'after',
    });
    expect(items.dropped[0]!.text).toBe(gone);
    expect(items.added[0]!.text).toBe(NEW);
  });

  test('undecided rows keep it from being taken over, and are numbered', async () => {
    await expect(commit(draftId)).rejects.toEqual(
      refused('invalid_state', /还有 4 行变动没有选择.*第 4、11、21、51 行.*第 31 项/),
    );
  });

  test('once decided, five tasks change and the rest only their number', async () => {
    await decideEverything(draftId);
    const before = await tasksOf(planId);
    expect(await commit(draftId)).toBe(planId);
    const after = await tasksOf(planId);
    expect(after).toHaveLength(before.length + 1);
    const live = after.filter(({ state }) => state !== 'CANCELLED');
    expect(live.map(({ text }) => text)).toEqual(fiveChanges().map(({ text }) => text));
    expect(live.map(({ seq }) => seq)).toEqual(fiveChanges().map(({ seq }) => seq));
    expect(after.at(-1)).toMatchObject({ text: gone, state: 'CANCELLED' });
    expect(after.map(({ sortOrder }) => sortOrder)).toEqual(after.map((_one, index) => index + 1));
    const substantial = await db().taskEvent.groupBy({
      by: ['type'],
      where: { task: { planId }, type: { notIn: ['TASK_CREATED', 'TASK_REVISED'] } },
      _count: true,
    });
    expect(Object.fromEntries(substantial.map(({ type, _count }) => [type, _count]))).toEqual({
      TASK_CANCELLED: 1,
      TASK_REASSIGNED: 1,
      DEADLINE_CORRECTED: 1,
    });
  });

  test('the dropped task is cancelled with the document as reason', async () => {
    const { id } = await taskOf(planId, gone);
    expect((await eventsOf(id)).at(-1)).toMatchObject({
      type: 'TASK_CANCELLED',
      effectiveOn: toDate('2022-06-20'),
      payload: { basis: `《${list.document.title}》（鄂州优化〔2022〕9号）修订后不再列入`, from: 'NOT_STARTED' },
    });
  });

  test('the document and its cells stand beside those of the first list', async () => {
    const documents = await db().sourceDocument.findMany({ where: { planId }, orderBy: { id: 'asc' } });
    expect(documents.map(({ fileName }) => fileName)).toEqual(['清单.docx', '清单（修订）.docx']);
    const { id } = await taskOf(planId, NEW);
    const cells = await db().sourceCell.findMany({ where: { taskId: id, documentId: documents[1]!.id } });
    expect(cells.find(({ field }) => field === 'text')).toMatchObject({ raw: NEW, rowNumber: 51 });
  });

  test('the chains and the standing rebuilt from them hold', async () => {
    expect(await problems()).toEqual([]);
  });

  test('sent twice it changes nothing the second time', async () => {
    const before = await fingerprint();
    expect(await commit(draftId)).toBe(planId);
    expect(await commitRevision(actors.admin, { draftId, version: 1, confirmOpen: false })).toBe(planId);
    expect(await fingerprint()).toEqual(before);
  });

  test('a committed revision is not given up', async () => {
    const { version } = await db().importDraft.findUniqueOrThrow({ where: { id: draftId } });
    await expect(discardDraft(actors.admin, { draftId, version })).rejects.toEqual(refused('invalid_state'));
  });

  test('the revised list once more differs nowhere', async () => {
    expect(await kinds(await draftOf(planId, fiveChanges()))).toEqual({ changed: 0, moved: 0, added: 0, dropped: 0 });
  });
});

test.each([
  ['ezhou-2022', 'docx', 'ezhou'],
  ['zengdu-2022', 'xlsx', 'zengdu'],
  ['huarong-2023', 'html', 'huarong'],
])(
  '%s as its office file differs nowhere from the plan made of its exact reading',
  async (slug, ending, regionCode) => {
    const plan = await db().plan.findUniqueOrThrow({ where: { slug } });
    const bytes = readFileSync(new URL(`../../seeds/office/${slug}.${ending}`, import.meta.url));
    const upload = { regionCode, year: null, ownerUnitName: null, basePlanId: plan.id, isAgain: true };
    const { draftId } = await createDraft(
      actors.platform,
      { bytes, fileName: `清单.${ending}`, mediaType: '' },
      upload,
    );
    await startReading(draftId!);
    const { counts } = await getRevision(actors.platform, draftId!);
    expect(counts).toMatchObject({ changed: 0, moved: 0, added: 0, dropped: 0, renumbered: 0 });
  },
);

// ------------------------------------------------------------------------------------------------ what was, stays

describe('days before the revision', () => {
  test('answer with the words, the date and the units they had', async () => {
    const planId = await makePlan(SHORT);
    const { id } = await taskOf(planId, TEXTS[0]!);
    await setToday('2022-07-10');
    const after = SHORT.map((one) => ({ ...one }));
    after[0] = task('全面推行施工许可、竣工验收电子证照', {
      deadlineRaw: '2022年9月底',
      deadline: { dueOn: '2022-09-30', ongoing: true, note: null },
      leadRaw: '市财政局',
      lead: ['市财政局'],
    });
    const draftId = await draftOf(planId, after);
    await decideEverything(draftId);
    const { items } = await view(draftId);
    for (const item of items.changed) await decide(draftId, item, 'take');
    await commit(draftId);

    const shown = async (day: string) =>
      (await findTaskDetail(actors.admin, String(id), { day, today: '2022-07-10' }))!;
    expect(await shown('2022-07-09')).toMatchObject({
      text: TEXTS[0],
      deadlineText: '2022年10月底',
      standing: { dueOn: '2022-10-31', ongoing: false, originalDueOn: '2022-10-31' },
      source: { document: '清单.docx' },
    });
    expect(await shown('2022-07-10')).toMatchObject({
      text: '全面推行施工许可、竣工验收电子证照',
      deadlineText: '2022年9月底',
      standing: { dueOn: '2022-09-30', ongoing: true, originalDueOn: '2022-10-31' },
      source: { document: '清单（修订）.docx' },
    });
    expect(await unitsOn(id, '2022-07-09')).toEqual(['LEAD 市住建局', 'RESPONSIBLE 市财政局']);
    expect(await unitsOn(id, '2022-07-10')).toEqual(['LEAD 市财政局', 'RESPONSIBLE 市财政局']);
    expect((await eventsOf(id)).find(({ type }) => type === 'TASK_REVISED')!.payload).toMatchObject({
      before: { text: TEXTS[0], lead: '市住建局', deadline: '2022年10月底' },
      after: { lead: '市财政局' },
    });
    expect(await problems()).toEqual([]);
  });

  test('count and list a task under the heading it stood under', async () => {
    const planId = await makePlan(SHORT);
    const { id, areaId: before } = await taskOf(planId, TEXTS[0]!);
    await setToday('2022-07-10');
    const draftId = await draftOf(planId, numbered([...SHORT.slice(1), { ...SHORT[0]!, section: '二、政务环境' }]));
    await decideEverything(draftId);
    await commit(draftId);
    const after = (await taskOf(planId, TEXTS[0]!)).areaId;
    for (const [day, stood, other] of [
      ['2022-07-09', before, after],
      ['2022-07-10', after, before],
    ] as const) {
      const scope = (await findBoardScope(actors.office, { plan: planId }, day))!;
      const counts = (await countStandings(actors.office, scope, day, ['area'])).area;
      const listed = async (area: number | null) =>
        (await listTasks(actors.office, { ...EMPTY_FILTER, plan: planId, area }, day)).rows;
      expect((await listed(stood)).map((row) => row.id)).toContain(id);
      expect((await listed(other)).map((row) => row.id)).not.toContain(id);
      // all of these have a date
      for (const area of [before!, after!]) expect(counts.get(area)?.dated ?? 0).toBe((await listed(area)).length);
    }
    const numberOn = async (day: string) =>
      (await listTasks(actors.office, { ...EMPTY_FILTER, plan: planId }, day)).rows.find((row) => row.id === id)!.seq;
    expect([await numberOn('2022-07-09'), await numberOn('2022-07-10')]).toEqual([1, 4]);
  });

  test('are searched by the words, units, heading and number that stood then', async () => {
    const planId = await makePlan(SHORT);
    const { id } = await taskOf(planId, TEXTS[0]!);
    await setToday('2022-07-10');
    const revised = {
      ...task('全面推行施工许可、竣工验收电子证照', { leadRaw: '市财政局', lead: ['市财政局'] }),
      section: '二、政务环境',
    };
    const draftId = await draftOf(planId, numbered([...SHORT.slice(1), revised]));
    await decideEverything(draftId);
    for (const item of (await view(draftId)).items.changed) await decide(draftId, item, 'take');
    await commit(draftId);
    const found = async (q: string, day: string) =>
      (await listTasks(actors.office, { ...EMPTY_FILTER, plan: planId, q }, day)).rows.map((row) => row.id);
    const words = await db().task.findUniqueOrThrow({ where: { id }, include: { area: true } });
    expect(words.text).toBe(revised.text);
    for (const [q, stood, stands] of [
      ['施工许可电子', true, false],
      ['竣工验收电子', false, true],
      ['施工许可', true, true],
      ['住建局 电子证照', true, false],
      ['市财政局 竣工验收电子', false, true],
      [words.area!.heading, false, true],
      [String(words.seq), false, true],
    ] as const) {
      expect([q, (await found(q, '2022-07-09')).includes(id)]).toEqual([q, stood]);
      expect([q, (await found(q, '2022-07-10')).includes(id)]).toEqual([q, stands]);
    }
  });

  test('a date moved after it had passed does not wipe the lateness', async () => {
    const planId = await makePlan([
      task(TEXTS[0]!, { deadlineRaw: '2022年5月底', deadline: { dueOn: '2022-05-31', ongoing: false, note: null } }),
    ]);
    const { id } = await taskOf(planId, TEXTS[0]!);
    const draftId = await draftOf(planId, [task(TEXTS[0]!)]);
    await decideEverything(draftId);
    await commit(draftId);
    expect(await standingOn(id, '2022-06-19')).toMatchObject({ light: 'RED', due_on: '2022-05-31', overdue_days: 19 });
    expect(await standingOn(id, '2022-06-20')).toMatchObject({
      reason: 'UNREPORTED',
      due_on: '2022-10-31',
      overdue_days: 19,
    });
    expect(await problems()).toEqual([]);
  });

  test('know nothing of a task that came later, which owes nothing for them', async () => {
    const planId = await makePlan(SHORT);
    await setToday('2022-07-20');
    const draftId = await draftOf(planId, [...SHORT, task('建立工程款支付预警机制', { seq: 5 })]);
    await decideEverything(draftId);
    await commit(draftId);
    const { id } = await taskOf(planId, '建立工程款支付预警机制');
    expect(await standingOn(id, '2022-07-19')).toBeUndefined();
    expect(await standingOn(id, '2022-07-20')).toMatchObject({ state: 'NOT_STARTED', light: 'GREEN' });
    expect(await unitsOn(id, '2022-07-19')).toEqual([]);
    // its first cycle is the one that closes 15 days after it came, and no other
    const cycles = await db().cycle.findMany({ where: { planId, taskId: null }, orderBy: { closesOn: 'asc' } });
    const known = simulate(
      {
        originalDueOn: '2022-10-31',
        ongoing: false,
        events: [{ type: 'TASK_CREATED', on: '2022-07-20', payload: { listedBy: 1 } }],
      },
      { effectiveFrom: '2022-05-05', archivedOn: null, dueSoonDays: 15 },
      cycles.map((cycle) => ({
        id: cycle.id,
        closesOn: cycle.closesOn.toISOString().slice(0, 10),
        graceEndsOn: cycle.graceEndsOn.toISOString().slice(0, 10),
      })),
      '2022-12-31',
    );
    for (const day of ['2022-07-20', '2022-08-06', '2022-09-09', '2022-10-20', '2022-11-01']) {
      const { light, reason } = known(day);
      expect({ day, ...(await standingOn(id, day)) }).toMatchObject({ day, light, reason });
    }
    expect(await problems()).toEqual([]);
  });

  test('a task that was due before it was put on waits for the office to decide', async () => {
    const planId = await makePlan(SHORT);
    const late = task('补办历史遗留项目手续', {
      seq: 5,
      deadlineRaw: '2022年5月底',
      deadline: { dueOn: '2022-05-31', ongoing: false, note: null },
    });
    const draftId = await draftOf(planId, [...SHORT, late]);
    await decideEverything(draftId);
    await commit(draftId);
    const { id, version } = await taskOf(planId, late.text);
    expect(await standingOn(id, '2022-06-20')).toMatchObject({ light: 'RED', reason: 'ISSUED_PAST_DUE' });
    await decideIssueLateness(actors.office, { taskId: id, version, basis: '会议纪要', idempotencyKey: randomUUID() });
    expect(await standingOn(id, '2022-06-20')).toMatchObject({ light: 'RED', reason: 'OVERDUE' });
  });
});

// ------------------------------------------------------------------------------------------------ progress and states

describe('tasks under way', () => {
  const NEWER = TEXTS.map((text) =>
    text
      .replace('施工许可', '施工许可和竣工验收')
      .replace('备案时限', '备案时限至两日')
      .replace('情况', '全过程情况')
      .replace('保证金', '各类保证金'),
  );
  const revised = numbered(NEWER.map((text) => task(text)));
  const fields = { percent: null, problems: '', needs: '', nextSteps: '', unitId: undefined };

  async function report(taskId: number, cycleId: number): Promise<void> {
    await submitProgress(actors.reporter, {
      ...fields,
      taskId,
      cycleId,
      narrative: '已完成系统改造。',
      expectedVersion: 0,
      idempotencyKey: randomUUID(),
    });
  }
  async function finish(taskId: number): Promise<number> {
    const { version } = await db().task.findUniqueOrThrow({ where: { id: taskId } });
    const { reportId } = await submitResult(actors.head, {
      ...fields,
      taskId,
      narrative: '目标已全部完成，申请办结。',
      taskVersion: version,
      idempotencyKey: randomUUID(),
    });
    return reportId;
  }
  async function started(): Promise<{ planId: number; ids: number[] }> {
    const planId = await makePlan(SHORT);
    const ids = (await tasksOf(planId)).map(({ id }) => id);
    const cycle = await db().cycle.findFirstOrThrow({ where: { planId }, orderBy: { closesOn: 'asc' } });
    await report(ids[1]!, cycle.id);
    await finish(ids[2]!);
    const reportId = await finish(ids[3]!);
    await acceptReport(actors.office, {
      taskId: ids[3]!,
      reportId,
      reportVersion: 1,
      note: '',
      idempotencyKey: randomUUID(),
    });
    return { planId, ids };
  }

  test('keep their state, reports and history when their words change', async () => {
    const { planId, ids } = await started();
    const reports = await db().progressReport.count({ where: { task: { planId } } });
    const draftId = await draftOf(planId, revised);
    for (const item of (await view(draftId)).items.changed) await decide(draftId, item, 'take');
    await commit(draftId);
    const after = await tasksOf(planId);
    expect(after.map(({ id, text, state }) => ({ id, text, state }))).toEqual(
      ids.map((id, index) => ({
        id,
        text: NEWER[index],
        state: ['NOT_STARTED', 'IN_PROGRESS', 'UNDER_REVIEW', 'COMPLETED'][index],
      })),
    );
    expect(await db().progressReport.count({ where: { task: { planId } } })).toBe(reports);
    expect(await problems()).toEqual([]);
  });

  test('a dropped one that is completed is kept, not cancelled', async () => {
    const { planId, ids } = await started();
    const draftId = await draftOf(planId, SHORT.slice(0, 3));
    const [item] = (await view(draftId)).items.dropped;
    await expect(decide(draftId, item!, 'cancel')).rejects.toEqual(refused('invalid_state', /已办结/));
    expect(await decideAll(actors.admin, { draftId, kind: 'dropped', decision: 'cancel' })).toEqual({
      decided: 0,
      open: 1,
    });
    await decide(draftId, item!, 'keep');
    await commit(draftId);
    expect((await db().task.findUniqueOrThrow({ where: { id: ids[3]! } })).state).toBe('COMPLETED');
  });

  test('a dropped one under review is cancelled, and keeps what it was', async () => {
    const { planId, ids } = await started();
    const draftId = await draftOf(planId, SHORT.toSpliced(2, 1));
    await decideEverything(draftId);
    await commit(draftId);
    expect(await db().task.findUniqueOrThrow({ where: { id: ids[2]! } })).toMatchObject({
      state: 'CANCELLED',
      stateBefore: 'UNDER_REVIEW',
    });
    expect((await eventsOf(ids[2]!)).at(-1)!.payload).toMatchObject({ beforeReview: 'NOT_STARTED' });
    expect(await problems()).toEqual([]);
    // Nobody is asked to review it, until it comes back.
    const asked = () => db().notice.count({ where: { taskId: ids[2]!, kind: 'to_review', settledAt: null } });
    expect(await asked()).toBe(0);
    const again = await draftOf(planId, SHORT);
    await decideEverything(again);
    await commit(again);
    expect((await db().task.findUniqueOrThrow({ where: { id: ids[2]! } })).state).toBe('UNDER_REVIEW');
    expect(await asked()).toBeGreaterThan(0);
  });

  const dated = (index: number, dueOn: string | null, ongoing = false) =>
    SHORT.map((one, at) =>
      at === index ? { ...one, deadlineRaw: `${dueOn}${ongoing}`, deadline: { dueOn, ongoing, note: null } } : one,
    );
  test.each([
    ['a completed one takes no earlier date than the day it was done', 3, dated(3, '2022-05-31'), /早于办结日/],
    ['a completed one does not begin to go on', 3, dated(3, '2022-10-31', true), /长期推进/],
    ['one under review does not lose its date', 2, dated(2, null, true), /等待审核/],
    [
      'none changes its cycles while the plan runs',
      0,
      SHORT.map((one, at) =>
        at === 0
          ? {
              ...one,
              deadlineRaw: '每季度末',
              deadline: {
                dueOn: null,
                ongoing: true,
                note: null,
                recurrence: {
                  kind: 'QUARTERLY' as const,
                  closingDay: null,
                  closingMonth: null,
                  startsOn: null,
                  text: '每季度末',
                },
              },
            }
          : one,
      ),
      /填报周期/,
    ],
  ])('%s', async (_title, index, tasks, words) => {
    const { planId, ids } = await started();
    const draftId = await draftOf(planId, tasks);
    const [item] = (await view(draftId)).items.changed;
    expect(item!.task!.id).toBe(ids[index]);
    expect(item!.choices[0]).toMatchObject({ decision: 'take', refusal: expect.stringMatching(words) });
    await expect(decide(draftId, item!, 'take')).rejects.toEqual(refused('invalid_state', words));
    await decide(draftId, item!, 'keep');
    await commit(draftId);
    expect(await db().task.findUniqueOrThrow({ where: { id: ids[index]! } })).toMatchObject({
      dueOn: toDate('2022-10-31'),
      ongoing: false,
    });
  });

  test('one whose extension waits for a decision takes no other date', async () => {
    const { planId, ids } = await started();
    const { version } = await db().task.findUniqueOrThrow({ where: { id: ids[0]! } });
    await requestExtension(actors.head, { taskId: ids[0]!, version, toDueOn: '2022-11-30', reason: '系统改造未完成' });
    const draftId = await draftOf(planId, dated(0, '2022-12-31'));
    const [item] = (await view(draftId)).items.changed;
    await expect(decide(draftId, item!, 'take')).rejects.toEqual(refused('invalid_state', /延期申请/));
  });

  test('a date that became impossible after it was decided stops the commit', async () => {
    const { planId, ids } = await started();
    const draftId = await draftOf(planId, dated(0, '2022-05-31'));
    await decide(draftId, (await view(draftId)).items.changed[0]!, 'take');
    const reportId = await finish(ids[0]!);
    await acceptReport(actors.office, {
      taskId: ids[0]!,
      reportId,
      reportVersion: 1,
      note: '',
      idempotencyKey: randomUUID(),
    });
    await expect(commit(draftId)).rejects.toEqual(refused('invalid_state', /第 1 行：.*早于办结日/));
  });
});

// ------------------------------------------------------------------------------------------------ decisions

describe('the units of a plan in force', () => {
  test('learn in one notice what the list has changed for them, whether or not they have signed; who is new on it is asked to sign', async () => {
    const planId = await makePlan(SHORT);
    const unitOf = async (name: string) =>
      (await db().unit.findFirstOrThrow({ where: { name, region: { code: 'ezhou' } } })).id;
    const person = async (name: string) => {
      const unitId = await unitOf(name);
      await makeActor(`told-${unitId}-${randomUUID()}`, ['unit_head'], { unitId });
      return (await db().account.findFirstOrThrow({ where: { unitId }, orderBy: { id: 'desc' } })).id;
    };
    const [lead, responsible, fresh] = [await person('市住建局'), await person('市财政局'), await person('市发改委')];
    for (const name of ['市住建局', '市财政局'])
      await db().signFor.create({
        data: {
          planId,
          unitId: await unitOf(name),
          signedById: lead,
          signedByWords: '演示',
          signedOn: toDate('2022-06-20'),
        },
      });
    const revised = numbered([
      ...SHORT.toSpliced(2, 1).map((one, index) =>
        index === 0 ? { ...one, leadRaw: '市发改委', lead: ['市发改委'] } : one,
      ),
      task('新增的任务', { responsibleRaw: '', responsible: [] }),
    ]);
    const draftId = await draftOf(planId, revised);
    await decideEverything(draftId);
    await commit(draftId);
    const told = async (accountId: number) =>
      (await db().notice.findMany({ where: { accountId, key: { startsWith: 'revised:' } } })).map(({ body }) =>
        body.replace(/依据：.*/, ''),
      );
    expect(await told(lead)).toEqual(['新承担第 4 项；不再承担第 1 项；取消第 3 项。']);
    expect(await told(responsible)).toEqual(['取消第 3 项。']);
    expect(await told(fresh)).toEqual(['新承担第 1 项。']);
    const asked = (accountId: number) => db().notice.count({ where: { accountId, key: { startsWith: 'sign-for:' } } });
    expect([await asked(lead), await asked(responsible), await asked(fresh)]).toEqual([0, 0, 1]);
  });

  test('hear nothing of a revised draft', async () => {
    const planId = await makePlan(SHORT, 'DRAFT');
    const before = await db().notice.count();
    const draftId = await draftOf(planId, SHORT.toSpliced(2, 1));
    await decideEverything(draftId);
    await commit(draftId);
    expect(await db().notice.count()).toBe(before);
  });
});

describe('a decision', () => {
  const other = '全面推行施工许可电子证照，实现全省互认互信，并同步归集档案，压缩材料三成';
  const like = () => [{ ...SHORT[0]!, text: other }, ...SHORT.slice(1)];

  test('"another task" leaves the old one to be dropped and takes the row as new', async () => {
    const planId = await makePlan(SHORT);
    const draftId = await draftOf(planId, like());
    const [item] = (await view(draftId)).items.changed;
    await decide(draftId, item!, 'separate');
    const { items } = await view(draftId);
    expect(items.dropped).toMatchObject([{ task: { id: item!.task!.id }, isSeparated: true, decision: null }]);
    await expect(commit(draftId)).rejects.toEqual(refused('invalid_state', /不再列入的任务/));
    await decide(draftId, items.dropped[0]!, 'cancel');
    await commit(draftId);
    expect((await tasksOf(planId)).map(({ text, state }) => [text, state])).toEqual([
      [other, 'NOT_STARTED'],
      ...TEXTS.slice(1).map((text) => [text, 'NOT_STARTED']),
      [TEXTS[0], 'CANCELLED'],
    ]);
  });

  test('"keep" and "leave" change nothing of the plan but the order', async () => {
    const planId = await makePlan(SHORT);
    const draftId = await draftOf(planId, [
      ...like().slice(0, 3),
      task('另行安排的事项，由各区自行组织落实', { seq: 4 }),
    ]);
    await decideAll(actors.admin, { draftId, kind: 'added', decision: 'leave' });
    await decideAll(actors.admin, { draftId, kind: 'dropped', decision: 'keep' });
    await decide(draftId, (await view(draftId)).items.changed[0]!, 'keep');
    await commit(draftId);
    expect((await tasksOf(planId)).map(({ text, seq, state }) => [text, seq, state])).toEqual(
      TEXTS.map((text, index) => [text, index + 1, 'NOT_STARTED']),
    );
    expect(await db().taskEvent.count({ where: { task: { planId } } })).toBe(SHORT.length);
  });

  test('a moved task keeps its place, or takes the new one with its heading', async () => {
    const planId = await makePlan(SHORT);
    const moved = numbered([...SHORT.slice(1), { ...SHORT[0]!, section: '二、政务环境', measure: '2.优化审批' }]);
    const kept = await draftOf(planId, moved);
    expect(await kinds(kept)).toEqual({ changed: 0, moved: 1, added: 0, dropped: 0 });
    await decideAll(actors.admin, { draftId: kept, kind: 'moved', decision: 'keep' });
    await commit(kept);
    expect((await tasksOf(planId)).map(({ text }) => text)).toEqual(TEXTS);
    const again = await draftOf(planId, moved);
    await decideAll(actors.admin, { draftId: again, kind: 'moved', decision: 'take' });
    await commit(again);
    const last = (await tasksOf(planId)).at(-1)!;
    expect(last.text).toBe(TEXTS[0]);
    expect(await db().policyArea.findUnique({ where: { id: last.areaId! } })).toMatchObject({
      heading: '二、政务环境',
      sortOrder: 2,
    });
  });

  test('a cancelled task that is listed again comes back', async () => {
    const planId = await makePlan(SHORT);
    const without = await draftOf(planId, SHORT.slice(0, 3));
    await decideEverything(without);
    await commit(without);
    const again = await draftOf(planId, SHORT);
    expect((await view(again)).items.changed).toMatchObject([
      { fields: [{ field: 'state' }], task: { state: 'CANCELLED' } },
    ]);
    await decideEverything(again);
    await commit(again);
    expect((await tasksOf(planId)).map(({ text, state }) => [text, state])).toEqual(
      TEXTS.map((text) => [text, 'NOT_STARTED']),
    );
    expect(await problems()).toEqual([]);
  });

  test('of one row on another version is a conflict, the same once more is none', async () => {
    const draftId = await draftOf(await makePlan(SHORT), like());
    const [item] = (await view(draftId)).items.changed;
    await decide(draftId, item!, 'keep');
    await decide(draftId, item!, 'keep', actors.second);
    await expect(decide(draftId, item!, 'take', actors.second)).rejects.toEqual(refused('conflict'));
  });

  test('is undone where the row is edited afterwards', async () => {
    const draftId = await draftOf(await makePlan(SHORT), [
      task(TEXTS[0]!, { leadRaw: '市财政局', lead: ['市财政局'] }),
      ...SHORT.slice(1),
    ]);
    await decideEverything(draftId);
    const row = (await findDraft(actors.admin, draftId))!.rows[0]!;
    await editRow(actors.admin, { draftId, rowId: row.id, rowVersion: row.version, field: 'lead', value: '市教育局' });
    expect((await view(draftId)).items.changed).toMatchObject([{ decision: null }]);
    await expect(commit(draftId)).rejects.toEqual(refused('invalid_state', /还有 1 行/));
  });

  test('a row that is left out is no row: its task counts as dropped', async () => {
    const draftId = await draftOf(await makePlan(SHORT), SHORT);
    const row = (await findDraft(actors.admin, draftId))!.rows[3]!;
    await excludeRow(actors.admin, { draftId, rowId: row.id, rowVersion: row.version });
    expect(await kinds(draftId)).toEqual({ changed: 0, moved: 0, added: 0, dropped: 1 });
  });

  test('for all leaves the unsure ones', async () => {
    const draftId = await draftOf(await makePlan([SHORT[0]!]), [
      { ...SHORT[0]!, text: '施工许可全部改发电子证照，同步取消纸质证照' },
    ]);
    expect((await view(draftId)).items.changed).toMatchObject([{ isUnsure: true }]);
    expect(await decideAll(actors.admin, { draftId, kind: 'changed', decision: 'take' })).toEqual({
      decided: 0,
      open: 1,
    });
  });

  test('of another kind, of a foreign row, or on a list that revises nothing is refused', async () => {
    const planId = await makePlan(SHORT);
    const draftId = await draftOf(planId, like());
    const [item] = (await view(draftId)).items.changed;
    await expect(decide(draftId, item!, 'leave')).rejects.toEqual(refused('invalid_state'));
    await expect(decide(await draftOf(planId, SHORT), item!, 'take')).rejects.toEqual(refused('not_found'));
    await expect(decideAll(actors.admin, { draftId, kind: 'dropped', decision: 'take' })).rejects.toEqual(
      refused('invalid_state'),
    );
  });
});

// ------------------------------------------------------------------------------------------------ drafts, rights, failures

describe('a draft plan', () => {
  test('becomes what the new list says, from the beginning', async () => {
    const planId = await makePlan(SHORT, 'DRAFT');
    const tasks = [
      {
        ...SHORT[0]!,
        leadRaw: '市教育局',
        lead: ['市教育局'],
        deadlineRaw: '2022年11月底',
        deadline: { dueOn: '2022-11-30', ongoing: false, note: null },
      },
      SHORT[1]!,
      SHORT[2]!,
      task('建立工程款支付预警机制', { seq: 4 }),
    ];
    const draftId = await draftOf(planId, tasks);
    await decideEverything(draftId);
    await commit(draftId);
    const { version } = await db().plan.findUniqueOrThrow({ where: { id: planId } });
    await activatePlan(actors.office, { planId, version, effectiveFrom: '2022-05-05', basis: '印发之日' });
    const stored = await tasksOf(planId);
    expect(await standingOn(stored[0]!.id, '2022-05-06')).toMatchObject({ due_on: '2022-11-30', light: 'GREEN' });
    expect(await unitsOn(stored[0]!.id, '2022-05-06')).toEqual(['LEAD 市教育局', 'RESPONSIBLE 市财政局']);
    expect(await standingOn(stored[3]!.id, '2022-05-06')).toMatchObject({ state: 'NOT_STARTED' });
    expect(await standingOn(stored[4]!.id, '2022-05-06')).toMatchObject({ state: 'CANCELLED' });
    const shown = await findTaskDetail(actors.admin, String(stored[0]!.id), { day: '2022-05-06', today: '2022-06-20' });
    expect(shown).toMatchObject({ deadlineText: '2022年11月底' });
    expect(await problems()).toEqual([]);
  });

  test('an archived plan and an assessment take no revised list', async () => {
    const planId = await makePlan(SHORT);
    const draftId = await draftOf(planId, SHORT.slice(1));
    const { version } = await db().plan.findUniqueOrThrow({ where: { id: planId } });
    await archivePlan(actors.office, { planId, version });
    expect((await view(draftId)).refusal).toMatch(/已归档/);
    await expect(commit(draftId)).rejects.toEqual(refused('invalid_state', /已归档/));
    const rules = await db().plan.findUniqueOrThrow({ where: { slug: 'ezhou-assessment-2020' } });
    await expect(commit(await draftOf(rules.id, SHORT))).rejects.toEqual(
      refused('invalid_state', /考核细则的修订请作为新清单导入/),
    );
  });
});

describe('the commit', () => {
  const renamed = () => [task(`${TEXTS[0]}并公开`), ...SHORT.slice(1)];

  test.each(['office', 'huarongAdmin', 'reporter'] as const)('of %s finds nothing', async (who) => {
    const draftId = await draftOf(await makePlan(SHORT), renamed());
    await expect(getRevision(actors[who], draftId)).rejects.toEqual(refused('not_found'));
    await expect(commit(draftId, actors[who])).rejects.toEqual(refused('not_found'));
    await expect(decideAll(actors[who], { draftId, kind: 'changed', decision: 'take' })).rejects.toEqual(
      refused('not_found'),
    );
    const { rowId, version } = (await view(draftId)).items.changed[0]!;
    await expect(decideRow(actors[who], { draftId, rowId, taskId: null, decision: 'take', version })).rejects.toEqual(
      refused('not_found'),
    );
  });

  test('of the platform’s admin is taken', async () => {
    const draftId = await draftOf(await makePlan(SHORT), renamed());
    await decideEverything(draftId);
    await expect(commit(draftId, actors.platform)).resolves.toBeTypeOf('number');
  });

  test('on another version than was seen is a conflict', async () => {
    const draftId = await draftOf(await makePlan(SHORT), renamed());
    const { version } = await view(draftId);
    await decideEverything(draftId);
    await expect(commitRevision(actors.admin, { draftId, version, confirmOpen: true })).rejects.toEqual(
      refused('conflict'),
    );
  });

  test('open questions go along only where that is said, and only those of what is taken', async () => {
    const planId = await makePlan(SHORT);
    const question = { kind: 'text', field: 'text', place: '表1', printed: null, candidates: [] };
    const draftId = await draftOf(planId, renamed(), {
      questions: [
        { ...question, row: 0, text: '此处文字有删改' },
        { ...question, row: 1, text: '此处与现行一致' },
      ],
    });
    await decideEverything(draftId);
    const { version } = await view(draftId);
    await expect(commitRevision(actors.admin, { draftId, version, confirmOpen: false })).rejects.toEqual(
      refused('invalid_state', /还有 1 个问题/),
    );
    await commit(draftId);
    const open = await db().question.findMany({ where: { planId, field: 'text' } });
    expect(open).toMatchObject([{ text: '此处文字有删改', status: 'OPEN', taskId: (await tasksOf(planId))[0]!.id }]);
  });

  test('that fails midway leaves nothing', async () => {
    const planId = await makePlan(SHORT);
    const draftId = await draftOf(planId, [...renamed().slice(0, 3), task('建立工程款支付预警机制', { seq: 4 })]);
    await decideEverything(draftId);
    // the audit event is the last thing written
    await queryAsOwner(
      `CREATE FUNCTION fail_revision() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'broken'; END $$`,
    );
    await queryAsOwner(
      `CREATE TRIGGER fail_revision BEFORE INSERT ON audit_event FOR EACH ROW WHEN (NEW.kind = 'plan.revised') EXECUTE FUNCTION fail_revision()`,
    );
    const before = await fingerprint();
    await expect(commit(draftId)).rejects.toThrow();
    expect(await fingerprint()).toEqual(before);
    expect((await db().importDraft.findUniqueOrThrow({ where: { id: draftId } })).status).toBe('REVIEW');
    await queryAsOwner('DROP TRIGGER fail_revision ON audit_event');
    await expect(commit(draftId)).resolves.toBe(planId);
  });

  test('two at once take it over once', async () => {
    const planId = await makePlan(SHORT);
    const draftId = await draftOf(planId, renamed());
    await decideEverything(draftId);
    expect(await Promise.all([commit(draftId), commit(draftId, actors.second)])).toEqual([planId, planId]);
    expect(await db().taskEvent.count({ where: { task: { planId }, type: 'TASK_REVISED' } })).toBe(1);
  });

  test('a second revision on the same day replaces the units of the first', async () => {
    const planId = await makePlan(SHORT);
    for (const lead of [['市财政局', '市教育局'], ['市教育局']]) {
      const draftId = await draftOf(planId, [task(TEXTS[0]!, { leadRaw: lead.join('、'), lead }), ...SHORT.slice(1)]);
      await decideEverything(draftId);
      await commit(draftId);
    }
    const { id } = await taskOf(planId, TEXTS[0]!);
    expect(await unitsOn(id, '2022-06-20')).toEqual(['LEAD 市教育局', 'RESPONSIBLE 市财政局']);
    expect(await unitsOn(id, '2022-06-19')).toEqual(['LEAD 市住建局', 'RESPONSIBLE 市财政局']);
  });
});

describe('the database', () => {
  test('takes no other words without a document of the plan, and never loses the old ones', async () => {
    const planId = await makePlan(SHORT);
    const { id } = await taskOf(planId, TEXTS[0]!);
    const document = await db().sourceDocument.findFirstOrThrow({ where: { planId: { not: planId } } });
    const change = (setting: string) =>
      queryAsApp(
        `BEGIN; SELECT set_config('ledger.revising_document', '${setting}', true); UPDATE task SET text = 'x' WHERE id = ${id}; COMMIT`,
      );
    await expect(change('')).rejects.toMatchObject({ code: '42501' });
    await expect(change(String(document.id))).rejects.toMatchObject({ code: '42501' });
    await expect(queryAsApp('DELETE FROM task_wording')).rejects.toMatchObject({ code: '42501' });
    await expect(queryAsApp(`INSERT INTO task_wording (task_id) VALUES (${id})`)).rejects.toMatchObject({
      code: '42501',
    });
    await setToday('2022-06-21');
    await expect(queryAsApp(`DELETE FROM task_unit WHERE task_id = ${id}`)).rejects.toMatchObject({ code: '42501' });
  });
});
