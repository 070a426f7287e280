import { Badge, type Tone } from '@/components/ui/badge';
import { EmptyState } from '@/components/ui/empty-state';
import { Table, Td, Th } from '@/components/ui/table';
import { formatInstant } from '@/lib/dates';
import { countWords, JOB_STATUS_WORDS, JOB_TRIGGER_WORDS, type JobStatus } from '@/lib/jobs/job.rules';
import type { JobRunRow } from '@/lib/jobs/job-run.queries';

const TONES: Record<JobStatus, Tone> = { RUNNING: 'blue', DONE: 'green', FAILED: 'red' };

function duration({ startedAt, endedAt }: JobRunRow): string {
  if (endedAt === null) return '—';
  const seconds = (endedAt.getTime() - startedAt.getTime()) / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} 秒`;
  return `${Math.floor(seconds / 60)} 分 ${Math.round(seconds % 60)} 秒`;
}

/** The runs of the daily job, newest first. */
export function JobRuns({ rows }: { rows: JobRunRow[] }) {
  if (rows.length === 0)
    return <EmptyState title="还没有运行记录。">网站启动后的第一个 8 时（北京时间）运行。</EmptyState>;
  return (
    <Table
      label="每日任务运行记录"
      minWidth="min-w-[44rem]"
      note="没有成功的步骤带有编号，网站进程的错误输出中有同一编号的一行。有步骤未成功的，每小时自动重试一次，一天最多五次。"
    >
      <thead>
        <tr>
          <Th>业务日期</Th>
          <Th>开始时间</Th>
          <Th num>用时</Th>
          <Th>方式</Th>
          <Th>结果</Th>
          <Th>处理情况</Th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.id}>
            <Th scope="row" nowrap>
              {row.effectiveOn}
            </Th>
            <Td nowrap>{formatInstant(row.startedAt)}</Td>
            <Td num>{duration(row)}</Td>
            <Td nowrap>{JOB_TRIGGER_WORDS[row.trigger]}</Td>
            <Td nowrap>
              <Badge tone={TONES[row.status]}>{JOB_STATUS_WORDS[row.status]}</Badge>
            </Td>
            <Td>
              {countWords(row.counts)}
              {row.words ? <span className="block text-red">{row.words}</span> : null}
              <span className="block text-xs text-mute">进程 {row.process}</span>
            </Td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
