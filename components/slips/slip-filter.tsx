import { TierBadge } from '@/components/slips/slip-words';
import { ButtonLink, buttonClass } from '@/components/ui/button';
import { TextLink } from '@/components/ui/text-link';
import { type SlipFilter, STATUS_OPTIONS, slipFilterHref } from '@/lib/slips/slip.filter';
import type { SlipList } from '@/lib/slips/slip-list.queries';

const CONTROL = 'h-8.5 w-full min-w-0 rounded-md border border-edge bg-card px-2 text-ink';

function Select({
  name,
  label,
  value,
  items,
  all = '全部',
}: {
  name: string;
  label: string;
  value: string;
  items: { value: string; label: string }[];
  /** What is chosen where nothing is. */
  all?: string;
}) {
  return (
    <label className="block min-w-0 text-sm text-mute">
      <span className="mb-0.5 block">{label}</span>
      <select key={value} name={name} defaultValue={value} className={CONTROL}>
        <option value="">{all}</option>
        {items.map((item) => (
          <option key={item.value} value={item.value}>
            {item.label}
          </option>
        ))}
      </select>
    </label>
  );
}

/** What waits for the viewer and counts by tier, each a filter, and the filter itself: a form that works without JavaScript. */
export function SlipFilterForm({ list, filter, asOf }: { list: SlipList; filter: SlipFilter; asOf: string | null }) {
  const { office } = filter;
  const showsOffices = list.others > 0 || list.offices.length > 1 || office !== null;
  return (
    <div className="mb-3.5 rounded-lg border border-line bg-card px-4 py-3 print:hidden">
      <ul className="mb-3 flex flex-wrap gap-x-6 gap-y-1.5">
        <li>
          <TextLink quiet href={slipFilterHref({ waiting: true }, asOf)}>
            待办理 <strong>{list.waiting}</strong> 份
          </TextLink>
        </li>
        {list.byTier.map(({ tier, words, open, total }) => (
          <li key={tier} className="flex items-baseline gap-2">
            <TextLink quiet href={slipFilterHref({ office, tier }, asOf)}>
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
        className="grid grid-cols-2 items-end gap-x-3 gap-y-2 sm:grid-cols-[repeat(auto-fill,minmax(9.5rem,1fr))]"
      >
        {asOf ? <input type="hidden" name="asOf" value={asOf} /> : null}
        {showsOffices ? (
          <Select
            name="from"
            label="发文单位"
            value={office ?? ''}
            all={list.others > 0 ? '本级印发和收到的' : '全部'}
            items={[
              ...(list.others > 0 ? [{ value: 'all', label: '全部' }] : []),
              ...list.offices.map(({ key, name, count }) => ({ value: key, label: `${name}（${count} 份）` })),
            ]}
          />
        ) : null}
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
        <Select
          name="waiting"
          label="办理"
          value={filter.waiting ? '1' : ''}
          items={[{ value: '1', label: '待办理' }]}
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
      {office === null && list.others > 0 ? (
        <p className="mt-2.5 text-sm text-mute">
          这里列出本级印发的和主送本级的督办单；另有其他发文单位的 {list.others} 份，
          <TextLink href={slipFilterHref({ ...filter, office: 'all', page: 1 }, asOf)}>一并查看</TextLink>。
        </p>
      ) : null}
    </div>
  );
}

/** A unit knows of nothing before its issue. */
const UNSEEN: readonly string[] = ['DRAFT', 'CHECKED', 'DISCARDED'];
