import { Badge, type Tone } from '@/components/ui/badge';
import { DRAFT_STATUS_WORDS, type DraftStatus } from '@/lib/imports/drafts/draft.schema';

const TONES: Record<DraftStatus, Tone> = {
  READING: 'blue',
  UNREADABLE: 'red',
  REVIEW: 'amber',
  COMMITTED: 'green',
  WITHDRAWN: 'plain',
  DISCARDED: 'plain',
};

export function DraftStatusBadge({ status }: { status: DraftStatus }) {
  return (
    <Badge tone={TONES[status]} filled>
      {DRAFT_STATUS_WORDS[status]}
    </Badge>
  );
}
