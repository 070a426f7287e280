import { type RefObject, useEffect } from 'react';

/** Words typed beside a piece, or of a link, that the server does not have yet. `save` says whether it has them now. */
export type UnsavedWords = { isDirty: () => boolean; save: () => Promise<boolean> };
export type UnsavedBook = Map<string, UnsavedWords>;

/** Lets the surrounding form know what must be saved before it is sent. */
export function useUnsavedWords(book: RefObject<UnsavedBook>, key: string, words: UnsavedWords): void {
  useEffect(() => {
    const entries = book.current;
    entries.set(key, words);
    return () => {
      entries.delete(key);
    };
  });
}
