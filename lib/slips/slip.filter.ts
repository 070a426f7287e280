import { STATUS_WORDS } from './slip.rules';
import { SLIP_STATUSES, type SlipStatus, type Tier } from './slip.schema';

/** An issuing office: of a region (r3) or of a bureau with a plan of its own (u17). */
export type OfficeKey = `r${number}` | `u${number}`;

/** The address of /slips: read and printed here alone. Pure. */
export type SlipFilter = {
  /** Whose slips: an office's by its key, everybody's; null: those of the viewer's own office and those sent to it. */
  office: OfficeKey | 'all' | null;
  tier: Tier | null;
  status: SlipStatus | null;
  unit: number | null;
  /** Only those whose reply is overdue. */
  overdue: boolean;
  /** Only those the viewer is to do something about. */
  waiting: boolean;
  page: number;
};
type SlipParams = Record<string, string | string[] | undefined>;

export const SLIP_PAGE_SIZE = 50;
const LABELS = {
  from: '发文单位',
  tier: '督办层级',
  status: '状态',
  unit: '单位',
  overdue: '逾期未回复',
  waiting: '待办理',
  page: '页码',
} as const;

/** A malformed value is dropped and named in a notice. */
export function parseSlipFilter(params: SlipParams): { filter: SlipFilter; notices: string[] } {
  const notices: string[] = [];
  const read = <T>(key: keyof typeof LABELS, parse: (text: string) => T | null): T | null => {
    const given = params[key];
    const text = Array.isArray(given) ? given.at(-1) : given;
    if (text === undefined || text === '') return null;
    const value = parse(text);
    if (value === null) notices.push(`${LABELS[key]}“${text.slice(0, 20)}”无法识别，已忽略。`);
    return value;
  };
  const id = (text: string) => (/^[1-9]\d{0,9}$/.test(text) && Number(text) <= 2147483647 ? Number(text) : null);
  return {
    filter: {
      office: read('from', (text) =>
        text === 'all' || (/^[ru]/.test(text) && id(text.slice(1)) !== null) ? (text as OfficeKey | 'all') : null,
      ),
      tier: read('tier', (text) => (/^[123]$/.test(text) ? (Number(text) as Tier) : null)),
      status: read('status', (text) => SLIP_STATUSES.find((status) => status === text) ?? null),
      unit: read('unit', id),
      overdue: read('overdue', (text) => (text === '1' ? true : null)) ?? false,
      waiting: read('waiting', (text) => (text === '1' ? true : null)) ?? false,
      page: read('page', (text) => (/^[1-9]\d{0,5}$/.test(text) ? Number(text) : null)) ?? 1,
    },
    notices,
  };
}

export function slipFilterHref(filter: Partial<SlipFilter>, asOf: string | null): string {
  const params = new URLSearchParams();
  if (filter.office) params.set('from', filter.office);
  if (filter.tier) params.set('tier', String(filter.tier));
  if (filter.status) params.set('status', filter.status);
  if (filter.unit) params.set('unit', String(filter.unit));
  if (filter.overdue) params.set('overdue', '1');
  if (filter.waiting) params.set('waiting', '1');
  if (filter.page && filter.page > 1) params.set('page', String(filter.page));
  if (asOf) params.set('asOf', asOf);
  return params.size > 0 ? `/slips?${params}` : '/slips';
}

export const STATUS_OPTIONS = SLIP_STATUSES.map((status) => ({ value: status, label: STATUS_WORDS[status] }));

/** What /slips/new?plan=&unit=&tasks=&tier= asks for. */
export type DraftWish = { planId: number | null; unitId: number | null; taskIds: number[]; tier: Tier | null };

/** A malformed value is dropped and named in a notice. Pure. */
export function parseDraftWish(params: SlipParams): { wish: DraftWish; notices: string[] } {
  const notices: string[] = [];
  const given = (key: string): string[] => {
    const value = params[key];
    return (Array.isArray(value) ? value : [value ?? '']).flatMap((one) => one.split(',')).filter((one) => one !== '');
  };
  const ids = (key: string, label: string) =>
    given(key).flatMap((text) => {
      if (/^[1-9]\d{0,9}$/.test(text) && Number(text) <= 2147483647) return [Number(text)];
      notices.push(`${label}“${text.slice(0, 20)}”无法识别，已忽略。`);
      return [];
    });
  const tier = given('tier').at(-1);
  if (tier !== undefined && !/^[123]$/.test(tier)) notices.push(`督办层级“${tier.slice(0, 20)}”无法识别，已忽略。`);
  return {
    wish: {
      planId: ids('plan', '方案').at(-1) ?? null,
      unitId: ids('unit', '单位').at(-1) ?? null,
      taskIds: [...new Set(ids('tasks', '任务'))],
      tier: tier !== undefined && /^[123]$/.test(tier) ? (Number(tier) as Tier) : null,
    },
    notices,
  };
}
