import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { getNavigation } from '@/lib/dashboards/navigation.queries';
import { listExtensions } from '@/lib/extensions/extension.queries';
import { markAllRead, markNoticeRead } from '@/lib/notices/inbox.commands';
import { settle, tell } from '@/lib/notices/notice.commands';
import { findInbox } from '@/lib/notices/notice.queries';
import { accountsOfUnits, handlersOf, headsOf, overseersOfPlan, readDirectory } from '@/lib/notices/recipients.queries';
import { remindTask } from '@/lib/reminders/remind.commands';
import { remindSchema } from '@/lib/reminders/remind.schema';
import { generateNotices } from '@/lib/reminders/reminder.commands';
import {
  findReminderScope,
  listBurden,
  listDigests,
  listToBeTold,
  listTold,
} from '@/lib/reminders/reminder-page.queries';
import { findTaskReminding } from '@/lib/reminders/task-reminding.queries';
import { submitProgress, submitResult } from '@/lib/reports/report.commands';
import { submitProgressSchema, submitResultSchema } from '@/lib/reports/report.schema';
import { acceptReport } from '@/lib/reviews/review.commands';
import { listPlanAccess } from '@/lib/rights/rights.queries';
import { isAllowed } from '@/lib/rights/rights.table';
import type { Actor } from '@/lib/server/auth/actor';
import { db, inTransaction } from '@/lib/server/db';
import { toDate } from '@/lib/server/events';
import { setSetting } from '@/lib/settings/setting.commands';
import { findTaskDetail } from '@/lib/tasks/task-detail.queries';
import { queryAsOwner } from '../support/database';
import {
  actorOf,
  DAY,
  type Ground,
  gateOf,
  makeAccount,
  makeTask,
  makeWorld,
  next,
  VIEWER_KEYS,
  type ViewerKey,
  type World,
} from '../support/viewers';

let world: World;
const as = (key: ViewerKey) => actorOf(world, key);
const countUnread = async (actor: Actor) => (await findInbox(actor, 'unread', 1)).counts.unread;
const refused = (code: string) => expect.objectContaining({ name: 'AppError', code });
const setToday = (day: string) => queryAsOwner("UPDATE setting SET value = $1 WHERE key = 'simulated_today'", [day]);
const nameOf = (accountId: number) =>
  VIEWER_KEYS.find((key) => key !== 'nobody' && world.accounts[key] === accountId) ?? String(accountId);

/** Who was told what of a task, as 'lead_reporter overdue:7'. */
async function toldOf(taskId: number, where: object = {}): Promise<string[]> {
  const notices = await db().notice.findMany({ where: { taskId, ...where }, orderBy: { id: 'asc' } });
  return notices.map((n) => `${nameOf(n.accountId)} ${n.kind}:${n.key.split(':').at(-1)}`).sort();
}
const LEADS = ['lead_reporter', 'reporting_officer'];

async function sendResult(task: number, key: ViewerKey = 'lead_reporter') {
  return submitResult(
    await as(key),
    submitResultSchema.parse({
      taskId: String(task),
      taskVersion: String((await db().task.findUniqueOrThrow({ where: { id: task } })).version),
      narrative: '目标已全部完成，申请办结。',
      idempotencyKey: randomUUID(),
    }),
  );
}

async function issueSlip(
  ground: Extract<Ground, 'city' | 'district'>,
  unitId: number,
  changes: {
    status?: 'ISSUED' | 'SIGNED_FOR' | 'REPLIED' | 'VOID';
    issuedOn?: string;
    replyDueOn?: string;
    task?: number;
  } = {},
) {
  const { status = 'SIGNED_FOR', issuedOn = '2022-09-13', replyDueOn = '2022-09-16', task } = changes;
  const officer = world.accounts.city_office;
  const { id } = await db().slip.create({
    data: {
      regionId: world.regions[ground === 'city' ? 'city' : 'east'],
      planId: world.plans[ground],
      unitId,
      tier: 3,
      tierWords: '红色督办单',
      title: '督办',
      body: '请办理',
      replyWorkingDays: 3,
      draftedById: officer,
      draftedOn: toDate(issuedOn),
      heldById: officer,
      idempotencyKey: randomUUID(),
      tasks: task === undefined ? undefined : { create: { taskId: task, sortOrder: 1 } },
    },
  });
  return db().slip.update({
    where: { id },
    data: {
      status,
      documentCode: '江督',
      numberYear: 2022,
      number: next(),
      issuedById: officer,
      issuedOn: toDate(issuedOn),
      replyDueOn: toDate(replyDueOn),
      signedForOn: status === 'ISSUED' ? null : toDate(issuedOn),
    },
  });
}

beforeAll(async () => {
  world = await makeWorld();
});

describe('generateNotices', () => {
  test('tells the lead as its date comes and goes, and by days late those above', async () => {
    await inTransaction((tx) =>
      setSetting(tx, null, 'supervisor', world.units.reform, world.accounts.group_leader, { validFrom: '2022-01-01' }),
    );
    const task = await makeTask(world, 'city', { dueOn: '2022-10-20' });
    const seen: Record<string, string[]> = {};
    for (const day of [
      '2022-10-04',
      '2022-10-05',
      '2022-10-06',
      '2022-10-13',
      '2022-10-17',
      '2022-10-20',
      '2022-10-21',
      '2022-10-26',
      '2022-10-27',
      '2022-11-03',
      '2022-11-19',
      '2022-12-31',
    ]) {
      await generateNotices(day);
      seen[day] = await toldOf(task, { effectiveOn: toDate(day), kind: { not: 'cycle_closing' } });
    }
    const leads = (what: string) => LEADS.map((who) => `${who} ${what}`);
    const after7 = [...leads('overdue:7'), 'lead_head escalated:7'];
    const after30 = [
      ...leads('overdue:30'),
      'lead_head escalated:30',
      'city_leader escalated:30',
      'group_leader escalated:30',
    ];
    expect(seen).toEqual({
      '2022-10-04': [],
      '2022-10-05': leads('due_ahead:15').sort(),
      '2022-10-06': [],
      '2022-10-13': leads('due_ahead:7').sort(),
      '2022-10-17': leads('due_ahead:3').sort(),
      '2022-10-20': leads('due_today:2022-10-20').sort(),
      '2022-10-21': leads('overdue:1').sort(),
      '2022-10-26': [],
      '2022-10-27': after7.sort(),
      '2022-11-03': [...leads('overdue:14'), 'lead_head escalated:14', 'group_leader escalated:14'].sort(),
      '2022-11-19': after30.sort(),
      '2022-12-31': [],
    });
    // responsible units owe nothing by the task's date
    expect(await db().notice.count({ where: { taskId: task, accountId: world.accounts.named_reporter } })).toBe(0);
    // what each person still has open of it is the newest alone
    const open = await db().notice.groupBy({
      by: ['accountId'],
      where: { taskId: task, settledAt: null },
      _count: true,
    });
    expect(open.every((row) => row._count === 1)).toBe(true);
    expect(open).toHaveLength(after30.length);
  });

  test('after an outage tells the newest threshold alone, and once however often and by however many it runs', async () => {
    const task = await makeTask(world, 'city', { dueOn: '2022-08-31' });
    await Promise.all([1, 2, 3].map(() => generateNotices(DAY)));
    const told = await toldOf(task);
    expect(told).toEqual(
      [...LEADS.map((who) => `${who} overdue:14`), 'group_leader escalated:14', 'lead_head escalated:14'].sort(),
    );
    expect(await generateNotices(DAY)).toBe(0);
    expect(await toldOf(task)).toEqual(told);
  });

  test('a task under review does not run late; returned to, it is told of anew only from its next threshold', async () => {
    const task = await makeTask(world, 'city', { dueOn: '2022-09-25' });
    await sendResult(task);
    await generateNotices('2022-10-30');
    expect((await toldOf(task)).filter((line) => !line.includes('review'))).toEqual([]);
    expect(await toldOf(task)).toEqual(expect.arrayContaining(['city_leader review_old:2022-09-20']));
  });

  test('what has been achieved is settled, and what is so again is open again', async () => {
    const task = await makeTask(world, 'city', { dueOn: '2022-09-13' });
    await generateNotices(DAY);
    const open = () =>
      db().notice.count({ where: { taskId: task, settledAt: null, kind: { in: ['overdue', 'escalated'] } } });
    const told = await open();
    expect(told).toBe(3);
    const { reportId } = await sendResult(task);
    await generateNotices(DAY);
    expect(await open()).toBe(0);
    await queryAsOwner('UPDATE notice SET settled_at = now() WHERE task_id = $1', [task]);
    await acceptReport(await as('city_office'), {
      taskId: task,
      reportId,
      reportVersion: 1,
      note: '',
      idempotencyKey: randomUUID(),
    });
    await generateNotices('2022-10-15');
    expect(await open()).toBe(0);
    expect((await toldOf(task)).filter((line) => line.includes('overdue:'))).toHaveLength(2);
  });

  test('a date that was moved is told of by its new days', async () => {
    const task = await makeTask(world, 'city', { dueOn: '2022-09-18' });
    await generateNotices(DAY);
    await db().$transaction([
      db().$executeRaw`UPDATE task SET due_on = '2022-09-27' WHERE id = ${task}`,
      db()
        .$executeRaw`INSERT INTO task_event (task_id, type, effective_on, actor_words, payload) VALUES (${task}, 'DEADLINE_CORRECTED', ${DAY}::date, '系统', '{"to":"2022-09-27"}')`,
    ]);
    await generateNotices(DAY);
    const notices = await db().notice.findMany({
      where: { taskId: task, accountId: world.accounts.lead_reporter },
      orderBy: { id: 'asc' },
    });
    expect(notices.map((n) => [n.key, n.settledAt === null])).toEqual([
      [`overdue:${task}:2022-09-18:1`, false],
      [`due-ahead:${task}:2022-09-27:7`, true],
    ]);
  });

  test('settings hold from their day on, for their region alone', async () => {
    const own = await makeTask(world, 'district', { dueOn: '2023-01-10' });
    const other = await makeTask(world, 'city', { dueOn: '2023-01-10' });
    await inTransaction(async (tx) => {
      await setSetting(
        tx,
        null,
        'reminder_days',
        world.regions.east,
        { ahead: [20], onTheDay: false, overdue: [2], cycleClosing: [] },
        { validFrom: '2022-12-21' },
      );
      await setSetting(tx, null, 'escalation', world.regions.east, [{ fromDays: 2, to: 'unit_head' }], {
        validFrom: '2023-01-11',
      });
    });
    for (const day of ['2022-12-20', '2022-12-21', '2023-01-10', '2023-01-11', '2023-01-12'])
      await generateNotices(day);
    expect(await toldOf(own)).toEqual(['east_lead_head escalated:2', 'east_lead_reporter due_ahead:20']);
    expect(await toldOf(other, { kind: 'due_ahead' })).toEqual([]);
    expect(await toldOf(other, { kind: 'due_today' })).toHaveLength(LEADS.length);
  });

  test('a 经办人 is told in place of the unit’s reporters; a disabled account is not told', async () => {
    const task = await makeTask(world, 'city', { dueOn: '2022-09-20' });
    await db().taskHandler.create({
      data: {
        taskId: task,
        unitId: world.units.reform,
        accountId: world.accounts.reporting_officer,
        validFrom: toDate('2022-03-01'),
        setById: world.accounts.lead_head,
      },
    });
    await generateNotices(DAY);
    expect(await toldOf(task)).toEqual(['reporting_officer due_today:2022-09-20']);
  });

  test('a cycle about to close is told to leads that have not reported for it, in one notice', async () => {
    const tasks = [await makeTask(world, 'zone'), await makeTask(world, 'zone')];
    const notices = () =>
      db().notice.findMany({
        where: { accountId: world.accounts.east_office, kind: 'cycle_closing' },
        orderBy: { id: 'asc' },
      });
    await generateNotices('2022-09-26');
    expect(await notices()).toEqual([]);
    await generateNotices('2022-09-27');
    expect((await notices()).map((n) => n.title)).toEqual(['2022年9月填报还有 3 天截止，尚有 2 项任务未填报']);
    for (const task of tasks) {
      await submitProgress(
        await as('east_office'),
        submitProgressSchema.parse({
          taskId: String(task),
          cycleId: String(world.cycles.city),
          expectedVersion: '0',
          percent: '10',
          narrative: '已完成事项清单梳理。',
          problems: '',
          needs: '',
          nextSteps: '',
          idempotencyKey: randomUUID(),
        }),
      );
    }
    await generateNotices('2022-10-12');
    expect((await notices()).map((n) => [n.key.split(':').at(-1), n.settledAt !== null])).toEqual([['3', true]]);
    // others, who have not, are told once more on the last day of grace
    expect(
      await db().notice.count({
        where: {
          accountId: world.accounts.division_reporter,
          key: `cycle-closing:${world.plans.city}:2022-09-30:grace`,
        },
      }),
    ).toBe(
      (await db().task.count({
        where: { planId: world.plans.city, units: { some: { unitId: world.units.planning, role: 'LEAD' } } },
      })) > 0
        ? 1
        : 0,
    );
  });

  test('a node is told to its own unit', async () => {
    const task = await makeTask(world, 'city');
    await db().node.create({
      data: { taskId: task, sortOrder: 1, title: '出台办法', dueOn: toDate('2022-09-23'), unitId: world.units.finance },
    });
    await generateNotices(DAY);
    expect(await toldOf(task)).toEqual(['named_reporter node:a3']);
    await db().node.updateMany({ where: { taskId: task }, data: { doneOn: toDate('2022-09-21') } });
    await generateNotices('2022-09-30');
    expect(await toldOf(task)).toEqual(['named_reporter node:a3']);
    expect(await db().notice.count({ where: { taskId: task, settledAt: null } })).toBe(0);
  });

  test('a review past the limit is told to the leader once, and settled when it is decided', async () => {
    const task = await makeTask(world, 'city');
    await setToday('2022-09-05');
    const { reportId } = await sendResult(task);
    await setToday(DAY);
    await generateNotices('2022-09-09');
    expect(await toldOf(task, { kind: 'review_old' })).toEqual([]);
    await generateNotices(DAY);
    await generateNotices('2022-09-21');
    expect(await toldOf(task, { kind: 'review_old' })).toEqual([
      'city_leader review_old:2022-09-05',
      'group_leader review_old:2022-09-05',
    ]);
    await acceptReport(await as('city_office'), {
      taskId: task,
      reportId,
      reportVersion: 1,
      note: '',
      idempotencyKey: randomUUID(),
    });
    await generateNotices('2022-09-22');
    expect(await db().notice.count({ where: { taskId: task, kind: 'review_old', settledAt: null } })).toBe(0);
  });

  test('a plan not signed for within the limit is told to the unit, and in one notice to the office', async () => {
    const plan = world.plans.city;
    await makeTask(world, 'city');
    await generateNotices(DAY);
    const notices = await db().notice.findMany({ where: { planId: plan, kind: 'sign_for' } });
    const told = new Map(notices.map((n) => [nameOf(n.accountId), n]));
    expect([...told.keys()]).toEqual(
      expect.arrayContaining(['lead_head', 'named_reporter', 'east_office', 'city_office']),
    );
    expect(notices.filter((n) => n.accountId === world.accounts.city_office)).toHaveLength(1);
    await db().signFor.create({
      data: {
        planId: plan,
        unitId: world.units.finance,
        signedById: world.accounts.named_head,
        signedByWords: '负责人',
        signedOn: toDate(DAY),
      },
    });
    // after the latest day of the runs before: what was told later stays as it was told
    await generateNotices('2023-02-01');
    const after = await db().notice.findUniqueOrThrow({ where: { id: told.get('named_reporter')!.id } });
    expect(after.settledAt).not.toBeNull();
    expect((await db().notice.findUniqueOrThrow({ where: { id: told.get('lead_head')!.id } })).settledAt).toBeNull();
  });

  test('a slip: its reply near and late, and one not signed for; none to who is limited to other work groups', async () => {
    const task = await makeTask(world, 'zone');
    const slip = await issueSlip('city', world.units.finance, { task });
    const unsigned = await issueSlip('city', world.units.finance, { task, status: 'ISSUED', replyDueOn: '2022-12-30' });
    const toldOfSlip = async (slipId: number) =>
      (await db().notice.findMany({ where: { slipId } }))
        .map((n) => `${nameOf(n.accountId)} ${n.key.split(':').at(-1)}`)
        .sort();
    await generateNotices('2022-09-15');
    expect(await toldOfSlip(slip.id)).toEqual(['named_head a1', 'named_reporter a1']);
    await generateNotices('2022-09-17');
    expect(await toldOfSlip(slip.id)).toEqual(
      [
        'named_head a1',
        'named_reporter a1',
        'named_head l1',
        'named_reporter l1',
        'city_office l1',
        'new_office l1',
        'reporting_officer l1',
      ].sort(),
    );
    expect(await toldOfSlip(unsigned.id)).toHaveLength(5);
    await db().slip.update({ where: { id: slip.id }, data: { status: 'REPLIED', repliedOn: toDate('2022-09-18') } });
    await generateNotices('2022-09-30');
    expect(await db().notice.count({ where: { slipId: slip.id, settledAt: null } })).toBe(0);
  });

  test('one region whose settings cannot be read keeps no other from being told, and the run says so', async () => {
    const task = await makeTask(world, 'district', { dueOn: '2022-09-01' });
    const mark = 'of another version';
    await queryAsOwner(
      `INSERT INTO dated_setting (scope, scope_id, key, value, valid_from, actor_words) VALUES ('region', $1, 'reminder_days', '{"unknown":true}', '2024-05-01', $2)`,
      [world.regions.city, mark],
    );
    await expect(generateNotices('2024-05-02')).rejects.toThrow('reminders of some regions');
    expect(await db().notice.count({ where: { taskId: task } })).toBeGreaterThan(0);
  });
  test('of a plan not in force nothing is told', async () => {
    const task = await makeTask(world, 'bureau', { dueOn: '2022-02-20' });
    await generateNotices('2022-02-25');
    expect(await toldOf(task)).toEqual([]);
  });

  test('a task that was past its date when the list was issued is not told as late before the office decides', async () => {
    const task = await makeTask(world, 'bureau', { dueOn: '2022-02-20' });
    await generateNotices(DAY);
    expect((await toldOf(task)).filter((line) => line.includes('overdue'))).toEqual([]);
  });
});

test('the directory tells the same people as one asks for singly', async () => {
  const tasks = await db().task.findMany({
    where: { plan: { status: 'ACTIVE' } },
    select: { id: true, workGroupId: true, plan: true },
    orderBy: { id: 'asc' },
  });
  const cityUnit = (name: string, parentId: number | null) =>
    db().unit.create({ data: { regionId: world.regions.city, name, kind: 'bureau', sortOrder: 900, parentId } });
  const empty = (await cityUnit('空科', world.units.housing)).id;
  const merged = (await cityUnit('原物价局', null)).id;
  await db().unitMerge.create({
    data: { fromUnitId: merged, intoUnitId: world.units.reform, effectiveOn: toDate('2022-01-01'), basis: '机构改革' },
  });
  await db().taskHandler.create({
    data: {
      taskId: tasks[0]!.id,
      unitId: merged,
      accountId: world.accounts.lead_head,
      validFrom: toDate('2022-03-01'),
      setById: world.accounts.lead_head,
    },
  });
  const { id: limited } = await makeAccount(world, 'east');
  await db().accountWorkGroup.create({ data: { accountId: limited, workGroupId: world.groupId } });
  const directory = await readDirectory(
    db(),
    [world.regions.city, world.regions.east],
    tasks.map((t) => t.id),
    DAY,
  );
  for (const unitId of [...Object.values(world.units), empty, merged]) {
    if (unitId === world.units.farReform) continue;
    expect(directory.headsOf(unitId)).toEqual(await headsOf(db(), unitId, DAY));
    for (const roles of [['unit_reporter'], ['unit_head'], ['unit_reporter', 'unit_head']] as const) {
      expect(directory.ofUnit(unitId, roles)).toEqual(await accountsOfUnits(db(), [unitId], roles, DAY));
    }
    for (const task of tasks.slice(0, 3)) {
      expect(directory.handlersOf(task.id, unitId)).toEqual(
        (await handlersOf(db(), task.id, unitId, DAY)).sort((a, b) => a - b),
      );
    }
  }
  // a 科室 without accounts reaches the head above it; 经办人 follow a merge; who represents a region within work groups sees none of it
  expect(directory.handlersOf(tasks[0]!.id, empty)).toEqual([world.accounts.bureau_head]);
  expect(directory.handlersOf(tasks[0]!.id, merged)).toEqual([world.accounts.lead_head]);
  expect(directory.handlersOf(tasks[0]!.id, world.units.reform)).toEqual([world.accounts.lead_head]);
  expect(directory.ofUnit(world.units.eastZone, ['unit_reporter'])).not.toContain(limited);
  for (const task of tasks) {
    for (const role of ['office', 'leader'] as const) {
      expect(directory.overseersOf(task.plan, role, [task.workGroupId])).toEqual(
        await overseersOfPlan(db(), task.plan.id, role, task.id),
      );
      expect(directory.overseersOf(task.plan, role)).toEqual(await overseersOfPlan(db(), task.plan.id, role));
    }
  }
});

describe('remindTask', () => {
  const input = (taskId: number, changes: Record<string, string> = {}) =>
    remindSchema.parse({
      taskId: String(taskId),
      words: '请于本周内报送进展。',
      idempotencyKey: randomUUID(),
      ...changes,
    });
  test('one event, one notice to handlers and heads of the lead; the same form twice does nothing more', async () => {
    const task = await makeTask(world, 'city');
    const form = input(task);
    const office = await as('city_office');
    expect(await remindTask(office, form)).toBe(3);
    expect(await remindTask(office, form)).toBe(0);
    const notices = await db().notice.findMany({ where: { taskId: task, kind: 'reminded' } });
    expect(notices.map((n) => nameOf(n.accountId)).sort()).toEqual(['lead_head', ...LEADS].sort());
    expect(notices[0]).toMatchObject({ planId: null, href: `/tasks/${task}`, effectiveOn: toDate(DAY) });
    const events = await db().taskEvent.findMany({ where: { taskId: task, type: 'REMINDED' } });
    expect(events.map((e) => e.payload)).toEqual([{ words: '请于本周内报送进展。', form: form.idempotencyKey }]);
  });
  test('refuses who is not the office of the plan, and what lies outside', async () => {
    const task = await makeTask(world, 'city');
    for (const key of ['lead_head', 'city_leader', 'city_admin', 'east_office'] as const) {
      await expect(remindTask(await as(key), input(task))).rejects.toEqual(refused('forbidden'));
    }
    await expect(remindTask(await as('far_office'), input(task))).rejects.toEqual(refused('not_found'));
    await expect(remindTask(await as('city_office'), input(2147483647))).rejects.toEqual(refused('not_found'));
  });
  test('refuses where nothing is owed', async () => {
    const task = await makeTask(world, 'city');
    await sendResult(task);
    await expect(remindTask(await as('city_office'), input(task))).rejects.toEqual(refused('invalid_state'));
  });
  test('the schema refuses empty and endless words', () => {
    expect(remindSchema.safeParse({ taskId: '1', words: ' ', idempotencyKey: randomUUID() }).success).toBe(false);
    expect(remindSchema.safeParse({ taskId: '1', words: '催'.repeat(301), idempotencyKey: randomUUID() }).success).toBe(
      false,
    );
  });
  test('the task’s page tells what was told last, to those who oversee it or stand on it', async () => {
    const task = await makeTask(world, 'city');
    await remindTask(await as('city_office'), input(task));
    const reminding = async (key: ViewerKey) => {
      const actor = await as(key);
      const asOf = { day: DAY, today: DAY, isToday: true, notice: null };
      return findTaskReminding(actor, (await findTaskDetail(actor, String(task), asOf))!, asOf);
    };
    const last = [{ on: DAY, kind: 'reminded', people: 3 }];
    expect(await reminding('city_office')).toMatchObject({ last, formKey: expect.any(String) });
    expect(await reminding('lead_reporter')).toEqual({ last, formKey: null });
    expect(await reminding('other_reporter')).toBeNull();
  });
});

describe('the inbox', () => {
  const noticesOf = (key: Exclude<ViewerKey, 'nobody'>) =>
    db().notice.findMany({ where: { accountId: world.accounts[key] }, orderBy: { id: 'asc' } });
  const give = (key: Exclude<ViewerKey, 'nobody'>, count: number) =>
    inTransaction((tx) =>
      tell(
        tx,
        Array.from({ length: count }, () => ({
          accountId: world.accounts[key],
          kind: 'message' as const,
          key: `message:${next()}`,
          title: '优化办询问',
          href: '/tasks/1',
        })),
      ),
    );

  test('holds one’s own alone, by page; unread, open and all are counted', async () => {
    await give('other_reporter', 60);
    await give('other_head', 1);
    const actor = await as('other_reporter');
    const all = (await noticesOf('other_reporter')).length;
    const first = await findInbox(actor, 'all', 1);
    expect(first.counts).toEqual({ all, unread: all, open: all });
    expect(first.notices).toHaveLength(50);
    const second = await findInbox(actor, 'all', 99);
    expect(second.page).toBe(2);
    const own = new Set((await noticesOf('other_reporter')).map((n) => String(n.id)));
    expect([...first.notices, ...second.notices].every((n) => own.has(n.id))).toBe(true);
    expect(new Set([...first.notices, ...second.notices].map((n) => n.id)).size).toBe(all);
  });

  test('what asks stays open until it is done, what only tells until it is read', async () => {
    const accountId = world.accounts.named_head;
    const actor = await as('named_head');
    const count = async () => (await findInbox(actor, 'open', 1)).counts.open;
    const before = await count();
    const about = { accountId, title: '提醒', href: '/' };
    await inTransaction((tx) =>
      tell(tx, [
        { ...about, kind: 'slip', key: 'slip:900:issued' },
        { ...about, kind: 'slip', key: 'slip:900:closed:9' },
        { ...about, kind: 'accepted', key: 'accepted:900' },
        { ...about, kind: 'extension', key: 'handed:extension:900:decided' },
      ]),
    );
    expect(await count()).toBe(before + 4);
    const { newestId, counts } = await findInbox(actor, 'all', 1);
    await markAllRead(actor, { upToId: BigInt(newestId!) });
    const open = await findInbox(actor, 'open', 1);
    expect(open.counts).toMatchObject({ all: counts.all, unread: 0, open: open.notices.length });
    expect(open.notices.map((n) => n.title)).toContain('提醒');
    expect(open.counts.open).toBe(counts.open - 3);
    await inTransaction((tx) => settle(tx, 'slip', ['slip:900:issued']));
    expect(await count()).toBe(open.counts.open - 1);
  });

  test('one is marked read once; another’s is not found', async () => {
    await give('other_head', 2);
    const [notice] = await noticesOf('other_head');
    await expect(markNoticeRead(await as('other_reporter'), { noticeId: notice!.id })).rejects.toEqual(
      refused('not_found'),
    );
    await expect(markNoticeRead(await as('other_head'), { noticeId: 999999999999n })).rejects.toEqual(
      refused('not_found'),
    );
    const actor = await as('other_head');
    const before = await countUnread(actor);
    await markNoticeRead(actor, { noticeId: notice!.id });
    const readAt = (await noticesOf('other_head'))[0]!.readAt;
    await markNoticeRead(actor, { noticeId: notice!.id });
    expect((await noticesOf('other_head'))[0]!.readAt).toEqual(readAt);
    expect(await countUnread(actor)).toBe(before - 1);
  });

  test('all are marked read up to what the page showed; another’s notice says nothing', async () => {
    await give('other_head', 2);
    const actor = await as('other_head');
    const { newestId } = await findInbox(actor, 'open', 1);
    await give('other_head', 1);
    const [foreign] = await noticesOf('other_reporter');
    await expect(markAllRead(actor, { upToId: foreign!.id })).rejects.toEqual(refused('not_found'));
    await markAllRead(actor, { upToId: BigInt(newestId!) });
    expect(await countUnread(actor)).toBe(1);
    expect(await countUnread(await as('other_reporter'))).toBeGreaterThan(0);
  });
});

describe('the page of reminders', () => {
  test('is there for overseers alone, each for their own regions', async () => {
    for (const key of VIEWER_KEYS.filter((one) => gateOf(one) === 'open')) {
      const actor = await as(key);
      const scope = await findReminderScope(actor, null);
      const oversees = actor.roles.some((role) => role === 'office' || role === 'leader' || role === 'admin');
      const hasPlans = !['far_office', 'far_leader', 'far_admin', 'west_office'].includes(key);
      expect([key, scope !== null]).toEqual([key, oversees && hasPlans]);
    }
    expect(await findReminderScope(await as('east_office'), 'viewers-city')).toBeNull();
    expect((await findReminderScope(await as('city_office'), 'viewers-east'))?.region.name).toBe('江东区');
  });

  test('says of a day to come what the run of that day then tells', async () => {
    const task = await makeTask(world, 'district', { dueOn: '2023-05-10' });
    await setToday('2023-05-10');
    const actor = await as('east_office');
    const scope = (await findReminderScope(actor, null))!;
    await generateNotices('2023-05-10');
    const tomorrow = '2023-05-11';
    const told = async (day: string) =>
      (await listTold(actor, scope, day, 1)).rows.map((row) => `${row.accountName} ${row.title}`).sort();
    const planned = async (day: string) =>
      (await listToBeTold(actor, scope, day, '2023-05-10', 1)).rows
        .map((row) => `${row.accountName} ${row.title}`)
        .sort();
    expect(await planned('2023-05-10')).toEqual([]);
    const [onTwelfth, onEleventh] = [await planned('2023-05-12'), await planned(tomorrow)];
    expect(onTwelfth.some((line) => line.includes('逾期 2 天'))).toBe(true);
    await generateNotices(tomorrow);
    expect(await told(tomorrow)).toEqual(onEleventh);
    await generateNotices('2023-05-12');
    expect(await told('2023-05-12')).toEqual(onTwelfth);
    expect(await toldOf(task, { effectiveOn: toDate('2023-05-12') })).toEqual(['east_lead_head escalated:2']);
    await setToday(DAY);
  });

  test('shows who is limited to work groups what is told of their tasks alone', async () => {
    const [mine, other] = [
      await makeTask(world, 'city', { dueOn: '2023-06-01' }),
      await makeTask(world, 'zone', { dueOn: '2023-06-01' }),
    ];
    await generateNotices('2023-06-02');
    const tasks = async (key: ViewerKey) => {
      const actor = await as(key);
      const scope = (await findReminderScope(actor, null))!;
      const hrefs = new Set<string>();
      for (let page = 1; page <= (await listTold(actor, scope, '2023-06-02', 1)).pages; page += 1) {
        for (const row of (await listTold(actor, scope, '2023-06-02', page)).rows) hrefs.add(row.href);
      }
      return [`/tasks/${mine}`, `/tasks/${other}`].map((href) => hrefs.has(href));
    };
    expect(await tasks('city_office')).toEqual([true, true]);
    expect(await tasks('group_office')).toEqual([true, false]);
    expect(
      await listDigests(await as('group_office'), (await findReminderScope(await as('group_office'), null))!, DAY, 1),
    ).toMatchObject({ total: 0 });
  });

  test('does not show what is a unit’s own, nor the office above the drafts of an office below', async () => {
    const task = await makeTask(world, 'city');
    const slip = (await issueSlip('district', world.units.eastReform)).id;
    const accountId = world.accounts.east_office;
    await inTransaction((tx) =>
      tell(tx, [
        { accountId, kind: 'paper_to_sign', key: 'paper:1:1', title: '待签发', href: '/', taskId: task },
        { accountId, kind: 'paper_sent_back', key: 'paper_sent_back:1', title: '退改', href: '/', taskId: task },
        ...['to_check:1', 'to_issue:2', 'sent_back:3', 'replied:4'].map((step) => ({
          accountId,
          kind: 'slip' as const,
          key: `slip:${slip}:${step}`,
          title: step,
          href: '/',
          slipId: slip,
        })),
        {
          accountId,
          kind: 'slip',
          key: `handed:slip:${slip}:to_check:5`,
          title: 'to_check:5',
          href: '/',
          slipId: slip,
        },
      ]),
    );
    const titles = async (key: ViewerKey, region: string) => {
      const actor = await as(key);
      const scope = (await findReminderScope(actor, region))!;
      const { pages } = await listTold(actor, scope, DAY, 1);
      const all = [];
      for (let page = 1; page <= pages; page += 1) all.push(...(await listTold(actor, scope, DAY, page)).rows);
      return all
        .filter((row) => row.kind.startsWith('paper') || /^(to_|sent|replied)/.test(row.title))
        .map((r) => r.title);
    };
    expect(await titles('city_office', 'viewers-city')).toEqual([]);
    expect(await titles('city_office', 'viewers-east')).toEqual(['replied:4']);
    expect((await titles('east_office', 'viewers-east')).sort()).toEqual(
      ['replied:4', 'sent_back:3', 'to_check:1', 'to_check:5', 'to_issue:2'].sort(),
    );
  });

  test('the burden of a month is what another computation finds', async () => {
    const actor = await as('city_office');
    const scope = (await findReminderScope(actor, null))!;
    const task = await makeTask(world, 'city');
    await remindTask(
      actor,
      remindSchema.parse({ taskId: String(task), words: '请抓紧。', idempotencyKey: randomUUID() }),
    );
    await issueSlip('city', world.units.reform);
    await issueSlip('city', world.units.reform, { status: 'VOID' });
    const planIds = scope.access.map((a) => a.planId);
    const expected = new Map<number, [number, number, number]>();
    const count = (unitId: number, at: 0 | 1 | 2) => {
      const row = expected.get(unitId) ?? [0, 0, 0];
      row[at] += 1;
      expected.set(unitId, row);
    };
    const tasks = await db().task.findMany({
      where: { planId: { in: planIds } },
      include: { units: true, plan: { include: { cycles: true } } },
    });
    for (const row of tasks) {
      const leads = row.units.filter((u) => u.role === 'LEAD').flatMap((u) => u.unitId ?? []);
      for (const cycle of row.plan.cycles) {
        if (cycle.closesOn < toDate('2022-09-01') || cycle.closesOn > toDate('2022-09-30')) continue;
        const [standing] = await db().$queryRaw<
          { state: string }[]
        >`SELECT state::text FROM standing_as_of(${cycle.closesOn}::date) WHERE task_id = ${row.id}`;
        if (['NOT_STARTED', 'IN_PROGRESS', 'SUSTAINED'].includes(standing!.state))
          for (const unit of leads) count(unit, 0);
      }
      const reminded = await db().taskEvent.count({ where: { taskId: row.id, type: 'REMINDED' } });
      for (let n = 0; n < reminded; n += 1) for (const unit of leads) count(unit, 2);
    }
    for (const slip of await db().slip.findMany({ where: { planId: { in: planIds }, status: { not: 'VOID' } } }))
      count(slip.unitId, 1);
    const burden = await listBurden(actor, scope, DAY);
    expect(new Map(burden.map((row) => [row.unitId, [row.reports, row.slips, row.reminders]]))).toEqual(expected);
    expect(burden.length).toBeGreaterThan(1);
  });
});

/** Requests on the page of extensions that the viewer may decide. */
async function waitingRequests(actor: Actor): Promise<number> {
  const asOf = { day: DAY, today: DAY, isToday: true, notice: null };
  const { rows } = await listExtensions(actor, asOf, { status: 'REQUESTED', page: 1 });
  return rows.filter(({ canDecide }) => canDecide).length;
}

test('the navigation counts what the pages behind it count, for every viewer', async () => {
  await issueSlip('city', world.units.reform, { status: 'ISSUED' });
  await issueSlip('district', world.units.eastReform, { status: 'REPLIED' });
  const task = await makeTask(world, 'city');
  await db().extension.create({
    data: {
      taskId: task,
      number: 1,
      fromDueOn: toDate('2022-12-31'),
      toDueOn: toDate('2023-01-31'),
      reason: '协调',
      requestedOn: toDate(DAY),
      requestedById: world.accounts.lead_head,
    },
  });
  await db().unitPaper.create({
    data: {
      taskId: task,
      unitId: world.units.reform,
      kind: 'EXTENSION',
      input: {},
      writtenById: world.accounts.lead_reporter,
      writtenOn: toDate(DAY),
      heldById: world.accounts.lead_reporter,
      idempotencyKey: randomUUID(),
    },
  });
  for (const key of VIEWER_KEYS.filter((one) => gateOf(one) === 'open')) {
    const actor = await as(key);
    const found = await getNavigation(actor, DAY);
    const slips = await db().slip.findMany({ include: { tasks: { include: { task: true } } } });
    const access = await listPlanAccess(actor);
    const papers = await db().unitPaper.findMany({ where: { status: 'WAITING' }, include: { task: true } });
    const spokenFor = [...actor.actingUnitIds, ...actor.childUnitIds];
    const waiting = slips.filter(({ planId, unitId, status, tasks }) => {
      const relations = access.find((one) => one.planId === planId)?.relations ?? [];
      const isInGroups =
        actor.workGroupIds.length === 0 ||
        tasks.every(({ task: t }) => actor.workGroupIds.includes(t.workGroupId ?? 0));
      if (['DRAFT', 'CHECKED', 'REPLIED'].includes(status))
        return isInGroups && isAllowed('slip.issue', actor.roles, relations);
      return (
        ['ISSUED', 'SIGNED_FOR'].includes(status) &&
        spokenFor.includes(unitId) &&
        isAllowed('slip.answer', actor.roles, relations)
      );
    }).length;
    expect([key, found.unread]).toEqual([key, await countUnread(actor)]);
    expect([key, found.slips ?? 0]).toEqual([key, waiting]);
    expect([key, found.extensions ?? 0]).toEqual([key, await waitingRequests(actor)]);
    expect([key, found.papers ?? 0]).toEqual([
      key,
      actor.roles.includes('unit_head')
        ? papers.filter(
            (paper) => spokenFor.includes(paper.unitId) && access.some((a) => a.planId === paper.task.planId),
          ).length
        : 0,
    ]);
    expect([key, found.readsReminders]).toEqual([key, (await findReminderScope(actor, null)) !== null]);
  }
});
