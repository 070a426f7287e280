'use client';

import { useActionState } from 'react';
import { CheckboxField } from '@/components/ui/field';
import { FormSummary } from '@/components/ui/form-summary';
import { SubmitButton } from '@/components/ui/submit-button';
import { setOwnMailAction } from '@/lib/accounts/own-mail.actions';
import type { FormState } from '@/lib/server/form-action';

/** Whether one wants the daily mail. */
export function OwnMailForm({ wantsMail }: { wantsMail: boolean }) {
  const [state, send] = useActionState<FormState, FormData>(setOwnMailAction, { status: 'idle' });
  return (
    <form action={send}>
      <FormSummary state={state} />
      <CheckboxField
        name="wantsMail"
        label="把每天的提醒汇总发到我的邮箱"
        hint="每天至多一封；关闭后提醒仍在收件箱"
        defaultChecked={wantsMail}
      />
      <SubmitButton>保存</SubmitButton>
    </form>
  );
}
