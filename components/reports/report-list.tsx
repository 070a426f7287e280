import type { ReactNode } from 'react';
import { EvidenceList } from '@/components/evidence/evidence-list';
import { Badge, type Tone } from '@/components/ui/badge';
import { Card } from '@/components/ui/card';
import { formatInstant } from '@/lib/dates';
import type { ReportVersionView, ReportView } from '@/lib/reports/report.queries';
import { markOf } from '@/lib/reports/version-mark.rules';

const STATUS: Record<ReportView['status'], { words: string; tone: Tone }> = {
  SUBMITTED: { words: '已提交', tone: 'green' },
  RETURNED: { words: '已退回', tone: 'red' },
  WITHDRAWN: { words: '已撤回', tone: 'plain' },
  ACCEPTED: { words: '审核通过', tone: 'blue' },
};

function Words({ version }: { version: ReportVersionView }) {
  const notes = [
    ['存在问题', version.problems],
    ['需协调解决事项', version.needs],
    ['下一步', version.nextSteps],
  ].filter(([, text]) => text !== '');
  const mark = markOf(version);
  return (
    <>
      <p className="whitespace-pre-wrap">{version.narrative}</p>
      {notes.map(([label, text]) => (
        <p key={label} className="whitespace-pre-wrap">
          <span className="text-mute">{label}：</span>
          {text}
        </p>
      ))}
      {version.evidence.length > 0 ? <EvidenceList items={version.evidence} /> : null}
      <p className="text-xs text-mute">
        第 {version.version} 版 · {mark ? `${mark} · ` : ''}
        {version.writtenBy ? `${version.writtenBy}拟稿，` : ''}
        {version.authorWords} · {version.effectiveOn}（{formatInstant(new Date(version.submittedAt))} 记录）
        {version.isSigned ? ' · 已签发' : ''}
      </p>
    </>
  );
}

function Report({ report, children }: { report: ReportView; children?: ReactNode }) {
  const [newest, ...older] = report.versions;
  const status = STATUS[report.status];
  const waits = report.kind === 'RESULT' && report.status === 'SUBMITTED';
  return (
    <li className="border-b border-line-soft py-2.5 first:pt-0 last:border-0 last:pb-0">
      <p className="mb-1 flex flex-wrap items-center gap-x-2 gap-y-1">
        <span className="font-semibold">{report.unitName}</span>
        <span>{report.kind === 'RESULT' ? '申请办结' : `${report.cycleLabel ?? '不分周期'}进展`}</span>
        {newest?.percent !== null && newest?.percent !== undefined ? <span>{newest.percent}%</span> : null}
        <Badge tone={waits ? 'amber' : status.tone}>{waits ? '待审核' : status.words}</Badge>
        {report.isByLead ? null : <Badge>责任单位</Badge>}
        {report.isCatchUp ? <Badge tone="amber">补报</Badge> : null}
        {report.isBackfill ? <Badge>补录</Badge> : null}
        {newest?.isSameAsLast ? <Badge tone="amber">与上期内容相同</Badge> : null}
      </p>
      {newest ? <Words version={newest} /> : null}
      {report.reviews.map((review) => (
        <p key={review.id} className="mt-1 border-l-2 border-line pl-2.5">
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
      {older.length > 0 ? (
        <details className="mt-1">
          <summary className="inline-block text-sm text-accent underline decoration-accent/30 underline-offset-3">
            此前 {older.length} 个版本{older.some((version) => version.isBackfill) ? '（含优化办补录）' : ''}
          </summary>
          <ol className="mt-1 space-y-2 border-l-2 border-line pl-2.5">
            {older.map((version) => (
              <li key={version.version}>
                <Words version={version} />
              </li>
            ))}
          </ol>
        </details>
      ) : null}
      {children}
    </li>
  );
}

type ReportListProps = {
  reports: ReportView[];
  canRead: boolean;
  /** What the office may do with a report, beneath it. */
  actionsFor?: (report: ReportView) => ReactNode;
};

const SHOWN = 4;

/** What the units have said, the newest first, with every version and decision. */
export function ReportList({ reports, canRead, actionsFor }: ReportListProps) {
  const entry = (report: ReportView) => (
    <Report key={report.id} report={report}>
      {actionsFor?.(report)}
    </Report>
  );
  return (
    <Card id="reports" title="进展与办结申请" note={canRead ? `${reports.length} 份` : undefined}>
      {!canRead ? (
        <p className="text-mute">进展内容只对牵头单位、责任单位和优化办开放。</p>
      ) : reports.length === 0 ? (
        <p className="text-mute">截至当日没有填报。</p>
      ) : (
        <>
          <ul>{reports.slice(0, SHOWN).map(entry)}</ul>
          {reports.length > SHOWN ? (
            <details className="border-t border-line-soft pt-2">
              <summary className="inline-block text-accent underline decoration-accent/30 underline-offset-3">
                更早的 {reports.length - SHOWN} 份
              </summary>
              <ul className="mt-2">{reports.slice(SHOWN).map(entry)}</ul>
            </details>
          ) : null}
        </>
      )}
    </Card>
  );
}
