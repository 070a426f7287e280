import 'server-only';
import type { Day } from '@/lib/dates';
import { countedUnits, findTaskAccess, mayDo, storedUnits } from '@/lib/rights/rights.queries';
import type { Actor } from '@/lib/server/auth/actor';
import { today } from '@/lib/server/clock';
import type { Db } from '@/lib/server/db';
import { AppError } from '@/lib/server/errors';
import { mayReadSlip } from '@/lib/slips/slip.policy';
import { findSlipAccess } from '@/lib/slips/slip-access.queries';
import type { EvidenceTarget } from './evidence.schema';

/** How an actor stands to what evidence goes with. */
export type TargetAccess = {
  today: Day;
  planId: number;
  canUpload: boolean;
  /** Reads what has been submitted there. */
  canRead: boolean;
  /** The units there for which the actor uploads, the lead first; none for the office of the plan. */
  ownUnitIds: number[];
  /** Why nothing can be uploaded now, whoever asks; null where it can. */
  refusal: string | null;
};

/** The actor's own units and those a head signs for, also by what they count as after a merge. */
export async function ownUnits(actor: Actor, client: Db): Promise<number[]> {
  const units = [...actor.actingUnitIds, ...actor.childUnitIds];
  if (units.length === 0) return [];
  const day = await today(client);
  // What a unit gave that has gone into one of these since is theirs.
  return [...units, ...(await storedUnits(await countedUnits(units, day, client), day, client))];
}

/** Null where the task or slip lies outside the actor's scope. */
export async function findTargetAccess(actor: Actor, target: EvidenceTarget, client: Db): Promise<TargetAccess | null> {
  return 'slipId' in target
    ? findSlipTarget(actor, target.slipId, client)
    : findTaskTarget(actor, target.taskId, client);
}

async function planRefusal(client: Db, planId: number, day: Day): Promise<string | null> {
  const [plan] = await client.$queryRaw<{ isRunning: boolean }[]>`
    SELECT status = 'ACTIVE' AND effective_from <= ${day}::date AS "isRunning" FROM plan WHERE id = ${planId}`;
  return plan?.isRunning ? null : '方案未在执行中，不能上传佐证材料。';
}

async function findTaskTarget(actor: Actor, taskId: number, client: Db): Promise<TargetAccess | null> {
  const day = await today(client);
  const access = await findTaskAccess(actor, taskId, day, client);
  if (!access || !mayDo(actor, 'task.read', access.relations)) return null;
  const own = await countedUnits([...actor.actingUnitIds, ...actor.childUnitIds], day, client);
  return {
    today: day,
    planId: access.planId,
    canUpload: mayDo(actor, 'evidence.upload', access.relations),
    canRead: mayDo(actor, 'report.read', access.relations),
    ownUnitIds: [...access.leadUnitIds, ...access.unitIds].filter((id) => own.includes(id)),
    refusal: await planRefusal(client, access.planId, day),
  };
}

const ANSWERABLE = ['ISSUED', 'SIGNED_FOR'];

async function findSlipTarget(actor: Actor, slipId: number, client: Db): Promise<TargetAccess | null> {
  const day = await today(client);
  const slip = await client.slip.findUnique({
    where: { id: slipId },
    select: { id: true, planId: true, unitId: true, status: true },
  });
  const access = slip && (await findSlipAccess(client, actor, slip, day));
  if (!slip || !access || !mayReadSlip(access, slip.status)) return null;
  const [addressee] = await countedUnits([slip.unitId], day, client);
  return {
    today: day,
    planId: slip.planId,
    canUpload: access.answers || access.issues,
    canRead: true,
    ownUnitIds: access.answers ? [addressee!] : [],
    refusal: ANSWERABLE.includes(slip.status)
      ? await planRefusal(client, slip.planId, day)
      : '该督办单现在不在答复期间，不能上传佐证材料。',
  };
}

/** Refuses: not_found (outside the scope), forbidden, invalid_state (plan not running, slip not to be answered). */
export async function holdTarget(actor: Actor, target: EvidenceTarget, client: Db): Promise<TargetAccess> {
  const access = await findTargetAccess(actor, target, client);
  if (!access) throw new AppError('not_found');
  if (!access.canUpload) throw new AppError('forbidden');
  if (access.refusal) throw new AppError('invalid_state', access.refusal);
  return access;
}
