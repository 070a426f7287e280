import { Fragment } from 'react';
import { ageWords } from '@/components/tasks/task-words';
import { Card } from '@/components/ui/card';
import { TextLink } from '@/components/ui/text-link';
import { daysBetween } from '@/lib/dates';
import type { UnitReporting } from '@/lib/reports/report.queries';

/** Who has reported when: leads, then the units that work with them. */
export function UnitReportingCard({ units, day, asOf }: { units: UnitReporting[]; day: string; asOf: string | null }) {
  if (units.length === 0) return null;
  const rows = units.filter((unit) => unit.role === 'LEAD' || unit.lastOn !== null);
  const silent = units.filter((unit) => !rows.includes(unit));
  const hrefOf = (unitId: number) => (asOf ? `/units/${unitId}?asOf=${asOf}` : `/units/${unitId}`);
  return (
    <Card id="units" title="各单位填报" note="最近一次填报">
      <ul>
        {rows.map((unit) => (
          <li
            key={unit.unitId}
            className="flex items-baseline justify-between gap-3 border-b border-line-soft py-1 last:border-0"
          >
            <span>
              <TextLink quiet href={hrefOf(unit.unitId)}>
                {unit.name}
              </TextLink>
              {unit.role === 'LEAD' ? <span className="text-mute"> · 牵头</span> : null}
            </span>
            <span className="text-right whitespace-nowrap text-mute">
              {unit.lastOn === null
                ? '未填报'
                : `${unit.lastOn} · ${ageWords(daysBetween(unit.lastOn, day))}${unit.isBackfill ? ' · 补录' : ''}`}
            </span>
          </li>
        ))}
      </ul>
      {silent.length > 0 ? (
        <p className="border-t border-line-soft pt-1.5 text-sm">
          <span className="text-mute">未填报的责任单位（{silent.length} 个）：</span>
          {silent.map((unit, index) => (
            <Fragment key={unit.unitId}>
              {index > 0 ? '、' : null}
              <TextLink quiet href={hrefOf(unit.unitId)}>
                {unit.name}
              </TextLink>
            </Fragment>
          ))}
        </p>
      ) : null}
    </Card>
  );
}
