import { Leads, TaskLink } from '@/components/dashboards/task-lines';
import { Light } from '@/components/lights/light';
import { classes } from '@/components/ui/classes';
import { CARD_CELL, CARD_HEAD, CARD_ROW, CARD_SEQ, Table, Td, Th } from '@/components/ui/table';
import type { TaskLine } from '@/lib/dashboards/task-line';
import type { Day } from '@/lib/dates';
import { archivedResult, inactiveWords, STATE_WORDS } from '@/lib/standing/standing.words';

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
    <Table label="方案任务" minWidth="sm:min-w-[46rem] max-xl:[&_td]:px-1.5 max-xl:[&_th]:px-1.5">
      <thead className={CARD_HEAD}>
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
        <tbody key={block.key} className="max-sm:block">
          {block.area !== null ? (
            <tr className="bg-ground max-sm:block">
              <th
                scope="rowgroup"
                colSpan={columns}
                className="border-y border-line px-2 py-1.5 text-left font-semibold max-sm:block"
              >
                {block.area}
              </th>
            </tr>
          ) : null}
          {block.measure !== null ? (
            <tr className="max-sm:block">
              <th
                scope="rowgroup"
                colSpan={columns}
                className="border-y border-line-soft px-2 py-1.5 text-left font-medium text-mute max-sm:block max-sm:px-0"
              >
                {block.measure}
              </th>
            </tr>
          ) : null}
          {block.lines.map((line) => (
            <tr key={line.taskId} className={CARD_ROW}>
              <Td num mute className={classes(CARD_CELL, CARD_SEQ)}>
                {line.seq}
              </Td>
              <Td className={CARD_CELL}>
                <TaskLink line={line} asOf={asOf} limit={90} />
              </Td>
              {showsGroup ? (
                <Td nowrap className={CARD_CELL} data-caption="专项组">
                  {line.groupName}
                </Td>
              ) : null}
              <Td className={classes(CARD_CELL, 'sm:min-w-28')} data-caption="牵头">
                <Leads line={line} asOf={asOf} />
              </Td>
              <Td className={classes(CARD_CELL, 'sm:min-w-28')} data-caption="时限">
                {line.deadlineText || '—'}
              </Td>
              <Td nowrap className={CARD_CELL} data-caption="状态">
                {STATE_WORDS[line.state]}
              </Td>
              <Td nowrap className={CARD_CELL} data-caption="研判">
                <Light light={line.light} reason={line.reason}>
                  {line.reason === 'OVERDUE' && line.daysLeft !== null
                    ? `逾期 ${-line.daysLeft} 天`
                    : inactiveWords(line)}
                </Light>
                {line.isArchived && line.reason === 'PLAN_NOT_ACTIVE' ? (
                  <span className="block text-sm max-sm:ml-2 max-sm:inline">{archivedResult(line)}</span>
                ) : null}
              </Td>
            </tr>
          ))}
        </tbody>
      ))}
    </Table>
  );
}
