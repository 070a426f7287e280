import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { carryOutBulk, previewBulk } from '@/lib/bulk/bulk.commands';
import { bulkDeedsOf, listBulkTasks, listFilteredIds } from '@/lib/bulk/bulk.queries';
import { BULK_DEEDS, type BulkInput, bulkSchema } from '@/lib/bulk/bulk.schema';
import { listPlanAccess } from '@/lib/rights/rights.queries';
import type { Actor } from '@/lib/server/auth/actor';
import { db } from '@/lib/server/db';
import { draftSlip } from '@/lib/slips/slip-draft.commands';
import { cancelTask } from '@/lib/tasks/task.commands';
import { EMPTY_FILTER } from '@/lib/tasks/task.filter';
import { reassignTask } from '@/lib/tasks/task-units.commands';
import { queryAsApp, queryAsOwner } from '../support/database';
import {
  actorOf,
  DAY,
  makeTask,
  makeWorld,
  VIEWER_KEYS,
  VIEWERS,
  type ViewerKey,
  type World,
} from '../support/viewers';

let world: World;
let tasks: number[];
const as = (key: ViewerKey) => actorOf(world, key);
const refused = (code: string) => expect.objectContaining({ name: 'AppError', code });
const setToday = (day: string) => queryAsOwner("UPDATE setting SET value = $1 WHERE key = 'simulated_today'", [day]);
const eventsOf = (id: number) => db().taskEvent.findMany({ where: { taskId: id }, orderBy: { sequence: 'asc' } });
const stored = (id: number) => db().task.findUniqueOrThrow({ where: { id } });

/** What the form sends, as text. */
function form(deed: string, fields: Record<string, string> = {}, ids: readonly number[] = tasks): BulkInput {
  return bulkSchema.parse({ do: deed, ids: ids.join(','), idempotencyKey: randomUUID(), ...fields });
}
const BASIS = { basis: '优化办〔2022〕12号' };
const FIELDS: Record<(typeof BULK_DEEDS)[number], () => Record<string, string>> = {
  remind: () => ({ words: '请尽快填报本月进展。' }),
  slip: () => ({ tier: '2', tierReason: '推进滞后' }),
  reassign: () => ({ ...BASIS, mode: 'lead', unitId: String(world.units.culture) }),
  cycle: () => ({ ...BASIS, kind: 'QUARTERLY', closingDay: '25' }),
  correct: () => ({ ...BASIS, due: 'set', dueOn: '2022-11-30', ongoing: 'keep' }),
  cancel: () => BASIS,
};

/** Preview and confirmation, as the two forms send them. */
async function confirm(actor: Actor, input: BulkInput): Promise<{ isRepeat: boolean }> {
  const { rows } = await previewBulk(actor, input);
  const versions = new Map(rows.map(({ task }) => [task.id, task.version]));
  return carryOutBulk(actor, { ...input, confirm: true, versions });
}

const TABLES = [
  'task_event',
  'notice',
  'slip',
  'slip_event',
  'cycle',
  'task_cycle_rule',
  'task_unit',
  'sign_for',
  'task_standing',
];
const countAll = async () => {
  const sql = TABLES.map((table) => `SELECT '${table}' AS name, count(*)::int AS n FROM ${table}`).join(' UNION ALL ');
  return queryAsApp<{ name: string; n: number }>(sql);
};

beforeAll(async () => {
  world = await makeWorld();
});
beforeEach(async () => {
  await setToday(DAY);
  tasks = [await makeTask(world, 'city'), await makeTask(world, 'city'), await makeTask(world, 'zone')];
});

describe('previewBulk', () => {
  test.each(BULK_DEEDS)('%s: says what would change, and writes nothing', async (deed) => {
    const before = [await countAll(), await Promise.all(tasks.map(stored))];
    const preview = await previewBulk(await as('city_office'), form(deed, FIELDS[deed]()));
    expect(preview.refused).toBe(0);
    expect(preview.rows.map((row) => row.task.id)).toEqual(tasks);
    expect(preview.rows.every((row) => row.change !== '' && row.refusal === null)).toBe(true);
    expect([await countAll(), await Promise.all(tasks.map(stored))]).toEqual(before);
  });

  test('names what cannot be done and why, beside what can', async () => {
    const office = await as('city_office');
    const { version } = await stored(tasks[1]!);
    await cancelTask(office, { taskId: tasks[1]!, version, idempotencyKey: randomUUID(), basis: '文件' });
    const preview = await previewBulk(office, form('cancel', BASIS));
    expect(preview.refused).toBe(1);
    expect(preview.rows.map((row) => row.refusal === null)).toEqual([true, false, true]);
    expect(preview.rows[0]!.change).toBe('未启动 → 已取消');
  });

  test('a unit of another plan cannot stand on the list', async () => {
    const preview = await previewBulk(
      await as('city_office'),
      form('reassign', { ...BASIS, mode: 'lead', unitId: String(world.units.eastReform) }),
    );
    expect(preview.refused).toBe(3);
    expect(preview.rows[0]!.refusal).toContain('不在本方案的单位名录中');
  });

  test('a task of a plan one only reads is refused, the others stand', async () => {
    const district = await makeTask(world, 'district');
    const preview = await previewBulk(await as('city_office'), form('remind', FIELDS.remind(), [tasks[0]!, district]));
    expect(preview.rows.map((row) => row.refusal)).toEqual([null, '属于其他地区或单位的方案，由该方案的优化办办理。']);
  });

  test('a task outside the actor’s scope: not found, as if it did not exist', async () => {
    const district = await makeTask(world, 'district');
    const input = form('remind', FIELDS.remind(), [tasks[0]!, district]);
    await expect(previewBulk(await as('lead_reporter'), input)).rejects.toEqual(refused('not_found'));
    await expect(
      previewBulk(await as('city_office'), form('remind', FIELDS.remind(), [2_000_000_000])),
    ).rejects.toEqual(refused('not_found'));
  });
});

describe('carryOutBulk', () => {
  const TYPES = {
    remind: 'REMINDED',
    reassign: 'TASK_REASSIGNED',
    cycle: 'CYCLE_SET',
    correct: 'DEADLINE_CORRECTED',
    cancel: 'TASK_CANCELLED',
  } as const;
  test.each(Object.entries(TYPES))('%s: one event on each task', async (deed, type) => {
    const office = await as('city_office');
    const before = await Promise.all(tasks.map(eventsOf));
    await confirm(office, form(deed, FIELDS[deed as keyof typeof TYPES]()));
    for (const [index, id] of tasks.entries()) {
      const events = await eventsOf(id);
      expect(events.length - before[index]!.length).toBe(1);
      expect(events.at(-1)).toMatchObject({ type, actorId: office.accountId });
    }
  });

  test('correct, cancel and reassign change the tasks as previewed', async () => {
    const office = await as('city_office');
    await confirm(office, form('correct', FIELDS.correct()));
    for (const id of tasks) expect((await stored(id)).dueOn?.toISOString().slice(0, 10)).toBe('2022-11-30');
    await confirm(office, form('reassign', FIELDS.reassign()));
    const after = await listBulkTasks(office, tasks);
    expect(after.map((task) => task.leads.map((lead) => lead.unitId))).toEqual(tasks.map(() => [world.units.culture]));
    await confirm(office, form('cancel', BASIS));
    for (const id of tasks) expect((await stored(id)).state).toBe('CANCELLED');
  });

  test('a unit that was responsible and comes to lead stands once', async () => {
    const office = await as('city_office');
    await confirm(
      office,
      form('reassign', { ...BASIS, mode: 'lead', unitId: String(world.units.finance) }, [tasks[0]!]),
    );
    const standing = await queryAsApp<{ role: string }>(
      `SELECT role::text FROM task_unit WHERE task_id = $1 AND unit_id = $2 AND valid_to > $3::date`,
      [tasks[0], world.units.finance, DAY],
    );
    expect(standing).toEqual([{ role: 'LEAD' }]);
  });

  test('one unit takes the place of another, in its role', async () => {
    const office = await as('city_office');
    const fields = {
      ...BASIS,
      mode: 'replace',
      fromUnitId: String(world.units.finance),
      unitId: String(world.units.culture),
    };
    const preview = await previewBulk(office, form('reassign', fields));
    expect(preview.rows.map((row) => row.refusal === null)).toEqual([true, true, false]);
    await confirm(office, form('reassign', fields, tasks.slice(0, 2)));
    const [task] = await listBulkTasks(office, [tasks[0]!]);
    expect(task!.leads.map((lead) => lead.unitId)).toEqual([world.units.reform]);
  });

  test('slip: one draft for each lead unit, of the tasks it leads', async () => {
    await confirm(await as('city_office'), form('slip', FIELDS.slip()));
    const slips = await db().slip.findMany({
      where: { tasks: { some: { taskId: { in: tasks } } } },
      include: { tasks: true },
      orderBy: { id: 'asc' },
    });
    const found = slips.map((slip) => [
      slip.unitId,
      slip.status,
      slip.tasks.map((task) => task.taskId).sort((a, b) => a - b),
    ]);
    expect(found.sort()).toEqual(
      [
        [world.units.reform, 'DRAFT', tasks.slice(0, 2)],
        [world.units.eastZone, 'DRAFT', tasks.slice(2)],
      ].sort(),
    );
  });

  test('slip: a task on an open slip of the tier keeps back neither the others of its unit nor its own other leads', async () => {
    const office = await as('city_office');
    const [one, both, zone] = tasks as [number, number, number];
    await confirm(office, form('slip', FIELDS.slip(), [one]));
    const { version } = await stored(both);
    await reassignTask(office, {
      taskId: both,
      version,
      basis: '会议纪要',
      end: [],
      addLead: [world.units.culture],
      addResponsible: [],
      idempotencyKey: randomUUID(),
    });
    await confirm(office, form('slip', FIELDS.slip(), [zone]));
    const more = await makeTask(world, 'city');

    const preview = await previewBulk(office, form('slip', FIELDS.slip(), [one, both, zone, more]));
    const LISTED = '已列入同一层级未办结的督办单。';
    expect(preview.rows.map((row) => row.refusal)).toEqual([LISTED, null, LISTED, null]);
    expect(preview.leftOut).toEqual([]);

    // Of the two leads of a task one has it on a slip already.
    await confirm(office, form('slip', FIELDS.slip(), [more]));
    const third = await makeTask(world, 'city');
    const half = await previewBulk(office, form('slip', FIELDS.slip(), [both, third]));
    expect(half.refused).toBe(0);
    await draftSlip(office, {
      planId: world.plans.city,
      unitId: world.units.reform,
      taskIds: [both],
      tier: 2,
      tierReason: '推进滞后',
      idempotencyKey: randomUUID(),
    });
    const now = await previewBulk(office, form('slip', FIELDS.slip(), [both, third]));
    expect(now.refused).toBe(0);
    expect(now.leftOut).toEqual([{ taskId: both, unitId: world.units.reform }]);
    const names = await db().unit.findMany({ where: { id: { in: [world.units.culture, world.units.reform] } } });
    const nameOf = (unitId: number) => names.find((unit) => unit.id === unitId)!.name;
    expect(now.rows[0]!.change).toBe(
      `列入发给${nameOf(world.units.culture)}的督办单（拟稿）；发给${nameOf(world.units.reform)}的已列入同一层级未办结的督办单，不重复列入`,
    );

    // What the preview did not leave out is never left out in silence.
    const input = form('slip', FIELDS.slip(), [both, third]);
    const versions = new Map(now.rows.map(({ task }) => [task.id, task.version]));
    const { seq } = await stored(both);
    await expect(carryOutBulk(office, { ...input, confirm: true, versions })).rejects.toMatchObject({
      code: 'invalid_state',
      message: `第 ${seq} 项：已列入同一层级未办结的督办单，全部没有办理。`,
    });
    const sent = { ...FIELDS.slip(), leftOut: `${both}:${world.units.reform}` };
    await carryOutBulk(office, { ...form('slip', sent, [both, third]), confirm: true, versions });
    const slips = await db().slip.findMany({
      where: { tasks: { some: { taskId: { in: [both, third] } } } },
      include: { tasks: true },
      orderBy: { id: 'asc' },
    });
    const found = slips.map((slip) => [slip.unitId, slip.tasks.map((task) => task.taskId)]);
    expect(found).toHaveLength(3);
    expect(found).toEqual(
      expect.arrayContaining([
        [world.units.reform, [both]],
        [world.units.reform, [third]],
        [world.units.culture, [both]],
      ]),
    );
  });

  test('cancel: a task on an open slip is cancelled, and the preview says so before', async () => {
    const office = await as('city_office');
    await confirm(office, form('slip', FIELDS.slip(), [tasks[0]!]));
    const { rows } = await previewBulk(office, form('cancel', BASIS));
    expect(rows.map((row) => row.change)).toEqual([
      '未启动 → 已取消；任务仍列在未办结的督办单上：拟稿 1 份；取消任务不影响督办单，请另行办结、作废或修改',
      '未启动 → 已取消',
      '未启动 → 已取消',
    ]);
  });

  test('all or nothing: one refused leaves every task as it was', async () => {
    const office = await as('city_office');
    const input = form('cancel', BASIS);
    const { rows } = await previewBulk(office, input);
    const { version } = await stored(tasks[2]!);
    await cancelTask(office, { taskId: tasks[2]!, version, idempotencyKey: randomUUID(), basis: '文件' });
    const versions = new Map(rows.map(({ task }) => [task.id, task.version]));
    versions.set(tasks[2]!, (await stored(tasks[2]!)).version); // as if the preview had been of the newest
    await expect(carryOutBulk(office, { ...input, confirm: true, versions })).rejects.toEqual(refused('invalid_state'));
    for (const id of tasks.slice(0, 2)) expect((await stored(id)).state).toBe('NOT_STARTED');
  });

  test('a task that changed after the preview: conflict by its number, nothing done', async () => {
    const office = await as('city_office');
    const input = form('correct', FIELDS.correct());
    const { rows } = await previewBulk(office, input);
    await confirm(office, form('correct', { ...FIELDS.correct(), dueOn: '2022-10-31' }, [tasks[1]!]));
    const versions = new Map(rows.map(({ task }) => [task.id, task.version]));
    const { seq } = await stored(tasks[1]!);
    await expect(carryOutBulk(office, { ...input, confirm: true, versions })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining(`第 ${seq} 项`),
    });
    expect((await stored(tasks[0]!)).dueOn?.toISOString().slice(0, 10)).toBe('2022-12-31');
  });

  test.each(BULK_DEEDS)('%s: the same form twice, even at once, is done once', async (deed) => {
    const office = await as('city_office');
    const input = form(deed, FIELDS[deed]());
    const { rows } = await previewBulk(office, input);
    const confirmed = {
      ...input,
      confirm: true,
      versions: new Map(rows.map(({ task }) => [task.id, task.version])),
    };
    const answers = await Promise.all([carryOutBulk(office, confirmed), carryOutBulk(office, confirmed)]);
    expect(answers.map((answer) => answer.isRepeat).sort()).toEqual([false, true]);
    const counted = await countAll();
    expect(await carryOutBulk(office, confirmed)).toEqual({ isRepeat: true });
    expect(await countAll()).toEqual(counted);
  });

  test('only the office of the plan, whatever the deed', async () => {
    const active = VIEWER_KEYS.filter((key) => key !== 'nobody' && VIEWERS[key].isActive !== false);
    for (const deed of BULK_DEEDS) {
      const did: ViewerKey[] = [];
      for (const key of active) {
        const actor = await as(key);
        const [task] = [await makeTask(world, 'city')];
        const versions = new Map([[task, 1]]);
        const input = { ...form(deed, FIELDS[deed](), [task]), confirm: true, versions };
        await carryOutBulk(actor, input).then(
          () => did.push(key),
          (error) => expect(['not_found', 'forbidden']).toContain(error.code),
        );
        const isOffered = bulkDeedsOf(actor, await listPlanAccess(actor)).includes(deed);
        if (did.at(-1) === key) expect(isOffered).toBe(true);
      }
      expect(did.sort()).toEqual(['city_office', 'group_office', 'new_office', 'reporting_officer']);
    }
  }, 120_000);
});

describe('what the ledger’s boxes gather', () => {
  test('two hundred at most, of all that the filter finds', async () => {
    const office = await as('city_office');
    const access = await listPlanAccess(office);
    const found = await listFilteredIds(office, { ...EMPTY_FILTER, plan: world.plans.city }, access);
    expect(found.ids.length).toBe(Math.min(found.total, 200));
    expect(found.total).toBe(await db().task.count({ where: { planId: world.plans.city } }));
  });

  test('more than 200 in one form: refused in words', () => {
    const ids = Array.from({ length: 201 }, (_, index) => index + 1).join(',');
    const parsed = bulkSchema.safeParse({ do: 'cancel', ids, idempotencyKey: randomUUID(), ...BASIS });
    expect(parsed.error?.issues[0]).toMatchObject({ path: ['ids'], message: '一次最多办理 200 项任务，请分批选择。' });
  });
});
