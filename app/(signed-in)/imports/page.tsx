import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { BoardNotices } from '@/components/dashboards/board-notices';
import { DraftTable } from '@/components/imports/draft-table';
import { UploadForm } from '@/components/imports/upload-form';
import { PageTitle } from '@/components/shell/page-title';
import { Card } from '@/components/ui/card';
import { EmptyState } from '@/components/ui/empty-state';
import { Pagination } from '@/components/ui/pagination';
import { TextLink } from '@/components/ui/text-link';
import { BoardReader, boardHref, readId } from '@/lib/dashboards/board.filter';
import { canImport, listDrafts, listImportPlaces } from '@/lib/imports/drafts/draft.queries';
import { UPLOAD_ERROR_WORDS, type UploadError } from '@/lib/imports/drafts/draft.schema';
import { listPlans } from '@/lib/plans/plan.queries';
import { requireActor } from '@/lib/server/auth/session';
import { today } from '@/lib/server/clock';

export async function generateMetadata(): Promise<Metadata> {
  return { title: canImport(await requireActor()) ? '导入' : '未找到' };
}

const PATH = '/imports';
const PAGE_SIZE = 50;
const isUploadError = (code: string | undefined): code is UploadError =>
  code !== undefined && Object.hasOwn(UPLOAD_ERROR_WORDS, code);
const idWords = (given: string | undefined) => (given !== undefined && readId(given) !== null ? given : null);

export default async function ImportsPage({ searchParams }: PageProps<'/imports'>) {
  const actor = await requireActor();
  if (!canImport(actor)) notFound();
  const reader = new BoardReader(await searchParams);
  const page = reader.number('page', '页码') ?? 1;
  const isAll = reader.flag('all', '范围');
  const current = reader.current();
  const [drafts, places, plans] = await Promise.all([
    listDrafts(actor, { page, isAll }),
    listImportPlaces(actor),
    listPlans(actor, { kind: 'TASK_LIST' }, { page: 1, size: 500 }, await today()),
  ]);
  // Of the platform's admin nothing says which region is meant.
  const place = places.find(({ name }) => name === actor.regionName) ?? (places.length === 1 ? places[0] : undefined);
  const { error, draft, plan } = current;
  return (
    <>
      <PageTitle title="导入" facts={['把收到的清单原件变成方案']} />
      <BoardNotices notices={reader.notices} />
      <Card title="上传清单" id="upload">
        <UploadForm
          places={places}
          place={place?.code ?? ''}
          plans={plans.rows
            .filter(({ status }) => status !== 'WITHDRAWN')
            .map(({ id, title, mark, regionName }) => ({
              id,
              title: mark ? `${title}（${mark}）` : title,
              regionName,
            }))}
          error={isUploadError(error) ? error : null}
          same={{ draftId: idWords(draft), planId: idWords(plan) }}
        />
      </Card>
      <Card
        title="导入记录"
        id="drafts"
        actions={
          <TextLink quiet href={boardHref(PATH, {}, { all: isAll ? null : 1 })}>
            {isAll ? '不显示已放弃的' : '显示已放弃的'}
          </TextLink>
        }
      >
        {drafts.rows.length === 0 ? (
          <EmptyState title="还没有导入记录。">
            上传一份清单，读取后在此核对；核对可以随时中断，草稿会一直保留。
          </EmptyState>
        ) : (
          <DraftTable drafts={drafts.rows} />
        )}
        <Pagination
          page={drafts.page}
          pageSize={PAGE_SIZE}
          sizes={[PAGE_SIZE]}
          total={drafts.total}
          measureWord="份"
          hrefFor={(number) => boardHref(PATH, isAll ? { all: '1' } : {}, { page: number === 1 ? null : number })}
        />
      </Card>
    </>
  );
}
