import { Card } from '@/components/ui/card';
import { TextLink } from '@/components/ui/text-link';
import type { SlipRow } from '@/lib/slips/slip-list.queries';
import { replyLeftWords, SlipStatusWords, TierBadge } from './slip-words';

const hrefOf = (id: number, asOf: string | null) => (asOf ? `/slips/${id}?asOf=${asOf}` : `/slips/${id}`);

/** On a unit's home: what it has to sign for or answer, the nearest reply first. Nothing: no card. */
export function SlipsToAnswerCard({ slips, asOf }: { slips: SlipRow[]; asOf: string | null }) {
  if (slips.length === 0) return null;
  return (
    <Card
      id="slips"
      title="待签收、待回复的督办单"
      note={`${slips.length} 份`}
      action={{ href: asOf ? `/slips?asOf=${asOf}` : '/slips', label: '查看全部督办单' }}
      className="border-l-4 border-l-red"
    >
      <ul className="divide-y divide-line-soft">
        {slips.map((slip) => (
          <li key={slip.id} className="flex flex-wrap items-baseline gap-x-3 gap-y-1 py-1.5">
            <TierBadge tier={slip.tier} words={slip.tierWords} />
            <span className="min-w-0 flex-1 max-sm:basis-full">
              <TextLink href={hrefOf(slip.id, asOf)}>
                {slip.number} {slip.title}
              </TextLink>
              <span className="ml-2 text-sm text-mute">{slip.unitName}</span>
            </span>
            <span className="text-sm">{slip.status === 'ISSUED' ? '待签收' : '待回复'}</span>
            <span className={slip.isReplyLate ? 'text-sm font-semibold text-red' : 'text-sm text-mute'}>
              {slip.replyDueOn} 前回复
              {slip.daysLeft === null ? '' : `，${replyLeftWords(slip.daysLeft)}`}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** On a task's page: the slips it stands on. None: no card. */
export function TaskSlipsCard({ slips, asOf }: { slips: SlipRow[]; asOf: string | null }) {
  if (slips.length === 0) return null;
  return (
    <Card id="slips" title="督办单" note={`${slips.length} 份`}>
      <ul className="divide-y divide-line-soft">
        {slips.map((slip) => (
          <li key={slip.id} className="py-1.5">
            <div className="flex flex-wrap items-baseline gap-x-2 gap-y-1">
              <TierBadge tier={slip.tier} words={slip.tierWords} />
              <TextLink href={hrefOf(slip.id, asOf)}>{slip.number ?? '拟稿，未编号'}</TextLink>
              <span className="text-sm text-mute">{slip.unitName}</span>
            </div>
            <p className="text-sm text-mute">
              {slip.issuedOn ? `${slip.issuedOn} 印发 · ` : ''}
              <SlipStatusWords status={slip.status} isReplyLate={slip.isReplyLate} />
            </p>
          </li>
        ))}
      </ul>
    </Card>
  );
}
