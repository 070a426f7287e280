import { redirect } from 'next/navigation';
import { isDay } from '@/lib/dates';
import { single } from '@/lib/server/as-of';
import { requireActor } from '@/lib/server/auth/session';
import { parseTaskFilter, taskFilterHref } from '@/lib/tasks/task.filter';

/** The search of the ledger stands on the ledger itself. */
export default async function SearchPage({ searchParams }: PageProps<'/search'>) {
  await requireActor();
  const params = await searchParams;
  const { filter } = parseTaskFilter({ q: params.q });
  const asOf = single(params, 'asOf');
  redirect(taskFilterHref({ q: filter.q, mine: false }, isDay(asOf) ? asOf : null));
}
