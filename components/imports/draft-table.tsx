import { DraftStatusBadge } from '@/components/imports/draft-status';
import { Badge } from '@/components/ui/badge';
import { TextLink } from '@/components/ui/text-link';
import { formatInstant } from '@/lib/dates';
import type { DraftSummary } from '@/lib/imports/drafts/draft.queries';

const COLUMNS =
  'md:grid md:grid-cols-[minmax(0,1fr)_6rem_3.5rem_4.5rem_6rem_9.5rem] md:gap-x-2 xl:grid-cols-[minmax(0,1fr)_9rem_3.5rem_4.5rem_6rem_10.5rem] xl:gap-x-3';
const HEAD = 'px-2 py-1.5 text-left font-medium text-mute';
const CELL = 'min-w-0 px-2 md:py-2 max-md:inline-block max-md:py-0.5';

function Open({ draft }: { draft: DraftSummary }) {
  if (draft.status !== 'REVIEW') return <span className="text-mute max-md:hidden">—</span>;
  return draft.openQuestions > 0 ? (
    <Badge tone="amber" filled>
      <span className="md:hidden">待确认 </span>
      {draft.openQuestions}
    </Badge>
  ) : (
    <span className="text-mute max-md:hidden">0</span>
  );
}

/** The drafts of /imports, a line each; cards on a narrow screen. */
export function DraftTable({ drafts }: { drafts: readonly DraftSummary[] }) {
  return (
    <table aria-label="导入记录" className="block w-full">
      <thead className="block border-b border-line max-md:sr-only">
        <tr className={COLUMNS}>
          <th className={HEAD}>清单</th>
          <th className={HEAD}>地区</th>
          <th className={`${HEAD} md:text-right`}>行数</th>
          <th className={`${HEAD} md:text-right`}>待确认</th>
          <th className={HEAD}>状态</th>
          <th className={HEAD}>上传</th>
        </tr>
      </thead>
      <tbody className="block divide-y divide-line-soft">
        {drafts.map((draft) => (
          <tr key={draft.id} className={`block hover:bg-ground max-md:py-1.5 ${COLUMNS}`}>
            <th scope="row" className="block min-w-0 px-2 text-left font-normal md:py-2">
              <TextLink quiet href={`/imports/${draft.id}`} className="font-medium">
                {draft.title ?? draft.fileName}
              </TextLink>
              <span className="block text-xs text-mute">
                {draft.title === null ? '标题未读出' : draft.fileName}
                {draft.basePlanId === null ? null : '　修订已有方案'}
              </span>
            </th>
            <td className={CELL}>
              {draft.regionName}
              {draft.ownerUnitName === null ? null : (
                <span className="text-xs text-mute md:block"> {draft.ownerUnitName}</span>
              )}
            </td>
            <td className={`${CELL} md:text-right`}>
              {draft.rows > 0 ? (
                <>
                  {draft.rows}
                  <span className="md:hidden"> 行</span>
                </>
              ) : (
                <span className="text-mute max-md:hidden">—</span>
              )}
            </td>
            <td className={`${CELL} md:text-right`}>
              <Open draft={draft} />
            </td>
            <td className={CELL}>
              <DraftStatusBadge status={draft.status} />
              {draft.status === 'READING' ? <span className="ml-1 text-xs text-mute">{draft.progress}%</span> : null}
            </td>
            <td className={`${CELL} text-sm`}>
              <span className="whitespace-nowrap">{formatInstant(draft.uploadedAt)}</span>
              <span className="text-mute md:block"> {draft.uploadedBy ?? '命令行'}</span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
