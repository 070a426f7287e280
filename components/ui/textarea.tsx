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
  type KeptWords,
  keyOf,
  labelOf,
  momentWords,
  nameOf,
  readWords,
  savingLater,
  shownAs,
  sweepWords,
  typedIn,
  wordsOf,
  writeWords,
} from '@/components/ui/kept-words';

/** What people typed before the page was alive; null once a box has been taken over. */
const typedEarly = new WeakMap<HTMLTextAreaElement, string | null>();

// Runs when the script arrives: from here on typing is heard, and what was typed before stands in the boxes.
if (typeof document !== 'undefined') {
  for (const box of document.querySelectorAll('textarea')) if (isChanged(box)) typedEarly.set(box, box.value);
  document.addEventListener(
    'input',
    ({ target }) => {
      if (target instanceof HTMLTextAreaElement && typedEarly.get(target) !== null)
        typedEarly.set(target, target.value);
    },
    true,
  );
  sweepWords();
}

type Brought = {
  savedAt: string;
  /** What was typed where the server has since come to hold something else: shown, and not put over it. */
  aside: { label: string; text: string }[];
};

/** Keeps the words of the whole form, where this is its first text box and nothing else keeps them. */
function useKeptWords(box: RefObject<HTMLTextAreaElement | null>): [Brought | null, () => void] {
  const [brought, setBrought] = useState<Brought | null>(null);

  useEffect(() => {
    const form = box.current?.form;
    if (!form || form.querySelector('textarea') !== box.current || form.querySelector(`[${KEEPS_OWN}="form"]`)) return;

    let aside: KeptWords['controls'] = {};
    const bringBack = () => {
      const key = keyOf(form);
      const kept = key === null ? null : readWords(key);
      if (!kept) return;
      const controls = controlsOf(form).filter((control) => {
        const before = kept.controls[nameOf(control)];
        return before !== undefined && before.typed !== typedIn(control);
      });
      const changed = controls.filter((control) => baseOf(control) !== kept.controls[nameOf(control)]!.base);
      aside = Object.fromEntries(changed.map((control) => [nameOf(control), kept.controls[nameOf(control)]!]));
      for (const control of controls)
        if (!changed.includes(control)) fill(control, bothOf(kept.controls[nameOf(control)]!.typed, control));
      if (controls.length === 0) return;
      const fold = form.closest('details');
      if (fold) fold.open = true;
      setBrought({
        savedAt: kept.savedAt,
        aside: changed.map((control) => ({
          label: labelOf(control),
          text: shownAs(control, kept.controls[nameOf(control)]!.typed),
        })),
      });
    };

    let bases = basesOf(form);
    // The address is that of another page once this one is left.
    let key: string | null = null;
    const save = () => {
      if (key === null) return;
      // Once all was received, the form holds something new; a refusal only gives back what was typed.
      if (readWords(key) === null) {
        bases = basesOf(form);
        aside = {};
      }
      writeWords(key, wordsOf(form, bases, aside));
    };
    const saving = savingLater(save);
    const onInput = () => {
      key = keyOf(form);
      saving.later();
    };
    const onSend = ({ formData }: FormDataEvent) => {
      saving.atOnce();
      const sent = keyOf(form);
      if (sent !== null) formData.set(KEPT_FIELD, sent);
    };
    const onReset = () => setBrought(null);

    bringBack();
    if (controlsOf(form).some(isChanged)) {
      key = keyOf(form);
      save();
    }
    form.addEventListener('input', onInput);
    form.addEventListener('change', onInput);
    form.addEventListener('formdata', onSend);
    form.addEventListener('reset', onReset);
    window.addEventListener('pagehide', saving.atOnce);
    return () => {
      saving.atOnce();
      form.removeEventListener('input', onInput);
      form.removeEventListener('change', onInput);
      form.removeEventListener('formdata', onSend);
      form.removeEventListener('reset', onReset);
      window.removeEventListener('pagehide', saving.atOnce);
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
    const typed = typedEarly.get(box) ?? null;
    typedEarly.set(box, null);
    if (typed !== null && typed !== box.value) box.value = typed;
  }, []);
  const [brought, discard] = useKeptWords(self);
  return (
    <>
      <textarea ref={self} {...props} />
      {brought ? (
        <div role="status" className="mt-1 rounded-sm bg-amber-ground px-2 py-1 text-xs text-amber">
          {brought.aside.length === 0 ? (
            <>已恢复 {momentWords(brought.savedAt)} 填写、尚未提交的内容。</>
          ) : (
            <>
              {momentWords(brought.savedAt)} 填写、尚未提交的内容如下；表单此后已有变化，请自行取用：
              {brought.aside.map(({ label, text }) => (
                <span key={label} className="mt-1 block whitespace-pre-wrap text-ink">
                  {label}：{text}
                </span>
              ))}
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
