/** What the form of a printed name tells where no registry can: heads (市…), tails (…局), and words that name no unit. */

/** 市, 区 … as the head of a name; not 市场监管局, 市政工程处, 区域合作办. */
const HEAD =
  '(?:省(?!级|内)|市(?!场|政(?!府|协|数|务|法)|容|民(?!政|宗|族)|长|内|级)|区(?!域|块|内|级)|县(?!域|内|级)|州(?!级)|旗|盟)';
const TAIL =
  '(?:局|委|办|办公室|厅|部|处|科|室|站|所|队|院|馆|台|联社|供销社|报社|厂|校|银行|支行|分行|商行|中支|[车工机电]务段|中心|公司|集团|海关|机关|学校|委员会|会|联|协|组|团|专班|热线|运营商|庭|政府|办事处|单位|部门|机构|企业|开发区|园区|新区|示范区|乡镇|街道|[区县镇乡])';

const STARTS_WITH_HEAD = new RegExp(`^${HEAD}`);
const ENDS_WITH_TAIL = new RegExp(`${TAIL}$`);
const FULL_UNIT = new RegExp(`^(?:${HEAD}|全[省市区县]|各).*${TAIL}$`);
const COLLECTIVE = /(?:单位|部门|机构|企业|科室)$/;
/** Common names of departments without head and tail: 市发改 may be a whole name. */
const STEMS =
  '(?:发展改革|发改|教育|体育|教体|科技|科经|经信|工信|公安|民政|司法|财政|人社|自规|自然资源|自然资源和规划|生态环境|环保|住建|城管|交通|交通运输|水利|水务|农业农村|农业|林业|商务|文旅|文体|文化|旅游|卫健|卫生|应急|应急管理|审计|国资|市场监管|统计|医保|金融|信访|税务|气象|行政审批|审批|政数|大数据|人防|消防|供电|供水|烟草|邮政|组织|宣传|统战|编办|政法|科协|残联|妇联|工商联|总工会|团委|法院|检察院|人大|政协)';
const STEM = new RegExp(`^${STEMS}$`);
/** Kinds of bodies, as in 各镇、街道. */
const KIND = /^(?:街道|乡镇|社区|园区|海关|银行|高校|学校|院校|医院|企业|商会)$/;
/** Names that stand for a unit only behind another word. */
const GENERIC =
  /^(?:办公室|管委会|管理委员会|街道办事处|办事处|人民政府|政府|委员会|分局|支行|分行|机关|政策法规科|党组|成员单位)$/;

/** The words outside brackets: 市发改委（市金融办） → 市发改委. */
export function withoutBrackets(name: string): string {
  return name.replace(/[（(][^（()）]*[）)]/g, '');
}

export function hasHead(name: string): boolean {
  return STARTS_WITH_HEAD.test(name);
}

export function headOf(name: string): string | null {
  return /^[省市区县州旗盟]委(?=.+部$)/.exec(name)?.[0] ?? STARTS_WITH_HEAD.exec(name)?.[0] ?? null;
}

export function hasTail(name: string): boolean {
  return ENDS_WITH_TAIL.test(withoutBrackets(name));
}

/** Head and tail: 市住建局, 各镇人民政府, 区直有关单位. */
export function isUnitShape(name: string): boolean {
  const words = withoutBrackets(name);
  return words.length > 1 && FULL_UNIT.test(words);
}

export function isCollectiveShape(name: string): boolean {
  return COLLECTIVE.test(withoutBrackets(name));
}

export function isGeneric(name: string): boolean {
  return GENERIC.test(name);
}

/** The common short name of a department, with or without a head: 市发改, 财政. */
export function isStem(name: string): boolean {
  return STEM.test(withoutBrackets(name).replace(STARTS_WITH_HEAD, ''));
}

/** Words that may be a unit by themselves though the form is not whole: 市发改, 财政, 自然资源局, 信息中心; not 公室, 建局. */
export function mayBeUnit(name: string): boolean {
  const words = withoutBrackets(name);
  return (
    isStem(words) ||
    lacksHead(words) ||
    KIND.test(words) ||
    (hasTail(words) && words.length > (/^[省市区县州各]/.test(words) ? 1 : 2))
  );
}

/** A department named without its head: 教育厅, 财政, 宣传部; not 国网供电公司, 街道办事处, 各区. */
export function lacksHead(name: string): boolean {
  const words = withoutBrackets(name);
  if (hasHead(words) || /^(?:各|全|有关|相关|其他)/.test(words)) return false;
  return (
    STEM.test(words) || STEM.test(words.replace(/(?:局|委|办|厅|部)$/, '')) || /^[\u4E00-\u9FFF]{2,7}厅$/.test(words)
  );
}

const HEADED_AGAIN = new RegExp(
  `(?:(?<!总)局|委(?!${HEAD}(?:直|政府|委))|办公室|办|中心(?!区)|厅|部|(?<!学)院|公司|集团|会|联|单位|部门)(?:[（(][^（()）]*[）)])?(?=${HEAD}.|各[^类项级种])`,
);
const TAILED_TWICE = /(?<!总)局(?!.*分局$).{2,8}局$/;
/** 人行嘉禾市支行嘉禾银保监分局: a branch is the end of a name. */
const BRANCH_AGAIN = /(?:支行|分行|分局|海关)[^（(]{2,}(?:局|支行|分行|公司|中心|[委办])$/;
/** 市发改委财政局; not 市委宣传部, 市政府国资委. */
const STEM_AGAIN = new RegExp(`.{2}(?:局|委|办|厅)${STEMS}(?:局|委|办|厅|部)?$`);
const TAIL_INSIDE = /[局委办厅].{2,}$/;

/** Where the form alone would cut it: 市商务局市文旅局 → 市商务局, 市文旅局. */
export function cutRunTogether(name: string): string[] {
  return name.split(new RegExp(`(?<=${HEADED_AGAIN.source})`));
}

/** Looks like several names without a separator: 市商务局市文旅局, 发改局财政局, 税务公安分局人社. */
export function looksRunTogether(name: string): boolean {
  const words = withoutBrackets(name);
  return (
    HEADED_AGAIN.test(name) ||
    TAILED_TWICE.test(words) ||
    BRANCH_AGAIN.test(words) ||
    STEM_AGAIN.test(words) ||
    (TAIL_INSIDE.test(words) && !hasTail(words))
  );
}

/** Only what a name can be made of: letters, digits, brackets, quotation marks, dots of foreign names. */
export function isCleanName(name: string): boolean {
  return (
    /^[\p{L}\p{N}（）()〔〕[\]【】《》〈〉“”"'‘’·、，,；;\-—]+$/u.test(name) &&
    /\p{L}/u.test(name) &&
    !/\p{N}$/u.test(name)
  );
}
