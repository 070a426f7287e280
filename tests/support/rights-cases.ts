// Which action of issues 1 to 3 is driven on what: a thing it can be carried out on, and the form that does it. Who may is typed in rights-by-hand.ts.
import { randomUUID } from 'node:crypto';
import { decideExtension, requestExtension } from '@/lib/extensions/extension.commands';
import { commitDraft, createDraft, storeReading } from '@/lib/imports/drafts/draft.commands';
import { findDraft } from '@/lib/imports/drafts/draft.queries';
import { editRow, excludeRow } from '@/lib/imports/drafts/draft-edit.commands';
import type { Reading } from '@/lib/imports/reading/reading.schema';
import { decideAll } from '@/lib/imports/revisions/revision.commands';
import { submitProgress, submitResult } from '@/lib/reports/report.commands';
import { acceptReport } from '@/lib/reviews/review.commands';
import { db, inTransaction } from '@/lib/server/db';
import { cancelTask } from '@/lib/tasks/task.commands';
import { type DrivenCase, type Fields, inRegions, onPlans, onTasks, type Place } from './rights-by-hand';
import { as, world } from './rights-drive';
import {
  formKey,
  GROUND,
  GROUNDS,
  type Ground,
  HANDS,
  isHeadOf,
  makeAccount,
  makePlan,
  makeTask,
  makeUnit,
  next,
  PLAN_GROUNDS,
  type RegionKey,
  speaksFor,
  standsOn,
  type ViewerKey,
} from './viewers';

/** One on each plan; a named responsible unit stands on each of them. */
export const EVERY_PLAN: readonly Ground[] = PLAN_GROUNDS;
export const NARRATIVE = '已完成流程再造并上线试运行，办件量稳步上升。';

export const cycleOf = (ground: Ground) => world.cycles[GROUND[ground].plan];
export const taskVersion = async (taskId: number): Promise<string> =>
  String((await db().task.findUniqueOrThrow({ where: { id: taskId }, select: { version: true } })).version);

export const words = (narrative = NARRATIVE) => ({ percent: 60, narrative, problems: '', needs: '', nextSteps: '' });

export async function report(
  kind: 'PROGRESS' | 'RESULT',
  by: ViewerKey,
  ground: Ground,
  taskId: number,
  narrative?: string,
): Promise<{ reportId: number; version: number }> {
  const actor = await as(by);
  const common = { taskId, ...words(narrative), idempotencyKey: formKey() };
  return kind === 'PROGRESS'
    ? submitProgress(actor, { ...common, cycleId: cycleOf(ground), expectedVersion: 0 })
    : submitResult(actor, { ...common, taskVersion: Number(await taskVersion(taskId)) });
}

export async function reviewFields(taskId: number, made: { reportId: number; version: number }): Promise<Fields> {
  return {
    taskId: String(taskId),
    reportId: String(made.reportId),
    reportVersion: String(made.version),
    idempotencyKey: formKey(),
  };
}

export async function resultWaiting(ground: Ground): Promise<Fields> {
  const taskId = await makeTask(world, ground);
  return reviewFields(taskId, await report('RESULT', HANDS[ground].lead, ground, taskId));
}

export async function progressOfNamed(ground: Ground): Promise<Fields> {
  const taskId = await makeTask(world, ground);
  return reviewFields(taskId, await report('PROGRESS', HANDS[ground].named!, ground, taskId));
}

export async function moveFields(taskId: number): Promise<Fields> {
  return {
    taskId: String(taskId),
    version: await taskVersion(taskId),
    reason: '复核发现未达标',
    basis: '江营商办〔2022〕8号',
    idempotencyKey: formKey(),
  };
}

export async function completed(ground: Ground): Promise<number> {
  const taskId = await makeTask(world, ground);
  const made = await report('RESULT', HANDS[ground].lead, ground, taskId);
  await acceptReport(await as(HANDS[ground].office), {
    taskId,
    reportId: made.reportId,
    reportVersion: made.version,
    note: '',
    idempotencyKey: formKey(),
  });
  return taskId;
}

export async function cancelled(ground: Ground): Promise<number> {
  const taskId = await makeTask(world, ground);
  await cancelTask(await as(HANDS[ground].office), {
    taskId,
    version: Number(await taskVersion(taskId)),
    basis: '江营商办〔2022〕8号',
    idempotencyKey: formKey(),
  });
  return taskId;
}

export const reportFields = async (ground: Ground, kind: 'PROGRESS' | 'RESULT'): Promise<Fields> => {
  const taskId = await makeTask(world, ground);
  return {
    taskId: String(taskId),
    kind,
    cycleId: String(cycleOf(ground)),
    expectedVersion: '0',
    taskVersion: await taskVersion(taskId),
    percent: '60',
    narrative: NARRATIVE,
    idempotencyKey: formKey(),
  };
};

/** An extension waiting for its decision, after so many granted ones. */
export async function extensionWaiting(ground: Ground, granted: 0 | 1): Promise<Fields> {
  const taskId = await makeTask(world, ground);
  const ask = async (toDueOn: string) =>
    requestExtension(await as(HANDS[ground].head), {
      taskId,
      version: Number(await taskVersion(taskId)),
      toDueOn,
      reason: '上级系统尚未开放接口',
    });
  if (granted > 0) {
    await decideExtension(await as(HANDS[ground].office), {
      extensionId: await ask('2023-01-31'),
      version: Number(await taskVersion(taskId)),
      decision: 'GRANTED',
      note: '',
    });
  }
  const extensionId = await ask('2023-03-31');
  return { extensionId: String(extensionId), version: await taskVersion(taskId), decision: 'GRANTED', note: '同意' };
}

export const TASK_CASES: readonly DrivenCase[] = [
  ...onTasks({
    door: 'submitProgressAction',
    title: '进展',
    right: 'report.submit_progress',
    grounds: GROUNDS,
    prepare: (ground) => reportFields(ground, 'PROGRESS'),
  }),
  ...onTasks({
    door: 'submitResultAction',
    title: '申请办结',
    right: 'report.submit_result',
    grounds: GROUNDS,
    prepare: (ground) => reportFields(ground, 'RESULT'),
  }),
  ...onTasks({
    door: 'submitReportAction',
    title: 'the button 提交进展',
    right: 'report.submit_progress',
    grounds: ['city'],
    prepare: (ground) => reportFields(ground, 'PROGRESS'),
  }),
  ...onTasks({
    door: 'submitReportAction',
    title: 'the button 申请办结',
    right: 'report.submit_result',
    grounds: ['city'],
    prepare: (ground) => reportFields(ground, 'RESULT'),
  }),
  ...onTasks({
    door: 'withdrawReportAction',
    title: "the lead's 办结申请",
    right: 'report.withdraw',
    grounds: GROUNDS,
    prepare: resultWaiting,
    onlyFor: (key, ground) => speaksFor(key, GROUND[ground].lead),
  }),
  ...onTasks({
    door: 'withdrawReportAction',
    title: "a responsible unit's 进展",
    right: 'report.withdraw',
    grounds: EVERY_PLAN,
    prepare: progressOfNamed,
    // A parent's head signs for a 科室 that leads, not for one that only takes part.
    onlyFor: (key, ground) => key !== 'bureau_head' && speaksFor(key, GROUND[ground].named!),
  }),
  ...onTasks({
    door: 'acceptReportAction',
    title: 'a 办结申请',
    right: 'report.accept',
    grounds: GROUNDS,
    prepare: resultWaiting,
  }),
  ...onTasks({
    door: 'returnReportAction',
    title: 'a 办结申请',
    right: 'report.return',
    grounds: EVERY_PLAN,
    prepare: async (ground) => ({ ...(await resultWaiting(ground)), reason: '缺少办件数据' }),
  }),
  ...onTasks({
    door: 'returnReportAction',
    title: "a responsible unit's 进展",
    right: 'report.return',
    grounds: ['city'],
    prepare: async (ground) => ({ ...(await progressOfNamed(ground)), reason: '缺少办件数据' }),
  }),
  ...onTasks({
    door: 'reopenTaskAction',
    title: 'a task 已办结',
    right: 'task.reopen',
    grounds: EVERY_PLAN,
    prepare: async (ground) => moveFields(await completed(ground)),
  }),
  ...onTasks({
    door: 'cancelTaskAction',
    title: 'an open task',
    right: 'task.cancel',
    grounds: GROUNDS,
    prepare: async (ground) => moveFields(await makeTask(world, ground)),
  }),
  ...onTasks({
    door: 'restoreTaskAction',
    title: 'a task 已取消',
    right: 'task.cancel',
    grounds: EVERY_PLAN,
    prepare: async (ground) => moveFields(await cancelled(ground)),
  }),
  ...onTasks({
    door: 'decideIssueLatenessAction',
    title: 'a task due before its plan began',
    right: 'task.decide_issue_lateness',
    grounds: EVERY_PLAN,
    prepare: async (ground) => moveFields(await makeTask(world, ground, { dueOn: '2022-02-10' })),
  }),
  ...onTasks({
    door: 'requestExtensionAction',
    title: 'an open task',
    right: 'extension.request',
    onlyFor: (key, ground) => isHeadOf(key, GROUND[ground].lead),
    grounds: GROUNDS,
    prepare: async (ground) => {
      const taskId = await makeTask(world, ground);
      return {
        taskId: String(taskId),
        version: await taskVersion(taskId),
        toDueOn: '2023-01-31',
        reason: '接口未开放',
        idempotencyKey: formKey(),
      };
    },
  }),
  {
    door: 'requestExtensionAction',
    title: 'an open task led by a unit that represents a district and has no head',
    where: 'on the ground zone',
    prepare: async () => {
      const taskId = await makeTask(world, 'zone');
      await db().taskUnit.updateMany({ where: { taskId, role: 'LEAD' }, data: { unitId: world.units.westZone } });
      const version = await taskVersion(taskId);
      return {
        taskId: String(taskId),
        version,
        toDueOn: '2023-01-31',
        reason: '接口未开放',
        idempotencyKey: formKey(),
      };
    },
    wanted: (key) => {
      if (isHeadOf(key, 'westZone')) return 'done';
      return standsOn(key, 'zone').length === 0 ? 'not_found' : 'forbidden';
    },
  },
  ...onTasks({
    door: 'decideExtensionAction',
    title: 'the first extension',
    right: 'extension.decide',
    grounds: EVERY_PLAN,
    prepare: (ground) => extensionWaiting(ground, 0),
  }),
  ...onTasks({
    door: 'decideExtensionAction',
    title: 'the second extension',
    right: 'extension.decide_again',
    grounds: EVERY_PLAN,
    prepare: (ground) => extensionWaiting(ground, 1),
  }),
];

const planFields = (plan: { id: number; version: number }): Fields => ({
  planId: String(plan.id),
  version: String(plan.version),
  effectiveFrom: '2022-09-01',
  basis: '印发通知',
  reason: '重复导入',
});

export async function openQuestion(planId: number, taskId: number | null = null): Promise<Fields> {
  const question = await db().question.create({
    data: { planId, taskId, position: next(), field: 'deadline', text: '完成时限读不出日期，请确认' },
    select: { id: true },
  });
  return { questionId: String(question.id), answer: '按印发原件为 2022年12月底' };
}

export const PLAN_CASES: readonly DrivenCase[] = [
  ...onPlans({
    door: 'activatePlanAction',
    title: 'a draft',
    right: 'plan.activate',
    isDraft: true,
    prepare: async (ground) => planFields(await makePlan(world, ground, 'DRAFT')),
  }),
  ...onPlans({
    door: 'withdrawPlanAction',
    title: 'a draft',
    right: 'plan.withdraw',
    isDraft: true,
    prepare: async (ground) => planFields(await makePlan(world, ground, 'DRAFT')),
  }),
  ...onPlans({
    door: 'archivePlanAction',
    title: 'a plan 执行中',
    right: 'plan.archive',
    isDraft: false,
    prepare: async (ground) => planFields(await makePlan(world, ground, 'ACTIVE')),
  }),
  ...onPlans({
    door: 'answerQuestionAction',
    title: 'on a draft',
    right: 'question.answer',
    isDraft: true,
    prepare: (ground) => openQuestion(world.drafts[ground]),
  }),
  ...onPlans({
    door: 'answerQuestionAction',
    title: 'on a plan 执行中',
    right: 'question.answer',
    isDraft: false,
    prepare: (ground) => openQuestion(world.plans[ground]),
  }),
];

export const idOf = (place: Place) => (place === 'platform' ? 'platform' : String(world.regions[place]));
export const PLACES = ['city', 'east', 'far'] as const;
export const EVERY_PLACE: readonly Place[] = [...PLACES, 'platform'];

export const accountFields = (place: Place): Fields => ({
  displayName: '张三',
  region: idOf(place),
  roles: [place === 'platform' ? 'admin' : 'office'],
  unitId: '',
  scopeUnitId: '',
});
const unitFields = async (place: Place): Promise<Fields> => {
  const unit = await makeUnit(world, place as RegionKey);
  return { unitId: String(unit.id), version: String(unit.version) };
};

export const REGION_CASES: readonly DrivenCase[] = [
  ...inRegions({
    door: 'createAccountAction',
    right: 'account.manage',
    places: EVERY_PLACE,
    prepare: async (place) => ({ ...accountFields(place), username: `made-${next()}` }),
  }),
  ...inRegions({
    door: 'updateAccountAction',
    right: 'account.manage',
    places: EVERY_PLACE,
    prepare: async (place) => {
      const account = await makeAccount(world, place);
      return {
        ...accountFields(place),
        accountId: String(account.id),
        version: String(account.version),
        isActive: 'on',
      };
    },
  }),
  ...inRegions({
    door: 'resetPasswordAction',
    right: 'account.manage',
    places: EVERY_PLACE,
    prepare: async (place) => {
      const account = await makeAccount(world, place);
      return { accountId: String(account.id), version: String(account.version) };
    },
  }),
  ...inRegions({
    door: 'importAccountsAction',
    right: 'account.manage',
    places: PLACES,
    prepare: async (place) => ({
      region: idOf(place),
      rows: JSON.stringify([
        { row: 2, username: `made-${next()}`, displayName: '李四', roles: '优化办工作人员', unit: '' },
      ]),
    }),
  }),
  ...inRegions({
    door: 'addUnitAction',
    right: 'unit.manage',
    places: PLACES,
    prepare: async (place) => ({
      regionId: idOf(place),
      parentId: '',
      name: `新设局${next()}`,
      fullName: '',
      kind: 'department',
      divisions: '',
    }),
  }),
  ...inRegions({
    door: 'changeUnitAction',
    right: 'unit.manage',
    places: PLACES,
    prepare: async (place) => ({
      ...(await unitFields(place)),
      name: `更名局${next()}`,
      fullName: '',
      divisions: '',
    }),
  }),
  ...inRegions({
    door: 'moveUnitAction',
    right: 'unit.manage',
    places: PLACES,
    prepare: async (place) => ({ ...(await unitFields(place)), position: '1' }),
  }),
  ...inRegions({
    door: 'addAliasAction',
    right: 'unit.manage',
    places: PLACES,
    prepare: async (place) => ({ ...(await unitFields(place)), alias: `别称${next()}` }),
  }),
  ...inRegions({
    door: 'removeAliasAction',
    right: 'unit.manage',
    places: PLACES,
    prepare: async (place) => {
      const fields = await unitFields(place);
      const alias = await db().unitAlias.create({
        data: { unitId: Number(fields.unitId), name: `别称${next()}` },
        select: { id: true },
      });
      return { ...fields, aliasId: String(alias.id) };
    },
  }),
  ...inRegions({
    door: 'mergeUnitsAction',
    right: 'unit.manage',
    places: PLACES,
    prepare: async (place) => {
      const [from, into] = [await makeUnit(world, place as RegionKey), await makeUnit(world, place as RegionKey)];
      return {
        fromUnitId: String(from.id),
        intoUnitId: String(into.id),
        fromVersion: String(from.version),
        intoVersion: String(into.version),
        basis: '江编办〔2022〕3号',
      };
    },
  }),
];

/** A list of one row with one question, and who leads not printed: every change of a draft can be made to it. */
const READING: Reading = {
  document: {
    source: '清单.docx',
    kind: 'task-list',
    title: '重点任务清单',
    noticeTitle: null,
    issuer: null,
    docNumber: null,
    year: 2022,
    issuedOn: null,
    region: null,
    regionCode: null,
    level: 'city',
    ownerUnitName: null,
    printedTotal: null,
  },
  leadRule: { kind: 'asked', words: '由谁牵头待确认' },
  rows: [
    {
      seq: 1,
      section: null,
      measure: null,
      indicator1: null,
      indicator2: null,
      text: '推进“一网通办”',
      points: null,
      scoring: null,
      group: null,
      leadRaw: null,
      responsibleRaw: '市财政局',
      deadlineRaw: '2022年12月底',
      lead: [],
      responsible: ['市财政局'],
      deadline: { dueOn: '2022-12-31', ongoing: false, note: null },
      extra: {},
      inherited: [],
      source: { place: '表1第2行', cells: [] },
    },
  ],
  questions: [
    { kind: 'text', field: 'text', row: 0, text: '请确认', place: '表1第2行', printed: null, candidates: [] },
  ],
  leftOver: [],
  notices: [],
  candidates: [{ words: '表1', place: '表1' }],
  chosen: 0,
};

export async function makeDraft(place: Place, basePlanId: number | null = null): Promise<number> {
  const { draftId } = await createDraft(
    null,
    { bytes: new TextEncoder().encode(`清单${next()}`), fileName: '清单.txt', mediaType: 'text/plain' },
    { regionCode: `viewers-${place}`, year: null, ownerUnitName: null, basePlanId, isAgain: false },
  );
  const token = randomUUID();
  await db().importDraft.update({ where: { id: draftId! }, data: { readingToken: token }, select: { id: true } });
  await inTransaction((tx) => storeReading(tx, draftId!, token, READING));
  return draftId!;
}

/** A list of one row more than the plan it revises, which has none. */
async function makeRevision(place: Place): Promise<number> {
  const plan = await db().plan.create({
    data: { kind: 'TASK_LIST', regionId: world.regions[place as RegionKey], title: '清单', year: 2022, level: 'city' },
    select: { id: true },
  });
  return makeDraft(place, plan.id);
}

/** Whatever any of the draft's forms sends; each action takes what it knows. */
async function draftFields(draftId: number): Promise<Fields> {
  const draft = (await findDraft(await as('platform_admin'), draftId))!;
  const { id, version } = draft.rows[0]!;
  return { draftId: String(draftId), version: String(draft.version), rowId: String(id), rowVersion: String(version) };
}

const draftCase = (door: string, prepare: (place: Place) => Promise<Fields>): DrivenCase[] =>
  inRegions({ door, title: 'an import draft', right: 'import.commit', places: PLACES, prepare });

export const DRAFT_CASES: readonly DrivenCase[] = [
  ...draftCase('restartReadingAction', async (place) => {
    const draftId = await makeDraft(place);
    const data = { status: 'READING', readingToken: randomUUID(), lastWordAt: new Date(0) } as const;
    await db().importDraft.update({ where: { id: draftId }, data, select: { id: true } });
    return { draftId: String(draftId) };
  }),
  ...draftCase('readAgainAction', async (place) => ({ ...(await draftFields(await makeDraft(place))), isSure: 'on' })),
  ...draftCase('editRowAction', async (place) => ({
    ...(await draftFields(await makeDraft(place))),
    field: 'text',
    value: '推进“一事联办”',
  })),
  ...draftCase('applyToAllAction', async (place) => ({
    ...(await draftFields(await makeDraft(place))),
    field: 'deadline',
    printed: '2022-12-31',
    value: '2022-11-30',
  })),
  ...draftCase('answerDraftQuestionAction', async (place) => {
    const draftId = await makeDraft(place);
    const draft = (await findDraft(await as('platform_admin'), draftId))!;
    const { questionId, questionVersion } = draft.groups[0]!.first;
    return {
      draftId: String(draftId),
      questionId: String(questionId),
      questionVersion: String(questionVersion),
      way: 'keep',
    };
  }),
  ...draftCase('confirmKindAction', async (place) => ({
    ...(await draftFields(await makeDraft(place))),
    kind: 'text',
  })),
  ...draftCase('setLeaderRuleAction', async (place) => ({
    ...(await draftFields(await makeDraft(place))),
    rule: 'first',
  })),
  ...draftCase('excludeRowAction', async (place) => draftFields(await makeDraft(place))),
  ...draftCase('includeRowAction', async (place) => {
    const draftId = await makeDraft(place);
    const { rowId, rowVersion } = await draftFields(draftId);
    const target = { draftId, rowId: Number(rowId), rowVersion: Number(rowVersion) };
    await excludeRow(await as('platform_admin'), target);
    return draftFields(draftId);
  }),
  ...draftCase('setDocumentFactsAction', async (place) => ({
    ...(await draftFields(await makeDraft(place))),
    title: '重点任务清单（修订）',
    year: '2022',
  })),
  ...draftCase('undoLastAction', async (place) => {
    const draftId = await makeDraft(place);
    const { rowId, rowVersion } = await draftFields(draftId);
    const target = { draftId, rowId: Number(rowId), rowVersion: Number(rowVersion) };
    await editRow(await as('platform_admin'), { ...target, field: 'text', value: '推进“一事联办”' });
    return draftFields(draftId);
  }),
  ...draftCase('commitDraftAction', async (place) => ({
    ...(await draftFields(await makeDraft(place))),
    confirmOpen: 'on',
  })),
  ...draftCase('withdrawImportAction', async (place) => {
    const draftId = await makeDraft(place);
    const { version } = await draftFields(draftId);
    await commitDraft(await as('platform_admin'), { draftId, version: Number(version), confirmOpen: true });
    return { draftId: String(draftId), reason: '导入了旧稿' };
  }),
  ...draftCase('discardDraftAction', async (place) => draftFields(await makeDraft(place))),
  ...draftCase('decideRowAction', async (place) => {
    const { rowVersion, ...fields } = await draftFields(await makeRevision(place));
    return { ...fields, version: rowVersion!, decision: 'take' };
  }),
  ...draftCase('decideAllAction', async (place) => ({
    draftId: String(await makeRevision(place)),
    kind: 'added',
    decision: 'take',
  })),
  ...draftCase('commitRevisionAction', async (place) => {
    const draftId = await makeRevision(place);
    await decideAll(await as('platform_admin'), { draftId, kind: 'added', decision: 'take' });
    return { ...(await draftFields(draftId)), confirmOpen: 'on' };
  }),
];
