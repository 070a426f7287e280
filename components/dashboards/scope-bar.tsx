import type { ReactNode } from 'react';
import { buttonClass } from '@/components/ui/button';
import { TextLink } from '@/components/ui/text-link';
import { boardHref } from '@/lib/dashboards/board.filter';
import { truncate } from '@/lib/text';

type Choice = { key: string; label: string; href: string; current: boolean };

function Choices({ label, items }: { label: string; items: Choice[] }) {
  return (
    <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
      <span className="text-mute">{label}</span>
      {items.map((item) =>
        item.current ? (
          <span key={item.key} aria-current="true" className="font-semibold">
            {item.label}
          </span>
        ) : (
          <TextLink quiet key={item.key} href={item.href}>
            {item.label}
          </TextLink>
        ),
      )}
    </div>
  );
}

type ScopeBarProps = {
  path: string;
  /** What stands in the address. */
  current: Record<string, string>;
  regions: { code: string; name: string }[];
  region: { code: string };
  plans: { id: number; title: string; mark: string | null; ownerUnitId: number | null }[];
  plan: { id: number } | null;
  includesOwn: boolean;
  canIncludeOwn: boolean;
  children?: ReactNode;
};

/** Whose tasks are shown: region, plan, with or without bureaus' own plans. Links alone; a form where there are many regions. */
export function ScopeBar({
  path,
  current,
  regions,
  region,
  plans,
  plan,
  includesOwn,
  canIncludeOwn,
  children,
}: ScopeBarProps) {
  const to = (changes: Record<string, string | number | null>) => boardHref(path, current, { page: null, ...changes });
  const showsPlans = plans.length > 1;
  if (regions.length <= 1 && !showsPlans && !children) return null;
  const kept = Object.entries(current).filter(([key]) => key !== 'region' && key !== 'plan' && key !== 'page');
  return (
    <div className="mb-3.5 space-y-1 text-sm print:hidden">
      {regions.length > 1 && regions.length <= 12 ? (
        <Choices
          label="地区"
          items={regions.map((item) => ({
            key: item.code,
            label: item.name,
            href: to({ region: item.code, plan: null }),
            current: item.code === region.code,
          }))}
        />
      ) : null}
      {regions.length > 12 ? (
        <form method="get" action={path} className="flex items-center gap-2">
          {kept.map(([key, value]) => (
            <input key={key} type="hidden" name={key} value={value} />
          ))}
          <label className="flex items-center gap-2 text-mute">
            地区
            <select
              name="region"
              defaultValue={region.code}
              className="h-8 rounded-md border border-edge bg-card px-2 text-ink"
            >
              {regions.map((item) => (
                <option key={item.code} value={item.code}>
                  {item.name}
                </option>
              ))}
            </select>
          </label>
          <button type="submit" className={buttonClass('plain', 'small')}>
            查看
          </button>
        </form>
      ) : null}
      {showsPlans ? (
        <Choices
          label="方案"
          items={[
            {
              key: 'all',
              label: canIncludeOwn ? '执行中方案（不含部门自有）' : '全部执行中方案',
              href: to({ plan: null, own: null }),
              current: plan === null && !includesOwn,
            },
            ...(canIncludeOwn
              ? [
                  {
                    key: 'own',
                    label: '含部门自有方案',
                    href: to({ plan: null, own: 1 }),
                    current: plan === null && includesOwn,
                  },
                ]
              : []),
            ...plans.map((item) => ({
              key: String(item.id),
              label: item.mark === null ? truncate(item.title, 24) : `${truncate(item.title, 24)}（${item.mark}）`,
              href: to({ plan: item.id, own: null }),
              current: plan?.id === item.id,
            })),
          ]}
        />
      ) : null}
      {children}
    </div>
  );
}
