'use client';

import { useSearchParams } from 'next/navigation';

/** Searches the ledger on the day that is being looked at. */
export function SearchBox({ className }: { className?: string }) {
  const searchParams = useSearchParams();
  const asOf = searchParams.get('asOf');
  const query = searchParams.get('q') ?? '';
  return (
    <search className={className}>
      <form method="get" action="/tasks">
        {asOf ? <input type="hidden" name="asOf" value={asOf} /> : null}
        <input
          key={query}
          type="search"
          name="q"
          defaultValue={query}
          aria-label="搜索任务、单位、进展"
          placeholder="搜索任务、单位、进展"
          className="h-8 w-full rounded-md border border-edge bg-card px-2.5"
        />
      </form>
    </search>
  );
}
