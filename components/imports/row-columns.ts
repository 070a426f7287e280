import type { EditField } from '@/lib/imports/drafts/draft.schema';

export type RowKind = 'task-list' | 'assessment';

type Column = {
  field: EditField;
  head: string;
  className?: string;
  /** Beneath this width its head stands within the cell. */
  labelUntil?: 'xl';
};

/** The cells of a row that are changed in place, in the order of the arrow keys. */
export const COLUMNS: Record<RowKind, readonly Column[]> = {
  'task-list': [
    { field: 'seq', head: '序号' },
    { field: 'text', head: '任务内容' },
    { field: 'lead', head: '牵头单位' },
    { field: 'responsible', head: '责任单位' },
    { field: 'deadline', head: '完成时限' },
  ],
  assessment: [
    { field: 'seq', head: '序号' },
    { field: 'text', head: '考核内容' },
    { field: 'points', head: '分值' },
    { field: 'lead', head: '牵头单位' },
    { field: 'responsible', head: '责任单位' },
    { field: 'deadline', head: '完成时限' },
    { field: 'scoring', head: '计分方法', className: 'md:max-xl:col-start-2 md:max-xl:col-span-5', labelUntil: 'xl' },
  ],
};

/** Every row is a grid of the same columns; the source stands at the right where there is room, else beneath. */
export const GRID: Record<RowKind, string> = {
  'task-list':
    'md:grid md:grid-cols-[2.5rem_minmax(0,1fr)_7.5rem_9.5rem_9rem] md:gap-x-1.5 xl:grid-cols-[2.5rem_minmax(0,1.15fr)_7.5rem_9.5rem_9rem_minmax(0,1fr)]',
  assessment:
    'md:grid md:grid-cols-[2.5rem_minmax(0,1fr)_3rem_6.5rem_minmax(0,1fr)_7.5rem] md:gap-x-1.5 xl:grid-cols-[2.5rem_minmax(0,1.1fr)_3rem_6.5rem_minmax(0,1fr)_7.5rem_minmax(0,0.9fr)]',
};

/** Where the source of a row stands. */
export const SOURCE_PLACE: Record<RowKind, string> = {
  'task-list': 'md:max-xl:col-start-2 md:max-xl:col-end-[-1]',
  assessment: 'md:col-start-2 md:col-end-[-1]',
};
