import { formatNumber } from './docx-number-formats';
import { settingOf, switchOf } from './docx-styles';
import { childOf, childrenOf, type XmlElement } from './xml';

/** The number that Word prints before a paragraph; isSure false: what Word would print is not certain. */
export type PrintedNumber = { text: string; suffix: 'tab' | 'space' | 'nothing'; isSure: boolean };

export type Numbering = {
  /** Counts the paragraph. Null: not numbered, or a bullet. */
  next(numberingId: string, level: number): PrintedNumber | null;
  /** The level that a numbering keeps for a paragraph style. */
  levelOfStyle(numberingId: string, styleId: string): number | undefined;
};

type Level = {
  start: number;
  format: string;
  pattern: string;
  suffix: PrintedNumber['suffix'];
  /** Restarts after a level above this one (from 1); 0: never. */
  restartsAfter: number;
  isLegal: boolean;
  style: string | undefined;
};
type Abstract = {
  levels: Map<number, Level>;
  counts: (number | undefined)[];
  /** Levels that were printed before they occurred: from there on programs count differently. */
  doubtful: Set<number>;
  linkedStyle: string | undefined;
};
type Instance = { abstract: Abstract; overrides: Map<number, Level>; restarts: Map<number, number>; isUsed: boolean };

const DEEPEST_LEVEL = 8;
const BULLET_SIGNS = /^[\s•·●○■□◆◇▪◦‣–—\-*o➢✓§ØüvnlqÞ\u{e000}-\u{f8ff}]*$/u;

/** Reads numbering.xml. styleNumbering: the numbering that a numbering style points to. */
export function readNumbering(
  root: XmlElement | null,
  styleNumbering: (styleId: string) => string | undefined,
): Numbering {
  const abstracts = new Map<string, Abstract>();
  for (const element of childrenOf(root ?? undefined, 'w:abstractNum')) {
    abstracts.set(element.attributes['w:abstractNumId'] ?? '', {
      levels: readLevels(element),
      counts: [],
      doubtful: new Set(),
      linkedStyle: settingOf(element, 'w:numStyleLink'),
    });
  }
  const instances = new Map<string, Instance>();
  for (const element of childrenOf(root ?? undefined, 'w:num')) {
    const abstract = abstracts.get(settingOf(element, 'w:abstractNumId') ?? '');
    if (abstract) instances.set(element.attributes['w:numId'] ?? '', readInstance(element, abstract));
  }
  for (const instance of instances.values()) {
    const style = instance.abstract.linkedStyle;
    const target = style === undefined ? undefined : instances.get(styleNumbering(style) ?? '');
    if (target) instance.abstract = target.abstract;
  }
  return {
    next: (id, level) => {
      const instance = instances.get(id);
      return instance ? countOn(instance, Math.min(Math.max(level, 0), DEEPEST_LEVEL)) : null;
    },
    levelOfStyle: (id, style) => {
      const levels = instances.get(id)?.abstract.levels ?? new Map<number, Level>();
      return [...levels].find(([, level]) => level.style === style)?.[0];
    },
  };
}

function readLevels(element: XmlElement): Map<number, Level> {
  return new Map(
    childrenOf(element, 'w:lvl').map((level) => {
      const index = Number(level.attributes['w:ilvl'] ?? 0);
      return [index, readLevel(level, index)];
    }),
  );
}

function readLevel(element: XmlElement, index: number): Level {
  const suffix = settingOf(element, 'w:suff');
  return {
    start: Number(settingOf(element, 'w:start') ?? 0),
    format: readFormat(element),
    pattern: settingOf(element, 'w:lvlText') ?? '',
    suffix: suffix === 'space' || suffix === 'nothing' ? suffix : 'tab',
    restartsAfter: Number(settingOf(element, 'w:lvlRestart') ?? index),
    isLegal: switchOf(element, 'w:isLgl') ?? false,
    style: settingOf(element, 'w:pStyle'),
  };
}

/** Newer formats stand in mc:AlternateContent, with the nearest old one beside them. */
function readFormat(element: XmlElement): string {
  const choice = childOf(childOf(element, 'mc:AlternateContent'), 'mc:Choice');
  const format = childOf(choice, 'w:numFmt') ?? childOf(element, 'w:numFmt');
  return format?.attributes['w:val'] ?? 'decimal';
}

function readInstance(element: XmlElement, abstract: Abstract): Instance {
  const instance: Instance = { abstract, overrides: new Map(), restarts: new Map(), isUsed: false };
  for (const override of childrenOf(element, 'w:lvlOverride')) {
    const index = Number(override.attributes['w:ilvl'] ?? 0);
    const level = childOf(override, 'w:lvl');
    if (level) instance.overrides.set(index, readLevel(level, index));
    const start = settingOf(override, 'w:startOverride');
    if (start !== undefined) instance.restarts.set(index, Number(start));
  }
  return instance;
}

function levelOf(instance: Instance, index: number): Level | undefined {
  return instance.overrides.get(index) ?? instance.abstract.levels.get(index);
}

function countOn(instance: Instance, index: number): PrintedNumber | null {
  const level = levelOf(instance, index);
  if (!level) return null;
  const { counts, doubtful } = instance.abstract;
  if (!instance.isUsed) {
    instance.isUsed = true;
    // Lists of one definition count on from each other; only an override begins anew.
    for (const at of instance.restarts.keys()) counts[at] = undefined;
  }
  const start = (at: number) => instance.restarts.get(at) ?? levelOf(instance, at)?.start ?? 1;
  const before = counts[index];
  counts[index] = before === undefined ? start(index) : before + 1;
  for (let deeper = index + 1; deeper <= DEEPEST_LEVEL; deeper++) {
    const after = levelOf(instance, deeper)?.restartsAfter ?? deeper;
    if (index >= after) continue;
    counts[deeper] = undefined;
    doubtful.delete(deeper);
  }
  return level.format === 'bullet' ? bullet(level) : print(instance, level, start);
}

function bullet(level: Level): PrintedNumber | null {
  return BULLET_SIGNS.test(level.pattern) ? null : { text: level.pattern, suffix: level.suffix, isSure: true };
}

function print(instance: Instance, level: Level, start: (at: number) => number): PrintedNumber | null {
  const { counts, doubtful } = instance.abstract;
  let isSure = true;
  const text = level.pattern.replace(/%([1-9])/g, (_, digit) => {
    const at = Number(digit) - 1;
    const counted = counts[at];
    const value = counted ?? start(at);
    const format = level.isLegal ? 'decimal' : (levelOf(instance, at)?.format ?? 'decimal');
    const printed = formatNumber(value, format);
    if (counted === undefined) doubtful.add(at);
    if (doubtful.has(at) || printed === null) isSure = false;
    return printed ?? String(value);
  });
  return text === '' ? null : { text, suffix: level.suffix, isSure };
}

/** The number at the head of its paragraph: '1.' and '文字' stand together, '1' and '2022年' are kept apart. */
export function withNumber(number: PrintedNumber, text: string): string {
  if (text === '') return number.text;
  const endsInWord = /[\p{L}\p{Nd}]$/u.test(number.text);
  const wouldRunOn = /\d$/.test(number.text) && /^\d/.test(text);
  const isApart = number.suffix === 'space' || (number.suffix === 'tab' && endsInWord) || wouldRunOn;
  return number.text + (isApart ? ' ' : '') + text;
}
