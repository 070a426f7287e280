// Set-up file of the integration tests: gives each test file a database of its own before any module of lib is loaded.
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Client, type QueryResultRow } from 'pg';
import { afterAll, inject } from 'vitest';
import type { TestServer } from './global-setup';

const server: TestServer = inject('server');
const name = `test_${randomBytes(8).toString('hex')}`;

function urlFor(url: string): string {
  const own = new URL(url);
  own.pathname = `/${name}`;
  return own.toString();
}

async function query<Row extends QueryResultRow>(url: string, sql: string, values: unknown[] = []): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql, values)).rows;
  } finally {
    await client.end();
  }
}

await query(server.adminUrl, `CREATE DATABASE ${name} TEMPLATE ledger_template OWNER ledger_owner`);
export const ownerUrl = urlFor(server.ownerUrl);
export const appUrl = urlFor(server.appUrl);
process.env.DATABASE_URL = appUrl;
process.env.OWNER_DATABASE_URL = ownerUrl;
// made by the first upload
const evidence = path.join(os.tmpdir(), `ledger-evidence-${name}`);
process.env.LEDGER_EVIDENCE = evidence;
process.env.NEXTAUTH_SECRET = 'integration-tests-0123456789abcdef';

afterAll(async () => {
  rmSync(evidence, { recursive: true, force: true });
  await query(server.adminUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
});

/** Reads or tampers as the role that owns the tables, beside everything the application allows. */
export function queryAsOwner<Row extends QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row[]> {
  return query<Row>(ownerUrl, sql, values);
}

/** Runs SQL as the application's role, to see what the database itself refuses it. */
export function queryAsApp<Row extends QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row[]> {
  return query<Row>(appUrl, sql, values);
}
