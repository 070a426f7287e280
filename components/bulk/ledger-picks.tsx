'use client';

import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Button, buttonClass } from '@/components/ui/button';
import { BULK_LIMIT, BULK_WORDS, type BulkDeed } from '@/lib/bulk/bulk.schema';

type LedgerPicksProps = {
  deeds: readonly BulkDeed[];
  /** A unit's account reports on many tasks in one form. */
  reports: boolean;
  /** The ledger's filter, sent along so that all it finds can be taken. */
  filter: readonly [string, string][];
  total: number;
  /** The table with its boxes. */
  children: ReactNode;
};

/** A plain form around the ledger's rows: whatever is ticked goes to the page of the chosen deed, where nothing is done before a preview. */
export function LedgerPicks({ deeds, reports, filter, total, children }: LedgerPicksProps) {
  const form = useRef<HTMLFormElement>(null);
  const [picked, setPicked] = useState(0);
  const boxes = () => [...(form.current?.querySelectorAll<HTMLInputElement>('input[name="tasks"]') ?? [])];
  const count = () => setPicked(boxes().filter((box) => box.checked).length);
  // Boxes ticked while the page was still loading its script, or brought back by the browser.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, for what happened before; afterwards every change is heard
  useEffect(count, []);
  const pickAll = (isOn: boolean) => {
    for (const box of boxes()) box.checked = isOn;
    count();
  };
  return (
    <form ref={form} method="get" action="/tasks/bulk" onChange={count}>
      {filter.map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      {children}
      <fieldset className="-mx-4 mt-2 flex flex-wrap items-center gap-x-2 gap-y-1.5 border-y border-line bg-card px-4 py-2 sm:sticky sm:bottom-0 sm:z-10 print:hidden">
        <legend className="sr-only">批量办理</legend>
        <span aria-live="polite" className="text-sm text-mute">
          {picked > 0 ? `选中 ${picked} 项` : '勾选任务后批量办理：'}
        </span>
        {deeds.map((deed) => (
          <button key={deed} type="submit" name="do" value={deed} className={buttonClass('plain', 'small')}>
            {BULK_WORDS[deed]}
          </button>
        ))}
        {reports ? (
          <button type="submit" formAction="/reports/new" className={buttonClass('plain', 'small')}>
            批量填报
          </button>
        ) : null}
        <Button variant="link" size="small" onClick={() => pickAll(picked === 0)}>
          {picked === 0 ? '全选本页' : '全部不选'}
        </Button>
        {deeds.length > 0 ? (
          <label className="inline-flex items-center gap-1.5 text-sm">
            <input type="checkbox" name="all" value="1" className="size-3.5" />
            选中全部符合筛选条件的 {total} 项
            {total > BULK_LIMIT ? `（一次最多 ${BULK_LIMIT} 项，取前 ${BULK_LIMIT} 项）` : ''}
          </label>
        ) : null}
      </fieldset>
    </form>
  );
}
