'use client';

import { IssuedPasswords } from '@/components/accounts/issued-passwords';
import { CheckboxField, SelectField, TextField } from '@/components/ui/field';
import { FormSummary } from '@/components/ui/form-summary';
import { Notice } from '@/components/ui/notice';
import { SecrecyLine } from '@/components/ui/secrecy-line';
import { SubmitButton } from '@/components/ui/submit-button';
import { useFormAction } from '@/components/ui/use-form-action';
import { createAccountAction, type IssuingState, updateAccountAction } from '@/lib/accounts/account.actions';
import { ROLE_HINTS, ROLE_LABELS } from '@/lib/accounts/account.words';
import { ROLES, type Role } from '@/lib/rights/rights.table';

const LABELS = {
  username: '用户名',
  displayName: '姓名',
  email: '邮箱',
  roles: '角色',
  unitId: '所在单位',
  scopeUnitId: '只管一个单位的方案',
  region: '地区',
};

type AccountFormProps = {
  /** Region id, or 'platform'. */
  region: string;
  units: Array<{ id: number; label: string }>;
  /** The account to change; without it a new one is made. */
  account?: {
    id: number;
    version: number;
    displayName: string;
    roles: Role[];
    unitId: number | null;
    scopeUnitId: number | null;
    email: string | null;
    wantsMail: boolean;
    isActive: boolean;
  };
};

export function AccountForm({ region, units, account }: AccountFormProps) {
  const [state, action] = useFormAction<IssuingState>(account ? updateAccountAction : createAccountAction, {
    status: 'idle',
  });
  const typed = state.values;
  const roles = typed ? (typed.roles ?? '').split(',') : (account?.roles ?? []);
  const isPlatform = region === 'platform';
  const options = units.map((unit) => ({ value: String(unit.id), label: unit.label }));
  return (
    <form action={action} noValidate>
      <FormSummary state={state} labels={LABELS} />
      {state.latest ? (
        <Notice tone="info" title="对方保存后的内容">
          姓名：{state.latest.displayName}；角色：{state.latest.roles}；{state.latest.isActive}
          。下面仍是您填写的内容，再次保存将以您的为准。
        </Notice>
      ) : null}
      <IssuedPasswords issued={state.issued ?? []} />
      <input type="hidden" name="region" value={region} />
      {account ? (
        <>
          <input type="hidden" name="accountId" value={account.id} />
          <input type="hidden" name="version" value={state.latest?.version ?? account.version} />
        </>
      ) : null}
      <div className="grid gap-x-4 sm:grid-cols-2">
        {account ? null : (
          <TextField
            name="username"
            label={LABELS.username}
            hint="小写字母、数字或 . _ -，建好后不能修改"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={32}
            required
            defaultValue={typed?.username}
            errors={state.fieldErrors?.username}
          />
        )}
        <TextField
          name="displayName"
          label={LABELS.displayName}
          autoComplete="off"
          maxLength={40}
          required
          defaultValue={typed?.displayName ?? account?.displayName}
          errors={state.fieldErrors?.displayName}
        />
        <TextField
          name="email"
          label={LABELS.email}
          type="email"
          autoComplete="off"
          maxLength={200}
          hint="每天一封提醒汇总；可不填，本人也可在“我的提醒”中填写"
          defaultValue={typed?.email ?? account?.email ?? ''}
          errors={state.fieldErrors?.email}
        />
        <CheckboxField
          name="wantsMail"
          label="接收每日提醒邮件"
          className="sm:self-center"
          defaultChecked={typed ? typed.wantsMail === 'on' : (account?.wantsMail ?? true)}
        />
      </div>
      <fieldset className="mb-3">
        <legend className="mb-1 text-mute">
          {LABELS.roles}
          <span aria-hidden="true" className="ml-0.5 text-red">
            *
          </span>
        </legend>
        <div className="grid gap-x-4 gap-y-1 sm:grid-cols-2 xl:grid-cols-3">
          {ROLES.filter((role) => !isPlatform || role === 'admin').map((role, index) => (
            <CheckboxField
              key={role}
              id={index === 0 ? 'roles' : `roles-${role}`}
              name="roles"
              value={role}
              label={ROLE_LABELS[role]}
              hint={ROLE_HINTS[role]}
              className="mb-1!"
              defaultChecked={isPlatform || (roles as string[]).includes(role)}
            />
          ))}
        </div>
        {state.fieldErrors?.roles ? (
          <p className="mt-1 text-sm text-red">{state.fieldErrors.roles.join('；')}</p>
        ) : null}
      </fieldset>
      {isPlatform ? (
        <>
          <input type="hidden" name="unitId" value="" />
          <input type="hidden" name="scopeUnitId" value="" />
        </>
      ) : (
        <div className="grid gap-x-4 sm:grid-cols-2">
          <SelectField
            name="unitId"
            label={LABELS.unitId}
            hint="填报员、单位负责人必选；其他角色可不选"
            placeholder="（不属于单位）"
            options={options}
            defaultValue={typed?.unitId ?? String(account?.unitId ?? '')}
            errors={state.fieldErrors?.unitId}
          />
          <SelectField
            name="scopeUnitId"
            label={LABELS.scopeUnitId}
            hint="仅用于局（委、办）自己方案的工作人员、领导、管理员"
            placeholder="（不限，管本地区方案）"
            options={options}
            defaultValue={typed?.scopeUnitId ?? String(account?.scopeUnitId ?? '')}
            errors={state.fieldErrors?.scopeUnitId}
          />
        </div>
      )}
      {account ? (
        <CheckboxField
          name="isActive"
          label="账号启用"
          hint="停用后立即不能使用，已登录的也会退出；记录全部保留"
          defaultChecked={typed ? typed.isActive === 'on' : account.isActive}
        />
      ) : (
        <p className="mb-2 text-sm text-mute">密码由系统生成，保存后显示一次；本人首次登录须自行修改。</p>
      )}
      <SecrecyLine />
      <SubmitButton>{account ? '保存' : '新建账号'}</SubmitButton>
    </form>
  );
}
