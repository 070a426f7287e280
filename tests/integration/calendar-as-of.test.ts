import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { correctCalendar, publishCalendarYear } from '@/lib/cycles/calendar.commands';
import { readCalendarOn, workingDayAfter } from '@/lib/cycles/calendar.queries';
import { correctCalendarSchema, publishCalendarSchema } from '@/lib/cycles/calendar.schema';
import { findBoardScope } from '@/lib/dashboards/board-scope.queries';
import { getRegionHome } from '@/lib/dashboards/region-home.queries';
import type { Day } from '@/lib/dates';
import { listPlansInForce, readReminderFacts } from '@/lib/reminders/reminder.queries';
import { planNotices } from '@/lib/reminders/reminder.rules';
import { submitResult } from '@/lib/reports/report.commands';
import { submitResultSchema } from '@/lib/reports/report.schema';
import { findReviewQueue, findReviewSheet } from '@/lib/reviews/review.queries';
import { listPlanAccess } from '@/lib/rights/rights.queries';
import { db } from '@/lib/server/db';
import { toDate } from '@/lib/server/events';
import { findSignForOverview, listUnsigned } from '@/lib/sign-for/sign-for.queries';
import { findTaskDetail } from '@/lib/tasks/task-detail.queries';
import { queryAsOwner } from '../support/database';
import { actorOf, makeTask, makeWorld, type ViewerKey, type World } from '../support/viewers';

let world: World;
let task: number;
let reportId: number;
const as = (key: ViewerKey) => actorOf(world, key);
const setToday = (day: Day) => queryAsOwner("UPDATE setting SET value = $1 WHERE key = 'simulated_today'", [day]);
const correct = async (kind: 'HOLIDAY' | 'PLAIN') =>
  correctCalendar(
    await as('platform_admin'),
    correctCalendarSchema.parse({ from: '2022-09-19', to: '', kind, basis: '市政府通知' }),
  );

/** Every mark that counts working days, as the pages of a day show it. */
async function marksOf(day: Day) {
  const leader = await as('city_leader');
  const office = await as('city_office');
  const today = (await queryAsOwner<{ d: Day }>('SELECT ledger_today()::text AS d'))[0]!.d;
  const queue = (await findReviewQueue(leader, day, 1))!.rows.find((row) => row.taskId === task);
  const asOf = { day, today, isToday: day === today, notice: null };
  const detail = (await findTaskDetail(office, String(task), { day, today }))!;
  const sheet = (await findReviewSheet(office, detail, reportId, asOf))!;
  const scope = (await findBoardScope(office, {}, day))!;
  const home = await getRegionHome(office, scope, day, 'unit', 5);
  const access = (await listPlanAccess(office)).find(({ planId }) => planId === world.plans.city)!;
  const signFor = (await findSignForOverview(office, access, day))!;
  const plans = await listPlansInForce(db(), day, [world.regions.city]);
  const told = planNotices(await readReminderFacts(db(), plans, day), day).map(({ key }) => key);
  return {
    isWithLeader: queue?.isOld ?? false,
    workingDays: sheet.workingDays,
    isOld: sheet.isOld,
    home: home.waiting.find(({ line }) => line.taskId === task)?.workingDays,
    limitOn: signFor.limitOn,
    late: signFor.late,
    lateOfHome: (await listUnsigned(office, day)).filter(({ isLate }) => isLate).length,
    isReviewTold: told.some((key) => key.startsWith(`review-old:${task}:`)),
    isSignForTold: told.some((key) => key.startsWith(`sign-for-late:${world.plans.city}:`)),
  };
}

beforeAll(async () => {
  world = await makeWorld();
  await db().plan.update({ where: { id: world.plans.city }, data: { activatedOn: toDate('2022-09-16') } });
  task = await makeTask(world, 'city');
  // A Tuesday: the sixth working day after it is Wednesday 21 September.
  await setToday('2022-09-13');
  ({ reportId } = await submitResult(
    await as('lead_head'),
    submitResultSchema.parse({
      taskId: String(task),
      taskVersion: '1',
      narrative: '目标已全部完成，申请办结。',
      problems: '',
      needs: '',
      nextSteps: '',
      idempotencyKey: randomUUID(),
    }),
  ));
});

test('a mark of a past day stays as it was shown, whatever is corrected later', async () => {
  await setToday('2022-09-21');
  const shown = await marksOf('2022-09-21');
  expect(shown).toMatchObject({
    isWithLeader: true,
    workingDays: 6,
    isOld: true,
    home: 6,
    limitOn: '2022-09-20',
    isReviewTold: true,
    isSignForTold: true,
  });
  expect(shown.late).toBeGreaterThan(0);

  await setToday('2022-09-22');
  await correct('HOLIDAY');
  expect(await marksOf('2022-09-21')).toEqual(shown);
  const next = await marksOf('2022-09-22');
  expect(next).toMatchObject({ workingDays: 6, isOld: true, limitOn: '2022-09-21' });

  await setToday('2022-09-23');
  await correct('PLAIN');
  expect(await marksOf('2022-09-21')).toEqual(shown);
  expect(await marksOf('2022-09-22')).toEqual(next);
  expect(await marksOf('2022-09-23')).toMatchObject({ workingDays: 8, limitOn: '2022-09-20' });
});

test('so does the doubt beside a date over a year that was not published yet', async () => {
  await setToday('2022-09-26');
  await publishCalendarYear(
    await as('platform_admin'),
    publishCalendarSchema.parse({ year: '2030', basis: '国办通知' }),
  );
  expect((await readCalendarOn('2022-09-26', db())).publishedYears).toContain(2030);
  expect((await readCalendarOn('2022-09-25', db())).publishedYears).not.toContain(2030);
  expect((await workingDayAfter('2030-06-03', 2, db(), '2022-09-25')).doubt).not.toBeNull();
  expect((await workingDayAfter('2030-06-03', 2, db(), '2022-09-26')).doubt).toBeNull();
});
