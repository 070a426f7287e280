'use client';

import { useRouter } from 'next/navigation';
import { type ReactNode, useActionState } from 'react';
import { Button } from '@/components/ui/button';
import { Notice } from '@/components/ui/notice';
import type { FormState } from '@/lib/server/form-action';

export type FormAction = (state: FormState, form: FormData) => Promise<FormState>;
export const IDLE: FormState = { status: 'idle' };

/** Fields a form sends without showing them. */
export function Hidden({ fields }: { fields: Record<string, string | number> }) {
  return Object.entries(fields).map(([name, value]) => <input key={name} type="hidden" name={name} value={value} />);
}

/** A refusal beside its form, with what stands now where someone else was faster. */
export function Refused({ state }: { state: FormState }) {
  const router = useRouter();
  if (state.status !== 'refused' && state.status !== 'invalid') return null;
  const errors = Object.values(state.fieldErrors ?? {}).flat();
  const latest = state.latest?.value ?? state.latest?.answer;
  return (
    <Notice
      tone={state.latest ? 'warn' : 'error'}
      title={errors.length > 0 ? errors.join('；') : state.message}
      alert
      className="mt-1.5 mb-0 w-full"
    >
      {latest ? <p>现有内容：{latest}</p> : null}
      {state.latest ? (
        <Button variant="link" size="small" onClick={() => router.refresh()}>
          载入最新内容
        </Button>
      ) : null}
    </Notice>
  );
}

type ActionFormProps = {
  action: FormAction;
  fields: Record<string, string | number>;
  /** Buttons, and fields that need not keep what was typed. */
  children: ReactNode;
  className?: string;
};

/** One or more buttons that each are a whole form. */
export function ActionForm({ action, fields, children, className }: ActionFormProps) {
  const [state, submit] = useActionState(action, IDLE);
  return (
    <form action={submit} className={className}>
      <Hidden fields={fields} />
      {children}
      <Refused state={state} />
    </form>
  );
}
