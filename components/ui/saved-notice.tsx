import { randomUUID } from 'node:crypto';
import type { ReactNode } from 'react';
import { SavedWords } from '@/components/ui/saved-words';

/**
 * What the form before this page has done, by ?saved=. Said once: the word goes out of the address, so that a reload or a kept link does not say it again, and it
 * makes way for the answer to the next form. Every rendering says it anew, hence the key.
 */
export function SavedNotice({ children }: { children: ReactNode }) {
  return <SavedWords key={randomUUID()}>{children}</SavedWords>;
}
