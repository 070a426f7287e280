import { DiscardDraft } from '@/components/imports/commit-card';
import { CommitRevisionForm, DecideAllForm } from '@/components/imports/revision-forms';
import { RevisionEntry } from '@/components/imports/revision-item';
import { Card } from '@/components/ui/card';
import { Notice } from '@/components/ui/notice';
import { TextLink } from '@/components/ui/text-link';
import type { DraftDetail } from '@/lib/imports/drafts/draft.queries';
import type { RevisionView } from '@/lib/imports/revisions/revision.queries';
import {
  REVISION_KIND_WORDS,
  REVISION_KINDS,
  type RevisionDecision,
  type RevisionKind,
} from '@/lib/imports/revisions/revision.schema';

const ALL: Record<RevisionKind, { decision: RevisionDecision; label: string }[]> = {
  changed: [
    { decision: 'take', label: '其余全部采用新内容' },
    { decision: 'keep', label: '其余全部保留现行' },
  ],
  moved: [
    { decision: 'take', label: '其余全部采用新位置' },
    { decision: 'keep', label: '其余全部保留现行' },
  ],
  added: [
    { decision: 'take', label: '其余全部列为新任务' },
    { decision: 'leave', label: '其余全部不列入' },
  ],
  dropped: [
    { decision: 'cancel', label: '其余全部取消' },
    { decision: 'keep', label: '其余全部保留' },
  ],
};

/** For a plan that is being carried out; a draft becomes what the new list says from its beginning. */
const NOTES: Record<RevisionKind, string> = {
  changed: '进展、佐证和记录都留在原任务上；时限改动自今日起计，此前的研判不变',
  moved: '只是序号顺延的不算',
  added: '自今日起列入',
  dropped: '取消的任务保留全部记录，以本文件为依据',
};

/** Shown of each kind at once; deciding some brings up the next. */
const SHOWN = 100;

function Summary({ revision }: { revision: RevisionView }) {
  const { counts } = revision;
  return (
    <>
      <ul className="flex flex-wrap gap-x-8 gap-y-2">
        {REVISION_KINDS.map((kind) => (
          <li key={kind}>
            <a href={`#revision-${kind}`} className="hover:underline">
              <b className="block text-2xl font-semibold">{counts[kind]}</b>
              <span className="text-sm text-mute">{REVISION_KIND_WORDS[kind]}</span>
            </a>
          </li>
        ))}
        <li>
          <b className="block text-2xl font-semibold">{counts.same}</b>
          <span className="text-sm text-mute">没有改动</span>
        </li>
      </ul>
      {counts.renumbered > 0 ? (
        <p className="mt-2 text-sm text-mute">其中 {counts.renumbered} 项只是序号顺延，确认后按新稿编号。</p>
      ) : null}
    </>
  );
}

function Kind({ revision, kind }: { revision: RevisionView; kind: RevisionKind }) {
  const items = revision.items[kind];
  if (items.length === 0) return null;
  const undecided = items.filter(({ decision }) => decision === null);
  const shown = [...undecided, ...items.filter(({ decision }) => decision !== null)].slice(0, SHOWN);
  return (
    <Card
      title={`${REVISION_KIND_WORDS[kind]} ${items.length} 项`}
      id={`revision-${kind}`}
      note={revision.plan.status === 'DRAFT' ? undefined : NOTES[kind]}
      className="[&_h2]:scroll-mt-16"
      actions={
        revision.sure[kind] > 0 ? (
          <DecideAllForm draftId={revision.draftId} kind={kind} choices={ALL[kind]} />
        ) : undefined
      }
    >
      <ul>
        {shown.map((item) => (
          <RevisionEntry key={`${item.rowId ?? ''}-${item.task?.id ?? ''}`} draftId={revision.draftId} item={item} />
        ))}
      </ul>
      {items.length > shown.length ? (
        <p className="mt-2 text-sm text-mute">另有 {items.length - shown.length} 项，处理上面各项后显示。</p>
      ) : null}
    </Card>
  );
}

type RevisionPaneProps = { revision: RevisionView; draft: Pick<DraftDetail, 'id' | 'version' | 'can'> };

/** A revised list beside the plan that stands: what differs, a decision for each, and taking it over. */
export function RevisionPane({ revision, draft }: RevisionPaneProps) {
  const { counts, refusal, blocks } = revision;
  const isSame = REVISION_KINDS.every((kind) => counts[kind] === 0);
  return (
    <>
      <Card
        title="与现行方案对比"
        id="revision"
        note={
          <TextLink quiet href={`/plans/${revision.plan.id}`}>
            {revision.plan.title}
          </TextLink>
        }
        className="[&_h2]:scroll-mt-16"
      >
        {refusal === null ? <Summary revision={revision} /> : <Notice tone="error" title={refusal} className="mb-0" />}
        {refusal === null && isSame ? <p className="mt-2">新稿与现行方案没有差别。</p> : null}
      </Card>
      {refusal === null ? REVISION_KINDS.map((kind) => <Kind key={kind} revision={revision} kind={kind} />) : null}
      <Card title="确认修订" id="commit" note="一次写入，要么全部，要么都不写入" className="[&_h2]:scroll-mt-16">
        {blocks.length > 0 ? (
          <Notice tone="warn" title="还不能修订" className="mb-3">
            <ul className="list-disc pl-5">
              {blocks.map((block) => (
                <li key={block}>{block}</li>
              ))}
            </ul>
          </Notice>
        ) : null}
        <div className="flex flex-wrap items-start gap-x-6 gap-y-3">
          {blocks.length === 0 ? (
            <CommitRevisionForm draftId={revision.draftId} version={revision.version} open={revision.openQuestions} />
          ) : null}
          <DiscardDraft draft={draft} />
        </div>
      </Card>
    </>
  );
}
