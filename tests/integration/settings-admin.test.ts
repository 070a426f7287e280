import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { db } from '@/lib/server/db';
import { changeRegionSetting, setSupervisor } from '@/lib/settings/region-setting.commands';
import { findRegionSettings, findSupervisorSetting, listSettingRegions } from '@/lib/settings/region-setting.queries';
import { changeRegionSettingSchema } from '@/lib/settings/region-setting.schema';
import { readSetting } from '@/lib/settings/setting.queries';
import { queryAsOwner } from '../support/database';
import { actorOf, DAY, makeWorld, VIEWER_KEYS, VIEWERS, type ViewerKey, type World } from '../support/viewers';

let world: World;
const as = (key: ViewerKey) => actorOf(world, key);
const refused = (code: string) => expect.objectContaining({ name: 'AppError', code });
const setToday = (day: string) => queryAsOwner("UPDATE setting SET value = $1 WHERE key = 'simulated_today'", [day]);
const ACTIVE = VIEWER_KEYS.filter((key) => key !== 'nobody' && VIEWERS[key].isActive !== false);
const MANAGERS = ['city_admin', 'platform_admin'];

const limit = (days: string, changes: Record<string, unknown> = {}) =>
  changeRegionSettingSchema.parse({
    key: 'sign_for_limit',
    regionId: String(world.regions.city),
    lastId: '0',
    basis: '',
    days,
    ...changes,
  });
const settingsOf = async (key: ViewerKey = 'city_admin') =>
  (await findRegionSettings(await as(key), world.regions.city))!;

beforeAll(async () => {
  world = await makeWorld();
});
beforeEach(async () => {
  await setToday(DAY);
  await queryAsOwner(
    'ALTER TABLE dated_setting DISABLE TRIGGER USER; DELETE FROM dated_setting; ALTER TABLE dated_setting ENABLE TRIGGER USER',
  );
});

describe('changeRegionSetting', () => {
  test('holds from today on; what was before stays as it was', async () => {
    await changeRegionSetting(await as('city_admin'), limit('3', { basis: '优化办〔2022〕3号' }));
    expect(await readSetting('sign_for_limit', world.regions.city, DAY)).toBe(3);
    expect(await readSetting('sign_for_limit', world.regions.city, '2022-09-19')).toBe(2);
    expect(await readSetting('sign_for_limit', world.regions.east, DAY)).toBe(2);
  });

  test('each change is kept with who made it, when, from what to what', async () => {
    await changeRegionSetting(await as('city_admin'), limit('3'));
    await setToday('2022-09-25');
    const { lastId } = (await settingsOf()).sign_for_limit;
    await changeRegionSetting(await as('platform_admin'), limit('4', { lastId, basis: '会议决定' }));
    const { value, changes, isDefault } = (await settingsOf()).sign_for_limit;
    expect({ value, isDefault }).toEqual({ value: 4, isDefault: false });
    expect(changes).toMatchObject([
      { validFrom: '2022-09-25', from: '3 个工作日', to: '4 个工作日', basis: '会议决定' },
      { validFrom: DAY, from: '2 个工作日', to: '3 个工作日', basis: '' },
    ]);
    expect(changes[1]!.actorWords).toContain('city_admin');
    expect((await settingsOf()).review_limit).toMatchObject({ value: 5, isDefault: true, changes: [] });
  });

  test('setting what holds already, as by a form sent twice, writes nothing', async () => {
    const actor = await as('city_admin');
    await Promise.all([changeRegionSetting(actor, limit('3')), changeRegionSetting(actor, limit('3'))]);
    expect(await db().datedSetting.count()).toBe(1);
  });

  test('of two who change the same setting the second is told what holds now', async () => {
    await changeRegionSetting(await as('city_admin'), limit('3'));
    const { lastId } = (await settingsOf()).sign_for_limit;
    await expect(changeRegionSetting(await as('platform_admin'), limit('6'))).rejects.toMatchObject({
      code: 'conflict',
      latest: { words: '3 个工作日', lastId: String(lastId) },
    });
  });

  test('only the admin of the region or of the platform; for others the region does not exist', async () => {
    const did: ViewerKey[] = [];
    for (const [index, key] of ACTIVE.entries()) {
      const { lastId } = (await settingsOf()).sign_for_limit;
      const input = limit(String((index % 50) + 5), { lastId });
      await changeRegionSetting(await as(key), input).then(
        () => did.push(key),
        (error) => expect(error).toEqual(refused('not_found')),
      );
    }
    expect(did.sort()).toEqual(MANAGERS);
  });

  test('a region that does not exist: not found', async () => {
    const input = limit('3', { regionId: '2000000000' });
    await expect(changeRegionSetting(await as('platform_admin'), input)).rejects.toEqual(refused('not_found'));
  });
});

describe('reading the settings', () => {
  test('the page of a region is there for whom may change it, and lists the regions of each', async () => {
    const readers: ViewerKey[] = [];
    for (const key of ACTIVE) if (await findRegionSettings(await as(key), world.regions.city)) readers.push(key);
    expect(readers.sort()).toEqual(MANAGERS);
    expect((await listSettingRegions(await as('city_admin'))).map(({ id }) => id)).toEqual([world.regions.city]);
    expect((await listSettingRegions(await as('platform_admin'))).length).toBeGreaterThan(3);
    expect(await listSettingRegions(await as('city_office'))).toEqual([]);
  });

  test('the robot’s address is masked in its history', async () => {
    const url = 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=secret-0123';
    await changeRegionSetting(
      await as('city_admin'),
      changeRegionSettingSchema.parse({ key: 'webhook_url', regionId: world.regions.city, lastId: 0, url }),
    );
    const { value, changes } = (await settingsOf()).webhook_url;
    expect(value).toBe(url);
    expect(changes).toMatchObject([{ from: '未设置', to: 'https://qyapi.weixin.qq.com/…0123' }]);
  });
});

describe('what a form may hold', () => {
  const form = (key: string, fields: Record<string, string>) =>
    changeRegionSettingSchema.safeParse({ key, regionId: '1', lastId: '0', basis: '', ...fields });
  const faults = (key: string, fields: Record<string, string>) =>
    form(key, fields).error?.issues.map((issue) => [issue.path.join('.'), issue.message]);
  const tiers: Record<string, string> = {
    words1: '蓝色督办单',
    opening1: '请抓紧推进。',
    fromDays1: '15',
    replyWorkingDays1: '5',
    words2: '黄色督办单',
    opening2: '请查明原因。',
    replyWorkingDays2: '3',
    words3: '红色督办单',
    opening3: '请立即整改。',
    fromDays3: '1',
    replyWorkingDays3: '2',
  };
  const ladder = (rows: [string, string][]) =>
    Object.fromEntries(
      rows.flatMap(([days, to], index) => [
        [`fromDays${index + 1}`, days],
        [`to${index + 1}`, to],
      ]),
    );

  test.each([
    ['sign_for_limit', { days: '２' }, 2],
    ['document_code', { code: ' 鄂营商督 ' }, '鄂营商督'],
    ['document_code', { code: '' }, ''],
    [
      'reminder_days',
      { ahead: '3、15，7 7', onTheDay: 'on', overdue: '30 1', cycleClosing: '' },
      { ahead: [15, 7, 3], onTheDay: true, overdue: [1, 30], cycleClosing: [] },
    ],
    [
      'escalation',
      ladder([
        ['7', 'unit_head'],
        ['', ''],
        ['1', 'reporter'],
      ]),
      [
        { fromDays: 1, to: 'reporter' },
        { fromDays: 7, to: 'unit_head' },
      ],
    ],
    ['escalation', {}, []],
    ['webhook_url', { clear: 'on', url: 'anything' }, ''],
  ] as const)('%s takes %o', (key, fields, value) => {
    expect(form(key, fields as Record<string, string>).data).toMatchObject({ key, value });
  });

  test('slip_tiers takes three tiers; the second has no days of its own', () => {
    expect(form('slip_tiers', tiers).data?.value).toMatchObject([
      { tier: 1, words: '蓝色督办单', fromDays: 15, replyWorkingDays: 5 },
      { tier: 2, fromDays: 0 },
      { tier: 3, fromDays: 1 },
    ]);
  });

  test.each([
    ['sign_for_limit', { days: '61' }, ['days', '期限请填 0 到 60 的整数。']],
    ['sign_for_limit', { days: '两天' }, ['days', '期限请填 0 到 60 的整数。']],
    [
      'document_code',
      { code: '鄂营商督〔2022〕' },
      ['code', '机关代字只写汉字，最多 20 个，如“鄂营商督”；年份和序号由系统编。'],
    ],
    ['slip_tiers', { ...tiers, words1: '蓝色通知' }, ['words1', '名称须以“督办单”结尾，如“蓝色督办单”。']],
    [
      'slip_tiers',
      { ...tiers, words2: '督办单' },
      ['words2', '名称不能只写“督办单”，请加上区分层级的字样，如“蓝色督办单”。'],
    ],
    ['slip_tiers', { ...tiers, words3: '蓝色 督办单' }, ['words3', '名称与一级相同，请改用不同的名称。']],
    [
      'slip_tiers',
      { ...tiers, words1: '浅红色督办单' },
      ['words3', '一级的名称“浅红色督办单”中含有这个名称，标题会分不清层级，请改用不同的名称。'],
    ],
    ['slip_tiers', { ...tiers, replyWorkingDays3: '0' }, ['replyWorkingDays3', '回复期限请填 1 到 60 的整数。']],
    ['reminder_days', { ahead: '十五' }, ['ahead', '提前提醒请写成用顿号隔开的天数，如 15、7、3。']],
    ['reminder_days', { overdue: '0' }, ['overdue', '逾期提醒的天数应在 1 到 365 之间。']],
    ['escalation', ladder([['5', '']]), ['to1', '第 1 行请选择告知谁。']],
    [
      'escalation',
      ladder([['', 'reporter']]),
      ['fromDays1', '第 1 行的天数请填 1 到 365 的整数；不用的行两格都留空。'],
    ],
    ['webhook_url', { url: 'http://qyapi.weixin.qq.com/x' }, ['url', '只能使用 https:// 开头的网址。']],
    ['webhook_url', { url: 'https://a:b@qyapi.weixin.qq.com/x' }, ['url', '网址中不能带用户名和密码。']],
    ['webhook_url', { url: 'https://10.0.0.1/x' }, ['url', '不能使用内部网络或本机的地址。']],
    ['webhook_url', { url: '' }, ['url', '请填写地址；不再使用请勾选“停用”。']],
  ] as const)('%s refuses %o at its field', (key, fields, fault) => {
    expect(faults(key, fields as Record<string, string>)).toEqual([fault]);
  });
});

describe('setSupervisor', () => {
  const input = (accountId: number | null, lastId = 0) => ({
    unitId: world.units.planning,
    accountId,
    lastId,
    basis: '',
  });

  test('a leader of the region or a head of the unit or its bureau, from today on', async () => {
    const admin = await as('city_admin');
    await setSupervisor(admin, input(world.accounts.city_leader));
    expect(await readSetting('supervisor', world.units.planning, DAY)).toBe(world.accounts.city_leader);
    expect(await readSetting('supervisor', world.units.planning, '2022-09-19')).toBeNull();
    const first = (await findSupervisorSetting(admin, world.units.planning))!;
    await setSupervisor(admin, input(world.accounts.bureau_head, first.lastId));
    await setSupervisor(admin, input(world.accounts.bureau_head, first.lastId));
    const second = (await findSupervisorSetting(admin, world.units.planning))!;
    expect(second.accountId).toBe(world.accounts.bureau_head);
    expect(second.changes.map(({ from, to }) => [from, to])).toEqual([
      ['city_leader', 'bureau_head'],
      ['未指定', 'city_leader'],
    ]);
    await setSupervisor(admin, input(null, second.lastId));
    expect(await readSetting('supervisor', world.units.planning, DAY)).toBeNull();
  });

  test('refuses an account that is neither', async () => {
    for (const key of ['lead_head', 'east_leader', 'bureau_leader', 'division_reporter', 'city_office'] as const)
      await expect(setSupervisor(await as('city_admin'), input(world.accounts[key]))).rejects.toEqual(
        refused('invalid_state'),
      );
  });

  test('refuses a stale form', async () => {
    const admin = await as('city_admin');
    await setSupervisor(admin, input(world.accounts.city_leader));
    await expect(setSupervisor(admin, input(world.accounts.bureau_head))).rejects.toEqual(refused('conflict'));
  });

  test('only the admin of the region or of the platform; for others the unit does not exist', async () => {
    const did: ViewerKey[] = [];
    for (const key of ACTIVE) {
      const standing = (await findSupervisorSetting(await as('platform_admin'), world.units.planning))!;
      const other = standing.accountId === null ? world.accounts.city_leader : null;
      await setSupervisor(await as(key), input(other, standing.lastId)).then(
        () => did.push(key),
        (error) => expect(error).toEqual(refused('not_found')),
      );
    }
    expect(did.sort()).toEqual(MANAGERS);
  });
});
