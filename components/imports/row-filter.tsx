import { classes } from '@/components/ui/classes';
import { TextLink } from '@/components/ui/text-link';
import type { RowFilter } from '@/lib/imports/drafts/draft.schema';

const LABELS: Record<RowFilter, string> = { all: '全部', questions: '有待确认', changed: '已更改', excluded: '不导入' };
const ORDER: readonly RowFilter[] = ['all', 'questions', 'changed', 'excluded'];

type RowFilterProps = {
  only: RowFilter;
  hrefOf: (only: RowFilter) => string;
  source: { isShown: boolean; href: string };
};

/** Which rows are shown, and whether their source stands open. */
export function RowFilterLinks({ only, hrefOf, source }: RowFilterProps) {
  return (
    <nav aria-label="筛选各行" className="flex flex-wrap items-center gap-x-1 gap-y-1 text-sm">
      {ORDER.map((filter) => (
        <TextLink
          key={filter}
          quiet
          href={hrefOf(filter)}
          scroll={false}
          aria-current={filter === only ? 'true' : undefined}
          className={classes(
            'rounded-md px-2 py-0.5',
            filter === only ? 'bg-accent-ground font-semibold' : 'text-mute',
          )}
        >
          {LABELS[filter]}
        </TextLink>
      ))}
      <TextLink quiet href={source.href} scroll={false} className="ml-2">
        {source.isShown ? '收起原文' : '展开原文'}
      </TextLink>
    </nav>
  );
}
