import { ActionForm } from '@/components/imports/action-form';
import { RowCell } from '@/components/imports/row-cell';
import { COLUMNS, GRID, type RowKind, SOURCE_PLACE } from '@/components/imports/row-columns';
import { RowGrid } from '@/components/imports/row-grid';
import { RowPanel } from '@/components/imports/row-panel';
import { RowReading } from '@/components/imports/row-reading';
import { RowSource } from '@/components/imports/row-source';
import { countSame, type SameCounter } from '@/components/imports/same-values';
import { Badge } from '@/components/ui/badge';
import { classes } from '@/components/ui/classes';
import { SubmitButton } from '@/components/ui/submit-button';
import { TextLink } from '@/components/ui/text-link';
import { excludeRowAction, includeRowAction } from '@/lib/imports/drafts/draft.actions';
import type { DraftDetail, DraftRow } from '@/lib/imports/drafts/draft.queries';
import { fieldValue } from '@/lib/imports/drafts/draft.rules';
import { kindWords } from '@/lib/imports/drafts/draft.schema';

type RowTableProps = {
  draft: DraftDetail;
  kind: RowKind;
  /** The row whose fields stand open as forms. */
  editedRowId: number | null;
  showsSource: boolean;
  /** The address with a row's forms open; null: all closed. */
  editHref: (row: DraftRow | null) => string;
};

const SPAN = 'block md:col-span-full';

const HEADINGS = {
  'task-list': ['section', 'measure', 'group'],
  assessment: ['indicator1', 'indicator2'],
} as const;

/** The headings over a row from the first that is another than that of the row before; a new section says its measure again. */
function Headings({ row, before, kind }: { row: DraftRow; before: DraftRow | undefined; kind: RowKind }) {
  const fields = HEADINGS[kind];
  const changed = fields.findIndex((field) => row.current[field] !== (before?.current[field] ?? null));
  const shown = changed < 0 ? [] : fields.slice(changed).filter((field) => row.current[field] !== null);
  if (shown.length === 0) return null;
  return (
    <tr className="block border-b border-line-soft bg-ground">
      <td className="block px-1.5 py-1">
        {shown.map((field, index) => (
          <span key={field} className={field === fields[0] ? 'font-semibold' : 'text-mute'}>
            {index > 0 ? <span className="mx-1.5 font-normal text-mute">›</span> : null}
            {row.current[field]}
          </span>
        ))}
      </td>
    </tr>
  );
}

function Doubts({ row, editHref, canEdit }: { row: DraftRow; editHref: string; canEdit: boolean }) {
  const open = row.questions.filter(({ status }) => status === 'OPEN');
  if (open.length === 0) return null;
  return (
    <ul className="mt-1 space-y-0.5">
      {open.map((question) => (
        <li key={question.id} className="bg-amber-ground px-1.5 py-0.5 text-sm text-amber">
          <span className="font-medium">{kindWords(question.kind)}</span>：{question.text}
          {canEdit ? (
            <TextLink href={editHref} scroll={false} className="ml-1.5 whitespace-nowrap">
              处理
            </TextLink>
          ) : null}
        </li>
      ))}
    </ul>
  );
}

/** Questions, changes and the report name a row by its place in the list, which is not always its printed number. */
function Position({ position }: { position: number }) {
  return (
    <span
      title={`清单第 ${position} 行`}
      className="block text-xs whitespace-nowrap text-mute max-md:ml-2 max-md:inline"
    >
      行 {position}
    </span>
  );
}

function RowActions({ draftId, row, editHref }: { draftId: number; row: DraftRow; editHref: string }) {
  const fields = { draftId, rowId: row.id, rowVersion: row.version };
  return (
    <div className="absolute top-1 right-1.5 flex items-baseline gap-x-3">
      <TextLink quiet href={editHref} scroll={false} aria-label={`编辑第 ${row.position} 行`} className="text-xs">
        编辑
      </TextLink>
      <ActionForm action={row.isExcluded ? includeRowAction : excludeRowAction} fields={fields}>
        <SubmitButton variant="link" size="small" pendingText="…" className="min-h-0 py-0 text-xs">
          {row.isExcluded ? '恢复导入' : '不导入'}
          <span className="sr-only">第 {row.position} 行</span>
        </SubmitButton>
      </ActionForm>
    </div>
  );
}

type RowProps = Pick<RowTableProps, 'kind' | 'showsSource'> & {
  draft: DraftDetail;
  row: DraftRow;
  sameAs: SameCounter;
  editHref: string;
};

function Row({ draft, row, kind, showsSource, sameAs, editHref }: RowProps) {
  const canEdit = draft.can.edit;
  const asked = new Set(row.questions.filter(({ status }) => status === 'OPEN').map(({ field }) => field));
  return (
    <tr
      id={`row-${row.position}`}
      className={classes(
        'block scroll-mt-24 border-b border-line-soft py-1 target:bg-accent-ground',
        GRID[kind],
        row.isExcluded && 'bg-ground text-mute',
      )}
    >
      {COLUMNS[kind].map(({ field, head, className, labelUntil }) => (
        <RowCell
          key={field}
          draftId={draft.id}
          rowId={row.id}
          rowVersion={row.version}
          position={row.position}
          field={field}
          value={fieldValue(row.current, field)}
          same={sameAs(row, field)}
          canEdit={canEdit && !row.isExcluded}
          isEntry={row === draft.rows[0] && field === COLUMNS[kind][0]?.field}
          label={
            <span className={classes('mr-1 text-xs text-mute', labelUntil === 'xl' ? 'xl:hidden' : 'md:hidden')}>
              {head}
            </span>
          }
          className={classes(
            'max-md:block max-md:py-0.5',
            asked.has(field) && 'border-l-4 border-lamp-amber',
            field === 'seq' && 'md:text-right',
            field === 'points' && 'md:text-right',
            className,
          )}
        >
          <RowReading row={row} field={field} />
          {field === 'seq' && row.current.seq !== row.position ? <Position position={row.position} /> : null}
          {field === 'text' ? <Doubts row={row} editHref={editHref} canEdit={canEdit} /> : null}
          {field === 'text' && row.isExcluded ? <Badge className="ml-1">不导入</Badge> : null}
        </RowCell>
      ))}
      <td className={classes('relative block min-w-0 px-1.5 py-1', SOURCE_PLACE[kind])}>
        <RowSource row={row} isShown={showsSource} />
        {canEdit ? <RowActions draftId={draft.id} row={row} editHref={editHref} /> : null}
      </td>
    </tr>
  );
}

/** Every row of this page beside its source; cells are changed in place, or all of a row's in its forms. */
export function RowTable({ draft, kind, editedRowId, showsSource, editHref }: RowTableProps) {
  const sameAs = countSame(draft.rows, draft.page.pages > 1 || draft.page.only !== 'all');
  return (
    <RowGrid label="清单各行" className="block w-full">
      <thead className="block border-b border-line bg-card max-md:sr-only md:sticky md:top-10 md:z-[5] print:static">
        <tr className={GRID[kind]}>
          {COLUMNS[kind].map(({ field, head, labelUntil }) => (
            <th
              key={field}
              scope="col"
              className={classes(
                'px-1.5 py-1.5 text-left font-medium text-mute',
                (field === 'seq' || field === 'points') && 'md:text-right',
                labelUntil === 'xl' && 'md:max-xl:hidden',
              )}
            >
              {head}
            </th>
          ))}
          {kind === 'task-list' ? (
            <th scope="col" className="px-1.5 py-1.5 text-left font-medium text-mute max-xl:hidden">
              原文
            </th>
          ) : null}
        </tr>
      </thead>
      <tbody className="block">
        {draft.rows.flatMap((row, index) => [
          <Headings key={`${row.id} headings`} row={row} before={draft.rows[index - 1]} kind={kind} />,
          <Row
            key={row.id}
            draft={draft}
            row={row}
            kind={kind}
            showsSource={showsSource}
            sameAs={sameAs}
            editHref={editHref(row)}
          />,
          row.id === editedRowId && draft.can.edit ? (
            <tr key={`${row.id} forms`} className="block">
              <td className={SPAN}>
                <RowPanel draftId={draft.id} row={row} kind={kind} closeHref={editHref(null)} sameAs={sameAs} />
              </td>
            </tr>
          ) : null,
        ])}
      </tbody>
    </RowGrid>
  );
}
