import type { ReactNode } from 'react';
import { deadlineReading } from '@/components/tasks/task-words';
import { Badge } from '@/components/ui/badge';
import { Card } from '@/components/ui/card';
import { DefinitionList } from '@/components/ui/definition-list';
import { RawText } from '@/components/ui/raw-text';
import { TextLink } from '@/components/ui/text-link';
import { taskFilterHref } from '@/lib/tasks/task.filter';
import type { Mention, SourceRow, TaskDetail } from '@/lib/tasks/task-detail.queries';

const FIELD_WORDS: Record<string, string> = {
  lead: '牵头单位',
  responsible: '责任单位',
  deadline: '完成时限',
  text: '重点任务',
  group: '专项组',
  measure: '改革举措',
  section: '政策领域',
  row: '整行',
  source: '原文排版',
  document: '整份文件',
};

function Inherited() {
  return <Badge className="ml-1.5">承上行</Badge>;
}

/** A cell as printed; a merged one shows the words it takes from above, and says so. */
function Printed({ raw, held, isInherited }: { raw: string | null; held: string; isInherited: boolean }) {
  if (raw === '' && held === '') return <span className="text-mute">（原文此格为空）</span>;
  return (
    <>
      <RawText>{raw === null || raw === '' ? held || '（原文此格为空）' : raw}</RawText>
      {isInherited || raw === null ? <Inherited /> : null}
    </>
  );
}

function MentionReading({ mention, unitHref }: { mention: Mention; unitHref: (id: number) => string }) {
  const mark = mention.isByOffice ? <Badge className="ml-1">优化办认定</Badge> : null;
  if (mention.unit) {
    return (
      <>
        <TextLink href={unitHref(mention.unit.id)}>{mention.unit.name}</TextLink>
        {mention.unit.fullName && mention.unit.fullName !== mention.unit.name ? (
          <span className="text-mute">（{mention.unit.fullName}）</span>
        ) : null}
        {mention.divisions.length > 0 ? (
          <span className="text-mute">，原文注明 {mention.divisions.join('、')}</span>
        ) : null}
        {mention.coUnits.length > 0 ? (
          <span className="text-mute">，括号内同列 {mention.coUnits.map((unit) => unit.name).join('、')}</span>
        ) : null}
        {mention.countedAs ? (
          <span className="text-mute">
            （已并入 <TextLink href={unitHref(mention.countedAs.id)}>{mention.countedAs.name}</TextLink>）
          </span>
        ) : null}
        {mark}
      </>
    );
  }
  if (mention.collective) {
    const { members, membersKnown, phrase } = mention.collective;
    return (
      <>
        <span>集体指称“{phrase}”：</span>
        {members.length > 0
          ? members.map((member, index) => (
              <span key={member.id}>
                {index > 0 ? '、' : ''}
                <TextLink href={unitHref(member.id)}>{member.name}</TextLink>
                {member.isFixedByOffice ? '（优化办认定）' : ''}
              </span>
            ))
          : null}
        {members.length === 0 ? <Badge tone="amber">成员未定</Badge> : null}
        {members.length > 0 && !membersKnown ? <Badge className="ml-1">文件未定，按认定</Badge> : null}
        {mark}
      </>
    );
  }
  return (
    <>
      <span>{mention.printed}</span>
      <Badge tone="amber" className="ml-1">
        未识别为单位
      </Badge>
      {mark}
    </>
  );
}

function Mentions({ mentions, unitHref }: { mentions: Mention[]; unitHref: (id: number) => string }) {
  if (mentions.length === 0) return null;
  return (
    <ul className="mt-1 space-y-0.5">
      {mentions.map((mention) => (
        <li key={mention.id}>
          <span aria-hidden="true" className="mr-1 text-mute">
            →
          </span>
          {mention.unit && mention.printed !== mention.unit.name ? (
            <>
              <RawText className="mr-1">{mention.printed}</RawText>
              <span className="text-mute">即 </span>
            </>
          ) : null}
          <MentionReading mention={mention} unitHref={unitHref} />
        </li>
      ))}
    </ul>
  );
}

function sourceWords(source: SourceRow | null): string {
  return source === null ? '来源不详' : `来源：${source.document} 第 ${source.row} 行`;
}

/** What the document prints of a task, each beside what the system read. */
export function TaskElements({
  task,
  asOf,
  cycle,
}: {
  task: TaskDetail;
  asOf: string | null;
  /** By which cycles it is reported. */
  cycle?: ReactNode;
}) {
  const unitHref = (id: number) => (asOf ? `/units/${id}?asOf=${asOf}` : `/units/${id}`);
  const ofRole = (role: Mention['role']) => task.mentions.filter((mention) => mention.role === role);
  const isInherited = (field: string) => task.inherited.includes(field);
  const { standing } = task;
  const items: { term: string; detail: ReactNode }[] = [];
  const add = (term: string, detail: ReactNode) => items.push({ term, detail });

  if (task.area)
    add(
      '政策领域',
      <TextLink quiet href={taskFilterHref({ plan: task.plan.id, area: task.area.id }, asOf)}>
        {task.area.heading}
      </TextLink>,
    );
  if (task.measure)
    add(
      '改革举措',
      <TextLink quiet href={taskFilterHref({ plan: task.plan.id, measure: task.measure.id }, asOf)}>
        {task.measure.heading}
      </TextLink>,
    );
  add('重点任务', <RawText block>{task.text}</RawText>);
  if (task.group) {
    add(
      '专项组',
      <>
        <RawText>{task.group.name}</RawText>
        {isInherited('group') ? <Inherited /> : null}
      </>,
    );
  }
  add(
    '牵头单位',
    <>
      <Printed raw={task.leadRaw} held={task.leadText} isInherited={isInherited('lead')} />
      <Mentions mentions={ofRole('LEAD')} unitHref={unitHref} />
    </>,
  );
  add(
    '责任单位',
    <>
      <Printed raw={task.responsibleRaw} held={task.responsibleText} isInherited={isInherited('responsible')} />
      <Mentions mentions={ofRole('RESPONSIBLE')} unitHref={unitHref} />
    </>,
  );
  add(
    '完成时限',
    <>
      <Printed raw={task.deadlineRaw} held={task.deadlineText} isInherited={isInherited('deadline')} />
      <span className="ml-1.5">
        <span aria-hidden="true" className="mr-1 text-mute">
          →
        </span>
        {deadlineReading({
          dueOn: standing.dueOn,
          ongoing: standing.ongoing,
          startsAtOnce: task.startsAtOnce,
          recurrence: task.recurrence,
        })}
        {standing.originalDueOn !== standing.dueOn ? (
          <span className="text-mute">（原定 {standing.originalDueOn ?? '无日期'}）</span>
        ) : null}
      </span>
      {task.parts.length > 1 ? (
        <ul className="mt-1">
          {task.parts.map((part) => (
            <li key={`${part.text}-${part.dueOn}`} className="text-mute">
              {part.text ?? '本任务'}：{part.startsOn ? `${part.startsOn} 起，` : ''}
              {part.dueOn ? `${part.dueOn} 完成` : '无日期'}
            </li>
          ))}
        </ul>
      ) : null}
      {task.deadlineNote ? <span className="block text-sm text-mute">附注：{task.deadlineNote}</span> : null}
    </>,
  );
  if (cycle) add('填报周期', cycle);
  for (const [label, value] of Object.entries(task.extra))
    add(label, value === null ? null : <RawText>{value}</RawText>);
  for (const question of task.questions) {
    add(
      question.isOpen ? '待确认' : '已确认',
      <>
        <span className={question.isOpen ? 'bg-amber-ground box-decoration-clone px-1.5 py-0.5 text-amber' : undefined}>
          {question.text}
        </span>
        <span className="block text-xs text-mute">
          {FIELD_WORDS[question.field] ? `${FIELD_WORDS[question.field]} · ` : ''}
          {sourceWords(question.source)}
        </span>
        {question.answer ? <span className="block">答复：{question.answer}</span> : null}
      </>,
    );
  }
  return (
    <Card id="elements" title="任务要素" note={`浅色底为原文，→ 后为系统研读 · ${sourceWords(task.source)}`}>
      <DefinitionListByPlace items={items} />
    </Card>
  );
}

/** The list tells its items apart by their terms; two questions have the same one. */
function DefinitionListByPlace({ items }: { items: { term: string; detail: ReactNode }[] }) {
  const seen = new Map<string, ReactNode[]>();
  for (const { term, detail } of items) seen.set(term, [...(seen.get(term) ?? []), detail]);
  return (
    <DefinitionList
      items={[...seen].map(([term, details]) => ({
        term,
        detail:
          details.length === 1 ? (
            details[0]
          ) : (
            <ul className="space-y-1">
              {details.map((detail, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a fixed list
                <li key={index}>{detail}</li>
              ))}
            </ul>
          ),
      }))}
    />
  );
}
