import 'server-only';
import type { Day } from '@/lib/dates';
import { type Db, db } from '@/lib/server/db';
import { SETTINGS, type SettingKey, type SettingValue } from './setting.schema';

/** A setting as it holds on a day; the program's default where nobody has set it. Asks for no actor: what it says is nobody's secret but webhook_url, which no page shows whole. */
export async function readSetting<K extends SettingKey>(
  key: K,
  scopeId: number,
  day: Day,
  client: Db = db(),
): Promise<SettingValue<K>> {
  const found = await readSettings(key, [scopeId], day, client);
  return found.get(scopeId)!;
}

/** The same for several regions, plans or units at once. */
export async function readSettings<K extends SettingKey>(
  key: K,
  scopeIds: readonly number[],
  day: Day,
  client: Db = db(),
): Promise<Map<number, SettingValue<K>>> {
  const { scope, schema, fallback } = SETTINGS[key];
  const rows = await client.$queryRaw<{ id: number; value: unknown }[]>`
    SELECT x.id, setting_as_of(${scope}::setting_scope, x.id, ${key}, ${day}::date) AS value FROM unnest(${[...new Set(scopeIds)]}::int[]) AS x(id)`;
  return new Map(
    rows.map(({ id, value }) => [id, (value === null ? fallback : schema.parse(value)) as SettingValue<K>]),
  );
}
