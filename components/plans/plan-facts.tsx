import { Card } from '@/components/ui/card';
import { DefinitionList } from '@/components/ui/definition-list';
import { Table, Td, Th } from '@/components/ui/table';
import { formatDayProse, formatInstant } from '@/lib/dates';

const CYCLE_WORDS = { NONE: '不设填报周期', MONTHLY: '每月填报', QUARTERLY: '每季度填报', CUSTOM: '按自定日期填报' };

type PlanFactsProps = {
  plan: {
    id: number;
    kind: 'TASK_LIST' | 'ASSESSMENT';
    title: string;
    noticeTitle: string | null;
    issuer: string | null;
    docNumber: string | null;
    year: number;
    issuedOn: string | null;
    regionName: string;
    ownerUnit: { name: string } | null;
    effectiveFrom: string | null;
    effectiveBasis: string | null;
    archivedOn: string | null;
    cycleKind: keyof typeof CYCLE_WORDS;
    cycleClosingDay: number | null;
    graceWorkingDays: number;
    dueSoonDays: number;
    documents: { id: number; fileName: string; mediaType: string; sha256: string; bytes: number; recordedAt: Date }[];
  };
};

const NOT_PRINTED = <span className="text-mute">文件未注明</span>;

/** What the document says of itself, how the plan is run, and the source as it came in. */
export function PlanFacts({ plan }: PlanFactsProps) {
  const closing =
    plan.cycleKind === 'MONTHLY' || plan.cycleKind === 'QUARTERLY'
      ? `，${plan.cycleClosingDay ? `${plan.cycleClosingDay} 日` : '月末'}截止，宽限 ${plan.graceWorkingDays} 个工作日`
      : '';
  return (
    <>
      <Card title="文件">
        <DefinitionList
          items={[
            { term: '标题', detail: plan.title },
            ...(plan.noticeTitle ? [{ term: '印发通知', detail: plan.noticeTitle }] : []),
            { term: '印发单位', detail: plan.issuer ?? NOT_PRINTED },
            { term: '文号', detail: plan.docNumber ?? NOT_PRINTED },
            { term: '印发日期', detail: plan.issuedOn ? formatDayProse(plan.issuedOn) : NOT_PRINTED },
            { term: '年度', detail: `${plan.year}年` },
            { term: '地区', detail: plan.regionName },
            ...(plan.ownerUnit ? [{ term: '制定单位', detail: plan.ownerUnit.name }] : []),
            {
              term: '生效日期',
              detail: plan.effectiveFrom ? (
                <>
                  {formatDayProse(plan.effectiveFrom)}
                  <span className="block text-sm text-mute">依据：{plan.effectiveBasis}</span>
                </>
              ) : (
                '尚未启用'
              ),
            },
            ...(plan.archivedOn ? [{ term: '归档日期', detail: formatDayProse(plan.archivedOn) }] : []),
            ...(plan.kind === 'TASK_LIST'
              ? [
                  { term: '填报周期', detail: `${CYCLE_WORDS[plan.cycleKind]}${closing}` },
                  { term: '临期', detail: `完成时限前 ${plan.dueSoonDays} 天` },
                ]
              : []),
          ]}
        />
      </Card>
      <Card title="原始文件" note="入库后不可更改">
        {plan.documents.length === 0 ? (
          <p className="text-mute">没有存入原始文件。</p>
        ) : (
          <Table label="原始文件" minWidth="min-w-[40rem]">
            <thead>
              <tr>
                <Th>文件名</Th>
                <Th num>大小</Th>
                <Th>入库时间</Th>
                <Th className="w-1/2">校验值（SHA-256）</Th>
              </tr>
            </thead>
            <tbody>
              {plan.documents.map((file) => (
                <tr key={file.id}>
                  <Td nowrap>
                    <a
                      href={`/plans/${plan.id}/documents/${file.id}`}
                      download={file.fileName}
                      className="text-accent hover:underline"
                    >
                      {file.fileName}
                    </a>
                  </Td>
                  <Td num>{Math.max(1, Math.round(file.bytes / 1024))} KB</Td>
                  <Td nowrap>{formatInstant(file.recordedAt)}</Td>
                  <Td className="text-xs break-all">{file.sha256}</Td>
                </tr>
              ))}
            </tbody>
          </Table>
        )}
      </Card>
    </>
  );
}
