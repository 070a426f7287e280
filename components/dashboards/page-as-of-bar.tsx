'use client';

import { usePathname } from 'next/navigation';
import { AddressAsOfBar } from '@/components/shell/address-as-of-bar';

/** Pages whose figures have a day. */
const DATED = [/^\/$/, /^\/(units|overdue|plans|tasks|assessments|search)(\/|$)/];

/** The day of the figures, on the pages that answer for one. */
export function PageAsOfBar({ today }: { today: string }) {
  const pathname = usePathname();
  return DATED.some((pattern) => pattern.test(pathname)) ? <AddressAsOfBar today={today} /> : null;
}
