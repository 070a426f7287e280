import { Badge } from '@/components/ui/badge';
import { classes } from '@/components/ui/classes';
import { Table, Td, Th } from '@/components/ui/table';
import { TextLink } from '@/components/ui/text-link';
import type { DecidedRow, ReviewRow } from '@/lib/reviews/review.queries';

const CELL = 'max-sm:block max-sm:border-0 max-sm:px-0 max-sm:py-0.5 max-sm:text-left';
const ROW = 'max-sm:block max-sm:border-b max-sm:border-line max-sm:py-2';

const withDay = (path: string, asOf: string | null) => (asOf ? `${path}?asOf=${asOf}` : path);

/** Where the thread of a result stands, and what else a reviewer must not miss. */
export function ReviewMarks({ row }: { row: Pick<ReviewRow, 'thread' | 'objections' | 'isOwnWork'> }) {
  return (
    <span className="flex flex-wrap gap-1">
      {row.thread === 'asked' ? <Badge tone="amber">已询问，未答复</Badge> : null}
      {row.thread === 'answered' ? <Badge tone="green">单位已答复</Badge> : null}
      {row.objections > 0 ? <Badge tone="red">共同牵头单位有异议</Badge> : null}
      {row.isOwnWork ? <Badge>由您填写或签发</Badge> : null}
    </span>
  );
}

type ReviewQueueTableProps = {
  rows: ReviewRow[];
  asOf: string | null;
  /** Working days after which a review counts as old. */
  limit: number;
  /** With a box before each row, for accepting many. */
  canChoose: boolean;
};

/** Results waiting for a decision, the oldest first. */
export function ReviewQueueTable({ rows, asOf, limit, canChoose }: ReviewQueueTableProps) {
  return (
    <Table
      label="待审核"
      minWidth="sm:min-w-[50rem]"
      note={`等待天数自提交次日起算；超过 ${limit} 个工作日的以红色标出，并报领导。审核期间各项任务的逾期天数停在提交日，不再增加；提交前已经逾期的，累计逾期按实际亮红灯的天数照计。`}
    >
      <thead className="max-sm:sr-only">
        <tr>
          {canChoose ? <Th>选择</Th> : null}
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
          <tr key={row.taskId} className={ROW}>
            {canChoose ? (
              <Td className={CELL}>
                <input
                  type="checkbox"
                  name="report"
                  value={row.reportId}
                  disabled={row.isOwnWork}
                  aria-label={`选择第 ${row.seq} 项`}
                  className="size-3.5"
                />
                <span className="ml-1.5 text-mute sm:hidden">选择</span>
              </Td>
            ) : null}
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
              <TextLink quiet href={withDay(`/reviews/${row.reportId}`, asOf)}>
                {row.text}
              </TextLink>
              <span className="block text-xs text-mute">{row.planTitle}</span>
              <ReviewMarks row={row} />
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

/** What was decided lately, the newest first. */
export function DecidedTable({ rows, asOf }: { rows: DecidedRow[]; asOf: string | null }) {
  return (
    <Table label="近期已审" minWidth="sm:min-w-[46rem]" note="近 30 天的审核通过和退回，含退回的进展。">
      <thead className="max-sm:sr-only">
        <tr>
          <Th>审核日期</Th>
          <Th>结论</Th>
          <Th num>序号</Th>
          <Th>重点任务</Th>
          <Th>单位</Th>
          <Th>意见或理由</Th>
          <Th>审核人</Th>
        </tr>
      </thead>
      <tbody className="max-sm:block">
        {rows.map((row) => (
          <tr key={row.reviewId} className={ROW}>
            <Td nowrap className={CELL}>
              {row.decidedOn}
            </Td>
            <Td nowrap className={classes(CELL, row.decision === 'RETURNED' ? 'text-red' : 'text-blue')}>
              {row.decision === 'RETURNED' ? `退回${row.kind === 'RESULT' ? '办结申请' : '进展'}` : '审核通过'}
            </Td>
            <Td num mute className={CELL}>
              {row.seq}
            </Td>
            <Th scope="row" className={classes(CELL, 'sm:min-w-56')}>
              <TextLink quiet href={withDay(`/reviews/${row.reportId}`, asOf)}>
                {row.text}
              </TextLink>
              <span className="block text-xs text-mute">{row.planTitle}</span>
            </Th>
            <Td className={classes(CELL, 'sm:min-w-24')}>{row.unitName}</Td>
            <Td className={classes(CELL, 'sm:min-w-48')}>{row.reason || '—'}</Td>
            <Td className={CELL}>
              {row.reviewerWords}
              {row.isOwnUnit ? (
                <Badge tone="amber" className="ml-1">
                  本办牵头，自行审核
                </Badge>
              ) : null}
            </Td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
