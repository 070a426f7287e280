'use client';

import { CheckboxField, TextField } from '@/components/ui/field';
import { FormSummary } from '@/components/ui/form-summary';
import { Notice } from '@/components/ui/notice';
import { SubmitButton } from '@/components/ui/submit-button';
import { useFormAction } from '@/components/ui/use-form-action';
import { setOwnMailAction } from '@/lib/accounts/own-mail.actions';
import type { FormState } from '@/lib/server/form-action';

const LABELS = { email: '邮箱' };

/** One's own address, and whether one wants the daily mail. */
export function OwnMailForm({ email, wantsMail }: { email: string | null; wantsMail: boolean }) {
  const [state, send] = useFormAction<FormState>(setOwnMailAction, { status: 'idle' });
  const typed = state.values;
  return (
    <form action={send} className="max-w-md">
      <FormSummary state={state} labels={LABELS} />
      {state.latest ? <Notice tone="warn">现在登记的邮箱：{state.latest.email || '无'}</Notice> : null}
      <input type="hidden" name="emailBefore" value={state.latest?.email ?? email ?? ''} />
      <TextField
        name="email"
        label={LABELS.email}
        type="email"
        inputMode="email"
        autoComplete="email"
        maxLength={200}
        hint="可不填；留空则只在站内提醒"
        defaultValue={typed?.email ?? email ?? ''}
        errors={state.fieldErrors?.email}
      />
      <CheckboxField
        name="wantsMail"
        label="把每天的提醒汇总发到我的邮箱"
        hint="每天至多一封；关闭后提醒仍在收件箱"
        defaultChecked={typed ? typed.wantsMail === 'on' : wantsMail}
      />
      <SubmitButton>保存</SubmitButton>
    </form>
  );
}
