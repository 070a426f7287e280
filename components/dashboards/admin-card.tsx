import { PlanMark } from '@/components/plans/plan-mark';
import { Badge } from '@/components/ui/badge';
import { Card } from '@/components/ui/card';
import { TextLink } from '@/components/ui/text-link';

type AdminCardProps = {
  questions: {
    planId: number;
    title: string;
    mark: string | null;
    status: 'DRAFT' | 'ACTIVE' | 'ARCHIVED' | 'WITHDRAWN';
    open: number;
  }[];
  managesAccounts: boolean;
};

/** What waits for whoever keeps the plans: drafts, open doubts about the documents, accounts. */
export function AdminCard({ questions, managesAccounts }: AdminCardProps) {
  if (questions.length === 0 && !managesAccounts) return null;
  return (
    <Card
      title="方案与待确认事项"
      actions={
        <>
          {managesAccounts ? (
            <>
              <TextLink quiet href="/admin/accounts">
                账号管理
              </TextLink>
              <TextLink quiet href="/admin/units">
                单位名册
              </TextLink>
            </>
          ) : null}
          <TextLink quiet href="/plans">
            全部方案
          </TextLink>
        </>
      }
    >
      {questions.length === 0 ? (
        <p className="text-mute">没有待确认事项。</p>
      ) : (
        <ul className="divide-y divide-line-soft">
          {questions.map((plan) => (
            <li key={plan.planId} className="flex flex-wrap items-baseline gap-x-3 py-1.5">
              <span className="min-w-0 flex-1">
                <TextLink quiet href={`/plans/${plan.planId}`}>
                  {plan.title}
                </TextLink>
                <PlanMark mark={plan.mark} />
                {plan.status === 'DRAFT' ? (
                  <span className="ml-2">
                    <Badge tone="amber">草稿，待启用</Badge>
                  </span>
                ) : null}
              </span>
              <TextLink quiet href={`/plans/${plan.planId}?tab=questions`} className="text-sm">
                待确认 {plan.open} 项
              </TextLink>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
