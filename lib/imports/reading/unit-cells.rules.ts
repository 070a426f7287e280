import { type Candidate, type Doubt, FIELD_WORDS } from '@/lib/imports/finders/raw-list';
import { cleanText, compactText } from '@/lib/text';
import { rankLikeness } from '@/lib/units/unit-likeness.rules';
import { comparableName, type NameResolution, type NameScope, unitNameResolver } from '@/lib/units/unit-names.rules';
import { healBrackets, type Separated, separate } from './unit-separators.rules';
import { hasTail, headOf, isStem, lacksHead } from './unit-shape.rules';
import {
  CellReader,
  namesOf,
  type Question,
  SHORT_TAILS,
  type UnitField,
  type UnitNames,
  type Word,
} from './unit-words.rules';

export type { UnitNames } from './unit-words.rules';

export type UnitCell = {
  /** Unit names one each as printed, without layout white space; brackets stay with their unit. */
  names: string[];
  doubts: Doubt[];
  /** What was left out of the names, in words for people (等, 牵头, 按职责分工负责). */
  notes: string[];
};

const BLANK = /^[-—–－/／\\*＊.．、,，;；。_＿无空]*$/;
const LABEL =
  /^(牵头|主办|责任|配合|协办|参与|承办|协同|实施|主责)(?:责任)?(?:单位|部门|科室|处室|股室)(?:及责任人)?[:：]/;
const LEAD_LABEL = /^(?:牵头|主办|主责)/;

/** The question as a doubt of the field; candidates hold the whole cell's names joined by 、. */
function doubtOf(question: Question, field: UnitField, words: readonly Word[], at: number): Doubt {
  const { others, ...rest } = question;
  if (others === undefined) return { field, ...rest };
  const withNames = (names: readonly string[]) =>
    words.flatMap((word, index) => (index === at ? names : word.names)).join('、');
  return {
    field,
    ...rest,
    candidates: [
      { value: withNames(words[at]!.names), why: '照现在的读法' },
      ...others.map(({ names, why }) => ({ value: withNames(names), why })),
    ],
  };
}

/** A cell that holds two lists, one under the other, is their union; any other repetition is kept. */
function uniteLists(words: readonly Word[]): { names: string[]; question: Doubt['text'] | null; lists: string[][] } {
  const names = namesOf(words);
  const distinct = new Set(names.map(comparableName));
  if (distinct.size === names.length) return { names, question: null, lists: [] };
  const lists: string[][] = [];
  for (const word of words) {
    if (word.startsLine || lists.length === 0) lists.push([]);
    lists.at(-1)!.push(...word.names);
  }
  const areLists =
    lists.length > 1 &&
    lists.every((list) => list.length > 1 && new Set(list.map(comparableName)).size === list.length);
  if (!areLists) {
    const isNew = once();
    const repeated = names.filter((name) => !isNew(name));
    return {
      names,
      question: `${[...new Set(repeated)].map((name) => `“${name}”`).join('')}印了两次，请核对原文`,
      lists: [],
    };
  }
  return {
    names: names.filter(once()),
    question: `单元格里印了${lists.length}份名单，已合并，请确认是否都属于这一行`,
    lists,
  };
}

/** A predicate that is true once for each name. */
function once(): (name: string) => boolean {
  const seen = new Set<string>();
  return (name) => {
    const isNew = !seen.has(comparableName(name));
    seen.add(comparableName(name));
    return isNew;
  };
}

/** 省发展改革委、教育厅: a head printed once for several units. Names stay as printed; `completed`: with the head, where that is surely meant. */
function sharedPrefix(names: readonly string[], units: UnitNames): { shared: Set<string>; completed: string[] } {
  const shared = new Set<string>();
  let head: string | null = null;
  let isCoordinated = false;
  const isKnown = (name: string) => units.isKnownRegion && units.resolve(name).kind !== 'unknown';
  const complete = (name: string, withHead: string) => {
    const forms = ['', ...(hasTail(name) ? [] : SHORT_TAILS)].map((tail) => `${withHead}${name}${tail}`);
    return forms.find(isKnown) ?? forms[0]!;
  };
  const completed = names.map((name) => {
    if (isKnown(name)) {
      head = headOf(name) ?? head;
      return name;
    }
    if (/^各/.test(name)) isCoordinated = true;
    if (headOf(name) !== null) {
      head = headOf(name);
      isCoordinated = false;
      return isStem(name) && !hasTail(name) ? complete(name, '') : name;
    }
    if (head === null || isCoordinated || !lacksHead(name)) return name;
    shared.add(name);
    return complete(name, /部$/.test(name) ? head : head.slice(0, 1));
  });
  return { shared, completed };
}

/** 各市、县（市、区）人民政府: one phrase; its separators are none of the list. */
const JOINT = /各(?:[市州盟县]、)+[州县市区旗](?:[（(][^（()）]*[）)])?(?:人民)?政府/g;
const KEPT = '\uE0FF';

function keepTogether(text: string): string {
  return text.replace(JOINT, (phrase) => phrase.replaceAll('、', KEPT));
}

function released(word: Word): Word {
  const release = (text: string) => text.replaceAll(KEPT, '、');
  // A phrase that was kept together has its own question.
  const questions = word.questions
    .filter(({ kind, printed }) => !(kind === 'unknown-unit' && printed?.includes(KEPT)))
    .map((question) => ({
      ...question,
      text: release(question.text),
      ...(question.printed === undefined ? {} : { printed: release(question.printed) }),
    }));
  return { ...word, names: word.names.map(release), notes: word.notes.map(release), questions };
}

/** Whether such a phrase is one name or several only a person can tell, unless it is registered. */
function jointDoubts(names: readonly string[], field: UnitField, reader: CellReader): Doubt[] {
  const joint = names.filter((name) => name.match(JOINT) !== null && !reader.isKnown(name));
  return joint.map((name) => ({
    field,
    kind: 'lost-separator',
    text: `“${name}”暂作一个名称，请确认`,
    printed: name,
  }));
}

function readStretches(stretches: Separated, reader: CellReader): Word[] {
  return stretches.flatMap((stretch): Word[] => {
    if (stretch.kind === 'pieces') return reader.readStretch(stretch.pieces);
    return [
      {
        names: [],
        cost: 0,
        notes: [],
        questions: [{ kind: 'lost-separator', text: stretch.text, printed: stretch.printed }],
      },
    ];
  });
}

/**
 * Reads the printed words of a 牵头单位 or 责任单位 cell as unit names, one each, as printed. Every name is resolved; what may be wrong
 * is a doubt on the field, and nothing is replaced by a registered name. An empty cell gives no names and no doubt.
 */
export function readUnitCell(raw: string, field: UnitField, units: UnitNames): UnitCell {
  const text = cleanText(raw);
  if (BLANK.test(compactText(text))) return { names: [], doubts: [], notes: text === '' ? [] : [`原文为“${text}”`] };
  const notes: string[] = [];
  const doubts: Doubt[] = [];
  const label = LABEL.exec(compactText(text))?.[0];
  const body = label === undefined ? text : text.slice(text.search(/[:：]/) + 1);
  if (label !== undefined) {
    notes.push(`“${label}”是标签，未列入`);
    if (LEAD_LABEL.test(label) !== (field === 'lead'))
      doubts.push({
        field,
        kind: 'who-leads',
        text: `${FIELD_WORDS[field]}一栏印有“${label}”，请确认`,
        printed: label,
      });
  }

  const reader = new CellReader(field, units);
  const healed = healBrackets(body, (name) => reader.isKnown(compactText(name)));
  if (healed.question !== null)
    doubts.push({ field, kind: 'characters', text: healed.question, printed: healed.printed });
  const words = readStretches(separate(keepTogether(healed.text)), reader).map(released);
  words.forEach((word, index) => {
    notes.push(...word.notes);
    doubts.push(...word.questions.map((question) => doubtOf(question, field, words, index)));
  });

  const united = uniteLists(words);
  const { names } = united;
  if (united.question !== null)
    doubts.push({
      field,
      kind: 'duplicate',
      text: united.question,
      printed: compactText(body),
      candidates: united.lists.map((list, index) => ({ value: list.join('、'), why: `只取第${index + 1}份名单` })),
    });

  doubts.push(...jointDoubts(names, field, reader));

  const { shared, completed } = sharedPrefix(names, units);
  if (shared.size > 0)
    doubts.push({
      field,
      kind: 'shared-prefix',
      text: `${[...shared].map((name) => `“${name}”`).join('')}前面似省略了“${headOf(names.find((name) => headOf(name) !== null)!)}”，照原文保留，请确认`,
      printed: names.join('、'),
      candidates: [{ value: completed.join('、'), why: '补全省略的字' }],
    });

  if (units.isKnownRegion) {
    names.forEach((name, index) => {
      if (reader.isKnown(name)) return;
      const isAnswered = shared.size > 0 && completed[index] !== name && reader.isKnown(completed[index]!);
      if (isAnswered || doubts.some((doubt) => doubt.kind === 'unknown-unit' && doubt.printed === name)) return;
      doubts.push({
        field,
        kind: 'unknown-unit',
        text: `“${name}”不在单位库中，请确认是哪个单位`,
        printed: name,
        candidates: units.candidates(name),
      });
    });
  }
  return { names, doubts, notes };
}

/** Every piece of a cell is looked up; those of 10,000 cells of unknown names would fill the memory. */
const MOST_REMEMBERED = 50_000;

/** A list with so many unknown names was read against the wrong region; likenesses would only cost time. */
const MOST_RANKED = 1000;

/** The names of one scope, as cells are read against them; build it once for a whole list. */
export function unitNamesOf<K>(scope: NameScope<K>): UnitNames {
  const resolver = unitNameResolver(scope);
  const resolved = new Map<string, NameResolution<K>>();
  const ranked = new Map<string, Candidate[]>();
  const ownerKey = scope.ownerUnitName === null ? null : resolveOwner(resolver(scope.ownerUnitName));
  const isHere = (entry: { regionCode: string; parentKey: K | null }) =>
    entry.regionCode === scope.regionCode && (entry.parentKey === null || entry.parentKey === ownerKey);
  const aliasesOf = new Map<K, string[]>();
  for (const alias of scope.aliases) {
    const key = 'unitKey' in alias ? alias.unitKey : alias.collectiveKey;
    aliasesOf.set(key, [...(aliasesOf.get(key) ?? []), alias.alias]);
  }
  const names = [
    ...scope.units.filter(isHere).map(({ key, name }) => ({ name, aliases: aliasesOf.get(key) ?? [] })),
    ...scope.collectives.filter(isHere).map(({ key, phrase }) => ({ name: phrase, aliases: aliasesOf.get(key) ?? [] })),
  ];
  return {
    isKnownRegion: scope.units.some((unit) => unit.regionCode === scope.regionCode),
    resolve: (printed) => {
      const found = resolved.get(printed) ?? resolver(printed);
      if (resolved.size < MOST_REMEMBERED) resolved.set(printed, found);
      return found;
    },
    candidates: (printed) => {
      const known = ranked.get(printed);
      if (known !== undefined) return known;
      if (ranked.size >= MOST_RANKED) return [];
      const found = rankLikeness(printed, names).map(({ name, why }) => ({ value: name, why }));
      ranked.set(printed, found);
      return found;
    },
  };
}

function resolveOwner<K>(resolution: NameResolution<K>): K | null {
  return resolution.kind === 'unit' ? resolution.unitKey : null;
}
