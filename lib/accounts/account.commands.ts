import 'server-only';
import { leaveNotices } from '@/lib/notices/notice.commands';
import type { Actor } from '@/lib/server/auth/actor';
import { generatePassword, hashPassword, verifyPassword } from '@/lib/server/auth/password';
import { endSessionsOf } from '@/lib/server/auth/sign-in-session';
import { readInstant } from '@/lib/server/clock';
import { db, inTransaction, type Tx } from '@/lib/server/db';
import { AppError } from '@/lib/server/errors';
import { recordAudit } from '@/lib/server/events';
import { canManageAccount, isPlatformAdmin, type Placement } from './account.policy';
import { checkAccountRows, findAccount } from './account.queries';
import type {
  ChangePasswordInput,
  CreateAccountInput,
  ImportAccountsInput,
  ResetPasswordInput,
  UpdateAccountInput,
} from './account.schema';
import { roleLabels } from './account.words';
import { passwordFault } from './password.rules';
import { assertMayGuess, noteWrongPassword } from './sign-in.commands';

/** A generated password, shown once to who issued it and kept nowhere in clear. */
export type IssuedPassword = { username: string; displayName: string; password: string };

type GivenPlacement = Pick<CreateAccountInput, 'region' | 'roles' | 'unitId' | 'scopeUnitId'>;

/** Turns a form's choices into columns; not_found outside the actor's reach, invalid_state for units that do not go with the region. */
async function placementOf(tx: Tx, actor: Actor, given: GivenPlacement, before: Placement | null): Promise<Placement> {
  const regionId = given.region === 'platform' ? null : given.region;
  if (!canManageAccount(actor, regionId)) throw new AppError('not_found');
  if (regionId !== null && !(await tx.region.findUnique({ where: { id: regionId }, select: { id: true } })))
    throw new AppError('not_found');
  for (const [unitId, kept] of [
    [given.unitId, before?.unitId],
    [given.scopeUnitId, before?.scopeUnitId],
  ]) {
    if (unitId === null || unitId === undefined) continue;
    const unit = await tx.unit.findFirst({
      where: { id: unitId, regionId: regionId ?? -1 },
      select: { mergedInto: { select: { id: true } } },
    });
    if (!unit) throw new AppError('not_found', '所选单位不在该地区，请重新选择单位。');
    if (unit.mergedInto && unitId !== kept)
      throw new AppError('invalid_state', '所选单位已并入其他单位，请选择合并后的单位。');
  }
  // A unit's people are of its region through their unit.
  const oversees = given.roles.some((role) => role === 'office' || role === 'leader' || role === 'admin');
  return {
    roles: given.roles,
    regionId: oversees ? regionId : null,
    unitId: given.unitId,
    scopeUnitId: given.scopeUnitId,
  };
}

const auditWords = (placement: Placement) => ({
  roles: [...placement.roles],
  regionId: placement.regionId,
  unitId: placement.unitId,
  scopeUnitId: placement.scopeUnitId,
});

/** Refuses: not_found (region or unit outside the actor's reach), invalid_state (merged unit), conflict (user name taken). */
export async function createAccount(
  actor: Actor,
  input: CreateAccountInput,
): Promise<IssuedPassword & { accountId: number }> {
  if (!canManageAccount(actor, input.region === 'platform' ? null : input.region)) throw new AppError('not_found');
  const password = generatePassword();
  const passwordHash = await hashPassword(password);
  return inTransaction(async (tx) => {
    const placement = await placementOf(tx, actor, input, null);
    if (await tx.account.findUnique({ where: { username: input.username }, select: { id: true } })) {
      throw new AppError('conflict', '该用户名已被使用，请换一个。');
    }
    const account = await tx.account.create({
      data: {
        username: input.username,
        displayName: input.displayName,
        email: input.email,
        wantsMail: input.wantsMail,
        passwordHash,
        mustChangePassword: true,
        ...placement,
        roles: [...placement.roles],
      },
      select: { id: true },
    });
    await recordAudit(tx, actor, {
      kind: 'account.created',
      subject: 'account',
      subjectId: account.id,
      payload: { username: input.username, displayName: input.displayName, ...auditWords(placement) },
    });
    return { accountId: account.id, username: input.username, displayName: input.displayName, password };
  });
}

/** Two admins of the platform who take the role from each other at once must not leave it without one. */
async function keepAPlatformAdmin(tx: Tx, accountId: number): Promise<void> {
  await tx.$queryRaw`SELECT 1 FROM pg_advisory_xact_lock(7303, 0)`;
  const others = await tx.account.count({
    where: {
      id: { not: accountId },
      isActive: true,
      roles: { has: 'admin' },
      regionId: null,
      unitId: null,
      scopeUnitId: null,
    },
  });
  if (others === 0)
    throw new AppError('invalid_state', '这是最后一个有效的平台管理员，不能停用或改变角色。请先新建另一个平台管理员。');
}

/**
 * Another unit, region or office, or a role fewer: what was told there is the person's own no more. A first unit or region, a role more, and the unit into which
 * the old one has gone take nothing away.
 */
async function hasLeft(tx: Tx, before: Placement, after: Placement): Promise<boolean> {
  if (before.roles.some((role) => !after.roles.includes(role))) return true;
  // Who only belongs to a unit is of a region through it alone.
  const oversees = before.roles.some((role) => role === 'office' || role === 'leader' || role === 'admin');
  if (oversees && (before.regionId !== after.regionId || before.scopeUnitId !== after.scopeUnitId)) return true;
  if (before.unitId === null || before.unitId === after.unitId) return false;
  const [place] = await tx.$queryRaw<{ isSame: boolean }[]>`
    SELECT EXISTS (SELECT FROM unit_rollup(ledger_today()) r WHERE r.unit_id = ${before.unitId} AND r.counted_unit_id = ${after.unitId}::int) AS "isSame"`;
  return !place!.isSame;
}

/** Refuses: not_found (account, region or unit outside the actor's reach), invalid_state (last platform admin, merged unit), conflict (stale version). */
export async function updateAccount(actor: Actor, input: UpdateAccountInput): Promise<void> {
  await inTransaction(async (tx) => {
    const before = await findAccount(actor, input.accountId, tx);
    if (!before) throw new AppError('not_found');
    const placement = await placementOf(tx, actor, input, before);
    if (before.isActive && isPlatformAdmin(before) && !(input.isActive && isPlatformAdmin(placement)))
      await keepAPlatformAdmin(tx, before.id);
    const changed = await tx.account.updateMany({
      where: { id: before.id, version: input.version },
      data: {
        displayName: input.displayName,
        email: input.email,
        wantsMail: input.wantsMail,
        isActive: input.isActive,
        ...placement,
        roles: [...placement.roles],
        version: { increment: 1 },
      },
    });
    if (changed.count === 0) {
      throw new AppError('conflict', undefined, {
        latest: {
          displayName: before.displayName,
          roles: roleLabels(before.roles),
          isActive: before.isActive ? '启用' : '停用',
          version: String(before.version),
        },
      });
    }
    if (!input.isActive) await endSessionsOf(tx, before.id);
    if (await hasLeft(tx, before, placement)) await leaveNotices(tx, before.id);
    await recordAudit(tx, actor, {
      kind:
        before.isActive === input.isActive
          ? 'account.changed'
          : input.isActive
            ? 'account.enabled'
            : 'account.disabled',
      subject: 'account',
      subjectId: before.id,
      payload: {
        before: {
          displayName: before.displayName,
          isActive: before.isActive,
          email: before.email,
          wantsMail: before.wantsMail,
          ...auditWords(before),
        },
        after: {
          displayName: input.displayName,
          isActive: input.isActive,
          email: input.email,
          wantsMail: input.wantsMail,
          ...auditWords(placement),
        },
      },
    });
  });
}

/**
 * Disables an account within a transaction that has checked who asks; one that is disabled already stays so. Refuses: not_found, invalid_state (last platform
 * admin).
 */
export async function disableAccountIn(tx: Tx, actor: Actor, accountId: number): Promise<void> {
  const account = await findAccount(actor, accountId, tx);
  if (!account) throw new AppError('not_found');
  if (!account.isActive) return;
  if (isPlatformAdmin(account)) await keepAPlatformAdmin(tx, account.id);
  await tx.account.update({
    where: { id: account.id },
    data: { isActive: false, version: { increment: 1 } },
    select: { id: true },
  });
  await endSessionsOf(tx, account.id);
  const words = { displayName: account.displayName, ...auditWords(account) };
  await recordAudit(tx, actor, {
    kind: 'account.disabled',
    subject: 'account',
    subjectId: account.id,
    payload: { before: { ...words, isActive: true }, after: { ...words, isActive: false } },
  });
}

/** Ends the account's sign-ins and lifts its lock. Refuses: not_found, conflict (stale version). */
export async function resetPassword(actor: Actor, input: ResetPasswordInput): Promise<IssuedPassword> {
  if (!(await findAccount(actor, input.accountId))) throw new AppError('not_found');
  const password = generatePassword();
  const passwordHash = await hashPassword(password);
  return inTransaction(async (tx) => {
    const account = await findAccount(actor, input.accountId, tx);
    if (!account) throw new AppError('not_found');
    const changed = await tx.account.updateMany({
      where: { id: account.id, version: input.version },
      data: {
        passwordHash,
        mustChangePassword: true,
        passwordChangedAt: await readInstant(tx),
        version: { increment: 1 },
      },
    });
    if (changed.count === 0) throw new AppError('conflict');
    await endSessionsOf(tx, account.id);
    await recordAudit(tx, actor, { kind: 'account.password_reset', subject: 'account', subjectId: account.id });
    return { username: account.username, displayName: account.displayName, password };
  });
}

/** All or nothing. Refuses: not_found (region outside the actor's reach), invalid_state (any row with a fault), conflict (a name taken meanwhile). */
export async function importAccounts(actor: Actor, input: ImportAccountsInput): Promise<IssuedPassword[]> {
  const first = await checkAccountRows(actor, input.region, input.rows);
  if (!first) throw new AppError('not_found');
  if (first.problems.length > 0)
    throw new AppError(
      'invalid_state',
      `表格中有 ${first.problems.length} 处问题，没有写入任何账号。请修改后重新上传。`,
    );
  // Hashing takes seconds for many accounts: done before the transaction opens.
  const passwords = await Promise.all(
    first.accounts.map(async (account) => {
      const password = generatePassword();
      return { username: account.username, password, passwordHash: await hashPassword(password) };
    }),
  );
  const byName = new Map(passwords.map((entry) => [entry.username, entry]));
  return inTransaction(async (tx) => {
    const plan = await checkAccountRows(actor, input.region, input.rows, tx);
    if (!plan) throw new AppError('not_found');
    if (plan.problems.length > 0)
      throw new AppError('conflict', '核对期间名册或账号有变化，没有写入任何账号。请重新上传核对。');
    const issued: IssuedPassword[] = [];
    const made = await tx.account.createManyAndReturn({
      data: plan.accounts.map((account) => ({
        username: account.username,
        displayName: account.displayName,
        email: account.email,
        passwordHash: byName.get(account.username)!.passwordHash,
        mustChangePassword: true,
        roles: account.roles,
        unitId: account.unitId,
        regionId: account.roles.some((role) => role === 'office' || role === 'leader' || role === 'admin')
          ? input.region
          : null,
      })),
      select: { id: true, username: true, displayName: true },
    });
    for (const account of made)
      issued.push({
        username: account.username,
        displayName: account.displayName,
        password: byName.get(account.username)!.password,
      });
    await recordAudit(tx, actor, {
      kind: 'account.imported',
      subject: 'region',
      subjectId: input.region,
      payload: {
        accounts: made.map((account, index) => ({
          id: account.id,
          username: account.username,
          roles: plan.accounts[index]!.roles,
        })),
      },
    });
    return issued;
  });
}

/**
 * Ends the account's other sign-ins. Refuses: forbidden (wrong old password), rate_limited (too many wrong ones),
 * invalid_state (the new one breaks a rule or is the old one), conflict (changed meanwhile).
 */
export async function changePassword(
  actor: Actor,
  input: ChangePasswordInput,
  by: { sid: string | null; address: string },
): Promise<void> {
  const account = await db().account.findUniqueOrThrow({
    where: { id: actor.accountId },
    select: { passwordHash: true },
  });
  await assertMayGuess(actor.username, by.address);
  if (!(await verifyPassword(account.passwordHash, input.oldPassword))) {
    await noteWrongPassword(actor.username, by.address);
    throw new AppError('forbidden', '原密码不正确，请重新填写。');
  }
  const fault = passwordFault(input.newPassword, actor.username);
  if (fault) throw new AppError('invalid_state', fault);
  if (input.newPassword === input.oldPassword) throw new AppError('invalid_state', '新密码不能与原密码相同。');
  const passwordHash = await hashPassword(input.newPassword);
  await inTransaction(async (tx) => {
    const changed = await tx.account.updateMany({
      where: { id: actor.accountId, passwordHash: account.passwordHash, isActive: true },
      data: {
        passwordHash,
        mustChangePassword: false,
        passwordChangedAt: await readInstant(tx),
        version: { increment: 1 },
      },
    });
    if (changed.count === 0) throw new AppError('conflict', '密码刚被更改，请用新密码重新登录。');
    await endSessionsOf(tx, actor.accountId, by.sid);
    await recordAudit(tx, actor, { kind: 'account.password_changed', subject: 'account', subjectId: actor.accountId });
  });
}
