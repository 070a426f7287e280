// What two people do at the same moment comes one after the other, and never to a deadlock.
import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { correctCalendar } from '@/lib/cycles/calendar.commands';
import { correctCalendarSchema } from '@/lib/cycles/calendar.schema';
import { markAllRead } from '@/lib/notices/inbox.commands';
import { changePlanCycles } from '@/lib/plans/plan-cycles.commands';
import { changePlanCyclesSchema } from '@/lib/plans/plan-cycles.schema';
import { generateNotices } from '@/lib/reminders/reminder.commands';
import { loadActor } from '@/lib/server/auth/actor';
import { db, inTransaction, type Tx } from '@/lib/server/db';
import { toDate } from '@/lib/server/events';
import { changeSlip, draftSlip } from '@/lib/slips/slip-draft.commands';
import { checkSlip, issueSlip } from '@/lib/slips/slip-issue.commands';
import { queryAsApp, queryAsOwner } from '../support/database';
import { actorOf, DAY, makeAccount, makeTask, makeWorld, type World } from '../support/viewers';

let world: World;
beforeAll(async () => {
  world = await makeWorld();
});

const step = (slipId: number, version: number) => ({ slipId, version, idempotencyKey: randomUUID() });
/** Until somebody waits for a lock that another holds. */
const untilSomebodyWaits = () =>
  expect
    .poll(async () => {
      const [row] = await queryAsApp<{ waiting: number }>(
        "SELECT count(*)::int AS waiting FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
      );
      return row!.waiting;
    })
    .toBeGreaterThan(0);
/** Runs something while a transaction holds what `hold` takes; `within`: what that transaction does once the other waits. */
async function whileHeld<T>(
  hold: (tx: Tx) => Promise<unknown>,
  run: () => Promise<T>,
  within?: (tx: Tx) => Promise<unknown>,
) {
  let running: Promise<PromiseSettledResult<T>[]> | undefined;
  await inTransaction(async (tx) => {
    await hold(tx);
    running = Promise.allSettled([run()]);
    await untilSomebodyWaits();
    await within?.(tx);
  });
  const [outcome] = await running!;
  return outcome!;
}

test('a slip that is changed holds its old tasks and its new ones in one order', async () => {
  const overdue = () => makeTask(world, 'city', { dueOn: '2022-09-01' });
  const [low, high] = [await overdue(), await overdue()];
  const office = await actorOf(world, 'city_office');
  const { slipId } = await draftSlip(office, {
    planId: world.plans.city,
    unitId: world.units.reform,
    taskIds: [high],
    idempotencyKey: randomUUID(),
  });
  const outcome = await whileHeld(
    (tx) => tx.$queryRaw`SELECT id FROM task WHERE id = ${low} FOR UPDATE`,
    () =>
      changeSlip(office, {
        ...step(slipId, 1),
        tier: 3,
        tierReason: '',
        taskIds: [low, high],
        title: '关于限期办结的红色督办单',
        body: '请立即整改。',
        issuer: '江城市优化营商环境领导小组办公室',
        copyTo: '',
        contact: '',
        replyWorkingDays: 2,
      }),
    // whoever waits for the low one does not hold the high one yet
    (tx) => tx.$queryRaw`SELECT id FROM task WHERE id = ${high} FOR UPDATE NOWAIT`,
  );
  expect(outcome).toMatchObject({ status: 'fulfilled' });
  expect(await db().slipTask.count({ where: { slipId } })).toBe(2);
});

test('a 机关代字 that another office takes at the same moment is refused', async () => {
  const office = await actorOf(world, 'bureau_office');
  const { id } = await db().account.create({
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
  const second = (await loadActor(id))!;
  const { slipId } = await draftSlip(office, {
    planId: world.plans.bureau,
    unitId: world.units.planning,
    taskIds: [await makeTask(world, 'bureau', { dueOn: '2022-09-01' })],
    idempotencyKey: randomUUID(),
  });
  await checkSlip(second, step(slipId, 1));
  const outcome = await whileHeld(
    async (tx) => {
      await tx.$executeRaw`SELECT hold_document_code('江建督')`;
      await tx.slip.create({
        data: {
          regionId: world.regions.east,
          planId: world.plans.district,
          unitId: world.units.eastReform,
          tier: 1,
          tierWords: '蓝色督办单',
          status: 'ISSUED',
          title: '督办单',
          body: '请抓紧推进。',
          replyWorkingDays: 5,
          documentCode: '江建督',
          numberYear: 2022,
          number: 1,
          draftedById: office.accountId,
          draftedOn: toDate(DAY),
          heldById: office.accountId,
          issuedOn: toDate(DAY),
          idempotencyKey: randomUUID(),
        },
        select: { id: true },
      });
    },
    () => issueSlip(second, { ...step(slipId, 2), documentCode: '江建督' }),
  );
  expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'unreadable' } });
});

describe('the working calendar', () => {
  test('cycles wait for a correction, and a correction for cycles', async () => {
    const officer = (await loadActor((await makeAccount(world, 'city')).id))!;
    const platform = (await loadActor((await makeAccount(world, 'platform')).id))!;
    const { version } = await db().plan.findUniqueOrThrow({ where: { id: world.plans.city } });
    const cycles = changePlanCyclesSchema.parse({
      planId: String(world.plans.city),
      version: String(version),
      kind: 'MONTHLY',
      closingDay: '25',
      graceWorkingDays: '3',
      dates: '',
      basis: '会议纪要',
      idempotencyKey: randomUUID(),
    });
    const made = await whileHeld(
      (tx) => tx.$executeRaw`SELECT hold_calendar(true)`,
      () => changePlanCycles(officer, cycles),
    );
    expect(made).toMatchObject({ status: 'fulfilled' });
    const correction = correctCalendarSchema.parse({
      from: '2022-10-27',
      to: '',
      kind: 'HOLIDAY',
      basis: '市政府通知',
    });
    const corrected = await whileHeld(
      (tx) => tx.$executeRaw`SELECT hold_calendar(false)`,
      () => correctCalendar(platform, correction),
    );
    expect(corrected).toMatchObject({ status: 'fulfilled' });
  });
});

test('the start of a plan in force stands', async () => {
  await queryAsApp("UPDATE plan SET activated_on = '2022-03-01' WHERE id = $1 AND activated_on IS NULL", [
    world.plans.city,
  ]);
  for (const change of ["effective_from = '2022-02-01'", "activated_on = '2022-02-01'", 'activated_on = NULL']) {
    await expect(queryAsApp(`UPDATE plan SET ${change} WHERE id = $1`, [world.plans.city])).rejects.toThrow(
      'the start of a plan in force does not change',
    );
  }
});

test('of two that stand in each other’s way the one that is ended is run once more', async () => {
  const [low, high] = [await makeTask(world, 'city'), await makeTask(world, 'city')];
  const lock = (tx: Tx, id: number) => tx.$queryRaw`SELECT id FROM task WHERE id = ${id} FOR UPDATE`;
  const both = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let runs = 0;
  const crossed = (mine: 0 | 1, first: number, second: number) =>
    inTransaction(async (tx) => {
      runs += 1;
      await lock(tx, first);
      both[mine]!.resolve();
      await both[1 - mine]!.promise;
      await lock(tx, second);
    });
  await Promise.all([crossed(0, low, high), crossed(1, high, low)]);
  expect(runs).toBe(3);
});

test('the daily run and people who mark all as read do not stop each other', { timeout: 60_000 }, async () => {
  for (let n = 0; n < 30; n += 1) await makeTask(world, 'city', { dueOn: '2022-09-10' });
  const actors = await Promise.all(
    (['lead_reporter', 'lead_head', 'reporting_officer', 'city_leader'] as const).map((key) => actorOf(world, key)),
  );
  for (const day of ['2022-10-01', '2022-10-11', '2022-10-12']) {
    await queryAsOwner("UPDATE setting SET value = $1 WHERE key = 'simulated_today'", [day]);
    await queryAsOwner('UPDATE notice SET settled_at = CASE WHEN random() < 0.5 THEN now() END, read_at = NULL');
    const read = async (actor: (typeof actors)[number]) => {
      for (let n = 0; n < 6; n += 1) {
        const last = await db().notice.findFirst({ where: { accountId: actor.accountId }, orderBy: { id: 'desc' } });
        if (last) await markAllRead(actor, { upToId: last.id });
        await queryAsOwner(
          'UPDATE notice x SET read_at = NULL FROM (SELECT id FROM notice WHERE account_id = $1 ORDER BY id FOR UPDATE) n WHERE x.id = n.id',
          [actor.accountId],
        );
      }
    };
    await Promise.all([...actors.map(read), generateNotices(day)]);
  }
  await queryAsOwner("UPDATE setting SET value = $1 WHERE key = 'simulated_today'", [DAY]);
});
