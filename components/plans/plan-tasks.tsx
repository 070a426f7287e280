import { Leads, TaskLink } from '@/components/dashboards/task-lines';
import { Light } from '@/components/lights/light';
import { Table, Td, Th } from '@/components/ui/table';
import type { TaskLine } from '@/lib/dashboards/task-line';
import type { Day } from '@/lib/dates';
import { STATE_WORDS } from '@/lib/standing/standing.words';

type Block = { key: string; area: string | null; measure: string | null; lines: TaskLine[] };

/** Tasks under the headings of the document, in its own order. */
function blocksOf(lines: readonly TaskLine[]): Block[] {
  const blocks: Block[] = [];
  let area: string | null = null;
  for (const line of lines) {
    const last = blocks.at(-1);
    const key = `${line.areaId ?? 0}-${line.measureId ?? 0}`;
    if (last?.key.startsWith(`${key}#`)) {
      last.lines.push(line);
      continue;
    }
    const newArea: string | null = line.areaHeading !== area ? line.areaHeading : null;
    area = line.areaHeading;
    blocks.push({ key: `${key}#${line.taskId}`, area: newArea, measure: line.measureHeading, lines: [line] });
  }
  return blocks;
}

type PlanTasksProps = { lines: readonly TaskLine[]; asOf: Day | null; showsGroup: boolean };

export function PlanTasks({ lines, asOf, showsGroup }: PlanTasksProps) {
  const columns = showsGroup ? 7 : 6;
  return (
    <Table label="方案任务" minWidth="min-w-[56rem]">
      <thead>
        <tr>
          <Th num>序号</Th>
          <Th className="w-1/2">重点任务</Th>
          {showsGroup ? <Th>专项组</Th> : null}
          <Th>牵头单位</Th>
          <Th>完成时限</Th>
          <Th>状态</Th>
          <Th>研判</Th>
        </tr>
      </thead>
      {blocksOf(lines).map((block) => (
        <tbody key={block.key}>
          {block.area !== null ? (
            <tr className="bg-ground">
              <th
                scope="rowgroup"
                colSpan={columns}
                className="border-y border-line px-2 py-1.5 text-left font-semibold"
              >
                {block.area}
              </th>
            </tr>
          ) : null}
          {block.measure !== null ? (
            <tr>
              <th
                scope="rowgroup"
                colSpan={columns}
                className="border-y border-line-soft px-2 py-1.5 text-left font-medium text-mute"
              >
                {block.measure}
              </th>
            </tr>
          ) : null}
          {block.lines.map((line) => (
            <tr key={line.taskId}>
              <Td num mute>
                {line.seq}
              </Td>
              <Td>
                <TaskLink line={line} asOf={asOf} limit={90} />
              </Td>
              {showsGroup ? <Td nowrap>{line.groupName}</Td> : null}
              <Td className="min-w-28">
                <Leads line={line} asOf={asOf} />
              </Td>
              <Td className="min-w-28">{line.deadlineText || '—'}</Td>
              <Td nowrap>{STATE_WORDS[line.state]}</Td>
              <Td nowrap>
                <Light light={line.light} reason={line.reason}>
                  {line.reason === 'OVERDUE' && line.daysLeft !== null ? `逾期 ${-line.daysLeft} 天` : undefined}
                </Light>
              </Td>
            </tr>
          ))}
        </tbody>
      ))}
    </Table>
  );
}
