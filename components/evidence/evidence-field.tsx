'use client';

import { usePathname, useSearchParams } from 'next/navigation';
import { type DragEvent, useEffect, useId, useRef, useState } from 'react';
import { Button } from '@/components/ui/button';
import { classes } from '@/components/ui/classes';
import { Notice } from '@/components/ui/notice';
import { discardEvidenceAction } from '@/lib/evidence/evidence.actions';
import type { EvidenceTarget, EvidenceView } from '@/lib/evidence/evidence.schema';
import { TAKEN_WORDS } from '@/lib/evidence/taken';
import { UPLOAD_NOTICE_PARAM, uploadNotice } from '@/lib/evidence/upload-notice';
import { PieceLine, UploadLine } from './evidence-lines';
import { LinkForm } from './link-form';
import { ACCEPT, LIMIT_WORDS, PlainUpload } from './plain-upload';
import type { UnsavedBook } from './unsaved-words';
import { readUnticked, writeUnticked } from './unticked';
import { useHeldSend } from './use-held-send';
import { useUploads } from './use-uploads';

type EvidenceFieldProps = {
  target: EvidenceTarget;
  /** For which of the actor's units. */
  unitId?: number;
  /** What already goes with the form: unsent pieces, and those of the version that is being corrected. */
  initial: EvidenceView[];
  /** Of a form that came back: what it said. */
  sent?: Record<string, string>;
  /** Pieces of a version that has come in between, as JSON: what comes next does not leave them out unseen. */
  joined?: string;
};

/** With what another version names, behind what is there. */
function withJoined(items: EvidenceView[], joined: string | undefined): EvidenceView[] {
  const others = joined === undefined ? [] : (JSON.parse(joined) as EvidenceView[]);
  return [...items, ...others.filter((piece) => !items.some((one) => one.id === piece.id))];
}

const isTextField = (target: EventTarget | null) =>
  target instanceof HTMLTextAreaElement ||
  (target instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'submit', 'file'].includes(target.type));

/** Evidence of the surrounding form: files by drop, paste, choice or camera, and links. Puts `evidenceIds` of what is ticked into the form. */
export function EvidenceField({ target, unitId, initial, sent, joined }: EvidenceFieldProps) {
  const id = useId();
  const zone = useRef<HTMLFieldSetElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const camera = useRef<HTMLInputElement>(null);
  const book = useRef<UnsavedBook>(new Map());
  const [items, setItems] = useState(() => withJoined(initial, joined));
  const [drawn, setDrawn] = useState(initial);
  const [joinedNow, setJoinedNow] = useState(joined);
  const [untaken, setUntaken] = useState<ReadonlySet<string>>(new Set());
  const [said, setSaid] = useState('');
  const [twice, setTwice] = useState('');
  const [refusal, setRefusal] = useState('');
  const [isOver, setIsOver] = useState(false);
  const [isAlive, setIsAlive] = useState(false);
  const returnTo = usePathname();
  const notice = uploadNotice(useSearchParams().get(UPLOAD_NOTICE_PARAM));
  // What the server says is there holds over what was here before.
  if (drawn !== initial) {
    setDrawn(initial);
    setItems(withJoined(initial, joined));
  }
  if (joinedNow !== joined) {
    setJoinedNow(joined);
    setItems((all) => withJoined(all, joined));
  }
  // Until the page is alive: a form that came back has those ticked that it named, and those it had not shown.
  const named = sent?.evidenceIds?.split(',') ?? [];
  const shown = sent?.shownEvidence?.split(',') ?? [];
  const isTicked = (pieceId: string) => sent === undefined || named.includes(pieceId) || !shown.includes(pieceId);

  // An upload ends long after it was begun: what stands by then counts.
  const now = useRef({ items, untaken });
  now.current = { items, untaken };
  const leaveOut = (ids: Iterable<string>) => {
    now.current.untaken = new Set(ids);
    setUntaken(now.current.untaken);
    writeUnticked(target, unitId, now.current.untaken);
  };
  const put = (piece: EvidenceView) => {
    const isThere = now.current.items.some((one) => one.id === piece.id);
    const isLike = now.current.items.some(
      (one) => one.id !== piece.id && one.kind === 'FILE' && one.title === piece.title && one.bytes === piece.bytes,
    );
    if (!isThere) now.current.items = [...now.current.items, piece];
    setItems((all) => (all.some((one) => one.id === piece.id) ? all : [...all, piece]));
    const { untaken: left } = now.current;
    if (left.has(piece.id)) leaveOut([...left].filter((one) => one !== piece.id));
    setSaid(`${isThere ? '此前已上传' : '已上传'} ${piece.title}`);
    setTwice(
      isThere
        ? `“${piece.title}”此前已经添加，没有重复添加。`
        : isLike
          ? `“${piece.title}”与已列出的一件同名、同大小；如是同一份，请取消勾选其中一件。`
          : '',
    );
  };
  const { uploads, add, drop, retry } = useUploads(target, unitId, put);
  const { holds, isHeld, release } = useHeldSend(zone, uploads, book);
  const addNow = useRef(add);
  addNow.current = add;
  const leaveOutNow = useRef(leaveOut);
  leaveOutNow.current = leaveOut;
  const keptNow = useRef<() => string[]>(() => []);
  keptNow.current = () => (sent === undefined ? readUnticked(target, unitId) : []);
  useEffect(() => {
    setIsAlive(true);
    // A box unticked while the page was still loading its script stays unticked, as does one unticked before a reload.
    const boxes = [...(zone.current?.querySelectorAll<HTMLInputElement>('input[name="evidenceIds"]') ?? [])];
    const unticked = boxes.filter((box) => box.type === 'checkbox' && !box.checked).map((box) => box.value);
    const kept = keptNow.current().filter((pieceId) => now.current.items.some((one) => one.id === pieceId));
    leaveOutNow.current([...unticked, ...kept]);
    const form = zone.current?.closest('form');
    const paste = (event: ClipboardEvent) => {
      const files = event.clipboardData?.files;
      if (!files?.length) return;
      // Cells of a spreadsheet come as text and as a picture of it: in a text field the text is meant.
      if (isTextField(event.target) && event.clipboardData?.types.includes('text/plain')) return;
      event.preventDefault();
      addNow.current(files);
    };
    form?.addEventListener('paste', paste);
    return () => form?.removeEventListener('paste', paste);
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
      setTwice('');
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
      {isAlive ? (
        taken.map((item) => <input key={item.id} type="hidden" name="evidenceIds" value={item.id} />)
      ) : (
        <input type="hidden" name="shownEvidence" value={items.map((item) => item.id).join(',')} />
      )}
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
                book={book}
                isTaken={isAlive ? !untaken.has(item.id) : isTicked(item.id)}
                onTake={(isTaken) =>
                  leaveOut(isTaken ? [...untaken].filter((one) => one !== item.id) : [...untaken, item.id])
                }
                onRemove={() => void remove(item)}
                onDescribe={(facts) => {
                  setItems((all) => all.map((one) => (one.id === item.id ? { ...one, ...facts } : one)));
                  release();
                }}
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
        {isAlive ? (
          <LinkForm
            target={target}
            unitId={unitId}
            book={book}
            onAdded={(piece) => {
              put(piece);
              release();
            }}
          />
        ) : null}
      </div>
      <p className="mt-1 text-xs text-mute">可上传{TAKEN_WORDS}。严禁上传涉密文件。</p>
      {twice ? <p className="mt-1 text-sm text-amber">{twice}</p> : null}
      {holds ? (
        <p role={isHeld ? 'alert' : undefined} className={classes('mt-1 text-sm', isHeld ? 'text-red' : 'text-amber')}>
          {holds}
        </p>
      ) : null}
      {refusal ? (
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
