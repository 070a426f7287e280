import type { DiffPart } from '@/lib/word-difference';

type SideProps = { label: string; side: 'before' | 'after'; parts: readonly DiffPart[]; className?: string };

/** One side of a difference: the words that only it has are struck or underlined, coloured, and named when read aloud. */
function Side({ label, side, parts, className }: SideProps) {
  const own = parts.filter((part) => part.side === 'both' || part.side === side);
  return (
    <p className={className}>
      <span className="mr-1 text-mute">{label}：</span>
      {own.length === 0 ? <span className="text-mute">（空）</span> : null}
      {own.map((part, index) => {
        // biome-ignore lint/suspicious/noArrayIndexKey: parts of a fixed text have no name but their place
        if (part.side === 'both') return <span key={index}>{part.text}</span>;
        const isOld = side === 'before';
        const Tag = isOld ? 'del' : 'ins';
        const look = isOld
          ? 'rounded-xs bg-red-1 text-red-strong decoration-2'
          : 'rounded-xs bg-green-1 font-semibold text-green underline decoration-2 underline-offset-3';
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts of a fixed text have no name but their place
          <Tag key={index} className={look}>
            <span className="sr-only">{isOld ? '〔删去：' : '〔加上：'}</span>
            {part.text}
            <span className="sr-only">〕</span>
          </Tag>
        );
      })}
    </p>
  );
}

/** What a text said and what it says now, word by word. */
export function WordDifference({ parts }: { parts: readonly DiffPart[] }) {
  return (
    <>
      <Side label="原" side="before" parts={parts} />
      <Side label="新" side="after" parts={parts} />
    </>
  );
}
