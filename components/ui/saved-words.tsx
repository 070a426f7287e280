'use client';

import { type ReactNode, useEffect, useState } from 'react';
import { Notice } from '@/components/ui/notice';

/** See SavedNotice. */
export function SavedWords({ children }: { children: ReactNode }) {
  const [isShown, show] = useState(true);
  useEffect(() => {
    const address = new URL(window.location.href);
    address.searchParams.delete('saved');
    window.history.replaceState(null, '', address);
    const hide = () => show(false);
    document.addEventListener('submit', hide, true);
    return () => document.removeEventListener('submit', hide, true);
  }, []);
  return isShown ? <Notice tone="ok">{children}</Notice> : null;
}
