import type { ReactNode } from 'react';
import { LineList, TaskLink, withDay } from '@/components/dashboards/task-lines';
import { Light } from '@/components/lights/light';
import { leftText } from '@/components/tasks/task-words';
import { Badge } from '@/components/ui/badge';
import { Card } from '@/components/ui/card';
import { TextLink } from '@/components/ui/text-link';
import { DEFINITIONS } from '@/lib/dashboards/figures';
import type { TaskLine } from '@/lib/dashboards/task-line';
import { type Day, daysBetween } from '@/lib/dates';
import type { ReasonCode } from '@/lib/standing/standing.types';

const SHOWN = 5;
/** Characters of a task that stand on one line of a full-width card. */
const LINE_LENGTH = 64;

/** Lines with one of the reasons, or waiting for review. */
export function linesWith(lines: readonly TaskLine[], reasons: readonly ReasonCode[]): TaskLine[] {
  return lines.filter((line) => reasons.includes(line.reason));
}

export type ConcernCardProps = {
  title: string;
  lines: readonly TaskLine[];
  total: number;
  href?: string;
  asOf: Day | null;
  empty: string;
  before?: (line: TaskLine) => ReactNode;
  after?: (line: TaskLine) => ReactNode;
};

/** The first few of a unit's tasks of one kind; the number is that of the ledger behind the link. */
export function ConcernCard({ title, lines, total, href, asOf, empty, before, after }: ConcernCardProps) {
  return (
    <Card title={title} note={`${total} 项`} action={href && total > 0 ? { href, label: '在台账中查看' } : undefined}>
      {lines.length === 0 ? (
        <p className="text-mute">{empty}</p>
      ) : (
        <LineList lines={lines.slice(0, SHOWN)} asOf={asOf} limit={LINE_LENGTH} before={before} after={after} />
      )}
    </Card>
  );
}

export function lateWords(line: TaskLine): ReactNode {
  return (
    <Light light={line.light} reason={line.reason}>
      {line.daysLeft !== null && line.daysLeft < 0 ? `逾期 ${-line.daysLeft} 天` : undefined}
    </Light>
  );
}

export function leftWords(line: TaskLine): ReactNode {
  return (
    <Light light={line.light} reason={line.reason}>
      {leftText(line)}
    </Light>
  );
}

export type OwedItem = {
  taskId: number;
  cycleId: number;
  label: string;
  closesOn: Day;
  graceEndsOn: Day;
  isWithHead: boolean;
  line: TaskLine;
};

type OwedCardProps = {
  owed: readonly OwedItem[];
  day: Day;
  asOf: Day | null;
  /** Show every line instead of the first few. */
  showsAll: boolean;
  allHref: string;
};

/** What has to be reported now, nearest end first. */
export function OwedCard({ owed, day, asOf, showsAll, allHref }: OwedCardProps) {
  const shown = showsAll ? owed : owed.slice(0, SHOWN);
  return (
    <Card
      id="owed"
      title="本周期待填报"
      note={`${owed.length} 项`}
      action={!showsAll && owed.length > SHOWN ? { href: allHref, label: `显示全部 ${owed.length} 项` } : undefined}
    >
      {owed.length === 0 ? (
        <p className="text-mute">本周期应报的任务都已填报。</p>
      ) : (
        <ul className="divide-y divide-line-soft">
          {shown.map((item) => {
            const isInGrace = item.closesOn < day;
            const left = daysBetween(day, isInGrace ? item.graceEndsOn : item.closesOn);
            return (
              <li key={item.taskId} className="flex flex-wrap items-baseline gap-x-3 py-1.5 sm:flex-nowrap">
                <span
                  className={
                    isInGrace
                      ? 'shrink-0 font-medium whitespace-nowrap text-amber'
                      : 'shrink-0 whitespace-nowrap text-mute'
                  }
                >
                  {item.label}
                </span>
                <span className="min-w-0 flex-1 max-sm:basis-full max-sm:-order-1">
                  <TaskLink line={item.line} asOf={asOf} limit={LINE_LENGTH} />
                </span>
                {asOf === null && item.isWithHead ? <Badge tone="amber">待签发</Badge> : null}
                <span className="shrink-0 text-sm whitespace-nowrap text-mute">
                  {isInGrace ? `宽限至 ${item.graceEndsOn.slice(5)}` : `${item.closesOn.slice(5)} 截止`}
                  {left === 0 ? '，今天' : `，还有 ${left} 天`}
                </span>
              </li>
            );
          })}
        </ul>
      )}
      <p className="mt-1 text-xs text-mute">{DEFINITIONS.owed}</p>
    </Card>
  );
}

export type ReturnedItem = { taskId: number; on: Day; reason: string; kind: 'PROGRESS' | 'RESULT'; line: TaskLine };

export function ReturnedCard({ returned, asOf }: { returned: readonly ReturnedItem[]; asOf: Day | null }) {
  if (returned.length === 0) return null;
  return (
    <Card title="被退回，待重新提交" note={`${returned.length} 项`} className="border-l-4 border-l-red">
      <ul className="divide-y divide-line-soft">
        {returned.map((item) => (
          <li key={item.taskId} className="py-1.5">
            <div className="flex items-baseline gap-x-3 max-sm:flex-wrap">
              <span className="shrink-0 whitespace-nowrap text-mute">{item.on}</span>
              <span className="min-w-0 flex-1 max-sm:basis-full max-sm:-order-1">
                <TaskLink line={item.line} asOf={asOf} limit={60} />
              </span>
              <span className="shrink-0 text-sm text-mute">{item.kind === 'RESULT' ? '办结申请' : '进展'}</span>
            </div>
            {item.reason ? <p className="text-sm text-red">退回理由：{item.reason}</p> : null}
          </li>
        ))}
      </ul>
    </Card>
  );
}

export function UnitLink({ id, name, asOf }: { id: number; name: string; asOf: Day | null }) {
  return <TextLink href={withDay(`/units/${id}`, asOf)}>{name}</TextLink>;
}
