import 'server-only';
import { createTransport } from 'nodemailer';
import { env } from '@/lib/server/env';
import { type Channel, DeliveryFailed } from './channel';
import { headerLine, htmlOf, isMailAddress } from './mail.rules';

export type MailServer = { url: string; from: string };

/** The mail server of this installation; null: none is configured, and nobody is sent mail. */
export function configuredMailServer(): MailServer | null {
  const { LEDGER_SMTP_URL: url, LEDGER_MAIL_FROM: from } = env();
  return url === '' || from === '' ? null : { url, from };
}

/** A server that does not answer for so long is given up. */
const TIMEOUT_MS = 20_000;

/** smtps://user:password@host:465 or smtp://host:25, which is encrypted where the server offers it. Throws on anything else: a fault of the installation. */
function optionsOf(given: string) {
  const url = URL.canParse(given) ? new URL(given) : null;
  if (!url || !['smtp:', 'smtps:'].includes(url.protocol) || url.hostname === '')
    throw new Error('LEDGER_SMTP_URL is no smtp:// or smtps:// address');
  const isSecure = url.protocol === 'smtps:';
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (isSecure ? 465 : 25) : Number(url.port),
    secure: isSecure,
    auth:
      url.username === ''
        ? undefined
        : { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) },
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
  };
}

const WORDS: Record<string, string> = {
  EAUTH: '邮件服务器拒绝登录，请管理员核对邮件账号。',
  EENVELOPE: '邮件服务器不接受发件人或收件人地址。',
  ETLS: '与邮件服务器的加密连接未能建立。',
  EMESSAGE: '邮件服务器不接受邮件内容。',
};
const UNREACHABLE = '无法连接邮件服务器，将在下次重试。';

/** Mail over SMTP, plain text and simple HTML, one receiver a message. */
export function mailChannel({ url, from }: MailServer): Channel {
  const transport = createTransport(optionsOf(url));
  const domain = /@([^\s>]+)>?$/.exec(from)?.[1] ?? 'localhost';
  return {
    async send({ id, to, subject, text }) {
      if (!isMailAddress(to)) throw new DeliveryFailed('邮箱地址无效，请管理员核对账号的邮箱。');
      try {
        await transport.sendMail({
          from,
          to: { name: '', address: to },
          subject: headerLine(subject),
          text,
          html: htmlOf(text),
          messageId: `<${id}@${domain}>`,
          // No answer by a machine (RFC 3834).
          headers: { 'Auto-Submitted': 'auto-generated' },
          disableFileAccess: true,
          disableUrlAccess: true,
        });
      } catch (error) {
        const { code, responseCode } = error as { code?: string; responseCode?: number };
        const words = WORDS[code ?? ''] ?? UNREACHABLE;
        throw new DeliveryFailed(responseCode ? `${words}（${responseCode}）` : words, { cause: error });
      }
    },
  };
}
