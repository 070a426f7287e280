import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { BoardNotices } from '@/components/dashboards/board-notices';
import { DraftStatusBadge } from '@/components/imports/draft-status';
import { sizeWords } from '@/components/imports/import-words';
import { LeftOver } from '@/components/imports/left-over';
import { ReportChanges, ReportQuestions, ReportRows } from '@/components/imports/report-parts';
import { PageTitle } from '@/components/shell/page-title';
import { ButtonLink } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { DefinitionList } from '@/components/ui/definition-list';
import { Pagination } from '@/components/ui/pagination';
import { TextLink } from '@/components/ui/text-link';
import { BoardReader, boardHref, readId } from '@/lib/dashboards/board.filter';
import { formatDayProse, formatInstant } from '@/lib/dates';
import { findImportReport, type ImportReport } from '@/lib/imports/drafts/draft.queries';
import type { Actor } from '@/lib/server/auth/actor';
import { requireActor } from '@/lib/server/auth/session';

const SIZES = [100, 500] as const;

const loadReport = cache(async (actor: Actor, draftId: string) => {
  const id = readId(draftId);
  const report = id === null ? null : await findImportReport(actor, id);
  if (!report) notFound();
  return report;
});

export async function generateMetadata({ params }: PageProps<'/imports/[draftId]/report'>): Promise<Metadata> {
  return { title: `导入报告 ${(await loadReport(await requireActor(), (await params).draftId)).title}` };
}

function factsOf(report: ImportReport) {
  const { counts } = report;
  const excluded = counts.excluded > 0 ? `，其中 ${counts.excluded} 行不导入` : '';
  const kept = counts.open + counts.deferred;
  return [
    {
      term: '原始文件',
      detail: (
        <>
          <a href={`/api/imports/${report.draftId}/file`} download={report.fileName} className="text-accent underline">
            {report.fileName}
          </a>
          <span className="ml-2 text-mute">{sizeWords(report.bytes)}</span>
        </>
      ),
    },
    { term: 'SHA-256', detail: <span className="break-all">{report.sha256}</span> },
    { term: '上传', detail: `${report.uploadedBy ?? '命令行'}　${formatInstant(report.uploadedAt)}` },
    {
      term: '导入',
      detail: report.committedAt ? `${report.committedBy ?? ''}　${formatInstant(report.committedAt)}` : '尚未导入',
    },
    { term: '文号', detail: report.docNumber ?? '文件未注明' },
    { term: '印发单位', detail: report.issuer ?? '文件未注明' },
    { term: '印发日期', detail: report.issuedOn ? formatDayProse(report.issuedOn) : '文件未注明' },
    { term: '牵头认定', detail: report.leadRule },
    { term: '行数', detail: `${counts.rows} 行${excluded}` },
    {
      term: '问题',
      detail: `已答复 ${counts.answered}，已更正 ${counts.resolved}${kept > 0 ? `，未确认 ${kept}` : ''}`,
    },
  ];
}

export default async function ImportReportPage({ params, searchParams }: PageProps<'/imports/[draftId]/report'>) {
  const actor = await requireActor();
  const report = await loadReport(actor, (await params).draftId);
  const reader = new BoardReader(await searchParams);
  const wanted = reader.page(SIZES);
  const page = Math.min(wanted.page, Math.max(1, Math.ceil(report.rows.length / wanted.size)));
  const path = `/imports/${report.draftId}/report`;
  return (
    <>
      <PageTitle
        crumbs={[
          { href: '/imports', label: '导入' },
          { href: `/imports/${report.draftId}`, label: report.title },
        ]}
        title="导入报告"
        facts={[
          report.ownerUnitName ? `${report.regionName} ${report.ownerUnitName}` : report.regionName,
          report.year === null ? null : `${report.year}年`,
        ].filter((fact) => fact !== null)}
        actions={
          <>
            <DraftStatusBadge status={report.status} />
            <ButtonLink href={`/api/imports/${report.draftId}/report`} download="">
              下载 .xlsx
            </ButtonLink>
          </>
        }
      />
      <BoardNotices notices={reader.notices} />
      <Card
        title={report.title}
        actions={report.planId ? <TextLink href={`/plans/${report.planId}`}>查看方案</TextLink> : null}
      >
        <DefinitionList items={factsOf(report)} />
      </Card>
      {report.notices.length > 0 ? (
        <Card title="读取说明">
          <ul className="list-disc pl-5">
            {report.notices.map((notice) => (
              <li key={notice}>{notice}</li>
            ))}
          </ul>
        </Card>
      ) : null}
      <ReportQuestions questions={report.questions} />
      <ReportChanges changes={report.changes} />
      <Card title="各行" id="rows" note={`${report.rows.length} 行`}>
        <ReportRows rows={report.rows.slice((page - 1) * wanted.size, page * wanted.size)} />
        <Pagination
          page={page}
          pageSize={wanted.size}
          sizes={SIZES}
          total={report.rows.length}
          measureWord="行"
          hrefFor={(number, size) =>
            `${boardHref(path, reader.current(), { page: number === 1 ? null : number, size: size === SIZES[0] ? null : size })}#rows`
          }
        />
      </Card>
      <LeftOver pieces={report.leftOver} />
    </>
  );
}
