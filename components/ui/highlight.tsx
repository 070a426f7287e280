type HighlightProps = {
  text: string;
  /** Words apart by blanks, each marked wherever it stands, whatever its case. */
  query?: string | null;
};

export function Highlight({ text, query }: HighlightProps) {
  const words = (query ?? '').split(/\s+/).filter(Boolean);
  if (words.length === 0) return text;
  // longest first, so that 住建局 is not left half marked by 住建
  const pattern = words
    .sort((a, b) => b.length - a.length)
    .map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('|');
  // split by a group: the odd parts are the matches
  return text.split(new RegExp(`(${pattern})`, 'gi')).map((part, index) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: parts of a fixed text have no name but their place
    index % 2 === 1 ? <mark key={index}>{part}</mark> : part,
  );
}
