import { DecideExtensionForm, RequestExtensionForm } from '@/components/extensions/extension-forms';
import { Badge, type Tone } from '@/components/ui/badge';
import { Card } from '@/components/ui/card';
import type { FormFoldLook } from '@/components/ui/fold';
import { StepForm } from '@/components/ui/step-form';
import { TextLink } from '@/components/ui/text-link';
import {
  decideExtensionAction,
  requestExtensionAction,
  sendExtensionAction,
  withdrawExtensionAction,
} from '@/lib/extensions/extension.actions';
import type { ExtensionForm, ExtensionRow, ExtensionStatus, TaskExtensions } from '@/lib/extensions/extension.queries';

export const EXTENSION_STATUS_WORDS: Record<ExtensionStatus, string> = {
  REQUESTED: '待决定',
  GRANTED: '已同意',
  REFUSED: '不同意',
  WITHDRAWN: '已撤回',
};
const TONES: Record<ExtensionStatus, Tone> = {
  REQUESTED: 'amber',
  GRANTED: 'green',
  REFUSED: 'red',
  WITHDRAWN: 'plain',
};

type ExtensionEntryProps = { row: ExtensionRow; showsTask: boolean; asOf: string | null };

/** One request with everything said of it, and what the viewer may do. */
export function ExtensionEntry({ row, showsTask, asOf }: ExtensionEntryProps) {
  return (
    <article id={`extension-${row.id}`} className="border-b border-line-soft py-2.5 first:pt-0 last:border-0 last:pb-0">
      {showsTask ? (
        <h3 className="mb-0.5 text-base">
          <TextLink quiet href={asOf ? `/tasks/${row.task.id}?asOf=${asOf}` : `/tasks/${row.task.id}#extension`}>
            {row.task.text}
          </TextLink>
        </h3>
      ) : null}
      <p className="mb-1 flex flex-wrap items-center gap-x-2 gap-y-1">
        <span className="font-semibold">第 {row.number} 次申请</span>
        <span>
          {row.from} 延至 {row.to}
        </span>
        <Badge tone={TONES[row.status]}>
          {row.status === 'REQUESTED'
            ? row.decider === 'office'
              ? '待优化办决定'
              : '待领导决定'
            : EXTENSION_STATUS_WORDS[row.status]}
        </Badge>
        {row.isInTime ? null : <Badge tone="red">时限过后提出</Badge>}
      </p>
      <p className="text-sm text-mute">
        {row.unitName ?? '牵头单位'} · {row.requestedByName} {row.requestedOn} 提出
        {showsTask ? ` · 第 ${row.task.seq} 项 · ${row.task.planTitle}` : ''}
      </p>
      <p className="whitespace-pre-wrap">
        <span className="text-mute">理由：</span>
        {row.reason}
      </p>
      {row.progress ? (
        <p className="whitespace-pre-wrap">
          <span className="text-mute">当时进展：</span>
          {row.progress}
        </p>
      ) : null}
      {row.decidedOn ? (
        <p className="mt-1 border-l-2 border-line pl-2.5">
          <span className={row.status === 'REFUSED' ? 'text-red' : undefined}>
            {EXTENSION_STATUS_WORDS[row.status]}
          </span>
          {row.note ? `：${row.note}` : ''}
          <span className="block text-xs text-mute">
            {row.decidedByName} · {row.decidedOn}
          </span>
        </p>
      ) : null}
      {row.status === 'REQUESTED' ? (
        <p className="text-xs text-mute">
          {row.isInTime
            ? '提出时不晚于原时限：同意后在新时限内办结的可计为延期内办结。'
            : '提出时原时限已过：同意后仍计逾期办结。'}
        </p>
      ) : null}
      {row.canDecide ? (
        <DecideExtensionForm
          action={decideExtensionAction}
          extensionId={row.id}
          version={row.task.version}
          decider={row.decider}
        />
      ) : null}
      {row.canWithdraw ? (
        <StepForm
          action={withdrawExtensionAction}
          fields={{ extensionId: row.id }}
          button="撤回延期申请"
          pendingText="撤回中…"
          variant="plain"
          size="small"
          className="mt-1"
        />
      ) : null}
    </article>
  );
}

type AskExtensionProps = { taskId: number; form: ExtensionForm; foldLook?: FormFoldLook };

/** The form, by who asks. */
export function AskExtension({ taskId, form, foldLook }: AskExtensionProps) {
  return (
    <RequestExtensionForm
      action={form.isHead ? requestExtensionAction : sendExtensionAction}
      taskId={taskId}
      form={form}
      foldLook={foldLook}
    />
  );
}

/** On a task's page: every request with its number, and asking for one. */
export function ExtensionCard({
  extensions,
  taskId,
  asOf,
}: {
  extensions: TaskExtensions;
  taskId: number;
  asOf: string | null;
}) {
  const { list, form, refusal } = extensions;
  if (list.length === 0 && form === null) return null;
  return (
    <Card id="extension" title="延期" note={list.length > 0 ? `${list.length} 次申请` : undefined}>
      {list.map((row) => (
        <ExtensionEntry key={row.id} row={row} showsTask={false} asOf={asOf} />
      ))}
      {form ? (
        <AskExtension
          taskId={taskId}
          form={form}
          foldLook={{
            fold: '申请延期',
            isOpen: form.start !== null,
            className: list.length > 0 ? 'border-t border-line-soft pt-2' : '',
          }}
        />
      ) : refusal && list.length > 0 ? (
        <p className="mt-1 text-xs text-mute">{refusal}</p>
      ) : null}
    </Card>
  );
}
