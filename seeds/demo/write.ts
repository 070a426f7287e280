import { type Day, dayOfUtcDate, utcDateOfDay } from '@/lib/dates';
import { readCalendarExceptions } from '@/lib/plans/plan.commands';
import { inBatches } from '@/lib/server/batches';
import type { Prisma, Tx } from '@/lib/server/db';
import type { Person } from './accounts';
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
  slug: string;
  today: Day;
  silences: Silence[];
  plots: Record<number, Plot>;
  /** User names of the plan's office and leader. */
  office: string;
  leader: string;
};

type Staff = {
  office: Person;
  leader: Person;
  /** Who writes and who signs for a unit. */
  of: (unitId: number) => { reporter: Person; head: Person };
};

/** Who speaks for a unit: its reporter and head, or the office of the region that it represents. */
async function loadStaff(tx: Tx, chapter: Chapter, people: ReadonlyMap<string, Person>): Promise<Staff> {
  const reporters = new Map<number, Person>();
  const heads = new Map<number, Person>();
  for (const person of people.values()) {
    if (person.unitId === null) continue;
    if (person.role === 'unit_reporter') reporters.set(person.unitId, person);
    if (person.role === 'unit_head') heads.set(person.unitId, person);
  }
  const standIns = await tx.unit.findMany({
    where: { representsRegionId: { not: null } },
    include: { representsRegion: true },
  });
  for (const unit of standIns) {
    const office = people.get(`${unit.representsRegion?.code}.office`);
    if (!office) continue;
    reporters.set(unit.id, office);
    heads.set(unit.id, office);
  }
  const required = (person: Person | undefined, what: string): Person => {
    if (!person) throw new Error(`no demo account for ${what}`);
    return person;
  };
  return {
    office: required(people.get(chapter.office), chapter.office),
    leader: required(people.get(chapter.leader), chapter.leader),
    of: (unitId) => ({
      reporter: required(reporters.get(unitId), `unit ${unitId}`),
      head: required(heads.get(unitId), `unit ${unitId}`),
    }),
  };
}

async function loadTasks(tx: Tx, planId: number, people: ReadonlyMap<string, Person>): Promise<StoryTask[]> {
  const tasks = await tx.task.findMany({
    where: { planId },
    orderBy: { sortOrder: 'asc' },
    include: { units: { where: { unitId: { not: null } }, include: { unit: true }, orderBy: { position: 'asc' } } },
  });
  const staffed = new Set([...people.values()].map((person) => person.unitId));
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

async function allocateIds(tx: Tx, table: string, count: number): Promise<number[]> {
  const rows = await tx.$queryRaw<{ id: number }[]>`
    SELECT nextval(pg_get_serial_sequence(${table}, 'id'))::int AS id FROM generate_series(1, ${count}::int) ORDER BY 1`;
  return rows.map((row) => row.id);
}

/** Writes what happened to every task of an active plan up to the simulated today, in the caller's transaction. */
export async function simulatePlan(
  tx: Tx,
  planId: number,
  chapter: Chapter,
  people: ReadonlyMap<string, Person>,
): Promise<void> {
  const plan = await tx.plan.findUniqueOrThrow({ where: { id: planId } });
  const cycles = await tx.cycle.findMany({ where: { planId, taskId: null }, orderBy: { closesOn: 'asc' } });
  const staff = await loadStaff(tx, chapter, people);
  const story: StoryPlan = {
    slug: chapter.slug,
    effectiveFrom: dayOfUtcDate(plan.effectiveFrom!),
    today: chapter.today,
    exceptions: await readCalendarExceptions(tx),
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
  await writeStories(
    tx,
    planId,
    tasks.map((task) => tellTask(story, task)),
    staff,
  );
}

async function writeStories(tx: Tx, planId: number, stories: Story[], staff: Staff): Promise<void> {
  const reports = stories.flatMap((story) => story.reports.map((report) => ({ report, taskId: story.task.id })));
  const reportIds = await allocateIds(tx, 'progress_report', reports.length);
  const idOf = new Map(reports.map(({ report }, index) => [report, reportIds[index]!]));
  const reviews = reports.flatMap(({ report }) => report.reviews.map((review) => ({ review, report })));
  const reviewIds = await allocateIds(tx, 'review', reviews.length);
  const reviewIdOf = new Map(reviews.map(({ review }, index) => [review, reviewIds[index]!]));

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
        taskId: story.task.id,
        number: extension.number,
        status: extension.status,
        fromDueOn: utcDateOfDay(extension.from),
        toDueOn: utcDateOfDay(extension.to),
        reason: extension.reason,
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
      unitId: typeof by === 'string' ? (report?.unitId ?? null) : by.unit.id,
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
}
