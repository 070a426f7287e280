import { Light } from '@/components/lights/light';
import { ageWords, deadlineReading, lateWords } from '@/components/tasks/task-words';
import { classes } from '@/components/ui/classes';
import { Highlight } from '@/components/ui/highlight';
import { CARD_CELL, CARD_HEAD, CARD_ROW, Table, Td, Th } from '@/components/ui/table';
import { TextLink } from '@/components/ui/text-link';
import { inactiveWords, STATE_WORDS } from '@/lib/standing/standing.words';
import { DEFAULT_DIRECTIONS, type TaskFilter, type TaskSort, taskFilterHref } from '@/lib/tasks/task.filter';
import type { TaskRow } from '@/lib/tasks/task.queries';

type LedgerTableProps = {
  rows: TaskRow[];
  filter: TaskFilter;
  /** The day where it is not today: links keep it. */
  asOf: string | null;
  /** Several plans are in view: each row names its own. */
  showsPlan: boolean;
  /** Rows have a box each, for what is done to many. */
  hasBoxes?: boolean;
};

function Caption({ children }: { children: string }) {
  return <span className="mr-1.5 text-mute sm:hidden">{children}</span>;
}

/** The ledger's rows, dense on a screen, cards on a telephone, a 台账 on paper. */
export function LedgerTable({ rows, filter, asOf, showsPlan, hasBoxes = false }: LedgerTableProps) {
  const sortBy = (sort: TaskSort) => {
    const isCurrent = filter.sort === sort;
    const dir = isCurrent ? (filter.dir === 'asc' ? 'desc' : 'asc') : DEFAULT_DIRECTIONS[sort];
    return {
      href: taskFilterHref({ ...filter, sort, dir, page: 1 }, asOf),
      direction: isCurrent ? (filter.dir === 'asc' ? ('ascending' as const) : ('descending' as const)) : null,
    };
  };
  const href = (id: number) => (asOf ? `/tasks/${id}?asOf=${asOf}` : `/tasks/${id}`);
  return (
    <Table
      label="任务台账"
      minWidth="sm:min-w-[47rem] max-xl:[&_td]:px-1.5 max-xl:[&_th]:px-1.5"
      note="研判按统计日当天计算。逾期天数至统计日（审核期间停在提交日）；累计逾期为历次逾期天数之和。最近进展为各单位中最近一次填报。"
    >
      <thead className={CARD_HEAD}>
        <tr>
          {hasBoxes ? (
            <Th className="w-px">
              <span className="sr-only">选择</span>
            </Th>
          ) : null}
          <Th sort={sortBy('light')} className="w-px">
            研判
          </Th>
          <Th sort={sortBy('seq')} num className="w-px">
            序号
          </Th>
          <Th>重点任务</Th>
          <Th sort={sortBy('unit')}>牵头单位</Th>
          <Th sort={sortBy('due')}>完成时限</Th>
          <Th sort={sortBy('late')} num>
            逾期/剩余
          </Th>
          <Th sort={sortBy('reported')}>最近进展</Th>
        </tr>
      </thead>
      <tbody className="max-sm:block">
        {rows.map((row) => (
          <LedgerRow
            key={row.id}
            row={row}
            href={href(row.id)}
            query={filter.q}
            showsPlan={showsPlan}
            asOf={asOf}
            hasBox={hasBoxes}
          />
        ))}
      </tbody>
    </Table>
  );
}

const LATE_TONES = { red: 'font-semibold text-red', amber: 'font-semibold text-amber', mute: 'text-mute' };

function LedgerRow({
  row,
  href,
  query,
  showsPlan,
  asOf,
  hasBox,
}: {
  row: TaskRow;
  href: string;
  query: string;
  showsPlan: boolean;
  asOf: string | null;
  hasBox: boolean;
}) {
  const late = lateWords(row);
  const report = row.lastReport;
  return (
    <tr className={CARD_ROW}>
      {hasBox ? (
        <Td className={classes(CARD_CELL, 'max-sm:float-left max-sm:mr-2')}>
          {/* Nothing is done to a task of an archived plan. */}
          {row.isArchived ? null : (
            <input
              type="checkbox"
              name="tasks"
              value={row.id}
              aria-label={`选择第 ${row.seq} 项`}
              className="size-4 align-middle"
            />
          )}
        </Td>
      ) : null}
      <Td nowrap className={classes(CARD_CELL, 'max-sm:float-left max-sm:mr-3')}>
        <Light light={row.light} reason={row.reason}>
          {inactiveWords(row)}
        </Light>
        {row.state === 'UNDER_REVIEW' ? (
          <span className="block text-xs text-mute max-sm:ml-2 max-sm:inline">{STATE_WORDS.UNDER_REVIEW}</span>
        ) : null}
      </Td>
      <Td num mute className={CARD_CELL}>
        <span className="sm:hidden">第 </span>
        {row.seq}
        <span className="sm:hidden"> 项</span>
      </Td>
      <Th scope="row" className={classes(CARD_CELL, 'sm:w-[36%] sm:min-w-40 xl:min-w-48 max-sm:clear-left')}>
        <TextLink quiet href={href}>
          <Highlight text={row.text} query={query} />
        </TextLink>
        <span className="block text-xs text-mute">
          {[
            showsPlan ? row.planTitle : null,
            row.areaHeading,
            row.measureHeading === row.areaHeading ? null : row.measureHeading,
            row.groupName,
          ]
            .filter((words): words is string => words !== null)
            .map((words, index) => (
              <span key={words}>
                {index > 0 ? ' · ' : ''}
                <Highlight text={words} query={query} />
              </span>
            ))}
        </span>
      </Th>
      <Td className={classes(CARD_CELL, 'sm:min-w-20 xl:min-w-24')}>
        <Caption>牵头</Caption>
        {row.leads.length === 0
          ? '—'
          : row.leads.map((lead, index) => (
              <span key={`${lead.unitId}-${lead.name}`}>
                {index > 0 ? '、' : ''}
                {lead.unitId === null ? (
                  <Highlight text={lead.name} query={query} />
                ) : (
                  <TextLink
                    quiet
                    href={asOf ? `/units/${lead.unitId}?asOf=${asOf}` : `/units/${lead.unitId}`}
                    className="text-ink"
                  >
                    <Highlight text={lead.name} query={query} />
                  </TextLink>
                )}
              </span>
            ))}
      </Td>
      <Td className={classes(CARD_CELL, 'sm:min-w-24 xl:min-w-28')}>
        <Caption>时限</Caption>
        {row.deadlineText === '' ? <span className="text-mute">（未写）</span> : row.deadlineText}
        <span className="block text-xs text-mute max-sm:ml-2 max-sm:inline">
          {deadlineReading(row)}
          {row.originalDueOn !== null && row.dueOn !== row.originalDueOn ? `（原 ${row.originalDueOn}）` : ''}
        </span>
      </Td>
      <Td num className={classes(CARD_CELL, LATE_TONES[late.tone], late.text === '—' && 'max-sm:hidden')}>
        {late.text}
        {late.note ? (
          <span className="block text-xs font-normal whitespace-normal text-mute max-sm:ml-2 max-sm:inline">
            {late.note}
          </span>
        ) : null}
      </Td>
      <Td className={classes(CARD_CELL, 'sm:min-w-24 sm:max-w-72 xl:min-w-28')}>
        <Caption>最近进展</Caption>
        {report === null ? (
          <span className={row.missedCycles > 0 ? 'font-semibold' : 'text-mute'}>
            {row.missedCycles > 1 ? '连续未报' : row.missedCycles === 1 ? '上周期未报' : '尚无填报'}
          </span>
        ) : (
          <>
            <span className="whitespace-nowrap">{report.on}</span>
            <span className="text-mute"> · {ageWords(report.ageDays)}</span>
            {report.kind === 'RESULT' ? <span> · 申请办结</span> : null}
            {report.percent !== null ? <span> · {report.percent}%</span> : null}
            {report.isBackfill ? <span> · 补录</span> : null}
            {report.isReturned ? <span className="text-red"> · 已退回</span> : null}
            <span className="block text-xs text-mute">
              {report.unitName}
              {report.excerpt ? (
                <>
                  <span className="sm:max-xl:hidden">：</span>
                  <span className="sm:line-clamp-2 sm:max-xl:hidden">
                    <Highlight text={report.excerpt} query={query} />
                  </span>
                </>
              ) : null}
            </span>
          </>
        )}
      </Td>
    </tr>
  );
}
