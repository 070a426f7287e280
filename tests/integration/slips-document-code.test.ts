// A 机关代字 belongs to one issuing office, whoever takes it first: a region by its setting, a bureau by its first issue.
import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { type Actor, loadActor } from '@/lib/server/auth/actor';
import { db, inTransaction, type Tx } from '@/lib/server/db';
import { changeRegionSetting } from '@/lib/settings/region-setting.commands';
import { changeRegionSettingSchema } from '@/lib/settings/region-setting.schema';
import { readSetting } from '@/lib/settings/setting.queries';
import { draftSlip } from '@/lib/slips/slip-draft.commands';
import { checkSlip, issueSlip, issueSlipIn } from '@/lib/slips/slip-issue.commands';
import { queryAsApp } from '../support/database';
import { actorOf, DAY, makeTask, makeWorld, type World } from '../support/viewers';

let world: World;
let admin: Actor;
let second: Actor;
beforeAll(async () => {
  world = await makeWorld();
  admin = await actorOf(world, 'platform_admin');
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
  second = (await loadActor(id))!;
});

const step = (slipId: number, version: number) => ({ slipId, version, idempotencyKey: randomUUID() });
/** A slip of the bureau's own plan, waiting for its issue. */
async function checkedSlip(): Promise<number> {
  const { slipId } = await draftSlip(await actorOf(world, 'bureau_office'), {
    planId: world.plans.bureau,
    unitId: world.units.planning,
    taskIds: [await makeTask(world, 'bureau', { dueOn: '2022-09-01' })],
    idempotencyKey: randomUUID(),
  });
  await checkSlip(second, step(slipId, 1));
  return slipId;
}
const issueUnder = (slipId: number, documentCode: string, tx?: Tx) =>
  tx
    ? issueSlipIn(tx, second, { ...step(slipId, 2), documentCode })
    : issueSlip(second, { ...step(slipId, 2), documentCode });
async function setCode(region: keyof World['regions'], code: string): Promise<void> {
  const last = await db().datedSetting.findFirst({
    where: { scope: 'region', scopeId: world.regions[region], key: 'document_code' },
    orderBy: [{ validFrom: 'desc' }, { id: 'desc' }],
  });
  const fields = { key: 'document_code', regionId: world.regions[region], lastId: last?.id ?? 0, code };
  await changeRegionSetting(admin, changeRegionSettingSchema.parse(fields));
}
const codeOf = (region: keyof World['regions']) => readSetting('document_code', world.regions[region], DAY);
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
const TAKEN = expect.objectContaining({
  code: 'unreadable',
  message: expect.stringContaining('已由其他发文机关使用'),
});

test('a region’s 机关代字 waits for a bureau that issues under it, and is refused', async () => {
  const slipId = await checkedSlip();
  let setting: Promise<PromiseSettledResult<void>[]> | undefined;
  await inTransaction(async (tx) => {
    await issueUnder(slipId, '江建督', tx);
    setting = Promise.allSettled([setCode('east', '江建督')]);
    await untilSomebodyWaits();
  });
  expect(await setting).toMatchObject([{ status: 'rejected', reason: TAKEN }]);
  expect(await codeOf('east')).toBe('');
});

test('of a region and a bureau that take one code at the same moment, one has it', async () => {
  for (const code of ['江一督', '江二督', '江三督', '江四督', '江五督']) {
    const slipId = await checkedSlip();
    const outcomes = await Promise.allSettled([setCode('east', code), issueUnder(slipId, code)]);
    expect(outcomes.map((outcome) => outcome.status).sort(), code).toEqual(['fulfilled', 'rejected']);
    expect(outcomes.find((outcome) => outcome.status === 'rejected')).toMatchObject({ reason: TAKEN });
  }
});

test('a code that another region has set, or has numbered slips under, is refused at its field; one’s own may be set again', async () => {
  await setCode('west', '江西督');
  await expect(setCode('far', '江西督')).rejects.toMatchObject({
    code: 'unreadable',
    fieldErrors: { code: [expect.stringContaining('江西督')] },
  });
  expect(await codeOf('far')).toBe('');
  await setCode('west', '江西督');
  // Given up without a slip numbered under it, it is free.
  await setCode('west', '');
  await setCode('far', '江西督');
  expect(await codeOf('far')).toBe('江西督');
  // Nor may the region of the bureau itself take the bureau's.
  await issueUnder(await checkedSlip(), '江管督');
  await expect(setCode('city', '江管督')).rejects.toEqual(TAKEN);
});
