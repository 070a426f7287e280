import Link from 'next/link';
import type { ReactNode } from 'react';
import { ActionForm } from '@/components/imports/action-form';
import { ButtonLink } from '@/components/ui/button';
import { SubmitButton } from '@/components/ui/submit-button';
import { undoLastAction } from '@/lib/imports/drafts/draft.actions';
import type { DraftDetail } from '@/lib/imports/drafts/draft.queries';
import { truncate } from '@/lib/text';

function Figure({ href, label, value, tone }: { href: string; label: string; value: number; tone?: 'amber' }) {
  return (
    <Link href={href} prefetch={false} className="group inline-flex items-baseline gap-1.5 whitespace-nowrap">
      <span className="text-sm text-mute group-hover:text-accent">{label}</span>
      <b className={tone === 'amber' && value > 0 ? 'text-lg font-semibold text-amber' : 'text-lg font-semibold'}>
        {value}
      </b>
    </Link>
  );
}

type DraftBarProps = { draft: DraftDetail; hrefOf: (only: 'changed' | 'excluded' | 'all') => string };

/** Where the review stands, always in view: how much is open, what the last change was, what will come of it. */
export function DraftBar({ draft, hrefOf }: DraftBarProps) {
  const { counts, willCreate, lastChange } = draft;
  const items: ReactNode[] = [
    <Figure key="rows" href={hrefOf('all')} label="行" value={counts.rows} />,
    <Figure key="open" href="#questions" label="待确认" value={counts.open} tone="amber" />,
    <Figure key="done" href="#questions" label="已处理" value={counts.answered + counts.resolved} />,
    <Figure key="changes" href={hrefOf('changed')} label="更改" value={counts.changes} />,
  ];
  if (counts.deferred > 0) items.push(<Figure key="deferred" href="#questions" label="保留" value={counts.deferred} />);
  if (counts.excluded > 0)
    items.push(<Figure key="excluded" href={hrefOf('excluded')} label="不导入" value={counts.excluded} />);
  return (
    <section
      aria-label="核对进度"
      className="z-10 mb-3.5 flex flex-wrap items-center gap-x-4 gap-y-1 rounded-lg border border-line bg-card px-4 py-1.5 shadow-sm md:sticky md:top-0 print:static"
    >
      {items}
      <div className="ml-auto flex flex-wrap items-center gap-x-3 gap-y-1 max-md:w-full">
        {lastChange && draft.can.edit ? (
          <ActionForm
            action={undoLastAction}
            fields={{ draftId: draft.id, version: draft.version }}
            className="flex min-w-0 items-center gap-2"
          >
            <span
              aria-live="polite"
              title={`${lastChange.words}（${lastChange.by}）`}
              className="max-w-80 truncate text-xs text-mute max-xl:max-w-24"
            >
              <span className="sr-only">最近更改：</span>
              {truncate(lastChange.words, 60)}
            </span>
            <SubmitButton variant="plain" size="small" pendingText="撤销中…" title={`撤销：${lastChange.words}`}>
              撤销
            </SubmitButton>
          </ActionForm>
        ) : null}
        {draft.basePlan ? (
          <ButtonLink href="#revision" size="small">
            与现行方案对比
          </ButtonLink>
        ) : willCreate ? (
          <ButtonLink href="#commit" size="small" variant={counts.open === 0 && draft.can.commit ? 'main' : 'plain'}>
            将创建 {willCreate.tasks} {willCreate.kind === 'assessment' ? '行细则' : '项任务'}
          </ButtonLink>
        ) : null}
      </div>
    </section>
  );
}
