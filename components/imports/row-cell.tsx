'use client';

import { useRouter } from 'next/navigation';
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState, useTransition } from 'react';
import { IDLE } from '@/components/imports/action-form';
import { cellBeside, useAnnounce } from '@/components/imports/row-grid';
import { Button } from '@/components/ui/button';
import { classes } from '@/components/ui/classes';
import { applyToAllAction, editRowAction } from '@/lib/imports/drafts/draft.actions';
import { type EditField, FIELD_LABELS } from '@/lib/imports/drafts/draft.schema';
import type { FormState } from '@/lib/server/form-action';

type RowCellProps = {
  draftId: number;
  rowId: number;
  rowVersion: number;
  position: number;
  field: EditField;
  /** As it is typed. */
  value: string;
  /** Other rows that read the same; `isMore`: there may be more on other pages. */
  same: { count: number; isMore: boolean };
  canEdit: boolean;
  /** Where Tab enters the grid; the arrow keys lead on from there. */
  isEntry: boolean;
  /** Head of the column, within the cell where the table is too narrow for heads. */
  label: ReactNode;
  children: ReactNode;
  className?: string;
};

const HINTS: Partial<Record<EditField, string>> = {
  lead: '单位名称，多个用顿号隔开',
  responsible: '单位名称，多个用顿号隔开',
  deadline: '例如 2022-12-31，或 2022年底前，长期推进',
};

function send(fields: Record<string, string | number>, action: typeof editRowAction): Promise<FormState> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, String(value));
  return action(IDLE, form);
}

type EditorProps = Omit<RowCellProps, 'children' | 'className' | 'canEdit' | 'isEntry' | 'label'> & {
  /** step: where to go on; 0 stays. */
  onDone: (step: 0 | 1 | -1, saved: string | null) => void;
};

/** Enter saves, Escape gives up, Tab saves and goes on; what was typed stays where it is refused. */
function CellEditor({ draftId, rowId, rowVersion, position, field, value, same, onDone }: EditorProps) {
  const router = useRouter();
  const [typed, setTyped] = useState(value);
  const [answer, setAnswer] = useState<FormState>(IDLE);
  const [isSaving, start] = useTransition();
  const box = useRef<HTMLTextAreaElement>(null);
  const name = `第 ${position} 行${FIELD_LABELS[field]}`;

  useEffect(() => {
    box.current?.focus();
    box.current?.select();
  }, []);

  const run = (task: () => Promise<FormState>, step: 0 | 1 | -1) =>
    start(async () => {
      const state = await task();
      if (state.status === 'ok') onDone(step, state.message ?? '已保存。');
      else {
        setAnswer(state);
        box.current?.focus();
      }
    });
  const save = (step: 0 | 1 | -1) => {
    if (isSaving) return;
    if (typed.trim() === value) {
      onDone(step, null);
      return;
    }
    const version = answer.latest?.version ?? rowVersion;
    run(() => send({ draftId, rowId, rowVersion: version, field, value: typed }, editRowAction), step);
  };
  const saveAll = () => run(() => send({ draftId, field, printed: value, value: typed }, applyToAllAction), 0);
  const giveUp = () => {
    if (isSaving) return;
    if (answer.latest) router.refresh();
    onDone(0, null);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation();
    // Enter also ends the choosing of characters in an input method.
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Escape') {
      event.preventDefault();
      giveUp();
    }
    const isInBox = event.target === box.current;
    if (isInBox && event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      save(0);
    }
    if (isInBox && event.key === 'Tab') {
      event.preventDefault();
      save(event.shiftKey ? -1 : 1);
    }
  };

  const isWide = field === 'text' || field === 'scoring';
  const latest = answer.latest?.value;
  const refusal =
    answer.status === 'idle' ? null : (Object.values(answer.fieldErrors ?? {}).flat()[0] ?? answer.message);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys are those of the text box inside
    <div
      onKeyDown={onKeyDown}
      className={classes(
        'absolute top-0 z-20 rounded-md border border-accent bg-card p-2 shadow-lg max-md:inset-x-0',
        isWide ? 'inset-x-0' : 'md:w-80',
        !isWide && (field === 'responsible' || field === 'deadline' ? 'md:right-0' : 'md:left-0'),
      )}
    >
      <textarea
        ref={box}
        aria-label={name}
        aria-describedby={`hint-${rowId}-${field}`}
        aria-invalid={refusal ? true : undefined}
        value={typed}
        // Not disabled: that would take the keyboard away, and a refusal could not give it back.
        readOnly={isSaving}
        rows={isWide ? 5 : field === 'responsible' ? 4 : 2}
        onChange={(event) => setTyped(event.currentTarget.value)}
        className="block w-full rounded-md border border-edge px-2 py-1"
      />
      <p id={`hint-${rowId}-${field}`} className="mt-1 text-xs text-mute">
        {HINTS[field] ? `${HINTS[field]}。` : ''}回车保存，Esc 取消，Tab 下一格
      </p>
      <div role="alert">
        {refusal ? <p className="mt-1 text-sm text-red">{refusal}</p> : null}
        {latest === undefined ? null : (
          <dl className="mt-1 rounded-sm bg-amber-ground px-2 py-1 text-sm">
            <dt className="text-mute">现有内容</dt>
            <dd className="whitespace-pre-wrap">{latest || '（空）'}</dd>
            <dt className="mt-1 text-mute">您填写的在上面，再次保存将以您的为准。</dt>
          </dl>
        )}
      </div>
      <div className="mt-1.5 flex flex-wrap gap-2">
        <Button variant="main" size="small" disabled={isSaving} onClick={() => save(0)}>
          {isSaving ? '保存中…' : '保存'}
        </Button>
        <Button size="small" disabled={isSaving} onClick={giveUp}>
          {answer.latest ? '采用现有内容' : '取消'}
        </Button>
        {same.count > 0 ? (
          <Button size="small" disabled={isSaving || typed.trim() === value} onClick={saveAll}>
            {same.isMore ? '同样内容的各行都改' : `同样的 ${same.count + 1} 行都改`}
          </Button>
        ) : null}
      </div>
    </div>
  );
}

/** One cell: double click, Enter or F2 changes it in place. */
export function RowCell({ children, className, canEdit, isEntry, label, ...cell }: RowCellProps) {
  const [isOpen, setIsOpen] = useState(false);
  const self = useRef<HTMLTableCellElement>(null);
  const announce = useAnnounce();

  const done = (step: 0 | 1 | -1, saved: string | null) => {
    setIsOpen(false);
    if (saved) announce(`第 ${cell.position} 行${FIELD_LABELS[cell.field]}：${saved}`);
    const next = step === 0 ? self.current : self.current && (cellBeside(self.current, step) ?? self.current);
    next?.focus();
    if (next && next !== self.current) next.dispatchEvent(new KeyboardEvent('keydown', { key: 'F2', bubbles: true }));
  };

  return (
    <td
      ref={self}
      data-cell={cell.field}
      tabIndex={isEntry ? 0 : -1}
      onDoubleClick={() => canEdit && !isOpen && setIsOpen(true)}
      onKeyDown={(event) => {
        if (event.target !== self.current || !canEdit) return;
        if (event.key !== 'Enter' && event.key !== 'F2') return;
        event.preventDefault();
        setIsOpen(true);
      }}
      className={classes(
        'ring-inside relative min-w-0 scroll-my-20 px-1.5 py-1',
        canEdit && 'md:hover:bg-accent-ground',
        className,
      )}
    >
      {label}
      {children}
      {isOpen ? <CellEditor {...cell} onDone={done} /> : null}
    </td>
  );
}
