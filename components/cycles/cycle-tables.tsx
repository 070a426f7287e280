import { GraceDay } from '@/components/cycles/grace-day';
import { withDay } from '@/components/dashboards/task-lines';
import { Badge } from '@/components/ui/badge';
import { Table, Td, Th } from '@/components/ui/table';
import { TextLink } from '@/components/ui/text-link';
import type {
  CycleDetail,
  CycleFigures,
  CycleLine,
  CycleRow,
  OwnCycleTask,
} from '@/lib/dashboards/plan-cycles.queries';
import { type Day, daysBetween } from '@/lib/dates';
import { taskCycleWords } from '@/lib/tasks/task-cycle.schema';
import { truncate } from '@/lib/text';

export const OWED_NOTE =
  '应报：截止日日终任务为未启动、推进中或已达标转长期（未截止的周期按统计日）；待审核、已办结、已取消的任务和补录之前截止的周期不计。任一牵头单位的进展或办结申请未被退回、撤回即为已报；宽限期满后才报的为补报。每项任务计一次。';

type CyclesTableProps = {
  planId: number;
  cycles: CycleFigures[];
  asOf: Day | null;
  /** The plan is archived: nothing runs any more. */
  isArchived?: boolean;
};

/** The cycles that have begun, newest first, with who reported. */
export function CyclesTable({ planId, cycles, asOf, isArchived = false }: CyclesTableProps) {
  return (
    <Table label="各期填报情况" minWidth="sm:min-w-[48rem]" note={OWED_NOTE}>
      <thead>
        <tr>
          <Th>周期</Th>
          <Th className="max-sm:hidden">起</Th>
          <Th className="max-sm:hidden">截止</Th>
          <Th className="max-sm:hidden">宽限期至</Th>
          <Th num>应报</Th>
          <Th num>按期已报</Th>
          <Th num>补报</Th>
          <Th num>未报</Th>
        </tr>
      </thead>
      <tbody>
        {cycles.map((cycle) => (
          <tr key={cycle.id}>
            <Th scope="row" className="sm:whitespace-nowrap">
              <TextLink href={withDay(`/plans/${planId}/cycles/${cycle.id}`, asOf)}>{cycle.label}</TextLink>
              {cycle.isClosed ? null : (
                <Badge className="ml-2 max-sm:ml-0">{isArchived ? '归档时未截止' : '进行中'}</Badge>
              )}
              {cycle.isClosed && !cycle.isOver ? (
                <Badge className="ml-2 max-sm:ml-0">{isArchived ? '归档时宽限期未满' : '宽限期内'}</Badge>
              ) : null}
            </Th>
            <Td nowrap className="max-sm:hidden">
              {cycle.startsOn}
            </Td>
            <Td nowrap className="max-sm:hidden">
              {cycle.closesOn}
            </Td>
            <Td className="max-sm:hidden">
              <GraceDay day={cycle.graceEndsOn} doubt={cycle.doubt} />
            </Td>
            <Td num>{cycle.owed}</Td>
            <Td num>{cycle.reported - cycle.late}</Td>
            <Td num className={cycle.late > 0 ? 'text-amber' : undefined}>
              {cycle.late}
            </Td>
            <Td num className={cycle.isOver && cycle.open > 0 ? 'text-red' : undefined}>
              {cycle.open}
            </Td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

type ComingTableProps = {
  cycles: Pick<CycleLine, 'label' | 'startsOn' | 'closesOn' | 'graceEndsOn' | 'doubt'>[];
  label: string;
};

/** The closing days to come. */
export function ComingTable({ cycles, label }: ComingTableProps) {
  return (
    <Table label={label} minWidth="sm:min-w-[28rem]">
      <thead>
        <tr>
          <Th>周期</Th>
          <Th className="max-sm:hidden">起</Th>
          <Th>截止</Th>
          <Th>宽限期至</Th>
        </tr>
      </thead>
      <tbody>
        {cycles.map((cycle) => (
          <tr key={cycle.closesOn}>
            <Td nowrap>{cycle.label}</Td>
            <Td nowrap className="max-sm:hidden">
              {cycle.startsOn}
            </Td>
            <Td nowrap>{cycle.closesOn}</Td>
            <Td>
              <GraceDay day={cycle.graceEndsOn} doubt={cycle.doubt} />
            </Td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

function ReportWords({ row, cycle, day }: { row: CycleRow; cycle: CycleDetail; day: Day }) {
  if (row.sinceOn !== null)
    return (
      <>
        {row.isLate ? <Badge tone="amber">补报</Badge> : <Badge tone="green">已报</Badge>}{' '}
        <span className="whitespace-nowrap">{row.sinceOn}</span>
        {row.reportedBy !== null && row.reportedBy !== row.unitName ? (
          <span className="text-sm text-mute">，由{row.reportedBy}填报</span>
        ) : null}
      </>
    );
  if (cycle.isOver)
    return (
      <>
        <Badge tone="red">未报</Badge> 自 {cycle.closesOn} 起，宽限期满 {daysBetween(cycle.graceEndsOn, day)} 天
      </>
    );
  return (
    <>
      <Badge>待报</Badge> {cycle.isClosed ? `已截止，宽限期至 ${cycle.graceEndsOn}` : `${cycle.closesOn} 截止`}
    </>
  );
}

/** Who has reported in one cycle and who has not, by lead unit. */
export function CycleRowsTable({ cycle, day, asOf }: { cycle: CycleDetail; day: Day; asOf: Day | null }) {
  return (
    <Table label="填报情况" minWidth="sm:min-w-[40rem]" note={OWED_NOTE}>
      <thead>
        <tr>
          <Th num>序号</Th>
          <Th>任务</Th>
          <Th>填报</Th>
        </tr>
      </thead>
      {groups(cycle.rows).map((rows) => (
        <tbody key={rows[0]!.unitId ?? 0}>
          <tr>
            <Th scope="rowgroup" colSpan={3} className="bg-ground">
              {rows[0]!.unitId === null ? (
                '牵头单位待确认'
              ) : (
                <TextLink quiet href={withDay(`/units/${rows[0]!.unitId}`, asOf)}>
                  {rows[0]!.unitName}
                </TextLink>
              )}
              <span className="ml-2 text-sm font-normal text-mute">{rows[0]!.unitRows} 项</span>
            </Th>
          </tr>
          {rows.map((row) => (
            <tr key={row.taskId}>
              <Td num>{row.seq}</Td>
              <Td>
                <TextLink quiet href={withDay(`/tasks/${row.taskId}`, asOf)} title={row.text}>
                  {truncate(row.text, 60)}
                </TextLink>
              </Td>
              <Td>
                <ReportWords row={row} cycle={cycle} day={day} />
              </Td>
            </tr>
          ))}
        </tbody>
      ))}
    </Table>
  );
}

function groups(rows: CycleRow[]): CycleRow[][] {
  const list: CycleRow[][] = [];
  for (const row of rows) {
    const last = list.at(-1);
    if (last && last[0]!.unitId === row.unitId) last.push(row);
    else list.push([row]);
  }
  return list;
}

/** Tasks whose cycles are their own. */
export function OwnCyclesTable({ planId, tasks, asOf }: { planId: number; tasks: OwnCycleTask[]; asOf: Day | null }) {
  return (
    <Table label="单独设定周期的任务" minWidth="min-w-[40rem]">
      <thead>
        <tr>
          <Th num>序号</Th>
          <Th>任务</Th>
          <Th>周期</Th>
          <Th>本期</Th>
        </tr>
      </thead>
      <tbody>
        {tasks.map((task) => (
          <tr key={task.taskId}>
            <Td num>{task.seq}</Td>
            <Td>
              <TextLink quiet href={withDay(`/tasks/${task.taskId}`, asOf)} title={task.text}>
                {truncate(task.text, 40)}
              </TextLink>
            </Td>
            <Td>
              {taskCycleWords(task.kind, task.closingDay)}
              <span className="block text-xs text-mute">{task.isByOffice ? '优化办设定' : '文件所定'}</span>
            </Td>
            <Td>
              {task.cycleId === null ? (
                '—'
              ) : (
                <>
                  <TextLink quiet href={withDay(`/plans/${planId}/cycles/${task.cycleId}`, asOf)}>
                    {task.label}
                  </TextLink>
                  <span className="block text-xs text-mute">
                    {task.closesOn} 截止，{task.sinceOn === null ? '尚未填报' : `${task.sinceOn} 已填报`}
                  </span>
                </>
              )}
            </Td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
