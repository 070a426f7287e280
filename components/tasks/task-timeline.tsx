import { Badge } from '@/components/ui/badge';
import { Card } from '@/components/ui/card';
import { WordDifference } from '@/components/ui/word-difference';
import { formatInstant } from '@/lib/dates';
import type { TaskSignFor } from '@/lib/sign-for/sign-for.queries';
import { eventWords, revisedWords } from '@/lib/tasks/event-words.rules';
import type { TaskDetail, TimelineEvent } from '@/lib/tasks/task-detail.queries';
import { truncate } from '@/lib/text';
import { nameDifference, wordDifference } from '@/lib/word-difference';

const ORIGINS: Partial<Record<TimelineEvent['origin'], string>> = { SEED: '建账', DEMO: '演示', BACKFILL: '补录' };

function Entry({ event }: { event: TimelineEvent }) {
  const { what, facts } = eventWords(event);
  return (
    <li className="relative border-l border-line pb-3 pl-4 last:border-transparent last:pb-0">
      <span
        aria-hidden="true"
        className="absolute top-1.5 -left-[5px] size-2.5 rounded-full border-2 border-accent bg-card"
      />
      <p>
        <time dateTime={event.effectiveOn} className="mr-2 text-mute">
          {event.effectiveOn}
        </time>
        {event.unitName && event.type === 'REPORT_SUBMITTED' ? <span>{event.unitName} </span> : null}
        <strong className="font-semibold">{what}</strong>
        {event.percent !== null ? `（${event.percent}%）` : ''}
        {facts.length > 0 ? <span className="text-mute">（{facts.join('，')}）</span> : null}
        {event.reviewReason ? <span>：{event.reviewReason}</span> : null}
        {event.narrative ? <span>：{truncate(event.narrative, 60)}</span> : null}
        {event.isOwnUnit ? (
          <Badge tone="amber" className="ml-1.5">
            本办牵头，自行审核
          </Badge>
        ) : null}
      </p>
      {revisedWords(event).map(({ label, before, after, areNames }) => (
        <div key={label} className="mt-1 border-l-2 border-line-soft pl-2 text-sm">
          <p className="font-semibold">{label}</p>
          <WordDifference parts={(areNames ? nameDifference : wordDifference)(before, after)} />
        </div>
      ))}
      <p className="text-xs text-mute">
        {event.actorWords} · {formatInstant(new Date(event.recordedAt))} 记录
        {ORIGINS[event.origin] ? ` · ${ORIGINS[event.origin]}` : ''}
      </p>
    </li>
  );
}

function entryOf({ event, signFor }: Item) {
  return event ? <Entry key={event.id} event={event} /> : <SignForEntry key={`s${signFor!.id}`} signFor={signFor!} />;
}

const SHOWN = 10;

function SignForEntry({ signFor }: { signFor: TaskSignFor }) {
  return (
    <li className="relative border-l border-line pb-3 pl-4 last:border-transparent last:pb-0">
      <span
        aria-hidden="true"
        className="absolute top-1.5 -left-[5px] size-2.5 rounded-full border-2 border-edge bg-card"
      />
      <p>
        <time dateTime={signFor.signedOn} className="mr-2 text-mute">
          {signFor.signedOn}
        </time>
        <span>{signFor.unitName} </span>
        <strong className="font-semibold">签收方案</strong>
      </p>
      <p className="text-xs text-mute">
        {signFor.signedBy} · {formatInstant(new Date(signFor.recordedAt))} 记录 · 方案签收，不在任务链内
      </p>
    </li>
  );
}

type Item = { on: string; at: number; event?: TimelineEvent; signFor?: TaskSignFor };

/** Every recorded event of a task up to the day, and what its units signed for, the newest first, with the word of the chain. */
export function TaskTimeline({ task, signFors = [] }: { task: TaskDetail; signFors?: readonly TaskSignFor[] }) {
  // The chain keeps its own order; a sign-for stands where its day and its hour put it.
  const chained = task.events.toReversed();
  const events: Item[] = chained.map((event) => ({
    on: event.effectiveOn,
    at: new Date(event.recordedAt).getTime(),
    event,
  }));
  for (const signFor of signFors.toReversed()) {
    const at = new Date(signFor.recordedAt).getTime();
    const before = events.findIndex(
      ({ on, at: then }) => on < signFor.signedOn || (on === signFor.signedOn && then < at),
    );
    events.splice(before < 0 ? events.length : before, 0, { on: signFor.signedOn, at, signFor });
  }
  const chain = task.isChainSound ? (
    <span className="text-green">链校验通过</span>
  ) : (
    <span className="font-semibold text-red">链校验未通过，请联系管理员核查</span>
  );
  return (
    <Card
      id="timeline"
      title="全程留痕"
      note={
        <>
          {chained.length} 条 · 全链 {task.eventCount} 条，{chain}
        </>
      }
    >
      {events.length === 0 ? (
        <p className="text-mute">截至当日没有记录。</p>
      ) : (
        <>
          <ol>{events.slice(0, SHOWN).map(entryOf)}</ol>
          {events.length > SHOWN ? (
            <details className="mt-2 border-t border-line-soft pt-2">
              <summary className="inline-block text-accent underline decoration-accent/30 underline-offset-3">
                更早的 {events.length - SHOWN} 条
              </summary>
              <ol className="mt-2">{events.slice(SHOWN).map(entryOf)}</ol>
            </details>
          ) : null}
        </>
      )}
      {chained.length >= 300 ? <p className="text-xs text-mute">仅显示最近 300 条。</p> : null}
    </Card>
  );
}
