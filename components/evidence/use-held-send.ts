'use client';

import { type RefObject, useEffect, useRef, useState } from 'react';
import type { UnsavedBook } from './unsaved-words';
import type { Upload } from './use-uploads';

const UNDER_WAY = '还有文件正在上传，请等传完（或取消它）后再提交。';
const FAILED = '还有文件没有传成功，请重试或清除后再提交。';
const UNSAVED = '佐证材料的文号、网址等没有保存成功，还没有提交。请按上面的提示改正或清空后再提交。';
const LEAVING = '佐证材料还没有传完或保存，离开后需要重新上传、填写。确定离开吗？';

/** Leads to another page, in this tab. */
function leadsAway(event: MouseEvent, form: HTMLFormElement | null | undefined): boolean {
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  if (!link?.href || link.target === '_blank' || link.hasAttribute('download')) return false;
  if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return false;
  const isSamePath = new URL(link.href).pathname === window.location.pathname;
  // A link of the form itself to its own page fills something in.
  return !(isSamePath && (form?.contains(link) || new URL(link.href).search === window.location.search));
}

/**
 * Holds the surrounding form while evidence is on its way or has not come through, saves what was typed beside it before the form goes, and warns who leaves the page.
 * Returns what keeps the form back ('' where nothing does) and whether the form was held because of it.
 */
export function useHeldSend(
  zone: RefObject<HTMLElement | null>,
  uploads: readonly Upload[],
  book: RefObject<UnsavedBook>,
): { holds: string; isHeld: boolean; release: () => void } {
  const [held, setHeld] = useState<'uploads' | 'words' | null>(null);
  const [resend, setResend] = useState<{ submitter: HTMLElement | null } | null>(null);
  const waits = uploads.some((upload) => upload.refusal === null)
    ? UNDER_WAY
    : uploads.some((upload) => upload.canRetry)
      ? FAILED
      : '';
  const waitsNow = useRef(waits);
  waitsNow.current = waits;

  useEffect(() => {
    const form = zone.current?.closest('form');
    const unsaved = () => [...book.current.values()].filter((one) => one.isDirty());
    let isSaving = false;
    let isLeaving = false;
    const hold = (event: SubmitEvent) => {
      if (isSaving) return event.preventDefault();
      const words = unsaved();
      if (waitsNow.current !== '') {
        event.preventDefault();
        setHeld('uploads');
        zone.current?.scrollIntoView({ block: 'nearest' });
        return;
      }
      setHeld(null);
      if (words.length === 0) return;
      event.preventDefault();
      isSaving = true;
      void Promise.all(words.map((one) => one.save())).then((saved) => {
        isSaving = false;
        if (saved.every(Boolean)) return setResend({ submitter: event.submitter });
        setHeld('words');
        zone.current?.scrollIntoView({ block: 'nearest' });
      });
    };
    const isWaiting = () => !isLeaving && (waitsNow.current !== '' || unsaved().length > 0);
    const unload = (event: BeforeUnloadEvent) => {
      if (isWaiting()) event.preventDefault();
    };
    // The application's own links change the page without unloading it.
    const follow = (event: MouseEvent) => {
      if (!leadsAway(event, form) || !isWaiting()) return;
      isLeaving = window.confirm(LEAVING);
      if (!isLeaving) event.preventDefault();
    };
    form?.addEventListener('submit', hold);
    window.addEventListener('beforeunload', unload);
    document.addEventListener('click', follow, true);
    return () => {
      form?.removeEventListener('submit', hold);
      window.removeEventListener('beforeunload', unload);
      document.removeEventListener('click', follow, true);
    };
  }, [zone, book]);

  // Once what was saved stands in the form, it goes by the button that was pressed.
  useEffect(() => {
    if (resend === null) return;
    setResend(null);
    zone.current?.closest('form')?.requestSubmit(resend.submitter);
  }, [resend, zone]);

  return {
    holds: waits || (held === 'words' ? UNSAVED : ''),
    isHeld: held === 'words' || (held === 'uploads' && waits !== ''),
    release: () => setHeld(null),
  };
}
