import Link from 'next/link';
import type { ComponentProps } from 'react';
import { classes } from '@/components/ui/classes';

/** main: the one thing to do here · plain: any other · danger: hard to take back · link: as quiet as a link. */
export type ButtonVariant = 'main' | 'plain' | 'danger' | 'link';
export type ButtonSize = 'small' | 'normal';

const VARIANTS: Record<ButtonVariant, string> = {
  main: 'border border-accent bg-accent text-white hover:border-accent-strong hover:bg-accent-strong',
  plain: 'border border-line bg-card text-accent hover:border-accent hover:bg-accent-ground',
  danger: 'border border-red bg-card text-red hover:bg-red hover:text-white',
  link: 'text-accent underline-offset-2 hover:underline',
};

export function buttonClass(variant: ButtonVariant, size: ButtonSize, className?: string): string {
  const padding = variant === 'link' ? 'px-0.5' : size === 'small' ? 'px-2.5' : 'px-3.5';
  return classes(
    'inline-flex items-center justify-center gap-1.5 rounded-md whitespace-nowrap print:hidden',
    'disabled:cursor-not-allowed disabled:opacity-55',
    size === 'small' ? 'min-h-7 py-0.5' : 'min-h-8.5 py-1',
    padding,
    VARIANTS[variant],
    className,
  );
}

type ButtonProps = ComponentProps<'button'> & { variant?: ButtonVariant; size?: ButtonSize };

/** Defaults to type="button": a button that sends a form says type="submit" or is a SubmitButton. */
export function Button({ variant = 'plain', size = 'normal', className, type = 'button', ...props }: ButtonProps) {
  return <button type={type} className={buttonClass(variant, size, className)} {...props} />;
}

type ButtonLinkProps = ComponentProps<typeof Link> & { variant?: ButtonVariant; size?: ButtonSize };

/** Looks like a button, goes to a page. For a download, use it with `download`: the browser then fetches the address. */
export function ButtonLink({ variant = 'plain', size = 'normal', className, ...props }: ButtonLinkProps) {
  const linkClass = buttonClass(variant, size, className);
  if (props.download !== undefined && typeof props.href === 'string') {
    const { href, prefetch: _prefetch, replace: _replace, scroll: _scroll, ...rest } = props;
    return <a href={href} className={linkClass} {...(rest as ComponentProps<'a'>)} />;
  }
  return <Link prefetch={false} className={linkClass} {...props} />;
}
