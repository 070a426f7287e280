// Rights that change while a form is on its way, and parts that belong to others.
import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { giveOpinion } from '@/lib/reports/opinion.commands';
import { submitProgress, submitResult } from '@/lib/reports/report.commands';
import { submitProgressSchema, submitResultSchema } from '@/lib/reports/report.schema';
import { findTaskAccess } from '@/lib/rights/rights.queries';
import { type Actor, loadActor } from '@/lib/server/auth/actor';
import { db, inTransaction } from '@/lib/server/db';
import { setSetting } from '@/lib/settings/setting.commands';
import { signForPlan } from '@/lib/sign-for/sign-for.commands';
import { reassignTask, reassignTaskIn } from '@/lib/tasks/task-units.commands';
import { queryAsOwner } from '../support/database';
import { actorOf, DAY, makeTask, makeWorld, next, type ViewerKey, type World } from '../support/viewers';

let world: World;
const as = (key: ViewerKey) => actorOf(world, key);
const versionOf = async (id: number) => (await db().task.findUniqueOrThrow({ where: { id } })).version;
const reassign = (taskId: number, changes: object) => ({
  taskId,
  version: 1,
  basis: '会议纪要',
  end: [],
  addLead: [],
  addResponsible: [],
  idempotencyKey: randomUUID(),
  ...changes,
});

beforeAll(async () => {
  world = await makeWorld();
});

test('a unit taken off a task while its report waits for the lock does not report as its lead', async () => {
  const task = await makeTask(world, 'city');
  const mention = await db().taskUnit.findFirstOrThrow({ where: { taskId: task, role: 'LEAD' } });
  const office = await as('city_office');
  const reporter = await as('lead_reporter');
  const late = await inTransaction(async (tx) => {
    await reassignTaskIn(tx, office, reassign(task, { end: [mention.id], addLead: [world.units.culture] }));
    // The report comes in now, and waits for the task.
    const sending = submitProgress(
      reporter,
      submitProgressSchema.parse({
        taskId: String(task),
        cycleId: String(world.cycles.city),
        percent: '',
        narrative: '专班已开会并印发方案。',
        expectedVersion: '0',
        idempotencyKey: randomUUID(),
      }),
    ).then(
      () => 'sent',
      (error: { code: string }) => error.code,
    );
    await expect
      .poll(() => queryAsOwner('SELECT count(*)::int AS n FROM pg_locks WHERE NOT granted', []))
      .not.toEqual([{ n: 0 }]);
    return { sending };
  });
  expect(await late.sending).toBe('forbidden');
  expect(await db().taskEvent.count({ where: { taskId: task, type: 'REPORT_SUBMITTED' } })).toBe(0);
});

describe('an officer of a district who is limited to work groups of its own plans', () => {
  let limited: Actor;
  beforeAll(async () => {
    const group = await db().workGroup.create({
      data: { planId: world.plans.district, name: '政务环境组', sortOrder: 1 },
    });
    const { id } = await db().account.create({
      data: {
        username: `limited-${next()}`,
        displayName: '限组',
        passwordHash: '-',
        mustChangePassword: false,
        roles: ['office'],
        regionId: world.regions.east,
        workGroups: { create: [{ workGroupId: group.id }] },
      },
    });
    limited = (await loadActor(id))!;
  });

  test('acts for no unit on the city’s plan', async () => {
    expect(limited.actingUnitIds).toEqual([]);
    const task = await makeTask(world, 'zone');
    expect(await findTaskAccess(limited, task, DAY)).toBeNull();
    await expect(
      signForPlan(limited, {
        planId: world.plans.city,
        unitId: world.units.eastZone,
        idempotencyKey: randomUUID(),
      } as never),
    ).rejects.toMatchObject({ name: 'AppError' });
  });
});

test('where the head signs, a reporter gives no opinion on another lead’s result in the unit’s name', async () => {
  const task = await makeTask(world, 'city');
  await reassignTask(await as('city_office'), reassign(task, { addLead: [world.units.culture] }));
  const { reportId } = await submitResult(
    await as('lead_reporter'),
    submitResultSchema.parse({
      taskId: String(task),
      taskVersion: String(await versionOf(task)),
      narrative: '目标已全部完成，申请办结。',
      idempotencyKey: randomUUID(),
    }),
  );
  await inTransaction((tx) => setSetting(tx, null, 'head_signs', world.units.culture, true));
  const opinion = {
    taskId: task,
    reportId,
    reportVersion: 1,
    unitId: undefined,
    agrees: true,
    words: '',
    idempotencyKey: randomUUID(),
  };
  await expect(giveOpinion(await as('other_reporter'), opinion)).rejects.toMatchObject({ code: 'forbidden' });
  await inTransaction((tx) => setSetting(tx, null, 'head_signs', world.units.culture, false));
  await giveOpinion(await as('other_reporter'), opinion);
});
