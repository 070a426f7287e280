// Everything that can be said against a report before it is written, and what it is made of. Writes nothing.
import 'server-only';
import type { Day } from '@/lib/dates';
import { listEvidence } from '@/lib/evidence/evidence.queries';
import { countedUnits } from '@/lib/rights/rights.queries';
import type { Actor } from '@/lib/server/auth/actor';
import type { Db, Tx } from '@/lib/server/db';
import { AppError } from '@/lib/server/errors';
import { ChangedFormError } from '@/lib/server/sent-form';
import { type HeldTask, nextState, requireVersion } from '@/lib/tasks/task.commands';
import { MOVE_REFUSAL_TEXT } from '@/lib/tasks/task.rules';
import { isOpenOn } from './cycle-choice.rules';
import { listCycleSights } from './cycles.queries';
import type { SpeakingUnit } from './report.policy';
import type { SubmitProgressInput, SubmitResultInput } from './report.schema';

export type Submitted = {
  reportId: number;
  version: number;
  /** The report counts from a day after the grace of its cycle. */
  isCatchUp: boolean;
  /** The same form had been received before; nothing was written now. */
  isRepeat: boolean;
};

export type Words = Pick<
  SubmitProgressInput,
  'percent' | 'narrative' | 'problems' | 'needs' | 'nextSteps' | 'idempotencyKey'
> & { evidenceIds: string[]; adoptedFrom: number[] };

/** Whose words they are, and who signed them where somebody else did. */
export type Authorship = { authorId: number; signedById: number | null; paperId?: number; writtenBy?: string };

export const ownWords = (actor: Actor): Authorship => ({
  authorId: actor.accountId,
  signedById: actor.roles.includes('unit_head') ? actor.accountId : null,
});

/**
 * The version a form has already made, where the same actor sent it before. Refuses: conflict (the key stands elsewhere, or what the form made was withdrawn or
 * sent back since: sent once more from a page the browser kept it is no repeat, and must not be taken for received).
 */
export async function findRepeat(
  tx: Tx,
  actor: Actor,
  taskId: number,
  idempotencyKey: string,
): Promise<Submitted | null> {
  const version = await tx.reportVersion.findUnique({ where: { idempotencyKey }, include: { report: true } });
  if (!version) return null;
  if (version.authorId !== actor.accountId || version.report.taskId !== taskId) throw new AppError('conflict');
  const { status } = version.report;
  if (status === 'WITHDRAWN' || status === 'RETURNED') {
    const what = status === 'WITHDRAWN' ? '撤回' : '被退回';
    throw new ChangedFormError(
      `这份表单此前已经提交过，后来已${what}，这次没有提交。您填写的内容仍在下面；确要再次提交的，请再按一次。`,
    );
  }
  return { reportId: version.reportId, version: version.version, isCatchUp: version.report.isCatchUp, isRepeat: true };
}

function requireDatedForPercent(task: HeldTask, percent: number | null): void {
  if (percent !== null && task.dueOn === null) {
    throw new AppError('unreadable', '该任务的完成时限没有日期，不填完成程度。请清空后再提交，您填写的文字已保留。');
  }
}

/** What the report now says, for a page to show beside what was typed. */
async function latestOf(
  tx: Tx,
  reportId: number,
  version: number,
  isEntered: boolean,
  returned: { id: number; reason: string } | null,
): Promise<Record<string, string>> {
  const row = await tx.reportVersion.findUniqueOrThrow({
    where: { reportId_version: { reportId, version } },
    include: { author: { select: { displayName: true } } },
  });
  return {
    percent: row.percent === null ? '' : String(row.percent),
    narrative: row.narrative,
    problems: row.problems,
    needs: row.needs,
    nextSteps: row.nextSteps,
    version: String(row.version),
    author: isEntered ? `${row.author.displayName}（补录）` : row.author.displayName,
    submittedAt: row.submittedAt.toISOString(),
    evidence: JSON.stringify(await listEvidence(row.evidenceIds, tx)),
    // Sent once more with this, the form answers a return that has been read.
    ...(returned ? { returned: returned.reason, seenReviewId: String(returned.id) } : {}),
  };
}

/** Why nothing can be reported while a RESULT is under review: told apart by whose it is, as only its own unit can withdraw it. */
export async function underReviewWords(client: Db, taskId: number, unitId: number, day: Day): Promise<string> {
  const asked = await client.progressReport.findFirst({
    where: { taskId, kind: 'RESULT', status: 'SUBMITTED' },
    orderBy: { id: 'desc' },
    select: { unitId: true, unit: { select: { name: true } } },
  });
  const [owner] = asked ? await countedUnits([asked.unitId], day, client) : [];
  if (!asked || owner === unitId) return MOVE_REFUSAL_TEXT['progress.under_review'];
  return `${asked.unit.name}已就该任务申请办结，正在等待审核，暂不能再报进展。需要补充内容的，请与该单位联系。`;
}

export type ProgressWords = Words & Pick<SubmitProgressInput, 'cycleId' | 'expectedVersion' | 'seenReviewId'>;

/**
 * Everything that can be said against a PROGRESS before it is written. `isSigned`: a head signs what was taken when it was written; waiting does not make it
 * void, it goes out as a 补报. Refuses: as submitProgress.
 */
export async function checkProgress(
  tx: Tx,
  task: HeldTask,
  unit: SpeakingUnit,
  input: ProgressWords,
  { isSigned = false } = {},
) {
  if (task.state === 'UNDER_REVIEW') {
    throw new AppError('invalid_state', await underReviewWords(tx, task.id, unit.unitId, task.today));
  }
  const state = nextState(task.state, { type: 'progress', by: unit.isLead ? 'LEAD' : 'RESPONSIBLE' });
  requireDatedForPercent(task, input.percent);

  const sights = await listCycleSights(tx, task, unit, task.today);
  const cycle = sights.find((c) => c.id === input.cycleId);
  if (input.cycleId === undefined && sights.some((c) => isOpenOn(c, task.today))) {
    throw new AppError('unreadable', '请选择填报周期后再提交，您填写的文字已保留。');
  }
  if (input.cycleId !== undefined && !cycle) throw new AppError('not_found');
  if (cycle && cycle.startsOn > task.today)
    throw new AppError('invalid_state', `${cycle.label}周期尚未开始，不能提前填报。`);
  const isPastGrace = cycle !== undefined && task.today > cycle.graceEndsOn;

  const existing =
    cycle?.reportId == null
      ? null
      : await tx.progressReport.findUniqueOrThrow({
          where: { id: cycle.reportId },
          include: { reviews: { orderBy: { id: 'desc' }, take: 1 } },
        });
  // What stands is what the office entered, not yet a word of the unit.
  const isEntered = existing?.isBackfill === true && existing.currentVersion === 1;
  // One that was sent back counts anew, on the day it comes again; so do the unit's first own words over a 补录, and a lead's over what it said when it was none.
  const isAnew = !existing || existing.status === 'RETURNED' || isEntered || (unit.isLead && !existing.isByLead);
  // A correction leaves the day as it was.
  const isCatchUp = isAnew ? isPastGrace : existing.isCatchUp;
  if (cycle && isPastGrace && !existing && !cycle.isOwed && !isSigned) {
    throw new AppError('invalid_state', `${cycle.label}周期截止时本单位没有应报的进展，无需补报。`);
  }
  const returned = existing?.status === 'RETURNED' ? (existing.reviews[0] ?? null) : null;
  const isMoved = (existing?.currentVersion ?? 0) !== input.expectedVersion;
  // A return leaves the version as it was: a form drawn before it answers what nobody has read.
  const isReturnUnread = returned !== null && input.seenReviewId !== undefined && input.seenReviewId !== returned.id;
  if (isMoved || isReturnUnread) {
    throw new AppError('conflict', existing ? conflictWords(isEntered, isReturnUnread) : undefined, {
      latest: existing ? await latestOf(tx, existing.id, existing.currentVersion, isEntered, returned) : undefined,
    });
  }
  return { state, cycle, existing, isCatchUp };
}

function conflictWords(isEntered: boolean, isReturnUnread: boolean): string {
  if (isReturnUnread) {
    return '本单位这一周期的进展在您打开页面之后被退回了。请先看退回理由，按其修改后再提交；您填写的文字已保留。';
  }
  return `${isEntered ? '优化办已补录' : '本单位已有人更新了'}这一周期的进展。请对照两份内容，确认后再提交；您填写的文字已保留。`;
}

export type ResultWords = Words & Pick<SubmitResultInput, 'taskVersion'>;

/** Everything that can be said against a RESULT before it is written. Refuses: as submitResult. */
export function checkResult(task: HeldTask, input: ResultWords) {
  const state = nextState(task.state, { type: 'result', deadline: { dueOn: task.dueOn, ongoing: task.ongoing } });
  requireDatedForPercent(task, input.percent);
  requireVersion(task, input.taskVersion);
  return state;
}
