import { ActionForm } from '@/components/imports/action-form';
import { WithdrawImportForm } from '@/components/imports/commit-form';
import { ReadAgainForm } from '@/components/imports/facts-form';
import { ReadingProgress } from '@/components/imports/reading-progress';
import { ButtonLink } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { Notice } from '@/components/ui/notice';
import { SubmitButton } from '@/components/ui/submit-button';
import { discardDraftAction, restartReadingAction } from '@/lib/imports/drafts/draft.actions';
import type { DraftDetail } from '@/lib/imports/drafts/draft.queries';

/** While the file is read. */
export function ReadingCard({ draft }: { draft: DraftDetail }) {
  const { progress } = draft;
  return (
    <Card>
      <ReadingProgress percent={progress.percent} words={progress.words || '等待读取'} />
      {progress.isStalled ? (
        <Notice tone="warn" title="读取中断了，可能是系统重启过" className="mt-3 mb-0">
          <ActionForm action={restartReadingAction} fields={{ draftId: draft.id }} className="mt-1">
            <SubmitButton size="small" pendingText="提交中…">
              重新读取
            </SubmitButton>
          </ActionForm>
        </Notice>
      ) : (
        <p className="mt-2 text-sm text-mute">通常几秒钟读完。可以离开本页，草稿会保留在“导入”中。</p>
      )}
    </Card>
  );
}

/** Why the file could not be read, and what to do. */
export function UnreadableCard({ draft }: { draft: DraftDetail }) {
  return (
    <Card>
      <Notice tone="error" title="这份文件没有读成">
        <p>{draft.failure}</p>
      </Notice>
      <p className="mb-2">没有写入任何任务。按上面的提示处理后，重新上传。</p>
      <div className="flex flex-wrap gap-2">
        <ButtonLink href="/imports#upload" variant="main">
          上传另一份
        </ButtonLink>
        {draft.can.discard ? (
          <ActionForm action={discardDraftAction} fields={{ draftId: draft.id, version: draft.version }}>
            <SubmitButton variant="plain" pendingText="放弃中…">
              放弃这份
            </SubmitButton>
          </ActionForm>
        ) : null}
      </div>
      <details className="mt-3 text-sm">
        <summary className="inline-block text-accent hover:underline">原文件没有问题，再读一次</summary>
        <ReadAgainForm draftId={draft.id} version={draft.version} place={null} tables={[]} chosen={0} changes={0} />
      </details>
    </Card>
  );
}

/** After a revised list was taken over: the plan is the one that stood. */
function RevisedCard({ draftId, plan }: { draftId: number; plan: { id: number; title: string } }) {
  return (
    <>
      <Notice tone="ok" title="修订已写入方案">
        <p>改动的任务保留原有进展和记录，修订前后的内容见各任务的“全程留痕”。</p>
      </Notice>
      <div className="mb-3.5 flex flex-wrap gap-2">
        <ButtonLink href={`/plans/${plan.id}`} variant="main">
          查看《{plan.title}》
        </ButtonLink>
        <ButtonLink href={`/imports/${draftId}/report`}>导入报告</ButtonLink>
      </div>
    </>
  );
}

/** After the commit: where the plan is, and the way back while it is a draft. */
export function CommittedCard({ draft }: { draft: DraftDetail }) {
  const { counts } = draft;
  const kept = counts.rows - counts.excluded;
  const isWithdrawn = draft.status === 'WITHDRAWN';
  const isStillDraft = draft.planStatus === 'DRAFT';
  if (draft.basePlan) return <RevisedCard draftId={draft.id} plan={draft.basePlan} />;
  return (
    <>
      <Notice tone={isWithdrawn ? 'info' : 'ok'} title={isWithdrawn ? '这次导入已撤回' : `已导入 ${kept} 行`}>
        <p>
          {isWithdrawn
            ? '方案标为“已撤回”，各行保留可查。需要时可重新上传。'
            : isStillDraft
              ? '方案现为草稿，启用后各单位开始填报。'
              : '方案已启用，不能再撤回导入。'}
          共处理 {counts.answered + counts.resolved} 个问题
          {counts.open + counts.deferred > 0 ? `，另有 ${counts.open + counts.deferred} 个随方案保留` : ''}。
        </p>
      </Notice>
      <div className="mb-3.5 flex flex-wrap gap-2">
        {draft.planId ? (
          <ButtonLink href={`/plans/${draft.planId}`} variant="main">
            查看方案
          </ButtonLink>
        ) : null}
        <ButtonLink href={`/imports/${draft.id}/report`}>导入报告</ButtonLink>
        {isWithdrawn ? <ButtonLink href="/imports#upload">重新上传</ButtonLink> : null}
      </div>
      {draft.can.withdraw ? (
        <Card title="撤回导入" note="方案启用前可以撤回">
          <WithdrawImportForm draftId={draft.id} />
        </Card>
      ) : null}
    </>
  );
}

/** A draft that was given up; nothing came of it. */
export function DiscardedCard() {
  return (
    <Notice title="这份草稿已放弃">
      <p className="mb-2">没有写入任何任务，原始文件仍可下载。</p>
      <ButtonLink href="/imports#upload">上传另一份</ButtonLink>
    </Notice>
  );
}
