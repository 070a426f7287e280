import { readCalendar } from '@/lib/cycles/calendar.queries';
import { type Day, dayOfUtcDate, utcDateOfDay } from '@/lib/dates';
import { inBatches } from '@/lib/server/batches';
import type { Prisma, Tx } from '@/lib/server/db';
import type { EvidenceStore } from '@/lib/server/evidence-store';
import type { ListSlug } from '../seed';
import type { Person } from './accounts';
import { Drive } from './drive';
import type { Driving } from './driving';
import { allocateIds, loadStaff, type Staff } from './staff';
import {
  type Plot,
  type Silence,
  type Story,
  type StoryEvent,
  type StoryPlan,
  type StoryTask,
  type StoryUnit,
  tellTask,
} from './story';

export type Chapter = {
  slug: ListSlug;
  today: Day;
  silences: Silence[];
  plots: Record<number, Plot>;
  /** User names of the plan's office and leader. */
  office: string;
  leader: string;
};

async function loadTasks(tx: Tx, planId: number, people: ReadonlyMap<string, Person>): Promise<StoryTask[]> {
  const tasks = await tx.task.findMany({
    where: { planId },
    orderBy: { sortOrder: 'asc' },
    include: { units: { where: { unitId: { not: null } }, include: { unit: true }, orderBy: { position: 'asc' } } },
  });
  const staffed = new Set([...people.values()].filter((person) => !person.isBeside).map((person) => person.unitId));
  return tasks.map((task) => {
    const pick = (role: 'LEAD' | 'RESPONSIBLE'): StoryUnit[] => {
      const units = task.units.filter((mention) => mention.role === role).map(({ unit }) => unit!);
      return [...new Map(units.map(({ id, name }) => [id, { id, name }])).values()];
    };
    const leads = pick('LEAD');
    return {
      id: task.id,
      seq: task.seq,
      text: task.text,
      dueOn: task.dueOn ? dayOfUtcDate(task.dueOn) : null,
      ongoing: task.ongoing,
      leads,
      responsible: pick('RESPONSIBLE').filter(
        (unit) => staffed.has(unit.id) && !leads.some((lead) => lead.id === unit.id),
      ),
    };
  });
}

/** Writes what happened to every task of an active plan up to the simulated today, in the caller's transaction. */
export async function simulatePlan(
  tx: Tx,
  planId: number,
  chapter: Chapter,
  people: ReadonlyMap<string, Person>,
  driving: Driving,
  store: EvidenceStore,
): Promise<void> {
  const plan = await tx.plan.findUniqueOrThrow({ where: { id: planId }, include: { region: true, ownerUnit: true } });
  const cycles = await tx.cycle.findMany({ where: { planId, taskId: null }, orderBy: { closesOn: 'asc' } });
  const staff = await loadStaff(tx, chapter, people);
  const story: StoryPlan = {
    slug: chapter.slug,
    effectiveFrom: dayOfUtcDate(plan.effectiveFrom!),
    today: chapter.today,
    exceptions: (await readCalendar(tx)).exceptions,
    cycles: cycles.map((cycle) => ({
      id: cycle.id,
      label: cycle.label,
      startsOn: dayOfUtcDate(cycle.startsOn),
      closesOn: dayOfUtcDate(cycle.closesOn),
      graceEndsOn: dayOfUtcDate(cycle.graceEndsOn),
    })),
    silences: chapter.silences,
    plots: chapter.plots,
    officeUnitId: staff.office.unitId,
  };
  const tasks = await loadTasks(tx, planId, people);
  const stories = tasks.map((task) => tellTask(story, task));
  const units = await tx.unit.findMany({
    where: { regionId: plan.regionId, ...(plan.ownerUnitId === null ? { parentId: null } : {}) },
    select: { id: true, name: true },
  });
  const drive = new Drive(
    tx,
    {
      id: plan.id,
      slug: chapter.slug,
      title: plan.title,
      issuer: plan.issuer,
      regionId: plan.regionId,
      regionName: plan.region.name,
      ownerUnitId: plan.ownerUnitId,
      ownerName: plan.ownerUnit && (plan.ownerUnit.fullName ?? plan.ownerUnit.name),
      effectiveFrom: story.effectiveFrom,
      today: chapter.today,
      exceptions: story.exceptions,
    },
    driving,
    stories,
    staff,
    new Map(units.map((unit) => [unit.name, unit])),
  );
  await drive.weave();
  await drive.writeBefore(store);
  await drive.writeAfter(store, await writeStories(tx, planId, stories, staff));
}

/** Tasks with their reports, reviews, extensions and events; returns the ids given out. */
async function writeStories(tx: Tx, planId: number, stories: Story[], staff: Staff) {
  const reports = stories.flatMap((story) => story.reports.map((report) => ({ report, taskId: story.task.id })));
  const reportIds = await allocateIds(tx, 'progress_report', reports.length);
  const idOf = new Map(reports.map(({ report }, index) => [report, reportIds[index]!]));
  const reviews = reports.flatMap(({ report }) => report.reviews.map((review) => ({ review, report })));
  const reviewIds = await allocateIds(tx, 'review', reviews.length);
  const reviewIdOf = new Map(reviews.map(({ review }, index) => [review, reviewIds[index]!]));
  const extensions = stories.flatMap((story) => story.extensions);
  const extensionIds = await allocateIds(tx, 'extension', extensions.length);
  const extensionIdOf = new Map(extensions.map((extension, index) => [extension, extensionIds[index]!]));

  await tx.$executeRaw`SELECT set_config('ledger.defer_standing', 'on', true)`;
  await inBatches(
    reports.map(({ report, taskId }) => ({
      id: idOf.get(report)!,
      taskId,
      unitId: report.unitId,
      cycleId: report.cycleId,
      kind: report.kind,
      isByLead: report.isByLead,
      status: report.status,
      currentVersion: report.versions.length,
      isCatchUp: report.isCatchUp,
    })),
    (data) => tx.progressReport.createMany({ data }),
  );
  await inBatches(
    reports.flatMap(({ report }) =>
      report.versions.map((version, index) => {
        const { reporter, head } = staff.of(report.unitId);
        return {
          reportId: idOf.get(report)!,
          version: index + 1,
          percent: version.percent,
          ...version.words,
          evidenceIds: version.evidenceIds ?? [],
          authorId: reporter.id,
          signedById: version.isSigned ? head.id : null,
          effectiveOn: utcDateOfDay(version.day),
          idempotencyKey: `demo-report-${idOf.get(report)}-${index + 1}`,
        };
      }),
    ),
    (data) => tx.reportVersion.createMany({ data }),
  );
  await inBatches(
    reviews.map(({ review, report }) => ({
      id: reviewIdOf.get(review)!,
      reportId: idOf.get(report)!,
      reportVersion: review.version,
      decision: review.decision,
      reason: review.reason,
      reviewerId: staff.office.id,
      isOwnUnit: review.isOwnUnit,
      effectiveOn: utcDateOfDay(review.day),
      idempotencyKey: `demo-review-${reviewIdOf.get(review)}`,
    })),
    (data) => tx.review.createMany({ data }),
  );
  await inBatches(
    stories.flatMap((story) =>
      story.extensions.map((extension) => ({
        id: extensionIdOf.get(extension)!,
        taskId: story.task.id,
        number: extension.number,
        status: extension.status,
        fromDueOn: utcDateOfDay(extension.from),
        toDueOn: utcDateOfDay(extension.to),
        reason: extension.reason,
        progress: extension.progress,
        unitId: extension.unit.id,
        requestedOn: utcDateOfDay(extension.requestedOn),
        requestedById: staff.of(extension.unit.id).head.id,
        decidedOn: extension.decidedOn ? utcDateOfDay(extension.decidedOn) : null,
        decidedById: extension.decidedOn ? staff[extension.decidedBy].id : null,
        decisionNote: extension.note,
      })),
    ),
    (data) => tx.extension.createMany({ data }),
  );

  const row = (taskId: number, event: StoryEvent): Prisma.TaskEventCreateManyInput => {
    const { by, report } = event;
    const person = typeof by === 'string' ? staff[by] : staff.of(by.unit.id)[by.as];
    return {
      taskId,
      type: event.type,
      origin: 'DEMO',
      effectiveOn: utcDateOfDay(event.day),
      actorId: person.id,
      actorWords: person.words,
      unitId: typeof by === 'string' ? (event.unitId ?? report?.unitId ?? null) : by.unit.id,
      ...(report && {
        reportId: idOf.get(report)!,
        reportVersion: event.version ?? null,
        reportKind: report.kind,
        cycleId: report.cycleId,
        isByLead: report.isByLead,
      }),
      reviewId: report && event.review !== undefined ? reviewIdOf.get(report.reviews[event.review]!)! : null,
      payload: event.payload,
    };
  };
  // In the order of days over the whole plan, as they would have come in; sorting keeps each task's own order.
  const events = stories
    .flatMap((story) => story.events.map((event) => ({ event, taskId: story.task.id })))
    .sort((a, b) => (a.event.day < b.event.day ? -1 : a.event.day > b.event.day ? 1 : 0));
  await inBatches(events, (batch) =>
    tx.taskEvent.createMany({ data: batch.map(({ event, taskId }) => row(taskId, event)) }),
  );

  const moved = stories.map((story) => ({
    id: story.task.id,
    state: story.state,
    state_before: story.stateBefore,
    due_on: story.dueOn,
    achieved_on: story.achievedOn,
    version: story.version,
  }));
  await tx.$executeRaw`
    UPDATE task t SET state = x.state::task_state, state_before = x.state_before::task_state, due_on = x.due_on, achieved_on = x.achieved_on, version = x.version
      FROM jsonb_to_recordset(${JSON.stringify(moved)}::jsonb)
        AS x(id int, state text, state_before text, due_on date, achieved_on date, version int)
     WHERE t.id = x.id`;
  await tx.$queryRaw`SELECT refresh_plan_standing(${planId}::int)::text`;
  await tx.$executeRaw`SELECT set_config('ledger.defer_standing', 'off', true)`;
  return { report: idOf, review: reviewIdOf, extension: extensionIdOf };
}
