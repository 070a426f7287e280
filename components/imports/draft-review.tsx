import { CommitCard } from '@/components/imports/commit-card';
import { DraftBar } from '@/components/imports/draft-bar';
import { SameFileNotice } from '@/components/imports/draft-head';
import { FactsForm, ReadAgainForm } from '@/components/imports/facts-form';
import { LeaderQuestion, LeaderReading } from '@/components/imports/leader-rule';
import { LeftOver } from '@/components/imports/left-over';
import { QuestionList } from '@/components/imports/question-list';
import { RevisionPane } from '@/components/imports/revision-pane';
import { RowFilterLinks } from '@/components/imports/row-filter';
import { RowTable } from '@/components/imports/row-table';
import { Card } from '@/components/ui/card';
import { EmptyState } from '@/components/ui/empty-state';
import { Pagination } from '@/components/ui/pagination';
import type { DraftDetail, ImportPlace } from '@/lib/imports/drafts/draft.queries';
import type { RowFilter } from '@/lib/imports/drafts/draft.schema';
import type { RevisionView } from '@/lib/imports/revisions/revision.queries';

type DraftReviewProps = {
  draft: DraftDetail;
  places: ImportPlace[];
  /** With a revised list of a plan: how it differs from what stands. */
  revision: RevisionView | null;
  editedRowId: number | null;
  showsSource: boolean;
  /** The page's address with some values changed. */
  href: (changes: Record<string, string | number | null>) => string;
};

const SUMMARY = 'inline-block text-accent hover:underline';

/** What the reading took from the document and how, and the ways to put that right. */
function FileCard({ draft, places }: Pick<DraftReviewProps, 'draft' | 'places'>) {
  const { document, leadRule, notices, candidates } = draft;
  if (document === null) return null;
  const isIncomplete = !document.title || document.year === null;
  const tables =
    candidates.length > 1 ? `文件中有 ${candidates.length} 处像清单，现用“${candidates[draft.chosen]?.words}”；` : '';
  return (
    <Card title="文件信息与读取说明" id="facts" className="[&_h2]:scroll-mt-16">
      <ul className="list-disc space-y-0.5 pl-5">
        {notices.map((notice) => (
          <li key={notice}>{notice}</li>
        ))}
        {leadRule && leadRule.kind !== 'asked' ? (
          <li>
            <LeaderReading draftId={draft.id} version={draft.version} rule={leadRule} canEdit={draft.can.edit} />
          </li>
        ) : null}
      </ul>
      <details open={isIncomplete} className="mt-1">
        <summary className={SUMMARY}>修改名称、年份、文号、日期</summary>
        <FactsForm draftId={draft.id} version={draft.version} document={document} />
      </details>
      <details id="tables" className="mt-1 scroll-mt-16">
        <summary className={SUMMARY}>{tables}换表、换地区或年份重新读取</summary>
        <ReadAgainForm
          draftId={draft.id}
          version={draft.version}
          place={{
            places,
            code: draft.region.code,
            ownerUnitName: draft.ownerUnit?.name ?? null,
            year: document.year,
          }}
          tables={candidates}
          chosen={draft.chosen}
          changes={draft.counts.changes}
        />
      </details>
    </Card>
  );
}

/** The review of a draft: the questions first, then every row beside its source, then what nobody took, then the commit. */
export function DraftReview({ draft, places, revision, editedRowId, showsSource, href }: DraftReviewProps) {
  const { page, document } = draft;
  if (document === null) return null;
  const groups = draft.groups.filter(({ kind, rows }) => kind !== 'who-leads' || rows[0]?.rowId !== null);
  const openGroups = groups.filter(({ status }) => status === 'OPEN');
  const openPlaces = openGroups.reduce((sum, { count }) => sum + count, 0);
  const filterHref = (only: RowFilter) =>
    `${href({ only: only === 'all' ? null : only, page: null, edit: null })}#rows`;
  const textAt = (position: number) => draft.rows.find((row) => row.position === position)?.current.text;
  const rowHref = (position: number, editedId?: number) => {
    const on = Math.ceil(position / page.size);
    return `${href({ only: null, page: on === 1 ? null : on, edit: editedId ?? null })}#row-${position}`;
  };
  const units = places.find(({ code }) => code === draft.region.code)?.bureaus ?? [];
  return (
    <>
      <datalist id="region-units">
        {units.map((unit) => (
          <option key={unit} value={unit} />
        ))}
      </datalist>
      <DraftBar draft={draft} hrefOf={filterHref} />
      <SameFileNotice sameFiles={draft.sameFiles} />
      <FileCard draft={draft} places={places} />
      {draft.leadRule?.kind === 'asked' ? (
        <LeaderQuestion draftId={draft.id} version={draft.version} rule={draft.leadRule} canEdit={draft.can.edit} />
      ) : null}
      <Card
        title="待确认的问题"
        id="questions"
        note={
          openPlaces > 0
            ? `${openPlaces} 处${openGroups.length < openPlaces ? `，同类合并为 ${openGroups.length} 条` : ''}；答复后原文保持不变`
            : undefined
        }
        className="[&_h2]:scroll-mt-16"
      >
        {openGroups.length === 0 ? <p className="text-green">没有待确认的问题。</p> : null}
        <QuestionList
          draftId={draft.id}
          version={draft.version}
          groups={groups}
          kinds={draft.kinds}
          canAnswer={draft.can.edit}
          rowHref={rowHref}
          textAt={textAt}
        />
        {draft.groupTotal > draft.groups.length ? (
          <p className="mt-2 text-sm text-mute">
            另有 {draft.groupTotal - draft.groups.length} 条，处理上面各条后显示。
          </p>
        ) : null}
      </Card>
      {revision ? <RevisionPane revision={revision} draft={draft} /> : null}
      <Card
        title="逐行核对"
        id="rows"
        note={draft.can.edit ? <span className="max-md:hidden">双击或回车修改，方向键移动</span> : undefined}
        actions={
          <RowFilterLinks
            only={page.only}
            hrefOf={filterHref}
            source={{ isShown: showsSource, href: `${href({ source: showsSource ? 'hide' : null })}#rows` }}
          />
        }
        className="[&_h2]:scroll-mt-16"
      >
        {draft.rows.length === 0 ? (
          <EmptyState title={page.only === 'all' ? '没有读到任何行。' : '没有这样的行。'} />
        ) : (
          <RowTable
            draft={draft}
            kind={document.kind}
            editedRowId={editedRowId}
            showsSource={showsSource}
            editHref={(row) => `${href({ edit: row?.id ?? null })}${row ? `#row-${row.position}` : '#rows'}`}
          />
        )}
        <Pagination
          page={page.page}
          pageSize={page.size}
          sizes={[page.size]}
          total={page.total}
          measureWord="行"
          hrefFor={(number) => `${href({ page: number === 1 ? null : number, edit: null })}#rows`}
        />
      </Card>
      <LeftOver pieces={draft.leftOver} />
      {revision ? null : <CommitCard draft={draft} />}
    </>
  );
}
