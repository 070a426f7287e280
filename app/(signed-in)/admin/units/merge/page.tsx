import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { PageTitle } from '@/components/shell/page-title';
import { ButtonLink } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { Notice } from '@/components/ui/notice';
import { Table, Td, Th } from '@/components/ui/table';
import { MergeForm } from '@/components/units-admin/merge-form';
import { formatDayProse } from '@/lib/dates';
import { type SearchParams, single } from '@/lib/server/as-of';
import { requireActor } from '@/lib/server/auth/session';
import { findMergePreview, findUnitForEditing } from '@/lib/units/unit.queries';

type MergePageProps = { searchParams: Promise<SearchParams> };

export async function generateMetadata({ searchParams }: MergePageProps): Promise<Metadata> {
  const unit = await findUnitForEditing(await requireActor(), Number(single(await searchParams, 'from')));
  return { title: unit ? '合并单位' : '未找到' };
}

export default async function MergePage({ searchParams }: MergePageProps) {
  const actor = await requireActor();
  const params = await searchParams;
  const unit = await findUnitForEditing(actor, Number(single(params, 'from')));
  if (!unit) notFound();
  const crumbs = [
    { href: `/admin/units?region=${unit.regionId}`, label: '单位名册' },
    { href: `/admin/units/${unit.id}`, label: unit.name },
  ];
  const back = <ButtonLink href={`/admin/units/${unit.id}#merge`}>返回{unit.name}</ButtonLink>;
  const into = single(params, 'into') ?? '';
  if (into === '') {
    return (
      <>
        <PageTitle title="合并单位" crumbs={crumbs} />
        <Notice tone="warn" title="请先选择要并入的单位。" />
        {back}
      </>
    );
  }
  const preview = await findMergePreview(actor, unit.id, Number(into));
  if (!preview) notFound();
  const { from } = preview;
  const rows: Array<[string, number, string]> = [
    ['牵头任务', preview.leadTasks, `自合并之日起计入${preview.into.name}`],
    ['责任任务', preview.responsibleTasks, `自合并之日起计入${preview.into.name}`],
    ['所在的集体指称', preview.collectives, '成员资格随之由合并后的单位承担'],
    ['启用的账号', preview.accounts, `仍可登录，自合并之日起按${preview.into.name}办理`],
    ['待审核的办结申请', preview.openReviews, '照常审核，不受影响'],
    ['自己的方案', preview.ownPlans, '仍在原单位名下，需要时另行归档'],
    ['科室和二级单位', preview.children, '不随之移动，需要时逐个合并'],
  ];
  return (
    <>
      <PageTitle title={`${from.name}并入${preview.into.name}`} facts={[unit.regionName]} crumbs={crumbs} />
      {preview.fault ? (
        <>
          <Notice tone="error" title="不能合并">
            {preview.fault}
          </Notice>
          {back}
        </>
      ) : (
        <Card title="影响预览" id="preview" note={`自${formatDayProse(preview.effectiveOn)}起生效`}>
          <Table label="合并影响" note="原有记录和编号都不改动：合并之日以前的统计与当时一致。合并不能撤销。">
            <thead>
              <tr>
                <Th>涉及</Th>
                <Th num>数量</Th>
                <Th>合并后</Th>
              </tr>
            </thead>
            <tbody>
              {rows.map(([what, count, then]) => (
                <tr key={what}>
                  <Th scope="row" nowrap>
                    {what}
                  </Th>
                  <Td num>{count}</Td>
                  <Td mute={count === 0}>{count === 0 ? '—' : then}</Td>
                </tr>
              ))}
            </tbody>
          </Table>
          <MergeForm from={preview.from} into={preview.into} />
        </Card>
      )}
    </>
  );
}
