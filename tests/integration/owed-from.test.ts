// From which day a task owes reports is one thing for everybody who asks: what a 补录 has entered, and what closes soon after a task came onto a running plan, is owed by nobody.
import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { backfillTasks } from '@/lib/backfill/backfill.commands';
import { listSilentUnits } from '@/lib/dashboards/overdue.queries';
import { findCycleDetail, findCycleReader } from '@/lib/dashboards/plan-cycles.queries';
import { generateNotices } from '@/lib/reminders/reminder.commands';
import { findReminderScope, listBurden } from '@/lib/reminders/reminder-page.queries';
import { listCycleSights } from '@/lib/reports/cycles.queries';
import { listPlanAccess } from '@/lib/rights/rights.queries';
import { db } from '@/lib/server/db';
import { toDate } from '@/lib/server/events';
import { queryAsOwner } from '../support/database';
import { actorOf, makeTask, makeWorld, type ViewerKey, type World } from '../support/viewers';

let world: World;
const as = (key: ViewerKey) => actorOf(world, key);
const setToday = (day: string) => queryAsOwner("UPDATE setting SET value = $1 WHERE key = 'simulated_today'", [day]);
const owedFrom = async (task: number, day: string) =>
  (await queryAsOwner<{ day: string | null }>('SELECT owed_from($1, $2::date)::text AS day', [task, day]))[0]!.day;

/** What everybody who asks says that is owed of a plan's September. */
async function asked(plan: 'district' | 'bureau', task: number, unitId: number, key: ViewerKey, day: string) {
  const actor = await as(key);
  const access = (await listPlanAccess(actor)).filter(({ planId }) => planId === world.plans[plan]);
  const reader = (await findCycleReader(actor, access[0]!, day))!;
  const page = await findCycleDetail(actor, reader, world.cycles[plan], day, 'all', { page: 1, size: 20 });
  const sights = await listCycleSights(db(), { id: task }, { unitId, isLead: true }, day);
  await generateNotices(day);
  return {
    page: page!.owed,
    form: sights.filter(({ isOwed }) => isOwed).length,
    silent: (await listSilentUnits(actor, { access }, day)).length,
    reminded: await db().notice.count({ where: { kind: 'cycle_closing', planId: world.plans[plan] } }),
  };
}
const NOTHING = { page: 0, form: 0, silent: 0, reminded: 0 };

beforeAll(async () => {
  world = await makeWorld();
});

test('a task owes from its plan’s first day on', async () => {
  const task = await makeTask(world, 'city');
  const { effectiveFrom } = await db().plan.findUniqueOrThrow({ where: { id: world.plans.city } });
  expect(await owedFrom(task, '2022-09-20')).toBe(effectiveFrom!.toISOString().slice(0, 10));
});

describe('a cycle that a 补录 has entered', () => {
  const day = '2022-10-08'; // closed on 30 September, its grace still running
  let task: number;
  beforeAll(async () => {
    await setToday(day);
    await queryAsOwner('UPDATE plan SET activated_on = $2 WHERE id = $1 AND activated_on IS NULL', [
      world.plans.district,
      day,
    ]);
    task = await makeTask(world, 'district');
    await backfillTasks(await as('east_office'), {
      planId: world.plans.district,
      draftId: null,
      basis: '台账',
      reportedOn: null,
      idempotencyKey: randomUUID(),
      rows: [
        {
          taskId: task,
          version: 1,
          state: 'IN_PROGRESS',
          achievedOn: null,
          narrative: '',
          percent: null,
          reportedOn: null,
          basis: '',
        },
      ],
    });
  });

  test('is owed by nobody: neither its page, the form, the silent units nor a reminder asks for it', async () => {
    expect(await owedFrom(task, day)).toBe(day);
    // before it was entered it was owed
    expect(await owedFrom(task, '2022-10-07')).not.toBe(day);
    expect(await asked('district', task, world.units.eastReform, 'east_office', day)).toEqual(NOTHING);
    await setToday('2022-10-12');
    await generateNotices('2022-10-12');
    expect(await db().notice.count({ where: { kind: 'cycle_closing', planId: world.plans.district } })).toBe(0);
  });

  test('counts for no burden', async () => {
    await setToday(day);
    const office = await as('east_office');
    const scope = (await findReminderScope(office, 'viewers-east'))!;
    const cycle = await db().cycle.findUniqueOrThrow({ where: { id: world.cycles.district } });
    // the same cycle, had it closed in the month in which it was entered
    await queryAsOwner(
      `INSERT INTO cycle (plan_id, label, starts_on, closes_on, grace_ends_on) VALUES ($1, '十月上旬', '2022-10-01', '2022-10-05', '2022-10-31')`,
      [cycle.planId],
    );
    const reports = async (of: string) =>
      (await listBurden(office, scope, of)).reduce((sum, row) => sum + row.reports, 0);
    expect(await reports('2022-10-07')).toBe(1);
    expect(await reports(day)).toBe(0);
  });
});

test('a task that a revised list puts on ten days before a closing owes nothing for it', async () => {
  await setToday('2022-09-20');
  const task = await makeTask(world, 'bureau');
  await queryAsOwner('ALTER TABLE task_event DISABLE TRIGGER USER');
  await queryAsOwner(
    `UPDATE task_event SET effective_on = '2022-09-20', payload = payload || '{"listedBy": 1}' WHERE task_id = $1`,
    [task],
  );
  await queryAsOwner('ALTER TABLE task_event ENABLE TRIGGER USER');
  await queryAsOwner(`SELECT refresh_standing($1, '1900-01-01')::text`, [task]);
  expect(await owedFrom(task, '2022-09-20')).toBe('2022-10-05');
  await setToday('2022-09-29');
  expect(await asked('bureau', task, world.units.planning, 'bureau_office', '2022-09-29')).toEqual(NOTHING);
});

test('the burden of a past day stays what it was', async () => {
  await setToday('2022-09-10');
  const office = await as('city_office');
  const scope = (await findReminderScope(office, 'viewers-city'))!;
  const task = await makeTask(world, 'city', { dueOn: '2022-09-01' });
  const slip = await db().slip.create({
    data: {
      regionId: world.regions.city,
      planId: world.plans.city,
      unitId: world.units.reform,
      tier: 3,
      tierWords: '红色督办单',
      title: '督办',
      body: '请办理',
      replyWorkingDays: 3,
      draftedById: office.accountId,
      draftedOn: toDate('2022-09-10'),
      heldById: office.accountId,
      idempotencyKey: randomUUID(),
      tasks: { create: { taskId: task, sortOrder: 1 } },
    },
  });
  const write = (data: object) => db().slip.update({ where: { id: slip.id }, data });
  await write({
    status: 'ISSUED',
    documentCode: '江督',
    numberYear: 2022,
    number: 901,
    issuedById: office.accountId,
    issuedOn: toDate('2022-09-10'),
    replyDueOn: toDate('2022-09-15'),
  });
  const read = async () =>
    (await listBurden(office, scope, '2022-09-10')).map(({ unitName, slips, reminders }) => ({
      unitName,
      slips,
      reminders,
    }));
  const shown = await read();
  expect(shown.reduce((sum, row) => sum + row.slips, 0)).toBe(1);
  await setToday('2022-09-20');
  await write({ status: 'VOID', voidedOn: toDate('2022-09-20') });
  expect(await read()).toEqual(shown);
});
