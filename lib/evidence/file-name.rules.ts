import { cleanText, countChars } from '@/lib/text';

const LONGEST_EXTENSION = 8;

/** The extension in small letters without its dot; '' where the name has none. */
export function extensionOf(name: string): string {
  const found = /\.([A-Za-z0-9]+)$/.exec(name)?.[1] ?? '';
  return found.length > LONGEST_EXTENSION || name.length === found.length + 1 ? '' : found.toLowerCase();
}

/**
 * A file's name as it is kept and shown; it is never part of a path. Without folders, controls and characters that turn the direction of reading (they can make
 * gnp.exe look like exe.png), in NFC, at most `limit` 字 with the extension kept.
 */
export function cleanFileName(given: string, limit: number): string {
  const own = given.split(/[/\\]/).at(-1) ?? '';
  const name = cleanText(own)
    .replace(/\s+/g, ' ')
    .replace(/^[.\s]+(?=.)/, '')
    .replace(/[\s.]+$/, '')
    .replace(/[<>:"|?*]/g, '_');
  if (name === '') return '未命名';
  if (countChars(name) <= limit) return name;
  const extension = extensionOf(name);
  const tail = extension === '' ? '' : `.${extension}`;
  const stem = Array.from(extension === '' ? name : name.slice(0, -tail.length));
  return `${stem.slice(0, limit - tail.length - 1).join('')}…${tail}`;
}
