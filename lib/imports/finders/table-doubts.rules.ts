import type { Place } from '@/lib/imports/readers/source';
import { compactText } from '@/lib/text';
import { type Doubt, FIELD_WORDS, type ListField } from './raw-list';
import { type GridCell, isBlank } from './table-grid.rules';

/** The questions that the rows of a table raise, in words for people. */

export function clip(text: string): string {
  const compact = compactText(text);
  return compact.length > 30 ? `${compact.slice(0, 29)}…` : compact;
}

export function questionField(field: ListField | null): Doubt['field'] {
  return field ?? 'extra';
}

export function hiddenDoubt(place: Place): Doubt {
  return {
    field: 'row',
    kind: 'hidden',
    text: `${place}在原文件中是隐藏的，请确定是否列入。`,
    candidates: [{ value: '', why: '隐藏行不列入' }],
  };
}

export function blankDoubt(field: ListField, value: string | undefined, why = '同上一行'): Doubt {
  return {
    field: questionField(field),
    kind: 'blank-cell',
    text: `${FIELD_WORDS[field]}为空：可能是没有，也可能是${why}。`,
    candidates: value === undefined || isBlank(value) ? [] : [{ value, why }],
  };
}

/** Struck-through words of a cell; null where there are none. */
export function struckDoubt(cell: GridCell, field: ListField | null): Doubt | null {
  if (!cell.struck) return null;
  const isWhole = cell.struck === 'all';
  return {
    field: questionField(field),
    kind: 'struck',
    text: isWhole
      ? `“${clip(cell.text)}”加了删除线，请确定是否保留。`
      : `“${clip(cell.text)}”中有文字加了删除线，请核对。`,
    printed: cell.text,
    ...(isWhole ? { candidates: [{ value: '', why: '按删除线删去' }] } : {}),
  };
}
