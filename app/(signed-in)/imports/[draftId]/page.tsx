import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { BoardNotices } from '@/components/dashboards/board-notices';
import { CommittedCard, DiscardedCard, ReadingCard, UnreadableCard } from '@/components/imports/closed-draft';
import { DraftHead } from '@/components/imports/draft-head';
import { DraftReview } from '@/components/imports/draft-review';
import { BoardReader, boardHref, readId } from '@/lib/dashboards/board.filter';
import { findDraft, listImportPlaces } from '@/lib/imports/drafts/draft.queries';
import { ROW_FILTERS, type RowFilter } from '@/lib/imports/drafts/draft.schema';
import { getRevision } from '@/lib/imports/revisions/revision.queries';
import type { Actor } from '@/lib/server/auth/actor';
import { requireActor } from '@/lib/server/auth/session';

const loadDraft = cache(async (actor: Actor, draftId: string, page: number, only: RowFilter) => {
  const id = readId(draftId);
  const draft = id === null ? null : await findDraft(actor, id, { page, only });
  if (!draft) notFound();
  return draft;
});

const readAddress = (params: Record<string, string | string[] | undefined>) => {
  const reader = new BoardReader(params);
  return {
    reader,
    only: reader.oneOf('only', ROW_FILTERS, 'all', '筛选'),
    page: reader.number('page', '页码') ?? 1,
    edit: reader.number('edit', '行') ?? null,
    showsSource: reader.oneOf('source', ['show', 'hide'], 'show', '原文') === 'show',
  };
};

export async function generateMetadata({ params, searchParams }: PageProps<'/imports/[draftId]'>): Promise<Metadata> {
  const { page, only } = readAddress(await searchParams);
  const draft = await loadDraft(await requireActor(), (await params).draftId, page, only);
  return { title: `导入 ${draft.document?.title ?? draft.fileName}` };
}

export default async function DraftPage({ params, searchParams }: PageProps<'/imports/[draftId]'>) {
  const actor = await requireActor();
  const { reader, page, only, edit, showsSource } = readAddress(await searchParams);
  const draft = await loadDraft(actor, (await params).draftId, page, only);
  const current = reader.current();
  return (
    <>
      <DraftHead draft={draft} />
      <BoardNotices notices={reader.notices} />
      {draft.status === 'READING' ? <ReadingCard draft={draft} /> : null}
      {draft.status === 'UNREADABLE' ? <UnreadableCard draft={draft} /> : null}
      {draft.status === 'COMMITTED' || draft.status === 'WITHDRAWN' ? <CommittedCard draft={draft} /> : null}
      {draft.status === 'DISCARDED' ? <DiscardedCard /> : null}
      {draft.status === 'REVIEW' ? (
        <DraftReview
          draft={draft}
          places={await listImportPlaces(actor)}
          revision={draft.basePlan ? await getRevision(actor, draft.id) : null}
          editedRowId={edit}
          showsSource={showsSource}
          href={(changes) => boardHref(`/imports/${draft.id}`, current, changes)}
        />
      ) : null}
    </>
  );
}
