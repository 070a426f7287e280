import 'server-only';
import { isDeepStrictEqual } from 'node:util';
import type { Day } from '@/lib/dates';
import type { Actor } from '@/lib/server/auth/actor';
import { today } from '@/lib/server/clock';
import { inTransaction, type Tx } from '@/lib/server/db';
import { AppError } from '@/lib/server/errors';
import { holdDocumentCode } from './document-code.commands';
import { listSupervisorChoices } from './region-setting.queries';
import type { ChangeRegionSettingInput, SetSupervisorInput } from './region-setting.schema';
import { setSetting } from './setting.commands';
import { canManageSettingsOf } from './setting.policy';
import { readSetting } from './setting.queries';
import { SETTINGS, type SettingKey, type SettingValue } from './setting.schema';
import { SETTING_WORDS } from './setting.words';

/** One after the other, so that of two who change the same setting the second is told. The newest entry, 0 where there is none. */
async function holdSetting(tx: Tx, key: SettingKey, scopeId: number): Promise<number> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext(${`setting ${key}`}), ${scopeId}::int)`;
  const newest = await tx.datedSetting.findFirst({
    where: { scope: SETTINGS[key].scope, scopeId, key },
    orderBy: [{ validFrom: 'desc' }, { id: 'desc' }],
    select: { id: true },
  });
  return newest?.id ?? 0;
}

/** Refuses: unreadable (another office numbers its slips under it, or another region has set it). */
async function requireFreeCode(tx: Tx, { key, regionId, value }: ChangeRegionSettingInput, day: Day): Promise<void> {
  if (key !== 'document_code' || value === '') return;
  if (!(await holdDocumentCode(tx, value, { regionId, ownerUnitId: null }, day))) return;
  const words = `机关代字“${value}”已由其他发文机关使用，两份督办单会有相同的文号。请换一个机关代字后再保存。`;
  throw new AppError('unreadable', words, { fieldErrors: { code: [words] } });
}

/**
 * 自今日起. Setting what holds already does nothing. Refuses: not_found (region outside the actor's reach), unreadable (another office's 机关代字), conflict
 * (changed meanwhile).
 */
export async function changeRegionSetting(actor: Actor, input: ChangeRegionSettingInput): Promise<void> {
  if (!canManageSettingsOf(actor, input.regionId)) throw new AppError('not_found');
  await inTransaction(async (tx) => {
    if (!(await tx.region.findUnique({ where: { id: input.regionId }, select: { id: true } })))
      throw new AppError('not_found');
    const lastId = await holdSetting(tx, input.key, input.regionId);
    const day = await today(tx);
    const standing = await readSetting(input.key, input.regionId, day, tx);
    if (isDeepStrictEqual(standing, input.value)) return;
    if (lastId !== input.lastId) {
      const words = SETTING_WORDS[input.key] as (value: SettingValue<typeof input.key>) => string;
      throw new AppError(
        'conflict',
        '该项设置刚被他人修改，您的修改没有保存，填写的内容已保留。请对照现行设置后再提交。',
        {
          latest: { words: words(standing), lastId: String(lastId) },
        },
      );
    }
    await requireFreeCode(tx, input, day);
    await setSetting(tx, actor, input.key, input.regionId, input.value, { basis: input.basis });
  });
}

/** 指定分管领导, 自今日起. Refuses: not_found (unit outside the actor's reach), invalid_state (merged unit; account not to be chosen), conflict. */
export async function setSupervisor(actor: Actor, input: SetSupervisorInput): Promise<void> {
  await inTransaction(async (tx) => {
    const unit = await tx.unit.findUnique({
      where: { id: input.unitId },
      select: { id: true, regionId: true, parentId: true, mergedInto: { select: { id: true } } },
    });
    if (!unit || !canManageSettingsOf(actor, unit.regionId)) throw new AppError('not_found');
    if (unit.mergedInto) throw new AppError('invalid_state', '该单位已并入其他单位，请在合并后的单位指定分管领导。');
    const lastId = await holdSetting(tx, 'supervisor', unit.id);
    if ((await readSetting('supervisor', unit.id, await today(tx), tx)) === input.accountId) return;
    if (lastId !== input.lastId)
      throw new AppError('conflict', '分管领导刚被他人修改，您的修改没有保存。请刷新页面核对后再提交。');
    if (input.accountId !== null) {
      const choices = await listSupervisorChoices(tx, unit);
      if (!choices.some((choice) => choice.id === input.accountId))
        throw new AppError('invalid_state', '所选账号不是本地区领导或该单位负责人，或已停用。请重新选择。');
    }
    await setSetting(tx, actor, 'supervisor', unit.id, input.accountId, { basis: input.basis });
  });
}
