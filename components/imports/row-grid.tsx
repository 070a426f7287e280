'use client';

import { createContext, type KeyboardEvent, type ReactNode, useContext, useRef, useState } from 'react';

const Announce = createContext<(words: string) => void>(() => {});
/** Says something to people who cannot see the cell change. */
export const useAnnounce = () => useContext(Announce);

const CELL = '[data-cell]';

/** The cell the key leads to, from one that is not being changed. */
function neighbour(cell: HTMLElement, key: string): HTMLElement | null {
  const row = cell.closest('tr');
  if (!row) return null;
  const cells = [...row.querySelectorAll<HTMLElement>(CELL)];
  const at = cells.indexOf(cell);
  if (key === 'ArrowLeft') return cells[at - 1] ?? null;
  if (key === 'ArrowRight') return cells[at + 1] ?? null;
  if (key === 'Home') return cells[0] ?? null;
  if (key === 'End') return cells.at(-1) ?? null;
  const rows = [...(row.closest('table')?.querySelectorAll<HTMLElement>('tr:has([data-cell])') ?? [])];
  const next = rows[rows.indexOf(row) + (key === 'ArrowDown' ? 1 : -1)];
  return next?.querySelectorAll<HTMLElement>(CELL)[at] ?? null;
}

/** The next cell in reading order, over the end of the row; `step` −1 is the one before. */
export function cellBeside(cell: HTMLElement, step: 1 | -1): HTMLElement | null {
  const cells = [...(cell.closest('table')?.querySelectorAll<HTMLElement>(CELL) ?? [])];
  return cells[cells.indexOf(cell) + step] ?? null;
}

const MOVES = ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Home', 'End'];

/** A table whose cells are walked with the arrow keys; one of them is in the order of Tab. The cells change themselves. */
export function RowGrid({ label, className, children }: { label: string; className?: string; children: ReactNode }) {
  const table = useRef<HTMLTableElement>(null);
  const [words, setWords] = useState('');

  const onKeyDown = (event: KeyboardEvent) => {
    const target = event.target as HTMLElement;
    if (!target.matches(CELL) || !MOVES.includes(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
    const next = neighbour(target, event.key);
    if (!next) return;
    event.preventDefault();
    next.focus();
  };

  return (
    <Announce value={setWords}>
      <p role="status" className="sr-only">
        {words}
      </p>
      <table
        ref={table}
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: cells are walked with the arrow keys, which is what a grid is
        role="grid"
        aria-label={label}
        className={className}
        onKeyDown={onKeyDown}
        onFocus={(event) => {
          const cell = event.target as HTMLElement;
          if (!cell.matches(CELL)) return;
          for (const other of table.current?.querySelectorAll<HTMLElement>(`${CELL}[tabindex="0"]`) ?? [])
            other.tabIndex = -1;
          cell.tabIndex = 0;
        }}
      >
        {children}
      </table>
    </Announce>
  );
}
