import 'server-only';
import type { Db } from '@/lib/server/db';
import { SETTINGS } from '@/lib/settings/setting.schema';
import { foreignName } from './slip.rules';
import type { Tier } from './slip.schema';

/** Every name a region's tiers have had, those of today and those that hold where nobody has set any among them: a title may have been written under each. */
export async function listTierNames(client: Db, regionId: number): Promise<{ tier: Tier; words: string }[]> {
  const given = await client.$queryRaw<{ tier: Tier; words: string }[]>`
    SELECT DISTINCT (t ->> 'tier')::int AS tier, t ->> 'words' AS words FROM dated_setting d, jsonb_array_elements(d.value) t
     WHERE d.scope = 'region' AND d.scope_id = ${regionId} AND d.key = 'slip_tiers'`;
  return [...SETTINGS.slip_tiers.fallback.map(({ tier, words }) => ({ tier, words })), ...given];
}

/** Why a paper would name two tiers, its title one and its own words another; null: they agree. */
export async function titleFault(
  client: Db,
  slip: { regionId: number; title: string },
  tierWords: string,
): Promise<string | null> {
  const names = await listTierNames(client, slip.regionId);
  const other = foreignName(
    slip.title,
    tierWords,
    names.map((name) => name.words),
  );
  return other === null ? null : `标题写的是${other}，所选层级是${tierWords}`;
}
