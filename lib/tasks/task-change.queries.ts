import 'server-only';
import { randomUUID } from 'node:crypto';
import { mayDo } from '@/lib/rights/rights.queries';
import type { AsOf } from '@/lib/server/as-of';
import type { Actor } from '@/lib/server/auth/actor';
import { db } from '@/lib/server/db';
import { planRefusal } from './task.commands';
import type { TaskDetail } from './task-detail.queries';
import { listAssignableUnits } from './task-units.commands';

export type UnitChoiceLists = {
  mentions: { id: number; role: 'LEAD' | 'RESPONSIBLE'; name: string }[];
  units: { id: number; name: string }[];
};

/** What the office's forms that change a task's units or its deadline start from. */
export type TaskChangeForms = {
  canReassign: boolean;
  canCorrect: boolean;
  version: number;
  dueOn: string | null;
  ongoing: boolean;
  choices: UnitChoiceLists;
  keyFor: { reassign: string; correct: string };
};

/** The forms on a task today; null where the actor changes nothing about it, or nothing can be changed. */
export async function findTaskChangeForms(actor: Actor, task: TaskDetail, asOf: AsOf): Promise<TaskChangeForms | null> {
  const { relations } = task.access;
  const canReassign = mayDo(actor, 'task.reassign', relations);
  const canCorrect = mayDo(actor, 'task.correct', relations);
  if (!asOf.isToday || (!canReassign && !canCorrect) || planRefusal(task.plan, asOf.today) !== null) return null;
  const [units, { ongoing }] = await Promise.all([
    canReassign ? listAssignableUnits(db(), task.plan.id, asOf.today) : [],
    db().task.findUniqueOrThrow({ where: { id: task.id }, select: { ongoing: true } }),
  ]);
  return {
    canReassign,
    canCorrect,
    version: task.now.version,
    dueOn: task.now.dueOn,
    ongoing,
    choices: {
      mentions: task.mentions.map(({ id, role, printed, unit }) => ({
        id,
        role,
        name: unit && unit.name !== printed ? `${printed}（${unit.name}）` : printed,
      })),
      units,
    },
    keyFor: { reassign: randomUUID(), correct: randomUUID() },
  };
}
