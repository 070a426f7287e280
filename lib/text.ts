/** C0 and C1 controls except \t and \n. */
const CONTROLS = /(?![\t\n])\p{Control}/gu;
/** Zero-width characters, soft hyphen, BOM, bidi controls, interlinear marks, noncharacters and lone surrogates: invisible, or refused by PostgreSQL or by XML. */
const INVISIBLE =
  /[\u00AD\u061C\u180E\u200B-\u200F\u202A-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB\p{Noncharacter_Code_Point}\p{Surrogate}]/gu;

/** Text as it is stored: NFC, \n line ends, nothing invisible, trimmed. Applying it twice changes nothing. */
export function cleanText(text: string): string {
  return text
    .replace(/\r\n?|\u2028|\u2029/g, '\n')
    .replace(CONTROLS, '')
    .replace(INVISIBLE, '')
    .normalize('NFC')
    .trim();
}

/** Whether there are characters that `cleanText` drops because nobody sees them. */
export function hasInvisible(text: string): boolean {
  return text.search(CONTROLS) >= 0 || text.search(INVISIBLE) >= 0;
}

/** Clean text without any white space, for comparing printed words. */
export function compactText(text: string): string {
  return cleanText(text).replace(/\s+/gu, '');
}

/** （…） → (…). */
export function halfWidthBrackets(text: string): string {
  return text.replace(/[（﹙]/g, '(').replace(/[）﹚]/g, ')');
}

/** Length in code points: what a person counts as 字. */
export function countChars(text: string): number {
  return Array.from(text).length;
}

/** At most `limit` code points, the last one an ellipsis where something was cut. */
export function truncate(text: string, limit: number): string {
  const chars = Array.from(text);
  if (chars.length <= limit) return text;
  return limit < 1 ? '' : `${chars.slice(0, limit - 1).join('')}…`;
}

export type HighlightPart = { text: string; hit: boolean };

/** Splits `text` at the case-insensitive occurrences of `query`; the parts joined are the text. */
export function highlightParts(text: string, query: string): HighlightPart[] {
  const wanted = query.trim();
  if (text === '') return [];
  if (wanted === '') return [{ text, hit: false }];
  const pattern = new RegExp(wanted.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), 'giu');
  const parts: HighlightPart[] = [];
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index > from) parts.push({ text: text.slice(from, match.index), hit: false });
    parts.push({ text: match[0], hit: true });
    from = match.index + match[0].length;
  }
  if (from < text.length) parts.push({ text: text.slice(from), hit: false });
  return parts;
}

/** Escapes the wildcards of LIKE for its default escape character. */
export function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}
