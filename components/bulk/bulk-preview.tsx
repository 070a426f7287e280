import { Light } from '@/components/lights/light';
import { Badge } from '@/components/ui/badge';
import { classes } from '@/components/ui/classes';
import { Table, Td, Th } from '@/components/ui/table';
import { TextLink } from '@/components/ui/text-link';
import type { LightCode, ReasonCode, StateCode } from '@/lib/standing/standing.types';
import { STATE_WORDS } from '@/lib/standing/standing.words';

export type ChosenTask = {
  id: number;
  seq: number;
  text: string;
  planTitle: string;
  state: StateCode;
  light: LightCode;
  reason: ReasonCode;
  dueOn: string | null;
  leads: { unitId: number; name: string }[];
};

type Row = { task: ChosenTask; change?: string; refusal?: string | null };

const CELL = 'max-sm:block max-sm:border-0 max-sm:px-0 max-sm:py-0.5';

/** The chosen tasks as they stand; with a preview, what would change on each and what cannot. */
export function BulkPreviewTable({ rows }: { rows: readonly Row[] }) {
  const hasPreview = rows.some((row) => row.change !== undefined);
  return (
    <Table label="所选任务" minWidth="sm:min-w-[44rem]">
      <thead className="max-sm:sr-only">
        <tr>
          <Th num className="w-px">
            序号
          </Th>
          <Th>重点任务</Th>
          <Th>牵头单位</Th>
          <Th>完成时限</Th>
          <Th>状态</Th>
          {hasPreview ? <Th>办理后</Th> : null}
        </tr>
      </thead>
      <tbody className="max-sm:block">
        {rows.map(({ task, change, refusal }) => (
          <tr
            key={task.id}
            className={classes(
              'max-sm:block max-sm:border-b max-sm:border-line max-sm:py-2',
              refusal && 'bg-red-ground',
            )}
          >
            <Td num mute className={classes(CELL, 'max-sm:inline')}>
              <span className="sm:hidden">第 </span>
              {task.seq}
              <span className="sm:hidden"> 项</span>
            </Td>
            <Th scope="row" className={classes(CELL, 'sm:w-[32%] sm:min-w-44')}>
              <TextLink quiet href={`/tasks/${task.id}`}>
                <span className="line-clamp-2">{task.text}</span>
              </TextLink>
              <span className="block text-xs text-mute">{task.planTitle}</span>
            </Th>
            <Td className={CELL}>{task.leads.map((lead) => lead.name).join('、') || '—'}</Td>
            <Td nowrap className={CELL}>
              <span className="text-mute sm:hidden">完成时限 </span>
              {task.dueOn ?? '—'}
            </Td>
            <Td nowrap className={CELL}>
              <Light light={task.light} reason={task.reason} />
              <span className="block text-xs text-mute max-sm:ml-2 max-sm:inline">{STATE_WORDS[task.state]}</span>
            </Td>
            {hasPreview ? (
              <Td className={CELL}>
                {refusal ? (
                  <>
                    <Badge tone="red">不能办理</Badge> {refusal}
                  </>
                ) : (
                  change
                )}
              </Td>
            ) : null}
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
