import { type FormAction, StepForm } from '@/components/ui/step-form';

type SignForFormProps = {
  action: FormAction;
  planId: number;
  /** Left out: for all the units the person may sign for. */
  unitId?: number;
  label: string;
};

export function SignForForm({ action, planId, unitId, label }: SignForFormProps) {
  return (
    <StepForm
      action={action}
      fields={unitId === undefined ? { planId } : { planId, unitId }}
      button={label}
      size="small"
    />
  );
}
