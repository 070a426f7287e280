import type { ReactNode } from 'react';
import { SignOutForm } from '@/components/accounts/sign-out-form';
import { PageAsOfBar } from '@/components/dashboards/page-as-of-bar';
import { Shell, USER_MENU_ENTRY } from '@/components/shell/shell';
import { canOpenAdmin } from '@/lib/accounts/account.policy';
import { roleLabels } from '@/lib/accounts/account.words';
import { navigationFor } from '@/lib/dashboards/navigation';
import { getNavigation } from '@/lib/dashboards/navigation.queries';
import { formatDayProse } from '@/lib/dates';
import { canImport } from '@/lib/imports/drafts/draft.queries';
import type { Actor } from '@/lib/server/auth/actor';
import { requireActor } from '@/lib/server/auth/session';
import { today } from '@/lib/server/clock';
import { isDemo } from '@/lib/server/data-mode';

function placeOf(actor: Actor): string {
  if (actor.unitName !== null && actor.unitId !== null) return `${actor.regionName ?? ''} ${actor.unitName}`.trim();
  return actor.regionName === null ? '平台管理' : `${actor.regionName}优化营商环境`;
}

export default async function SignedInLayout({ children }: { children: ReactNode }) {
  // The pages send on who must first choose a password: a redirect thrown here stays in the browser's router, and goes round for ever.
  const [actor, day, demo] = await Promise.all([requireActor({ passwordMayBeDue: true }), today(), isDemo()]);
  // Who must first choose a password is led nowhere else.
  const facts = actor.mustChangePassword ? null : await getNavigation(actor, day);
  const nav =
    facts === null
      ? []
      : navigationFor(facts, {
          isUnit: actor.unitId !== null,
          managesAccounts: canOpenAdmin(actor),
          imports: canImport(actor),
        });
  return (
    <Shell
      accountId={actor.accountId}
      brand="改革任务台账"
      regionName={placeOf(actor)}
      nav={nav}
      unread={facts?.unread ?? null}
      userLine={`${actor.displayName} · ${roleLabels(actor.roles)}`}
      signOut={<SignOutForm className={USER_MENU_ENTRY} />}
      demoDay={demo ? formatDayProse(day) : null}
      asOfBar={<PageAsOfBar today={day} />}
    >
      {children}
    </Shell>
  );
}
