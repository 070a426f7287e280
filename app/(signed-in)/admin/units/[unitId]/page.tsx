import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { SupervisorForm } from '@/components/settings/setting-forms';
import { SettingHistory } from '@/components/settings/setting-history';
import { PageTitle } from '@/components/shell/page-title';
import { Button, ButtonLink } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { SelectField } from '@/components/ui/field';
import { Notice } from '@/components/ui/notice';
import { SecrecyLine } from '@/components/ui/secrecy-line';
import { Table, Td, Th } from '@/components/ui/table';
import { TextLink } from '@/components/ui/text-link';
import { AliasForms } from '@/components/units-admin/alias-forms';
import { MoveForm } from '@/components/units-admin/move-form';
import { UnitForm } from '@/components/units-admin/unit-form';
import { formatDayProse } from '@/lib/dates';
import { type SearchParams, single } from '@/lib/server/as-of';
import { requireActor } from '@/lib/server/auth/session';
import { findSupervisorSetting } from '@/lib/settings/region-setting.queries';
import { findRegister, findUnitForEditing, listUnmergedUnits } from '@/lib/units/unit.queries';
import { UNIT_KIND_LABELS, type UnitKind } from '@/lib/units/unit.schema';

const DONE: Record<string, string> = {
  added: '单位已新增。',
  changed: '已保存。',
  moved: '位次已调整。',
  alias: '别名已更新。',
  merged: '合并已完成，自今日起生效。',
  supervisor: '分管领导已保存，自今日起执行。',
};

type UnitPageProps = { params: Promise<{ unitId: string }>; searchParams: Promise<SearchParams> };

const readUnit = cache(async (unitId: string) =>
  /^\d{1,10}$/.test(unitId) ? findUnitForEditing(await requireActor(), Number(unitId)) : null,
);

export async function generateMetadata({ params }: UnitPageProps): Promise<Metadata> {
  return { title: (await readUnit((await params).unitId))?.name ?? '未找到' };
}

export default async function UnitAdminPage({ params, searchParams }: UnitPageProps) {
  const actor = await requireActor();
  const unit = await readUnit((await params).unitId);
  if (!unit) notFound();
  const done = DONE[single(await searchParams, 'done') ?? ''];
  const children = unit.parent ? [] : ((await findRegister(actor, unit.regionId, unit.id)) ?? []);
  const supervisor = unit.mergedInto ? null : await findSupervisorSetting(actor, unit.id);
  const targets = (await listUnmergedUnits(actor, unit.regionId)).filter((target) => target.id !== unit.id);
  return (
    <>
      <PageTitle
        title={unit.name}
        facts={[unit.regionName, UNIT_KIND_LABELS[unit.kind as UnitKind] ?? unit.kind]}
        crumbs={[
          { href: `/admin/units?region=${unit.regionId}`, label: '单位名册' },
          ...(unit.parent ? [{ href: `/admin/units/${unit.parent.id}`, label: unit.parent.name }] : []),
        ]}
      />
      {done ? <Notice tone="ok">{done}</Notice> : null}
      {unit.mergedInto ? (
        <Notice tone="info" title={`已并入${unit.mergedInto.name}`}>
          自{formatDayProse(unit.mergedInto.effectiveOn)}起计入
          <TextLink href={`/admin/units/${unit.mergedInto.id}`}>{unit.mergedInto.name}</TextLink>。依据：
          {unit.mergedInto.basis}
        </Notice>
      ) : null}
      <div className="grid items-start gap-x-3.5 lg:grid-cols-2">
        <Card title="名称" id="names">
          <UnitForm key={unit.version} unit={unit} />
        </Card>
        <div className="min-w-0">
          <Card title="别名" id="aliases" note="清单中印的其他写法">
            <AliasForms key={unit.version} unitId={unit.id} version={unit.version} aliases={unit.aliases} />
          </Card>
          <Card title="位次" id="order" note={unit.parent ? `在${unit.parent.name}的下属单位中` : '在本地区一级单位中'}>
            <MoveForm
              key={unit.version}
              unitId={unit.id}
              version={unit.version}
              position={unit.position}
              count={unit.siblingCount}
            />
          </Card>
          {supervisor ? (
            <Card title="分管领导" id="supervisor">
              <SupervisorForm
                key={supervisor.lastId}
                unitId={unit.id}
                lastId={supervisor.lastId}
                accountId={supervisor.accountId}
                choices={supervisor.choices}
              />
              <SettingHistory label="分管领导" changes={supervisor.changes} none="尚未指定过。" />
            </Card>
          ) : null}
        </div>
      </div>
      {unit.parent ? null : (
        <Card
          title="科室和二级单位"
          id="children"
          actions={
            unit.mergedInto ? null : (
              <ButtonLink size="small" href={`/admin/units/new?region=${unit.regionId}&parent=${unit.id}`}>
                新增
              </ButtonLink>
            )
          }
        >
          {children.length === 0 ? (
            <p className="text-mute">没有。</p>
          ) : (
            <Table label="科室和二级单位列表">
              <thead>
                <tr>
                  <Th num className="w-16">
                    位次
                  </Th>
                  <Th>名称</Th>
                  <Th>类别</Th>
                  <Th>别名</Th>
                </tr>
              </thead>
              <tbody>
                {children.map((child) => (
                  <tr key={child.id}>
                    <Td num mute>
                      {child.position}
                    </Td>
                    <Th scope="row">
                      <TextLink quiet href={`/admin/units/${child.id}`}>
                        {child.name}
                      </TextLink>
                      {child.mergedInto ? (
                        <span className="ml-2 text-xs text-mute">已并入{child.mergedInto.name}</span>
                      ) : null}
                    </Th>
                    <Td nowrap>{UNIT_KIND_LABELS[child.kind as UnitKind] ?? child.kind}</Td>
                    <Td>{child.aliases.join('、') || '—'}</Td>
                  </tr>
                ))}
              </tbody>
            </Table>
          )}
        </Card>
      )}
      {unit.mergedFrom.length > 0 ? (
        <Card title="并入本单位的" id="merged">
          <ul className="space-y-1">
            {unit.mergedFrom.map((merged) => (
              <li key={merged.id}>
                <TextLink href={`/admin/units/${merged.id}`}>{merged.name}</TextLink>，自
                {formatDayProse(merged.effectiveOn)}起。依据：
                {merged.basis}
              </li>
            ))}
          </ul>
        </Card>
      ) : null}
      {unit.mergedInto ? null : (
        <Card title="合并" id="merge" note="先预览影响，再确认">
          <form method="get" action="/admin/units/merge" className="flex max-w-xl flex-wrap items-end gap-2">
            <input type="hidden" name="from" value={unit.id} />
            <SelectField
              name="into"
              label={`把${unit.name}并入`}
              className="mb-0! min-w-48 flex-1"
              placeholder="请选择单位"
              required
              options={targets.map((target) => ({ value: String(target.id), label: target.label }))}
            />
            <Button type="submit">预览</Button>
          </form>
          <SecrecyLine />
        </Card>
      )}
    </>
  );
}
