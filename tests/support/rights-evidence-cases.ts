// Which door of evidence is driven on what. Evidence is its unit's own until something that has left the unit names it; then whoever reads the report reads it,
// and for everybody else it does not exist, whatever address they guess.
import { randomUUID } from 'node:crypto';
import { addLink, discardEvidence, uploadEvidence } from '@/lib/evidence/evidence.commands';
import { submitProgress } from '@/lib/reports/report.commands';
import { type DrivenCase, mayByHand, ofPersons } from './rights-by-hand';
import { cycleOf, words } from './rights-cases';
import { as, type RouteAsk, type RouteCases, world } from './rights-drive';
import { paperWaiting } from './rights-driving-cases';
import { answers, issues, makeSlip, readsDraft, readsIssued } from './rights-slip-cases';
import {
  formKey,
  GROUND,
  GROUNDS,
  type Ground,
  HANDS,
  makeTask,
  next,
  PLAN_GROUNDS,
  speaksFor,
  standsOn,
  type UnitKey,
  VIEWERS,
  type ViewerKey,
} from './viewers';

const FACTS = { docNumber: '', issuer: '', signedOn: null };

type Target = { taskId: number; slipId?: undefined } | { slipId: number; taskId?: undefined };

/** A text file of a viewer's, put down for a task or a slip. */
export async function uploadAs(by: ViewerKey, target: Target, text = `办理情况${next()}`): Promise<string> {
  const input = { ...target, taskId: target.taskId, slipId: target.slipId, unitId: undefined, ...FACTS };
  const source = (async function* () {
    yield new TextEncoder().encode(text);
  })();
  return (await uploadEvidence(await as(by), input, { fileName: '说明.txt', source })).id;
}

async function linkOf(by: ViewerKey, ground: Ground): Promise<string> {
  const taskId = await makeTask(world, ground);
  const link = { url: `https://example.gov.cn/${next()}`, title: '通知' };
  const input = { taskId, slipId: undefined, unitId: undefined, ...FACTS, ...link };
  return (await addLink(await as(by), input)).id;
}

const SIDES: readonly { ground: Ground; by: ViewerKey; unit: UnitKey }[] = [
  ...GROUNDS.map((ground) => ({ ground, by: HANDS[ground].lead, unit: GROUND[ground].lead })),
  ...PLAN_GROUNDS.map((ground) => ({ ground, by: HANDS[ground].named!, unit: GROUND[ground].named! })),
];

const ofUnits = (door: string, may: (key: ViewerKey, by: ViewerKey) => boolean): DrivenCase[] =>
  SIDES.map(({ ground, by, unit }) => ({
    door,
    title: 'a piece that nothing names yet',
    where: `of ${unit} on the ground ${ground}`,
    prepare: async () => ({
      evidenceId: await linkOf(by, ground),
      docNumber: `江政发〔2022〕${next()}号`,
      issuer: '江城市人民政府',
      signedOn: '2022-05-31',
    }),
    wanted: (key) => {
      if (!speaksFor(key, unit)) return 'not_found';
      return may(key, by) ? 'done' : 'forbidden';
    },
  }));

export const EVIDENCE_CASES: readonly DrivenCase[] = [
  ...ofUnits('describeEvidenceAction', () => true),
  // What somebody has put down a colleague does not take away.
  ...ofUnits('discardEvidenceAction', (key, by) => key === by),
  // The office of a plan has no unit on the task: what its officer puts down is the officer's.
  ...(['describeEvidenceAction', 'discardEvidenceAction'] as const).flatMap((door) =>
    ofPersons({
      door,
      title: 'a piece of an officer',
      owners: ['city_office'],
      prepare: async (owner) => ({ evidenceId: await linkOf(owner, 'city'), docNumber: String(next()) }),
    }),
  ),
];

// ------------------------------------------------------------------------------------------------ routes

type Laid = {
  task: number;
  issued: number;
  draft: number;
  submitted: string;
  unsent: string;
  waiting: string;
  replied: string;
  discarded: string;
};
/** Laid down by the test file that asks for them. */
export const laid = {} as Record<Ground, Laid>;
export const SECRET_FILE = '内部材料三六一九';

export async function layOutEvidence(): Promise<void> {
  for (const ground of GROUNDS) {
    const lead = HANDS[ground].lead;
    const task = await makeTask(world, ground);
    const submitted = await uploadAs(lead, { taskId: task }, SECRET_FILE + next());
    await submitProgress(await as(lead), {
      taskId: task,
      cycleId: cycleOf(ground),
      expectedVersion: 0,
      ...words(),
      evidenceIds: [submitted],
      idempotencyKey: formKey(),
    });
    const waitingTask = await makeTask(world, ground);
    const waiting = await uploadAs(lead, { taskId: waitingTask }, SECRET_FILE + next());
    // The zone's people are its head and the region's office: the office writes, the head signs.
    await paperWaiting(ground, 'PROGRESS', 'lead', { taskId: waitingTask, evidenceIds: [waiting] });
    const { slipId: signed } = await makeSlip(ground, 'SIGNED_FOR');
    const replied = await uploadAs(lead, { slipId: signed }, SECRET_FILE + next());
    const discarded = await uploadAs(lead, { taskId: task }, SECRET_FILE + next());
    await discardEvidence(await as(lead), { evidenceId: discarded });
    laid[ground] = {
      task,
      issued: (await makeSlip(ground, 'ISSUED')).slipId,
      draft: (await makeSlip(ground, 'DRAFT')).slipId,
      submitted,
      unsent: await uploadAs(lead, { taskId: task }, SECRET_FILE + next()),
      waiting,
      replied: await replyWith(ground, signed, replied),
      discarded,
    };
  }
}

async function replyWith(ground: Ground, slipId: number, evidenceId: string): Promise<string> {
  const { replySlip } = await import('@/lib/slips/slip-reply.commands');
  const step = { slipId, version: 4, idempotencyKey: formKey() };
  await replySlip(await as(HANDS[ground].lead), { ...step, text: '已制定整改措施。', evidenceIds: [evidenceId] });
  return evidenceId;
}

const roleOf = (key: ViewerKey) => VIEWERS[key].roles;

const upload = (query: () => string) => () =>
  new Request(`http://localhost/api/evidence?${query()}&name=${encodeURIComponent('说明.txt')}`, {
    method: 'POST',
    body: `办理情况${next()}`,
    headers: { 'sec-fetch-site': 'same-origin' },
  });
const link = (ground: Ground) => () => {
  const body = new FormData();
  body.append('evidenceTaskId', String(laid[ground].task));
  body.append('evidenceUrl', `https://example.gov.cn/${next()}`);
  body.append('evidenceTitle', '通知');
  const headers = { 'sec-fetch-site': 'same-origin', accept: 'application/json' };
  return new Request('http://localhost/api/evidence', { method: 'POST', body, headers });
};
const ofTask = (ground: Ground) => (key: ViewerKey) => {
  const relations = standsOn(key, ground);
  if (relations.length === 0) return 404;
  return mayByHand('evidence.upload', roleOf(key), relations) ? 201 : 403;
};

const uploads: readonly RouteAsk[] = [
  ...GROUNDS.flatMap((ground): RouteAsk[] => [
    {
      what: `a file for a task on the ground ${ground}`,
      method: 'POST',
      request: upload(() => `taskId=${laid[ground].task}`),
      statusOf: ofTask(ground),
    },
    {
      what: `a file for an issued slip on the ground ${ground}`,
      method: 'POST',
      request: upload(() => `slipId=${laid[ground].issued}`),
      statusOf: (key) => {
        if (!readsIssued(key, ground)) return 404;
        return answers(key, ground) || issues(key, ground) ? 201 : 403;
      },
    },
    {
      what: `a file for the draft of a slip on the ground ${ground}`,
      method: 'POST',
      request: upload(() => `slipId=${laid[ground].draft}`),
      // Nothing is answered before it is issued.
      statusOf: (key) => (!readsDraft(key, ground) ? 404 : issues(key, ground) ? 409 : 403),
    },
  ]),
  { what: 'a link for a task', method: 'POST', request: link('city'), statusOf: ofTask('city') },
];

const download = (what: string, id: () => string, statusOf: (key: ViewerKey) => number): RouteAsk => ({
  what,
  params: () => ({ evidenceId: id() }),
  statusOf,
});

const downloads: readonly RouteAsk[] = [
  ...GROUNDS.flatMap((ground): RouteAsk[] => {
    const ofUnit = (key: ViewerKey) => (speaksFor(key, GROUND[ground].lead) ? 200 : 404);
    return [
      download(
        `what a report on the ground ${ground} names`,
        () => laid[ground].submitted,
        (key) => (mayByHand('report.read', roleOf(key), standsOn(key, ground)) ? 200 : 404),
      ),
      download(`what nothing names yet on the ground ${ground}`, () => laid[ground].unsent, ofUnit),
      download(`what a paper waiting for the head names on the ground ${ground}`, () => laid[ground].waiting, ofUnit),
      download(
        `what the reply to a slip on the ground ${ground} names`,
        () => laid[ground].replied,
        (key) => (readsIssued(key, ground) ? 200 : 404),
      ),
      download(
        `what was taken back on the ground ${ground}`,
        () => laid[ground].discarded,
        () => 404,
      ),
    ];
  }),
  download('a guessed address', randomUUID, () => 404),
  download(
    'what is no address',
    () => '../../etc/passwd',
    () => 400,
  ),
];

export const EVIDENCE_ROUTES: RouteCases = {
  'app/api/evidence/route.ts': uploads,
  'app/api/evidence/[evidenceId]/route.ts': downloads,
  'app/api/evidence/viewer/[...path]/route.ts': [
    { what: 'the page of the frame', params: () => ({ path: ['frame'] }), statusOf: () => 200, isOpen: true },
    { what: 'what is not there', params: () => ({ path: ['..', 'frame'] }), statusOf: () => 404, isOpen: true },
  ],
};
