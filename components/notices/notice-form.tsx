'use client';

import type { ReactNode } from 'react';
import { FormSummary } from '@/components/ui/form-summary';
import { SubmitButton } from '@/components/ui/submit-button';
import { useFormAction } from '@/components/ui/use-form-action';
import type { FormState } from '@/lib/server/form-action';

type Action = (state: FormState, form: FormData) => Promise<FormState>;

type NoticeFormProps = {
  action: Action;
  fields: Record<string, string | number>;
  button: ReactNode;
  variant?: 'plain' | 'link';
  /** Completes the button when read aloud: which notice it is about. */
  about?: string;
};

/** One button that is a whole form. */
export function NoticeForm({ action, fields, button, variant = 'link', about }: NoticeFormProps) {
  const [state, send] = useFormAction<FormState>(action, { status: 'idle' });
  return (
    <form action={send}>
      {Object.entries(fields).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <FormSummary state={state} />
      <SubmitButton variant={variant} size="small" pendingText="…">
        {button}
        {about ? <span className="sr-only">：{about}</span> : null}
      </SubmitButton>
    </form>
  );
}
