'use client';

import { Dialog as Primitive } from 'radix-ui';
import type { ReactNode } from 'react';

type DialogProps = {
  /** The button that opens it: one element that takes a ref, e.g. <Button>. */
  trigger?: ReactNode;
  title: string;
  description?: ReactNode;
  children: ReactNode;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
};

/** Opens only with JavaScript: whatever is done in it must also be possible on a page. */
export function Dialog({ trigger, title, description, children, open, onOpenChange }: DialogProps) {
  return (
    <Primitive.Root open={open} onOpenChange={onOpenChange}>
      {trigger ? <Primitive.Trigger asChild>{trigger}</Primitive.Trigger> : null}
      <Primitive.Portal>
        <Primitive.Overlay className="fixed inset-0 z-40 bg-ink/40" />
        <Primitive.Content
          aria-describedby={description ? undefined : ''}
          className="fixed top-1/2 left-1/2 z-50 max-h-[85vh] w-[min(32rem,calc(100vw-2rem))] -translate-x-1/2 -translate-y-1/2 overflow-y-auto rounded-lg border border-line bg-card p-5 shadow-lg"
        >
          <div className="mb-2 flex items-start gap-3">
            <Primitive.Title>{title}</Primitive.Title>
            <Primitive.Close
              aria-label="关闭"
              className="-mt-1 -mr-1 ml-auto size-7 rounded-md text-lg leading-none text-mute hover:bg-chip hover:text-ink"
            >
              ×
            </Primitive.Close>
          </div>
          {description ? <Primitive.Description className="mb-3 text-mute">{description}</Primitive.Description> : null}
          {children}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

/** Closes the dialog it stands in; wraps one element, e.g. <Button>取消</Button>. */
export function DialogClose({ children }: { children: ReactNode }) {
  return <Primitive.Close asChild>{children}</Primitive.Close>;
}
