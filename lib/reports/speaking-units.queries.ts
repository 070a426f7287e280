import 'server-only';
import type { Day } from '@/lib/dates';
import { countedUnits } from '@/lib/rights/rights.queries';
import type { Action } from '@/lib/rights/rights.table';
import type { Actor } from '@/lib/server/auth/actor';
import type { Db, Tx } from '@/lib/server/db';
import { AppError } from '@/lib/server/errors';
import type { HeldTask } from '@/lib/tasks/task.commands';
import { type SpeakingUnit, speakingUnits } from './report.policy';

/** The units for which the actor may take the action on a held task, leads first. */
export async function listSpeakingUnits(
  client: Db,
  actor: Actor,
  action: Action,
  access: { leadUnitIds: readonly number[]; unitIds: readonly number[] },
  day: Day,
): Promise<SpeakingUnit[]> {
  const acting = await countedUnits(actor.actingUnitIds, day, client);
  const children = await countedUnits(actor.childUnitIds, day, client);
  return speakingUnits(action, {
    roles: actor.roles,
    acting,
    children,
    leadUnitIds: access.leadUnitIds,
    unitIds: access.unitIds,
  });
}

/** The unit that speaks on a held task: the one given, else the first. Refuses: forbidden (none, or not the one given). */
export async function chooseUnit(
  tx: Tx,
  actor: Actor,
  action: Action,
  task: HeldTask,
  given: number | undefined,
): Promise<SpeakingUnit> {
  const units = await listSpeakingUnits(tx, actor, action, task.access, task.today);
  if (units.length === 0) throw new AppError('forbidden');
  if (given === undefined) return units[0]!;
  // A unit merged away since the form was drawn counts as the one it went into.
  const [counted] = await countedUnits([given], task.today, tx);
  const unit = units.find((u) => u.unitId === counted);
  if (!unit) throw new AppError('forbidden');
  return unit;
}
