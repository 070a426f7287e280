// Every server action and every route handler, driven by every kind of viewer on a real database (DESIGN §5). What each may do is typed here
// by hand from DESIGN §3 and §5: it is compared with the table of rights, and with what happens when the action is called.
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { redirect } from 'next/navigation';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { findAccount, listAccounts } from '@/lib/accounts/account.queries';
import { findBoardScope } from '@/lib/dashboards/board-scope.queries';
import { listOverdue } from '@/lib/dashboards/overdue.queries';
import { getUnitHome } from '@/lib/dashboards/unit-home.queries';
import { decideExtension, requestExtension } from '@/lib/extensions/extension.commands';
import { decideExtensionSchema, requestExtensionSchema } from '@/lib/extensions/extension.schema';
import { commitDraft, createDraft, storeReading } from '@/lib/imports/drafts/draft.commands';
import { findDraft, listDrafts } from '@/lib/imports/drafts/draft.queries';
import { editRow, excludeRow } from '@/lib/imports/drafts/draft-edit.commands';
import type { Reading } from '@/lib/imports/reading/reading.schema';
import { decideAll } from '@/lib/imports/revisions/revision.commands';
import { findPlan, findPlanFile, listPlans } from '@/lib/plans/plan.queries';
import { submitProgress, submitResult } from '@/lib/reports/report.commands';
import { findReportForm, listReports } from '@/lib/reports/report.queries';
import { acceptReport, returnReport } from '@/lib/reviews/review.commands';
import { findOfficeForms, findReviewQueue } from '@/lib/reviews/review.queries';
import { findTaskAccess, listPlanAccess } from '@/lib/rights/rights.queries';
import { ACTIONS, type Action, isAllowed, RELATIONS, type Relation, ROLES, type Role } from '@/lib/rights/rights.table';
import { type Actor, loadActor } from '@/lib/server/auth/actor';
import { db, inTransaction } from '@/lib/server/db';
import { ERROR_WORDS } from '@/lib/server/errors';
import { type FormState, formAction, IDLE } from '@/lib/server/form-action';
import { cancelTask } from '@/lib/tasks/task.commands';
import { EMPTY_FILTER } from '@/lib/tasks/task.filter';
import { listTasks } from '@/lib/tasks/task.queries';
import { findTaskDetail } from '@/lib/tasks/task-detail.queries';
import { findUnitForEditing } from '@/lib/units/unit.queries';
import { ownerUrl } from '../support/database';
import {
  actorOf,
  DAY,
  formKey,
  GROUND,
  GROUNDS,
  type Ground,
  gateOf,
  HANDS,
  makeAccount,
  makePlan,
  makeTask,
  makeUnit,
  makeWorld,
  next,
  PASSWORD,
  PLAN_GROUNDS,
  type PlanGround,
  REGIONS,
  type RegionKey,
  speaksFor,
  standsInRegion,
  standsOn,
  standsToPlan,
  VIEWER_KEYS,
  VIEWERS,
  type ViewerKey,
  type World,
} from '../support/viewers';

// ------------------------------------------------------------------------------------------------ who asks

/** The account a call comes from; null: nobody is signed in. The one thing that a browser's cookie would otherwise say. */
const caller = vi.hoisted(() => ({
  accountId: null as number | null,
  actors: new Map<number, Promise<Actor | null>>(),
}));

vi.mock('@/lib/server/auth/session', () => {
  // The viewers' accounts stay as they are but for one test, so each is read once and not thousands of times.
  const signedIn = async (): Promise<Actor | null> => {
    if (caller.accountId === null) return null;
    const known = caller.actors.get(caller.accountId) ?? loadActor(caller.accountId);
    caller.actors.set(caller.accountId, known);
    return known;
  };
  return {
    PASSWORD_PAGE: '/account/password',
    readSessionId: async () => null,
    writeSessionCookie: async () => {},
    endOwnSession: async () => {},
    findActor: async ({ passwordMayBeDue = false } = {}) => {
      const actor = await signedIn();
      return actor?.mustChangePassword && !passwordMayBeDue ? null : actor;
    },
    requireActor: async ({ passwordMayBeDue = false } = {}) => {
      const actor = await signedIn();
      if (!actor) redirect('/login');
      if (actor.mustChangePassword && !passwordMayBeDue) redirect('/account/password');
      return actor;
    },
  };
});
vi.mock('next/headers', () => ({ headers: async () => new Headers(), cookies: async () => new Map() }));
// Outside a browser's request there is no page to draw again.
vi.mock('next/cache', () => ({ refresh: () => {} }));
// A reading would go on beside the calls that follow and write while they are watched.
vi.mock('@/lib/imports/drafts/reading.jobs', () => ({ readInBackground: () => {} }));

let world: World;

function callAs(key: ViewerKey): void {
  caller.accountId = key === 'nobody' ? null : world.accounts[key];
}

// ------------------------------------------------------------------------------------------------ what happened

/** Reads as the owner of the tables, who sees them all. */
let owner: Client;
let tablesSql = '';

/** Newest row and count of every table, read from the rows' own transaction ids: any write that stayed shows, in any table. */
async function readMarks(): Promise<Map<string, string>> {
  if (tablesSql === '') {
    const tables = await owner.query<{ name: string }>(
      "SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1",
    );
    tablesSql = tables.rows
      .map(({ name }) => {
        const rows = name === 'audit_event' ? 'audit_event WHERE NOT is_refusal' : name;
        return `SELECT '${name}' AS name, count(*) || '/' || coalesce(max(xmin::text::bigint), 0) AS mark FROM ${rows}`;
      })
      .join(' UNION ALL ');
  }
  const marks = await owner.query<{ name: string; mark: string }>(tablesSql);
  return new Map(marks.rows.map(({ name, mark }) => [name, mark]));
}

type Refusal = { id: bigint; actorId: number | null; code: string };
/** The next transaction number, which moves with every transaction that writes or locks a row, and the latest refusal on record. */
type Pulse = { transaction: bigint; refusal: Refusal | null };

async function readPulse(): Promise<Pulse> {
  const rows = await db().$queryRaw<({ transaction: string } & Partial<Refusal>)[]>`
    SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS transaction, r.*
      FROM (SELECT 1) one LEFT JOIN (
        SELECT id, actor_id AS "actorId", payload ->> 'code' AS code FROM audit_event WHERE is_refusal ORDER BY id DESC LIMIT 1) r ON true`;
  const { transaction, id, actorId, code } = rows[0]!;
  const refusal = id == null ? null : { id, actorId: actorId ?? null, code: code ?? '' };
  return { transaction: BigInt(transaction), refusal };
}

/** The address Next's redirect signal carries; null for any other error. */
function redirectTo(error: unknown): string | null {
  const digest = (error as { digest?: unknown } | null)?.digest;
  return typeof digest === 'string' && digest.startsWith('NEXT_REDIRECT;')
    ? digest.split(';').slice(2, -2).join(';')
    : null;
}

type ServerAction = (previous: FormState, form: FormData) => Promise<FormState>;
/** 'done', 'sign_in', 'choose_password', the code of a refusal given in its own words, or what was wrong with the answer. */
type Outcome = string;

function formOf(fields: Record<string, string | string[]>): FormData {
  const form = new FormData();
  for (const [key, value] of Object.entries(fields)) for (const one of [value].flat()) form.append(key, one);
  return form;
}

/** How the tables stood after the last call; null: something else has been written since. */
let last: { pulse: Pulse; marks: Map<string, string> } | null = null;

/** Calls an action as a viewer and says what came of it: for the viewer, in the tables, and in the trail of refusals. */
async function drive(key: ViewerKey, action: ServerAction, form: FormData): Promise<Outcome> {
  const before = last ?? { marks: await readMarks(), pulse: await readPulse() };
  callAs(key);
  let outcome: Outcome;
  let isRefused = false;
  try {
    const state = await action(IDLE, form);
    isRefused = state.status === 'refused';
    if (state.status === 'ok') outcome = 'done';
    else if (state.status === 'invalid') outcome = `invalid ${JSON.stringify(state.fieldErrors)}`;
    else outcome = isRefused ? (state.message ?? '') : state.status;
  } catch (error) {
    const to = redirectTo(error);
    if (to === null) throw error;
    outcome = to === '/login' ? 'sign_in' : to === '/account/password' ? 'choose_password' : 'done';
  }
  const pulse = await readPulse();
  if (isRefused) {
    const { refusal } = pulse;
    const isRecorded =
      refusal !== null && refusal.id !== before.pulse.refusal?.id && refusal.actorId === caller.accountId;
    if (!isRecorded) outcome = `not recorded: ${outcome}`;
    else if (outcome === ERROR_WORDS[refusal.code as keyof typeof ERROR_WORDS]) outcome = refusal.code;
    else outcome = `${refusal.code}: ${outcome}`;
  }
  // Nothing but the refusal took a transaction number: no table need be looked at.
  const isStill = pulse.transaction - before.pulse.transaction === (isRefused ? 1n : 0n);
  const marks = isStill ? before.marks : await readMarks();
  const written = [...marks].filter(([name, mark]) => before.marks.get(name) !== mark).map(([name]) => name);
  last = { pulse, marks };
  if (outcome === 'done') return written.length > 0 ? 'done' : 'done, but nothing was written';
  return written.length === 0 ? outcome : `${outcome}, but wrote ${written.join(', ')}`;
}

// ------------------------------------------------------------------------------------------------ the table by hand

const UNITS_OF_THE_TASK =
  'unit_reporter@lead_unit unit_reporter@responsible_unit unit_head@lead_unit unit_head@responsible_unit unit_head@parent_head office@lead_unit office@responsible_unit';
const OVERSEERS =
  'office@plan_office office@parent_office leader@plan_office leader@parent_office admin@plan_office admin@parent_office admin@platform';
const UNITS_OF_THE_REGION = 'unit_reporter@region_unit unit_head@region_unit office@region_unit';
const OFFICE = 'office@plan_office';

/** role@relation of everyone who may, and no one else. */
const BY_HAND: Record<Action, string> = {
  // other units of the region read printed rows and standing, not narratives
  'task.read': `${UNITS_OF_THE_TASK} ${OVERSEERS} ${UNITS_OF_THE_REGION}`,
  'report.read': `${UNITS_OF_THE_TASK} ${OVERSEERS}`,
  'report.submit_progress': UNITS_OF_THE_TASK,
  'report.submit_result': 'unit_reporter@lead_unit unit_head@lead_unit unit_head@parent_head office@lead_unit', // any lead
  'report.withdraw': UNITS_OF_THE_TASK, // and there only the unit that reported
  'report.return': OFFICE,
  'report.accept': OFFICE,
  'review.read_old': 'leader@plan_office', // a review older than the limit is shown to the leader
  'task.reopen': OFFICE,
  'task.cancel': OFFICE,
  'task.correct': OFFICE,
  'task.reassign': OFFICE,
  'task.decide_issue_lateness': OFFICE,
  'extension.request': 'unit_head@lead_unit unit_head@parent_head', // a unit head asks,
  'extension.decide': OFFICE, // the office decides,
  'extension.decide_again': 'leader@plan_office', // from the second on a leader
  'plan.read': `${UNITS_OF_THE_TASK} ${OVERSEERS} ${UNITS_OF_THE_REGION}`,
  'plan.read_draft': 'office@plan_office admin@plan_office admin@parent_office admin@platform',
  'plan.activate': 'office@plan_office admin@plan_office admin@platform',
  'plan.archive': OFFICE,
  'plan.withdraw': 'admin@plan_office admin@platform',
  'plan.fix_members': OFFICE,
  'question.answer': 'office@plan_office admin@plan_office admin@platform',
  'overdue.read': OVERSEERS,
  'unit.manage': 'admin@plan_office admin@platform',
  'account.manage': 'admin@plan_office admin@parent_office admin@platform',
  'import.commit': 'admin@plan_office admin@platform',
};

function mayByHand(action: Action, roles: readonly Role[], relations: readonly Relation[]): boolean {
  const may = BY_HAND[action].split(' ');
  return roles.some((role) => relations.some((relation) => may.includes(`${role}@${relation}`)));
}

type Expected = Record<string, Outcome>;

/** What every viewer is to meet, from how they stand to the thing. */
function expectFor(outcomeOf: (key: ViewerKey) => Outcome): Expected {
  return Object.fromEntries(
    VIEWER_KEYS.map((key) => {
      const gate = gateOf(key);
      return [key, gate !== 'open' ? gate : outcomeOf(key)];
    }),
  );
}

// ------------------------------------------------------------------------------------------------ the cases

type Fields = Record<string, string | string[]>;
/** Makes a thing the action can be carried out on, and gives the form that does it. */
type Prepare<Place> = (place: Place) => Promise<Fields>;

type TaskCase = {
  /** Export of a *.actions.ts, or the name of a command that has no action yet. */
  door: string;
  title: string;
  right: Action;
  grounds: readonly Ground[];
  prepare: Prepare<Ground>;
  /** Narrower than the right: whose the thing is. */
  onlyFor?: (key: ViewerKey, ground: Ground) => boolean;
};

/** One on each plan; a named responsible unit stands on each of them. */
const EVERY_PLAN: readonly Ground[] = PLAN_GROUNDS;
const NARRATIVE = '已完成流程再造并上线试运行，办件量稳步上升。';

const hands = new Map<ViewerKey, Promise<Actor>>();
function as(key: ViewerKey): Promise<Actor> {
  const actor = hands.get(key) ?? actorOf(world, key);
  hands.set(key, actor);
  return actor;
}
const cycleOf = (ground: Ground) => world.cycles[GROUND[ground].plan];
const taskVersion = async (taskId: number): Promise<string> =>
  String((await db().task.findUniqueOrThrow({ where: { id: taskId }, select: { version: true } })).version);

const words = (narrative = NARRATIVE) => ({ percent: 60, narrative, problems: '', needs: '', nextSteps: '' });

async function report(
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

async function reviewFields(taskId: number, made: { reportId: number; version: number }): Promise<Fields> {
  return {
    taskId: String(taskId),
    reportId: String(made.reportId),
    reportVersion: String(made.version),
    idempotencyKey: formKey(),
  };
}

async function resultWaiting(ground: Ground): Promise<Fields> {
  const taskId = await makeTask(world, ground);
  return reviewFields(taskId, await report('RESULT', HANDS[ground].lead, ground, taskId));
}

async function progressOfNamed(ground: Ground): Promise<Fields> {
  const taskId = await makeTask(world, ground);
  return reviewFields(taskId, await report('PROGRESS', HANDS[ground].named!, ground, taskId));
}

async function moveFields(taskId: number): Promise<Fields> {
  return {
    taskId: String(taskId),
    version: await taskVersion(taskId),
    reason: '复核发现未达标',
    basis: '江营商办〔2022〕8号',
    idempotencyKey: formKey(),
  };
}

async function completed(ground: Ground): Promise<number> {
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

async function cancelled(ground: Ground): Promise<number> {
  const taskId = await makeTask(world, ground);
  await cancelTask(await as(HANDS[ground].office), {
    taskId,
    version: Number(await taskVersion(taskId)),
    basis: '江营商办〔2022〕8号',
    idempotencyKey: formKey(),
  });
  return taskId;
}

const reportFields = async (ground: Ground, kind: 'PROGRESS' | 'RESULT'): Promise<Fields> => {
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
async function extensionWaiting(ground: Ground, granted: 0 | 1): Promise<Fields> {
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

const TASK_CASES: readonly TaskCase[] = [
  {
    door: 'submitProgressAction',
    title: '进展',
    right: 'report.submit_progress',
    grounds: GROUNDS,
    prepare: (ground) => reportFields(ground, 'PROGRESS'),
  },
  {
    door: 'submitResultAction',
    title: '申请办结',
    right: 'report.submit_result',
    grounds: GROUNDS,
    prepare: (ground) => reportFields(ground, 'RESULT'),
  },
  {
    door: 'submitReportAction',
    title: 'the button 提交进展',
    right: 'report.submit_progress',
    grounds: ['city'],
    prepare: (ground) => reportFields(ground, 'PROGRESS'),
  },
  {
    door: 'submitReportAction',
    title: 'the button 申请办结',
    right: 'report.submit_result',
    grounds: ['city'],
    prepare: (ground) => reportFields(ground, 'RESULT'),
  },
  {
    door: 'withdrawReportAction',
    title: "the lead's 办结申请",
    right: 'report.withdraw',
    grounds: GROUNDS,
    prepare: resultWaiting,
    onlyFor: (key, ground) => speaksFor(key, GROUND[ground].lead),
  },
  {
    door: 'withdrawReportAction',
    title: "a responsible unit's 进展",
    right: 'report.withdraw',
    grounds: EVERY_PLAN,
    prepare: progressOfNamed,
    // A parent's head signs for a 科室 that leads, not for one that only takes part.
    onlyFor: (key, ground) => key !== 'bureau_head' && speaksFor(key, GROUND[ground].named!),
  },
  {
    door: 'acceptReportAction',
    title: 'a 办结申请',
    right: 'report.accept',
    grounds: GROUNDS,
    prepare: resultWaiting,
  },
  {
    door: 'returnReportAction',
    title: 'a 办结申请',
    right: 'report.return',
    grounds: EVERY_PLAN,
    prepare: async (ground) => ({ ...(await resultWaiting(ground)), reason: '缺少办件数据' }),
  },
  {
    door: 'returnReportAction',
    title: "a responsible unit's 进展",
    right: 'report.return',
    grounds: ['city'],
    prepare: async (ground) => ({ ...(await progressOfNamed(ground)), reason: '缺少办件数据' }),
  },
  {
    door: 'reopenTaskAction',
    title: 'a task 已办结',
    right: 'task.reopen',
    grounds: EVERY_PLAN,
    prepare: async (ground) => moveFields(await completed(ground)),
  },
  {
    door: 'cancelTaskAction',
    title: 'an open task',
    right: 'task.cancel',
    grounds: GROUNDS,
    prepare: async (ground) => moveFields(await makeTask(world, ground)),
  },
  {
    door: 'restoreTaskAction',
    title: 'a task 已取消',
    right: 'task.cancel',
    grounds: EVERY_PLAN,
    prepare: async (ground) => moveFields(await cancelled(ground)),
  },
  {
    door: 'decideIssueLatenessAction',
    title: 'a task due before its plan began',
    right: 'task.decide_issue_lateness',
    grounds: EVERY_PLAN,
    prepare: async (ground) => moveFields(await makeTask(world, ground, { dueOn: '2022-02-10' })),
  },
  {
    door: 'requestExtensionAction',
    title: 'an open task',
    right: 'extension.request',
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
  },
  {
    door: 'decideExtensionAction',
    title: 'the first extension',
    right: 'extension.decide',
    grounds: EVERY_PLAN,
    prepare: (ground) => extensionWaiting(ground, 0),
  },
  {
    door: 'decideExtensionAction',
    title: 'the second extension',
    right: 'extension.decide_again',
    grounds: EVERY_PLAN,
    prepare: (ground) => extensionWaiting(ground, 1),
  },
];

type PlanCase = {
  door: string;
  title: string;
  right: Action;
  isDraft: boolean;
  prepare: Prepare<PlanGround>;
};

const planFields = (plan: { id: number; version: number }): Fields => ({
  planId: String(plan.id),
  version: String(plan.version),
  effectiveFrom: '2022-09-01',
  basis: '印发通知',
  reason: '重复导入',
});

async function openQuestion(planId: number, taskId: number | null = null): Promise<Fields> {
  const question = await db().question.create({
    data: { planId, taskId, position: next(), field: 'deadline', text: '完成时限读不出日期，请确认' },
    select: { id: true },
  });
  return { questionId: String(question.id), answer: '按印发原件为 2022年12月底' };
}

const PLAN_CASES: readonly PlanCase[] = [
  {
    door: 'activatePlanAction',
    title: 'a draft',
    right: 'plan.activate',
    isDraft: true,
    prepare: async (ground) => planFields(await makePlan(world, ground, 'DRAFT')),
  },
  {
    door: 'withdrawPlanAction',
    title: 'a draft',
    right: 'plan.withdraw',
    isDraft: true,
    prepare: async (ground) => planFields(await makePlan(world, ground, 'DRAFT')),
  },
  {
    door: 'archivePlanAction',
    title: 'a plan 执行中',
    right: 'plan.archive',
    isDraft: false,
    prepare: async (ground) => planFields(await makePlan(world, ground, 'ACTIVE')),
  },
  {
    door: 'answerQuestionAction',
    title: 'on a draft',
    right: 'question.answer',
    isDraft: true,
    prepare: (ground) => openQuestion(world.drafts[ground]),
  },
  {
    door: 'answerQuestionAction',
    title: 'on a plan 执行中',
    right: 'question.answer',
    isDraft: false,
    prepare: (ground) => openQuestion(world.plans[ground]),
  },
];

type Place = RegionKey | 'platform';
type RegionCase = { door: string; right: Action; places: readonly Place[]; prepare: Prepare<Place> };

const idOf = (place: Place) => (place === 'platform' ? 'platform' : String(world.regions[place]));
const PLACES = ['city', 'east', 'far'] as const;
const EVERY_PLACE: readonly Place[] = [...PLACES, 'platform'];

const accountFields = (place: Place): Fields => ({
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

const REGION_CASES: readonly RegionCase[] = [
  {
    door: 'createAccountAction',
    right: 'account.manage',
    places: EVERY_PLACE,
    prepare: async (place) => ({ ...accountFields(place), username: `made-${next()}` }),
  },
  {
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
  },
  {
    door: 'resetPasswordAction',
    right: 'account.manage',
    places: EVERY_PLACE,
    prepare: async (place) => {
      const account = await makeAccount(world, place);
      return { accountId: String(account.id), version: String(account.version) };
    },
  },
  {
    door: 'importAccountsAction',
    right: 'account.manage',
    places: PLACES,
    prepare: async (place) => ({
      region: idOf(place),
      rows: JSON.stringify([
        { row: 2, username: `made-${next()}`, displayName: '李四', roles: '优化办工作人员', unit: '' },
      ]),
    }),
  },
  {
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
  },
  {
    door: 'changeUnitAction',
    right: 'unit.manage',
    places: PLACES,
    prepare: async (place) => ({
      ...(await unitFields(place)),
      name: `更名局${next()}`,
      fullName: '',
      divisions: '',
    }),
  },
  {
    door: 'moveUnitAction',
    right: 'unit.manage',
    places: PLACES,
    prepare: async (place) => ({ ...(await unitFields(place)), position: '1' }),
  },
  {
    door: 'addAliasAction',
    right: 'unit.manage',
    places: PLACES,
    prepare: async (place) => ({ ...(await unitFields(place)), alias: `别称${next()}` }),
  },
  {
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
  },
  {
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
  },
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

async function makeDraft(place: Place, basePlanId: number | null = null): Promise<number> {
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

const draftCase = (door: string, prepare: Prepare<Place>): RegionCase => ({
  door,
  right: 'import.commit',
  places: PLACES,
  prepare,
});

const DRAFT_CASES: readonly RegionCase[] = [
  draftCase('restartReadingAction', async (place) => {
    const draftId = await makeDraft(place);
    const data = { status: 'READING', readingToken: randomUUID(), lastWordAt: new Date(0) } as const;
    await db().importDraft.update({ where: { id: draftId }, data, select: { id: true } });
    return { draftId: String(draftId) };
  }),
  draftCase('readAgainAction', async (place) => ({ ...(await draftFields(await makeDraft(place))), isSure: 'on' })),
  draftCase('editRowAction', async (place) => ({
    ...(await draftFields(await makeDraft(place))),
    field: 'text',
    value: '推进“一事联办”',
  })),
  draftCase('applyToAllAction', async (place) => ({
    ...(await draftFields(await makeDraft(place))),
    field: 'deadline',
    printed: '2022-12-31',
    value: '2022-11-30',
  })),
  draftCase('answerDraftQuestionAction', async (place) => {
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
  draftCase('confirmKindAction', async (place) => ({
    ...(await draftFields(await makeDraft(place))),
    kind: 'text',
  })),
  draftCase('setLeaderRuleAction', async (place) => ({
    ...(await draftFields(await makeDraft(place))),
    rule: 'first',
  })),
  draftCase('excludeRowAction', async (place) => draftFields(await makeDraft(place))),
  draftCase('includeRowAction', async (place) => {
    const draftId = await makeDraft(place);
    const { rowId, rowVersion } = await draftFields(draftId);
    const target = { draftId, rowId: Number(rowId), rowVersion: Number(rowVersion) };
    await excludeRow(await as('platform_admin'), target);
    return draftFields(draftId);
  }),
  draftCase('setDocumentFactsAction', async (place) => ({
    ...(await draftFields(await makeDraft(place))),
    title: '重点任务清单（修订）',
    year: '2022',
  })),
  draftCase('undoLastAction', async (place) => {
    const draftId = await makeDraft(place);
    const { rowId, rowVersion } = await draftFields(draftId);
    const target = { draftId, rowId: Number(rowId), rowVersion: Number(rowVersion) };
    await editRow(await as('platform_admin'), { ...target, field: 'text', value: '推进“一事联办”' });
    return draftFields(draftId);
  }),
  draftCase('commitDraftAction', async (place) => ({
    ...(await draftFields(await makeDraft(place))),
    confirmOpen: 'on',
  })),
  draftCase('withdrawImportAction', async (place) => {
    const draftId = await makeDraft(place);
    const { version } = await draftFields(draftId);
    await commitDraft(await as('platform_admin'), { draftId, version: Number(version), confirmOpen: true });
    return { draftId: String(draftId), reason: '导入了旧稿' };
  }),
  draftCase('discardDraftAction', async (place) => draftFields(await makeDraft(place))),
  draftCase('decideRowAction', async (place) => {
    const { rowVersion, ...fields } = await draftFields(await makeRevision(place));
    return { ...fields, version: rowVersion!, decision: 'take' };
  }),
  draftCase('decideAllAction', async (place) => ({
    draftId: String(await makeRevision(place)),
    kind: 'added',
    decision: 'take',
  })),
  draftCase('commitRevisionAction', async (place) => {
    const draftId = await makeRevision(place);
    await decideAll(await as('platform_admin'), { draftId, kind: 'added', decision: 'take' });
    return { ...(await draftFields(draftId)), confirmOpen: 'on' };
  }),
];

/** Actions with tests of their own below. */
const OWN_TESTS = ['changePasswordAction', 'signInAction', 'signOutAction'];
/** Commands to which no action leads yet, driven through the same formAction. */
const COMMANDS: Record<string, ServerAction> = {
  requestExtensionAction: formAction(requestExtensionSchema, async (actor, input) => {
    await requestExtension(actor, input);
  }),
  decideExtensionAction: formAction(decideExtensionSchema, decideExtension),
};

// ------------------------------------------------------------------------------------------------ what there is

const root = path.join(import.meta.dirname, '../..');
const actionFiles = fs.globSync('lib/**/*.actions.ts', { cwd: root }).sort();
const routeFiles = fs.globSync('app/**/route.{ts,tsx}', { cwd: root }).sort();
const doors = new Map<string, ServerAction>();

const load = (file: string): Promise<Record<string, unknown>> =>
  import(/* @vite-ignore */ pathToFileURL(path.join(root, file)).href) as Promise<Record<string, unknown>>;

function doorOf(name: string): ServerAction {
  const action = doors.get(name) ?? COMMANDS[name];
  if (!action) throw new Error(`there is no ${name}`);
  return action;
}

beforeAll(async () => {
  for (const file of actionFiles)
    for (const [name, value] of Object.entries(await load(file)))
      if (typeof value === 'function') doors.set(name, value as ServerAction);
  owner = new Client({ connectionString: ownerUrl });
  await owner.connect();
  world = await makeWorld();
});

beforeEach(() => {
  last = null;
});

/** Every viewer in turn, each on a thing no one has acted upon before. */
async function driveAll(door: string, prepare: () => Promise<Fields>): Promise<Expected> {
  const met: Expected = {};
  let fields: Fields | null = null;
  for (const key of VIEWER_KEYS) {
    if (fields === null) {
      fields = await prepare();
      last = null;
    }
    met[key] = await drive(key, doorOf(door), formOf(fields));
    if (met[key].startsWith('done') || met[key].includes('but wrote')) fields = null;
  }
  return met;
}

// ------------------------------------------------------------------------------------------------ tests

describe('the table of rights', () => {
  it.each(ACTIONS)('%s is granted as DESIGN says', (action) => {
    const pairs = ROLES.flatMap((role) => RELATIONS.map((relation) => [role, relation] as const));
    const granted = pairs.filter(([role, relation]) => isAllowed(action, [role], [relation]));
    const wanted = pairs.filter(([role, relation]) => mayByHand(action, [role], [relation]));
    expect(granted.map((pair) => pair.join('@'))).toEqual(wanted.map((pair) => pair.join('@')));
  });
});

describe('nothing slips past this test', () => {
  const covered = new Set([
    ...[...TASK_CASES, ...PLAN_CASES, ...REGION_CASES, ...DRAFT_CASES].map((one) => one.door),
    ...OWN_TESTS,
  ]);

  it('every server action has a case, and every case an action', () => {
    expect([...covered].filter((name) => !COMMANDS[name]).sort()).toEqual(
      [...doors.keys()].filter((name) => !COMMANDS[name]).sort(),
    );
  });

  it('what stands in for the session offers what the session does', async () => {
    const real = await vi.importActual('@/lib/server/auth/session');
    const standIn = await import('@/lib/server/auth/session');
    expect(Object.keys(standIn)).toEqual(expect.arrayContaining(Object.keys(real)));
  });

  it("'use server' stands in *.actions.ts alone", () => {
    const sources = fs.globSync('{app,components,lib}/**/*.{ts,tsx}', { cwd: root });
    const marked = sources.filter((file) =>
      /^\s*['"]use server['"]/m.test(fs.readFileSync(path.join(root, file), 'utf8')),
    );
    expect(marked.sort()).toEqual(actionFiles);
  });

  it('every route handler has a case', () => {
    expect(routeFiles).toEqual(Object.keys(ROUTES).sort());
  });
});

describe('how viewers stand', () => {
  it.each(GROUNDS)('to a task on the ground %s', async (ground) => {
    const taskId = await makeTask(world, ground);
    const found: Record<string, Relation[]> = {};
    for (const key of VIEWER_KEYS.filter((one) => gateOf(one) === 'open'))
      found[key] = ((await findTaskAccess(await as(key), taskId, DAY))?.relations ?? []).toSorted();
    const wanted = Object.keys(found).map((key) => [key, [...standsOn(key as ViewerKey, ground)].sort()]);
    expect(found).toEqual(Object.fromEntries(wanted));
  });

  it.each(PLAN_GROUNDS)('to the plan of the ground %s', async (ground) => {
    const found: Record<string, Relation[]> = {};
    for (const key of VIEWER_KEYS.filter((one) => gateOf(one) === 'open')) {
      const access = await listPlanAccess(await as(key));
      found[key] = (access.find((one) => one.planId === world.plans[ground])?.relations ?? []).toSorted();
    }
    const wanted = Object.keys(found).map((key) => [key, [...standsToPlan(key as ViewerKey, ground)].sort()]);
    expect(found).toEqual(Object.fromEntries(wanted));
  });

  it('a disabled account is no actor', async () => {
    expect(await loadActor(world.accounts.disabled_office)).toBeNull();
    expect(await loadActor(world.accounts.disabled_admin)).toBeNull();
  });
});

describe.each(TASK_CASES)('$door: $title', ({ door, right, grounds, prepare, onlyFor }) => {
  it.each(grounds)('on the ground %s', async (ground) => {
    const met = await driveAll(door, () => prepare(ground));
    expect(met).toEqual(
      expectFor((key) => {
        const relations = standsOn(key, ground);
        if (relations.length === 0) return 'not_found';
        const may = mayByHand(right, VIEWERS[key].roles, relations) && (onlyFor?.(key, ground) ?? true);
        return may ? 'done' : 'forbidden';
      }),
    );
  });
});

describe.each(PLAN_CASES)('$door: $title', ({ door, right, isDraft, prepare }) => {
  it.each(PLAN_GROUNDS)('of the ground %s', async (ground) => {
    const met = await driveAll(door, () => prepare(ground));
    expect(met).toEqual(
      expectFor((key) => {
        const { roles, isLimited } = VIEWERS[key];
        const relations = standsToPlan(key, ground);
        if (!mayByHand(isDraft ? 'plan.read_draft' : 'plan.read', roles, relations)) return 'not_found';
        // Who is limited to work groups moves no whole plan.
        const isBeyond = isLimited && right.startsWith('plan.');
        return mayByHand(right, roles, relations) && !isBeyond ? 'done' : 'forbidden';
      }),
    );
  });
});

describe.each([...REGION_CASES, ...DRAFT_CASES])('$door', ({ door, right, places, prepare }) => {
  it.each(places)('in %s', async (place) => {
    const met = await driveAll(door, () => prepare(place));
    expect(met).toEqual(
      expectFor((key) => (mayByHand(right, VIEWERS[key].roles, standsInRegion(key, place)) ? 'done' : 'not_found')),
    );
  });
});

describe('beyond the table', () => {
  const outcome = (key: ViewerKey, door: string, fields: Fields) => drive(key, doorOf(door), formOf(fields));

  it('the account that wrote a 办结申请 may not accept it, another officer may', async () => {
    const taskId = await makeTask(world, 'city');
    const fields = await reviewFields(taskId, await report('RESULT', 'reporting_officer', 'city', taskId));
    expect(await outcome('reporting_officer', 'acceptReportAction', fields)).toMatch(
      /^forbidden: 办结申请由您填写或签发/,
    );
    expect(await outcome('city_office', 'acceptReportAction', fields)).toBe('done');
  });

  it('the account that signed a 办结申请 may not accept it', async () => {
    const taskId = await makeTask(world, 'city');
    const fields = await reviewFields(taskId, await report('RESULT', 'lead_reporter', 'city', taskId));
    const sign = (accountId: number | null) =>
      owner.query(
        `BEGIN; ALTER TABLE report_version DISABLE TRIGGER USER;
         UPDATE report_version SET signed_by_id = ${accountId} WHERE report_id = ${Number(fields.reportId)};
         ALTER TABLE report_version ENABLE TRIGGER USER; COMMIT`,
      );
    await sign(world.accounts.reporting_officer);
    const met = await outcome('reporting_officer', 'acceptReportAction', fields);
    await sign(null);
    expect(met).toMatch(/^forbidden: 办结申请由您填写或签发/);
  });

  it('the account that wrote a 办结申请 may send it back', async () => {
    const taskId = await makeTask(world, 'city');
    const fields = await reviewFields(taskId, await report('RESULT', 'reporting_officer', 'city', taskId));
    expect(await outcome('reporting_officer', 'returnReportAction', { ...fields, reason: '数据有误' })).toBe('done');
  });

  it('nobody speaks for a unit that is not theirs by naming it in the form', async () => {
    const fields = { ...(await reportFields('city', 'PROGRESS')), unitId: String(world.units.finance) };
    expect(await outcome('lead_reporter', 'submitProgressAction', fields)).toBe('forbidden');
  });

  it("a report is not to be had through another task's number", async () => {
    const mine = await resultWaiting('district');
    const theirs = await resultWaiting('city');
    const crossed = { ...theirs, taskId: mine.taskId!, reason: '串号' };
    expect(await outcome('east_office', 'acceptReportAction', crossed)).toBe('not_found');
    expect(await outcome('east_office', 'returnReportAction', crossed)).toBe('not_found');
    expect(await outcome('east_lead_reporter', 'withdrawReportAction', crossed)).toBe('not_found');
  });

  it('an officer of some work groups answers no question on a task outside them', async () => {
    const inside = await openQuestion(world.plans.city, await makeTask(world, 'city'));
    const outside = await openQuestion(world.plans.city, await makeTask(world, 'zone'));
    expect(await outcome('group_office', 'answerQuestionAction', outside)).toBe('not_found');
    expect(await outcome('group_office', 'answerQuestionAction', inside)).toBe('done');
  });

  it('an admin moves no account to where their own reach ends, and gives none of the platform', async () => {
    const account = await makeAccount(world, 'east');
    const fields = { accountId: String(account.id), version: String(account.version), isActive: 'on' };
    const moved = { ...accountFields('city'), ...fields };
    const raised = { ...accountFields('platform'), ...fields };
    expect(await outcome('east_admin', 'updateAccountAction', moved)).toBe('not_found');
    expect(await outcome('city_admin', 'updateAccountAction', raised)).toBe('not_found');
    expect(await outcome('city_admin', 'updateAccountAction', moved)).toBe('done');
  });

  it("an account is not put into another region's unit", async () => {
    const fields = {
      ...accountFields('east'),
      username: `made-${next()}`,
      roles: ['unit_head'],
      unitId: String(world.units.reform),
    };
    expect(await outcome('east_admin', 'createAccountAction', fields)).toMatch(/^not_found: /);
  });

  it('units of two regions are merged only by who keeps both registers', async () => {
    const [from, into] = [await makeUnit(world, 'east'), await makeUnit(world, 'city')];
    const fields = {
      fromUnitId: String(from.id),
      intoUnitId: String(into.id),
      fromVersion: String(from.version),
      intoVersion: String(into.version),
      basis: '江编办〔2022〕3号',
    };
    expect(await outcome('east_admin', 'mergeUnitsAction', fields)).toBe('not_found');
    expect(await outcome('city_admin', 'mergeUnitsAction', fields)).toBe('not_found');
  });
});

describe("one's own sign-in", () => {
  it('everyone who is signed in chooses their own password, also who must', async () => {
    const met: Expected = {};
    const form = () =>
      formOf({ oldPassword: PASSWORD, newPassword: 'Quite-another-33', repeatedPassword: 'Quite-another-33' });
    for (const key of VIEWER_KEYS) {
      last = null;
      met[key] = await drive(key, doorOf('changePasswordAction'), form());
    }
    expect(met).toEqual(
      Object.fromEntries(VIEWER_KEYS.map((key) => [key, gateOf(key) === 'sign_in' ? 'sign_in' : 'done'])),
    );
    await db().account.update({ where: { id: world.accounts.new_office }, data: { mustChangePassword: true } });
  });

  it('a disabled account does not sign in, any other does', async () => {
    const met: Expected = {};
    for (const key of ['far_head', 'disabled_office', 'disabled_admin'] as const) {
      callAs('nobody');
      const account = await db().account.update({
        where: { id: world.accounts[key] },
        data: { passwordHash: await passwordHashOnce() },
        select: { username: true },
      });
      try {
        const state = await doorOf('signInAction')(IDLE, formOf({ username: account.username, password: PASSWORD }));
        met[key] = state.status;
      } catch (error) {
        met[key] = redirectTo(error) ?? 'error';
      }
    }
    expect(met).toEqual({ far_head: '/', disabled_office: 'refused', disabled_admin: 'refused' });
  });

  it('everyone may leave', async () => {
    for (const key of VIEWER_KEYS) {
      callAs(key);
      const leave = doorOf('signOutAction') as unknown as () => Promise<void>;
      await expect(leave().catch(redirectTo)).resolves.toBe('/login?left=1');
    }
  });

  const CHOOSE_AGAIN = 'not_found: 请重新选择地区。';
  it('a table of accounts is looked at by who may import it, and nothing is written by it', async () => {
    const table = ['用户名,姓名,角色,单位', 'looked-at,李四,优化办工作人员,'].join('\n');
    for (const place of PLACES) {
      const met: Expected = {};
      for (const key of VIEWER_KEYS) {
        const form = formOf({ region: idOf(place) });
        form.append('file', new File([table], '账号.csv'));
        const looked = await drive(key, doorOf('importAccountsAction'), form);
        met[key] = looked === 'idle' ? 'shown' : looked;
      }
      expect(met).toEqual(
        expectFor((key) =>
          mayByHand('account.manage', VIEWERS[key].roles, standsInRegion(key, place)) ? 'shown' : CHOOSE_AGAIN,
        ),
      );
    }
  });
});

async function passwordHashOnce(): Promise<string> {
  const { hashPassword } = await import('@/lib/server/auth/password');
  return hashPassword(PASSWORD);
}

// ------------------------------------------------------------------------------------------------ routes

type Handler = (request: Request, context: { params: Promise<Record<string, string>> }) => Promise<Response>;
type RouteCase =
  | { isOpen: string }
  /** Driven by tests of its own below. */
  | { ownTests: string }
  | { asks: readonly { what: string; params: () => Record<string, string>; statusOf: (key: ViewerKey) => number }[] };

const signedInOr401 = (statusOf: (key: ViewerKey) => number) => (key: ViewerKey) =>
  gateOf(key) === 'open' ? statusOf(key) : 401;

const files = {} as Record<PlanGround, { plan: number; draft: number }>;
async function addFile(planId: number): Promise<number> {
  const document = await db().sourceDocument.create({
    data: { planId, fileName: '清单.txt', mediaType: 'text/plain', sha256: '-', content: new Uint8Array([1]) },
    select: { id: true },
  });
  return document.id;
}
const fileParams = (planId: number, documentId: number) => ({ planId: String(planId), documentId: String(documentId) });

const draftsOf = {} as Record<Place, number>;
const askOfDraft = (place: Place) => ({
  what: `a draft of ${place}`,
  params: () => ({ draftId: String(draftsOf[place]) }),
  statusOf: signedInOr401((key) =>
    mayByHand('import.commit', VIEWERS[key].roles, standsInRegion(key, place)) ? 200 : 404,
  ),
});

const ROUTES: Record<string, RouteCase> = {
  'app/(signed-in)/admin/accounts/import/template/route.ts': {
    asks: [
      {
        what: 'the empty table',
        params: () => ({}),
        statusOf: signedInOr401((key) => (Object.keys(VIEWERS[key].regions ?? {}).length > 0 ? 200 : 404)),
      },
    ],
  },
  'app/(signed-in)/plans/[planId]/documents/[documentId]/route.ts': {
    asks: [
      ...PLAN_GROUNDS.flatMap((ground) => [
        {
          what: `the plan of the ground ${ground}`,
          params: () => fileParams(world.plans[ground], files[ground].plan),
          statusOf: signedInOr401((key) =>
            mayByHand('plan.read', VIEWERS[key].roles, standsToPlan(key, ground)) ? 200 : 404,
          ),
        },
        {
          what: `the draft of the ground ${ground}`,
          params: () => fileParams(world.drafts[ground], files[ground].draft),
          statusOf: signedInOr401((key) =>
            mayByHand('plan.read_draft', VIEWERS[key].roles, standsToPlan(key, ground)) ? 200 : 404,
          ),
        },
      ]),
      {
        what: "another plan's file under a plan one may read",
        params: () => fileParams(world.plans.city, files.district.plan),
        statusOf: signedInOr401(() => 404),
      },
    ],
  },
  'app/api/auth/[...nextauth]/route.ts': { isOpen: 'next-auth: whoever comes is not signed in yet' },
  'app/api/imports/[draftId]/file/route.ts': { asks: PLACES.map((place) => askOfDraft(place)) },
  'app/api/imports/[draftId]/report/route.ts': { asks: PLACES.map((place) => askOfDraft(place)) },
  'app/api/imports/route.ts': { ownTests: 'uploading a document' },
  'app/api/health/route.ts': { asks: [{ what: 'health', params: () => ({}), statusOf: () => 200 }] },
};

describe('route handlers', () => {
  beforeAll(async () => {
    for (const ground of PLAN_GROUNDS)
      files[ground] = { plan: await addFile(world.plans[ground]), draft: await addFile(world.drafts[ground]) };
    for (const place of PLACES) draftsOf[place] = await makeDraft(place);
  });

  it.each(
    Object.entries(ROUTES).flatMap(([file, one]) => ('asks' in one ? one.asks.map((ask) => ({ file, ...ask })) : [])),
  )('$file: $what', async ({ file, params, statusOf }) => {
    const { GET, ...others } = (await load(file)) as Record<string, Handler>;
    expect(Object.keys(others).filter((name) => /^(POST|PUT|PATCH|DELETE)$/.test(name))).toEqual([]);
    const met: Record<string, number> = {};
    const before = await readMarks();
    for (const key of VIEWER_KEYS) {
      callAs(key);
      const context = { params: Promise.resolve(params()) };
      met[key] = (await GET!(new Request('http://localhost/'), context)).status;
    }
    expect(met).toEqual(Object.fromEntries(VIEWER_KEYS.map((key) => [key, statusOf(key)])));
    expect(await readMarks()).toEqual(before);
  });
});

describe('uploading a document', () => {
  const post = async (key: ViewerKey, place: Place, headers: Record<string, string>): Promise<number> => {
    callAs(key);
    const body = new FormData();
    body.append('regionCode', `viewers-${place}`);
    body.append('file', new File([`清单${next()}`], '清单.txt', { type: 'text/plain' }));
    const { POST } = (await load('app/api/imports/route.ts')) as Record<
      'POST',
      (request: Request) => Promise<Response>
    >;
    const url = 'http://localhost/api/imports';
    const request = new Request(url, { method: 'POST', body, headers: { accept: 'application/json', ...headers } });
    return (await POST(request)).status;
  };
  const fromHere = { 'sec-fetch-site': 'same-origin' };

  it.each(PLACES)('into %s is for who may import there, and leaves nothing otherwise', async (place) => {
    const met: Record<string, number> = {};
    for (const key of VIEWER_KEYS) {
      const before = await readMarks();
      met[key] = await post(key, place, fromHere);
      if (met[key] !== 201 && JSON.stringify([...before]) !== JSON.stringify([...(await readMarks())])) met[key] = -1;
    }
    const statusOf = signedInOr401((key) =>
      mayByHand('import.commit', VIEWERS[key].roles, standsInRegion(key, place)) ? 201 : 404,
    );
    expect(met).toEqual(Object.fromEntries(VIEWER_KEYS.map((key) => [key, statusOf(key)])));
  });

  it('from a page of another site is refused', async () => {
    expect(await post('city_admin', 'city', { 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await post('city_admin', 'city', { origin: 'http://evil.example' })).toBe(403);
    expect(await post('city_admin', 'city', {})).toBe(403);
  });
});

// ------------------------------------------------------------------------------------------------ reading

describe('reading', () => {
  const asOf = { day: DAY, today: DAY, isToday: true, notice: null };
  const SECRET = '内部办件数四八二七';
  const RETURNED_FOR = '附表二未盖章退补';
  const tasks = {} as Record<Ground, { id: number; text: string }>;
  const waiting = {} as Record<Ground, number>;
  const readers = VIEWER_KEYS.filter((key) => gateOf(key) === 'open');

  beforeAll(async () => {
    for (const ground of GROUNDS) {
      const text = `读权核对·${ground}·事项`;
      const id = await makeTask(world, ground, { text });
      const made = await report('PROGRESS', HANDS[ground].lead, ground, id, `本月${SECRET}件，环比上升。`);
      await returnReport(await as(HANDS[ground].office), {
        taskId: id,
        reportId: made.reportId,
        reportVersion: made.version,
        reason: RETURNED_FOR,
        idempotencyKey: formKey(),
      });
      tasks[ground] = { id, text };
      waiting[ground] = Number((await resultWaiting(ground)).taskId);
    }
  });

  const maySee = (key: ViewerKey, ground: Ground) => mayByHand('task.read', VIEWERS[key].roles, standsOn(key, ground));
  const mayReadReports = (key: ViewerKey, ground: Ground) =>
    mayByHand('report.read', VIEWERS[key].roles, standsOn(key, ground));

  it.each(GROUNDS)(
    'a task on the ground %s is not found outside, and its reports are absent for other units',
    async (ground) => {
      const seen: Record<string, unknown> = {};
      const wanted: Record<string, unknown> = {};
      for (const key of readers) {
        const actor = await as(key);
        const detail = await findTaskDetail(actor, String(tasks[ground].id), asOf);
        const reports = detail ? await listReports(actor, detail, DAY) : [];
        const all = JSON.stringify([detail, reports]);
        seen[key] = {
          isFound: detail !== null,
          canReadReports: detail?.canReadReports ?? false,
          reports: reports.length,
          hasNarrative: all.includes(SECRET),
          hasReason: all.includes(RETURNED_FOR),
        };
        const may = mayReadReports(key, ground);
        wanted[key] = {
          isFound: maySee(key, ground),
          canReadReports: may,
          reports: may ? 1 : 0,
          hasNarrative: may,
          hasReason: may,
        };
      }
      expect(seen).toEqual(wanted);
    },
  );

  it.each(GROUNDS)('the forms on a task on the ground %s are there for who may use them', async (ground) => {
    const seen: Record<string, unknown> = {};
    const wanted: Record<string, unknown> = {};
    for (const key of readers) {
      const actor = await as(key);
      const { roles } = VIEWERS[key];
      const detail = await findTaskDetail(actor, String(tasks[ground].id), asOf);
      if (!detail) continue;
      const form = await findReportForm(actor, detail, asOf, {});
      seen[key] = { canReport: form !== null, canDecide: (await findOfficeForms(actor, detail, asOf)) !== null };
      wanted[key] = {
        canReport: mayByHand('report.submit_progress', roles, standsOn(key, ground)),
        canDecide: mayByHand('report.accept', roles, standsOn(key, ground)),
      };
    }
    expect(seen).toEqual(wanted);
  });

  it('the ledger lists what may be seen, and finds by a narrative only what may be read', async () => {
    const seen: Record<string, unknown> = {};
    const wanted: Record<string, unknown> = {};
    for (const key of readers) {
      const actor = await as(key);
      const filter = { ...EMPTY_FILTER, own: true, size: 100 };
      const listed = await listTasks(actor, { ...filter, q: '读权核对' }, DAY);
      const found = await listTasks(actor, { ...filter, q: SECRET }, DAY);
      const narrated = listed.rows.filter((row) => JSON.stringify(row).includes(SECRET));
      const groundsOf = (ids: readonly number[]) => GROUNDS.filter((ground) => ids.includes(tasks[ground].id));
      seen[key] = {
        listed: groundsOf(listed.rows.map((row) => row.id)),
        narrated: groundsOf(narrated.map((row) => row.id)),
        found: groundsOf(found.rows.map((row) => row.id)),
        count: listed.total,
      };
      const visible = GROUNDS.filter((ground) => maySee(key, ground));
      const readable = GROUNDS.filter((ground) => mayReadReports(key, ground));
      wanted[key] = { listed: visible, narrated: readable, found: readable, count: visible.length };
    }
    expect(seen).toEqual(wanted);
  });

  it('boards show no task that may not be seen and no words that may not be read', async () => {
    const leaks: string[] = [];
    for (const key of readers) {
      const actor = await as(key);
      for (const place of REGIONS) {
        const scope = await findBoardScope(actor, { region: `viewers-${place}`, own: true }, DAY);
        if (!scope) continue;
        const shown = JSON.stringify([
          await getUnitHome(actor, scope, DAY),
          await listOverdue(actor, scope, DAY, 'overdue', 'none', { page: 1, size: 500 }),
        ]);
        for (const ground of GROUNDS)
          if (shown.includes(tasks[ground].text) && !maySee(key, ground)) leaks.push(`${key}: ${ground}`);
        const mayReadAny = GROUNDS.some((ground) => mayReadReports(key, ground));
        if (!mayReadAny && (shown.includes(SECRET) || shown.includes(RETURNED_FOR))) leaks.push(`${key}: words`);
      }
    }
    expect(leaks).toEqual([]);
  });

  it('the review queue holds for each officer what they may decide', async () => {
    const seen: Record<string, Ground[]> = {};
    const wanted: Record<string, Ground[]> = {};
    for (const key of readers) {
      const ids: number[] = [];
      for (let page = 1, pages = 1; page <= pages; page += 1) {
        const queue = await findReviewQueue(await as(key), DAY, page);
        if (!queue) break;
        pages = queue.pages;
        ids.push(...queue.rows.map((row) => row.taskId));
      }
      seen[key] = GROUNDS.filter((ground) => ids.includes(waiting[ground]));
      wanted[key] = GROUNDS.filter((ground) => mayByHand('report.accept', VIEWERS[key].roles, standsOn(key, ground)));
    }
    expect(seen).toEqual(wanted);
  });

  it.each(PLAN_GROUNDS)('the plan of the ground %s, its draft and its file', async (ground) => {
    const seen: Record<string, unknown> = {};
    const wanted: Record<string, unknown> = {};
    for (const key of readers) {
      const actor = await as(key);
      const listed = (await listPlans(actor, {}, { page: 1, size: 1000 }, DAY)).rows.map((row) => row.id);
      seen[key] = {
        plan: (await findPlan(actor, world.plans[ground], DAY)) !== null,
        isListed: listed.includes(world.plans[ground]),
        draft: (await findPlan(actor, world.drafts[ground], DAY)) !== null,
        isDraftListed: listed.includes(world.drafts[ground]),
        file: (await findPlanFile(actor, world.plans[ground], files[ground].plan)) !== null,
      };
      const { roles } = VIEWERS[key];
      const may = mayByHand('plan.read', roles, standsToPlan(key, ground));
      const mayDraft = mayByHand('plan.read_draft', roles, standsToPlan(key, ground));
      wanted[key] = { plan: may, isListed: may, draft: mayDraft, isDraftListed: mayDraft, file: may };
    }
    expect(seen).toEqual(wanted);
  });

  it.each(PLACES)('accounts, units and import drafts of %s', async (place) => {
    const account = await makeAccount(world, place);
    const unit = await makeUnit(world, place);
    const draftId = await makeDraft(place);
    const filter = {
      q: 'target-',
      role: null,
      regionId: null,
      unit: '',
      active: 'all',
      page: 1,
      pageSize: 1000,
    } as const;
    const seen: Record<string, unknown> = {};
    const wanted: Record<string, unknown> = {};
    for (const key of readers) {
      const actor = await as(key);
      seen[key] = {
        account: (await findAccount(actor, account.id)) !== null,
        isListed: (await listAccounts(actor, filter)).rows.some((row) => row.id === account.id),
        unit: (await findUnitForEditing(actor, unit.id)) !== null,
        draft: (await findDraft(actor, draftId)) !== null,
        isDraftListed: (await listDrafts(actor, {})).rows.some((row) => row.id === draftId),
      };
      const { roles } = VIEWERS[key];
      const may = mayByHand('account.manage', roles, standsInRegion(key, place));
      wanted[key] = {
        account: may,
        isListed: may,
        unit: mayByHand('unit.manage', roles, standsInRegion(key, place)),
        draft: mayByHand('import.commit', roles, standsInRegion(key, place)),
        isDraftListed: mayByHand('import.commit', roles, standsInRegion(key, place)),
      };
    }
    expect(seen).toEqual(wanted);
  });
});

afterAll(async () => {
  // After all that was tried, every chain and every standing is still whole.
  const problems = await owner.query('SELECT problem, detail FROM verify_history()');
  await owner.end();
  expect(problems.rows).toEqual([]);
});
