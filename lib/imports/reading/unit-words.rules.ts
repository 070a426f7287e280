import { type Candidate, type Doubt, FIELD_WORDS } from '@/lib/imports/finders/raw-list';
import type { NameResolution } from '@/lib/units/unit-names.rules';
import type { CellPiece } from './unit-separators.rules';
import {
  cutRunTogether,
  hasHead,
  hasTail,
  isCleanName,
  isCollectiveShape,
  isGeneric,
  isStem,
  isUnitShape,
  lacksHead,
  looksRunTogether,
  mayBeUnit,
} from './unit-shape.rules';

export type UnitNames = {
  /** Is there any unit register for this region? false: nothing can be known, so no name is asked about for being unknown. */
  isKnownRegion: boolean;
  resolve: (printed: string) => NameResolution<unknown>;
  /** Registered names like a printed one, best first; `value` is the name of the unit. */
  candidates: (printed: string) => Candidate[];
};

export type UnitField = 'lead' | 'responsible';
export type Question = Pick<Doubt, 'kind' | 'text' | 'printed'> & {
  /** Other readings of these words: names in place of the ones taken. */
  others?: { names: string[]; why: string }[];
};
/** One or several names that a stretch of the cell is read as. Cost: how far from certain; 0 is registered. */
export type Word = { names: string[]; cost: number; notes: string[]; questions: Question[]; startsLine?: boolean };

type Reading = { words: Word[]; cost: number };
/** A reading of the first pieces, by its last word. */
type Chain = { before: Chain | null; word: Word | null; cost: number; count: number };

const COST = { known: 0, split: 1, shape: 2, part: 4, nothing: 30, several: 1000 } as const;
/** Longer than any name with its bracket; joined words beyond it are several. */
const LONGEST_NAME = 60;

const OPEN_END =
  /等(?:(?:其他|其它)?(?:有关|相关)?(?:单位|部门|科室|处室|企业|机构)|[\d一二两三四五六七八九十百余多]+[个家](?:有关|相关)?(?:单位|部门|科室|企业|机构))?$/;
const ROLE_END =
  /(?:按照?(?:各自|部门)?(?:职责|职能)(?:分工)?(?:分别|共同)?(?:负责|落实|抓好落实)?|分工负责|分别负责|共同负责|具体负责|牵头负责|负责落实|牵头落实|抓好落实|负责|牵头|主办|配合|协办|参与|协助|下同)$/;
const ROLE_BRACKET = /[（(](?:牵头|主办|负责|配合|协办|参与|责任|下同|按职责分工(?:负责)?)(?:单位|部门|科室)?[）)]/g;
const AND = /(以及|和|及|与)/g;
export const SHORT_TAILS = ['局', '委', '办', '中心', '厅', '部'];
const HEADS = ['市', '区', '县', '省'];

/** Reads the stretches of one cell; what it found out about a name it keeps for the cell. */
export class CellReader {
  private readonly words = new Map<string, Word>();
  private readonly known = new Map<string, boolean>();

  constructor(
    private readonly field: UnitField,
    private readonly units: UnitNames,
  ) {}

  isKnown(name: string): boolean {
    if (!this.units.isKnownRegion) return false;
    const found = this.known.get(name);
    if (found !== undefined) return found;
    const isKnown = this.units.resolve(name).kind !== 'unknown';
    this.known.set(name, isKnown);
    return isKnown;
  }

  /** What stands between two separators: one name, or names parted by white space, or a name broken by it. */
  readStretch(pieces: readonly CellPiece[]): Word[] {
    const [best, ...rest] = this.readingsOf(pieces) as [Reading, ...Reading[]];
    const others = rest.filter((reading) => this.isRival(best, reading));
    if (others.length === 0 && !this.isSureSplit(best.words))
      others.push({ words: [this.readWord(joined(pieces))], cost: COST.nothing });
    return others.length === 0 ? best.words : [this.askedStretch(pieces, best, others)];
  }

  /** One word carries the question for the whole stretch, so that its other readings replace all of it. */
  private askedStretch(pieces: readonly CellPiece[], best: Reading, others: readonly Reading[]): Word {
    const print = pieces.map((piece) => piece.text).join(' ');
    const question: Question = {
      kind: 'lost-separator',
      text:
        best.words.length === 1
          ? `“${print}”中的空白或换行可能是分隔，也可能只是排版，暂作一个名称，请确认`
          : `“${print}”中的空白或换行可能只是排版，也可能是分隔，暂分为${best.words.length}个名称，请确认`,
      printed: joined(pieces),
      others: others.map(({ words }) => ({
        names: namesOf(words),
        why: words.length === 1 ? '作一个名称' : `分为${words.length}个名称`,
      })),
    };
    return {
      names: namesOf(best.words),
      cost: best.cost,
      notes: best.words.flatMap((word) => word.notes),
      questions: [...best.words.flatMap((word) => word.questions), question],
      startsLine: best.words[0]!.startsLine ?? false,
    };
  }

  /** Words that were parted by white space alone: each has to be a unit by itself, and none may be the end of another's name. */
  private isSureSplit(words: readonly Word[]): boolean {
    if (words.length === 1) return true;
    return words.every((word, index) => word.cost <= COST.shape && (index === 0 || !word.names.some(isGeneric)));
  }

  /** Ways to join neighbouring pieces into words, the most certain first, then the one with fewer words. */
  private readingsOf(pieces: readonly CellPiece[]): Reading[] {
    const limit = 6;
    const best: Chain[][] = [[{ before: null, word: null, cost: 0, count: 0 }]];
    for (let end = 1; end <= pieces.length; end += 1) {
      const here: Chain[] = [];
      for (let from = end - 1; from >= 0; from -= 1) {
        const text = joined(pieces.slice(from, end));
        if (text.length > LONGEST_NAME && from < end - 1) break;
        const word = { ...this.readWord(text), startsLine: pieces[from]!.startsLine };
        for (const before of best[from]!)
          here.push({ before, word, cost: before.cost + word.cost, count: before.count + 1 });
      }
      here.sort((left, right) => left.cost - right.cost || left.count - right.count);
      best.push(here.slice(0, limit));
    }
    return best[pieces.length]!.map((chain) => ({ words: wordsOf(chain), cost: chain.cost }));
  }

  /** Could the other reading be meant too? A reading of registered names has rivals only among its like. */
  private isRival(best: Reading, other: Reading): boolean {
    if (namesOf(best.words).join('、') === namesOf(other.words).join('、')) return false;
    if (best.cost === COST.known) return other.cost === COST.known;
    if (other.cost >= COST.nothing) return false;
    return other.words.every((word, index) => {
      if (index === 0 || word.cost === COST.known) return true;
      const before = other.words[index - 1]!.names.at(-1);
      const [name] = word.names;
      if (name === undefined || before === undefined || isUnitShape(name) || lacksHead(name)) return true;
      return hasTail(before) && !(isGeneric(name) && (isUnitShape(before) || /[区县镇乡]$/.test(before)));
    });
  }

  /** Words without white space between them. */
  readWord(text: string): Word {
    const found = this.words.get(text);
    if (found) return found;
    const word = this.makeWord(text);
    this.words.set(text, word);
    return word;
  }

  private makeWord(text: string): Word {
    const plain = (cost: number, questions: Question[] = []): Word => ({ names: [text], cost, notes: [], questions });
    if (this.isKnown(text)) return plain(COST.known);
    if (text.length > LONGEST_NAME * 4) return plain(COST.several, [unlike(text)]);
    return (
      this.withoutRole(text) ??
      this.withoutOpenEnd(text) ??
      this.splitAtExamples(text) ??
      this.splitAtAnd(text) ??
      this.splitRunTogether(text) ??
      (this.units.isKnownRegion ? plain(shapeCost(text)) : plain(shapeCost(text), this.shapeQuestions(text)))
    );
  }

  private withoutRole(text: string): Word | null {
    const bare = text.replace(ROLE_BRACKET, '');
    const end = ROLE_END.exec(bare)?.[0] ?? '';
    const rest = bare.slice(0, bare.length - end.length).replace(/^由(?=.)/, '');
    const dropped = [...(text.match(ROLE_BRACKET) ?? []), ...(end === '' ? [] : [end])];
    if (dropped.length === 0) return null;
    const words = dropped.join('');
    const isOther = this.field === 'lead' ? /配合|协办|参与|协助/.test(words) : /牵头|主办/.test(words);
    const inner = rest === '' ? { names: [], cost: COST.known, notes: [], questions: [] } : this.readWord(rest);
    return {
      ...inner,
      notes: [...inner.notes, `“${text}”中的“${words}”不是单位，未列入`],
      questions: isOther
        ? [
            ...inner.questions,
            { kind: 'who-leads', text: `“${text}”印在${FIELD_WORDS[this.field]}一栏，请确认由谁牵头`, printed: text },
          ]
        : inner.questions,
    };
  }

  private withoutOpenEnd(text: string): Word | null {
    const end = OPEN_END.exec(text)?.[0];
    if (end === undefined || end.length === text.length) return null;
    const rest = text.slice(0, -end.length);
    // 水电气网等企业 is one phrase: what stands before 等 is no unit.
    if (end !== '等' && !this.isKnown(rest) && !mayBeUnit(rest)) return null;
    const inner = this.readWord(rest);
    const rests = end.slice(1);
    return {
      ...inner,
      notes: [...inner.notes, `“${text}”：原文有“${end}”，名单未列全`],
      questions: /^(?:其他|其它)?(?:有关|相关)/.test(rests)
        ? [
            ...inner.questions,
            {
              kind: 'lost-separator',
              text: `“${text}”中的“${rests}”未列为单位，请确认`,
              printed: text,
              others: [{ names: [...inner.names, rests], why: `“${rests}”也列入` }],
            },
          ]
        : inner.questions,
    };
  }

  /** 区金融办等区直有关单位: a unit as an example of a collective phrase. */
  private splitAtExamples(text: string): Word | null {
    const at = text.indexOf('等');
    if (at < 1 || at === text.length - 1) return null;
    const [example, phrase] = [this.readWord(text.slice(0, at)), this.readWord(text.slice(at + 1))];
    if (example.cost > COST.shape || phrase.cost > COST.shape) return null;
    if (!phrase.names.every((name) => this.isKnown(name) || isCollectiveShape(name))) return null;
    return {
      names: [...example.names, ...phrase.names],
      cost: Math.max(example.cost, phrase.cost),
      notes: [...example.notes, ...phrase.notes, `“${text}”：“等”字前后分列`],
      questions: [...example.questions, ...phrase.questions],
    };
  }

  private splitAtAnd(text: string): Word | null {
    for (const match of text.matchAll(AND)) {
      const before = text.slice(0, match.index);
      const after = text.slice(match.index + match[0].length);
      if (isInsideBracket(before)) continue;
      const areKnown = this.isKnown(before) && this.isKnown(after);
      const areShaped = [before, after].every((name) => isUnitShape(name) && !looksRunTogether(name));
      const isHalfKnown = (this.isKnown(before) || this.isKnown(after)) && areShaped;
      if (!areKnown && !isHalfKnown && (this.units.isKnownRegion || !areShaped)) continue;
      return {
        names: [before, after],
        cost: areKnown ? COST.known : COST.shape,
        notes: [],
        questions: areKnown
          ? []
          : [
              {
                kind: 'lost-separator',
                text: `“${text}”按“${match[0]}”字分为两个单位，请确认`,
                printed: text,
                others: [{ names: [text], why: '作一个名称' }],
              },
            ],
      };
    }
    return null;
  }

  /** 市商务局市文旅局, 税务公安分局人社: only where every part is registered, and always asked about. */
  private splitRunTogether(text: string): Word | null {
    if (!this.units.isKnownRegion || text.length > LONGEST_NAME) return null;
    const whole = this.segmentations(text, (name) => this.isKnown(name));
    const readings =
      whole.length > 0 || isUnitShape(text) ? whole : this.segmentations(text, (name) => this.isKnownShort(name));
    const [taken, ...others] = readings;
    if (taken === undefined) return null;
    return {
      names: taken,
      cost: COST.split,
      notes: [],
      questions: [
        {
          kind: 'lost-separator',
          text: `“${text}”似漏印了分隔，暂分为${taken.map((name) => `“${name}”`).join('')}，请确认`,
          printed: text,
          others: [
            ...others.map((names) => ({ names, why: `分为${names.length}个单位` })),
            { names: [text], why: '照原文作一个名称' },
          ],
        },
      ],
    };
  }

  /** 税务 for 区税务局. */
  private isKnownShort(name: string): boolean {
    if (name.length < 2) return false;
    if (this.isKnown(name)) return true;
    return ['', ...HEADS].some((head) => ['', ...SHORT_TAILS].some((tail) => this.isKnown(`${head}${name}${tail}`)));
  }

  /** Ways to cut the text into two or more accepted names; those with the fewest names. */
  private segmentations(text: string, accepts: (name: string) => boolean): string[][] {
    const limit = 4;
    const ways: string[][][] = [[[]]];
    for (let end = 1; end <= text.length; end += 1) {
      const here: string[][] = [];
      for (let from = Math.max(0, end - LONGEST_NAME); from < end; from += 1) {
        if (ways[from]!.length === 0 || (from === 0 && end === text.length)) continue;
        const name = text.slice(from, end);
        if (isInsideBracket(text.slice(0, from)) || (from > 0 && isGeneric(name)) || !accepts(name)) continue;
        for (const before of ways[from]!) here.push([...before, name]);
      }
      here.sort((left, right) => left.length - right.length);
      ways.push(here.slice(0, limit));
    }
    const found = ways[text.length]!;
    return found.filter((way) => way.length === found[0]!.length);
  }

  /** What only the form of a name can tell, where there is no register. */
  private shapeQuestions(text: string): Question[] {
    if (looksRunTogether(text)) {
      const cut = cutRunTogether(text);
      return [
        {
          kind: 'lost-separator',
          text: `“${text}”似有几个单位，可能漏印了分隔，请确认`,
          printed: text,
          others: cut.length > 1 ? [{ names: cut, why: `分为${cut.length}个单位` }] : [],
        },
      ];
    }
    if (!isCleanName(text) || !(mayBeUnit(text) || isLongHeaded(text))) return [unlike(text)];
    return [];
  }
}

/** 市城投, 各地: unusual, but a head says that a body of the region is meant; not 市 alone. */
function isLongHeaded(text: string): boolean {
  return text.length > 1 && (hasHead(text) || /^(?:各|全)/.test(text) || text.endsWith('行'));
}

function unlike(text: string): Question {
  return { kind: 'unknown-unit', text: `“${text}”不像单位名称，请核对原文`, printed: text };
}

function shapeCost(text: string): number {
  if (/^[和及与]/.test(text)) return COST.nothing;
  if (looksRunTogether(text)) return COST.several;
  if (isUnitShape(text) && !isGeneric(text)) return COST.shape;
  return mayBeUnit(text) || isStem(text) ? COST.part : COST.nothing;
}

function wordsOf(chain: Chain): Word[] {
  const words: Word[] = [];
  for (let at: Chain | null = chain; at?.word; at = at.before) words.push(at.word);
  return words.reverse();
}

export function namesOf(words: readonly Word[]): string[] {
  return words.flatMap((word) => word.names);
}

function joined(pieces: readonly CellPiece[]): string {
  return pieces.map((piece) => piece.text).join('');
}

function isInsideBracket(before: string): boolean {
  return (before.match(/[（(]/g)?.length ?? 0) > (before.match(/[）)]/g)?.length ?? 0);
}
