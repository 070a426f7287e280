import { GraceDay } from '@/components/cycles/grace-day';
import type { TaskCycleView } from '@/lib/tasks/task-cycle.queries';
import { taskCycleWords } from '@/lib/tasks/task-cycle.schema';

/** By which cycles the task is reported, and the one that runs. */
export function TaskCycleWords({ cycle }: { cycle: TaskCycleView }) {
  return (
    <>
      {taskCycleWords(cycle.kind, cycle.closingDay)}
      {cycle.kind === 'PLAN' ? null : (
        <span className="text-mute">（{cycle.isByOffice ? '优化办设定' : '文件所定'}）</span>
      )}
      {cycle.running ? (
        <span className="block text-sm text-mute">
          本期 {cycle.running.label}，{cycle.running.closesOn} 截止，宽限期至{' '}
          <GraceDay day={cycle.running.graceEndsOn} doubt={cycle.running.doubt} />
        </span>
      ) : null}
    </>
  );
}
