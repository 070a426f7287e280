import { Badge, type Tone } from '@/components/ui/badge';
import { classes } from '@/components/ui/classes';
import { Table, Td, Th } from '@/components/ui/table';
import { TextLink } from '@/components/ui/text-link';
import { formatInstant } from '@/lib/dates';
import { NOTICE_KINDS } from '@/lib/notices/notice.schema';
import type { Burden, DigestLine, ReminderLine, ToldLine } from '@/lib/reminders/reminder-page.queries';

const CELL = 'max-sm:block max-sm:border-0 max-sm:px-0 max-sm:py-0.5 max-sm:text-left';
const ROW = 'max-sm:block max-sm:border-b max-sm:border-line max-sm:py-2';

function Who({ line }: { line: { accountName: string; placeName: string } }) {
  return (
    <Th scope="row" className={classes(CELL, 'sm:min-w-32')}>
      {line.accountName}
      <span className="block text-xs text-mute max-sm:ml-2 max-sm:inline">{line.placeName}</span>
    </Th>
  );
}

function What({ line }: { line: ReminderLine }) {
  return (
    <Td className={classes(CELL, 'sm:min-w-72')}>
      <TextLink quiet href={line.href}>
        {line.title}
      </TextLink>
      {line.body ? <span className="block text-xs text-mute">{line.body}</span> : null}
    </Td>
  );
}

/** Who will be told of what. */
export function ToBeToldTable({ rows }: { rows: ReminderLine[] }) {
  return (
    <Table
      label="将要提醒"
      minWidth="sm:min-w-[40rem]"
      note="按目前的状态研判和提醒设置推算，与每日运行使用同一规则；此后有填报、审核、延期的，以当天为准。同一事项只提醒最近一档，不按漏掉的天数补发。"
    >
      <thead className="max-sm:sr-only">
        <tr>
          <Th>提醒谁</Th>
          <Th>类别</Th>
          <Th>内容</Th>
        </tr>
      </thead>
      <tbody className="max-sm:block">
        {rows.map((line) => (
          <tr key={`${line.placeName} ${line.accountName} ${line.kind} ${line.href} ${line.title}`} className={ROW}>
            <Who line={line} />
            <Td nowrap className={CELL}>
              {NOTICE_KINDS[line.kind]}
            </Td>
            <What line={line} />
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

const MAIL: Record<NonNullable<ToldLine['mail']>, { words: string; tone: Tone }> = {
  PENDING: { words: '待发', tone: 'plain' },
  SENT: { words: '已发', tone: 'green' },
  FAILED: { words: '未能发出', tone: 'red' },
};

function MailStatus({ status }: { status: ToldLine['mail'] }) {
  if (status === null) return <span className="text-mute">—</span>;
  return <Badge tone={MAIL[status].tone}>{MAIL[status].words}</Badge>;
}

/** Who was told of what. */
export function ToldTable({ rows }: { rows: ToldLine[] }) {
  return (
    <Table label="已提醒" minWidth="sm:min-w-[48rem]">
      <thead className="max-sm:sr-only">
        <tr>
          <Th>提醒谁</Th>
          <Th>类别</Th>
          <Th>内容</Th>
          <Th>收件箱</Th>
          <Th>邮件</Th>
        </tr>
      </thead>
      <tbody className="max-sm:block">
        {rows.map((line) => (
          <tr key={line.id} className={ROW}>
            <Who line={line} />
            <Td nowrap className={CELL}>
              {NOTICE_KINDS[line.kind]}
            </Td>
            <What line={line} />
            <Td nowrap className={CELL}>
              <span className="text-mute sm:hidden">收件箱 </span>
              {line.isRead ? '已读' : '未读'}
              {line.isSettled ? '，已办' : ''}
            </Td>
            <Td nowrap className={CELL}>
              <span className="text-mute sm:hidden">邮件 </span>
              <MailStatus status={line.mail} />
            </Td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

/** What went out by mail and to groups on a day. */
export function DigestTable({ rows }: { rows: DigestLine[] }) {
  return (
    <Table
      label="每日汇总"
      minWidth="sm:min-w-[48rem]"
      note="每人每天至多一封邮件，每个地区每天至多一条群消息；发送失败的在以后的运行中重试，共三次。"
    >
      <thead className="max-sm:sr-only">
        <tr>
          <Th>收件人</Th>
          <Th>方式</Th>
          <Th>地址</Th>
          <Th num>条数</Th>
          <Th>结果</Th>
        </tr>
      </thead>
      <tbody className="max-sm:block">
        {rows.map((line) => (
          <tr key={line.id} className={ROW}>
            <Who line={{ accountName: line.to, placeName: line.placeName }} />
            <Td nowrap className={CELL}>
              {line.channel === 'MAIL' ? '邮件' : '企业微信群'}
            </Td>
            <Td className={classes(CELL, 'break-all')}>{line.address}</Td>
            <Td num className={CELL}>
              {line.noticeCount}
              <span className="sm:hidden"> 条</span>
            </Td>
            <Td className={CELL}>
              <MailStatus status={line.status} />
              <span className="ml-1.5 text-xs text-mute">
                {line.sentAt
                  ? formatInstant(line.sentAt)
                  : line.failure
                    ? `${line.failure}（已试 ${line.attempts} 次）`
                    : ''}
              </span>
            </Td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

/** What was asked of each unit in a month. */
export function BurdenTable({ rows }: { rows: Burden[] }) {
  return (
    <Table
      label="填报负担"
      note="填报：当月截止的填报周期中，截止日应当填报的任务数，按牵头单位统计，多个牵头单位的各计一次。督办单：当月印发、未作废的份数。催办：对其牵头任务的催办次数。"
    >
      <thead>
        <tr>
          <Th>单位</Th>
          <Th num>填报</Th>
          <Th num>督办单</Th>
          <Th num>催办</Th>
          <Th num>合计</Th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.unitId}>
            <Th scope="row">
              <TextLink quiet href={`/units/${row.unitId}`}>
                {row.unitName}
              </TextLink>
            </Th>
            <Td num>{row.reports}</Td>
            <Td num>{row.slips}</Td>
            <Td num>{row.reminders}</Td>
            <Td num className="font-semibold">
              {row.reports + row.slips + row.reminders}
            </Td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
