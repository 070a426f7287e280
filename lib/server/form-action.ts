import 'server-only';
import { unstable_rethrow } from 'next/navigation';
import { z } from 'zod';
import type { Actor } from './auth/actor';
import { requireActor } from './auth/session';
import { AppError } from './errors';
import { recordRefusal } from './events';
import { logUnexpected } from './log';

export type FormState = {
  status: 'idle' | 'ok' | 'invalid' | 'refused';
  fieldErrors?: Record<string, string[]>;
  /** What was typed, given back so that nothing is lost. */
  values?: Record<string, string>;
  message?: string;
  /** On a conflict: what stands now, by field. */
  latest?: Record<string, string>;
};

export const IDLE: FormState = { status: 'idle' };

/** Fields of a form as text; a field that occurs several times becomes an array. Files and Next's own fields are left out. */
export function readFields(form: FormData): Record<string, string | string[]> {
  const fields: Record<string, string | string[]> = {};
  for (const key of new Set(form.keys())) {
    if (key.startsWith('$ACTION')) continue;
    const values = form.getAll(key).filter((v): v is string => typeof v === 'string');
    if (values.length === 1) fields[key] = values[0]!;
    else if (values.length > 1) fields[key] = values;
  }
  return fields;
}

const given = (fields: Record<string, string | string[]>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(fields)
      .filter(([key]) => !/password/i.test(key)) // never sent back, not even to the one who typed it
      .map(([key, value]) => [key, Array.isArray(value) ? value.join(',') : value]),
  );

type FormActionOptions = {
  /** True for the one action that an account with a generated password may take: choosing its own. */
  passwordMayBeDue?: boolean;
};

/** actor → fields → schema → run. Gives back what was typed; refusals are recorded; anything unknown becomes a reference number. */
export function formAction<S extends z.ZodType>(
  schema: S,
  run: (actor: Actor, input: z.output<S>) => Promise<string | undefined | void>,
  kind = 'action',
  { passwordMayBeDue = false }: FormActionOptions = {},
) {
  return async (_previous: FormState, form: FormData): Promise<FormState> => {
    const fields = readFields(form);
    const values = given(fields);
    let actor: Actor | null = null;
    try {
      actor = await requireActor({ passwordMayBeDue });
      const parsed = schema.safeParse(fields);
      if (!parsed.success) {
        return {
          status: 'invalid',
          values,
          fieldErrors: z.flattenError(parsed.error).fieldErrors as Record<string, string[]>,
          message: '请按提示修改后再提交。',
        };
      }
      const message = await run(actor, parsed.data);
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
        return {
          status: 'refused',
          values,
          message: error.message,
          latest: error.latest as Record<string, string> | undefined,
          ...(error.fieldErrors ? { fieldErrors: error.fieldErrors } : {}),
        };
      }
      const reference = logUnexpected(error);
      return {
        status: 'refused',
        values,
        message: `系统暂时无法处理，您填写的内容已保留，请稍后重试。如多次出现，请将编号 ${reference} 告知管理员。`,
      };
    }
  };
}
