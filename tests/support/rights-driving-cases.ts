// Which action of driving a list is driven on what: going live, cycles, the inside of a unit, reviews, extensions, reminders, settings, bulk. Slips and evidence
// have files of their own.
import { sendExtension } from '@/lib/extensions/extension.commands';
import { addNode, reportNodeDone } from '@/lib/nodes/node.commands';
import { raiseObjection } from '@/lib/objections/objection.commands';
import { sendProgress, sendResult } from '@/lib/reports/report-sending.commands';
import { db, inTransaction } from '@/lib/server/db';
import { toDate } from '@/lib/server/events';
import { setSetting } from '@/lib/settings/setting.commands';
import {
  type DrivenCase,
  type Fields,
  inRegions,
  mayByHand,
  ofPersons,
  onPlans,
  onTasks,
  type Place,
} from './rights-by-hand';
import {
  cycleOf,
  EVERY_PLAN,
  extensionWaiting,
  NARRATIVE,
  PLACES,
  resultWaiting,
  taskVersion,
  words,
} from './rights-cases';
import { as, type RouteCases, world } from './rights-drive';
import {
  DAY,
  formKey,
  GROUND,
  GROUNDS,
  type Ground,
  HANDS,
  homeOf,
  isHeadOf,
  makePlan,
  makeTask,
  makeUnit,
  next,
  PLAN_GROUNDS,
  type PlanGround,
  REGION_OF,
  type RegionKey,
  regionOfUnit,
  speaksFor,
  standsInRegion,
  standsOn,
  standsToPlan,
  type UnitKey,
  VIEWERS,
  type ViewerKey,
} from './viewers';

const roleOf = (key: ViewerKey) => VIEWERS[key].roles;
const onTask = async (ground: Ground, more: Fields = {}, options = {}): Promise<Fields> => {
  const taskId = await makeTask(world, ground, options);
  return { taskId: String(taskId), version: await taskVersion(taskId), idempotencyKey: formKey(), ...more };
};
const setHeadSigns = (unit: UnitKey, signs: boolean) =>
  inTransaction((tx) => setSetting(tx, null, 'head_signs', world.units[unit], signs));

// ------------------------------------------------------------------------------------------------ inside a unit

/** What a reporter of the unit wrote and its head has not signed; its other people write without a signature meanwhile, so that cases do not meet. */
export async function paperWaiting(
  ground: Ground,
  kind: 'PROGRESS' | 'RESULT' | 'EXTENSION',
  side: 'lead' | 'named' = 'lead',
  more: { narrative?: string; evidenceIds?: string[]; taskId?: number } = {},
): Promise<{ paperId: number; taskId: number }> {
  const unit = side === 'lead' ? GROUND[ground].lead : GROUND[ground].named!;
  const writer = await as(side === 'lead' ? HANDS[ground].lead : HANDS[ground].named!);
  const taskId = more.taskId ?? (await makeTask(world, ground));
  const version = Number(await taskVersion(taskId));
  const report = {
    taskId,
    ...words(more.narrative),
    evidenceIds: more.evidenceIds ?? [],
    adoptedFrom: [],
    idempotencyKey: formKey(),
  };
  if (kind === 'EXTENSION') {
    const asked = { taskId, version, toDueOn: '2023-01-31', reason: more.narrative ?? '接口未开放' };
    const sent = await sendExtension(writer, { ...asked, idempotencyKey: formKey() });
    if (!('paperId' in sent)) throw new Error('the extension went out at once');
    return { paperId: sent.paperId, taskId };
  }
  await setHeadSigns(unit, true);
  const { paperId } =
    kind === 'PROGRESS'
      ? await sendProgress(writer, { ...report, cycleId: cycleOf(ground), expectedVersion: 0 })
      : await sendResult(writer, { ...report, taskVersion: version });
  await setHeadSigns(unit, false);
  if (paperId === null) throw new Error('the report went out at once');
  return { paperId, taskId };
}

const PAPERS = [
  ...GROUNDS.map((ground) => ({ ground, kind: 'EXTENSION', side: 'lead' }) as const),
  { ground: 'city', kind: 'RESULT', side: 'lead' },
  { ground: 'city', kind: 'PROGRESS', side: 'named' },
  { ground: 'bureau', kind: 'PROGRESS', side: 'named' },
] as const;
const FEW_PAPERS = PAPERS.filter(({ ground, side }) => ground !== 'zone' && (side === 'named' || ground !== 'city'));

/** A paper that waits is the unit's own: for everybody else, the office included, it does not exist. */
const onPapers = (
  door: string,
  more: Fields,
  may: (key: ViewerKey, unit: UnitKey, writer: ViewerKey) => boolean,
  papers: readonly (typeof PAPERS)[number][] = PAPERS,
): DrivenCase[] =>
  papers.map(({ ground, kind, side }) => ({
    door,
    title: 'a paper of a unit',
    where: `${kind} of the ${side} unit on the ground ${ground}`,
    prepare: async () => {
      const { paperId } = await paperWaiting(ground, kind, side);
      return { paperId: String(paperId), version: '1', ...more };
    },
    wanted: (key) => {
      const unit = side === 'lead' ? GROUND[ground].lead : GROUND[ground].named!;
      if (!speaksFor(key, unit)) return 'not_found';
      return may(key, unit, side === 'lead' ? HANDS[ground].lead : HANDS[ground].named!) ? 'done' : 'forbidden';
    },
  }));

/** On a task with a second lead, whose people alone may say 同意 or 异议: the lead that asks has nothing to agree to. */
const COLEADS = [
  { ground: 'city', second: 'culture' },
  { ground: 'zone', second: 'westZone' },
  { ground: 'division', second: 'quality' },
  { ground: 'district', second: 'eastCulture' },
] as const;

const UNIT_CASES: readonly DrivenCase[] = [
  ...onTasks({
    door: 'submitManyAction',
    title: 'one task in a form for many',
    right: 'report.submit_progress',
    grounds: EVERY_PLAN,
    prepare: async (ground) => {
      const taskId = await makeTask(world, ground);
      return {
        tasks: String(taskId),
        [`cycleId-${taskId}`]: String(cycleOf(ground)),
        [`expectedVersion-${taskId}`]: '0',
        narrative: NARRATIVE,
        idempotencyKey: formKey(),
      };
    },
  }).map((one) => ({
    ...one,
    // What cannot be reported is said row by row.
    wanted: (key: ViewerKey) => one.wanted(key).replace('forbidden', 'unreadable'),
  })),
  // The head signs: a reporter cannot, nor can an office that acts for a unit that has a head.
  ...onPapers('signPaperAction', {}, isHeadOf),
  ...onPapers('sendBackPaperAction', { reason: '请补充办件数据' }, isHeadOf, FEW_PAPERS),
  ...onPapers('withdrawPaperAction', {}, (key, _unit, writer) => key === writer, FEW_PAPERS),
  ...(['reform', 'planning', 'eastReform'] as const).map((unit): DrivenCase => {
    const region = regionOfUnit(unit);
    return {
      door: 'setHeadSignsAction',
      title: 'whether the head of a unit signs',
      where: `of ${unit}`,
      prepare: async () => {
        await setHeadSigns(unit, false);
        return { unitId: String(world.units[unit]), signs: 'on' };
      },
      // By the head of the unit or of the one above, or who keeps the register of units; a unit of another region does not exist.
      wanted: (key) => {
        if (isHeadOf(key, unit) || mayByHand('unit.manage', roleOf(key), standsInRegion(key, region))) return 'done';
        return homeOf(key) === region || (oversees(key) && REGION_OF[region].parent === homeOf(key))
          ? 'forbidden'
          : 'not_found';
      },
    };
  }),
  ...COLEADS.map(
    ({ ground, second }): DrivenCase => ({
      door: 'giveOpinionAction',
      title: 'on the 办结申请 of another lead',
      where: `of ${second} on the ground ${ground}`,
      prepare: async () => {
        const fields = await resultWaiting(ground);
        await db().taskUnit.create({
          data: {
            taskId: Number(fields.taskId),
            role: 'LEAD',
            position: 9,
            printed: '印发原文',
            divisions: [],
            coUnitIds: [],
            unitId: world.units[second],
          },
          select: { id: true },
        });
        return { ...fields, agrees: 'no', words: '数据口径不一致' };
      },
      wanted: (key) => {
        if (speaksFor(key, second)) return 'done';
        return standsOn(key, ground).length === 0 ? 'not_found' : 'forbidden';
      },
    }),
  ),
  ...onTasks({
    door: 'sendExtensionAction',
    title: 'an open task',
    right: 'report.submit_result', // a reporter's goes before the head, a head's to the office
    grounds: GROUNDS,
    prepare: (ground) => onTask(ground, { toDueOn: '2023-01-31', reason: '接口未开放', progress: '' }),
  }),
  ...onTasks({
    door: 'withdrawExtensionAction',
    title: 'a request that waits',
    right: 'extension.request',
    grounds: GROUNDS,
    prepare: async (ground) => ({ extensionId: (await extensionWaiting(ground, 0)).extensionId! }),
    onlyFor: (key, ground) => isHeadOf(key, GROUND[ground].lead),
  }),
];

function oversees(key: ViewerKey): boolean {
  const { scope, roles } = VIEWERS[key];
  return scope === undefined && roles.some((role) => role === 'office' || role === 'leader' || role === 'admin');
}

// ------------------------------------------------------------------------------------------------ nodes, handlers, reviews

async function nodeFields(
  ground: Ground,
  { side = 'lead', isDone = false }: { side?: 'lead' | 'named'; isDone?: boolean },
) {
  const taskId = await makeTask(world, ground);
  const office = await as(HANDS[ground].office);
  const unitId = side === 'lead' ? undefined : world.units[GROUND[ground].named!];
  await addNode(office, { taskId, title: '完成系统联调', dueOn: '2022-10-31', unitId, idempotencyKey: formKey() });
  const node = await db().node.findFirstOrThrow({ where: { taskId } });
  const target = { taskId, nodeId: node.id, version: node.version, idempotencyKey: formKey() };
  if (isDone) await reportNodeDone(office, { ...target, doneOn: DAY });
  return {
    taskId: String(taskId),
    nodeId: String(node.id),
    version: String(isDone ? node.version + 1 : node.version),
    idempotencyKey: formKey(),
  };
}
const NODE = { title: '完成联调测试', dueOn: '2022-10-31', unitId: '' };
const ofPlanOffice = (key: ViewerKey, ground: Ground) =>
  roleOf(key).includes('office') && standsOn(key, ground).includes('plan_office');

async function makePerson(unit: UnitKey): Promise<number> {
  const { id } = await db().account.create({
    data: {
      username: `person-${next()}`,
      displayName: '经办人',
      passwordHash: '-',
      mustChangePassword: false,
      roles: ['unit_reporter'],
      unitId: world.units[unit],
    },
    select: { id: true },
  });
  return id;
}
const sideUnit = (ground: Ground, side: 'lead' | 'named'): UnitKey =>
  side === 'lead' ? GROUND[ground].lead : GROUND[ground].named!;

const handlerCases = (side: 'lead' | 'named', grounds: readonly Ground[]): DrivenCase[] => [
  ...onTasks({
    door: 'setHandlerAction',
    title: `the 经办人 of the ${side} unit`,
    right: 'handler.set',
    grounds,
    prepare: async (ground) => {
      const unit = sideUnit(ground, side);
      const taskId = await makeTask(world, ground);
      return {
        taskId: String(taskId),
        unitId: String(world.units[unit]),
        accountId: String(await makePerson(unit)),
        wasAccountId: '',
      };
    },
    onlyFor: (key, ground) => isHeadOf(key, sideUnit(ground, side)),
  }),
  ...onTasks({
    door: 'setHandlersAction',
    title: `the 经办人 of the ${side} unit in a table`,
    right: 'handler.set',
    grounds,
    prepare: async (ground) => {
      const unit = sideUnit(ground, side);
      const taskId = await makeTask(world, ground);
      return {
        unitId: String(world.units[unit]),
        [`to.${taskId}`]: String(await makePerson(unit)),
        [`was.${taskId}`]: '',
      };
    },
    onlyFor: (key, ground) => isHeadOf(key, sideUnit(ground, side)),
    // What cannot be set is said row by row.
  }).map((one) => ({ ...one, wanted: (key: ViewerKey) => one.wanted(key).replace('forbidden', 'invalid_state') })),
];

const HAND_OVERS = [
  { unit: 'reform', ground: 'city' },
  { unit: 'eastZone', ground: 'zone' },
  { unit: 'planning', ground: 'division' },
  { unit: 'eastReform', ground: 'district' },
] as const;

const WORK_CASES: readonly DrivenCase[] = [
  ...onTasks({
    door: 'addNodeAction',
    right: 'node.manage',
    grounds: GROUNDS,
    prepare: (ground) => onTask(ground, NODE),
  }),
  ...onTasks({
    door: 'changeNodeAction',
    right: 'node.manage',
    grounds: EVERY_PLAN,
    prepare: async (ground) => ({ ...(await nodeFields(ground, {})), ...NODE }),
  }),
  ...onTasks({
    door: 'removeNodeAction',
    right: 'node.manage',
    grounds: EVERY_PLAN,
    prepare: async (ground) => ({ ...(await nodeFields(ground, {})), reason: '重复的节点' }),
  }),
  ...onTasks({
    door: 'makeNodesOfPartsAction',
    right: 'node.manage',
    grounds: EVERY_PLAN,
    prepare: async (ground) => {
      const taskId = await makeTask(world, ground);
      await db().task.update({
        where: { id: taskId },
        data: { parts: [{ text: '动工', startsOn: null, dueOn: '2022-05-31' }] },
        select: { id: true },
      });
      return { taskId: String(taskId), idempotencyKey: formKey() };
    },
  }),
  // A node is its own unit's, the lead's and the office's.
  ...onTasks({
    door: 'reportNodeDoneAction',
    title: "the lead's node",
    right: 'node.report',
    grounds: GROUNDS,
    prepare: async (ground) => ({ ...(await nodeFields(ground, {})), doneOn: DAY }),
    onlyFor: (key, ground) => ofPlanOffice(key, ground) || speaksFor(key, GROUND[ground].lead),
  }),
  ...onTasks({
    door: 'reportNodeDoneAction',
    title: "a responsible unit's node",
    right: 'node.report',
    grounds: EVERY_PLAN,
    prepare: async (ground) => ({ ...(await nodeFields(ground, { side: 'named' })), doneOn: DAY }),
    onlyFor: (key, ground) =>
      ofPlanOffice(key, ground) || speaksFor(key, GROUND[ground].lead) || speaksFor(key, GROUND[ground].named!),
  }),
  ...onTasks({
    door: 'undoNodeAction',
    title: "a responsible unit's node",
    right: 'node.report',
    grounds: EVERY_PLAN,
    prepare: async (ground) => ({ ...(await nodeFields(ground, { side: 'named', isDone: true })), reason: '误登' }),
    onlyFor: (key, ground) =>
      ofPlanOffice(key, ground) || speaksFor(key, GROUND[ground].lead) || speaksFor(key, GROUND[ground].named!),
  }),
  ...handlerCases('lead', GROUNDS),
  ...handlerCases('named', EVERY_PLAN),
  ...HAND_OVERS.map(
    ({ unit, ground }): DrivenCase => ({
      door: 'handOverAction',
      title: 'the work of a person who leaves',
      where: `of ${unit}`,
      prepare: async () => {
        const [accountId, successorId] = [await makePerson(unit), await makePerson(unit)];
        await db().taskHandler.create({
          data: {
            taskId: await makeTask(world, ground),
            unitId: world.units[unit],
            accountId,
            validFrom: toDate(DAY),
            setById: accountId,
          },
          select: { id: true },
        });
        const ids = { accountId: String(accountId), successorId: String(successorId) };
        return { ...ids, disable: '', unitId: '', idempotencyKey: formKey() };
      },
      // By the head of the person's unit or of the one above, or who manages the account.
      wanted: (key) =>
        isHeadOf(key, unit) || mayByHand('account.manage', roleOf(key), standsInRegion(key, regionOfUnit(unit)))
          ? 'done'
          : 'not_found',
    }),
  ),
  ...onTasks({
    door: 'acceptReportsAction',
    title: 'one 办结申请 in a list',
    right: 'report.accept',
    grounds: EVERY_PLAN,
    prepare: async (ground) => {
      const { taskId, reportId, reportVersion } = await resultWaiting(ground);
      return { item: `${taskId}:${reportId}:${reportVersion}`, note: '', idempotencyKey: formKey() };
    },
    // What cannot be accepted is said row by row.
  }).map((one) => ({ ...one, wanted: (key: ViewerKey) => one.wanted(key).replace('forbidden', 'invalid_state') })),
  ...onTasks({
    door: 'writeReviewMessageAction',
    title: 'a word in the thread',
    right: 'review.message',
    grounds: GROUNDS,
    prepare: (ground) => onTask(ground, { text: '请说明数据口径。', from: 'task' }),
  }),
];

// ------------------------------------------------------------------------------------------------ going live and driving

/** A plan of its own with one task of a ground: its units have signed for nothing yet. */
async function planToSign(ground: PlanGround): Promise<{ id: number; version: number }> {
  const plan = await makePlan(world, ground, 'ACTIVE');
  await makeTask({ ...world, plans: { ...world.plans, [ground]: plan.id } }, ground);
  return plan;
}
/** Who stands on such a list: the lead, the responsible unit, and on the city's the known members of a collective. */
const LISTED: Record<PlanGround, readonly UnitKey[]> = {
  city: ['reform', 'finance', 'eastZone', 'westZone'],
  district: ['eastReform', 'eastFinance'],
  bureau: ['planning', 'quality'],
};

async function objectionRaised(ground: Ground, side: 'lead' | 'named'): Promise<Fields> {
  const taskId = await makeTask(world, ground);
  const actor = await as(side === 'lead' ? HANDS[ground].lead : HANDS[ground].named!);
  const ground_ = { ground: 'NOT_OURS', reason: '职责已划转' } as const;
  const objectionId = await raiseObjection(actor, { taskId, ...ground_, idempotencyKey: formKey() });
  return { taskId: String(taskId), objectionId: String(objectionId), version: '1' };
}

/** A unit of the region that does not stand on the ground's tasks. */
const ANOTHER: Record<Ground, UnitKey> = {
  city: 'culture',
  zone: 'culture',
  division: 'culture',
  district: 'eastCulture',
  bureau: 'housing',
};

const bulk = (
  right: Parameters<typeof onTasks>[0]['right'],
  deed: string,
  more: (ground: Ground) => Fields,
  options = {},
): DrivenCase[] =>
  onTasks({
    door: 'bulkAction',
    title: deed,
    right,
    grounds: EVERY_PLAN,
    prepare: async (ground) => {
      const { taskId, version, idempotencyKey } = await onTask(ground, {}, options);
      const common = { do: deed, ids: taskId!, versions: `${taskId}:${version}`, confirm: '1' };
      return { ...common, idempotencyKey: idempotencyKey!, ...more(ground) };
    },
  });

const BASIS = '江营商办〔2022〕8号';
const OVERDUE = { dueOn: '2022-09-01' };

const LIVE_CASES: readonly DrivenCase[] = [
  ...onTasks({
    door: 'reassignTaskAction',
    right: 'task.reassign',
    grounds: GROUNDS,
    prepare: (ground) => onTask(ground, { basis: BASIS, addResponsible: String(world.units[ANOTHER[ground]]) }),
  }),
  ...onTasks({
    door: 'correctDeadlineAction',
    right: 'task.correct',
    grounds: GROUNDS,
    prepare: (ground) => onTask(ground, { basis: BASIS, dueOn: '2023-02-28', ongoing: 'no' }),
  }),
  ...onTasks({
    door: 'setTaskCycleAction',
    right: 'task.set_cycle',
    grounds: GROUNDS,
    prepare: (ground) => onTask(ground, { basis: BASIS, kind: 'QUARTERLY', closingDay: '' }),
  }),
  ...onTasks({
    door: 'remindTaskAction',
    right: 'task.remind',
    grounds: GROUNDS,
    prepare: (ground) => onTask(ground, { words: '请抓紧推进。' }),
  }),
  ...onTasks({
    door: 'raiseObjectionAction',
    title: "for one's own unit",
    right: 'objection.raise',
    grounds: GROUNDS,
    prepare: (ground) => onTask(ground, { ground: 'NOT_OURS', reason: '职责已划转至他局' }),
  }),
  ...onTasks({
    door: 'withdrawObjectionAction',
    title: "the lead's",
    right: 'objection.raise',
    grounds: GROUNDS,
    prepare: (ground) => objectionRaised(ground, 'lead'),
    onlyFor: (key, ground) => speaksFor(key, GROUND[ground].lead),
  }),
  ...onTasks({
    door: 'withdrawObjectionAction',
    title: "a responsible unit's",
    right: 'objection.raise',
    grounds: EVERY_PLAN,
    prepare: (ground) => objectionRaised(ground, 'named'),
    // A parent's head speaks for a 科室 that leads, not for one that only takes part.
    onlyFor: (key, ground) => key !== 'bureau_head' && speaksFor(key, GROUND[ground].named!),
  }),
  ...onTasks({
    door: 'decideObjectionAction',
    right: 'objection.decide',
    grounds: GROUNDS,
    prepare: async (ground) => {
      const fields = await objectionRaised(ground, 'lead');
      const taskVersionNow = await taskVersion(Number(fields.taskId));
      const decision = { decision: 'CONFIRMED', note: '维持原分工', taskVersion: taskVersionNow };
      return { ...fields, ...decision, idempotencyKey: formKey() };
    },
  }),
  ...onPlans({
    door: 'signForPlanAction',
    right: 'sign_for.sign',
    isDraft: false,
    prepare: async (ground) => ({ planId: String((await planToSign(ground)).id) }),
    onlyFor: (key, ground) => LISTED[ground].some((unit) => speaksFor(key, unit)),
  }),
  ...([true, false] as const).flatMap((isDraft) => [
    ...onPlans({
      door: 'changePlanCyclesAction',
      title: isDraft ? 'of a draft' : 'of a plan 执行中',
      right: 'plan.set_rules',
      isDraft,
      prepare: async (ground) => {
        const plan = await makePlan(world, ground, isDraft ? 'DRAFT' : 'ACTIVE');
        const rules = { kind: 'QUARTERLY', closingDay: '', graceWorkingDays: '5', basis: BASIS };
        return { planId: String(plan.id), version: String(plan.version), ...rules, idempotencyKey: formKey() };
      },
    }),
    ...onPlans({
      door: 'changeDueSoonDaysAction',
      title: isDraft ? 'of a draft' : 'of a plan 执行中',
      right: 'plan.set_rules',
      isDraft,
      prepare: async (ground) => {
        const plan = await makePlan(world, ground, isDraft ? 'DRAFT' : 'ACTIVE');
        return { planId: String(plan.id), days: '20', basis: BASIS, idempotencyKey: formKey() };
      },
    }),
  ]),
  ...GROUNDS.map(
    (ground): DrivenCase => ({
      door: 'backfillTasksAction',
      title: 'what was already so',
      where: `on the ground ${ground}`,
      prepare: async () => {
        const taskId = await makeTask(world, ground);
        return {
          planId: String(world.plans[GROUND[ground].plan]),
          [`state-${taskId}`]: 'IN_PROGRESS',
          [`version-${taskId}`]: '1',
          basis: '原工作台账',
          idempotencyKey: formKey(),
        };
      },
      // The plan is asked for first; an officer limited to work groups finds there only the tasks of theirs.
      wanted: (key) => {
        const relations = standsToPlan(key, GROUND[ground].plan);
        if (!mayByHand('plan.read', roleOf(key), relations)) return 'not_found';
        if (!mayByHand('task.backfill', roleOf(key), relations)) return 'forbidden';
        return standsOn(key, ground).length === 0 ? 'not_found' : 'done';
      },
    }),
  ),
  ...ofPersons({
    door: 'discardBackfillDraftAction',
    owners: ['city_office'],
    prepare: async (owner) => {
      const draft = await db().backfillDraft.create({
        data: {
          planId: world.plans.city,
          uploadedById: (await as(owner)).accountId,
          uploadedOn: toDate(DAY),
          fileName: '台账.xlsx',
          sha256: '-',
          reading: { proposals: [], unmatched: [], columns: [], refusal: null },
        },
        select: { id: true },
      });
      return { planId: String(world.plans.city), draftId: String(draft.id) };
    },
  }),
  ...bulk('task.remind', 'remind', () => ({ words: '请抓紧推进。' })),
  ...bulk('slip.issue', 'slip', () => ({ tier: '' }), OVERDUE),
  ...bulk('task.reassign', 'reassign', (ground) => ({
    mode: 'add',
    unitId: String(world.units[ANOTHER[ground]]),
    basis: BASIS,
  })),
  ...bulk('task.set_cycle', 'cycle', () => ({ kind: 'QUARTERLY', closingDay: '', basis: BASIS })),
  ...bulk('task.correct', 'correct', () => ({ due: 'set', dueOn: '2023-02-28', ongoing: 'keep', basis: BASIS })),
  ...bulk('task.cancel', 'cancel', () => ({ basis: BASIS })),
];

// ------------------------------------------------------------------------------------------------ settings, calendar, one's own

const LEADER_OF: Record<(typeof PLACES)[number], ViewerKey> = {
  city: 'city_leader',
  east: 'east_leader',
  far: 'far_leader',
};

const dayIn2031 = (n: number) => new Date(Date.UTC(2031, 0, 1 + (n % 360))).toISOString().slice(0, 10);

export async function noticeOf(owner: ViewerKey, title = '一条提醒'): Promise<string> {
  const { id } = await db().notice.create({
    data: {
      accountId: (await as(owner)).accountId,
      kind: 'message',
      key: `probe:${next()}`,
      title,
      href: '/',
      effectiveOn: toDate(DAY),
    },
    select: { id: true },
  });
  return String(id);
}
const OWNERS = ['lead_reporter', 'city_office', 'city_leader', 'platform_admin'] as const;

const ADMIN_CASES: readonly DrivenCase[] = [
  ...inRegions({
    door: 'changeRegionSettingAction',
    right: 'setting.manage',
    places: PLACES,
    prepare: async (place) => {
      const regionId = world.regions[place as RegionKey];
      const where = { scope: 'region', scopeId: regionId, key: 'sign_for_limit' } as const;
      const newest = await db().datedSetting.findFirst({ where, orderBy: { id: 'desc' }, select: { id: true } });
      const changed = { days: String(3 + (next() % 50)), basis: '' };
      return { key: 'sign_for_limit', regionId: String(regionId), lastId: String(newest?.id ?? 0), ...changed };
    },
  }),
  ...inRegions({
    door: 'setSupervisorAction',
    right: 'setting.manage',
    places: PLACES,
    prepare: async (place) => {
      const unit = await makeUnit(world, place as RegionKey);
      const leader = await as(LEADER_OF[place as (typeof PLACES)[number]]);
      return { unitId: String(unit.id), lastId: '0', accountId: String(leader.accountId), basis: '' };
    },
  }),
  ...(['correctCalendarAction', 'publishCalendarYearAction'] as const).flatMap((door) =>
    inRegions({
      door,
      title: 'the calendar of all',
      right: 'calendar.correct',
      places: ['platform'] satisfies Place[],
      prepare: async () => ({
        from: dayIn2031(next()),
        to: '',
        kind: 'HOLIDAY',
        year: String(2040 + (next() % 60)),
        basis: '国办发明电〔2030〕16号',
      }),
    }),
  ),
  ...ofPersons({
    door: 'markNoticeReadAction',
    owners: OWNERS,
    prepare: async (owner) => ({ noticeId: await noticeOf(owner) }),
  }),
  ...ofPersons({
    door: 'markAllReadAction',
    owners: OWNERS,
    prepare: async (owner) => ({ upToId: await noticeOf(owner) }),
  }),
  {
    door: 'setOwnMailAction',
    title: "one's own",
    where: 'of whoever asks',
    // Another's id in the form changes nothing: the account is that of whoever asks (tests/integration/accounts.test.ts).
    prepare: async () => ({ email: 'own@example.gov.cn', emailBefore: '', wantsMail: 'on' }),
    wanted: () => 'done',
  },
];

export const DRIVING_CASES: readonly DrivenCase[] = [...UNIT_CASES, ...WORK_CASES, ...LIVE_CASES, ...ADMIN_CASES];

// ------------------------------------------------------------------------------------------------ routes

export const workbook = (headers: Record<string, string>) => () => {
  const body = new FormData();
  body.append('file', new File(['序号,任务内容,完成情况\n1,推进事项,已完成\n'], '台账.csv', { type: 'text/csv' }));
  return new Request('http://localhost/api/plans/1/backfill', {
    method: 'POST',
    body,
    headers: { accept: 'application/json', ...headers },
  });
};

export const DRIVING_ROUTES: RouteCases = {
  'app/api/plans/[planId]/backfill/route.ts': PLAN_GROUNDS.map((ground) => ({
    what: `the workbook of the plan of the ground ${ground}`,
    method: 'POST',
    params: () => ({ planId: String(world.plans[ground]) }),
    request: workbook({ 'sec-fetch-site': 'same-origin' }),
    // The page of the form does not exist for anybody else either.
    statusOf: (key) => (mayByHand('task.backfill', roleOf(key), standsToPlan(key, ground)) ? 201 : 404),
  })),
};
