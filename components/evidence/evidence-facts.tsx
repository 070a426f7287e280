'use client';

import { type KeyboardEvent, useId, useRef, useState } from 'react';
import { Button } from '@/components/ui/button';
import { describeEvidenceAction } from '@/lib/evidence/evidence.actions';
import type { EvidenceView } from '@/lib/evidence/evidence.schema';

type Facts = Pick<EvidenceView, 'docNumber' | 'issuer' | 'signedOn'>;

const CONTROL = 'min-w-0 rounded-md border border-edge bg-card px-2 py-1 text-ink';

/** 文号, 发文单位, 成文日期 of a piece that is not submitted yet. Stands inside another form, so it is none itself. */
export function FactsForm({ item, onSaved }: { item: EvidenceView; onSaved: (facts: Facts) => void }) {
  const id = useId();
  const fields = useRef<HTMLDivElement>(null);
  const [said, setSaid] = useState('');
  const [refusal, setRefusal] = useState('');

  const save = async () => {
    const value = (name: string) => fields.current?.querySelector<HTMLInputElement>(`[data-name=${name}]`)?.value ?? '';
    const facts = { docNumber: value('docNumber').trim(), issuer: value('issuer').trim(), signedOn: value('signedOn') };
    const form = new FormData();
    form.set('evidenceId', item.id);
    for (const [name, text] of Object.entries(facts)) form.set(name, text);
    const answer = await describeEvidenceAction({ status: 'idle' }, form);
    const isSaved = answer.status === 'ok';
    setSaid(isSaved ? '已保存。' : '');
    setRefusal(
      isSaved ? '' : (Object.values(answer.fieldErrors ?? {})[0]?.[0] ?? answer.message ?? '没有保存，请重试。'),
    );
    if (isSaved) onSaved({ ...facts, signedOn: facts.signedOn || null });
  };
  // Enter would send the surrounding form.
  const enter = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
    event.preventDefault();
    void save();
  };
  return (
    <details className="ml-5.5">
      <summary className="inline-block text-xs text-accent hover:underline">
        {item.docNumber || item.issuer || item.signedOn ? '修改文号等' : '补充文号、发文单位、成文日期'}
        <span className="sr-only">：{item.title}</span>
      </summary>
      <div ref={fields} className="mt-1 flex flex-wrap items-end gap-2 text-sm">
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
