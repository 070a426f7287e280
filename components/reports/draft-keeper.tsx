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
  savingLater,
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
  /** What goes with the words and is no field. */
  extra?: string;
  /** How the fields are called, and what was typed in fields that the form has since come to lack. */
  labels?: Record<string, string>;
  left?: Record<string, string>;
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
  /** What goes with the words and is no field: kept and given back with them; '' once the draft is thrown away. */
  extra?: { value: string; onRestore: (value: string) => void };
  /**
   * For a form over a list that changes: how its fields are called, so that words kept for one no longer there can be shown; and where drafts of other lists lie, of
   * which one that holds a box of this form by the name `by` is taken over.
   */
  changing?: { labels: Record<string, string>; prefix: string; by: string };
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

/** The newest draft of another list that shares an entry with this one, and where it lies. */
function findKin(prefix: string, shares: (name: string) => boolean): { key: string; draft: Draft } | null {
  try {
    return (
      Object.keys(localStorage)
        .filter((key) => key.startsWith(prefix))
        .flatMap((key) => {
          const draft = readDraft(key);
          return draft && Object.keys({ ...draft.left, ...draft.fields }).some(shares) ? [{ key, draft }] : [];
        })
        .toSorted((a, b) => (a.draft.savedAt < b.draft.savedAt ? 1 : -1))[0] ?? null
    );
  } catch {
    return null; // a browser that keeps nothing
  }
}

function expectedVersionOf(form: HTMLFormElement): string {
  const control = form.elements.namedItem('expectedVersion');
  return control && 'value' in control ? String(control.value) : '';
}

/** Keeps what is typed in the form it stands in, in this browser, until the server has it; the form also works without. */
export function DraftKeeper(props: DraftKeeperProps) {
  const { storageKey, fields, formKey, receivedKeys, onVersion } = props;
  const anchor = useRef<HTMLDivElement>(null);
  const [restored, setRestored] = useState<string | null>(null);
  const [savedAt, setSavedAt] = useState<string | null>(null);
  const [left, setLeft] = useState<[label: string, text: string][]>([]);
  const received = receivedKeys.join(' ');
  const now = useRef(props);
  now.current = props;
  const names = fields.join(' ');

  useEffect(() => {
    const form = anchor.current?.closest('form');
    if (!form) return;
    const kept = new Set(names.split(' '));
    const controls = controlsOf(form).filter((control) => kept.has(control.name));

    const { changing, extra } = now.current;
    const present = new Set(controls.map(nameOf));
    const kin =
      changing && readDraft(storageKey) === null
        ? findKin(changing.prefix, (name) => name.startsWith(`${changing.by}=`) && present.has(name))
        : null;
    const draft = kin?.draft ?? readDraft(storageKey);
    const isReceived = draft?.isSent === true && received.split(' ').includes(draft.key);
    const known = isReceived ? { ...draft.left } : { ...draft?.left, ...draft?.fields };
    const labels: Record<string, string> = { ...draft?.labels, ...changing?.labels };
    // Words alone: a box without its entry says nothing.
    const lacking = Object.entries(known).filter(
      ([name, text]) => changing && !present.has(name) && text !== '' && labels[name],
    );
    setLeft(lacking.map(([name, text]) => [labels[name]!, text]));
    const rest = lacking.length > 0 ? { labels, left: Object.fromEntries(lacking) } : {};
    if (kin) writeDraft(kin.key, null);
    if (draft && isReceived && lacking.length === 0) {
      writeDraft(storageKey, null);
    } else if (draft) {
      let isFilled = false;
      let differs = false;
      for (const control of controls) {
        const text = known[nameOf(control)];
        if (text === undefined) continue;
        if (text !== baseOf(control)) differs = true;
        if (text === typedIn(control)) continue;
        fill(control, bothOf(text, control));
        isFilled = true;
      }
      if (isFilled) setRestored(draft.savedAt);
      if (differs) {
        onVersion(draft.expectedVersion);
        if (draft.extra) extra?.onRestore(draft.extra);
      }
      // It now stands in this form, under this form's key, but still upon the version it was written upon.
      writeDraft(storageKey, {
        ...draft,
        left: undefined,
        ...rest,
        fields: Object.fromEntries(Object.entries(known).filter(([name]) => present.has(name))),
        isSent: draft.isSent && !isReceived,
        key: formKey,
        expectedVersion: differs ? draft.expectedVersion : expectedVersionOf(form),
      });
    }

    const save = (isSent = false) => {
      const savedAt = new Date().toISOString();
      const isKept = writeDraft(storageKey, {
        key: formKey,
        expectedVersion: expectedVersionOf(form),
        savedAt,
        fields: Object.fromEntries(controls.map((control) => [nameOf(control), typedIn(control)])),
        isSent,
        extra: now.current.extra?.value,
        left: readDraft(storageKey)?.left,
        labels: changing ? labels : undefined,
      });
      if (isKept) setSavedAt(savedAt);
    };
    const saving = savingLater(save);
    const onSend = () => {
      saving.drop();
      save(true);
    };
    // What was typed while the page was still loading its script sent no event that was heard here.
    const stored = readDraft(storageKey);
    if (controls.some((control) => isChanged(control) && typedIn(control) !== stored?.fields[nameOf(control)])) save();
    form.addEventListener('input', saving.later);
    form.addEventListener('submit', onSend);
    window.addEventListener('pagehide', saving.atOnce);
    return () => {
      saving.atOnce();
      form.removeEventListener('input', saving.later);
      form.removeEventListener('submit', onSend);
      window.removeEventListener('pagehide', saving.atOnce);
    };
  }, [storageKey, received, names, formKey, onVersion]);

  const discard = () => {
    writeDraft(storageKey, null);
    anchor.current?.closest('form')?.reset();
    onVersion(null);
    props.extra?.onRestore('');
    setRestored(null);
    setSavedAt(null);
    setLeft([]);
  };
  const dropLeft = () => {
    const draft = readDraft(storageKey);
    if (draft) writeDraft(storageKey, { ...draft, left: undefined });
    setLeft([]);
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
      {left.length > 0 ? (
        <div className="mb-2 rounded-sm bg-amber-ground px-2 py-1 text-amber">
          <p>以下任务这次不能填报或没有列入，此前为它们填写的内容没有提交，请自行取用：</p>
          <dl>
            {left.map(([label, text]) => (
              <div key={label} className="mt-1">
                <dt>{label}</dt>
                <dd className="whitespace-pre-wrap text-ink">{text}</dd>
              </div>
            ))}
          </dl>
          <Button variant="link" size="small" onClick={dropLeft}>
            不再保留这些内容
          </Button>
        </div>
      ) : null}
      {savedAt ? <p className="mb-1.5">草稿已存于本浏览器 {momentWords(savedAt)}</p> : null}
    </div>
  );
}
