import { DecideObjectionForm, RaiseObjectionForm } from '@/components/objections/objection-forms';
import type { UnitChoices } from '@/components/tasks/unit-choice';
import { Badge, type Tone } from '@/components/ui/badge';
import { Card } from '@/components/ui/card';
import { EmptyState } from '@/components/ui/empty-state';
import { StepForm } from '@/components/ui/step-form';
import { TextLink } from '@/components/ui/text-link';
import {
  decideObjectionAction,
  raiseObjectionAction,
  withdrawObjectionAction,
} from '@/lib/objections/objection.actions';
import type { ObjectionView, PlanObjections, TaskObjections } from '@/lib/objections/objection.queries';
import { GROUND_WORDS, OBJECTION_STATUS_WORDS, type ObjectionStatus } from '@/lib/objections/objection.schema';

const TONES: Record<ObjectionStatus, Tone> = {
  OPEN: 'amber',
  REASSIGNED: 'green',
  CONFIRMED: 'plain',
  WITHDRAWN: 'plain',
};

function ObjectionWords({ objection }: { objection: ObjectionView }) {
  return (
    <>
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <span className="font-semibold">{objection.unitName}</span>
        <span>{GROUND_WORDS[objection.ground]}</span>
        <Badge tone={TONES[objection.status]}>{OBJECTION_STATUS_WORDS[objection.status]}</Badge>
      </p>
      <p className="whitespace-pre-wrap">{objection.reason}</p>
      <p className="text-xs text-mute">
        {objection.raisedBy} · {objection.raisedOn} 提出
      </p>
      {objection.note ? (
        <p className="mt-1 border-l-2 border-line pl-2.5 whitespace-pre-wrap">
          答复：{objection.note}
          <span className="block text-xs text-mute">
            {objection.decidedBy} · {objection.decidedOn}
          </span>
        </p>
      ) : null}
    </>
  );
}

type ObjectionCardProps = {
  objections: TaskObjections;
  taskId: number;
  taskVersion: number;
  choices: UnitChoices;
  /** A fresh key for each open objection's form. */
  keys: Record<number, string>;
};

/** Objections to a task's division: raised by its units, answered by the office. */
export function ObjectionCard({ objections, taskId, taskVersion, choices, keys }: ObjectionCardProps) {
  const { list, raisableBy, withdrawable, canDecide } = objections;
  if (list.length === 0 && raisableBy.length === 0) return null;
  return (
    <Card id="objections" title="分工异议" note={list.length > 0 ? `${list.length} 项` : undefined}>
      {list.length > 0 ? (
        <ul>
          {list.map((objection) => (
            <li key={objection.id} className="border-b border-line-soft py-2 first:pt-0 last:border-0">
              <ObjectionWords objection={objection} />
              {withdrawable.includes(objection.id) ? (
                <StepForm
                  action={withdrawObjectionAction}
                  fields={{ taskId, objectionId: objection.id, version: objection.version }}
                  button="撤回异议"
                  variant="link"
                  size="small"
                />
              ) : null}
              {canDecide && objection.status === 'OPEN' ? (
                <DecideObjectionForm
                  foldLook={{ fold: '答复', isOpen: true, className: 'mt-1.5' }}
                  action={decideObjectionAction}
                  taskId={taskId}
                  objectionId={objection.id}
                  version={objection.version}
                  taskVersion={taskVersion}
                  idempotencyKey={keys[objection.id] ?? objections.key}
                  choices={choices}
                />
              ) : null}
            </li>
          ))}
        </ul>
      ) : null}
      {raisableBy.length > 0 ? (
        <RaiseObjectionForm
          foldLook={{ fold: '对分工提出异议', className: 'border-t border-line-soft pt-2 first:border-0 first:pt-0' }}
          action={raiseObjectionAction}
          taskId={taskId}
          units={raisableBy}
          idempotencyKey={objections.key}
        />
      ) : null}
    </Card>
  );
}

/** Every objection under a plan, open ones first, for those who oversee it. */
export function PlanObjectionsCard({ objections }: { objections: PlanObjections }) {
  return (
    <Card id="objections" title="分工异议" note={`共 ${objections.total} 项，待答复 ${objections.open} 项`}>
      {objections.rows.length === 0 ? (
        <EmptyState title={objections.total > 0 ? '没有这一页。' : '没有分工异议。'} />
      ) : (
        <ul>
          {objections.rows.map((objection) => (
            <li key={objection.id} className="border-b border-line-soft py-2 first:pt-0 last:border-0">
              <p className="mb-1">
                <TextLink href={`/tasks/${objection.taskId}#objections`}>
                  第 {objection.seq} 项 {objection.text}
                </TextLink>
              </p>
              <ObjectionWords objection={objection} />
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
