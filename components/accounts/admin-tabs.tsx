import { Tabs } from '@/components/ui/tabs';

export type AdminSection = 'accounts' | 'units' | 'sign-ins';

const SECTIONS: Array<{ key: AdminSection; label: string }> = [
  { key: 'accounts', label: '账号' },
  { key: 'units', label: '单位名册' },
  { key: 'sign-ins', label: '登录记录' },
];

export function AdminTabs({ current, hidden = [] }: { current: AdminSection; hidden?: AdminSection[] }) {
  return (
    <Tabs
      label="管理"
      items={SECTIONS.filter((section) => !hidden.includes(section.key)).map((section) => ({
        href: `/admin/${section.key}`,
        label: section.label,
        current: section.key === current,
      }))}
    />
  );
}
