import Link from 'next/link';
import type { ReactNode } from 'react';
import { type NavItem, NavLinks } from '@/components/shell/nav-links';
import { SearchBox } from '@/components/shell/search-box';
import { Count } from '@/components/ui/badge';
import { Menu } from '@/components/ui/menu';

type ShellProps = {
  /** Whose words a form keeps in this browser. */
  accountId: number;
  /** Name of the system, 改革任务台账. */
  brand: string;
  /** Beneath the brand: whose ledger, e.g. 鄂州市优化营商环境. */
  regionName: string;
  nav: NavItem[];
  /** Notices not read, beside the menu on narrow screens; null: no inbox yet. */
  unread?: number | null;
  /** Who is signed in, e.g. 市优化办 · 工作人员. */
  userLine: ReactNode;
  /** The form that signs out; stands last in the menu of the user. */
  signOut?: ReactNode;
  /** The simulated today of a demonstration, in prose: marks every page 演示数据. Null: real data. */
  demoDay: string | null;
  /** AsOfBar, on pages whose figures have a day. */
  asOfBar?: ReactNode;
  children: ReactNode;
};

/** Class of the entry a sign-out form puts into the user's menu, so that it looks like its neighbours. */
export const USER_MENU_ENTRY = 'block w-full rounded-md px-2.5 py-1.5 text-left hover:bg-ground';

function UserEntries({ signOut }: { signOut?: ReactNode }) {
  return (
    <ul>
      <li>
        <Link href="/account/reminders" prefetch={false} className={USER_MENU_ENTRY}>
          我的提醒
        </Link>
      </li>
      <li>
        <Link href="/account/password" prefetch={false} className={USER_MENU_ENTRY}>
          修改密码
        </Link>
      </li>
      {signOut ? <li>{signOut}</li> : null}
    </ul>
  );
}

/** The way to the inbox where the navigation is folded away. */
function Bell({ unread }: { unread: number }) {
  return (
    <Link
      href="/inbox"
      prefetch={false}
      aria-label={unread > 0 ? `收件箱，${unread} 条未读` : '收件箱，没有未读'}
      className="relative inline-flex min-h-9 min-w-9 items-center justify-center rounded-md border border-line hover:border-accent"
    >
      <svg aria-hidden="true" viewBox="0 0 20 20" className="w-5" fill="none" stroke="currentColor" strokeWidth="1.5">
        <path
          d="M10 2.5a5 5 0 0 0-5 5v3.2L3.6 14h12.8L15 10.7V7.5a5 5 0 0 0-5-5ZM8 16.5a2.1 2.1 0 0 0 4 0"
          strokeLinejoin="round"
        />
      </svg>
      {unread > 0 ? (
        <span aria-hidden="true" className="absolute -top-1.5 -right-1.5">
          <Count value={unread} tone="red" />
        </span>
      ) : null}
    </Link>
  );
}

function Brand({ brand, regionName }: { brand: string; regionName: string }) {
  return (
    <Link href="/" prefetch={false} className="block rounded-md">
      <span className="block text-[1rem] leading-snug font-semibold">{brand}</span>
      <span className="block text-xs text-mute">{regionName}</span>
    </Link>
  );
}

/** The frame of every signed-in page: navigation left (a menu on narrow screens), day, search and user above. */
export function Shell({
  accountId,
  brand,
  regionName,
  nav,
  unread = null,
  userLine,
  signOut,
  demoDay,
  asOfBar,
  children,
}: ShellProps) {
  return (
    <div data-account={accountId} className="min-h-screen lg:grid lg:grid-cols-[184px_minmax(0,1fr)] print:block">
      <a
        href="#main"
        className="sr-only z-50 rounded-md bg-accent text-white focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:px-3 focus:py-1.5"
      >
        跳到正文
      </a>
      <div className="border-r border-line bg-card max-lg:hidden print:hidden">
        <nav aria-label="主导航" className="sticky top-0 max-h-screen overflow-y-auto px-2.5 py-3.5">
          <div className="px-2.5 pb-3.5">
            <Brand brand={brand} regionName={regionName} />
          </div>
          <NavLinks items={nav} />
        </nav>
      </div>
      <div className="min-w-0">
        <header className="print:mb-2">
          {demoDay ? (
            <p className="bg-amber-ground px-5 py-1 text-sm text-amber max-lg:px-4 print:px-0">
              <strong className="font-semibold">演示数据</strong>
              <span className="ml-2">模拟日期 {demoDay}；各项进展均为模拟，不反映任何单位的真实工作。</span>
            </p>
          ) : null}
          <div className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-line bg-card px-5 py-2.5 max-lg:px-4 print:border-0 print:p-0">
            <div className="flex w-full items-center justify-between gap-3 lg:hidden print:hidden">
              <Brand brand={brand} regionName={regionName} />
              <div className="flex items-center gap-2.5">
                {unread === null ? null : <Bell unread={unread} />}
                <Menu summary="菜单" summaryClass="min-h-9 px-3" panelClass="right-0 w-56 max-w-[calc(100vw-2rem)]">
                  <nav aria-label="主导航">
                    <NavLinks items={nav} />
                  </nav>
                  <p className="mt-2 border-t border-line px-2.5 pt-3 pb-1 text-sm text-mute">{userLine}</p>
                  <UserEntries signOut={signOut} />
                </Menu>
              </div>
            </div>
            {asOfBar}
            <div className="flex min-w-40 flex-1 items-center justify-end gap-3 max-lg:w-full max-lg:flex-none print:hidden">
              <SearchBox className="min-w-0 flex-1 lg:max-w-60" />
              <Menu
                summary={userLine}
                summaryClass="border-transparent px-1 text-mute"
                panelClass="right-0 w-36"
                className="max-lg:hidden"
              >
                <UserEntries signOut={signOut} />
              </Menu>
            </div>
          </div>
        </header>
        <main id="main" tabIndex={-1} className="px-5 pt-3.5 pb-8 max-lg:px-4 print:p-0">
          {children}
        </main>
      </div>
    </div>
  );
}
