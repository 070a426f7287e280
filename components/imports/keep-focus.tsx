'use client';

import { type ReactNode, useEffect, useRef } from 'react';

/** When the item that had the keyboard goes away because it is done, the one now in its place gets it: a queue is worked off without a mouse. */
export function KeepFocus({ children, className, label }: { children: ReactNode; className?: string; label: string }) {
  const list = useRef<HTMLUListElement>(null);
  const held = useRef(-1);
  useEffect(() => {
    if (held.current < 0 || document.activeElement !== document.body) return;
    const items = [...(list.current?.children ?? [])] as HTMLElement[];
    (items[held.current] ?? items.at(-1))?.focus();
  });
  return (
    <ul
      ref={list}
      aria-label={label}
      className={className}
      onFocus={(event) => {
        held.current = [...(list.current?.children ?? [])].findIndex((item) => item.contains(event.target));
      }}
      onBlur={(event) => {
        if (event.relatedTarget) held.current = -1;
      }}
    >
      {children}
    </ul>
  );
}
