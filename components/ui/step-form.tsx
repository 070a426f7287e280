'use client';

import { type ReactNode, useId } from 'react';
import type { ButtonSize, ButtonVariant } from '@/components/ui/button';
import { TextareaField } from '@/components/ui/field';
import { FormFold, type FormFoldLook } from '@/components/ui/fold';
import { type FormState, FormSummary } from '@/components/ui/form-summary';
import { SecrecyLine } from '@/components/ui/secrecy-line';
import { SubmitButton } from '@/components/ui/submit-button';
import { useFormAction } from '@/components/ui/use-form-action';

export type FormAction = (state: FormState, form: FormData) => Promise<FormState>;

type StepFormProps = {
  action: FormAction;
  /** Sent without being shown: what the step is about, the version seen, the key. */
  fields: Record<string, string | number>;
  /** The words that go with the step, where it takes any. */
  text?: { name: string; label: string; hint?: string; rows?: number; isOptional?: boolean; start?: string };
  button: ReactNode;
  variant?: ButtonVariant;
  size?: ButtonSize;
  pendingText?: string;
  className?: string;
  /** Words to unfold the form by. */
  fold?: string;
  foldLook?: Omit<FormFoldLook, 'fold'>;
  /** What to know before pressing the button. */
  children?: ReactNode;
};

/** One step: a button, and at most one text that goes with it. */
export function StepForm({ action, fields, text, button, variant, size, pendingText, ...props }: StepFormProps) {
  const [state, send] = useFormAction<FormState>(action, { status: 'idle' });
  const id = useId();
  return (
    <FormFold {...props.foldLook} fold={props.fold} states={[state]}>
      <form action={send} className={props.className}>
        <FormSummary state={state} labels={text ? { [text.name]: text.label } : undefined} idPrefix={id} />
        {Object.entries(fields).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        {props.children}
        {text ? (
          <>
            <TextareaField
              name={text.name}
              id={`${id}${text.name}`}
              label={text.label}
              hint={text.hint}
              rows={text.rows ?? 2}
              required={!text.isOptional}
              defaultValue={state.values?.[text.name] ?? text.start ?? ''}
              errors={state.fieldErrors?.[text.name]}
            />
            <SecrecyLine />
          </>
        ) : null}
        <SubmitButton variant={variant} size={size} pendingText={pendingText}>
          {button}
        </SubmitButton>
      </form>
    </FormFold>
  );
}
