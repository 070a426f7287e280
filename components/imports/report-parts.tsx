import { Badge } from '@/components/ui/badge';
import { Card } from '@/components/ui/card';
import { Table, Td, Th } from '@/components/ui/table';
import { formatInstant } from '@/lib/dates';
import type { ImportReport } from '@/lib/imports/drafts/draft.queries';

type Question = ImportReport['questions'][number];

function statusOf({ status, isDeferred }: Question) {
  if (status !== 'OPEN')
    return (
      <Badge tone="green" filled>
        {status === 'ANSWERED' ? '已答复' : '已更正'}
      </Badge>
    );
  return (
    <Badge tone="amber" filled>
      {isDeferred ? '保留' : '未确认'}
    </Badge>
  );
}

/** Every doubt of the reading, with who settled it and how. */
export function ReportQuestions({ questions }: { questions: readonly Question[] }) {
  return (
    <Card title="问题与答复" id="questions" note={`${questions.length} 处`}>
      {questions.length === 0 ? (
        <p className="text-mute">读取时没有疑问。</p>
      ) : (
        <Table label="问题一览" minWidth="min-w-[47rem]">
          <thead>
            <tr>
              <Th num>行</Th>
              <Th>位置</Th>
              <Th>栏目</Th>
              <Th className="w-1/3">问题</Th>
              <Th>处理</Th>
              <Th className="w-1/5">答复</Th>
              <Th>经手</Th>
            </tr>
          </thead>
          <tbody>
            {questions.map((question, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a fixed list; two questions of one row may read the same
              <tr key={index}>
                <Td num>{question.position ?? '—'}</Td>
                <Td className="min-w-20 text-sm text-mute">{question.place || '—'}</Td>
                <Td nowrap>{question.field}</Td>
                <Td>{question.text}</Td>
                <Td nowrap>{statusOf(question)}</Td>
                <Td>{question.answer ?? '—'}</Td>
                <Td nowrap className="text-sm">
                  {question.answeredBy ?? '—'}
                  {question.answeredAt ? (
                    <span className="block text-mute">{formatInstant(question.answeredAt)}</span>
                  ) : null}
                </Td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
    </Card>
  );
}

/** What people changed, in order; what was taken back stays in the list. */
export function ReportChanges({ changes }: { changes: ImportReport['changes'] }) {
  return (
    <Card title="更改记录" id="changes" note={`${changes.length} 次`}>
      {changes.length === 0 ? (
        <p className="text-mute">没有更改。</p>
      ) : (
        <Table label="更改一览" minWidth="min-w-[40rem]">
          <thead>
            <tr>
              <Th num>次</Th>
              <Th className="w-3/5">更改</Th>
              <Th>经手</Th>
              <Th>时间</Th>
            </tr>
          </thead>
          <tbody>
            {changes.map((change) => (
              <tr key={change.sequence}>
                <Td num>{change.sequence}</Td>
                <Td className={change.undoneAt ? 'text-mute line-through' : undefined}>{change.words}</Td>
                <Td>{change.by}</Td>
                <Td nowrap className="text-sm">
                  {formatInstant(change.at)}
                  {change.undoneAt ? (
                    <span className="block text-mute">
                      {formatInstant(change.undoneAt)} {change.undoneBy ? `由${change.undoneBy}` : ''}撤销
                    </span>
                  ) : null}
                </Td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
    </Card>
  );
}

/** Rows as they went into the plan. `rows` is one page of them. */
export function ReportRows({ rows }: { rows: ImportReport['rows'] }) {
  const isAssessment = rows.some(({ current }) => current.indicator1 !== null);
  return (
    <Table label="行一览" minWidth="min-w-[64rem]">
      <thead>
        <tr>
          <Th num>序号</Th>
          <Th className="w-2/5">{isAssessment ? '考核内容' : '重点任务'}</Th>
          {isAssessment ? <Th num>分值</Th> : null}
          <Th>牵头单位</Th>
          <Th className="w-1/5">责任单位</Th>
          <Th>完成时限</Th>
          <Th>原文位置</Th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.position} className={row.isExcluded ? 'text-mute' : undefined}>
            <Td num>{row.current.seq ?? '—'}</Td>
            <Td>
              {row.current.text}
              {row.isExcluded ? <Badge className="ml-1.5">不导入</Badge> : null}
            </Td>
            {isAssessment ? <Td num>{row.current.points ?? '—'}</Td> : null}
            <Td>{row.current.lead.join('、') || '—'}</Td>
            <Td>{row.current.responsible.join('、') || '—'}</Td>
            <Td>{row.deadlineWords}</Td>
            <Td className="min-w-20 text-sm text-mute">{row.place}</Td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
