import { ActionForm } from '@/components/imports/action-form';
import { CommitForm } from '@/components/imports/commit-form';
import { Card } from '@/components/ui/card';
import { Notice } from '@/components/ui/notice';
import { SubmitButton } from '@/components/ui/submit-button';
import { discardDraftAction } from '@/lib/imports/drafts/draft.actions';
import type { DraftDetail, WillCreate } from '@/lib/imports/drafts/draft.queries';

/** 154 项任务，分属 28 个领域、52 项举措 … */
function Created({ create }: { create: WillCreate }) {
  const figures: [number, string][] =
    create.kind === 'assessment'
      ? [
          [create.tasks, '行考核细则'],
          [create.units, '个单位'],
        ]
      : [
          [create.tasks, '项任务'],
          [create.areas, '个政策领域'],
          [create.measures, '项改革举措'],
          [create.groups, '个专项组'],
          [create.units, '个单位'],
          [create.collectives, '个集体指称'],
        ];
  return (
    <ul className="flex flex-wrap gap-x-8 gap-y-2">
      {figures
        .filter(([count]) => count > 0)
        .map(([count, words]) => (
          <li key={words}>
            <b className="block text-2xl font-semibold">{count}</b>
            <span className="text-sm text-mute">{words}</span>
          </li>
        ))}
    </ul>
  );
}

const SHOWN = 12;
const some = (words: readonly string[]) =>
  `${words.slice(0, SHOWN).join('、')}${words.length > SHOWN ? ` 等 ${words.length} 个` : ''}`;

function Details({ create }: { create: WillCreate }) {
  const lines = [
    create.newUnits.length > 0 ? `登记 ${create.newUnits.length} 个新单位：${some(create.newUnits)}` : null,
    create.aliases.length > 0
      ? `记下 ${create.aliases.length} 个别名：${some(create.aliases.map(({ alias, unitName }) => `${alias}（${unitName}）`))}`
      : null,
    create.unresolvedNames.length > 0
      ? `${create.unresolvedNames.length} 个名称不对应任何单位，按原文保留，不产生责任：${some(create.unresolvedNames)}`
      : null,
    create.kind === 'task-list' && create.withoutLead > 0 ? `${create.withoutLead} 项任务没有牵头单位` : null,
    create.kind === 'task-list' && create.withoutDeadline > 0
      ? `${create.withoutDeadline} 项任务没有完成时限，导入后为“时限待确认”`
      : null,
    create.openQuestions > 0 ? `${create.openQuestions} 个待确认事项随方案保留，导入后仍可答复` : null,
  ].filter((line) => line !== null);
  if (lines.length === 0) return null;
  return (
    <ul className="mt-2 list-disc space-y-0.5 pl-5 text-sm">
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}

/** The way out without writing anything. */
export function DiscardDraft({ draft }: { draft: Pick<DraftDetail, 'id' | 'version' | 'can'> }) {
  if (!draft.can.discard) return null;
  return (
    <details className="ml-auto text-right">
      <summary className="inline-flex min-h-8.5 items-center text-red hover:underline">放弃这份草稿</summary>
      <ActionForm action={discardDraftAction} fields={{ draftId: draft.id, version: draft.version }}>
        <p className="mb-1.5 text-sm text-mute">已做的核对不再保留在列表中，原始文件仍在。</p>
        <SubmitButton variant="danger" size="small" pendingText="放弃中…">
          确定放弃
        </SubmitButton>
      </ActionForm>
    </details>
  );
}

/** The end of the review: what will be created, what stands in its way, and the two ways out. */
export function CommitCard({ draft }: { draft: DraftDetail }) {
  const { willCreate, blocks } = draft;
  if (!willCreate) return null;
  const noun = willCreate.kind === 'assessment' ? '草稿考核细则' : '草稿方案';
  return (
    <Card
      title="确认导入"
      id="commit"
      note="一次写入，要么全部，要么都不写入；导入后为草稿，启用前可以撤回"
      className="[&_h2]:scroll-mt-16"
    >
      <Created create={willCreate} />
      <Details create={willCreate} />
      {blocks.length > 0 ? (
        <Notice tone="error" title="还不能导入" className="mt-3 mb-0">
          <ul className="list-disc pl-5">
            {blocks.map((block) => (
              <li key={block}>{block}</li>
            ))}
          </ul>
        </Notice>
      ) : null}
      <div className="mt-3 flex flex-wrap items-start gap-x-6 gap-y-3">
        {draft.can.commit ? (
          <CommitForm
            draftId={draft.id}
            version={draft.version}
            open={willCreate.openQuestions}
            label={`确认导入为${noun}`}
          />
        ) : null}
        <DiscardDraft draft={draft} />
      </div>
    </Card>
  );
}
