import { Notice } from '@/components/ui/notice';
import { Table, Td, Th } from '@/components/ui/table';
import { Tabs } from '@/components/ui/tabs';
import { TextLink } from '@/components/ui/text-link';
import type { TierSetting } from '@/lib/slips/slip.rules';
import { TIERS, type Tier } from '@/lib/slips/slip.schema';
import type { DraftForm, UnitProposal } from '@/lib/slips/slip-draft.queries';

type UnitProposalsProps = { planId: number; units: UnitProposal[]; tiers: TierSetting[] };

/** Units that lead tasks which call for a slip today, with how many for each tier. */
export function UnitProposals({ planId, units, tiers }: UnitProposalsProps) {
  const words = (tier: Tier) => tiers.find((one) => one.tier === tier)!.words;
  return (
    <div className="rounded-lg border border-line bg-card px-4 py-3">
      <Table
        label="可督办的单位"
        note={`按今天的状态：临期为${words(1)}，滞后、未报为${words(2)}，逾期为${words(3)}；已列入同一层级未办结督办单的任务不计。`}
      >
        <thead>
          <tr>
            <Th>牵头单位</Th>
            {TIERS.map((tier) => (
              <Th num key={tier}>
                {words(tier)}
              </Th>
            ))}
            <Th>
              <span className="sr-only">拟稿</span>
            </Th>
          </tr>
        </thead>
        <tbody>
          {units.map((unit) => (
            <tr key={unit.unitId}>
              <Th scope="row">{unit.unitName}</Th>
              {TIERS.map((tier) => (
                <Td num key={tier}>
                  {unit.byTier[tier] > 0 ? (
                    <TextLink quiet href={`/slips/new?plan=${planId}&unit=${unit.unitId}&tier=${tier}`}>
                      {unit.byTier[tier]} 项
                    </TextLink>
                  ) : (
                    <span className="text-mute">—</span>
                  )}
                </Td>
              ))}
              <Td num>
                <TextLink href={`/slips/new?plan=${planId}&unit=${unit.unitId}`}>
                  拟稿<span className="sr-only">：{unit.unitName}</span>
                </TextLink>
              </Td>
            </tr>
          ))}
        </tbody>
      </Table>
    </div>
  );
}

/** The tier, each choice an address of its own: title, words and days follow it. */
export function TierTabs({ form, hrefFor }: { form: DraftForm; hrefFor: (tier: Tier) => string }) {
  const words = (tier: Tier) => form.tiers.find((one) => one.tier === tier)!.words;
  return (
    <>
      <Tabs
        label="督办层级"
        items={TIERS.map((tier) => ({
          href: hrefFor(tier),
          label: tier === form.proposed ? `${words(tier)}（按状态建议）` : words(tier),
          current: tier === form.tier,
        }))}
      />
      {form.tierNotice ? <Notice tone={form.isTierChosen ? 'warn' : 'info'}>{form.tierNotice}</Notice> : null}
    </>
  );
}
