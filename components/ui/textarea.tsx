'use client';

import { type ComponentProps, type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { Button } from '@/components/ui/button';
import {
  baseOf,
  basesOf,
  bothOf,
  controlsOf,
  fill,
  isChanged,
  KEEPS_OWN,
  KEPT_FIELD,
  keyOf,
  momentWords,
  nameOf,
  readWords,
  sweepWords,
  typedIn,
  wordsOf,
  writeWords,
} from '@/components/ui/kept-words';

/** What people typed before the page was alive. */
const typedEarly = new WeakMap<HTMLTextAreaElement, string>();

// Runs when the script arrives: from here on typing is heard, and what was typed before stands in the boxes.
if (typeof document !== 'undefined') {
  for (const box of document.querySelectorAll('textarea')) if (isChanged(box)) typedEarly.set(box, box.value);
  document.addEventListener(
    'input',
    ({ target }) => {
      if (target instanceof HTMLTextAreaElement) typedEarly.set(target, target.value);
    },
    true,
  );
  sweepWords();
}

type Brought = {
  savedAt: string;
  /** What was typed where the server has since come to hold something else: shown, and not put over it. */
  beside: string | null;
};

/** Keeps the words of the whole form, where this is its first text box and nothing else keeps them. */
function useKeptWords(box: RefObject<HTMLTextAreaElement | null>): [Brought | null, () => void] {
  const [brought, setBrought] = useState<Brought | null>(null);

  useEffect(() => {
    const form = box.current?.form;
    if (!form || form.querySelector('textarea') !== box.current || form.querySelector(`[${KEEPS_OWN}="form"]`)) return;

    const bringBack = () => {
      const key = keyOf(form);
      const kept = key === null ? null : readWords(key);
      if (!kept) return;
      const controls = controlsOf(form).filter((control) => {
        const before = kept.controls[nameOf(control)];
        return before !== undefined && before.typed !== typedIn(control);
      });
      let beside: string | null = null;
      for (const control of controls) {
        const { typed, base } = kept.controls[nameOf(control)]!;
        if (baseOf(control) === base) fill(control, bothOf(typed, control));
        else if (control instanceof HTMLTextAreaElement) beside = typed;
      }
      if (controls.length === 0) return;
      const fold = form.closest('details');
      if (fold) fold.open = true;
      setBrought({ savedAt: kept.savedAt, beside });
    };

    let timer: ReturnType<typeof setTimeout> | undefined;
    let bases = basesOf(form);
    const save = () => {
      const key = keyOf(form);
      if (key === null) return;
      // Once all was received, the form holds something new; a refusal only gives back what was typed.
      if (readWords(key) === null) bases = basesOf(form);
      writeWords(key, wordsOf(form, bases));
    };
    const onInput = () => {
      clearTimeout(timer);
      timer = setTimeout(save, 400);
    };
    const onLeave = () => {
      if (timer === undefined) return;
      clearTimeout(timer);
      timer = undefined;
      save();
    };
    const onSend = ({ formData }: FormDataEvent) => {
      onLeave();
      const key = keyOf(form);
      if (key !== null) formData.set(KEPT_FIELD, key);
    };
    const onReset = () => setBrought(null);

    bringBack();
    if (controlsOf(form).some(isChanged)) save();
    form.addEventListener('input', onInput);
    form.addEventListener('change', onInput);
    form.addEventListener('formdata', onSend);
    form.addEventListener('reset', onReset);
    window.addEventListener('pagehide', onLeave);
    return () => {
      onLeave();
      form.removeEventListener('input', onInput);
      form.removeEventListener('change', onInput);
      form.removeEventListener('formdata', onSend);
      form.removeEventListener('reset', onReset);
      window.removeEventListener('pagehide', onLeave);
    };
  }, [box]);

  const discard = () => {
    const form = box.current?.form;
    const key = form ? keyOf(form) : null;
    if (key !== null) writeWords(key, null);
    form?.reset();
    setBrought(null);
  };
  return [brought, discard];
}

/**
 * A text box that loses no words: those of its form are kept in this browser until they are received, and those typed while the page was loading stay
 * (React sets a filled box back to what the server sent when it takes it over, `initTextarea`).
 */
export function Textarea(props: Omit<ComponentProps<'textarea'>, 'ref' | 'value'>) {
  const self = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    const box = self.current!;
    const typed = typedEarly.get(box);
    if (typed !== undefined && typed !== box.value) box.value = typed;
  }, []);
  const [brought, discard] = useKeptWords(self);
  return (
    <>
      <textarea ref={self} {...props} />
      {brought ? (
        <div role="status" className="mt-1 rounded-sm bg-amber-ground px-2 py-1 text-xs text-amber">
          {brought.beside === null ? (
            <>已恢复 {momentWords(brought.savedAt)} 填写、尚未提交的内容。</>
          ) : (
            <>
              {momentWords(brought.savedAt)} 填写、尚未提交的内容如下；上面的内容此后已有变化，请自行取用：
              <span className="mt-1 block whitespace-pre-wrap text-ink">{brought.beside}</span>
            </>
          )}
          <Button variant="link" size="small" onClick={discard}>
            放弃这份草稿
          </Button>
        </div>
      ) : null}
    </>
  );
}
