import type { ReactNode } from 'react';
import { Badge } from '@/components/ui/badge';
import type { DraftRow, NameReading } from '@/lib/imports/drafts/draft.queries';
import type { EditField } from '@/lib/imports/drafts/draft.schema';

const EMPTY = <span className="text-mute">—</span>;

/** A name as printed; what it stands for where that has another name, and a mark where it stands for nothing. */
function Name({ name }: { name: NameReading }) {
  if (name.kind === 'unknown')
    return (
      <span className="bg-amber-ground box-decoration-clone px-0.5 text-amber" title="单位库中没有唯一对应的单位">
        {name.printed}
        <span className="sr-only">（未识别）</span>
      </span>
    );
  const isSame = name.words === null || name.words === name.printed;
  return (
    <span title={name.kind === 'collective' ? '集体指称' : undefined}>
      {name.printed}
      {isSame ? null : (
        <span className="text-xs text-mute">（{name.kind === 'none' ? name.words : `即${name.words}`}）</span>
      )}
    </span>
  );
}

function Names({ names }: { names: NameReading[] }) {
  if (names.length === 0) return EMPTY;
  return names.map((name, index) => (
    <span key={name.printed}>
      {index > 0 ? '、' : ''}
      <Name name={name} />
    </span>
  ));
}

const INHERITED = <span className="text-xs whitespace-nowrap text-mute"> ↑承上</span>;

function isTakenFromAbove(row: DraftRow, field: EditField): boolean {
  if (row.current.inherited.includes(field)) return true;
  if (field === 'lead') return row.current.leadRaw === null && row.texts.leadText !== '';
  if (field === 'responsible') return row.current.responsibleRaw === null && row.texts.responsibleText !== '';
  return field === 'deadline' && row.current.deadlineRaw === null && row.texts.deadlineText !== '';
}

function wordsOf(row: DraftRow, field: EditField): ReactNode {
  if (field === 'lead' || field === 'responsible')
    return <Names names={row.names.filter((name) => name.field === field)} />;
  if (field === 'deadline')
    return row.deadlineWords.split('，').map((words, index, all) => (
      <span key={words} className="inline-block">
        {words}
        {index < all.length - 1 ? '，' : ''}
      </span>
    ));
  const value = row.current[field];
  return value === null || value === '' ? EMPTY : String(value);
}

/** What the system reads in a field of a row, with its marks. */
export function RowReading({ row, field }: { row: DraftRow; field: EditField }) {
  return (
    <>
      <span className={field === 'text' || field === 'scoring' ? 'whitespace-pre-wrap' : undefined}>
        {wordsOf(row, field)}
      </span>
      {isTakenFromAbove(row, field) ? INHERITED : null}
      {row.changedFields.some((changed) => changed.replace(/Raw$/, '') === field) ? (
        <Badge tone="blue" filled className="ml-1">
          已改
        </Badge>
      ) : null}
    </>
  );
}
