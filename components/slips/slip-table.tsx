import { classes } from '@/components/ui/classes';
import { Table, Td, Th } from '@/components/ui/table';
import { TextLink } from '@/components/ui/text-link';
import type { SlipRow } from '@/lib/slips/slip-list.queries';
import { replyLeftWords, SlipStatusWords, TierBadge } from './slip-words';

const CELL = 'max-sm:block max-sm:border-0 max-sm:px-0 max-sm:py-0.5 max-sm:text-left';
/** Where the columns do not all fit, the day of issue stands under the number. */
const BESIDE_NUMBER = 'sm:max-xl:hidden';
const isWaiting = (row: SlipRow) => row.status === 'ISSUED' || row.status === 'SIGNED_FOR';

/** Slips, latest first; who issued them where it was not always the same office. */
export function SlipTable({ rows, asOf }: { rows: SlipRow[]; asOf: string | null }) {
  const showsOffice = rows.some((row) => row.officeName !== rows[0]?.officeName);
  return (
    <Table
      label="督办单"
      minWidth="sm:min-w-[44rem]"
      note="回复期限按工作日推算，自印发次日起算；逾期未回复指期限已过仍未收到回复。"
    >
      <thead className="max-sm:sr-only">
        <tr>
          <Th>文号</Th>
          <Th>层级</Th>
          <Th>标题</Th>
          <Th>主送单位</Th>
          <Th num>任务</Th>
          <Th className={BESIDE_NUMBER}>印发</Th>
          <Th>回复期限</Th>
          <Th>状态</Th>
        </tr>
      </thead>
      <tbody className="max-sm:block">
        {rows.map((row) => (
          <tr key={row.id} className="max-sm:block max-sm:border-b max-sm:border-line max-sm:py-2">
            <Td nowrap className={CELL}>
              {row.number ?? <span className="text-mute">拟稿，未编号</span>}
              {row.issuedOn ? (
                <span className="hidden text-xs text-mute sm:max-xl:block">{row.issuedOn} 印发</span>
              ) : null}
              {showsOffice ? (
                <span className="block text-xs text-mute max-sm:ml-2 max-sm:inline">{row.officeName}</span>
              ) : null}
            </Td>
            <Td nowrap className={CELL}>
              <TierBadge tier={row.tier} words={row.tierWords} />
            </Td>
            <Th scope="row" className={classes(CELL, 'sm:min-w-40')}>
              <TextLink quiet href={asOf ? `/slips/${row.id}?asOf=${asOf}` : `/slips/${row.id}`}>
                {row.title}
              </TextLink>
            </Th>
            <Td className={CELL}>
              <span className="text-mute sm:hidden">主送 </span>
              {row.unitName}
            </Td>
            <Td num className={CELL}>
              {row.taskCount}
              <span className="text-mute sm:hidden"> 项任务</span>
            </Td>
            <Td nowrap className={classes(CELL, BESIDE_NUMBER, row.issuedOn === null && 'max-sm:hidden')}>
              <span className="text-mute sm:hidden">印发 </span>
              {row.issuedOn ?? '—'}
            </Td>
            <Td nowrap className={classes(CELL, row.issuedOn === null && 'max-sm:hidden')}>
              <span className="text-mute sm:hidden">回复期限 </span>
              {row.issuedOn ? row.replyDueOn : '—'}
              {isWaiting(row) && row.daysLeft !== null ? (
                <span
                  className={classes(
                    'block text-xs max-sm:ml-2 max-sm:inline',
                    row.isReplyLate ? 'text-red' : 'text-mute',
                  )}
                >
                  {replyLeftWords(row.daysLeft)}
                </span>
              ) : null}
            </Td>
            <Td nowrap className={CELL}>
              <SlipStatusWords status={row.status} isReplyLate={row.isReplyLate} />
            </Td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
