/**
 * Writes seeds/holidays.json from the package chinese-days. Run again after the State Council's notice for a new year
 * (and an update of the package), with that year added below: `npx tsx seeds/make-holidays.ts`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { z } from 'zod';
import { type HolidayTable, readHolidayTable } from '../lib/cycles/holidays';

const PUBLISHED_YEARS = [2020, 2021, 2022, 2023, 2024, 2025, 2026];

const require = createRequire(import.meta.url);
const { version } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(require.resolve('chinese-days/package.json'), 'utf8')));
const named = z.record(z.string(), z.string());
const days = z
  .object({ holidays: named, workdays: named })
  .parse(JSON.parse(readFileSync(require.resolve('chinese-days/dist/chinese-days.json'), 'utf8')));

const ofYear = (list: Record<string, string>, year: number) =>
  Object.keys(list)
    .filter((day) => day.startsWith(`${year}-`))
    .sort();

const table: HolidayTable = {
  source: `chinese-days ${version}, after the yearly notices of the General Office of the State Council`,
  publishedYears: PUBLISHED_YEARS,
  years: Object.fromEntries(
    PUBLISHED_YEARS.map((year) => [
      String(year),
      { holidays: ofYear(days.holidays, year), workdays: ofYear(days.workdays, year) },
    ]),
  ),
};

for (const year of PUBLISHED_YEARS) {
  if (table.years[String(year)]?.holidays.length === 0)
    throw new Error(`chinese-days ${version} has no holidays for ${year}`);
}
readHolidayTable(table);
writeFileSync(new URL('holidays.json', import.meta.url), `${JSON.stringify(table, null, 2)}\n`);
