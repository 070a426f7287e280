import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { AdminTabs } from '@/components/accounts/admin-tabs';
import { RegionPicker } from '@/components/accounts/region-picker';
import {
  DocumentCodeForm,
  EscalationForm,
  LimitForm,
  ReminderDaysForm,
  SlipTiersForm,
  WebhookForm,
} from '@/components/settings/setting-forms';
import { SettingHistory } from '@/components/settings/setting-history';
import { PageTitle } from '@/components/shell/page-title';
import { Card } from '@/components/ui/card';
import { Notice } from '@/components/ui/notice';
import { SavedNotice } from '@/components/ui/saved-notice';
import { type SearchParams, single } from '@/lib/server/as-of';
import { requireActor } from '@/lib/server/auth/session';
import { findRegionSettings, listSettingRegions } from '@/lib/settings/region-setting.queries';
import { LADDER_ROWS } from '@/lib/settings/region-setting.schema';
import { canManageSettings } from '@/lib/settings/setting.policy';
import { maskAddress, REGION_SETTINGS, type RegionSettingKey, SETTING_LABELS } from '@/lib/settings/setting.words';

export async function generateMetadata(): Promise<Metadata> {
  return { title: canManageSettings(await requireActor()) ? '设置' : '未找到' };
}

export default async function SettingsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const actor = await requireActor();
  if (!canManageSettings(actor)) notFound();
  const regions = await listSettingRegions(actor);
  const params = await searchParams;
  const given = single(params, 'region');
  const region =
    regions.find((known) => String(known.id) === given) ??
    regions.find((known) => known.id === actor.regionId) ??
    regions[0];
  if (!region) notFound();
  const settings = await findRegionSettings(actor, region.id);
  if (!settings) notFound();
  const isDropped = given !== undefined && given !== '' && String(region.id) !== given;
  const saved = REGION_SETTINGS.find((key) => key === single(params, 'saved'));

  const common = (key: RegionSettingKey) => ({
    regionId: region.id,
    lastId: settings[key].lastId,
  });
  /** A saved setting is drawn anew, not kept as it was typed. */
  const drawn = (key: RegionSettingKey) => `${region.id} ${settings[key].lastId}`;
  const history = (key: RegionSettingKey) => (
    <SettingHistory label={SETTING_LABELS[key]} changes={settings[key].changes} />
  );
  const note = (key: RegionSettingKey) => (settings[key].isDefault ? '系统默认' : undefined);
  return (
    <>
      <PageTitle title="设置" facts={[region.name, '自保存之日起执行，不追溯']} />
      <AdminTabs current="settings" />
      {isDropped ? <Notice tone="warn">没有找到所选地区，已显示{region.name}。</Notice> : null}
      {saved ? <SavedNotice>{SETTING_LABELS[saved]}已保存，自今日起执行。</SavedNotice> : null}
      <div className="mb-3.5">
        <RegionPicker action="/admin/settings" regions={regions} current={String(region.id)} />
      </div>
      <div className="grid items-start gap-x-3.5 lg:grid-cols-2">
        <div className="min-w-0">
          <Card title="签收期限" id="sign_for_limit" note={note('sign_for_limit')}>
            <LimitForm
              key={drawn('sign_for_limit')}
              {...common('sign_for_limit')}
              settingKey="sign_for_limit"
              label="方案和督办单应在几个工作日内签收"
              hint="超过的提示优化办"
              value={settings.sign_for_limit.value}
            />
            {history('sign_for_limit')}
          </Card>
          <Card title="审核期限" id="review_limit" note={note('review_limit')}>
            <LimitForm
              key={drawn('review_limit')}
              {...common('review_limit')}
              settingKey="review_limit"
              label="填报应在几个工作日内审核"
              hint="超过的提示领导；不影响单位的时限"
              value={settings.review_limit.value}
            />
            {history('review_limit')}
          </Card>
          <Card title="提醒天数" id="reminder_days" note={note('reminder_days')}>
            <ReminderDaysForm
              key={drawn('reminder_days')}
              {...common('reminder_days')}
              value={settings.reminder_days.value}
            />
            {history('reminder_days')}
          </Card>
          <Card title="逾期升级" id="escalation" note={note('escalation')}>
            <EscalationForm
              key={drawn('escalation')}
              {...common('escalation')}
              value={settings.escalation.value}
              rows={LADDER_ROWS}
            />
            {history('escalation')}
          </Card>
        </div>
        <div className="min-w-0">
          <Card title="机关代字" id="document_code" note={note('document_code')}>
            <DocumentCodeForm
              key={drawn('document_code')}
              {...common('document_code')}
              value={settings.document_code.value}
            />
            {history('document_code')}
          </Card>
          <Card title="督办单分级" id="slip_tiers" note={note('slip_tiers')}>
            <SlipTiersForm key={drawn('slip_tiers')} {...common('slip_tiers')} value={settings.slip_tiers.value} />
            {history('slip_tiers')}
          </Card>
          <Card title="企业微信群机器人" id="webhook_url" note="每天一条汇总；不填则不发">
            <WebhookForm
              key={drawn('webhook_url')}
              {...common('webhook_url')}
              masked={maskAddress(settings.webhook_url.value)}
              isSet={settings.webhook_url.value !== ''}
            />
            {history('webhook_url')}
          </Card>
        </div>
      </div>
    </>
  );
}
