export const dynamic = 'force-dynamic';

/** What every page costs before it does anything: the yardstick of bin/bench. */
export default function EmptyPage() {
  return <p />;
}
