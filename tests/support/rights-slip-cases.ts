// Which step of a 督办单 is driven on what, and who may read one: its own office before it is issued; from then on whoever oversees the plan, and its unit.

import { type Actor, loadActor } from '@/lib/server/auth/actor';
import { db, inTransaction } from '@/lib/server/db';
import { setSetting } from '@/lib/settings/setting.commands';
import { draftSlip } from '@/lib/slips/slip-draft.commands';
import { checkSlip, issueSlip, sendBackSlip } from '@/lib/slips/slip-issue.commands';
import { replySlip, signForSlip } from '@/lib/slips/slip-reply.commands';
import { type DrivenCase, type Fields, mayByHand, onTasks } from './rights-by-hand';
import { EVERY_PLAN } from './rights-cases';
import { as, type RouteCases, world } from './rights-drive';
import {
  formKey,
  GROUND,
  GROUNDS,
  type Ground,
  HANDS,
  makeTask,
  next,
  speaksFor,
  standsOn,
  VIEWERS,
  type ViewerKey,
} from './viewers';

const PLAN_RELATIONS = ['plan_office', 'parent_office', 'platform', 'region_unit'];
/** To the slip's plan; none for an office or a leader whose work groups hold not all of the slip's tasks. */
const standsToSlip = (key: ViewerKey, ground: Ground) =>
  standsOn(key, ground).filter((relation) => PLAN_RELATIONS.includes(relation));

/** Before it is issued a slip is its own office's: units, and the office above, do not know of it. */
export const readsDraft = (key: ViewerKey, ground: Ground): boolean =>
  mayByHand(
    'slip.oversee',
    VIEWERS[key].roles,
    standsToSlip(key, ground).filter((relation) => relation !== 'parent_office'),
  );
export const answers = (key: ViewerKey, ground: Ground): boolean =>
  speaksFor(key, GROUND[ground].lead) && mayByHand('slip.answer', VIEWERS[key].roles, standsToSlip(key, ground));
export const readsIssued = (key: ViewerKey, ground: Ground): boolean =>
  mayByHand('slip.oversee', VIEWERS[key].roles, standsToSlip(key, ground)) || answers(key, ground);
export const issues = (key: ViewerKey, ground: Ground): boolean =>
  mayByHand('slip.issue', VIEWERS[key].roles, standsToSlip(key, ground));

/** Officers who are no viewers: what they wrote every viewer may check. */
const drafters = new Map<string, Promise<Actor>>();
async function makeDrafter(ground: Ground): Promise<Actor> {
  const isBureau = GROUND[ground].plan === 'bureau';
  const { id } = await db().account.create({
    data: {
      username: `drafter-${next()}`,
      displayName: '拟稿人',
      passwordHash: '-',
      mustChangePassword: false,
      roles: ['office'],
      regionId: world.regions[GROUND[ground].plan === 'district' ? 'east' : 'city'],
      scopeUnitId: isBureau ? world.units.housing : null,
    },
    select: { id: true },
  });
  const region = (key: 'city' | 'east', code: string) =>
    inTransaction((tx) => setSetting(tx, null, 'document_code', world.regions[key], code));
  if (GROUND[ground].plan === 'city') await region('city', '江营商督');
  if (GROUND[ground].plan === 'district') await region('east', '江东督');
  return (await loadActor(id))!;
}
function drafterOf(ground: Ground): Promise<Actor> {
  const { plan } = GROUND[ground];
  const drafter = drafters.get(plan) ?? makeDrafter(ground);
  drafters.set(plan, drafter);
  return drafter;
}

const OVERDUE = { dueOn: '2022-09-01' };
export type Stage = 'DRAFT' | 'CHECKED' | 'ISSUED' | 'SIGNED_FOR' | 'REPLIED';
const STAGES: readonly Stage[] = ['DRAFT', 'CHECKED', 'ISSUED', 'SIGNED_FOR', 'REPLIED'];

const paper = (ground: Ground) => ({
  planId: world.plans[GROUND[ground].plan],
  unitId: world.units[GROUND[ground].lead],
  tier: 3 as const,
  title: '关于限期办结逾期重点任务的红色督办单',
  body: '请立即整改，并书面说明原因。',
  issuer: '江城市优化营商环境领导小组办公室',
  replyWorkingDays: 2,
});

/** A slip to the lead of a ground about one overdue task, come as far as the stage. */
export async function makeSlip(
  ground: Ground,
  stage: Stage,
  {
    body,
    taskIds,
    reply = '已制定整改措施。',
    evidenceIds = [] as string[],
  }: {
    body?: string;
    taskIds?: number[];
    reply?: string;
    evidenceIds?: string[];
  } = {},
): Promise<{ slipId: number; taskId: number }> {
  const drafter = await drafterOf(ground);
  const office = await as(HANDS[ground].office);
  const unit = await as(HANDS[ground].lead);
  const ids = taskIds ?? [await makeTask(world, ground, OVERDUE)];
  const given = { ...paper(ground), ...(body === undefined ? {} : { body }) };
  const { slipId } = await draftSlip(drafter, { ...given, taskIds: ids, idempotencyKey: formKey() });
  const step = (version: number) => ({ slipId, version, idempotencyKey: formKey() });
  const steps = [
    () => checkSlip(office, step(1)),
    () => issueSlip(drafter, { ...step(2), documentCode: '江建督' }),
    () => signForSlip(unit, step(3)),
    () => replySlip(unit, { ...step(4), text: reply, evidenceIds }),
  ];
  for (const take of steps.slice(0, STAGES.indexOf(stage))) await take();
  return { slipId, taskId: ids[0]! };
}

const fieldsOf = async (slipId: number): Promise<Fields> => {
  const { version } = await db().slip.findUniqueOrThrow({ where: { id: slipId }, select: { version: true } });
  return { slipId: String(slipId), version: String(version), idempotencyKey: formKey() };
};

const steps = (
  door: string,
  stage: Stage,
  by: 'office' | 'unit',
  more: (ground: Ground, taskId: number) => Fields = () => ({}),
  grounds: readonly Ground[] = EVERY_PLAN,
): DrivenCase[] =>
  grounds.map((ground) => ({
    door,
    title: `a slip ${stage}`,
    where: `on the ground ${ground}`,
    prepare: async () => {
      const { slipId, taskId } = await makeSlip(ground, stage);
      return { ...(await fieldsOf(slipId)), ...more(ground, taskId) };
    },
    wanted: (key) => {
      const isIssued = STAGES.indexOf(stage) >= 2;
      if (!(isIssued ? readsIssued(key, ground) : readsDraft(key, ground))) return 'not_found';
      return (by === 'office' ? issues(key, ground) : answers(key, ground)) ? 'done' : 'forbidden';
    },
  }));

const paperFields = (ground: Ground, taskId: number): Fields => {
  const { planId, unitId, tier, replyWorkingDays, ...texts } = paper(ground);
  return {
    ...texts,
    planId: String(planId),
    unitId: String(unitId),
    taskIds: String(taskId),
    tier: String(tier),
    replyWorkingDays: String(replyWorkingDays),
  };
};

export const SLIP_CASES: readonly DrivenCase[] = [
  ...onTasks({
    door: 'draftSlipAction',
    title: 'on an overdue task',
    right: 'slip.issue',
    grounds: GROUNDS,
    prepare: async (ground) => {
      const taskId = await makeTask(world, ground, OVERDUE);
      await drafterOf(ground);
      return { ...paperFields(ground, taskId), idempotencyKey: formKey() };
    },
  }),
  ...steps('changeSlipAction', 'DRAFT', 'office', paperFields),
  ...steps('discardSlipAction', 'DRAFT', 'office'),
  ...steps('checkSlipAction', 'DRAFT', 'office', undefined, GROUNDS),
  ...steps('sendBackSlipAction', 'CHECKED', 'office', () => ({ reason: '标题有误' })),
  ...steps('issueSlipAction', 'CHECKED', 'office', () => ({ documentCode: '江建督' }), GROUNDS),
  // Only the unit it was sent to, by its own people, by the head above it, or by the office of the region it represents.
  ...steps('signForSlipAction', 'ISSUED', 'unit', undefined, GROUNDS),
  ...steps('replySlipAction', 'SIGNED_FOR', 'unit', () => ({ text: '已制定整改措施。' }), GROUNDS),
  ...steps('returnReplyAction', 'REPLIED', 'office', () => ({ reason: '没有时间表' })),
  ...steps('closeSlipAction', 'REPLIED', 'office', () => ({ reason: '' })),
  ...steps('voidSlipAction', 'ISSUED', 'office', () => ({ reason: '发错单位' })),
];

/** Laid down by the test file that asks for them. */
export const slipsOf = {} as Record<Ground, { draft: number; checked: number; sentBack: number; issued: number }>;
export async function layOutSlips(): Promise<void> {
  for (const ground of GROUNDS) {
    const checked = await makeSlip(ground, 'CHECKED');
    const back = await makeSlip(ground, 'CHECKED');
    const fields = await fieldsOf(back.slipId);
    await sendBackSlip(await as(HANDS[ground].office), {
      slipId: back.slipId,
      version: Number(fields.version),
      reason: '标题有误',
      idempotencyKey: formKey(),
    });
    slipsOf[ground] = {
      draft: (await makeSlip(ground, 'DRAFT')).slipId,
      checked: checked.slipId,
      sentBack: back.slipId,
      issued: (await makeSlip(ground, 'ISSUED')).slipId,
    };
  }
}

export const SLIP_ROUTES: RouteCases = {
  'app/api/slips/[slipId]/document/route.ts': [
    ...GROUNDS.flatMap((ground) => [
      ...(['draft', 'checked', 'sentBack'] as const).map((stage) => ({
        what: `a slip of the ground ${ground}, ${stage}`,
        params: () => ({ slipId: String(slipsOf[ground][stage]) }),
        statusOf: (key: ViewerKey) => (readsDraft(key, ground) ? 200 : 404),
      })),
      {
        what: `a slip of the ground ${ground}, issued`,
        params: () => ({ slipId: String(slipsOf[ground].issued) }),
        statusOf: (key: ViewerKey) => (readsIssued(key, ground) ? 200 : 404),
      },
    ]),
    { what: 'what is no number', params: () => ({ slipId: 'x' }), statusOf: () => 400 },
    { what: 'a number nobody has', params: () => ({ slipId: '999999' }), statusOf: () => 404 },
  ],
};
