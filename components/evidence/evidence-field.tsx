'use client';

import { usePathname, useSearchParams } from 'next/navigation';
import { type DragEvent, useEffect, useId, useRef, useState } from 'react';
import { Button } from '@/components/ui/button';
import { classes } from '@/components/ui/classes';
import { Notice } from '@/components/ui/notice';
import { discardEvidenceAction } from '@/lib/evidence/evidence.actions';
import { EVIDENCE_LIMITS, type EvidenceTarget, type EvidenceView } from '@/lib/evidence/evidence.schema';
import { TAKEN_EXTENSIONS, TAKEN_WORDS } from '@/lib/evidence/taken';
import { UPLOAD_NOTICE_PARAM, uploadNotice } from '@/lib/evidence/upload-notice';
import { FactsForm } from './evidence-facts';
import { factWords, kindWords, sizeWords } from './evidence-words';
import { LinkForm } from './link-form';
import { targetParams, type Upload, useUploads } from './use-uploads';

type EvidenceFieldProps = {
  target: EvidenceTarget;
  /** For which of the actor's units. */
  unitId?: number;
  /** What already goes with the form: unsent pieces, and those of the version that is being corrected. */
  initial: EvidenceView[];
};

const ACCEPT = TAKEN_EXTENSIONS.map((extension) => `.${extension}`).join(',');
const LIMIT_WORDS = `每个不超过 ${EVIDENCE_LIMITS.bytes / 1024 / 1024} MB`;

/** Before JavaScript: a part of the surrounding form that goes to the upload's own address. */
function PlainUpload({ target, unitId, returnTo }: Omit<EvidenceFieldProps, 'initial'> & { returnTo: string }) {
  const fields = Object.entries({ ...targetParams(target, unitId), returnTo });
  return (
    <noscript>
      <div className="space-y-1 text-sm">
        {fields.map(([name, value]) => (
          <input key={name} type="hidden" name={`evidence${name[0]!.toUpperCase()}${name.slice(1)}`} value={value} />
        ))}
        <p className="text-mute">请先逐个上传材料，再填写其他内容；上传后页面会刷新。{LIMIT_WORDS}。</p>
        <p>
          <input type="file" name="file" aria-label="佐证材料文件" accept={ACCEPT} />
        </p>
        <p className="flex flex-wrap gap-2">
          <input
            name="evidenceUrl"
            aria-label="网址"
            placeholder="或填写网址 https://"
            className="border border-edge px-1"
          />
          <input name="evidenceTitle" aria-label="网址的标题" placeholder="标题" className="border border-edge px-1" />
          <button
            type="submit"
            formAction="/api/evidence"
            formMethod="post"
            formEncType="multipart/form-data"
            formNoValidate
            className="rounded-md border border-line px-2.5"
          >
            上传
          </button>
        </p>
      </div>
    </noscript>
  );
}

function UploadLine({ upload, onCancel, onRetry }: { upload: Upload; onCancel: () => void; onRetry: () => void }) {
  const { file, refusal, percent, isWaiting } = upload;
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line-soft py-1.5">
      <span className="min-w-0 flex-1 basis-48">
        <span className="wrap-anywhere">{file.name}</span>
        <span className={classes('block text-xs', refusal ? 'text-red' : 'text-mute')}>
          {refusal ??
            (isWaiting
              ? `${sizeWords(file.size)}，等待上传`
              : percent < 100
                ? `${sizeWords(file.size)}，已上传 ${percent}%`
                : '正在核对…')}
        </span>
        {refusal === null && !isWaiting ? (
          <progress
            aria-label={`${file.name} 的上传进度`}
            max={100}
            value={percent}
            className="h-1.5 w-full accent-accent"
          />
        ) : null}
      </span>
      {refusal && upload.canRetry ? (
        <Button size="small" onClick={onRetry} aria-label={`重试上传 ${file.name}`}>
          重试
        </Button>
      ) : null}
      <Button size="small" onClick={onCancel} aria-label={`${refusal ? '清除' : '取消上传'} ${file.name}`}>
        {refusal ? '清除' : '取消'}
      </Button>
    </li>
  );
}

type PieceLineProps = {
  item: EvidenceView;
  isTaken: boolean;
  isAlive: boolean;
  onTake: (isTaken: boolean) => void;
  onRemove: () => void;
  onDescribe: (facts: Pick<EvidenceView, 'docNumber' | 'issuer' | 'signedOn'>) => void;
};

function PieceLine({ item, isTaken, isAlive, onTake, onRemove, onDescribe }: PieceLineProps) {
  const facts = factWords(item);
  // A box of the form itself until the page is alive; from then on hidden inputs carry the ids, which a reset of the form leaves alone.
  const box = isAlive
    ? {
        checked: isTaken,
        onChange: (event: { currentTarget: HTMLInputElement }) => onTake(event.currentTarget.checked),
      }
    : { name: 'evidenceIds', value: item.id, defaultChecked: true };
  return (
    <li className="border-b border-line-soft py-1.5">
      <div className="flex flex-wrap items-start gap-x-3 gap-y-1">
        <label className="flex min-w-0 flex-1 basis-48 items-start gap-2">
          <input type="checkbox" {...box} className="mt-1 size-3.5 shrink-0" />
          <span className="min-w-0">
            <span className="wrap-anywhere">{item.title}</span>
            <span className="block text-xs text-mute">
              {kindWords(item)}
              {item.isNamed ? '，此前已提交' : ''}
              {facts ? `　${facts}` : ''}
            </span>
          </span>
        </label>
        {item.kind === 'FILE' ? (
          <a href={`/api/evidence/${item.id}`} download className="text-sm text-accent hover:underline">
            下载<span className="sr-only"> {item.title}</span>
          </a>
        ) : null}
        {isAlive && !item.isNamed ? (
          <Button
            size="small"
            variant="link"
            className="min-h-0 py-0"
            onClick={onRemove}
            aria-label={`移除 ${item.title}`}
          >
            移除
          </Button>
        ) : null}
      </div>
      {isAlive && !item.isNamed ? <FactsForm item={item} onSaved={onDescribe} /> : null}
    </li>
  );
}

/** Evidence of the surrounding form: files by drop, paste, choice or camera, and links. Puts `evidenceIds` of what is ticked into the form. */
export function EvidenceField({ target, unitId, initial }: EvidenceFieldProps) {
  const id = useId();
  const zone = useRef<HTMLFieldSetElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const camera = useRef<HTMLInputElement>(null);
  const [items, setItems] = useState(initial);
  const [drawn, setDrawn] = useState(initial);
  const [untaken, setUntaken] = useState<ReadonlySet<string>>(new Set());
  const [said, setSaid] = useState('');
  const [refusal, setRefusal] = useState('');
  const [isOver, setIsOver] = useState(false);
  const [isAlive, setIsAlive] = useState(false);
  const returnTo = usePathname();
  const notice = uploadNotice(useSearchParams().get(UPLOAD_NOTICE_PARAM));
  // What the server says is there holds over what was here before.
  if (drawn !== initial) {
    setDrawn(initial);
    setItems(initial);
  }

  const put = (piece: EvidenceView) => {
    setItems((all) => [...all.filter((one) => one.id !== piece.id), piece]);
    setSaid(`已上传 ${piece.title}`);
  };
  const { uploads, add, drop, retry } = useUploads(target, unitId, put);
  const isBusy = uploads.some((upload) => upload.refusal === null);
  const addNow = useRef(add);
  addNow.current = add;
  const busyNow = useRef(isBusy);
  busyNow.current = isBusy;
  useEffect(() => {
    setIsAlive(true);
    // A box unticked while the page was still loading its script stays unticked.
    const boxes = [...(zone.current?.querySelectorAll<HTMLInputElement>('input[name="evidenceIds"]') ?? [])];
    setUntaken(new Set(boxes.filter((box) => box.type === 'checkbox' && !box.checked).map((box) => box.value)));
    const form = zone.current?.closest('form');
    const paste = (event: ClipboardEvent) => {
      const files = event.clipboardData?.files;
      if (!files?.length) return;
      event.preventDefault();
      addNow.current(files);
    };
    // What is still on its way would silently stay behind.
    const hold = (event: SubmitEvent) => {
      if (!busyNow.current) return;
      event.preventDefault();
      setRefusal('还有文件正在上传，请等传完（或取消它）后再提交。');
    };
    form?.addEventListener('paste', paste);
    form?.addEventListener('submit', hold);
    return () => {
      form?.removeEventListener('paste', paste);
      form?.removeEventListener('submit', hold);
    };
  }, []);

  const choose = (input: HTMLInputElement) => {
    add(input.files ?? []);
    input.value = '';
  };
  const dropped = (event: DragEvent) => {
    event.preventDefault();
    setIsOver(false);
    add(event.dataTransfer.files);
  };
  const remove = async (piece: EvidenceView) => {
    const form = new FormData();
    form.set('evidenceId', piece.id);
    const answer = await discardEvidenceAction({ status: 'idle' }, form);
    if (answer.status === 'ok') {
      setItems((all) => all.filter((one) => one.id !== piece.id));
      setSaid(`已移除 ${piece.title}`);
      setRefusal('');
    } else setRefusal(answer.message ?? '没有移除，请刷新页面后重试。');
  };
  const taken = items.filter((item) => !untaken.has(item.id));

  return (
    <fieldset
      data-keeps-own-words=""
      ref={zone}
      id={`evidence-${unitId ?? 0}`}
      className="mb-3 min-w-0"
      aria-describedby={`${id}hint`}
    >
      <legend className="mb-1 text-mute">佐证材料</legend>
      {notice ? (
        <Notice tone={notice.isAdded ? 'ok' : 'error'} alert={!notice.isAdded}>
          {notice.words}
        </Notice>
      ) : null}
      {isAlive ? taken.map((item) => <input key={item.id} type="hidden" name="evidenceIds" value={item.id} />) : null}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the buttons inside take a click and the keyboard */}
      <div
        onDragOver={(event) => {
          event.preventDefault();
          setIsOver(true);
        }}
        onDragLeave={() => setIsOver(false)}
        onDrop={dropped}
        className={classes(
          'rounded-md border border-dashed px-3 py-2',
          isOver ? 'border-accent bg-accent-ground' : 'border-edge bg-ground',
        )}
      >
        {isAlive ? (
          <div className="flex flex-wrap items-center gap-2">
            <Button size="small" onClick={() => picker.current?.click()}>
              选择文件
            </Button>
            <Button size="small" className="pointer-fine:hidden" onClick={() => camera.current?.click()}>
              拍照
            </Button>
            <span id={`${id}hint`} className="text-xs text-mute">
              <span className="pointer-coarse:hidden">也可拖到这里，或在表单中粘贴截图。</span>可多选，{LIMIT_WORDS}
            </span>
            <input
              ref={picker}
              type="file"
              multiple
              accept={ACCEPT}
              tabIndex={-1}
              aria-label="佐证材料文件"
              className="hidden"
              onChange={(event) => choose(event.currentTarget)}
            />
            <input
              ref={camera}
              type="file"
              accept="image/*"
              capture="environment"
              tabIndex={-1}
              aria-label="拍照上传"
              className="hidden"
              onChange={(event) => choose(event.currentTarget)}
            />
          </div>
        ) : null}
        <PlainUpload target={target} unitId={unitId} returnTo={returnTo} />
        {items.length > 0 || uploads.length > 0 ? (
          <ul className="mt-1.5" aria-label="已上传的佐证材料">
            {items.map((item) => (
              <PieceLine
                key={item.id}
                item={item}
                isAlive={isAlive}
                isTaken={!untaken.has(item.id)}
                onTake={(isTaken) =>
                  setUntaken((all) => new Set(isTaken ? [...all].filter((one) => one !== item.id) : [...all, item.id]))
                }
                onRemove={() => void remove(item)}
                onDescribe={(facts) =>
                  setItems((all) => all.map((one) => (one.id === item.id ? { ...one, ...facts } : one)))
                }
              />
            ))}
            {uploads.map((upload) => (
              <UploadLine
                key={upload.key}
                upload={upload}
                onCancel={() => drop(upload.key)}
                onRetry={() => retry(upload.key)}
              />
            ))}
          </ul>
        ) : null}
        {isAlive ? <LinkForm target={target} unitId={unitId} onAdded={put} /> : null}
      </div>
      <p className="mt-1 text-xs text-mute">可上传{TAKEN_WORDS}。严禁上传涉密文件。</p>
      {isBusy ? (
        <p className="mt-1 text-sm text-amber">还有文件正在上传，传完后再提交，否则它不会随本次送出。</p>
      ) : null}
      {refusal && (isBusy || !refusal.startsWith('还有文件')) ? (
        <p role="alert" className="text-sm text-red">
          {refusal}
        </p>
      ) : null}
      <p aria-live="polite" className="sr-only">
        {said}
        {uploads
          .filter((upload) => upload.refusal !== null)
          .map((upload) => `${upload.file.name}：${upload.refusal}`)
          .join('；')}
      </p>
    </fieldset>
  );
}
