'use client';

import { ActionForm, Hidden, IDLE, Refused } from '@/components/imports/action-form';
import { Notice } from '@/components/ui/notice';
import { SubmitButton } from '@/components/ui/submit-button';
import { useFormAction } from '@/components/ui/use-form-action';
import { setLeaderRuleAction } from '@/lib/imports/drafts/draft.actions';
import { LEADER_RULE_LABELS, type LeaderRule } from '@/lib/imports/drafts/draft.schema';

type LeaderCardProps = {
  draftId: number;
  version: number;
  rule: { kind: string; words: string; choices: LeaderRule[] };
  canEdit: boolean;
};

function UnitChoice({ draftId, version }: { draftId: number; version: number }) {
  const [state, submit] = useFormAction(setLeaderRuleAction, IDLE);
  return (
    <form action={submit} className="flex flex-wrap items-center gap-2">
      <Hidden fields={{ draftId, version, rule: 'unit' }} />
      <label htmlFor="leader-unit">由</label>
      <input
        id="leader-unit"
        name="unitName"
        list="region-units"
        required
        autoComplete="off"
        placeholder="单位名称"
        defaultValue={state.values?.unitName ?? ''}
        className="h-7 w-44 rounded-md border border-edge bg-card px-2"
      />
      <SubmitButton variant="plain" size="small" pendingText="保存中…">
        统一牵头，所列单位为责任单位
      </SubmitButton>
      <Refused state={state} />
    </form>
  );
}

function Choices({ draftId, version, rule }: Omit<LeaderCardProps, 'canEdit'>) {
  const fields = { draftId, version };
  return (
    <div className="mt-1.5 flex flex-wrap items-start gap-2">
      {rule.choices
        .filter((choice) => choice !== 'unit' && choice !== rule.kind)
        .map((choice) => (
          <ActionForm key={choice} action={setLeaderRuleAction} fields={{ ...fields, rule: choice }}>
            <SubmitButton variant="plain" size="small" pendingText="保存中…">
              {LEADER_RULE_LABELS[choice]}
            </SubmitButton>
          </ActionForm>
        ))}
      {rule.choices.includes('unit') ? <UnitChoice {...fields} /> : null}
    </div>
  );
}

/** The one question that a document without a leading unit leaves open, for the whole list. */
export function LeaderQuestion({ draftId, version, rule, canEdit }: LeaderCardProps) {
  return (
    <Notice tone="warn" title="这份清单由谁牵头？选一次，对全部各行有效">
      <p>{rule.words}</p>
      {canEdit ? <Choices draftId={draftId} version={version} rule={rule} /> : null}
    </Notice>
  );
}

/** By what rule it is read who leads. */
export function LeaderReading({ draftId, version, rule, canEdit }: LeaderCardProps) {
  return (
    <>
      牵头单位的认定：{rule.words}
      {canEdit && rule.choices.length > 0 ? (
        <details>
          <summary className="inline-block text-accent hover:underline">改为其他方式</summary>
          <Choices draftId={draftId} version={version} rule={rule} />
        </details>
      ) : null}
    </>
  );
}
