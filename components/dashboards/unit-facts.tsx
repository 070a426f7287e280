import { withDay } from '@/components/dashboards/task-lines';
import { Card } from '@/components/ui/card';
import { DefinitionList } from '@/components/ui/definition-list';
import { TextLink } from '@/components/ui/text-link';
import type { Day } from '@/lib/dates';

type Named = { id: number; name: string };

type UnitFactsCardProps = {
  unit: {
    fullName: string | null;
    aliases: string[];
    divisions: string[];
    note: string | null;
    regionName: string;
    parent: Named | null;
    children: Named[];
    representsRegion: { code: string; name: string } | null;
    mergedFrom: (Named & { effectiveOn: Day })[];
  };
  asOf: Day | null;
};

function Links({ units, asOf }: { units: Named[]; asOf: Day | null }) {
  return units.map((unit, index) => (
    <span key={unit.id}>
      {index > 0 ? '、' : ''}
      <TextLink quiet href={withDay(`/units/${unit.id}`, asOf)}>
        {unit.name}
      </TextLink>
    </span>
  ));
}

/** What is known of a unit apart from its tasks; only what there is. */
export function UnitFactsCard({ unit, asOf }: UnitFactsCardProps) {
  return (
    <Card title="单位信息">
      <DefinitionList
        items={[
          { term: '全称', detail: unit.fullName },
          { term: '地区', detail: unit.regionName },
          ...(unit.parent ? [{ term: '上级单位', detail: <Links units={[unit.parent]} asOf={asOf} /> }] : []),
          ...(unit.aliases.length > 0 ? [{ term: '文件中又称', detail: unit.aliases.join('、') }] : []),
          ...(unit.divisions.length > 0 ? [{ term: '加挂牌子', detail: unit.divisions.join('、') }] : []),
          ...(unit.representsRegion ? [{ term: '代表地区', detail: unit.representsRegion.name }] : []),
          ...(unit.children.length > 0
            ? [{ term: '所属单位', detail: <Links units={unit.children} asOf={asOf} /> }]
            : []),
          ...unit.mergedFrom.map((merge) => ({
            term: '并入本单位',
            detail: `${merge.name}（自 ${merge.effectiveOn}）`,
          })),
        ]}
      />
    </Card>
  );
}
