'use client';

import { Badge } from '@/components/ui/badge';
import { Card } from '@/components/ui/card';
import { type FormState, FormSummary } from '@/components/ui/form-summary';
import { SubmitButton } from '@/components/ui/submit-button';
import { TextLink } from '@/components/ui/text-link';
import { useFormAction } from '@/components/ui/use-form-action';
import type { OwedSignFor } from '@/lib/sign-for/sign-for.queries';

type SignForDeskProps = {
  action: (state: FormState, form: FormData) => Promise<FormState>;
  owed: readonly OwedSignFor[];
  showsPlan: boolean;
};

/** Holds the answer itself: what it says stays once nothing is left to sign for. */
export function SignForDesk({ action, owed, showsPlan }: SignForDeskProps) {
  const [state, send] = useFormAction<FormState>(action, { status: 'idle' });
  if (owed.every(({ units }) => units.every(({ signedOn }) => signedOn !== null))) {
    const signed = owed.flatMap(({ units }) => units);
    return (
      <>
        <FormSummary state={state} />
        {signed.length > 0 ? (
          <p className="mb-3.5 text-sm text-mute">
            已签收：{signed.map((unit) => `${unit.name} ${unit.signedOn} ${unit.signedBy}`).join('；')}
          </p>
        ) : null}
      </>
    );
  }
  return (
    <Card id="sign-for" title="待签收" note="核对本单位承担的任务后签收；对分工有异议的，在任务页提出">
      <FormSummary state={state} />
      <ul>
        {owed.map(({ planId, planTitle, activatedOn, units }) => (
          <li key={planId} className="border-b border-line-soft py-2 first:pt-0 last:border-0 last:pb-0">
            <p className="mb-1.5">
              {showsPlan ? <TextLink href={`/plans/${planId}`}>{planTitle}</TextLink> : null}
              <span className="text-mute">
                {showsPlan ? ' · ' : ''}
                {activatedOn} 启用
              </span>
            </p>
            <ul className={units.length > 2 ? 'grid gap-x-8 sm:grid-cols-2 2xl:grid-cols-3' : undefined}>
              {units.map((unit) => (
                <li
                  key={unit.unitId}
                  className={
                    units.length > 2
                      ? 'flex min-h-10 items-center justify-between gap-x-3 border-b border-line-soft py-1'
                      : 'flex flex-wrap items-center gap-x-3 gap-y-1'
                  }
                >
                  <span>
                    {unit.name}：牵头 {unit.leads} 项，责任 {unit.responsible} 项
                  </span>
                  {unit.signedOn ? (
                    <Badge tone="green">{unit.signedOn} 已签收</Badge>
                  ) : (
                    <form action={send}>
                      <input type="hidden" name="planId" value={planId} />
                      <input type="hidden" name="unitId" value={unit.unitId} />
                      <SubmitButton size="small">签收</SubmitButton>
                    </form>
                  )}
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </Card>
  );
}
