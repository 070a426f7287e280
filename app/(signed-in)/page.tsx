import type { Metadata } from 'next';
import { AdminCard } from '@/components/dashboards/admin-card';
import { BoardNotices } from '@/components/dashboards/board-notices';
import { ChildUnitsCard, childRows } from '@/components/dashboards/child-units';
import {
  isAllIdle,
  NothingInForce,
  OverdueCard,
  PICTURES,
  RegionConcerns,
  RegionPicture,
  RegionStrip,
} from '@/components/dashboards/region-board';
import { ScopeBar } from '@/components/dashboards/scope-bar';
import { withDay } from '@/components/dashboards/task-lines';
import { UnitConcerns } from '@/components/dashboards/unit-concerns';
import { OwedCard, ReturnedCard, UnitLink } from '@/components/dashboards/unit-home';
import { UnitTiles } from '@/components/dashboards/unit-tiles';
import { PageTitle } from '@/components/shell/page-title';
import { OwedSignForCard, UnsignedCard } from '@/components/sign-for/sign-for-cards';
import { SlipsToAnswerCard } from '@/components/slips/slip-cards';
import { Card } from '@/components/ui/card';
import { EmptyState } from '@/components/ui/empty-state';
import { TextLink } from '@/components/ui/text-link';
import { PapersHint } from '@/components/unit-papers/paper-card';
import { canOpenAdmin } from '@/lib/accounts/account.policy';
import { BoardReader, boardHref } from '@/lib/dashboards/board.filter';
import { countContents } from '@/lib/dashboards/board.queries';
import { type BoardScope, findBoardScope } from '@/lib/dashboards/board-scope.queries';
import { countOf, OVERDUE_REASONS, totalOf } from '@/lib/dashboards/figures';
import { ledgerLink } from '@/lib/dashboards/ledger-link';
import { DUE_DAYS, getRegionHome } from '@/lib/dashboards/region-home.queries';
import { countUnits, findUnitFacts, listUnitConcerns } from '@/lib/dashboards/unit-board.queries';
import { getUnitHome } from '@/lib/dashboards/unit-home.queries';
import { addDays } from '@/lib/dates';
import { listPlansWithQuestions } from '@/lib/plans/plan.queries';
import { type AsOf, readAsOf } from '@/lib/server/as-of';
import type { Actor } from '@/lib/server/auth/actor';
import { requireActor } from '@/lib/server/auth/session';
import { listOwedSignFors, listUnsigned } from '@/lib/sign-for/sign-for.queries';
import { listSlipsToAnswer } from '@/lib/slips/slip-list.queries';
import { countPapers } from '@/lib/unit-papers/unit-paper.queries';

export const metadata: Metadata = { title: '首页' };

const UNITS_SHOWN = 15;

export default async function HomePage({ searchParams }: PageProps<'/'>) {
  const actor = await requireActor();
  const asOf = await readAsOf(searchParams);
  const reader = new BoardReader(await searchParams);
  const oversees = actor.roles.some((role) => role === 'office' || role === 'leader' || role === 'admin');
  const choice = {
    region: reader.code('region'),
    plan: reader.number('plan', '方案'),
    own: reader.flag('own', '部门自有方案'),
  };
  const found = await findBoardScope(actor, choice, asOf.day);
  if (!found) reader.notices.push('所选地区或方案不存在，或不在您的权限范围内，已显示默认地区。');
  const scope = found ?? (await findBoardScope(actor, {}, asOf.day));
  if (!scope) {
    return (
      <>
        <PageTitle title="首页" />
        <EmptyState title="您的账号还没有对应的地区或单位。">请联系管理员核对账号。</EmptyState>
      </>
    );
  }
  return oversees ? (
    <RegionHomeView actor={actor} asOf={asOf} scope={scope} reader={reader} />
  ) : (
    <UnitHomeView actor={actor} asOf={asOf} scope={scope} reader={reader} />
  );
}

type ViewProps = { actor: Actor; asOf: AsOf; scope: BoardScope; reader: BoardReader };

async function RegionHomeView({ actor, asOf, scope, reader }: ViewProps) {
  const by = reader.oneOf('by', PICTURES, 'unit', '统计维度');
  const isOffice = actor.roles.includes('office');
  const isAdmin = actor.roles.includes('admin');
  const link = asOf.isToday ? null : asOf.day;
  const [home, slips, contents, questions, unsigned, owedSignFors] = await Promise.all([
    getRegionHome(actor, scope, asOf.day, by, UNITS_SHOWN),
    listSlipsToAnswer(actor, asOf.day),
    countContents(actor, scope),
    isAdmin || isOffice ? listPlansWithQuestions(actor, asOf.day, 6) : Promise.resolve([]),
    isOffice ? listUnsigned(actor, asOf.day) : [],
    // The district's office signs for the unit that represents it.
    asOf.isToday && actor.actingUnitIds.length > 0 ? listOwedSignFors(actor, asOf.day) : [],
  ]);
  const current = reader.current();
  const linkFor = (filter: Parameters<typeof ledgerLink>[1]) => ledgerLink(scope, filter, link);
  const total = totalOf(home.now);
  const notActive = countOf(home.now, ['PLAN_NOT_ACTIVE']);
  const facts = [
    scope.region.name,
    `${contents.tasks} 项任务`,
    contents.areas > 0 ? `${contents.areas} 个领域` : null,
    contents.measures > 0 ? `${contents.measures} 项举措` : null,
    scope.canIncludeOwn && !scope.plan ? (scope.includesOwn ? '含部门自有方案' : '不含部门自有方案') : null,
  ].filter((fact) => fact !== null);
  const only = scope.counted.length === 1 ? scope.counted[0]! : null;
  return (
    <>
      <PageTitle title={only ? only.title : `${scope.region.name}重点任务`} facts={facts} />
      <BoardNotices notices={[asOf.notice, ...reader.notices]} />
      <ScopeBar path="/" current={current} {...scope}>
        {actor.actingUnitIds.length > 0 && actor.unitId === null ? (
          <span className="text-mute">
            上级方案：
            <UnitLink id={actor.actingUnitIds[0]!} name={`${scope.region.name}承担的任务`} asOf={link} />
          </span>
        ) : null}
      </ScopeBar>
      <OwedSignForCard owed={owedSignFors} showsPlan />
      <SlipsToAnswerCard slips={slips} asOf={link} />
      {isAdmin && asOf.isToday ? <AdminCard questions={questions} managesAccounts={canOpenAdmin(actor)} /> : null}
      {isAllIdle(home.now) ? (
        <Card>
          <NothingInForce total={total} notActive={notActive} plans={scope.counted} day={asOf.day} />
        </Card>
      ) : (
        <>
          <RegionStrip now={home.now} before={home.before} linkFor={linkFor} />
          <RegionConcerns
            trend={home.trend}
            due={{
              ...home.due,
              asOf: link,
              href: linkFor({
                state: ['NOT_STARTED', 'IN_PROGRESS', 'UNDER_REVIEW'],
                dueFrom: asOf.day,
                dueTo: addDays(asOf.day, DUE_DAYS),
              }),
            }}
            review={{
              // The office sees all that waits, a leader what has waited beyond the limit.
              waiting: home.waiting.filter((item) => isOffice || item.workingDays > home.reviewLimit),
              total: home.now.underReview,
              limit: home.reviewLimit,
              asOf: link,
              isLeader: !isOffice,
              href:
                !isOffice && actor.roles.includes('leader') && asOf.isToday
                  ? '/reviews'
                  : linkFor({ state: ['UNDER_REVIEW'] }),
            }}
          />
          <UnsignedCard unsigned={unsigned} />
          <RegionPicture
            picture={home.offered.includes(by) ? by : 'unit'}
            offered={home.offered}
            rows={home.picture.rows}
            allRows={home.picture.all}
            total={home.now}
            scope={scope}
            asOf={link}
            path="/"
            current={current}
          />
          <OverdueCard
            lines={home.overdue}
            total={countOf(home.now, OVERDUE_REASONS)}
            day={asOf.day}
            asOf={link}
            href={boardHref('/overdue', keepScope(current))}
            showsPlan={scope.counted.length > 1}
          />
        </>
      )}
      {!isAdmin && questions.length > 0 && asOf.isToday ? (
        <AdminCard questions={questions} managesAccounts={false} />
      ) : null}
    </>
  );
}

function keepScope(current: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(current).filter(([key]) => ['region', 'plan', 'own', 'asOf'].includes(key)));
}

async function UnitHomeView({ actor, asOf, scope, reader }: ViewProps) {
  const link = asOf.isToday ? null : asOf.day;
  const showsAll = reader.oneOf('show', ['few', 'owed'], 'few', '显示范围') === 'owed';
  const [home, owedSignFors] = await Promise.all([
    getUnitHome(actor, scope, asOf.day),
    asOf.isToday ? listOwedSignFors(actor, asOf.day) : [],
  ]);
  const unitId = home.unitIds[0] ?? actor.unitId ?? 0;
  const [papers, slips, countsOf, concerns, facts] = await Promise.all([
    asOf.isToday ? countPapers(actor, asOf.today) : 0,
    listSlipsToAnswer(actor, asOf.day),
    countUnits(actor, scope, asOf.day),
    listUnitConcerns(actor, scope, asOf.day, home.unitIds, 200),
    actor.childUnitIds.length > 0 ? findUnitFacts(actor, unitId, asOf.day) : null,
  ]);
  const children = childRows(facts?.children ?? [], countsOf);
  const { lead, responsible, collective } = countsOf(unitId);
  const linkFor = (filter: Parameters<typeof ledgerLink>[1]) =>
    ledgerLink(scope, { unit: unitId, as: 'lead', ...filter }, link);
  const current = reader.current();
  return (
    <>
      <PageTitle
        title={actor.unitName ?? '本单位'}
        facts={[scope.region.name, `牵头 ${totalOf(lead)} 项`, `责任 ${totalOf(responsible)} 项`]}
        actions={
          <>
            {asOf.isToday ? <TextLink href="/reports/new">批量填报</TextLink> : null}
            <TextLink href={withDay(`/units/${unitId}`, link)}>本单位看板</TextLink>
          </>
        }
      />
      <BoardNotices notices={[asOf.notice, ...reader.notices]} />
      <UnitTiles label="牵头任务" unitId={unitId} as="lead" counts={lead} scope={scope} asOf={link} />
      {asOf.isToday ? <PapersHint count={papers} signs={actor.roles.includes('unit_head')} /> : null}
      <OwedSignForCard owed={owedSignFors} showsPlan />
      <ReturnedCard returned={home.returned} asOf={link} />
      <SlipsToAnswerCard slips={slips} asOf={link} />
      <UnitConcerns
        lead={lead}
        concerns={concerns}
        linkFor={linkFor}
        asOf={link}
        owed={
          <OwedCard
            owed={home.owed}
            day={asOf.day}
            asOf={link}
            showsAll={showsAll}
            allHref={`${boardHref('/', current, { show: 'owed' })}#owed`}
          />
        }
        owesNothing={home.owed.length === 0}
      />
      <ChildUnitsCard units={children} scope={scope} asOf={link} />
      {totalOf(responsible) + totalOf(collective) > 0 ? (
        <>
          <h2 className="mb-2">作为责任单位</h2>
          <UnitTiles label="责任任务" unitId={unitId} as="responsible" counts={responsible} scope={scope} asOf={link} />
        </>
      ) : null}
    </>
  );
}
