import { Notice } from '@/components/ui/notice';

/** What was dropped from the address, in words; nothing where all of it was understood. */
export function BoardNotices({ notices }: { notices: Array<string | null> }) {
  const shown = notices.filter((notice): notice is string => notice !== null);
  if (shown.length === 0) return null;
  return (
    <Notice tone="warn">
      {shown.map((notice) => (
        <p key={notice}>{notice}</p>
      ))}
    </Notice>
  );
}
