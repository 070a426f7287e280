import 'server-only';
import { randomUUID } from 'node:crypto';
import { findAccount } from '@/lib/accounts/account.queries';
import type { Day } from '@/lib/dates';
import { asksForSomething, type NoticeKind } from '@/lib/notices/notice.schema';
import { ACTS_FOR_REGION } from '@/lib/notices/recipients.queries';
import { countedUnits, listPlanAccess, mayDo, storedUnits, taskScope } from '@/lib/rights/rights.queries';
import { isAllowed, type Role } from '@/lib/rights/rights.table';
import type { AsOf } from '@/lib/server/as-of';
import { type Actor, loadActor } from '@/lib/server/auth/actor';
import { today } from '@/lib/server/clock';
import { type Db, db, Prisma } from '@/lib/server/db';
import { AppError } from '@/lib/server/errors';
import { planRefusal } from '@/lib/tasks/task.commands';
import { readId, type TaskDetail } from '@/lib/tasks/task-detail.queries';
import { listHeadedUnits } from '@/lib/unit-papers/head-signs.queries';
import { HANDED_NOTICE_KINDS, type HandedWork, OFFICE_KEYS, type SuccessorFacts } from './handler.rules';

/** The units whose people the actor directs as head: the own one and its 科室, or the one that represents the region of an office, where it has no head; merges followed. */
export async function unitsOfHead(client: Db, actor: Actor, day: Day): Promise<number[]> {
  return listHeadedUnits(client, actor, day);
}

/** True where the actor directs the unit's people today. */
export async function isHeadOfUnit(actor: Actor, unitId: number): Promise<boolean> {
  return (await unitsOfHead(db(), actor, await today())).includes(unitId);
}

/** SQL: who looks after a task in a unit on a day; of those named by it and by units that have gone into it the last. */
const handlerOf = (taskId: Prisma.Sql, unitId: Prisma.Sql, day: Day) => Prisma.sql`(
  SELECT th.account_id, th.valid_from FROM task_handler th LEFT JOIN unit_rollup(${day}::date) hr ON hr.unit_id = th.unit_id
   WHERE th.task_id = ${taskId} AND coalesce(hr.counted_unit_id, th.unit_id) = ${unitId} AND th.valid_from <= ${day}::date AND th.valid_to > ${day}::date
   ORDER BY th.valid_to = '9999-12-31' DESC, th.id DESC LIMIT 1)`;

/** Active people who may look after a unit's tasks: its own and those of its 科室. */
export type HandlerChoice = { id: number; name: string };

async function listChoices(client: Db, unitIds: readonly number[], day: Day) {
  return client.$queryRaw<(HandlerChoice & { unitId: number })[]>`
    SELECT DISTINCT w.id AS "unitId", a.id, a.display_name || CASE WHEN u.id <> w.id THEN '（' || u.name || '）' ELSE '' END AS name
      FROM unnest(${[...unitIds]}::int[]) AS w(id)
      JOIN account a ON a.is_active AND a.roles && ARRAY['unit_reporter', 'unit_head']::role[]
      JOIN unit u ON u.id = a.unit_id
      LEFT JOIN unit_rollup(${day}::date) r ON r.unit_id = u.id
      LEFT JOIN unit_rollup(${day}::date) o ON o.unit_id = u.parent_id
     WHERE w.id IN (coalesce(r.counted_unit_id, u.id), coalesce(o.counted_unit_id, u.parent_id))
     UNION
    -- officers of the district a unit represents act for it
    SELECT w.id, a.id, a.display_name FROM unnest(${[...unitIds]}::int[]) AS w(id) JOIN unit u ON u.id = w.id
      JOIN account a ON a.region_id = u.represents_region_id AND a.is_active AND ${ACTS_FOR_REGION}
     ORDER BY 1, 3, 2`;
}

export type TaskHandlers = {
  rows: {
    unitId: number;
    unitName: string;
    accountId: number | null;
    /** null: every reporter of the unit. */
    name: string | null;
    since: Day | null;
    isActive: boolean;
    /** Set where the viewer may name somebody else. */
    choices: HandlerChoice[] | null;
  }[];
};

/** 经办人 of a task as of a day: all of them for its office, those of the own units for its people; null for everyone else. */
export async function findTaskHandlers(actor: Actor, task: TaskDetail, asOf: AsOf): Promise<TaskHandlers | null> {
  const { relations, unitIds } = task.access;
  const isOffice = actor.roles.includes('office') && relations.includes('plan_office');
  const own = await countedUnits([...actor.actingUnitIds, ...actor.childUnitIds], asOf.today);
  const shown = isOffice ? unitIds : unitIds.filter((id) => own.includes(id));
  if (shown.length === 0 || !mayDo(actor, 'report.read', relations)) return null;
  const isOpen =
    asOf.isToday && planRefusal(task.plan, asOf.today) === null && !['COMPLETED', 'CANCELLED'].includes(task.now.state);
  const headed =
    isOpen && mayDo(actor, 'handler.set', relations)
      ? (await unitsOfHead(db(), actor, asOf.today)).filter((id) => shown.includes(id))
      : [];
  const [rows, choices] = await Promise.all([
    db().$queryRaw<Omit<TaskHandlers['rows'][number], 'choices'>[]>`
      SELECT u.id AS "unitId", u.name AS "unitName", a.id AS "accountId", a.display_name AS name, h.valid_from::text AS since, coalesce(a.is_active, true) AS "isActive"
        FROM unit u
        LEFT JOIN LATERAL ${handlerOf(Prisma.sql`${task.id}::int`, Prisma.sql`u.id`, asOf.day)} h ON true
        LEFT JOIN account a ON a.id = h.account_id
       WHERE u.id = ANY(${[...new Set(shown)]}::int[]) ORDER BY u.sort_order, u.id LIMIT 60`,
    listChoices(db(), headed, asOf.today),
  ]);
  const named = rows.filter((row) => row.accountId !== null || headed.includes(row.unitId));
  if (named.length === 0) return null;
  return {
    rows: named.map((row) => ({
      ...row,
      choices: headed.includes(row.unitId) ? choices.filter((choice) => choice.unitId === row.unitId) : null,
    })),
  };
}

export const HANDLER_PAGE_SIZE = 50;

export type HandlerBoard = {
  unit: { id: number; name: string };
  tasks: {
    taskId: number;
    seq: number;
    text: string;
    planTitle: string;
    role: 'LEAD' | 'RESPONSIBLE';
    dueOn: Day | null;
    accountId: number | null;
    /** Who it is, where the account is no longer among the choices. */
    name: string | null;
  }[];
  total: number;
  page: number;
  pages: number;
  choices: HandlerChoice[];
  people: { id: number; name: string; roles: Role[]; isActive: boolean; tasks: number }[];
};

/** The open tasks of a unit with who looks after each, for its head; null for everyone else. */
export async function findHandlerBoard(
  actor: Actor,
  unitText: string,
  wantedPage: number,
): Promise<HandlerBoard | null> {
  const unitId = readId(unitText);
  if (unitId === null) return null;
  const day = await today();
  if (!(await unitsOfHead(db(), actor, day)).includes(unitId)) return null;
  const unit = await db().unit.findUnique({ where: { id: unitId }, select: { id: true, name: true } });
  if (!unit) return null;
  const own = await countedUnits(actor.actingUnitIds, day);
  // A head stands over a 科室's tasks where it leads them.
  const roles = own.includes(unitId) ? ['LEAD', 'RESPONSIBLE'] : ['LEAD'];
  const access = await listPlanAccess(actor);
  const rows = await db().$queryRaw<(HandlerBoard['tasks'][number] & { total: number })[]>`
    WITH mine AS (SELECT x.task_id, min(x.role)::text AS role FROM task_units_as_of(${day}::date) x
                   WHERE x.unit_id = ${unitId} AND x.role::text = ANY(${roles}) GROUP BY x.task_id)
    SELECT t.id AS "taskId", t.seq, t.text, p.title AS "planTitle", m.role, t.due_on::text AS "dueOn", a.id AS "accountId", a.display_name AS name,
           (count(*) OVER ())::int AS total
      FROM mine m JOIN task t ON t.id = m.task_id JOIN plan p ON p.id = t.plan_id
      LEFT JOIN LATERAL ${handlerOf(Prisma.sql`t.id`, Prisma.sql`${unitId}::int`, day)} h ON true
      LEFT JOIN account a ON a.id = h.account_id
     WHERE ${taskScope(actor, access)} AND p.status = 'ACTIVE' AND p.effective_from <= ${day}::date AND t.state NOT IN ('COMPLETED', 'CANCELLED')
     ORDER BY m.role, p.year DESC, p.id, t.sort_order LIMIT ${HANDLER_PAGE_SIZE} OFFSET ${(wantedPage - 1) * HANDLER_PAGE_SIZE}`;
  const total = rows[0]?.total ?? 0;
  const [choices, people] = await Promise.all([
    listChoices(db(), [unitId], day),
    db().$queryRaw<HandlerBoard['people']>`
      SELECT a.id, a.display_name AS name, a.roles::text[] AS roles, a.is_active AS "isActive", coalesce(n.tasks, 0) AS tasks
        FROM account a LEFT JOIN unit_rollup(${day}::date) r ON r.unit_id = a.unit_id
        LEFT JOIN LATERAL (SELECT count(*)::int AS tasks FROM task_handler h WHERE h.account_id = a.id AND h.valid_to = '9999-12-31') n ON true
       WHERE coalesce(r.counted_unit_id, a.unit_id) = ${unitId} AND (a.is_active OR n.tasks > 0) ORDER BY a.is_active DESC, a.display_name LIMIT 200`,
  ]);
  return {
    unit,
    tasks: rows.map(({ total: _total, ...row }) => row),
    total,
    page: wantedPage,
    pages: Math.max(1, Math.ceil(total / HANDLER_PAGE_SIZE)),
    choices: choices.map(({ id, name }) => ({ id, name })),
    people,
  };
}

/** A person whose work the actor may hand over. */
export type ManagedPerson = {
  id: number;
  displayName: string;
  roles: Role[];
  isActive: boolean;
  unitId: number | null;
  regionId: number | null;
  scopeUnitId: number | null;
  /** By who manages accounts; a head of the unit disables none. */
  canDisable: boolean;
  /** Set: the actor is a head of the person's unit and no more, and reaches what the person does for it alone; the work of an office is none of theirs. */
  onlyOfUnit: number | null;
};

async function findManagedPerson(client: Db, actor: Actor, accountId: number, day: Day): Promise<ManagedPerson | null> {
  if (!Number.isSafeInteger(accountId) || accountId < 1 || accountId > 2147483647) return null;
  const account = await client.account.findUnique({ where: { id: accountId } });
  if (!account) return null;
  const isManager = (await findAccount(actor, accountId, client)) !== null;
  const headed = await unitsOfHead(client, actor, day);
  const [unitId] = account.unitId === null ? [] : await countedUnits([account.unitId], day, client);
  if (!isManager && (unitId === undefined || !headed.includes(unitId))) return null;
  return {
    id: account.id,
    displayName: account.displayName,
    roles: account.roles as Role[],
    isActive: account.isActive,
    unitId: unitId ?? null,
    regionId: account.regionId,
    scopeUnitId: account.scopeUnitId,
    canDisable: isManager && account.isActive,
    onlyOfUnit: isManager ? null : unitId!,
  };
}

/** The same. Refuses: not_found. */
export async function requireManagedPerson(
  client: Db,
  actor: Actor,
  accountId: number,
  day: Day,
): Promise<ManagedPerson> {
  const person = await findManagedPerson(client, actor, accountId, day);
  if (!person) throw new AppError('not_found');
  return person;
}

export type OpenWork = {
  handled: { id: number; taskId: number; unitId: number; title: string }[];
  papers: { id: number; taskId: number; unitId: number; title: string }[];
  slips: { id: number; regionId: number; ownerUnitId: number | null; title: string; taskIds: number[] }[];
  notices: {
    id: bigint;
    kind: string;
    key: string;
    title: string;
    body: string;
    href: string;
    taskId: number | null;
    slipId: number | null;
    /** Of those told by time (see reminder.rules). */
    planId: number | null;
    item: string | null;
  }[];
  /** Uploads that nothing names yet: they stay with who uploaded them. */
  evidence: number;
  asks: HandedWork;
};

/**
 * All open work of an account: tasks as 经办人, papers waiting for the head, drafts of slips, notices that ask for something. onlyOfUnit: what it does for that unit
 * and its tasks, or those of the unit above; neither drafts of an office nor what an office is asked.
 */
export async function readOpenWork(
  client: Db,
  accountId: number,
  onlyOfUnit: { unitId: number; day: Day } | null = null,
): Promise<OpenWork> {
  const places = onlyOfUnit && (await listPlaces(client, onlyOfUnit));
  const ofPlaces = (unitId: Prisma.Sql) => (places ? Prisma.sql`${unitId} = ANY(${places}::int[])` : Prisma.sql`true`);
  const ofUnit = onlyOfUnit && (await listNoticesOfUnit(client, accountId, ofPlaces, onlyOfUnit.day));
  const [handled, papers, slips, unsettled, evidence] = await Promise.all([
    client.$queryRaw<OpenWork['handled']>`
      SELECT h.id, h.task_id AS "taskId", h.unit_id AS "unitId", '第 ' || t.seq || ' 项 ' || t.text AS title FROM task_handler h JOIN task t ON t.id = h.task_id
       WHERE h.account_id = ${accountId} AND h.valid_to = '9999-12-31' AND ${ofPlaces(Prisma.sql`h.unit_id`)} ORDER BY t.plan_id, t.sort_order`,
    client.$queryRaw<OpenWork['papers']>`
      SELECT p.id, p.task_id AS "taskId", p.unit_id AS "unitId",
             CASE p.kind WHEN 'PROGRESS' THEN '进展' WHEN 'RESULT' THEN '办结申请' ELSE '延期申请' END || '：第 ' || t.seq || ' 项 ' || t.text AS title
        FROM unit_paper p JOIN task t ON t.id = p.task_id WHERE p.held_by_id = ${accountId} AND p.status = 'WAITING' AND ${ofPlaces(Prisma.sql`p.unit_id`)} ORDER BY p.id`,
    client.$queryRaw<OpenWork['slips']>`
      SELECT s.id, s.region_id AS "regionId", s.owner_unit_id AS "ownerUnitId", s.title, ARRAY(SELECT x.task_id FROM slip_task x WHERE x.slip_id = s.id) AS "taskIds"
        FROM slip s WHERE s.held_by_id = ${accountId} AND s.status IN ('DRAFT', 'CHECKED') AND ${onlyOfUnit === null} ORDER BY s.id`,
    client.notice.findMany({
      where: {
        accountId,
        settledAt: null,
        kind: { in: [...HANDED_NOTICE_KINDS] },
        ...(ofUnit ? { id: { in: ofUnit } } : {}),
      },
      select: {
        id: true,
        kind: true,
        key: true,
        title: true,
        body: true,
        href: true,
        taskId: true,
        slipId: true,
        planId: true,
        item: true,
        readAt: true,
      },
      orderBy: { id: 'desc' },
    }),
    client.$queryRaw<{ count: number }[]>`
      SELECT count(*)::int AS count FROM evidence e WHERE e.uploaded_by_id = ${accountId} AND e.discarded_at IS NULL
         AND NOT EXISTS (SELECT 1 FROM report_version v WHERE v.evidence_ids @> ARRAY[e.id]) AND NOT EXISTS (SELECT 1 FROM slip_event x WHERE x.evidence_ids @> ARRAY[e.id])`,
  ]);
  // What only told something is done with once it has been read.
  const notices = unsettled.flatMap(({ readAt, ...notice }) =>
    readAt === null || asksForSomething({ kind: notice.kind as NoticeKind, key: notice.key }) ? [notice] : [],
  );
  return {
    handled,
    papers,
    slips,
    notices,
    evidence: evidence[0]!.count,
    asks: {
      ofUnit: handled.length + papers.length,
      ofOffice: slips.length,
      toSign: notices.filter((notice) => notice.kind === 'paper_to_sign').length,
    },
  };
}

/** A unit and the one above it, with all that has gone into them: what was written before a merge names the unit of its day. */
async function listPlaces(client: Db, { unitId, day }: { unitId: number; day: Day }): Promise<number[]> {
  const unit = await client.unit.findUniqueOrThrow({ where: { id: unitId }, select: { parentId: true } });
  const above = unit.parentId === null ? [] : [unit.parentId];
  return storedUnits(await countedUnits([unitId, ...above], day, client), day, client);
}

/** Open notices by which a unit's own people are asked something. */
async function listNoticesOfUnit(
  client: Db,
  accountId: number,
  ofPlaces: (unitId: Prisma.Sql) => Prisma.Sql,
  day: Day,
): Promise<bigint[]> {
  const rows = await client.$queryRaw<{ id: bigint }[]>`
    SELECT n.id FROM notice n LEFT JOIN slip s ON s.id = n.slip_id
     WHERE n.account_id = ${accountId} AND n.settled_at IS NULL AND n.key !~ ${OFFICE_KEYS}
       AND (n.task_id IS NULL OR EXISTS (SELECT FROM task_units_as_of(${day}::date) x WHERE x.task_id = n.task_id AND ${ofPlaces(Prisma.sql`x.unit_id`)}))
       AND (s.id IS NULL OR ${ofPlaces(Prisma.sql`s.unit_id`)})
       AND NOT (n.kind = 'message' AND EXISTS (SELECT FROM review_message m WHERE m.id::text = split_part(regexp_replace(n.key, '^handed:', ''), ':', 2) AND m.unit_id IS NOT NULL))`;
  return rows.map(({ id }) => id);
}

/** Whether an account holds open work, in one number; for a page that has checked who asks. */
export async function countOpenWork(accountId: number): Promise<number> {
  const work = await readOpenWork(db(), accountId);
  return work.handled.length + work.papers.length + work.slips.length + work.notices.length;
}

/** The work of a person that is within the actor's reach. */
export function readWorkOf(client: Db, person: ManagedPerson, day: Day): Promise<OpenWork> {
  return readOpenWork(client, person.id, person.onlyOfUnit === null ? null : { unitId: person.onlyOfUnit, day });
}

type SuccessorRow = {
  id: number;
  displayName: string;
  roles: Role[];
  unitName: string | null;
  unitId: number | null;
  parentId: number | null;
  regionId: number | null;
  scopeUnitId: number | null;
};

/** Who may take over from a person: active people of the same unit, and officers of the same office. */
async function listSuccessors(client: Db, person: ManagedPerson, day: Day): Promise<SuccessorRow[]> {
  const isOfficer =
    person.onlyOfUnit === null &&
    person.roles.some((role) => role === 'office' || role === 'leader' || role === 'admin');
  return client.$queryRaw<SuccessorRow[]>`
    SELECT a.id, a.display_name AS "displayName", a.roles::text[] AS roles, u.name AS "unitName", coalesce(r.counted_unit_id, a.unit_id) AS "unitId",
           coalesce(o.counted_unit_id, u.parent_id) AS "parentId", a.region_id AS "regionId", a.scope_unit_id AS "scopeUnitId"
      FROM account a
      LEFT JOIN unit u ON u.id = a.unit_id
      LEFT JOIN unit_rollup(${day}::date) r ON r.unit_id = a.unit_id
      LEFT JOIN unit_rollup(${day}::date) o ON o.unit_id = u.parent_id
     WHERE a.is_active AND a.id <> ${person.id}
       AND ((a.roles && ARRAY['unit_reporter', 'unit_head']::role[] AND coalesce(r.counted_unit_id, a.unit_id) = ${person.unitId ?? -1})
         OR (${isOfficer} AND a.roles && ARRAY['office', 'leader', 'admin']::role[] AND a.region_id IS NOT DISTINCT FROM ${person.regionId}::int
             AND a.scope_unit_id IS NOT DISTINCT FROM ${person.scopeUnitId}::int))
     ORDER BY a.display_name, a.id LIMIT 300`;
}

/** What decides whether somebody can hold a person's work; null where they are no choice at all. */
export async function readSuccessorFacts(
  client: Db,
  person: ManagedPerson,
  successorId: number,
  work: OpenWork,
  day: Day,
): Promise<(SuccessorFacts & { displayName: string }) | null> {
  const row = (await listSuccessors(client, person, day)).find((choice) => choice.id === successorId);
  // An account that has been disabled since the form was drawn is named as such.
  if (!row) {
    const known = await client.account.findUnique({ where: { id: successorId } });
    const isSame =
      known !== null &&
      !known.isActive &&
      known.id !== person.id &&
      (known.unitId === person.unitId
        ? person.unitId !== null
        : known.regionId !== null && known.regionId === person.regionId);
    if (!isSame) return null;
    return {
      displayName: known.displayName,
      isActive: false,
      isOfUnit: false,
      isHead: false,
      isOfOffice: false,
      unseenTasks: 0,
    };
  }
  const isUnitPerson = row.roles.some((role) => role === 'unit_reporter' || role === 'unit_head');
  const successor = await loadActor(successorId, client);
  const actsFor = [...(isUnitPerson ? [row.unitId, row.parentId] : []), ...(successor?.representingUnitIds ?? [])];
  const units = await countedUnits(
    [...work.handled, ...work.papers].map((entry) => entry.unitId),
    day,
    client,
  );
  return {
    displayName: row.displayName,
    isActive: true,
    isOfUnit: units.every((id) => actsFor.includes(id)),
    isHead: row.roles.includes('unit_head'),
    isOfOffice:
      row.roles.includes('office') &&
      work.slips.every((slip) => slip.regionId === row.regionId && slip.ownerUnitId === row.scopeUnitId),
    unseenTasks: await countUnseen(client, successorId, work),
  };
}

/** How many tasks of the work the successor may not see: read with their own eyes, nothing is done in their name. */
async function countUnseen(client: Db, successorId: number, work: OpenWork): Promise<number> {
  const ids = new Set([
    ...work.handled.map((row) => row.taskId),
    ...work.papers.map((paper) => paper.taskId),
    ...work.slips.flatMap((slip) => slip.taskIds),
    ...work.notices.flatMap((notice) => (notice.taskId === null ? [] : [notice.taskId])),
  ]);
  const successor = ids.size === 0 ? null : await loadActor(successorId, client);
  if (!successor) return 0;
  const access = (await listPlanAccess(successor, client)).filter((plan) =>
    isAllowed('task.read', successor.roles, plan.relations),
  );
  const [row] = await client.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS count FROM task t WHERE t.id = ANY(${[...ids]}::int[]) AND (${taskScope(successor, access)}) IS NOT TRUE`;
  return row!.count;
}

export type HandOverPage = {
  person: ManagedPerson;
  work: OpenWork;
  successors: { id: number; label: string }[];
  idempotencyKey: string;
};

const ROLE_WORDS: Partial<Record<Role, string>> = {
  unit_reporter: '填报员',
  unit_head: '负责人',
  office: '优化办',
  leader: '领导',
  admin: '管理员',
};

/** The preview of a hand-over; null where the person is out of the actor's reach. `unitId`: only a person of that unit, whose head asks. */
export async function findHandOver(actor: Actor, accountText: string, unitText?: string): Promise<HandOverPage | null> {
  const accountId = readId(accountText);
  if (accountId === null) return null;
  const day = await today();
  const person = await findManagedPerson(db(), actor, accountId, day);
  if (!person) return null;
  if (unitText === undefined ? (await findAccount(actor, accountId)) === null : String(person.unitId) !== unitText)
    return null;
  const [work, successors] = await Promise.all([readWorkOf(db(), person, day), listSuccessors(db(), person, day)]);
  return {
    person,
    work,
    successors: successors.map((row) => ({
      id: row.id,
      label: `${row.displayName}（${[row.unitName, row.roles.map((role) => ROLE_WORDS[role]).join('、')].filter(Boolean).join(' ')}）`,
    })),
    idempotencyKey: randomUUID(),
  };
}
