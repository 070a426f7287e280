import type { ReactNode } from 'react';
import { withDay } from '@/components/dashboards/task-lines';
import { EmptyState } from '@/components/ui/empty-state';
import { Table, Td, Th } from '@/components/ui/table';
import { TextLink } from '@/components/ui/text-link';
import { type LinkScope, ledgerLink } from '@/lib/dashboards/ledger-link';
import { type Day, daysBetween } from '@/lib/dates';

type SilentUnitsTableProps = {
  units: readonly { id: number; name: string; tasks: number; sinceOn: Day; lastReportOn: Day | null }[];
  scope: LinkScope;
  day: Day;
  asOf: Day | null;
  note: ReactNode;
};

/** Units that have said nothing for two cycles. */
export function SilentUnitsTable({ units, scope, day, asOf, note }: SilentUnitsTableProps) {
  if (units.length === 0) {
    return (
      <>
        <EmptyState title="没有沉默单位。" />
        <p className="mt-2 text-xs text-mute">{note}</p>
      </>
    );
  }
  return (
    <Table label="沉默单位" note={note}>
      <thead>
        <tr>
          <Th>单位</Th>
          <Th num>两个周期均未报的牵头任务</Th>
          <Th>起自周期</Th>
          <Th>最近一次有效进展（未办结任务）</Th>
          <Th className="w-1/3">
            <span className="sr-only">台账</span>
          </Th>
        </tr>
      </thead>
      <tbody>
        {units.map((unit) => (
          <tr key={unit.id}>
            <Th scope="row" nowrap>
              <TextLink quiet href={withDay(`/units/${unit.id}`, asOf)}>
                {unit.name}
              </TextLink>
            </Th>
            <Td num>{unit.tasks}</Td>
            <Td nowrap>{unit.sinceOn} 截止的周期</Td>
            <Td nowrap>
              {unit.lastReportOn === null ? (
                <span className="text-red">没有</span>
              ) : (
                <>
                  {unit.lastReportOn}
                  <span className="ml-1 text-xs text-mute">（{daysBetween(unit.lastReportOn, day)} 天前）</span>
                </>
              )}
            </Td>
            <Td nowrap>
              <TextLink quiet href={ledgerLink(scope, { unit: unit.id, as: 'lead' }, asOf) ?? '/tasks'}>
                查看牵头任务
              </TextLink>
            </Td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
