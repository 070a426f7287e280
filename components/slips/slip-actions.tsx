import { IssueForm, PreparedEvidence, ReplyForm } from '@/components/slips/slip-forms';
import { ButtonLink } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { Notice } from '@/components/ui/notice';
import { StepForm } from '@/components/ui/step-form';
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
import type { SlipForms } from '@/lib/slips/slip-forms.queries';

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
        <StepForm action={signForSlipAction} fields={{ ...target, idempotencyKey: forms.keyFor.signFor }} button="签收">
          <p className="mb-2 text-mute">签收后请在期限内逐项回复办理情况。</p>
        </StepForm>
      </Card>
    );
  }
  if (!forms.canReply) return null;
  return (
    <Card id="reply" title="回复督办单">
      {forms.isHeadWanted ? (
        <>
          <Notice tone="info">
            该单位的材料由单位负责人签发，请由单位负责人回复督办单。您可以先上传佐证材料，负责人回复时会一并列出。
          </Notice>
          <PreparedEvidence slipId={forms.slipId} unitId={unitId} unsent={forms.unsent} />
        </>
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

const Warnings = ({ words }: { words: readonly string[] }) =>
  words.map((one) => (
    <Notice key={one} tone="warn">
      {one}
    </Notice>
  ));

function OfficeActions({ forms, target }: { forms: SlipForms; target: { slipId: number; version: number } }) {
  const isDraft = forms.canChange || forms.canSendBack || forms.canDiscard;
  if (isDraft) {
    return (
      <Card id="office" title={forms.canIssue ? '签发' : '审核'}>
        <Warnings words={forms.warnings} />
        {forms.isOwnDraft ? <Notice tone="info">督办单由您拟稿或修改，请交其他工作人员审核。</Notice> : null}
        {forms.canCheck ? (
          <StepForm
            action={checkSlipAction}
            fields={{ ...target, idempotencyKey: forms.keyFor.check }}
            button="审核通过"
          />
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
            <StepForm
              fold="退回修改"
              action={sendBackSlipAction}
              fields={{ ...target, idempotencyKey: forms.keyFor.sendBack }}
              text={{ name: 'reason', label: '退回理由' }}
              button="退回拟稿"
              variant="danger"
            />
          ) : null}
          {forms.canDiscard ? (
            <StepForm
              fold="撤稿"
              action={discardSlipAction}
              fields={{ ...target, idempotencyKey: forms.keyFor.discard }}
              button="撤稿"
              variant="danger"
            >
              <p className="mb-2 text-sm text-mute">撤稿后不能恢复，过程记录保留；尚未编号，不占用文号。</p>
            </StepForm>
          ) : null}
        </div>
      </Card>
    );
  }
  if (!forms.canClose && !forms.canReturn && !forms.canVoid) return null;
  return (
    <Card id="office" title="督办单管理">
      <Warnings words={forms.warnings} />
      {forms.canClose ? (
        <StepForm
          fold={forms.needsReasonToClose ? '未回复即办结' : undefined}
          action={closeSlipAction}
          fields={{ ...target, idempotencyKey: forms.keyFor.close }}
          text={
            forms.needsReasonToClose
              ? { name: 'reason', label: '办结理由', hint: '尚未收到回复，写明为何不再要求回复' }
              : { name: 'reason', label: '办结意见（可不填）', isOptional: true }
          }
          button="办结督办单"
        />
      ) : null}
      <div className="mt-3">
        {forms.canReturn ? (
          <StepForm
            fold="退回回复"
            action={returnReplyAction}
            fields={{ ...target, idempotencyKey: forms.keyFor.return }}
            text={{ name: 'reason', label: '退回理由', hint: '退回后按原定工作日数重新起算回复期限' }}
            button="退回回复"
            variant="danger"
          />
        ) : null}
        {forms.canVoid ? (
          <StepForm
            fold="作废"
            action={voidSlipAction}
            fields={{ ...target, idempotencyKey: forms.keyFor.void }}
            text={{ name: 'reason', label: '作废理由', hint: '作废后文号保留，不再另用；主送单位会收到通知' }}
            button="作废督办单"
            variant="danger"
          />
        ) : null}
      </div>
    </Card>
  );
}
