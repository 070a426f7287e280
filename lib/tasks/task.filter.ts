import { z } from 'zod';
import { type Day, isPlausibleDay } from '@/lib/dates';
import {
  LIGHT_CODES,
  type LightCode,
  REASON_CODES,
  type ReasonCode,
  STATE_CODES,
  type StateCode,
} from '@/lib/standing/standing.types';
import { cleanText, truncate } from '@/lib/text';

/** The address of the ledger, /tasks?…: read and printed here alone. Pure. */

export const UNIT_ROLES = ['any', 'lead', 'responsible', 'collective'] as const;
export type UnitRole = (typeof UNIT_ROLES)[number];
export const TASK_SORTS = ['seq', 'due', 'late', 'unit', 'light', 'reported'] as const;
export type TaskSort = (typeof TASK_SORTS)[number];
export const TASK_PAGE_SIZES = [25, 50, 100] as const;
const DIRECTIONS = ['asc', 'desc'] as const;
export type Direction = (typeof DIRECTIONS)[number];

export type TaskFilter = {
  /** The region whose plans are looked at. */
  region: number | null;
  plan: number | null;
  area: number | null;
  measure: number | null;
  unit: number | null;
  /** In which role `unit` stands on the task. */
  as: UnitRole;
  /** Id of a work group. */
  group: number | null;
  state: StateCode[];
  light: LightCode[];
  reason: ReasonCode[];
  /** Bounds of the date in force on the day asked for, both included. */
  dueFrom: Day | null;
  dueTo: Day | null;
  q: string;
  sort: TaskSort;
  dir: Direction;
  page: number;
  size: number;
  /** Only tasks of the viewer's own units; false: said outright, so that no default takes its place. */
  mine: boolean | null;
  /** Bureaus' own plans too. */
  own: boolean;
};

export const DEFAULT_DIRECTIONS: Record<TaskSort, Direction> = {
  seq: 'asc',
  due: 'asc',
  late: 'desc',
  unit: 'asc',
  light: 'asc',
  reported: 'desc',
};

export const EMPTY_FILTER: TaskFilter = {
  region: null,
  plan: null,
  area: null,
  measure: null,
  unit: null,
  as: 'any',
  group: null,
  state: [],
  light: [],
  reason: [],
  dueFrom: null,
  dueTo: null,
  q: '',
  sort: 'seq',
  dir: 'asc',
  page: 1,
  size: 50,
  mine: null,
  own: false,
};

export type FilterParams = Record<string, string | string[] | undefined>;
export type ParsedFilter = {
  filter: TaskFilter;
  /** What was dropped, in words for the reader. */
  notices: string[];
  /** No value of the ledger's own vocabulary in the address (the day is not one). */
  isBare: boolean;
};

export const FILTER_LABELS = {
  region: '地区',
  plan: '方案',
  area: '政策领域',
  measure: '改革举措',
  unit: '单位',
  as: '单位角色',
  group: '专项组',
  state: '状态',
  light: '亮灯',
  reason: '研判',
  dueFrom: '完成时限起',
  dueTo: '完成时限止',
  q: '关键词',
  sort: '排序',
  dir: '排序方向',
  page: '页码',
  size: '每页条数',
  mine: '本单位任务',
  own: '部门自有方案',
} as const satisfies Record<keyof TaskFilter, string>;

const idSchema = z
  .string()
  .regex(/^[1-9]\d{0,9}$/)
  .transform(Number)
  .pipe(z.int().max(2147483647));
const pageSchema = z
  .string()
  .regex(/^[1-9]\d{0,8}$/)
  .transform(Number);
const flagSchema = z.enum(['0', '1']).transform((value) => value === '1');
const daySchema = z.string().refine(isPlausibleDay);
const sizeSchema = z.enum(TASK_PAGE_SIZES.map(String) as [string, ...string[]]).transform((value) => Number(value));

/** Reads an address. A malformed value is dropped and named in a notice; an empty one (a form's unused field) says nothing. */
export function parseTaskFilter(params: FilterParams): ParsedFilter {
  const notices: string[] = [];
  const filter: TaskFilter = { ...EMPTY_FILTER, state: [], light: [], reason: [] };
  const given = (key: keyof TaskFilter): string[] => {
    const value = params[key];
    return (Array.isArray(value) ? value : [value]).filter(
      (v): v is string => typeof v === 'string' && v.trim() !== '',
    );
  };
  const drop = (key: keyof TaskFilter, value: string) =>
    notices.push(`${FILTER_LABELS[key]}“${truncate(cleanText(value), 20)}”无法识别，已忽略。`);
  const one = <T>(key: keyof TaskFilter, schema: z.ZodType<T>): T | undefined => {
    const value = given(key).at(-1);
    if (value === undefined) return undefined;
    const parsed = schema.safeParse(value);
    if (!parsed.success) drop(key, value);
    return parsed.data;
  };
  const many = <T extends string>(key: keyof TaskFilter, codes: readonly T[]): T[] => {
    const values = given(key)
      .flatMap((value) => value.split(','))
      .filter((value) => value !== '');
    for (const value of values) if (!(codes as readonly string[]).includes(value)) drop(key, value);
    return codes.filter((code) => values.includes(code));
  };

  filter.region = one('region', idSchema) ?? null;
  filter.plan = one('plan', idSchema) ?? null;
  filter.area = one('area', idSchema) ?? null;
  filter.measure = one('measure', idSchema) ?? null;
  filter.unit = one('unit', idSchema) ?? null;
  filter.group = one('group', idSchema) ?? null;
  filter.as = one('as', z.enum(UNIT_ROLES)) ?? 'any';
  filter.state = many('state', STATE_CODES);
  filter.light = many('light', LIGHT_CODES);
  filter.reason = many('reason', REASON_CODES);
  filter.dueFrom = one('dueFrom', daySchema) ?? null;
  filter.dueTo = one('dueTo', daySchema) ?? null;
  filter.q = truncate(cleanText(given('q').at(-1) ?? '').replace(/\s+/gu, ' '), 100);
  filter.sort = one('sort', z.enum(TASK_SORTS)) ?? 'seq';
  filter.dir = one('dir', z.enum(DIRECTIONS)) ?? DEFAULT_DIRECTIONS[filter.sort];
  filter.page = one('page', pageSchema) ?? 1;
  filter.size = one('size', sizeSchema) ?? EMPTY_FILTER.size;
  filter.mine = one('mine', flagSchema) ?? null;
  filter.own = one('own', flagSchema) ?? false;

  if (filter.dueFrom && filter.dueTo && filter.dueFrom > filter.dueTo) {
    notices.push(`完成时限的起日 ${filter.dueFrom} 晚于止日 ${filter.dueTo}，没有任务会符合。`);
  }
  const isBare = (Object.keys(FILTER_LABELS) as (keyof TaskFilter)[]).every((key) => given(key).length === 0);
  return { filter, notices, isBare };
}

/** The words of a search, each of which a task must show. */
export function searchWords(q: string): string[] {
  return q.split(' ').filter(Boolean).slice(0, 8);
}

/** Every value that is not the default, in a fixed order. */
export function printTaskFilter(filter: Partial<TaskFilter>): [string, string][] {
  const f: TaskFilter = { ...EMPTY_FILTER, ...filter };
  const dir = filter.dir ?? DEFAULT_DIRECTIONS[f.sort];
  const pairs: [string, string | null][] = [
    ['region', f.region === null ? null : String(f.region)],
    ['plan', f.plan === null ? null : String(f.plan)],
    ['area', f.area === null ? null : String(f.area)],
    ['measure', f.measure === null ? null : String(f.measure)],
    ['unit', f.unit === null ? null : String(f.unit)],
    ['as', f.as === 'any' ? null : f.as],
    ['group', f.group === null ? null : String(f.group)],
    ['state', f.state.join(',')],
    ['light', f.light.join(',')],
    ['reason', f.reason.join(',')],
    ['dueFrom', f.dueFrom],
    ['dueTo', f.dueTo],
    ['q', f.q],
    ['sort', f.sort === 'seq' && dir === 'asc' ? null : f.sort],
    ['dir', dir === DEFAULT_DIRECTIONS[f.sort] ? null : dir],
    ['page', f.page === 1 ? null : String(f.page)],
    ['size', f.size === EMPTY_FILTER.size ? null : String(f.size)],
    ['mine', f.mine === null ? null : f.mine ? '1' : '0'],
    ['own', f.own ? '1' : null],
  ];
  return pairs.filter((pair): pair is [string, string] => pair[1] !== null && pair[1] !== '');
}

/** The address of the ledger under a filter; `asOf` only where the day is not today. */
export function taskFilterHref(filter: Partial<TaskFilter>, asOf: Day | null = null): string {
  const pairs = printTaskFilter(filter);
  if (asOf) pairs.push(['asOf', asOf]);
  const query = new URLSearchParams(pairs).toString().replaceAll('%2C', ',');
  return query ? `/tasks?${query}` : '/tasks';
}
