import type { Day } from '@/lib/dates';
import type { EvidenceView } from './evidence.schema';
import { isHomePage, isIntranet } from './link.rules';

/** What a reviewer is told about one piece, for them to judge: `ok` speaks for it, `ask` is worth a look. */
export type EvidenceHint = { tone: 'ok' | 'ask'; words: string };
/** By id of the piece. */
export type EvidenceHints = Readonly<Record<string, readonly EvidenceHint[]>>;

export type HintFacts = {
  /** The task's limit as it stands. */
  dueOn: Day | null;
  /** Names and aliases of the task's lead and responsible units. */
  unitNames: readonly string[];
  /** Other reports on the same task that name the same file or link. */
  otherReports: number;
  /** Other tasks with the same file or link. */
  otherTasks: number;
};

/** 鄂州政发〔2022〕5号: a code, a year in its brackets, a number. Scanned and typed brackets vary. */
const DOC_NUMBER = /[\p{Script=Han}A-Za-z]+\s*[〔[［（(【]\s*(?:19|20)\d{2}\s*[〕\]］）)】]\s*(?:第?\s*)\d{1,4}\s*号/u;

export function isDocNumber(text: string): boolean {
  return DOC_NUMBER.test(text);
}

const compact = (name: string) => name.replace(/\s+/g, '');

function issuerHint(issuer: string, unitNames: readonly string[]): EvidenceHint {
  const given = compact(issuer);
  const known = unitNames.map(compact).filter((name) => name.length >= 2);
  // 市住建局 also signs as 鄂州市住建局, and with others.
  return known.some((name) => given.includes(name) || (given.length >= 3 && name.includes(given)))
    ? { tone: 'ok', words: '发文单位是本任务的牵头或责任单位' }
    : { tone: 'ask', words: `发文单位“${issuer}”不在本任务的牵头、责任单位之中` };
}

/** Pure. Nothing here decides: a hint that is missing a fact says so. */
export function evidenceHints(
  item: Pick<EvidenceView, 'kind' | 'title' | 'url' | 'docNumber' | 'issuer' | 'signedOn'>,
  facts: HintFacts,
): EvidenceHint[] {
  const hints: EvidenceHint[] = [];
  const number = item.docNumber || (isDocNumber(item.title) ? item.title : '');
  if (number === '') hints.push({ tone: 'ask', words: '未填文号' });
  else if (isDocNumber(number)) hints.push({ tone: 'ok', words: '有文号' });
  else hints.push({ tone: 'ask', words: `文号“${number}”不是〔年份〕序号的样式` });

  if (item.issuer !== '') hints.push(issuerHint(item.issuer, facts.unitNames));
  else hints.push({ tone: 'ask', words: '未填发文单位' });

  if (item.signedOn === null) hints.push({ tone: 'ask', words: '未填成文日期' });
  else if (facts.dueOn === null) hints.push({ tone: 'ok', words: '有成文日期' });
  else if (item.signedOn <= facts.dueOn) hints.push({ tone: 'ok', words: '成文日期在完成时限之前' });
  else hints.push({ tone: 'ask', words: `成文日期 ${item.signedOn} 晚于完成时限 ${facts.dueOn}` });

  if (item.kind === 'LINK') {
    hints.push(
      isHomePage(item.url)
        ? { tone: 'ask', words: '网址是网站首页，不是具体页面' }
        : { tone: 'ok', words: '网址指向具体页面' },
    );
    if (isIntranet(item.url)) hints.push({ tone: 'ask', words: '网址在内网，外单位可能打不开' });
  }
  if (facts.otherTasks > 0) hints.push({ tone: 'ask', words: `同一材料还用于本清单另外 ${facts.otherTasks} 项任务` });
  if (facts.otherReports > 0)
    hints.push({ tone: 'ask', words: `同一材料在本任务的另外 ${facts.otherReports} 次填报中用过` });
  return hints;
}
