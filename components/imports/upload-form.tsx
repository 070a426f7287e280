'use client';

import { type FormEvent, useEffect, useRef, useState } from 'react';
import { DropZone } from '@/components/imports/drop-zone';
import { KINDS_LINE } from '@/components/imports/import-words';
import { PasteBox } from '@/components/imports/paste-box';
import { Button } from '@/components/ui/button';
import { CheckboxField, SelectField, TextField } from '@/components/ui/field';
import { Notice } from '@/components/ui/notice';
import { TextLink } from '@/components/ui/text-link';
import type { ImportPlace } from '@/lib/imports/drafts/draft.queries';
import { UPLOAD_ERROR_WORDS, type UploadError } from '@/lib/imports/drafts/draft.schema';

export type BasePlan = { id: number; title: string; regionName: string };

type Refusal = { code: UploadError | null; message: string; draftId: string | null; planId: string | null };

type UploadFormProps = {
  places: ImportPlace[];
  /** Code of the region chosen first. */
  place: string;
  plans: BasePlan[];
  /** What the address says of the last try, where it was sent without JavaScript. */
  error: UploadError | null;
  same: { draftId: string | null; planId: string | null };
};

/** The answer of /api/imports as words for people. */
function refusalOf(xhr: XMLHttpRequest): Refusal {
  const words = (message: string): Refusal => ({ code: null, message, draftId: null, planId: null });
  if (xhr.status === 0) return words('网络中断，文件没有上传成功。请检查网络后重试。');
  if (xhr.status === 401) return words('登录已过期。请在新窗口登录后，回到这里重新上传。');
  try {
    const answer = JSON.parse(xhr.responseText) as { error: UploadError; message: string; location: string };
    const where = new URL(answer.location, window.location.origin).searchParams;
    return { code: answer.error, message: answer.message, draftId: where.get('draft'), planId: where.get('plan') };
  } catch {
    return words('系统暂时无法接收文件，请稍后重试。');
  }
}

function RefusalNotice({ refusal }: { refusal: Refusal }) {
  return (
    <Notice tone={refusal.code === 'same' ? 'warn' : 'error'} title={refusal.message} alert>
      {refusal.draftId ? (
        <TextLink href={`/imports/${refusal.draftId}`} className="mr-3">
          查看此前的导入
        </TextLink>
      ) : null}
      {refusal.planId ? <TextLink href={`/plans/${refusal.planId}`}>查看由它导入的方案</TextLink> : null}
    </Notice>
  );
}

/** Takes a document or pasted words. A plain multipart form; with JavaScript it shows how far the file has gone and keeps what was chosen when refused. */
export function UploadForm({ places, place, plans, error, same }: UploadFormProps) {
  const [code, setCode] = useState(place);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    // A region chosen while the page was still loading its script.
    const chosenBefore = form.current?.elements.namedItem('regionCode');
    if (chosenBefore instanceof HTMLSelectElement) setCode(chosenBefore.value);
  }, []);
  const [percent, setPercent] = useState<number | null>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(
    error === null ? null : { code: error, message: UPLOAD_ERROR_WORDS[error], ...same },
  );
  const chosen = places.find((known) => known.code === code);
  // Without JavaScript the choice of a region cannot narrow the plans.
  const revisable = chosen ? plans.filter((plan) => plan.regionName === chosen.name) : plans;
  const isSending = percent !== null;

  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const sent = new FormData(event.currentTarget);
    const file = sent.get('file');
    if (!(file instanceof File && file.size > 0) && !sent.get('pasted')) {
      setRefusal({ code: 'empty', message: UPLOAD_ERROR_WORDS.empty, draftId: null, planId: null });
      return;
    }
    const xhr = new XMLHttpRequest();
    xhr.open('POST', '/api/imports');
    xhr.setRequestHeader('accept', 'application/json');
    xhr.upload.onprogress = ({ loaded, total, lengthComputable }) => {
      if (lengthComputable) setPercent(Math.round((loaded / total) * 100));
    };
    xhr.onloadend = () => {
      if (xhr.status === 201) {
        const { location } = JSON.parse(xhr.responseText) as { location: string };
        window.location.assign(location);
        return;
      }
      setPercent(null);
      setRefusal(refusalOf(xhr));
    };
    setRefusal(null);
    setPercent(0);
    xhr.send(sent);
  };

  return (
    <form ref={form} action="/api/imports" method="post" encType="multipart/form-data" onSubmit={send}>
      {refusal ? <RefusalNotice refusal={refusal} /> : null}
      <DropZone name="file" note={KINDS_LINE} />
      <details className="mb-3">
        <summary className="inline-block text-accent hover:underline">或者粘贴表格</summary>
        <div className="mt-1.5">
          <label htmlFor="pasted" className="sr-only">
            粘贴的内容
          </label>
          <PasteBox />
        </div>
      </details>
      <div className="grid gap-x-4 sm:grid-cols-2 xl:grid-cols-4">
        <SelectField
          name="regionCode"
          label="地区"
          required
          placeholder={places.length > 1 ? '请选择' : undefined}
          defaultValue={place}
          onChange={(event) => setCode(event.currentTarget.value)}
          options={places.map((known) => ({ value: known.code, label: known.name }))}
        />
        <TextField
          name="year"
          label="年份"
          inputMode="numeric"
          maxLength={4}
          pattern="\d{4}"
          placeholder="从标题读取"
          autoComplete="off"
        />
        <TextField
          name="ownerUnitName"
          label="制定单位"
          list="bureaus"
          maxLength={60}
          placeholder="部门自己的清单才需填写"
          autoComplete="off"
        />
        <SelectField
          name="basePlanId"
          label="修订已有方案"
          placeholder="否，新方案"
          options={revisable.map((plan) => ({
            value: String(plan.id),
            label: chosen ? plan.title : `${plan.regionName}　${plan.title}`,
          }))}
        />
      </div>
      <datalist id="bureaus">
        {chosen?.bureaus.map((bureau) => (
          <option key={bureau} value={bureau} />
        ))}
      </datalist>
      {refusal?.code === 'same' ? <CheckboxField name="isAgain" label="仍要再次导入这份文件" /> : null}
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Button type="submit" variant="main" disabled={isSending}>
          {isSending ? (percent < 100 ? `正在上传 ${percent}%` : '正在接收…') : '上传并读取'}
        </Button>
        <p className="text-xs text-mute">读取后逐项核对，确认之前不写入任何任务。严禁上传涉密文件。</p>
      </div>
      {isSending ? (
        <progress aria-label="上传进度" max={100} value={percent} className="mt-2 h-2 w-full accent-accent" />
      ) : null}
    </form>
  );
}
