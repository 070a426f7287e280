'use client';

import { IssuedPasswords } from '@/components/accounts/issued-passwords';
import { FormSummary } from '@/components/ui/form-summary';
import { SecrecyLine } from '@/components/ui/secrecy-line';
import { SubmitButton } from '@/components/ui/submit-button';
import { useFormAction } from '@/components/ui/use-form-action';
import { type IssuingState, resetPasswordAction } from '@/lib/accounts/account.actions';

export function ResetPasswordForm({ accountId, version }: { accountId: number; version: number }) {
  const [state, action] = useFormAction<IssuingState>(resetPasswordAction, { status: 'idle' });
  return (
    <form action={action}>
      <FormSummary state={state} />
      <IssuedPasswords issued={state.issued ?? []} />
      <input type="hidden" name="accountId" value={accountId} />
      <input type="hidden" name="version" value={version} />
      <p className="mb-2 text-sm text-mute">生成新密码并显示一次，退出该账号的全部登录，并解除输错锁定。</p>
      <SecrecyLine />
      <SubmitButton variant="danger">重置密码</SubmitButton>
    </form>
  );
}
