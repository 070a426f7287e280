import type { ReactNode } from 'react';
import { Light } from '@/components/lights/light';
import { classes } from '@/components/ui/classes';
import { CARD_CELL, CARD_HEAD, CARD_ROW, CARD_SEQ, Table, Td, Th } from '@/components/ui/table';
import { TextLink } from '@/components/ui/text-link';
import type { LastReport, TaskLine } from '@/lib/dashboards/task-line';
import { type Day, daysBetween } from '@/lib/dates';
import { truncate } from '@/lib/text';

/** The day kept on a link, where the page shows another day than today. */
export function withDay(href: string, asOf: Day | null): string {
  return asOf === null ? href : `${href}${href.includes('?') ? '&' : '?'}asOf=${asOf}`;
}

export function TaskLink({ line, asOf, limit = 60 }: { line: TaskLine; asOf: Day | null; limit?: number }) {
  return (
    <TextLink
      quiet
      href={withDay(`/tasks/${line.taskId}`, asOf)}
      title={line.text.length > limit ? line.text : undefined}
    >
      {truncate(line.text, limit)}
    </TextLink>
  );
}

export function Leads({ line, asOf }: { line: TaskLine; asOf: Day | null }) {
  if (line.leads.length === 0) return <span className="text-mute">{line.leadText}</span>;
  return (
    <>
      {line.leads.map((lead, index) => (
        <span key={lead.id}>
          {index > 0 ? '、' : ''}
          <TextLink quiet href={withDay(`/units/${lead.id}`, asOf)} className="text-ink">
            {lead.name}
          </TextLink>
        </span>
      ))}
    </>
  );
}

export function LastReportWords({ report, day }: { report: LastReport | null; day: Day }) {
  if (report === null) return <span className="text-red">从未填报</span>;
  const age = daysBetween(report.on, day);
  return (
    <>
      <span className="whitespace-nowrap">
        {report.on}{' '}
        <span className="text-xs text-mute">
          （{age === 0 ? '当日' : `${age} 天前`}
          {report.isBackfill ? '，补录' : ''}）
        </span>
      </span>
      <span className="block text-sm text-mute">
        {report.isReturned ? (
          <span className="text-red">{report.narrative === null ? '已退回' : '已退回：'}</span>
        ) : null}
        {report.narrative === null ? null : truncate(report.narrative, 40)}
      </span>
    </>
  );
}

type LineListProps = {
  lines: readonly TaskLine[];
  asOf: Day | null;
  /** What stands at the left of a line, e.g. a date. */
  before?: (line: TaskLine) => ReactNode;
  /** What stands beneath the task, e.g. its leads. */
  below?: (line: TaskLine) => ReactNode;
  /** Characters of a task shown. */
  limit?: number;
  /** What stands at the right, e.g. the lead. */
  after?: (line: TaskLine) => ReactNode;
};

/** A few tasks inside a card. On a narrow screen the task has a line of its own. */
export function LineList({ lines, asOf, before, after, below, limit = 44 }: LineListProps) {
  return (
    <ul className="divide-y divide-line-soft">
      {lines.map((line) => (
        <li key={line.taskId} className="flex flex-wrap items-baseline gap-x-3 py-1.5 sm:flex-nowrap">
          {before ? <span className="shrink-0 whitespace-nowrap text-mute">{before(line)}</span> : null}
          <span className="min-w-0 flex-1 max-sm:basis-full max-sm:-order-1">
            <TaskLink line={line} asOf={asOf} limit={limit} />
            {below ? <span className="block text-sm text-mute">{below(line)}</span> : null}
          </span>
          {after ? <span className="shrink-0 text-sm text-mute">{after(line)}</span> : null}
        </li>
      ))}
    </ul>
  );
}

type OverdueTableProps = {
  label: string;
  rows: readonly { key: string; heading?: ReactNode; line: TaskLine }[];
  day: Day;
  asOf: Day | null;
  kind: 'overdue' | 'lapsed';
  showsPlan: boolean;
  showsMeasure?: boolean;
  note?: ReactNode;
};

/** Overdue or lapsed tasks with what was last heard of them; a heading stands before the first row of its group. */
export function OverdueTable({ label, rows, day, asOf, kind, showsPlan, showsMeasure, note }: OverdueTableProps) {
  const columns = 6 + (showsPlan ? 1 : 0);
  return (
    <Table label={label} minWidth={showsPlan ? 'sm:min-w-[54rem]' : 'sm:min-w-[46rem]'} note={note}>
      <thead className={CARD_HEAD}>
        <tr>
          <Th>研判</Th>
          <Th num>序号</Th>
          <Th className="w-2/5">重点任务</Th>
          {showsPlan ? <Th>方案</Th> : null}
          <Th>牵头单位</Th>
          <Th>{kind === 'overdue' ? '完成时限' : '断报自'}</Th>
          <Th className="w-1/4">最近进展</Th>
        </tr>
      </thead>
      {groupsOf(rows).map((group) => (
        <tbody key={group.key} className="max-sm:block">
          {group.heading ? (
            <tr className="bg-ground max-sm:block">
              <th
                scope="rowgroup"
                colSpan={columns}
                className="border-y border-line px-2 py-1.5 text-left font-semibold max-sm:block"
              >
                {group.heading}
              </th>
            </tr>
          ) : null}
          {group.rows.map(({ key, line }) => (
            <tr key={key} className={CARD_ROW}>
              <Td nowrap className={classes(CARD_CELL, 'max-sm:float-left max-sm:mr-3')}>
                <Light light={line.light} reason={line.reason}>
                  {kind === 'overdue' ? `逾期 ${-(line.daysLeft ?? 0)} 天` : undefined}
                </Light>
                {line.reason === 'ISSUED_PAST_DUE' ? (
                  <span className="block text-xs text-mute max-sm:ml-2 max-sm:inline">印发时已过时限</span>
                ) : null}
              </Td>
              <Td num mute className={classes(CARD_CELL, CARD_SEQ)}>
                {line.seq}
              </Td>
              <Td className={classes(CARD_CELL, 'max-sm:clear-left')}>
                <TaskLink line={line} asOf={asOf} limit={72} />
                {showsMeasure && line.measureHeading ? (
                  <span className="block text-xs text-mute">{truncate(line.measureHeading, 40)}</span>
                ) : null}
              </Td>
              {showsPlan ? (
                <Td className={classes(CARD_CELL, 'text-sm sm:min-w-32')} data-caption="方案">
                  <TextLink quiet href={withDay(`/plans/${line.planId}`, asOf)} className="text-mute">
                    {truncate(line.planTitle, 24)}
                  </TextLink>
                </Td>
              ) : null}
              <Td className={classes(CARD_CELL, 'sm:min-w-28')} data-caption="牵头">
                <Leads line={line} asOf={asOf} />
              </Td>
              <Td className={classes(CARD_CELL, 'sm:min-w-28')} data-caption={kind === 'overdue' ? '时限' : '断报自'}>
                {kind === 'overdue' ? (
                  <>
                    <span className="whitespace-nowrap">{line.dueOn}</span>
                    <span className="block text-xs text-mute max-sm:ml-2 max-sm:inline">{line.deadlineText}</span>
                  </>
                ) : (
                  <span className="whitespace-nowrap">{line.missedSinceOn ?? '—'}</span>
                )}
              </Td>
              <Td className={CARD_CELL} data-caption="最近进展">
                <LastReportWords report={line.lastReport} day={day} />
              </Td>
            </tr>
          ))}
        </tbody>
      ))}
    </Table>
  );
}

function groupsOf(rows: OverdueTableProps['rows']) {
  const groups: { key: string; heading?: ReactNode; rows: OverdueTableProps['rows'][number][] }[] = [];
  for (const row of rows) {
    const current = groups.at(-1);
    if (!current || row.heading !== undefined) groups.push({ key: row.key, heading: row.heading, rows: [row] });
    else current.rows.push(row);
  }
  return groups;
}
