import 'server-only';
import { holdCalendar } from '@/lib/cycles/calendar.queries';
import type { Day } from '@/lib/dates';
import { remindTaskIn } from '@/lib/reminders/remind.commands';
import { listPlanAccess, mayDo } from '@/lib/rights/rights.queries';
import type { Actor } from '@/lib/server/auth/actor';
import { today } from '@/lib/server/clock';
import { inTransaction, Prisma, type Tx } from '@/lib/server/db';
import { AppError, ERROR_WORDS } from '@/lib/server/errors';
import { openSlipWords } from '@/lib/slips/slip.rules';
import { draftSlipIn, ListedError } from '@/lib/slips/slip-draft.commands';
import { listOpenSlips } from '@/lib/slips/slip-list.queries';
import { STATE_WORDS } from '@/lib/standing/standing.words';
import { cancelTaskIn, requireSameActor } from '@/lib/tasks/task.commands';
import { setTaskCycleIn } from '@/lib/tasks/task-cycle.commands';
import { taskCycleWords } from '@/lib/tasks/task-cycle.schema';
import { correctDeadlineIn } from '@/lib/tasks/task-deadline.commands';
import { reassignTaskIn } from '@/lib/tasks/task-units.commands';
import { type BulkTask, listBulkTasks } from './bulk.queries';
import { changedSince, DEED_ACTIONS, partKey } from './bulk.rules';
import type { BulkInput } from './bulk.schema';

/** A part of the whole: one command, with its own key, on one task or (a slip) on those of one unit. */
type Part = {
  tasks: readonly BulkTask[];
  run: (tx: Tx) => Promise<unknown>;
  /** Of a slip: whose, and the part as it would be of fewer tasks. */
  slip?: { unitId: number; of: (tasks: readonly BulkTask[]) => Part };
};

export type PreviewRow = {
  task: BulkTask;
  /** What would change. */
  change: string;
  /** Why it cannot; null: it can. */
  refusal: string | null;
};
export type BulkPreview = {
  rows: PreviewRow[];
  refused: number;
  /** Slips: tasks that go onto the slips of other leads alone, each with the unit on whose open slip of the tier it stands already. */
  leftOut: { taskId: number; unitId: number }[];
};

const PATIENCE = { timeout: 120_000 };

/**
 * Locks what is to be changed, plans first and in order as everywhere, and reads it. Refuses: not_found (any task outside the actor's scope), forbidden (none
 * of them is the actor's to change so).
 */
async function holdTasks(tx: Tx, actor: Actor, input: BulkInput): Promise<BulkTask[]> {
  if (input.do === 'cycle') await holdCalendar(tx);
  const access = await listPlanAccess(actor, tx);
  const planIds = access.map((plan) => plan.planId);
  await tx.$queryRaw`
    SELECT id FROM plan WHERE id IN (SELECT plan_id FROM task WHERE id = ANY(${input.ids}::int[])) AND id = ANY(${planIds}::int[]) ORDER BY id FOR SHARE`;
  await tx.$queryRaw`SELECT id FROM task WHERE id = ANY(${input.ids}::int[]) AND plan_id = ANY(${planIds}::int[]) ORDER BY id FOR UPDATE`;
  const tasks = await listBulkTasks(actor, input.ids, tx);
  if (tasks.length !== input.ids.length) throw new AppError('not_found');
  const mayChange = (task: BulkTask) =>
    access.some((plan) => plan.planId === task.planId && mayDo(actor, DEED_ACTIONS[input.do], plan.relations));
  if (!tasks.some(mayChange)) throw new AppError('forbidden');
  return tasks;
}

/** Undoes everything written by throwing out of the transaction, and brings the answer along. */
class Rehearsed extends Error {
  constructor(readonly preview: BulkPreview) {
    super('rehearsed');
  }
}

/**
 * What a deed would do to each task and what it could not, found by doing it and taking it back: the commands themselves say so, with all their checks.
 * Nothing is written. Refuses: not_found (any task outside the actor's scope), forbidden (no right on any of them).
 */
export async function previewBulk(actor: Actor, input: BulkInput): Promise<BulkPreview> {
  try {
    return await inTransaction(async (tx) => {
      const tasks = await holdTasks(tx, actor, input);
      const refusals = new Map<number, string>();
      const listed = new Map<number, number[]>();
      for (const part of await partsOf(tx, actor, input, tasks)) {
        const found = await rehearse(tx, part);
        for (const [taskId, refusal] of found.refusals) refusals.set(taskId, refusal);
        for (const taskId of found.listed)
          listed.set(taskId, [...(listed.get(taskId) ?? []), ...(part.slip ? [part.slip.unitId] : [])]);
      }
      for (const task of tasks)
        if (task.leads.length > 0 && listed.get(task.id)?.length === task.leads.length)
          refusals.set(task.id, `${LISTED}。`);
      const leftOut = [...listed]
        .filter(([taskId]) => !refusals.has(taskId))
        .flatMap(([taskId, unitIds]) => unitIds.map((unitId) => ({ taskId, unitId })));
      const possible = tasks.filter((task) => !refusals.has(task.id));
      const changes = await describeChanges(tx, actor, input, possible, leftOut);
      const rows = tasks.map((task) => ({
        task,
        change: changes.get(task.id) ?? '',
        refusal: refusals.get(task.id) ?? null,
      }));
      throw new Rehearsed({ rows, refused: refusals.size, leftOut });
    }, PATIENCE);
  } catch (error) {
    if (error instanceof Rehearsed) return error.preview;
    throw error;
  }
}

const NOT_YOURS = '属于其他地区或单位的方案，由该方案的优化办办理。';

const LISTED = '已列入同一层级未办结的督办单';

/** Why a part was refused: for all of its tasks alike, or for those that stand on an open slip already. */
type Rehearsal = { refusals: Map<number, string>; listed: number[] };

/** Runs one part behind a savepoint; a slip without the tasks that stand on another already, so that these keep nothing else back. */
async function rehearse(tx: Tx, part: Part, listed: readonly number[] = []): Promise<Rehearsal> {
  const tasks = part.tasks.filter((task) => !listed.includes(task.id));
  if (tasks.length === 0) return { refusals: new Map(), listed: [...listed] };
  const refused = (words: string) => ({
    refusals: new Map(tasks.map((task) => [task.id, words])),
    listed: [...listed],
  });
  const found = await refusalOf(tx, part.slip && listed.length > 0 ? part.slip.of(tasks) : part);
  if (found === null) return { refusals: new Map(), listed: [...listed] };
  // With fewer tasks the slip may be of another tier, and others of them may stand on one of that.
  if (found instanceof ListedError && part.slip) return rehearse(tx, part, [...listed, ...found.taskIds]);
  return refused(typeof found === 'string' ? found : found.code === 'forbidden' ? NOT_YOURS : found.message);
}

/** What running a part is refused with; null: it would succeed. */
async function refusalOf(tx: Tx, part: Part): Promise<AppError | string | null> {
  await tx.$executeRaw`SAVEPOINT part`;
  try {
    await part.run(tx);
    return null;
  } catch (error) {
    if (error instanceof AppError) return error;
    if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002') return ERROR_WORDS.conflict;
    throw error;
  } finally {
    await tx.$executeRaw`ROLLBACK TO SAVEPOINT part`;
  }
}

/**
 * Does it to all the tasks or to none, one event each. The same form sent twice does it once. Refuses: not_found, forbidden, conflict (a task is not as it was
 * previewed), and whatever the command of any one task refuses, named by its number.
 */
export async function carryOutBulk(actor: Actor, input: BulkInput): Promise<{ isRepeat: boolean }> {
  return inTransaction(async (tx) => {
    const tasks = await holdTasks(tx, actor, input);
    if (await isRepeat(tx, actor, input, tasks)) return { isRepeat: true };
    const changed = new Set(changedSince(input.versions, tasks));
    if (changed.size > 0) {
      const named = tasks.filter((task) => changed.has(task.id)).map((task) => `第 ${task.seq} 项`);
      throw new AppError(
        'conflict',
        `预览后${named.slice(0, 10).join('、')}${named.length > 10 ? ' 等' : ''}已有变动，全部没有办理。下面是最新情况，请核对后重新确认。`,
      );
    }
    for (const part of await partsOf(tx, actor, input, tasks)) {
      try {
        await part.run(tx);
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        const isListed = error instanceof ListedError;
        const refused = isListed ? part.tasks.filter((task) => error.taskIds.includes(task.id)) : part.tasks;
        const named = refused.slice(0, 10).map((task) => `第 ${task.seq} 项`);
        const words = isListed ? `${LISTED}，` : error.message;
        throw new AppError(error.code, `${named.join('、')}：${words}全部没有办理。`, { cause: error });
      }
    }
    return { isRepeat: false };
  }, PATIENCE);
}

/** Every deed leaves its part's key in an event or on a slip: one that is there was left by the same form. Refuses: conflict (another account's). */
async function isRepeat(tx: Tx, actor: Actor, input: BulkInput, tasks: readonly BulkTask[]): Promise<boolean> {
  if (input.do === 'slip') {
    const keys = tasks.flatMap((task) => task.leads.map((lead) => slipKey(input, task.planId, lead.unitId)));
    const slip = await tx.slip.findFirst({ where: { idempotencyKey: { in: keys } }, select: { draftedById: true } });
    requireSameActor(actor, slip && { actorId: slip.draftedById });
    return slip !== null;
  }
  const keys = input.ids.map((id) => taskKey(input, id));
  const [event] = await tx.$queryRaw<{ actorId: number | null }[]>`
    SELECT actor_id AS "actorId" FROM task_event WHERE task_id = ANY(${input.ids}::int[]) AND payload ->> 'form' = ANY(${keys}::text[]) LIMIT 1`;
  requireSameActor(actor, event ?? null);
  return event !== undefined;
}

const taskKey = (input: BulkInput, taskId: number) => partKey(input.idempotencyKey, `task ${taskId}`);
const slipKey = (input: BulkInput, planId: number, unitId: number) =>
  partKey(input.idempotencyKey, `unit ${unitId} of plan ${planId}`);

async function partsOf(tx: Tx, actor: Actor, input: BulkInput, tasks: readonly BulkTask[]): Promise<Part[]> {
  if (input.do === 'slip') return slipParts(actor, input, tasks);
  const mentions =
    input.do === 'reassign' ? await readMentions(tx, input.ids, await today(tx)) : new Map<number, Mention[]>();
  return [...tasks]
    .sort((a, b) => a.id - b.id)
    .map((task) => ({
      tasks: [task],
      run: (within: Tx) => runOne(within, actor, input, task, mentions.get(task.id) ?? []),
    }));
}

async function runOne(
  tx: Tx,
  actor: Actor,
  input: Exclude<BulkInput, { do: 'slip' }>,
  task: BulkTask,
  mentions: readonly Mention[],
): Promise<unknown> {
  const form = {
    taskId: task.id,
    version: task.version,
    idempotencyKey: taskKey(input, task.id),
  };
  switch (input.do) {
    case 'remind':
      return remindTaskIn(tx, actor, { ...form, words: input.words });
    case 'cycle':
      return setTaskCycleIn(tx, actor, {
        ...form,
        kind: input.kind,
        closingDay: input.closingDay,
        basis: input.basis,
      });
    case 'correct':
      return correctDeadlineIn(tx, actor, { ...form, ...correctionOf(input, task), basis: input.basis });
    case 'cancel':
      return cancelTaskIn(tx, actor, { ...form, basis: input.basis });
    case 'reassign':
      return reassignTaskIn(tx, actor, { ...form, ...reassignmentOf(input, mentions), basis: input.basis });
  }
}

/** One slip for each lead unit and plan, of all the chosen tasks it leads. */
function slipParts(actor: Actor, input: Extract<BulkInput, { do: 'slip' }>, tasks: readonly BulkTask[]): Part[] {
  const isLeftOut = (taskId: number, unitId: number) =>
    input.confirm && input.leftOut.some((one) => one.taskId === taskId && one.unitId === unitId);
  const groups = Map.groupBy(
    tasks.flatMap((task) =>
      task.leads.filter((lead) => !isLeftOut(task.id, lead.unitId)).map((lead) => ({ task, unitId: lead.unitId })),
    ),
    ({ task, unitId }) => `${task.planId} ${unitId}`,
  );
  const slipOf = (planId: number, unitId: number, group: readonly BulkTask[]): Part => ({
    tasks: group,
    slip: { unitId, of: (fewer) => slipOf(planId, unitId, fewer) },
    run: (tx) =>
      draftSlipIn(tx, actor, {
        planId,
        unitId,
        taskIds: group.map((task) => task.id),
        tier: input.tier,
        tierReason: input.tierReason,
        idempotencyKey: slipKey(input, planId, unitId),
      }),
  });
  const parts = [...groups.values()].map((group) => {
    const { task, unitId } = group[0]!;
    return slipOf(
      task.planId,
      unitId,
      group.map((one) => one.task),
    );
  });
  const leaderless = tasks.filter((task) => task.leads.length === 0);
  if (leaderless.length > 0)
    parts.push({
      tasks: leaderless,
      run: () => Promise.reject(new AppError('invalid_state', '没有可以送达的牵头单位，不能拟督办单。')),
    });
  return parts;
}

type Mention = { taskId: number; id: number; role: 'LEAD' | 'RESPONSIBLE'; unitId: number | null; name: string };

/** The units of the tasks as they stand today, merges followed. */
async function readMentions(tx: Tx, ids: readonly number[], day: Day): Promise<Map<number, Mention[]>> {
  const rows = await tx.$queryRaw<Mention[]>`
    SELECT tu.task_id AS "taskId", tu.id, tu.role::text AS role, coalesce(r.counted_unit_id, tu.unit_id) AS "unitId", coalesce(u.name, tu.printed) AS name
      FROM task_unit tu LEFT JOIN unit_rollup(${day}::date) r ON r.unit_id = tu.unit_id LEFT JOIN unit u ON u.id = coalesce(r.counted_unit_id, tu.unit_id)
     WHERE tu.task_id = ANY(${[...ids]}::int[]) AND tu.valid_from <= ${day}::date AND tu.valid_to > ${day}::date ORDER BY tu.role, tu.position`;
  return Map.groupBy(rows, (row) => row.taskId);
}

type ReassignInput = Extract<BulkInput, { do: 'reassign' }>;

/** Which mentions end and which units begin. Refuses: invalid_state (nothing would change). */
function reassignmentOf(
  { mode, unitId, fromUnitId }: ReassignInput,
  mentions: readonly Mention[],
): { end: number[]; addLead: number[]; addResponsible: number[] } {
  const leads = mentions.filter((mention) => mention.role === 'LEAD');
  if (mode === 'add') return { end: [], addLead: [], addResponsible: [unitId] };
  if (mode === 'lead') {
    if (leads.length > 0 && leads.every((lead) => lead.unitId === unitId))
      throw new AppError('invalid_state', '牵头单位现在就是所选单位，没有变动。');
    // A unit that was responsible and now leads stands once.
    const own = mentions.filter((mention) => mention.role === 'RESPONSIBLE' && mention.unitId === unitId);
    return { end: [...leads, ...own].map((mention) => mention.id), addLead: [unitId], addResponsible: [] };
  }
  const ended = mentions.filter((mention) => mention.unitId === fromUnitId);
  if (ended.length === 0) throw new AppError('invalid_state', '任务的牵头和责任单位中没有要替换的原单位。');
  const isLead = ended.some((mention) => mention.role === 'LEAD');
  return {
    end: ended.map((mention) => mention.id),
    addLead: isLead ? [unitId] : [],
    addResponsible: isLead ? [] : [unitId],
  };
}

function correctionOf(
  input: Extract<BulkInput, { do: 'correct' }>,
  task: BulkTask,
): { dueOn: Day | null; ongoing: boolean } {
  return {
    dueOn: input.due === 'keep' ? task.dueOn : input.due === 'none' ? null : input.dueOn,
    ongoing: input.ongoing === 'keep' ? task.ongoing : input.ongoing === 'yes',
  };
}

const dateWords = (day: Day | null) => day ?? '不设日期';

async function describeChanges(
  tx: Tx,
  actor: Actor,
  input: BulkInput,
  tasks: readonly BulkTask[],
  leftOut: BulkPreview['leftOut'],
): Promise<ReadonlyMap<number, string>> {
  const leadsOf = (task: BulkTask) => task.leads.map((lead) => lead.name).join('、') || '（无）';
  if (input.do === 'slip') return new Map(tasks.map((task) => [task.id, slipWords(task, leftOut)]));
  if (input.do === 'cancel') return describeCancels(tx, actor, tasks, await today(tx));
  if (input.do !== 'reassign') return new Map(tasks.map((task) => [task.id, changeWords(input, task, leadsOf(task))]));
  const unit = await tx.unit.findUnique({ where: { id: input.unitId }, select: { name: true } });
  const from = await tx.unit.findUnique({ where: { id: input.fromUnitId ?? -1 }, select: { name: true } });
  const name = unit?.name ?? '所选单位';
  return new Map(
    tasks.map((task) => [
      task.id,
      input.mode === 'lead'
        ? `牵头单位：${leadsOf(task)} → ${name}`
        : input.mode === 'add'
          ? `增加责任单位：${name}`
          : `${from?.name ?? '原单位'} → ${name}`,
    ]),
  );
}

/** On whose slips a task would go, and on whose it stands already. */
function slipWords(task: BulkTask, leftOut: BulkPreview['leftOut']): string {
  const isOn = (unitId: number) => leftOut.some((one) => one.taskId === task.id && one.unitId === unitId);
  const names = (leads: BulkTask['leads']) => leads.map((lead) => lead.name).join('、') || '（无）';
  const listed = task.leads.filter((lead) => isOn(lead.unitId));
  const words = `列入发给${names(task.leads.filter((lead) => !isOn(lead.unitId)))}的督办单（拟稿）`;
  return listed.length === 0 ? words : `${words}；发给${names(listed)}的${LISTED}，不重复列入`;
}

/** Slips are papers of their own: they go on asking for a reply when a task on them is cancelled. */
async function describeCancels(
  tx: Tx,
  actor: Actor,
  tasks: readonly BulkTask[],
  day: Day,
): Promise<ReadonlyMap<number, string>> {
  const onSlips = await listOpenSlips(
    actor,
    tasks.map((task) => task.id),
    day,
    tx,
  );
  return new Map(
    tasks.map((task) => {
      const slips = openSlipWords(onSlips.get(task.id) ?? []);
      return [task.id, `${STATE_WORDS[task.state]} → ${STATE_WORDS.CANCELLED}${slips ? `；${slips}` : ''}`];
    }),
  );
}

function changeWords(
  input: Exclude<BulkInput, { do: 'reassign' | 'slip' | 'cancel' }>,
  task: BulkTask,
  leads: string,
): string {
  switch (input.do) {
    case 'remind':
      return `提醒牵头单位：${leads}`;
    case 'cycle':
      return taskCycleWords(input.kind, input.closingDay);
    case 'correct': {
      const next = correctionOf(input, task);
      const words = [
        next.dueOn === task.dueOn ? null : `完成时限：${dateWords(task.dueOn)} → ${dateWords(next.dueOn)}`,
        next.ongoing === task.ongoing ? null : next.ongoing ? '改为长期推进' : '不再长期推进',
      ].filter((part) => part !== null);
      return words.join('；') || '没有变动';
    }
  }
}
