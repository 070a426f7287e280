import { Tabs } from '@/components/ui/tabs';
import { canOpenAdmin } from '@/lib/accounts/account.policy';
import { mayDoInRegion } from '@/lib/rights/region-rights.rules';
import type { Actor } from '@/lib/server/auth/actor';
import { requireActor } from '@/lib/server/auth/session';
import { canManageSettings } from '@/lib/settings/setting.policy';

export type AdminSection = 'accounts' | 'units' | 'settings' | 'sign-ins' | 'calendar' | 'jobs';

const SECTIONS: Array<{ key: AdminSection; label: string; isFor: (actor: Actor) => boolean }> = [
  { key: 'accounts', label: '账号', isFor: canOpenAdmin },
  { key: 'units', label: '单位名册', isFor: canOpenAdmin },
  { key: 'settings', label: '设置', isFor: canManageSettings },
  { key: 'sign-ins', label: '登录记录', isFor: canOpenAdmin },
  { key: 'calendar', label: '工作日历', isFor: (actor) => mayDoInRegion(actor, 'calendar.correct', null) },
  { key: 'jobs', label: '每日任务', isFor: (actor) => mayDoInRegion(actor, 'job.read', null) },
];

export async function AdminTabs({ current }: { current: AdminSection }) {
  const actor = await requireActor();
  return (
    <Tabs
      label="管理"
      items={SECTIONS.filter((section) => section.isFor(actor)).map((section) => ({
        href: `/admin/${section.key}`,
        label: section.label,
        current: section.key === current,
      }))}
    />
  );
}
