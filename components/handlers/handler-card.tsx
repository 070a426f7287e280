import { HandlerForm } from '@/components/handlers/handler-forms';
import { Badge } from '@/components/ui/badge';
import { Card } from '@/components/ui/card';
import { setHandlerAction } from '@/lib/handlers/handler.actions';
import type { TaskHandlers } from '@/lib/handlers/handler.queries';

/** Who in each unit looks after the task. */
export function HandlerCard({ handlers, taskId }: { handlers: TaskHandlers; taskId: number }) {
  return (
    <Card id="handlers" title="经办人" note="不指定的，提醒发给本单位全部填报员">
      <ul>
        {handlers.rows.map((row) => (
          <li key={row.unitId} className="border-b border-line-soft py-1.5 last:border-0">
            <p>
              <span className="text-mute">{row.unitName}：</span>
              {row.name ?? '不指定'}
              {row.since ? <span className="text-xs text-mute">（自 {row.since}）</span> : null}
              {row.isActive ? null : (
                <Badge tone="amber" className="ml-1">
                  账号已停用
                </Badge>
              )}
            </p>
            {row.choices ? (
              <HandlerForm
                key={row.accountId ?? 0}
                foldLook={{ fold: '指定经办人', className: 'mt-1 text-sm print:hidden' }}
                action={setHandlerAction}
                taskId={taskId}
                unitId={row.unitId}
                accountId={row.accountId}
                name={row.name}
                choices={row.choices}
              />
            ) : null}
          </li>
        ))}
      </ul>
    </Card>
  );
}
