'use client';

import { Hidden, IDLE, Refused, ShowLatest } from '@/components/imports/action-form';
import { CheckboxField } from '@/components/ui/field';
import { FormSummary } from '@/components/ui/form-summary';
import { SubmitButton } from '@/components/ui/submit-button';
import { useFormAction } from '@/components/ui/use-form-action';
import { commitRevisionAction, decideAllAction, decideRowAction } from '@/lib/imports/revisions/revision.actions';
import type { RevisionItem } from '@/lib/imports/revisions/revision.queries';
import type { RevisionDecision, RevisionKind } from '@/lib/imports/revisions/revision.schema';

type DecisionFormProps = {
  draftId: number;
  item: Pick<RevisionItem, 'rowId' | 'task' | 'version' | 'decision' | 'choices'>;
};

/** One press decides; what was chosen can be chosen anew until the list is taken over. */
export function DecisionForm({ draftId, item }: DecisionFormProps) {
  const [state, submit] = useFormAction(decideRowAction, IDLE);
  const subject: Record<string, string | number> =
    item.rowId === null ? { taskId: item.task?.id ?? '' } : { rowId: item.rowId };
  return (
    <form action={submit} className="flex flex-wrap items-center gap-1.5">
      <Hidden fields={{ draftId, version: item.version, ...subject }} />
      {item.choices.map(({ decision, label, refusal }) => {
        const isChosen = item.decision === decision;
        return (
          <SubmitButton
            key={decision}
            name="decision"
            value={decision}
            size="small"
            variant={isChosen ? 'main' : 'plain'}
            aria-pressed={isChosen}
            disabled={refusal !== null}
            pendingText="保存中…"
          >
            {isChosen ? `✓ ${label}` : label}
          </SubmitButton>
        );
      })}
      <Refused state={state} />
    </form>
  );
}

type DecideAllFormProps = {
  draftId: number;
  kind: RevisionKind;
  choices: { decision: RevisionDecision; label: string }[];
};

export function DecideAllForm({ draftId, kind, choices }: DecideAllFormProps) {
  const [state, submit] = useFormAction(decideAllAction, IDLE);
  return (
    <form action={submit} className="flex flex-wrap items-center gap-1.5">
      <Hidden fields={{ draftId, kind }} />
      {choices.map(({ decision, label }) => (
        <SubmitButton
          key={decision}
          name="decision"
          value={decision}
          size="small"
          variant="plain"
          pendingText="保存中…"
        >
          {label}
        </SubmitButton>
      ))}
      {state.status === 'ok' ? (
        <span role="status" className="text-sm text-green">
          {state.message}
        </span>
      ) : null}
      <Refused state={state} />
    </form>
  );
}

type CommitRevisionFormProps = { draftId: number; version: number; open: number };

/** Takes the decisions over into the plan that stands. Open questions go along only where that is ticked. */
export function CommitRevisionForm({ draftId, version, open }: CommitRevisionFormProps) {
  const [state, submit] = useFormAction(commitRevisionAction, IDLE);
  return (
    <form action={submit} className="min-w-0">
      <FormSummary state={state} idPrefix="revise-" />
      <ShowLatest state={state} />
      <Hidden fields={{ draftId, version }} />
      {open > 0 ? (
        <CheckboxField
          name="confirmOpen"
          id="revise-confirmOpen"
          required
          label={`还有 ${open} 处没有确认，随方案保留，先行修订`}
        />
      ) : null}
      <SubmitButton pendingText="正在修订…">确认修订方案</SubmitButton>
    </form>
  );
}
