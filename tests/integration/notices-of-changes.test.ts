// What the office decides of a task or a list is told to the units it concerns, whether or not they have signed for the plan; and who owes a sign-for from when.
import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { generateNotices } from '@/lib/reminders/reminder.commands';
import { submitResult } from '@/lib/reports/report.commands';
import { submitResultSchema } from '@/lib/reports/report.schema';
import { acceptReport } from '@/lib/reviews/review.commands';
import { listPlanAccess } from '@/lib/rights/rights.queries';
import { db } from '@/lib/server/db';
import { signForPlan } from '@/lib/sign-for/sign-for.commands';
import { findSignForOverview, unsignedOf } from '@/lib/sign-for/sign-for.queries';
import { cancelTask, reopenTask, restoreTask } from '@/lib/tasks/task.commands';
import { correctDeadline } from '@/lib/tasks/task-deadline.commands';
import { reassignTask } from '@/lib/tasks/task-units.commands';
import { queryAsOwner } from '../support/database';
import { actorOf, DAY, makeTask, makeWorld, VIEWER_KEYS, type ViewerKey, type World } from '../support/viewers';

let world: World;
const as = (key: ViewerKey) => actorOf(world, key);
const setToday = (day: string) => queryAsOwner("UPDATE setting SET value = $1 WHERE key = 'simulated_today'", [day]);
const versionOf = async (id: number) => (await db().task.findUniqueOrThrow({ where: { id } })).version;
const basis = async (taskId: number) => ({
  taskId,
  version: await versionOf(taskId),
  basis: '会议纪要',
  idempotencyKey: randomUUID(),
});
/** Who was told that something has become of a task, in these words. */
async function toldOf(taskId: number, words: string): Promise<string[]> {
  const notices = await db().notice.findMany({ where: { taskId, kind: 'task_changed', title: { contains: words } } });
  return VIEWER_KEYS.filter((key) => key !== 'nobody')
    .filter((key) => notices.some(({ accountId }) => accountId === world.accounts[key]))
    .sort();
}
const LEADS = ['lead_head', 'lead_reporter', 'reporting_officer'];

beforeAll(async () => {
  world = await makeWorld();
});
beforeEach(() => setToday(DAY));

describe('调整单位', () => {
  test('tells who takes a task over and who leaves it, though they have signed for the plan', async () => {
    const first = await makeTask(world, 'zone');
    await reassignTask(await as('city_office'), {
      ...(await basis(first)),
      end: [],
      addLead: [],
      addResponsible: [world.units.culture],
    });
    expect(await toldOf(first, '列贵单位为责任单位')).toEqual(['other_head', 'other_reporter']);
    await signForPlan(await as('other_head'), { planId: world.plans.city, unitId: world.units.culture });
    const task = await makeTask(world, 'city', { dueOn: '2022-09-15' });
    const mention = await db().taskUnit.findFirstOrThrow({ where: { taskId: task, role: 'LEAD' } });
    await reassignTask(await as('city_office'), {
      ...(await basis(task)),
      end: [mention.id],
      addLead: [world.units.culture],
      addResponsible: [],
    });
    expect(await toldOf(task, '改由贵单位牵头')).toEqual(['other_head', 'other_reporter']);
    expect(await toldOf(task, '不再由贵单位承担')).toEqual(LEADS);
    const notice = await db().notice.findFirstOrThrow({
      where: { taskId: task, kind: 'task_changed', accountId: world.accounts.other_head },
    });
    expect(notice.body).toBe('完成时限 2022年9月15日。依据：会议纪要');
  });

  test('a unit put onto a running list has its working days to sign from that day', async () => {
    await setToday('2022-09-21');
    const task = await makeTask(world, 'division');
    await reassignTask(await as('city_office'), {
      ...(await basis(task)),
      end: [],
      addLead: [],
      addResponsible: [world.units.quality],
    });
    const own = async (day: string) =>
      (await unsignedOf([world.plans.city], day)).find(({ unitId }) => unitId === world.units.quality);
    expect(await own('2022-09-21')).toMatchObject({ sinceOn: '2022-09-21', limitOn: '2022-09-23', isLate: false });
    expect(await own('2022-09-23')).toMatchObject({ isLate: false });
    expect(await own('2022-09-26')).toMatchObject({ isLate: true });
    const office = await as('city_office');
    const access = (await listPlanAccess(office)).find(({ planId }) => planId === world.plans.city)!;
    const shown = async (day: string) =>
      (await findSignForOverview(office, access, day))!.units.find(({ unitId }) => unitId === world.units.quality);
    expect([(await shown('2022-09-23'))!.isLate, (await shown('2022-09-26'))!.isLate]).toEqual([false, true]);
  });

  test('the office is told again when a further unit lets its time pass', async () => {
    await setToday('2022-10-20');
    const told = async () =>
      (
        await db().notice.findMany({
          where: { accountId: world.accounts.city_office, kind: 'sign_for' },
          orderBy: { id: 'asc' },
        })
      ).map(({ settledAt }) => settledAt === null);
    await generateNotices('2022-10-20');
    const before = (await told()).length;
    expect(before).toBeGreaterThan(0);
    const unit = await db().unit.create({
      data: { regionId: world.regions.city, name: '住建科', kind: 'department', divisions: [], sortOrder: 990 },
    });
    const task = await makeTask(world, 'city');
    await reassignTask(await as('city_office'), {
      ...(await basis(task)),
      end: [],
      addLead: [],
      addResponsible: [unit.id],
    });
    await generateNotices('2022-10-20');
    expect(await told()).toHaveLength(before);
    await setToday('2022-10-25');
    await generateNotices('2022-10-25');
    await generateNotices('2022-10-25');
    expect(await told()).toHaveLength(before + 1);
    // the newest alone is open
    expect((await told()).filter((isOpen) => isOpen)).toHaveLength(1);
  });
});

describe('what becomes of a task is told to its units', () => {
  test('撤销办结', async () => {
    const task = await makeTask(world, 'city');
    const { reportId } = await submitResult(
      await as('lead_reporter'),
      submitResultSchema.parse({
        taskId: String(task),
        taskVersion: '1',
        narrative: '目标已全部完成，申请办结。',
        idempotencyKey: randomUUID(),
      }),
    );
    await acceptReport(await as('city_office'), {
      taskId: task,
      reportId,
      reportVersion: 1,
      note: '',
      idempotencyKey: randomUUID(),
    });
    const { basis: _basis, ...form } = await basis(task);
    await reopenTask(await as('city_office'), { ...form, reason: '核查发现未完成' });
    expect(await toldOf(task, '办结已撤销')).toEqual(
      expect.arrayContaining([...LEADS, 'named_head', 'named_reporter']),
    );
  });

  test('取消, 恢复 and 更正完成时限, each once however often the form is sent', async () => {
    const task = await makeTask(world, 'city', { dueOn: '2022-09-15' });
    const office = await as('city_office');
    const correction = { ...(await basis(task)), dueOn: '2022-10-15', ongoing: false };
    await correctDeadline(office, correction);
    await correctDeadline(office, correction);
    expect(await toldOf(task, '完成时限已更正')).toEqual(LEADS);
    await cancelTask(office, await basis(task));
    expect(await toldOf(task, '已取消')).toEqual(expect.arrayContaining([...LEADS, 'named_reporter']));
    await restoreTask(office, await basis(task));
    expect(await toldOf(task, '已恢复')).toEqual(expect.arrayContaining([...LEADS, 'named_reporter']));
    const mine = await db().notice.findMany({
      where: { taskId: task, kind: 'task_changed', accountId: world.accounts.lead_head },
      orderBy: { id: 'asc' },
    });
    expect(mine.map(({ body }) => body)).toEqual([
      '由2022年9月15日更正为2022年10月15日。依据：会议纪要',
      '依据：会议纪要',
      '依据：会议纪要',
    ]);
    // they only tell: cancelling settles none of them
    expect(mine.every(({ settledAt }) => settledAt === null)).toBe(true);
  });
});
