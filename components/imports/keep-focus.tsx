'use client';

import { type ReactNode, useEffect, useRef } from 'react';

const itemsOf = (frame: HTMLElement) => [...frame.querySelectorAll<HTMLElement>('li[tabindex="-1"]')];

/** True for the item that holds the element, and for those after it. */
const isAtOrAfter = (item: HTMLElement, element: Node) =>
  item.contains(element) || Boolean(element.compareDocumentPosition(item) & Node.DOCUMENT_POSITION_FOLLOWING);

/** When the item that had the keyboard goes away because it is done, the one now in its place gets it: a queue is worked off without a mouse. */
export function KeepFocus({ children }: { children: ReactNode }) {
  const frame = useRef<HTMLDivElement>(null);
  const held = useRef(-1);
  useEffect(() => {
    const queue = frame.current!;
    const hold = ({ target }: FocusEvent) => {
      held.current = itemsOf(queue).findIndex((item) => isAtOrAfter(item, target as Node));
    };
    const letGo = ({ relatedTarget }: FocusEvent) => {
      if (relatedTarget) held.current = -1;
    };
    queue.addEventListener('focusin', hold);
    queue.addEventListener('focusout', letGo);
    return () => {
      queue.removeEventListener('focusin', hold);
      queue.removeEventListener('focusout', letGo);
    };
  }, []);
  useEffect(() => {
    if (held.current < 0 || document.activeElement !== document.body) return;
    const items = itemsOf(frame.current!);
    (items[held.current] ?? items.at(-1))?.focus();
  });
  return <div ref={frame}>{children}</div>;
}
