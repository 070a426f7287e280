import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { AcceptManyForm } from '@/components/reviews/review-forms';
import { ReviewMarks } from '@/components/reviews/review-queue';
import { PageTitle } from '@/components/shell/page-title';
import { Badge } from '@/components/ui/badge';
import { ButtonLink } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { EmptyState } from '@/components/ui/empty-state';
import { Notice } from '@/components/ui/notice';
import { Table, Td, Th } from '@/components/ui/table';
import { TextLink } from '@/components/ui/text-link';
import { acceptReportsAction } from '@/lib/reviews/review.actions';
import { findAcceptPreview } from '@/lib/reviews/review.queries';
import { MOST_ACCEPTED } from '@/lib/reviews/review.schema';
import { requireActor } from '@/lib/server/auth/session';
import { readId } from '@/lib/tasks/task-detail.queries';

const readPreview = cache(async (ids: string) =>
  findAcceptPreview(
    await requireActor(),
    ids.split(',').flatMap((id) => readId(id) ?? []),
  ),
);

async function chosenIn(searchParams: PageProps<'/reviews/accept'>['searchParams']): Promise<string[]> {
  const given = (await searchParams).report;
  return [...new Set([given ?? []].flat())];
}

export async function generateMetadata({ searchParams }: PageProps<'/reviews/accept'>): Promise<Metadata> {
  if (!(await readPreview((await chosenIn(searchParams)).slice(0, MOST_ACCEPTED).join(',')))) notFound();
  return { title: '批量审核通过' };
}

export default async function AcceptManyPage({ searchParams }: PageProps<'/reviews/accept'>) {
  await requireActor();
  const chosen = await chosenIn(searchParams);
  const preview = await readPreview(chosen.slice(0, MOST_ACCEPTED).join(','));
  if (!preview) notFound();
  const ready = preview.rows.filter((row) => row.refusal === null);
  const refused = preview.rows.length - ready.length;
  const missing = Math.min(chosen.length, MOST_ACCEPTED) - preview.rows.length;
  return (
    <>
      <PageTitle
        title="批量审核通过"
        crumbs={[{ href: '/reviews', label: '待审核' }]}
        facts={[`所选 ${preview.rows.length} 项`, `可通过 ${ready.length} 项`]}
      />
      {chosen.length > MOST_ACCEPTED ? (
        <Notice tone="warn">一次最多通过 {MOST_ACCEPTED} 项，其余请分批处理。</Notice>
      ) : null}
      {missing > 0 ? <Notice tone="warn">有 {missing} 项编号无法识别或不在审核范围内，已忽略。</Notice> : null}
      {refused > 0 ? (
        <Notice tone="warn" title={`有 ${refused} 项不能由您通过，不在提交之列`}>
          原因见各行。
        </Notice>
      ) : null}
      {preview.rows.length === 0 ? (
        <EmptyState title="没有选择办结申请。" actions={<ButtonLink href="/reviews">返回待审核</ButtonLink>}>
          请在待审核清单中勾选后再来。
        </EmptyState>
      ) : (
        <>
          <Card>
            <Table label="所选办结申请" minWidth="sm:min-w-[56rem]">
              <thead>
                <tr>
                  <Th num>序号</Th>
                  <Th>重点任务</Th>
                  <Th>申请单位</Th>
                  <Th>提交、时限</Th>
                  <Th>内容</Th>
                  <Th>佐证材料</Th>
                  <Th>须留意</Th>
                </tr>
              </thead>
              <tbody>
                {preview.rows.map((row) => (
                  <tr key={row.reportId}>
                    <Td num mute>
                      {row.seq}
                    </Td>
                    <Th scope="row" className="min-w-48">
                      <TextLink quiet href={`/reviews/${row.reportId}`}>
                        {row.text}
                      </TextLink>
                      <span className="block text-xs text-mute">{row.planTitle}</span>
                    </Th>
                    <Td>
                      {row.unitName}
                      <span className="block text-xs text-mute">{row.submittedBy}</span>
                    </Td>
                    <Td nowrap>
                      {row.submittedOn}
                      <span className={row.isLate ? 'block text-red' : 'block text-mute'}>
                        时限 {row.dueOn ?? '—'}
                        {row.isLate ? '，已逾期' : ''}
                      </span>
                    </Td>
                    <Td className="min-w-56">
                      {row.percent === null ? '' : `${row.percent}%：`}
                      {row.excerpt}
                    </Td>
                    <Td className="min-w-40">
                      {row.evidence.length === 0 ? <span className="text-mute">没有</span> : null}
                      <ul>
                        {row.evidence.map((piece, index) => (
                          // biome-ignore lint/suspicious/noArrayIndexKey: a fixed list in which titles may recur
                          <li key={index}>
                            {piece.title}
                            {piece.hints.length > 0 ? (
                              <span className="block text-xs text-amber">{piece.hints.join('；')}</span>
                            ) : null}
                          </li>
                        ))}
                      </ul>
                    </Td>
                    <Td className="min-w-40">
                      {row.refusal ? <p className="text-red">不能通过：{row.refusal}</p> : null}
                      {row.objectors.length > 0 ? <p className="text-red">{row.objectors.join('、')}有异议</p> : null}
                      {row.nodesOpen > 0 ? <p className="text-amber">节点 {row.nodesOpen} 个未完成</p> : null}
                      {row.isOld ? <Badge tone="red">等待 {row.workingDays} 个工作日</Badge> : null}
                      <ReviewMarks row={{ ...row, objections: 0, isOwnWork: false }} />
                    </Td>
                  </tr>
                ))}
              </tbody>
            </Table>
          </Card>
          {ready.length > 0 ? (
            <Card title="确认通过" note="逐项记录审核意见；有一项不能通过的，全部不执行">
              <AcceptManyForm
                action={acceptReportsAction}
                idempotencyKey={preview.idempotencyKey}
                items={ready.map((row) => ({
                  value: `${row.taskId}:${row.reportId}:${row.reportVersion}`,
                  reportId: row.reportId,
                  label: `第 ${row.seq} 项`,
                }))}
              />
            </Card>
          ) : null}
        </>
      )}
    </>
  );
}
