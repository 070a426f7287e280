// People who go to another unit or region: what is told of their old tasks is told to who is there, and what they were told stays there.
import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { updateAccount } from '@/lib/accounts/account.commands';
import { setHandler } from '@/lib/handlers/handler.commands';
import { findInbox } from '@/lib/notices/notice.queries';
import { handlersOf, readDirectory } from '@/lib/notices/recipients.queries';
import { buildDigests, sendDigests } from '@/lib/reminders/digest.commands';
import { generateNotices } from '@/lib/reminders/reminder.commands';
import { submitProgress } from '@/lib/reports/report.commands';
import { submitProgressSchema } from '@/lib/reports/report.schema';
import { returnReport } from '@/lib/reviews/review.commands';
import { loadActor } from '@/lib/server/auth/actor';
import { db, inTransaction } from '@/lib/server/db';
import { toDate } from '@/lib/server/events';
import { setSetting } from '@/lib/settings/setting.commands';
import { queryAsOwner } from '../support/database';
import { actorOf, DAY, makeTask, makeWorld, next, type ViewerKey, type World } from '../support/viewers';

let world: World;
const as = (key: ViewerKey) => actorOf(world, key);
const setToday = (day: string) => queryAsOwner("UPDATE setting SET value = $1 WHERE key = 'simulated_today'", [day]);
const SECRET = '内部情况：数据与市审计局不符';

type UnitRole = 'unit_reporter' | 'unit_head';
async function person(roles: UnitRole[] = ['unit_reporter'], mail?: string): Promise<number> {
  const n = next();
  const account = await db().account.create({
    data: {
      username: `moved-${n}`,
      displayName: `经办${n}`,
      passwordHash: '-',
      roles,
      mustChangePassword: false,
      unitId: world.units.reform,
      ...(mail ? { email: mail, wantsMail: true } : {}),
    },
  });
  return account.id;
}

/** By the ordinary form of an account. */
async function change(accountId: number, to: { unitId?: number; roles?: UnitRole[] }): Promise<void> {
  const account = await db().account.findUniqueOrThrow({ where: { id: accountId } });
  const unitId = to.unitId ?? account.unitId!;
  const { regionId } = await db().unit.findUniqueOrThrow({ where: { id: unitId } });
  await updateAccount(await as('platform_admin'), {
    accountId,
    version: account.version,
    displayName: account.displayName,
    isActive: true,
    email: account.email,
    wantsMail: account.wantsMail,
    roles: to.roles ?? account.roles,
    unitId,
    region: regionId,
    scopeUnitId: null,
  });
}

async function handled(): Promise<{ task: number; one: number }> {
  const task = await makeTask(world, 'city', { dueOn: '2022-09-15' });
  const one = await person();
  await setHandler(await as('lead_head'), {
    taskId: task,
    unitId: world.units.reform,
    accountId: one,
    wasAccountId: null,
  });
  return { task, one };
}

beforeAll(async () => {
  world = await makeWorld();
});
beforeEach(() => setToday(DAY));

describe('a 经办人 who has gone to another unit', () => {
  test('is told of the task no more; the unit’s reporters are, one by one and by the daily run', async () => {
    const { task, one } = await handled();
    expect(await handlersOf(db(), task, world.units.reform, DAY)).toEqual([one]);
    await change(one, { unitId: world.units.culture });
    const directory = await readDirectory(db(), [world.regions.city], [task], DAY);
    for (const told of [
      await handlersOf(db(), task, world.units.reform, DAY),
      directory.handlersOf(task, world.units.reform),
    ]) {
      expect(told).not.toContain(one);
      expect(told).toContain(world.accounts.lead_reporter);
    }
    await generateNotices(DAY);
    const told = (await db().notice.findMany({ where: { taskId: task } })).map(({ accountId }) => accountId);
    expect(told).not.toContain(one);
    expect(told).toContain(world.accounts.lead_reporter);
  });

  test('in another branch learns nothing of a return', async () => {
    const { task, one } = await handled();
    const sent = await submitProgress(
      await as('lead_reporter'),
      submitProgressSchema.parse({
        taskId: String(task),
        cycleId: String(world.cycles.city),
        percent: '',
        narrative: '专班已开会并印发方案。',
        expectedVersion: '0',
        idempotencyKey: randomUUID(),
      }),
    );
    await change(one, { unitId: world.units.farReform });
    await returnReport(await as('city_office'), {
      taskId: task,
      reportId: sent.reportId,
      reportVersion: 1,
      reason: SECRET,
      idempotencyKey: randomUUID(),
    });
    const told = await db().notice.findMany({ where: { taskId: task, kind: 'returned' } });
    expect(told.map(({ accountId }) => accountId)).toContain(world.accounts.lead_reporter);
    expect(told.map(({ accountId }) => accountId)).not.toContain(one);
  });
});

test('a 分管领导 who heads another branch’s unit now is told no more', async () => {
  const task = await makeTask(world, 'city', { dueOn: '2022-08-01' });
  const one = await person(['unit_head']);
  await inTransaction((tx) => setSetting(tx, null, 'supervisor', world.units.reform, one));
  const supervisors = async () =>
    (await readDirectory(db(), [world.regions.city], [task], DAY)).supervisorsOf(world.units.reform);
  expect(await supervisors()).toEqual([one]);
  await change(one, { unitId: world.units.farReform });
  expect(await supervisors()).toEqual([]);
  await inTransaction((tx) => setSetting(tx, null, 'supervisor', world.units.reform, null));
});

describe('what a person was told before going', () => {
  async function told(accountId: number): Promise<void> {
    await db().notice.create({
      data: {
        accountId,
        kind: 'returned',
        key: `returned:x${next()}`,
        title: `第 3 项进展被退回：${SECRET}`,
        body: SECRET,
        href: '/tasks/1',
        effectiveOn: toDate(DAY),
      },
    });
  }

  test('is not mailed, its words are not shown, and it is no longer open', async () => {
    const one = await person(['unit_reporter'], 'one@example.gov.cn');
    await told(one);
    await change(one, { unitId: world.units.farReform });
    await buildDigests(DAY, { hasMail: true });
    expect(await db().digest.count({ where: { accountId: one } })).toBe(0);
    const inbox = await findInbox((await loadActor(one))!, 'all', 1);
    expect(inbox.counts).toMatchObject({ all: 1, open: 0 });
    expect(inbox.notices[0]).toMatchObject({ title: '退回', href: '/inbox?show=all' });
    expect(JSON.stringify(inbox.notices)).not.toContain('审计局');
    // what the new unit tells is mailed as ever
    await told(one);
    await buildDigests(DAY, { hasMail: true });
    expect(await db().digest.findFirst({ where: { accountId: one } })).toMatchObject({ noticeCount: 1 });
  });

  test('is not sent either where its mail was already written', async () => {
    const one = await person(['unit_reporter'], 'two@example.gov.cn');
    await told(one);
    await buildDigests(DAY, { hasMail: true });
    await change(one, { unitId: world.units.farReform });
    const sent: string[] = [];
    const mail = { send: async ({ to }: { to: string }) => void sent.push(to) };
    await sendDigests({ channels: { MAIL: mail, WEBHOOK: mail }, waitMinutes: 0 });
    expect(sent).not.toContain('two@example.gov.cn');
    expect(await db().digest.findFirst({ where: { accountId: one } })).toMatchObject({
      status: 'FAILED',
      failure: expect.stringContaining('调离'),
    });
  });

  test('stays as it is where only a name or a further role was given', async () => {
    const one = await person(['unit_reporter']);
    await told(one);
    await change(one, { roles: ['unit_reporter', 'unit_head'] });
    expect((await findInbox((await loadActor(one))!, 'open', 1)).notices[0]!.body).toBe(SECRET);
    await change(one, { roles: ['unit_head'] });
    expect((await findInbox((await loadActor(one))!, 'open', 1)).notices).toEqual([]);
  });
});
