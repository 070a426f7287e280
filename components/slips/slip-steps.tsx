import { EvidenceList } from '@/components/evidence/evidence-list';
import { Card } from '@/components/ui/card';
import { formatInstant } from '@/lib/dates';
import { STEP_WORDS } from '@/lib/slips/slip.rules';
import type { SlipStepView } from '@/lib/slips/slip-detail.queries';

/** Every step of a slip with who took it, and what was said. */
export function SlipSteps({ steps }: { steps: SlipStepView[] }) {
  return (
    <Card id="steps" title="办理过程" note={`${steps.length} 步`}>
      <ol className="divide-y divide-line-soft">
        {steps.map((step) => (
          <li key={step.id} className="py-2">
            <div className="flex flex-wrap items-baseline gap-x-3">
              <span className="font-medium">{STEP_WORDS[step.step]}</span>
              <span>{step.actorWords}</span>
              <span className="ml-auto text-sm whitespace-nowrap text-mute">
                <time dateTime={step.recordedAt.toISOString()} title={formatInstant(step.recordedAt)}>
                  {step.on}
                </time>
              </span>
            </div>
            {step.isLate ? <p className="text-sm text-red">超过回复期限</p> : null}
            {step.replyDueOn ? <p className="text-sm text-mute">要求于 {step.replyDueOn} 前回复</p> : null}
            {step.text ? <p className="mt-1 whitespace-pre-wrap">{step.text}</p> : null}
            {step.evidence.length > 0 ? (
              <div className="mt-1">
                <EvidenceList items={step.evidence} />
              </div>
            ) : null}
          </li>
        ))}
      </ol>
    </Card>
  );
}
