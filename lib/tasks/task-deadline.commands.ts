import 'server-only';
import { formatDayProse } from '@/lib/dates';
import { tellUnitsOfChange } from '@/lib/notices/task-notices.commands';
import type { Actor } from '@/lib/server/auth/actor';
import { inTransaction, type Tx } from '@/lib/server/db';
import { AppError } from '@/lib/server/errors';
import { recordEvent, toDate } from '@/lib/server/events';
import { holdTask, isRepeat, nextState, requireVersion } from './task.commands';
import type { CorrectDeadlineInput } from './task.schema';

/**
 * 更正完成时限, in every state. Refuses: not_found, forbidden, invalid_state (plan not running; takes the date from a task closed by it), unreadable (no basis, nothing changed), conflict.
 */
export async function correctDeadline(actor: Actor, input: CorrectDeadlineInput): Promise<void> {
  await inTransaction((tx) => correctDeadlineIn(tx, actor, input));
}

/** correctDeadline within a given transaction, rights included. */
export async function correctDeadlineIn(tx: Tx, actor: Actor, input: CorrectDeadlineInput): Promise<void> {
  const task = await holdTask(tx, actor, input.taskId, 'task.correct');
  if (await isRepeat(tx, actor, task, input.idempotencyKey)) return;
  nextState(task.state, { type: 'correct' });
  requireVersion(task, input.version);
  const isDateChanged = input.dueOn !== task.dueOn;
  const isOngoingChanged = input.ongoing !== task.ongoing;
  if (!isDateChanged && !isOngoingChanged) {
    throw new AppError('unreadable', '完成时限的日期和是否长期推进都与现在相同，没有可更正的内容。请修改后再提交。');
  }
  // 办结、长期推进 says that a date was kept; a cancelled task may yet be restored to it.
  const wasKept = task.state === 'SUSTAINED' || (task.state === 'CANCELLED' && task.stateBefore === 'SUSTAINED');
  if (wasKept && input.dueOn === null && task.originalDueOn === null) {
    throw new AppError(
      'invalid_state',
      task.state === 'CANCELLED'
        ? '该任务取消前已按完成时限办结并长期推进，不能去掉时限的日期。确需更正的，请先恢复任务并撤销办结；您填写的文字已保留。'
        : '该任务已按完成时限办结并长期推进，不能去掉时限的日期。确需更正的，请先撤销办结；您填写的文字已保留。',
    );
  }
  const { count } = await tx.task.updateMany({
    where: { id: task.id, version: task.version },
    data: {
      dueOn: input.dueOn === null ? null : toDate(input.dueOn),
      ongoing: input.ongoing,
      version: { increment: 1 },
    },
  });
  if (count !== 1) throw new AppError('conflict');
  await recordEvent(tx, actor, {
    taskId: task.id,
    type: 'DEADLINE_CORRECTED',
    effectiveOn: task.today,
    payload: {
      ...(isDateChanged ? { from: task.dueOn, to: input.dueOn } : {}),
      ...(isOngoingChanged ? { ongoing: input.ongoing } : {}),
      basis: input.basis,
      form: input.idempotencyKey,
    },
  });
  const words = (day: string | null) => (day === null ? '没有日期' : formatDayProse(day));
  await tellUnitsOfChange(
    tx,
    actor,
    task,
    { leads: task.access.leadUnitIds },
    {
      key: `corrected:${task.id}:${input.idempotencyKey}`,
      what: '的完成时限已更正',
      body: [
        ...(isDateChanged ? [`由${words(task.dueOn)}更正为${words(input.dueOn)}。`] : []),
        ...(isOngoingChanged ? [input.ongoing ? '改为长期推进。' : '不再长期推进。'] : []),
        `依据：${input.basis}`,
      ].join(''),
    },
  );
}
