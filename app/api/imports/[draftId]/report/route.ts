import { readId } from '@/lib/dashboards/board.filter';
import { findImportReport } from '@/lib/imports/drafts/draft.queries';
import { makeReportWorkbook } from '@/lib/imports/drafts/report-workbook.rules';
import { attachmentHeaders, XLSX } from '@/lib/server/attachment';
import { findActor } from '@/lib/server/auth/session';

/** The import report as .xlsx, for whoever may import into its region. */
export async function GET(_request: Request, { params }: RouteContext<'/api/imports/[draftId]/report'>) {
  const actor = await findActor();
  if (!actor) return new Response('请先登录。', { status: 401 });
  const draftId = readId((await params).draftId);
  if (draftId === null) return new Response('地址有误。', { status: 400 });
  const report = await findImportReport(actor, draftId);
  if (!report) return new Response('未找到该导入。', { status: 404 });
  return new Response(makeReportWorkbook(report), {
    headers: attachmentHeaders(
      { fileName: `导入报告 ${report.title}.xlsx`, mediaType: XLSX },
      `import-report-${draftId}.xlsx`,
    ),
  });
}
