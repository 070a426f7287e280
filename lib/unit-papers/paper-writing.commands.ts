import 'server-only';
import type { Day } from '@/lib/dates';
import { settle, tell } from '@/lib/notices/notice.commands';
import { storedUnits } from '@/lib/rights/rights.queries';
import type { Actor } from '@/lib/server/auth/actor';
import type { Prisma, Tx } from '@/lib/server/db';
import { AppError } from '@/lib/server/errors';
import { recordEvent, toDate } from '@/lib/server/events';
import { ChangedFormError } from '@/lib/server/sent-form';
import { signersOf } from './head-signs.queries';

export type NewPaper = {
  unitId: number;
  kind: 'PROGRESS' | 'RESULT' | 'EXTENSION';
  /** What signing carries out. */
  input: Prisma.InputJsonObject;
  /** Two papers about the same thing never wait side by side: the cycle of a PROGRESS. */
  cycleId?: number;
  idempotencyKey: string;
};

export const PAPER_WORDS = { PROGRESS: '进展', RESULT: '办结申请', EXTENSION: '延期申请' } as const;
export const paperKey = (id: number, version: number) => `paper:${id}:${version}`;
export const sentBackKey = (id: number) => `paper_sent_back:${id}`;

/**
 * The paper a form has already made, where the same actor sent it before. Refuses: conflict (the form's key stands elsewhere, or the paper was withdrawn or sent
 * back since: the same form once more is then no repeat).
 */
export async function findSentPaper(
  tx: Tx,
  actor: Actor,
  taskId: number,
  idempotencyKey: string,
): Promise<number | null> {
  const paper = await tx.unitPaper.findUnique({ where: { idempotencyKey } });
  if (!paper) return null;
  if (paper.writtenById !== actor.accountId || paper.taskId !== taskId) throw new AppError('conflict');
  if (paper.status === 'WITHDRAWN' || paper.status === 'SENT_BACK') {
    const what = paper.status === 'WITHDRAWN' ? '撤回' : '被单位负责人退改';
    throw new ChangedFormError(
      `这份表单此前已经提交过，后来已${what}，这次没有提交。您填写的内容仍在下面；确要再次提交的，请再按一次。`,
    );
  }
  return paper.id;
}

/**
 * Lays what a reporter wrote before the head, within the transaction of the command that found it must be signed; rights are checked there. Sending the same
 * form twice gives the same paper. Returns its id. Refuses: conflict (as findSentPaper), invalid_state (one about the same thing waits, or nobody
 * could sign it).
 */
export async function writePaperIn(
  tx: Tx,
  actor: Actor,
  task: { id: number; today: Day },
  paper: NewPaper,
): Promise<number> {
  const sent = await findSentPaper(tx, actor, task.id, paper.idempotencyKey);
  if (sent !== null) return sent;
  const before = await tx.unitPaper.findMany({
    where: {
      taskId: task.id,
      // Those of a unit that has gone into it wait as its own.
      unitId: { in: await storedUnits([paper.unitId], task.today, tx) },
      kind: paper.kind,
      status: { in: ['WAITING', 'SENT_BACK'] },
      ...(paper.cycleId === undefined ? {} : { input: { path: ['cycleId'], equals: paper.cycleId } }),
    },
    include: { writtenBy: { select: { displayName: true } } },
    orderBy: { id: 'desc' },
  });
  const waiting = before.find((one) => one.status === 'WAITING');
  if (waiting) {
    throw new AppError(
      'invalid_state',
      `${waiting.writtenBy.displayName}已拟的${PAPER_WORDS[paper.kind]}正在等待单位负责人签发。需要修改的，请先撤回那一份再提交；您填写的文字已保留。`,
    );
  }
  const signers = await signersOf(tx, paper.unitId, task.today);
  if (signers.length === 0) {
    throw new AppError(
      'invalid_state',
      '本单位的材料须由单位负责人签发，但尚无单位负责人账号。请联系管理员；您填写的文字已保留。',
    );
  }
  const { id, version } = await tx.unitPaper.create({
    data: {
      taskId: task.id,
      unitId: paper.unitId,
      kind: paper.kind,
      input: paper.input,
      writtenById: actor.accountId,
      writtenOn: toDate(task.today),
      heldById: actor.accountId,
      idempotencyKey: paper.idempotencyKey,
    },
    select: { id: true, version: true },
  });
  await recordEvent(tx, actor, {
    taskId: task.id,
    type: 'PAPER_WRITTEN',
    effectiveOn: task.today,
    unitId: paper.unitId,
    payload: { kind: paper.kind, paperId: id },
  });
  await settle(
    tx,
    'paper_sent_back',
    before.map((one) => sentBackKey(one.id)),
  );
  const { text } = await tx.task.findUniqueOrThrow({ where: { id: task.id }, select: { text: true } });
  await tell(
    tx,
    signers.map((accountId) => ({
      accountId,
      kind: 'paper_to_sign' as const,
      key: paperKey(id, version),
      title: `${PAPER_WORDS[paper.kind]}待您签发`,
      body: text,
      href: `/papers#paper-${id}`,
      taskId: task.id,
    })),
  );
  return id;
}
