import { Fragment } from 'react';
import { withDay } from '@/components/dashboards/task-lines';
import { Badge } from '@/components/ui/badge';
import { Card } from '@/components/ui/card';
import { Table, Td, Th } from '@/components/ui/table';
import { TextLink } from '@/components/ui/text-link';
import type { Day } from '@/lib/dates';

type UnitName = { printed: string; unitId: number | null; isCollective: boolean };
type Line = {
  id: number;
  row: number;
  seq: number;
  text: string;
  points: number;
  scoring: string;
  leads: UnitName[];
  responsible: UnitName[];
  deadlineText: string;
  questions: number;
};
type Block = {
  id: number;
  name: string;
  points: number;
  rows: number;
  parts: { id: number; name: string; points: number; lines: Line[] }[];
};

function Units({ units, asOf }: { units: UnitName[]; asOf: Day | null }) {
  if (units.length === 0) return '—';
  return units.map((unit, index) => (
    <Fragment key={`${unit.printed}-${unit.unitId}`}>
      {index > 0 ? '、' : ''}
      {unit.unitId === null ? (
        <span className="text-mute">{unit.printed}</span>
      ) : (
        <TextLink quiet href={withDay(`/units/${unit.unitId}`, asOf)} className="text-ink">
          {unit.printed}
        </TextLink>
      )}
    </Fragment>
  ));
}

/** The points of each first indicator beside each other. */
export function IndicatorSummary({
  blocks,
  sum,
  printedTotal,
}: {
  blocks: Block[];
  sum: number;
  printedTotal: number | null;
}) {
  return (
    <Card title="一级指标" note={`${blocks.length} 个`}>
      <Table label="一级指标分值" note="分值为各计分项文件所印分值之和；考核行不是任务，不亮灯，不计入任务数。">
        <thead>
          <tr>
            <Th className="w-full">一级指标</Th>
            <Th num>计分项</Th>
            <Th num>分值</Th>
          </tr>
        </thead>
        <tbody>
          {blocks.map((block) => (
            <tr key={block.id}>
              <Th scope="row">
                <a href={`#indicator-${block.id}`} className="text-accent hover:underline">
                  {block.name}
                </a>
              </Th>
              <Td num>{block.rows}</Td>
              <Td num>{block.points}</Td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr className="font-semibold [&>*]:border-t [&>*]:border-line">
            <Th scope="row" className="font-semibold">
              合计
            </Th>
            <Td num>{blocks.reduce((count, block) => count + block.rows, 0)}</Td>
            <Td num>{sum}</Td>
          </tr>
          {printedTotal !== null && printedTotal !== sum ? (
            <tr>
              <Th scope="row" className="text-amber">
                文件注明总分
              </Th>
              <Td />
              <Td num className="text-amber">
                {printedTotal}
              </Td>
            </tr>
          ) : null}
        </tfoot>
      </Table>
    </Card>
  );
}

/** The rows of scoring rules as printed, under their indicators. */
export function AssessmentSheet({ blocks, asOf, planId }: { blocks: Block[]; asOf: Day | null; planId: number }) {
  return blocks.map((block) => (
    <Card key={block.id} id={`indicator-${block.id}`} title={block.name} note={`${block.rows} 项，${block.points} 分`}>
      <Table label={`${block.name}计分项`} minWidth="min-w-[64rem]">
        <thead>
          <tr>
            <Th num>行</Th>
            <Th className="w-1/3">考核内容（要求）</Th>
            <Th num>分值</Th>
            <Th className="w-1/4">计分方法</Th>
            <Th>牵头单位</Th>
            <Th>责任单位</Th>
            <Th>完成时限</Th>
          </tr>
        </thead>
        {block.parts.map((part) => (
          <tbody key={part.id}>
            {part.name === block.name ? null : (
              <tr className="bg-ground">
                <th scope="rowgroup" colSpan={7} className="border-y border-line px-2 py-1.5 text-left font-semibold">
                  {part.name}
                  <span className="ml-2 text-sm font-normal text-mute">{part.points} 分</span>
                </th>
              </tr>
            )}
            {part.lines.map((line) => (
              <tr key={line.id} id={`row-${line.row}`}>
                <Td num mute>
                  {line.row}
                </Td>
                <Td>
                  {line.text}
                  {line.questions > 0 ? (
                    <TextLink quiet href={`/assessments/${planId}?tab=questions`} className="ml-1.5 align-baseline">
                      <Badge tone="amber" filled>
                        待确认 {line.questions}
                      </Badge>
                    </TextLink>
                  ) : null}
                </Td>
                <Td num className="font-semibold">
                  {line.points}
                </Td>
                <Td className="whitespace-pre-line">{line.scoring}</Td>
                <Td className="min-w-24">
                  <Units units={line.leads} asOf={asOf} />
                </Td>
                <Td className="min-w-40">
                  <Units units={line.responsible} asOf={asOf} />
                </Td>
                <Td className="min-w-20">{line.deadlineText || '—'}</Td>
              </tr>
            ))}
          </tbody>
        ))}
      </Table>
    </Card>
  ));
}
