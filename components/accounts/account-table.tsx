import { Badge } from '@/components/ui/badge';
import { classes } from '@/components/ui/classes';
import { CARD_CELL, CARD_HEAD, CARD_ROW, Table, Td, Th } from '@/components/ui/table';
import { TextLink } from '@/components/ui/text-link';
import type { AccountListRow } from '@/lib/accounts/account.queries';
import { roleLabels } from '@/lib/accounts/account.words';
import { formatInstant } from '@/lib/dates';

function Mail({ email, wantsMail }: Pick<AccountListRow, 'email' | 'wantsMail'>) {
  if (email === null) return <span className="text-mute">未填写</span>;
  return (
    <>
      <span className="break-all">{email}</span>
      {wantsMail ? null : <span className="ml-1 text-xs whitespace-nowrap text-mute">已关闭</span>}
    </>
  );
}

function State({ isActive, mustChangePassword }: Pick<AccountListRow, 'isActive' | 'mustChangePassword'>) {
  if (!isActive) return <Badge tone="red">停用</Badge>;
  return mustChangePassword ? <Badge>待首次登录</Badge> : '启用';
}

/** Accounts in reach of who manages them. */
export function AccountTable({ rows }: { rows: AccountListRow[] }) {
  return (
    <Table label="账号" minWidth="sm:min-w-[44rem]" note="邮箱用于每日提醒汇总；未填写的，仅在站内提醒。">
      <thead className={CARD_HEAD}>
        <tr>
          <Th>用户名与姓名</Th>
          <Th>角色</Th>
          <Th>单位与地区</Th>
          <Th>邮箱</Th>
          <Th>状态</Th>
          <Th>最近使用</Th>
        </tr>
      </thead>
      <tbody className="max-sm:block">
        {rows.map((row) => (
          <tr key={row.id} className={CARD_ROW}>
            <Th scope="row" className={CARD_CELL}>
              <TextLink quiet href={`/admin/accounts/${row.id}`} className="break-all">
                {row.username}
              </TextLink>
              <span className="block max-sm:ml-2 max-sm:inline">{row.displayName}</span>
            </Th>
            <Td className={CARD_CELL}>{roleLabels(row.roles)}</Td>
            <Td className={CARD_CELL}>
              {row.unitName}
              <span className={row.unitName ? 'block text-xs text-mute max-sm:ml-2 max-sm:inline' : ''}>
                {row.regionName ?? '平台'}
              </span>
            </Td>
            <Td className={CARD_CELL} data-caption="邮箱">
              <Mail {...row} />
            </Td>
            <Td nowrap className={CARD_CELL}>
              <State {...row} />
            </Td>
            <Td mute className={classes(CARD_CELL, 'sm:max-w-28')} data-caption="最近使用">
              {row.lastSeenAt ? formatInstant(row.lastSeenAt) : '—'}
            </Td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
