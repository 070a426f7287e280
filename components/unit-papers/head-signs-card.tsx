import { Card } from '@/components/ui/card';
import { HeadSignsForm } from '@/components/unit-papers/paper-forms';
import { setHeadSignsAction } from '@/lib/unit-papers/unit-paper.actions';

/** On a unit's page, for its head and who manages units: whether what its reporters write is signed by the head. */
export function HeadSignsCard({ unitId, setting }: { unitId: number; setting: { signs: boolean } }) {
  return (
    <Card id="head-signs" title="上报方式">
      <HeadSignsForm action={setHeadSignsAction} unitId={unitId} signs={setting.signs} />
    </Card>
  );
}
