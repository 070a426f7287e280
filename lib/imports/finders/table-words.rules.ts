import { compactText } from '@/lib/text';

/** The words of table headings and of sentences about who leads. */

/** How a document says who leads; `words`: the sentence. */
export type LeadRule = { kind: 'first' | 'before-first-comma'; words: string };

export type Kind =
  | 'seq'
  | 'problem'
  | 'area'
  | 'item'
  | 'step'
  | 'task'
  | 'detail'
  | 'indicator1'
  | 'indicator2'
  | 'points'
  | 'scoring'
  | 'group'
  | 'lead'
  | 'responsible'
  | 'support'
  | 'lead-and-responsible'
  | 'leader'
  | 'deadline';

const UNIT = '(?:单位|部门|科室|处室|机构|主体|股室)';
const UNITS = `${UNIT}(?:[及和、/与或]{0,1}${UNIT})?`;
const LEAD =
  '(?:牵头|主办|主责|首要责任|第一责任|主要责任|总牵头|牵头主办|牵头负责|牵头责任|责任牵头|牵头落实|牵头推进|牵头实施|牵头协调|牵头整改)';
const SUPPORT = '(?:配合|协办|协助|参与|参加|协同|协作|会办|配合责任|协同配合|参与配合|责任配合|配合参与)';
const RESPONSIBLE =
  '(?:责任|落实|承办|实施|完成|执行|承担|主管|负责|办理|整改|整改责任|责任落实|落实责任|具体责任|任务|具体落实|具体实施)';

/** The whole compact heading must match: a cell that only mentions a word is no heading. */
const KINDS: [Kind, RegExp][] = [
  ['seq', /^(?:任务|项目|事项|指标|问题|工作|清单)?(?:序号|编号|序)$|^(?:序|号|No\.?|NO\.?)$/],
  ['indicator1', /^(?:一级|1级|Ⅰ级)(?:考核|评价)?(?:指标|项目)$|^(?:考核|考评|评价|评分)(?:项目|指标|大类|类别)$/],
  ['indicator2', /^(?:二级|2级|Ⅱ级)(?:考核|评价)?(?:指标|项目)$/],
  ['points', /^(?:考核|考评|标准|基准|基础|指标|评分|赋分)?(?:分值|分数|满分|标准分|基础分|权重分|分值权重)$/],
  [
    'scoring',
    /^(?:考核|考评|评价)?(?:计分|评分|扣分|赋分|打分|记分|考核|考评|评价|加扣分)(?:方法|标准|细则|办法|规则|依据|方式)(?:及说明)?$/,
  ],
  ['group', /^(?:责任|牵头|工作|所属|负责)?(?:专项小?组|工作专班|专班|工作组|专项工作组|责任组)$/],
  [
    'deadline',
    /^(?:计划|预计|拟|要求|目标|任务|工作|整改|推进|落实)?(?:完成|办结|整改|落实|推进|截止|销号|办理完成)?的?(?:时限|时间|期限|日期|时间节点|时间要求|时限要求|时间安排|时间进度|进度要求|时间表|时序|时间期限|时间及要求|节点)$|^进度安排$|^完成时间及成果$|^(?:起止|起讫|实施|计划|办理|执行)(?:时间|日期|期限|时限)$/,
  ],
  [
    'leader',
    /^(?:市|区|县|州|省)?(?:委|政府)?(?:牵头|责任|分管|主管|包保|包联|联系|挂点|挂帅|挂钩|督导|负责|带班|领衔)(?:市|区|县|州|局|委|处|县级|市级|区级|责任|主要)?(?:领导|负责人|人|领导同志|负责同志|责任人|同志)$|^(?:责任人|负责人|责任领导及责任人|第一责任人|主要责任人|具体责任人|直接责任人|领导)$/,
  ],
  ['lead', new RegExp(`^${LEAD}(?:责任)?${UNITS}$|^牵头$|^主办$|^牵头人?方$`)],
  ['support', new RegExp(`^${SUPPORT}${UNITS}$|^(?:配合|协办|参与)$`)],
  [
    'lead-and-responsible',
    new RegExp(
      `^${LEAD}(?:${UNIT})?[及和、/与,，或]${'(?:'}${RESPONSIBLE}|${SUPPORT}${')'}${UNITS}$|^${RESPONSIBLE}(?:${UNIT})?[及和、/与,，或]${LEAD}${UNITS}$`,
    ),
  ],
  [
    'responsible',
    new RegExp(
      `^${RESPONSIBLE}${UNITS}$|^${UNIT}$|^责任$|^责任(?:单位|部门)?(?:和|及|、|/|与)?(?:责任人|负责人)$|^责任分工$|^${RESPONSIBLE}${UNIT}[及和、/与,，或]${SUPPORT}${UNITS}$`,
    ),
  ],
  [
    'area',
    /^(?:政策措施|政策举措|政策领域|重点方面|事项类别|工作板块|工作方面|改革方向|优化方向|攻坚方向|主题|环节|板块|方面|类型|类|项目|工作项目|评价指标|对应指标|指标名称|所属指标|指标|要素|任务大类|一级任务|一级目录)$|^(?:政策|改革|重点|工作|目标|任务|所属|涉及|环境|指标|评价)?(?:领域|类别|分类|维度)$|^(?:重点|专项|攻坚|优化|提升|主题)?(?:行动|工程|专题)(?:名称)?$|^(?:工作)?专项(?:名称|任务|工作)?$/,
  ],
  [
    'problem',
    /^(?:存在|反馈|突出|主要|具体|查摆|整改|发现)?的?(?:问题|短板|堵点|痛点|难点)(?:清单|描述|表现|不足|短板|和不足|及不足)?$|^(?:存在的?)?(?:短板不足|主要短板|差距|差距不足)$/,
  ],
  ['item', /^改革事项$/],
  ['step', /^(?:改革举措|改革措施|政策条款|改革任务名称)$/],
  [
    'task',
    /^(?:年度|本年度|主要|重点|工作|改革|目标|整改|督办|核心|具体工作|建设|创建|优化|重点改革|重点工作|主要工作|重点目标|攻坚|提升|试点)?(?:任务|任务事项|工作任务|改革任务|事项|任务名称|任务清单|任务项目|重点任务|任务目标)$|^(?:重点工作|主要工作|工作事项|任务名称|任务分工|事项名称|项目名称|工作名称|工作要点|主要事项|二级任务|目标任务|改革内容|改革事项名称|三级指标)$/,
  ],
  [
    'detail',
    /^(?:工作|任务|具体|考核|考评|评价|主要|改革|重点|具体工作|整改|主要工作|建设|重点工作|推进|落实|任务具体)?(?:内容|措施|举措|具体任务|具体内容|具体措施|具体举措|工作内容|工作措施|工作举措|任务内容|任务措施|任务举措|要点|内容及要求|内容和要求|内容及标准|内容与要求|指标内容|推进措施|落实措施|创新举措)$|^(?:具体任务|任务分解|具体事项|分解任务|细化任务|任务描述|具体工作|工作要求及内容|具体工作任务|具体改革任务|具体工作内容|考核要点|考核标准及内容|(?:推进|工作|实施|具体|分解)步骤|(?:分项|细分|阶段)任务|子任务)$/,
  ],
  ['task', /^(?!其他|其它|备注|注意|需|协调|说明|保障|支持)[\u4e00-\u9fff]{2,6}(?:任务|事项)$/],
];
/** Level of the headings that name the task itself or what stands above it: the highest holds the text. */
export const LEVELS: Partial<Record<Kind, number>> = { area: 1, item: 1.5, step: 2, task: 3, problem: 3, detail: 4 };

const LEAD_RULES: { kind: LeadRule['kind']; pattern: RegExp }[] = [
  {
    kind: 'before-first-comma',
    pattern: /第一个?[“"「]?(?:逗号|，|,)[”"」]?(?:之)?前.{0,8}(?:为|是|系|即).{0,4}(?:牵头|主办|主责)/,
  },
  {
    kind: 'before-first-comma',
    pattern: /(?:牵头|主办|主责)(?:单位|部门)?[”"]?(?:为|是|系|即).{0,12}第一个?[“"「]?(?:逗号|，|,)[”"」]?(?:之)?前/,
  },
  {
    kind: 'first',
    pattern:
      /(?:列|排|排列|排名|排序|位列|居|位居|列为|排在|列在)(?:在|于)?(?:第一位?|第1位?|首位|首个|最前面?|前面|第一个|首)(?:的|者)?(?:责任)?(?:单位|部门|科室)?[”"]?(?:均|即)?(?:为|是|系|作为).{0,8}(?:牵头|主办|主责)/,
  },
  {
    kind: 'first',
    pattern:
      /(?:第一个|第1个|首个|第一位|首位)(?:的)?(?:责任)?(?:单位|部门|科室)?[”"]?(?:均|即)?(?:为|是|系|作为).{0,8}(?:牵头|主办|主责)/,
  },
  { kind: 'first', pattern: /第一责任单位[”"]?(?:均|即)?(?:为|是|系|作为).{0,8}(?:牵头|主办)/ },
  {
    kind: 'first',
    pattern:
      /(?:牵头|主办|主责)(?:单位|部门|科室)[”"]?(?:列|排|排列|排名|为|是|系|均为).{0,10}(?:第一位?|第1|首位|最前|首个|第一个)/,
  },
];

/** The rule by which a sentence says who leads among several units ('列第一位的为牵头单位'); null where it says nothing of the kind. */
export function readLeadRule(text: string): LeadRule | null {
  for (const sentence of text.split(/[。；;！!\n]/)) {
    const compact = compactText(sentence);
    const rule = LEAD_RULES.find(({ pattern }) => pattern.test(compact));
    if (rule) return { kind: rule.kind, words: sentence.trim() };
  }
  return null;
}

/** The traditional characters that headings are written with. */
const SIMPLIFIED: Record<string, string> = Object.fromEntries(
  Array.from('號務單責時間領導牽頭舉內協辦參與級項門點節結則評標準體長計劃類業實據開執屬區處會組', (char, index) => [
    char,
    Array.from('号务单责时间领导牵头举内协办参与级项门点节结则评标准体长计划类业实据开执属区处会组')[index]!,
  ]),
);

/** '牵头单位（部门）：' → '牵头单位'; '1.重点任务' → '重点任务'. */
export function plainHeading(heading: string): string {
  const plain = heading
    .replace(/./gu, (char) => SIMPLIFIED[char] ?? char)
    .replace(/[（(〔[【][^（(〔[【）)〕\]】]*[）)〕\]】]/g, '')
    .replace(/^(?:\d{1,2}|[一二三四五六七八九十])[.、．]/, '')
    .replace(/[:：*※]+$/g, '');
  return plain === '' ? heading : plain;
}

/** 省级牵头单位 → 牵头单位. */
const LEVEL_PREFIX = /^(?:省|市|区|县|州|镇|局)(?:级|直|本级)?/;

/** What a heading means by itself; null where its words are unknown. */
export function kindOf(heading: string): Kind | null {
  const plain = plainHeading(heading);
  const forms = [plain, plain.replace(/名称$|列表$/, ''), plain.replace(LEVEL_PREFIX, '')];
  for (const form of forms) {
    const found = KINDS.find(([, pattern]) => pattern.test(form));
    if (found) return found[0];
  }
  return null;
}

const LIKELY: { kind: Kind; pattern: RegExp }[] = [
  { kind: 'deadline', pattern: /完成(?:时限|时间|期限|日期)|时限要求|时间要求|时间节点|办结时限|(?:时限|期限)$/ },
  { kind: 'lead', pattern: /(?:牵头|主办).*(?:单位|部门|科室)/ },
  { kind: 'responsible', pattern: /(?:责任|落实|承办|揭榜|认领|领办|包抓|主抓).*(?:单位|部门|科室)/ },
  { kind: 'support', pattern: /(?:配合|协办|参与).*(?:单位|部门|科室)/ },
  { kind: 'task', pattern: /任务|措施|举措/ },
  { kind: 'task', pattern: /工作内容|主要内容|具体内容|工作要求|事项/ },
];

/** What an unknown heading of one of these kinds most likely means, by a word in it: to be asked about. */
export function likelyKind(heading: string, kinds: readonly Kind[]): Kind | null {
  const plain = plainHeading(heading);
  if (plain.length > 16 || /(?:数|数量|个数|条数|合计|编号)$/.test(plain)) return null;
  return LIKELY.find(({ kind, pattern }) => kinds.includes(kind) && pattern.test(plain))?.kind ?? null;
}
