import { beforeAll, describe, expect, test } from 'vitest';
import { findTaskAccess } from '@/lib/rights/rights.queries';
import type { Role } from '@/lib/rights/rights.table';
import { type Actor, loadActor } from '@/lib/server/auth/actor';
import { today } from '@/lib/server/clock';
import { db } from '@/lib/server/db';
import type { AppErrorCode } from '@/lib/server/errors';
import { addAlias, addUnit, changeUnit, mergeUnits, moveUnit, removeAlias } from '@/lib/units/unit.commands';
import { findMergePreview, findRegister, findUnitForEditing, listUnitRegions } from '@/lib/units/unit.queries';
import { queryAsApp } from '../support/database';

let count = 0;
async function makeActor(given: { roles: Role[]; regionId?: number | null; unitId?: number | null }): Promise<Actor> {
  count += 1;
  const account = await db().account.create({
    data: {
      username: `keeper.${count}`,
      displayName: '管理人',
      passwordHash: 'x',
      mustChangePassword: false,
      ...given,
    },
  });
  return (await loadActor(account.id))!;
}

const refusal = (code: AppErrorCode) => expect.objectContaining({ name: 'AppError', code });
const regionId = async (code: string) => (await db().region.findUniqueOrThrow({ where: { code } })).id;
const unitOf = (code: string, name: string) =>
  db().unit.findFirstOrThrow({ where: { region: { code }, name, parentId: null } });

let ezhou: number;
let zengdu: number;
let city: Actor;

beforeAll(async () => {
  [ezhou, zengdu] = [await regionId('ezhou'), await regionId('zengdu')];
  city = await makeActor({ roles: ['admin'], regionId: ezhou });
});

async function makeUnit(parentId: number | null = null): Promise<{ id: number; name: string; version: number }> {
  count += 1;
  const name = `测试局${count}`;
  const id = await addUnit(city, {
    regionId: ezhou,
    parentId,
    name,
    fullName: null,
    kind: 'department',
    divisions: [],
  });
  return { id, name, version: 1 };
}

const stateOf = async (id: number) => (await findUnitForEditing(city, id))!;
const change = (unit: { id: number; version: number; name: string }, given: object = {}) => ({
  unitId: unit.id,
  version: unit.version,
  name: unit.name,
  fullName: null,
  divisions: [],
  ...given,
});

describe('who keeps the register', () => {
  test("a region's admin keeps that region's, the platform's admin every one", async () => {
    expect((await listUnitRegions(city)).map((region) => region.id)).toEqual([ezhou]);
    const platform = await makeActor({ roles: ['admin'] });
    expect(await listUnitRegions(platform)).toHaveLength(await db().region.count());
    expect(await findRegister(platform, zengdu, null)).not.toBeNull();
  });

  test('for anyone else, and elsewhere, a unit is not found by any command', async () => {
    const elsewhere = await unitOf('zengdu', '区住建局');
    const here = await unitOf('ezhou', '市住建局');
    const office = await makeActor({ roles: ['office'], regionId: ezhou });
    for (const [actor, unit] of [
      [city, elsewhere],
      [office, here],
      [await makeActor({ roles: ['unit_head'], unitId: here.id }), here],
    ] as const) {
      const at = { unitId: unit.id, version: unit.version };
      await expect(changeUnit(actor, change(unit))).rejects.toEqual(refusal('not_found'));
      await expect(moveUnit(actor, { ...at, position: 1 })).rejects.toEqual(refusal('not_found'));
      await expect(addAlias(actor, { ...at, alias: '别名' })).rejects.toEqual(refusal('not_found'));
      await expect(removeAlias(actor, { ...at, aliasId: 1 })).rejects.toEqual(refusal('not_found'));
      await expect(
        addUnit(actor, {
          regionId: unit.regionId,
          parentId: null,
          name: '新局',
          fullName: null,
          kind: 'department',
          divisions: [],
        }),
      ).rejects.toEqual(refusal('not_found'));
      await expect(
        mergeUnits(actor, { fromUnitId: unit.id, intoUnitId: here.id, fromVersion: 1, intoVersion: 1, basis: '文件' }),
      ).rejects.toEqual(refusal('not_found'));
      expect(await findRegister(actor, unit.regionId, null)).toBeNull();
      expect(await findUnitForEditing(actor, unit.id)).toBeNull();
      expect(await findMergePreview(actor, unit.id, here.id)).toBeNull();
    }
  });
});

describe('units', () => {
  test('a new one stands last and is recorded', async () => {
    const unit = await makeUnit();
    const register = (await findRegister(city, ezhou, null))!;
    expect(register.at(-1)!.id).toBe(unit.id);
    expect(
      await db().auditEvent.count({ where: { kind: 'unit.added', subjectId: unit.id, actorId: city.accountId } }),
    ).toBe(1);
  });

  test('refuses a name in use: of a unit, an alias, a collective; and a parent that is itself a part', async () => {
    const add = (name: string, parentId: number | null = null) =>
      addUnit(city, { regionId: ezhou, parentId, name, fullName: null, kind: 'department', divisions: [] });
    await expect(add('市 住建局')).rejects.toEqual(refusal('invalid_state'));
    await expect(add('鄂州市住建局')).rejects.toEqual(refusal('invalid_state'));
    await expect(add('各区')).rejects.toEqual(refusal('invalid_state'));
    const bureau = await unitOf('ezhou', '市住建局');
    const division = await db().unit.findFirstOrThrow({ where: { parentId: bureau.id } });
    await expect(add('某股', division.id)).rejects.toEqual(refusal('invalid_state'));
    await expect(add('某科', (await unitOf('zengdu', '区住建局')).id)).rejects.toEqual(refusal('not_found'));
  });

  test('another region may have the same name', async () => {
    const platform = await makeActor({ roles: ['admin'] });
    await expect(
      addUnit(platform, {
        regionId: zengdu,
        parentId: null,
        name: '市住建局',
        fullName: null,
        kind: 'department',
        divisions: [],
      }),
    ).resolves.toBeGreaterThan(0);
  });

  test('a former name becomes an alias; going back to it leaves no double', async () => {
    const unit = await makeUnit();
    await changeUnit(city, change(unit, { name: `${unit.name}改` }));
    expect(await stateOf(unit.id)).toMatchObject({
      name: `${unit.name}改`,
      version: 2,
      aliases: [{ name: unit.name }],
    });
    await changeUnit(city, change({ ...unit, version: 2 }));
    expect(await stateOf(unit.id)).toMatchObject({ name: unit.name, aliases: [{ name: `${unit.name}改` }] });
    const record = await db().auditEvent.findFirstOrThrow({ where: { kind: 'unit.renamed', subjectId: unit.id } });
    expect(record.payload).toMatchObject({ before: { name: unit.name }, after: { name: `${unit.name}改` } });
  });

  test('refuses a new name in use, and a stale version with what stands now', async () => {
    const unit = await makeUnit();
    await expect(changeUnit(city, change(unit, { name: '市财政局' }))).rejects.toEqual(refusal('invalid_state'));
    await changeUnit(city, change(unit, { divisions: ['发改'] }));
    await expect(changeUnit(city, change(unit, { divisions: ['经信'] }))).rejects.toMatchObject({
      code: 'conflict',
      latest: { divisions: '发改', version: '2' },
    });
    expect((await stateOf(unit.id)).divisions).toEqual(['发改']);
  });

  test('moving changes the order of that unit alone', async () => {
    const ids = async () => (await findRegister(city, ezhou, null))!.map((unit) => unit.id);
    const unit = await makeUnit();
    const before = await ids();
    await moveUnit(city, { unitId: unit.id, version: 1, position: 3 });
    const after = await ids();
    expect(after.indexOf(unit.id)).toBe(2);
    expect(after.filter((id) => id !== unit.id)).toEqual(before.filter((id) => id !== unit.id));
    await expect(moveUnit(city, { unitId: unit.id, version: 1, position: 1 })).rejects.toEqual(refusal('conflict'));
  });
});

describe('aliases', () => {
  test('are added and removed', async () => {
    const unit = await makeUnit();
    await addAlias(city, { unitId: unit.id, version: 1, alias: `${unit.name}别称` });
    const { aliases, version } = await stateOf(unit.id);
    expect(aliases.map((alias) => alias.name)).toEqual([`${unit.name}别称`]);
    await removeAlias(city, { unitId: unit.id, version, aliasId: aliases[0]!.id });
    expect((await stateOf(unit.id)).aliases).toEqual([]);
  });

  test.each(['市财政局', '鄂州市住建局', '各区'])('refuses %s, which already means another', async (alias) => {
    const unit = await makeUnit();
    await expect(addAlias(city, { unitId: unit.id, version: 1, alias })).rejects.toMatchObject({
      code: 'invalid_state',
      message: expect.stringContaining(alias),
    });
  });

  test('refuses the own name, a stale version, and the alias of another unit', async () => {
    const [unit, other] = [await makeUnit(), await unitOf('ezhou', '市住建局')];
    await expect(addAlias(city, { unitId: unit.id, version: 1, alias: unit.name })).rejects.toEqual(
      refusal('invalid_state'),
    );
    await expect(addAlias(city, { unitId: unit.id, version: 9, alias: '某别名' })).rejects.toEqual(refusal('conflict'));
    const foreign = await db().unitAlias.findFirstOrThrow({ where: { unitId: other.id } });
    await expect(removeAlias(city, { unitId: unit.id, version: 1, aliasId: foreign.id })).rejects.toEqual(
      refusal('not_found'),
    );
    await expect(removeAlias(city, { unitId: other.id, version: 9, aliasId: foreign.id })).rejects.toEqual(
      refusal('conflict'),
    );
  });

  test('the same alias given to two units at once goes to one', async () => {
    const [a, b] = [await makeUnit(), await makeUnit()];
    const results = await Promise.allSettled(
      [a, b].map((unit) => addAlias(city, { unitId: unit.id, version: 1, alias: '同时争用的别名' })),
    );
    expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected']);
  });
});

describe('merging', () => {
  const merge = (
    from: { id: number; version: number },
    into: { id: number; version: number },
    basis = '鄂编发〔2022〕1号',
  ) =>
    mergeUnits(city, {
      fromUnitId: from.id,
      intoUnitId: into.id,
      fromVersion: from.version,
      intoVersion: into.version,
      basis,
    });

  test('the preview counts what moves; from today on duties count with the other unit, and stored ids stay', async () => {
    const [from, into] = [await unitOf('ezhou', '市供电公司'), await unitOf('ezhou', '市水务集团公司')];
    const reporter = await makeActor({ roles: ['unit_reporter'], unitId: into.id });
    const mention = await db().taskUnit.findFirstOrThrow({ where: { unitId: from.id } });
    const day = await today();
    // A reporter of the other unit does not yet stand to this task.
    await db().plan.updateMany({
      where: { tasks: { some: { id: mention.taskId } } },
      data: { status: 'ACTIVE', effectiveFrom: new Date('2022-01-01'), effectiveBasis: '测试' },
    });
    const relation = mention.role === 'LEAD' ? 'lead_unit' : 'responsible_unit';
    expect((await findTaskAccess(reporter, mention.taskId, day))?.relations).not.toContain(relation);

    const preview = (await findMergePreview(city, from.id, into.id))!;
    const distinct = async (role: 'LEAD' | 'RESPONSIBLE') =>
      (await db().taskUnit.findMany({ where: { unitId: from.id, role }, distinct: ['taskId'] })).length;
    expect(preview).toMatchObject({
      fault: null,
      leadTasks: await distinct('LEAD'),
      responsibleTasks: await distinct('RESPONSIBLE'),
      effectiveOn: day,
    });
    expect(preview.leadTasks + preview.responsibleTasks).toBeGreaterThan(0);

    await merge(from, into);
    expect((await findTaskAccess(reporter, mention.taskId, day))?.relations).toContain(relation);
    expect((await db().taskUnit.findUniqueOrThrow({ where: { id: mention.id } })).unitId).toBe(from.id);
    expect((await stateOf(from.id)).mergedInto).toMatchObject({
      id: into.id,
      effectiveOn: day,
      basis: '鄂编发〔2022〕1号',
    });
    expect(await db().auditEvent.count({ where: { kind: 'unit.merged', subjectId: from.id } })).toBe(1);
  });

  test('refuses itself, a unit merged already (either way), a circle, its own part', async () => {
    const [a, b, c] = [await makeUnit(), await makeUnit(), await makeUnit()];
    const part = await makeUnit(c.id);
    await expect(merge(a, a)).rejects.toEqual(refusal('invalid_state'));
    await merge(a, b);
    const [a2, b2] = [
      { ...a, version: 2 },
      { ...b, version: 2 },
    ];
    await expect(merge(a2, c)).rejects.toMatchObject({
      code: 'invalid_state',
      message: expect.stringContaining('不能再次合并'),
    });
    await expect(merge(c, a2)).rejects.toMatchObject({
      code: 'invalid_state',
      message: expect.stringContaining('请直接选择'),
    });
    await expect(merge(b2, a2)).rejects.toMatchObject({
      code: 'invalid_state',
      message: expect.stringContaining('循环'),
    });
    await expect(merge(c, part)).rejects.toEqual(refusal('invalid_state'));
    expect((await findMergePreview(city, b.id, a.id))!.fault).toContain('循环');
  });

  test('refuses two regions, even to who keeps both', async () => {
    const platform = await makeActor({ roles: ['admin'] });
    const [from, into] = [await makeUnit(), await unitOf('zengdu', '区住建局')];
    await expect(
      mergeUnits(platform, {
        fromUnitId: from.id,
        intoUnitId: into.id,
        fromVersion: 1,
        intoVersion: into.version,
        basis: '文件',
      }),
    ).rejects.toEqual(refusal('invalid_state'));
  });

  test('refuses what changed since the preview', async () => {
    const [a, b] = [await makeUnit(), await makeUnit()];
    await addAlias(city, { unitId: b.id, version: 1, alias: `${b.name}又名` });
    await expect(merge(a, b)).rejects.toEqual(refusal('conflict'));
  });

  test('two units merged into each other at once: one merge stands', async () => {
    const [a, b] = [await makeUnit(), await makeUnit()];
    const results = await Promise.allSettled([merge(a, b), merge(b, a)]);
    expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  test('the database lets nobody take a merge back or delete a unit', async () => {
    await expect(queryAsApp('DELETE FROM unit_merge')).rejects.toThrow(/permission denied/);
    await expect(queryAsApp('DELETE FROM unit')).rejects.toThrow(/permission denied/);
  });
});
