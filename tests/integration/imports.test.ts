// Import drafts on a real database: from an upload to a plan, every command with each of its refusals.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { read, utils } from '@e965/xlsx';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  commitDraft,
  createDraft,
  discardDraft,
  importFromTerminal,
  readAgain,
  restartReading,
  startReading,
  storeReading,
  withdrawImport,
} from '@/lib/imports/drafts/draft.commands';
import {
  canImport,
  type DraftDetail,
  type DraftRow,
  findDraft,
  findDraftFile,
  findImportReport,
  listDrafts,
  listImportPlaces,
} from '@/lib/imports/drafts/draft.queries';
import {
  answerDraftQuestionSchema,
  readAgainSchema,
  setDocumentFactsSchema,
  uploadSchema,
} from '@/lib/imports/drafts/draft.schema';
import {
  answerDraftQuestion,
  applyToAll,
  confirmKind,
  editRow,
  excludeRow,
  includeRow,
  setDocumentFacts,
  setLeaderRule,
  undoLast,
} from '@/lib/imports/drafts/draft-edit.commands';
import { makeReportWorkbook } from '@/lib/imports/drafts/report-workbook.rules';
import { isAssessment, type List, listSchema } from '@/lib/imports/list.schema';
import type { Reading, ReadQuestion, ReadRow } from '@/lib/imports/reading/reading.schema';
import { activatePlan, withdrawPlan } from '@/lib/plans/plan.commands';
import type { Role } from '@/lib/rights/rights.table';
import { type Actor, loadActor } from '@/lib/server/auth/actor';
import { db, inTransaction } from '@/lib/server/db';
import { queryAsApp, queryAsOwner } from '../support/database';

const actors = {} as Record<
  'admin' | 'second' | 'office' | 'leader' | 'reporter' | 'huarongAdmin' | 'zengduAdmin' | 'platform',
  Actor
>;

async function makeActor(
  username: string,
  roles: Role[],
  place: { regionId?: number; unitId?: number },
): Promise<Actor> {
  const account = await db().account.create({
    data: { username, displayName: username, passwordHash: '-', roles, ...place },
  });
  return (await loadActor(account.id))!;
}
const refused = (code: string, words = /./) =>
  expect.objectContaining({ name: 'AppError', code, message: expect.stringMatching(words) });

beforeAll(async () => {
  const region = async (code: string) => (await db().region.findUniqueOrThrow({ where: { code } })).id;
  const unit = await db().unit.findFirstOrThrow({ where: { name: '市财政局', region: { code: 'ezhou' } } });
  actors.admin = await makeActor('import-admin', ['admin'], { regionId: await region('ezhou') });
  actors.second = await makeActor('import-second', ['admin'], { regionId: await region('ezhou') });
  actors.office = await makeActor('import-office', ['office'], { regionId: await region('ezhou') });
  actors.leader = await makeActor('import-leader', ['leader'], { regionId: await region('ezhou') });
  actors.reporter = await makeActor('import-reporter', ['unit_reporter'], { unitId: unit.id });
  actors.huarongAdmin = await makeActor('import-huarong', ['admin'], { regionId: await region('huarong') });
  actors.zengduAdmin = await makeActor('import-zengdu', ['admin'], { regionId: await region('zengdu') });
  actors.platform = await makeActor('import-platform', ['admin'], {});
});

// ------------------------------------------------------------------------------------------------ readings by hand

const readList = (slug: string): List =>
  listSchema.parse(JSON.parse(readFileSync(new URL(`../../seeds/lists/${slug}.json`, import.meta.url), 'utf8')));

/** The exact list as a reading would give it, its flags as questions. */
function readingOf(list: List): Reading {
  const { document } = list;
  return {
    document: {
      ...document,
      noticeTitle: document.noticeTitle ?? null,
      regionCode: null,
      ownerUnitName: null,
      printedTotal: ('printedTotal' in document ? document.printedTotal : null) ?? null,
    },
    leadRule: { kind: 'lead-column', words: '“牵头单位”牵头' },
    rows: list.tasks.map(
      (task, index): ReadRow => ({
        seq: task.seq,
        section: task.section,
        measure: task.measure,
        indicator1: 'indicator1' in task ? task.indicator1 : null,
        indicator2: 'indicator2' in task ? task.indicator2 : null,
        text: task.text,
        points: 'points' in task ? task.points : null,
        scoring: 'scoring' in task ? task.scoring : null,
        group: task.group,
        leadRaw: task.leadRaw,
        responsibleRaw: task.responsibleRaw,
        deadlineRaw: task.deadlineRaw,
        lead: task.lead,
        responsible: task.responsible,
        deadline: task.deadline,
        extra: task.extra ?? {},
        inherited: task.inherited,
        source: { place: `表1第${index + 2}行`, cells: [{ heading: '重点任务', text: task.text, isInherited: false }] },
      }),
    ),
    questions: list.tasks.flatMap((task, row) =>
      task.flags.map((text) => question({ row, kind: 'document', field: 'row', text })),
    ),
    leftOver: [{ place: '第1段', text: '附件' }],
    notices: ['合并单元格按其首行读取'],
    candidates: [{ words: '表1', place: '表1' }],
    chosen: 0,
  };
}

function question(given: Partial<ReadQuestion>): ReadQuestion {
  return {
    kind: 'text',
    field: 'row',
    row: null,
    text: '请确认',
    place: '表1',
    printed: null,
    candidates: [],
    ...given,
  };
}

function row(given: Partial<ReadRow>, index = 0): ReadRow {
  return {
    seq: index + 1,
    section: '一、市场环境',
    measure: '1.推进“一网通办”',
    indicator1: null,
    indicator2: null,
    text: `实现事项${index + 1}网上办理`,
    points: null,
    scoring: null,
    group: null,
    leadRaw: '市财政局',
    responsibleRaw: '市教育局',
    deadlineRaw: '2022年6月底',
    lead: ['市财政局'],
    responsible: ['市教育局'],
    deadline: { dueOn: '2022-06-30', ongoing: false, note: null },
    extra: {},
    inherited: [],
    source: { place: `表1第${index + 2}行`, cells: [] },
    ...given,
  };
}

/** A short list of the city with the given rows. */
function shortReading(rows: Partial<ReadRow>[], given: Partial<Reading> = {}): Reading {
  return {
    document: {
      source: '清单.docx',
      kind: 'task-list',
      title: '鄂州市2022年重点任务清单',
      noticeTitle: null,
      issuer: null,
      docNumber: null,
      year: 2022,
      issuedOn: null,
      region: '鄂州市',
      regionCode: 'ezhou',
      level: 'city',
      ownerUnitName: null,
      printedTotal: null,
    },
    leadRule: { kind: 'lead-column', words: '“牵头单位”牵头' },
    rows: rows.map((one, index) => row(one, index)),
    questions: [],
    leftOver: [],
    notices: [],
    candidates: [{ words: '表1', place: '表1' }],
    chosen: 0,
    ...given,
  };
}

const file = (bytes: Uint8Array = new TextEncoder().encode(randomUUID())) => ({
  bytes,
  fileName: '清单.docx',
  mediaType: 'application/octet-stream',
});
const upload = { regionCode: 'ezhou', year: null, ownerUnitName: null, basePlanId: null, isAgain: false };

async function putReading(draftId: number, reading: Reading): Promise<void> {
  const token = randomUUID();
  await db().importDraft.update({ where: { id: draftId }, data: { readingToken: token, status: 'READING' } });
  await inTransaction((tx) => storeReading(tx, draftId, token, reading));
}

async function draftWith(reading: Reading, regionCode = 'ezhou'): Promise<number> {
  const { draftId } = await createDraft(null, file(), { ...upload, regionCode });
  await putReading(draftId!, reading);
  return draftId!;
}

const seen = async (draftId: number, actor = actors.admin): Promise<DraftDetail> => (await findDraft(actor, draftId))!;
const version = async (draftId: number) => (await seen(draftId)).version;
const rowAt = async (draftId: number, position: number): Promise<DraftRow> =>
  (await seen(draftId)).rows.find((one) => one.position === position)!;
const edit = async (draftId: number, position: number, field: string, value: string, actor = actors.admin) => {
  const { id, version: rowVersion } = await rowAt(draftId, position);
  await editRow(actor, { draftId, rowId: id, rowVersion, field: field as 'text', value });
};
const answer = (given: Record<string, unknown>) => answerDraftQuestionSchema.parse(given);
const firstOpen = async (draftId: number) => (await seen(draftId)).groups.find((group) => group.status === 'OPEN')!;
const answerFirst = async (draftId: number, given: Record<string, unknown>, actor = actors.admin) =>
  answerDraftQuestion(actor, answer({ draftId, ...(await firstOpen(draftId)).first, ...given }));

// ------------------------------------------------------------------------------------------------ uploading

describe('an upload', () => {
  test('becomes a draft to be read, kept byte for byte and on record', async () => {
    const given = file();
    const { draftId } = await createDraft(actors.admin, { ...given, fileName: 'C:\\公文\\2022\\清单.docx' }, upload);
    expect(await seen(draftId!)).toMatchObject({
      status: 'READING',
      fileName: '清单.docx',
      uploadedBy: 'import-admin',
      bytes: given.bytes.length,
      document: null,
      rows: [],
    });
    const kept = await findDraftFile(actors.admin, draftId!);
    expect(Buffer.from(kept!.content).equals(Buffer.from(given.bytes))).toBe(true);
    expect(
      await db().auditEvent.count({
        where: { kind: 'import.uploaded', subjectId: draftId!, actorId: actors.admin.accountId },
      }),
    ).toBe(1);
    const drafts = await listDrafts(actors.admin, {});
    expect(drafts.rows.map(({ id }) => id)).toContain(draftId);
  });

  test.each(['office', 'leader', 'reporter', 'huarongAdmin', 'zengduAdmin'] as const)(
    'of %s into the city is not found',
    async (who) => {
      await expect(createDraft(actors[who], file(), upload)).rejects.toEqual(refused('not_found'));
    },
  );

  test('without bytes is unreadable, of an unknown bureau refused, of an unknown region or plan not found', async () => {
    await expect(createDraft(actors.admin, file(new Uint8Array()), upload)).rejects.toEqual(
      refused('unreadable', /空/),
    );
    const tooLarge = file(new Uint8Array(50 * 1024 * 1024 + 1));
    await expect(createDraft(actors.admin, tooLarge, upload)).rejects.toEqual(refused('unreadable', /50 MB/));
    await expect(createDraft(actors.admin, file(), { ...upload, ownerUnitName: '市宇航局' })).rejects.toEqual(
      refused('invalid_state', /市宇航局/),
    );
    await expect(createDraft(actors.platform, file(), { ...upload, regionCode: 'atlantis' })).rejects.toEqual(
      refused('not_found'),
    );
    const elsewhere = await db().plan.findUniqueOrThrow({ where: { slug: 'zengdu-2022' } });
    await expect(createDraft(actors.platform, file(), { ...upload, basePlanId: elsewhere.id })).rejects.toEqual(
      refused('not_found'),
    );
  });

  test('of the same file is recognised, in the region alone, and taken again when said so', async () => {
    const same = file();
    const first = await createDraft(actors.admin, same, upload);
    expect(await createDraft(actors.second, same, upload)).toEqual({
      draftId: null,
      sameFiles: [expect.objectContaining({ draftId: first.draftId, status: 'READING', title: '清单.docx' })],
    });
    expect((await createDraft(actors.platform, same, { ...upload, regionCode: 'zengdu' })).draftId).not.toBeNull();
    const again = await createDraft(actors.second, same, { ...upload, isAgain: true });
    expect((await seen(again.draftId!)).sameFiles).toEqual([expect.objectContaining({ draftId: first.draftId })]);
  });

  test('sent twice at once makes one draft', async () => {
    const same = file();
    const made = await Promise.all([1, 2, 3].map(() => createDraft(actors.admin, same, upload)));
    expect(made.filter(({ draftId }) => draftId !== null)).toHaveLength(1);
  });

  test('of a file that a plan already holds names the plan', async () => {
    const plan = await db().plan.findUniqueOrThrow({ where: { slug: 'ezhou-2022' }, include: { documents: true } });
    const known = await createDraft(actors.admin, file(new Uint8Array(plan.documents[0]!.content)), upload);
    expect(known).toEqual({
      draftId: null,
      sameFiles: [expect.objectContaining({ planId: plan.id, title: plan.title })],
    });
  });

  test('the database keeps the source of a draft as it came', async () => {
    const draftId = await draftWith(shortReading([{}]));
    await expect(queryAsApp("UPDATE import_draft SET content = '\\x00' WHERE id = $1", [draftId])).rejects.toThrow(
      /source/,
    );
    await expect(queryAsApp("UPDATE import_row SET read = '{}' WHERE draft_id = $1", [draftId])).rejects.toThrow(
      /source/,
    );
    await expect(queryAsApp('DELETE FROM import_draft WHERE id = $1', [draftId])).rejects.toThrow(/permission/);
    await expect(queryAsApp('DELETE FROM import_change')).rejects.toThrow(/permission/);
  });
});

describe('who may import', () => {
  test('an admin, into their own region, the platform everywhere', async () => {
    expect(canImport(actors.admin)).toBe(true);
    for (const who of ['office', 'leader', 'reporter'] as const) expect(canImport(actors[who])).toBe(false);
    expect((await listImportPlaces(actors.admin)).map(({ code }) => code)).toEqual(['ezhou']);
    expect((await listImportPlaces(actors.platform)).length).toBeGreaterThan(3);
  });

  test('to everyone else a draft does not exist, whatever they try', async () => {
    const draftId = await draftWith(shortReading([{}], { questions: [question({ row: 0 })] }));
    const detail = await seen(draftId);
    const [{ id: rowId, version: rowVersion }] = detail.rows as [DraftRow];
    const target = { draftId, version: detail.version };
    for (const who of ['office', 'leader', 'reporter', 'huarongAdmin', 'zengduAdmin'] as const) {
      const actor = actors[who];
      const tries: (() => Promise<unknown>)[] = [
        () => restartReading(actor, draftId),
        () => readAgain(actor, { ...target, isSure: true }),
        () => editRow(actor, { draftId, rowId, rowVersion, field: 'text', value: '甲' }),
        () => applyToAll(actor, { draftId, field: 'lead', printed: '市财政局', value: '市教育局' }),
        () => answerDraftQuestion(actor, answer({ draftId, ...detail.groups[0]!.first, way: 'keep' })),
        () => confirmKind(actor, { ...target, kind: 'text' }),
        () => setLeaderRule(actor, { ...target, rule: 'all', unitName: null }),
        () => excludeRow(actor, { draftId, rowId, rowVersion }),
        () => includeRow(actor, { draftId, rowId, rowVersion }),
        () => setDocumentFacts(actor, setDocumentFactsSchema.parse({ ...target, title: '甲', year: 2022 })),
        () => undoLast(actor, target),
        () => commitDraft(actor, { ...target, confirmOpen: true }),
        () => withdrawImport(actor, { draftId, reason: '重复' }),
        () => discardDraft(actor, target),
      ];
      for (const attempt of tries) await expect(attempt()).rejects.toEqual(refused('not_found'));
      expect(await findDraft(actor, draftId)).toBeNull();
      expect(await findDraftFile(actor, draftId)).toBeNull();
      expect(await findImportReport(actor, draftId)).toBeNull();
      expect((await listDrafts(actor, { isAll: true })).rows.map(({ id }) => id)).not.toContain(draftId);
    }
    expect(await version(draftId)).toBe(detail.version);
  });
});

// ------------------------------------------------------------------------------------------------ reading

describe('reading', () => {
  test('an office file is read in a process of its own, with its rows beside their source', async () => {
    const bytes = new Uint8Array(readFileSync(new URL('../../seeds/office/ezhou-housing-2022.docx', import.meta.url)));
    const { draftId } = await createDraft(
      actors.admin,
      { ...file(bytes), fileName: '住建局.docx' },
      {
        ...upload,
        ownerUnitName: '市住建局',
      },
    );
    const reading = await startReading(draftId!);
    expect((await seen(draftId!)).failure).toBeNull();
    expect(reading?.rows).toHaveLength(27);
    expect(await seen(draftId!)).toMatchObject({
      status: 'REVIEW',
      ownerUnit: { name: '市住建局' },
      progress: { percent: 100, isStalled: false },
      counts: { rows: 27 },
    });
    expect((await rowAt(draftId!, 1)).read.source.cells.length).toBeGreaterThan(3);
    expect(await startReading(draftId!)).toBeNull();
  });

  test('a file that is no document says why, and is read again only when asked', async () => {
    const { draftId } = await createDraft(actors.admin, { ...file(), fileName: '程序.docx' }, upload);
    expect(await startReading(draftId!)).toBeNull();
    const detail = await seen(draftId!);
    expect(detail).toMatchObject({ status: 'UNREADABLE', failure: expect.stringMatching(/./), can: { edit: false } });
    await expect(restartReading(actors.admin, draftId!)).rejects.toEqual(refused('invalid_state'));
    await readAgain(actors.admin, { draftId: draftId!, version: detail.version, isSure: false });
    expect((await seen(draftId!)).status).toBe('READING');
  });

  test('the command line gets the reading, or the reason', async () => {
    const bytes = new Uint8Array(readFileSync(new URL('../../seeds/office/zengdu-2022.xlsx', import.meta.url)));
    const { draftId, reading } = await importFromTerminal({
      bytes,
      fileName: 'z.xlsx',
      regionCode: 'zengdu',
      year: 2022,
    });
    expect(reading.rows).toHaveLength(113);
    expect((await seen(draftId, actors.zengduAdmin)).uploadedBy).toBeNull();
    await expect(
      importFromTerminal({ ...file(), fileName: 'x.bin', regionCode: 'zengdu', year: 2022 }),
    ).rejects.toEqual(refused('unreadable'));
    await expect(importFromTerminal({ bytes, fileName: 'z.xlsx', regionCode: 'nowhere', year: 2022 })).rejects.toThrow(
      /不认识的地区代码 nowhere；可用：.*zengdu（曾都区）/,
    );
  });

  test('a reading that died is begun anew, one that is alive is not', async () => {
    const { draftId } = await createDraft(actors.admin, file(), upload);
    await db().importDraft.update({
      where: { id: draftId! },
      data: { readingToken: randomUUID(), lastWordAt: new Date() },
    });
    expect(await startReading(draftId!)).toBeNull();
    await expect(restartReading(actors.admin, draftId!)).rejects.toEqual(refused('invalid_state'));
    await queryAsOwner("UPDATE import_draft SET last_word_at = now() - interval '2 minutes' WHERE id = $1", [draftId]);
    expect(await seen(draftId!)).toMatchObject({ status: 'READING', progress: { isStalled: true } });
    await restartReading(actors.admin, draftId!);
    await startReading(draftId!);
    expect((await seen(draftId!)).status).toBe('UNREADABLE');
  });

  test('a reading that has been overtaken changes nothing', async () => {
    const draftId = await draftWith(shortReading([{}]));
    await inTransaction((tx) => storeReading(tx, draftId, randomUUID(), shortReading([{}, {}])));
    expect((await seen(draftId)).counts.rows).toBe(1);
  });

  test('again loses what was changed only when that is said, and cannot be undone', async () => {
    const draftId = await draftWith(shortReading([{}]));
    await edit(draftId, 1, 'text', '改过的任务');
    const given = { draftId, version: await version(draftId), table: 1 };
    await expect(readAgain(actors.admin, { ...given, version: 1, isSure: true })).rejects.toEqual(refused('conflict'));
    await expect(readAgain(actors.admin, { ...given, isSure: false })).rejects.toEqual(
      refused('invalid_state', /1 处/),
    );
    await expect(readAgain(actors.admin, { ...given, regionCode: 'huarong', isSure: true })).rejects.toEqual(
      refused('not_found'),
    );
    await readAgain(actors.admin, { ...given, isSure: true });
    await putReading(draftId, shortReading([{}, {}], { chosen: 1 }));
    expect(await seen(draftId)).toMatchObject({ status: 'REVIEW', chosen: 1, counts: { rows: 2 }, lastChange: null });
    await expect(undoLast(actors.admin, { draftId, version: await version(draftId) })).rejects.toEqual(
      refused('invalid_state'),
    );
  });
});

// ------------------------------------------------------------------------------------------------ changing

describe('a change of one cell', () => {
  test('is read by the rules, settles the question about it and says what it was', async () => {
    const draftId = await draftWith(
      shortReading([{ deadlineRaw: '2022年12日', deadline: { dueOn: null, ongoing: false, note: null } }], {
        questions: [
          question({
            row: 0,
            kind: 'deadline',
            field: 'deadline',
            text: '“2022年12日”不是日期',
            printed: '2022年12日',
          }),
        ],
      }),
    );
    await edit(draftId, 1, 'deadline', '2022-12-31，长期推进');
    const changed = await rowAt(draftId, 1);
    expect(changed.current).toMatchObject({
      deadlineRaw: '2022年12日',
      deadline: { dueOn: '2022-12-31', ongoing: true },
    });
    expect(changed.changedFields).toEqual(['deadline']);
    expect(changed.questions).toEqual([
      expect.objectContaining({
        status: 'RESOLVED',
        answer: expect.stringContaining('2022-12-31'),
        answeredBy: 'import-admin',
      }),
    ]);
    expect((await seen(draftId)).lastChange).toMatchObject({ words: '第1行 完成时限：“” → “2022-12-31，长期推进”' });
  });

  test('asks about a name that the register does not know', async () => {
    const draftId = await draftWith(shortReading([{}]));
    await edit(draftId, 1, 'leadRaw', '市财政局、市宇航管理局');
    const { current, questions, names } = await rowAt(draftId, 1);
    expect(current.lead).toEqual(['市财政局', '市宇航管理局']);
    expect(questions).toEqual([
      expect.objectContaining({
        kind: 'unknown-unit',
        field: 'lead',
        printed: '市宇航管理局',
        status: 'OPEN',
        place: '表1第2行',
      }),
    ]);
    expect(names.find(({ printed }) => printed === '市宇航管理局')).toMatchObject({ kind: 'unknown', words: null });
    expect(names.find(({ printed }) => printed === '市财政局')).toMatchObject({ kind: 'unit', words: '市财政局' });
  });

  test('goes along with the rows merged with it, and a merged row gets a cell of its own', async () => {
    const merged = { leadRaw: null, inherited: ['lead'] };
    const draftId = await draftWith(shortReading([{}, merged, merged, { leadRaw: '市教育局', lead: ['市教育局'] }]));
    await edit(draftId, 1, 'leadRaw', '市商务局');
    const leads = async () =>
      (await seen(draftId)).rows.map(({ current, texts }) => [current.lead.join(), texts.leadText]);
    const [trade, school] = [
      ['市商务局', '市商务局'],
      ['市教育局', '市教育局'],
    ];
    expect(await leads()).toEqual([trade, trade, trade, school]);
    await edit(draftId, 2, 'leadRaw', '市文旅局');
    expect(await leads()).toEqual([trade, ['市文旅局', '市文旅局'], trade, school]);
  });

  test('that is not what the field holds is refused in words', async () => {
    const draftId = await draftWith(shortReading([{}]));
    await expect(edit(draftId, 1, 'seq', '十二号')).rejects.toEqual(refused('invalid_state', /数字/));
    await expect(edit(draftId, 1, 'points', '五分半')).rejects.toEqual(refused('invalid_state', /分值/));
    await expect(edit(draftId, 1, 'text', '')).rejects.toEqual(refused('invalid_state', /不导入/));
    await expect(edit(draftId, 1, 'deadline', '尽快')).rejects.toEqual(refused('invalid_state', /完成时限/));
    expect((await seen(draftId)).counts.changes).toBe(0);
  });

  test('by two admins: the second gets what stands, another row is free, the same words twice are one change', async () => {
    const draftId = await draftWith(shortReading([{}, {}]));
    const [first, other] = (await seen(draftId)).rows as [DraftRow, DraftRow];
    const input = { draftId, rowId: first.id, rowVersion: first.version, field: 'text' as const };
    await editRow(actors.admin, { ...input, value: '甲的改法' });
    await expect(editRow(actors.second, { ...input, value: '乙的改法' })).rejects.toEqual(
      expect.objectContaining({ code: 'conflict', latest: { value: '甲的改法', version: String(first.version + 1) } }),
    );
    await editRow(actors.admin, { ...input, value: '甲的改法' });
    await editRow(actors.second, { ...input, rowId: other.id, rowVersion: other.version, value: '乙的改法' });
    expect(await seen(draftId)).toMatchObject({
      counts: { changes: 2 },
      rows: [{ current: { text: '甲的改法' } }, { current: { text: '乙的改法' } }],
    });
    await expect(editRow(actors.admin, { ...input, rowId: 2147483000, value: '丙' })).rejects.toEqual(
      refused('not_found'),
    );
  });
});

describe('the same change in all rows', () => {
  test('changes every row that reads so, and only those', async () => {
    const draftId = await draftWith(shortReading([{}, { lead: ['市教育局'], leadRaw: '市教育局' }, {}]));
    const input = { draftId, field: 'leadRaw' as const, printed: '市财政局', value: '市商务局' };
    expect(await applyToAll(actors.admin, input)).toBe(2);
    expect(await applyToAll(actors.admin, input)).toBe(0);
    const detail = await seen(draftId);
    expect(detail.rows.map(({ current }) => current.lead)).toEqual([['市商务局'], ['市教育局'], ['市商务局']]);
    expect(detail.lastChange?.words).toBe('牵头单位（原文）：“市财政局” → “市商务局”（共 2 行）');
    await expect(applyToAll(actors.admin, { ...input, value: '市文旅局' })).rejects.toEqual(refused('conflict'));
    await expect(
      applyToAll(actors.admin, { draftId, field: 'deadline', printed: '2022-06-30', value: '尽快' }),
    ).rejects.toEqual(refused('invalid_state'));
  });
});

describe('answers', () => {
  const unknown = (rowIndex: number, field = 'lead') =>
    question({ row: rowIndex, kind: 'unknown-unit', field, printed: '市宇航局', text: '“市宇航局”不在单位库中' });
  const spaceList = () =>
    shortReading(
      [{ lead: ['市宇航局'], leadRaw: '市宇航局' }, { responsible: ['市宇航局'], responsibleRaw: '市宇航局' }, {}],
      {
        questions: [
          unknown(0),
          unknown(1, 'responsible'),
          question({ row: 2, kind: 'duplicate', text: '内容与第1行相同' }),
        ],
      },
    );

  test('an existing unit answers the name in all rows', async () => {
    const draftId = await draftWith(spaceList());
    const unit = await db().unit.findFirstOrThrow({ where: { name: '市科技局', region: { code: 'ezhou' } } });
    expect((await firstOpen(draftId)).ways[0]).toBe('unit');
    expect(await answerFirst(draftId, { way: 'unit', unitId: unit.id, isRemembered: 'on' })).toBe(2);
    const detail = await seen(draftId);
    expect(detail.willCreate).toMatchObject({
      unresolvedNames: [],
      aliases: [{ alias: '市宇航局', unitName: '市科技局' }],
      openQuestions: 1,
    });
    expect(detail.rows[0]!.questions[0]).toMatchObject({ status: 'ANSWERED', answer: '即“市科技局”，并记为其别名' });
    expect(detail.rows[0]!.current.lead).toEqual(['市宇航局']);
    expect(await db().unitAlias.count({ where: { name: '市宇航局' } })).toBe(0);
  });

  test('a typed name of the register answers too, an unknown one and a unit of another region do not', async () => {
    const draftId = await draftWith(spaceList());
    await expect(answerFirst(draftId, { way: 'value', value: '市航天委' })).rejects.toEqual(
      refused('invalid_state', /市航天委/),
    );
    const far = await db().unit.findFirstOrThrow({ where: { region: { code: 'zengdu' } } });
    await expect(answerFirst(draftId, { way: 'unit', unitId: far.id })).rejects.toEqual(refused('invalid_state'));
    expect(await answerFirst(draftId, { way: 'value', value: '市科技局' })).toBe(2);
    expect((await rowAt(draftId, 1)).names[0]).toMatchObject({
      printed: '市宇航局',
      words: '市科技局',
      isDecided: true,
    });
  });

  test('several units take the place of what was read as one name, in all rows', async () => {
    const draftId = await draftWith(spaceList());
    expect(await answerFirst(draftId, { way: 'value', value: '市科技局、市教育局' })).toBe(2);
    const { rows, counts } = await seen(draftId);
    expect([rows[0]!.current.lead, rows[1]!.current.responsible]).toEqual([
      ['市科技局', '市教育局'],
      ['市科技局', '市教育局'],
    ]);
    expect(counts).toMatchObject({ answered: 2, open: 1 });
  });

  test('a new unit and no unit at all', async () => {
    const draftId = await draftWith(spaceList());
    await answerFirst(draftId, { way: 'new-unit', unitName: '市宇航管理局', isRemembered: 'on' });
    expect((await seen(draftId)).willCreate).toMatchObject({ newUnits: ['市宇航管理局'], unresolvedNames: [] });
    await undoLast(actors.admin, { draftId, version: await version(draftId) });
    await answerFirst(draftId, { way: 'no-unit' });
    expect((await seen(draftId)).willCreate).toMatchObject({ newUnits: [], unresolvedNames: [], openQuestions: 1 });
  });

  test('keep and later; the same answer twice is one, another one is a conflict with what stands', async () => {
    const draftId = await draftWith(
      shortReading([{}, {}], { questions: [question({ row: 0 }), question({ row: 1, text: '另一处' })] }),
    );
    const { first } = await firstOpen(draftId);
    const keep = answer({ draftId, ...first, way: 'keep' });
    expect(await answerDraftQuestion(actors.admin, keep)).toBe(1);
    expect(await answerDraftQuestion(actors.second, keep)).toBe(0);
    await expect(answerDraftQuestion(actors.second, { ...keep, way: 'later' })).rejects.toEqual(
      expect.objectContaining({
        code: 'conflict',
        latest: expect.objectContaining({ answer: '确认无误，按现有读法' }),
      }),
    );
    await expect(answerDraftQuestion(actors.admin, { ...keep, way: 'no-unit' })).rejects.toEqual(
      refused('invalid_state'),
    );
    await expect(answerDraftQuestion(actors.admin, { ...keep, questionId: 2147483000 })).rejects.toEqual(
      refused('not_found'),
    );
    await answerFirst(draftId, { way: 'later' });
    expect((await seen(draftId)).counts).toMatchObject({ answered: 1, deferred: 1, open: 0 });
  });

  test('a value takes the place of the one in question in each of the rows that ask alike', async () => {
    const joined = '市商务局市文旅局';
    const ask = (rowIndex: number) =>
      question({ row: rowIndex, kind: 'lost-separator', field: 'responsible', printed: joined, text: '可能缺顿号' });
    const cell = { responsibleRaw: joined, responsible: [joined, '市教育局'] };
    const draftId = await draftWith(shortReading([cell, cell, {}], { questions: [ask(0), ask(1)] }));
    expect((await firstOpen(draftId)).count).toBe(2);
    expect(await answerFirst(draftId, { way: 'value', value: '市商务局、市文旅局', isForAll: 'on' })).toBe(2);
    const detail = await seen(draftId);
    expect(detail.rows.map(({ current }) => current.responsible)).toEqual([
      ['市商务局', '市文旅局', '市教育局'],
      ['市商务局', '市文旅局', '市教育局'],
      ['市教育局'],
    ]);
    expect(detail.rows[0]!.current.responsibleRaw).toBe(joined);
    expect(detail.counts).toMatchObject({ answered: 2, open: 0 });
  });
});

test('a candidate is the whole field of its row; other rows get the same replacement, or stay open', async () => {
  const ask = (rowIndex: number) =>
    question({
      row: rowIndex,
      kind: 'lost-separator',
      field: 'responsible',
      printed: '市商务局市文旅局',
      text: '可能缺顿号',
      candidates: [{ value: '市教育局、市商务局、市文旅局', why: '照现在的读法' }],
    });
  const draftId = await draftWith(
    shortReading(
      [
        { responsible: ['市教育局', '市商务局市文旅局'] },
        { responsible: ['市商务局市文旅局', '市科技局'] },
        { responsible: ['市科技局'] },
      ],
      { questions: [ask(0), ask(1), ask(2)] },
    ),
  );
  const value = '市教育局、市商务局、市文旅局';
  expect(await answerFirst(draftId, { way: 'value', value, isForAll: 'on' })).toBe(2);
  const { rows, counts } = await seen(draftId);
  expect(rows.map(({ current }) => current.responsible.join('、'))).toEqual([
    value,
    '市商务局、市文旅局、市科技局',
    '市科技局',
  ]);
  expect(counts).toMatchObject({ answered: 2, open: 1 });
});

describe('all questions of a kind', () => {
  const ask = (row: number | null, kind: ReadQuestion['kind'], text: string, given: Partial<ReadQuestion> = {}) =>
    question({ row, kind, text, ...given });
  const mixedList = () =>
    shortReading([{}, {}, { text: '' }, {}, { lead: ['市宇航局'], leadRaw: '市宇航局' }], {
      questions: [
        ask(0, 'text', '任务占了几行'),
        ask(1, 'text', '括号不完整'),
        ask(2, 'text', '没有任务内容', { field: 'text' }),
        ask(3, 'text', '像是单位'),
        ask(0, 'inherited', '没有印出举措'),
        ask(4, 'unknown-unit', '“市宇航局”不在单位库中', { field: 'lead', printed: '市宇航局' }),
      ],
    });
  const confirm = async (draftId: number, kind: string, actor = actors.admin) =>
    confirmKind(actor, { draftId, kind, version: await version(draftId) });
  const told = async (draftId: number) =>
    (await findImportReport(actors.admin, draftId))!.questions.map(({ text, status, answer }) => [
      text,
      status,
      answer,
    ]);

  test('are kept as read in one change, which undo takes back; other kinds stay open', async () => {
    const draftId = await draftWith(mixedList());
    const before = await told(draftId);
    expect((await seen(draftId)).kinds).toEqual([
      { kind: 'text', open: 4, kept: 3 },
      { kind: 'inherited', open: 1, kept: 1 },
      { kind: 'unknown-unit', open: 1, kept: 0 },
    ]);
    expect(await confirm(draftId, 'text')).toBe(3);
    const kept = ['任务占了几行', '括号不完整', '像是单位'];
    expect(await told(draftId)).toEqual(
      before.map(([text, ...rest]) =>
        kept.includes(text!) ? [text, 'ANSWERED', '确认无误，按现有读法'] : [text, ...rest],
      ),
    );
    expect(await seen(draftId)).toMatchObject({
      counts: { answered: 3, open: 3, changes: 1 },
      lastChange: { words: '“正文”一类：确认无误，按现有读法（共 3 处）' },
    });
    expect(
      await db().auditEvent.count({ where: { kind: 'import.changed', subject: 'import', subjectId: draftId } }),
    ).toBe(1);
    expect(await confirmKind(actors.second, { draftId, kind: 'text', version: 1 })).toBe(0);
    await undoLast(actors.second, { draftId, version: await version(draftId) });
    expect(await told(draftId)).toEqual(before);
  });

  test('leave what was put off, and rows left out', async () => {
    const draftId = await draftWith(mixedList());
    await answerFirst(draftId, { way: 'later' });
    const { id: rowId, version: rowVersion } = await rowAt(draftId, 2);
    await excludeRow(actors.admin, { draftId, rowId, rowVersion });
    expect(await confirm(draftId, 'text')).toBe(1);
    expect((await seen(draftId)).counts).toMatchObject({ answered: 1, deferred: 1, open: 3 });
  });

  test('are refused for kinds answered one by one, after somebody else, and once the draft is closed', async () => {
    const draftId = await draftWith(mixedList());
    const stale = await version(draftId);
    for (const kind of ['unknown-unit', 'who-leads', 'tables', 'document'])
      await expect(confirm(draftId, kind)).rejects.toEqual(refused('invalid_state', /逐条/));
    await edit(draftId, 4, 'measure', '另一条举措', actors.second);
    await expect(confirmKind(actors.admin, { draftId, kind: 'text', version: stale })).rejects.toEqual(
      refused('conflict'),
    );
    expect((await seen(draftId)).counts).toMatchObject({ answered: 0 });
    await discardDraft(actors.admin, { draftId, version: await version(draftId) });
    await expect(confirm(draftId, 'text')).rejects.toEqual(refused('invalid_state', /放弃/));
  });
});

test('the report asks about the document first, then row by row', async () => {
  const asked = [
    question({ row: 2, text: '第三行' }),
    question({ row: 0, text: '第一行' }),
    question({ kind: 'document', field: 'document', printed: 'year', text: '哪一年' }),
    question({ row: 1, text: '第二行' }),
  ];
  const draftId = await draftWith(shortReading([{}, {}, {}], { questions: asked }));
  const { questions } = (await findImportReport(actors.admin, draftId))!;
  expect(questions.map(({ position, text }) => [position, text])).toEqual([
    [null, '哪一年'],
    [1, '第一行'],
    [2, '第二行'],
    [3, '第三行'],
  ]);
});

describe('who leads', () => {
  const asked = () => {
    const cell = {
      leadRaw: null,
      lead: [],
      responsibleRaw: '市财政局、市教育局',
      responsible: ['市财政局', '市教育局'],
    };
    return shortReading([cell, { ...cell, responsibleRaw: '市商务局', responsible: ['市商务局'] }], {
      leadRule: { kind: 'asked', words: '由谁牵头待确认' },
      questions: [question({ kind: 'who-leads', field: 'lead', text: '没有说明由谁牵头' })],
    });
  };
  const dealt = async (draftId: number) =>
    (await seen(draftId)).rows.map(({ current }) => `${current.lead.join('、')}｜${current.responsible.join('、')}`);

  test('is decided once for the list, and can be decided otherwise', async () => {
    const draftId = await draftWith(asked());
    const rule = async (given: { rule: 'first' | 'all' | 'unit' | 'none'; unitName?: string }) =>
      setLeaderRule(actors.admin, { draftId, version: await version(draftId), unitName: null, ...given });
    await rule({ rule: 'first' });
    expect(await dealt(draftId)).toEqual(['市财政局｜市教育局', '市商务局｜']);
    expect((await seen(draftId)).counts).toMatchObject({ answered: 1, open: 0 });
    expect((await seen(draftId)).leadRule!.words).toBe('每行第一个单位牵头（import-admin选定）');
    await rule({ rule: 'all' });
    expect(await dealt(draftId)).toEqual(['市财政局、市教育局｜', '市商务局｜']);
    await rule({ rule: 'unit', unitName: '市文旅局' });
    expect(await dealt(draftId)).toEqual(['市文旅局｜市财政局、市教育局', '市文旅局｜市商务局']);
    await rule({ rule: 'none' });
    expect(await dealt(draftId)).toEqual(['｜市财政局、市教育局', '｜市商务局']);
    await expect(rule({ rule: 'unit', unitName: '市宇航局' })).rejects.toEqual(refused('invalid_state', /市宇航局/));
  });

  test('holds for a cell that is changed afterwards', async () => {
    const draftId = await draftWith(asked());
    await answerFirst(draftId, { way: 'value', value: 'first' });
    await edit(draftId, 1, 'responsibleRaw', '市文旅局、市教育局');
    expect((await dealt(draftId))[0]).toBe('市文旅局｜市教育局');
  });

  test('is not asked where the document has a column for it; a stale version is a conflict', async () => {
    const given = { rule: 'all' as const, unitName: null };
    const column = await draftWith(shortReading([{}]));
    await expect(
      setLeaderRule(actors.admin, { draftId: column, version: await version(column), ...given }),
    ).rejects.toEqual(refused('invalid_state'));
    const draftId = await draftWith(asked());
    await edit(draftId, 1, 'text', '改过');
    await expect(setLeaderRule(actors.admin, { draftId, version: 2, ...given })).rejects.toEqual(refused('conflict'));
  });
});

test('a row is left out and taken in again; a stale row is a conflict', async () => {
  const draftId = await draftWith(shortReading([{}, {}], { questions: [question({ row: 0 })] }));
  const { id: rowId, version: rowVersion } = await rowAt(draftId, 1);
  await excludeRow(actors.admin, { draftId, rowId, rowVersion });
  await excludeRow(actors.second, { draftId, rowId, rowVersion });
  expect(await seen(draftId)).toMatchObject({ counts: { excluded: 1, open: 0 }, willCreate: { tasks: 1 } });
  expect((await findDraft(actors.admin, draftId, { only: 'excluded' }))?.rows.map(({ id }) => id)).toEqual([rowId]);
  await expect(includeRow(actors.second, { draftId, rowId, rowVersion })).rejects.toEqual(refused('conflict'));
  await includeRow(actors.second, { draftId, rowId, rowVersion: rowVersion + 1 });
  expect((await seen(draftId)).counts).toMatchObject({ excluded: 0, open: 1 });
});

test('the facts of the document are corrected; another year reads the dates anew, but not those set by hand', async () => {
  const june = { deadlineRaw: '6月底前', deadline: { dueOn: '2022-06-30', ongoing: false, note: null } };
  const asked = question({
    kind: 'document',
    field: 'document',
    printed: 'year',
    text: '标题没有年份，按完成时限中最多的年份取 2022 年，请确认',
  });
  const draftId = await draftWith(shortReading([june, june], { questions: [asked] }));
  await edit(draftId, 2, 'deadline', '2022-08-31');
  const facts = { title: '鄂州市2023年清单', year: '2023', issuer: '市优化办', docNumber: '', issuedOn: '2023-02-01' };
  const input = setDocumentFactsSchema.parse({ draftId, version: await version(draftId), ...facts });
  await expect(setDocumentFacts(actors.second, { ...input, version: 1 })).rejects.toEqual(refused('conflict'));
  await setDocumentFacts(actors.admin, input);
  await setDocumentFacts(actors.admin, input);
  expect(await seen(draftId)).toMatchObject({
    document: { title: '鄂州市2023年清单', year: 2023, issuer: '市优化办', docNumber: null, issuedOn: '2023-02-01' },
    rows: [{ current: { deadline: { dueOn: '2023-06-30' } } }, { current: { deadline: { dueOn: '2022-08-31' } } }],
    counts: { changes: 2, open: 0, resolved: 1 },
  });
  expect(setDocumentFactsSchema.safeParse({ ...facts, draftId, version: 1, issuedOn: '2023-02-30' }).success).toBe(
    false,
  );
});

test('undo goes back change by change to what was read, whoever changed it', async () => {
  const draftId = await draftWith(
    shortReading(
      [{ lead: ['市宇航局'], leadRaw: '市宇航局' }, { leadRaw: null, lead: ['市宇航局'], inherited: ['lead'] }, {}],
      {
        leadRule: { kind: 'asked', words: '待确认' },
        questions: [
          question({ row: 0, kind: 'unknown-unit', field: 'lead', printed: '市宇航局', text: '不在单位库中' }),
          question({ kind: 'who-leads', field: 'lead', text: '没有说明由谁牵头' }),
          question({ row: 2, kind: 'deadline', field: 'deadline', text: '请确认', printed: '2022年6月底' }),
        ],
      },
    ),
  );
  const standing = async () => {
    const { rows, document, leadRule, groups, counts, willCreate } = await seen(draftId);
    const plain = rows.map(({ version: _version, questions, ...rest }) => ({
      ...rest,
      questions: questions.map(({ version: _own, ...one }) => one),
    }));
    return {
      rows: plain,
      document,
      leadRule,
      groups: groups.map(({ first: _first, ...group }) => group),
      counts: { ...counts, changes: 0 },
      willCreate,
    };
  };
  const before = [await standing()];
  const steps: (() => Promise<unknown>)[] = [
    () => answerFirst(draftId, { way: 'value', value: 'first' }),
    () => edit(draftId, 1, 'leadRaw', '市商务局、市航天局'),
    () => edit(draftId, 2, 'leadRaw', '市文旅局', actors.second),
    () => answerFirst(draftId, { way: 'new-unit' }),
    () => applyToAll(actors.second, { draftId, field: 'deadline', printed: '2022-06-30', value: '2022-09-30' }),
    async () => {
      const { id, version: rowVersion } = await rowAt(draftId, 3);
      await excludeRow(actors.admin, { draftId, rowId: id, rowVersion });
    },
    async () => {
      const facts = { draftId, version: await version(draftId), title: '新名', year: 2024 };
      await setDocumentFacts(actors.admin, setDocumentFactsSchema.parse(facts));
    },
  ];
  for (const step of steps) {
    await step();
    before.push(await standing());
  }
  for (let index = steps.length; index > 0; index -= 1) {
    expect(await standing()).toEqual(before[index]);
    const now = await version(draftId);
    await undoLast(actors.second, { draftId, version: now });
    await expect(undoLast(actors.admin, { draftId, version: now })).rejects.toEqual(refused('conflict'));
    expect(await standing()).toEqual(before[index - 1]);
  }
  await expect(undoLast(actors.admin, { draftId, version: await version(draftId) })).rejects.toEqual(
    refused('invalid_state'),
  );
  const report = (await findImportReport(actors.admin, draftId))!;
  expect(report.changes).toHaveLength(steps.length);
  expect(report.changes.every(({ undoneAt }) => undoneAt !== null)).toBe(true);
});

// ------------------------------------------------------------------------------------------------ committing

const commit = async (draftId: number, actor = actors.admin) =>
  commitDraft(actor, { draftId, version: (await findDraft(actor, draftId))!.version, confirmOpen: true });

const dayOf = (date: Date | null) => date?.toISOString().slice(0, 10) ?? null;
const namesOf = (units: { role: string; position: number; printed: string }[], role: string) =>
  units
    .filter((unit) => unit.role === role)
    .sort((a, b) => a.position - b.position)
    .map((unit) => unit.printed);

async function committedTasks(planId: number) {
  const tasks = await db().task.findMany({
    where: { planId },
    orderBy: { sortOrder: 'asc' },
    include: { area: true, measure: true, workGroup: true, units: true },
  });
  return tasks.map((task) => ({
    seq: task.seq,
    section: task.area?.heading ?? null,
    measure: task.measure?.heading ?? null,
    text: task.text,
    group: task.workGroup?.name ?? null,
    leadRaw: task.leadRaw,
    responsibleRaw: task.responsibleRaw,
    deadlineRaw: task.deadlineRaw,
    lead: namesOf(task.units, 'LEAD'),
    responsible: namesOf(task.units, 'RESPONSIBLE'),
    dueOn: dayOf(task.originalDueOn),
    ongoing: task.ongoing,
    note: task.deadlineNote,
    inherited: task.inherited,
  }));
}

describe('a commit', () => {
  test.each([
    ['ezhou-2022', 'ezhou'],
    ['zengdu-2022', 'zengdu'],
    ['huarong-2023', 'huarong'],
  ])('of %s equals the list, and resolves every name as seeding does', async (slug, regionCode) => {
    const list = readList(slug);
    const draftId = await draftWith(readingOf(list), regionCode);
    const planId = await commit(draftId, actors.platform);
    expect(await committedTasks(planId)).toEqual(
      list.tasks.map(({ deadline, flags: _flags, extra: _extra, ...task }) => ({
        ...task,
        dueOn: deadline.dueOn,
        ongoing: deadline.ongoing,
        note: deadline.note,
      })),
    );
    const resolved = (id: number) =>
      db().$queryRaw`
        SELECT t.sort_order, u.role::text, u.position, u.printed, u.unit_id, u.collective_id, u.divisions, u.co_unit_ids
          FROM task_unit u JOIN task t ON t.id = u.task_id WHERE t.plan_id = ${id}::int ORDER BY 1, 2, 3`;
    const seeded = await db().plan.findUniqueOrThrow({ where: { slug } });
    expect(await resolved(planId)).toEqual(await resolved(seeded.id));
    expect(await db().plan.findUniqueOrThrow({ where: { id: planId } })).toMatchObject({ status: 'DRAFT', slug: null });
    expect(await queryAsOwner('SELECT problem, detail FROM verify_history()')).toEqual([]);
  });

  test('of scoring rules makes rows with their points', async () => {
    const list = readList('ezhou-assessment-2020');
    if (!isAssessment(list)) throw new Error('no scoring rules');
    const planId = await commit(await draftWith(readingOf(list)));
    const rows = await db().assessmentRow.findMany({
      where: { planId },
      orderBy: { row: 'asc' },
      include: { units: true },
    });
    expect(rows.map((one) => [one.seq, one.text, Number(one.points), one.scoring, namesOf(one.units, 'LEAD')])).toEqual(
      list.tasks.map((task) => [task.seq, task.text, task.points, task.scoring, task.lead]),
    );
  });

  test('carries every question with its answer, who and when; what is open stays open', async () => {
    const draftId = await draftWith(
      shortReading([{}, { lead: ['市宇航局'] }, { deadline: { dueOn: null, ongoing: false, note: null } }, {}], {
        questions: [
          question({ text: '标题请确认', field: 'document' }),
          question({ row: 0, text: '保留', field: 'text' }),
          question({ row: 0, text: '日期', field: 'deadline', kind: 'deadline' }),
          question({ row: 3, text: '整行' }),
        ],
      }),
    );
    await answerFirst(draftId, { way: 'later' });
    await answerFirst(draftId, { way: 'keep' });
    await edit(draftId, 1, 'deadline', '2022-07-31', actors.second);
    const left = await rowAt(draftId, 4);
    await excludeRow(actors.admin, { draftId, rowId: left.id, rowVersion: left.version });
    const planId = await commit(draftId);
    const questions = await db().question.findMany({
      where: { planId },
      orderBy: { position: 'asc' },
      include: { task: true, answeredBy: true },
    });
    const rows = questions.map((one) => [
      one.task?.sortOrder ?? 0,
      one.field,
      one.status,
      one.answeredBy?.username ?? null,
      one.answer,
    ]);
    expect(rows).toEqual([
      [0, 'effectiveFrom', 'OPEN', null, null],
      [0, 'document', 'OPEN', null, null],
      [0, 'document', 'ANSWERED', 'import-admin', '导入时确认不作为任务'],
      [1, 'text', 'ANSWERED', 'import-admin', '确认无误，按现有读法'],
      [1, 'deadline', 'ANSWERED', 'import-second', '已改为“2022-07-31”'],
      [2, 'lead', 'OPEN', null, null],
      [3, 'deadline', 'OPEN', null, null],
    ]);
    const [asked] = await db().importQuestion.findMany({ where: { draftId, status: 'ANSWERED' } });
    expect(questions[3]!.answeredAt).toEqual(asked!.answeredAt);
  });

  test('registers new units and remembers aliases, and its rows stand with them', async () => {
    const unit = await db().unit.findFirstOrThrow({ where: { name: '市科技局', region: { code: 'ezhou' } } });
    const ask = (rowIndex: number, printed: string) =>
      question({ row: rowIndex, kind: 'unknown-unit', field: 'lead', printed, text: `“${printed}”不在单位库中` });
    const draftId = await draftWith(
      shortReading(
        [{ lead: ['市量子局'] }, { lead: ['市科技与信息局'] }, { lead: ['另行确定'] }, { lead: ['科信部门'] }],
        {
          questions: [ask(0, '市量子局'), ask(1, '市科技与信息局'), ask(2, '另行确定'), ask(3, '科信部门')],
        },
      ),
    );
    await answerFirst(draftId, { way: 'new-unit', unitName: '市量子信息局', isRemembered: 'on' });
    await answerFirst(draftId, { way: 'unit', unitId: unit.id, isRemembered: 'on' });
    await answerFirst(draftId, { way: 'no-unit' });
    await answerFirst(draftId, { way: 'unit', unitId: unit.id });
    const planId = await commit(draftId);
    const made = await db().unit.findFirstOrThrow({
      where: { name: '市量子信息局', region: { code: 'ezhou' } },
      include: { aliases: true },
    });
    expect(made.aliases.map(({ name }) => name)).toEqual(['市量子局']);
    expect(await db().unitAlias.findFirst({ where: { name: '市科技与信息局' } })).toMatchObject({ unitId: unit.id });
    const leads = await db().taskUnit.findMany({
      where: { task: { planId }, role: 'LEAD' },
      orderBy: { taskId: 'asc' },
    });
    expect(leads.map(({ printed, unitId }) => [printed, unitId])).toEqual([
      ['市量子局', made.id],
      ['市科技与信息局', unit.id],
      ['另行确定', null],
      ['科信部门', unit.id],
    ]);
    expect(await db().unitAlias.count({ where: { name: '科信部门' } })).toBe(0);
    expect(await db().question.count({ where: { planId, status: 'OPEN', taskId: { not: null } } })).toBe(0);
  });

  test('keeps the printed cell of a row left out with the rows merged with it', async () => {
    const merged = { leadRaw: null, inherited: ['lead'] };
    const draftId = await draftWith(shortReading([{ leadRaw: '市教育局', lead: ['市教育局'] }, {}, merged, merged]));
    const { id: rowId, version: rowVersion } = await rowAt(draftId, 2);
    await excludeRow(actors.admin, { draftId, rowId, rowVersion });
    const tasks = await db().task.findMany({ where: { planId: await commit(draftId) }, orderBy: { sortOrder: 'asc' } });
    expect(tasks.map(({ leadRaw, leadText, seq }) => [seq, leadRaw, leadText])).toEqual([
      [1, '市教育局', '市教育局'],
      [3, '市财政局', '市财政局'],
      [4, null, '市财政局'],
    ]);
  });

  test('waits for title, year, text and a confirmation of what is open; a stale version is a conflict; twice is once', async () => {
    const draftId = await draftWith(
      shortReading([{ text: '' }], {
        document: { ...shortReading([]).document, title: null, year: null },
        questions: [question({ row: 0 })],
      }),
    );
    const given = async (confirmOpen: boolean) => ({ draftId, version: await version(draftId), confirmOpen });
    expect((await seen(draftId)).blocks).toHaveLength(3);
    await expect(commitDraft(actors.admin, await given(true))).rejects.toEqual(
      refused('invalid_state', /名称.*年份.*第 1 行/),
    );
    await edit(draftId, 1, 'text', '补上的任务');
    const facts = { draftId, version: await version(draftId), title: '清单', year: 2022 };
    await setDocumentFacts(actors.admin, setDocumentFactsSchema.parse(facts));
    await expect(commitDraft(actors.admin, await given(false))).rejects.toEqual(refused('invalid_state', /1 个问题/));
    await expect(commitDraft(actors.admin, { ...(await given(true)), version: 1 })).rejects.toEqual(
      refused('conflict'),
    );
    const input = await given(true);
    const planId = await commitDraft(actors.admin, input);
    expect(await commitDraft(actors.admin, input)).toBe(planId);
    expect(await commitDraft(actors.second, { ...input, version: 1 })).toBe(planId);
    expect(await seen(draftId)).toMatchObject({
      status: 'COMMITTED',
      planId,
      planStatus: 'DRAFT',
      can: { edit: false, withdraw: true },
    });
    await expect(edit(draftId, 1, 'text', '再改')).rejects.toEqual(refused('invalid_state', /已经导入/));
  });

  test('of a revised list of a plan is refused: its rows are compared one by one', async () => {
    const plan = await db().plan.findUniqueOrThrow({ where: { slug: 'ezhou-2022' } });
    const { draftId } = await createDraft(actors.admin, file(), { ...upload, basePlanId: plan.id });
    await putReading(draftId!, shortReading([{}]));
    await expect(commit(draftId!)).rejects.toEqual(refused('invalid_state', /修订/));
  });

  test('that fails on its way leaves nothing behind', async () => {
    const ask = (rowIndex: number, printed: string) =>
      question({ row: rowIndex, kind: 'unknown-unit', field: 'lead', printed, text: `“${printed}”不在单位库中` });
    const draftId = await draftWith(
      shortReading([{ lead: ['市甲局'] }, { lead: ['市乙局'] }], { questions: [ask(0, '市甲局'), ask(1, '市乙局')] }),
    );
    await answerFirst(draftId, { way: 'new-unit' });
    await answerFirst(draftId, { way: 'new-unit' });
    const other = await db().unit.findFirstOrThrow({ where: { name: '市教育局', region: { code: 'ezhou' } } });
    await db().unitAlias.create({ data: { unitId: other.id, name: '市乙局' } });
    const counts = () =>
      queryAsOwner(
        `SELECT (SELECT count(*) FROM plan) AS plans, (SELECT count(*) FROM task) AS tasks, (SELECT count(*) FROM unit) AS units,
                (SELECT count(*) FROM unit_alias) AS aliases, (SELECT count(*) FROM question) AS questions,
                (SELECT count(*) FROM source_document) AS documents, (SELECT count(*) FROM audit_event) AS events`,
      );
    const before = await counts();
    await expect(commit(draftId)).rejects.toEqual(refused('invalid_state', /市乙局/));
    expect(await counts()).toEqual(before);
    expect((await seen(draftId)).status).toBe('REVIEW');
  });

  test('by two admins at once makes one plan', async () => {
    const draftId = await draftWith(shortReading([{}, {}]));
    const input = { draftId, version: await version(draftId), confirmOpen: true };
    const [first, second] = await Promise.all([commitDraft(actors.admin, input), commitDraft(actors.second, input)]);
    expect(first).toBe(second);
  });
});

describe('after the commit', () => {
  test('an import is withdrawn while its plan is a draft, rows stay, and twice is once', async () => {
    const draftId = await draftWith(shortReading([{}]));
    const input = { draftId, reason: '导入了旧稿' };
    await expect(withdrawImport(actors.admin, input)).rejects.toEqual(refused('invalid_state'));
    const planId = await commit(draftId);
    await withdrawImport(actors.admin, input);
    await withdrawImport(actors.admin, input);
    expect(await db().plan.findUniqueOrThrow({ where: { id: planId } })).toMatchObject({
      status: 'WITHDRAWN',
      version: 2,
    });
    expect(await db().task.count({ where: { planId } })).toBe(1);
    expect(await seen(draftId)).toMatchObject({ status: 'WITHDRAWN', counts: { rows: 1 } });
  });

  test('an import whose plan has begun is not withdrawn, a committed one not discarded', async () => {
    const draftId = await draftWith(shortReading([{}]));
    const planId = await commit(draftId);
    await expect(discardDraft(actors.admin, { draftId, version: await version(draftId) })).rejects.toEqual(
      refused('invalid_state'),
    );
    await activatePlan(actors.admin, { planId, version: 1, effectiveFrom: '2022-03-15', basis: '印发通知' });
    await expect(withdrawImport(actors.admin, { draftId, reason: '迟了' })).rejects.toEqual(refused('invalid_state'));
    expect((await seen(draftId)).status).toBe('COMMITTED');
  });

  test('a draft is given up, and is then on no list', async () => {
    const draftId = await draftWith(shortReading([{}]));
    await expect(discardDraft(actors.admin, { draftId, version: 1 })).rejects.toEqual(refused('conflict'));
    const input = { draftId, version: await version(draftId) };
    await discardDraft(actors.admin, input);
    await discardDraft(actors.admin, input);
    expect((await listDrafts(actors.admin, {})).rows.map(({ id }) => id)).not.toContain(draftId);
    expect((await listDrafts(actors.admin, { isAll: true })).rows.map(({ id }) => id)).toContain(draftId);
    await expect(edit(draftId, 1, 'text', '再改')).rejects.toEqual(refused('invalid_state', /放弃/));
  });

  test('the report holds file, rows, questions and changes', async () => {
    const draftId = await draftWith(shortReading([{}, {}], { questions: [question({ row: 1, text: '请确认内容' })] }));
    await answerFirst(draftId, { way: 'keep' });
    await edit(draftId, 1, 'text', '=SUM(A1)');
    await commit(draftId);
    const report = (await findImportReport(actors.admin, draftId))!;
    expect(report).toMatchObject({ committedBy: actors.admin.words, counts: { rows: 2, answered: 1, changes: 2 } });
    const book = read(makeReportWorkbook(report), { type: 'array' });
    const rowsOf = (name: string) => utils.sheet_to_json<string[]>(book.Sheets[name]!, { header: 1 });
    expect(book.SheetNames).toEqual(['概况', '任务', '待确认', '更改']);
    expect(rowsOf('概况')).toContainEqual(['SHA-256', report.sha256]);
    expect(rowsOf('任务')[1]!.slice(0, 5)).toEqual([1, 1, '一、市场环境', '1.推进“一网通办”', '=SUM(A1)']);
    expect(book.Sheets.任务!.E2).toMatchObject({ t: 's' });
    expect(rowsOf('待确认')[1]).toEqual(expect.arrayContaining(['请确认内容', '已答复', 'import-admin']));
    expect(rowsOf('更改')).toHaveLength(3);
  });
});

test('a heading too long for the database is a message, not an error', async () => {
  const long = Array.from({ length: 900 }, () => randomUUID()).join('');
  const draftId = await draftWith(shortReading([{ group: long }, { extra: { [long]: '' } }]));
  expect((await seen(draftId)).blocks).toEqual([expect.stringMatching(/专项组/), expect.stringMatching(/表头/)]);
  await expect(commit(draftId)).rejects.toEqual(refused('invalid_state', /500/));
});

test('the words that hold for a row are those printed last, on whichever page it stands', async () => {
  const merged = { leadRaw: null, inherited: ['lead'] };
  const rows = Array.from({ length: 120 }, (_, index) =>
    index === 0 ? { leadRaw: '市教育局', lead: ['市教育局'] } : merged,
  );
  const draftId = await draftWith(shortReading(rows));
  const last = (await findDraft(actors.admin, draftId, { page: 2 }))!.rows.at(-1)!;
  expect(last.texts).toEqual({ leadText: '市教育局', responsibleText: '市教育局', deadlineText: '2022年6月底' });
});

test('a long list is shown a page at a time, those with questions first when asked', async () => {
  const rows = Array.from({ length: 230 }, () => ({}));
  const draftId = await draftWith(shortReading(rows, { questions: [question({ row: 150 })] }));
  const last = await findDraft(actors.admin, draftId, { page: 9 });
  expect(last?.page).toEqual({ page: 3, pages: 3, size: 100, total: 230, only: 'all' });
  expect(last?.rows).toHaveLength(30);
  expect((await findDraft(actors.admin, draftId, { only: 'questions' }))?.rows.map(({ position }) => position)).toEqual(
    [151],
  );
  await edit(draftId, 7, 'text', '改过');
  expect((await findDraft(actors.admin, draftId, { only: 'changed' }))?.rows.map(({ position }) => position)).toEqual([
    7,
  ]);
});

describe('answers about names', () => {
  const ask = (rowIndex: number, printed: string, given: Partial<ReadQuestion> = {}) =>
    question({
      row: rowIndex,
      kind: 'unknown-unit',
      field: 'responsible',
      printed,
      text: `“${printed}”不在单位库中`,
      ...given,
    });
  const oneColumn = (names: string[][], questions: ReadQuestion[], given: Partial<Reading> = {}) =>
    shortReading(
      names.map((responsible) => ({ leadRaw: null, lead: [], responsible, responsibleRaw: responsible.join('、') })),
      { leadRule: { kind: 'asked', words: '由谁牵头待确认' }, questions, ...given },
    );
  const lead = async (draftId: number, rule: 'first' | 'all' | 'unit' | 'none', unitName: string | null = null) =>
    setLeaderRule(actors.admin, { draftId, version: await version(draftId), rule, unitName });
  const dealt = async (draftId: number) =>
    (await seen(draftId)).rows.map(({ current }) => `${current.lead.join('、')}｜${current.responsible.join('、')}`);
  const joined = '市商务局市文旅局';

  test.each([
    ['candidate', { value: '市商务局、市文旅局、市教育局' }],
    ['typed value', { value: '市商务局、市文旅局' }],
  ])('a %s for a lost separator of the one column is dealt by the rule', async (_what, given) => {
    const asked = ask(0, joined, {
      kind: 'lost-separator',
      candidates: [
        { value: `${joined}、市教育局`, why: '照现在的读法' },
        { value: '市商务局、市文旅局、市教育局', why: '两个单位' },
      ],
    });
    const draftId = await draftWith(oneColumn([[joined, '市教育局']], [asked]));
    await lead(draftId, 'first');
    await answerFirst(draftId, { way: 'value', ...given });
    expect(await dealt(draftId)).toEqual(['市商务局｜市文旅局、市教育局']);
  });

  test('several units for an unknown one that leads drop no unit beside it', async () => {
    const draftId = await draftWith(oneColumn([['市宇航局', '市教育局', '市财政局']], [ask(0, '市宇航局')]));
    await lead(draftId, 'first');
    await answerFirst(draftId, { way: 'value', value: '市商务局、市文旅局' });
    expect(await dealt(draftId)).toEqual(['市商务局｜市文旅局、市教育局、市财政局']);
    expect((await seen(draftId)).counts).toMatchObject({ open: 0, answered: 1 });
  });

  test('a value for words that stand there no more is refused, and drops nothing', async () => {
    const draftId = await draftWith(
      shortReading([{ responsible: [joined, '市教育局'] }], {
        questions: [ask(0, joined, { kind: 'lost-separator' }), ask(0, joined, { kind: 'inherited', text: '请确认' })],
      }),
    );
    await answerFirst(draftId, { way: 'value', value: '市商务局、市科技局' });
    const { groups } = await seen(draftId);
    const settled = groups.find(({ kind }) => kind === 'inherited')!;
    await expect(
      answerDraftQuestion(actors.admin, answer({ draftId, ...settled.first, way: 'value', value: '市文旅局' })),
    ).rejects.toEqual(refused('invalid_state', /直接修改/));
    expect((await rowAt(draftId, 1)).current.responsible).toEqual(['市商务局', '市科技局', '市教育局']);
  });

  test('an answer about one name leaves the question about another name of the cell open', async () => {
    const other = '市财政局市科技局';
    const cell = [joined, other];
    const candidates = (values: string[]) => values.map((value) => ({ value, why: '' }));
    const now = cell.join('、');
    const draftId = await draftWith(
      shortReading([{ responsible: cell }], {
        questions: [
          ask(0, joined, {
            kind: 'lost-separator',
            text: '甲',
            candidates: candidates([now, `市商务局、市文旅局、${other}`]),
          }),
          ask(0, other, {
            kind: 'lost-separator',
            text: '乙',
            candidates: candidates([now, `${joined}、市财政局、市科技局`]),
          }),
        ],
      }),
    );
    await answerFirst(draftId, { way: 'value', value: `市商务局、市文旅局、${other}` });
    expect((await seen(draftId)).counts).toMatchObject({ open: 1, answered: 1 });
    await answerFirst(draftId, { way: 'value', value: `${joined}、市财政局、市科技局` });
    expect((await rowAt(draftId, 1)).current.responsible).toEqual(['市商务局', '市文旅局', '市财政局', '市科技局']);
  });

  test('an unknown name that leads by a rule is asked once in the plan', async () => {
    const draftId = await draftWith(oneColumn([['市宇航局', '市教育局']], [ask(0, '市宇航局')]));
    await lead(draftId, 'first');
    const planId = await commit(draftId);
    expect(await db().question.count({ where: { planId, text: { contains: '市宇航局' } } })).toBe(1);
  });

  test('one unit that leads all rows loses no printed name when the rule changes', async () => {
    const draftId = await draftWith(oneColumn([['市文旅局', '市教育局'], ['市商务局']], []));
    await lead(draftId, 'unit', '市教育局');
    expect(await dealt(draftId)).toEqual(['市教育局｜市文旅局', '市教育局｜市商务局']);
    await lead(draftId, 'all');
    expect(await dealt(draftId)).toEqual(['市文旅局、市教育局｜', '市商务局｜']);
  });

  test.each([
    ['new unit', { way: 'new-unit' }],
    ['remembered alias', { way: 'unit', isRemembered: 'on' }],
  ])('a %s that is put off is not made at the commit', async (_what, given) => {
    const name = `市${randomUUID().slice(0, 6)}局`;
    const unit = await db().unit.findFirstOrThrow({ where: { name: '市科技局', region: { code: 'ezhou' } } });
    const draftId = await draftWith(
      shortReading([{ responsible: [name] }, { responsible: [name] }], { questions: [ask(0, name), ask(1, name)] }),
    );
    await answerFirst(draftId, { unitId: unit.id, ...given });
    const { groups } = await seen(draftId);
    await answerDraftQuestion(actors.admin, answer({ draftId, ...groups[0]!.first, way: 'later' }));
    expect(await seen(draftId)).toMatchObject({
      counts: { deferred: 2, answered: 0 },
      willCreate: { newUnits: [], aliases: [], unresolvedNames: [name] },
    });
    await commit(draftId);
    expect(await db().unit.count({ where: { name } })).toBe(0);
    expect(await db().unitAlias.count({ where: { name } })).toBe(0);
    await expect(undoLast(actors.admin, { draftId, version: await version(draftId) })).rejects.toEqual(
      refused('invalid_state'),
    );
  });

  test('a name decided anew is told so at every question about it', async () => {
    const draftId = await draftWith(
      shortReading([{ responsible: ['市宇航局'] }, { responsible: ['市宇航局'] }], {
        questions: [ask(0, '市宇航局'), ask(1, '市宇航局')],
      }),
    );
    await answerFirst(draftId, { way: 'no-unit' });
    const { groups } = await seen(draftId);
    await answerDraftQuestion(actors.admin, answer({ draftId, ...groups[0]!.first, way: 'value', value: '市科技局' }));
    const answers = (await seen(draftId)).rows.flatMap(({ questions }) => questions.map((one) => one.answer));
    expect(answers).toEqual(['确认为“市科技局”', '确认为“市科技局”']);
  });

  test('a decision that the commit could not carry out is refused when it is made', async () => {
    const unit = await db().unit.findFirstOrThrow({ where: { name: '市科技局', region: { code: 'ezhou' } } });
    const collective = await db().collective.findFirstOrThrow({
      where: { regionId: unit.regionId, parentUnitId: null },
    });
    const draftId = await draftWith(
      shortReading([{ responsible: ['市宇航局'] }, { responsible: [collective.phrase] }], {
        questions: [ask(0, '市宇航局'), ask(1, collective.phrase)],
      }),
    );
    for (const [given, words] of [
      [{ way: 'new-unit', unitName: '市教育局' }, /市教育局/],
      [{ way: 'new-unit', unitKind: 'division' }, /科室/],
    ] as const)
      await expect(answerFirst(draftId, given)).rejects.toEqual(refused('invalid_state', words));
    const second = (await rowAt(draftId, 2)).questions[0]!;
    const alias = {
      questionId: second.id,
      questionVersion: second.version,
      way: 'unit',
      unitId: unit.id,
      isRemembered: 'on',
    };
    await expect(answerDraftQuestion(actors.admin, answer({ draftId, ...alias }))).rejects.toEqual(
      refused('invalid_state', /别名/),
    );
    expect((await seen(draftId)).counts).toMatchObject({ open: 2, changes: 0 });
  });

  test('a lead given to a row of one column that has none leaves its other units', async () => {
    const asked = question({ row: 0, kind: 'no-lead', field: 'lead', text: '没有牵头单位' });
    const draftId = await draftWith(oneColumn([['市财政局', '市教育局']], [asked]));
    await answerFirst(draftId, { way: 'value', value: '市科技局' });
    expect(await dealt(draftId)).toEqual(['市科技局｜市财政局、市教育局']);
  });

  test('who leads is answered in words', async () => {
    const draftId = await draftWith(
      oneColumn([['市财政局', '市教育局']], [question({ kind: 'who-leads', field: 'lead', text: '没有说明由谁牵头' })]),
    );
    await answerFirst(draftId, { way: 'value', value: 'first' });
    expect((await seen(draftId)).groups[0]).toMatchObject({ status: 'ANSWERED', answer: '每行第一个单位牵头' });
  });

  test('who leads is not asked where the document says so', async () => {
    const stated = { leadRule: { kind: 'first' as const, words: '列第一位的单位牵头' } };
    const draftId = await draftWith(oneColumn([['市财政局', '市教育局']], [], stated));
    expect((await seen(draftId)).leadRule?.choices).toEqual([]);
    await expect(lead(draftId, 'all')).rejects.toEqual(refused('invalid_state', /写明/));
  });
});

describe('answers about the document', () => {
  const ask = (printed: string | null, given: Partial<ReadQuestion> = {}) =>
    question({ kind: 'document', field: 'document', printed, text: `请确认${printed}`, ...given });
  const days = [{ value: '2022-03-01', why: '文中印有' }];

  test('change the fact that is asked for', async () => {
    const june = { deadlineRaw: '6月底前', deadline: { dueOn: '2022-06-30', ongoing: false, note: null } };
    const draftId = await draftWith(
      shortReading([june], {
        questions: [
          ask('issuedOn', { candidates: days }),
          ask('year'),
          ask('title'),
          ask('year', { text: '另一处年份' }),
        ],
      }),
    );
    await answerFirst(draftId, { way: 'value', value: '2022-03-01' });
    await expect(answerFirst(draftId, { way: 'value', value: '二〇二三' })).rejects.toEqual(
      refused('invalid_state', /年份/),
    );
    await answerFirst(draftId, { way: 'value', value: '2023' });
    await answerFirst(draftId, { way: 'value', value: '新的名称' });
    expect(await seen(draftId)).toMatchObject({
      document: { issuedOn: '2022-03-01', year: 2023, title: '新的名称' },
      rows: [{ current: { deadline: { dueOn: '2023-06-30' } } }],
      counts: { answered: 3, resolved: 1, open: 0 },
    });
  });

  test('that no fact takes are refused', async () => {
    const draftId = await draftWith(
      shortReading([{}], { questions: [ask('region'), ask('ownerUnit'), ask(null, { candidates: days })] }),
    );
    const { groups } = await seen(draftId);
    expect(groups.map(({ ways }) => ways.includes('value'))).toEqual([false, false, true]);
    await expect(
      answerDraftQuestion(actors.admin, answer({ draftId, ...groups[2]!.first, way: 'value', value: '2022-03-01' })),
    ).rejects.toEqual(refused('invalid_state', /文件信息/));
    expect(await answerFirst(draftId, { way: 'keep' })).toBe(1);
  });

  test('a fact that is filled in settles the question about it alone', async () => {
    const draftId = await draftWith(shortReading([{}], { questions: [ask('issuedOn'), ask('year')] }));
    const facts = { draftId, version: await version(draftId), title: '鄂州市2022年重点任务清单', year: 2022 };
    await setDocumentFacts(actors.admin, setDocumentFactsSchema.parse({ ...facts, issuedOn: '2022-03-01' }));
    expect((await seen(draftId)).counts).toMatchObject({ open: 1, resolved: 1 });
  });
});

describe('whose list it is', () => {
  const ofBureau = () =>
    shortReading([{}], { document: { ...shortReading([]).document, ownerUnitName: '市住建局', level: 'bureau' } });

  test("that it is nobody's own is remembered by the next readings", async () => {
    const draftId = await draftWith(ofBureau());
    expect((await seen(draftId)).ownerUnit?.name).toBe('市住建局');
    const again = { draftId, isSure: true };
    await readAgain(actors.admin, { ...again, version: await version(draftId), ownerUnitName: null });
    await putReading(draftId, ofBureau());
    expect(await seen(draftId)).toMatchObject({ ownerUnit: null, document: { ownerUnitName: null } });
    await readAgain(actors.admin, { ...again, version: await version(draftId), table: 0 });
    await putReading(draftId, ofBureau());
    expect((await seen(draftId)).ownerUnit).toBeNull();
    await readAgain(actors.admin, { ...again, version: await version(draftId), ownerUnitName: '市住建局' });
    await putReading(draftId, ofBureau());
    expect((await seen(draftId)).ownerUnit?.name).toBe('市住建局');
  });

  test('a list of a bureau whose name was said to be no unit is committed all the same', async () => {
    const asked = question({ row: 0, kind: 'unknown-unit', field: 'lead', printed: '市住建局', text: '请确认' });
    const draftId = await draftWith({
      ...ofBureau(),
      rows: [row({ lead: ['市住建局'], leadRaw: '市住建局' })],
      questions: [asked],
    });
    await answerFirst(draftId, { way: 'no-unit' });
    const plan = await db().plan.findUniqueOrThrow({
      where: { id: await commit(draftId) },
      include: { ownerUnit: true },
    });
    expect(plan.ownerUnit?.name).toBe('市住建局');
  });

  test('what is asked of another reading is on record, and a revised list stays in its region', async () => {
    const draftId = await draftWith(shortReading([{}]));
    const given = { draftId, isSure: true, regionCode: 'huarong', year: 2023 };
    await readAgain(actors.platform, { ...given, version: await version(draftId) });
    const event = await db().auditEvent.findFirstOrThrow({ where: { kind: 'import.read_again', subjectId: draftId } });
    expect(event.payload).toMatchObject({
      from: { region: 'ezhou', ownerUnit: null, year: null },
      to: { region: 'huarong', ownerUnit: null, year: 2023 },
    });
    const plan = await db().plan.findUniqueOrThrow({ where: { slug: 'ezhou-2022' } });
    const { draftId: revised } = await createDraft(actors.admin, file(), { ...upload, basePlanId: plan.id });
    const uploaded = await db().auditEvent.findFirstOrThrow({
      where: { kind: 'import.uploaded', subjectId: revised! },
    });
    expect(uploaded.payload).toMatchObject({ region: 'ezhou', basePlanId: plan.id });
    await putReading(revised!, shortReading([{}]));
    await expect(
      readAgain(actors.platform, { ...given, draftId: revised!, version: await version(revised!) }),
    ).rejects.toEqual(refused('invalid_state', /修订/));
  });
});

test('characters that no database stores are dropped from what a form sends', async () => {
  expect(uploadSchema.parse({ regionCode: 'ez\0hou' }).regionCode).toBe('ezhou');
  expect(readAgainSchema.parse({ draftId: 1, version: 1, regionCode: 'ez\0hou' })).toMatchObject({
    regionCode: 'ezhou',
  });
  expect(readAgainSchema.parse({ draftId: 1, version: 1 }).ownerUnitName).toBeUndefined();
  expect(readAgainSchema.parse({ draftId: 1, version: 1, ownerUnitName: '' }).ownerUnitName).toBeNull();
  const { draftId } = await createDraft(actors.admin, { ...file(), mediaType: 'text/\0x 清单' }, upload);
  expect((await seen(draftId!)).mediaType).toBe('application/octet-stream');
});

test('questions of rows left out count nowhere, and changes before another reading are lost already', async () => {
  const draftId = await draftWith(shortReading([{}, {}], { questions: [question({ row: 0 }), question({ row: 1 })] }));
  const { id: rowId, version: rowVersion } = await rowAt(draftId, 1);
  await excludeRow(actors.admin, { draftId, rowId, rowVersion });
  const figures = async () => [
    (await seen(draftId)).counts.open,
    (await listDrafts(actors.admin, {})).rows.find(({ id }) => id === draftId)!.openQuestions,
    (await findImportReport(actors.admin, draftId))!.counts.open,
  ];
  expect(await figures()).toEqual([1, 1, 1]);
  await readAgain(actors.admin, { draftId, version: await version(draftId), isSure: true });
  await putReading(draftId, shortReading([{}]));
  expect((await seen(draftId)).counts.changes).toBe(0);
  expect((await findImportReport(actors.admin, draftId))!.counts.changes).toBe(0);
  await readAgain(actors.admin, { draftId, version: await version(draftId), isSure: false });
});

test('a plan withdrawn on its own page shows its import as withdrawn', async () => {
  const draftId = await draftWith(shortReading([{}]));
  const planId = await commit(draftId);
  await withdrawPlan(actors.admin, { planId, version: 1, reason: '旧稿' });
  expect(await seen(draftId)).toMatchObject({ status: 'WITHDRAWN', planStatus: 'WITHDRAWN', can: { withdraw: false } });
  expect((await listDrafts(actors.admin, {})).rows.find(({ id }) => id === draftId)?.status).toBe('WITHDRAWN');
  expect((await findImportReport(actors.admin, draftId))?.status).toBe('WITHDRAWN');
  await withdrawImport(actors.admin, { draftId, reason: '旧稿' });
});

test('the report as a workbook has the printed words, every column, who took a change back, and says what it cuts', async () => {
  const draftId = await draftWith(
    shortReading([
      { leadRaw: '市财政局（牵头）', extra: { 备注: '见附件', leaderInCharge: '张某' } },
      { text: '长'.repeat(33_000) },
    ]),
  );
  await edit(draftId, 1, 'text', '改过');
  await undoLast(actors.second, { draftId, version: await version(draftId) });
  const report = (await findImportReport(actors.admin, draftId))!;
  expect(report.changes).toEqual([expect.objectContaining({ undoneBy: actors.second.words })]);
  const book = read(makeReportWorkbook(report), { type: 'array' });
  const [head, first, second] = utils.sheet_to_json<string[]>(book.Sheets.任务!, { header: 1 });
  const at = (line: string[], heading: string) => line[head!.indexOf(heading)];
  expect(at(first!, '牵头单位（原文）')).toBe('市财政局（牵头）');
  expect([at(first!, '备注'), at(first!, '责任领导')]).toEqual(['见附件', '张某']);
  expect(at(second!, '任务内容')!.slice(-40)).toMatch(/长（.*截断.*）$/);
  expect(JSON.stringify(utils.sheet_to_json(book.Sheets.概况!, { header: 1 }))).toMatch(/截断/);
  expect(JSON.stringify(utils.sheet_to_json(book.Sheets.更改!, { header: 1 }))).toContain(actors.second.words);
});
