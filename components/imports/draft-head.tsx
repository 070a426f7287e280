import { DraftStatusBadge } from '@/components/imports/draft-status';
import { sizeWords } from '@/components/imports/import-words';
import { PageTitle } from '@/components/shell/page-title';
import { ButtonLink } from '@/components/ui/button';
import { Notice } from '@/components/ui/notice';
import { TextLink } from '@/components/ui/text-link';
import { formatDayProse, formatInstant, isDay } from '@/lib/dates';
import type { DraftDetail, SameFile } from '@/lib/imports/drafts/draft.queries';
import { DRAFT_STATUS_WORDS, type DraftStatus } from '@/lib/imports/drafts/draft.schema';

/** Title, where and when the list counts, and the file it was read from. */
export function DraftHead({ draft }: { draft: DraftDetail }) {
  const { document } = draft;
  // Once the list is committed the report stands beside the plan.
  const showsReport = document !== null && draft.status === 'REVIEW';
  return (
    <>
      <PageTitle
        crumbs={[{ href: '/imports', label: '导入' }]}
        title={document?.title ?? draft.fileName}
        facts={[
          draft.ownerUnit ? `${draft.region.name} ${draft.ownerUnit.name}` : draft.region.name,
          document?.year ? `${document.year}年` : null,
          document?.kind === 'assessment' ? '考核细则' : null,
          document?.docNumber ?? null,
          document?.issuedOn && isDay(document.issuedOn) ? `${formatDayProse(document.issuedOn)}印发` : null,
        ].filter((fact) => fact !== null)}
        actions={
          <>
            <DraftStatusBadge status={draft.status} />
            {showsReport ? (
              <ButtonLink href={`/imports/${draft.id}/report`} size="small">
                导入报告
              </ButtonLink>
            ) : null}
          </>
        }
      />
      <p className="-mt-2 mb-3 flex flex-wrap gap-x-3 text-sm text-mute">
        <a
          href={`/api/imports/${draft.id}/file`}
          download={draft.fileName}
          className="text-accent underline decoration-accent/30 underline-offset-3 hover:decoration-accent"
        >
          {draft.fileName}
        </a>
        <span>{sizeWords(draft.bytes)}</span>
        <span title={draft.sha256}>SHA-256 {draft.sha256.slice(0, 12)}…</span>
        <span>
          {draft.uploadedBy ?? '命令行'} {formatInstant(draft.uploadedAt)} 上传
        </span>
      </p>
    </>
  );
}

function sameStatus(status: string): string {
  return DRAFT_STATUS_WORDS[status as DraftStatus] ?? '方案';
}

/** The same file came in before: said once, with the way there. */
export function SameFileNotice({ sameFiles }: { sameFiles: readonly SameFile[] }) {
  if (sameFiles.length === 0) return null;
  return (
    <Notice tone="warn" title="这份文件此前已经上传过">
      <ul>
        {sameFiles.map((same) => (
          <li key={`${same.draftId} ${same.planId}`}>
            <TextLink href={same.draftId ? `/imports/${same.draftId}` : `/plans/${same.planId}`}>{same.title}</TextLink>
            <span className="ml-2 text-sm text-mute">
              {formatInstant(same.at)}，{sameStatus(same.status)}
            </span>
          </li>
        ))}
      </ul>
    </Notice>
  );
}
