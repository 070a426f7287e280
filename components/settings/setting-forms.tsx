'use client';

import type { ReactNode } from 'react';
import { CheckboxField, SelectField, TextareaField, TextField } from '@/components/ui/field';
import { FormSummary } from '@/components/ui/form-summary';
import { Notice } from '@/components/ui/notice';
import { SecrecyLine } from '@/components/ui/secrecy-line';
import { SubmitButton } from '@/components/ui/submit-button';
import { useFormAction } from '@/components/ui/use-form-action';
import type { FormState } from '@/lib/server/form-action';
import { changeRegionSettingAction, setSupervisorAction } from '@/lib/settings/setting.actions';
import type { SettingValue } from '@/lib/settings/setting.schema';
import { ESCALATION_OPTIONS, type RegionSettingKey, tierName } from '@/lib/settings/setting.words';

type Typed = Record<string, string> | undefined;
type Errors = Record<string, string[]>;

type SettingFormProps = {
  regionId: number;
  settingKey: RegionSettingKey;
  lastId: number;
  /** Its fields, under what was typed last. `id` gives each control an id of its own on a page of many forms. */
  children: (typed: Typed, errors: Errors, id: (name: string) => string) => ReactNode;
};

function SettingForm({ regionId, settingKey, lastId, children }: SettingFormProps) {
  const [state, action] = useFormAction<FormState>(changeRegionSettingAction, { status: 'idle' });
  const id = (name: string) => `${settingKey}-${name}`;
  return (
    <form action={action} noValidate>
      <FormSummary state={state} idPrefix={`${settingKey}-`} />
      {state.latest ? (
        <Notice tone="info" title="现行设置">
          {state.latest.words}。下面仍是您填写的内容，再次保存将以您的为准。
        </Notice>
      ) : null}
      <input type="hidden" name="key" value={settingKey} />
      <input type="hidden" name="regionId" value={regionId} />
      <input type="hidden" name="lastId" value={state.latest?.lastId ?? lastId} />
      {children(state.values, state.fieldErrors ?? {}, id)}
      <TextField
        name="basis"
        id={id('basis')}
        label="依据（可不填）"
        hint="如文件名称、文号或会议决定"
        maxLength={200}
        defaultValue={state.values?.basis ?? ''}
        errors={state.fieldErrors?.basis}
      />
      <SecrecyLine />
      <SubmitButton variant="plain">保存，自今日起执行</SubmitButton>
    </form>
  );
}

type FormProps<K extends RegionSettingKey> = { regionId: number; lastId: number; value: SettingValue<K> };

export function LimitForm({
  settingKey,
  label,
  hint,
  value,
  ...props
}: FormProps<'sign_for_limit'> & { settingKey: 'sign_for_limit' | 'review_limit'; label: string; hint: string }) {
  return (
    <SettingForm {...props} settingKey={settingKey}>
      {(typed, errors, id) => (
        <TextField
          name="days"
          id={id('days')}
          label={label}
          hint={hint}
          inputMode="numeric"
          className="max-w-xs"
          required
          defaultValue={typed?.days ?? value}
          errors={errors.days}
        />
      )}
    </SettingForm>
  );
}

export function DocumentCodeForm({ value, ...props }: FormProps<'document_code'>) {
  return (
    <SettingForm {...props} settingKey="document_code">
      {(typed, errors, id) => (
        <TextField
          name="code"
          id={id('code')}
          label="机关代字"
          hint="如“鄂营商督”，文号即为 鄂营商督〔2022〕5号。未确定时督办单不能签发。"
          className="max-w-xs"
          maxLength={20}
          defaultValue={typed?.code ?? value}
          errors={errors.code}
        />
      )}
    </SettingForm>
  );
}

const TIER_DAYS: Record<1 | 3, string> = { 1: '距完成时限多少天以内', 3: '逾期多少天以上' };

export function SlipTiersForm({ value, ...props }: FormProps<'slip_tiers'>) {
  return (
    <SettingForm {...props} settingKey="slip_tiers">
      {(typed, errors, id) =>
        value.map((tier) => {
          const field = (name: string) => ({
            name: `${name}${tier.tier}`,
            id: id(`${name}${tier.tier}`),
            errors: errors[`${name}${tier.tier}`],
          });
          return (
            <fieldset key={tier.tier} className="mb-2 border-b border-line-soft pb-1">
              <legend className="mb-1 font-semibold">{tierName(tier.tier)}</legend>
              <div className="grid gap-x-3 sm:grid-cols-3">
                <TextField
                  {...field('words')}
                  label="名称"
                  hint="须以“督办单”结尾"
                  maxLength={20}
                  required
                  defaultValue={typed?.[`words${tier.tier}`] ?? tier.words}
                />
                {tier.tier === 2 ? (
                  <p className="mb-3 self-center text-xs text-mute">用于推进滞后或未按期填报的任务。</p>
                ) : (
                  <TextField
                    {...field('fromDays')}
                    label={TIER_DAYS[tier.tier]}
                    inputMode="numeric"
                    required
                    defaultValue={typed?.[`fromDays${tier.tier}`] ?? tier.fromDays}
                  />
                )}
                <TextField
                  {...field('replyWorkingDays')}
                  label="回复期限（工作日）"
                  inputMode="numeric"
                  required
                  defaultValue={typed?.[`replyWorkingDays${tier.tier}`] ?? tier.replyWorkingDays}
                />
              </div>
              <TextareaField
                {...field('opening')}
                label="正文开头"
                rows={2}
                required
                defaultValue={typed?.[`opening${tier.tier}`] ?? tier.opening}
              />
            </fieldset>
          );
        })
      }
    </SettingForm>
  );
}

export function ReminderDaysForm({ value, ...props }: FormProps<'reminder_days'>) {
  return (
    <SettingForm {...props} settingKey="reminder_days">
      {(typed, errors, id) => (
        <div className="grid gap-x-3 sm:grid-cols-2">
          <TextField
            name="ahead"
            id={id('ahead')}
            label="完成时限前多少天提醒"
            hint="用顿号隔开，如 15、7、3；不提醒则留空"
            defaultValue={typed?.ahead ?? value.ahead.join('、')}
            errors={errors.ahead}
          />
          <TextField
            name="overdue"
            id={id('overdue')}
            label="逾期第多少天提醒"
            hint="如 1、7、14、30"
            defaultValue={typed?.overdue ?? value.overdue.join('、')}
            errors={errors.overdue}
          />
          <TextField
            name="cycleClosing"
            id={id('cycleClosing')}
            label="填报截止前多少天提醒"
            hint="只提醒本期尚未填报的单位"
            defaultValue={typed?.cycleClosing ?? value.cycleClosing.join('、')}
            errors={errors.cycleClosing}
          />
          <CheckboxField
            name="onTheDay"
            id={id('onTheDay')}
            label="完成时限当天也提醒"
            className="sm:self-center"
            defaultChecked={typed ? typed.onTheDay === 'on' : value.onTheDay}
          />
        </div>
      )}
    </SettingForm>
  );
}

export function EscalationForm({ value, rows, ...props }: FormProps<'escalation'> & { rows: number }) {
  return (
    <SettingForm {...props} settingKey="escalation">
      {(typed, errors, id) => (
        <>
          <p className="mb-2 text-xs text-mute">
            逾期达到天数即告知相应人员；后一级告知时前一级仍告知。不用的行两格都留空。
          </p>
          {Array.from({ length: rows }, (_, index) => index + 1).map((n) => (
            <div key={n} className="grid grid-cols-2 gap-x-3 sm:max-w-md">
              <TextField
                name={`fromDays${n}`}
                id={id(`fromDays${n}`)}
                label={`第 ${n} 级：逾期多少天起`}
                inputMode="numeric"
                defaultValue={typed?.[`fromDays${n}`] ?? value[n - 1]?.fromDays ?? ''}
                errors={errors[`fromDays${n}`]}
              />
              <SelectField
                name={`to${n}`}
                id={id(`to${n}`)}
                label="告知"
                placeholder="（不用）"
                options={ESCALATION_OPTIONS}
                defaultValue={typed?.[`to${n}`] ?? value[n - 1]?.to ?? ''}
                errors={errors[`to${n}`]}
              />
            </div>
          ))}
        </>
      )}
    </SettingForm>
  );
}

/** The address itself is never shown again: who holds it can write to the group. */
export function WebhookForm({
  masked,
  isSet,
  ...props
}: {
  regionId: number;
  lastId: number;
  masked: string;
  isSet: boolean;
}) {
  return (
    <SettingForm {...props} settingKey="webhook_url">
      {(typed, errors, id) => (
        <>
          <TextField
            name="url"
            id={id('url')}
            label={isSet ? '换成新地址' : '机器人地址'}
            hint={`现为：${masked}。保存后只显示首尾；须为 https 公网地址，内网地址和跳转一律不发。`}
            type="url"
            inputMode="url"
            autoComplete="off"
            maxLength={500}
            defaultValue={typed?.url ?? ''}
            errors={errors.url}
          />
          {isSet ? (
            <CheckboxField
              name="clear"
              id={id('clear')}
              label="停用，不再向该群发送"
              defaultChecked={typed?.clear === 'on'}
            />
          ) : null}
        </>
      )}
    </SettingForm>
  );
}

type SupervisorFormProps = {
  unitId: number;
  lastId: number;
  accountId: number | null;
  choices: Array<{ id: number; label: string }>;
};

export function SupervisorForm({ unitId, lastId, accountId, choices }: SupervisorFormProps) {
  const [state, action] = useFormAction<FormState>(setSupervisorAction, { status: 'idle' });
  return (
    <form action={action} noValidate>
      <FormSummary state={state} idPrefix="supervisor-" />
      <input type="hidden" name="unitId" value={unitId} />
      <input type="hidden" name="lastId" value={lastId} />
      <SelectField
        name="accountId"
        id="supervisor-accountId"
        label="分管领导"
        hint="可选本地区领导和本单位负责人；逾期达到“逾期升级”所定天数时告知"
        placeholder="（未指定）"
        options={choices.map((choice) => ({ value: String(choice.id), label: choice.label }))}
        defaultValue={state.values?.accountId ?? String(accountId ?? '')}
        errors={state.fieldErrors?.accountId}
      />
      <TextField
        name="basis"
        id="supervisor-basis"
        label="依据（可不填）"
        maxLength={200}
        defaultValue={state.values?.basis ?? ''}
        errors={state.fieldErrors?.basis}
      />
      <SecrecyLine />
      <SubmitButton variant="plain">保存，自今日起执行</SubmitButton>
    </form>
  );
}
