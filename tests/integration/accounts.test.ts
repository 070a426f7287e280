import { utils, write } from '@e965/xlsx';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  changePassword,
  createAccount,
  importAccounts,
  resetPassword,
  updateAccount,
} from '@/lib/accounts/account.commands';
import { checkAccountRows, findAccount, listAccounts, listUnitChoices } from '@/lib/accounts/account.queries';
import {
  type CreateAccountInput,
  createAccountSchema,
  importAccountsSchema,
  type UpdateAccountInput,
  updateAccountSchema,
} from '@/lib/accounts/account.schema';
import { mailWords } from '@/lib/accounts/account.words';
import { makeAccountTemplate, readAccountTable } from '@/lib/accounts/account-table.rules';
import { setOwnMail } from '@/lib/accounts/own-mail.commands';
import { getOwnMail } from '@/lib/accounts/own-mail.queries';
import { ownMailSchema } from '@/lib/accounts/own-mail.schema';
import { signIn, unknownNameKey } from '@/lib/accounts/sign-in.commands';
import { listSignIns } from '@/lib/accounts/sign-in.queries';
import type { Role } from '@/lib/rights/rights.table';
import { type Actor, loadActor } from '@/lib/server/auth/actor';
import { hashPassword } from '@/lib/server/auth/password';
import { endSession, findSessionActor } from '@/lib/server/auth/sign-in-session';
import { db } from '@/lib/server/db';
import type { AppErrorCode } from '@/lib/server/errors';
import { queryAsOwner } from '../support/database';

const PASSWORD = 'Tz7-kkm2pq';
let passwordHash: string;
let count = 0;
let address = '';

const NO_FILTER = { q: '', role: null, regionId: null, unit: '', active: 'all', page: 1, pageSize: 100 } as const;

type Given = {
  username?: string;
  roles?: Role[];
  regionId?: number | null;
  unitId?: number | null;
  scopeUnitId?: number | null;
  isActive?: boolean;
};

async function makeAccount(given: Given = {}) {
  count += 1;
  return db().account.create({
    data: {
      username: `person.${count}`,
      displayName: `人员${count}`,
      passwordHash,
      mustChangePassword: false,
      roles: ['unit_reporter'],
      ...given,
    },
  });
}

async function makeActor(given: Given): Promise<Actor> {
  return (await loadActor((await makeAccount(given)).id))!;
}

const regionId = async (code: string): Promise<number> => (await db().region.findUniqueOrThrow({ where: { code } })).id;
const unitId = async (code: string, name: string): Promise<number> =>
  (await db().unit.findFirstOrThrow({ where: { region: { code }, name, parentId: null } })).id;

const refusal = (code: AppErrorCode) => expect.objectContaining({ name: 'AppError', code });

const newAccount = (given: Partial<Record<keyof CreateAccountInput, unknown>>): CreateAccountInput => {
  count += 1;
  return createAccountSchema.parse({
    username: `new.${count}`,
    displayName: '新人',
    roles: ['leader'],
    unitId: '',
    scopeUnitId: '',
    ...given,
  });
};

async function changeOf(
  account: { id: number; version: number },
  given: Partial<Record<keyof UpdateAccountInput, unknown>>,
): Promise<UpdateAccountInput> {
  return updateAccountSchema.parse({
    accountId: account.id,
    version: account.version,
    displayName: '改名',
    isActive: 'on',
    roles: ['leader'],
    unitId: '',
    scopeUnitId: '',
    ...given,
  });
}

async function lastAttempts(username: string) {
  return db().signInAttempt.findMany({ where: { username }, orderBy: { id: 'asc' } });
}

let ezhou: number;
let huarong: number;
let zengdu: number;
let platform: Actor;
let city: Actor;

beforeAll(async () => {
  passwordHash = await hashPassword(PASSWORD);
  [ezhou, huarong, zengdu] = [await regionId('ezhou'), await regionId('huarong'), await regionId('zengdu')];
  platform = await makeActor({ roles: ['admin'] });
  city = await makeActor({ roles: ['admin'], regionId: ezhou });
});

beforeEach(() => {
  count += 1;
  address = `10.0.${count >> 8}.${count & 255}`; // each test from an address of its own
});

describe('signing in', () => {
  const attempt = (username: string, password: string, from = address) => signIn({ username, password, address: from });

  test('the right password opens a session, whatever the case and blanks of the name', async () => {
    const account = await makeAccount();
    const result = await attempt(` ${account.username.toUpperCase()} `, PASSWORD);
    expect(result).toMatchObject({ ok: true, accountId: account.id });
    if (result.ok) expect((await findSessionActor(result.sid))?.accountId).toBe(account.id);
  });

  test('an unknown name, a disabled account and a wrong password get the same answer', async () => {
    const account = await makeAccount();
    const disabled = await makeAccount({ isActive: false });
    const answers = [
      await attempt('nobody.at.all', PASSWORD),
      await attempt(disabled.username, PASSWORD),
      await attempt(account.username, 'wrong'),
    ];
    expect(answers).toEqual(Array(3).fill({ ok: false, reason: 'wrong' }));
  });

  test('what was typed as an unknown name is not kept: it may be a password', async () => {
    await attempt('Secret-typed-here-1', 'x');
    const kept = await db().signInAttempt.findMany({ where: { address } });
    expect(JSON.stringify(kept)).not.toContain('secret');
    expect(kept[0]!.username).toBe(unknownNameKey('secret-typed-here-1'));
  });

  test('five wrong passwords lock the account, also for the right one and from elsewhere', async () => {
    const account = await makeAccount();
    for (let i = 0; i < 5; i++)
      expect(await attempt(account.username, 'wrong')).toEqual({ ok: false, reason: 'wrong' });
    expect(await attempt(account.username, PASSWORD)).toEqual({ ok: false, reason: 'locked' });
    expect(await attempt(account.username, PASSWORD, '192.168.9.9')).toEqual({ ok: false, reason: 'locked' });
  });

  test('a name without an account is locked in the same way', async () => {
    for (let i = 0; i < 5; i++) await attempt('ghost.user', 'wrong');
    expect(await attempt('ghost.user', 'wrong')).toEqual({ ok: false, reason: 'locked' });
  });

  test('guesses sent side by side are counted one by one', async () => {
    const account = await makeAccount();
    const answers = await Promise.all(Array.from({ length: 14 }, () => attempt(account.username, 'wrong')));
    expect(answers.filter((answer) => !answer.ok && answer.reason === 'wrong')).toHaveLength(5);
    const counted = (await lastAttempts(account.username)).filter((row) => row.reason === 'wrong');
    expect(counted).toHaveLength(5);
  });

  test('a success starts the count of the account anew', async () => {
    const account = await makeAccount();
    for (let round = 0; round < 2; round++) {
      for (let i = 0; i < 4; i++) await attempt(account.username, 'wrong');
      expect(await attempt(account.username, PASSWORD)).toMatchObject({ ok: true });
    }
  });

  test('wrong passwords older than a quarter of an hour no longer count', async () => {
    const account = await makeAccount();
    await queryAsOwner(
      `INSERT INTO sign_in_attempt (username, address, attempted_at, succeeded, reason)
       SELECT $1, $2, now() - interval '16 minutes', false, 'wrong' FROM generate_series(1, 5)`,
      [account.username, address],
    );
    expect(await attempt(account.username, PASSWORD)).toMatchObject({ ok: true });
  });

  test('fifty failures from one address lock it for every name; a success between does not help', async () => {
    const account = await makeAccount();
    const other = await makeAccount();
    await queryAsOwner(
      `INSERT INTO sign_in_attempt (username, address, succeeded, reason) SELECT '?' || n, $1, false, 'unknown' FROM generate_series(1, 49) n`,
      [address],
    );
    expect(await attempt(account.username, PASSWORD)).toMatchObject({ ok: true });
    expect(await attempt(other.username, 'wrong')).toEqual({ ok: false, reason: 'wrong' });
    expect(await attempt(account.username, PASSWORD)).toEqual({ ok: false, reason: 'locked' });
    expect(await attempt(account.username, PASSWORD, '172.20.0.7')).toMatchObject({ ok: true });
  });

  test('hammering on a lock leaves one line a minute and does not prolong it', async () => {
    const account = await makeAccount();
    for (let i = 0; i < 12; i++) await attempt(account.username, 'wrong');
    expect((await lastAttempts(account.username)).map((row) => row.reason)).toEqual([
      ...Array(5).fill('wrong'),
      'locked',
    ]);
  });

  test('a reset password lifts the lock', async () => {
    const account = await makeAccount({ roles: ['leader'], regionId: ezhou });
    for (let i = 0; i < 5; i++) await attempt(account.username, 'wrong');
    const issued = await resetPassword(city, { accountId: account.id, version: account.version });
    expect(await attempt(account.username, issued.password)).toMatchObject({ ok: true });
  });

  test('an overlong password is wrong, not an error', async () => {
    const account = await makeAccount();
    expect(await attempt(account.username, 'x'.repeat(1000))).toEqual({ ok: false, reason: 'wrong' });
  });
});

describe('a session', () => {
  async function open() {
    const account = await makeAccount();
    const result = await signIn({ username: account.username, password: PASSWORD, address });
    if (!result.ok) throw new Error('did not sign in');
    return { account, sid: result.sid };
  }

  test('ends after the idle minutes of the setting, thirty by default', async () => {
    const { account, sid } = await open();
    await queryAsOwner(`UPDATE sign_in_session SET last_seen_at = now() - interval '29 minutes' WHERE id = $1`, [sid]);
    expect((await findSessionActor(sid))?.accountId).toBe(account.id); // and is seen anew by that
    await queryAsOwner(`UPDATE sign_in_session SET last_seen_at = now() - interval '31 minutes' WHERE id = $1`, [sid]);
    expect(await findSessionActor(sid)).toBeNull();
    await db().setting.create({ data: { key: 'idle_minutes', value: '60' } });
    expect((await findSessionActor(sid))?.accountId).toBe(account.id);
    await db().setting.update({ where: { key: 'idle_minutes' }, data: { value: 'soon' } });
    await queryAsOwner(`UPDATE sign_in_session SET last_seen_at = now() - interval '31 minutes' WHERE id = $1`, [sid]);
    expect(await findSessionActor(sid)).toBeNull();
    await db().setting.update({ where: { key: 'idle_minutes' }, data: { value: '30' } });
  });

  test('is noted as seen at most once a minute', async () => {
    const { sid } = await open();
    const seen = async () => (await db().signInSession.findUniqueOrThrow({ where: { id: sid } })).lastSeenAt.getTime();
    const first = await seen();
    await findSessionActor(sid);
    expect(await seen()).toBe(first);
    await queryAsOwner(`UPDATE sign_in_session SET last_seen_at = now() - interval '2 minutes' WHERE id = $1`, [sid]);
    await findSessionActor(sid);
    expect(await seen()).toBeGreaterThan(first);
  });

  test('lasts twelve hours at most, however busy', async () => {
    const { sid } = await open();
    await queryAsOwner(`UPDATE sign_in_session SET created_at = now() - interval '13 hours' WHERE id = $1`, [sid]);
    expect(await findSessionActor(sid)).toBeNull();
  });

  test('is over once signed out; an id that is none is no session', async () => {
    const { sid } = await open();
    await endSession(sid);
    expect(await findSessionActor(sid)).toBeNull();
    expect(await findSessionActor("' OR 1=1")).toBeNull();
  });

  test('of a disabled account gives no actor at the next request', async () => {
    const account = await makeAccount({ roles: ['leader'], regionId: ezhou });
    const result = await signIn({ username: account.username, password: PASSWORD, address });
    await updateAccount(city, await changeOf(account, { region: ezhou, isActive: undefined }));
    expect(await loadActor(account.id)).toBeNull();
    expect(result.ok && (await findSessionActor(result.sid))).toBeNull();
  });

  test('of an account moved to another unit acts for that unit at the next request', async () => {
    const from = await unitId('ezhou', '市住建局');
    const to = await unitId('ezhou', '市财政局');
    const account = await makeAccount({ unitId: from });
    expect((await loadActor(account.id))!.actingUnitIds).toEqual([from]);
    await updateAccount(city, await changeOf(account, { region: ezhou, roles: 'unit_reporter', unitId: String(to) }));
    expect((await loadActor(account.id))!.actingUnitIds).toEqual([to]);
  });
});

describe('changing one’s own password', () => {
  async function signedIn(given: Given = {}) {
    const account = await makeAccount(given);
    const own = await signIn({ username: account.username, password: PASSWORD, address });
    const other = await signIn({ username: account.username, password: PASSWORD, address });
    if (!own.ok || !other.ok) throw new Error('did not sign in');
    return { account, actor: (await loadActor(account.id))!, own: own.sid, other: other.sid };
  }
  const input = (newPassword: string, oldPassword = PASSWORD) => ({
    oldPassword,
    newPassword,
    repeatedPassword: newPassword,
  });

  test('takes effect, ends the other sessions and keeps this one', async () => {
    const { account, actor, own, other } = await signedIn();
    await changePassword(actor, input('Nw8+pprt4x'), { sid: own, address });
    expect(await signIn({ username: account.username, password: PASSWORD, address })).toMatchObject({ ok: false });
    expect(await signIn({ username: account.username, password: 'Nw8+pprt4x', address })).toMatchObject({ ok: true });
    expect((await findSessionActor(own))?.accountId).toBe(account.id);
    expect(await findSessionActor(other)).toBeNull();
  });

  test('refuses a wrong old password, and counts it', async () => {
    const { account, actor, own } = await signedIn();
    for (let i = 0; i < 5; i++)
      await expect(changePassword(actor, input('Nw8+pprt4x', 'no'), { sid: own, address })).rejects.toEqual(
        refusal('forbidden'),
      );
    await expect(changePassword(actor, input('Nw8+pprt4x'), { sid: own, address })).rejects.toEqual(
      refusal('rate_limited'),
    );
    expect((await lastAttempts(account.username)).filter((row) => row.reason === 'wrong')).toHaveLength(5);
  });

  test('refuses a weak one and the old one again', async () => {
    const { actor, own } = await signedIn();
    await expect(changePassword(actor, input('short'), { sid: own, address })).rejects.toEqual(
      refusal('invalid_state'),
    );
    await expect(changePassword(actor, input(PASSWORD), { sid: own, address })).rejects.toEqual(
      refusal('invalid_state'),
    );
  });

  test('of two at once only one wins', async () => {
    const { actor, own } = await signedIn();
    const results = await Promise.allSettled(
      ['Nw8+pprt4x', 'Zx9=qqwe7y'].map((password) => changePassword(actor, input(password), { sid: own, address })),
    );
    expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(results.find((result) => result.status === 'rejected')).toMatchObject({ reason: refusal('conflict') });
  });
});

describe('one’s own address for the daily mail', () => {
  const given = (changes: Record<string, string> = {}) =>
    ownMailSchema.parse({ email: 'zhang@example.gov.cn', emailBefore: '', wantsMail: 'on', ...changes });
  const records = (id: number) =>
    db().auditEvent.findMany({ where: { kind: 'account.mail_changed', subjectId: id }, orderBy: { id: 'asc' } });

  test('is set, changed and taken away by its owner, each with a record; the same again changes nothing', async () => {
    const actor = await makeActor({ unitId: await unitId('ezhou', '市财政局') });
    const beside = await makeActor({ unitId: await unitId('ezhou', '市财政局') });
    expect(await getOwnMail(actor)).toMatchObject({ email: null, wantsMail: true });
    expect(mailWords(await getOwnMail(actor))).toBe('未填写邮箱，仅在站内提醒');
    await setOwnMail(actor, given());
    await setOwnMail(actor, given());
    expect(await getOwnMail(actor)).toMatchObject({ email: 'zhang@example.gov.cn', wantsMail: true });
    expect(await getOwnMail(beside)).toMatchObject({ email: null });
    expect((await listAccounts(platform, { ...NO_FILTER, q: actor.username })).rows).toMatchObject([
      { email: 'zhang@example.gov.cn', wantsMail: true },
    ]);
    await setOwnMail(actor, ownMailSchema.parse({ email: '', emailBefore: 'zhang@example.gov.cn' }));
    expect(await getOwnMail(actor)).toMatchObject({ email: null, wantsMail: false });
    expect((await records(actor.accountId)).map(({ payload, actorId }) => [actorId, payload])).toEqual([
      [
        actor.accountId,
        {
          before: { email: null, wantsMail: true },
          after: { email: 'zhang@example.gov.cn', wantsMail: true },
        },
      ],
      [
        actor.accountId,
        {
          before: { email: 'zhang@example.gov.cn', wantsMail: true },
          after: { email: null, wantsMail: false },
        },
      ],
    ]);
  });

  test('another account named in the form is not touched', async () => {
    const [actor, other] = [await makeActor({}), await makeActor({})];
    const input = ownMailSchema.parse({ ...given(), wantsMail: 'on', accountId: String(other.accountId) });
    await setOwnMail(actor, input);
    expect(await getOwnMail(other)).toMatchObject({ email: null });
    expect(await records(other.accountId)).toEqual([]);
  });

  test('what an admin has entered meanwhile is not overwritten unseen', async () => {
    const actor = await makeActor({});
    await db().account.update({ where: { id: actor.accountId }, data: { email: 'admin@example.gov.cn' } });
    await expect(setOwnMail(actor, given())).rejects.toMatchObject({
      code: 'conflict',
      latest: { email: 'admin@example.gov.cn' },
    });
    // The box alone still turns the mail off.
    await setOwnMail(actor, ownMailSchema.parse({ email: 'admin@example.gov.cn', emailBefore: '' }));
    expect(await getOwnMail(actor)).toMatchObject({ email: 'admin@example.gov.cn', wantsMail: false });
    await setOwnMail(actor, given({ emailBefore: 'admin@example.gov.cn' }));
    expect(await getOwnMail(actor)).toMatchObject({ email: 'zhang@example.gov.cn' });
  });

  test('that is none is refused with words at the field', () => {
    for (const email of ['张三', 'zhang@', 'a b@c.cn', `${'x'.repeat(200)}@example.gov.cn`])
      expect(ownMailSchema.safeParse({ email, emailBefore: '' }).error?.issues[0]).toMatchObject({
        path: ['email'],
        message: expect.stringMatching(/^邮箱写法不对/),
      });
  });
});

describe('making accounts', () => {
  test('gives a generated password that must be changed, and leaves a record without it', async () => {
    const unit = await unitId('ezhou', '市住建局');
    const made = await createAccount(city, newAccount({ region: ezhou, roles: 'unit_reporter', unitId: String(unit) }));
    const account = await db().account.findUniqueOrThrow({ where: { id: made.accountId } });
    expect(account).toMatchObject({ mustChangePassword: true, unitId: unit, regionId: null, roles: ['unit_reporter'] });
    expect(await signIn({ username: made.username, password: made.password, address })).toMatchObject({ ok: true });
    const record = await db().auditEvent.findFirstOrThrow({
      where: { kind: 'account.created', subjectId: made.accountId },
    });
    expect(JSON.stringify(record.payload)).not.toContain(made.password);
    expect(record.actorId).toBe(city.accountId);
  });

  test("a region's admin makes admins of the own and of lower regions", async () => {
    for (const region of [ezhou, huarong]) {
      const made = await createAccount(city, newAccount({ region, roles: 'admin' }));
      expect((await loadActor(made.accountId))!.regionId).toBe(region);
    }
  });

  test("refuses what lies beyond the admin's reach as not found: another branch, the platform, a unit elsewhere", async () => {
    const elsewhere = await unitId('zengdu', '区住建局');
    await expect(createAccount(city, newAccount({ region: zengdu }))).rejects.toEqual(refusal('not_found'));
    await expect(createAccount(city, newAccount({ region: 'platform', roles: 'admin' }))).rejects.toEqual(
      refusal('not_found'),
    );
    await expect(
      createAccount(city, newAccount({ region: ezhou, roles: 'unit_head', unitId: String(elsewhere) })),
    ).rejects.toEqual(refusal('not_found'));
    await expect(
      createAccount(city, newAccount({ region: ezhou, roles: 'office', scopeUnitId: String(elsewhere) })),
    ).rejects.toEqual(refusal('not_found'));
    await expect(createAccount(platform, newAccount({ region: 999_999 }))).rejects.toEqual(refusal('not_found'));
  });

  test.each(['unit_reporter', 'unit_head', 'office', 'leader'] as const)('a %s makes no account', async (role) => {
    const actor = await makeActor({ roles: [role], regionId: ezhou, unitId: await unitId('ezhou', '市住建局') });
    await expect(createAccount(actor, newAccount({ region: ezhou }))).rejects.toEqual(refusal('not_found'));
    expect(
      await listAccounts(actor, { q: '', role: null, regionId: null, unit: '', active: 'all', page: 1, pageSize: 25 }),
    ).toEqual({ rows: [], total: 0 });
  });

  test("an admin of one unit's plans makes no account", async () => {
    const actor = await makeActor({
      roles: ['admin'],
      regionId: ezhou,
      scopeUnitId: await unitId('ezhou', '市住建局'),
    });
    await expect(createAccount(actor, newAccount({ region: ezhou }))).rejects.toEqual(refusal('not_found'));
  });

  test('refuses a name that is taken', async () => {
    const input = newAccount({ region: ezhou });
    await createAccount(city, input);
    await expect(createAccount(city, input)).rejects.toEqual(refusal('conflict'));
    const both = newAccount({ region: ezhou });
    const results = await Promise.allSettled([createAccount(city, both), createAccount(city, both)]);
    expect(results.find((result) => result.status === 'rejected')).toMatchObject({ reason: refusal('conflict') });
  });

  test('refuses a unit that has gone into another', async () => {
    const [from, into] = [await unitId('ezhou', '市公汽公司'), await unitId('ezhou', '市城控集团')];
    await db().unitMerge.create({
      data: { fromUnitId: from, intoUnitId: into, effectiveOn: new Date('2022-01-01'), basis: '测试' },
    });
    await expect(
      createAccount(city, newAccount({ region: ezhou, roles: 'unit_head', unitId: String(from) })),
    ).rejects.toEqual(refusal('invalid_state'));
    expect((await listUnitChoices(city, ezhou)).map((unit) => unit.id)).not.toContain(from);
  });

  test('roles and places that do not go together are refused by the schema', () => {
    const errors = (given: object) =>
      createAccountSchema
        .safeParse({ username: 'x.y', displayName: '人', unitId: '', scopeUnitId: '', region: '1', ...given })
        .error?.issues.map((issue) => issue.path[0]);
    expect(errors({ roles: 'unit_reporter' })).toEqual(['unitId']);
    expect(errors({ roles: 'unit_reporter', unitId: '2', scopeUnitId: '3' })).toEqual(['scopeUnitId']);
    expect(errors({ roles: 'leader', region: 'platform' })).toEqual(['roles']);
    expect(errors({})).toEqual(['roles']);
    expect(errors({ roles: 'leader', username: '张 三' })).toEqual(['username']);
  });
});

describe('changing accounts', () => {
  test('refuses an account out of reach as not found, whether above, beside or of the platform', async () => {
    const district = await makeActor({ roles: ['admin'], regionId: huarong });
    const targets = [
      await makeAccount({ roles: ['leader'], regionId: ezhou }),
      await makeAccount({ roles: ['leader'], regionId: zengdu }),
      await makeAccount({ roles: ['admin'] }),
    ];
    for (const target of targets) {
      await expect(updateAccount(district, await changeOf(target, { region: huarong }))).rejects.toEqual(
        refusal('not_found'),
      );
      await expect(resetPassword(district, { accountId: target.id, version: target.version })).rejects.toEqual(
        refusal('not_found'),
      );
      expect(await findAccount(district, target.id)).toBeNull();
    }
    await expect(resetPassword(district, { accountId: 2_000_000_000, version: 1 })).rejects.toEqual(
      refusal('not_found'),
    );
  });

  test('does not raise an account beyond the reach of who changes it', async () => {
    const district = await makeActor({ roles: ['admin'], regionId: huarong });
    const target = await makeAccount({ roles: ['leader'], regionId: huarong });
    await expect(updateAccount(district, await changeOf(target, { region: ezhou }))).rejects.toEqual(
      refusal('not_found'),
    );
    await expect(
      updateAccount(district, await changeOf(target, { region: 'platform', roles: 'admin' })),
    ).rejects.toEqual(refusal('not_found'));
  });

  test('refuses a stale version and gives what stands now', async () => {
    const target = await makeAccount({ roles: ['leader'], regionId: ezhou });
    await updateAccount(city, await changeOf(target, { region: ezhou, displayName: '先到' }));
    await expect(
      updateAccount(city, await changeOf(target, { region: ezhou, displayName: '后到' })),
    ).rejects.toMatchObject({ code: 'conflict', latest: { displayName: '先到' } });
    await expect(resetPassword(city, { accountId: target.id, version: target.version })).rejects.toEqual(
      refusal('conflict'),
    );
  });

  test('a unit that has gone into another stays with who is there already', async () => {
    const [from, into] = [await unitId('ezhou', '市广电网络公司'), await unitId('ezhou', '市城控集团')];
    const target = await makeAccount({ unitId: from });
    await db().unitMerge.create({
      data: { fromUnitId: from, intoUnitId: into, effectiveOn: new Date('2022-01-01'), basis: '测试' },
    });
    await updateAccount(city, await changeOf(target, { region: ezhou, roles: 'unit_reporter', unitId: String(from) }));
    expect((await findAccount(city, target.id))!.unitId).toBe(from);
  });

  test('the last active platform admin is neither disabled nor demoted', async () => {
    const { id } = await makeAccount({ roles: ['admin'] });
    await queryAsOwner(
      `UPDATE account SET is_active = false WHERE 'admin' = ANY(roles) AND region_id IS NULL AND id <> $1`,
      [id],
    );
    const [account, last] = [await db().account.findUniqueOrThrow({ where: { id } }), (await loadActor(id))!];
    await expect(
      updateAccount(last, await changeOf(account, { region: 'platform', roles: 'admin', isActive: undefined })),
    ).rejects.toEqual(refusal('invalid_state'));
    await expect(updateAccount(last, await changeOf(account, { region: ezhou, roles: 'admin' }))).rejects.toEqual(
      refusal('invalid_state'),
    );
    await updateAccount(last, await changeOf(account, { region: 'platform', roles: 'admin', displayName: '改名可以' }));
    await queryAsOwner(`UPDATE account SET is_active = true WHERE 'admin' = ANY(roles) AND region_id IS NULL`);
  });

  test('two platform admins who disable each other at once leave one', async () => {
    const [a, b] = [await makeAccount({ roles: ['admin'] }), await makeAccount({ roles: ['admin'] })];
    await queryAsOwner(
      `UPDATE account SET is_active = false WHERE 'admin' = ANY(roles) AND region_id IS NULL AND id NOT IN ($1, $2)`,
      [a.id, b.id],
    );
    const [actorA, actorB] = [(await loadActor(a.id))!, (await loadActor(b.id))!];
    const off = { region: 'platform', roles: 'admin', isActive: undefined };
    const results = await Promise.allSettled([
      updateAccount(actorA, await changeOf(b, off)),
      updateAccount(actorB, await changeOf(a, off)),
    ]);
    expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected']);
    await queryAsOwner(`UPDATE account SET is_active = true WHERE 'admin' = ANY(roles) AND region_id IS NULL`);
  });
});

describe('the list of accounts', () => {
  const filter = NO_FILTER;

  test('holds own and lower regions only, by the unit where there is no region', async () => {
    const inside = [
      await makeAccount({ roles: ['leader'], regionId: huarong }),
      await makeAccount({ unitId: await unitId('huarong', '区住建局') }),
    ];
    const outside = [
      await makeAccount({ roles: ['leader'], regionId: zengdu }),
      await makeAccount({ unitId: await unitId('zengdu', '区住建局') }),
      await makeAccount({ roles: ['admin'] }),
    ];
    const district = await makeActor({ roles: ['admin'], regionId: huarong });
    for (const actor of [city, district]) {
      const names = (await listAccounts(actor, filter)).rows.map((row) => row.username);
      for (const account of inside) expect(names).toContain(account.username);
      for (const account of outside) expect(names).not.toContain(account.username);
    }
  });

  test('filters by words taken literally, role, unit and state', async () => {
    const account = await makeAccount({
      username: 'fil_ter.one',
      unitId: await unitId('ezhou', '市财政局'),
      isActive: false,
    });
    await makeAccount({ username: 'filxter.two' });
    const found = async (given: object) =>
      (await listAccounts(platform, { ...filter, ...given })).rows.map((row) => row.username);
    expect(await found({ q: 'FIL_TER' })).toEqual([account.username]);
    expect(await found({ unit: '财政', active: 'no', role: 'unit_reporter', regionId: ezhou })).toEqual([
      account.username,
    ]);
    expect(await found({ q: '%' })).toEqual([]);
  });

  test('the sign-in log holds attempts at accounts in reach; unknown names are for the platform', async () => {
    const [mine, theirs] = [
      await makeAccount({ roles: ['leader'], regionId: ezhou }),
      await makeAccount({ roles: ['leader'], regionId: zengdu }),
    ];
    for (const username of [mine.username, theirs.username, 'no.such.name'])
      await signIn({ username, password: 'wrong', address });
    const log = async (actor: Actor) =>
      (await listSignIns(actor, { q: address, result: 'failed', page: 1, pageSize: 25 })).rows.map(
        (row) => row.username,
      );
    expect(await log(city)).toEqual([mine.username]);
    expect(await log(platform)).toEqual([null, theirs.username, mine.username]);
    expect(await log(await makeActor({ roles: ['office'], regionId: ezhou }))).toEqual([]);
  });
});

describe('many accounts from a table', () => {
  const HEAD = ['用户名', '姓名', '角色', '单位'];
  function workbook(rows: unknown[][]): Uint8Array {
    const book = utils.book_new();
    utils.book_append_sheet(book, utils.aoa_to_sheet(rows), '账号');
    return new Uint8Array(write(book, { type: 'array', bookType: 'xlsx' }) as ArrayBuffer);
  }
  const importInput = (rows: unknown) => importAccountsSchema.parse({ region: ezhou, rows: JSON.stringify(rows) });

  test('reads .xlsx and .csv (also in GB 18030) alike, in any order of columns', () => {
    const rows = [{ row: 2, username: 'csv.a', displayName: '甲', roles: '填报员', unit: '市住建局' }];
    expect(readAccountTable('a.xlsx', workbook([HEAD, ['csv.a', '甲', '填报员', '市住建局']])).rows).toEqual(rows);
    expect(
      readAccountTable('a.csv', new TextEncoder().encode('\uFEFF用户名,姓名,角色,单位\r\ncsv.a,甲,填报员,市住建局\r\n'))
        .rows,
    ).toEqual(rows);
    expect(
      readAccountTable('a.csv', new TextEncoder().encode('单位,角色,姓名,用户名\n市住建局,填报员,甲,csv.a\n')).rows,
    ).toEqual(rows);
    // 用户名,姓名,角色,单位 / csv.a,甲,填报员,市住建局 as Excel in Chinese saves it
    const gb = Buffer.from(
      'd3c3bba7c3fb2cd0d5c3fb2cbdc7c9ab2cb5a5cebb0d0a6373762e612cbcd72ccceeb1a8d4b12ccad0d7a1bda8bed60d0a',
      'hex',
    );
    expect(readAccountTable('a.csv', gb).rows).toEqual(rows);
  });

  test('says what is wrong with a file that is no such table', () => {
    const message = (name: string, bytes: Uint8Array) => readAccountTable(name, bytes).problems[0]?.message;
    expect(message('a.docx', new Uint8Array([1, 2, 3]))).toMatch(/无法读取/);
    expect(message('a.xlsx', new Uint8Array([0x50, 0x4b, 3, 4, 9]))).toMatch(/无法读取|没有找到表头/);
    expect(message('a.xlsx', workbook([['姓名'], ['甲']]))).toMatch(/没有找到表头/);
    expect(
      message(
        'a.xlsx',
        workbook([
          ['用户名', '姓名'],
          ['a.b', '甲'],
        ]),
      ),
    ).toMatch(/角色、单位/);
    expect(message('a.xlsx', makeAccountTemplate())).toMatch(/没有账号/);
    expect(
      message('a.xlsx', workbook([HEAD, ...Array.from({ length: 201 }, (_, i) => [`n.${i}`, '甲', '领导', ''])])),
    ).toMatch(/200/);
  });

  test('names row and column of every fault and writes nothing', async () => {
    const taken = await makeAccount();
    const before = await db().account.count();
    const rows = readAccountTable(
      'a.xlsx',
      workbook([
        HEAD,
        ['ok.name', '甲', '填报员', '市住建局'],
        ['Bad Name', '', '主任', '不存在局'],
        [taken.username, '丙', '领导', ''],
        [],
        ['ok.name', '丁', '填报员', ''],
      ]),
    ).rows;
    const plan = (await checkAccountRows(city, ezhou, rows))!;
    expect(plan.problems.map((problem) => [problem.row, problem.column])).toEqual([
      [3, '用户名'],
      [3, '姓名'],
      [3, '角色'],
      [3, '单位'],
      [4, '用户名'],
      [6, '用户名'],
      [6, '单位'],
    ]);
    await expect(importAccounts(city, importInput(rows))).rejects.toEqual(refusal('invalid_state'));
    expect(await db().account.count()).toBe(before);
  });

  test('makes all accounts with passwords that work, units by alias and by 局/科室', async () => {
    const bureau = await unitId('ezhou', '市住建局');
    const office = await db().unit.findFirstOrThrow({ where: { parentId: bureau, name: '办公室' } });
    const rows = readAccountTable(
      'a.xlsx',
      workbook([
        HEAD,
        ['bulk.a', '甲', '填报员、负责人', '鄂州市住建局'],
        ['bulk.b', '乙', '单位填报员', '市住建局/办公室'],
        ['bulk.c', '丙', '优化办', '鄂州市'],
      ]),
    ).rows;
    const issued = await importAccounts(city, importInput(rows));
    expect(issued.map((entry) => entry.username)).toEqual(['bulk.a', 'bulk.b', 'bulk.c']);
    const made = await db().account.findMany({
      where: { username: { startsWith: 'bulk.' } },
      orderBy: { username: 'asc' },
    });
    expect(
      made.map(({ roles, unitId: unit, regionId: region, mustChangePassword }) => ({
        roles,
        unit,
        region,
        mustChangePassword,
      })),
    ).toEqual([
      { roles: ['unit_reporter', 'unit_head'], unit: bureau, region: null, mustChangePassword: true },
      { roles: ['unit_reporter'], unit: office.id, region: null, mustChangePassword: true },
      { roles: ['office'], unit: null, region: ezhou, mustChangePassword: true },
    ]);
    expect(await signIn({ username: 'bulk.b', password: issued[1]!.password, address })).toMatchObject({ ok: true });
    await expect(importAccounts(city, importInput(rows))).rejects.toEqual(refusal('invalid_state')); // sent twice
  });

  test('the same table confirmed twice at once is written once', async () => {
    const rows = [{ row: 2, username: 'twice.a', displayName: '甲', roles: '领导', unit: '' }];
    const results = await Promise.allSettled([
      importAccounts(city, importInput(rows)),
      importAccounts(city, importInput(rows)),
    ]);
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    expect(results.find((result) => result.status === 'rejected')).toMatchObject({ reason: { name: 'AppError' } });
  });

  test('refuses a region out of reach as not found', async () => {
    const rows = [{ row: 2, username: 'far.a', displayName: '甲', roles: '领导', unit: '' }];
    await expect(importAccounts(city, { ...importInput(rows), region: zengdu })).rejects.toEqual(refusal('not_found'));
    expect(await checkAccountRows(city, zengdu, [])).toBeNull();
  });
});
