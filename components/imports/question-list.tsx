import { ActionForm } from '@/components/imports/action-form';
import { AnswerForms } from '@/components/imports/answer-forms';
import { KeepFocus } from '@/components/imports/keep-focus';
import { Badge } from '@/components/ui/badge';
import { RawText } from '@/components/ui/raw-text';
import { SubmitButton } from '@/components/ui/submit-button';
import { TextLink } from '@/components/ui/text-link';
import { confirmKindAction } from '@/lib/imports/drafts/draft.actions';
import type { KindCount, QuestionGroup } from '@/lib/imports/drafts/draft.queries';
import { kindWords } from '@/lib/imports/drafts/draft.schema';

type QuestionListProps = {
  draftId: number;
  version: number;
  groups: readonly QuestionGroup[];
  kinds: readonly KindCount[];
  canAnswer: boolean;
  /** Address of a row by its position; with its id, of its open forms. */
  rowHref: (position: number, editedId?: number) => string;
  /** The task of a row, where it is at hand. */
  textAt: (position: number) => string | undefined;
};

/** How many places are named before the rest is only counted. */
const PLACES = 6;

function Places({ group, rowHref }: { group: QuestionGroup; rowHref: (position: number) => string }) {
  const [first] = group.rows;
  if (first === undefined || first.position === null) return <span className="text-mute">整份清单</span>;
  const named = group.rows.slice(0, PLACES);
  return (
    <span className="text-mute">
      第{' '}
      {named.map(({ position, place }, index) => (
        <span key={position}>
          {index > 0 ? '、' : ''}
          <TextLink href={rowHref(position ?? 1)} title={place}>
            {position}
          </TextLink>
        </span>
      ))}{' '}
      行{group.count > named.length ? `等 ${group.count} 处` : ''}
    </span>
  );
}

function Head({ group, rowHref, textAt }: { group: QuestionGroup } & Pick<QuestionListProps, 'rowHref' | 'textAt'>) {
  const [first] = group.rows;
  const text = first?.position ? textAt(first.position) : undefined;
  const isOpen = group.status === 'OPEN';
  return (
    <>
      <p className="flex flex-wrap items-baseline gap-x-2 gap-y-0.5">
        {isOpen ? null : (
          <Badge tone="green" filled>
            {kindWords(group.kind)}
          </Badge>
        )}
        <span className="text-mute">{group.fieldLabel}</span>
        {group.count > 1 ? <strong className="font-semibold">{group.count} 处</strong> : null}
        <Places group={group} rowHref={rowHref} />
        {isOpen && group.isDeferred ? <Badge>随方案保留</Badge> : null}
      </p>
      <p className="mt-1">
        {group.printed && group.kind !== 'document' ? <RawText className="mr-2">{group.printed}</RawText> : null}
        {group.text}
      </p>
      {text ? <p className="truncate text-xs text-mute">{text}</p> : null}
    </>
  );
}

function editHrefOf(group: QuestionGroup, rowHref: QuestionListProps['rowHref']): string | null {
  const [first] = group.rows;
  return first && first.position !== null && first.rowId !== null ? rowHref(first.position, first.rowId) : null;
}

type QuestionItemProps = Pick<QuestionListProps, 'draftId' | 'canAnswer' | 'rowHref' | 'textAt'> & {
  group: QuestionGroup;
};

function QuestionItem({ draftId, group, canAnswer, rowHref, textAt }: QuestionItemProps) {
  const id = `question-${group.first.questionId}`;
  return (
    <li
      id={id}
      tabIndex={-1}
      className="scroll-mt-16 gap-x-6 py-2.5 xl:grid xl:grid-cols-[minmax(0,1fr)_minmax(0,34rem)]"
    >
      <div className="min-w-0">
        <Head group={group} rowHref={rowHref} textAt={textAt} />
      </div>
      {canAnswer ? (
        <AnswerForms
          draftId={draftId}
          id={id}
          questionId={group.first.questionId}
          questionVersion={group.first.questionVersion}
          kind={group.kind}
          field={group.field}
          editHref={editHrefOf(group, rowHref)}
          printed={group.printed}
          candidates={group.candidates}
          ways={group.ways}
          count={group.count}
          isDeferred={group.isDeferred}
        />
      ) : null}
    </li>
  );
}

type KindHeadProps = Pick<QuestionListProps, 'draftId' | 'version' | 'canAnswer'> & {
  count: KindCount;
  isDeferred: boolean;
};

/** A kind's word, how many are open, and one press for an admin who has looked at all of them. */
function KindHead({ draftId, version, canAnswer, count: { kind, open, kept }, isDeferred }: KindHeadProps) {
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <h3 className="flex items-baseline gap-2 text-sm font-normal">
        <Badge tone={isDeferred ? 'plain' : 'amber'} filled>
          {kindWords(kind)}
        </Badge>
        <span className="text-mute">{open} 处</span>
      </h3>
      {canAnswer && kept > 1 ? (
        <ActionForm action={confirmKindAction} fields={{ draftId, version, kind }} className="text-sm">
          <SubmitButton size="small" variant="link" pendingText="保存中…">
            本类 {kept} 处都确认无误
          </SubmitButton>
        </ActionForm>
      ) : null}
    </div>
  );
}

/** Open doubts by kind, alike ones together, each with its ways out; what is settled stands closed beneath. */
export function QuestionList({ draftId, version, groups, kinds, canAnswer, rowHref, textAt }: QuestionListProps) {
  const open = Map.groupBy(
    groups.filter(({ status }) => status === 'OPEN'),
    ({ kind }) => kind,
  );
  const settled = groups.filter(({ status }) => status !== 'OPEN');
  return (
    <>
      <KeepFocus>
        {kinds.map((count) => {
          const alike = open.get(count.kind) ?? [];
          return alike.length === 0 ? null : (
            <div key={count.kind} className="border-t border-line-soft pt-2.5 first:border-t-0 first:pt-0">
              <KindHead
                draftId={draftId}
                version={version}
                canAnswer={canAnswer}
                count={count}
                isDeferred={alike.every((group) => group.isDeferred)}
              />
              <ul aria-label={`待确认的问题：${kindWords(count.kind)}`} className="divide-y divide-line-soft">
                {alike.map((group) => (
                  <QuestionItem
                    key={group.key}
                    draftId={draftId}
                    group={group}
                    canAnswer={canAnswer}
                    rowHref={rowHref}
                    textAt={textAt}
                  />
                ))}
              </ul>
            </div>
          );
        })}
      </KeepFocus>
      {settled.length > 0 ? (
        <details className="mt-2 border-t border-line-soft pt-2">
          <summary className="inline-block text-accent hover:underline">已处理 {settled.length} 类</summary>
          <ul className="mt-1 divide-y divide-line-soft">
            {settled.map((group) => (
              <li key={group.key} className="py-1.5 text-sm">
                <Head group={group} rowHref={rowHref} textAt={textAt} />
                <p className="mt-0.5">
                  <span className="text-mute">{group.answeredBy ? `${group.answeredBy}：` : '处理：'}</span>
                  {group.answer}
                </p>
              </li>
            ))}
          </ul>
        </details>
      ) : null}
    </>
  );
}
