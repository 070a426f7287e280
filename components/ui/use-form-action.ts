'use client';

import { useActionState, useRef } from 'react';
import type { FormState } from '@/components/ui/form-summary';
import { KEPT_FIELD, pageAccount, writeWords } from '@/components/ui/kept-words';

const isSignal = (error: unknown): error is { digest: string } =>
  typeof error === 'object' && error !== null && 'digest' in error && typeof error.digest === 'string';

/** Sent on to another page because the deed is done, and not to sign in first. */
const isDone = ({ digest }: { digest: string }) =>
  digest.startsWith('NEXT_REDIRECT;') && !/^NEXT_REDIRECT;\w+;\/(login|account\/password)/.test(digest);

function textsOf(form: FormData): Record<string, string> {
  const names = [...new Set(form.keys())].filter((name) => !/password/i.test(name));
  return Object.fromEntries(
    names.map((name) => [
      name,
      form
        .getAll(name)
        .filter((value) => typeof value === 'string')
        .join(','),
    ]),
  );
}

/** In the browser: an answer that never came leaves the form as it was typed, and words that were received need no longer be kept. */
function minded<S extends FormState>(action: (state: S, form: FormData) => Promise<S>, last: { key: string | null }) {
  return async (previous: S, form: FormData): Promise<S> => {
    // A form that only confirms what another of the same action has asked for carries no words of its own.
    const given = form.get(KEPT_FIELD);
    const key = typeof given === 'string' ? given : last.key;
    last.key = key;
    form.delete(KEPT_FIELD);
    // Whose page this is: somebody else may have signed in in another tab since.
    const account = pageAccount();
    if (account) form.set('asAccount', account);
    const forget = () => {
      if (key !== null) writeWords(key, null);
    };
    try {
      const state = await action(previous, form);
      if (state.status === 'ok') forget();
      return state;
    } catch (error) {
      // Next's own signals, and what the server has answered itself.
      if (isSignal(error)) {
        if (isDone(error)) forget();
        throw error;
      }
      return {
        ...previous,
        status: 'refused',
        values: textsOf(form),
        fieldErrors: undefined,
        message:
          '没有收到系统的答复：网络不通，或系统正在更新。您填写的内容仍在下面，请稍后再次提交，不会重复保存；仍不成功的，请刷新页面。',
      };
    }
  };
}

/** useActionState for a form's action: works before JavaScript has loaded, and stands when the network does not. */
export function useFormAction<S extends FormState>(
  action: (state: S, form: FormData) => Promise<S>,
  initial: NoInfer<Awaited<S>>,
) {
  // Only the server's own function can be named in the page, for the browser to post to without JavaScript.
  const last = useRef<{ key: string | null }>({ key: null });
  return useActionState<S, FormData>(typeof window === 'undefined' ? action : minded(action, last.current), initial);
}
