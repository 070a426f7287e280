import Link from 'next/link';
import { dayInProse, hrefAsOf, nextMonthEnd, previousMonthEnd } from '@/components/shell/as-of-steps';
import { Badge } from '@/components/ui/badge';
import { buttonClass } from '@/components/ui/button';
import { Menu } from '@/components/ui/menu';
import { TextLink } from '@/components/ui/text-link';

type AsOfBarProps = {
  /** The day of the figures, YYYY-MM-DD. */
  asOf: string;
  today: string;
  isToday: boolean;
  pathname: string;
  /** What stands in the address, kept on every step. */
  searchParams: Record<string, string>;
};

const STEP = 'inline-flex size-7 items-center justify-center rounded-md border border-line bg-card print:hidden';

/** The day of the figures, always in view: a month back or on, any day, back to today. Links and a form, no script. */
export function AsOfBar({ asOf, today, isToday, pathname, searchParams }: AsOfBarProps) {
  const next = nextMonthEnd(asOf, today);
  const kept = Object.entries(searchParams).filter(([name]) => name !== 'asOf' && name !== 'page');
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      <Link
        href={hrefAsOf(pathname, searchParams, previousMonthEnd(asOf), today)}
        prefetch={false}
        aria-label="上一个月末"
        className={`${STEP} hover:border-accent`}
      >
        <span aria-hidden="true">‹</span>
      </Link>
      <Menu
        summary={<span className="font-semibold">统计截至 {dayInProse(asOf)}</span>}
        summaryClass="print:border-0 print:px-0"
        panelClass="left-0 p-3"
      >
        <form method="get" action={pathname} className="flex items-end gap-2">
          {kept.map(([name, value]) => (
            <input key={name} type="hidden" name={name} value={value} />
          ))}
          <label className="block text-mute">
            查看另一天
            <input
              key={asOf}
              type="date"
              name="asOf"
              defaultValue={asOf}
              max={today}
              required
              className="mt-1 block h-8.5 rounded-md border border-edge bg-card px-2 text-ink"
            />
          </label>
          <button type="submit" className={buttonClass('plain', 'normal')}>
            查看
          </button>
        </form>
      </Menu>
      {next ? (
        <Link
          href={hrefAsOf(pathname, searchParams, next, today)}
          prefetch={false}
          aria-label={next === today ? '到今天' : '下一个月末'}
          className={`${STEP} hover:border-accent`}
        >
          <span aria-hidden="true">›</span>
        </Link>
      ) : null}
      {isToday ? null : (
        <>
          <TextLink quiet href={hrefAsOf(pathname, searchParams, today, today)} className="px-1 print:hidden">
            回到今天
          </TextLink>
          <Badge tone="amber" filled>
            历史视图·只读
          </Badge>
        </>
      )}
    </div>
  );
}
