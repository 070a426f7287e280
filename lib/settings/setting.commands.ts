import 'server-only';
import type { Day } from '@/lib/dates';
import type { Actor } from '@/lib/server/auth/actor';
import { today } from '@/lib/server/clock';
import { Prisma, type Tx } from '@/lib/server/db';
import { recordAudit, toDate } from '@/lib/server/events';
import { SETTINGS, type SettingKey, type SettingValue } from './setting.schema';

/** Sets a setting from a day on (default: today), its right checked by the caller; actor null: seeding. */
export async function setSetting<K extends SettingKey>(
  tx: Tx,
  actor: Actor | null,
  key: K,
  scopeId: number,
  value: SettingValue<K>,
  { validFrom, basis = '' }: { validFrom?: Day; basis?: string } = {},
): Promise<void> {
  const { scope, schema } = SETTINGS[key];
  await tx.datedSetting.create({
    data: {
      scope,
      scopeId,
      key,
      value: schema.parse(value) ?? Prisma.JsonNull,
      validFrom: toDate(validFrom ?? (await today(tx))),
      basis,
      actorId: actor?.accountId ?? null,
      actorWords: actor?.words ?? '系统',
    },
    select: { id: true },
  });
  await recordAudit(tx, actor, {
    kind: 'setting.changed',
    subject: scope,
    subjectId: scopeId,
    payload: { key, basis },
  });
}
