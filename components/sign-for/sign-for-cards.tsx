import { SignForDesk } from '@/components/sign-for/sign-for-desk';
import { Badge } from '@/components/ui/badge';
import { Card } from '@/components/ui/card';
import { Table, Td, Th } from '@/components/ui/table';
import { TextLink } from '@/components/ui/text-link';
import { signForPlanAction } from '@/lib/sign-for/sign-for.actions';
import type { OwedSignFor, SignForOverview, Unsigned } from '@/lib/sign-for/sign-for.queries';

/** What the viewer's units have to sign for, with the button; on the unit's home and on the plan's page. */
export function OwedSignForCard({ owed, showsPlan }: { owed: readonly OwedSignFor[]; showsPlan: boolean }) {
  return <SignForDesk action={signForPlanAction} owed={owed} showsPlan={showsPlan} />;
}

/** Who has signed for a plan and who has not, for the office. */
export function SignForOverviewCard({ overview, asOf }: { overview: SignForOverview; asOf: string | null }) {
  const { units, unsigned, late, limitOn, limitDoubt, activatedOn } = overview;
  return (
    <Card
      id="sign-for-overview"
      title="签收情况"
      note={`${activatedOn} 启用，最迟 ${limitOn} 签收${limitDoubt ? `（${limitDoubt}）` : ''} · 共 ${units.length} 个单位，未签收 ${unsigned} 个${late > 0 ? `，其中超期 ${late} 个` : ''}`}
    >
      {units.length === 0 ? (
        <p className="text-mute">清单上没有确定的单位。</p>
      ) : (
        <details open={unsigned > 0}>
          <summary className="mb-1.5 inline-block text-sm text-accent underline decoration-accent/30 underline-offset-3">
            各单位签收情况
          </summary>
          <Table label="签收情况">
            <thead>
              <tr>
                <Th>单位</Th>
                <Th num className="max-sm:hidden">
                  牵头
                </Th>
                <Th num className="max-sm:hidden">
                  责任
                </Th>
                <Th>签收</Th>
                <Th className="max-sm:hidden">签收人</Th>
              </tr>
            </thead>
            <tbody>
              {units.map((unit) => (
                <tr key={unit.unitId}>
                  <Th scope="row">
                    <TextLink quiet href={`/units/${unit.unitId}${asOf ? `?asOf=${asOf}` : ''}`}>
                      {unit.name}
                    </TextLink>
                  </Th>
                  <Td num className="max-sm:hidden">
                    {unit.leads}
                  </Td>
                  <Td num className="max-sm:hidden">
                    {unit.responsible}
                  </Td>
                  <Td nowrap>
                    {unit.signedOn ?? (unit.isLate ? null : '未签收')}
                    {unit.isLate ? (
                      <Badge tone={unit.signedOn ? 'amber' : 'red'} className={unit.signedOn ? 'ml-1.5' : undefined}>
                        {unit.signedOn ? '超期签收' : '超期未签收'}
                      </Badge>
                    ) : null}
                  </Td>
                  <Td mute className="max-sm:hidden">
                    {unit.signedBy ?? ''}
                  </Td>
                </tr>
              ))}
            </tbody>
          </Table>
        </details>
      )}
    </Card>
  );
}

/** Names shown of one plan; the rest stand on its page. */
const SHOWN = 10;

/** On the office's home: units that have not signed, those past the limit first. */
export function UnsignedCard({ unsigned }: { unsigned: readonly Unsigned[] }) {
  if (unsigned.length === 0) return null;
  const plans = [...new Set(unsigned.map(({ planId }) => planId))].map((planId) =>
    unsigned.filter((one) => one.planId === planId),
  );
  return (
    <Card id="unsigned" title="未签收" note={`${unsigned.length} 个单位`}>
      <ul>
        {plans.map((units) => {
          const { planId, planTitle, activatedOn } = units[0]!;
          const late = units.filter(({ isLate }) => isLate).length;
          return (
            <li key={planId} className="border-b border-line-soft py-1.5 first:pt-0 last:border-0 last:pb-0">
              <p>
                <TextLink quiet href={`/plans/${planId}?tab=division#sign-for-overview`}>
                  {planTitle}
                </TextLink>
              </p>
              <p className="text-sm text-mute">
                {activatedOn} 启用，{units.length} 个单位未签收
                {late > 0 ? <span className="text-red">，超期 {late} 个</span> : null}
              </p>
              <p className="text-sm">
                {units
                  .slice(0, SHOWN)
                  .map(({ unitName }) => unitName)
                  .join('、')}
                {units.length > SHOWN ? '等' : ''}
              </p>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
