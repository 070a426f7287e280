'use client';

import { TextField } from '@/components/ui/field';
import { type FormState, FormSummary } from '@/components/ui/form-summary';
import { SecrecyLine } from '@/components/ui/secrecy-line';
import { SubmitButton } from '@/components/ui/submit-button';
import { useFormAction } from '@/components/ui/use-form-action';
import { changePasswordAction } from '@/lib/accounts/account.actions';

const LABELS = { oldPassword: '原密码', newPassword: '新密码', repeatedPassword: '再次填写新密码' };

type PasswordFormProps = { username: string /** The rule in words. */; rule: string };

export function PasswordForm({ username, rule }: PasswordFormProps) {
  const [state, action] = useFormAction<FormState>(changePasswordAction, { status: 'idle' });
  return (
    <form action={action} noValidate className="max-w-md">
      <FormSummary state={state} labels={LABELS} />
      <input type="hidden" name="username" autoComplete="username" value={username} />
      <TextField
        name="oldPassword"
        label={LABELS.oldPassword}
        type="password"
        autoComplete="current-password"
        required
        errors={state.fieldErrors?.oldPassword}
      />
      <TextField
        name="newPassword"
        label={LABELS.newPassword}
        hint={rule}
        type="password"
        autoComplete="new-password"
        required
        errors={state.fieldErrors?.newPassword}
      />
      <TextField
        name="repeatedPassword"
        label={LABELS.repeatedPassword}
        type="password"
        autoComplete="new-password"
        required
        errors={state.fieldErrors?.repeatedPassword}
      />
      <SecrecyLine />
      <SubmitButton>修改密码</SubmitButton>
    </form>
  );
}
