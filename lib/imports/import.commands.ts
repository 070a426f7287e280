import 'server-only';
import { createHash } from 'node:crypto';
import { type Day, utcDateOfDay } from '@/lib/dates';
import type { Actor } from '@/lib/server/auth/actor';
import { inBatches } from '@/lib/server/batches';
import { today } from '@/lib/server/clock';
import type { Prisma, Tx } from '@/lib/server/db';
import { recordAudit } from '@/lib/server/events';
import { insertRecords } from '@/lib/server/records';
import { comparableName, type NameResolution, unitNameResolver } from '@/lib/units/unit-names.rules';
import {
  creationDay,
  inheritCells,
  newHeadings,
  printedTotal,
  type QuestionField,
  questionField,
  startsAtOnce,
  sumOfPoints,
} from './list.rules';
import { type AssessmentList, isAssessment, type List, type ListTask, type TaskList } from './list.schema';

export type ListSource = { fileName: string; mediaType: string; content: Uint8Array };

export type CommitListInput = {
  list: List;
  source: ListSource;
  regionCode: string;
  /** The bureau whose own plan this is: its 科室 and 二级单位 are looked at first. */
  ownerUnitName?: string | null;
  /** That bureau; without it, the unit that the register knows by that name. */
  ownerUnitId?: number | null;
  /** Stable name of a seeded list. */
  slug?: string | null;
  /** What printed names stand for where a person has decided it, by comparable name; it goes before what the register says. */
  readings?: ReadonlyMap<string, NameResolution<number>>;
  /** What a person is asked for a flag or remark of the list, by its words; without an entry it is asked as it stands. */
  questionWords?: ReadonlyMap<string, string>;
  /** The questions of a reviewed import with their answers. With them nothing is asked that the review has not asked. */
  questions?: readonly CarriedQuestion[];
};

/** A question of an import that goes with the plan. `row`: index into the list's rows; null: the document. */
export type CarriedQuestion = {
  row: number | null;
  field: string;
  text: string;
  /** Null: open. */
  answer: { words: string; byId: number | null; at: Date; on: Day } | null;
};

/** Ids that the rows inserted next will carry, so that a whole list goes in without a round trip per row. */
export async function allocateIds(tx: Tx, table: string, count: number): Promise<number[]> {
  if (count === 0) return [];
  const rows = await tx.$queryRaw<{ id: number }[]>`
    SELECT nextval(pg_get_serial_sequence(${table}, 'id'))::int AS id FROM generate_series(1, ${count}::int) ORDER BY 1`;
  return rows.map((row) => row.id);
}

const toDate = (day: Day | null): Date | null => (day === null ? null : utcDateOfDay(day));

/**
 * Writes a confirmed list as a draft plan: the printed words, their readings, where each was read, and every open doubt as a question.
 * One transaction of the caller's; the caller has checked the actor's right (import.commit). Returns the plan's id.
 * Throws where the region or the owner unit is unknown.
 */
export async function commitList(tx: Tx, actor: Actor | null, input: CommitListInput): Promise<number> {
  const { list, source } = input;
  const { document } = list;
  const region = await tx.region.findUniqueOrThrow({ where: { code: input.regionCode } });
  const resolver = await loadResolver(tx, region, input.ownerUnitName ?? null, input.readings);
  // By what the register says: what people decided about printed names says nothing of whose list it is.
  const ownerUnitId = input.ownerUnitId ?? (input.ownerUnitName ? resolver.findUnitId(input.ownerUnitName) : null);
  if (input.ownerUnitName && ownerUnitId === null)
    throw new Error(`no unit ${input.ownerUnitName} in region ${region.code}`);

  const plan = await tx.plan.create({
    select: { id: true },
    data: {
      slug: input.slug ?? null,
      kind: isAssessment(list) ? 'ASSESSMENT' : 'TASK_LIST',
      regionId: region.id,
      ownerUnitId,
      title: document.title,
      noticeTitle: document.noticeTitle ?? null,
      issuer: document.issuer,
      docNumber: document.docNumber,
      year: document.year,
      issuedOn: toDate(document.issuedOn),
      level: document.level,
      anomalies: list.anomalies,
      cycleKind: isAssessment(list) ? 'NONE' : 'MONTHLY',
      printedTotal: isAssessment(list) ? printedTotal(list) : null,
    },
  });
  const stored = await tx.sourceDocument.create({
    select: { id: true },
    data: {
      planId: plan.id,
      fileName: source.fileName,
      mediaType: source.mediaType,
      sha256: createHash('sha256').update(source.content).digest('hex'),
      content: new Uint8Array(source.content),
    },
  });

  const questions = new Questions(plan.id, input.questions === undefined, input.questionWords);
  for (const anomaly of list.anomalies) questions.askOfFlag('document', anomaly);
  if (document.issuedOn === null) questions.ask('effectiveFrom', '文件未印发文日期，启用时须写明生效日期及其依据');
  const context: Context = { tx, planId: plan.id, regionId: region.id, documentId: stored.id, resolver, questions };
  const rows = isAssessment(list) ? await commitAssessment(context, list) : await commitTasks(context, list, actor);
  for (const question of input.questions ?? [])
    questions.carry(question, question.row === null ? {} : rows[question.row]!);
  await inBatches(questions.rows, (data) => tx.question.createMany({ data }));
  await recordAudit(tx, actor, {
    kind: 'plan.created',
    subject: 'plan',
    subjectId: plan.id,
    payload: { title: document.title, rows: list.tasks.length },
  });
  return plan.id;
}

type Context = {
  tx: Tx;
  planId: number;
  regionId: number;
  documentId: number;
  resolver: Resolver;
  questions: Questions;
};

type Resolver = {
  resolve: (printed: string) => NameResolution<number>;
  /** The unit of the region that bears exactly this name. */
  findUnitId: (name: string) => number | null;
};

export async function loadResolver(
  tx: Tx,
  region: { id: number; code: string },
  ownerUnitName: string | null,
  readings: ReadonlyMap<string, NameResolution<number>> = new Map(),
): Promise<Resolver> {
  const units = await tx.unit.findMany({ where: { regionId: region.id }, include: { aliases: true } });
  const collectives = await tx.collective.findMany({ where: { regionId: region.id } });
  const resolve = unitNameResolver<number>({
    regionCode: region.code,
    ownerUnitName,
    units: units.map((u) => ({ key: u.id, regionCode: region.code, name: u.name, parentKey: u.parentId })),
    collectives: collectives.map((c) => ({
      key: c.id,
      regionCode: region.code,
      phrase: c.phrase,
      parentKey: c.parentUnitId,
    })),
    aliases: [
      ...units.flatMap((u) => u.aliases.map(({ name }) => ({ alias: name, unitKey: u.id }))),
      ...collectives.flatMap((c) => c.aliases.map((alias) => ({ alias, collectiveKey: c.id }))),
    ],
    divisions: units.flatMap((u) => u.divisions.map((name) => ({ unitKey: u.id, name }))),
  });
  const findUnitId = (name: string) =>
    units.find((u) => u.parentId === null && comparableName(u.name) === comparableName(name))?.id ?? null;
  return { resolve: (printed) => readings.get(comparableName(printed)) ?? resolve(printed), findUnitId };
}

type RowIds = { taskId?: number; assessmentRowId?: number };

/** The questions of a plan in the order in which the document gives rise to them. */
export class Questions {
  readonly rows: Prisma.QuestionCreateManyInput[] = [];
  /** isUnreviewed: nobody has looked at the reading yet, so what it leaves open is asked here. */
  constructor(
    private readonly planId: number,
    private readonly isUnreviewed: boolean,
    private readonly wordsOfFlags: ReadonlyMap<string, string> = new Map(),
  ) {}

  ask(field: QuestionField, text: string, row: RowIds = {}): void {
    this.rows.push({ planId: this.planId, position: this.rows.length + 1, field, text, ...row });
  }

  askOfReading(field: QuestionField, text: string, row: RowIds = {}): void {
    if (this.isUnreviewed) this.ask(field, text, row);
  }

  /** What the reading noted for whoever checks it, in words for a person. */
  askOfFlag(field: QuestionField, flag: string, row: RowIds = {}): void {
    this.askOfReading(field, this.wordsOfFlags.get(flag) ?? flag, row);
  }

  carry({ field, text, answer }: CarriedQuestion, row: RowIds): void {
    const answered =
      answer === null
        ? { status: 'OPEN' as const }
        : {
            status: 'ANSWERED' as const,
            answer: answer.words,
            answeredById: answer.byId,
            answeredAt: answer.at,
            answeredOn: utcDateOfDay(answer.on),
          };
    this.rows.push({ planId: this.planId, position: this.rows.length + 1, field, text, ...answered, ...row });
  }
}

/** Headings in order of appearance, each once under its parent. */
class Headings {
  readonly rows: { key: string; parentKey: string | null; name: string; sortOrder: number }[] = [];
  private readonly byKey = new Map<string, number>();

  add(name: string, parentKey: string | null = null): string {
    const key = JSON.stringify([parentKey, name]);
    if (!this.byKey.has(key)) {
      this.byKey.set(key, this.rows.length);
      this.rows.push({ key, parentKey, name, sortOrder: this.rows.length + 1 });
    }
    return key;
  }

  async withIds(tx: Tx, table: string): Promise<(key: string | null) => number | null> {
    const ids = await allocateIds(tx, table, this.rows.length);
    return (key) => (key === null ? null : ids[this.byKey.get(key)!]!);
  }
}

export type Mention = {
  role: 'LEAD' | 'RESPONSIBLE';
  position: number;
  printed: string;
  unitId: number | null;
  collectiveId: number | null;
  divisions: string[];
  coUnitIds: number[];
};

/** Every lead and responsible entry with what it resolved to; one that resolves to nothing stays as printed and becomes a question. */
export function readMentions(
  context: Pick<Context, 'resolver' | 'questions'>,
  row: Pick<ListTask, 'lead' | 'responsible'>,
  ids: RowIds,
): Mention[] {
  const read = (role: Mention['role'], printed: string, index: number): Mention => {
    const found = context.resolver.resolve(printed);
    if (found.kind === 'unknown') {
      const field = role === 'LEAD' ? 'lead' : 'responsible';
      context.questions.askOfReading(field, `“${printed}”在本地区单位库中没有唯一对应的单位，请确认`, ids);
    }
    return {
      role,
      position: index + 1,
      printed,
      unitId: found.kind === 'unit' ? found.unitKey : null,
      collectiveId: found.kind === 'collective' ? found.key : null,
      divisions: found.kind === 'unit' ? found.divisions : [],
      coUnitIds: found.kind === 'unit' ? found.coUnits : [],
    };
  };
  return [
    ...row.lead.map((name, index) => read('LEAD', name, index)),
    ...row.responsible.map((name, index) => read('RESPONSIBLE', name, index)),
  ];
}

function mentionRecord(mention: Mention) {
  return {
    role: mention.role,
    position: mention.position,
    printed: mention.printed,
    unit_id: mention.unitId,
    collective_id: mention.collectiveId,
    divisions: mention.divisions,
    co_unit_ids: mention.coUnitIds,
  };
}

type Cell = {
  documentId: number;
  rowNumber: number;
  field: string;
  raw: string | null;
  taskId?: number;
  assessmentRowId?: number;
};

async function insertCells(tx: Tx, cells: readonly Cell[]): Promise<void> {
  await insertRecords(
    tx,
    'source_cell',
    cells.map(({ documentId, rowNumber, field, raw, taskId, assessmentRowId }) => ({
      document_id: documentId,
      row_number: rowNumber,
      field,
      raw,
      task_id: taskId ?? null,
      assessment_row_id: assessmentRowId ?? null,
    })),
  );
}

/** The cells both kinds of list print; null: merged with the cell above. */
export function printedCells(
  row: Pick<ListTask, 'text' | 'leadRaw' | 'responsibleRaw' | 'deadlineRaw' | 'extra'>,
): [string, string | null][] {
  return [
    ['text', row.text],
    ['lead', row.leadRaw],
    ['responsible', row.responsibleRaw],
    ['deadline', row.deadlineRaw],
    ...Object.entries(row.extra ?? {}).map(([field, raw]): [string, string | null] => [`extra:${field}`, raw]),
  ];
}

async function commitTasks(context: Context, list: TaskList, actor: Actor | null): Promise<RowIds[]> {
  const { tx, planId, regionId, documentId, questions } = context;
  const areas = new Headings();
  const measures = new Headings();
  const groups = new Headings();
  const placed = list.tasks.map((task) => {
    const area = task.section === null ? null : areas.add(task.section);
    return {
      task,
      area,
      measure: task.measure === null ? null : measures.add(task.measure, area),
      group: task.group === null ? null : groups.add(task.group),
    };
  });
  const areaId = await areas.withIds(tx, 'policy_area');
  const measureId = await measures.withIds(tx, 'measure');
  const groupId = await groups.withIds(tx, 'work_group');
  const taskIds = await allocateIds(tx, 'task', placed.length);

  await tx.policyArea.createMany({
    data: areas.rows.map((row) => ({ id: areaId(row.key)!, planId, sortOrder: row.sortOrder, heading: row.name })),
  });
  await tx.measure.createMany({
    data: measures.rows.map((row) => ({
      id: measureId(row.key)!,
      planId,
      areaId: areaId(row.parentKey),
      sortOrder: row.sortOrder,
      heading: row.name,
    })),
  });
  await tx.workGroup.createMany({
    data: groups.rows.map((row) => ({
      id: groupId(row.key)!,
      planId,
      name: row.name,
      sortOrder: row.sortOrder,
      unitId: context.resolver.findUnitId(row.name),
    })),
  });

  const texts = inheritCells(list.tasks);
  await insertRecords(
    tx,
    'task',
    placed.map(({ task, area, measure, group }, index) => ({
      id: taskIds[index]!,
      plan_id: planId,
      region_id: regionId,
      seq: task.seq,
      sort_order: index + 1,
      area_id: areaId(area),
      measure_id: measureId(measure),
      work_group_id: groupId(group),
      text: task.text,
      lead_raw: task.leadRaw,
      responsible_raw: task.responsibleRaw,
      deadline_raw: task.deadlineRaw,
      lead_text: texts[index]!.leadText,
      responsible_text: texts[index]!.responsibleText,
      deadline_text: texts[index]!.deadlineText,
      original_due_on: task.deadline.dueOn,
      due_on: task.deadline.dueOn,
      ongoing: task.deadline.ongoing,
      starts_at_once: startsAtOnce(task.deadline),
      deadline_note: task.deadline.note,
      recurrence: task.deadline.recurrence ?? null,
      parts: task.deadline.parts?.length ? task.deadline.parts : null,
      inherited: task.inherited,
      extra: task.extra ?? null,
      has_own_cycles: !!task.deadline.recurrence,
      state: 'NOT_STARTED',
      version: 1,
    })),
  );

  const sections = newHeadings(list.tasks, (task) => task.section);
  const headings = newHeadings(list.tasks, (task) => task.measure);
  const cells: Cell[] = [];
  const mentions: (Mention & { taskId: number })[] = [];
  for (const [index, { task }] of placed.entries()) {
    const taskId = taskIds[index]!;
    const add = (field: string, raw: string | null) =>
      cells.push({ documentId, rowNumber: index + 1, field, raw, taskId });
    if (sections[index]) add('section', sections[index]);
    if (headings[index]) add('measure', headings[index]);
    if (task.group !== null) add('group', task.inherited.includes('group') ? null : task.group);
    for (const [field, raw] of printedCells(task)) add(field, raw);

    for (const flag of task.flags) questions.askOfFlag(questionField(flag), flag, { taskId });
    mentions.push(...readMentions(context, task, { taskId }).map((mention) => ({ ...mention, taskId })));
    const isAsked = task.flags.some((flag) => questionField(flag) === 'deadline');
    if (task.deadline.dueOn === null && !task.deadline.ongoing && !isAsked)
      questions.askOfReading('deadline', `完成时限“${texts[index]!.deadlineText}”中读不出日期，请确认`, { taskId });
  }
  await insertRecords(
    tx,
    'task_unit',
    mentions.map((mention) => ({ task_id: mention.taskId, ...mentionRecord(mention) })),
  );
  await insertCells(tx, cells);

  const effectiveOn = creationDay(list.document, await today(tx));
  await tx.$executeRaw`SELECT set_config('ledger.defer_standing', 'on', true)`;
  await insertRecords(
    tx,
    'task_event',
    placed.map(({ task }, index) => ({
      task_id: taskIds[index]!,
      type: 'TASK_CREATED',
      origin: 'SEED',
      effective_on: effectiveOn,
      actor_id: actor?.accountId ?? null,
      actor_words: actor?.words ?? '系统',
      payload: { ongoing: task.deadline.ongoing, dueOn: task.deadline.dueOn },
    })),
  );
  await tx.$queryRaw`SELECT refresh_plan_standing(${planId}::int)::text`;
  await tx.$executeRaw`SELECT set_config('ledger.defer_standing', 'off', true)`;
  return taskIds.map((taskId) => ({ taskId }));
}

async function commitAssessment(context: Context, list: AssessmentList): Promise<RowIds[]> {
  const { tx, planId, documentId, questions } = context;
  const indicators = new Headings();
  const placed = list.tasks.map((row) => {
    const first = indicators.add(row.indicator1);
    return { row, indicator: row.indicator2 === null ? first : indicators.add(row.indicator2, first) };
  });
  const indicatorId = await indicators.withIds(tx, 'indicator');
  const rowIds = await allocateIds(tx, 'assessment_row', placed.length);
  const sorted = [...indicators.rows].sort((a, b) => Number(a.parentKey !== null) - Number(b.parentKey !== null));
  await tx.indicator.createMany({
    data: sorted.map((row) => ({
      id: indicatorId(row.key)!,
      planId,
      parentId: indicatorId(row.parentKey),
      sortOrder: row.sortOrder,
      name: row.name,
    })),
  });
  await inBatches(
    placed.map(({ row, indicator }, index) => ({
      id: rowIds[index]!,
      planId,
      row: row.row,
      seq: row.seq,
      indicatorId: indicatorId(indicator)!,
      text: row.text,
      points: row.points,
      scoring: row.scoring,
      leadRaw: row.leadRaw,
      responsibleRaw: row.responsibleRaw,
      deadlineRaw: row.deadlineRaw,
      dueOn: toDate(row.deadline.dueOn),
      ongoing: row.deadline.ongoing,
      deadlineNote: row.deadline.note,
      inherited: row.inherited,
    })),
    (data) => tx.assessmentRow.createMany({ data }),
  );

  const cells: Cell[] = [];
  const mentions: Prisma.AssessmentUnitCreateManyInput[] = [];
  for (const [index, { row }] of placed.entries()) {
    const assessmentRowId = rowIds[index]!;
    const own = (field: string, value: string | null) => (row.inherited.includes(field) ? null : value);
    for (const [field, raw] of [
      ['seq', own('seq', String(row.seq))],
      ['indicator1', own('indicator1', row.indicator1)],
      ['indicator2', own('indicator2', row.indicator2)],
      ['points', String(row.points)],
      ['scoring', row.scoring],
      ...printedCells(row),
    ] as [string, string | null][])
      cells.push({ documentId, rowNumber: row.row, field, raw, assessmentRowId });
    for (const flag of row.flags) questions.askOfFlag(questionField(flag), flag, { assessmentRowId });
    mentions.push(
      ...readMentions(context, row, { assessmentRowId }).map((mention) => ({ ...mention, assessmentRowId })),
    );
  }
  await inBatches(mentions, (data) => tx.assessmentUnit.createMany({ data }));
  await insertCells(tx, cells);

  const printed = printedTotal(list);
  const sum = sumOfPoints(list.tasks);
  if (printed !== null && printed !== sum) questions.askOfReading('points', `分值合计 ${sum}，文件注明总分 ${printed}`);
  return rowIds.map((assessmentRowId) => ({ assessmentRowId }));
}
