import { readDeadline } from '@/lib/deadlines/deadline.rules';
import type { Place } from '@/lib/imports/readers/source';
import { compactText } from '@/lib/text';

/** What a single line can be, judged by its words alone. */

/** `text` is trimmed; '' is a line of white space only, which can be the trace of a blank cell. */
export type Line = { text: string; block: number; place: Place };
export type UnitNames = { isUnitName(printed: string): boolean };

/** From the highest level down. */
export const HEADING_SHAPES = [
  { name: 'chapter', pattern: /^(?:[一二三四五六七八九十百]+、|第[一二三四五六七八九十百\d]+[章节部篇])\s*\S/ },
  { name: 'section', pattern: /^[（(][一二三四五六七八九十百]+[)）]\s*\S/ },
  { name: 'measure', pattern: /^([1-9]\d{0,2})\s*(?:[.．](?!\d)|、)\s*\S/ },
] as const;
export type HeadingShape = (typeof HEADING_SHAPES)[number]['name'];

const BARE_NUMBER = /^[（(]?\s*(\d{1,4})\s*[)）]?\s*[.．、]?$/;
const CIRCLED = /^[①-⑳]$/;
const SEPARATOR = /[、，,；;\s]/u;
const SENTENCE = /[。：:“”"《》〈〉%？！?!]/;
const SENTENCE_END = /[。；;！!？?”）)]$/;
const UNIT_END = new RegExp(
  `(?:${[
    '局|委|办|院|部|厅|室|会|处|科|股|站|所|队|署|社|馆|园|校|台|联|协|镇|乡|街道|政府|中心|公司|集团|银行|支行|分行|海关|机关|机构',
    '单位|部门|企业|科室|部位|组|专班|法庭|医院|学校|大学|学院|[各县市新]区|开发区|示范区|度假区|旅游区|园区|高新区|经开区|各县|各市|县市区|市州|办公厅|事务所|运营商|党工委|纪检组|支队|大队',
  ].join('|')})(?:等)?$`,
);
const DATE_WORD = /\d|年|月|季度|长期|持续|常态|立即|及时|全年|适时|同步|[前底末内]$/;

export function headingShape(text: string): HeadingShape | null {
  return HEADING_SHAPES.find((shape) => shape.pattern.test(text))?.name ?? null;
}

/** The number of a line that is nothing but a number (with stray marks); null for any other line. */
export function bareNumber(text: string): number | null {
  if (CIRCLED.test(text)) return text.charCodeAt(0) - 0x245f;
  const match = BARE_NUMBER.exec(text);
  return match ? Number(match[1]) : null;
}

export function measureNumber(heading: string): number | null {
  const match = HEADING_SHAPES[2].pattern.exec(heading);
  return match ? Number(match[1]) : null;
}

export function endsSentence(text: string): boolean {
  return SENTENCE_END.test(text);
}

/** Names of a list, never cut inside a bracket; where brackets do not pair they are no brackets. */
export function splitNames(text: string): string[] {
  const opens = text.match(/[（(]/g)?.length ?? 0;
  const closes = text.match(/[)）]/g)?.length ?? 0;
  let depth = 0;
  let name = '';
  const names: string[] = [];
  for (const char of text) {
    if (opens === closes && /[（(]/.test(char)) depth += 1;
    if (opens === closes && /[)）]/.test(char)) depth -= 1;
    if (depth <= 0 && SEPARATOR.test(char)) {
      names.push(name);
      name = '';
    } else name += char;
  }
  return [...names, name].filter((part) => part !== '');
}

function isUnitLike(name: string, units: UnitNames): boolean {
  if (units.isUnitName(name)) return true;
  const base = name.replace(/[（(][^（()）]*[)）]?/g, '').replace(/[)）]/g, '');
  return base.length >= 2 && base.length <= 22 && UNIT_END.test(base);
}

export function isUnitList(text: string, units: UnitNames): boolean {
  if (SENTENCE.test(text)) return false;
  const names = splitNames(text);
  const like = names.filter((name) => isUnitLike(name, units)).length;
  return names.length > 0 && like * 3 >= names.length * 2 && names.every((name) => name.length <= 30);
}

export function areKnownUnits(text: string, units: UnitNames): boolean {
  return splitNames(text).every((name) => units.isUnitName(name));
}

/** A list that goes on in the next line, or a line that goes on with the list before it. */
export function isListOpen(text: string): boolean {
  return /[、，,；;（(]$/.test(text);
}

export function continuesList(text: string): boolean {
  return /^[、，,；;（()）]/.test(text);
}

/** `end`: how the column's heading ends, and so the names in it: 组 or 专班. */
export function isGroupName(text: string, end: string): boolean {
  return text.endsWith(end) && text.length <= 14 && splitNames(text).length === 1 && !SENTENCE.test(text);
}

export function isDeadline(text: string, year: number): boolean {
  const isSentence = /。./.test(text) || (text.length > 20 && text.endsWith('。'));
  if (text.length > 60 || isSentence || !DATE_WORD.test(text)) return false;
  const reading = readDeadline(text, { year });
  const isRead =
    reading.dueOn !== null ||
    reading.ongoing ||
    reading.startsAtOnce ||
    reading.recurrence !== null ||
    reading.parts.length > 0;
  return isRead && (text.length <= 24 || reading.questions.length === 0 || isDoubled(text));
}

/** The same words twice, one behind the other. */
export function isDoubled(text: string): boolean {
  return /^(.{4,})\1+$/.test(compactText(text));
}

/** Short enough for a name or a date, and no sentence. */
export function isShortWords(text: string): boolean {
  return text.length <= 24 && !SENTENCE.test(text) && headingShape(text) === null && bareNumber(text) === null;
}
