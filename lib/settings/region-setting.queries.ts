import 'server-only';
import type { Day } from '@/lib/dates';
import type { Actor } from '@/lib/server/auth/actor';
import { today } from '@/lib/server/clock';
import { type Db, db } from '@/lib/server/db';
import { canManageSettingsOf, settingRegions } from './setting.policy';
import { SETTINGS, type SettingValue } from './setting.schema';
import { REGION_SETTINGS, type RegionSettingKey, SETTING_WORDS } from './setting.words';

const REGION_CHOICES = 500;
/** So many changes of each setting are shown, newest first. */
const SHOWN_CHANGES = 20;

export type SettingChange = {
  id: number;
  validFrom: Day;
  recordedAt: Date;
  actorWords: string;
  basis: string;
  from: string;
  to: string;
};

export type RegionSetting<K extends RegionSettingKey = RegionSettingKey> = {
  value: SettingValue<K>;
  /** Newest entry, 0 where nobody has set it: a form drawn from an older one is refused. */
  lastId: number;
  isDefault: boolean;
  changes: SettingChange[];
};
export type RegionSettings = { [K in RegionSettingKey]: RegionSetting<K> };

/** Regions whose settings the actor keeps. */
export async function listSettingRegions(actor: Actor): Promise<{ id: number; name: string }[]> {
  const regions = settingRegions(actor);
  return db().region.findMany({
    where: regions === 'all' ? {} : { id: { in: regions } },
    select: { id: true, name: true },
    orderBy: { id: 'asc' },
    take: REGION_CHOICES,
  });
}

type RawChange = {
  id: number;
  key: string;
  value: unknown;
  previous: unknown;
  isFirst: boolean;
  validFrom: Day;
  recordedAt: Date;
  actorWords: string;
  basis: string;
};

function wordsOf<K extends RegionSettingKey>(key: K, value: unknown, isUnset: boolean): string {
  const known = isUnset ? SETTINGS[key].fallback : SETTINGS[key].schema.parse(value);
  return SETTING_WORDS[key](known as SettingValue<K>);
}

/** The settings of a region as they hold today, each with who changed it when; null outside the actor's reach. The robot's address comes masked in `changes`. */
export async function findRegionSettings(actor: Actor, regionId: number): Promise<RegionSettings | null> {
  if (!canManageSettingsOf(actor, regionId)) return null;
  const day = await today();
  const rows = await db().$queryRaw<RawChange[]>`
    SELECT * FROM (
      SELECT id, key, value, lag(value) OVER chain AS previous, lag(id) OVER chain IS NULL AS "isFirst", valid_from::text AS "validFrom",
             recorded_at AS "recordedAt", actor_words AS "actorWords", basis, row_number() OVER (PARTITION BY key ORDER BY valid_from DESC, id DESC) AS place
        FROM dated_setting WHERE scope = 'region' AND scope_id = ${regionId} AND key = ANY(${[...REGION_SETTINGS]}::text[]) AND valid_from <= ${day}::date
      WINDOW chain AS (PARTITION BY key ORDER BY valid_from, id)) x
     WHERE place <= ${SHOWN_CHANGES} ORDER BY key, place`;
  const settingOf = <K extends RegionSettingKey>(key: K): RegionSetting<K> => {
    const own = rows.filter((row) => row.key === key);
    const newest = own[0];
    const value = newest ? SETTINGS[key].schema.parse(newest.value) : SETTINGS[key].fallback;
    return {
      value: value as SettingValue<K>,
      lastId: newest?.id ?? 0,
      isDefault: newest === undefined,
      changes: own.map(({ id, validFrom, recordedAt, actorWords, basis, ...change }) => ({
        id,
        validFrom,
        recordedAt,
        actorWords,
        basis,
        from: wordsOf(key, change.previous, change.isFirst),
        to: wordsOf(key, change.value, false),
      })),
    };
  };
  return Object.fromEntries(REGION_SETTINGS.map((key) => [key, settingOf(key)])) as unknown as RegionSettings;
}

export type SupervisorChoice = { id: number; label: string };
export type SupervisorSetting = {
  unitId: number;
  accountId: number | null;
  lastId: number;
  choices: SupervisorChoice[];
  changes: SettingChange[];
};

/** Accounts that can be the 分管领导 of a unit: leaders of its region, heads of the unit or of the bureau above it. */
export async function listSupervisorChoices(
  client: Db,
  unit: { id: number; regionId: number; parentId: number | null },
): Promise<SupervisorChoice[]> {
  const unitIds = unit.parentId === null ? [unit.id] : [unit.id, unit.parentId];
  return client.$queryRaw<SupervisorChoice[]>`
    SELECT a.id, a.display_name || '（' || CASE WHEN 'leader' = ANY(a.roles) AND a.region_id = ${unit.regionId} THEN r.name || ' 领导' ELSE u.name || ' 负责人' END || '）' AS label
      FROM account a LEFT JOIN region r ON r.id = a.region_id LEFT JOIN unit u ON u.id = a.unit_id
     WHERE a.is_active AND (('leader' = ANY(a.roles) AND a.region_id = ${unit.regionId} AND a.scope_unit_id IS NULL)
                         OR ('unit_head' = ANY(a.roles) AND a.unit_id = ANY(${unitIds}::int[])))
     ORDER BY ('leader' = ANY(a.roles) AND a.region_id = ${unit.regionId}) DESC, a.display_name, a.id LIMIT 200`;
}

/** Who is the 分管领导 of a unit; null outside the actor's reach. */
export async function findSupervisorSetting(actor: Actor, unitId: number): Promise<SupervisorSetting | null> {
  const unit = await db().unit.findUnique({
    where: { id: unitId },
    select: { id: true, regionId: true, parentId: true },
  });
  if (!unit || !canManageSettingsOf(actor, unit.regionId)) return null;
  const day = await today();
  const [choices, rows] = await Promise.all([
    listSupervisorChoices(db(), unit),
    db().$queryRaw<(Omit<SettingChange, 'from' | 'to'> & { accountId: number | null; from: string; to: string })[]>`
      SELECT x.id, valid_from::text AS "validFrom", x.recorded_at AS "recordedAt", actor_words AS "actorWords", basis, x."accountId",
             coalesce(b.display_name, '未指定') AS "from", coalesce(a.display_name, '未指定') AS "to"
        FROM (SELECT d.*, (d.value #>> '{}')::int AS "accountId", (lag(d.value) OVER (ORDER BY valid_from, id) #>> '{}')::int AS previous
                FROM dated_setting d WHERE scope = 'unit' AND scope_id = ${unitId} AND key = 'supervisor' AND valid_from <= ${day}::date) x
        LEFT JOIN account a ON a.id = x."accountId" LEFT JOIN account b ON b.id = x.previous
       ORDER BY valid_from DESC, x.id DESC LIMIT ${SHOWN_CHANGES}`,
  ]);
  const accountId = rows[0]?.accountId ?? null;
  if (accountId !== null && !choices.some((choice) => choice.id === accountId))
    choices.push({ id: accountId, label: `${rows[0]!.to}（账号已停用或调离，请重新指定）` });
  return {
    unitId,
    accountId,
    lastId: rows[0]?.id ?? 0,
    choices,
    changes: rows.map(({ accountId: _accountId, ...change }) => change),
  };
}
