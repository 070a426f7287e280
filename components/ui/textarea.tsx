'use client';

import { type ComponentProps, useLayoutEffect, useRef } from 'react';

/** What people typed before the page was alive. */
const typedEarly = new WeakMap<HTMLTextAreaElement, string>();

// Runs when the script arrives: from here on typing is heard, and what was typed before stands in the boxes.
if (typeof document !== 'undefined') {
  for (const box of document.querySelectorAll('textarea'))
    if (box.value !== box.defaultValue.replace(/\r\n?/g, '\n')) typedEarly.set(box, box.value);
  document.addEventListener(
    'input',
    ({ target }) => {
      if (target instanceof HTMLTextAreaElement) typedEarly.set(target, target.value);
    },
    true,
  );
}

/** A text box that keeps what was typed while the page was loading: React sets a filled box back to what the server sent when it takes it over (`initTextarea`, React 19). */
export function Textarea(props: Omit<ComponentProps<'textarea'>, 'ref' | 'value'>) {
  const self = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    const box = self.current!;
    const typed = typedEarly.get(box);
    if (typed !== undefined && typed !== box.value) box.value = typed;
  }, []);
  return <textarea ref={self} {...props} />;
}
