import { commitBlocks } from '@/lib/imports/drafts/draft.rules';
import type { Revision } from './revision-comparison.queries';
import { cancelRefusal, takeRefusal } from './revision-plan.rules';

/** Why a plan takes no revised list at all, or not this one; null where it does. */
export function revisionRefusal({
  plan,
  document,
  regionId,
}: Pick<Revision, 'plan' | 'document' | 'regionId'>): string | null {
  if (plan.kind === 'ASSESSMENT' || document.kind === 'assessment') return '考核细则的修订请作为新清单导入。';
  if (plan.status === 'ARCHIVED') return '方案已归档，不再修订。';
  if (plan.status === 'WITHDRAWN') return '方案草稿已撤回，不能修订。';
  if (plan.regionId !== regionId) return '修订稿的地区与方案的地区不同，请改回方案所在地区后再对比。';
  return null;
}

const places = (numbers: readonly number[]) =>
  `第 ${numbers.slice(0, 10).join('、')} 行${numbers.length > 10 ? `等 ${numbers.length} 行` : ''}`;

/** What keeps a revised list from being taken over, in words; empty: it may be. */
export function revisionBlocks(revision: Revision): string[] {
  const refusal = revisionRefusal(revision);
  if (refusal !== null) return [refusal];
  const states = revision.rows.map(({ state }) => state);
  const blocks = commitBlocks(revision.document, states);
  const openRows = revision.rows.filter(({ comparison, decision }) => comparison.kind !== 'same' && decision === null);
  const openTasks = revision.dropped.filter(({ decision }) => decision === null);
  if (openRows.length > 0)
    blocks.push(
      `还有 ${openRows.length} 行变动没有选择处理方式（${places(openRows.map(({ state }) => state.position))}）。`,
    );
  if (openTasks.length > 0)
    blocks.push(
      `还有 ${openTasks.length} 项不再列入的任务没有选择处理方式（${openTasks
        .slice(0, 10)
        .map(({ task }) => `第 ${task.seq} 项`)
        .join('、')}${openTasks.length > 10 ? '等' : ''}）。`,
    );
  for (const { state, comparison, incoming, decision } of revision.rows) {
    if (decision !== 'take' || comparison.taskId === null) continue;
    const reason = takeRefusal(revision.tasks.get(comparison.taskId)!, incoming, comparison, revision.plan.status);
    if (reason !== null) blocks.push(`第 ${state.position} 行：${reason}`);
  }
  for (const { task, decision } of revision.dropped) {
    const reason = decision === 'cancel' ? cancelRefusal(task) : null;
    if (reason !== null) blocks.push(`原第 ${task.seq} 项：${reason}`);
  }
  return blocks;
}
