import { signOutAction } from '@/lib/accounts/sign-in.actions';

/** `className`: that of the entry beside it, e.g. USER_MENU_ENTRY of the shell. */
export function SignOutForm({ className }: { className?: string }) {
  return (
    <form action={signOutAction}>
      <button type="submit" className={className}>
        退出登录
      </button>
    </form>
  );
}
