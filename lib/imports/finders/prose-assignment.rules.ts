import { maskBrackets, splitOutside } from './prose-text.rules';

/** What a bracket or a label line says about who and when: `（牵头单位：…；完成时限：…）`, `（…牵头，…配合）`, `（…按职责分工负责，6月底前完成）`. */

export type Role = 'lead' | 'responsible' | 'support' | 'deadline' | 'leader' | 'group' | 'extra';
/** `label`: the printed word that names the role; null where only its place and its words show it. */
export type Part = { role: Role; label: string | null; text: string };
/** `sign`: what shows that the words are meant so; 'units' and 'date' are words alone. `rest`: words that fit nothing. */
export type Assignment = {
  parts: Part[];
  rest: string[];
  /** 下同, 列第一位的为牵头单位: words about the brackets themselves. */
  remarks: string[];
  sign: 'label' | 'verb' | 'units' | 'date';
  /** Printed on the heading above the task. */
  from?: { heading: string; isFirst: boolean; count: number };
};

const UNIT_WORD = '(?:单位|部门|科室|处室|股室|机构|主体|责任单位|责任部门|责任科室|责任处室)';
const LABELS: [Role, RegExp][] = [
  ['leader', /(?:领导|责任人|负责人|牵头人|责任人员)$/u],
  ['group', /(?:专项组|专班|专项小组)$/u],
  ['lead', new RegExp(`(?:牵头|主办|主责|第一责任|首要责任)${UNIT_WORD}?$`, 'u')],
  ['support', new RegExp(`(?:配合|协办|协同|协作|协助|参与|参加|参建|支持|配合责任)${UNIT_WORD}?$`, 'u')],
  [
    'responsible',
    new RegExp(
      `^(?:[\\u4e00-\\u9fff]{0,4}(?:责任|承办|落实|实施|负责|执行)${UNIT_WORD}|责任分工|职责分工|任务分工|责任)$`,
      'u',
    ),
  ],
  ['deadline', /(?:时限|时间|期限|时间节点|节点|日期|时限要求|时间要求|时间安排|进度要求|进度安排|完成时点)$/u],
];

/** The role of a printed label; null: none that the form knows. */
export function labelRole(label: string): Exclude<Role, 'extra'> | null {
  const plain = label.replace(/\s+/gu, '');
  return (LABELS.find(([, pattern]) => pattern.test(plain))?.[0] as Exclude<Role, 'extra'> | undefined) ?? null;
}

/** Labels that are recognised without a colon, or in the middle of words whose separator is lost. */
const PLAIN_LABEL =
  '(?:(?:第一|首要)?(?:牵头|主办|主责|责任|配合|协办|协同|参与|参加|承办|落实|实施)(?:责任)?(?:单位|部门|科室|处室|股室)|(?:完成|办结|办理|整改|推进|落实|工作|截止)(?:时限|时间|期限)|时间节点|时限要求|时间要求|时间安排|进度要求|进度安排|完成节点|(?:责任|牵头|分管)领导|责任人|责任专项组)';
const COLON_LABEL = new RegExp(`(?:(?<=^|[；;，,。、\\s])[\\u4e00-\\u9fff]{2,12}|${PLAIN_LABEL})\\s*[：:]`, 'gu');
const BARE_LABEL = new RegExp(
  `(?<=^|[；;，,。\\s])${PLAIN_LABEL}[为是]?(?=\\s+\\S|[^\\s、，,；;。：:要应和及的负对与须需])`,
  'gu',
);

const WHOLE_LABEL = new RegExp(`^${PLAIN_LABEL}$`, 'u');

type Mark = { start: number; end: number; label: string; role: Role };

function findLabels(content: string): Mark[] {
  const masked = maskBrackets(content);
  const colons = [...masked.matchAll(COLON_LABEL)].map((match) => {
    const label = match[0].replace(/\s*[：:]$/u, '');
    return {
      start: match.index,
      end: match.index + match[0].length,
      label,
      role: labelRole(label) ?? ('extra' as const),
    };
  });
  const bare = [...masked.matchAll(BARE_LABEL)]
    .filter((match) => !colons.some((mark) => match.index < mark.end && mark.start < match.index + match[0].length))
    .flatMap((match): Mark[] => {
      const label = match[0].replace(/[为是]$/u, '');
      const role = labelRole(label);
      if (role === null) return [];
      // 责任单位由牵头单位统筹 is itself what is printed about the units.
      const keepsWords = /^由/u.test(masked.slice(match.index + match[0].length));
      const end = keepsWords ? match.index : match.index + match[0].length;
      return [{ start: match.index, end, label, role }];
    });
  return [...colons, ...bare].sort((a, b) => a.start - b.start);
}

/** Where a labelled list of units and dates begins without a bracket: at the start or behind a sentence; null where it does not. */
export function labelledTail(text: string): number | null {
  const masked = maskBrackets(text);
  const marks = [...masked.matchAll(COLON_LABEL)].filter((match) => {
    const before = masked.slice(0, match.index).trimEnd();
    const label = match[0].replace(/\s*[：:]$/u, '');
    const role = WHOLE_LABEL.test(label) ? labelRole(label) : null;
    const isBoundary = before === '' || before.length < match.index || /[。；;！？!?▓]$/u.test(before);
    return role !== null && isBoundary;
  });
  return marks[0]?.index ?? null;
}

/** Whether a line begins with a label of any kind: 牵头单位：…, 联系人：…, 完成时限 6月底. */
export function startsWithLabel(text: string): { role: Role } | null {
  const first = findLabels(text)[0];
  return first !== undefined && first.start === 0 ? { role: first.role } : null;
}

/** Whether a page break has cut a label: 责任|单位：…, 完|成时限：… */
export function isLabelCut(before: string, after: string): boolean {
  const rest = /^[\u4e00-\u9fff]{1,5}(?=\s*[：:])/u.exec(after)?.[0];
  if (rest === undefined) return false;
  return [1, 2, 3, 4].some((length) => WHOLE_LABEL.test(before.slice(-length) + rest) && before.length >= length);
}

const EDGES = /^[\s；;，,。、：:]+|[\s；;，,。、]+$/gu;
const trimEdges = (text: string) => text.replace(EDGES, '');

/** Reads the words of one bracket or label line; null where they are about something else. */
export function readAssignment(printed: string): Assignment | null {
  const { content, remarks } = takeRemarks(printed);
  const read = readContent(content);
  return read && { ...read, parts: read.parts.flatMap(takeMarkedLead), remarks };
}

const REMARK =
  /(?:^|[，,；;。\s])(?:(?:以)?下同|[^，,；;。：:]{0,6}(?:第一|首)(?:位|个|家|名)[^，,；;。]*(?:牵头|主办)[^，,；;。]*)(?=$|[，,；;。])/gu;

function takeRemarks(printed: string): { content: string; remarks: string[] } {
  const masked = maskBrackets(printed);
  const found = [...masked.matchAll(REMARK)].map((match) => ({ from: match.index, to: match.index + match[0].length }));
  const remarks = found.map(({ from, to }) => trimEdges(printed.slice(from, to)));
  const content = found.reduceRight((text, { from, to }) => text.slice(0, from) + text.slice(to), printed);
  return { content, remarks };
}

const LEAD_MARK = /[（(〔[]\s*(?:牵头|主办|牵头单位|主办单位|牵头部门|牵头负责)\s*[）)〕\]]/u;

/** 市发改委（牵头）、市财政局: the marked ones lead. */
function takeMarkedLead(part: Part): Part[] {
  if (!isUnitRole(part.role) || part.role === 'lead' || !LEAD_MARK.test(part.text)) return [part];
  const names = splitNames(part.text);
  const lead = names.filter((name) => LEAD_MARK.test(name)).map((name) => name.replace(LEAD_MARK, ''));
  const others = names.filter((name) => !LEAD_MARK.test(name));
  const leading: Part = { role: 'lead', label: '牵头', text: lead.join('、') };
  return others.length === 0 ? [leading] : [leading, { ...part, text: others.join('、') }];
}

type Content = Omit<Assignment, 'remarks'>;

function readContent(content: string): Content | null {
  const marks = findLabels(content);
  if (!marks.some((mark) => mark.role !== 'extra')) return readPlain(content);
  const parts: Part[] = [];
  const rest: string[] = [];
  const before = trimEdges(content.slice(0, marks[0]!.start));
  if (before !== '') {
    const plain = readPlain(before);
    if (plain) {
      parts.push(...plain.parts);
      rest.push(...plain.rest);
    } else rest.push(before);
  }
  marks.forEach((mark, index) => {
    const value = trimEdges(content.slice(mark.end, marks[index + 1]?.start ?? content.length));
    parts.push(...readLabelled(mark, value, marks));
  });
  return { parts, rest, sign: 'label' };
}

const isUnitRole = (role: Role) => role === 'lead' || role === 'responsible' || role === 'support';

function readLabelled(mark: Mark, value: string, marks: readonly Mark[]): Part[] {
  const whole: Part = { role: mark.role, label: mark.label, text: value };
  if (!isUnitRole(mark.role) || value === '') return [whole];
  const plain = readPlain(value);
  if (plain?.sign === 'verb' && plain.rest.length === 0)
    return plain.parts.map((part) =>
      part.role === 'responsible' ? { ...part, role: mark.role, label: mark.label } : part,
    );
  if (marks.some((other) => other.role === 'deadline')) return [whole];
  const { words, dates } = takeDates(value);
  if (dates === '' || words === '') return [whole];
  return [
    { ...whole, text: words },
    { role: 'deadline', label: null, text: dates },
  ];
}

const HOW = '(?:按照?|根据|依据?|依照)(?:各自)?(?:工作)?职(?:责|能)(?:和)?(?:分工)?(?:要求)?';
const DO =
  '(?:负责(?:落实|推进|实施|组织实施|办理)?|落实|推进|推动落实|组织实施|实施|抓好落实|抓落实|做好相关工作|抓总|组织|办理|做好|承担)';
const VERBS: [Role, RegExp][] = [
  ['lead', new RegExp(`(?:分别|共同|联合|具体|总|负责)?(?:牵头|主办|主抓|主责)${DO}?`, 'uy')],
  ['support', new RegExp(`(?:${HOW}|密切|共同|积极|协同)?(?:配合|协办|参与|参加|协同|协助|支持)${DO}?`, 'uy')],
  ['responsible', new RegExp(`${HOW}(?:各自|分别|共同|协同|具体)?${DO}?`, 'uy')],
  [
    'responsible',
    /(?:共同|分别|分工|具体|各自|组织|协同)?(?:负责(?:落实|推进|实施|组织实施|办理)?|抓落实|抓好落实|组织实施|承办)/uy,
  ],
  ['responsible', /(?<=[局委办院会处科部门位府等区县司心社镇乡道▓])(?:共同|具体|抓好)?(?:落实|推进|实施|办理|执行)/uy],
];
const CLAUSE_END = /\s*(?:$|[，,；;。、]|\s)/uy;

/** 市发改委牵头甲项，市财政局牵头乙项: what follows the verb is asked about. */
const ANYWHERE = /(?!单位|部门|科室|处室|人|领导|机构)/uy;

type Verb = { start: number; end: number; role: Role; words: string };

/** The verbs at the end of their clauses, outside of brackets. */
function findVerbs(content: string, ending: RegExp): Verb[] {
  const masked = maskBrackets(content);
  const verbs: Verb[] = [];
  for (let index = 0; index < masked.length; index += 1) {
    const verb = verbAt(masked, index, ending);
    if (verb === null) continue;
    verbs.push(verb);
    index = verb.end - 1;
  }
  return verbs;
}

function verbAt(masked: string, start: number, ending: RegExp): Verb | null {
  for (const [role, pattern] of VERBS) {
    pattern.lastIndex = start;
    const words = pattern.exec(masked)?.[0];
    if (words === undefined) continue;
    ending.lastIndex = start + words.length;
    if (ending.test(masked)) return { start, end: start + words.length, role, words };
  }
  return null;
}

/** Words without labels: verbs, or units and dates alone. */
function readPlain(content: string): Content | null {
  const verbs = findVerbs(content, CLAUSE_END);
  const read = verbs.length > 0 ? readVerbs(content, verbs) : readBare(content);
  return read ?? readVerbs(content, findVerbs(content, ANYWHERE));
}

function readVerbs(content: string, verbs: readonly Verb[]): Content | null {
  const parts: Part[] = [];
  const rest: string[] = [];
  const units: string[] = [];
  let from = 0;
  for (const verb of verbs) {
    const { words, dates } = takeDates(content.slice(from, verb.start));
    const named = trimEdges(words).replace(/^由/u, '');
    const object = trimEdges(/^[^，,；;。]*/u.exec(maskBrackets(content).slice(verb.end))?.[0] ?? '');
    from = verb.end + (/^[^，,；;。]*/u.exec(maskBrackets(content).slice(verb.end))?.[0].length ?? 0);
    if (object !== '') rest.push(content.slice(verb.start, from));
    if (dates !== '') parts.push({ role: 'deadline', label: null, text: dates });
    if (named === '') rest.push(verb.words);
    else parts.push(...readTogether(named, verb));
    units.push(named);
  }
  const { words, dates } = takeDates(content.slice(from));
  const tail = trimEdges(words);
  if (dates !== '') parts.push({ role: 'deadline', label: null, text: dates });
  if (tail !== '' && unitShare(tail) === 1) parts.push({ role: 'support', label: null, text: tail });
  else if (tail !== '') rest.push(tail);
  return unitShare(units.join('、')) < 0.5 ? null : { parts, rest, sign: 'verb' };
}

/** A会同B负责: A goes first, B with it. */
function readTogether(named: string, verb: Verb): Part[] {
  if (named.startsWith('会同')) return [{ role: 'support', label: '会同', text: trimEdges(named.slice(2)) }];
  const match = /^(.+?)会同(.+)$/u.exec(named);
  if (!match || verb.role === 'support') return [{ role: verb.role, label: verb.words, text: named }];
  return [
    { role: verb.role, label: verb.words, text: trimEdges(match[1]!) },
    { role: 'support', label: '会同', text: trimEdges(match[2]!) },
  ];
}

function readBare(content: string): Content | null {
  const { words, dates } = takeDates(content);
  const named = trimEdges(words);
  const deadline: Part[] = dates === '' ? [] : [{ role: 'deadline', label: null, text: dates }];
  if (named === '') return dates === '' ? null : { parts: deadline, rest: [], sign: 'date' };
  if (!splitNames(named).every(isPlainlyUnit)) return null;
  return { parts: [{ role: 'responsible', label: null, text: named }, ...deadline], rest: [], sign: 'units' };
}

/** Clauses that are a date or a duration, from wherever they stand; the other words keep their order and separators. */
function takeDates(content: string): { words: string; dates: string } {
  const masked = maskBrackets(content);
  const words: string[] = [];
  const dates: string[] = [];
  for (const match of masked.matchAll(/[^，,；;。]+[，,；;。]*/gu)) {
    const clause = content.slice(match.index, match.index + match[0].length);
    (isTimeClause(trimEdges(clause)) ? dates : words).push(clause);
  }
  return { words: trimEdges(words.join('')), dates: trimEdges(dates.join('')) };
}

const DATE_START =
  /^(?:力争|确保|于|在|到|截至)?(?:(?:20\d\d|今|明|本|当)\s*年|\d{1,2}\s*月|年底|年内|[上下]半年|第?[一二三四1-4]季度|每[年月季周])/u;

/** 第一季度完成方案, 2022年9月底前完成并报市优化办: what is to be done by then stays beside the date. */
function isTimeClause(clause: string): boolean {
  return isDateLike(clause) || isEvent(clause) || (DATE_START.test(clause) && !splitNames(clause).some(isPlainlyUnit));
}

const DATE_LETTERS =
  /^(?:[\d０-９年月日号底末前初旬份内起至到—–\-~～、.．/\s（）()]|今年|明年|本年|当年|上年|次年|年度|上半|下半|半年|中旬|上旬|下旬|第?[一二三四1-4]季度?|季度|每|全|长期|常年|持续|常态化|推进|坚持|实施|执行|开展|落实|进行|立即|及时|马上|即时|适时|同步|完成|办结|建成|力争|确保|之前|以前|底前|其中|个|工作日|天|周|小时|动工|开工|启动|最后|上报|并)+$/u;
const DATE_SIGN =
  /\d\s*月|年底|年末|年内|年中|\d{4}\s*年|季度|半年|长期|持续|常年|常态化|全年|立即|及时|马上|即时|适时|每[年月周]|工作日/u;

/** 2022年6月底前完成, 立即推进, 长期坚持, 第二季度, 年内. */
export function isDateLike(text: string): boolean {
  return DATE_LETTERS.test(text) && DATE_SIGN.test(text);
}

/** 全国两会召开前, 文件印发后一个月内: a day that depends on something else. */
function isEvent(text: string): boolean {
  return (
    text.length > 3 && /(?:前|后|内)(?:完成|办结)?$/u.test(text) && !isUnitLike(text.replace(/(?:完成|办结)$/u, ''))
  );
}

export function splitNames(text: string): string[] {
  return splitOutside(text, /[、，,；;。\s]+|(?<=[局委办院司府位门科站处会心区县])[和及与](?=[市区县省各局])/gu);
}

const UNIT_END =
  /(?:局|委|办|院|中心|公司|集团|政府|部门|单位|科|科室|处室|股|站|处|会|部|厅|署|银行|支行|分行|支队|大队|总队|所|室|区|县|市|州|镇|乡|街道|办事处|机关|工商联|残联|妇联|科协|社科联|文联|侨联|海关|专班|组|馆|学校|学院|大学|医院|电视台|报社|园区|法庭|团市委|总工会|协会|机构|企业|企事业|电网|联通|电信|移动|铁塔|武警|军分区|人武部|国动办)$/u;
const UNIT_START = /^(?:各|有关|相关|市|区|县|省|州|旗|镇|乡|国家|全[市区县省]|局|本局|机关|人行|中国)/u;
const NO_UNIT = /[“”"‘’《》\d%％：:？?！!]|^(?:如|例如|含|包括|即|指|比如|其中|不含|下同|以下)|的$/u;

function bareName(name: string): string {
  return name
    .replace(/[（(〔[【][^）)〕\]】]*[）)〕\]】]?/gu, '')
    .replace(/等$/u, '')
    .trim();
}

/** Looks like the name of a unit, for words that a verb or a label already ties to units. */
function isUnitLike(name: string): boolean {
  const plain = bareName(name);
  return (
    plain.length >= 2 && plain.length <= 40 && !NO_UNIT.test(plain) && (UNIT_END.test(plain) || UNIT_START.test(plain))
  );
}

/** Is beyond ordinary words the name of a unit: 市发改委, 各区, 建筑市场监管科. */
function isPlainlyUnit(name: string): boolean {
  const plain = bareName(name);
  if (!isUnitLike(name) || plain.length > 24) return false;
  if (/(?:办|会|处|组|区|市|县|所|站|部|室|院|企业|镇|乡|街道|机构|州)$/u.test(plain))
    return UNIT_START.test(plain) && (plain.length > 2 || /^各/u.test(plain));
  return UNIT_END.test(plain) && plain.length > 2;
}

function unitShare(text: string): number {
  const names = splitNames(text);
  return names.length === 0 ? 0 : names.filter(isUnitLike).length / names.length;
}

/** 由市发改委牵头，市财政局配合。: a whole sentence of the text that says who does it. */
export function readSentence(sentence: string): Assignment | null {
  if (!/^由|牵头/u.test(sentence)) return null;
  const read = readAssignment(sentence);
  if (read?.sign !== 'verb' || read.rest.length > 0) return null;
  const units = read.parts.filter((part) => isUnitRole(part.role));
  return units.every((part) => splitNames(part.text).every(isPlainlyUnit)) ? read : null;
}

/** Words that are nothing but names of units. */
export function isUnitList(text: string): boolean {
  const names = splitNames(trimEdges(text));
  return names.length > 0 && names.every(isPlainlyUnit);
}
