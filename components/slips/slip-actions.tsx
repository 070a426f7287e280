import type { ReactNode } from 'react';
import { IssueForm, ReasonForm, ReplyForm, StepForm } from '@/components/slips/slip-forms';
import { ButtonLink } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { Notice } from '@/components/ui/notice';
import {
  checkSlipAction,
  closeSlipAction,
  discardSlipAction,
  issueSlipAction,
  replySlipAction,
  returnReplyAction,
  sendBackSlipAction,
  signForSlipAction,
  voidSlipAction,
} from '@/lib/slips/slip.actions';
import type { SlipForms } from '@/lib/slips/slip.queries';

function Fold({ title, children }: { title: string; children: ReactNode }) {
  return (
    <details className="border-t border-line-soft py-2 first:border-0">
      <summary className="inline-block text-accent underline decoration-accent/30 underline-offset-3">{title}</summary>
      <div className="mt-2">{children}</div>
    </details>
  );
}

/** What the viewer may do next: the one step that is asked for first, what else is possible folded beneath. */
export function SlipActions({ forms, unitId }: { forms: SlipForms; unitId: number }) {
  const target = { slipId: forms.slipId, version: forms.version };
  if (forms.refusal) {
    return (
      <Card title="办理">
        <p className="text-mute">{forms.refusal}</p>
      </Card>
    );
  }
  return (
    <>
      <UnitActions forms={forms} unitId={unitId} />
      <OfficeActions forms={forms} target={target} />
    </>
  );
}

function UnitActions({ forms, unitId }: { forms: SlipForms; unitId: number }) {
  const target = { slipId: forms.slipId, version: forms.version };
  if (forms.canSignFor) {
    return (
      <Card id="sign-for" title="签收督办单">
        <StepForm {...target} action={signForSlipAction} idempotencyKey={forms.keyFor.signFor} button="签收">
          <p className="mb-2 text-mute">签收后请在期限内逐项回复办理情况。</p>
        </StepForm>
      </Card>
    );
  }
  if (!forms.canReply) return null;
  return (
    <Card id="reply" title="回复督办单">
      {forms.isHeadWanted ? (
        <Notice tone="info">该单位的材料由单位负责人签发，请由单位负责人回复督办单。</Notice>
      ) : (
        <ReplyForm
          {...target}
          action={replySlipAction}
          idempotencyKey={forms.keyFor.reply}
          unitId={unitId}
          unsent={forms.unsent}
        />
      )}
    </Card>
  );
}

function OfficeActions({ forms, target }: { forms: SlipForms; target: { slipId: number; version: number } }) {
  const isDraft = forms.canChange || forms.canSendBack || forms.canDiscard;
  if (isDraft) {
    return (
      <Card id="office" title={forms.canIssue ? '签发' : '审核'}>
        {forms.isOwnDraft ? <Notice tone="info">督办单由您拟稿或修改，请交其他工作人员审核。</Notice> : null}
        {forms.canCheck ? (
          <StepForm {...target} action={checkSlipAction} idempotencyKey={forms.keyFor.check} button="审核通过" />
        ) : null}
        {forms.canIssue ? (
          <IssueForm
            {...target}
            action={issueSlipAction}
            idempotencyKey={forms.keyFor.issue}
            bureauCode={forms.bureauCode}
          />
        ) : null}
        <div className="mt-3">
          {forms.canChange ? (
            <p className="border-t border-line-soft py-2 first:border-0">
              <ButtonLink variant="link" href={`/slips/${forms.slipId}/change`}>
                修改
              </ButtonLink>
            </p>
          ) : null}
          {forms.canSendBack && !forms.isOwnDraft ? (
            <Fold title="退回修改">
              <ReasonForm
                {...target}
                action={sendBackSlipAction}
                idempotencyKey={forms.keyFor.sendBack}
                label="退回理由"
                button="退回拟稿"
                isDanger
              />
            </Fold>
          ) : null}
          {forms.canDiscard ? (
            <Fold title="撤稿">
              <StepForm
                {...target}
                action={discardSlipAction}
                idempotencyKey={forms.keyFor.discard}
                button="撤稿"
                variant="danger"
              >
                <p className="mb-2 text-sm text-mute">撤稿后不能恢复，过程记录保留；尚未编号，不占用文号。</p>
              </StepForm>
            </Fold>
          ) : null}
        </div>
      </Card>
    );
  }
  if (!forms.canClose && !forms.canReturn && !forms.canVoid) return null;
  const close = (
    <ReasonForm
      {...target}
      action={closeSlipAction}
      idempotencyKey={forms.keyFor.close}
      label={forms.needsReasonToClose ? '办结理由' : '办结意见（可不填）'}
      hint={forms.needsReasonToClose ? '尚未收到回复，写明为何不再要求回复' : undefined}
      isRequired={forms.needsReasonToClose}
      button="办结督办单"
    />
  );
  return (
    <Card id="office" title="督办单管理">
      {forms.needsReasonToClose ? <Fold title="未回复即办结">{close}</Fold> : close}
      <div className="mt-3">
        {forms.canReturn ? (
          <Fold title="退回回复">
            <ReasonForm
              {...target}
              action={returnReplyAction}
              idempotencyKey={forms.keyFor.return}
              label="退回理由"
              hint="退回后按原定工作日数重新起算回复期限"
              button="退回回复"
              isDanger
            />
          </Fold>
        ) : null}
        {forms.canVoid ? (
          <Fold title="作废">
            <ReasonForm
              {...target}
              action={voidSlipAction}
              idempotencyKey={forms.keyFor.void}
              label="作废理由"
              hint="作废后文号保留，不再另用；主送单位会收到通知"
              button="作废督办单"
              isDanger
            />
          </Fold>
        ) : null}
      </div>
    </Card>
  );
}
