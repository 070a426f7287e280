import { type Day, dayOf, daysInMonth } from '../dates';
import { compactText } from '../text';

/** What the cells of a workbook kept until now say of a task. Nothing is guessed: a doubt is a question, and then no value stands beside it. */

export type ReadDayResult = { day: Day | null; question: string | null };

const DIGITS: Record<string, string> = {
  〇: '0',
  零: '0',
  一: '1',
  二: '2',
  三: '3',
  四: '4',
  五: '5',
  六: '6',
  七: '7',
  八: '8',
  九: '9',
};

/** 二〇二二年 → 2022年, 十二月 → 12月, full-width digits → half-width. */
function tidy(text: string): string {
  return compactText(text)
    .normalize('NFKC')
    .replace(/[〇零一二三四五六七八九]{4}(?=年)/g, (year) => Array.from(year, (char) => DIGITS[char]).join(''))
    .replace(/([一二三四五六七八九])?十([一二三四五六七八九])?(?=[月日号])/g, (_, tens: string, ones: string) =>
      String((tens ? Number(DIGITS[tens]) : 1) * 10 + (ones ? Number(DIGITS[ones]) : 0)),
    )
    .replace(/[一二三四五六七八九](?=[月日号])/g, (digit) => DIGITS[digit]!);
}

const FULL = /(\d{4})(?:年|[-./])(\d{1,2})(?:月|[-./])(\d{1,2})(?:日|号)?(?!\d)/g;
const COMPACT = /(?<!\d)(20\d{2})(\d{2})(\d{2})(?!\d)/g;
const MONTH_DAY = /(?<![\d年])(\d{1,2})月(\d{1,2})[日号]/g;

function existing(year: number, month: number, day: number): Day | null {
  return month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month) ? dayOf(year, month, day) : null;
}

/** The one whole day a text prints; a month without a day, a day without a year, or several days are asked about. */
export function readDay(text: string, planYear: number): ReadDayResult {
  const plain = tidy(text).replace(/00:00(?::00)?$/, '');
  if (plain === '' || /^[-—–/无]+$/.test(plain)) return { day: null, question: null };
  const hits = [...plain.matchAll(FULL), ...plain.matchAll(COMPACT)];
  const days = new Set(hits.map(([, year, month, day]) => existing(Number(year), Number(month), Number(day))));
  if (days.has(null)) return { day: null, question: `“${text.trim()}”不是确定的日期` };
  if (days.size === 1) return { day: [...days][0]!, question: null };
  if (days.size > 1) return { day: null, question: `“${text.trim()}”印有多个日期` };
  const [short] = [...plain.matchAll(MONTH_DAY)];
  if (short) {
    const day = existing(planYear, Number(short[1]), Number(short[2]));
    return { day: null, question: day ? `“${text.trim()}”没有年份，是否为 ${day}` : `“${text.trim()}”不是确定的日期` };
  }
  if (/\d{1,2}月|季度|半年|年底|\d{4}[年.-]/.test(plain)) return { day: null, question: `“${text.trim()}”没有印到日` };
  return { day: null, question: null };
}

/** 截至2022年8月31日, at the head of what was reported. */
export function readReportedOn(text: string, planYear: number): Day | null {
  const plain = tidy(text);
  const match = /截(?:至|止)(?:到|至)?((?:\d{4}年)?\d{1,2}月\d{1,2}[日号]|\d{4}[-./]\d{1,2}[-./]\d{1,2})/.exec(plain);
  return match ? readDay(match[1]!, planYear).day : null;
}

export type ReadPercentResult = { percent: number | null; question: string | null };

const PERCENT = /(?<![\d.])(\d{1,3}(?:\.\d+)?)%/g;

/** 80% or, in a column of per cents, 80; two different per cents, or 0.8, are asked about. */
export function readPercent(text: string, isPercentColumn: boolean): ReadPercentResult {
  const plain = tidy(text);
  const found = new Set([...plain.matchAll(PERCENT)].map(([, number]) => Number(number)));
  if (found.size === 0 && isPercentColumn && /^\d{1,3}$/.test(plain)) found.add(Number(plain));
  if (found.size === 0) {
    const isShare = isPercentColumn && /^0?\.\d+$/.test(plain);
    return { percent: null, question: isShare ? `“${text.trim()}”是否为百分比` : null };
  }
  if (found.size > 1) return { percent: null, question: isPercentColumn ? `“${text.trim()}”有多个百分比` : null };
  const percent = Math.round([...found][0]!);
  if (percent > 100) return { percent: null, question: `“${text.trim()}”超过 100%` };
  return { percent, question: null };
}

/** What a cell says of the state: achieved, going on, not begun, given up, or in words that leave it open. */
export type SaidState = 'achieved' | 'in_progress' | 'not_started' | 'stopped' | 'doubt' | null;

const NOT_BEGUN =
  /^(?:暂|尚|还|目前)?(?:未|没有|没)(?:启动|开展|开始|实施|推进|动工|开工)|^(?:待|拟)(?:启动|开展|实施)|^未启动/;
const GOING_ON =
  /^(?:(?:正在|正|有序|有力|稳步|持续|长期|常态化?|序时|按序时|加快|扎实|积极|同步)*(?:推进|开展|实施|办理|落实|进行|建设)(?:中|之中|阶段|进度)?|进行中|在办|办理中|在建|推进中|长期坚持|长期|持续|序时进度|达到序时|已启动|已开展)$/;
const DONE =
  /^(?:任务|工作|该项|本项|此项|目标|均|都|现|目前)*(?:已|已经|均已|全部|全面|已全部|已全面|按期|按时|如期|提前|已按期|已按时|已提前)*(?:完成|办结|完结|销号|达标|达到目标|完成并长期坚持|完成并持续推进|完成任务|落实到位)(?:了|任务|工作|目标|并长期坚持|并持续推进|,?长期坚持|,?持续推进)?$/;
/** 已完成100%, 完成率100%, 100%完成: the whole cell or clause; 网办率100% speaks of something else. */
const WHOLLY_DONE =
  /^(?:任务|工作|目标|总体|整体|目前|现|均|已|全部)*(?:(?:完成|办结)(?:进度|率|度|比例|程度|情况)?(?:已|为|是|达|达到|:)*100%|100%(?:完成|办结))(?:了|任务|工作|目标)?$/;
const DONE_BY_PER_CENT = /(?:完成|办结|进度|进展)[^。;；,，]{0,6}100%|100%(?:完成|办结)/;
/** Of the task itself: 已取消, 因政策调整，不再推进. 取消3项审批 is what a task does. */
const STOPPED =
  /^(?:该|本|此)?(?:项)?(?:任务|工作|事项|项目)?(?:已|拟|暂|现|被|建议|申请|经研究|因故|因政策(?:调整|变化)|省级|上级|予以)*(?:取消|终止|中止|暂停|停止|暂缓|搁置|撤销|废止|作废|停滞)(?:了|该|本|此)*(?:项)?(?:任务|工作|事项|项目|推进|实施|开展|执行|办理)*$|不再(?:推进|实施|开展|执行|办理|列入|作为)|(?:不|无需|不需|不予|无法)(?:推进|实施|开展|执行|办理)/;
const HALF_DONE = /基本|部分|阶段性|初步|大部分|绝大部分|主体|即将|预计|拟|力争|争取|计划|待|尚未|未|没有|没|差/;

/** A short cell: 已完成, 推进中, 是, √. */
export function readStatusCell(text: string): SaidState {
  const plain = tidy(text)
    .replace(/[。.;；!！]+$/, '')
    .replace(/，/g, ',');
  if (plain === '' || /^[-—–/]+$/.test(plain)) return null;
  if (/^(?:是|√|✓|✔|☑|100%|Y|yes)$/i.test(plain)) return 'achieved';
  if (STOPPED.test(plain)) return 'stopped';
  if (NOT_BEGUN.test(plain)) return 'not_started';
  if (/^(?:否|×|✗|✘|x|未完成|没有完成|未办结|N|no)$/i.test(plain)) return 'doubt';
  if (DONE.test(plain) || WHOLLY_DONE.test(plain)) return 'achieved';
  if (GOING_ON.test(plain)) return 'in_progress';
  const percent = readPercent(plain, false).percent;
  if (percent !== null && percent > 0 && percent < 100) return 'in_progress';
  if (percent === 0) return 'doubt';
  return null;
}

/** Full sentences: the task is done only where a sentence says so of the task as a whole; 已完成初稿 is a step. */
export function readNarrative(text: string): SaidState {
  const whole = readStatusCell(text);
  if (whole !== null) return whole;
  const plain = tidy(text).replace(/，/g, ',');
  if (plain === '' || /^[-—–/无]+$/.test(plain)) return null;
  const sentences = plain.split(/[。;；!！]/).filter(Boolean);
  const clauses = sentences.flatMap((sentence) => sentence.split(/[,、:：]/)).filter(Boolean);
  const says = new Set(clauses.map(readStatusCell));
  if (says.has('stopped')) return 'stopped';
  if (NOT_BEGUN.test(plain)) return says.has('achieved') ? 'doubt' : 'not_started';
  const isUnderWay = /正在|推进中|进行中|持续(?:推进|开展)|下一步|尚未|仍在|加快推进|有序推进|稳步推进/.test(plain);
  if (says.has('achieved')) return isUnderWay || HALF_DONE.test(plain) ? 'doubt' : 'achieved';
  if (DONE_BY_PER_CENT.test(plain)) return 'doubt';
  if (says.has('in_progress') || isUnderWay) return 'in_progress';
  // A step or the whole: only who knows the task can tell.
  if (/完成|办结|达标/.test(plain)) return 'doubt';
  if (/已|开展|推进|实施|制定|印发|建立|组织|启动|落实/.test(plain)) return 'in_progress';
  return 'doubt';
}
