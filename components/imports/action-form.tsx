'use client';

import { useRouter } from 'next/navigation';
import { type ReactNode, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Notice } from '@/components/ui/notice';
import { useFormAction } from '@/components/ui/use-form-action';
import type { FormState } from '@/lib/server/form-action';

export type FormAction = (state: FormState, form: FormData) => Promise<FormState>;
export const IDLE: FormState = { status: 'idle' };

/** Fields a form sends without showing them. */
export function Hidden({ fields }: { fields: Record<string, string | number> }) {
  return Object.entries(fields).map(([name, value]) => <input key={name} type="hidden" name={name} value={value} />);
}

/** The way to what stands now: a form that was refused for a newer version keeps being refused until the page has it. */
export function ShowLatest({ state, onShown }: { state: FormState; onShown?: () => void }) {
  const router = useRouter();
  if (!state.latest) return null;
  return (
    <Button
      variant="link"
      size="small"
      onClick={() => {
        onShown?.();
        router.refresh();
      }}
    >
      载入最新内容
    </Button>
  );
}

/** A refusal beside its form, with what stands now where someone else was faster. */
export function Refused({ state }: { state: FormState }) {
  const [shown, setShown] = useState<FormState | null>(null);
  if (state === shown || (state.status !== 'refused' && state.status !== 'invalid')) return null;
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
      <ShowLatest state={state} onShown={() => setShown(state)} />
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
  const [state, submit] = useFormAction(action, IDLE);
  return (
    <form action={submit} className={className}>
      <Hidden fields={fields} />
      {children}
      <Refused state={state} />
    </form>
  );
}
