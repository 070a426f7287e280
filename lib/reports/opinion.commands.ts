import 'server-only';
import { settle, tell } from '@/lib/notices/notice.commands';
import { accountsOfUnits, overseersOfPlan } from '@/lib/notices/recipients.queries';
import { countedUnits } from '@/lib/rights/rights.queries';
import type { Actor } from '@/lib/server/auth/actor';
import { inTransaction } from '@/lib/server/db';
import { AppError } from '@/lib/server/errors';
import { recordEvent, toDate } from '@/lib/server/events';
import { holdTask, requireSameActor } from '@/lib/tasks/task.commands';
import { mustBeSigned } from '@/lib/unit-papers/head-signs.queries';
import type { GiveOpinionInput } from './report.schema';
import { listSpeakingUnits } from './speaking-units.queries';

/**
 * 同意 or 异议 of a co-lead on the RESULT of another lead; given again, the newest holds; it never blocks a decision. Sending the same form twice does nothing
 * more. Refuses: not_found (outside the scope, no such report on the task), forbidden (no lead, or only the lead that asks), invalid_state (a PROGRESS, decided,
 * withdrawn, plan not running), conflict (another version has come in between).
 */
export async function giveOpinion(actor: Actor, input: GiveOpinionInput): Promise<void> {
  await inTransaction(async (tx) => {
    const task = await holdTask(tx, actor, input.taskId, 'colead.opine');
    const report = await tx.progressReport.findFirst({ where: { id: input.reportId, taskId: task.id } });
    if (!report) throw new AppError('not_found');
    const [owner] = await countedUnits([report.unitId], task.today, tx);
    const speaking = await listSpeakingUnits(tx, actor, 'colead.opine', task.access, task.today);
    const leads = speaking.filter((unit) => unit.isLead && unit.unitId !== owner);
    const unit = input.unitId === undefined ? leads[0] : leads.find((one) => one.unitId === input.unitId);
    if (!unit) throw new AppError('forbidden', '只有其他牵头单位可以对这份办结申请提出意见。');
    if (await mustBeSigned(tx, actor, unit.unitId, task.today))
      throw new AppError('forbidden', '本单位由负责人签发，共同牵头意见请单位负责人提出。');
    const sent = await tx.taskEvent.findFirst({
      where: { taskId: task.id, payload: { path: ['form'], equals: input.idempotencyKey } },
      select: { actorId: true },
    });
    requireSameActor(actor, sent);
    if (sent) return;
    if (report.kind !== 'RESULT') throw new AppError('invalid_state', '共同牵头意见只针对办结申请。');
    if (report.status !== 'SUBMITTED')
      throw new AppError('invalid_state', '该办结申请已有结论或已撤回，不再提出意见；您填写的文字已保留。');
    if (report.currentVersion !== input.reportVersion)
      throw new AppError('conflict', '该办结申请已有新的版本，请读过后再提出意见；您填写的文字已保留。');
    await tx.coleadOpinion.create({
      data: {
        reportId: report.id,
        reportVersion: input.reportVersion,
        unitId: unit.unitId,
        agrees: input.agrees,
        words: input.words,
        givenById: actor.accountId,
        givenByWords: actor.words,
        givenOn: toDate(task.today),
      },
      select: { id: true },
    });
    await recordEvent(tx, actor, {
      taskId: task.id,
      type: input.agrees ? 'COLEAD_AGREED' : 'COLEAD_OBJECTED',
      effectiveOn: task.today,
      unitId: unit.unitId,
      reportId: report.id,
      reportVersion: report.currentVersion,
      reportKind: 'RESULT',
      isByLead: true,
      // The timeline hides `reason` from who may not read reports.
      payload: { form: input.idempotencyKey, reason: input.words },
    });
    const units = await tx.unit.findUniqueOrThrow({ where: { id: unit.unitId }, select: { name: true } });
    // This unit's people have been asked and have answered.
    const own = await accountsOfUnits(tx, [unit.unitId], ['unit_reporter', 'unit_head'], task.today);
    await settle(tx, 'colead', [`colead:${report.id}`], [actor.accountId, ...own]);
    if (input.agrees) return;
    const office = await overseersOfPlan(tx, task.planId, 'office', task.id);
    await tell(
      tx,
      office.map((accountId) => ({
        accountId,
        kind: 'colead' as const,
        key: `colead_objected:${report.id}:${unit.unitId}:${input.idempotencyKey}`,
        title: `${units.name}对办结申请有异议`,
        body: input.words,
        href: `/tasks/${task.id}#opinions`,
        taskId: task.id,
      })),
    );
  });
}
