import { TierBadge } from '@/components/slips/slip-words';
import { ButtonLink, buttonClass } from '@/components/ui/button';
import { TextLink } from '@/components/ui/text-link';
import { type SlipFilter, STATUS_OPTIONS, slipFilterHref } from '@/lib/slips/slip.filter';
import type { SlipList } from '@/lib/slips/slip.queries';

const CONTROL = 'h-8.5 w-full min-w-0 rounded-md border border-edge bg-card px-2 text-ink';

function Select({
  name,
  label,
  value,
  items,
}: {
  name: string;
  label: string;
  value: string;
  items: { value: string; label: string }[];
}) {
  return (
    <label className="block min-w-0 text-sm text-mute">
      <span className="mb-0.5 block">{label}</span>
      <select key={value} name={name} defaultValue={value} className={CONTROL}>
        <option value="">全部</option>
        {items.map((item) => (
          <option key={item.value} value={item.value}>
            {item.label}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Counts by tier, each a filter, and the filter itself: a form that works without JavaScript. */
export function SlipFilterForm({ list, filter, asOf }: { list: SlipList; filter: SlipFilter; asOf: string | null }) {
  return (
    <div className="mb-3.5 rounded-lg border border-line bg-card px-4 py-3 print:hidden">
      <ul className="mb-3 flex flex-wrap gap-x-6 gap-y-1.5">
        {list.byTier.map(({ tier, words, open, total }) => (
          <li key={tier} className="flex items-baseline gap-2">
            <TextLink quiet href={slipFilterHref({ tier }, asOf)}>
              <TierBadge tier={tier} words={words} />
            </TextLink>
            <span>
              未办结 <strong>{open}</strong> 份
            </span>
            <span className="text-sm text-mute">共 {total} 份</span>
          </li>
        ))}
      </ul>
      <form
        action="/slips"
        className="grid grid-cols-2 items-end gap-x-3 gap-y-2 sm:grid-cols-[repeat(4,minmax(0,12rem))_auto]"
      >
        {asOf ? <input type="hidden" name="asOf" value={asOf} /> : null}
        <Select
          name="tier"
          label="督办层级"
          value={filter.tier ? String(filter.tier) : ''}
          items={list.byTier.map(({ tier, words }) => ({ value: String(tier), label: words }))}
        />
        <Select
          name="status"
          label="状态"
          value={filter.status ?? ''}
          items={STATUS_OPTIONS.filter(({ value }) => list.oversees || !UNSEEN.includes(value))}
        />
        <Select
          name="unit"
          label="主送单位"
          value={filter.unit ? String(filter.unit) : ''}
          items={list.units.map((unit) => ({ value: String(unit.id), label: unit.name }))}
        />
        <Select
          name="overdue"
          label="回复"
          value={filter.overdue ? '1' : ''}
          items={[{ value: '1', label: '逾期未回复' }]}
        />
        <div className="flex gap-2 max-sm:col-span-2">
          <button type="submit" className={buttonClass('plain', 'normal')}>
            筛选
          </button>
          <ButtonLink variant="link" href={slipFilterHref({}, asOf)}>
            清除
          </ButtonLink>
        </div>
      </form>
    </div>
  );
}

/** A unit knows of nothing before its issue. */
const UNSEEN: readonly string[] = ['DRAFT', 'CHECKED', 'DISCARDED'];
