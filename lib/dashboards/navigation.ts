/** The entries of the navigation by what the viewer may do. Pure. */
export type NavigationFacts = {
  readsOverdue: boolean;
  reviews: boolean;
  /** Sees reviews past the limit, and decides on none. */
  readsOldReviews: boolean;
  /** Null where no one region is counted: the platform's admin chooses one on the page. */
  overdue: number | null;
  underReview: number;
  unread: number;
  /** Null: has no part in them. */
  extensions: number | null;
  slips: number | null;
  papers: number | null;
  readsReminders: boolean;
};
export type NavigationViewer = { isUnit: boolean; managesAccounts: boolean; imports: boolean };

export type NavigationEntry = {
  href: string;
  label: string;
  count?: number;
  tone?: 'red' | 'plain';
  group: number;
  keepsAsOf?: boolean;
};

export function navigationFor(facts: NavigationFacts, viewer: NavigationViewer): NavigationEntry[] {
  const entries: (NavigationEntry | false)[] = [
    {
      href: '/',
      label: viewer.isUnit ? '本单位任务' : '总览',
      // A unit has no list of the late ones of others: its own are counted here.
      count: facts.readsOverdue ? undefined : (facts.overdue ?? undefined),
      tone: 'red',
      group: 1,
      keepsAsOf: true,
    },
    facts.readsOverdue && {
      href: '/overdue',
      label: '逾期清单',
      count: facts.overdue ?? undefined,
      tone: 'red',
      group: 1,
      keepsAsOf: true,
    },
    { href: '/tasks', label: '任务台账', group: 1, keepsAsOf: true },
    { href: '/units', label: '单位', group: 1, keepsAsOf: true },
    { href: '/plans', label: '方案', group: 1, keepsAsOf: true },
    { href: '/inbox', label: '收件箱', count: facts.unread, tone: 'red', group: 2 },
    facts.papers !== null && { href: '/papers', label: '待签发', count: facts.papers, group: 2 },
    facts.reviews && { href: '/reviews', label: '待审核', count: facts.underReview, group: 2 },
    facts.readsOldReviews && !facts.reviews && { href: '/reviews', label: '超期未审核', group: 2 },
    facts.extensions !== null && { href: '/extensions', label: '延期', count: facts.extensions, group: 2 },
    facts.slips !== null && { href: '/slips', label: '督办单', count: facts.slips, group: 2 },
    facts.readsReminders && { href: '/reminders', label: '提醒', group: 2 },
    { href: '/assessments', label: '考核', group: 3 },
    viewer.imports && { href: '/imports', label: '导入', group: 4 },
    viewer.managesAccounts && { href: '/admin', label: '系统管理', group: 4 },
  ];
  const shown = entries.filter((entry): entry is NavigationEntry => entry !== false);
  if (!viewer.isUnit) return shown;
  // A unit comes for what it has to do; the lists are what it looks up.
  const isWork = ({ href, group }: NavigationEntry) => href === '/' || group === 2;
  return [...shown.filter(isWork), ...shown.filter((entry) => !isWork(entry))];
}
