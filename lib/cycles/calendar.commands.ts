import 'server-only';
import { addDays, type Day, weekdayOf } from '@/lib/dates';
import { mayDoInRegion } from '@/lib/rights/region-rights.rules';
import type { Actor } from '@/lib/server/auth/actor';
import { today } from '@/lib/server/clock';
import { inTransaction, type Tx } from '@/lib/server/db';
import { AppError } from '@/lib/server/errors';
import { recordAudit } from '@/lib/server/events';
import { readCalendar } from './calendar.queries';
import type { CorrectCalendarInput, PublishCalendarInput } from './calendar.schema';
import { addWorkingDays, type CalendarExceptions } from './working-days.rules';

async function lockCalendar(tx: Tx, actor: Actor): Promise<void> {
  if (!mayDoInRegion(actor, 'calendar.correct', null)) throw new AppError('not_found');
  await tx.$executeRaw`SELECT hold_calendar(true)`;
}

const NAMES = { HOLIDAY: '放假', WORKDAY: '调休上班' } as const;

/**
 * Makes days holidays, working days or what their weekday says, and works out anew the grace of cycles that is not over: never to a day before today,
 * so no past day changes. Returns how many cycles got another day. Refuses: not_found (not the platform's admin).
 */
export async function correctCalendar(actor: Actor, input: CorrectCalendarInput): Promise<number> {
  return inTransaction(async (tx) => {
    await lockCalendar(tx, actor);
    const before = (await readCalendar(tx)).exceptions;
    const after = new Map(before);
    const last = input.to ?? input.from;
    for (let day = input.from; day <= last; day = addDays(day, 1)) {
      const isPlain = input.kind === 'PLAIN';
      // No row is taken away: a day as its weekday says is kept as what that is.
      const kind = input.kind === 'PLAIN' ? (weekdayOf(day) > 5 ? 'HOLIDAY' : 'WORKDAY') : input.kind;
      after.set(day, kind);
      await tx.$executeRaw`
        INSERT INTO calendar_day (day, kind, name, is_corrected, basis) VALUES (${day}::date, ${kind}::calendar_day_kind, ${isPlain ? '平常日' : NAMES[kind]}, true, ${input.basis})
        ON CONFLICT (day) DO UPDATE SET kind = excluded.kind, name = excluded.name, is_corrected = true, basis = excluded.basis`;
    }
    const moved = await moveGraces(tx, after, last);
    await recordAudit(tx, actor, {
      kind: 'calendar.corrected',
      subject: 'calendar',
      payload: {
        from: input.from,
        to: last,
        kind: input.kind,
        before: Object.fromEntries(daysOf(input.from, last).map((day) => [day, before.get(day) ?? 'PLAIN'])),
        basis: input.basis,
        cycles: moved,
      },
    });
    return moved;
  });
}

function daysOf(from: Day, to: Day): Day[] {
  const days: Day[] = [];
  for (let day = from; day <= to; day = addDays(day, 1)) days.push(day);
  return days;
}

/**
 * Cycles that close before the last day corrected, and whose grace is not over or ended yesterday, get the working days their grace was made with: counted from
 * that number, and not from a grace that an earlier correction cut short, so that a correction put right leaves nothing behind. A grace that ended yesterday may
 * go on today, since no past day saw it over; one that ended before stays so.
 */
async function moveGraces(tx: Tx, calendar: CalendarExceptions, to: Day): Promise<number> {
  const now = await today(tx);
  const spans = await tx.$queryRaw<{ closesOn: Day; graceEndsOn: Day; workingDays: number }[]>`
    SELECT DISTINCT closes_on::text AS "closesOn", grace_ends_on::text AS "graceEndsOn", grace_working_days AS "workingDays" FROM cycle
     WHERE superseded_on IS NULL AND grace_ends_on >= ${now}::date - 1 AND closes_on < ${to}::date`;
  const changes = spans.flatMap(({ closesOn, graceEndsOn, workingDays }) => {
    const end = addWorkingDays(closesOn, workingDays, calendar);
    const isOver = graceEndsOn < now;
    const kept = end < now ? (isOver ? graceEndsOn : now) : end;
    return kept === graceEndsOn ? [] : [{ closesOn, graceEndsOn, workingDays, to: kept }];
  });
  const moved = await tx.$queryRaw<{ planId: number; taskId: number | null }[]>`
    UPDATE cycle c SET grace_ends_on = x.until
      FROM unnest(${changes.map((change) => change.closesOn)}::date[], ${changes.map((change) => change.graceEndsOn)}::date[],
                  ${changes.map((change) => change.workingDays)}::int[], ${changes.map((change) => change.to)}::date[]) AS x(closes_on, grace_ends_on, working_days, until)
     WHERE c.superseded_on IS NULL AND c.closes_on = x.closes_on AND c.grace_ends_on = x.grace_ends_on AND c.grace_working_days = x.working_days
    RETURNING c.plan_id AS "planId", c.task_id AS "taskId"`;
  const plans = [...new Set(moved.filter(({ taskId }) => taskId === null).map(({ planId }) => planId))].sort(
    (a, b) => a - b,
  );
  const tasks = moved.flatMap(({ planId, taskId }) => (taskId === null || plans.includes(planId) ? [] : [taskId]));
  for (const planId of plans) await tx.$queryRaw`SELECT refresh_plan_standing(${planId}::int, ${now}::date)::text`;
  for (const taskId of [...new Set(tasks)].sort((a, b) => a - b))
    await tx.$queryRaw`SELECT refresh_standing(${taskId}::int, ${now}::date)::text`;
  return moved.length;
}

/** Marks a year's holiday notice as published: what is worked out over it is no longer marked as guessed by weekends. Refuses: not_found (not the platform's admin). */
export async function publishCalendarYear(actor: Actor, input: PublishCalendarInput): Promise<void> {
  await inTransaction(async (tx) => {
    await lockCalendar(tx, actor);
    const known = await tx.calendarYear.findUnique({ where: { year: input.year } });
    if (known?.isPublished) return;
    await tx.calendarYear.upsert({
      where: { year: input.year },
      create: { year: input.year, isPublished: true },
      update: { isPublished: true },
    });
    await recordAudit(tx, actor, {
      kind: 'calendar.published',
      subject: 'calendar',
      subjectId: input.year,
      payload: { year: input.year, basis: input.basis },
    });
  });
}
