import fs from 'node:fs';
import { createServer as createHttpsServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { setOwnMail } from '@/lib/accounts/own-mail.commands';
import { getOwnMail } from '@/lib/accounts/own-mail.queries';
import { DeliveryFailed } from '@/lib/mail/channel';
import { mailChannel } from '@/lib/mail/smtp';
import { type Resolve, resolvePublic, webhookChannel } from '@/lib/mail/webhook';
import type { NoticeKind } from '@/lib/notices/notice.schema';
import { buildDigests, type Channels, countByUnit, sendDigests } from '@/lib/reminders/digest.commands';
import { findReminderScope, listDigests, listTold } from '@/lib/reminders/reminder-page.queries';
import { db, inTransaction } from '@/lib/server/db';
import { toDate } from '@/lib/server/events';
import { setSetting } from '@/lib/settings/setting.commands';
import { actorOf, makeTask, makeWorld, next, type ViewerKey, type World } from '../support/viewers';

let world: World;
let smtp: SMTPServer;
let received: { to: string[]; mail: Email; raw: string }[] = [];
/** What the mail server answers instead of taking a mail. */
let refusal: { code: number; words: string } | null = null;
let channels: Channels;

const asNobody: Channels['WEBHOOK'] = { send: () => Promise.reject(new DeliveryFailed('no webhook here')) };
const send = (waitMinutes = 0) => sendDigests({ channels, waitMinutes });
const build = (day: string) => buildDigests(day, { hasMail: true });

beforeAll(async () => {
  world = await makeWorld();
  smtp = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', async () => {
        if (refusal) return done(Object.assign(new Error(refusal.words), { responseCode: refusal.code }));
        const raw = Buffer.concat(chunks);
        received.push({
          to: session.envelope.rcptTo.map(({ address }) => address),
          mail: await PostalMime.parse(raw),
          raw: raw.toString('utf8'),
        });
        done();
      });
    },
  });
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
  const { port } = smtp.server.address() as AddressInfo;
  channels = {
    MAIL: mailChannel({ url: `smtp://127.0.0.1:${port}`, from: '改革任务台账 <ledger@example.gov.cn>' }),
    WEBHOOK: asNobody,
  };
});
afterAll(() => new Promise<void>((resolve) => smtp.close(resolve)));

beforeEach(async () => {
  received = [];
  refusal = null;
  // what earlier tests left
  await db().$executeRaw`UPDATE digest SET status = 'FAILED' WHERE status = 'PENDING'`;
  await db().$executeRaw`UPDATE account SET email = NULL`;
});

const ownMail = (key: ViewerKey, wantsMail: boolean) => ({
  email: `${key}@example.gov.cn`,
  emailBefore: `${key}@example.gov.cn`,
  wantsMail,
});
async function mailbox(key: Exclude<ViewerKey, 'nobody'>, address = `${key}@example.gov.cn`): Promise<number> {
  await db().account.update({ where: { id: world.accounts[key] }, data: { email: address, wantsMail: true } });
  return world.accounts[key];
}
async function give(accountId: number, on: string, kinds: NoticeKind[], title = '推进“一网通办”'): Promise<void> {
  await db().notice.createMany({
    data: kinds.map((kind) => ({
      accountId,
      kind,
      key: `${kind}:${next()}`,
      title,
      href: '/tasks/1',
      effectiveOn: toDate(on),
    })),
  });
}

describe('a mail a day and person', () => {
  test('holds everything of the day by kind, in plain text and HTML, and is sent once by three processes at once', async () => {
    const day = '2022-09-21';
    const people = await Promise.all(
      (['lead_reporter', 'lead_head', 'city_office'] as const).map((key) => mailbox(key)),
    );
    for (const id of people) await give(id, day, ['overdue', 'overdue', 'returned']);
    const counts = await Promise.all([build(day), build(day), build(day)]);
    expect(counts.reduce((sum, n) => sum + n, 0)).toBe(3);
    expect(await build(day)).toBe(0);
    const sent = await Promise.all([send(), send(), send()]);
    expect(sent.reduce((sum, one) => sum + one.sent, 0)).toBe(3);
    expect(received.map(({ to }) => to.join()).sort()).toEqual([
      'city_office@example.gov.cn',
      'lead_head@example.gov.cn',
      'lead_reporter@example.gov.cn',
    ]);
    const { mail } = received[0]!;
    expect(mail.subject).toBe(`改革任务台账 ${day} 提醒：任务逾期 2 条、退回 1 条`);
    expect(mail.text).toContain('您有 3 条提醒');
    expect(mail.html).toContain('<html lang="zh-CN">');
    expect(mail.from).toMatchObject({ name: '改革任务台账', address: 'ledger@example.gov.cn' });
    expect(new Set(received.map((one) => one.mail.messageId)).size).toBe(3);
    expect(await send()).toEqual({ sent: 0, failed: 0 });
  });

  test('what comes after it goes into the next day’s; nothing goes twice; what is long past is left', async () => {
    const id = await mailbox('named_reporter');
    await give(id, '2022-10-01', ['overdue'], '过去的');
    await give(id, '2022-10-20', ['due_today'], '早上的');
    await build('2022-10-20');
    await give(id, '2022-10-20', ['returned'], '下午的');
    expect(await build('2022-10-20')).toBe(0);
    await build('2022-10-21');
    await send();
    expect(
      received.map(({ mail }) => ['过去的', '早上的', '下午的'].map((title) => mail.text?.includes(title))),
    ).toEqual([
      [false, true, false],
      [false, false, true],
    ]);
  });

  test('none is made for who has no address, wants none, is disabled or was told nothing', async () => {
    const day = '2022-11-02';
    const id = await mailbox('named_head');
    await mailbox('other_head');
    await give(world.accounts.other_reporter, day, ['overdue']);
    await give(await mailbox('disabled_office'), day, ['overdue']);
    await give(id, day, ['overdue']);
    await setOwnMail(await actorOf(world, 'named_head'), ownMail('named_head', false));
    expect(await build(day)).toBe(0);
    await setOwnMail(await actorOf(world, 'named_head'), ownMail('named_head', true));
    expect(await getOwnMail(await actorOf(world, 'named_head'))).toMatchObject({
      email: 'named_head@example.gov.cn',
      wantsMail: true,
      hasMail: false,
    });
    expect(await build(day)).toBe(1);
  });

  test('one that waits for who has since been disabled or wants no mail is not sent, and says so', async () => {
    const day = '2022-11-08';
    const [disabled, unwilling] = [await mailbox('named_head'), await mailbox('other_head')];
    for (const id of [disabled, unwilling]) await give(id, day, ['overdue']);
    expect(await build(day)).toBe(2);
    await db().account.update({ where: { id: disabled }, data: { isActive: false } });
    await setOwnMail(await actorOf(world, 'other_head'), ownMail('other_head', false));
    expect(await send()).toEqual({ sent: 0, failed: 2 });
    await db().account.update({ where: { id: disabled }, data: { isActive: true } });
    expect(received).toEqual([]);
    const digests = await db().digest.findMany({ where: { effectiveOn: toDate(day) }, orderBy: { accountId: 'asc' } });
    expect(digests.map(({ status, failure, sentAt }) => [status, sentAt, failure])).toEqual([
      ['FAILED', null, expect.stringContaining('停用')],
      ['FAILED', null, expect.stringContaining('关闭邮件')],
    ]);
  });

  test('without a mail server none are made, and those that wait are left', async () => {
    const day = '2022-11-10';
    await give(await mailbox('bureau_head'), day, ['overdue']);
    expect(await buildDigests(day)).toBe(0);
    await build(day);
    expect(await sendDigests({ channels: { MAIL: null, WEBHOOK: asNobody } })).toEqual({ sent: 0, failed: 0 });
    expect(await send()).toEqual({ sent: 1, failed: 0 });
  });

  test('a failure is noted in words and tried again by later runs, three times in all', async () => {
    const day = '2022-12-01';
    const id = await mailbox('east_lead_head');
    await give(id, day, ['overdue']);
    await build(day);
    refusal = { code: 451, words: 'try later' };
    expect(await send(10)).toEqual({ sent: 0, failed: 1 });
    // the run beside it does not try again at once
    expect(await send(10)).toEqual({ sent: 0, failed: 0 });
    const stored = () => db().digest.findFirstOrThrow({ where: { accountId: id } });
    expect(await stored()).toMatchObject({ status: 'PENDING', attempts: 1, sentAt: null });
    expect((await stored()).failure).toContain('451');
    expect((await stored()).failure).not.toContain('try later');
    await send();
    expect(await send()).toEqual({ sent: 0, failed: 1 });
    expect(await stored()).toMatchObject({ status: 'FAILED', attempts: 3 });
    refusal = null;
    expect(await send()).toEqual({ sent: 0, failed: 0 });
    const actor = await actorOf(world, 'east_office');
    const scope = (await findReminderScope(actor, null))!;
    expect(await listDigests(actor, scope, day, 1)).toMatchObject({
      total: 1,
      failed: 1,
      rows: [{ channel: 'MAIL', address: 'east_lead_head@example.gov.cn', status: 'FAILED', attempts: 3 }],
    });
    expect((await listTold(actor, scope, day, 1)).rows.map((row) => row.mail)).toEqual([]);
  });

  test('what an outage of some hours kept from being sent is in the next day’s mail', async () => {
    const id = await mailbox('east_lead_head');
    await give(id, '2022-12-02', ['overdue'], '甲事项');
    await build('2022-12-02');
    refusal = { code: 451, words: 'try later' };
    for (let hour = 8; hour < 11; hour += 1) await send();
    refusal = null;
    expect(await send()).toEqual({ sent: 0, failed: 0 });
    await give(id, '2022-12-03', ['overdue'], '乙事项');
    await build('2022-12-03');
    await send();
    expect(received).toHaveLength(1);
    expect(received[0]!.mail.text).toContain('甲事项');
    expect(received[0]!.mail.text).toContain('乙事项');
  });

  test('one tried again goes to the address of the moment', async () => {
    const id = await mailbox('far_leader', 'old@example.gov.cn');
    await give(id, '2022-12-04', ['overdue']);
    await build('2022-12-04');
    refusal = { code: 451, words: 'try later' };
    await send();
    refusal = null;
    await db().account.update({ where: { id }, data: { email: 'new@example.gov.cn' } });
    await send();
    expect(received.map(({ to }) => to.join())).toEqual(['new@example.gov.cn']);
  });

  test('a server that takes long for one keeps no other waiting, and its try counts', async () => {
    const day = '2022-12-06';
    const [slow, quick] = [
      await mailbox('named_head', 'slow@example.gov.cn'),
      await mailbox('bureau_head', 'quick@example.gov.cn'),
    ];
    for (const id of [slow, quick]) await give(id, day, ['overdue']);
    await build(day);
    const sent: string[] = [];
    const mail: Channels['WEBHOOK'] = {
      send: async ({ to }) => {
        if (to.startsWith('slow')) await new Promise(() => {});
        sent.push(to);
      },
    };
    const counted = await sendDigests({ channels: { MAIL: mail, WEBHOOK: asNobody }, waitMinutes: 0, deadlineMs: 300 });
    expect(counted).toEqual({ sent: 1, failed: 1 });
    expect(sent).toEqual(['quick@example.gov.cn']);
    const rows = await db().digest.findMany({ where: { effectiveOn: toDate(day) } });
    const tries = new Map(rows.map((row) => [row.accountId, [row.status, row.attempts, row.failure !== '']]));
    expect(tries).toEqual(
      new Map([
        [slow, ['PENDING', 1, true]],
        [quick, ['SENT', 1, false]],
      ]),
    );
  });

  test('one that was sent in vain is sent again under the same Message-ID', async () => {
    const day = '2022-12-05';
    const id = await mailbox('east_zone_head');
    await give(id, day, ['slip']);
    await build(day);
    await send();
    // the process died between sending and noting it
    await db().digest.updateMany({
      where: { accountId: id },
      data: { status: 'PENDING', triedAt: null, sentAt: null },
    });
    await send();
    expect(received).toHaveLength(2);
    expect(received[0]!.mail.messageId).toBe(received[1]!.mail.messageId);
  });

  test('neither an address nor a title can add a receiver or a header', async () => {
    const day = '2022-12-08';
    const bad = await mailbox('far_head', 'far@example.gov.cn\r\nBcc: spy@example.com');
    const good = await mailbox('far_reporter');
    await give(bad, day, ['overdue']);
    await give(good, day, ['overdue'], '标题\r\nBcc: spy@example.com\r\n\r\n<script>x</script>');
    await build(day);
    await db().digest.updateMany({ where: { accountId: good }, data: { subject: '提醒\r\nBcc: spy@example.com' } });
    expect(await send()).toEqual({ sent: 1, failed: 1 });
    expect(received.map(({ to }) => to)).toEqual([['far_reporter@example.gov.cn']]);
    const { mail } = received[0]!;
    expect(mail.bcc ?? []).toEqual([]);
    expect(mail.headers.map(({ key }) => key)).not.toContain('bcc');
    expect(mail.subject).toBe('提醒 Bcc: spy@example.com');
    expect(mail.html).not.toContain('<script');
    expect((await db().digest.findFirstOrThrow({ where: { accountId: bad } })).failure).toContain('邮箱地址无效');
  });

  test('a server that is not there is said in words without its address', async () => {
    const channel = mailChannel({ url: 'smtp://127.0.0.1:1', from: 'ledger@example.gov.cn' });
    const message = { id: 'x', to: 'a@example.gov.cn', subject: 's', text: 't' };
    await expect(channel.send(message)).rejects.toEqual(new DeliveryFailed('无法连接邮件服务器，将在下次重试。'));
    expect(() => mailChannel({ url: 'http://example', from: 'a@b.cn' })).toThrow('LEDGER_SMTP_URL');
  });
});

describe('a group robot', () => {
  let robot: Server;
  let port: number;
  let posted: { path: string; host: string; body: unknown }[] = [];
  let answer: { status: number; body: string; location?: string } | 'never' = { status: 200, body: '{"errcode":0}' };
  const pem = (name: string) => fs.readFileSync(path.join(import.meta.dirname, '../fixtures/tls', name), 'utf8');
  const vouched: Resolve = async () => [{ address: '127.0.0.1', family: 4 }];
  const url = () => `https://robot.test:${port}/cgi-bin/webhook/send?key=secret`;
  const channel = (changes: Parameters<typeof webhookChannel>[0] = {}) =>
    webhookChannel({ resolve: vouched, ca: pem('robot.crt'), timeoutMs: 2000, ...changes });
  const say = (to: string, by = channel()) => by.send({ id: 'x', to, subject: '', text: '**今日**' });

  beforeAll(async () => {
    robot = createHttpsServer({ key: pem('robot.key'), cert: pem('robot.crt') }, (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        posted.push({
          path: request.url ?? '',
          host: request.headers.host ?? '',
          body: JSON.parse(Buffer.concat(chunks).toString('utf8')),
        });
        if (answer === 'never') return;
        response.writeHead(answer.status, answer.location ? { location: answer.location } : {});
        response.end(answer.body);
      });
    });
    await new Promise<void>((resolve) => robot.listen(0, '127.0.0.1', resolve));
    port = (robot.address() as AddressInfo).port;
  });
  afterAll(() => {
    robot.closeAllConnections();
    return new Promise((resolve) => robot.close(resolve));
  });
  beforeEach(() => {
    posted = [];
    answer = { status: 200, body: '{"errcode":0,"errmsg":"ok"}' };
  });

  test('gets markdown in its own form, by its name at the address that was checked', async () => {
    await say(url());
    expect(posted).toEqual([
      {
        path: '/cgi-bin/webhook/send?key=secret',
        host: `robot.test:${port}`,
        body: { msgtype: 'markdown', markdown: { content: '**今日**' } },
      },
    ]);
  });

  test.each([
    ['refuses', { status: 200, body: '{"errcode":93000}' }, '错误码 93000'],
    ['answers no JSON', { status: 200, body: '<html>' }, '拒收'],
    ['is broken', { status: 500, body: '' }, 'HTTP 500'],
    ['leads elsewhere', { status: 302, body: '', location: 'https://127.0.0.1/' }, '转到了别处'],
    ['answers without end', { status: 200, body: 'x'.repeat(300_000) }, '过长'],
    ['never answers', 'never', '无法连接'],
  ] as const)('that %s is a failure in words', async (_name, given, words) => {
    answer = given;
    await expect(say(url(), channel({ timeoutMs: 500 }))).rejects.toThrow(words);
    expect(posted).toHaveLength(1);
  });

  test('a name is asked for once, and what it leads to then is what is connected to', async () => {
    let asked = 0;
    // public when it is checked, this machine a moment later
    const rebinding: Resolve = async () => {
      asked += 1;
      return [{ address: asked === 1 ? '127.0.0.1' : '10.0.0.1', family: 4 }];
    };
    await say(url(), channel({ resolve: rebinding }));
    expect(asked).toBe(1);
    expect(posted).toHaveLength(1);
  });

  test('a certificate of another name, or of nobody known, is refused', async () => {
    await expect(say(url().replace('robot.test', 'other.test'))).rejects.toThrow('无法连接');
    await expect(say(url(), channel({ ca: undefined }))).rejects.toThrow('无法连接');
    expect(posted).toEqual([]);
  });

  test.each([
    [['127.0.0.1']],
    [['10.0.0.8']],
    [['169.254.169.254']],
    [['::1']],
    [['fd00::1']],
    [['::ffff:192.168.0.1']],
    [['8.8.8.8', '127.0.0.1']],
  ])('a name that leads to %j is not connected to', async (addresses) => {
    const resolve: Resolve = (host) =>
      resolvePublic(host, async () => addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
    await expect(say(url(), channel({ resolve }))).rejects.toThrow('内部网络');
    expect(posted).toEqual([]);
  });

  test('a name that leads nowhere, and addresses that are none, are refused', async () => {
    await expect(resolvePublic('x.invalid', () => Promise.reject(new Error('ENOTFOUND')))).rejects.toThrow('无法解析');
    await expect(resolvePublic('x.invalid', async () => [])).rejects.toThrow('无法解析');
    for (const to of [
      `http://robot.test:${port}/`,
      `https://127.0.0.1:${port}/`,
      `https://[::1]:${port}/`,
      'robot.test',
    ])
      await expect(say(to, webhookChannel())).rejects.toBeInstanceOf(DeliveryFailed);
    expect(posted).toEqual([]);
  });

  test('one message a region and day, with counts by unit and neither task nor narrative', async () => {
    const day = '2023-02-01';
    await makeTask(world, 'city', { dueOn: '2023-01-20', text: '保密的任务内容' });
    await makeTask(world, 'zone', { dueOn: '2023-02-10' });
    await inTransaction((tx) =>
      setSetting(tx, null, 'webhook_url', world.regions.city, url(), { validFrom: '2023-02-01' }),
    );
    expect(await buildDigests('2023-01-31')).toBe(0);
    expect(await buildDigests(day)).toBe(1);
    expect(await buildDigests(day)).toBe(0);
    const both = await Promise.all([1, 2].map(() => sendDigests({ channels: { MAIL: null, WEBHOOK: channel() } })));
    expect(both.map(({ sent }) => sent).sort()).toEqual([0, 1]);
    expect(posted).toHaveLength(1);
    const { content } = (posted[0]!.body as { markdown: { content: string } }).markdown;
    expect(content).toContain('> 市发改委：逾期 1');
    expect(content).toContain('> 江东区：临期 1');
    expect(content).not.toContain('保密');
    expect(await countByUnit(db(), world.regions.city, day)).toEqual({
      units: [
        { name: '市发改委', overdue: 1, dueSoon: 0, unreported: 0 },
        { name: '江东区', overdue: 0, dueSoon: 1, unreported: 0 },
      ],
      totals: { overdue: 1, dueSoon: 1, unreported: 0 },
    });
    const actor = await actorOf(world, 'city_office');
    const page = await listDigests(actor, (await findReminderScope(actor, null))!, day, 1);
    expect(page.rows).toMatchObject([{ channel: 'WEBHOOK', status: 'SENT', address: `https://robot.test:${port}/…` }]);
  });
});
