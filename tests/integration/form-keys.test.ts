// A form's key is its sender's own: under another account it is a conflict, never a silent repeat.
import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { addNode } from '@/lib/nodes/node.commands';
import { changeDueSoonDays } from '@/lib/plans/plan-cycles.commands';
import { remindTask } from '@/lib/reminders/remind.commands';
import { type Actor, loadActor } from '@/lib/server/auth/actor';
import { db } from '@/lib/server/db';
import { cancelTask } from '@/lib/tasks/task.commands';
import { correctDeadline } from '@/lib/tasks/task-deadline.commands';
import { actorOf, makeAccount, makeTask, makeWorld, type World } from '../support/viewers';

let world: World;
let first: Actor;
let second: Actor;
beforeAll(async () => {
  world = await makeWorld();
  first = await actorOf(world, 'city_office');
  second = (await loadActor((await makeAccount(world, 'city')).id))!;
});

const versionOf = async (id: number) => (await db().task.findUniqueOrThrow({ where: { id } })).version;
const cases: Record<string, (actor: Actor, task: number, idempotencyKey: string) => Promise<unknown>> = {
  cancelTask: async (actor, taskId, idempotencyKey) =>
    cancelTask(actor, { taskId, version: await versionOf(taskId), basis: '会议纪要', idempotencyKey }),
  correctDeadline: async (actor, taskId, idempotencyKey) =>
    correctDeadline(actor, {
      taskId,
      version: await versionOf(taskId),
      dueOn: '2022-11-30',
      ongoing: false,
      basis: '会议纪要',
      idempotencyKey,
    }),
  addNode: (actor, taskId, idempotencyKey) =>
    addNode(actor, { taskId, title: '出台办法', dueOn: '2022-10-31', unitId: undefined, idempotencyKey }),
  remindTask: (actor, taskId, idempotencyKey) =>
    remindTask(actor, { taskId, words: '请于本周内报送。', idempotencyKey }),
  changeDueSoonDays: (actor, _task, idempotencyKey) =>
    changeDueSoonDays(actor, { planId: world.plans.city, days: 9, basis: '会议纪要', idempotencyKey }),
};

test.each(Object.entries(cases))('%s', async (_name, run) => {
  const task = await makeTask(world, 'city');
  const key = randomUUID();
  const count = () => db().taskEvent.count({ where: { taskId: task } });
  await run(first, task, key);
  const after = await count();
  await run(first, task, key);
  await expect(run(second, task, key)).rejects.toMatchObject({ name: 'AppError', code: 'conflict' });
  expect(await count()).toBe(after);
});
