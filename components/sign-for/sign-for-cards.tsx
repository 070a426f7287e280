import { SignForForm } from '@/components/sign-for/sign-for-form';
import { Badge } from '@/components/ui/badge';
import { Card } from '@/components/ui/card';
import { Table, Td, Th } from '@/components/ui/table';
import { TextLink } from '@/components/ui/text-link';
import { signForPlanAction } from '@/lib/sign-for/sign-for.actions';
import type { OwedSignFor, SignForOverview, Unsigned } from '@/lib/sign-for/sign-for.queries';

/** What the viewer's units have to sign for, with the button; on the unit's home and on the plan's page. */
export function OwedSignForCard({ owed, showsPlan }: { owed: readonly OwedSignFor[]; showsPlan: boolean }) {
  if (owed.length === 0) return null;
  return (
    <Card id="sign-for" title="待签收" note="核对本单位承担的任务后签收；对分工有异议的，在任务页提出">
      <ul>
        {owed.map(({ planId, planTitle, activatedOn, units }) => (
          <li key={planId} className="border-b border-line-soft py-2 first:pt-0 last:border-0 last:pb-0">
            <p className="mb-1.5">
              {showsPlan ? <TextLink href={`/plans/${planId}`}>{planTitle}</TextLink> : null}
              <span className="text-mute">
                {showsPlan ? ' · ' : ''}
                {activatedOn} 启用
              </span>
            </p>
            <ul className="space-y-1.5">
              {units.map((unit) => (
                <li key={unit.unitId} className="flex flex-wrap items-center gap-x-3 gap-y-1">
                  <span>
                    {unit.name}：牵头 {unit.leads} 项，责任 {unit.responsible} 项
                  </span>
                  {unit.signedOn ? (
                    <Badge tone="green">{unit.signedOn} 已签收</Badge>
                  ) : (
                    <SignForForm action={signForPlanAction} planId={planId} unitId={unit.unitId} label="签收" />
                  )}
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </Card>
  );
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
                <Th num>牵头</Th>
                <Th num>责任</Th>
                <Th>签收</Th>
                <Th>签收人</Th>
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
                  <Td num>{unit.leads}</Td>
                  <Td num>{unit.responsible}</Td>
                  <Td nowrap>
                    {unit.signedOn ?? '未签收'}
                    {unit.isLate ? (
                      <Badge tone={unit.signedOn ? 'amber' : 'red'} className="ml-1.5">
                        {unit.signedOn ? '超期签收' : '超期未签收'}
                      </Badge>
                    ) : null}
                  </Td>
                  <Td mute>{unit.signedBy ?? ''}</Td>
                </tr>
              ))}
            </tbody>
          </Table>
        </details>
      )}
    </Card>
  );
}

const SHOWN = 8;

/** On the office's home: units that have not signed, those past the limit first. */
export function UnsignedCard({ unsigned }: { unsigned: readonly Unsigned[] }) {
  if (unsigned.length === 0) return null;
  const late = unsigned.filter(({ isLate }) => isLate).length;
  return (
    <Card title="未签收" note={`${unsigned.length} 个单位${late > 0 ? `，超期 ${late} 个` : ''}`}>
      <ul>
        {unsigned.slice(0, SHOWN).map(({ planId, planTitle, unitId, unitName, isLate, activatedOn }) => (
          <li key={`${planId}-${unitId}`} className="border-b border-line-soft py-1.5 last:border-0">
            {unitName}
            {isLate ? (
              <Badge tone="red" className="ml-1.5">
                超期未签收
              </Badge>
            ) : null}
            <span className="block text-xs text-mute">
              <TextLink quiet href={`/plans/${planId}?tab=division#sign-for-overview`}>
                {planTitle}
              </TextLink>
              {` · ${activatedOn} 启用`}
            </span>
          </li>
        ))}
      </ul>
      {unsigned.length > SHOWN ? (
        <p className="text-xs text-mute">另有 {unsigned.length - SHOWN} 个，见各方案页。</p>
      ) : null}
    </Card>
  );
}
