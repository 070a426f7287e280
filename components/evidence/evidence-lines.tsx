'use client';

import type { RefObject } from 'react';
import { Button } from '@/components/ui/button';
import { classes } from '@/components/ui/classes';
import type { EvidenceView } from '@/lib/evidence/evidence.schema';
import { FactsForm } from './evidence-facts';
import { factWords, kindWords, sizeWords } from './evidence-words';
import type { UnsavedBook } from './unsaved-words';
import type { Upload } from './use-uploads';

/** A file on its way, or refused. */
export function UploadLine({
  upload,
  onCancel,
  onRetry,
}: {
  upload: Upload;
  onCancel: () => void;
  onRetry: () => void;
}) {
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
  book: RefObject<UnsavedBook>;
  onTake: (isTaken: boolean) => void;
  onRemove: () => void;
  onDescribe: (facts: Pick<EvidenceView, 'docNumber' | 'issuer' | 'signedOn'>) => void;
};

/** A piece that is there: ticked or not, to be described or removed while nothing names it. */
export function PieceLine({ item, isTaken, isAlive, book, onTake, onRemove, onDescribe }: PieceLineProps) {
  const facts = factWords(item);
  // A box of the form itself until the page is alive; from then on hidden inputs carry the ids, which a reset of the form leaves alone.
  const box = isAlive
    ? {
        checked: isTaken,
        onChange: (event: { currentTarget: HTMLInputElement }) => onTake(event.currentTarget.checked),
      }
    : { name: 'evidenceIds', value: item.id, defaultChecked: isTaken };
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
            className="min-h-0 py-0 text-sm"
            onClick={onRemove}
            aria-label={`移除 ${item.title}`}
          >
            移除
          </Button>
        ) : null}
      </div>
      {isAlive && !item.isNamed ? <FactsForm item={item} book={book} onSaved={onDescribe} /> : null}
    </li>
  );
}
