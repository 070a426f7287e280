import { type Day, dayOf, daysInMonth, lastDayOfMonth } from '../dates';
import { compactText } from '../text';
import type { DeadlinePart, Recurrence } from './deadline.schema';

export type { DeadlinePart, Recurrence } from './deadline.schema';

export type DeadlineReading = {
  /** The day by which the task is to be done; null where none is printed or none is certain. */
  dueOn: Day | null;
  /** Goes on without an end, or after `dueOn`. */
  ongoing: boolean;
  /** 立即推进, 及时推进. */
  startsAtOnce: boolean;
  /** Words that no other field holds, for people. */
  note: string | null;
  recurrence: Recurrence | null;
  /** Filled where a date is about a part only, is a stretch or a start, or is not the only one. */
  parts: DeadlinePart[];
  /** What a person must look at, in words for people. A value beside a question is the best reading, never a correction of the print. */
  questions: string[];
};

type DateHit = {
  text: string;
  label: string;
  tail: string;
  startsOn: Day | null;
  dueOn: Day;
  role: 'due' | 'start';
  isInBracket: boolean;
};

/** Longer cells hold something else than a deadline; brackets are read by recursion, so there has to be a limit. */
const LONGEST = 500;

const PREFIX =
  /^(?:(?:完成时限|完成时间|完成期限|完成日期|办结时限|办理时限|整改时限|时限要求|时间要求|时间节点|截止时间|截止日期|时限):?)+/;
const RELATIVE_YEARS: Record<string, number> = {
  去年: -1,
  上年: -1,
  今年: 0,
  本年: 0,
  当年: 0,
  明年: 1,
  次年: 1,
  后年: 2,
};
const YEAR = `(?:(?<year>\\d{4})年度?|(?<relative>${Object.keys(RELATIVE_YEARS).join('|')})度?的?)`;
/** Before a date without a year: not the middle of a number, of a damaged year, or of 两年内. */
const BARE = '(?<![\\d年度个第〇零一二三四五六七八九十两半几数多])';
const DATED = `(?:${YEAR}|${BARE})`;
const DATE_FORMS = [
  `(?<year>\\d{4})(?<mark>[./-])(?<month>\\d{1,2})\\k<mark>(?<day>\\d{1,2})日?(?!\\d)`,
  `(?<year>\\d{4})(?<mark>[./-])(?<month>\\d{1,2})(?:月份?(?:底|末)?)?(?!\\d)`,
  `${DATED}(?<month>\\d{1,2})月份?(?<day>\\d{1,2})[日号]`,
  `(?<![\\d.年])(?<month>\\d{1,2})\\.(?<day>\\d{2})(?=日?(?:以前|之前|前))`,
  `${DATED}(?<firstMonth>\\d{1,2})[-~至到](?<month>\\d{1,2})月份?(?:月?底|末)?`,
  `${DATED}(?<month>\\d{1,2})月份?(?<third>上旬|中旬|下旬|初|中|月?底|末)?`,
  `${DATED}第?(?<quarter>[一二三四1-4])季度(?:末|底)?`,
  `${DATED}(?<half>[上下])半年(?:末|底)?`,
  `(?:(?<year>\\d{4})年年?|(?<relative>${Object.keys(RELATIVE_YEARS).join('|')})年?|${BARE}年)(?<yearEnd>度?(?:底|末|内|终))`,
].map((source) => new RegExp(source, 'y'));
const RANGE_MARK = /[-~至到]/y;
const RANGE_END_DAY = /(?<day>\d{1,2})[日号]/y;
const RANGE_END_MONTH = /(?<month>\d{1,2})(?:月份?(?:底|末)?)?(?!\d)/y;

const DOING =
  '推进|坚持|跟踪|跟进|开展|组织实施|实施|推动|落实|抓好|做好|进行|执行|更新|深化|加强|优化|完善|巩固|保持|提升|整改|运行|调整|任务|工作|事项';
const ONGOING = new RegExp(
  `(?:并且|并|且|其后|此后|之后|然后|再)?(?:(?:\\d{4}年|今年|本年)?(?:贯穿)?全年度?|长期|持续|常态化?|长效化?|常年|(?:始终|一直|不断|动态)(?=${DOING}))(?:性|地)?(?:${DOING})*`,
  'y',
);
const CUT_OFF = /(?:长期|持续|常态化?|立即|及时)[推坚跟开实落执深做抓]$/y;
const AT_ONCE = new RegExp(
  `(?:立即|立刻|即刻|即时|及时|马上|第一时间)(?:${DOING}|启动|办理|办结|完成|到位|组织)+|立[行知查整]立改`,
  'y',
);
const RECURRENCE =
  /每个?(?<every>月度?|季度?|半年|年度?)(?:的?(?:(?<monthWord>最后[一1]个月|末月|首月|第?[一二三1-3]个月)|(?<month>\d{1,2})月份?))?的?(?:(?<day>\d{1,2})[日号]|(?<end>[月年]?[底末]))?(?:前|以前|之前)?(?:各|至少|定期)?(?:报送|上报|提交|报告|通报|公布|发布|更新|开展|召开|调度|汇总|完成|推进|报)?(?:[一1]次)?(?:工作)?(?:进展情况|进展|情况|数据)?/y;

const BEFORE_DATE =
  /^(?:其中|确保|务必|力争|争取|预计|计划|原则上|最迟|不晚于|不迟于|截止到|截止至|截止|截至|直至|须|需|应|于|在|到|至|自|从|并|且)+/;
const AFTER_LABEL =
  /(?:力争|确保|争取|预计|计划|最迟|不晚于|不迟于|截止到|截止至|截止|截至|直至|须|需|应|于|在|到|至|自|从)+$/;
const BY = /^(?:以前|之前|前|为止|止|内|之内)/;
const FROM = /^(?:起(?!草)|开始|以后|之后|后)/;
const DONE =
  /^(?:全部|全面|基本|确保|力争|须|需|应|予以)*(?:完成|办结|完毕|结束|到位|落实到位|整改到位|落地|见效|销号)?(?:整改|任务|工作|并)?$/;
/** Between two dates that are both meant: 5月和10月. */
const OR = /^(?:和|或|或者|及|以及|与)$/;
const FINISH = /^(?:全部|全面|基本|正式)*(?:完工|竣工|建成|投用|投入使用|投入运行|上线|交付|通车)/;
/** 全国两会召开前, 印发后30日内: counted from an event. */
const EVENT = /[前后内]$/;

const QUESTION = {
  long: () => '时限一栏文字过长，没有判读，请确认时限',
  empty: () => '时限一栏为空，请确认时限',
  none: () => '没有读出日期，也没有长期推进的字样，请确认完成时限',
  unread: (text: string) => `“${text}”未能识别，请核对原文`,
  damaged: (text: string) => `“${text}”不是确定的日期，请核对原文`,
  event: (text: string) => `“${text}”没有确定的日期，请确认完成时限`,
  many: (days: string[]) => `印有多个日期（${days.join('、')}），暂取最后一个，请确认`,
  partOnly: (text: string) => `日期只针对“${text}”，请确认整项任务的完成时限`,
  startOnly: (text: string) => `“${text}”只是开始的时间，请确认完成时限`,
  later: (text: string) => `“${text}”的日期晚于整项任务的完成时限，请核对`,
  cutOff: (text: string) => `“${text}”似有缺字，请核对原文`,
  twice: () => '同一时限印了两遍，请核对是否属于相邻的任务',
  month: (text: string) => `“${text}”可能是1月，也可能是10月，请核对原文`,
  rounds: (text: string) => `“${text}”一轮中有几个日期，请确认填报的周期`,
  year: (year: number) => `年份${year}与方案年度相差较大，请核对原文`,
};

/** 每年6月、12月底前: more days in the same round than a recurrence holds. */
const SEVERAL_ROUNDS = /每(?:个|年|季|月|半)[^,;。、]*[、和及](?=\d{1,2}(?:月|日|号)|[一二三四]季度)[^,;。]*/;

const CHINESE_DIGITS = '〇一二三四五六七八九';

/** 十四五 is the fourteenth five-year plan, 2021 to 2025. */
const FIVE_YEARS_END: Record<string, number> = { 三: 2020, 四: 2025, 五: 2030, 六: 2035 };

function chineseNumber(text: string): number {
  const [tens, ones] = text.includes('十') ? text.split('十') : ['0', text];
  const digit = (char: string | undefined, empty: number) => (char ? Math.max(CHINESE_DIGITS.indexOf(char), 0) : empty);
  return (tens === '0' ? 0 : digit(tens, 1) * 10) + digit(ones, 0);
}

/** No white space, half-width digits and punctuation, one dash, Arabic numbers in dates; the meaning of no word is touched. */
function tidy(raw: string): string {
  return compactText(raw.replace(/(\d{4}-\d{1,2}-\d{1,2})[T ]0{1,2}:00(?::00(?:\.0+)?)?Z?/g, '$1'))
    .replace(/[\uFF01-\uFF5E]/g, (char) => String.fromCharCode(char.charCodeAt(0) - 0xfee0))
    .replace(/[‐‑‒–—―─－]+|--+/g, '-')
    .replace(/[～〜]/g, '~')
    .replace(/[“"]?十([三四五六])五["”]?(?:规划)?(?:期?末|底)/g, (_, plan: string) => `${FIVE_YEARS_END[plan]}年底`)
    .replace(/\(含(?:当日|当天)?\)/g, '')
    .replace(/[〇零○Ｏ一二三四五六七八九]{4}(?=年)/g, (year) =>
      Array.from(year.replace(/[零○Ｏ]/g, '〇'), (char) => CHINESE_DIGITS.indexOf(char)).join(''),
    )
    .replace(/(?<![第个\d一二三四五六七八九十])(?:十[一二]?|[一二三四五六七八九])(?=月)/g, (month) =>
      String(chineseNumber(month)),
    )
    .replace(/(?<=[月的每])(?:三十一?|二?十[一二三四五六七八九]?|[一二三四五六七八九])(?=[日号])/g, (day) =>
      String(chineseNumber(day)),
    );
}

class Reader {
  readonly dates: DateHit[] = [];
  readonly questions: string[] = [];
  readonly notes: string[] = [];
  ongoing = false;
  startsAtOnce = false;
  recurrence: Recurrence | null = null;
  /** Something that may have been the date could not be read: then no other date stands in for it. */
  isDateUncertain = false;
  private carriedYear: number | null = null;
  private carriedDay: Day | null = null;

  constructor(private readonly planYear: number) {}

  ask(question: string): void {
    if (!this.questions.includes(question)) this.questions.push(question);
  }

  unread(text: string): void {
    if (/[\p{L}\p{N}]/u.test(text) === false) return;
    const hasDigits = /\d/.test(text);
    const isEvent = EVENT.test(text) && !/^\d/.test(text);
    if (isEvent) this.ask(QUESTION.event(text));
    else if (hasDigits) this.ask(QUESTION.damaged(text));
    else this.ask(QUESTION.unread(text));
    if (hasDigits || isEvent) this.isDateUncertain = true;
  }

  /** Clauses between separators; what stands in brackets is read as clauses of its own after its host. */
  readText(text: string, isInBracket: boolean): void {
    let depth = 0;
    let clause = '';
    let inner = '';
    const inside: string[] = [];
    const flush = () => {
      if (clause !== '') this.readClause(clause, isInBracket);
      clause = '';
      for (const bracket of inside.splice(0)) this.readText(bracket, true);
    };
    for (const char of text) {
      if (char === '(') {
        if (depth > 0) inner += char;
        depth += 1;
      } else if (char === ')' && depth > 0) {
        depth -= 1;
        if (depth > 0) inner += char;
        else inside.push(inner);
        if (depth === 0) inner = '';
      } else if (depth > 0) inner += char;
      else if (/[,;、。]/.test(char)) flush();
      else clause += char;
    }
    if (depth > 0) {
      this.ask(QUESTION.cutOff(`（${inner}`));
      inside.push(inner);
    }
    flush();
  }

  private readClause(clause: string, isInBracket: boolean): void {
    let at = 0;
    let gapFrom = 0;
    let last: DateHit | null = null;
    const takeGap = (): string => {
      const gap = clause.slice(gapFrom, at);
      if (!last) return gap;
      this.closeDate(last, gap);
      last = null;
      return '';
    };
    while (at < clause.length) {
      const date = this.matchDate(clause, at);
      if (date) {
        const label = takeGap();
        at = gapFrom = date.end;
        if (date.hit === null) {
          this.unread(label.replace(BEFORE_DATE, '').replace(AFTER_LABEL, ''));
          continue;
        }
        last = {
          ...date.hit,
          label: label.replace(BEFORE_DATE, '').replace(AFTER_LABEL, ''),
          tail: '',
          isInBracket,
          role: 'due',
        };
        this.dates.push(last);
        continue;
      }
      const word = this.matchWord(clause, at);
      if (word) {
        const gap = takeGap();
        this.unread(gap.replace(BEFORE_DATE, ''));
        word.take();
        at = gapFrom = word.end;
        continue;
      }
      at += 1;
    }
    const gap = takeGap();
    this.unread(gap.replace(/^其中/, ''));
  }

  /** What follows a date decides whether it is a due day, a start, or a milestone. */
  private closeDate(hit: DateHit, gap: string): void {
    let rest = gap.replace(BY, '');
    if (rest === gap && FROM.test(gap)) {
      hit.role = 'start';
      rest = gap.replace(FROM, '');
      if (!new RegExp(`^(?:${DOING}|施行|执行)*$`).test(rest)) this.unread(rest);
      return;
    }
    hit.tail = DONE.test(rest) || OR.test(rest) ? '' : rest;
  }

  private matchWord(clause: string, at: number): { end: number; take: () => void } | null {
    const match = (pattern: RegExp) => {
      pattern.lastIndex = at;
      return pattern.exec(clause);
    };
    const cut = match(CUT_OFF);
    if (cut) {
      const isAtOnce = /^(?:立即|及时)/.test(cut[0]);
      return {
        end: at + cut[0].length,
        take: () => {
          if (isAtOnce) this.startsAtOnce = true;
          else this.ongoing = true;
          this.notes.push(`原文为“${cut[0]}”`);
          this.ask(QUESTION.cutOff(cut[0]));
        },
      };
    }
    const recurrence = match(RECURRENCE);
    if (recurrence) return { end: at + recurrence[0].length, take: () => this.takeRecurrence(recurrence) };
    const ongoing = match(ONGOING);
    if (ongoing) {
      return {
        end: at + ongoing[0].length,
        take: () => {
          this.ongoing = true;
        },
      };
    }
    const atOnce = match(AT_ONCE);
    if (!atOnce) return null;
    return {
      end: at + atOnce[0].length,
      take: () => {
        this.startsAtOnce = true;
        if (!this.notes.includes(atOnce[0])) this.notes.push(atOnce[0]);
      },
    };
  }

  private takeRecurrence(match: RegExpExecArray): void {
    const fields = match.groups!;
    const every = fields.every!;
    const kind = every.startsWith('月')
      ? 'MONTHLY'
      : every.startsWith('季')
        ? 'QUARTERLY'
        : every === '半年'
          ? 'HALF_YEARLY'
          : 'YEARLY';
    const day = fields.day === undefined ? null : Number(fields.day);
    const word = fields.monthWord;
    let month: number | null = null;
    if (fields.month !== undefined) month = Number(fields.month);
    else if (word !== undefined && !/^(?:最后|末)/.test(word))
      month =
        word === '首月'
          ? 1
          : chineseNumber(word.replace(/[第个月]/g, '').replace(/\d/, (digit) => CHINESE_DIGITS[Number(digit)]!));
    const isMonthNamed = fields.month !== undefined || word !== undefined;
    const months = { MONTHLY: 1, QUARTERLY: 3, HALF_YEARLY: 6, YEARLY: 12 }[kind];
    const isUnclear =
      (day !== null && (day < 1 || day > 31)) ||
      (month !== null && (month < 1 || month > months)) ||
      (fields.month !== undefined && kind !== 'YEARLY') ||
      (kind === 'MONTHLY' && isMonthNamed) ||
      (kind !== 'MONTHLY' && day !== null && !isMonthNamed) ||
      (kind === 'YEARLY' && month !== null && day !== null && day > daysInMonth(2024, month)) ||
      this.recurrence !== null;
    if (isUnclear) {
      this.ask(QUESTION.damaged(match[0]));
      return;
    }
    this.recurrence = {
      kind,
      closingDay: day,
      closingMonth: month === months ? null : month,
      startsOn: null,
      text: match[0],
    };
  }

  /** A date at this place: its days, or hit null where the form is a date's and the day does not exist. */
  private matchDate(
    clause: string,
    at: number,
  ): { end: number; hit: Pick<DateHit, 'text' | 'startsOn' | 'dueOn'> | null } | null {
    // 2022年全年 and 每年12月 belong to the words, not to the dates.
    RECURRENCE.lastIndex = at;
    if (RECURRENCE.test(clause)) return null;
    for (const form of DATE_FORMS) {
      form.lastIndex = at;
      const match = form.exec(clause);
      if (!match) continue;
      let end = at + match[0].length;
      const year = this.yearOf(match.groups!);
      let span = this.spanOf(match.groups!, year);
      RANGE_MARK.lastIndex = end;
      if (match.groups!.firstMonth === undefined && RANGE_MARK.test(clause)) {
        const range = this.matchRangeEnd(clause, end + 1, match.groups!, year);
        if (range) {
          end = range.end;
          span =
            span && range.dueOn !== null && range.dueOn >= span.startsOn
              ? { startsOn: span.startsOn, dueOn: range.dueOn, isStretch: true }
              : null;
        }
      }
      const text = clause.slice(at, end);
      if (match.groups!.mark !== undefined && /[./-]1$/.test(match[0]) && match.groups!.day === undefined)
        this.ask(QUESTION.month(text));
      const isCarried =
        match.groups!.year === undefined && match.groups!.relative === undefined && this.carriedYear !== null;
      if (span === null || (isCarried && this.carriedDay !== null && span.dueOn < this.carriedDay)) {
        this.ask(QUESTION.damaged(text));
        this.isDateUncertain = true;
        return { end, hit: null };
      }
      if (match.groups!.year !== undefined || match.groups!.relative !== undefined) this.carriedYear = year;
      this.carriedDay = span.dueOn;
      if (Math.abs(Number(span.dueOn.slice(0, 4)) - this.planYear) > 10)
        this.ask(QUESTION.year(Number(span.dueOn.slice(0, 4))));
      return { end, hit: { text, startsOn: span.isStretch ? span.startsOn : null, dueOn: span.dueOn } };
    }
    return null;
  }

  private matchRangeEnd(
    clause: string,
    from: number,
    first: Record<string, string | undefined>,
    year: number,
  ): { end: number; dueOn: Day | null } | null {
    const month = Number(first.month);
    for (const form of DATE_FORMS) {
      // The mark between the two dates stands where a bare date wants no digit before it.
      form.lastIndex = from;
      const match = form.exec(clause);
      if (!match) continue;
      const fields = match.groups!;
      const endYear =
        fields.year !== undefined
          ? Number(fields.year)
          : fields.relative === '次年'
            ? year + 1
            : fields.relative !== undefined
              ? this.yearOf(fields)
              : year;
      this.carriedYear = endYear;
      return { end: from + match[0].length, dueOn: this.spanOf(fields, endYear)?.dueOn ?? null };
    }
    const short = first.day !== undefined ? RANGE_END_DAY : RANGE_END_MONTH;
    if (first.month === undefined || (first.day === undefined && first.mark === undefined)) return null;
    short.lastIndex = from;
    const match = short.exec(clause);
    if (!match) return null;
    const fields =
      first.day !== undefined ? { month: String(month), day: match.groups!.day } : { month: match.groups!.month };
    return { end: from + match[0].length, dueOn: this.spanOf(fields, year)?.dueOn ?? null };
  }

  private yearOf(fields: Record<string, string | undefined>): number {
    if (fields.year !== undefined) return Number(fields.year);
    if (fields.relative === '次年') return (this.carriedYear ?? this.planYear) + 1;
    if (fields.relative !== undefined) return this.planYear + RELATIVE_YEARS[fields.relative]!;
    return this.carriedYear ?? this.planYear;
  }

  private spanOf(
    fields: Record<string, string | undefined>,
    year: number,
  ): { startsOn: Day; dueOn: Day; isStretch: boolean } | null {
    if (year < 1900) return null;
    const whole = (firstMonth: number, lastMonth: number, isStretch = false) => ({
      startsOn: dayOf(year, firstMonth, 1),
      dueOn: lastDayOfMonth(year, lastMonth),
      isStretch,
    });
    if (fields.quarter !== undefined) {
      const quarter = '一二三四'.indexOf(fields.quarter) + 1 || Number(fields.quarter);
      return whole(quarter * 3 - 2, quarter * 3);
    }
    if (fields.half !== undefined) return fields.half === '上' ? whole(1, 6) : whole(7, 12);
    if (fields.yearEnd !== undefined) return whole(1, 12);
    const month = Number(fields.month);
    if (month < 1 || month > 12) return null;
    if (fields.firstMonth !== undefined) {
      const first = Number(fields.firstMonth);
      return first >= 1 && first <= month ? whole(first, month, true) : null;
    }
    if (fields.day !== undefined) {
      const day = Number(fields.day);
      if (day < 1 || day > daysInMonth(year, month)) return null;
      return { startsOn: dayOf(year, month, day), dueOn: dayOf(year, month, day), isStretch: false };
    }
    // 旬 are ten days each; 月初 and 月中 name no day.
    if (fields.third === '初' || fields.third === '中') return null;
    if (fields.third === '上旬')
      return { startsOn: dayOf(year, month, 1), dueOn: dayOf(year, month, 10), isStretch: false };
    if (fields.third === '中旬')
      return { startsOn: dayOf(year, month, 11), dueOn: dayOf(year, month, 20), isStretch: false };
    return whole(month, month);
  }
}

/** The first day a date names, for 2022年6月起. */
function firstDayOf(hit: DateHit): Day {
  return hit.startsOn ?? (/[日号]$|[./-]\d+[./-]\d+$/.test(hit.text) ? hit.dueOn : `${hit.dueOn.slice(0, 8)}01`);
}

/**
 * Reads a printed 完成时限. Months, quarters and years mean their last day; a date without a year is of the plan's year, or of the year named
 * before it in the same cell. Nothing is corrected: a date that does not exist, an event, or any words the grammar does not know become a question.
 */
export function readDeadline(raw: string, context: { year: number }): DeadlineReading {
  const reader = new Reader(context.year);
  let text = tidy(raw).replace(PREFIX, '');
  const isBlank = /^[-/.,;、。_*无]*$/.test(text);
  if (isBlank || text.length > LONGEST) {
    return {
      dueOn: null,
      ongoing: false,
      startsAtOnce: false,
      note: isBlank ? null : compactText(raw),
      recurrence: null,
      parts: [],
      questions: [isBlank ? QUESTION.empty() : QUESTION.long()],
    };
  }
  const twice = /^(.{4,}?)[,;、。]*\1$/.exec(text);
  if (twice) {
    text = twice[1]!;
    reader.notes.push('原文印了两遍');
    reader.ask(QUESTION.twice());
  }
  const rounds = SEVERAL_ROUNDS.exec(text)?.[0];
  if (rounds !== undefined) {
    text = text.replace(rounds, '');
    reader.ongoing = true;
    reader.notes.push(rounds);
    reader.ask(QUESTION.rounds(rounds));
  }
  reader.readText(text, false);

  const { dates, notes, recurrence } = reader;
  const starts = dates.filter((hit) => hit.role === 'start');
  const dues = dates.filter((hit) => hit.role === 'due');
  const aboutOf = (hit: DateHit) => `${hit.label}${hit.tail}`;
  const mains = dues.filter(
    (hit) => !hit.isInBracket && hit.label === '' && (hit.tail === '' || FINISH.test(hit.tail)),
  );
  const partials = dues.filter((hit) => !mains.includes(hit));
  for (const hit of partials) {
    const isCutDay = /^\d/.test(hit.tail);
    if (!isCutDay && !EVENT.test(hit.tail)) continue;
    reader.ask((isCutDay ? QUESTION.damaged : QUESTION.event)(`${hit.text}${hit.tail}`));
    reader.isDateUncertain = true;
  }

  const latest = (hits: DateHit[]) =>
    hits
      .map((hit) => hit.dueOn)
      .sort()
      .at(-1) ?? null;
  let dueOn = latest(mains) ?? latest(partials);
  const mainDays = [...new Set(mains.map((hit) => hit.dueOn))].sort();
  if (mainDays.length > 1) reader.ask(QUESTION.many(mainDays));
  if (mains.length === 0 && partials.length > 0 && !reader.isDateUncertain)
    reader.ask(QUESTION.partOnly(partials.map((hit) => aboutOf(hit) || hit.text).join('、')));
  for (const hit of partials) {
    if (mains.length > 0 && dueOn !== null && hit.dueOn > dueOn) reader.ask(QUESTION.later(aboutOf(hit) || hit.text));
  }
  if (reader.isDateUncertain) dueOn = null;

  const startsOn = starts.map(firstDayOf).sort()[0] ?? null;
  if (recurrence && startsOn !== null) recurrence.startsOn = startsOn;
  // A duty that comes back and has no end goes on.
  const ongoing = reader.ongoing || (recurrence !== null && dueOn === null && !reader.isDateUncertain);
  if (starts.length > 0 && dueOn === null && !ongoing)
    reader.ask(QUESTION.startOnly(starts.map((hit) => hit.text).join('、')));
  if (dueOn === null && !ongoing && reader.questions.length === 0) reader.ask(QUESTION.none());

  const isPlain = dates.length === 1 && mains.length === 1 && mains[0]!.startsOn === null && mains[0]!.tail === '';
  const parts: DeadlinePart[] = isPlain
    ? []
    : dates.map((hit) => ({
        text: aboutOf(hit) || null,
        startsOn: hit.role === 'start' ? firstDayOf(hit) : hit.startsOn,
        dueOn: hit.role === 'start' ? null : hit.dueOn,
      }));
  for (const hit of dates) {
    if (hit.role === 'start') notes.push(`自${hit.text}起`);
    else if (aboutOf(hit) !== '')
      notes.push(`${hit.isInBracket ? '其中' : ''}${hit.label ? `${hit.label}：` : ''}${hit.text}${hit.tail}`);
    else if (hit.startsOn !== null) notes.push(hit.text);
  }
  if (reader.questions.length > 0 && dates.length === 0 && notes.length === 0) notes.push(compactText(raw));

  return {
    dueOn,
    ongoing,
    startsAtOnce: reader.startsAtOnce,
    note: notes.length > 0 ? notes.join('；') : null,
    recurrence,
    parts,
    questions: reader.questions,
  };
}

/** '每月25日前', '每季度第1个月10日前', '每年6月底前'. */
export function recurrenceWords(recurrence: Recurrence): string {
  const { kind, closingDay, closingMonth } = recurrence;
  const every = { MONTHLY: '每月', QUARTERLY: '每季度', HALF_YEARLY: '每半年', YEARLY: '每年' }[kind];
  let month = '';
  if (kind === 'YEARLY') month = closingDay === null && closingMonth === null ? '' : `${closingMonth ?? 12}月`;
  else if (closingMonth !== null) month = `第${closingMonth}个月`;
  else if (kind !== 'MONTHLY' && closingDay !== null) month = '最后一个月';
  const day =
    closingDay === null
      ? kind === 'YEARLY' && month === ''
        ? '底'
        : month === '' && kind !== 'MONTHLY'
          ? '末'
          : '底'
      : `${closingDay}日`;
  return `${every}${month}${day}前`;
}

/** The reading in words: '2022-06-30 完成，其后长期推进', '长期推进（没有日期）', '时限待确认'. */
export function deadlineWords(
  deadline: Pick<DeadlineReading, 'dueOn' | 'ongoing'> & Partial<Pick<DeadlineReading, 'startsAtOnce' | 'recurrence'>>,
): string {
  const words: string[] = [];
  if (deadline.startsAtOnce) words.push('立即启动');
  if (deadline.dueOn !== null) {
    words.push(`${deadline.dueOn} 完成`);
    if (deadline.ongoing) words.push('其后长期推进');
  } else words.push(deadline.ongoing ? '长期推进（没有日期）' : '时限待确认');
  if (deadline.recurrence) words.push(`${recurrenceWords(deadline.recurrence)}填报`);
  return words.join('，');
}
