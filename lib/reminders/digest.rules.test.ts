import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MOST_WEBHOOK_BYTES, mailDigest, maskedWebhook, webhookDigest } from './digest.rules';
import { readReminderAddress, reminderHref } from './reminder-page.filter';

const notice = (kind: string, n: number) => ({
  kind,
  title: `第 ${n} 件`,
  body: '',
  href: `/tasks/${n}`,
  isSettled: n === 2,
});

test('a mail counts by kind, links absolutely and marks what is done', () => {
  const { subject, text } = mailDigest(
    '张三',
    '2022-09-20',
    [notice('overdue', 1), notice('overdue', 2), notice('returned', 3)],
    'https://ledger.example/',
  );
  expect(subject).toBe('改革任务台账 2022-09-20 提醒：任务逾期 2 条、退回 1 条');
  expect(text).toContain('2022年9月20日，您有 3 条提醒');
  expect(text).toContain('2. 第 2 件（已办）\n  https://ledger.example/tasks/2');
  expect(text).toContain('https://ledger.example/inbox');
});

test('a mail of very many names the rest by number', () => {
  const many = Array.from({ length: 500 }, (_, n) => notice('overdue', n + 1));
  const { text } = mailDigest('张三', '2022-09-20', many, '');
  expect(text).toContain('另有 480 条，见收件箱');
  expect(text).not.toContain('http');
});

test('a message to a group holds counts by unit and never more than it may', () => {
  const totals = { overdue: 2, dueSoon: 1, unreported: 0 };
  expect(webhookDigest('鄂州市', '2022-09-20', [], { overdue: 0, dueSoon: 0, unreported: 0 }, '')).toBeNull();
  const text = webhookDigest('鄂州市', '2022-09-20', [{ name: '市发改委', ...totals }], totals, 'https://l.example');
  expect(text).toContain('> 市发改委：逾期 2，临期 1');
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 60 }), { maxLength: 300 }), (names) => {
      const units = names.map((name) => ({ name, ...totals }));
      const written = webhookDigest('鄂州市', '2022-09-20', units, totals, 'https://l.example')!;
      expect(Buffer.byteLength(written)).toBeLessThanOrEqual(MOST_WEBHOOK_BYTES);
    }),
  );
});

test('the secret of a robot is shown to nobody', () => {
  expect(maskedWebhook('https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=secret')).toBe(
    'https://qyapi.weixin.qq.com/…',
  );
  expect(maskedWebhook('secret')).toBe('…');
});

test('the address of the page of reminders is read as it is written', () => {
  const address = { view: 'burden', day: '2022-09-01', region: 'ezhou', page: 3 } as const;
  const params = Object.fromEntries(new URL(reminderHref(address, '2022-09-20'), 'http://x').searchParams);
  expect(readReminderAddress(params, '2022-09-20')).toEqual({ ...address, notices: [] });
  const dropped = readReminderAddress({ view: 'x', day: '2022-13-01', page: '0', region: "' OR 1" }, '2022-09-20');
  expect(dropped).toMatchObject({ view: 'notices', day: '2022-09-20', region: null, page: 1 });
  expect(dropped.notices).toHaveLength(3);
  expect(readReminderAddress({ day: '2022-10-05' }, '2022-09-20')).toMatchObject({ day: '2022-09-20' });
  expect(readReminderAddress({ day: '2022-10-04' }, '2022-09-20')).toMatchObject({ day: '2022-10-04', notices: [] });
});
