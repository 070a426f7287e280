import { beforeAll, expect, test } from 'vitest';
import { decideExtension, requestExtension } from '@/lib/extensions/extension.commands';
import { activatePlan, answerQuestion, archivePlan, withdrawPlan } from '@/lib/plans/plan.commands';
import type { Role } from '@/lib/rights/rights.table';
import { type Actor, loadActor } from '@/lib/server/auth/actor';
import { today } from '@/lib/server/clock';
import { db } from '@/lib/server/db';
import { queryAsOwner } from '../support/database';

const actors = {} as Record<
  'ezhouOffice' | 'ezhouLeader' | 'ezhouAdmin' | 'bureauHead' | 'reporter' | 'zengduOffice' | 'huarongAdmin',
  Actor
>;

async function makeActor(
  username: string,
  roles: Role[],
  place: { regionId?: number; unitId?: number },
): Promise<Actor> {
  const account = await db().account.create({
    data: { username, displayName: username, passwordHash: '-', roles, ...place },
  });
  return (await loadActor(account.id))!;
}
const planOf = (slug: string) => db().plan.findUniqueOrThrow({ where: { slug } });
const taskOf = (slug: string, seq: number) => db().task.findFirstOrThrow({ where: { seq, plan: { slug } } });
const refused = (code: string) => expect.objectContaining({ name: 'AppError', code });

beforeAll(async () => {
  const region = async (code: string) => (await db().region.findUniqueOrThrow({ where: { code } })).id;
  const unit = async (name: string) =>
    (await db().unit.findFirstOrThrow({ where: { name, region: { code: 'ezhou' }, parentId: null } })).id;
  actors.ezhouOffice = await makeActor('office', ['office'], { regionId: await region('ezhou') });
  actors.ezhouLeader = await makeActor('leader', ['leader'], { regionId: await region('ezhou') });
  actors.ezhouAdmin = await makeActor('ezhou-admin', ['admin'], { regionId: await region('ezhou') });
  actors.bureauHead = await makeActor('head', ['unit_head'], { unitId: await unit('市市场监管局') });
  actors.reporter = await makeActor('reporter', ['unit_reporter'], { unitId: await unit('市市场监管局') });
  actors.zengduOffice = await makeActor('zengdu', ['office'], { regionId: await region('zengdu') });
  actors.huarongAdmin = await makeActor('huarong-admin', ['admin'], { regionId: await region('huarong') });
  // Today is a day of the list's own year.
  await queryAsOwner("INSERT INTO setting (key, value) VALUES ('simulated_today', '2022-05-20')");
});

const start = { effectiveFrom: '2022-03-15', basis: '动员部署会召开之日' };

test('activation refuses other regions, other roles and a stale version, then makes cycles, standing and a record', async () => {
  const plan = await planOf('ezhou-2022');
  const input = { planId: plan.id, version: plan.version, ...start };
  await expect(activatePlan(actors.zengduOffice, input)).rejects.toEqual(refused('not_found'));
  await expect(activatePlan(actors.reporter, input)).rejects.toEqual(refused('not_found'));
  await expect(activatePlan(actors.ezhouOffice, { ...input, version: 9 })).rejects.toEqual(refused('conflict'));
  for (const effectiveFrom of ['2019-03-15', '2021-06-30', '2024-01-01', '2099-01-01'])
    await expect(activatePlan(actors.ezhouOffice, { ...input, effectiveFrom })).rejects.toEqual(
      expect.objectContaining({
        code: 'unreadable',
        fieldErrors: { effectiveFrom: [expect.stringContaining('2021-07-01 至 2023-12-31')] },
      }),
    );
  expect((await planOf('ezhou-2022')).status).toBe('DRAFT');

  await activatePlan(actors.ezhouOffice, input);
  await expect(activatePlan(actors.ezhouOffice, input)).rejects.toEqual(refused('invalid_state'));
  expect(await planOf('ezhou-2022')).toMatchObject({ status: 'ACTIVE', effectiveBasis: start.basis, version: 2 });
  const cycles = await db().cycle.findMany({ where: { planId: plan.id }, orderBy: { closesOn: 'asc' } });
  expect(cycles).toHaveLength(60);
  expect(cycles[0]).toMatchObject({
    label: '2022年3月',
    closesOn: new Date('2022-03-31'),
    graceEndsOn: new Date('2022-04-08'),
  });
  expect(await db().question.count({ where: { planId: plan.id, field: 'effectiveFrom', status: 'OPEN' } })).toBe(0);
  const [lights] = await queryAsOwner(
    "SELECT count(*)::int AS n FROM standing_as_of('2022-05-20') WHERE reason <> 'PLAN_NOT_ACTIVE'",
  );
  expect(lights).toEqual({ n: 154 });
  expect(
    await db().auditEvent.count({
      where: { kind: 'plan.activated', subjectId: plan.id, actorId: actors.ezhouOffice.accountId },
    }),
  ).toBe(1);
});

test('scoring rules are activated without cycles', async () => {
  const plan = await planOf('ezhou-assessment-2020');
  await activatePlan(actors.ezhouAdmin, {
    planId: plan.id,
    version: 1,
    effectiveFrom: '2020-06-15',
    basis: '考核布置之日',
  });
  expect(await db().cycle.count({ where: { planId: plan.id } })).toBe(0);
});

test('a reader who may not activate is told so, one who may not see the draft is not', async () => {
  const draft = await planOf('huarong-2023');
  const input = { planId: draft.id, version: 1, effectiveFrom: '2023-06-07', basis: '印发之日' };
  // The city's admin reads the district's draft but does not start it.
  await expect(activatePlan(actors.ezhouAdmin, input)).rejects.toEqual(refused('forbidden'));
  await expect(activatePlan(actors.ezhouLeader, input)).rejects.toEqual(refused('not_found'));
});

test('the first extension is decided by the office, the second by a leader; each moves date, version and standing', async () => {
  const task = await taskOf('ezhou-2022', 1);
  const ask = { taskId: task.id, version: 1, toDueOn: '2022-06-30', reason: '省级系统改造未完成' };
  await expect(requestExtension(actors.reporter, ask)).rejects.toEqual(refused('forbidden'));
  await expect(requestExtension(actors.zengduOffice, ask)).rejects.toEqual(refused('not_found'));
  await expect(requestExtension(actors.bureauHead, { ...ask, toDueOn: '2022-05-31' })).rejects.toEqual(
    refused('invalid_state'),
  );
  await expect(requestExtension(actors.bureauHead, { ...ask, version: 7 })).rejects.toEqual(refused('conflict'));
  const undated = await db().task.findFirstOrThrow({
    where: { dueOn: null, units: { some: { role: 'LEAD', unit: { name: '市发改委' } } } },
  });
  await expect(requestExtension(actors.bureauHead, { ...ask, taskId: undated.id })).rejects.toEqual(
    refused('forbidden'),
  );

  const id = await requestExtension(actors.bureauHead, ask);
  expect(await requestExtension(actors.bureauHead, ask)).toBe(id);
  await expect(requestExtension(actors.bureauHead, { ...ask, reason: '另一理由' })).rejects.toEqual(
    refused('invalid_state'),
  );

  const grant = { extensionId: id, version: 1, decision: 'GRANTED', note: '同意' } as const;
  await expect(decideExtension(actors.zengduOffice, grant)).rejects.toEqual(refused('not_found'));
  await expect(decideExtension(actors.ezhouLeader, grant)).rejects.toEqual(refused('forbidden'));
  await expect(decideExtension(actors.ezhouOffice, { ...grant, version: 5 })).rejects.toEqual(refused('conflict'));
  await decideExtension(actors.ezhouOffice, grant);
  await decideExtension(actors.ezhouOffice, grant);
  await expect(decideExtension(actors.ezhouOffice, { ...grant, decision: 'REFUSED' })).rejects.toEqual(
    refused('invalid_state'),
  );
  expect(await taskOf('ezhou-2022', 1)).toMatchObject({
    dueOn: new Date('2022-06-30'),
    originalDueOn: new Date('2022-05-31'),
    version: 2,
  });

  const second = await requestExtension(actors.bureauHead, { ...ask, version: 2, toDueOn: '2022-07-31' });
  const decideSecond = { extensionId: second, version: 2, decision: 'REFUSED', note: '不得再次顺延' } as const;
  await expect(decideExtension(actors.ezhouOffice, decideSecond)).rejects.toEqual(refused('forbidden'));
  await decideExtension(actors.ezhouLeader, decideSecond);
  expect(await taskOf('ezhou-2022', 1)).toMatchObject({ dueOn: new Date('2022-06-30'), version: 2 });

  const events = await db().taskEvent.findMany({ where: { taskId: task.id }, orderBy: { sequence: 'asc' } });
  expect(events.map((event) => event.type)).toEqual([
    'TASK_CREATED',
    'EXTENSION_REQUESTED',
    'EXTENSION_GRANTED',
    'EXTENSION_REQUESTED',
    'EXTENSION_REFUSED',
  ]);
  expect(events[2]!.payload).toMatchObject({
    from: '2022-05-31',
    to: '2022-06-30',
    requestedOn: '2022-05-20',
    number: 1,
  });
  const [standing] = await queryAsOwner('SELECT due_on::text FROM standing_as_of($1::date) WHERE task_id = $2', [
    '2022-05-20',
    task.id,
  ]);
  expect(standing).toEqual({ due_on: '2022-06-30' });
});

test('a question is answered once, by those who may; the same answer again changes nothing', async () => {
  const question = await db().question.findFirstOrThrow({
    where: { plan: { slug: 'ezhou-2022' }, status: 'OPEN', taskId: { not: null } },
  });
  const input = { questionId: question.id, answer: '按印发文字执行' };
  await expect(answerQuestion(actors.zengduOffice, input)).rejects.toEqual(refused('not_found'));
  await expect(answerQuestion(actors.reporter, input)).rejects.toEqual(refused('forbidden'));
  await answerQuestion(actors.ezhouOffice, input);
  await answerQuestion(actors.ezhouOffice, input);
  await expect(answerQuestion(actors.ezhouAdmin, { ...input, answer: '另有意见' })).rejects.toMatchObject({
    code: 'conflict',
    latest: { answer: input.answer },
  });
  expect(await db().auditEvent.count({ where: { kind: 'question.answered', subjectId: question.id } })).toBe(1);
});

test('archiving waits for open reviews and then ends every light from today on', async () => {
  const plan = await planOf('ezhou-2022');
  const input = { planId: plan.id, version: plan.version };
  await expect(archivePlan(actors.zengduOffice, input)).rejects.toEqual(refused('not_found'));
  await expect(archivePlan(actors.reporter, input)).rejects.toEqual(refused('forbidden'));
  await expect(archivePlan(actors.ezhouOffice, { ...input, version: 1 })).rejects.toEqual(refused('conflict'));
  const open = await taskOf('ezhou-2022', 2);
  await db().task.update({ where: { id: open.id }, data: { state: 'UNDER_REVIEW' } });
  await expect(archivePlan(actors.ezhouOffice, input)).rejects.toMatchObject({
    code: 'invalid_state',
    message: expect.stringContaining('1 项任务'),
  });
  await db().task.update({ where: { id: open.id }, data: { state: 'NOT_STARTED' } });

  await archivePlan(actors.ezhouOffice, input);
  await expect(archivePlan(actors.ezhouOffice, { ...input, version: plan.version + 1 })).rejects.toEqual(
    refused('invalid_state'),
  );
  expect(await today()).toBe('2022-05-20');
  const lights = (day: string) =>
    queryAsOwner('SELECT DISTINCT reason::text FROM standing_as_of($1::date) WHERE plan_id = $2', [day, plan.id]);
  expect(await lights('2022-05-20')).toEqual([{ reason: 'PLAN_NOT_ACTIVE' }]);
  expect(await lights('2022-05-19')).not.toEqual([{ reason: 'PLAN_NOT_ACTIVE' }]);
  expect(await queryAsOwner('SELECT * FROM verify_history()')).toEqual([]);
});

test('a draft is withdrawn by an admin of its region, an active plan by nobody', async () => {
  const draft = await planOf('huarong-2023');
  const input = { planId: draft.id, version: draft.version, reason: '清单有误，重新导入' };
  await expect(withdrawPlan(actors.zengduOffice, input)).rejects.toEqual(refused('not_found'));
  await expect(withdrawPlan(actors.ezhouAdmin, input)).rejects.toEqual(refused('forbidden'));
  await expect(withdrawPlan(actors.huarongAdmin, { ...input, version: 4 })).rejects.toEqual(refused('conflict'));
  await withdrawPlan(actors.huarongAdmin, input);
  await expect(withdrawPlan(actors.huarongAdmin, { ...input, version: 2 })).rejects.toEqual(refused('invalid_state'));
  expect((await planOf('huarong-2023')).status).toBe('WITHDRAWN');
});
