'use client';

import { type KeyboardEvent, type RefObject, useId, useRef, useState } from 'react';
import { Button } from '@/components/ui/button';
import type { EvidenceTarget, EvidenceView } from '@/lib/evidence/evidence.schema';
import { type UnsavedBook, useUnsavedWords } from './unsaved-words';
import { answerOf, targetParams } from './use-uploads';

const CONTROL = 'min-w-0 rounded-md border border-edge bg-card px-2 py-1 text-ink';

/** A link as evidence. Stands inside another form, so it is none itself. */
export function LinkForm({
  target,
  unitId,
  book,
  onAdded,
}: {
  target: EvidenceTarget;
  unitId?: number;
  book: RefObject<UnsavedBook>;
  onAdded: (evidence: EvidenceView) => void;
}) {
  const id = useId();
  const fold = useRef<HTMLDetailsElement>(null);
  const url = useRef<HTMLInputElement>(null);
  const title = useRef<HTMLInputElement>(null);
  const [refusal, setRefusal] = useState('');
  const [isSending, setIsSending] = useState(false);

  const add = async (): Promise<boolean> => {
    const form = new FormData();
    for (const [name, value] of Object.entries(targetParams(target, unitId))) {
      form.set(`evidence${name[0]!.toUpperCase()}${name.slice(1)}`, value);
    }
    form.set('evidenceUrl', url.current?.value.trim() || ' ');
    form.set('evidenceTitle', title.current?.value ?? '');
    setIsSending(true);
    const answer = await fetch('/api/evidence', { method: 'POST', body: form, headers: { accept: 'application/json' } })
      .then(async (response) => answerOf(response.status, await response.text()))
      .catch(() => answerOf(0, ''));
    setIsSending(false);
    setRefusal(answer.evidence ? '' : answer.message);
    if (!answer.evidence) {
      if (fold.current) fold.current.open = true;
      return false;
    }
    onAdded(answer.evidence);
    for (const input of [url.current, title.current]) if (input) input.value = '';
    return true;
  };
  useUnsavedWords(book, 'link', {
    isDirty: () => [url.current, title.current].some((input) => input !== null && input.value.trim() !== ''),
    save: add,
  });
  // Enter would send the surrounding form.
  const enter = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
    event.preventDefault();
    void add();
  };
  return (
    <details ref={fold} className="mt-1.5">
      <summary className="inline-block text-sm text-accent hover:underline">添加网址</summary>
      <div className="mt-1 flex flex-wrap items-center gap-2">
        <input
          ref={url}
          type="url"
          id={`${id}url`}
          aria-label="网址"
          placeholder="https://"
          autoComplete="off"
          form=""
          onKeyDown={enter}
          className={`${CONTROL} flex-1 basis-56`}
          aria-describedby={refusal ? `${id}refusal` : undefined}
          aria-invalid={refusal ? true : undefined}
        />
        <input
          ref={title}
          aria-label="网址的标题"
          placeholder="标题，如文件名称"
          autoComplete="off"
          form=""
          onKeyDown={enter}
          className={`${CONTROL} flex-1 basis-40`}
        />
        <Button size="small" onClick={() => void add()} disabled={isSending}>
          添加
        </Button>
      </div>
      {refusal ? (
        <p id={`${id}refusal`} role="alert" className="text-sm text-red">
          {refusal}
        </p>
      ) : null}
    </details>
  );
}
