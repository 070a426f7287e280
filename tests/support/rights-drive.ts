// Calls actions and routes as every viewer and says what came of it: for the viewer, in the tables, and in the trail of refusals.
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import type { Actor } from '@/lib/server/auth/actor';
import { ERROR_WORDS } from '@/lib/server/errors';
import { type FormState, IDLE } from '@/lib/server/form-action';
import { ownerUrl } from './database';
import { type DrivenCase, type Expected, expectFor, type Fields, type Outcome } from './rights-by-hand';
import { caller } from './rights-caller';
import { actorOf, gateOf, makeWorld, VIEWER_KEYS, type ViewerKey, type World } from './viewers';

/** Laid out by openWorld(). */
export let world: World;

export function callAs(key: ViewerKey): void {
  caller.accountId = key === 'nobody' ? null : world.accounts[key];
}

const hands = new Map<ViewerKey, Promise<Actor>>();
/** A viewer, to act without a form. */
export function as(key: ViewerKey): Promise<Actor> {
  const actor = hands.get(key) ?? actorOf(world, key);
  hands.set(key, actor);
  return actor;
}

// ------------------------------------------------------------------------------------------------ what happened

/** Reads and sets up as the owner of the tables, who sees them all. */
let owner: Client;

/** Notes every row that is written, in any table, refusals in the trail and the memory of forms left aside; what is rolled back takes its note along. */
async function watchTables(): Promise<void> {
  await owner.query(`
    CREATE SCHEMA rights_watch;
    CREATE TABLE rights_watch.written (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL);
    CREATE FUNCTION rights_watch.note() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
      $$ BEGIN INSERT INTO rights_watch.written (name) VALUES (TG_TABLE_NAME); RETURN NULL; END $$;
    DO $$ DECLARE t text; BEGIN
      FOR t IN SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname NOT IN ('audit_event', 'sent_form') LOOP
        EXECUTE format('CREATE TRIGGER zz_watch AFTER INSERT OR UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION rights_watch.note()', t);
      END LOOP;
    END $$;
    CREATE TRIGGER zz_watch AFTER INSERT ON audit_event FOR EACH ROW WHEN (NOT NEW.is_refusal) EXECUTE FUNCTION rights_watch.note();
    CREATE TRIGGER zz_watch_change AFTER UPDATE OR DELETE ON audit_event FOR EACH ROW EXECUTE FUNCTION rights_watch.note()`);
}

type Refusal = { id: string; actorId: number | null; code: string };
/** How far the notes of what is written have come, and the latest refusal on record. */
type Pulse = { position: string; refusal: Refusal | null };

async function readPulse(): Promise<Pulse> {
  const { rows } = await owner.query<{ position: string } & Partial<Refusal>>(
    `SELECT (SELECT coalesce(max(id), 0) FROM rights_watch.written)::text AS position, r.*
       FROM (SELECT 1) one LEFT JOIN (
         SELECT id::text, actor_id AS "actorId", payload ->> 'code' AS code FROM audit_event WHERE is_refusal ORDER BY audit_event.id DESC LIMIT 1) r ON true`,
  );
  const { position, id, actorId, code } = rows[0]!;
  return { position, refusal: id == null ? null : { id, actorId: actorId ?? null, code: code ?? '' } };
}

/** The point from which on writing is looked for. */
export async function readPosition(): Promise<string> {
  return (await readPulse()).position;
}

/** The tables to which something was written since. */
export async function writtenSince(position: string): Promise<string[]> {
  const { rows } = await owner.query<{ name: string }>(
    'SELECT DISTINCT name FROM rights_watch.written WHERE id > $1::bigint ORDER BY name',
    [position],
  );
  return rows.map(({ name }) => name);
}

/** Tampers as the owner of the tables. */
export async function asOwner(sql: string): Promise<void> {
  await owner.query(sql);
}

/** The address Next's redirect signal carries; null for any other error. */
export function redirectTo(error: unknown): string | null {
  const digest = (error as { digest?: unknown } | null)?.digest;
  return typeof digest === 'string' && digest.startsWith('NEXT_REDIRECT;')
    ? digest.split(';').slice(2, -2).join(';')
    : null;
}

export type ServerAction = (previous: FormState, form: FormData) => Promise<FormState>;

export function formOf(fields: Fields): FormData {
  const form = new FormData();
  for (const [key, value] of Object.entries(fields)) for (const one of [value].flat()) form.append(key, one);
  return form;
}

/** How things stood after the last call; null: something else has been written since. */
let last: Pulse | null = null;

/** To be said where something was written beside the calls. */
export function forgetLast(): void {
  last = null;
}

/** Calls an action as a viewer and says what came of it: for the viewer, in the tables, and in the trail of refusals. */
export async function drive(key: ViewerKey, action: ServerAction, form: FormData): Promise<Outcome> {
  const before = last ?? (await readPulse());
  callAs(key);
  let outcome: Outcome;
  let isRefused = false;
  try {
    const state = await action(IDLE, form);
    isRefused = state.status === 'refused';
    if (state.status === 'ok') outcome = 'done';
    else if (state.status === 'invalid') outcome = `invalid ${JSON.stringify(state.fieldErrors)}`;
    else outcome = isRefused ? (state.message ?? '') : state.status;
  } catch (error) {
    const to = redirectTo(error);
    if (to === null) throw error;
    outcome = to === '/login' ? 'sign_in' : to === '/account/password' ? 'choose_password' : 'done';
  }
  const pulse = await readPulse();
  if (isRefused) {
    const { refusal } = pulse;
    const isRecorded = refusal !== null && refusal.id !== before.refusal?.id && refusal.actorId === caller.accountId;
    if (!isRecorded) outcome = `not recorded: ${outcome}`;
    else if (outcome === ERROR_WORDS[refusal.code as keyof typeof ERROR_WORDS]) outcome = refusal.code;
    else outcome = `${refusal.code}: ${outcome}`;
  }
  const written = pulse.position === before.position ? [] : await writtenSince(before.position);
  last = pulse;
  if (outcome === 'done') return written.length > 0 ? 'done' : 'done, but nothing was written';
  return written.length === 0 ? outcome : `${outcome}, but wrote ${written.join(', ')}`;
}

// ------------------------------------------------------------------------------------------------ what there is

const root = path.join(import.meta.dirname, '../..');
export const actionFiles = fs.globSync('lib/**/*.actions.ts', { cwd: root }).sort();
export const routeFiles = fs.globSync('app/**/route.{ts,tsx}', { cwd: root }).sort();
/** Every exported server action by its name. */
export const doors = new Map<string, ServerAction>();

export const load = (file: string): Promise<Record<string, unknown>> =>
  import(/* @vite-ignore */ pathToFileURL(path.join(root, file)).href) as Promise<Record<string, unknown>>;

export function doorOf(name: string): ServerAction {
  const action = doors.get(name);
  if (!action) throw new Error(`there is no ${name}`);
  return action;
}

/** For beforeAll: the actions, the world and the eyes on the tables. */
export async function openWorld(): Promise<void> {
  for (const file of actionFiles)
    for (const [name, value] of Object.entries(await load(file)))
      if (typeof value === 'function') doors.set(name, value as ServerAction);
  owner = new Client({ connectionString: ownerUrl });
  await owner.connect();
  world = await makeWorld();
  await watchTables();
}

/** For afterAll: after all that was tried, every chain and every standing is still whole. */
export async function closeWorld(): Promise<void> {
  const problems = await owner.query('SELECT problem, detail FROM verify_history()');
  await owner.end();
  expect(problems.rows).toEqual([]);
}

// ------------------------------------------------------------------------------------------------ driving

/** Every viewer in turn, each on a thing no one has acted upon before. */
export async function driveAll(door: string, prepare: () => Promise<Fields>): Promise<Expected> {
  const met: Expected = {};
  let fields: Fields | null = null;
  for (const key of VIEWER_KEYS) {
    if (fields === null) {
      fields = await prepare();
      last = null;
    }
    met[key] = await drive(key, doorOf(door), formOf(fields));
    if (met[key].startsWith('done') || met[key].includes('but wrote')) fields = null;
  }
  return met;
}

/** A refusal may say in its own words why; that something is not there is always said in the same ones, which tell nothing. */
export const codeOf = (outcome: Outcome): Outcome =>
  outcome.includes('but wrote') ? outcome : outcome.replace(/^(forbidden|invalid_state|unreadable): .*$/s, '$1');

export function describeCases(cases: readonly DrivenCase[]): void {
  const byDoor = Map.groupBy(cases, ({ door, title }) => `${door}: ${title}`);
  describe.each([...byDoor])('%s', (_name, own) => {
    it.each(own)('$where', async ({ door, prepare, wanted }) => {
      last = null;
      const met = await driveAll(door, prepare);
      expect(Object.fromEntries(Object.entries(met).map(([key, outcome]) => [key, codeOf(outcome)]))).toEqual(
        expectFor(wanted),
      );
    });
  });
}

// ------------------------------------------------------------------------------------------------ routes

type Params = Record<string, string | string[]>;
/** One question put to a route handler by every viewer. */
export type RouteAsk = {
  what: string;
  method?: 'GET' | 'POST';
  params?: () => Params;
  /** Anew for every viewer; left out: a plain GET. */
  request?: () => Request;
  /** Of who is let in at all; anybody else gets 401, unless the route is open. */
  statusOf: (key: ViewerKey) => number;
  isOpen?: true;
};
/** By the file of the handler. */
export type RouteCases = Record<string, readonly RouteAsk[]>;

/** What a browser says of a form on a page of another site, and what something that is no browser may say. */
export const FROM_ELSEWHERE: readonly Record<string, string>[] = [
  { 'sec-fetch-site': 'cross-site' },
  { origin: 'http://evil.example' },
  {},
];

type Handler = (request: Request, context: { params: Promise<Params> }) => Promise<Response>;

export async function askRoute(
  file: string,
  key: ViewerKey,
  { method = 'GET', params, request }: Omit<RouteAsk, 'statusOf'>,
) {
  const handler = ((await load(file)) as Record<string, Handler>)[method];
  callAs(key);
  return handler!(request?.() ?? new Request('http://localhost/'), { params: Promise.resolve(params?.() ?? {}) });
}

/** Every viewer asks; who gets anything but 201 leaves nothing behind. Each handler has no other method than those asked for. */
export function describeRoutes(routes: RouteCases): void {
  const asked = Object.entries(routes).flatMap(([file, asks]) => asks.map((ask) => ({ file, ...ask })));
  describe('route handlers', () => {
    it.each(Object.entries(routes))('%s has no method that is not asked for', async (file, asks) => {
      const methods = Object.keys(await load(file)).filter((name) => /^(GET|POST|PUT|PATCH|DELETE)$/.test(name));
      expect(methods.sort()).toEqual([...new Set(asks.map(({ method = 'GET' }) => method))].sort());
    });

    it.each(asked)('$file: $what', async ({ file, statusOf, isOpen, ...ask }) => {
      const met: Record<string, number | string> = {};
      for (const key of VIEWER_KEYS) {
        const before = await readPosition();
        const { status } = await askRoute(file, key, ask);
        const written = status === 201 ? [] : await writtenSince(before);
        met[key] = written.length === 0 ? status : `${status}, but wrote ${written.join(', ')}`;
      }
      const wanted = VIEWER_KEYS.map((key) => [key, isOpen || gateOf(key) === 'open' ? statusOf(key) : 401]);
      expect(met).toEqual(Object.fromEntries(wanted));
    });
  });
}
