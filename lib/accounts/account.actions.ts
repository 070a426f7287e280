'use server';
import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import type { Actor } from '@/lib/server/auth/actor';
import { clientAddress } from '@/lib/server/auth/client-address';
import { readSessionId, requireActor } from '@/lib/server/auth/session';
import { recordRefusal } from '@/lib/server/events';
import { type FormState, formAction } from '@/lib/server/form-action';
import {
  changePassword,
  createAccount,
  type IssuedPassword,
  importAccounts,
  resetPassword,
  updateAccount,
} from './account.commands';
import { checkAccountRows } from './account.queries';
import {
  type AccountRow,
  changePasswordSchema,
  createAccountSchema,
  importAccountsSchema,
  resetPasswordSchema,
  updateAccountSchema,
} from './account.schema';
import type { PlannedAccount } from './account-import.rules';
import { readAccountTable, type TableProblem } from './account-table.rules';

/** FormState with passwords that are shown this once. */
export type IssuingState = FormState & { issued?: IssuedPassword[] };

export async function createAccountAction(previous: IssuingState, form: FormData): Promise<IssuingState> {
  const issued: IssuedPassword[] = [];
  const run = formAction(
    createAccountSchema,
    async (actor, input) => {
      const { accountId: _accountId, ...made } = await createAccount(actor, input);
      issued.push(made);
      return '账号已新建。';
    },
    'account.create',
  );
  return { ...(await run(previous, form)), issued };
}

export async function updateAccountAction(previous: FormState, form: FormData): Promise<FormState> {
  return formAction(
    updateAccountSchema,
    async (actor, input) => {
      await updateAccount(actor, input);
      redirect(`/admin/accounts/${input.accountId}?saved=1`);
    },
    'account.update',
  )(previous, form);
}

export async function resetPasswordAction(previous: IssuingState, form: FormData): Promise<IssuingState> {
  const issued: IssuedPassword[] = [];
  const run = formAction(
    resetPasswordSchema,
    async (actor, input) => {
      issued.push(await resetPassword(actor, input));
      return '密码已重置，该账号的登录已全部退出。';
    },
    'account.reset_password',
  );
  return { ...(await run(previous, form)), issued };
}

export async function changePasswordAction(previous: FormState, form: FormData): Promise<FormState> {
  return formAction(
    changePasswordSchema,
    async (actor, input) => {
      await changePassword(actor, input, { sid: await readSessionId(), address: clientAddress(await headers()) });
      redirect('/account/password?changed=1');
    },
    'account.change_password',
    { passwordMayBeDue: true },
  )(previous, form);
}

export type ImportState = IssuingState & {
  preview?: {
    regionName: string;
    accounts: PlannedAccount[];
    problems: TableProblem[];
    rows: string;
  };
};

const FILE_LIMIT = 900_000;

/** Reads an uploaded table and answers with what would be made of it; writes nothing. */
async function previewAccounts(form: FormData): Promise<ImportState> {
  const actor = await requireActor({ passwordMayBeDue: false });
  const regionId = Number(form.get('region'));
  const file = form.get('file');
  const invalid = (...messages: string[]): ImportState => ({
    status: 'invalid',
    fieldErrors: { file: messages },
    message: '请按提示修改后再提交。',
  });
  if (!(file instanceof File) || file.size === 0) return invalid('请选择表格文件。');
  if (file.size > FILE_LIMIT) return invalid('文件过大（超过 900 KB），请分批上传。');
  const table = readAccountTable(file.name, new Uint8Array(await file.arrayBuffer()));
  if (table.problems.length > 0) return invalid(...table.problems.map((problem) => problem.message));
  const state = await previewRows(actor, regionId, table.rows);
  if (state.status === 'refused') await recordRefusal(actor, 'account.import', 'action', null, 'not_found');
  return state;
}

async function previewRows(actor: Actor, regionId: number, rows: AccountRow[]): Promise<ImportState> {
  const checked = Number.isSafeInteger(regionId) ? await checkAccountRows(actor, regionId, rows) : null;
  if (!checked) return { status: 'refused', message: '请重新选择地区。' };
  return { status: 'idle', preview: { ...checked, rows: JSON.stringify(rows) } };
}

/**
 * Both steps of making many accounts, in one action and so with one state: without JavaScript a page keeps the state of the form that was
 * sent and of no other, and the passwords must not be lost with it. With `rows` it writes what was confirmed, without it reads the file.
 */
export async function importAccountsAction(previous: ImportState, form: FormData): Promise<ImportState> {
  if (!form.has('rows')) return previewAccounts(form);
  const issued: IssuedPassword[] = [];
  const run = formAction(
    importAccountsSchema,
    async (actor, input) => {
      issued.push(...(await importAccounts(actor, input)));
      return `已新建 ${issued.length} 个账号。`;
    },
    'account.import',
  );
  const { values: _values, ...state } = await run(previous, form);
  if (state.status === 'ok') return { ...state, issued };
  const again = importAccountsSchema.safeParse({ region: form.get('region'), rows: form.get('rows') });
  if (!again.success) return state;
  const shown = await previewRows(await requireActor({ passwordMayBeDue: false }), again.data.region, again.data.rows);
  return { ...state, preview: shown.preview };
}
