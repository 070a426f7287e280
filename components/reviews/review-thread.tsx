import { MessageForm } from '@/components/reviews/review-forms';
import { Badge } from '@/components/ui/badge';
import { Card } from '@/components/ui/card';
import { formatInstant } from '@/lib/dates';
import { writeReviewMessageAction } from '@/lib/reviews/review.actions';
import type { Thread } from '@/lib/reviews/thread.queries';

type ReviewThreadProps = {
  thread: Thread;
  taskId: number;
  /** The report the page is about. */
  reportId?: number;
  from: 'task' | 'review';
};

/** Questions and answers between the office and the units: no return, and no move of the clock. */
export function ReviewThread({ thread, taskId, reportId, from }: ReviewThreadProps) {
  const { messages, canWrite, asOffice, isUnanswered, idempotencyKey } = thread;
  if (messages.length === 0 && !canWrite) return null;
  return (
    <Card id="thread" title="询问与答复" note="不作退回，不影响计时">
      <ol className={messages.length === 0 ? undefined : 'mb-2 space-y-2'}>
        {messages.map((message) => (
          <li
            key={message.id}
            className={message.byOffice ? 'border-l-2 border-accent pl-2.5' : 'border-l-2 border-green pl-2.5'}
          >
            <p className="whitespace-pre-wrap">
              <span className="font-semibold">{message.byOffice ? '优化办' : message.unitName}：</span>
              {message.text}
            </p>
            <p className="text-xs text-mute">
              {message.authorWords} · {message.writtenOn} · {formatInstant(new Date(message.recordedAt))} 记录
            </p>
          </li>
        ))}
      </ol>
      {isUnanswered ? (
        <p className="mb-2">
          <Badge tone="amber">待单位答复</Badge>
        </p>
      ) : null}
      {canWrite ? (
        // Open where it is the viewer's turn or a decision is at hand; else it only takes room.
        <MessageForm
          key={idempotencyKey}
          foldLook={{
            fold: asOffice ? '询问填报单位' : messages.length > 0 ? '答复' : '询问优化办',
            // Where it is the viewer's turn or a decision is at hand; else it only takes room.
            isOpen: from === 'review' || (messages.length > 0 && isUnanswered !== asOffice),
            className: 'print:hidden',
          }}
          action={writeReviewMessageAction}
          taskId={taskId}
          reportId={reportId}
          from={from}
          idempotencyKey={idempotencyKey}
          asOffice={asOffice}
        />
      ) : null}
    </Card>
  );
}
