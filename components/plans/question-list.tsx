import { AnswerForm } from '@/components/plans/plan-forms';
import { Badge } from '@/components/ui/badge';
import { RawText } from '@/components/ui/raw-text';
import { TextLink } from '@/components/ui/text-link';
import { formatInstant } from '@/lib/dates';
import { answerQuestionAction } from '@/lib/plans/plan.actions';
import { type PrintedRow, printedBeside, QUESTION_FIELD_WORDS } from '@/lib/plans/question.rules';
import { truncate } from '@/lib/text';

export type ShownQuestion = {
  id: number;
  field: string;
  text: string;
  taskId: number | null;
  taskSeq: number | null;
  taskText: string | null;
  row: number | null;
  cells: PrintedRow | null;
  isOpen: boolean;
  answer: string | null;
  answeredBy: string | null;
  answeredAt: Date | null;
};

type QuestionListProps = {
  questions: readonly ShownQuestion[];
  canAnswer: boolean;
  /** Page on which the rows of an assessment stand. */
  rowsHref?: string;
};

/** Doubts about a document with the printed words beside them and, once given, the answer. */
export function QuestionList({ questions, canAnswer, rowsHref = '' }: QuestionListProps) {
  return (
    <>
      {canAnswer ? (
        <p className="mb-1 text-sm text-mute">
          请对照文件原文逐条答复。
          {rowsHref === '' ? '单位、时限读得不对的，先在任务页“任务管理”中调整单位或更正完成时限，再写答复。' : ''}
          答复记入历史，原文始终照印出的保留。
        </p>
      ) : null}
      <ul className="divide-y divide-line-soft">
        {questions.map((question) => (
          <li key={question.id} id={`question-${question.id}`} className="py-2">
            <div className="flex flex-wrap items-baseline gap-x-2">
              <Badge tone={question.isOpen ? 'amber' : 'green'} filled>
                {question.isOpen ? '待确认' : '已答复'}
              </Badge>
              <span className="text-mute">{QUESTION_FIELD_WORDS[question.field] ?? question.field}</span>
              {question.taskId !== null ? (
                <TextLink quiet href={`/tasks/${question.taskId}`} title={question.taskText ?? undefined}>
                  第 {question.taskSeq} 项 {truncate(question.taskText ?? '', 28)}
                </TextLink>
              ) : null}
              {question.row !== null ? (
                <TextLink quiet href={`${rowsHref}#row-${question.row}`}>
                  第 {question.row} 行
                </TextLink>
              ) : null}
            </div>
            <p className="mt-0.5">{question.text}</p>
            <PrintedWords field={question.field} cells={question.cells} />
            {question.isOpen ? (
              canAnswer ? (
                <AnswerForm action={answerQuestionAction} questionId={question.id} />
              ) : null
            ) : (
              <p className="mt-0.5 text-sm">
                <span className="text-mute">
                  {question.answeredBy}
                  {question.answeredAt ? ` ${formatInstant(question.answeredAt)}` : ''} 答复：
                </span>
                {question.answer}
              </p>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

function PrintedWords({ field, cells }: { field: string; cells: PrintedRow | null }) {
  const printed = printedBeside(field, cells);
  if (printed.length === 0) return null;
  return (
    <p className="mt-1 text-sm leading-6">
      {printed.map(({ label, words }) => (
        <span key={label} className="block">
          <span className="mr-1.5 text-mute">{label}</span>
          <RawText>{words}</RawText>
        </span>
      ))}
    </p>
  );
}
