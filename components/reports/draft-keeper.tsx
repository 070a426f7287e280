'use client';

import { useEffect, useRef, useState } from 'react';
import { Button } from '@/components/ui/button';

type Draft = {
  key: string;
  /** Version the words were written upon. */
  expectedVersion: string;
  savedAt: string;
  fields: Record<string, string>;
};

type DraftKeeperProps = {
  /** Account, task, unit and cycle: nobody else's draft is ever shown, nor that of another form. */
  storageKey: string;
  fields: readonly string[];
  /** Forms the server has received: a draft typed in one of them is done with. */
  receivedKeys: readonly string[];
  /** Told the version a restored draft was written upon, and null once the draft is thrown away. */
  onVersion: (version: string | null) => void;
};

const KEPT_DAYS = 30;

function readDraft(storageKey: string): Draft | null {
  try {
    const draft = JSON.parse(localStorage.getItem(storageKey) ?? 'null') as Draft | null;
    if (!draft || typeof draft.fields !== 'object') return null;
    return Date.now() - new Date(draft.savedAt).getTime() > KEPT_DAYS * 86_400_000 ? null : draft;
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

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

function defaultOf(control: Control): string {
  if (!('options' in control)) return control.defaultValue;
  return [...control.options].find((option) => option.defaultSelected)?.value ?? control.options[0]?.value ?? '';
}

/** Changed by the person, or brought back by the browser: only the default tells what the server holds. */
const isTyped = (control: Control) => control.value !== defaultOf(control).replace(/\r\n?/g, '\n');

/** The draft and what was typed before it could be brought back: neither is lost. */
const bothOf = (text: string, control: Control) =>
  control instanceof HTMLTextAreaElement ? `${text}\n${control.value}` : control.value;

function hiddenValue(form: HTMLFormElement, name: 'idempotencyKey' | 'expectedVersion'): string {
  const control = form.elements.namedItem(name);
  return control && 'value' in control ? String(control.value) : '';
}

const clock = (instant: string) =>
  new Date(instant).toLocaleString('zh-CN', {
    timeZone: 'Asia/Shanghai',
    month: 'numeric',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  });

/** Keeps what is typed in the form it stands in, in this browser, until the server has it; the form also works without. */
export function DraftKeeper({ storageKey, fields, receivedKeys, onVersion }: DraftKeeperProps) {
  const anchor = useRef<HTMLDivElement>(null);
  const [restored, setRestored] = useState<string | null>(null);
  const [savedAt, setSavedAt] = useState<string | null>(null);
  const received = receivedKeys.join(' ');
  const names = fields.join(' ');

  useEffect(() => {
    const form = anchor.current?.closest('form');
    if (!form) return;
    const controls = names
      .split(' ')
      .map((name) => form.elements.namedItem(name))
      .filter((control): control is Control => control !== null && 'value' in control);

    const draft = readDraft(storageKey);
    if (draft && received.split(' ').includes(draft.key)) {
      writeDraft(storageKey, null);
    } else if (draft) {
      let isChanged = false;
      let differs = false;
      for (const control of controls) {
        const text = draft.fields[control.name];
        if (text === undefined) continue;
        if (text !== defaultOf(control).replace(/\r\n?/g, '\n')) differs = true;
        if (text === control.value) continue;
        control.value = isTyped(control) ? bothOf(text, control) : text;
        isChanged = true;
      }
      if (isChanged) setRestored(draft.savedAt);
      if (differs) onVersion(draft.expectedVersion);
      // It now stands in this form, under this form's key, but still upon the version it was written upon.
      writeDraft(storageKey, {
        ...draft,
        key: hiddenValue(form, 'idempotencyKey'),
        expectedVersion: differs ? draft.expectedVersion : hiddenValue(form, 'expectedVersion'),
      });
    }

    let timer: ReturnType<typeof setTimeout> | undefined;
    const save = () => {
      const now = new Date().toISOString();
      const isKept = writeDraft(storageKey, {
        key: hiddenValue(form, 'idempotencyKey'),
        expectedVersion: hiddenValue(form, 'expectedVersion'),
        savedAt: now,
        fields: Object.fromEntries(controls.map((control) => [control.name, control.value])),
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
    // What was typed while the page was still loading its script sent no event that was heard here.
    if (controls.some((control) => isTyped(control) && control.value !== readDraft(storageKey)?.fields[control.name]))
      save();
    form.addEventListener('input', onInput);
    form.addEventListener('submit', onLeave);
    window.addEventListener('pagehide', onLeave);
    return () => {
      clearTimeout(timer);
      form.removeEventListener('input', onInput);
      form.removeEventListener('submit', onLeave);
      window.removeEventListener('pagehide', onLeave);
    };
  }, [storageKey, received, names, onVersion]);

  const discard = () => {
    writeDraft(storageKey, null);
    anchor.current?.closest('form')?.reset();
    onVersion(null);
    setRestored(null);
    setSavedAt(null);
  };

  return (
    <div ref={anchor} aria-live="polite" className="text-xs text-mute">
      {restored ? (
        <p className="mb-2 flex flex-wrap items-center gap-2 rounded-sm bg-amber-ground px-2 py-1 text-amber">
          已恢复 {clock(restored)} 填写、尚未提交的内容。
          <Button variant="link" size="small" onClick={discard}>
            放弃这份草稿
          </Button>
        </p>
      ) : null}
      {savedAt ? <p>草稿已存于本浏览器 {clock(savedAt)}</p> : null}
    </div>
  );
}
