import 'server-only';
import { type Day, formatDayProse } from '@/lib/dates';
import { tellUnitsOfChange } from '@/lib/notices/task-notices.commands';
import type { Actor } from '@/lib/server/auth/actor';
import { inTransaction, type Tx } from '@/lib/server/db';
import { AppError } from '@/lib/server/errors';
import { recordEvent, toDate } from '@/lib/server/events';
import { tellUnitsToSign } from '@/lib/sign-for/sign-for-notices.commands';
import { type HeldTask, holdTask, isRepeat, moveTask, nextState, requireVersion } from './task.commands';
import type { ReassignInput } from './task.schema';

type Role = 'LEAD' | 'RESPONSIBLE';
type Standing = {
  id: number;
  role: Role;
  printed: string;
  unitId: number | null;
  /** What the unit counts as today. */
  countedId: number | null;
  beganToday: boolean;
};
type Added = { role: Role; unitId: number; name: string };

/**
 * 调整单位, from today on; the printed words stay. Refuses: not_found, forbidden, invalid_state (plan not running, no lead would be left, a unit
 * stands there already or does not belong to the list), unreadable (no basis, nothing changed), conflict.
 */
export async function reassignTask(actor: Actor, input: ReassignInput): Promise<void> {
  await inTransaction((tx) => reassignTaskIn(tx, actor, input));
}

/** reassignTask within a given transaction, rights included; objectionId: the objection it answers. */
export async function reassignTaskIn(
  tx: Tx,
  actor: Actor,
  input: ReassignInput,
  { objectionId }: { objectionId?: number } = {},
): Promise<void> {
  const task = await holdTask(tx, actor, input.taskId, 'task.reassign');
  if (await isRepeat(tx, actor, task, input.idempotencyKey)) return;
  nextState(task.state, { type: 'reassign' });
  requireVersion(task, input.version);
  const before = await readStanding(tx, task.id, task.today);
  if (input.end.some((id) => !before.some((mention) => mention.id === id)))
    throw new AppError('conflict', '任务的单位已有变动，您的调整没有执行，填写的文字已保留。请核对最新情况后再提交。');
  const stays = before.filter(({ id }) => !input.end.includes(id));
  const added = await readAdded(tx, task, input, stays);
  if (input.end.length === 0 && added.length === 0)
    throw new AppError('unreadable', '没有选择要结束或增加的单位，请选择后再提交。');
  const after = [...stays, ...added.map(({ role, name }) => ({ role, printed: name }))];
  if (!after.some(({ role }) => role === 'LEAD'))
    throw new AppError('invalid_state', '任务至少要有一个牵头单位，请保留或增加牵头单位后再提交。');

  const rolesBefore = await readRoles(tx, task);
  await endMentions(tx, before, input.end, task.today);
  await addMentions(tx, task, added);
  await moveTask(tx, task, { state: task.state });
  await recordEvent(tx, actor, {
    taskId: task.id,
    type: 'TASK_REASSIGNED',
    effectiveOn: task.today,
    payload: {
      ...sidesOf('lead', 'LEAD', before, after),
      ...sidesOf('responsible', 'RESPONSIBLE', before, after),
      basis: input.basis,
      byOffice: true,
      ...(objectionId === undefined ? {} : { objectionId }),
      form: input.idempotencyKey,
    },
  });
  await tellUnitsToSign(
    tx,
    task.planId,
    added.map(({ unitId }) => unitId),
  );
  await tellMoved(tx, actor, task, rolesBefore, input);
}

/** The units on a task today, members of collectives among them, with the role that binds them most. */
async function readRoles(tx: Tx, task: HeldTask): Promise<Map<number, Role>> {
  const rows = await tx.$queryRaw<{ unitId: number; role: Role }[]>`
    SELECT u.unit_id AS "unitId", min(u.role)::text AS role FROM task_units_as_of(${task.today}::date) u WHERE u.task_id = ${task.id} GROUP BY u.unit_id`;
  return new Map(rows.map(({ unitId, role }) => [unitId, role]));
}

/** Units that take a task over, leave it or stand on it otherwise than before learn of it, whether or not they have signed for the plan. */
async function tellMoved(
  tx: Tx,
  actor: Actor,
  task: HeldTask,
  before: ReadonlyMap<number, Role>,
  { basis, idempotencyKey }: ReassignInput,
): Promise<void> {
  const after = await readRoles(tx, task);
  const moved = [...new Set([...before.keys(), ...after.keys()])].filter((id) => before.get(id) !== after.get(id));
  const { dueOn } = task;
  for (const [role, what] of [
    ['LEAD', '改由贵单位牵头'],
    ['RESPONSIBLE', '列贵单位为责任单位'],
    [undefined, '不再由贵单位承担'],
  ] as const) {
    const units = moved.filter((id) => after.get(id) === role);
    const due = role === undefined || dueOn === null ? '' : `完成时限 ${formatDayProse(dueOn)}。`;
    await tellUnitsOfChange(tx, actor, task, role === 'RESPONSIBLE' ? { leads: [], others: units } : { leads: units }, {
      // Who stands for two of the units is told of both.
      key: `reassigned:${task.id}:${idempotencyKey}:${role ?? 'none'}`,
      what,
      body: `${due}依据：${basis}`,
    });
  }
}

const namesOf = (mentions: readonly { role: Role; printed: string }[], role: Role) =>
  mentions
    .filter((mention) => mention.role === role)
    .map(({ printed }) => printed)
    .join('、');

/** The names of one role before and after, in the form a revised list writes them; nothing where they stayed. */
function sidesOf(
  field: 'lead' | 'responsible',
  role: Role,
  before: readonly { role: Role; printed: string }[],
  after: readonly { role: Role; printed: string }[],
) {
  const sides = { before: namesOf(before, role), after: namesOf(after, role) };
  return sides.before === sides.after ? {} : { [field]: sides };
}

function readStanding(tx: Tx, taskId: number, day: Day): Promise<Standing[]> {
  return tx.$queryRaw<Standing[]>`
    SELECT u.id, u.role::text AS role, u.printed, u.unit_id AS "unitId", coalesce(r.counted_unit_id, u.unit_id) AS "countedId",
           u.valid_from = ${day}::date AS "beganToday"
      FROM task_unit u LEFT JOIN unit_rollup(${day}::date) r ON r.unit_id = u.unit_id
     WHERE u.task_id = ${taskId} AND u.valid_from <= ${day}::date AND u.valid_to > ${day}::date
     ORDER BY u.role, u.position`;
}

/** The units to add, each of them one that may stand on the plan's list. */
async function readAdded(tx: Tx, task: HeldTask, input: ReassignInput, stays: readonly Standing[]): Promise<Added[]> {
  const wanted = [
    ...input.addLead.map((unitId) => ({ role: 'LEAD' as const, unitId })),
    ...input.addResponsible.map((unitId) => ({ role: 'RESPONSIBLE' as const, unitId })),
  ];
  if (wanted.length === 0) return [];
  const known = await listAssignableUnits(tx, task.planId, task.today);
  const taken = new Set(stays.map(({ countedId }) => countedId));
  return wanted.map(({ role, unitId }) => {
    const unit = known.find(({ id }) => id === unitId);
    if (!unit) throw new AppError('invalid_state', '所选单位不在本方案的单位名录中，或已并入其他单位。请重新选择。');
    if (taken.has(unitId))
      throw new AppError('invalid_state', `${unit.name}已是这项任务的牵头或责任单位，不必再增加。请核对后再提交。`);
    taken.add(unitId);
    return { role, unitId, name: unit.name };
  });
}

/** Units that may stand on a plan's list: those of its region, or the bureau and its 科室; merged ones left out. In protocol order. */
export function listAssignableUnits(
  client: Pick<Tx, '$queryRaw'>,
  planId: number,
  day: Day,
): Promise<{ id: number; name: string }[]> {
  return client.$queryRaw<{ id: number; name: string }[]>`
    SELECT u.id, u.name FROM plan p JOIN unit u ON u.region_id = p.region_id
       AND (CASE WHEN p.owner_unit_id IS NULL THEN true ELSE u.id = p.owner_unit_id OR u.parent_id = p.owner_unit_id END)
     WHERE p.id = ${planId} AND u.id NOT IN (SELECT unit_id FROM unit_rollup(${day}::date))
     ORDER BY u.parent_id NULLS FIRST, u.sort_order, u.id`;
}

/** A mention that began only today has been nobody's on any day; any other ends today and stays readable. */
async function endMentions(tx: Tx, before: readonly Standing[], ended: readonly number[], day: Day): Promise<void> {
  const ofToday = before.filter(({ id, beganToday }) => beganToday && ended.includes(id)).map(({ id }) => id);
  if (ofToday.length > 0) await tx.taskUnit.deleteMany({ where: { id: { in: ofToday } } });
  const older = ended.filter((id) => !ofToday.includes(id));
  if (older.length > 0) await tx.taskUnit.updateMany({ where: { id: { in: older } }, data: { validTo: toDate(day) } });
}

async function addMentions(tx: Tx, task: HeldTask, added: readonly Added[]): Promise<void> {
  if (added.length === 0) return;
  const last = await tx.taskUnit.aggregate({ where: { taskId: task.id }, _max: { position: true } });
  await tx.taskUnit.createMany({
    data: added.map(({ role, unitId, name }, index) => ({
      taskId: task.id,
      role,
      position: (last._max.position ?? 0) + index + 1,
      printed: name,
      unitId,
      divisions: [],
      coUnitIds: [],
      isByOffice: true,
      validFrom: toDate(task.today),
    })),
  });
}
