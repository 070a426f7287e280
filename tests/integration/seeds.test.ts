import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { dayOfUtcDate } from '@/lib/dates';
import { isAssessment, type List, type ListTask } from '@/lib/imports/list.schema';
import { db } from '@/lib/server/db';
import { LISTS, type ListSlug, readList, readQuestionWords, seedEmpty } from '@/seeds/seed';
import { queryAsOwner } from '../support/database';

const dayOrNull = (date: Date | null) => (date === null ? null : dayOfUtcDate(date));
const printed = (units: { role: string; position: number; printed: string }[], role: string) =>
  units
    .filter((unit) => unit.role === role)
    .sort((a, b) => a.position - b.position)
    .map((unit) => unit.printed);

/** The flags of a row that are asked about, in their order; what seeding itself asks comes after and answers to none. */
function flagsOf(slug: ListSlug, questions: { position: number; text: string }[], flags: string[]): string[] {
  const words = readQuestionWords(slug);
  return [...questions]
    .sort((a, b) => a.position - b.position)
    .flatMap((question) => flags.filter((flag) => words.get(flag) === question.text));
}

const expectedTask = (task: ListTask) => ({
  seq: task.seq,
  section: task.section,
  measure: task.measure,
  group: task.group,
  text: task.text,
  leadRaw: task.leadRaw,
  responsibleRaw: task.responsibleRaw,
  deadlineRaw: task.deadlineRaw,
  lead: task.lead,
  responsible: task.responsible,
  deadline: task.deadline,
  inherited: task.inherited,
  flags: task.flags,
});

async function readBack(slug: ListSlug, list: List) {
  const plan = await db().plan.findUniqueOrThrow({ where: { slug }, include: { region: true } });
  const include = { units: true, questions: true } as const;
  const document = {
    source: (await db().sourceDocument.findFirstOrThrow({ where: { planId: plan.id } })).fileName,
    title: plan.title,
    issuer: plan.issuer,
    docNumber: plan.docNumber,
    year: plan.year,
    issuedOn: dayOrNull(plan.issuedOn),
    region: plan.region.name,
    level: plan.level,
    kind: plan.kind === 'ASSESSMENT' ? 'assessment' : 'task-list',
    ...(plan.noticeTitle === null ? {} : { noticeTitle: plan.noticeTitle }),
  };
  if (isAssessment(list)) {
    const rows = await db().assessmentRow.findMany({
      where: { planId: plan.id },
      orderBy: { row: 'asc' },
      include: { ...include, indicator: { include: { parent: true } } },
    });
    const tasks = rows.map((row, index) => ({
      seq: row.seq,
      section: null,
      measure: null,
      group: null,
      text: row.text,
      leadRaw: row.leadRaw,
      responsibleRaw: row.responsibleRaw,
      deadlineRaw: row.deadlineRaw,
      lead: printed(row.units, 'LEAD'),
      responsible: printed(row.units, 'RESPONSIBLE'),
      deadline: { dueOn: dayOrNull(row.dueOn), ongoing: row.ongoing, note: row.deadlineNote },
      inherited: row.inherited,
      flags: flagsOf(slug, row.questions, list.tasks[index]!.flags),
      row: row.row,
      indicator1: row.indicator.parent?.name ?? row.indicator.name,
      indicator2: row.indicator.parent ? row.indicator.name : null,
      points: row.points.toNumber(),
      scoring: row.scoring,
    }));
    return { document, tasks, anomalies: plan.anomalies };
  }
  const rows = await db().task.findMany({
    where: { planId: plan.id },
    orderBy: { sortOrder: 'asc' },
    include: { ...include, area: true, measure: true, workGroup: true },
  });
  const tasks = rows.map((row, index) => ({
    seq: row.seq,
    section: row.area?.heading ?? null,
    measure: row.measure?.heading ?? null,
    group: row.workGroup?.name ?? null,
    text: row.text,
    leadRaw: row.leadRaw,
    responsibleRaw: row.responsibleRaw,
    deadlineRaw: row.deadlineRaw,
    lead: printed(row.units, 'LEAD'),
    responsible: printed(row.units, 'RESPONSIBLE'),
    deadline: { dueOn: dayOrNull(row.originalDueOn), ongoing: row.ongoing, note: row.deadlineNote },
    inherited: row.inherited,
    flags: flagsOf(slug, row.questions, list.tasks[index]!.flags),
  }));
  return { document, tasks, anomalies: plan.anomalies };
}

test.each(LISTS.map(({ slug }) => slug))('%s reads back from the database field by field', async (slug) => {
  const list = readList(slug);
  const read = await readBack(slug, list);
  expect(read.document).toEqual(list.document);
  expect(read.anomalies).toEqual(list.anomalies);
  const tasks = isAssessment(list)
    ? list.tasks.map((row) => {
        const { indicator1, indicator2, points, scoring } = row;
        return { ...expectedTask(row), row: row.row, indicator1, indicator2, points, scoring };
      })
    : list.tasks.map(expectedTask);
  expect(read.tasks).toHaveLength(tasks.length);
  for (const [index, task] of tasks.entries()) expect(read.tasks[index]).toEqual(task);
});

test('the source document is stored byte for byte, and every cell as printed', async () => {
  for (const { slug } of LISTS) {
    const list = readList(slug);
    const document = await db().sourceDocument.findFirstOrThrow({
      where: { plan: { slug } },
      include: { cells: true },
    });
    const file = readFileSync(new URL(`../../seeds/documents/${slug}.txt`, import.meta.url));
    expect(Buffer.from(document.content).equals(file)).toBe(true);
    const cells = new Map(document.cells.map((cell) => [`${cell.rowNumber}/${cell.field}`, cell.raw]));
    for (const [index, task] of list.tasks.entries()) {
      for (const [field, raw] of [
        ['text', task.text],
        ['lead', task.leadRaw],
        ['responsible', task.responsibleRaw],
        ['deadline', task.deadlineRaw],
      ] as const)
        expect(cells.get(`${index + 1}/${field}`), `${slug} ${task.seq} ${field}`).toBe(raw);
    }
  }
});

test('429 tasks and 78 rows, with the split of deadlines, leads and collectives that the lists have', async () => {
  const [row] = await queryAsOwner(`
    SELECT count(*)::int AS tasks, count(*) FILTER (WHERE due_on IS NOT NULL AND ongoing)::int AS both_kinds,
           count(*) FILTER (WHERE due_on IS NULL AND ongoing)::int AS only_ongoing,
           count(*) FILTER (WHERE due_on IS NOT NULL AND NOT ongoing)::int AS only_dated,
           count(*) FILTER (WHERE due_on IS NULL AND NOT ongoing)::int AS neither,
           count(*) FILTER (WHERE (SELECT count(*) FROM task_unit u WHERE u.task_id = t.id AND role = 'LEAD') > 1)::int AS several_leads,
           count(*) FILTER (WHERE EXISTS (SELECT 1 FROM task_unit u JOIN collective c ON c.id = u.collective_id WHERE u.task_id = t.id AND NOT c.members_known))::int AS unknown_collective,
           count(*) FILTER (WHERE due_on < p.issued_on)::int AS due_before_issue,
           (SELECT count(*)::int FROM assessment_row) AS assessment_rows,
           (SELECT count(*)::int FROM task_event WHERE type = 'TASK_CREATED' AND origin = 'SEED') AS created
      FROM task t JOIN plan p ON p.id = t.plan_id`);
  expect(row).toEqual({
    tasks: 429,
    both_kinds: 222,
    only_ongoing: 112,
    only_dated: 94,
    neither: 1,
    several_leads: 78,
    unknown_collective: 229,
    due_before_issue: 20,
    assessment_rows: 78,
    created: 429,
  });
  expect(await queryAsOwner('SELECT slug, status::text FROM plan ORDER BY id')).toEqual(
    LISTS.map(({ slug }) => ({ slug, status: 'DRAFT' })),
  );
});

test('areas, measures and work groups are each kept once', async () => {
  const rows = await queryAsOwner<{ slug: string; areas: number; measures: number; groups: number }>(`
    SELECT slug, (SELECT count(*)::int FROM policy_area WHERE plan_id = p.id) AS areas,
           (SELECT count(*)::int FROM measure WHERE plan_id = p.id) AS measures,
           (SELECT count(*)::int FROM work_group WHERE plan_id = p.id AND unit_id IS NOT NULL) AS groups FROM plan p`);
  const of = (slug: ListSlug) => rows.find((row) => row.slug === slug);
  expect(of('ezhou-2022')).toMatchObject({ areas: 28, measures: 52 });
  expect(of('zengdu-2022')).toMatchObject({ areas: 31 });
  expect(of('huarong-2023')).toMatchObject({ areas: 21, measures: 61, groups: 7 });
});

test('every printed unit resolves to one entry of its own region', async () => {
  for (const table of ['task', 'assessment_row']) {
    const mention = table === 'task' ? 'task_unit' : 'assessment_unit';
    const rows = await queryAsOwner(`
      SELECT m.printed FROM ${mention} m JOIN ${table} t ON t.id = m.${table}_id JOIN plan p ON p.id = t.plan_id
        LEFT JOIN unit u ON u.id = m.unit_id LEFT JOIN collective c ON c.id = m.collective_id
       WHERE coalesce(u.region_id, c.region_id) IS DISTINCT FROM p.region_id`);
    expect(rows).toEqual([]);
  }
});

test('a cell merged with the one above takes its words; one printed empty stays empty', async () => {
  const task = (seq: number) => db().task.findFirstOrThrow({ where: { seq, plan: { slug: 'huarong-2023' } } });
  expect(await task(2)).toMatchObject({ leadRaw: null, leadText: '市场监管局', deadlineText: '2023年6月底,长期推进' });
  expect(await task(59)).toMatchObject({ responsibleRaw: '', responsibleText: '' });
});

const latinWord = /[A-Za-z]{3,}/;

test.each(LISTS.map(({ slug }) => slug))('every flag and remark of %s is put into words of its own', (slug) => {
  const list = readList(slug);
  const flags = new Set([...list.anomalies, ...list.tasks.flatMap((task) => task.flags)]);
  const words = readQuestionWords(slug);
  expect([...words.keys()].filter((flag) => !flags.has(flag))).toEqual([]);
  for (const flag of flags) {
    const asked = words.get(flag);
    expect(asked, flag).toBeTypeOf('string');
    expect(asked, flag).not.toMatch(latinWord);
    // It says what is to be done.
    expect(asked, flag).toMatch(/请[^。]+。$/);
  }
});

test('no question of the seeded plans holds a word that is not Chinese', async () => {
  const asked = await queryAsOwner<{ slug: string; text: string }>(
    'SELECT p.slug, q.text FROM question q JOIN plan p ON p.id = q.plan_id WHERE p.slug IS NOT NULL',
  );
  expect(new Set(asked.map(({ slug }) => slug))).toEqual(new Set(LISTS.map(({ slug }) => slug)));
  expect(asked.filter(({ text }) => latinWord.test(text))).toEqual([]);
});

test('the missing points and the unreadable deadline are open questions', async () => {
  const texts = await queryAsOwner<{ field: string; text: string }>(
    "SELECT field, text FROM question WHERE status = 'OPEN' AND (field = 'points' OR task_id = (SELECT t.id FROM task t JOIN plan p ON p.id = t.plan_id WHERE p.slug = 'zengdu-2022' AND t.seq = 60))",
  );
  expect(texts).toContainEqual({ field: 'points', text: '分值合计 296，文件注明总分 300' });
  expect(texts.some(({ field, text }) => field === 'deadline' && text.includes('2022年12日'))).toBe(true);
  expect(
    (await db().plan.findUniqueOrThrow({ where: { slug: 'ezhou-assessment-2020' } })).printedTotal?.toNumber(),
  ).toBe(300);
});

test('a second run changes nothing and gives no password', async () => {
  const fingerprint = () =>
    queryAsOwner(`
      SELECT relname, (xpath('/row/c/text()', query_to_xml(format('SELECT md5(coalesce(string_agg(t::text, chr(10) ORDER BY t::text), '''')) AS c FROM %I t', relname), false, true, '')))[1]::text AS digest
        FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname`);
  const before = await fingerprint();
  expect(before.length).toBeGreaterThan(30);
  expect(await seedEmpty()).toEqual({ adminUsername: 'admin', adminPassword: null });
  expect(await fingerprint()).toEqual(before);
});

test('the chains and the standing of drafts verify', async () => {
  expect(await queryAsOwner('SELECT * FROM verify_history()')).toEqual([]);
});
