import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { forgetForms } from '@/lib/jobs/job-run.commands';
import { submitReportAction } from '@/lib/reports/report.actions';
import { db, inTransaction } from '@/lib/server/db';
import { type FormState, IDLE } from '@/lib/server/form-action';
import { sentFormOf, withSentForm } from '@/lib/server/sent-form';
import { queryAsOwner } from '../support/database';
import { caller } from '../support/rights-caller';
import { redirectTo } from '../support/rights-drive';
import { makeTask, makeWorld, type World } from '../support/viewers';

vi.mock('@/lib/server/auth/session', async () => (await import('../support/rights-caller')).sessionStandIn());
vi.mock('next/headers', () => ({ headers: async () => new Headers(), cookies: async () => new Map() }));
vi.mock('next/cache', () => ({ refresh: () => {} }));

let world: World;
beforeAll(async () => {
  world = await makeWorld();
  caller.accountId = world.accounts.lead_reporter;
});

async function send(previous: FormState, fields: Record<string, string>): Promise<FormState | 'done'> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  try {
    return await submitReportAction(previous, form);
  } catch (error) {
    if (redirectTo(error) === null) throw error;
    return 'done';
  }
}

async function report() {
  const taskId = await makeTask(world, 'city');
  const fields = {
    kind: 'PROGRESS',
    taskId: String(taskId),
    unitId: String(world.units.reform),
    cycleId: String(world.cycles.city),
    narrative: '专班已开会并印发方案。',
    expectedVersion: '0',
    idempotencyKey: randomUUID(),
  };
  const narratives = async () =>
    (await db().reportVersion.findMany({ where: { report: { taskId } }, orderBy: { version: 'asc' } })).map(
      (version) => version.narrative,
    );
  return { fields, narratives };
}

describe('a form sent again', () => {
  test('with the same words is one deed', async () => {
    const { fields, narratives } = await report();
    expect(await send(IDLE, fields)).toBe('done');
    expect(await send(IDLE, fields)).toBe('done');
    expect(await narratives()).toEqual([fields.narrative]);
  });

  test('twice at the same moment is one deed', async () => {
    const { fields, narratives } = await report();
    expect(await Promise.all([send(IDLE, fields), send(IDLE, fields)])).toEqual(['done', 'done']);
    expect(await narratives()).toEqual([fields.narrative]);
  });

  test('with other words is refused with what was typed, and goes through when sent once more', async () => {
    const { fields, narratives } = await report();
    expect(await send(IDLE, fields)).toBe('done');
    const changed = { ...fields, narrative: '更正：会议改在九月底召开。', expectedVersion: '1' };
    const refused = await send(IDLE, changed);
    expect(refused).toMatchObject({ status: 'refused', values: { narrative: changed.narrative } });
    expect(await narratives()).toEqual([fields.narrative]);
    // Whether the form has taken the fresh key into its field or not.
    const state = refused as FormState;
    expect(state.values!.idempotencyKey).toBe(state.again!.fresh);
    expect(await send(state, changed)).toBe('done');
    expect(await send(state, { ...changed, idempotencyKey: state.again!.fresh })).toBe('done');
    expect(await narratives()).toEqual([fields.narrative, changed.narrative]);
  });

  test('after it was refused for another reason is not held against it', async () => {
    const { fields, narratives } = await report();
    expect(await send(IDLE, { ...fields, expectedVersion: '7' })).toMatchObject({ status: 'refused' });
    expect(await send(IDLE, fields)).toBe('done');
    expect(await narratives()).toEqual([fields.narrative]);
  });
});

test('a page opened under one account sends nothing under another', async () => {
  const { fields, narratives } = await report();
  const stale = { ...fields, asAccount: String(world.accounts.lead_head) };
  expect(await send(IDLE, stale)).toMatchObject({
    status: 'refused',
    message: expect.stringContaining('另一账号'),
    values: { narrative: fields.narrative },
  });
  expect(await narratives()).toEqual([]);
  expect(await send(IDLE, { ...fields, asAccount: String(world.accounts.lead_reporter) })).toBe('done');
});

test('a form belongs to the account that sent it', async () => {
  const key = randomUUID();
  const carryOut = (accountId: number, words: string) =>
    withSentForm(sentFormOf(accountId, { idempotencyKey: key, words }), () => inTransaction(async () => words));
  expect(await carryOut(world.accounts.lead_reporter, '一')).toBe('一');
  expect(await carryOut(world.accounts.city_office, '二')).toBe('二');
  await expect(carryOut(world.accounts.city_office, '三')).rejects.toMatchObject({ code: 'conflict' });
});

test('what is too old for any browser to bring back is forgotten', async () => {
  await withSentForm(sentFormOf(world.accounts.city_office, { idempotencyKey: 'old' }), () =>
    inTransaction(async () => {}),
  );
  await queryAsOwner("UPDATE sent_form SET sent_at = now() - interval '61 days' WHERE form_key = 'old'", []);
  expect(await forgetForms()).toBe(1);
  expect(await forgetForms()).toBe(0);
});
