import type { ReactNode } from 'react';
import { Lamp } from '@/components/lights/lamp';
import { classes } from '@/components/ui/classes';
import { type SortDirection, Table, Td, Th } from '@/components/ui/table';
import { TextLink } from '@/components/ui/text-link';
import {
  type BoardColumn,
  completionRate,
  countOf,
  formatRate,
  heatLevel,
  onTimeRate,
  type StandingCounts,
  totalOf,
} from '@/lib/dashboards/figures';
import type { LightCode } from '@/lib/standing/standing.types';

const HEAT: Record<LightCode, readonly [string, string, string]> = {
  RED: ['bg-red-1', 'bg-red-2', 'bg-red-3'],
  YELLOW: ['bg-amber-1', 'bg-amber-2', 'bg-amber-3'],
  GREEN: ['bg-green-1', 'bg-green-2', 'bg-green-3'],
  BLUE: ['bg-blue-1', 'bg-blue-2', 'bg-blue-3'],
  NONE: ['bg-chip', 'bg-chip', 'bg-chip'],
};

export type HeatRow = {
  key: number | string;
  name: string;
  /** Page of the thing itself. */
  href?: string;
  /** Small print after the name. */
  aside?: string | null;
  counts: StandingCounts;
  rank?: number | null;
  /** Further figures, in the order of `extras`. */
  extras?: ReactNode[];
  /** The ledger behind a column; undefined: the figure is no link. */
  hrefFor: (column: BoardColumn | null) => string | undefined;
};

export type HeatSort = { key: string; direction: SortDirection; hrefFor: (key: string) => string };

type HeatTableProps = {
  label: string;
  head: string;
  columns: readonly BoardColumn[];
  rows: readonly HeatRow[];
  /** Each task once. */
  total?: { label: string; counts: StandingCounts; extras?: ReactNode[]; hrefFor: HeatRow['hrefFor'] };
  extras?: { key: string; label: string }[];
  showsRank?: boolean;
  showsCompletion?: boolean;
  /** False where the rate is not by leads. */
  showsOnTime?: boolean;
  sort?: HeatSort;
  note?: ReactNode;
  minWidth?: string;
};

function Figure({ value, href, label }: { value: number; href?: string; label: string }) {
  if (value === 0) return <span className="sr-only">0</span>;
  if (!href) return value;
  return (
    <TextLink quiet href={href} aria-label={`${label} ${value} 项`} className="block text-ink">
      {value}
    </TextLink>
  );
}

/** Tasks by light for units, areas, measures or groups: the darker a cell, the larger its share of the column. */
export function HeatTable({
  label,
  head,
  columns,
  rows,
  total,
  extras = [],
  showsRank,
  showsCompletion,
  showsOnTime = true,
  sort,
  note,
  minWidth = 'min-w-[44rem]',
}: HeatTableProps) {
  const greatest = new Map(
    columns.map((column) => [column.key, Math.max(0, ...rows.map((row) => countOf(row.counts, column.reasons)))]),
  );
  const sortOf = (key: string) =>
    sort ? { href: sort.hrefFor(key), direction: sort.key === key ? sort.direction : null } : undefined;
  return (
    <Table label={label} minWidth={minWidth} note={note}>
      <thead>
        <tr>
          <Th sort={sortOf('order')} className="w-1/3">
            {head}
          </Th>
          {columns.map((column) => (
            <Th key={column.key} center sort={sortOf(column.key)} className="max-xl:px-1">
              <span className="inline-flex items-center gap-1">
                <Lamp light={column.light} reason={column.reasons[0]} className="size-2.5 max-xl:hidden" />
                {column.label}
              </span>
            </Th>
          ))}
          <Th num sort={sortOf('total')}>
            合计
          </Th>
          {extras.map((extra) => (
            <Th key={extra.key} num sort={sortOf(extra.key)}>
              {extra.label}
            </Th>
          ))}
          {showsCompletion ? (
            <Th num sort={sortOf('completion')}>
              完成率
            </Th>
          ) : null}
          {showsOnTime ? (
            <Th num sort={sortOf('onTime')}>
              按期办结率
            </Th>
          ) : null}
          {showsRank ? (
            <Th num sort={sortOf('rank')}>
              排名
            </Th>
          ) : null}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.key}>
            <Th scope="row" className="min-w-36">
              {row.href ? (
                <TextLink quiet href={row.href}>
                  {row.name}
                </TextLink>
              ) : (
                row.name
              )}
              {row.aside ? <span className="ml-1.5 text-xs text-mute">{row.aside}</span> : null}
            </Th>
            {columns.map((column) => {
              const value = countOf(row.counts, column.reasons);
              const level = heatLevel(value, greatest.get(column.key) ?? 0);
              return (
                <Td
                  key={column.key}
                  center
                  className={classes(
                    'print-colour border-r border-r-white',
                    level > 0 ? HEAT[column.light][level - 1] : null,
                  )}
                >
                  <Figure value={value} href={row.hrefFor(column)} label={`${row.name}${column.label}`} />
                </Td>
              );
            })}
            <Td num className="font-semibold">
              <Figure value={totalOf(row.counts)} href={row.hrefFor(null)} label={`${row.name}合计`} />
            </Td>
            {extras.map((extra, index) => (
              <Td key={extra.key} num>
                {row.extras?.[index]}
              </Td>
            ))}
            {showsCompletion ? <Td num>{formatRate(completionRate(row.counts))}</Td> : null}
            {showsOnTime ? <Td num>{formatRate(onTimeRate(row.counts))}</Td> : null}
            {showsRank ? <Td num>{row.rank ?? '—'}</Td> : null}
          </tr>
        ))}
      </tbody>
      {total ? (
        <tfoot>
          <tr className="font-semibold [&>*]:border-t [&>*]:border-line">
            <Th scope="row" className="font-semibold">
              {total.label}
            </Th>
            {columns.map((column) => (
              <Td key={column.key} center>
                <Figure
                  value={countOf(total.counts, column.reasons)}
                  href={total.hrefFor(column)}
                  label={`${total.label}${column.label}`}
                />
              </Td>
            ))}
            <Td num>
              <Figure value={totalOf(total.counts)} href={total.hrefFor(null)} label={total.label} />
            </Td>
            {extras.map((extra, index) => (
              <Td key={extra.key} num>
                {total.extras?.[index]}
              </Td>
            ))}
            {showsCompletion ? <Td num>{formatRate(completionRate(total.counts))}</Td> : null}
            {showsOnTime ? <Td num>{formatRate(onTimeRate(total.counts))}</Td> : null}
            {showsRank ? <Td /> : null}
          </tr>
        </tfoot>
      ) : null}
    </Table>
  );
}
