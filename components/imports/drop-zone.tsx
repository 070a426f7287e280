'use client';

import { type DragEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { Button } from '@/components/ui/button';
import { classes } from '@/components/ui/classes';
import { LIMITS } from '@/lib/imports/readers/source';
import { sizeWords } from './import-words';

type DropZoneProps = { name: string /** What can be read. */; note: ReactNode };

/** A file input as a place to drop a file on; a plain input before JavaScript has loaded. Too large a file is refused before it is sent. */
export function DropZone({ name, note }: DropZoneProps) {
  const input = useRef<HTMLInputElement>(null);
  const [file, setFile] = useState<File | null>(null);
  const [refusal, setRefusal] = useState<string | null>(null);
  const [isOver, setIsOver] = useState(false);
  // The browser's own button goes once the name of the file can be shown in its stead.
  const [isAlive, setIsAlive] = useState(false);
  const take = (chosen: File | null) => {
    const isLarge = chosen !== null && chosen.size > LIMITS.bytes;
    const isEmpty = chosen !== null && chosen.size === 0;
    if ((isLarge || isEmpty) && input.current) input.current.value = '';
    setRefusal(
      isLarge
        ? `“${chosen.name}”有 ${sizeWords(chosen.size)}，超过 ${LIMITS.bytes / 1024 / 1024} MB。请只保留任务清单，删去图片和附件后再选。`
        : isEmpty
          ? `“${chosen.name}”是空文件，请重新选择。`
          : null,
    );
    setFile(isLarge || isEmpty ? null : chosen);
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: once, for what happened before; afterwards every change is heard
  useEffect(() => {
    setIsAlive(true);
    // Chosen while the page was still loading its script.
    take(input.current?.files?.[0] ?? null);
  }, []);

  const drop = (event: DragEvent) => {
    event.preventDefault();
    setIsOver(false);
    const { files } = event.dataTransfer;
    if (files.length === 0 || !input.current) return;
    if (files.length > 1) {
      setRefusal('一次只能上传一个文件。');
      return;
    }
    input.current.files = files;
    take(files[0]!);
  };

  return (
    <div className="mb-3">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the input inside takes a click and the keyboard */}
      <div
        onDragOver={(event) => {
          event.preventDefault();
          setIsOver(true);
        }}
        onDragLeave={() => setIsOver(false)}
        onDrop={drop}
        className={classes(
          'relative flex min-h-36 flex-col items-center justify-center gap-1.5 rounded-lg border-2 border-dashed px-4 py-6 text-center',
          'focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-accent',
          isOver ? 'border-accent bg-accent-ground' : refusal ? 'border-red bg-red-ground' : 'border-edge bg-ground',
        )}
      >
        <label htmlFor="file" className="text-lg font-semibold after:absolute after:inset-0">
          {file ? file.name : '将文件拖到这里，或点击选择'}
        </label>
        <p id="file-hint" className="text-sm text-mute">
          {file ? `${sizeWords(file.size)}，可点击另选` : 'Word、Excel、网页或 PDF 原件即可，不必套模板'}
        </p>
        <input
          ref={input}
          type="file"
          id="file"
          name={name}
          aria-describedby={refusal ? 'file-hint file-refusal' : 'file-hint'}
          aria-invalid={refusal ? true : undefined}
          onChange={(event) => take(event.currentTarget.files?.[0] ?? null)}
          className={classes(
            'max-w-full text-sm outline-none file:mr-2.5 file:rounded-md file:border file:border-line file:bg-card file:px-3 file:py-1 file:text-accent',
            isAlive && 'sr-only',
          )}
        />
        {file ? (
          <Button
            size="small"
            className="relative"
            onClick={() => {
              if (input.current) input.current.value = '';
              take(null);
            }}
          >
            取消选择
          </Button>
        ) : null}
      </div>
      <p className="mt-1 text-xs text-mute">{note}</p>
      <p id="file-refusal" role="alert" className={classes('text-sm text-red', refusal && 'mt-1')}>
        {refusal}
      </p>
    </div>
  );
}
