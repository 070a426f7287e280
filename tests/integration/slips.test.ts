import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { getNavigation } from '@/lib/dashboards/navigation.queries';
import type { Day } from '@/lib/dates';
import { addLink } from '@/lib/evidence/evidence.commands';
import type { Actor } from '@/lib/server/auth/actor';
import { db, inTransaction } from '@/lib/server/db';
import { toDate } from '@/lib/server/events';
import { setSetting } from '@/lib/settings/setting.commands';
import { parseSlipFilter, slipFilterHref } from '@/lib/slips/slip.filter';
import { type ChangeSlipInput, changeSlipSchema, draftSlipSchema, issueSlipSchema } from '@/lib/slips/slip.schema';
import { closeSlip, voidSlip } from '@/lib/slips/slip-close.commands';
import { findSlip, findSlipPaper } from '@/lib/slips/slip-detail.queries';
import { changeSlip, discardSlip, draftSlip, draftSlipIn } from '@/lib/slips/slip-draft.commands';
import { findChangeForm, findDraftForm, listUnitProposals } from '@/lib/slips/slip-draft.queries';
import { findSlipForms } from '@/lib/slips/slip-forms.queries';
import { checkSlip, issueSlip, issueSlipIn, sendBackSlip } from '@/lib/slips/slip-issue.commands';
import { findSlips, listSlipsToAnswer, listTaskSlips } from '@/lib/slips/slip-list.queries';
import { replySlip, returnReply, signForSlip } from '@/lib/slips/slip-reply.commands';
import { eventWords } from '@/lib/tasks/event-words.rules';
import { queryAsApp, queryAsOwner } from '../support/database';
import {
  actorOf,
  DAY,
  type Ground,
  makeAccount,
  makeTask,
  makeWorld,
  type ViewerKey,
  type World,
} from '../support/viewers';

let world: World;
let checker: Actor;
let task: number;
const as = (key: ViewerKey) => actorOf(world, key);
const refused = (code: string, message?: string) =>
  expect.objectContaining({
    name: 'AppError',
    code,
    ...(message ? { message: expect.stringContaining(message) } : {}),
  });
const setToday = (day: string) => queryAsOwner("UPDATE setting SET value = $1 WHERE key = 'simulated_today'", [day]);
const stored = (id: number) => db().slip.findUniqueOrThrow({ where: { id } });
const step = (slipId: number, version: number) => ({ slipId, version, idempotencyKey: randomUUID() });
const stepsOf = (slipId: number) => db().slipEvent.findMany({ where: { slipId }, orderBy: { id: 'asc' } });
const eventsOf = async (taskId: number) =>
  (await db().taskEvent.findMany({ where: { taskId }, orderBy: { sequence: 'asc' } })).filter((e) =>
    e.type.startsWith('SLIP_'),
  );
const noticesOf = (slipId: number, key = '') =>
  db().notice.findMany({ where: { slipId, key: { startsWith: `slip:${slipId}:${key}` } }, orderBy: { id: 'asc' } });

const UNIT_OF: Record<Ground, keyof World['units']> = {
  city: 'reform',
  zone: 'eastZone',
  division: 'planning',
  district: 'eastReform',
  bureau: 'planning',
};
const planOf = (ground: Ground): number =>
  ground === 'district' ? world.plans.district : ground === 'bureau' ? world.plans.bureau : world.plans.city;

/** A task of a ground that is overdue on the day. */
const overdueTask = (ground: Ground = 'city') =>
  makeTask(world, ground, { dueOn: '2022-09-01', text: `逾期事项 ${ground}` });
const draftInput = (ground: Ground, taskIds: number[], changes: object = {}) => ({
  planId: planOf(ground),
  unitId: world.units[UNIT_OF[ground]],
  taskIds,
  idempotencyKey: randomUUID(),
  ...changes,
});
const drafted = async (ground: Ground = 'city', taskIds = [task], by: ViewerKey = 'city_office') =>
  (await draftSlip(await as(by), draftInput(ground, taskIds))).slipId;
const checked = async (ground: Ground = 'city', taskIds = [task]) => {
  const id = await drafted(ground, taskIds);
  await checkSlip(checker, step(id, 1));
  return id;
};
const issue = async (actor: Actor, id: number) => issueSlip(actor, { ...step(id, 2), documentCode: '' });
const issued = async (ground: Ground = 'city', taskIds = [task]) => {
  const id = await checked(ground, taskIds);
  await issue(checker, id);
  return id;
};
const signed = async () => {
  const id = await issued();
  await signForSlip(await as('lead_reporter'), step(id, 3));
  return id;
};
const reply = (id: number, version = 4, changes: object = {}) => ({
  ...step(id, version),
  text: '已制定整改措施，预计十月底完成。',
  evidenceIds: [] as string[],
  ...changes,
});
const replied = async () => {
  const id = await signed();
  await replySlip(await as('lead_reporter'), reply(id));
  return id;
};
const setCode = (region: keyof World['regions'], code: string) =>
  inTransaction((tx) => setSetting(tx, null, 'document_code', world.regions[region], code));
const setHeadSigns = (unit: keyof World['units'], value: boolean) =>
  inTransaction((tx) => setSetting(tx, null, 'head_signs', world.units[unit], value));
const changes = (id: number, version: number, given: Partial<ChangeSlipInput> = {}): ChangeSlipInput => ({
  ...step(id, version),
  tier: 3,
  tierReason: '',
  taskIds: [task],
  title: '关于限期办结逾期重点任务的红色督办单',
  body: '请立即整改。',
  issuer: '江城市优化营商环境领导小组办公室',
  copyTo: '',
  contact: '',
  replyWorkingDays: 2,
  ...given,
});

beforeAll(async () => {
  world = await makeWorld();
  const { loadActor } = await import('@/lib/server/auth/actor');
  checker = (await loadActor((await makeAccount(world, 'city')).id))!;
  await setCode('city', '江营商督');
  await setCode('east', '江东督');
});
beforeEach(async () => {
  await setToday(DAY);
  task = await overdueTask();
});

describe('draftSlip', () => {
  test('proposes the tier of the gravest task and takes its words and days from the settings', async () => {
    const near = await makeTask(world, 'city', { dueOn: '2022-09-25' });
    const id = await drafted('city', [near, task]);
    expect(await stored(id)).toMatchObject({
      status: 'DRAFT',
      tier: 3,
      title: '关于限期办结逾期重点任务的红色督办单',
      issuer: '江城市优化营商环境领导小组办公室',
      replyWorkingDays: 2,
      number: null,
      issuedOn: null,
    });
    expect((await stepsOf(id)).map((e) => e.step)).toEqual(['DRAFTED']);
    expect(await eventsOf(task)).toHaveLength(0);
  });

  test('the others of the office are told that it waits for a check; its drafter is not', async () => {
    const id = await drafted();
    const told = (await noticesOf(id, 'to_check')).map((n) => n.accountId);
    expect(told).toContain(checker.accountId);
    expect(told).not.toContain(world.accounts.city_office);
    expect(told).not.toContain(world.accounts.lead_head);
  });

  test('an office limited to work groups is told only of slips whose every task it sees', async () => {
    expect((await noticesOf(await drafted())).map((n) => n.accountId)).toContain(world.accounts.group_office);
    const outside = await overdueTask('zone');
    expect((await noticesOf(await drafted('zone', [outside]))).map((n) => n.accountId)).not.toContain(
      world.accounts.group_office,
    );
  });

  test('the same form twice, even at once, makes one draft', async () => {
    const office = await as('city_office');
    const input = draftInput('city', [task]);
    const [a, b] = await Promise.all([draftSlip(office, input), draftSlip(office, input)]);
    expect(a.slipId).toBe(b.slipId);
    expect([a.isRepeat, b.isRepeat].sort()).toEqual([false, true]);
  });

  test('within a given transaction it is all or nothing', async () => {
    const office = await as('city_office');
    const input = draftInput('city', [task]);
    await expect(
      inTransaction(async (tx) => {
        await draftSlipIn(tx, office, input);
        throw new Error('another row failed');
      }),
    ).rejects.toThrow('another row failed');
    expect(await db().slip.findUnique({ where: { idempotencyKey: input.idempotencyKey } })).toBeNull();
  });

  test('not_found: outside the scope, or of another plan', async () => {
    await expect(draftSlip(await as('far_office'), draftInput('city', [task]))).rejects.toEqual(refused('not_found'));
    await expect(
      draftSlip(await as('city_office'), draftInput('city', [task], { planId: world.plans.district })),
    ).rejects.toEqual(refused('not_found'));
    const outside = await overdueTask('zone');
    await expect(draftSlip(await as('group_office'), draftInput('zone', [outside]))).rejects.toEqual(
      refused('not_found'),
    );
  });

  test('forbidden: a leader, an admin, a unit, the office above', async () => {
    for (const key of ['city_leader', 'city_admin', 'lead_head', 'platform_admin'] as const) {
      await expect(draftSlip(await as(key), draftInput('city', [task])), key).rejects.toEqual(refused('forbidden'));
    }
    const below = await overdueTask('district');
    await expect(draftSlip(await as('city_office'), draftInput('district', [below]))).rejects.toEqual(
      refused('forbidden'),
    );
  });

  test('invalid_state: already on an open slip of the tier; another tier is possible; ended ones do not count', async () => {
    const office = await as('city_office');
    const id = await drafted();
    await expect(draftSlip(office, draftInput('city', [task]))).rejects.toEqual(refused('invalid_state', '同一层级'));
    const yellow = await draftSlip(office, draftInput('city', [task], { tier: 2, tierReason: '首次督办，先行提醒' }));
    expect((await stored(yellow.slipId)).tierReason).toBe('首次督办，先行提醒');
    await discardSlip(office, step(id, 1));
    await expect(draftSlip(office, draftInput('city', [task]))).resolves.toMatchObject({ isRepeat: false });
  });

  test('of two offices at once one drafts, one is told', async () => {
    const results = await Promise.allSettled([
      draftSlip(await as('city_office'), draftInput('city', [task])),
      draftSlip(checker, draftInput('city', [task])),
    ]);
    expect(results.map((r) => r.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(results.find((r) => r.status === 'rejected')).toMatchObject({ reason: refused('invalid_state') });
  });

  test('invalid_state: a plan that is not being carried out', async () => {
    await queryAsOwner("UPDATE plan SET status = 'ARCHIVED', archived_on = '2022-09-20' WHERE id = $1", [
      world.plans.city,
    ]);
    try {
      await expect(draftSlip(await as('city_office'), draftInput('city', [task]))).rejects.toEqual(
        refused('invalid_state'),
      );
    } finally {
      await queryAsOwner("UPDATE plan SET status = 'ACTIVE', archived_on = NULL WHERE id = $1", [world.plans.city]);
    }
  });

  test('unreadable: no task, too many, one the unit does not lead, a tier without its reason, a title of another colour', async () => {
    const office = await as('city_office');
    await expect(draftSlip(office, draftInput('city', []))).rejects.toEqual(refused('unreadable'));
    await expect(
      draftSlip(
        office,
        draftInput(
          'city',
          Array.from({ length: 101 }, (_, i) => i + 1),
        ),
      ),
    ).rejects.toEqual(refused('unreadable', '100'));
    await expect(draftSlip(office, draftInput('city', [task], { unitId: world.units.finance }))).rejects.toEqual(
      refused('unreadable', '不由该单位牵头'),
    );
    await expect(draftSlip(office, draftInput('city', [task], { tier: 1 }))).rejects.toEqual(
      refused('unreadable', '红色督办单'),
    );
    const onCourse = await makeTask(world, 'city');
    await expect(draftSlip(office, draftInput('city', [onCourse]))).rejects.toEqual(refused('unreadable'));
    await expect(draftSlip(office, draftInput('city', [onCourse], { tier: 1 }))).rejects.toEqual(refused('unreadable'));
    await expect(draftSlip(office, draftInput('city', [task], { title: '关于抓紧推进的蓝色督办单' }))).rejects.toEqual(
      refused('unreadable', '蓝色督办单'),
    );
  });

  test('conflict: the key was used by another account', async () => {
    const input = draftInput('city', [task]);
    await draftSlip(await as('city_office'), input);
    await expect(draftSlip(checker, input)).rejects.toEqual(refused('conflict'));
  });

  test('the form’s schema', () => {
    const form = {
      planId: '1',
      unitId: '2',
      tier: '3',
      taskIds: ['5', '6', '5'],
      title: '关于限期办结的红色督办单',
      body: '请立即整改。',
      issuer: '江城市优化办',
      replyWorkingDays: '５',
      idempotencyKey: randomUUID(),
    };
    expect(draftSlipSchema.parse(form)).toMatchObject({ taskIds: [5, 6], replyWorkingDays: 5, tier: 3 });
    for (const wrong of [
      { tier: '4' },
      { taskIds: [] },
      { replyWorkingDays: '0' },
      { replyWorkingDays: '61' },
      { title: '' },
    ]) {
      expect(draftSlipSchema.safeParse({ ...form, ...wrong }).success, JSON.stringify(wrong)).toBe(false);
    }
    expect(
      issueSlipSchema.safeParse({ slipId: '1', version: '2', idempotencyKey: randomUUID(), documentCode: '江 督〔' })
        .success,
    ).toBe(false);
    expect(changeSlipSchema.safeParse({ ...form, slipId: '1' }).success).toBe(false);
  });
});

describe('changeSlip, discardSlip', () => {
  test('changes words and tasks, and asks for the check again', async () => {
    const id = await drafted();
    const other = await overdueTask();
    await changeSlip(await as('city_office'), changes(id, 1, { taskIds: [other, task], copyTo: '市委办公室' }));
    expect(await stored(id)).toMatchObject({ version: 2, copyTo: '市委办公室', body: '请立即整改。' });
    expect(await db().slipTask.count({ where: { slipId: id } })).toBe(2);
    expect((await stepsOf(id)).map((e) => e.step)).toEqual(['DRAFTED', 'CHANGED']);
    const notices = await noticesOf(id, 'to_check');
    expect(notices.filter((n) => n.settledAt === null).map((n) => n.key)).toEqual(
      expect.arrayContaining([`slip:${id}:to_check:2`]),
    );
    expect(notices.filter((n) => n.key.endsWith(':1')).every((n) => n.settledAt !== null)).toBe(true);
  });

  test('sent twice it changes once', async () => {
    const id = await drafted();
    const input = changes(id, 1);
    const office = await as('city_office');
    await changeSlip(office, input);
    await changeSlip(office, input);
    expect(await stored(id)).toMatchObject({ version: 2 });
  });

  test('refused: not_found, forbidden, invalid_state, unreadable, conflict', async () => {
    const id = await drafted();
    const office = await as('city_office');
    await expect(changeSlip(await as('lead_head'), changes(id, 1))).rejects.toEqual(refused('not_found'));
    await expect(changeSlip(await as('city_leader'), changes(id, 1))).rejects.toEqual(refused('forbidden'));
    await expect(changeSlip(office, changes(id, 9))).rejects.toEqual(refused('conflict'));
    await expect(changeSlip(office, changes(id, 1, { tier: 2 }))).rejects.toEqual(refused('unreadable'));
    await expect(changeSlip(office, changes(id, 1, { tier: 2, tierReason: '先行提醒' }))).rejects.toEqual(
      refused('unreadable', '标题'),
    );
    const foreign = await overdueTask('district');
    await expect(changeSlip(await as('city_office'), changes(id, 1, { taskIds: [foreign] }))).rejects.toEqual(
      refused('forbidden'),
    );
    const zone = await overdueTask('zone');
    await expect(changeSlip(office, changes(id, 1, { taskIds: [zone] }))).rejects.toEqual(refused('unreadable'));
    const second = await draftSlip(office, draftInput('city', [await overdueTask()]));
    await expect(changeSlip(office, changes(second.slipId, 1))).rejects.toEqual(refused('invalid_state', '同一层级'));
    await checkSlip(checker, step(id, 1));
    await expect(changeSlip(office, changes(id, 2))).rejects.toEqual(refused('invalid_state', '先退回'));
    await discardSlip(office, step(id, 2));
    await expect(changeSlip(office, changes(id, 3))).rejects.toEqual(refused('invalid_state', '已撤稿'));
  });

  test('discarded: nothing of it remains open, and no number is used', async () => {
    const id = await checked();
    await discardSlip(await as('city_office'), step(id, 2));
    expect(await stored(id)).toMatchObject({ status: 'DISCARDED', number: null });
    expect((await noticesOf(id)).every((n) => n.settledAt !== null)).toBe(true);
    await expect(discardSlip(await as('city_office'), step(id, 3))).rejects.toEqual(refused('invalid_state'));
    const live = await issued('city', [await overdueTask()]);
    await expect(discardSlip(await as('city_office'), step(live, 3))).rejects.toEqual(refused('invalid_state'));
    await expect(discardSlip(await as('lead_head'), step(live, 3))).rejects.toEqual(refused('forbidden'));
  });
});

describe('checkSlip, sendBackSlip', () => {
  test('by another account; the office is told that it waits for the issue', async () => {
    const id = await checked();
    expect(await stored(id)).toMatchObject({ status: 'CHECKED', checkedById: checker.accountId, version: 2 });
    expect((await noticesOf(id, 'to_check')).every((n) => n.settledAt !== null)).toBe(true);
    expect((await noticesOf(id, 'to_issue')).map((n) => n.accountId)).toContain(world.accounts.city_office);
  });

  test('forbidden: who drafted it, who last changed it, a leader', async () => {
    const id = await drafted();
    await expect(checkSlip(await as('city_office'), step(id, 1))).rejects.toEqual(refused('forbidden', '拟稿'));
    await expect(checkSlip(await as('city_leader'), step(id, 1))).rejects.toEqual(refused('forbidden'));
    await changeSlip(checker, changes(id, 1));
    await expect(checkSlip(checker, step(id, 2))).rejects.toEqual(refused('forbidden', '拟稿'));
    await expect(checkSlip(await as('reporting_officer'), step(id, 2))).resolves.toBeUndefined();
  });

  test('of two checkers at once one checks, one is told', async () => {
    const id = await drafted();
    const results = await Promise.allSettled([
      checkSlip(checker, step(id, 1)),
      checkSlip(await as('reporting_officer'), step(id, 1)),
    ]);
    expect(results.map((r) => r.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(results.find((r) => r.status === 'rejected')).toMatchObject({ reason: refused('invalid_state', '已审核') });
  });

  test('sent back with its reason: the drafter is told, and it needs a new check', async () => {
    const id = await checked();
    await sendBackSlip(checker, { ...step(id, 2), reason: '请补充抄送单位。' });
    expect(await stored(id)).toMatchObject({ status: 'DRAFT', checkedById: null, checkedOn: null });
    expect(await noticesOf(id, 'sent_back')).toMatchObject([
      { accountId: world.accounts.city_office, body: expect.stringContaining('请补充抄送单位。') },
    ]);
    await expect(issue(checker, id)).rejects.toEqual(refused('invalid_state', '尚未审核'));
  });

  test('refused: not_found, forbidden, invalid_state, conflict', async () => {
    const id = await drafted();
    const back = (version: number) => ({ ...step(id, version), reason: '请修改标题。' });
    await expect(sendBackSlip(await as('lead_head'), back(1))).rejects.toEqual(refused('not_found'));
    await expect(sendBackSlip(await as('city_leader'), back(1))).rejects.toEqual(refused('forbidden'));
    await expect(sendBackSlip(checker, back(7))).rejects.toEqual(refused('conflict'));
    await expect(checkSlip(await as('far_office'), step(id, 1))).rejects.toEqual(refused('not_found'));
    await expect(checkSlip(checker, step(id, 7))).rejects.toEqual(refused('conflict'));
    await checkSlip(checker, step(id, 1));
    await expect(checkSlip(checker, step(id, 2))).rejects.toEqual(refused('invalid_state', '已审核'));
    await issue(checker, id);
    await expect(sendBackSlip(checker, back(3))).rejects.toEqual(refused('invalid_state', '已印发'));
  });
});

describe('issueSlip', () => {
  test('numbers it, counts the reply in working days over the holidays, and keeps what the paper prints', async () => {
    await setToday('2022-09-29');
    const near = await makeTask(world, 'city', { dueOn: '2022-10-05' });
    const id = await checked('city', [task, near]);
    const done = await issue(checker, id);
    // Two working days over the National Day of 2022: 30 September and 8 October.
    expect(done?.replyDueOn).toBe('2022-10-08');
    expect(done?.number).toMatch(/^江营商督〔2022〕\d+号$/);
    const slip = await stored(id);
    expect(slip).toMatchObject({
      status: 'ISSUED',
      tierWords: '红色督办单',
      unitWords: '市发改委',
      documentCode: '江营商督',
      numberYear: 2022,
      issuedById: checker.accountId,
      issuedOn: toDate('2022-09-29'),
    });
    expect(slip.snapshot).toMatchObject([
      { taskId: task, deadline: '2022-09-01', dueOn: '2022-09-01', standing: '逾期 28 天', daysLate: 28 },
      { taskId: near, standing: '临期（剩 6 天）', daysLate: null },
    ]);
    const [event] = await eventsOf(task);
    expect(event).toMatchObject({ type: 'SLIP_ISSUED', unitId: world.units.reform });
    expect(
      eventWords({
        type: event!.type,
        reportKind: null,
        reportVersion: null,
        cycleLabel: null,
        payload: event!.payload as Record<string, unknown>,
      }),
    ).toEqual({ what: `印发红色督办单 ${done?.number}`, facts: ['要求回复：2022-10-08'] });
  });

  test('the unit’s head and its reporters are told once; the office’s open notices are settled', async () => {
    const id = await issued();
    const told = (await noticesOf(id, 'issued')).map((n) => n.accountId);
    expect(told.sort()).toEqual(
      [world.accounts.lead_head, world.accounts.lead_reporter, world.accounts.reporting_officer].sort(),
    );
    expect((await noticesOf(id, 'to_')).every((n) => n.settledAt !== null)).toBe(true);
  });

  test('a 科室 without a head: the head of its parent is told', async () => {
    const id = await issued('division', [await overdueTask('division')]);
    expect((await noticesOf(id, 'issued')).map((n) => n.accountId)).toContain(world.accounts.bureau_head);
  });

  test('sent twice it issues once', async () => {
    const id = await checked();
    const input = { ...step(id, 2), documentCode: '' };
    const [a, b] = await Promise.all([issueSlip(checker, input), issueSlip(checker, input)]);
    expect([a, b].filter((done) => done !== null)).toHaveLength(1);
    expect(await eventsOf(task)).toHaveLength(1);
  });

  test('a year whose holidays are not published counts weekends and says so', async () => {
    await setToday('2030-09-27'); // a Friday
    const id = await checked();
    const done = await issue(checker, id);
    expect(done?.replyDueOn).toBe('2030-10-01');
    const slip = await findSlip(checker, id, { day: '2030-09-27', today: '2030-09-27' });
    expect(slip?.calendarNotice).toBe('节假日安排尚未公布，按周末推算');
  });

  test('the paper keeps its words when the task, the unit’s name and the setting change', async () => {
    const id = await issued();
    const before = await findSlipPaper(checker, id, DAY);
    await queryAsOwner("UPDATE unit SET name = '市发展改革委' WHERE id = $1", [world.units.reform]);
    try {
      await setToday('2022-09-28');
      expect(await findSlipPaper(checker, id, '2022-09-28')).toEqual(before);
      expect((await findSlip(checker, id, { day: '2022-09-28', today: '2022-09-28' }))?.unitName).toBe('市发展改革委');
    } finally {
      await queryAsOwner("UPDATE unit SET name = '市发改委' WHERE id = $1", [world.units.reform]);
    }
  });

  test('the database itself keeps an issued paper, its tasks and its steps', async () => {
    const id = await issued();
    for (const sql of [
      `UPDATE slip SET body = '改了' WHERE id = ${id}`,
      `UPDATE slip SET number = 999 WHERE id = ${id}`,
      `UPDATE slip SET snapshot = '[]' WHERE id = ${id}`,
      `DELETE FROM slip_task WHERE slip_id = ${id}`,
      `UPDATE slip_event SET text = '改了' WHERE slip_id = ${id}`,
      `DELETE FROM slip WHERE id = ${id}`,
    ]) {
      await expect(queryAsApp(sql), sql).rejects.toThrow();
    }
  });

  test('not_found, forbidden, invalid_state, conflict', async () => {
    const id = await drafted();
    await expect(issue(await as('lead_head'), id)).rejects.toEqual(refused('not_found'));
    await expect(issue(await as('city_leader'), id)).rejects.toEqual(refused('forbidden'));
    await expect(issue(checker, id)).rejects.toEqual(refused('invalid_state', '尚未审核'));
    await checkSlip(checker, step(id, 1));
    await expect(issueSlip(checker, { ...step(id, 1), documentCode: '' })).rejects.toEqual(refused('conflict'));
    await issue(checker, id);
    await expect(issueSlip(checker, { ...step(id, 3), documentCode: '' })).rejects.toEqual(
      refused('invalid_state', '已印发'),
    );
  });

  test('invalid_state: a task closed or moved to another unit meanwhile', async () => {
    const id = await checked();
    await queryAsOwner('UPDATE task_unit SET unit_id = $2 WHERE task_id = $1 AND role = $3', [
      task,
      world.units.culture,
      'LEAD',
    ]);
    await expect(issue(checker, id)).rejects.toEqual(refused('invalid_state', '已不由该单位牵头'));
    await queryAsOwner('UPDATE task_unit SET unit_id = $2 WHERE task_id = $1 AND role = $3', [
      task,
      world.units.reform,
      'LEAD',
    ]);
    await inTransaction(async (tx) => {
      await tx.task.update({ where: { id: task }, data: { state: 'CANCELLED', stateBefore: 'NOT_STARTED' } });
      await tx.taskEvent.create({
        data: {
          taskId: task,
          type: 'TASK_CANCELLED',
          effectiveOn: toDate(DAY),
          actorWords: '系统',
          payload: { basis: '调整', from: 'NOT_STARTED' },
        },
        select: { id: true },
      });
    });
    await expect(issue(checker, id)).rejects.toEqual(refused('invalid_state', '已办结或取消'));
  });

  test('invalid_state without a 机关代字, naming where it is set', async () => {
    await setCode('city', '');
    try {
      const id = await checked();
      await expect(issue(checker, id)).rejects.toEqual(refused('invalid_state', '机关代字'));
      expect(await stored(id)).toMatchObject({ status: 'CHECKED', number: null });
    } finally {
      await setCode('city', '江营商督');
    }
  });

  test('a bureau types its own code once; one in use elsewhere is refused', async () => {
    const office = await as('bureau_office');
    const { loadActor } = await import('@/lib/server/auth/actor');
    const second = await db().account.create({
      data: {
        username: 'bureau-second',
        displayName: '第二人',
        passwordHash: '-',
        mustChangePassword: false,
        roles: ['office'],
        regionId: world.regions.city,
        scopeUnitId: world.units.housing,
      },
    });
    const other = (await loadActor(second.id))!;
    const make = async () => {
      const { slipId } = await draftSlip(office, draftInput('bureau', [await overdueTask('bureau')]));
      await checkSlip(other, step(slipId, 1));
      return slipId;
    };
    const id = await make();
    await expect(issueSlip(other, { ...step(id, 2), documentCode: '' })).rejects.toEqual(
      refused('unreadable', '机关代字'),
    );
    await expect(issueSlip(other, { ...step(id, 2), documentCode: '江营商督' })).rejects.toEqual(
      refused('unreadable', '其他发文机关'),
    );
    await expect(issueSlip(other, { ...step(id, 2), documentCode: '江建督' })).resolves.toMatchObject({
      number: '江建督〔2022〕1号',
    });
    await expect(issueSlip(other, { ...step(await make(), 2), documentCode: '' })).resolves.toMatchObject({
      number: '江建督〔2022〕2号',
    });
    await setCode('east', '江建督');
    try {
      const east = await db().account.create({
        data: {
          username: 'east-second',
          displayName: '区第二人',
          passwordHash: '-',
          mustChangePassword: false,
          roles: ['office'],
          regionId: world.regions.east,
        },
      });
      const eastChecker = (await loadActor(east.id))!;
      const { slipId } = await draftSlip(
        await as('east_office'),
        draftInput('district', [await overdueTask('district')]),
      );
      await checkSlip(eastChecker, step(slipId, 1));
      await expect(issueSlip(eastChecker, { ...step(slipId, 2), documentCode: '' })).rejects.toEqual(
        refused('unreadable', '其他发文机关'),
      );
    } finally {
      await setCode('east', '江东督');
    }
  });
});

describe('numbers', () => {
  test('50 slips issued by 10 parallel clients, some failing midway, are numbered 1–50; the next year begins at 1', async () => {
    await setToday('2023-02-01');
    const ids: number[] = [];
    for (let n = 0; n < 50; n += 1) ids.push(await checked('city', [await overdueTask()]));
    const queue = [...ids];
    let failures = 0;
    const client = async (nth: number) => {
      for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
        // Every third one of a client is first issued in a transaction that breaks down after the number was given out.
        if ((id + nth) % 3 === 0) {
          const brokenAfter = inTransaction(async (tx) => {
            await issueSlipIn(tx, checker, { ...step(id, 2), documentCode: '' });
            throw new Error('broken down');
          });
          await expect(brokenAfter).rejects.toThrow('broken down');
          failures += 1;
        }
        // A wrong version fails too.
        await expect(issueSlip(checker, { ...step(id, 9), documentCode: '' })).rejects.toEqual(refused('conflict'));
        await issue(checker, id);
      }
    };
    await Promise.all(Array.from({ length: 10 }, (_, nth) => client(nth)));
    expect(failures).toBeGreaterThan(5);
    const numbers = (await db().slip.findMany({ where: { id: { in: ids } }, select: { number: true } })).map(
      (s) => s.number!,
    );
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));

    await voidSlip(checker, { ...step(ids[49]!, 3), reason: '文号登记有误' });
    const next = await issued('city', [await overdueTask()]);
    expect(await stored(next)).toMatchObject({ number: 51, numberYear: 2023 });
    await setToday('2024-01-02');
    const later = await issued('city', [await overdueTask()]);
    expect(await stored(later)).toMatchObject({ number: 1, numberYear: 2024 });
  }, 120_000);
});

describe('signForSlip, replySlip', () => {
  test('by the unit it was sent to; each step stands in the record of the task', async () => {
    const id = await replied();
    expect(await stored(id)).toMatchObject({ status: 'REPLIED', signedForOn: toDate(DAY), repliedOn: toDate(DAY) });
    expect((await eventsOf(task)).map((e) => [e.type, e.unitId])).toEqual([
      ['SLIP_ISSUED', world.units.reform],
      ['SLIP_SIGNED_FOR', world.units.reform],
      ['SLIP_REPLIED', world.units.reform],
    ]);
    expect((await noticesOf(id, 'issued')).every((n) => n.settledAt !== null)).toBe(true);
    expect((await noticesOf(id, 'replied')).map((n) => n.accountId)).toEqual(
      expect.arrayContaining([checker.accountId, world.accounts.city_office]),
    );
  });

  test('sent twice each is taken once', async () => {
    const id = await issued();
    const reporter = await as('lead_reporter');
    const sign = step(id, 3);
    await Promise.all([signForSlip(reporter, sign), signForSlip(reporter, sign)]);
    const answer = reply(id);
    await replySlip(reporter, answer);
    await replySlip(reporter, answer);
    expect((await stepsOf(id)).filter((e) => e.step === 'SIGNED_FOR' || e.step === 'REPLIED')).toHaveLength(2);
  });

  test('the office of a district answers for the unit that represents it, the head of a bureau for its 科室', async () => {
    const zone = await issued('zone', [await overdueTask('zone')]);
    await signForSlip(await as('east_office'), step(zone, 3));
    await replySlip(await as('east_zone_head'), reply(zone));
    const division = await issued('division', [await overdueTask('division')]);
    await signForSlip(await as('bureau_head'), step(division, 3));
    await replySlip(await as('division_reporter'), reply(division));
    expect((await stored(zone)).status).toBe('REPLIED');
    expect((await stored(division)).status).toBe('REPLIED');
  });

  test('not_found: another unit, another branch, a draft; forbidden: the office itself and the leader', async () => {
    const id = await issued();
    for (const key of ['named_head', 'other_reporter', 'east_office', 'far_head', 'bureau_head'] as const) {
      await expect(signForSlip(await as(key), step(id, 3)), key).rejects.toEqual(refused('not_found'));
      await expect(replySlip(await as(key), reply(id, 3)), key).rejects.toEqual(refused('not_found'));
    }
    for (const key of ['city_office', 'city_leader', 'city_admin'] as const) {
      await expect(signForSlip(await as(key), step(id, 3)), key).rejects.toEqual(refused('forbidden'));
      await expect(replySlip(await as(key), reply(id, 3)), key).rejects.toEqual(refused('forbidden'));
    }
    const draft = await drafted('city', [await overdueTask()]);
    await expect(signForSlip(await as('lead_head'), step(draft, 1))).rejects.toEqual(refused('not_found'));
  });

  test('invalid_state: signed twice, replied before signing or twice, ended; conflict: an older version', async () => {
    const reporter = await as('lead_reporter');
    const id = await issued();
    await expect(replySlip(reporter, reply(id, 3))).rejects.toEqual(refused('invalid_state', '先签收'));
    await expect(signForSlip(reporter, step(id, 2))).rejects.toEqual(refused('conflict'));
    await signForSlip(reporter, step(id, 3));
    await expect(signForSlip(reporter, step(id, 4))).rejects.toEqual(refused('invalid_state', '已签收'));
    await expect(replySlip(reporter, reply(id, 3))).rejects.toEqual(refused('conflict'));
    await replySlip(reporter, reply(id));
    await expect(replySlip(reporter, reply(id, 5))).rejects.toEqual(refused('invalid_state', '已回复'));
    await closeSlip(checker, { ...step(id, 5), reason: '' });
    await expect(replySlip(reporter, reply(id, 6))).rejects.toEqual(refused('invalid_state', '已办结'));
  });

  test('where the head signs, only the head replies; a reporter may still sign for it', async () => {
    await setHeadSigns('reform', true);
    try {
      const id = await signed();
      await expect(replySlip(await as('lead_reporter'), reply(id))).rejects.toEqual(refused('forbidden', '单位负责人'));
      expect((await findSlipForms(await as('lead_reporter'), id, DAY))?.isHeadWanted).toBe(true);
      expect((await findSlipForms(await as('lead_head'), id, DAY))?.isHeadWanted).toBe(false);
      // What a reporter has uploaded for it lies ready for the head, and for no other reporter.
      const link = { slipId: id, url: 'https://example.gov.cn/z', title: '整改通知' };
      const { id: piece } = await addLink(await as('lead_reporter'), {
        ...link,
        docNumber: '',
        issuer: '',
        signedOn: null,
      });
      const readyFor = async (key: ViewerKey) =>
        (await findSlipForms(await as(key), id, DAY))?.unsent.map((one) => one.id);
      expect(await readyFor('lead_reporter')).toEqual([piece]);
      expect(await readyFor('lead_head')).toEqual([piece]);
      expect(await readyFor('reporting_officer')).toEqual([]);
      await replySlip(await as('lead_head'), reply(id, 4, { evidenceIds: [piece] }));
      expect((await stored(id)).status).toBe('REPLIED');
    } finally {
      await setHeadSigns('reform', false);
    }
  });

  test('with evidence of this slip; that of another slip or unit is refused', async () => {
    const id = await signed();
    const reporter = await as('lead_reporter');
    const evidence = (slipId: number, key: keyof World['accounts'], unit: keyof World['units']) =>
      db().evidence.create({
        data: {
          kind: 'LINK',
          title: '整改通知',
          url: 'https://example.gov.cn/a',
          slipId,
          unitId: world.units[unit],
          uploadedById: world.accounts[key],
          uploadedOn: toDate(DAY),
        },
        select: { id: true },
      });
    const own = await evidence(id, 'lead_reporter', 'reform');
    const elsewhere = await evidence(await issued('zone', [await overdueTask('zone')]), 'lead_reporter', 'reform');
    const foreign = await evidence(id, 'other_reporter', 'culture');
    for (const wrong of [elsewhere.id, foreign.id, randomUUID()]) {
      await expect(replySlip(reporter, reply(id, 4, { evidenceIds: [wrong] }))).rejects.toEqual(refused('unreadable'));
    }
    expect((await findSlipForms(reporter, id, DAY))?.unsent.map((e) => e.id)).toEqual([own.id]);
    await replySlip(reporter, reply(id, 4, { evidenceIds: [own.id] }));
    const slip = await findSlip(await as('city_office'), id, { day: DAY, today: DAY });
    expect(slip?.steps.find((s) => s.step === 'REPLIED')?.evidence.map((e) => e.id)).toEqual([own.id]);
  });

  test('a late reply is marked', async () => {
    const id = await signed();
    await setToday('2022-10-14');
    await replySlip(await as('lead_reporter'), reply(id));
    const slip = await findSlip(checker, id, { day: '2022-10-14', today: '2022-10-14' });
    expect(slip?.steps.at(-1)).toMatchObject({ step: 'REPLIED', isLate: true });
  });
});

describe('returnReply, closeSlip, voidSlip', () => {
  test('returned: asked for again by a new day, while the paper keeps the old one', async () => {
    const id = await replied();
    await setToday('2022-09-23');
    await returnReply(checker, { ...step(id, 5), reason: '未附佐证材料。' });
    expect(await stored(id)).toMatchObject({ status: 'SIGNED_FOR', repliedOn: null, replyDueOn: toDate('2022-09-27') });
    const slip = await findSlip(await as('lead_reporter'), id, { day: '2022-09-23', today: '2022-09-23' });
    expect(slip).toMatchObject({ replyDueOn: '2022-09-27', paper: { replyDueOn: '2022-09-22' } });
    expect((await noticesOf(id, 'returned')).map((n) => n.accountId)).toContain(world.accounts.lead_head);
    expect((await noticesOf(id, 'replied')).every((n) => n.settledAt !== null)).toBe(true);
    await replySlip(await as('lead_head'), reply(id, 6));
    await closeSlip(checker, { ...step(id, 7), reason: '同意办结' });
    expect((await eventsOf(task)).map((e) => e.type)).toEqual([
      'SLIP_ISSUED',
      'SLIP_SIGNED_FOR',
      'SLIP_REPLIED',
      'SLIP_REPLY_RETURNED',
      'SLIP_REPLIED',
      'SLIP_CLOSED',
    ]);
    const left = (await noticesOf(id)).filter((n) => n.settledAt === null).map((n) => n.key.split(':')[2]);
    expect(new Set(left)).toEqual(new Set(['closed']));
  });

  test('closed without a reply only with words why', async () => {
    const id = await issued();
    await expect(closeSlip(checker, { ...step(id, 3), reason: '' })).rejects.toEqual(refused('unreadable'));
    await closeSlip(checker, { ...step(id, 3), reason: '任务已移交，不再要求回复。' });
    expect(await stored(id)).toMatchObject({ status: 'CLOSED', closedOn: toDate(DAY) });
  });

  test('voided: the number stays, the unit is told, nothing is asked any more', async () => {
    const id = await signed();
    const { number } = await stored(id);
    await voidSlip(checker, { ...step(id, 4), reason: '督办对象有误' });
    expect(await stored(id)).toMatchObject({ status: 'VOID', number, voidedOn: toDate(DAY) });
    expect((await noticesOf(id, 'voided')).map((n) => n.accountId)).toContain(world.accounts.lead_head);
    expect((await noticesOf(id, 'issued')).every((n) => n.settledAt !== null)).toBe(true);
    expect((await findSlipPaper(await as('lead_head'), id, DAY))?.voided).toEqual({ on: DAY, reason: '督办对象有误' });
    await expect(replySlip(await as('lead_head'), reply(id, 5))).rejects.toEqual(refused('invalid_state', '已作废'));
  });

  test('refused: not_found, forbidden, invalid_state, conflict', async () => {
    const id = await replied();
    const reason = '理由写在这里。';
    for (const run of [returnReply, closeSlip, voidSlip]) {
      await expect(run(await as('other_head'), { ...step(id, 5), reason })).rejects.toEqual(refused('not_found'));
      await expect(run(await as('lead_head'), { ...step(id, 5), reason })).rejects.toEqual(refused('forbidden'));
      await expect(run(await as('city_leader'), { ...step(id, 5), reason })).rejects.toEqual(refused('forbidden'));
      await expect(run(checker, { ...step(id, 4), reason })).rejects.toEqual(refused('conflict'));
    }
    await closeSlip(checker, { ...step(id, 5), reason: '' });
    for (const run of [returnReply, closeSlip, voidSlip]) {
      await expect(run(checker, { ...step(id, 6), reason })).rejects.toEqual(refused('invalid_state', '已办结'));
    }
    const draft = await drafted('city', [await overdueTask()]);
    for (const run of [returnReply, closeSlip, voidSlip]) {
      await expect(run(checker, { ...step(draft, 1), reason })).rejects.toEqual(refused('invalid_state', '尚未印发'));
    }
  });
});

describe('reading', () => {
  const filter = (params: Record<string, string> = {}) => parseSlipFilter(params).filter;
  const idsOf = async (actor: Actor, params: Record<string, string> = {}, day: Day = DAY) =>
    (await findSlips(actor, filter(params), day))?.rows.map((row) => row.id) ?? null;

  test('a draft is seen by its own office, an issued slip by its unit and those above', async () => {
    const id = await drafted();
    const sees = async (key: ViewerKey) => (await findSlip(await as(key), id, { day: DAY, today: DAY })) !== null;
    const listed = async (key: ViewerKey) => (await idsOf(await as(key)))?.includes(id) ?? false;
    for (const key of ['city_office', 'city_leader', 'city_admin', 'platform_admin', 'group_office'] as const) {
      expect(await sees(key), key).toBe(true);
      expect(await listed(key), key).toBe(true);
    }
    for (const key of ['lead_head', 'lead_reporter', 'east_office', 'far_office'] as const) {
      expect(await sees(key), key).toBe(false);
      expect(await listed(key), key).toBe(false);
      expect(await findSlipPaper(await as(key), id, DAY), key).toBeNull();
    }
    await checkSlip(checker, step(id, 1));
    await issue(checker, id);
    for (const key of ['lead_head', 'lead_reporter', 'city_leader'] as const) {
      expect(await sees(key), key).toBe(true);
      expect(await listed(key), key).toBe(true);
    }
    for (const key of ['named_reporter', 'other_head', 'east_office', 'far_office', 'far_leader'] as const) {
      expect(await sees(key), key).toBe(false);
      expect(await listed(key), key).toBe(false);
    }
  });

  test('the office above reads a district’s issued slips, and not its drafts', async () => {
    const below = await overdueTask('district');
    const { slipId } = await draftSlip(await as('east_office'), draftInput('district', [below]));
    expect(await findSlip(await as('city_office'), slipId, { day: DAY, today: DAY })).toBeNull();
    const { loadActor } = await import('@/lib/server/auth/actor');
    const east = (await loadActor((await makeAccount(world, 'east')).id))!;
    await checkSlip(east, step(slipId, 1));
    await issue(east, slipId);
    expect(await findSlip(await as('city_office'), slipId, { day: DAY, today: DAY })).not.toBeNull();
    await expect(voidSlip(await as('city_office'), { ...step(slipId, 3), reason: '有误' })).rejects.toEqual(
      refused('forbidden'),
    );
  });

  test('an office limited to work groups sees no slip with a task outside them', async () => {
    const id = await drafted('zone', [await overdueTask('zone')]);
    expect(await findSlip(await as('group_office'), id, { day: DAY, today: DAY })).toBeNull();
    expect(await idsOf(await as('group_leader'))).not.toContain(id);
  });

  test('its paper, each step and the files of a reply are part of its tasks’ chains', async () => {
    const id = await issued();
    const lead = await as('lead_head');
    await signForSlip(lead, step(id, 3));
    await replySlip(lead, { ...step(id, 4), text: '已整改到位，附说明。', evidenceIds: [] });
    const broken = async () =>
      (await queryAsOwner<{ problem: string }>('SELECT problem FROM verify_driving()')).map((row) => row.problem);
    expect(await broken()).toEqual([]);
    const tamper = async (table: string, sql: string) => {
      await queryAsOwner(`ALTER TABLE ${table} DISABLE TRIGGER USER; ${sql}; ALTER TABLE ${table} ENABLE TRIGGER USER`);
      return broken();
    };
    expect(
      await tamper('slip_event', `UPDATE slip_event SET text = '不属实' WHERE slip_id = ${id} AND step = 'REPLIED'`),
    ).toEqual(['slip_step_changed']);
    expect((await tamper('slip', `UPDATE slip SET body = '另一份' WHERE id = ${id}`)).sort()).toEqual([
      'slip_paper_changed',
      'slip_step_changed',
    ]);
  });

  test('as of a past day it stands as it stood, without what came later', async () => {
    const id = await issued();
    await setToday('2022-09-26');
    await signForSlip(await as('lead_reporter'), step(id, 3));
    await replySlip(await as('lead_reporter'), reply(id));
    await setToday('2022-10-10');
    await returnReply(checker, { ...step(id, 5), reason: '材料不全。' });
    const at = async (day: Day) => {
      const row = (await findSlips(checker, filter({ unit: String(world.units.reform) }), day))?.rows.find(
        (r) => r.id === id,
      );
      return row && [row.status, row.replyDueOn, row.isReplyLate];
    };
    expect(await at('2022-09-19')).toBeUndefined();
    expect(await at(DAY)).toEqual(['ISSUED', '2022-09-22', false]);
    expect(await at('2022-09-23')).toEqual(['ISSUED', '2022-09-22', true]);
    expect(await at('2022-09-26')).toEqual(['REPLIED', '2022-09-22', false]);
    expect(await at('2022-10-10')).toEqual(['SIGNED_FOR', '2022-10-12', false]);
    const past = await findSlip(checker, id, { day: '2022-09-23', today: '2022-10-10' });
    expect(past?.steps.map((s) => s.step)).toEqual(['DRAFTED', 'CHECKED', 'ISSUED']);
    expect(await findSlip(checker, id, { day: '2022-09-19', today: '2022-10-10' })).toBeNull();
    // Before its issue the paper has no number, even when read from a later day.
    const draftDay = await drafted('city', [await overdueTask()]);
    await checkSlip(checker, step(draftDay, 1));
    await setToday('2022-10-11');
    await issue(checker, draftDay);
    const before = await findSlip(checker, draftDay, { day: '2022-10-10', today: '2022-10-11' });
    expect(before?.paper).toMatchObject({ number: null, issuedOn: null, status: 'CHECKED' });
    expect(await findSlip(await as('lead_head'), draftDay, { day: '2022-10-10', today: '2022-10-11' })).toBeNull();
  });

  test('filters and counts agree with the slips counted another way', async () => {
    const all = await db().slip.findMany({
      where: { planId: { in: [world.plans.city] }, status: { not: 'DISCARDED' }, draftedOn: { lte: toDate(DAY) } },
    });
    // Of the city's own plan, as the leader of one work group cannot see it all: counted for the city's second officer, by the stored columns.
    await setToday('2030-12-31');
    const list = (await findSlips(checker, filter({ from: 'all' }), '2030-12-31'))!;
    const rows = await db().slip.findMany({ where: { status: { not: 'DISCARDED' } }, include: { plan: true } });
    const visible = rows.filter((s) => {
      const isCity = s.planId === world.plans.city;
      return isCity || !['DRAFT', 'CHECKED'].includes(s.status);
    });
    expect(list.total).toBe(visible.length);
    for (const { tier, open, total } of list.byTier) {
      const own = visible.filter((s) => s.tier === tier);
      expect(total).toBe(own.length);
      expect(open).toBe(own.filter((s) => !['CLOSED', 'VOID'].includes(s.status)).length);
    }
    expect(list.overdue).toBe(
      visible.filter((s) => ['ISSUED', 'SIGNED_FOR'].includes(s.status) && s.replyDueOn! < toDate('2030-12-31')).length,
    );
    const overdueList = (await findSlips(checker, filter({ from: 'all', overdue: '1' }), '2030-12-31'))!;
    expect(overdueList.total).toBe(list.overdue);
    const voided = (await findSlips(checker, filter({ from: 'all', status: 'VOID' }), '2030-12-31'))!;
    expect(voided.total).toBe(visible.filter((s) => s.status === 'VOID').length);
    expect(voided.rows.every((row) => row.number !== null)).toBe(true);
    expect(all.length).toBeGreaterThan(0);
  });

  test('pages of 50, the last one where a later is asked for', async () => {
    const list = (await findSlips(checker, filter({ page: '999' }), '2030-12-31'))!;
    expect(list.total).toBeGreaterThan(50);
    expect(list.page).toBe(list.pages);
    expect(list.rows.length).toBe(list.total - (list.pages - 1) * 50);
  });

  test('a malformed filter is dropped and named', () => {
    const parsed = parseSlipFilter({ tier: '7', status: 'x', unit: '0', overdue: 'no', page: '-1' });
    expect(parsed.filter).toEqual({
      office: null,
      tier: null,
      status: null,
      unit: null,
      overdue: false,
      waiting: false,
      page: 1,
    });
    expect(parsed.notices).toHaveLength(5);
    for (const from of ['x3', 'r0', 'u', 'r99999999999', 'all ']) {
      expect(parseSlipFilter({ from, waiting: 'no' }).filter, from).toMatchObject({ office: null, waiting: false });
      expect(parseSlipFilter({ from, waiting: 'no' }).notices, from).toHaveLength(2);
    }
    const given = { from: 'u17', tier: '2', waiting: '1', page: '3' };
    expect(slipFilterHref(parseSlipFilter(given).filter, null)).toBe(`/slips?${new URLSearchParams(given)}`);
  });

  test('an office sees its own slips and those sent to it first; those of the offices below it when it asks', async () => {
    const { loadActor } = await import('@/lib/server/auth/actor');
    const east = (await loadActor((await makeAccount(world, 'east')).id))!;
    const [city, district] = [await as('city_office'), await as('east_office')];
    const { slipId: below } = await draftSlip(district, draftInput('district', [await overdueTask('district')]));
    await checkSlip(east, step(below, 1));
    await issue(east, below);
    const own = await drafted();
    const received = await issued('zone', [await overdueTask('zone')]);
    const has = async (actor: Actor, id: number, from = '') =>
      (await idsOf(actor, from ? { from } : {}))?.includes(id) ?? false;
    const eastKey = `r${world.regions.east}`;
    expect(await has(city, own)).toBe(true);
    expect(await has(city, below)).toBe(false);
    expect(await has(city, below, 'all')).toBe(true);
    expect(await has(city, below, eastKey)).toBe(true);
    expect(await has(city, own, eastKey)).toBe(false);
    // Sent to the district by the city: the district is to answer it, so it stands among its own.
    expect(await has(district, received)).toBe(true);
    expect(await has(district, below)).toBe(true);
    expect(await has(district, received, `r${world.regions.city}`)).toBe(true);
    // Who has no office of their own reads for everybody.
    const platform = await as('platform_admin');
    expect(await has(platform, below)).toBe(true);
    const everybody = (await findSlips(platform, filter(), DAY))!;
    expect(everybody.others).toBe(0);

    const list = (await findSlips(city, filter(), DAY))!;
    expect(list.offices[0]).toMatchObject({ key: `r${world.regions.city}`, name: '江城市优化办' });
    const all = (await findSlips(city, filter({ from: 'all' }), DAY))!;
    expect(all.offices).toEqual(list.offices);
    expect(list.offices.reduce((sum, office) => sum + office.count, 0)).toBe(all.total);
    expect(list.total + list.others).toBe(all.total);
    for (const { key, count } of list.offices) {
      const ofOffice = (await findSlips(city, filter({ from: key }), DAY))!;
      expect(ofOffice.total, key).toBe(count);
      expect(
        ofOffice.byTier.reduce((sum, one) => sum + one.total, 0),
        key,
      ).toBe(count);
    }
    // A key that names nothing the viewer may read: nothing.
    expect((await findSlips(city, filter({ from: `r${world.regions.far}` }), DAY))!.total).toBe(0);
  });

  test('the navigation counts what the page lists as waiting, for every viewer', async () => {
    await issued('zone', [await overdueTask('zone')]);
    await drafted();
    const { loadActor } = await import('@/lib/server/auth/actor');
    // The navigation counts what waits today: a day on which everything made here has happened.
    await setToday('2030-12-31');
    for (const key of Object.keys(world.accounts) as (keyof World['accounts'])[]) {
      const actor = await loadActor(world.accounts[key]);
      if (!actor) continue; // disabled
      const { slips } = await getNavigation(actor, '2030-12-31');
      const list = await findSlips(actor, filter({ waiting: '1' }), '2030-12-31');
      expect(list === null, key).toBe(slips === null);
      expect([list?.total, list?.waiting], key).toEqual(slips === null ? [undefined, undefined] : [slips, slips]);
    }
  });

  test('what waits for whom is counted', async () => {
    const [office, reporter] = [await as('city_office'), await as('lead_reporter')];
    const waiting = async () => [
      (await getNavigation(office, DAY)).slips!,
      (await getNavigation(reporter, DAY)).slips!,
    ];
    const [ofOffice, ofUnit] = (await waiting()) as [number, number];
    const id = await drafted();
    expect(await waiting()).toEqual([ofOffice + 1, ofUnit]); // to check
    await checkSlip(checker, step(id, 1));
    expect(await waiting()).toEqual([ofOffice + 1, ofUnit]); // to issue
    await issue(checker, id);
    expect(await waiting()).toEqual([ofOffice, ofUnit + 1]); // to sign for
    expect((await listSlipsToAnswer(reporter, DAY)).length).toBeGreaterThan(0);
    await signForSlip(reporter, step(id, 3));
    expect(await waiting()).toEqual([ofOffice, ofUnit + 1]); // to answer
    await replySlip(reporter, reply(id));
    expect(await waiting()).toEqual([ofOffice + 1, ofUnit]); // to close
    expect((await getNavigation(await as('far_reporter'), DAY)).slips).toBeNull(); // stands to no plan
    expect((await getNavigation(await as('city_leader'), DAY)).slips).toBe(0);
  });

  test('on a task’s page its slips, for whoever may read them', async () => {
    const id = await drafted();
    expect((await listTaskSlips(await as('city_office'), task, DAY)).map((s) => s.id)).toEqual([id]);
    expect(await listTaskSlips(await as('lead_reporter'), task, DAY)).toEqual([]);
    expect(await listTaskSlips(await as('named_reporter'), task, DAY)).toEqual([]);
  });

  test('a unit sees the steps from the issue on', async () => {
    const id = await signed();
    const slip = await findSlip(await as('lead_reporter'), id, { day: DAY, today: DAY });
    expect(slip?.steps.map((s) => s.step)).toEqual(['ISSUED', 'SIGNED_FOR']);
    expect(slip?.tierReason).toBe('');
  });
});

describe('the form of a new slip', () => {
  test('proposes units and tasks by tier, and marks those already on an open slip', async () => {
    const office = await as('city_office');
    const near = await makeTask(world, 'division', { dueOn: '2022-09-25' });
    const late = await overdueTask('division');
    const plan = { id: world.plans.city, title: '', regionId: world.regions.city };
    const planning = async () =>
      (await listUnitProposals(office, plan, DAY)).units.find((u) => u.unitId === world.units.planning)?.byTier;
    const before = (await planning())!;
    const wish = { planId: world.plans.city, unitId: world.units.planning, taskIds: [near, late], tier: null };
    expect(await findDraftForm(office, wish, DAY)).toMatchObject({ proposed: 3, tier: 3 });
    const id = await drafted('division', [late]);
    expect((await planning())![3]).toBe(before[3] - 1);
    const form = (await findDraftForm(office, { ...wish, taskIds: [], tier: 3 }, DAY))!;
    expect(form.tasks.find((t) => t.taskId === late)).toMatchObject({ tier: 3, onSlipId: id, isChosen: false });
    expect(form.tasks.find((t) => t.taskId === near)).toMatchObject({ tier: 1, onSlipId: null });
    expect(await findDraftForm(office, { ...wish, taskIds: [], tier: 1 }, DAY)).toMatchObject({ proposed: 1, tier: 1 });
    expect((await findDraftForm(office, { ...wish, tier: 1 }, DAY))?.proposed).toBe(3);
    expect((await findDraftForm(office, { ...wish, tier: 1 }, DAY))?.values).toMatchObject({
      title: '关于抓紧推进临期重点任务的蓝色督办单',
      replyWorkingDays: 5,
    });
  });

  test('none for who does not issue, nor for a unit that leads nothing there', async () => {
    const wish = { planId: world.plans.city, unitId: world.units.reform, taskIds: [], tier: null };
    for (const key of ['city_leader', 'lead_head', 'far_office', 'east_office'] as const) {
      expect(await findDraftForm(await as(key), wish, DAY), key).toBeNull();
    }
    expect(await findDraftForm(await as('city_office'), { ...wish, unitId: world.units.finance }, DAY)).toBeNull();
  });

  test('a standing draft is drawn with its own words; another tier brings its own where nobody wrote any', async () => {
    const office = await as('city_office');
    const id = await drafted();
    const form = (await findChangeForm(office, id, null, DAY))!;
    expect(form).toMatchObject({ tier: 3, version: 1 });
    expect(form.tasks.find((t) => t.taskId === task)).toMatchObject({ isChosen: true, onSlipId: null });
    expect((await findChangeForm(office, id, 2, DAY))?.values.title).toBe('关于整改推进滞后重点任务的黄色督办单');
    await changeSlip(office, changes(id, 1, { title: '自拟标题的红色督办单' }));
    expect((await findChangeForm(office, id, 2, DAY))?.values.title).toBe('自拟标题的红色督办单');
    expect(await findChangeForm(await as('lead_head'), id, null, DAY)).toBeNull();
    await checkSlip(checker, step(id, 2));
    expect(await findChangeForm(office, id, null, DAY)).toBeNull();
  });
});
