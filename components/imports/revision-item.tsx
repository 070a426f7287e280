import { DecisionForm } from '@/components/imports/revision-forms';
import { Light } from '@/components/lights/light';
import { Badge } from '@/components/ui/badge';
import { TextLink } from '@/components/ui/text-link';
import { WordDifference } from '@/components/ui/word-difference';
import type { RevisionItem } from '@/lib/imports/revisions/revision.queries';
import { STATE_WORDS } from '@/lib/standing/standing.words';

function Fact({ label, words }: { label: string; words: string | null }) {
  if (words === null || words === '') return null;
  return (
    <span>
      <span className="text-mute">{label}：</span>
      {words}
    </span>
  );
}

function Head({ item }: { item: RevisionItem }) {
  const { task, position, seq, decision } = item;
  return (
    <p className="flex flex-wrap items-center gap-x-2 gap-y-0.5">
      <Badge tone={decision === null ? 'amber' : 'green'} filled>
        {decision === null ? '待选择' : '已选择'}
      </Badge>
      {position === null ? (
        <span className="text-mute">原第 {seq} 项</span>
      ) : (
        <span className="text-mute">新稿第 {position} 行</span>
      )}
      {task ? (
        <>
          <TextLink quiet href={`/tasks/${task.id}`}>
            现有任务 {task.seq}
          </TextLink>
          <Badge>{STATE_WORDS[task.state]}</Badge>
          <Light light={task.light} reason={task.reason} size="small" />
        </>
      ) : null}
      {item.isUnsure ? <Badge tone="amber">可能不是同一项，请逐项确认</Badge> : null}
      {item.isSeparated ? <Badge>对应的行已另作新任务</Badge> : null}
    </p>
  );
}

/** Without a change of its words the task is shown once; a row that is new or gone with all that it says. */
function Body({ item }: { item: RevisionItem }) {
  const isWhole = item.kind === 'added' || item.kind === 'dropped';
  const isTextChanged = item.fields.some(({ field }) => field === 'text');
  return (
    <>
      {isTextChanged ? null : <p className="mt-1">{item.text}</p>}
      {isWhole ? (
        <p className="mt-0.5 flex flex-wrap gap-x-4 text-sm">
          <Fact label="举措" words={item.measure ?? item.section} />
          <Fact label="牵头" words={item.lead} />
          <Fact label="责任" words={item.responsible} />
          <Fact label="时限" words={item.deadline} />
        </p>
      ) : (
        <dl className="mt-1 space-y-1">
          {item.fields.map(({ field, label, parts }) => (
            <div key={field} className="md:flex md:gap-2">
              <dt className="shrink-0 font-semibold md:w-20">{label}</dt>
              <dd className="min-w-0">
                <WordDifference parts={parts} />
              </dd>
            </div>
          ))}
        </dl>
      )}
    </>
  );
}

/** One thing in which the new list differs from the plan, and what to do about it. */
export function RevisionEntry({ draftId, item }: { draftId: number; item: RevisionItem }) {
  const refusals = item.choices.flatMap(({ refusal }) => refusal ?? []);
  return (
    <li className="border-t border-line-soft py-2.5 first:border-t-0">
      <Head item={item} />
      <Body item={item} />
      <div className="mt-1.5">
        <DecisionForm draftId={draftId} item={item} />
        {refusals.map((refusal) => (
          <p key={refusal} className="mt-1 text-sm text-amber">
            {refusal}
          </p>
        ))}
      </div>
    </li>
  );
}
