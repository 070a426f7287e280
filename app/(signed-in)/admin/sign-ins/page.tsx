import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { AdminTabs } from '@/components/accounts/admin-tabs';
import { PageTitle } from '@/components/shell/page-title';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { EmptyState } from '@/components/ui/empty-state';
import { SelectField, TextField } from '@/components/ui/field';
import { Pagination } from '@/components/ui/pagination';
import { Table, Td, Th } from '@/components/ui/table';
import { TextLink } from '@/components/ui/text-link';
import { canOpenAdmin } from '@/lib/accounts/account.policy';
import { SIGN_IN_REASONS } from '@/lib/accounts/account.words';
import { listAddress, readPaging } from '@/lib/accounts/list.rules';
import { listSignIns } from '@/lib/accounts/sign-in.queries';
import { formatInstant } from '@/lib/dates';
import { type SearchParams, single } from '@/lib/server/as-of';
import { requireActor } from '@/lib/server/auth/session';

export async function generateMetadata(): Promise<Metadata> {
  return { title: canOpenAdmin(await requireActor()) ? '登录记录' : '未找到' };
}

export default async function SignInsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const actor = await requireActor();
  if (!canOpenAdmin(actor)) notFound();
  const params = await searchParams;
  const q = (single(params, 'q') ?? '').slice(0, 60);
  const wanted = single(params, 'result');
  const result = wanted === 'ok' || wanted === 'failed' ? wanted : 'all';
  const { page, pageSize } = readPaging(single(params, 'page'), single(params, 'size'));
  const { rows, total } = await listSignIns(actor, { q, result, page, pageSize });
  const isFiltered = q !== '' || result !== 'all';
  return (
    <>
      <PageTitle title="登录记录" facts={[actor.regionName ?? '平台', `${total} 条`]} />
      <AdminTabs current="sign-ins" />
      <Card>
        <form
          method="get"
          action="/admin/sign-ins"
          className="mb-2 grid items-end gap-x-3 gap-y-2 sm:grid-cols-[minmax(0,18rem)_10rem_auto]"
        >
          <TextField
            name="q"
            label="用户名、姓名或地址"
            className="mb-0!"
            type="search"
            maxLength={60}
            defaultValue={q}
          />
          <SelectField
            name="result"
            label="结果"
            className="mb-0!"
            placeholder="全部"
            defaultValue={result === 'all' ? '' : result}
            options={[
              { value: 'ok', label: '成功' },
              { value: 'failed', label: '未成功' },
            ]}
          />
          <div className="flex items-center gap-2">
            <Button type="submit">筛选</Button>
            {isFiltered ? (
              <TextLink quiet href="/admin/sign-ins">
                清除
              </TextLink>
            ) : null}
          </div>
        </form>
        {rows.length === 0 ? (
          <EmptyState title={isFiltered ? '没有符合条件的记录。' : '还没有登录记录。'} />
        ) : (
          <Table
            label="登录记录"
            minWidth="min-w-[40rem]"
            note="不存在的用户名只记代号：误填在用户名里的可能是密码。同一代号是同一个名字。连续输错 5 次锁定账号、同一地址 15 分钟内失败 50 次锁定地址，均为 15 分钟。"
          >
            <thead>
              <tr>
                <Th>时间</Th>
                <Th>用户名</Th>
                <Th>姓名</Th>
                <Th>地址</Th>
                <Th>结果</Th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.id}>
                  <Td nowrap>{formatInstant(row.attemptedAt)}</Td>
                  <Td nowrap>{row.username ?? <span className="text-mute">代号 {row.mark}</span>}</Td>
                  <Td>{row.displayName ?? '—'}</Td>
                  <Td nowrap>{row.address}</Td>
                  <Td nowrap>
                    {row.reason === 'ok' ? (
                      '成功'
                    ) : (
                      <Badge tone={row.reason === 'locked' ? 'red' : 'amber'}>
                        {SIGN_IN_REASONS[row.reason] ?? '未成功'}
                      </Badge>
                    )}
                  </Td>
                </tr>
              ))}
            </tbody>
          </Table>
        )}
        <Pagination
          page={page}
          pageSize={pageSize}
          total={total}
          measureWord="条"
          hrefFor={(to, size) =>
            listAddress('/admin/sign-ins', {
              q,
              result: result === 'all' ? null : result,
              page: to > 1 ? to : null,
              size: size === 25 ? null : size,
            })
          }
        />
      </Card>
    </>
  );
}
