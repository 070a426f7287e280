import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { BoardNotices } from '@/components/dashboards/board-notices';
import { ChildUnitsCard, childRows } from '@/components/dashboards/child-units';
import { ScopeBar } from '@/components/dashboards/scope-bar';
import { withDay } from '@/components/dashboards/task-lines';
import { UnitFactsCard } from '@/components/dashboards/unit-facts';
import { ConcernCard, lateWords, leftWords, linesWith } from '@/components/dashboards/unit-home';
import { UnitTiles } from '@/components/dashboards/unit-tiles';
import { PageTitle } from '@/components/shell/page-title';
import { Card } from '@/components/ui/card';
import { EmptyState } from '@/components/ui/empty-state';
import { Notice } from '@/components/ui/notice';
import { TextLink } from '@/components/ui/text-link';
import { HeadSignsCard } from '@/components/unit-papers/head-signs-card';
import { BoardReader, readId } from '@/lib/dashboards/board.filter';
import { findBoardScope } from '@/lib/dashboards/board-scope.queries';
import {
  completionRate,
  countOf,
  DEFINITIONS,
  formatRate,
  OVERDUE_REASONS,
  onTimeRate,
  totalOf,
} from '@/lib/dashboards/figures';
import { ledgerLink } from '@/lib/dashboards/ledger-link';
import { countUnits, findUnitFacts, listUnitConcerns } from '@/lib/dashboards/unit-board.queries';
import { type Day, formatDayProse } from '@/lib/dates';
import { isHeadOfUnit } from '@/lib/handlers/handler.queries';
import { readAsOf } from '@/lib/server/as-of';
import type { Actor } from '@/lib/server/auth/actor';
import { requireActor } from '@/lib/server/auth/session';
import { findHeadSigns } from '@/lib/unit-papers/unit-paper.queries';

const loadUnit = cache(async (actor: Actor, unitId: string, day: Day) => {
  const id = readId(unitId);
  const unit = id === null ? null : await findUnitFacts(actor, id, day);
  if (!unit) notFound();
  return unit;
});

export async function generateMetadata({ params, searchParams }: PageProps<'/units/[unitId]'>): Promise<Metadata> {
  const actor = await requireActor();
  const asOf = await readAsOf(searchParams);
  return { title: (await loadUnit(actor, (await params).unitId, asOf.day)).name };
}

export default async function UnitPage({ params, searchParams }: PageProps<'/units/[unitId]'>) {
  const actor = await requireActor();
  const asOf = await readAsOf(searchParams);
  const unit = await loadUnit(actor, (await params).unitId, asOf.day);
  const reader = new BoardReader(await searchParams);
  const choice = {
    plan: reader.number('plan', '方案'),
    own: unit.parent !== null || reader.flag('own', '部门自有方案'),
  };
  const chosen = await findBoardScope(actor, { region: unit.regionCode, ...choice }, asOf.day);
  const scope = chosen?.region.code === unit.regionCode ? chosen : null;
  if (!scope) notFound();
  const [headSigns, directs, countsOf, concerns] = await Promise.all([
    asOf.isToday ? findHeadSigns(actor, unit.id, asOf.today) : null,
    isHeadOfUnit(actor, unit.id),
    countUnits(actor, scope, asOf.day),
    listUnitConcerns(actor, scope, asOf.day, [unit.id], 200),
  ]);
  const counts = countsOf(unit.id);
  const children = childRows(unit.children, countsOf);
  const link = asOf.isToday ? null : asOf.day;
  const linkFor = (filter: Parameters<typeof ledgerLink>[1]) =>
    ledgerLink(scope, { unit: unit.id, as: 'lead', ...filter }, link);
  const waiting = concerns.filter((line) => line.state === 'UNDER_REVIEW');
  // Only what there is: a unit on course shows one line instead of four empty cards.
  const concern = (title: string, reasons: Parameters<typeof linesWith>[1], isAhead = false) => {
    const lines = linesWith(concerns, reasons);
    return lines.length === 0 ? null : (
      <ConcernCard
        title={title}
        lines={lines}
        total={countOf(counts.lead, reasons)}
        href={linkFor({ reason: [...reasons] })}
        asOf={link}
        empty=""
        before={isAhead ? (line) => line.dueOn : undefined}
        after={isAhead ? leftWords : lateWords}
      />
    );
  };
  return (
    <>
      <PageTitle
        crumbs={[
          { href: withDay(`/units?region=${unit.regionCode}`, link), label: '单位' },
          ...(unit.parent ? [{ href: withDay(`/units/${unit.parent.id}`, link), label: unit.parent.name }] : []),
        ]}
        title={unit.name}
        facts={[
          unit.fullName && unit.fullName !== unit.name ? unit.fullName : unit.regionName,
          `牵头 ${totalOf(counts.lead)} 项`,
          `完成率 ${formatRate(completionRate(counts.lead))}`,
          `按期办结率 ${formatRate(onTimeRate(counts.lead))}`,
        ]}
        actions={
          <>
            {asOf.isToday && directs ? <TextLink href={`/units/${unit.id}/handlers`}>经办人与交接</TextLink> : null}
            <TextLink href={ledgerLink(scope, { unit: unit.id }, link) ?? '/tasks'}>本单位台账</TextLink>
          </>
        }
      />
      <BoardNotices notices={[asOf.notice, ...reader.notices]} />
      {unit.mergedInto ? (
        <Notice tone="warn" title={`自${formatDayProse(unit.mergedInto.effectiveOn)}起并入${unit.mergedInto.name}`}>
          此后的数字计入<TextLink href={withDay(`/units/${unit.mergedInto.id}`, link)}>{unit.mergedInto.name}</TextLink>
          。依据：{unit.mergedInto.basis}
        </Notice>
      ) : null}
      <ScopeBar
        path={`/units/${unit.id}`}
        current={reader.current()}
        {...scope}
        regions={[]}
        canIncludeOwn={scope.canIncludeOwn && unit.parent === null}
      />
      <h2 className="mb-2">作为牵头单位</h2>
      <UnitTiles label="牵头任务" unitId={unit.id} as="lead" counts={counts.lead} scope={scope} asOf={link} />
      <h2 className="mb-2">作为责任单位</h2>
      <UnitTiles
        label="责任任务"
        unitId={unit.id}
        as="responsible"
        counts={counts.responsible}
        scope={scope}
        asOf={link}
      />
      {totalOf(counts.collective) > 0 ? (
        <p className="mb-3.5 text-sm text-mute">
          另作为集体指称的已明确成员承担{' '}
          <TextLink href={ledgerLink(scope, { unit: unit.id, as: 'collective' }, link) ?? '/tasks'}>
            {totalOf(counts.collective)} 项
          </TextLink>
          。
        </p>
      ) : null}
      <div className="grid gap-x-3.5 xl:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
        <div className="min-w-0">
          {concern('逾期', OVERDUE_REASONS)}
          {concern('断报', ['REPORTING_LAPSED'])}
          {concern('临期', ['DUE_SOON'], true)}
          {concern('未报', ['UNREPORTED'])}
          {concern('时限待确认', ['NO_DEADLINE'])}
          {waiting.length > 0 ? (
            <ConcernCard
              title="待审核"
              lines={waiting}
              total={counts.lead.underReview}
              href={linkFor({ state: ['UNDER_REVIEW'] })}
              asOf={link}
              empty=""
              before={(line) => line.clockOn}
            />
          ) : null}
          {concerns.length === 0 ? (
            <Card>
              <EmptyState
                title={
                  totalOf(counts.lead) === 0
                    ? '该单位没有牵头任务。'
                    : '牵头任务中没有逾期、断报、临期、未报和待审核的。'
                }
              />
            </Card>
          ) : null}
          <ChildUnitsCard units={children} scope={scope} asOf={link} />
        </div>
        <div className="min-w-0">
          <UnitFactsCard unit={unit} asOf={link} />
          {headSigns ? <HeadSignsCard unitId={unit.id} setting={headSigns} /> : null}
          <p className="text-xs text-mute">
            {DEFINITIONS.overdue}
            {DEFINITIONS.completion}
            {DEFINITIONS.onTime}
          </p>
        </div>
      </div>
    </>
  );
}
