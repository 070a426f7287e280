'use client';

import { TextField } from '@/components/ui/field';
import { type FormState, FormSummary } from '@/components/ui/form-summary';
import { SecrecyLine } from '@/components/ui/secrecy-line';
import { SubmitButton } from '@/components/ui/submit-button';
import { useFormAction } from '@/components/ui/use-form-action';
import { signInAction } from '@/lib/accounts/sign-in.actions';

type SignInFormProps = {
  /** Where to go on to. */
  next: string;
  /** What was refused before the form was opened. */
  before?: FormState;
};

export function SignInForm({ next, before }: SignInFormProps) {
  const [state, action] = useFormAction<FormState>(signInAction, before ?? { status: 'idle' });
  return (
    <form action={action} noValidate>
      <FormSummary state={state} />
      <input type="hidden" name="next" value={next} />
      <TextField
        name="username"
        label="用户名"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={64}
        required
        defaultValue={state.values?.username}
        errors={state.fieldErrors?.username}
      />
      <TextField
        name="password"
        label="密码"
        type="password"
        autoComplete="current-password"
        required
        errors={state.fieldErrors?.password}
      />
      <SubmitButton className="mt-1 w-full" pendingText="登录中…">
        登录
      </SubmitButton>
      <SecrecyLine className="mt-3 mb-0 text-center" />
    </form>
  );
}
