import 'server-only';
import { settle, tell } from '@/lib/notices/notice.commands';
import { accountsOfUnits, overseersOfPlan, stillOfUnit } from '@/lib/notices/recipients.queries';
import { countedUnits, findTaskAccess, mayDo } from '@/lib/rights/rights.queries';
import type { Actor } from '@/lib/server/auth/actor';
import { today } from '@/lib/server/clock';
import { inTransaction, type Tx } from '@/lib/server/db';
import { AppError } from '@/lib/server/errors';
import { fromDate, recordEvent, toDate } from '@/lib/server/events';
import { holdTask, isRepeat, requireSameActor } from '@/lib/tasks/task.commands';
import { reassignTaskIn } from '@/lib/tasks/task-units.commands';
import { truncate } from '@/lib/text';
import { listObjectingUnits } from './objection.queries';
import {
  type DecideObjectionInput,
  GROUND_WORDS,
  type RaiseObjectionInput,
  type WithdrawObjectionInput,
} from './objection.schema';

const openKey = (objectionId: number) => `objection:${objectionId}`;

/**
 * 提出分工异议, one open per task and unit. Returns its id. Refuses: not_found, forbidden (not the actor's unit, or its head alone may object),
 * invalid_state (plan not running, one is open already).
 */
export async function raiseObjection(actor: Actor, input: RaiseObjectionInput): Promise<number> {
  return inTransaction(async (tx) => {
    const task = await holdTask(tx, actor, input.taskId, 'objection.raise');
    const units = await listObjectingUnits(tx, actor, task.access, task.today);
    const [wanted] = input.unitId === undefined ? units : await countedUnits([input.unitId], task.today, tx);
    if (wanted === undefined || !units.includes(wanted))
      throw new AppError('forbidden', '分工异议由本单位提出；本单位实行负责人签发的，请由单位负责人提出。');
    const repeat = await tx.taskEvent.findFirst({
      where: { taskId: task.id, type: 'OBJECTION_RAISED', payload: { path: ['form'], equals: input.idempotencyKey } },
      select: { payload: true, actorId: true },
    });
    requireSameActor(actor, repeat);
    if (repeat) return (repeat.payload as { objectionId: number }).objectionId;
    const open = await tx.objection.findFirst({
      where: { taskId: task.id, unitId: wanted, status: 'OPEN' },
      select: { id: true },
    });
    if (open)
      throw new AppError('invalid_state', '本单位对这项任务已提出异议，正在等待答复。需要改写的，请先撤回再提出。');
    const objection = await tx.objection.create({
      data: {
        taskId: task.id,
        unitId: wanted,
        ground: input.ground,
        reason: input.reason,
        raisedById: actor.accountId,
        raisedOn: toDate(task.today),
      },
      select: { id: true, unit: { select: { name: true } }, task: { select: { seq: true, text: true } } },
    });
    await recordEvent(tx, actor, {
      taskId: task.id,
      type: 'OBJECTION_RAISED',
      effectiveOn: task.today,
      unitId: wanted,
      payload: {
        objectionId: objection.id,
        ground: input.ground,
        groundWords: GROUND_WORDS[input.ground],
        reason: input.reason,
        form: input.idempotencyKey,
      },
    });
    const office = await overseersOfPlan(tx, task.planId, 'office', task.id);
    await tell(
      tx,
      office.map((accountId) => ({
        accountId,
        kind: 'objection' as const,
        key: openKey(objection.id),
        title: `${objection.unit.name}对第${objection.task.seq}项任务提出分工异议`,
        body: `${GROUND_WORDS[input.ground]}。${truncate(objection.task.text, 40)}`,
        href: `/tasks/${task.id}#objections`,
        taskId: task.id,
      })),
    );
    return objection.id;
  });
}

type Held = { id: number; unitId: number; status: string; version: number; raisedById: number };

async function lockObjection(tx: Tx, taskId: number, objectionId: number): Promise<Held> {
  const [objection] = await tx.$queryRaw<Held[]>`
    SELECT id, unit_id AS "unitId", status::text AS status, version, raised_by_id AS "raisedById" FROM objection
     WHERE id = ${objectionId} AND task_id = ${taskId} FOR UPDATE`;
  if (!objection) throw new AppError('not_found');
  return objection;
}

const DECISION_WORDS: Record<string, string> = {
  CONFIRMED: '答复：维持原分工',
  REASSIGNED: '答复：采纳，调整单位',
  WITHDRAWN: '撤回',
};

/** What became of an objection and by whom: told to the one who came second. */
async function decidedWords(tx: Tx, taskId: number, objectionId: number): Promise<string> {
  const event = await tx.taskEvent.findFirst({
    where: {
      taskId,
      type: 'OBJECTION_DECIDED',
      payload: { path: ['objectionId'], equals: objectionId },
    },
    orderBy: { sequence: 'desc' },
    select: { actorWords: true, effectiveOn: true, payload: true },
  });
  if (!event) return '这项异议已有答复或已撤回。';
  const { decision, note } = event.payload as { decision: string; note?: string };
  return `这项异议已由${event.actorWords}于 ${fromDate(event.effectiveOn)} ${DECISION_WORDS[decision]}${note ? `（${note.replace(/[。．.]+$/, '')}）` : ''}。`;
}

/**
 * 撤回分工异议, by the unit that raised it; twice does nothing more. Refuses: not_found, forbidden, invalid_state (decided already), conflict.
 */
export async function withdrawObjection(actor: Actor, input: WithdrawObjectionInput): Promise<void> {
  await inTransaction(async (tx) => {
    await tx.$queryRaw`SELECT id FROM task WHERE id = ${input.taskId} FOR UPDATE`;
    const day = await today(tx);
    const access = await findTaskAccess(actor, input.taskId, day, tx);
    if (!access || !mayDo(actor, 'task.read', access.relations)) throw new AppError('not_found');
    if (!mayDo(actor, 'objection.raise', access.relations)) throw new AppError('forbidden');
    const objection = await lockObjection(tx, input.taskId, input.objectionId);
    const units = await listObjectingUnits(tx, actor, access, day);
    const [owner] = await countedUnits([objection.unitId], day, tx);
    if (!units.includes(owner!)) throw new AppError('forbidden');
    if (objection.status === 'WITHDRAWN') return;
    if (objection.status !== 'OPEN')
      throw new AppError('invalid_state', `${await decidedWords(tx, input.taskId, objection.id)}不能再撤回。`);
    if (objection.version !== input.version) throw new AppError('conflict');
    await tx.objection.update({
      where: { id: objection.id },
      data: {
        status: 'WITHDRAWN',
        decidedById: actor.accountId,
        decidedOn: toDate(day),
        version: { increment: 1 },
      },
      select: { id: true },
    });
    await recordEvent(tx, actor, {
      taskId: input.taskId,
      type: 'OBJECTION_DECIDED',
      effectiveOn: day,
      unitId: objection.unitId,
      payload: { objectionId: objection.id, decision: 'WITHDRAWN' },
    });
    await settle(tx, 'objection', [openKey(objection.id)]);
  });
}

/**
 * 答复分工异议: the division stays (CONFIRMED), or units change in the same transaction (REASSIGNED); the printed words never do. Refuses: not_found,
 * forbidden, invalid_state (decided or taken back, plan not running, what reassignTask refuses), unreadable, conflict.
 */
export async function decideObjection(actor: Actor, input: DecideObjectionInput): Promise<void> {
  await inTransaction(async (tx) => {
    const task = await holdTask(tx, actor, input.taskId, 'objection.decide');
    const objection = await lockObjection(tx, task.id, input.objectionId);
    if (await isRepeat(tx, actor, task, input.idempotencyKey)) return;
    if (objection.status !== 'OPEN')
      throw new AppError(
        'invalid_state',
        `${await decidedWords(tx, task.id, objection.id)}您的答复没有保存，填写的文字已保留。`,
      );
    if (objection.version !== input.version) throw new AppError('conflict');

    if (input.decision === 'REASSIGNED')
      await reassignTaskIn(
        tx,
        actor,
        {
          taskId: task.id,
          version: input.taskVersion,
          basis: `采纳分工异议：${input.note}`,
          end: input.end,
          addLead: input.addLead,
          addResponsible: input.addResponsible,
          idempotencyKey: `${input.idempotencyKey}:units`,
        },
        { objectionId: objection.id },
      );
    const decided = await tx.objection.update({
      where: { id: objection.id },
      data: {
        status: input.decision,
        decidedById: actor.accountId,
        decidedOn: toDate(task.today),
        decisionNote: input.note,
        version: { increment: 1 },
      },
      select: { task: { select: { seq: true } } },
    });
    await recordEvent(tx, actor, {
      taskId: task.id,
      type: 'OBJECTION_DECIDED',
      effectiveOn: task.today,
      unitId: objection.unitId,
      payload: { objectionId: objection.id, decision: input.decision, note: input.note, form: input.idempotencyKey },
    });
    await settle(tx, 'objection', [openKey(objection.id)]);
    const people = await accountsOfUnits(tx, [objection.unitId], ['unit_reporter', 'unit_head'], task.today);
    const raiser = await stillOfUnit(tx, [objection.raisedById], objection.unitId, task.today);
    await tell(
      tx,
      [...new Set([...people, ...raiser])].map((accountId) => ({
        accountId,
        kind: 'objection' as const,
        key: `objection-decided:${objection.id}`,
        title: `第${decided.task.seq}项任务的分工异议已答复：${input.decision === 'REASSIGNED' ? '采纳，调整单位' : '维持原分工'}`,
        body: input.note,
        href: `/tasks/${task.id}#objections`,
        taskId: task.id,
      })),
    );
  });
}
