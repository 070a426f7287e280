import { classes } from '@/components/ui/classes';
import type { DraftRow } from '@/lib/imports/drafts/draft.queries';

/** Longer cells get a line of their own. */
const SHORT = 16;

/** A row as it stands in the document: its place and its cells, word for word. */
export function RowSource({ row, isShown }: { row: DraftRow; isShown: boolean }) {
  const { place, cells } = row.read.source;
  return (
    <details open={isShown} className="group min-w-0">
      <summary className="inline-flex items-center gap-0.5 text-xs text-mute hover:text-accent">
        <span aria-hidden="true" className="inline-block w-3 group-open:rotate-90">
          ▸
        </span>
        原文 {place}
      </summary>
      <dl className="mt-0.5 flex flex-wrap gap-x-3 border-l-[3px] border-raw-line bg-raw px-2 py-1 text-xs">
        {cells.map((cell, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two columns may have the same heading
          <div key={index} className={classes('flex min-w-0 gap-1.5', cell.text.length > SHORT && 'w-full')}>
            <dt className="shrink-0 text-mute">{cell.heading}</dt>
            <dd className="min-w-0 whitespace-pre-wrap">
              {cell.text === '' ? <span className="text-mute">（空）</span> : cell.text.replace(/\n{2,}/g, '\n')}
              {cell.isInherited ? <span className="ml-1 whitespace-nowrap text-mute">↑承上</span> : null}
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
