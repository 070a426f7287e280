/** A deadline that stands in the sentence of a task instead of in a bracket: 2022年6月底前完成…, 年底前，… */

const NUMERAL = '[\\d０-９一二三四五六七八九十]';
const YEAR = '(?:(?:\\d{4}\\s*年|今年|明年|本年|当年)(?:度)?)';
/** The white space in front is the year's: a pattern that may begin with any of it takes for ever over a text of spaces. */
const MONTH = `(?:${NUMERAL}{1,2}\\s*月(?:\\s*\\d{1,2}\\s*日|\\s*${NUMERAL}{1,3}日|份)?)`;
const END = '(?:\\s*(?:年底|年末|底|末|初|上旬|中旬|下旬|上半年|下半年|第?[一二三四1-4]季度(?:末|底)?))';
const BEFORE = '(?:\\s*(?:之前|以前|前|内))';
const DATE = new RegExp(
  `(?:(?:${YEAR}\\s*)?${MONTH}${END}?${BEFORE}?|${YEAR}${END}${BEFORE}?|${YEAR}${BEFORE}|(?:年底|年末)${BEFORE}?|年内|(?:上半年|下半年|第?[一二三四1-4]季度(?:末|底)?)${BEFORE}?|${YEAR})`,
  'gu',
);
const FROM = /^\s*(?:起|以来|以后|之后|后|开始|至今|印发|发布|出台)/u;

export type SentenceDeadline = { words: string; isSure: boolean; others: string[] };

/** The date in the text that most looks like the task's deadline; null where none does. Unsure: several dates, or more than one sentence. */
export function findSentenceDeadline(text: string): SentenceDeadline | null {
  const dates = [...text.matchAll(DATE)].filter((match) => /\S/u.test(match[0]) && !isInTitle(text, match.index));
  const deadlines = dates.filter((match) => isDeadline(text, match));
  const chosen = deadlines.at(-1);
  if (!chosen) return null;
  const others = dates.filter((match) => match !== chosen).map((match) => match[0].trim());
  const after = text.slice(chosen.index + chosen[0].length);
  const sentences = text.split(/[。；;！？!?]/u).filter((sentence) => sentence.trim() !== '').length;
  const saysDone = /^(?:[，,]|(?:全部|全面|基本|力争)?(?:完成|建成|办结|实现))/u.test(after.trim());
  return { words: chosen[0].trim(), isSure: others.length === 0 && sentences === 1 && saysDone, others };
}

function isInTitle(text: string, index: number): boolean {
  const before = text.slice(0, index);
  return before.lastIndexOf('《') > before.lastIndexOf('》');
}

function isDeadline(text: string, match: RegExpMatchArray): boolean {
  const after = text.slice(match.index! + match[0].length);
  if (FROM.test(after)) return false;
  if (/(?:前|内)$/u.test(match[0])) return true;
  if (!/(?:月|日|底|末|半年|季度|旬)$/u.test(match[0].trim())) return false;
  return (
    /^\s*[，,]?\s*(?:全部|全面|基本|力争|确保)?(?:完成|建成|办结|实现|达到)/u.test(after) ||
    /底$|末$/u.test(match[0].trim())
  );
}
