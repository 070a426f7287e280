import { EvidenceList } from '@/components/evidence/evidence-list';
import { NodeList } from '@/components/nodes/node-card';
import { deadlineReading } from '@/components/tasks/task-words';
import { Badge } from '@/components/ui/badge';
import { Card } from '@/components/ui/card';
import { DefinitionList } from '@/components/ui/definition-list';
import { RawText } from '@/components/ui/raw-text';
import { TextLink } from '@/components/ui/text-link';
import { WordDifference } from '@/components/ui/word-difference';
import type { NodeBoard } from '@/lib/nodes/node.queries';
import { suggestedPercent } from '@/lib/nodes/node.rules';
import type { ReportVersionView } from '@/lib/reports/report.queries';
import { REPORT_LABELS } from '@/lib/reports/report.schema';
import { markBehind } from '@/lib/reports/version-mark.rules';
import type { ReviewSheet } from '@/lib/reviews/review.queries';
import type { TaskDetail } from '@/lib/tasks/task-detail.queries';
import { wordDifference } from '@/lib/word-difference';

const FIELDS = ['narrative', 'problems', 'needs', 'nextSteps'] as const;
const percentWords = (percent: number | null) => (percent === null ? '未填' : `${percent}%`);

/** What is reported now, in full. */
export function NowCard({ sheet, board }: { sheet: ReviewSheet; board: NodeBoard }) {
  const { now, report } = sheet;
  const suggested = suggestedPercent(board.nodes);
  return (
    <Card
      id="now"
      title={report.kind === 'RESULT' ? '本次办结申请' : '本次进展'}
      note={`${report.unitName} · 第 ${now.version} 版${markBehind(now)} · ${now.effectiveOn}`}
    >
      <DefinitionList
        items={[
          {
            term: REPORT_LABELS.percent,
            detail: `${percentWords(now.percent)}${suggested === null ? '' : `（按节点完成情况建议 ${suggested}%）`}`,
          },
          ...FIELDS.filter((name) => now[name] !== '').map((name) => ({
            term: REPORT_LABELS[name],
            detail: <span className="whitespace-pre-wrap">{now[name]}</span>,
          })),
          { term: '填报', detail: `${now.writtenBy || now.authorWords}${now.isSigned ? '，单位负责人签发' : ''}` },
        ]}
      />
      {now.isSameAsLast ? (
        <p className="mt-1">
          <Badge tone="amber">与上次填报内容完全相同</Badge>
        </p>
      ) : null}
      <h3 className="mt-3 mb-1 font-semibold">佐证材料</h3>
      {now.evidence.length === 0 ? (
        <p className="text-mute">没有附佐证材料。</p>
      ) : (
        <EvidenceList items={now.evidence} hints={sheet.hints} />
      )}
    </Card>
  );
}

function Compared({ title, before, now }: { title: string; before: ReportVersionView; now: ReportVersionView }) {
  const fields = FIELDS.filter((name) => before[name] !== '' || now[name] !== '');
  return (
    <div className="mb-3 last:mb-0">
      <h3 className="mb-1 font-semibold">{title}</h3>
      <p>
        <span className="mr-1 text-mute">{REPORT_LABELS.percent}：</span>
        {percentWords(before.percent)} → {percentWords(now.percent)}
      </p>
      {fields.map((name) => (
        <div key={name} className="mt-1 border-l-2 border-line-soft pl-2">
          <p className="text-xs text-mute">{REPORT_LABELS[name]}</p>
          {before[name] === now[name] ? (
            <p className="text-mute">与此前相同</p>
          ) : (
            <WordDifference parts={wordDifference(before[name], now[name])} />
          )}
        </div>
      ))}
      <p className="mt-1 text-xs text-mute">
        此前附佐证材料 {before.evidence.length} 件，本次 {now.evidence.length} 件
      </p>
    </div>
  );
}

/** What was reported before, word by word beside what is reported now. */
export function BeforeCard({ sheet }: { sheet: ReviewSheet }) {
  const { lastVersion, lastCycle, now } = sheet;
  return (
    <Card id="before" title="与此前填报对照" note="红色删除线为原有，绿色下划线为新写">
      {lastVersion ? <Compared title={lastVersion.label} before={lastVersion.words} now={now} /> : null}
      {lastCycle ? <Compared title={lastCycle.label} before={lastCycle.words} now={now} /> : null}
      {!lastVersion && !lastCycle ? <p className="text-mute">该单位此前没有填报。</p> : null}
    </Card>
  );
}

/** The task's own words, as printed. */
export function TaskWordsCard({ task, href }: { task: TaskDetail; href: string }) {
  const { standing } = task;
  return (
    <Card id="words" title="任务要求" note="浅色底为原文" action={{ href, label: '任务全部信息' }}>
      <DefinitionList
        items={[
          { term: '重点任务', detail: <RawText block>{task.text}</RawText> },
          { term: '牵头单位', detail: <RawText>{task.leadRaw || task.leadText || '（原文此格为空）'}</RawText> },
          {
            term: '责任单位',
            detail: <RawText>{task.responsibleRaw || task.responsibleText || '（原文此格为空）'}</RawText>,
          },
          {
            term: '完成时限',
            detail: (
              <>
                <RawText>{task.deadlineRaw || task.deadlineText || '（原文此格为空）'}</RawText>
                <span className="ml-1.5">
                  →{' '}
                  {deadlineReading({
                    dueOn: standing.dueOn,
                    ongoing: standing.ongoing,
                    startsAtOnce: task.startsAtOnce,
                    recurrence: task.recurrence,
                  })}
                </span>
              </>
            ),
          },
        ]}
      />
    </Card>
  );
}

/** What the other units say, and the nodes. */
export function OthersCard({ sheet, board }: { sheet: ReviewSheet; board: NodeBoard }) {
  const { opinions, parts } = sheet;
  const silent = parts.filter((part) => part.report === null);
  return (
    <Card id="others" title="共同牵头、责任单位和节点">
      <h3 className="mb-1 font-semibold">共同牵头单位意见</h3>
      {opinions.length === 0 ? <p className="text-mute">没有共同牵头单位提出意见。</p> : null}
      <ul>
        {opinions.map((opinion) => (
          <li key={opinion.unitId} className="border-b border-line-soft py-1 last:border-0">
            {opinion.unitName}{' '}
            <Badge tone={opinion.agrees ? 'green' : 'red'}>{opinion.agrees ? '同意办结' : '有异议'}</Badge>
            {opinion.words ? `：${opinion.words}` : ''}
            <span className="block text-xs text-mute">
              {opinion.givenByWords} · {opinion.givenOn}
              {opinion.reportVersion === sheet.now.version ? '' : ` · 针对第 ${opinion.reportVersion} 版`}
            </span>
          </li>
        ))}
      </ul>
      <h3 className="mt-3 mb-1 font-semibold">责任单位本周期填报</h3>
      {parts.length === 0 ? <p className="text-mute">没有责任单位。</p> : null}
      <ul>
        {parts.map((part) =>
          part.report ? (
            <li key={part.unitId} className="border-b border-line-soft py-1 last:border-0">
              <span className="font-medium">{part.unitName}</span>
              <span className="text-mute">（{part.report.effectiveOn}）</span>：
              <span className="whitespace-pre-wrap">{part.report.narrative}</span>
            </li>
          ) : null,
        )}
      </ul>
      {silent.length > 0 ? (
        <p>
          <span className="text-mute">未填报（{silent.length} 个）：</span>
          {silent.map((part) => part.unitName).join('、')}
        </p>
      ) : null}
      <h3 className="mt-3 mb-1 font-semibold">节点</h3>
      {board.nodes.length === 0 ? <p className="text-mute">没有节点。</p> : <NodeList nodes={board.nodes} />}
    </Card>
  );
}

/** What has been decided about the report. */
export function DecisionList({ sheet, taskHref }: { sheet: ReviewSheet; taskHref: string }) {
  if (sheet.report.reviews.length === 0) return null;
  return (
    <Card id="decisions" title="审核结论">
      {sheet.report.reviews.map((review) => (
        <p key={review.id} className="border-b border-line-soft py-1 last:border-0">
          <span className={review.decision === 'RETURNED' ? 'text-red' : 'text-blue'}>
            {review.decision === 'RETURNED' ? '退回' : '审核通过'}
          </span>
          {review.reason ? `：${review.reason}` : ''}
          {review.isOwnUnit ? (
            <Badge tone="amber" className="ml-1.5">
              本办牵头，自行审核
            </Badge>
          ) : null}
          <span className="block text-xs text-mute">
            {review.reviewerWords} · {review.effectiveOn} · 针对第 {review.version} 版
          </span>
        </p>
      ))}
      <p className="mt-1 text-sm">
        <TextLink href={taskHref}>查看任务</TextLink>
      </p>
    </Card>
  );
}
