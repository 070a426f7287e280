'use client';

import type { ComponentProps } from 'react';
import { useFormStatus } from 'react-dom';
import { type ButtonSize, type ButtonVariant, buttonClass } from '@/components/ui/button';

type SubmitButtonProps = Omit<ComponentProps<'button'>, 'type'> & {
  variant?: ButtonVariant;
  size?: ButtonSize;
  pendingText?: string;
};

/** Sends the form it stands in; while the answer is under way it says so and cannot be pressed again. */
export function SubmitButton({
  variant = 'main',
  size = 'normal',
  pendingText = '提交中…',
  className,
  disabled,
  children,
  ...props
}: SubmitButtonProps) {
  const { pending } = useFormStatus();
  return (
    <button
      type="submit"
      disabled={disabled || pending}
      className={buttonClass(variant, size, className)}
      aria-live="polite"
      {...props}
    >
      {pending ? pendingText : children}
    </button>
  );
}
