import { classes } from '@/components/ui/classes';
import { Table, Td, Th } from '@/components/ui/table';
import { TextLink } from '@/components/ui/text-link';
import type { ReviewRow } from '@/lib/reviews/review.queries';

const CELL = 'max-sm:block max-sm:border-0 max-sm:px-0 max-sm:py-0.5 max-sm:text-left';

/** Results waiting for a decision, the oldest first. */
export function ReviewQueueTable({ rows, asOf }: { rows: ReviewRow[]; asOf: string | null }) {
  return (
    <Table
      label="待审核"
      minWidth="sm:min-w-[50rem]"
      note="等待天数自提交次日起算；超过 5 个工作日的以红色标出，并报领导。审核期间不计逾期。"
    >
      <thead className="max-sm:sr-only">
        <tr>
          <Th num>已等待</Th>
          <Th>提交</Th>
          <Th num>序号</Th>
          <Th>重点任务</Th>
          <Th>申请单位</Th>
          <Th>完成时限</Th>
          <Th>内容</Th>
        </tr>
      </thead>
      <tbody className="max-sm:block">
        {rows.map((row) => (
          <tr key={row.taskId} className="max-sm:block max-sm:border-b max-sm:border-line max-sm:py-2">
            <Td num className={classes(CELL, row.isOld && 'font-semibold text-red')}>
              {row.workingDays} 个工作日
              <span className="block text-xs font-normal text-mute max-sm:ml-2 max-sm:inline">
                {row.isOld ? '超期 · ' : ''}共 {row.days} 天
              </span>
            </Td>
            <Td nowrap className={CELL}>
              <span className="text-mute sm:hidden">提交 </span>
              {row.submittedOn}
            </Td>
            <Td num mute className={CELL}>
              <span className="sm:hidden">第 </span>
              {row.seq}
              <span className="sm:hidden"> 项</span>
            </Td>
            <Th scope="row" className={classes(CELL, 'sm:min-w-56')}>
              <TextLink quiet href={asOf ? `/tasks/${row.taskId}?asOf=${asOf}` : `/tasks/${row.taskId}#review`}>
                {row.text}
              </TextLink>
              <span className="block text-xs text-mute">{row.planTitle}</span>
            </Th>
            <Td className={classes(CELL, 'sm:min-w-28')}>
              {row.unitName ?? '—'}
              <span className="block text-xs text-mute">{row.submittedBy}</span>
            </Td>
            <Td nowrap className={classes(CELL, row.dueOn !== null && row.submittedOn > row.dueOn && 'text-red')}>
              <span className="text-mute sm:hidden">时限 </span>
              {row.dueOn ?? '—'}
            </Td>
            <Td className={classes(CELL, 'sm:min-w-64')}>
              <span className="line-clamp-3">
                {row.percent === null ? '' : `${row.percent}%：`}
                {row.excerpt}
              </span>
            </Td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
