import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { HandlerTable } from '@/components/handlers/handler-forms';
import { PageTitle } from '@/components/shell/page-title';
import { Badge } from '@/components/ui/badge';
import { Card } from '@/components/ui/card';
import { EmptyState } from '@/components/ui/empty-state';
import { Notice } from '@/components/ui/notice';
import { Pagination } from '@/components/ui/pagination';
import { SavedNotice } from '@/components/ui/saved-notice';
import { Table, Td, Th } from '@/components/ui/table';
import { TextLink } from '@/components/ui/text-link';
import { roleLabels } from '@/lib/accounts/account.words';
import { setHandlersAction } from '@/lib/handlers/handler.actions';
import { findHandlerBoard, HANDLER_PAGE_SIZE } from '@/lib/handlers/handler.queries';
import { readAsOf, single } from '@/lib/server/as-of';
import { requireActor } from '@/lib/server/auth/session';

const readBoard = cache(async (unitId: string, page: number) => findHandlerBoard(await requireActor(), unitId, page));

function wantedPage(given: string | undefined): number {
  return given && /^[1-9]\d{0,5}$/.test(given) ? Number(given) : 1;
}

export async function generateMetadata({
  params,
  searchParams,
}: PageProps<'/units/[unitId]/handlers'>): Promise<Metadata> {
  const board = await readBoard((await params).unitId, wantedPage(single(await searchParams, 'page')));
  return { title: board ? `${board.unit.name}经办人` : '未找到' };
}

export default async function HandlersPage({ params, searchParams }: PageProps<'/units/[unitId]/handlers'>) {
  await requireActor();
  const query = await searchParams;
  const given = single(query, 'page');
  const page = wantedPage(given);
  const board = await readBoard((await params).unitId, page);
  if (!board) notFound();
  const asOf = await readAsOf(searchParams);
  const saved = /^\d{1,3}$/.exec(single(query, 'saved') ?? '')?.[0];
  return (
    <>
      <PageTitle
        title="经办人"
        crumbs={[
          { href: '/units', label: '单位' },
          { href: `/units/${board.unit.id}`, label: board.unit.name },
        ]}
        facts={[`未办结任务 ${board.total} 项`]}
      />
      {given && String(page) !== given ? (
        <Notice tone="warn">{`页码“${given.slice(0, 20)}”无法识别，已忽略。`}</Notice>
      ) : null}
      {asOf.isToday ? null : <Notice tone="info">经办人只按今天显示；以往的经办人请在任务页选择统计日期查看。</Notice>}
      {saved === undefined ? null : (
        <SavedNotice>{saved === '0' ? '没有改动。' : `已保存 ${saved} 项任务的经办人。`}</SavedNotice>
      )}
      <Card
        id="tasks"
        title="任务与经办人"
        note="不指定的，本单位填报员都可办理；改好后一次保存，有一项不能保存的，整页都不保存"
      >
        {board.tasks.length === 0 ? (
          <EmptyState title="没有未办结的任务。" />
        ) : (
          <HandlerTable key={`${board.page}-${saved ?? ''}`} action={setHandlersAction} board={board} />
        )}
        <Pagination
          page={board.page}
          pageSize={HANDLER_PAGE_SIZE}
          total={board.total}
          sizes={[HANDLER_PAGE_SIZE]}
          hrefFor={(n) => `/units/${board.unit.id}/handlers${n > 1 ? `?page=${n}` : ''}`}
        />
      </Card>
      <Card id="people" title="本单位人员" note="人员调离的，请先办理工作交接">
        <Table label="人员名单">
          <thead>
            <tr>
              <Th>姓名</Th>
              <Th>角色</Th>
              <Th num>经办任务</Th>
              <Th>工作交接</Th>
            </tr>
          </thead>
          <tbody>
            {board.people.map((person) => (
              <tr key={person.id}>
                <Th scope="row">
                  {person.name}
                  {person.isActive ? null : (
                    <Badge tone="amber" className="ml-1">
                      账号已停用
                    </Badge>
                  )}
                </Th>
                <Td>{roleLabels(person.roles)}</Td>
                <Td num>{person.tasks}</Td>
                <Td>
                  <TextLink href={`/units/${board.unit.id}/handlers/${person.id}`}>办理交接</TextLink>
                </Td>
              </tr>
            ))}
          </tbody>
        </Table>
      </Card>
    </>
  );
}
