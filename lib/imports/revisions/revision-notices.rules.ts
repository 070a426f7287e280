/** What a revised list brings a unit of one task. */
export type RevisedMatter = 'gained' | 'lost' | 'restored' | 'cancelled' | 'moved' | 'reworded';

export const MATTER_WORDS: Record<RevisedMatter, string> = {
  gained: '新承担',
  restored: '重新列入',
  moved: '完成时限变动',
  reworded: '内容变动',
  lost: '不再承担',
  cancelled: '取消',
};
const ORDER = Object.keys(MATTER_WORDS) as RevisedMatter[];
/** Numbers named of one matter; the rest is counted. */
const MOST_NAMED = 20;

export type TaskRevision = {
  taskId: number;
  seq: number;
  isNew: boolean;
  isCancelled: boolean;
  isRestored: boolean;
  isMoved: boolean;
  isReworded: boolean;
  unitsBefore: readonly number[];
  unitsAfter: readonly number[];
};

/** By unit, what it must know of; of one task the weightiest alone. Pure. */
export function mattersByUnit(
  tasks: readonly TaskRevision[],
): Map<number, { taskId: number; seq: number; matter: RevisedMatter }[]> {
  const found = new Map<number, { taskId: number; seq: number; matter: RevisedMatter }[]>();
  for (const task of tasks) {
    for (const unitId of new Set([...task.unitsBefore, ...task.unitsAfter])) {
      const matter = matterOf(task, unitId);
      if (matter) found.set(unitId, [...(found.get(unitId) ?? []), { taskId: task.taskId, seq: task.seq, matter }]);
    }
  }
  return found;
}

function matterOf(task: TaskRevision, unitId: number): RevisedMatter | null {
  if (task.isCancelled) return 'cancelled';
  if (!task.unitsAfter.includes(unitId)) return 'lost';
  if (task.isNew || !task.unitsBefore.includes(unitId)) return 'gained';
  if (task.isRestored) return 'restored';
  return task.isMoved ? 'moved' : task.isReworded ? 'reworded' : null;
}

/** 新承担第 3、5 项；取消第 7 项。 Pure. */
export function mattersWords(matters: readonly { seq: number; matter: RevisedMatter }[]): string {
  const parts = ORDER.flatMap((matter) => {
    const seqs = matters.filter((one) => one.matter === matter).map(({ seq }) => seq);
    if (seqs.length === 0) return [];
    const named = seqs
      .toSorted((a, b) => a - b)
      .slice(0, MOST_NAMED)
      .join('、');
    return [`${MATTER_WORDS[matter]}第 ${named} 项${seqs.length > MOST_NAMED ? `等 ${seqs.length} 项` : ''}`];
  });
  return `${parts.join('；')}。`;
}
