import { z } from 'zod';

/** One plain address: no list, no name, no line break, nothing that could become a header. */
const addressSchema = z.email().max(254);

export function isMailAddress(value: string): boolean {
  return addressSchema.safeParse(value).success;
}

/** One line without control characters, as a header may hold it. */
export function headerLine(text: string): string {
  return text.replace(/[\p{Control}\u2028\u2029]+/gu, ' ').trim();
}

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => ESCAPES[character]!);

/** The text as simple HTML: its lines, and its addresses as links. */
export function htmlOf(text: string): string {
  const lines = escapeHtml(text).replace(
    /https?:\/\/[^\s，。；（）<>]+/g,
    (address) => `<a href="${address}">${address}</a>`,
  );
  return `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><body style="font:14px/1.7 sans-serif;white-space:pre-wrap">${lines}</body></html>`;
}
