// A slip and its tier: names that change on the way, the tier a form opens with, rights read once the slip is held.
import { randomUUID } from 'node:crypto';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Actor, loadActor } from '@/lib/server/auth/actor';
import { db, inTransaction } from '@/lib/server/db';
import { setSetting } from '@/lib/settings/setting.commands';
import { SETTINGS } from '@/lib/settings/setting.schema';
import { defaultTitle } from '@/lib/slips/slip.rules';
import { changeSlip, draftSlip } from '@/lib/slips/slip-draft.commands';
import { findChangeForm, findDraftForm } from '@/lib/slips/slip-draft.queries';
import { findSlipForms } from '@/lib/slips/slip-forms.queries';
import { checkSlip, issueSlip, sendBackSlip } from '@/lib/slips/slip-issue.commands';
import { cancelTask } from '@/lib/tasks/task.commands';
import { queryAsApp } from '../support/database';
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
const step = (slipId: number, version: number) => ({ slipId, version, idempotencyKey: randomUUID() });
const stored = (id: number) => db().slip.findUniqueOrThrow({ where: { id } });
const issue = (id: number, version: number) => issueSlip(checker, { ...step(id, version), documentCode: '' });
const overdueTask = (ground: Ground = 'city') => makeTask(world, ground, { dueOn: '2022-09-01' });
const drafted = async (taskIds = [task]) =>
  (
    await draftSlip(await as('city_office'), {
      planId: world.plans.city,
      unitId: world.units.reform,
      taskIds,
      idempotencyKey: randomUUID(),
    })
  ).slipId;

/** The third tier under another name, or as it was. */
const renameThird = (words = '红色督办单') =>
  inTransaction((tx) =>
    setSetting(
      tx,
      null,
      'slip_tiers',
      world.regions.city,
      SETTINGS.slip_tiers.fallback.map((tier) => (tier.tier === 3 ? { ...tier, words } : { ...tier })),
    ),
  );

beforeAll(async () => {
  world = await makeWorld();
  checker = (await loadActor((await makeAccount(world, 'city')).id))!;
  await inTransaction((tx) => setSetting(tx, null, 'document_code', world.regions.city, '江营商督'));
});
beforeEach(async () => {
  task = await overdueTask();
});

describe('a tier that is renamed', () => {
  afterEach(() => renameThird());
  const fault = '标题写的是红色督办单，所选层级是紫色督办单';

  test('after the check: not issued with two names, and the page says so; sent back, the form proposes the new title', async () => {
    const id = await drafted();
    await checkSlip(checker, step(id, 1));
    await renameThird('紫色督办单');
    await expect(issue(id, 2)).rejects.toMatchObject({
      code: 'invalid_state',
      message: expect.stringContaining(fault),
    });
    expect(await stored(id)).toMatchObject({ status: 'CHECKED', number: null });
    expect((await findSlipForms(checker, id, DAY))?.warnings).toEqual([`${fault}，改成一致后才能审核签发。`]);

    await sendBackSlip(checker, { ...step(id, 2), reason: '层级名称已改' });
    const office = await as('city_office');
    const form = (await findChangeForm(office, id, null, DAY))!;
    expect(form.values.title).toBe(defaultTitle(3, '紫色督办单'));
    await changeSlip(office, { ...step(id, 3), tier: 3, taskIds: [task], ...form.values });
    await checkSlip(checker, step(id, 4));
    await issue(id, 5);
    expect(await stored(id)).toMatchObject({ tierWords: '紫色督办单', title: defaultTitle(3, '紫色督办单') });
  });

  test('before the check: refused there, and a former name is refused in a draft', async () => {
    const id = await drafted();
    await renameThird('紫色督办单');
    await expect(checkSlip(checker, step(id, 1))).rejects.toMatchObject({ message: expect.stringContaining(fault) });
    const office = await as('city_office');
    const form = (await findChangeForm(office, id, null, DAY))!;
    await expect(
      changeSlip(office, { ...step(id, 1), tier: 3, taskIds: [task], ...form.values, title: '关于办结的红色督办单' }),
    ).rejects.toMatchObject({ code: 'unreadable', message: expect.stringContaining(fault) });
  });

  test('a title without any name, or with a longer name of which the former is a part, is nobody’s fault', async () => {
    const id = await drafted();
    await renameThird('深红色督办单');
    const office = await as('city_office');
    const form = (await findChangeForm(office, id, null, DAY))!;
    expect(form.values.title).toBe(defaultTitle(3, '深红色督办单'));
    await changeSlip(office, { ...step(id, 1), tier: 3, taskIds: [task], ...form.values });
    await checkSlip(checker, step(id, 2));
    await issue(id, 3);
    expect((await stored(id)).status).toBe('ISSUED');
  });
});

describe('the tier a form opens with', () => {
  const wish = (taskIds: number[] = [], tier: 1 | 2 | 3 | null = null) => ({
    planId: world.plans.city,
    unitId: world.units.reform,
    taskIds,
    tier,
  });

  test('without a wish: the gravest that a task still calls for, ticked and without a warning', async () => {
    const office = await as('city_office');
    const near = await makeTask(world, 'city', { dueOn: '2022-09-25' });
    const form = (await findDraftForm(office, wish(), DAY))!;
    expect(form).toMatchObject({ proposed: 3, tier: 3, tierNotice: null });
    expect(form.tasks.find((one) => one.taskId === task)).toMatchObject({ isChosen: true });

    // All red tasks on red slips: what is left is blue.
    const red = form.tasks.filter((one) => one.tier === 3 && one.onSlipId === null).map((one) => one.taskId);
    await drafted(red);
    const rest = (await findDraftForm(office, wish(), DAY))!;
    expect(rest).toMatchObject({ proposed: 1, tier: 1, tierNotice: null });
    expect(rest.tasks.filter((one) => one.isChosen).map((one) => one.taskId)).toEqual([near]);

    await drafted([near]);
    const none = (await findDraftForm(office, wish(), DAY))!;
    expect(none).toMatchObject({ proposed: null, isTierChosen: false });
    expect(none.tierNotice).toContain('不需新发督办单');
    expect(none.tasks.some((one) => one.isChosen)).toBe(false);
  });

  test('a tier chosen that nothing calls for is said to be so, and of tasks chosen what they call for', async () => {
    const office = await as('city_office');
    expect((await findDraftForm(office, wish([], 2), DAY))?.tierNotice).toBe(
      '该单位没有按状态应发黄色督办单、又未列入督办单的任务。按任务状态应为红色督办单；确需印发的，请勾选任务并写明理由。',
    );
    expect((await findDraftForm(office, wish([task], 2), DAY))?.tierNotice).toContain('改用黄色督办单的请写明理由');
  });
});

test('a task cancelled on an issued slip is said to its office, and to nobody else', async () => {
  const second = await overdueTask();
  const id = await drafted([task, second]);
  await checkSlip(checker, step(id, 1));
  await issue(id, 2);
  expect((await findSlipForms(checker, id, DAY))?.warnings).toEqual([]);
  const { version, seq } = await db().task.findUniqueOrThrow({ where: { id: second } });
  await cancelTask(await as('city_office'), {
    taskId: second,
    version,
    basis: '会议纪要',
    idempotencyKey: randomUUID(),
  });
  expect((await findSlipForms(checker, id, DAY))?.warnings).toEqual([
    `第 ${seq} 项任务已取消，督办单仍要求回复；不再要求的，请办结或作废，或另行告知主送单位。`,
  ]);
  expect((await findSlipForms(await as('lead_reporter'), id, DAY))?.warnings).toEqual([]);
});

test('rights are read once the slip is held: of a slip that came to name a task outside the officer’s groups nothing is said', async () => {
  const id = await drafted();
  const limited = await as('group_office');
  const outside = await makeTask(world, 'zone');
  const waiting = await inTransaction(async (tx) => {
    await tx.$queryRaw`SELECT id FROM slip WHERE id = ${id} FOR UPDATE`;
    await tx.slipTask.create({ data: { slipId: id, taskId: outside, sortOrder: 9 } });
    // The step comes in now, and waits for the slip.
    const checking = checkSlip(limited, step(id, 1)).then(
      () => 'checked',
      (error: { code: string }) => error.code,
    );
    await expect
      .poll(() => queryAsApp('SELECT count(*)::int AS n FROM pg_locks WHERE NOT granted'))
      .not.toEqual([{ n: 0 }]);
    return { checking };
  });
  expect(await waiting.checking).toBe('not_found');
  expect((await stored(id)).status).toBe('DRAFT');
});
