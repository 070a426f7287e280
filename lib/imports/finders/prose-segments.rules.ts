import { type Assignment, labelledTail, labelRole, readAssignment, readSentence } from './prose-assignment.rules';
import { type Bracket, maskStretches, outerBrackets } from './prose-text.rules';

/** One task of a paragraph: its words and what the brackets behind them say. `damage`, `unsure`: words for a person. */
export type Segment = {
  text: string;
  assignment: Assignment | null;
  damage: string[];
  /** Words of the text that stand behind the brackets. */
  trailing?: string;
  /** Brackets left in the text that may have been meant for units. */
  unsure: string[];
};

type Group = Bracket & { assignment: Assignment };

const STOP = /[。；;！？!?]\s*$/u;
const PUNCTUATION = /^[\s。；;，,.、！：:]*$/u;

/**
 * Cuts a paragraph (without its number) into tasks at the brackets that name units or dates. `bareUnits`: in this document a bracket of
 * nothing but units inside the last sentence is meant for units.
 */
export function readSegments(paragraph: string, bareUnits: boolean): Segment[] {
  const text = bracketedLabelsAsLabels(paragraph);
  const tail = labelledTail(outsideAssignments(text));
  if (tail !== null) return withTail(readSegments(text.slice(0, tail), bareUnits), text.slice(tail));
  const { groups, unsure } = chooseGroups(text, bareUnits);
  return mergeAdjacent(text, groups, unsure);
}

/** 【牵头单位】市发改委 → 牵头单位：市发改委, set apart by a space */
function bracketedLabelsAsLabels(text: string): string {
  return text.replace(
    /[【〔［[（(]\s*([\u4e00-\u9fff]{2,8})\s*[】〕］\]）)]\s*[：:]?\s*(?=[^\s。；;，,])/gu,
    (whole, label: string) =>
      labelRole(label) !== null && /单位|部门|科室|处室|时限|时间|期限|节点|领导|责任人|专项组/u.test(label)
        ? ` ${label}：`
        : whole,
  );
}

/** Brackets that say who and when, made unreadable, so that a label inside of them is not taken for one of the running text. */
function outsideAssignments(text: string): string {
  return maskStretches(text, brackets(text));
}

function brackets(text: string): Bracket[] {
  return outerBrackets(text, (content) => {
    const sign = readAssignment(content)?.sign;
    return sign === 'label' || sign === 'verb';
  });
}

function withTail(segments: Segment[], tail: string): Segment[] {
  const closed = /[）)\]〕】］]\s*[。；;]?\s*$/u.exec(tail);
  const hasStrayClosing =
    closed !== null && (tail.match(/[（([〔【［]/gu) ?? []).length < (tail.match(/[）)\]〕】］]/gu) ?? []).length;
  const assignment = readAssignment(hasStrayClosing ? tail.slice(0, closed.index) : tail);
  const last = segments.at(-1) ?? { text: '', assignment: null, damage: [], unsure: [] };
  if (assignment === null) return [...segments.slice(0, -1), { ...last, text: last.text + tail }];
  const damage = hasStrayClosing ? ['括号只有后半边'] : [];
  if (last.assignment === null || last.text === '')
    return [
      ...segments.slice(0, -1),
      { ...last, assignment: joined(last.assignment, assignment), damage: [...last.damage, ...damage] },
    ];
  return [
    ...segments.slice(0, -1),
    { ...last, assignment: joined(last.assignment, assignment), damage: [...last.damage, ...damage] },
  ];
}

export function joined(first: Assignment | null, second: Assignment): Assignment {
  if (first === null) return second;
  return {
    parts: [...first.parts, ...second.parts],
    rest: [...first.rest, ...second.rest],
    remarks: [...first.remarks, ...second.remarks],
    sign: first.sign,
  };
}

function chooseGroups(text: string, bareUnits: boolean): { groups: Group[]; unsure: string[] } {
  const groups: Group[] = [];
  const unsure: string[] = [];
  const all = brackets(text);
  all.forEach((bracket, index) => {
    const assignment = readAssignment(bracket.content);
    if (assignment === null) return;
    const before = text.slice(all[index - 1]?.end ?? 0, bracket.start);
    const isAdjacent =
      index > 0 && PUNCTUATION.test(before) && groups.at(-1) === groups.find((g) => g.end === all[index - 1]!.end);
    const position = {
      isLast: PUNCTUATION.test(withoutBrackets(text, all.slice(index + 1), bracket.end)),
      afterStop: STOP.test(text.slice(0, bracket.start)) || text.slice(0, bracket.start).trim() === '' || isAdjacent,
      isFollowedByStop: /^\s*(?:$|[。；;，,])/u.test(text.slice(bracket.end)),
    };
    const accepted = accepts(assignment, position, bareUnits);
    if (accepted === 'yes') groups.push({ ...bracket, assignment });
    if (accepted === 'unsure') unsure.push(text.slice(bracket.start, bracket.end));
  });
  // Beside a bracket that says who and when, another one is words of the text.
  return { groups, unsure: groups.length > 0 ? [] : unsure };
}

function withoutBrackets(text: string, later: readonly Bracket[], from: number): string {
  let rest = '';
  let index = from;
  for (const bracket of later) {
    rest += text.slice(index, bracket.start);
    index = bracket.end;
  }
  return rest + text.slice(index);
}

type Position = { isLast: boolean; afterStop: boolean; isFollowedByStop: boolean };

/** An ordinary bracket of the text (如“一网通办”) is told from one for units by its words first, then by where it stands. */
function accepts(assignment: Assignment, position: Position, bareUnits: boolean): 'yes' | 'unsure' | 'no' {
  const namesUnits = assignment.parts.some((part) => part.role !== 'deadline' && part.role !== 'extra');
  const hasDate = assignment.parts.some((part) => part.role === 'deadline');
  switch (assignment.sign) {
    case 'label':
      return namesUnits || position.isLast || position.afterStop ? 'yes' : 'no';
    case 'verb':
      return position.isLast || position.afterStop || position.isFollowedByStop ? 'yes' : 'unsure';
    case 'units':
      if (position.isLast && (position.afterStop || bareUnits || hasDate)) return 'yes';
      return position.isLast || position.afterStop ? 'unsure' : 'no';
    case 'date':
      return position.isLast && position.afterStop ? 'yes' : 'no';
  }
}

/** The units of a text without brackets may be its last sentence, which stays in the text. */
function inLastSentence(text: string): Assignment | null {
  const sentences = text.split(/(?<=[。；;！？!?])/u).filter((sentence) => sentence.trim() !== '');
  return sentences.length < 2 ? null : readSentence(sentences.at(-1)!.trim());
}

/** The full stop behind a bracket belongs to the sentence in front of it. */
function leadingStop(text: string): { stop: string; words: string } {
  const stop = /^\s*[。；;，,、]\s*/u.exec(text)?.[0] ?? '';
  return { stop: stop.trim(), words: text.slice(stop.length).trim() };
}

function mergeAdjacent(text: string, groups: readonly Group[], unsure: string[]): Segment[] {
  const segments: Segment[] = [];
  let from = 0;
  for (const group of groups) {
    const before = text.slice(from, group.start);
    const last = segments.at(-1);
    const damage = group.isClosed ? [] : ['括号没有后半边'];
    if (last && PUNCTUATION.test(before)) {
      last.assignment = joined(last.assignment, group.assignment);
      last.damage.push(...damage);
    } else {
      const { stop, words } = last ? leadingStop(before) : { stop: '', words: before.trim() };
      if (last) last.text += stop;
      segments.push({ text: words, assignment: group.assignment, damage, unsure: [] });
    }
    from = group.end;
  }
  const tail = text.slice(from).trim();
  const last = segments.at(-1);
  if (!last) return tail === '' ? [] : [{ text: tail, assignment: inLastSentence(tail), damage: [], unsure }];
  if (PUNCTUATION.test(tail)) {
    if (last.text !== '' && /[^。；;！？!?，,：:]$/u.test(last.text)) last.text += tail;
  } else if (last.text === '' && segments.length === 1) last.text = tail;
  else {
    last.trailing = tail;
    last.text += tail;
  }
  for (const words of unsure) (segments.find((segment) => segment.text.includes(words)) ?? last).unsure.push(words);
  return segments;
}
