'use client';

import { type KeyboardEvent, type RefObject, useId, useRef, useState } from 'react';
import { Button } from '@/components/ui/button';
import { describeEvidenceAction } from '@/lib/evidence/evidence.actions';
import type { EvidenceView } from '@/lib/evidence/evidence.schema';
import { type UnsavedBook, useUnsavedWords } from './unsaved-words';

type Facts = Pick<EvidenceView, 'docNumber' | 'issuer' | 'signedOn'>;

const CONTROL = 'min-w-0 rounded-md border border-edge bg-card px-2 py-1 text-ink';

type FactsFormProps = { item: EvidenceView; book: RefObject<UnsavedBook>; onSaved: (facts: Facts) => void };

/** 文号, 发文单位, 成文日期 of a piece that is not submitted yet. Stands inside another form, so it is none itself. */
export function FactsForm({ item, book, onSaved }: FactsFormProps) {
  const id = useId();
  const fold = useRef<HTMLDetailsElement>(null);
  const [said, setSaid] = useState('');
  const [refusal, setRefusal] = useState('');

  const inputOf = (name: string) => fold.current?.querySelector<HTMLInputElement>(`[data-name=${name}]`);
  const typed = () => {
    const value = (name: string) => inputOf(name)?.value.trim() ?? '';
    return { docNumber: value('docNumber'), issuer: value('issuer'), signedOn: value('signedOn') };
  };
  const isDayCut = () => inputOf('signedOn')?.validity.badInput === true;
  const refuse = (words: string) => {
    setSaid('');
    setRefusal(words);
    if (fold.current) fold.current.open = true;
    return false;
  };
  const save = async (): Promise<boolean> => {
    if (isDayCut()) return refuse('成文日期没有填完整，请补全年月日，或清空。');
    const facts = typed();
    const form = new FormData();
    form.set('evidenceId', item.id);
    for (const [name, text] of Object.entries(facts)) form.set(name, text);
    try {
      const answer = await describeEvidenceAction({ status: 'idle' }, form);
      if (answer.status !== 'ok')
        return refuse(Object.values(answer.fieldErrors ?? {})[0]?.[0] ?? answer.message ?? '没有保存，请重试。');
    } catch {
      return refuse('没有收到系统的答复，没有保存。请检查网络后重试。');
    }
    setSaid('已保存。');
    setRefusal('');
    onSaved({ ...facts, signedOn: facts.signedOn || null });
    return true;
  };
  useUnsavedWords(book, item.id, {
    isDirty: () => {
      const now = typed();
      return (
        isDayCut() ||
        now.docNumber !== item.docNumber ||
        now.issuer !== item.issuer ||
        now.signedOn !== (item.signedOn ?? '')
      );
    },
    save,
  });
  // Enter would send the surrounding form.
  const enter = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
    event.preventDefault();
    void save();
  };
  return (
    <details ref={fold} className="ml-5.5">
      <summary className="inline-block text-xs text-accent hover:underline">
        {item.docNumber || item.issuer || item.signedOn ? '修改文号等' : '补充文号、发文单位、成文日期'}
        <span className="sr-only">：{item.title}</span>
      </summary>
      <div className="mt-1 flex flex-wrap items-end gap-2 text-sm">
        {(
          [
            ['docNumber', '文号', '如 鄂州政发〔2022〕5号', 'text'],
            ['issuer', '发文单位', '', 'text'],
            ['signedOn', '成文日期', '', 'date'],
          ] as const
        ).map(([name, label, placeholder, type]) => (
          <label key={name} className="flex-1 basis-36">
            <span className="block text-xs text-mute">{label}</span>
            <input
              data-name={name}
              type={type}
              defaultValue={item[name] ?? ''}
              placeholder={placeholder}
              autoComplete="off"
              form=""
              onKeyDown={enter}
              aria-describedby={refusal ? `${id}refusal` : undefined}
              className={`${CONTROL} w-full`}
            />
          </label>
        ))}
        <Button size="small" onClick={() => void save()}>
          保存
        </Button>
      </div>
      <p role="status" className="text-xs text-green">
        {said}
      </p>
      {refusal ? (
        <p id={`${id}refusal`} role="alert" className="text-sm text-red">
          {refusal}
        </p>
      ) : null}
    </details>
  );
}
