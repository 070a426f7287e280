import { randomUUID } from 'node:crypto';
import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { BackfillForm, type BackfillRowView } from '@/components/backfill/backfill-form';
import { DiscardDraftForm, WorkbookUpload } from '@/components/backfill/backfill-workbook';
import { BoardNotices } from '@/components/dashboards/board-notices';
import { PageTitle } from '@/components/shell/page-title';
import { Card } from '@/components/ui/card';
import { EmptyState } from '@/components/ui/empty-state';
import { Notice } from '@/components/ui/notice';
import { Pagination } from '@/components/ui/pagination';
import { SavedNotice } from '@/components/ui/saved-notice';
import { Tabs } from '@/components/ui/tabs';
import { backfillTasksAction, discardBackfillDraftAction } from '@/lib/backfill/backfill.actions';
import {
  type BackfillDraftView,
  type BackfillTask,
  findBackfillDraft,
  findBackfillPlan,
  listBackfillTasks,
} from '@/lib/backfill/backfill.queries';
import { earliestDay, statesFor } from '@/lib/backfill/backfill.rules';
import { BACKFILL_UPLOAD_WORDS, type BackfillUploadError } from '@/lib/backfill/backfill.schema';
import { SHEET_FIELD_LABELS, SHEET_FIELDS } from '@/lib/backfill/progress-sheet.rules';
import { BoardReader, boardHref, readId } from '@/lib/dashboards/board.filter';
import { readAsOf, single } from '@/lib/server/as-of';
import { requireActor } from '@/lib/server/auth/session';
import { STATE_WORDS } from '@/lib/standing/standing.words';

// One reading serves the title and the page: only what the title's reading refuses has the title of a page that is not there.
const readPlan = cache(async (planId: string) => {
  const id = readId(planId);
  return id === null ? null : findBackfillPlan(await requireActor(), id);
});

export async function generateMetadata({ params }: PageProps<'/plans/[planId]/backfill'>): Promise<Metadata> {
  if (!(await readPlan((await params).planId))) notFound();
  return { title: '补录' };
}

const SIZES = [200, 500] as const;
const VIEWS = ['all', 'questions', 'read'] as const;
const LABELS = Object.fromEntries(SHEET_FIELDS.map((field) => [field, SHEET_FIELD_LABELS[field]]));

export default async function BackfillPage({ params, searchParams }: PageProps<'/plans/[planId]/backfill'>) {
  const actor = await requireActor();
  const plan = await readPlan((await params).planId);
  if (!plan) notFound();
  const asOf = await readAsOf(searchParams);
  const query = await searchParams;
  const reader = new BoardReader(query);
  const draft = plan.status === 'ACTIVE' ? await findBackfillDraft(actor, plan.id) : null;
  const asked = draft?.proposals.filter(({ questions }) => questions.length > 0) ?? [];
  const view = reader.oneOf('show', VIEWS, 'all', '显示范围');
  const page = reader.page(SIZES);
  const only =
    !draft || view === 'all' ? undefined : (view === 'questions' ? asked : draft.proposals).map((p) => p.taskId);
  const list = await listBackfillTasks(actor, plan, { ...page, taskIds: only });
  const path = `/plans/${plan.id}/backfill`;
  const current = reader.current();
  const error = single(query, 'error');
  const uploadError =
    error !== undefined && error in BACKFILL_UPLOAD_WORDS ? BACKFILL_UPLOAD_WORDS[error as BackfillUploadError] : null;
  const saved = /^\d{1,4}$/.test(single(query, 'saved') ?? '') ? Number(single(query, 'saved')) : null;
  // Once every task has been reported on or decided, there is nothing left to enter.
  const isOpen = plan.status === 'ACTIVE' && asOf.isToday && list.enterable > 0;
  return (
    <>
      <PageTitle
        crumbs={[
          { href: '/plans', label: '方案' },
          { href: `/plans/${plan.id}`, label: plan.title },
        ]}
        title="补录"
        facts={[
          plan.effectiveFrom ? `自 ${plan.effectiveFrom} 起执行` : null,
          `已补录 ${list.entered} 项`,
          `可补录 ${list.enterable} 项`,
        ].filter((fact) => fact !== null)}
      />
      <BoardNotices notices={[asOf.notice, ...reader.notices]} />
      {saved !== null ? (
        <SavedNotice>{saved > 0 ? `已补录 ${saved} 项。` : '这份补录此前已经保存。'}</SavedNotice>
      ) : null}
      {single(query, 'activated') ? (
        <Notice tone="info" title="方案已启用">
          方案自 {plan.effectiveFrom} 起执行。请把启用前已经办结和推进的情况补录进来，否则各项任务会按没有进展计算。
        </Notice>
      ) : null}
      {!asOf.isToday ? (
        <Notice tone="info">补录只在今天进行。请回到今天再填。</Notice>
      ) : plan.status !== 'ACTIVE' ? (
        <Notice tone="warn">只有执行中的方案可以补录。</Notice>
      ) : list.enterable === 0 ? (
        <Notice tone="info">各项任务都已有填报、审核或其他办理记录，不再补录。</Notice>
      ) : (
        <Card title="从现有台账读取" id="workbook">
          {draft?.refusal ? (
            <Notice tone="error" title={`“${draft.fileName}”没有读入`} alert>
              {draft.refusal}
            </Notice>
          ) : null}
          {draft && !draft.refusal ? <DraftFacts draft={draft} planId={plan.id} /> : null}
          <WorkbookUpload planId={plan.id} error={uploadError} />
        </Card>
      )}
      {draft && !draft.refusal ? (
        <Tabs
          label="显示范围"
          items={(
            [
              ['all', '全部任务', undefined],
              ['read', '台账中读到的', draft.proposals.length],
              ['questions', '需要核对的', asked.length],
            ] as const
          ).map(([key, label, count]) => ({
            href: boardHref(path, current, {
              show: key === 'all' ? null : key,
              page: null,
              saved: null,
              activated: null,
            }),
            label,
            count,
            current: key === view,
          }))}
        />
      ) : null}
      {isOpen ? (
        <Card
          title="逐项补录"
          note="补录的内容注明“补录”、依据和录入日期，计入任务的全程留痕；录入当天起生效，此前各日的显示不变。"
        >
          {list.rows.length === 0 ? (
            <EmptyState title={list.total > 0 ? '没有这一页。' : '没有可以显示的任务。'} />
          ) : (
            <BackfillForm
              key={`${draft?.id ?? 0}-${page.page}-${view}`}
              action={backfillTasksAction}
              planId={plan.id}
              draftId={draft && !draft.refusal ? draft.id : null}
              idempotencyKey={randomUUID()}
              rows={list.rows.map((row) => viewOf(row, draft))}
              storageKey={`backfill:${actor.accountId}:${plan.id}:${draft?.id ?? 0}:${page.page}:${view}`}
              receivedKeys={[...new Set(list.rows.flatMap(({ entered }) => entered?.form ?? []))]}
              today={asOf.today}
              basis={draft && !draft.refusal ? `${draft.fileName}（${draft.uploadedOn} 上传）` : ''}
              earliest={earliestDay(plan.issuedOn ?? plan.effectiveFrom ?? `${plan.year}-01-01`)}
            />
          )}
          <Pagination
            page={page.page}
            pageSize={page.size}
            total={list.total}
            sizes={SIZES}
            hrefFor={(number, size) =>
              boardHref(path, current, {
                page: number === 1 ? null : number,
                size: size === SIZES[0] ? null : size,
                saved: null,
                activated: null,
              })
            }
          />
        </Card>
      ) : null}
    </>
  );
}

function DraftFacts({ draft, planId }: { draft: BackfillDraftView; planId: number }) {
  return (
    <div className="mb-3">
      <div>
        已读取“{draft.fileName}”（{draft.uploadedOn} 上传）：{draft.proposals.length} 行对应到任务
        {draft.unmatched.length > 0 ? `，${draft.unmatched.length} 行没有对应` : ''}。
        <DiscardDraftForm
          action={discardBackfillDraftAction}
          planId={planId}
          draftId={draft.id}
          label="不用这份读取结果"
        />
      </div>
      <ul className="text-xs text-mute">
        {draft.columns.map((words) => (
          <li key={words}>{words}</li>
        ))}
      </ul>
      {draft.unmatched.length > 0 ? (
        <details className="mt-1.5">
          <summary className="inline-block text-sm text-accent underline decoration-accent/30 underline-offset-3">
            没有对应到任务的行
          </summary>
          <ul className="mt-1 list-disc pl-5 text-sm">
            {draft.unmatched.slice(0, 100).map((row) => (
              <li key={`${row.place}-${row.text}`}>
                {row.place}：{row.seq === null ? '' : `序号 ${row.seq}，`}
                {row.text || '（没有任务文字）'}
                {row.progress ? ` —— ${row.progress}` : ''}
              </li>
            ))}
          </ul>
        </details>
      ) : null}
    </div>
  );
}

/** A proposal stands only for a task of which nothing was entered since it was read. */
function viewOf(row: BackfillTask, draft: BackfillDraftView | null): BackfillRowView {
  const { entered } = row;
  const isDone = entered !== null && draft !== null && new Date(entered.recordedAt) > draft.uploadedAt;
  const proposal = isDone ? undefined : draft?.proposals.find(({ taskId }) => taskId === row.id);
  return {
    id: row.id,
    seq: row.seq,
    text: row.text,
    leadText: row.leadText,
    deadlineText: row.deadlineText,
    version: row.version,
    states: statesFor(row).map((state) => ({ value: state, label: STATE_WORDS[state] })),
    hasDate: row.dueOn !== null,
    canEnter: row.canEnter,
    entered:
      entered === null
        ? null
        : [
            STATE_WORDS[entered.state],
            entered.achievedOn ? `${entered.achievedOn} 办结` : null,
            entered.percent === null ? null : `${entered.percent}%`,
            entered.narrative ? `${entered.reportedOn ?? ''} ${entered.narrative}` : null,
            `依据：${entered.basis}`,
            `${entered.on} 录入`,
          ]
            .filter((words) => words !== null)
            .join('；'),
    printed: proposal
      ? {
          place: proposal.place,
          cells: Object.entries(proposal.printed).map(([field, text]): [string, string] => [
            LABELS[field] ?? field,
            text,
          ]),
          questions: proposal.questions,
        }
      : null,
    initial: proposal ? initialOf(proposal) : {},
  };
}

/** Where the state is left open, only the printed words are offered: the rest follows from what a person decides. */
function initialOf(proposal: BackfillDraftView['proposals'][number]): Record<string, string> {
  const { state, narrative } = proposal;
  if (state === null) return { narrative };
  return {
    state,
    narrative,
    achievedOn: proposal.achievedOn ?? '',
    percent: proposal.percent === null ? '' : String(proposal.percent),
    reportedOn: proposal.reportedOn ?? '',
  };
}
