import 'server-only';
import { randomUUID } from 'node:crypto';
import { unstable_rethrow } from 'next/navigation';
import { z } from 'zod';
import type { Actor } from './auth/actor';
import { requireActor } from './auth/session';
import { AppError } from './errors';
import { recordRefusal } from './events';
import { logUnexpected } from './log';
import { ChangedFormError, sentFormOf, withSentForm } from './sent-form';

export type FormState = {
  status: 'idle' | 'ok' | 'invalid' | 'refused';
  fieldErrors?: Record<string, string[]>;
  /** What was typed, given back so that nothing is lost. */
  values?: Record<string, string>;
  message?: string;
  /** On a conflict: what stands now, by field. */
  latest?: Record<string, string>;
  /** The key of a form that was carried out before with other words, and the one under which it may be sent again. */
  again?: { key: string; fresh: string };
};

export const IDLE: FormState = { status: 'idle' };

type Fields = Record<string, string | string[]>;

/** Fields of a form as text; a field that occurs several times becomes an array. Files and Next's own fields are left out. */
export function readFields(form: FormData): Fields {
  const fields: Fields = {};
  for (const key of new Set(form.keys())) {
    if (key.startsWith('$ACTION')) continue;
    const values = form.getAll(key).filter((v): v is string => typeof v === 'string');
    if (values.length === 1) fields[key] = values[0]!;
    else if (values.length > 1) fields[key] = values;
  }
  return fields;
}

const given = (fields: Fields): Record<string, string> =>
  Object.fromEntries(
    Object.entries(fields)
      .filter(([key]) => !/password/i.test(key)) // never sent back, not even to the one who typed it
      .map(([key, value]) => [key, Array.isArray(value) ? value.join(',') : value]),
  );

type FormActionOptions = {
  /** True for the one action that an account with a generated password may take: choosing its own. */
  passwordMayBeDue?: boolean;
};

/** Under the key the fields are to be sent by: a form that was refused because it had been carried out before goes by a fresh one. */
function underFreshKey(fields: Fields, again: FormState['again']): Fields {
  return again && fields.idempotencyKey === again.key ? { ...fields, idempotencyKey: again.fresh } : fields;
}

/** actor → fields → schema → run. Gives back what was typed; refusals are recorded; anything unknown becomes a reference number. */
export function formAction<S extends z.ZodType>(
  schema: S,
  run: (actor: Actor, input: z.output<S>) => Promise<string | undefined | void>,
  kind = 'action',
  { passwordMayBeDue = false }: FormActionOptions = {},
) {
  return async ({ again }: FormState, sent: FormData): Promise<FormState> => {
    const { asAccount, ...fields } = underFreshKey(readFields(sent), again);
    const values = given(fields);
    let actor: Actor | null = null;
    try {
      const asking = await requireActor({ passwordMayBeDue });
      actor = asking;
      if (asAccount !== undefined && asAccount !== String(asking.accountId))
        throw new AppError(
          'forbidden',
          `此页面是以另一账号打开的，现在登录的是${asking.displayName}，没有提交。您填写的内容仍在下面；请刷新页面、确认账号后再提交。`,
        );
      const parsed = schema.safeParse(fields);
      if (!parsed.success) {
        return {
          status: 'invalid',
          again,
          values,
          fieldErrors: z.flattenError(parsed.error).fieldErrors as Record<string, string[]>,
          message: '请按提示修改后再提交。',
        };
      }
      const form = sentFormOf(asking.accountId, fields);
      const message = await withSentForm(form, () => run(asking, parsed.data));
      return { status: 'ok', message: message ?? undefined };
    } catch (error) {
      unstable_rethrow(error);
      if (error instanceof AppError) {
        const subjectId = Number(values.taskId ?? values.planId ?? values.reportId ?? values.draftId ?? 0);
        await recordRefusal(
          actor,
          kind,
          'action',
          Number.isSafeInteger(subjectId) && subjectId > 0 && subjectId < 2147483647 ? subjectId : null,
          error.code,
        );
        const key = String(sent.get('idempotencyKey'));
        const renewed = error instanceof ChangedFormError ? { key, fresh: randomUUID() } : null;
        return {
          status: 'refused',
          again: renewed ?? again,
          values: renewed ? { ...values, idempotencyKey: renewed.fresh } : values,
          message: error.message,
          latest: error.latest as Record<string, string> | undefined,
          ...(error.fieldErrors ? { fieldErrors: error.fieldErrors } : {}),
        };
      }
      const reference = logUnexpected(error);
      return {
        status: 'refused',
        again,
        values,
        message: `系统暂时无法处理，您填写的内容已保留，请稍后重试。如多次出现，请将编号 ${reference} 告知管理员。`,
      };
    }
  };
}
