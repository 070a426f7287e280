'use client';

import { usePathname, useSearchParams } from 'next/navigation';
import { AsOfBar } from '@/components/shell/as-of-bar';
import { isAsOfDay } from '@/components/shell/as-of-steps';

/** AsOfBar for a layout, which is not told the address: it reads it itself. A day that cannot be is taken as today. */
export function AddressAsOfBar({ today }: { today: string }) {
  const pathname = usePathname();
  const searchParams = Object.fromEntries(useSearchParams());
  const asOf = isAsOfDay(searchParams.asOf, today) ? searchParams.asOf : today;
  return <AsOfBar asOf={asOf} today={today} isToday={asOf === today} pathname={pathname} searchParams={searchParams} />;
}
