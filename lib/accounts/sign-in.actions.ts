'use server';
import { headers } from 'next/headers';
import { redirect, unstable_rethrow } from 'next/navigation';
import { clientAddress } from '@/lib/server/auth/client-address';
import { safeNext } from '@/lib/server/auth/next-address';
import { endOwnSession, writeSessionCookie } from '@/lib/server/auth/session';
import { logUnexpected } from '@/lib/server/log';
import { signIn } from './sign-in.commands';
import { SIGN_IN_WORDS } from './sign-in.rules';
import { signInSchema } from './sign-in.schema';

type SignInState = {
  status: 'idle' | 'ok' | 'invalid' | 'refused';
  fieldErrors?: Record<string, string[]>;
  values?: Record<string, string>;
  message?: string;
};

/** Not a formAction: nobody is signed in yet. */
export async function signInAction(_previous: SignInState, form: FormData): Promise<SignInState> {
  const values = { username: String(form.get('username') ?? '').slice(0, 64) };
  const parsed = signInSchema.safeParse(Object.fromEntries(form));
  if (!parsed.success) {
    return {
      status: 'invalid',
      values,
      fieldErrors: parsed.error.flatten().fieldErrors,
      message: '请填写用户名和密码。',
    };
  }
  try {
    const result = await signIn({ ...parsed.data, address: clientAddress(await headers()) });
    if (!result.ok) return { status: 'refused', values, message: SIGN_IN_WORDS[result.reason] };
    await writeSessionCookie(result.sid);
    redirect(safeNext(parsed.data.next));
  } catch (error) {
    unstable_rethrow(error);
    const reference = logUnexpected(error);
    return {
      status: 'refused',
      values,
      message: `系统暂时无法登录，请稍后再试。如多次出现，请将编号 ${reference} 告知管理员。`,
    };
  }
}

export async function signOutAction(): Promise<void> {
  await endOwnSession();
  redirect('/login?left=1');
}
