import 'server-only';
import type { Day } from '@/lib/dates';
import { type Channel, DeliveryFailed } from '@/lib/mail/channel';
import { configuredMailServer, mailChannel } from '@/lib/mail/smtp';
import { webhookChannel } from '@/lib/mail/webhook';
import { today } from '@/lib/server/clock';
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
         AND EXISTS (SELECT FROM notice n WHERE n.account_id = a.id AND n.digest_id IS NULL AND n.left_at IS NULL AND n.effective_on BETWEEN ${day}::date - ${DAYS_BACK}::int AND ${day}::date)
       ORDER BY a.id LIMIT ${BATCH}`;
    if (people.length === 0) return made;
    for (const person of people) made += await inTransaction((tx) => buildMailDigest(tx, person, day));
    after = people.at(-1)!.id;
  }
}

async function buildMailDigest(tx: Tx, person: { id: number; name: string; email: string }, day: Day): Promise<number> {
  const notices = await tx.$queryRaw<(DigestNotice & { id: bigint })[]>`
    SELECT id, kind, title, body, href, settled_at IS NOT NULL AS "isSettled" FROM notice
     WHERE account_id = ${person.id} AND digest_id IS NULL AND left_at IS NULL AND effective_on BETWEEN ${day}::date - ${DAYS_BACK}::int AND ${day}::date
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
  const failures: unknown[] = [];
  for (const { id, name } of regions) {
    const url = urls.get(id);
    if (!url) continue;
    // One region whose figures cannot be read keeps no other from its digest.
    try {
      made += await buildWebhookDigest({ id, name, url }, day);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, 'digests of some regions could not be made');
  return made;
}

async function buildWebhookDigest(region: { id: number; name: string; url: string }, day: Day): Promise<number> {
  const { units, totals } = await countByUnit(db(), region.id, day);
  const text = webhookDigest(region.name, day, units, totals, env().NEXTAUTH_URL);
  if (text === null) return 0;
  return db().$executeRaw`
    INSERT INTO digest (channel, region_id, effective_on, address, subject, text, notice_count)
    VALUES ('WEBHOOK', ${region.id}, ${day}::date, ${region.url}, ${`${region.name}改革任务 ${day}`}, ${text}, ${units.length}) ON CONFLICT DO NOTHING`;
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
/** One sending takes no longer in all, however slowly its server answers. */
const DEADLINE_MS = 60_000;
const TOO_SLOW_WORDS = '对方长时间没有答复，将在下次重试。';

export type Channels = { MAIL: Channel | null; WEBHOOK: Channel };

function configuredChannels(): Channels {
  const server = configuredMailServer();
  return { MAIL: server && mailChannel(server), WEBHOOK: webhookChannel() };
}

/**
 * Sends the digests that wait, each once however many processes send at the same time: a digest is held while it is sent, and its try is noted before. One that
 * fails is tried again by the next runs, three times in all; what it told is then told by the next day's. One to an account that has been disabled or wants no
 * mail any more is not sent, and says so. Each goes to the address of the moment. A process that dies between sending and noting it sends again, under the
 * same Message-ID.
 */
export async function sendDigests({
  channels = configuredChannels(),
  waitMinutes = WAIT_MINUTES,
  deadlineMs = DEADLINE_MS,
}: {
  channels?: Channels;
  waitMinutes?: number;
  /** Tests alone: how long one sending may take. */
  deadlineMs?: number;
} = {}): Promise<{ sent: number; failed: number }> {
  const count = { sent: 0, failed: 0 };
  const waiting = await db().$queryRaw<{ id: number }[]>`
    SELECT id FROM digest WHERE status = 'PENDING' AND ${isUntried(waitMinutes)} AND (channel <> 'MAIL' OR ${channels.MAIL !== null}) ORDER BY id`;
  for (const { id } of waiting) {
    const isSent = await sendOne(id, channels, waitMinutes, deadlineMs).catch((error: unknown) => {
      // One that cannot be noted keeps no other from being sent.
      logUnexpected(error);
      return false;
    });
    if (isSent !== null) count[isSent ? 'sent' : 'failed'] += 1;
  }
  return count;
}

const isUntried = (waitMinutes: number) =>
  Prisma.sql`(tried_at IS NULL OR tried_at <= clock_timestamp() - make_interval(mins => ${waitMinutes}::int))`;

/** What became so between making a digest and sending it. */
const DISABLED_WORDS = '账号已停用，没有发出。';
const NO_MAIL_WORDS = '本人已关闭邮件或没有邮箱，没有发出。';
const NO_ROBOT_WORDS = '群机器人已停用，没有发出。';
/** Classid of the advisory locks on digests being sent. */
const SENDING_LOCK = 7309;

type WaitingDigest = {
  id: number;
  channel: 'MAIL' | 'WEBHOOK';
  on: Day;
  address: string;
  subject: string;
  text: string;
  regionId: number | null;
  /** Of the account it goes to. */
  isActive: boolean;
  wantsMail: boolean;
  email: string;
};

/** null: another process has sent it, or sends it now. */
function sendOne(id: number, channels: Channels, waitMinutes: number, deadlineMs: number): Promise<boolean | null> {
  return inTransaction(
    async (tx) => {
      // Held by a lock beside the row: the row itself stays free for its try to be noted, which must outlive a transaction that breaks.
      const [held] = await tx.$queryRaw<
        { isMine: boolean }[]
      >`SELECT pg_try_advisory_xact_lock(${SENDING_LOCK}::int, ${id}::int) AS "isMine"`;
      if (!held!.isMine) return null;
      const [digest] = await tx.$queryRaw<WaitingDigest[]>`
        SELECT d.id, d.channel::text AS channel, d.effective_on::text AS on, d.address, d.subject, d.text, d.region_id AS "regionId",
               coalesce(a.is_active, false) AS "isActive", coalesce(a.wants_mail, false) AS "wantsMail", coalesce(a.email, '') AS email
          FROM digest d LEFT JOIN account a ON a.id = d.account_id
         WHERE d.id = ${id} AND d.status = 'PENDING' AND ${isUntried(waitMinutes)}`;
      if (!digest) return null;
      const { address, refusal } = await presentAddress(tx, digest);
      if (refusal !== null) {
        await tx.$executeRaw`UPDATE digest SET status = 'FAILED', failure = ${refusal} WHERE id = ${id}`;
        return false;
      }
      const [tried] = await db().$queryRaw<{ attempts: number }[]>`
        UPDATE digest SET attempts = attempts + 1, tried_at = clock_timestamp(), address = ${address} WHERE id = ${id} RETURNING attempts`;
      const failure = await deliver(channels[digest.channel]!, { ...digest, address }, deadlineMs);
      if (failure === null) {
        await tx.$executeRaw`UPDATE digest SET status = 'SENT', sent_at = clock_timestamp(), failure = '' WHERE id = ${id}`;
        return true;
      }
      const isLast = tried!.attempts >= MOST_ATTEMPTS;
      // What was never sent is told by the mail of the next day. Notices before their digest, as where a place is left.
      if (isLast && digest.channel === 'MAIL') await freeNotices(tx, id);
      await tx.$executeRaw`
        UPDATE digest SET failure = ${failure}, status = ${isLast ? 'FAILED' : 'PENDING'}::digest_status WHERE id = ${id} AND status = 'PENDING'`;
      return false;
    },
    { timeout: deadlineMs + 60_000 },
  );
}

/** Where it goes now: what an account or a region had when it was made may have been corrected since. refusal: why it goes nowhere. */
async function presentAddress(tx: Tx, digest: WaitingDigest): Promise<{ address: string; refusal: string | null }> {
  const { channel, regionId, address } = digest;
  if (channel === 'MAIL') {
    if (!digest.isActive) return { address, refusal: DISABLED_WORDS };
    return digest.wantsMail && digest.email !== ''
      ? { address: digest.email, refusal: null }
      : { address, refusal: NO_MAIL_WORDS };
  }
  const [day] = [digest.on, await today(tx)].sort().slice(-1);
  const url = regionId === null ? address : (await readSettings('webhook_url', [regionId], day!, tx)).get(regionId);
  return url ? { address: url, refusal: null } : { address, refusal: NO_ROBOT_WORDS };
}

async function freeNotices(tx: Tx, digestId: number): Promise<void> {
  await tx.$executeRaw`
    UPDATE notice x SET digest_id = NULL FROM (SELECT id FROM notice WHERE digest_id = ${digestId} ORDER BY id FOR UPDATE) n WHERE x.id = n.id`;
}

/** Why it could not be sent, in words; null: sent. */
async function deliver(
  channel: Channel,
  { id, on, address, subject, text }: Pick<WaitingDigest, 'id' | 'on' | 'address' | 'subject' | 'text'>,
  deadlineMs: number,
): Promise<string | null> {
  const deadline = Promise.withResolvers<never>();
  const timer = setTimeout(() => deadline.reject(new DeliveryFailed(TOO_SLOW_WORDS)), deadlineMs);
  const sending = channel.send({ id: `ledger-digest-${id}-${on}`, to: address, subject, text });
  // Given up, it may still fail later: nobody asks any more.
  sending.catch(() => {});
  try {
    await Promise.race([sending, deadline.promise]);
    return null;
  } catch (error) {
    if (error instanceof DeliveryFailed) return error.message;
    return `未能发出，请将编号 ${logUnexpected(error)} 告知管理员。`;
  } finally {
    clearTimeout(timer);
  }
}
