import { ageWords } from '@/components/tasks/task-words';
import { Card } from '@/components/ui/card';
import { TextLink } from '@/components/ui/text-link';
import { daysBetween } from '@/lib/dates';
import type { UnitReporting } from '@/lib/reports/report.queries';

/** Who has reported when: leads, then the units that work with them. */
export function UnitReportingCard({ units, day, asOf }: { units: UnitReporting[]; day: string; asOf: string | null }) {
  if (units.length === 0) return null;
  return (
    <Card id="units" title="各单位填报" note="最近一次填报">
      <ul>
        {units.map((unit) => (
          <li
            key={unit.unitId}
            className="flex items-baseline justify-between gap-3 border-b border-line-soft py-1 last:border-0"
          >
            <span>
              <TextLink quiet href={asOf ? `/units/${unit.unitId}?asOf=${asOf}` : `/units/${unit.unitId}`}>
                {unit.name}
              </TextLink>
              {unit.role === 'LEAD' ? <span className="text-mute"> · 牵头</span> : null}
            </span>
            <span className="text-mute">
              {unit.lastOn === null ? '未填报' : `${unit.lastOn} · ${ageWords(daysBetween(unit.lastOn, day))}`}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
