import 'server-only';
import type { Day } from '@/lib/dates';
import { type Channel, DeliveryFailed } from '@/lib/mail/channel';
import { configuredMailServer, mailChannel } from '@/lib/mail/smtp';
import { webhookChannel } from '@/lib/mail/webhook';
import { type Db, db, inTransaction, Prisma, type Tx } from '@/lib/server/db';
import { env } from '@/lib/server/env';
import { logUnexpected } from '@/lib/server/log';
import { readSettings } from '@/lib/settings/setting.queries';
import { type DigestNotice, mailDigest, type UnitCounts, webhookDigest } from './digest.rules';

/** Days back for which what has not been in a digest still goes into one: who gives an address later is not sent the past. */
const DAYS_BACK = 6;
const BATCH = 200;

/**
 * One digest a day for every person with mail, of all they were told and no digest has taken up yet, and one for every region with a group robot. Running it
 * again on the same day adds nothing: what is told later that day goes into the next day's. Returns how many were made.
 */
export async function buildDigests(day: Day, { hasMail = configuredMailServer() !== null } = {}): Promise<number> {
  return (hasMail ? await buildMailDigests(day) : 0) + (await buildWebhookDigests(day));
}

async function buildMailDigests(day: Day): Promise<number> {
  let made = 0;
  for (let after = 0; ; ) {
    const people = await db().$queryRaw<{ id: number; name: string; email: string }[]>`
      SELECT a.id, a.display_name AS name, a.email FROM account a
       WHERE a.id > ${after} AND a.is_active AND a.wants_mail AND a.email <> ''
         AND EXISTS (SELECT FROM notice n WHERE n.account_id = a.id AND n.digest_id IS NULL AND n.effective_on BETWEEN ${day}::date - ${DAYS_BACK}::int AND ${day}::date)
       ORDER BY a.id LIMIT ${BATCH}`;
    if (people.length === 0) return made;
    for (const person of people) made += await inTransaction((tx) => buildMailDigest(tx, person, day));
    after = people.at(-1)!.id;
  }
}

async function buildMailDigest(tx: Tx, person: { id: number; name: string; email: string }, day: Day): Promise<number> {
  const notices = await tx.$queryRaw<(DigestNotice & { id: bigint })[]>`
    SELECT id, kind, title, body, href, settled_at IS NOT NULL AS "isSettled" FROM notice
     WHERE account_id = ${person.id} AND digest_id IS NULL AND effective_on BETWEEN ${day}::date - ${DAYS_BACK}::int AND ${day}::date
     ORDER BY effective_on DESC, id FOR UPDATE`;
  if (notices.length === 0) return 0;
  const { subject, text } = mailDigest(person.name, day, notices, env().NEXTAUTH_URL);
  const [digest] = await tx.$queryRaw<{ id: number }[]>`
    INSERT INTO digest (channel, account_id, effective_on, address, subject, text, notice_count)
    VALUES ('MAIL', ${person.id}, ${day}::date, ${person.email}, ${subject}, ${text}, ${notices.length})
    ON CONFLICT DO NOTHING RETURNING id`;
  if (!digest) return 0; // the day's mail is made already
  await tx.$executeRaw`UPDATE notice SET digest_id = ${digest.id} WHERE id IN (${Prisma.join(notices.map((notice) => notice.id))})`;
  return 1;
}

async function buildWebhookDigests(day: Day): Promise<number> {
  const regions = await db().region.findMany({ select: { id: true, name: true }, orderBy: { id: 'asc' } });
  const urls = await readSettings(
    'webhook_url',
    regions.map((region) => region.id),
    day,
  );
  let made = 0;
  for (const { id, name } of regions) {
    const url = urls.get(id);
    if (!url) continue;
    const { units, totals } = await countByUnit(db(), id, day);
    const text = webhookDigest(name, day, units, totals, env().NEXTAUTH_URL);
    if (text === null) continue;
    made += await db().$executeRaw`
      INSERT INTO digest (channel, region_id, effective_on, address, subject, text, notice_count)
      VALUES ('WEBHOOK', ${id}, ${day}::date, ${url}, ${`${name}改革任务 ${day}`}, ${text}, ${units.length}) ON CONFLICT DO NOTHING`;
  }
  return made;
}

/** A region's late, near and unreported tasks by lead unit on a day, bureaus' own plans left out; in protocol order. */
export async function countByUnit(
  client: Db,
  regionId: number,
  day: Day,
): Promise<{ units: UnitCounts[]; totals: Omit<UnitCounts, 'name'> }> {
  const rows = await client.$queryRaw<(UnitCounts & { id: number | null })[]>`
    WITH x AS MATERIALIZED (
      SELECT s.task_id, s.reason FROM standing_as_of(${day}::date) s JOIN plan p ON p.id = s.plan_id
       WHERE s.region_id = ${regionId} AND p.owner_unit_id IS NULL
         AND s.reason IN ('OVERDUE', 'ISSUED_PAST_DUE', 'DUE_SOON', 'UNREPORTED', 'REPORTING_LAPSED')),
    u AS MATERIALIZED (SELECT DISTINCT tu.task_id, tu.unit_id FROM task_units_as_of(${day}::date) tu WHERE tu.role = 'LEAD' AND tu.task_id = ANY(ARRAY(SELECT task_id FROM x)))
    SELECT n.id, coalesce(n.name, '') AS name, count(DISTINCT x.task_id) FILTER (WHERE x.reason IN ('OVERDUE', 'ISSUED_PAST_DUE'))::int AS overdue,
           count(DISTINCT x.task_id) FILTER (WHERE x.reason = 'DUE_SOON')::int AS "dueSoon",
           count(DISTINCT x.task_id) FILTER (WHERE x.reason IN ('UNREPORTED', 'REPORTING_LAPSED'))::int AS unreported
      FROM x LEFT JOIN u ON u.task_id = x.task_id LEFT JOIN unit n ON n.id = u.unit_id
     GROUP BY GROUPING SETS ((), (n.id, n.name, n.parent_id, n.sort_order))
     ORDER BY grouping(n.id), n.parent_id NULLS FIRST, n.sort_order, n.id`;
  const totals = rows.at(-1) ?? { overdue: 0, dueSoon: 0, unreported: 0 };
  return {
    units: rows
      .slice(0, -1)
      .filter((row) => row.id !== null)
      .map(({ id: _id, ...counts }) => counts),
    totals: { overdue: totals.overdue, dueSoon: totals.dueSoon, unreported: totals.unreported },
  };
}

const MOST_ATTEMPTS = 3;
/** A try that failed is not tried again by the process beside it. */
const WAIT_MINUTES = 10;

export type Channels = { MAIL: Channel | null; WEBHOOK: Channel };

function configuredChannels(): Channels {
  const server = configuredMailServer();
  return { MAIL: server && mailChannel(server), WEBHOOK: webhookChannel() };
}

/**
 * Sends the digests that wait, each once however many processes send at the same time: a row is held while it is sent. One that fails is tried again by the
 * next runs, three times in all; one to an account that has been disabled or wants no mail any more is not sent, and says so. A process that dies between sending and noting it sends again, under the same Message-ID.
 */
export async function sendDigests({
  channels = configuredChannels(),
  waitMinutes = WAIT_MINUTES,
}: {
  channels?: Channels;
  waitMinutes?: number;
} = {}): Promise<{ sent: number; failed: number }> {
  const count = { sent: 0, failed: 0 };
  for (let after = 0; ; ) {
    const done = await inTransaction((tx) => sendNext(tx, channels, after, waitMinutes), { timeout: 120_000 });
    if (done === null) return count;
    count[done.isSent ? 'sent' : 'failed'] += 1;
    after = done.id;
  }
}

/** What became so between making a digest and sending it. */
const DISABLED_WORDS = '账号已停用，没有发出。';
const NO_MAIL_WORDS = '本人已关闭邮件或没有邮箱，没有发出。';

async function sendNext(
  tx: Tx,
  channels: Channels,
  after: number,
  waitMinutes: number,
): Promise<{ id: number; isSent: boolean } | null> {
  const [digest] = await tx.$queryRaw<
    {
      id: number;
      channel: 'MAIL' | 'WEBHOOK';
      on: Day;
      address: string;
      subject: string;
      text: string;
      isActive: boolean;
      wantsMail: boolean;
    }[]
  >`
    SELECT id, channel::text AS channel, effective_on::text AS on, address, subject, text,
           coalesce((SELECT a.is_active FROM account a WHERE a.id = digest.account_id), true) AS "isActive",
           coalesce((SELECT a.wants_mail AND coalesce(a.email, '') <> '' FROM account a WHERE a.id = digest.account_id), true) AS "wantsMail" FROM digest
     WHERE status = 'PENDING' AND id > ${after} AND (tried_at IS NULL OR tried_at <= clock_timestamp() - make_interval(mins => ${waitMinutes}::int))
       AND (channel <> 'MAIL' OR ${channels.MAIL !== null})
     ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED`;
  if (!digest) return null;
  const dropped = digest.isActive ? (digest.wantsMail ? null : NO_MAIL_WORDS) : DISABLED_WORDS;
  if (dropped !== null) {
    await tx.$executeRaw`UPDATE digest SET status = 'FAILED', failure = ${dropped} WHERE id = ${digest.id}`;
    return { id: digest.id, isSent: false };
  }
  const failure = await deliver(channels[digest.channel]!, digest);
  await tx.$executeRaw`
    UPDATE digest SET attempts = attempts + 1, tried_at = clock_timestamp(), failure = ${failure ?? ''},
           status = CASE WHEN ${failure === null} THEN 'SENT' WHEN attempts + 1 >= ${MOST_ATTEMPTS}::int THEN 'FAILED' ELSE 'PENDING' END::digest_status,
           sent_at = CASE WHEN ${failure === null} THEN clock_timestamp() END
     WHERE id = ${digest.id}`;
  return { id: digest.id, isSent: failure === null };
}

/** Why it could not be sent, in words; null: sent. */
async function deliver(
  channel: Channel,
  { id, on, address, subject, text }: { id: number; on: Day; address: string; subject: string; text: string },
): Promise<string | null> {
  try {
    await channel.send({ id: `ledger-digest-${id}-${on}`, to: address, subject, text });
    return null;
  } catch (error) {
    if (error instanceof DeliveryFailed) return error.message;
    return `未能发出，请将编号 ${logUnexpected(error)} 告知管理员。`;
  }
}
