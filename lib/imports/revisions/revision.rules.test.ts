import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { listSchema } from '@/lib/imports/list.schema';
import { type ComparedRow, compareLists } from './revision.rules';

const list = listSchema.parse(JSON.parse(readFileSync('seeds/lists/ezhou-2022.json', 'utf8')));
const rows: ComparedRow[] = list.tasks.map((task) => ({
  seq: task.seq,
  section: task.section,
  measure: task.measure,
  group: task.group,
  text: task.text,
  lead: task.lead.join('、'),
  responsible: task.responsible.join('、'),
  deadline: task.deadlineRaw ?? '',
}));
const renumbered = (edited: readonly ComparedRow[]) => edited.map((row, index) => ({ ...row, seq: index + 1 }));
const kinds = (changes: ReturnType<typeof compareLists>) =>
  changes.filter(({ kind }) => kind !== 'same').map(({ kind }) => kind);

describe('compareLists', () => {
  test('the same list again: every row is the same', () => {
    expect(kinds(compareLists(rows, rows))).toEqual([]);
  });

  test('five changes are exactly five: text, date, unit, a new row, a dropped row', () => {
    const edited = rows.map((row) => ({ ...row }));
    edited[3]!.text = edited[3]!.text.replace('19个行业', '25个行业');
    edited[10]!.deadline = '2022年9月底';
    edited[20]!.lead = '市财政局';
    edited.splice(30, 1);
    edited.splice(50, 0, { ...rows[50]!, text: '建立涉企政策“一口发布”机制，统一解读口径。' });
    const changes = compareLists(rows, renumbered(edited));
    expect(kinds(changes).sort()).toEqual(['added', 'changed', 'changed', 'changed', 'dropped']);
    const fields = changes.flatMap((change) => ('fields' in change ? change.fields.map(({ field }) => field) : []));
    expect(fields.filter((field) => field !== 'seq')).toEqual(['text', 'deadline', 'lead']);
    expect(changes.filter(({ kind }) => kind === 'dropped')).toEqual([{ kind: 'dropped', standing: 30 }]);
  });

  test('a row carried elsewhere is moved, the others stay', () => {
    const edited = [...rows];
    const [row] = edited.splice(5, 1);
    edited.splice(100, 0, row!);
    const moved = compareLists(rows, renumbered(edited)).filter(({ kind }) => kind !== 'same');
    expect(moved).toMatchObject([{ kind: 'moved', standing: 5, incoming: 100 }]);
  });

  test('a reworded row is asked about, a strange one is new', () => {
    const one = { ...rows[0]!, text: '推动企业开办全程网上办理，压缩开办时间至半个工作日。' };
    const like = { ...one, text: '推动企业开办全程网办，将开办时间压缩至0.5个工作日，公章免费。' };
    expect(compareLists([one], [like])).toMatchObject([{ kind: 'changed', isUnsure: true }]);
    const strange = { ...one, seq: 9, text: '开展道路货物运输源头治超。' };
    expect(kinds(compareLists([one], [strange]))).toEqual(['added', 'dropped']);
  });

  test('every row and every task appears exactly once, whatever is edited', () => {
    const pool = rows.slice(0, 40);
    fc.assert(
      fc.property(
        fc.shuffledSubarray(pool, { minLength: 1 }),
        fc.array(fc.string({ minLength: 1, maxLength: 30 })),
        (kept, added) => {
          const incoming = renumbered([...kept, ...added.map((text) => ({ ...pool[0]!, text }))]);
          const changes = compareLists(pool, incoming);
          const seen = <K extends 'standing' | 'incoming'>(side: K) =>
            changes
              .flatMap((change) => (side in change ? [(change as Record<K, number>)[side]] : []))
              .sort((a, b) => a - b);
          expect(seen('incoming')).toEqual(incoming.map((_row, index) => index));
          expect(seen('standing')).toEqual(pool.map((_row, index) => index));
        },
      ),
      { numRuns: 100 },
    );
  });
});
