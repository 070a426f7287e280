import { type Day, dayOf, daysInMonth } from '@/lib/dates';
import type { Doubt } from '@/lib/imports/finders/raw-list';
import type { SourceContent, SourceParagraph } from '@/lib/imports/readers/source';
import { compactText } from '@/lib/text';
import { comparableName } from '@/lib/units/unit-names.rules';
import type { ReadDocument } from './reading.schema';

export type KnownRegion = { code: string; name: string; level: 'city' | 'district' | 'zone' };
export type KnownUnit = { regionCode: string; name: string; parentKey: unknown };

export type FactsContext = {
  fileName: string;
  regions: readonly KnownRegion[];
  units: readonly KnownUnit[];
  /** Given by the person; they go before what the document says. */
  regionCode?: string;
  year?: number;
  /** null: it is no unit's own list; left out: read from the title. */
  ownerUnitName?: string | null;
  /** Indexes of the blocks that hold the list itself. */
  listBlocks: readonly number[];
  /** Rows of the list's table above its header. */
  tableTitles: readonly string[];
};

export type DocumentFacts = Omit<ReadDocument, 'source' | 'kind' | 'printedTotal'>;

const LIST_WORDS = /清单|台账|任务|分工|细则|一览表|要点|方案|计划|措施|目标|指标|行动|事项|办法|规划|标准|意见/;
/** 一、 （一） 1. 第一部分: a heading within the document, no title. */
const NUMBERED =
  /^(?:第[一二三四五六七八九十\d]+[部章节编]|[一二三四五六七八九十]+[、.．]|[（(][一二三四五六七八九十\d]+[)）]|\d+[.．、](?!\d))/;
const DAY_LINE =
  /^(?:发布时间|发文日期|印发日期|成文日期|日期|时间)?:?(\d{4})(?:年|-|\/|\.)(\d{1,2})(?:月|-|\/|\.)(\d{1,2})日?(?:印发|发布)?$/;
const DAY_WORDS = /(?:发布时间|发文日期|印发日期|成文日期|日期):(\d{4})[-年/.](\d{1,2})[-月/.](\d{1,2})/;
const DOC_NUMBER = /^(?:发文字号|文号)?:?([\u4e00-\u9fa5]{2,14}[〔[(【]\d{4}[〕\])】]第?\d{1,4}号)$/;
const REGION_NAME =
  '(?!关于|中共|打造|优化|深化|推进|推动|全面|加快|加强|进一步|持续|提升|创新|构建|贯彻|落实|印发)[\\u4e00-\\u9fa5]{2,9}?(?:自治州|自治县|自治区|省(?!委|级|直|内|市)|林区|新区|新城|开发区|高新区|街道|[市区县州旗盟](?!场)|乡(?!村|镇)|镇(?!区|村))';
/** 全市, 优化市场: not the name of a place. */
const SMALLER_REGION =
  '(?!优化|深化|推进|推动|全面|加快|加强|进一步|持续|关于|打造|提升|创新|构建)[\\u4e00-\\u9fa5]{1,4}?[区县市](?![政直级属域场容民块])';
/** 绵州市涪江区2021年…: the last of the places that stand at the head. */
const REGION_HEAD = new RegExp(
  `^(?:\\d{4}年度?)?(?:中共|关于)?(?:印发|下发)?(${REGION_NAME})(?:(${SMALLER_REGION})(${SMALLER_REGION})?)?`,
);
/** 临海市|生态环境局2023年…: the list of a bureau that the registry does not have. */
const BUREAU_HEAD = /^[\u4e00-\u9fa5]{2,9}(?:局|发改委|卫健委|住建委|城管委|经信委|国资委)(?!面|势|限|部)/;
/** 三年行动（2023—2025年） */
const YEAR_RANGE = /(?<!\d)((?:19|20)\d{2})年?[-—–－~～至到]+((?:19|20)\d{2})年/;

const plain = (text: string): string => compactText(text).replace(/：/g, ':');

function dayIn(text: string, form: RegExp): Day | null {
  const match = form.exec(plain(text));
  if (!match) return null;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return null;
  return dayOf(year, month, day);
}

const isTitleLike = (text: string) =>
  LIST_WORDS.test(text) &&
  text.length <= 80 &&
  !/[。；;：:，]$/.test(text) &&
  !NUMBERED.test(text) &&
  !/通知$/.test(text);

/** The last line before the list that can be its title; one broken over lines is joined ('华容区以控制成本为核心优化营商环境' / '行动方案'). */
function titleBefore(paragraphs: readonly SourceParagraph[]): string | null {
  const lines = paragraphs.map(({ text }) => compactText(text)).filter((text) => text !== '');
  for (let index = lines.length - 1; index >= 0; index -= 1) {
    const text = lines[index]!.replace(/^附件?[一二三四五六七八九十\d]*[:：]/, '');
    if (!isTitleLike(text)) continue;
    // A title that does not begin with a place or a year goes on from the line above.
    const above = lines[index - 1] ?? '';
    const isContinued =
      text.length < 12 &&
      text === lines[index] &&
      !REGION_HEAD.test(text) &&
      !/^\d{4}年/.test(text) &&
      above !== '' &&
      above.length < 60 &&
      !/[。；;：:》\d日]$|(?:方案|计划|清单|要点|台账|细则)$/.test(above) &&
      !/^附/.test(above);
    const below = /^[（(][^（()）月]*\d{4}年(?:度)?[）)]$/.exec(lines[index + 1] ?? '')?.[0] ?? '';
    return `${isContinued ? above : ''}${text}${below}`;
  }
  return null;
}

/** 中共华容区委 华容区人民政府 关于印发《…》的通知 → the words before 关于. */
function issuerOf(noticeTitle: string): string | null {
  const head = /^(.{2,60}?)\s*(?:关于|印发)/.exec(noticeTitle)?.[1]?.trim();
  return head ? head.replace(/\s+/g, ' ') : null;
}

const tidySpaces = (text: string): string => text.trim().replace(/\s+/g, ' ');

function findNoticeTitle(paragraphs: readonly SourceParagraph[]): string | null {
  const found = paragraphs.find(
    ({ text }) =>
      /(?:关于.*(?:印发|下发|做好|开展|公布).*|印发《.*》)的?通知$/.test(compactText(text)) && text.length < 160,
  );
  if (!found) return null;
  // Within the title only the spaces between two issuers mean something.
  const words = tidySpaces(found.text).replace(/(?<=[》》”])\s+|\s+(?=关于)/g, '');
  return words.replace(/《[^》]*》/g, (name) => compactText(name));
}

/** The signature: the line above a date that stands alone. */
function findSignature(paragraphs: readonly SourceParagraph[]): { issuer: string | null; days: Day[] } {
  const days: Day[] = [];
  let issuer: string | null = null;
  const filled = paragraphs.filter(({ text }) => compactText(text) !== '');
  for (const [index, { text }] of filled.entries()) {
    const day = dayIn(text, DAY_LINE) ?? dayIn(text, DAY_WORDS);
    if (day === null) continue;
    days.push(day);
    const above = compactText(filled[index - 1]?.text ?? '');
    if (
      issuer === null &&
      /(?:局|委|办|办公室|政府|党委|中心|领导小组|管委会|委员会)$/.test(above) &&
      above.length <= 40
    )
      issuer = above;
  }
  return { issuer, days };
}

function regionIn(text: string, regions: readonly KnownRegion[]): KnownRegion | null {
  const found = regions
    .map((region) => ({ region, at: text.indexOf(region.name) }))
    .filter(({ at }) => at >= 0)
    // 鄂州市华容区…: the later, smaller one; of two at one place the longer name.
    .sort(
      (a, b) => Number(b.at < 12) - Number(a.at < 12) || b.at - a.at || b.region.name.length - a.region.name.length,
    );
  return found[0]?.region ?? null;
}

const LONGEST_BARE_TITLE = 12;

/** 重点任务清单 names no place: the title of the document above it does. */
function namedTitle(paragraphs: readonly SourceParagraph[]): string | null {
  const lines = paragraphs.map(({ text }) => compactText(text));
  return lines.findLast((text) => isTitleLike(text) && REGION_HEAD.test(text)) ?? null;
}

/** The title that stands right above the list, where only an annex mark or a bracketed note lies between. */
function nearestTitle(paragraphs: readonly SourceParagraph[]): string | null {
  const lines = paragraphs.map(({ text }) => compactText(text)).filter((text) => text !== '');
  const last = lines.findLast(
    (text) => !/^附件?[一二三四五六七八九十\d]*[:：]?$/.test(text) && !/^[（(].*[)）]$/.test(text),
  );
  return last !== undefined && isTitleLike(last) && /清单|台账|分工|细则|一览表|任务表/.test(last)
    ? titleBefore(paragraphs)
    : null;
}

function regionPrintedIn(text: string): string | null {
  const match = REGION_HEAD.exec(text) ?? REGION_HEAD.exec(text.replace(/^.*?《/, ''));
  return match ? (match[3] ?? match[2] ?? match[1]!) : null;
}

/** 鄂州市住建局… : the region's name before a unit's, with or without the unit's own 市. */
function ownerIn(text: string, region: KnownRegion, units: readonly KnownUnit[]): string | null {
  const named = text.slice(0, 60);
  const owners = units.filter(({ regionCode, parentKey, name }) => {
    if (regionCode !== region.code || parentKey !== null || !/(?:局|委|办|中心|院)$/.test(name)) return false;
    const short = name.replace(/^[市区县]/, '');
    return (
      named.startsWith(`${region.name}${short}`) || named.includes(`《${region.name}${short}`) || named.startsWith(name)
    );
  });
  owners.sort((a, b) => b.name.length - a.name.length);
  return owners[0]?.name ?? null;
}

/**
 * What the document says of itself: title, notice, issuer, number, day, region, year, whose list it is. What is not printed is null; what
 * two places print differently, or otherwise than the person chose, is a doubt whose `printed` names the fact. `issuedYear`: of the number or
 * the day, where the titles name no year.
 */
export function readDocumentFacts(
  content: SourceContent,
  context: FactsContext,
): { facts: DocumentFacts; issuedYear: number | null; doubts: Doubt[] } {
  const doubts: Doubt[] = [];
  const first = Math.min(...context.listBlocks, content.blocks.length);
  const isParagraph = (block: SourceContent['blocks'][number]): block is SourceParagraph =>
    block.kind === 'paragraph' && block.aside === undefined;
  // A workbook has its title in the rows above the header.
  const before = [
    ...content.blocks.slice(0, first).filter(isParagraph),
    ...context.tableTitles.map((text): SourceParagraph => ({ kind: 'paragraph', place: '', text })),
  ];
  const outside = content.blocks.filter(
    (block, index) => isParagraph(block) && !context.listBlocks.includes(index),
  ) as SourceParagraph[];

  const noticeTitle = findNoticeTitle(before);
  const tableTitle = context.tableTitles.map(compactText).findLast(isTitleLike) ?? null;
  const headings = before.filter(({ headingLevel }) => headingLevel !== undefined);
  const named = /《([^》]+)》/.exec(noticeTitle ?? '')?.[1] ?? null;
  const isPrintedAgain = named !== null && before.some(({ text }) => compactText(text) === named);
  let title =
    tableTitle ??
    nearestTitle(before) ??
    (isPrintedAgain ? named : null) ??
    titleBefore(before) ??
    compactText(headings.at(-1)?.text ?? '');
  if (title === '' && noticeTitle !== null) title = /《([^》]+)》/.exec(noticeTitle)?.[1] ?? noticeTitle;
  if (noticeTitle !== null && title === compactText(noticeTitle)) title = /《([^》]+)》/.exec(title)?.[1] ?? title;
  if (title !== '' && title.length <= LONGEST_BARE_TITLE && !REGION_HEAD.test(title))
    title = namedTitle(before) ?? title;
  const printedTitle = title === '' ? null : title;
  if (printedTitle === null)
    doubts.push({ field: 'document', kind: 'document', text: '文中没有读到清单的标题，请填写', printed: 'title' });

  const signature = findSignature(outside);
  // （2023年3月15日） under the title within the table.
  if (signature.days.length === 0)
    signature.days.push(
      ...context.tableTitles.flatMap((text) => dayIn(text.replace(/^\s*[（(]|[）)]\s*$/g, ''), DAY_LINE) ?? []),
    );
  const docNumber =
    outside
      .map(({ text }) => DOC_NUMBER.exec(compactText(text).replace(/：/g, ':'))?.[1])
      .find((text) => text !== undefined) ?? null;
  const days = [...new Set(signature.days)];
  if (days.length > 1)
    doubts.push({
      field: 'document',
      kind: 'document',
      text: `文中印有多个日期（${days.join('、')}），印发日期暂取 ${days.at(-1)}，请确认`,
      printed: 'issuedOn',
      candidates: days.map((day) => ({ value: day, why: '文中印有' })),
    });
  const issuedOn = days.at(-1) ?? null;

  const words = [printedTitle, noticeTitle, signature.issuer].filter((text) => text !== null).map(compactText);
  const given = context.regions.find(({ code }) => code === context.regionCode) ?? null;
  let known = given;
  for (const text of words) known ??= regionIn(text, context.regions);
  const printedRegion = words.map(regionPrintedIn).find((name) => name !== null) ?? null;
  // The registry's 曾都区 is not meant where the title names a place that merely contains a known name.
  if (
    given === null &&
    known !== null &&
    printedRegion !== null &&
    !printedRegion.endsWith(known.name) &&
    !words.some((text) => text.startsWith(known!.name))
  )
    known = context.regions.find(({ name }) => name === printedRegion) ?? null;
  const region = known?.name ?? printedRegion;
  if (region === null)
    doubts.push({ field: 'document', kind: 'document', text: '文中没有读到清单所属的地区，请选择', printed: 'region' });

  // Only the list's own name says whose it is: a bureau also issues and signs what is everybody's.
  let ownerUnitName = context.ownerUnitName ?? null;
  if (context.ownerUnitName === undefined && known !== null) {
    for (const text of [printedTitle, named])
      ownerUnitName ??= text === null ? null : ownerIn(comparableName(text), known, context.units);
  }
  const isOfBureau =
    ownerUnitName !== null ||
    (context.ownerUnitName === undefined && BUREAU_HEAD.test((printedTitle ?? '').slice((region ?? '').length)));
  const level = isOfBureau ? 'bureau' : levelOf(known, region);

  const yearIn = (text: string | null) =>
    text === null
      ? null
      : (/(?<!\d)((?:19|20)\d{2})(?=年|[〕\])】])/.exec(compactText(text).replace(YEAR_RANGE, ''))?.[1] ?? null);
  const range = YEAR_RANGE.exec(compactText(printedTitle ?? '')) ?? YEAR_RANGE.exec(compactText(noticeTitle ?? ''));
  const own = yearIn(printedTitle) ?? yearIn(noticeTitle);
  const titleYear = Number(own ?? range?.[1] ?? 0) || null;
  const year = context.year ?? titleYear;
  const issuedYear = Number(yearIn(docNumber) ?? issuedOn?.slice(0, 4) ?? 0) || null;
  if (context.year !== undefined && own !== null && Number(own) !== context.year)
    doubts.push({
      field: 'document',
      kind: 'document',
      text: `所选年份是 ${context.year} 年，标题写的是 ${own} 年，请确认`,
      printed: 'year',
    });
  if (given !== null && printedRegion !== null && !isPlaceWithin(printedRegion, given, words))
    doubts.push({
      field: 'document',
      kind: 'document',
      text: `所选地区是${given.name}，标题写的是“${printedRegion}”，请确认`,
      printed: 'region',
    });
  if (range && own === null && context.year === undefined)
    doubts.push({
      field: 'document',
      kind: 'document',
      text: `标题写的是 ${range[1]} 至 ${range[2]} 年，未写年份的时限暂按 ${range[1]} 年读取，请确认`,
      printed: 'year',
    });
  return {
    issuedYear,
    facts: {
      title: printedTitle,
      noticeTitle,
      issuer: (noticeTitle === null ? null : issuerOf(noticeTitle)) ?? signature.issuer,
      docNumber,
      year,
      issuedOn,
      region,
      regionCode: known?.code ?? null,
      level,
      ownerUnitName,
    },
    doubts,
  };
}

/** The chosen region is the printed one, or the title names both (绵州市涪江区…). */
function isPlaceWithin(printed: string, chosen: KnownRegion, words: readonly string[]): boolean {
  return printed.endsWith(chosen.name) || words.some((text) => text.includes(chosen.name));
}

function levelOf(known: KnownRegion | null, printed: string | null): 'city' | 'district' | null {
  if (known !== null) return known.level === 'city' ? 'city' : 'district';
  if (printed === null || /(?:省|自治区)$/.test(printed)) return null;
  return /[市州盟]$/.test(printed) ? 'city' : 'district';
}
