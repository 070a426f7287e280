// Registry and lists as committed, into an empty or already seeded database. DATABASE_URL is the application's role.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { readHolidayTable } from '@/lib/cycles/holidays';
import { commitList } from '@/lib/imports/import.commands';
import { type List, listSchema } from '@/lib/imports/list.schema';
import { generatePassword, hashPassword } from '@/lib/server/auth/password';
import { inTransaction, type Tx } from '@/lib/server/db';
import { recordAudit } from '@/lib/server/events';
import { seedRegistry } from '@/lib/units/registry.commands';
import { registrySchema } from '@/lib/units/registry.schema';

/** The committed lists, in the order in which they are shown. */
export const LISTS = [
  { slug: 'ezhou-2022', regionCode: 'ezhou', ownerUnitName: null },
  { slug: 'ezhou-housing-2022', regionCode: 'ezhou', ownerUnitName: '市住建局' },
  { slug: 'zengdu-2022', regionCode: 'zengdu', ownerUnitName: null },
  { slug: 'huarong-2023', regionCode: 'huarong', ownerUnitName: null },
  { slug: 'ezhou-assessment-2020', regionCode: 'ezhou', ownerUnitName: null },
] as const;
export type ListSlug = (typeof LISTS)[number]['slug'];

const folder = import.meta.dirname;
const readJson = (...parts: string[]): unknown => JSON.parse(readFileSync(path.join(folder, ...parts), 'utf8'));

export function readList(slug: ListSlug): List {
  return listSchema.parse(readJson('lists', `${slug}.json`));
}

const questionWordsSchema = z.record(z.string(), z.record(z.string(), z.string().min(1)));

/** What a person is asked for each flag and remark of a committed list (seeds/questions.json): the lists keep the words of whoever read them. */
export function readQuestionWords(slug: ListSlug): ReadonlyMap<string, string> {
  return new Map(Object.entries(questionWordsSchema.parse(readJson('questions.json'))[slug] ?? {}));
}

/** Regions, units and calendar, then each list in a transaction of its own. What is there stays as it is. */
export async function seedRegistryAndLists(): Promise<void> {
  await inTransaction((tx) =>
    seedRegistry(tx, registrySchema.parse(readJson('units.json')), readHolidayTable(readJson('holidays.json'))),
  );
  for (const { slug, regionCode, ownerUnitName } of LISTS) {
    await inTransaction(
      async (tx) => {
        await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('seed list'))`;
        if (await tx.plan.findUnique({ where: { slug }, select: { id: true } })) return;
        const file = path.join(folder, 'documents', `${slug}.txt`);
        const source = { fileName: `${slug}.txt`, mediaType: 'text/plain; charset=utf-8', content: readFileSync(file) };
        const questionWords = readQuestionWords(slug);
        await commitList(tx, null, { list: readList(slug), source, regionCode, ownerUnitName, slug, questionWords });
      },
      { timeout: 120_000 },
    );
  }
}

/** What a database says it holds; `seeding` stands while bin/up fills it. */
export async function readMode(tx: Tx): Promise<{ mode: string | null; seeding: string | null }> {
  const settings = await tx.setting.findMany({ where: { key: { in: ['data_mode', 'seeding'] } } });
  const value = (key: string) => settings.find((setting) => setting.key === key)?.value ?? null;
  return { mode: value('data_mode'), seeding: value('seeding') };
}

export const ADMIN_USERNAME = 'admin';

/**
 * Registry, lists as drafts, and one platform admin; a second run changes nothing and gives no password.
 * Refuses a database that holds a demonstration.
 */
export async function seedEmpty(): Promise<{ adminUsername: string; adminPassword: string | null }> {
  await inTransaction(async (tx) => {
    const { mode, seeding } = await readMode(tx);
    if (seeding === 'demo') return;
    if (mode === 'demo') throw new Error('数据库中是演示数据，不能作为正式数据使用。请换用空的数据目录。');
    await tx.setting.createMany({ data: [{ key: 'data_mode', value: 'real' }], skipDuplicates: true });
  });
  await seedRegistryAndLists();
  const password = generatePassword();
  const passwordHash = await hashPassword(password);
  const isNew = await inTransaction(async (tx) => {
    const { count } = await tx.account.createMany({
      data: [{ username: ADMIN_USERNAME, displayName: '平台管理员', passwordHash, roles: ['admin'] }],
      skipDuplicates: true,
    });
    if (count === 0) return false;
    const account = await tx.account.findUniqueOrThrow({ where: { username: ADMIN_USERNAME } });
    await recordAudit(tx, null, { kind: 'account.created', subject: 'account', subjectId: account.id });
    return true;
  });
  return { adminUsername: ADMIN_USERNAME, adminPassword: isNew ? password : null };
}
