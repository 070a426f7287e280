'use client';

import { useEffect, useRef, useState } from 'react';
import { Button } from '@/components/ui/button';
import {
  baseOf,
  bothOf,
  controlsOf,
  fill,
  isChanged,
  isOld,
  momentWords,
  nameOf,
  typedIn,
} from '@/components/ui/kept-words';

type Draft = {
  key: string;
  /** Version the words were written upon. */
  expectedVersion: string;
  savedAt: string;
  fields: Record<string, string>;
  /** Sent as it stands: done with once the server has the form. What is typed after the browser's Back is not. */
  isSent: boolean;
};

type DraftKeeperProps = {
  /** Account, task, unit and cycle: nobody else's draft is ever shown, nor that of another form. */
  storageKey: string;
  fields: readonly string[];
  /** The form's key as it now stands. */
  formKey: string;
  /** Forms the server has received: a draft typed in one of them is done with. */
  receivedKeys: readonly string[];
  /** Told the version a restored draft was written upon, and null once the draft is thrown away. */
  onVersion: (version: string | null) => void;
};

function readDraft(storageKey: string): Draft | null {
  try {
    const draft = JSON.parse(localStorage.getItem(storageKey) ?? 'null') as Draft | null;
    if (!draft || typeof draft.fields !== 'object') return null;
    return isOld(draft.savedAt) ? null : draft;
  } catch {
    return null; // unreadable, or a browser that keeps nothing: there is no draft
  }
}

function writeDraft(storageKey: string, draft: Draft | null): boolean {
  try {
    if (draft) localStorage.setItem(storageKey, JSON.stringify(draft));
    else localStorage.removeItem(storageKey);
    return true;
  } catch {
    return false;
  }
}

function expectedVersionOf(form: HTMLFormElement): string {
  const control = form.elements.namedItem('expectedVersion');
  return control && 'value' in control ? String(control.value) : '';
}

/** Keeps what is typed in the form it stands in, in this browser, until the server has it; the form also works without. */
export function DraftKeeper({ storageKey, fields, formKey, receivedKeys, onVersion }: DraftKeeperProps) {
  const anchor = useRef<HTMLDivElement>(null);
  const [restored, setRestored] = useState<string | null>(null);
  const [savedAt, setSavedAt] = useState<string | null>(null);
  const received = receivedKeys.join(' ');
  const names = fields.join(' ');

  useEffect(() => {
    const form = anchor.current?.closest('form');
    if (!form) return;
    const kept = new Set(names.split(' '));
    const controls = controlsOf(form).filter((control) => kept.has(control.name));

    const draft = readDraft(storageKey);
    if (draft?.isSent && received.split(' ').includes(draft.key)) {
      writeDraft(storageKey, null);
    } else if (draft) {
      let isFilled = false;
      let differs = false;
      for (const control of controls) {
        const text = draft.fields[nameOf(control)];
        if (text === undefined) continue;
        if (text !== baseOf(control)) differs = true;
        if (text === typedIn(control)) continue;
        fill(control, bothOf(text, control));
        isFilled = true;
      }
      if (isFilled) setRestored(draft.savedAt);
      if (differs) onVersion(draft.expectedVersion);
      // It now stands in this form, under this form's key, but still upon the version it was written upon.
      writeDraft(storageKey, {
        ...draft,
        key: formKey,
        expectedVersion: differs ? draft.expectedVersion : expectedVersionOf(form),
      });
    }

    let timer: ReturnType<typeof setTimeout> | undefined;
    const save = (isSent = false) => {
      const now = new Date().toISOString();
      const isKept = writeDraft(storageKey, {
        key: formKey,
        expectedVersion: expectedVersionOf(form),
        savedAt: now,
        fields: Object.fromEntries(controls.map((control) => [nameOf(control), typedIn(control)])),
        isSent,
      });
      if (isKept) setSavedAt(now);
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
    const onSend = () => {
      clearTimeout(timer);
      timer = undefined;
      save(true);
    };
    // What was typed while the page was still loading its script sent no event that was heard here.
    const now = readDraft(storageKey);
    if (controls.some((control) => isChanged(control) && typedIn(control) !== now?.fields[nameOf(control)])) save();
    form.addEventListener('input', onInput);
    form.addEventListener('submit', onSend);
    window.addEventListener('pagehide', onLeave);
    return () => {
      clearTimeout(timer);
      form.removeEventListener('input', onInput);
      form.removeEventListener('submit', onSend);
      window.removeEventListener('pagehide', onLeave);
    };
  }, [storageKey, received, names, formKey, onVersion]);

  const discard = () => {
    writeDraft(storageKey, null);
    anchor.current?.closest('form')?.reset();
    onVersion(null);
    setRestored(null);
    setSavedAt(null);
  };

  return (
    <div ref={anchor} data-keeps-own-words="form" aria-live="polite" className="text-xs text-mute">
      {restored ? (
        <p className="mb-2 flex flex-wrap items-center gap-2 rounded-sm bg-amber-ground px-2 py-1 text-amber">
          已恢复 {momentWords(restored)} 填写、尚未提交的内容。
          <Button variant="link" size="small" onClick={discard}>
            放弃这份草稿
          </Button>
        </p>
      ) : null}
      {savedAt ? <p>草稿已存于本浏览器 {momentWords(savedAt)}</p> : null}
    </div>
  );
}
