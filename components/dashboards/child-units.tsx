import { HeatTable } from '@/components/dashboards/heat-table';
import { withDay } from '@/components/dashboards/task-lines';
import { Card } from '@/components/ui/card';
import { columnsFor, LEAD_TABLE_NOTE, type StandingCounts, totalOf } from '@/lib/dashboards/figures';
import { type LinkScope, ledgerLink } from '@/lib/dashboards/ledger-link';
import type { Day } from '@/lib/dates';

export type ChildRow = { id: number; name: string; lead: StandingCounts; responsible: StandingCounts };

/** The 科室 that have tasks, in protocol order. */
export function childRows(
  units: readonly { id: number; name: string }[],
  countsOf: (unitId: number) => { lead: StandingCounts; responsible: StandingCounts },
): ChildRow[] {
  return units
    .map(({ id, name }) => ({ id, name, lead: countsOf(id).lead, responsible: countsOf(id).responsible }))
    .filter((unit) => totalOf(unit.lead) + totalOf(unit.responsible) > 0);
}

type ChildUnitsCardProps = { units: readonly ChildRow[]; scope: LinkScope; asOf: Day | null };

/** A bureau's 科室 and 二级单位 by light; nothing where none has a task. */
export function ChildUnitsCard({ units, scope, asOf }: ChildUnitsCardProps) {
  if (units.length === 0) return null;
  return (
    <Card title="科室、二级单位" note={`${units.length} 个承担任务`}>
      <HeatTable
        label="科室、二级单位研判"
        head="牵头单位"
        columns={columnsFor(units.map((unit) => unit.lead))}
        extras={[{ key: 'responsible', label: '责任' }]}
        rows={units.map((unit) => ({
          key: unit.id,
          name: unit.name,
          href: withDay(`/units/${unit.id}`, asOf),
          counts: unit.lead,
          extras: [totalOf(unit.responsible) || ''],
          hrefFor: (column) =>
            ledgerLink(scope, { unit: unit.id, as: 'lead', reason: column ? [...column.reasons] : [] }, asOf),
        }))}
        note={LEAD_TABLE_NOTE}
      />
    </Card>
  );
}
