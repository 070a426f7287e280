import 'server-only';
import type { Day } from '@/lib/dates';
import { questionOpenOn } from '@/lib/plans/question.where';
import type { PlanAccess } from '@/lib/rights/rights.queries';
import { db } from '@/lib/server/db';

export type AssessmentUnitName = {
  printed: string;
  unitId: number | null;
  unitName: string | null;
  isCollective: boolean;
};

export type AssessmentLine = {
  id: number;
  row: number;
  seq: number;
  text: string;
  points: number;
  scoring: string;
  leads: AssessmentUnitName[];
  responsible: AssessmentUnitName[];
  deadlineText: string;
  dueOn: Day | null;
  questions: number;
};

export type IndicatorBlock = {
  id: number;
  name: string;
  points: number;
  rows: number;
  parts: { id: number; name: string; points: number; lines: AssessmentLine[] }[];
};

/** The doubt about the total that the document prints. */
export type TotalQuestion = { id: number; text: string; isOpen: boolean; answer: string | null };

export type AssessmentSheet = {
  blocks: IndicatorBlock[];
  rows: number;
  sum: number;
  totalQuestion: TotalQuestion | null;
};

type LineRow = Omit<AssessmentLine, 'leads' | 'responsible'> & {
  topId: number;
  topName: string;
  partId: number;
  partName: string;
  units: (AssessmentUnitName & { role: 'LEAD' | 'RESPONSIBLE' })[] | null;
};

/** The rows of scoring rules under their indicators, in the document's order, their questions as of a day. The caller has the right to read the plan. Two queries. */
export async function getAssessmentSheet(access: PlanAccess, day: Day): Promise<AssessmentSheet> {
  const [totalQuestion] = await db().$queryRaw<TotalQuestion[]>`
    SELECT q.id, q.text, ${questionOpenOn(day)} AS "isOpen", CASE WHEN NOT ${questionOpenOn(day)} THEN q.answer END AS answer
      FROM question q WHERE q.plan_id = ${access.planId} AND q.field = 'points' AND q.assessment_row_id IS NULL ORDER BY q.position LIMIT 1`;
  const rows = await db().$queryRaw<LineRow[]>`
    SELECT a.id, a.row, a.seq, a.text, a.points::float8 AS points, a.scoring, coalesce(a.deadline_raw, '') AS "deadlineText", a.due_on::text AS "dueOn",
           coalesce(up.id, i.id) AS "topId", coalesce(up.name, i.name) AS "topName", i.id AS "partId", i.name AS "partName",
           (SELECT count(*)::int FROM question q WHERE q.assessment_row_id = a.id AND ${questionOpenOn(day)}) AS questions,
           (SELECT json_agg(json_build_object('role', au.role, 'printed', au.printed, 'unitId', u.id, 'unitName', u.name, 'isCollective', au.collective_id IS NOT NULL)
                            ORDER BY au.role, au.position)
              FROM assessment_unit au LEFT JOIN unit u ON u.id = au.unit_id WHERE au.assessment_row_id = a.id) AS units
      FROM assessment_row a JOIN indicator i ON i.id = a.indicator_id LEFT JOIN indicator up ON up.id = i.parent_id
     WHERE a.plan_id = ${access.planId} ORDER BY a.row`;
  const blocks: IndicatorBlock[] = [];
  for (const { topId, topName, partId, partName, units, ...line } of rows) {
    let block = blocks.at(-1);
    if (block?.id !== topId) {
      block = { id: topId, name: topName, points: 0, rows: 0, parts: [] };
      blocks.push(block);
    }
    let part = block.parts.at(-1);
    if (part?.id !== partId) {
      part = { id: partId, name: partName, points: 0, lines: [] };
      block.parts.push(part);
    }
    const named = (role: 'LEAD' | 'RESPONSIBLE') => (units ?? []).filter((unit) => unit.role === role);
    part.lines.push({ ...line, leads: named('LEAD'), responsible: named('RESPONSIBLE') });
    part.points += line.points;
    block.points += line.points;
    block.rows += 1;
  }
  return {
    blocks,
    rows: rows.length,
    sum: blocks.reduce((total, block) => total + block.points, 0),
    totalQuestion: totalQuestion ?? null,
  };
}
