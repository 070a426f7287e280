import { startsAtOnce } from '@/lib/imports/list.rules';
import type { Reading, ReadQuestion, ReadRow } from './reading.schema';

/** `lead: 这一行没有牵头单位…`: each flag begins with the field it asks about. */
const flagOf = ({ field, text }: ReadQuestion): string => `${field}: ${text}`;

/**
 * A reading in the form of seeds/lists/*.json (seeds/SCHEMA.md). A field that could not be read is null and has a flag; what concerns the
 * document stands in `anomalies`, questions before notices.
 */
export function listJson(reading: Reading): unknown {
  const { document, rows, questions, notices, leadRule } = reading;
  const { printedTotal, noticeTitle, regionCode: _regionCode, ownerUnitName: _ownerUnitName, ...facts } = document;
  const isAssessment = document.kind === 'assessment';
  const ofRow = Map.groupBy(questions, (question) => question.row);
  return {
    document: {
      ...facts,
      ...(noticeTitle === null ? {} : { noticeTitle }),
      ...(isAssessment && printedTotal !== null ? { printedTotal } : {}),
    },
    tasks: rows.map((row, index) => rowJson(row, index, isAssessment, ofRow.get(index) ?? [])),
    anomalies: [
      ...(ofRow.get(null) ?? []).map(flagOf),
      // Where it is asked, the question stands above.
      ...(['lead-column', 'asked'].includes(leadRule.kind) ? [] : [`lead: ${leadRule.words}`]),
      ...notices,
      ...reading.leftOver.map(({ place, text }) => `未归入字段（${place}）：${text}`),
    ],
  };
}

function rowJson(row: ReadRow, index: number, isAssessment: boolean, questions: readonly ReadQuestion[]): unknown {
  const { source: _source, indicator1, indicator2, points, scoring, extra, seq, deadline, ...rest } = row;
  // As in the committed lists: where the note says 立即推进, the mark says nothing more.
  const { startsAtOnce: isAtOnce, ...printed } = deadline;
  const isNoted = startsAtOnce({ ...printed, startsAtOnce: undefined });
  return {
    seq,
    ...(isAssessment ? { row: index + 1, indicator1, indicator2, points, scoring } : {}),
    ...rest,
    deadline: isAtOnce && !isNoted ? deadline : printed,
    ...(Object.keys(extra).length > 0 ? { extra } : {}),
    flags: questions.map(flagOf),
  };
}
