// Evidence from the disk to the page: the store, the doors, who may read, what the chain notices.
import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { open, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { GET } from '@/app/api/evidence/[evidenceId]/route';
import { POST } from '@/app/api/evidence/route';
import { GET as viewerPart } from '@/app/api/evidence/viewer/[...path]/route';
import { describeEvidenceAction, discardEvidenceAction } from '@/lib/evidence/evidence.actions';
import {
  addLink,
  claimEvidence,
  describeEvidence,
  discardEvidence,
  shareEvidence,
  sweepEvidence,
  uploadEvidence,
} from '@/lib/evidence/evidence.commands';
import { listEvidence, listEvidenceHints, listUnsentEvidence } from '@/lib/evidence/evidence.queries';
import { EVIDENCE_LIMITS, type EvidenceView } from '@/lib/evidence/evidence.schema';
import { refusalOf } from '@/lib/evidence/upload-answer';
import { submitProgress } from '@/lib/reports/report.commands';
import type { Actor } from '@/lib/server/auth/actor';
import { db, inTransaction } from '@/lib/server/db';
import { toDate } from '@/lib/server/events';
import { EvidenceStore, evidenceStore } from '@/lib/server/evidence-store';
import { appUrl, queryAsApp, queryAsOwner } from '../support/database';
import { actorOf, DAY, makeTask, makeWorld, next, type ViewerKey, type World } from '../support/viewers';

const folder = mkdtempSync(path.join(os.tmpdir(), 'ledger-evidence-'));
process.env.LEDGER_EVIDENCE = path.join(folder, 'evidence');
process.env.LEDGER_DATA = folder;

const caller = vi.hoisted(() => ({ actor: null as Actor | null }));
vi.mock('@/lib/server/auth/session', () => ({
  findActor: async () => caller.actor,
  requireActor: async () => caller.actor,
}));

let world: World;
let task: number;
const as = (key: ViewerKey) => actorOf(world, key);
const refused = (code: string) => expect.objectContaining({ name: 'AppError', code });
const bytesOf = (words: string) => new TextEncoder().encode(words);
const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
async function* pieces(...given: Uint8Array[]) {
  yield* given;
}
const target = (more: Record<string, unknown> = {}) => ({
  taskId: task as number | undefined,
  slipId: undefined as number | undefined,
  unitId: undefined,
  docNumber: '',
  issuer: '',
  signedOn: null,
  ...more,
});
const uploadNamed = (actor: Actor, words: string, fileName: string, more: Record<string, unknown> = {}) =>
  uploadEvidence(actor, target(more), { fileName, source: pieces(bytesOf(words)) });
const upload = (actor: Actor, words: string, more: Record<string, unknown> = {}) =>
  uploadNamed(actor, words, '说明.txt', more);
const filesIn = async (place: string): Promise<string[]> =>
  (await readdir(place, { recursive: true, withFileTypes: true }).catch(() => []))
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name);
const rows = () => db().evidence.count();
const report = (actor: Actor, evidenceIds: string[], taskId = task, cycleId = world.cycles.city) =>
  submitProgress(actor, {
    taskId,
    unitId: undefined,
    cycleId,
    expectedVersion: 0,
    percent: 40,
    narrative: '已完成事项清单梳理。',
    problems: '',
    needs: '',
    nextSteps: '',
    idempotencyKey: randomUUID(),
    evidenceIds,
  });
const slip = (unitId: number, changes: Record<string, unknown> = {}) =>
  db().slip.create({
    data: {
      regionId: world.regions.city,
      planId: world.plans.city,
      unitId,
      tier: 1,
      status: 'SIGNED_FOR',
      title: '督办',
      body: '请报送',
      replyWorkingDays: 5,
      draftedById: world.accounts.city_office,
      heldById: world.accounts.city_office,
      draftedOn: toDate(DAY),
      issuedOn: toDate(DAY),
      numberYear: 2022,
      number: next(),
      idempotencyKey: randomUUID(),
      ...changes,
    },
    select: { id: true },
  });

beforeAll(async () => {
  world = await makeWorld();
});
beforeEach(async () => {
  caller.actor = null;
  task = await makeTask(world, 'city');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the store', () => {
  test('keeps a file under its sha256, for this account alone, and the same bytes once', async () => {
    const store = new EvidenceStore(path.join(folder, 'own'));
    const first = await store.put(bytesOf('鄂州市'));
    const again = await store.put(pieces(bytesOf('鄂州'), bytesOf('市')));
    expect(again).toEqual(first);
    expect(first).toEqual({ sha256: sha256Of(bytesOf('鄂州市')), bytes: 9 });
    const place = path.join(store.folder, first.sha256.slice(0, 2), first.sha256);
    expect((await stat(place)).mode & 0o777).toBe(0o600);
    for (const part of [store.folder, path.dirname(place), path.join(store.folder, 'incoming')])
      expect((await stat(part)).mode & 0o777).toBe(0o700);
    expect(await filesIn(store.folder)).toEqual([first.sha256]);
    expect(await store.digest(first.sha256)).toBe(first.sha256);
    const found = (await store.open(first.sha256))!;
    expect(await text(found.stream)).toBe('鄂州市');
    await store.remove(first.sha256);
    expect(await store.has(first.sha256)).toBe(false);
    expect(await store.open(first.sha256)).toBeNull();
  });

  test('opens nothing but a sha256', async () => {
    await expect(evidenceStore().open('../../etc/passwd')).rejects.toThrow(RangeError);
  });
});

describe('uploadEvidence', () => {
  test('stores the file, then the row, for the unit that leads', async () => {
    const piece = await upload(await as('lead_reporter'), '第一份', {
      docNumber: '鄂州政发〔2022〕5号',
      issuer: '市发改委',
      signedOn: '2022-05-30',
    });
    expect(piece).toMatchObject({
      kind: 'FILE',
      title: '说明.txt',
      mediaType: 'text/plain',
      bytes: 9,
      unitName: '市发改委',
      uploadedOn: DAY,
      docNumber: '鄂州政发〔2022〕5号',
      signedOn: '2022-05-30',
      isNamed: false,
    });
    expect(await evidenceStore().has(sha256Of(bytesOf('第一份')))).toBe(true);
  });

  test('the same bytes under two names: two pieces, one file', async () => {
    const actor = await as('lead_reporter');
    const [a, b] = await Promise.all([upload(actor, '同一份'), uploadNamed(actor, '同一份', '又名.txt')]);
    expect(a!.id).not.toBe(b!.id);
    const sha256 = sha256Of(bytesOf('同一份'));
    expect((await filesIn(evidenceStore().folder)).filter((name) => name === sha256)).toHaveLength(1);
  });

  test('the same file chosen twice, or sent again because the answer was lost, is one piece until it is submitted', async () => {
    const actor = await as('lead_reporter');
    const [a, b] = await Promise.all([upload(actor, '重传'), upload(actor, '重传')]);
    const again = await upload(actor, '重传');
    expect([b!.id, again.id]).toEqual([a!.id, a!.id]);
    expect((await upload(await as('lead_head'), '重传')).id, "a colleague's is their own").not.toBe(a!.id);
    await discardEvidence(actor, { evidenceId: a!.id });
    const anew = await upload(actor, '重传');
    expect(anew.id).not.toBe(a!.id);
    await report(actor, [anew.id]);
    expect((await upload(actor, '重传')).id).not.toBe(anew.id);
  });

  test.each([
    ['far_reporter', 'not_found'],
    ['other_reporter', 'forbidden'],
    ['city_leader', 'forbidden'],
  ] as const)('by %s: %s, and nothing stays', async (key, code) => {
    const before = [await rows(), await filesIn(evidenceStore().folder)];
    await expect(upload(await as(key), `来自 ${key}`)).rejects.toEqual(refused(code));
    expect([await rows(), await filesIn(evidenceStore().folder)]).toEqual(before);
  });

  test('of another unit than their own: forbidden', async () => {
    await expect(upload(await as('lead_reporter'), '冒名', { unitId: world.units.finance })).rejects.toEqual(
      refused('forbidden'),
    );
  });

  test('while the plan does not run: invalid_state', async () => {
    await db().plan.update({ where: { id: world.plans.city }, data: { status: 'ARCHIVED', archivedOn: toDate(DAY) } });
    try {
      await expect(upload(await as('lead_reporter'), '迟到')).rejects.toEqual(refused('invalid_state'));
    } finally {
      await db().plan.update({ where: { id: world.plans.city }, data: { status: 'ACTIVE', archivedOn: null } });
    }
  });

  test('more than a handful at once, and more than fifty unsent: rate_limited', async () => {
    const actor = await as('named_reporter');
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow = async function* () {
      await gate;
      yield bytesOf('慢');
    };
    const held = Array.from({ length: EVIDENCE_LIMITS.atOnce }, (_, at) =>
      uploadEvidence(actor, target(), { fileName: `慢${at}.txt`, source: slow() }),
    );
    await expect(upload(actor, '第五个')).rejects.toEqual(refused('rate_limited'));
    release();
    await Promise.all(held);
    await upload(actor, '现在可以');
    await queryAsOwner(
      `INSERT INTO evidence (kind, title, url, task_id, uploaded_by_id, uploaded_on)
       SELECT 'LINK', '网址', 'https://a.example/x', $1, $2, ledger_today() FROM generate_series(1, 45)`,
      [task, actor.accountId],
    );
    await expect(upload(actor, '第五十一个')).rejects.toEqual(refused('rate_limited'));
    await expect(addLink(actor, { ...target(), url: 'https://a.example/y', title: '又一个' })).rejects.toEqual(
      refused('rate_limited'),
    );
  });

  test('for a slip: the unit it was sent to, while it may answer', async () => {
    const open = await slip(world.units.reform);
    const to = { taskId: undefined, slipId: open.id };
    expect(await upload(await as('lead_reporter'), '答复', to)).toMatchObject({ unitName: '市发改委' });
    await expect(upload(await as('named_reporter'), '别人的', to)).rejects.toEqual(refused('not_found'));
    await expect(upload(await as('city_leader'), '领导的', to)).rejects.toEqual(refused('forbidden'));
    const draft = await slip(world.units.reform, { status: 'DRAFT', number: null, numberYear: null, issuedOn: null });
    await expect(upload(await as('lead_reporter'), '草稿的', { taskId: undefined, slipId: draft.id })).rejects.toEqual(
      refused('not_found'),
    );
  });
});

describe('POST /api/evidence', () => {
  const address = (params: Record<string, string>) => `http://ledger.test/api/evidence?${new URLSearchParams(params)}`;
  const post = (body: BodyInit, { name = '说明.txt', site = 'same-origin', ...more } = {}) =>
    POST(
      new Request(address({ taskId: String(task), name, ...more }), {
        method: 'POST',
        body,
        headers: { 'sec-fetch-site': site, 'content-type': 'application/octet-stream' },
        duplex: 'half',
      } as RequestInit),
    );
  const answer = async (response: Response) => (await response.json()) as { evidence?: EvidenceView; message?: string };

  test('takes a file as it is', async () => {
    caller.actor = await as('lead_reporter');
    const response = await post(bytesOf('直接上传'));
    expect(response.status).toBe(201);
    expect((await answer(response)).evidence).toMatchObject({ title: '说明.txt', bytes: 12 });
  });

  test('a plain form: file or link, and back to its page', async () => {
    caller.actor = await as('lead_reporter');
    const send = (fields: Record<string, string>, file?: File) => {
      const form = new FormData();
      for (const [key, value] of Object.entries({ narrative: '已写的文字', taskId: '999', ...fields }))
        form.set(key, value);
      if (file) form.set('file', file);
      return POST(
        new Request('http://ledger.test/api/evidence', {
          method: 'POST',
          body: form,
          headers: { 'sec-fetch-site': 'same-origin' },
        }),
      );
    };
    const own = { evidenceTaskId: String(task), evidenceReturnTo: `/tasks/${task}?tab=report` };
    const sent = await send(own, new File(['普通表单'], '说明.txt'));
    expect([sent.status, sent.headers.get('location')]).toEqual([
      303,
      `/tasks/${task}?tab=report&evidence=added#evidence-0`,
    ]);
    const link = await send({ ...own, evidenceUrl: 'https://a.example/t1.html', evidenceTitle: '公示' });
    expect(link.headers.get('location')).toContain('evidence=added');
    const empty = await send(own);
    expect(empty.headers.get('location')).toContain('evidence=unreadable');
    for (const evidenceReturnTo of [
      '//evil.example/x',
      '/.//evil.example/x',
      '/tasks/..//evil.example',
      '/.\\/evil.example',
    ]) {
      const away = await send({ ...own, evidenceReturnTo });
      expect(away.headers.get('location')).toBe(`/tasks/${task}?evidence=unreadable#evidence-0`);
    }
    expect((await listUnsentEvidence(caller.actor, { taskId: task })).map((piece) => piece.kind)).toEqual([
      'FILE',
      'LINK',
    ]);
  });

  test('from another site, or signed out: refused before anything is read', async () => {
    expect((await post(bytesOf('x'))).status).toBe(401);
    caller.actor = await as('lead_reporter');
    expect((await post(bytesOf('x'), { site: 'cross-site' })).status).toBe(403);
  });

  test.each([
    ['../../x.txt', 'x.txt'],
    [`${'鄂'.repeat(300)}.txt`, `${'鄂'.repeat(115)}….txt`],
    ['报\u202Etxt.fdp.txt', '报txt.fdp.txt'],
  ])('the name %j is kept as %j and goes nowhere near the disk', async (given, kept) => {
    caller.actor = await as('lead_reporter');
    const words = `名字 ${given}`;
    const { evidence } = await answer(await post(bytesOf(words), { name: given }));
    expect(evidence?.title).toBe(kept);
    const sha256 = sha256Of(bytesOf(words));
    expect(await readFile(path.join(evidenceStore().folder, sha256.slice(0, 2), sha256), 'utf8')).toBe(words);
  });

  test.each([
    ['报告.pdf', 'MZ\u0000程序'.repeat(20), '可执行程序'],
    ['说明.txt', '<html><script>alert(1)</script></html>', '网页（HTML）'],
    ['图.png', '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', 'SVG'],
    ['说明.txt', '', '空文件'],
    ['说明.exe', '文字', '.exe'],
  ])('%s with %j is refused in words that name it, and leaves nothing', async (name, content, named) => {
    caller.actor = await as('lead_reporter');
    const before = [await rows(), await filesIn(evidenceStore().folder)];
    const response = await post(bytesOf(content), { name });
    expect(response.status).toBe(400);
    expect((await answer(response)).message).toContain(named);
    expect([await rows(), await filesIn(evidenceStore().folder)]).toEqual(before);
  });

  test('51 MB: counted as it streams, refused with the limit, and nothing stays', async () => {
    caller.actor = await as('lead_reporter');
    const before = [await rows(), await filesIn(evidenceStore().folder)];
    let left = 51;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (left-- > 0) controller.enqueue(new Uint8Array(1024 * 1024).fill(97));
        else controller.close();
      },
    });
    const response = await post(body);
    expect(response.status).toBe(413);
    expect((await answer(response)).message).toContain('50 MB');
    expect([await rows(), await filesIn(evidenceStore().folder)]).toEqual(before);
  });

  test('50 MB to the byte is taken', async () => {
    caller.actor = await as('lead_reporter');
    let left = 50;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (left-- > 0) controller.enqueue(new Uint8Array(1024 * 1024).fill(97));
        else controller.close();
      },
    });
    expect((await answer(await post(body))).evidence?.bytes).toBe(EVIDENCE_LIMITS.bytes);
  });

  test('killed at half: no row and no file', async () => {
    caller.actor = await as('lead_reporter');
    const before = [await rows(), await filesIn(evidenceStore().folder)] as const;
    const breaking = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(bytesOf('前一半'));
        controller.error(new Error('socket hang up'));
      },
    });
    expect((await post(breaking)).status).toBe(400);
    // the connection goes while the server waits for more
    const stop = new AbortController();
    let wait = () => {};
    const waiting = new Promise<void>((resolve) => {
      wait = resolve;
    });
    const hanging = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(bytesOf('前一半')),
      pull: () => wait(),
    });
    const answered = POST(
      new Request(address({ taskId: String(task), name: '说明.txt' }), {
        method: 'POST',
        body: hanging,
        signal: stop.signal,
        headers: { 'sec-fetch-site': 'same-origin' },
        duplex: 'half',
      } as RequestInit),
    );
    await waiting;
    await vi.waitFor(async () => expect((await filesIn(evidenceStore().folder)).length).toBe(before[1].length + 1));
    stop.abort();
    expect((await answered).status).toBe(400);
    // fewer bytes than the request announced
    const short = new Request(address({ taskId: String(task), name: '说明.txt' }), {
      method: 'POST',
      body: bytesOf('前一半'),
      headers: { 'sec-fetch-site': 'same-origin', 'content-length': '1000' },
    });
    expect((await POST(short)).status).toBe(400);
    expect([await rows(), await filesIn(evidenceStore().folder)]).toEqual(before);
  });

  test('what is refused is on record', async () => {
    caller.actor = await as('other_reporter');
    expect((await post(bytesOf('x'))).status).toBe(403);
    const last = await db().auditEvent.findFirst({
      where: { actorId: caller.actor.accountId, isRefusal: true },
      orderBy: { id: 'desc' },
    });
    expect(last).toMatchObject({
      kind: 'evidence.upload',
      subject: 'task',
      subjectId: task,
      payload: { code: 'forbidden' },
    });
  });
});

describe('a disk that fills up', () => {
  test('is answered in words, and leaves nothing', async () => {
    // every write goes to the device that is always full: the error is the kernel's own
    const full = new EvidenceStore(path.join(folder, 'full'), async (_handle, chunk) => {
      const device = await open('/dev/full', 'w');
      try {
        await device.write(chunk);
      } finally {
        await device.close();
      }
    });
    const before = await rows();
    const error = await uploadEvidence(
      await as('lead_reporter'),
      target(),
      { fileName: '说明.txt', source: pieces(bytesOf('放不下')) },
      full,
    ).catch((thrown: unknown) => thrown);
    expect(refusalOf(error)).toMatchObject({
      status: 507,
      message: '存储空间不足，文件没有保存，已填写的内容不受影响，请联系管理员。',
    });
    expect(await filesIn(full.folder)).toEqual([]);
    expect(await rows()).toBe(before);
  });
});

describe('claimEvidence', () => {
  const claim = async (actor: Actor, ids: string[], taskId = task) =>
    inTransaction((tx) => claimEvidence(tx, actor, { taskId }, ids));

  test('of the own unit, in order', async () => {
    const a = await upload(await as('lead_reporter'), '甲');
    const b = await upload(await as('lead_reporter'), '乙');
    expect(await claim(await as('lead_head'), [b.id, a.id])).toEqual([b.id, a.id]);
    expect(await claim(await as('lead_head'), [])).toEqual([]);
  });

  test('of another unit, another task, taken back or unknown: unreadable', async () => {
    const actor = await as('lead_reporter');
    const piece = await upload(actor, '丙');
    await expect(claim(await as('named_reporter'), [piece.id])).rejects.toEqual(refused('unreadable'));
    await expect(claim(actor, [piece.id], await makeTask(world, 'city'))).rejects.toEqual(refused('unreadable'));
    await expect(claim(actor, [randomUUID()])).rejects.toEqual(refused('unreadable'));
    await discardEvidence(actor, { evidenceId: piece.id });
    await expect(claim(actor, [piece.id])).rejects.toEqual(refused('unreadable'));
  });

  test('shareEvidence gives another task rows of its own over the same file', async () => {
    const actor = await as('lead_reporter');
    const piece = await upload(actor, '共用');
    const second = await makeTask(world, 'city');
    const [same] = await inTransaction((tx) => shareEvidence(tx, actor, { taskId: task }, [piece.id]));
    expect(same).toBe(piece.id);
    const shared = await inTransaction((tx) => shareEvidence(tx, actor, { taskId: second }, [piece.id]));
    expect(await claim(actor, shared, second)).toEqual(shared);
    await report(actor, [piece.id]);
    await report(actor, shared, second);
    expect(await listEvidence([piece.id, ...shared])).toMatchObject([{ isNamed: true }, { isNamed: true }]);
    await expect(
      inTransaction(async (tx) => shareEvidence(tx, await as('named_reporter'), { taskId: second }, [piece.id])),
    ).rejects.toEqual(refused('unreadable'));
  });

  test('a piece is either taken back or reported, never both', async () => {
    const actor = await as('lead_reporter');
    for (let round = 0; round < 5; round += 1) {
      task = await makeTask(world, 'city');
      const piece = await upload(actor, `争 ${round}`);
      const [reported, discarded] = await Promise.allSettled([
        report(actor, [piece.id]),
        discardEvidence(actor, { evidenceId: piece.id }),
      ]);
      expect([reported.status, discarded.status].filter((status) => status === 'fulfilled')).toHaveLength(1);
    }
  });
});

describe('before it is submitted', () => {
  test('its unit describes it, its uploader takes it back; afterwards nobody does', async () => {
    const actor = await as('lead_reporter');
    const piece = await upload(actor, '描述');
    const facts = { evidenceId: piece.id, docNumber: '鄂发改〔2022〕7号', issuer: '市发改委', signedOn: '2022-08-01' };
    await describeEvidence(await as('lead_head'), facts);
    expect((await listEvidence([piece.id]))[0]).toMatchObject({
      docNumber: '鄂发改〔2022〕7号',
      signedOn: '2022-08-01',
    });
    await expect(describeEvidence(await as('named_reporter'), facts)).rejects.toEqual(refused('not_found'));
    await expect(discardEvidence(await as('lead_head'), { evidenceId: piece.id })).rejects.toEqual(
      refused('forbidden'),
    );
    await expect(discardEvidence(await as('far_reporter'), { evidenceId: piece.id })).rejects.toEqual(
      refused('not_found'),
    );
    await expect(discardEvidence(actor, { evidenceId: randomUUID() })).rejects.toEqual(refused('not_found'));
    await report(actor, [piece.id]);
    await expect(describeEvidence(actor, facts)).rejects.toEqual(refused('invalid_state'));
    await expect(discardEvidence(actor, { evidenceId: piece.id })).rejects.toEqual(refused('invalid_state'));
  });

  test('taking back twice does nothing more, and a piece taken back is not described', async () => {
    const actor = await as('lead_reporter');
    const piece = await upload(actor, '移除');
    await discardEvidence(actor, { evidenceId: piece.id });
    await discardEvidence(actor, { evidenceId: piece.id });
    expect(await listUnsentEvidence(actor, { taskId: task })).toEqual([]);
    await expect(
      describeEvidence(actor, { evidenceId: piece.id, docNumber: '', issuer: '', signedOn: null }),
    ).rejects.toEqual(refused('invalid_state'));
  });

  test("what somebody left behind whose account is closed is the unit's", async () => {
    const piece = await upload(await as('lead_reporter'), '离任');
    const account = { id: world.accounts.lead_reporter };
    await db().account.update({ where: account, data: { isActive: false } });
    try {
      const head = await as('lead_head');
      expect(await listUnsentEvidence(head, { taskId: task })).toMatchObject([{ id: piece.id }]);
      await discardEvidence(head, { evidenceId: piece.id });
      expect(await listUnsentEvidence(head, { taskId: task })).toEqual([]);
    } finally {
      await db().account.update({ where: account, data: { isActive: true } });
    }
  });

  test('a paper that waits for the head holds its pieces', async () => {
    const actor = await as('lead_reporter');
    const piece = await upload(actor, '待签');
    await db().unitPaper.create({
      data: {
        taskId: task,
        unitId: world.units.reform,
        kind: 'PROGRESS',
        input: { evidenceIds: [piece.id] },
        writtenById: actor.accountId,
        heldById: actor.accountId,
        writtenOn: toDate(DAY),
        idempotencyKey: randomUUID(),
      },
    });
    expect(await listUnsentEvidence(actor, { taskId: task })).toEqual([]);
    await expect(discardEvidence(actor, { evidenceId: piece.id })).rejects.toEqual(refused('invalid_state'));
  });

  test('the same link twice is one link', async () => {
    const actor = await as('lead_reporter');
    const link = { ...target(), url: 'https://www.ezhou.gov.cn/zwgk/t1.html', title: '公示' };
    expect((await addLink(actor, link)).id).toBe((await addLink(actor, link)).id);
    await expect(addLink(await as('other_reporter'), link)).rejects.toEqual(refused('forbidden'));
    await expect(addLink(await as('far_reporter'), link)).rejects.toEqual(refused('not_found'));
  });

  test('the actions answer a form', async () => {
    const actor = await as('lead_reporter');
    const piece = await upload(actor, '动作');
    caller.actor = actor;
    const form = new FormData();
    form.set('evidenceId', piece.id);
    form.set('signedOn', '2022-13-01');
    expect(await describeEvidenceAction({ status: 'idle' }, form)).toMatchObject({ status: 'invalid' });
    form.set('signedOn', '2022-08-01');
    expect(await describeEvidenceAction({ status: 'idle' }, form)).toMatchObject({ status: 'ok' });
    expect(await discardEvidenceAction({ status: 'idle' }, form)).toMatchObject({ status: 'ok' });
  });
});

describe('GET /api/evidence/[id]', () => {
  const get = (evidenceId: string, query = '') =>
    GET(new Request(`http://ledger.test/api/evidence/${evidenceId}${query}`), {
      params: Promise.resolve({ evidenceId }),
    });
  const statusFor = async (key: ViewerKey, id: string) => {
    caller.actor = await as(key);
    const response = await get(id);
    await response.body?.cancel();
    return response.status;
  };

  test('unsent: the own unit alone', async () => {
    const piece = await upload(await as('lead_reporter'), '未提交');
    for (const key of ['lead_reporter', 'lead_head'] as const) expect(await statusFor(key, piece.id)).toBe(200);
    for (const key of [
      'named_reporter',
      'city_office',
      'city_leader',
      'platform_admin',
      'other_reporter',
      'far_office',
    ] as const)
      expect(await statusFor(key, piece.id)).toBe(404);
  });

  test('submitted: whoever reads the report', async () => {
    const piece = await upload(await as('lead_reporter'), '已提交');
    await report(await as('lead_reporter'), [piece.id]);
    for (const key of ['lead_reporter', 'named_reporter', 'city_office', 'city_leader', 'platform_admin'] as const)
      expect(await statusFor(key, piece.id)).toBe(200);
    for (const key of ['other_reporter', 'bureau_head', 'east_leader', 'far_office', 'far_admin'] as const)
      expect(await statusFor(key, piece.id)).toBe(404);
    expect(await statusFor('city_office', randomUUID())).toBe(404);
    expect(await statusFor('city_office', 'x')).toBe(400);
    caller.actor = null;
    expect((await get(piece.id)).status).toBe(401);
  });

  test('of a slip: the unit it was sent to, and who oversees slips', async () => {
    const { id } = await slip(world.units.reform);
    const piece = await upload(await as('lead_reporter'), '督办答复', { taskId: undefined, slipId: id });
    expect(await statusFor('city_office', piece.id)).toBe(404);
    await db().slipEvent.create({
      data: {
        slipId: id,
        step: 'REPLIED',
        actorWords: '张三',
        text: '已办',
        evidenceIds: [piece.id],
        effectiveOn: toDate(DAY),
      },
    });
    for (const key of ['lead_head', 'city_office', 'city_leader'] as const)
      expect(await statusFor(key, piece.id)).toBe(200);
    for (const key of ['named_reporter', 'other_head', 'far_office', 'east_leader'] as const)
      expect(await statusFor(key, piece.id)).toBe(404);
  });

  test('is saved, never shown: an attachment that nothing can run', async () => {
    caller.actor = await as('lead_reporter');
    const piece = await upload(caller.actor, '附件头');
    const response = await get(piece.id);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/plain',
      'content-disposition': "attachment; filename*=UTF-8''%E8%AF%B4%E6%98%8E.txt",
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'private, no-store',
      'content-length': '9',
    });
    expect(await response.text()).toBe('附件头');
    expect((await get(piece.id, '?preview')).status).toBe(404);
  });

  test('a picture is shown in the page, under the same policy', async () => {
    caller.actor = await as('lead_reporter');
    const gif = Buffer.from('R0lGODlhAQABAAAAACwAAAAAAQABAAACAkQBADs=', 'base64');
    const piece = await uploadEvidence(caller.actor, target(), { fileName: '图.gif', source: pieces(gif) });
    const shown = await get(piece.id, '?preview');
    expect(shown.headers.get('content-disposition')).toBe('inline');
    expect(shown.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox");
    expect(shown.headers.get('x-content-type-options')).toBe('nosniff');
    await shown.body?.cancel();
  });

  test('the viewer serves its own parts and nothing else', async () => {
    const part = async (...parts: string[]) =>
      (await viewerPart(new Request('http://ledger.test/'), { params: Promise.resolve({ path: parts }) })).status;
    expect(await part('frame')).toBe(200);
    expect(await part('frame.mjs')).toBe(200);
    expect(await part('build', 'pdf.worker.min.mjs')).toBe(200);
    expect(await part('cmaps', 'UniGB-UTF16-H.bcmap')).toBe(200);
    for (const bad of [
      ['package.json'],
      ['build', '..', 'package.json'],
      ['..', '..', 'package.json'],
      ['cmaps', 'nothing.bcmap'],
    ])
      expect(await part(...bad)).toBe(404);
  });
});

describe('the chain', () => {
  const findings = async () =>
    (await queryAsOwner<{ problem: string }>('SELECT problem FROM verify_history() WHERE task_id = $1', [task])).map(
      (row) => row.problem,
    );
  const tampered = async (sql: string, ids: string[]) => {
    await queryAsOwner('ALTER TABLE evidence DISABLE TRIGGER USER');
    try {
      await queryAsOwner(sql, ids);
      return await findings();
    } finally {
      await queryAsOwner('ALTER TABLE evidence ENABLE TRIGGER USER');
    }
  };

  test('a version without evidence has the digest it always had', async () => {
    await report(await as('lead_reporter'), []);
    const [row] = await queryAsOwner<{ same: boolean }>(
      `SELECT v.digest = sha256_hex(canonical(v.id::text, v.idempotency_key, v.report_id::text, v.version::text, v.percent::text, v.narrative, v.problems, v.needs,
                v.next_steps, v.author_id::text, v.signed_by_id::text, instant_text(v.submitted_at), day_text(v.effective_on))) AS same
         FROM report_version v JOIN progress_report r ON r.id = v.report_id WHERE r.task_id = $1`,
      [task],
    );
    expect(row!.same).toBe(true);
    expect(await findings()).toEqual([]);
  });

  test.each([
    ['another file', "UPDATE evidence SET sha256 = repeat('a', 64) WHERE id = $1"],
    ['another title', "UPDATE evidence SET title = '别的.txt' WHERE id = $1"],
    ['another day', "UPDATE evidence SET signed_on = DATE '2022-01-01' WHERE id = $1"],
    ['another issuer', "UPDATE evidence SET issuer = '市税务局' WHERE id = $1"],
    ['gone', 'DELETE FROM evidence WHERE id = $1'],
  ])('%s behind a report is noticed', async (_, sql) => {
    const piece = await upload(await as('lead_reporter'), randomUUID());
    await report(await as('lead_reporter'), [piece.id]);
    expect(await findings()).toEqual([]);
    expect(await tampered(sql, [piece.id])).toContain('report_changed');
  });

  test('the database refuses to change, delete or misplace evidence', async () => {
    const piece = await upload(await as('lead_reporter'), '不可改');
    const other = await makeTask(world, 'city');
    for (const set of [
      "sha256 = repeat('b', 64)",
      'bytes = 1',
      "media_type = 'text/html'",
      `task_id = ${other}`,
      "uploaded_on = DATE '2022-01-01'",
    ])
      await expect(queryAsApp(`UPDATE evidence SET ${set} WHERE id = $1`, [piece.id])).rejects.toThrow(
        /does not change/,
      );
    await expect(queryAsOwner('DELETE FROM evidence WHERE id = $1', [piece.id])).rejects.toThrow(/append-only/);
    await expect(queryAsOwner('TRUNCATE evidence CASCADE')).rejects.toThrow(/append-only/);
    const made = await report(await as('lead_reporter'), [piece.id]);
    await expect(queryAsApp("UPDATE evidence SET title = 'x' WHERE id = $1", [piece.id])).rejects.toThrow(
      /does not change/,
    );
    await expect(queryAsApp('UPDATE evidence SET discarded_at = now() WHERE id = $1', [piece.id])).rejects.toThrow(
      /does not change/,
    );
    const foreign = await upload(await as('lead_reporter'), '别的任务', { taskId: other });
    for (const ids of [`{${foreign.id}}`, `{${randomUUID()}}`, `{${piece.id},${piece.id}}`])
      await expect(
        queryAsApp(
          `INSERT INTO report_version (report_id, version, narrative, author_id, effective_on, idempotency_key, evidence_ids)
           SELECT report_id, 2, narrative, author_id, effective_on, gen_random_uuid()::text, $2::uuid[] FROM report_version WHERE report_id = $1`,
          [made.reportId, ids],
        ),
      ).rejects.toThrow(/missing, taken back, named twice or of something else/);
  });
});

describe('hints', () => {
  test('say what the reviewer may want to ask', async () => {
    const actor = await as('lead_reporter');
    const piece = await upload(actor, '提示', {
      docNumber: '鄂发改〔2022〕9号',
      issuer: '市发改委',
      signedOn: '2022-09-01',
    });
    const second = await makeTask(world, 'city');
    await report(actor, [piece.id]);
    await report(actor, await inTransaction((tx) => shareEvidence(tx, actor, { taskId: second }, [piece.id])), second);
    // the same bytes on a list of another region say nothing here
    const [neighbour, elsewhere] = [await as('east_lead_reporter'), await makeTask(world, 'district')];
    const same = await upload(neighbour, '提示', { taskId: elsewhere });
    await report(neighbour, [same.id], elsewhere, world.cycles.district);
    const link = await addLink(actor, { ...target(), url: 'http://www.ezhou.gov.cn', title: '官网' });
    const items = await listEvidence([piece.id, link.id]);
    const hints = await listEvidenceHints(items, task);
    expect(hints[piece.id]!.map((hint) => hint.words)).toEqual([
      '有文号',
      '发文单位是本任务的牵头或责任单位',
      '成文日期在完成时限之前',
      '同一材料还用于本清单另外 1 项任务',
    ]);
    expect(hints[link.id]!.map((hint) => hint.words)).toContain('网址是网站首页，不是具体页面');
    expect(await listEvidenceHints([], task)).toEqual({});
  });
});

describe('sweepEvidence', () => {
  const later = () => new Date(Date.now() + 60_000);
  const sweep = () => sweepEvidence(db(), evidenceStore(), { olderThanMs: 0, now: later() });

  test('removes what nobody names and leaves what somebody does', async () => {
    await sweep();
    const actor = await as('lead_reporter');
    const kept = await upload(actor, '留下的');
    const discarded = await upload(actor, '移除的');
    await discardEvidence(actor, { evidenceId: discarded.id });
    const store = evidenceStore();
    await store.put(bytesOf('没有人要的'));
    await writeFile(path.join(store.folder, 'incoming', randomUUID()), '断了的');
    // a day has not gone by
    expect(await sweepEvidence()).toEqual({ files: 0, interrupted: 0 });
    expect(await sweep()).toEqual({ files: 2, interrupted: 1 });
    expect(await store.has(sha256Of(bytesOf('留下的')))).toBe(true);
    expect(await store.has(sha256Of(bytesOf('移除的')))).toBe(false);
    expect(await filesIn(path.join(store.folder, 'incoming'))).toEqual([]);
    expect(await sweep()).toEqual({ files: 0, interrupted: 0 });
    expect((await listEvidence([kept.id])).length).toBe(1);
  });

  test('a discarded piece whose file another piece names keeps it', async () => {
    const actor = await as('lead_reporter');
    const [one] = [await upload(actor, '两件一份'), await uploadNamed(actor, '两件一份', '又名.txt')];
    await discardEvidence(actor, { evidenceId: one.id });
    await sweep();
    expect(await evidenceStore().has(sha256Of(bytesOf('两件一份')))).toBe(true);
  });

  test('beside an upload of the same bytes: what is named is always there', async () => {
    const actor = await as('lead_reporter');
    const sha256 = sha256Of(bytesOf('同时'));
    // by its clock every file is old enough, but an upload under way takes no day
    class Store extends EvidenceStore {
      override sweepIncoming = async () => 0;
    }
    const store = new Store(evidenceStore().folder);
    const sweepAll = () => sweepEvidence(db(), store, { olderThanMs: 0, now: later() });
    for (let round = 0; round < 15; round += 1) {
      await evidenceStore().put(bytesOf('同时'));
      const [piece] = await Promise.all([upload(actor, '同时'), sweepAll()]);
      expect(await evidenceStore().has(sha256)).toBe(true);
      await discardEvidence(actor, { evidenceId: piece.id });
    }
  });

  test('a process killed between file and row leaves a file that nobody names, and the sweep takes it', async () => {
    const actor = await as('lead_reporter');
    const words = `临终 ${randomUUID()}`;
    const sha256 = sha256Of(bytesOf(words));
    const before = await rows();
    const child = spawn(
      process.execPath,
      [
        '--conditions=react-server',
        '--import',
        'tsx',
        'tests/support/upload-and-die.ts',
        String(actor.accountId),
        String(task),
        words,
      ],
      { env: { ...process.env, DATABASE_URL: appUrl }, stdio: ['ignore', 'inherit', 'inherit'] },
    );
    const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
    expect(signal).toBe('SIGKILL');
    expect(await evidenceStore().has(sha256)).toBe(true);
    expect(await rows()).toBe(before);
    const old = new Date(Date.now() - 25 * 3_600_000);
    await utimes(path.join(evidenceStore().folder, sha256.slice(0, 2), sha256), old, old);
    expect((await sweepEvidence()).files).toBe(1);
    expect(await evidenceStore().has(sha256)).toBe(false);
  });
});
