import type { ReactNode } from 'react';
import { ButtonLink, buttonClass } from '@/components/ui/button';
import { TextLink } from '@/components/ui/text-link';
import { type LightCode, REASON_CODES, type ReasonCode, STATE_CODES } from '@/lib/standing/standing.types';
import { LIGHT_WORDS, REASON_WORDS, STATE_WORDS } from '@/lib/standing/standing.words';
import { EMPTY_FILTER, FILTER_LABELS, type TaskFilter, taskFilterHref } from '@/lib/tasks/task.filter';
import type { Choice, FilterChoices, ResolvedFilter } from '@/lib/tasks/task.queries';

const CONTROL = 'h-8.5 w-full min-w-0 rounded-md border border-edge bg-card px-2 text-ink';
const AS_WORDS = {
  any: '任一角色',
  lead: '牵头',
  responsible: '写明的责任单位',
  collective: '集体指称成员',
} as const;

function Labelled({ label, className, children }: { label: string; className?: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the child
    <label className={`block min-w-0 text-sm text-mute ${className ?? ''}`}>
      <span className="mb-0.5 block">{label}</span>
      {children}
    </label>
  );
}

type Item = { value: string; label: string };

function Select({
  name,
  label,
  value,
  items,
  all = '全部',
  className,
}: {
  name: string;
  label: string;
  value: string;
  items: Item[];
  all?: string;
  className?: string;
}) {
  return (
    <Labelled label={label} className={className}>
      <select key={value} name={name} defaultValue={value} className={CONTROL}>
        <option value="">{all}</option>
        {items.map((item) => (
          <option key={item.value} value={item.value}>
            {item.label}
          </option>
        ))}
      </select>
    </Labelled>
  );
}

/** Several codes at once came by a link: they stand as one more entry, so that sending the form keeps them. */
function codeItems<T extends string>(codes: readonly T[], chosen: readonly T[], words: Record<T, string>): Item[] {
  const items = codes.map((code) => ({ value: code as string, label: words[code] }));
  if (chosen.length > 1)
    items.unshift({ value: chosen.join(','), label: chosen.map((code) => words[code]).join('、') });
  return items;
}

const choiceItems = (choices: Choice[]): Item[] =>
  choices.map((choice) => ({ value: String(choice.id), label: choice.name }));

type LedgerFilterProps = { filter: TaskFilter; choices: FilterChoices; asOf: string | null; offersMine: boolean };

/** The ledger's filter: a plain form that sends an address. */
export function LedgerFilter({ filter, choices, asOf, offersMine }: LedgerFilterProps) {
  const text = (value: number | null) => (value === null ? '' : String(value));
  const hasMore =
    [filter.region, filter.area, filter.measure, filter.group, filter.dueFrom, filter.dueTo].some((v) => v !== null) ||
    filter.own;
  const plans = choices.plans.map((plan) => ({
    value: String(plan.id),
    label: plan.isDraft ? `${plan.name}（草稿）` : plan.name,
  }));
  const hasOwnPlans = choices.plans.some((plan) => plan.isOwn);
  return (
    <search className="mb-3.5 block rounded-lg border border-line bg-card px-4 py-3 print:hidden">
      {/* On a telephone the tasks come first: the conditions fold away, also without JavaScript. */}
      <input type="checkbox" id="show-filter" className="peer sr-only sm:hidden" />
      <label htmlFor="show-filter" className="block text-accent peer-focus-visible:outline-2 sm:hidden">
        筛选条件 <span aria-hidden="true">▾</span>
      </label>
      <form method="get" action="/tasks" className="max-sm:mt-2 max-sm:hidden max-sm:peer-checked:block">
        {asOf ? <input type="hidden" name="asOf" value={asOf} /> : null}
        {filter.light.length > 0 ? <input type="hidden" name="light" value={filter.light.join(',')} /> : null}
        {filter.sort !== 'seq' || filter.dir !== 'asc' ? (
          <>
            <input type="hidden" name="sort" value={filter.sort} />
            <input type="hidden" name="dir" value={filter.dir} />
          </>
        ) : null}
        {filter.size === EMPTY_FILTER.size ? null : <input type="hidden" name="size" value={filter.size} />}
        {filter.mine === null ? null : <input type="hidden" name="mine" value={filter.mine ? '1' : '0'} />}
        <div className="grid grid-cols-2 items-end gap-x-3 gap-y-2 md:grid-cols-4 xl:grid-cols-[minmax(9rem,1.3fr)_minmax(10rem,2fr)_minmax(8rem,1.2fr)_minmax(7rem,1fr)_minmax(6rem,1fr)_minmax(6rem,1fr)_auto]">
          <Labelled label="任务、单位、进展" className="max-md:col-span-2">
            <input key={filter.q} type="search" name="q" defaultValue={filter.q} maxLength={100} className={CONTROL} />
          </Labelled>
          <Select
            name="plan"
            label={FILTER_LABELS.plan}
            value={text(filter.plan)}
            items={plans}
            className="max-md:col-span-2"
          />
          <Select name="unit" label={FILTER_LABELS.unit} value={text(filter.unit)} items={choiceItems(choices.units)} />
          <Select
            name="as"
            label="该单位作为"
            value={filter.as === 'any' ? '' : filter.as}
            items={(['lead', 'responsible', 'collective'] as const).map((value) => ({ value, label: AS_WORDS[value] }))}
            all={AS_WORDS.any}
          />
          <Select
            name="reason"
            label={FILTER_LABELS.reason}
            value={filter.reason.join(',')}
            items={codeItems<ReasonCode>(REASON_CODES, filter.reason, REASON_WORDS)}
          />
          <Select
            name="state"
            label={FILTER_LABELS.state}
            value={filter.state.join(',')}
            items={codeItems(STATE_CODES, filter.state, STATE_WORDS)}
          />
          <div className="flex items-center gap-2 max-md:col-span-2">
            <button type="submit" className={buttonClass('main', 'normal')}>
              筛选
            </button>
            <ButtonLink variant="link" href={taskFilterHref({ mine: offersMine ? filter.mine : null }, asOf)}>
              清除
            </ButtonLink>
          </div>
        </div>
        <details open={hasMore} className="mt-2">
          <summary className="inline-block rounded-sm text-sm text-accent underline decoration-accent/30 underline-offset-3">
            更多条件
          </summary>
          <div className="mt-2 grid grid-cols-2 items-end gap-x-3 gap-y-2 md:grid-cols-4 xl:grid-cols-6">
            {choices.regions.length > 1 ? (
              <Select
                name="region"
                label={FILTER_LABELS.region}
                value={text(filter.region)}
                items={choiceItems(choices.regions)}
              />
            ) : null}
            {choices.areas.length > 0 ? (
              <Select
                name="area"
                label={FILTER_LABELS.area}
                value={text(filter.area)}
                items={choiceItems(choices.areas)}
              />
            ) : null}
            {choices.measures.length > 0 ? (
              <Select
                name="measure"
                label={FILTER_LABELS.measure}
                value={text(filter.measure)}
                items={choiceItems(choices.measures)}
              />
            ) : null}
            {choices.groups.length > 0 ? (
              <Select
                name="group"
                label={FILTER_LABELS.group}
                value={text(filter.group)}
                items={choiceItems(choices.groups)}
              />
            ) : null}
            <Labelled label={FILTER_LABELS.dueFrom}>
              <input
                key={filter.dueFrom ?? ''}
                type="date"
                name="dueFrom"
                defaultValue={filter.dueFrom ?? ''}
                className={CONTROL}
              />
            </Labelled>
            <Labelled label={FILTER_LABELS.dueTo}>
              <input
                key={filter.dueTo ?? ''}
                type="date"
                name="dueTo"
                defaultValue={filter.dueTo ?? ''}
                className={CONTROL}
              />
            </Labelled>
            {hasOwnPlans ? (
              <label className="flex min-h-8.5 items-center gap-2">
                <input
                  key={String(filter.own)}
                  type="checkbox"
                  name="own"
                  value="1"
                  defaultChecked={filter.own}
                  className="size-3.5"
                />
                含部门自有方案
              </label>
            ) : null}
          </div>
          {choices.areas.length === 0 && choices.plans.length > 1 ? (
            <p className="mt-2 text-xs text-mute">选定方案后，可再按政策领域、改革举措和专项组筛选。</p>
          ) : null}
        </details>
      </form>
    </search>
  );
}

type Chip = { key: string; label: string; without: Partial<TaskFilter> };

function chipsOf(filter: TaskFilter, names: ResolvedFilter['names']): Chip[] {
  const chips: Chip[] = [];
  const add = (key: keyof TaskFilter, words: string, without: Partial<TaskFilter>) =>
    chips.push({ key, label: `${FILTER_LABELS[key]}：${words}`, without });
  if (names.region) add('region', names.region, { region: null });
  if (names.plan) add('plan', names.plan, { plan: null, area: null, measure: null, group: null });
  if (names.area) add('area', names.area, { area: null });
  if (names.measure) add('measure', names.measure, { measure: null });
  if (names.group) add('group', names.group, { group: null });
  if (names.unit)
    add('unit', filter.as === 'any' ? names.unit : `${names.unit}（${AS_WORDS[filter.as]}）`, {
      unit: null,
      as: 'any',
    });
  if (filter.state.length > 0) add('state', filter.state.map((code) => STATE_WORDS[code]).join('、'), { state: [] });
  if (filter.light.length > 0)
    add('light', filter.light.map((code: LightCode) => LIGHT_WORDS[code]).join('、'), { light: [] });
  if (filter.reason.length > 0)
    add('reason', filter.reason.map((code) => REASON_WORDS[code]).join('、'), { reason: [] });
  if (filter.dueFrom) add('dueFrom', filter.dueFrom, { dueFrom: null });
  if (filter.dueTo) add('dueTo', filter.dueTo, { dueTo: null });
  if (filter.q) add('q', filter.q, { q: '' });
  if (filter.own) chips.push({ key: 'own', label: '含部门自有方案', without: { own: false } });
  return chips;
}

/** The conditions in force, each with a way out. */
export function FilterChips({
  filter,
  names,
  asOf,
}: {
  filter: TaskFilter;
  names: ResolvedFilter['names'];
  asOf: string | null;
}) {
  const chips = chipsOf(filter, names);
  if (chips.length === 0) return null;
  return (
    <ul aria-label="已选条件" className="mb-3 flex flex-wrap gap-2 text-sm">
      {chips.map((chip) => (
        <li key={chip.key} className="inline-flex max-w-full items-center gap-1 rounded-sm bg-chip px-2 py-0.5">
          <span className="truncate">{chip.label}</span>
          <TextLink
            quiet
            href={taskFilterHref({ ...filter, page: 1, ...chip.without }, asOf)}
            aria-label={`去掉条件 ${chip.label}`}
            className="px-1 print:hidden"
          >
            ×
          </TextLink>
        </li>
      ))}
    </ul>
  );
}
