import 'server-only';
import { holdCalendar, readCalendar } from '@/lib/cycles/calendar.queries';
import type { PlannedCycle } from '@/lib/cycles/cycle.rules';
import { dayOfUtcDate, utcDateOfDay } from '@/lib/dates';
import type { Actor } from '@/lib/server/auth/actor';
import { today } from '@/lib/server/clock';
import { inTransaction, type Tx } from '@/lib/server/db';
import { AppError } from '@/lib/server/errors';
import { recordAudit } from '@/lib/server/events';
import { setSetting } from '@/lib/settings/setting.commands';
import { requireSameActor } from '@/lib/tasks/task.commands';
import { type LockedPlan, lockPlan, movePlan, refreshStanding, requirePlanRight } from './plan.commands';
import type { CycleRules } from './plan.rules';
import { changeCycles, closingDatesFault, cycleRulesWords } from './plan-cycles.rules';
import type { ChangeDueSoonDaysInput, ChangePlanCyclesInput } from './plan-cycles.schema';

/** True where the actor has had the same form carried out before. Refuses: conflict (the key was another account's). */
async function isRepeat(tx: Tx, actor: Actor, planId: number, kind: string, form: string): Promise<boolean> {
  const found = await tx.auditEvent.findFirst({
    where: { kind, subject: 'plan', subjectId: planId, payload: { path: ['form'], equals: form } },
    select: { actorId: true },
  });
  requireSameActor(actor, found);
  return found !== null;
}

function requireChangeable(plan: LockedPlan): void {
  if (plan.kind === 'ASSESSMENT') throw new AppError('invalid_state', '考核细则不设填报周期和亮灯。');
  if (plan.status === 'ARCHIVED') throw new AppError('invalid_state', '方案已归档，周期和亮灯规则不再变动。');
  if (plan.status === 'WITHDRAWN') throw new AppError('invalid_state', '方案草稿已撤回，不能设置周期。');
}

const row = (planId: number) => (cycle: PlannedCycle) => ({
  planId,
  label: cycle.label,
  startsOn: utcDateOfDay(cycle.startsOn),
  closesOn: utcDateOfDay(cycle.closesOn),
  graceEndsOn: utcDateOfDay(cycle.graceEndsOn),
});

/**
 * 调整方案的填报周期: the running cycle stays as it is; those not yet begun are taken back and new ones made from the day after it closes. A draft
 * keeps the rules until it is activated. Past days do not change. Refuses: not_found, forbidden, invalid_state (archived, withdrawn, scoring rules),
 * unreadable (closing days out of order or not after the running cycle), conflict (stale version).
 */
export async function changePlanCycles(actor: Actor, input: ChangePlanCyclesInput): Promise<void> {
  await inTransaction(async (tx) => {
    await requirePlanRight(tx, actor, input.planId, 'plan.set_rules');
    await holdCalendar(tx);
    const plan = await lockPlan(tx, input.planId);
    if (await isRepeat(tx, actor, plan.id, 'plan.cycles_changed', input.idempotencyKey)) return;
    requireChangeable(plan);
    const day = await today(tx);
    const hasDay = input.kind === 'MONTHLY' || input.kind === 'QUARTERLY';
    const rules: CycleRules & { dates: string[] } = {
      kind: input.kind,
      closingDay: hasDay ? input.closingDay : null,
      graceWorkingDays: input.graceWorkingDays,
      dates: input.kind === 'CUSTOM' ? input.dates : [],
    };
    const before: CycleRules & { dates: string[] } = {
      kind: plan.cycleKind,
      closingDay: plan.cycleClosingDay,
      graceWorkingDays: plan.graceWorkingDays,
      dates: plan.cycleDates.map(dayOfUtcDate),
    };
    await movePlan(tx, plan, input.version, {
      cycleKind: rules.kind,
      cycleClosingDay: rules.closingDay,
      graceWorkingDays: rules.graceWorkingDays,
      cycleDates: rules.dates.map(utcDateOfDay),
    });
    const made = { beginsOn: null as string | null, running: null as string | null };
    if (plan.status === 'ACTIVE') {
      const effectiveFrom = dayOfUtcDate(plan.effectiveFrom!);
      const standing = await tx.cycle.findMany({
        where: { planId: plan.id, taskId: null, supersededOn: null },
        orderBy: { closesOn: 'asc' },
      });
      const cycles = standing.map((cycle) => ({
        label: cycle.label,
        startsOn: dayOfUtcDate(cycle.startsOn),
        closesOn: dayOfUtcDate(cycle.closesOn),
      }));
      const change = changeCycles(cycles, rules, { effectiveFrom, today: day }, (await readCalendar(tx)).exceptions);
      requireDates(rules, change.beginsOn, change.running);
      await tx.cycle.updateMany({
        where: { planId: plan.id, taskId: null, supersededOn: null, startsOn: { gt: utcDateOfDay(day) } },
        data: { supersededOn: utcDateOfDay(day) },
      });
      await tx.cycle.createMany({ data: change.cycles.map(row(plan.id)) });
      await refreshStanding(tx, plan.id, day);
      made.beginsOn = change.beginsOn;
      made.running = change.running?.label ?? null;
    } else requireDates(rules, rules.dates[0] ?? day, null);
    await recordAudit(tx, actor, {
      kind: 'plan.cycles_changed',
      subject: 'plan',
      subjectId: plan.id,
      payload: {
        before,
        after: rules,
        words: `${cycleRulesWords(before)} → ${cycleRulesWords(rules)}`,
        beginsOn: made.beginsOn,
        running: made.running,
        basis: input.basis,
        form: input.idempotencyKey,
      },
    });
  });
}

function requireDates(
  rules: CycleRules & { dates: string[] },
  beginsOn: string,
  running: Parameters<typeof closingDatesFault>[2],
): void {
  if (rules.kind !== 'CUSTOM') return;
  const fault = closingDatesFault(rules.dates, beginsOn, running);
  if (fault !== null) throw new AppError('unreadable', fault);
}

/**
 * 调整临期天数: from today on for a plan that is carried out, at once for a draft. Past days do not change. Refuses: not_found, forbidden,
 * invalid_state (archived, withdrawn, scoring rules, no change), conflict (changed by somebody else since the form was drawn).
 */
export async function changeDueSoonDays(actor: Actor, input: ChangeDueSoonDaysInput): Promise<void> {
  await inTransaction(async (tx) => {
    await requirePlanRight(tx, actor, input.planId, 'plan.set_rules');
    const plan = await lockPlan(tx, input.planId);
    if (await isRepeat(tx, actor, plan.id, 'plan.due_soon_changed', input.idempotencyKey)) return;
    requireChangeable(plan);
    const [held] = await tx.$queryRaw<{ days: number }[]>`
      SELECT due_soon_days_as_of(${plan.id}::int, ${await today(tx)}::date) AS days`;
    const before = held!.days;
    if (input.seenDays !== undefined && input.seenDays !== before)
      throw new AppError(
        'conflict',
        `临期天数已由他人改为提前 ${before} 天，您的修改没有保存。确要改为提前 ${input.days} 天的，请刷新页面后再提交。`,
      );
    if (before === input.days) throw new AppError('invalid_state', `现在就是提前 ${before} 天，没有变动。`);
    if (plan.status === 'DRAFT') await tx.plan.update({ where: { id: plan.id }, data: { dueSoonDays: input.days } });
    else await setSetting(tx, actor, 'due_soon_days', plan.id, input.days, { basis: input.basis });
    await recordAudit(tx, actor, {
      kind: 'plan.due_soon_changed',
      subject: 'plan',
      subjectId: plan.id,
      payload: { before, after: input.days, basis: input.basis, form: input.idempotencyKey },
    });
  });
}
