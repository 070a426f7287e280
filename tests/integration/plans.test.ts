// What the pages of plans and assessments show, held against the committed lists.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { lateWords } from '@/components/tasks/task-words';
import { getAssessmentSheet } from '@/lib/assessments/assessment.queries';
import { listPlanLines } from '@/lib/dashboards/board.queries';
import { commitList } from '@/lib/imports/import.commands';
import { countArchivedResults } from '@/lib/plans/archive.queries';
import { activatePlan, answerQuestion, archivePlan } from '@/lib/plans/plan.commands';
import {
  findPlan,
  findPlanFile,
  listPlanQuestions,
  listPlans,
  listPlansWithQuestions,
  mayOnPlan,
} from '@/lib/plans/plan.queries';
import { noLightsSentence, planPhaseOn } from '@/lib/plans/plan.words';
import { type Actor, loadActor } from '@/lib/server/auth/actor';
import { db, inTransaction } from '@/lib/server/db';
import { archivedResult, inactiveWords } from '@/lib/standing/standing.words';
import { EMPTY_FILTER } from '@/lib/tasks/task.filter';
import { listTasks, resolveTaskFilter } from '@/lib/tasks/task.queries';
import { readList } from '@/seeds/seed';
import { queryAsOwner } from '../support/database';

const TODAY = '2022-09-30';
const ALL = { page: 1, size: 500 };

type ListFile = {
  tasks: {
    seq: number;
    row?: number;
    text: string;
    points?: number;
    scoring?: string;
    indicator1?: string;
    indicator2?: string;
    section: string | null;
    measure: string | null;
    lead: string[];
    responsible: string[];
  }[];
};
const readSeed = (slug: string): ListFile =>
  JSON.parse(readFileSync(path.join(import.meta.dirname, '../../seeds/lists', `${slug}.json`), 'utf8'));

const actors: Record<string, Actor> = {};
const planId = async (slug: string) => (await db().plan.findUniqueOrThrow({ where: { slug } })).id;

beforeAll(async () => {
  await db().setting.upsert({
    where: { key: 'simulated_today' },
    create: { key: 'simulated_today', value: TODAY },
    update: { value: TODAY },
  });
  const region = async (code: string) => (await db().region.findUniqueOrThrow({ where: { code } })).id;
  const unit = await db().unit.findFirstOrThrow({ where: { name: '市财政局' } });
  const accounts = {
    office: { roles: ['office'] as const, regionId: await region('ezhou') },
    leader: { roles: ['leader'] as const, regionId: await region('ezhou') },
    reporter: { roles: ['unit_reporter'] as const, unitId: unit.id },
    platform: { roles: ['admin'] as const },
  };
  for (const [username, data] of Object.entries(accounts)) {
    const account = await db().account.create({
      data: {
        ...data,
        roles: [...data.roles],
        username,
        displayName: username,
        passwordHash: 'x',
        mustChangePassword: false,
      },
    });
    actors[username] = (await loadActor(account.id))!;
  }
});

describe('a draft', () => {
  it('is listed for the office and the platform, for nobody else', async () => {
    const slugs = async (name: string) =>
      (await listPlans(actors[name]!, {}, ALL, TODAY)).rows.map((row) => row.id).sort((a, b) => a - b);
    const all = await Promise.all(
      ['ezhou-2022', 'ezhou-housing-2022', 'zengdu-2022', 'huarong-2023', 'ezhou-assessment-2020'].map(planId),
    );
    expect(await slugs('platform')).toEqual([...all].sort((a, b) => a - b));
    expect(await slugs('office')).toEqual(
      [await planId('ezhou-2022'), await planId('ezhou-assessment-2020')].sort((a, b) => a - b),
    );
    expect(await slugs('leader')).toEqual([]);
    expect(await slugs('reporter')).toEqual([]);
    expect(await findPlan(actors.reporter!, await planId('ezhou-2022'), TODAY)).toBeNull();
    expect(await findPlan(actors.office!, await planId('zengdu-2022'), TODAY)).toBeNull();
    expect(await findPlan(actors.office!, 999_999, TODAY)).toBeNull();
  });

  it('asks for the date of effect where the document prints none', async () => {
    const plan = (await findPlan(actors.office!, await planId('ezhou-2022'), TODAY))!;
    expect(plan.issuedOn).toBeNull();
    const questions = await listPlanQuestions(actors.office!, plan.access, TODAY, ALL);
    expect(questions).toHaveLength(plan.questions.all);
    expect(questions.filter((question) => question.isOpen)).toHaveLength(plan.questions.open);
    expect(questions.some((question) => question.text.includes('启用时须写明生效日期及其依据'))).toBe(true);
    expect(planPhaseOn(plan, TODAY)).toBe('draft');
    expect(noLightsSentence(plan, TODAY)).toContain('尚未启用');
    expect(mayOnPlan(actors.office!, plan, 'plan.activate')).toBe(true);
  });

  it('keeps its questions in the order of the document, a page at a time', async () => {
    const { access } = (await findPlan(actors.office!, await planId('ezhou-2022'), TODAY))!;
    const all = await listPlanQuestions(actors.office!, access, TODAY, ALL);
    const pages = await Promise.all(
      [1, 2, 3].map((page) => listPlanQuestions(actors.office!, access, TODAY, { page, size: 20 })),
    );
    expect(pages.flat().map((question) => question.id)).toEqual(all.map((question) => question.id));
    const seqs = all.filter((question) => question.taskSeq !== null).map((question) => question.taskSeq!);
    expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
    expect(all.find((question) => question.taskSeq === 5 && question.field === 'lead')!.cells).toMatchObject({
      lead: '华容区政府，市行政审批局、市市场监管局',
      deadline: '2022年6月底，长期推进',
    });
    expect(all.find((question) => question.field === 'document')!.cells).toBeNull();
  });
});

it('the tasks of a plan stand in its own order under its headings', async () => {
  const { access, contents } = (await findPlan(actors.office!, await planId('ezhou-2022'), TODAY))!;
  const lines = await listPlanLines(actors.office!, access, TODAY, ALL);
  const list = readSeed('ezhou-2022').tasks;
  expect(lines.map((line) => [line.seq, line.text, line.areaHeading, line.measureHeading])).toEqual(
    list.map((task) => [task.seq, task.text, task.section, task.measure]),
  );
  expect(contents).toMatchObject({
    tasks: list.length,
    areas: new Set(list.map((task) => task.section)).size,
    measures: new Set(list.map((task) => task.measure)).size,
  });
  expect(lines.every((line) => line.light === 'NONE' && line.reason === 'PLAN_NOT_ACTIVE')).toBe(true);
});

it('the source document comes back byte for byte, and to readers of the plan alone', async () => {
  const id = await planId('ezhou-2022');
  const plan = (await findPlan(actors.office!, id, TODAY))!;
  const [document] = plan.documents;
  const file = (await findPlanFile(actors.office!, id, document!.id))!;
  expect(createHash('sha256').update(file.content).digest('hex')).toBe(document!.sha256);
  expect(file.content).toHaveLength(document!.bytes);
  expect(await findPlanFile(actors.reporter!, id, document!.id)).toBeNull();
  expect(await findPlanFile(actors.office!, await planId('ezhou-assessment-2020'), document!.id)).toBeNull();
});

it('the rows of an assessment add up as printed, under their indicators', async () => {
  const plan = (await findPlan(actors.office!, await planId('ezhou-assessment-2020'), TODAY))!;
  const sheet = await getAssessmentSheet(plan.access, TODAY);
  const list = readSeed('ezhou-assessment-2020').tasks;
  const lines = sheet.blocks.flatMap((block) =>
    block.parts.flatMap((part) => part.lines.map((line) => ({ block, part, line }))),
  );
  expect(
    lines.map(({ block, part, line }) => [line.row, block.name, part.name, line.text, line.points, line.scoring]),
  ).toEqual(
    list.map((row) => [row.row, row.indicator1, row.indicator2 ?? row.indicator1, row.text, row.points, row.scoring]),
  );
  expect(lines.map(({ line }) => line.leads.map((unit) => unit.printed))).toEqual(list.map((row) => row.lead));
  expect(lines.map(({ line }) => line.responsible.map((unit) => unit.printed))).toEqual(
    list.map((row) => row.responsible),
  );
  expect(sheet.sum).toBe(list.reduce((sum, row) => sum + row.points!, 0));
  expect({ sum: sheet.sum, printed: plan.printedTotal }).toEqual({ sum: 296, printed: 300 });
  expect(sheet.totalQuestion).toMatchObject({ isOpen: true, text: '分值合计 296，文件注明总分 300' });
});

it('a page past the last one shows the last, counted under the same filter', async () => {
  const { rows, total, page } = await listPlans(actors.platform!, { kind: 'ASSESSMENT' }, { page: 9, size: 25 }, TODAY);
  expect({ total, page, kinds: new Set(rows.map((row) => row.kind)) }).toEqual({
    total: rows.length,
    page: 1,
    kinds: new Set(['ASSESSMENT']),
  });
});

it('an office limited to work groups counts the tasks and questions of those alone', async () => {
  const plan = await planId('ezhou-2022');
  const limited: Actor = { ...actors.office!, workGroupIds: [2147483647] };
  const listed = (await listPlans(limited, {}, ALL, TODAY)).rows.find((row) => row.id === plan)!;
  const { contents, questions } = (await findPlan(limited, plan, TODAY))!;
  expect({ rows: listed.rows, open: listed.openQuestions }).toEqual({ rows: contents.tasks, open: questions.open });
  expect(listed.rows).toBe(0);
  const waiting = await listPlansWithQuestions(limited, TODAY, 10);
  expect(waiting.find((item) => item.planId === plan)?.open ?? 0).toBe(questions.open);
});

describe('once activated, answered and archived', () => {
  it('is seen by its units from then on, shows what was answered, and keeps its history', async () => {
    const id = await planId('ezhou-2022');
    const draft = (await findPlan(actors.office!, id, TODAY))!;
    await activatePlan(actors.office!, {
      planId: id,
      version: draft.version,
      effectiveFrom: '2022-03-15',
      basis: '市委办收文登记',
    });
    const plan = (await findPlan(actors.reporter!, id, TODAY))!;
    expect(plan).toMatchObject({ status: 'ACTIVE', effectiveFrom: '2022-03-15', effectiveBasis: '市委办收文登记' });
    expect(mayOnPlan(actors.reporter!, plan, 'plan.archive')).toBe(false);
    expect(mayOnPlan(actors.reporter!, plan, 'question.answer')).toBe(false);
    expect(noLightsSentence(plan, '2022-03-14')).toContain('2022年3月15日');
    expect(noLightsSentence(plan, TODAY)).toBeNull();

    const open = plan.questions.open;
    const [first] = await listPlanQuestions(actors.office!, plan.access, TODAY, ALL);
    await answerQuestion(actors.office!, { questionId: first!.id, answer: '经核对，以市委办印发件为准。' });
    const after = (await findPlan(actors.office!, id, TODAY))!;
    expect(after.questions).toEqual({ open: open - 1, all: plan.questions.all });
    const answered = (await listPlanQuestions(actors.office!, after.access, TODAY, ALL)).find(
      (question) => question.id === first!.id,
    );
    expect(answered).toMatchObject({ isOpen: false, answer: '经核对，以市委办印发件为准。', answeredBy: 'office' });
    // The answer is given on the simulated day: the day before it is still open.
    const before = (await listPlanQuestions(actors.office!, after.access, '2022-09-29', ALL)).find(
      (question) => question.id === first!.id,
    );
    expect(before).toMatchObject({ isOpen: true, answer: null, answeredBy: null, answeredAt: null });
    const waiting = await listPlansWithQuestions(actors.office!, TODAY, 10);
    expect(waiting.find((item) => item.planId === id)?.open).toBe(open - 1);
    expect(await listPlansWithQuestions(actors.leader!, TODAY, 10)).toEqual([]);

    await archivePlan(actors.office!, { planId: id, version: after.version });
    const archived = (await findPlan(actors.office!, id, TODAY))!;
    expect(planPhaseOn(archived, TODAY)).toBe('archived');
    expect(planPhaseOn(archived, '2022-09-29')).toBe('active');
    const [line] = await listPlanLines(actors.office!, archived.access, TODAY, { page: 1, size: 1 });
    expect(line).toMatchObject({ light: 'NONE', reason: 'PLAN_NOT_ACTIVE', isArchived: true, outcome: 'NOT_ACHIEVED' });
    expect([inactiveWords(line!), archivedResult(line!)]).toEqual(['已归档', '未完成']);
    // the ledger says the same of every row, and the plan's page how many there are of each
    const { rows } = await listTasks(actors.office!, { ...EMPTY_FILTER, plan: id, size: 100 }, TODAY);
    expect(rows.every((row) => row.isArchived && inactiveWords(row) === '已归档')).toBe(true);
    expect(lateWords(rows.find((row) => row.id === line!.taskId)!).text).toBe('未完成');
    const results = await countArchivedResults(actors.office!, archived.access, TODAY);
    const lost = await queryAsOwner<{ n: number }>(
      'SELECT count(*)::int AS n FROM task WHERE plan_id = $1 AND due_on IS NOT NULL',
      [id],
    );
    expect(results).toMatchObject({ NOT_ACHIEVED: lost[0]!.n, ON_TIME: 0, LATE: 0 });
    const yesterday = await listTasks(actors.office!, { ...EMPTY_FILTER, plan: id }, '2022-09-29');
    expect(yesterday.rows.some((row) => row.isArchived)).toBe(false);
    const [dayBefore] = await listPlanLines(actors.office!, archived.access, '2022-09-29', { page: 1, size: 1 });
    expect(dayBefore?.reason).toBe('OVERDUE');
  });
});

describe('two plans with one title', () => {
  it('are told apart wherever plans are listed or chosen, and only they', async () => {
    const slug = 'zengdu-2022';
    const list = readList(slug);
    const source = { fileName: 'again.txt', mediaType: 'text/plain', content: new TextEncoder().encode('again') };
    const again = await inTransaction((tx) => commitList(tx, null, { list, source, regionCode: 'zengdu' }), {
      timeout: 60_000,
    });
    await db().plan.update({ where: { id: again }, data: { createdAt: new Date('2022-08-31T17:00:00Z') } });
    const first = await planId(slug);
    const { rows } = await listPlans(actors.platform!, {}, ALL, TODAY);
    const marks = new Map(rows.map((row) => [row.id, row.mark]));
    expect(marks.get(again)).toBe('2022-09-01 导入');
    expect(marks.get(first)).toMatch(/^\d{4}-\d\d-\d\d 导入$/);
    expect(rows.filter((row) => row.mark !== null)).toHaveLength(2);

    const waiting = await listPlansWithQuestions(actors.platform!, TODAY, 10);
    expect(waiting.find((plan) => plan.planId === again)?.mark).toBe('2022-09-01 导入');

    const title = list.document.title;
    const { choices, names } = await resolveTaskFilter(actors.platform!, { ...EMPTY_FILTER, plan: again });
    expect(choices.plans.find((plan) => plan.id === again)?.name).toBe(`${title}（2022-09-01 导入）`);
    expect(names.plan).toBe(`${title}（2022-09-01 导入）`);
    expect(new Set(choices.plans.map((plan) => plan.name)).size).toBe(choices.plans.length);
  });
});
