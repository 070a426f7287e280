// Random but repeatable histories for figures to be computed from: reports, returns, close-outs, extensions, cancellations.
import { randomUUID } from 'node:crypto';
import { addDays, type Day, daysBetween } from '@/lib/dates';
import { activatePlanIn } from '@/lib/plans/plan.commands';
import { inTransaction, type Prisma, type Tx } from '@/lib/server/db';

/** Mulberry32. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

type Act = {
  on: Day;
  type: string;
  unitId: number;
  cycleId: number | null;
  kind: 'PROGRESS' | 'RESULT';
  key: string;
  payload?: object;
};
type SimulatedTask = { id: number; dueOn: Day | null; ongoing: boolean; leads: number[] };
type SimulatedCycle = { id: number; taskId: number | null; startsOn: Day; closesOn: Day; graceEndsOn: Day };

/** What happens to one task, in order of days. */
function historyOf(
  task: SimulatedTask,
  cycles: SimulatedCycle[],
  silent: ReadonlySet<number>,
  until: Day,
  random: () => number,
): Act[] {
  const acts: Act[] = [];
  const between = (from: Day, to: Day) =>
    addDays(from, Math.floor(random() * (Math.max(0, daysBetween(from, to)) + 1)));
  const leads = task.leads.filter((id) => !silent.has(id));
  const diligence = 0.35 + random() * 0.65;
  let closedOn: Day | null = null;
  if (leads.length > 0 && task.dueOn !== null && random() < 0.75) {
    const sentOn = addDays(task.dueOn, Math.floor((random() - 0.7) * 60));
    const key = `result-${task.id}`;
    const cycle = cycles.find((c) => c.startsOn <= sentOn && sentOn <= c.closesOn);
    acts.push({
      on: sentOn,
      type: 'REPORT_SUBMITTED',
      unitId: leads[0]!,
      cycleId: cycle?.id ?? null,
      kind: 'RESULT',
      key,
    });
    const fate = random();
    const decidedOn = addDays(sentOn, 1 + Math.floor(random() * 20));
    if (fate < 0.75)
      acts.push({ on: decidedOn, type: 'REPORT_ACCEPTED', unitId: leads[0]!, cycleId: null, kind: 'RESULT', key });
    else if (fate < 0.9)
      acts.push({ on: decidedOn, type: 'REPORT_RETURNED', unitId: leads[0]!, cycleId: null, kind: 'RESULT', key });
    closedOn = sentOn;
  }
  if (task.dueOn !== null && random() < 0.08) {
    const on = addDays(task.dueOn, -5);
    acts.push({
      on,
      type: 'EXTENSION_GRANTED',
      unitId: task.leads[0] ?? 0,
      cycleId: null,
      kind: 'PROGRESS',
      key: '',
      payload: { requestedOn: on, to: addDays(task.dueOn, 40) },
    });
  }
  for (const cycle of cycles) {
    if (cycle.startsOn > until || (closedOn !== null && !task.ongoing && cycle.closesOn > closedOn)) break;
    for (const unitId of leads) {
      if (random() > diligence) continue;
      const on = random() < 0.9 ? between(cycle.startsOn, cycle.graceEndsOn) : addDays(cycle.graceEndsOn, 3);
      const key = `progress-${task.id}-${unitId}-${cycle.id}`;
      acts.push({ on, type: 'REPORT_SUBMITTED', unitId, cycleId: cycle.id, kind: 'PROGRESS', key });
      if (random() < 0.06)
        acts.push({ on: addDays(on, 2), type: 'REPORT_RETURNED', unitId, cycleId: cycle.id, kind: 'PROGRESS', key });
    }
  }
  if (random() < 0.03)
    acts.push({
      on: addDays(until, -Math.floor(random() * 90)),
      type: 'TASK_CANCELLED',
      unitId: 0,
      cycleId: null,
      kind: 'PROGRESS',
      key: '',
    });
  return acts.filter((act) => act.on <= until).sort((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0));
}

async function writeHistory(tx: Tx, taskId: number, from: Day, acts: Act[], authorId: number): Promise<void> {
  const reports = new Map<string, number>();
  const versions = new Map<string, number>();
  for (const act of acts) {
    const effectiveOn = new Date(`${act.on < from ? from : act.on}T00:00:00Z`);
    const base = { taskId, origin: 'DEMO' as const, effectiveOn, actorWords: '模拟', unitId: act.unitId || null };
    if (act.key === '') {
      await tx.taskEvent.create({
        data: { ...base, type: act.type as 'TASK_CANCELLED', payload: (act.payload ?? {}) as Prisma.InputJsonObject },
      });
      continue;
    }
    let reportId = reports.get(act.key);
    if (reportId === undefined) {
      const report = await tx.progressReport.create({
        data: { taskId, unitId: act.unitId, cycleId: act.cycleId, kind: act.kind, isByLead: true },
      });
      reportId = report.id;
      reports.set(act.key, reportId);
    }
    let reviewId: number | null = null;
    if (act.type === 'REPORT_SUBMITTED') {
      versions.set(act.key, 1);
      await tx.reportVersion.create({
        data: {
          reportId,
          version: 1,
          percent: 50,
          narrative: `已完成方案起草，正在征求意见。${act.on}`,
          authorId,
          effectiveOn,
          idempotencyKey: randomUUID(),
        },
      });
    } else {
      const decision = act.type === 'REPORT_ACCEPTED' ? 'ACCEPTED' : 'RETURNED';
      const review = await tx.review.create({
        data: {
          reportId,
          reportVersion: 1,
          decision,
          reason: decision === 'RETURNED' ? '缺少办件数据佐证' : '',
          reviewerId: authorId,
          effectiveOn,
          idempotencyKey: randomUUID(),
        },
      });
      reviewId = review.id;
      await tx.progressReport.update({ where: { id: reportId }, data: { status: decision } });
    }
    await tx.taskEvent.create({
      data: {
        ...base,
        type: act.type as 'REPORT_SUBMITTED',
        reportId,
        reportVersion: versions.get(act.key) ?? 1,
        reportKind: act.kind,
        cycleId: act.cycleId,
        isByLead: true,
        reviewId,
      },
    });
  }
}

/** Activates a seeded draft on a day and lets its units work until another; some units never report. */
export async function simulateProgress(
  slug: string,
  effectiveFrom: Day,
  until: Day,
  authorId: number,
  seed = 1,
): Promise<number> {
  const random = randomFrom(seed);
  return inTransaction(
    async (tx) => {
      await tx.$executeRaw`SELECT set_config('ledger.defer_standing', 'on', true)`;
      const plan = await tx.plan.findUniqueOrThrow({ where: { slug } });
      await activatePlanIn(tx, null, { planId: plan.id, version: plan.version, effectiveFrom, basis: '模拟' });
      const tasks = await tx.$queryRaw<SimulatedTask[]>`
        SELECT t.id, t.original_due_on::text AS "dueOn", t.ongoing,
               coalesce((SELECT array_agg(tu.unit_id ORDER BY tu.position) FROM task_unit tu WHERE tu.task_id = t.id AND tu.role = 'LEAD' AND tu.unit_id IS NOT NULL), '{}') AS leads
          FROM task t WHERE t.plan_id = ${plan.id} ORDER BY t.sort_order`;
      const cycles = await tx.$queryRaw<SimulatedCycle[]>`
        SELECT id, task_id AS "taskId", starts_on::text AS "startsOn", closes_on::text AS "closesOn", grace_ends_on::text AS "graceEndsOn"
          FROM cycle WHERE plan_id = ${plan.id} ORDER BY closes_on`;
      const own = new Set(cycles.map((cycle) => cycle.taskId));
      const units = [...new Set(tasks.flatMap((task) => task.leads))];
      const silent = new Set(units.filter(() => random() < 0.1));
      for (const task of tasks) {
        const owed = cycles.filter((cycle) => cycle.taskId === (own.has(task.id) ? task.id : null));
        await writeHistory(tx, task.id, effectiveFrom, historyOf(task, owed, silent, until, random), authorId);
      }
      await tx.$queryRaw`SELECT refresh_plan_standing(${plan.id}::int)::text`;
      return plan.id;
    },
    { timeout: 300_000 },
  );
}
