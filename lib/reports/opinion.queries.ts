import 'server-only';
import { randomUUID } from 'node:crypto';
import type { Day } from '@/lib/dates';
import { countedUnits, mayDo } from '@/lib/rights/rights.queries';
import type { Actor } from '@/lib/server/auth/actor';
import { type Db, db } from '@/lib/server/db';
import type { TaskDetail } from '@/lib/tasks/task-detail.queries';
import { listSpeakingUnits } from './speaking-units.queries';

/** What a co-lead last said of a RESULT. */
export type OpinionView = {
  reportId: number;
  reportVersion: number;
  unitId: number;
  unitName: string;
  agrees: boolean;
  words: string;
  givenByWords: string;
  givenOn: Day;
};

/** The newest opinion of each co-lead on these reports up to a day, in protocol order; of a unit that has gone into another it is that one's. A plain reader for callers that have checked report.read. */
export async function listOpinions(reportIds: readonly number[], day?: Day, client: Db = db()): Promise<OpinionView[]> {
  if (reportIds.length === 0) return [];
  return client.$queryRaw<OpinionView[]>`
    WITH rollup AS MATERIALIZED (SELECT * FROM unit_rollup(coalesce(${day ?? null}::date, ledger_today())))
    SELECT * FROM (
      SELECT DISTINCT ON (o.report_id, coalesce(ru.counted_unit_id, o.unit_id)) o.report_id AS "reportId", o.report_version AS "reportVersion",
             coalesce(ru.counted_unit_id, o.unit_id) AS "unitId", u.name AS "unitName",
             o.agrees, o.words, o.given_by_words AS "givenByWords", o.given_on::text AS "givenOn", u.sort_order
        FROM colead_opinion o JOIN unit u ON u.id = o.unit_id LEFT JOIN rollup ru ON ru.unit_id = o.unit_id
       WHERE o.report_id = ANY(${[...reportIds]}::int[]) AND o.given_on <= coalesce(${day ?? null}::date, ledger_today())
       ORDER BY o.report_id, coalesce(ru.counted_unit_id, o.unit_id), o.id DESC) x
     ORDER BY x."reportId", x.sort_order, x."unitId"`;
}

/** The co-leads' part of a task's page. */
export type OpinionForm = {
  report: { id: number; version: number; unitName: string };
  opinions: OpinionView[];
  /** Leads that have said nothing yet. */
  silent: string[];
  /** The unit for which the viewer may give an opinion today; null: none. */
  unit: { id: number; name: string } | null;
  idempotencyKey: string;
};

/** What co-leads say of the RESULT under review; null where there is none, only one lead, or the viewer may not read reports. */
export async function findOpinions(actor: Actor, task: TaskDetail, day: Day): Promise<OpinionForm | null> {
  if (task.now.state !== 'UNDER_REVIEW' || !mayDo(actor, 'report.read', task.access.relations)) return null;
  const report = await db().progressReport.findFirst({
    where: { taskId: task.id, kind: 'RESULT', status: 'SUBMITTED' },
    include: { unit: { select: { name: true } } },
  });
  if (!report) return null;
  const [owner] = await countedUnits([report.unitId], day);
  const others = task.access.leadUnitIds.filter((id) => id !== owner);
  if (others.length === 0) return null;
  const [opinions, speaking, units] = await Promise.all([
    listOpinions([report.id], day),
    listSpeakingUnits(db(), actor, 'colead.opine', task.access, day),
    db().unit.findMany({
      where: { id: { in: others } },
      select: { id: true, name: true },
      orderBy: { sortOrder: 'asc' },
    }),
  ]);
  const mine = speaking.find((unit) => unit.isLead && others.includes(unit.unitId));
  return {
    report: { id: report.id, version: report.currentVersion, unitName: report.unit.name },
    opinions,
    silent: units.filter((unit) => !opinions.some((one) => one.unitId === unit.id)).map((unit) => unit.name),
    unit: units.find((unit) => unit.id === mine?.unitId) ?? null,
    idempotencyKey: randomUUID(),
  };
}
