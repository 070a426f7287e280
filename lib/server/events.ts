import 'server-only';
import type { Day } from '@/lib/dates';
import type { Actor } from './auth/actor';
import { type Db, db, type Prisma, type Tx } from './db';

export type NewTaskEvent = Omit<
  Prisma.TaskEventUncheckedCreateInput,
  | 'id'
  | 'sequence'
  | 'recordedAt'
  | 'previousHash'
  | 'hash'
  | 'contentDigest'
  | 'actorId'
  | 'actorWords'
  | 'effectiveOn'
> & { effectiveOn: Day };

/** Days travel to Prisma as midnight UTC. */
export const toDate = (day: Day): Date => new Date(`${day}T00:00:00Z`);
export const fromDate = (date: Date): Day => date.toISOString().slice(0, 10) as Day;

/** Appends one event to a task's chain; the database sets sequence, time and hash, and refreshes the task's standing. */
export async function recordEvent(tx: Tx, actor: Actor | null, event: NewTaskEvent): Promise<void> {
  await tx.taskEvent.create({
    data: {
      ...event,
      effectiveOn: toDate(event.effectiveOn),
      actorId: actor?.accountId ?? null,
      actorWords: actor?.words ?? '系统',
    },
    select: { id: true },
  });
}

export type NewAuditEvent = {
  kind: string;
  subject: string;
  subjectId?: number | null;
  payload?: Prisma.InputJsonValue;
  isRefusal?: boolean;
};

/** Appends to the second trail: plan, unit and account events, and refusals. */
export async function recordAudit(client: Db, actor: Actor | null, event: NewAuditEvent): Promise<void> {
  const rows = await client.$queryRaw<{ today: string }[]>`SELECT ledger_today()::text AS today`;
  await client.auditEvent.create({
    data: {
      actorId: actor?.accountId ?? null,
      actorWords: actor?.words ?? '系统',
      kind: event.kind,
      subject: event.subject,
      subjectId: event.subjectId ?? null,
      isRefusal: event.isRefusal ?? false,
      payload: event.payload ?? {},
      effectiveOn: toDate(rows[0]!.today as Day),
    },
    select: { id: true },
  });
}

/** Records a refused action outside the transaction that was rolled back. */
export async function recordRefusal(
  actor: Actor | null,
  kind: string,
  subject: string,
  subjectId: number | null,
  code: string,
): Promise<void> {
  await recordAudit(db(), actor, { kind, subject, subjectId, isRefusal: true, payload: { code } });
}
