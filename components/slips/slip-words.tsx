import { Badge, type Tone } from '@/components/ui/badge';
import { STATUS_WORDS } from '@/lib/slips/slip.rules';
import type { SlipStatus, Tier } from '@/lib/slips/slip.schema';

const TIER_TONES: Record<Tier, Tone> = { 1: 'blue', 2: 'amber', 3: 'red' };

/** The tier: its colour never without its words 蓝色督办单. */
export function TierBadge({ tier, words }: { tier: Tier; words: string }) {
  return (
    <Badge tone={TIER_TONES[tier]} filled>
      {words}
    </Badge>
  );
}

const ENDED: readonly SlipStatus[] = ['CLOSED', 'VOID', 'DISCARDED'];

export function SlipStatusWords({ status, isReplyLate }: { status: SlipStatus; isReplyLate: boolean }) {
  return (
    <span className={ENDED.includes(status) ? 'text-mute' : undefined}>
      {STATUS_WORDS[status]}
      {isReplyLate ? <span className="block font-semibold whitespace-nowrap text-red">逾期未回复</span> : null}
    </span>
  );
}

/** To the day of the reply: 剩 2 天, 今日截止, 逾期 3 天. */
export function replyLeftWords(daysLeft: number): string {
  if (daysLeft === 0) return '今日截止';
  return daysLeft > 0 ? `剩 ${daysLeft} 天` : `逾期 ${-daysLeft} 天`;
}
