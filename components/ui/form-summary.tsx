import { Notice } from '@/components/ui/notice';

/** What an action answers to its form. */
export type FormState = {
  status: 'idle' | 'ok' | 'invalid' | 'refused';
  fieldErrors?: Record<string, string[]>;
  values?: Record<string, string>;
  message?: string;
};

type FormSummaryProps = {
  state: FormState;
  /** Printed before each error, by field name; without it the error stands alone. */
  labels?: Record<string, string>;
  /** Put before a field's name to get its id; empty unless the fields were given other ids. */
  idPrefix?: string;
};

/** Stands first in the form: what is wrong, each line a link to its field; or what was refused; or that it was done. */
export function FormSummary({ state, labels, idPrefix = '' }: FormSummaryProps) {
  if (state.status === 'idle') return null;
  if (state.status === 'ok') {
    return state.message ? <Notice tone="ok">{state.message}</Notice> : null;
  }
  const errors = Object.entries(state.fieldErrors ?? {}).filter(([, messages]) => messages.length > 0);
  const title = state.message ?? (state.status === 'invalid' ? '有内容需要修改后再提交' : '未能提交，请稍后再试');
  return (
    <Notice tone="error" title={title} alert>
      {errors.length > 0 ? (
        <ul className="list-disc pl-5">
          {errors.map(([name, messages]) => (
            <li key={name}>
              <a href={`#${idPrefix}${name}`} className="text-red-strong underline underline-offset-2">
                {labels?.[name] ? `${labels[name]}：` : ''}
                {messages.join('；')}
              </a>
            </li>
          ))}
        </ul>
      ) : null}
    </Notice>
  );
}
