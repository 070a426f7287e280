import { childOf, childrenOf, type XmlElement } from './xml';

/** What a style says, with what it takes over from the styles it is based on. */
export type Style = {
  isStruck: boolean;
  isHidden: boolean;
  /** 1 to 6. */
  headingLevel: number | undefined;
  numberingId: string | undefined;
  numberingLevel: number | undefined;
  isContentsEntry: boolean;
};

export type Styles = { of(id: string | undefined): Style; defaultParagraph: string | undefined };

const PLAIN: Style = {
  isStruck: false,
  isHidden: false,
  headingLevel: undefined,
  numberingId: undefined,
  numberingLevel: undefined,
  isContentsEntry: false,
};

export function settingOf(element: XmlElement | undefined, name: string): string | undefined {
  return childOf(element, name)?.attributes['w:val'];
}

/** A property that stands by itself is on; undefined where it does not stand at all. */
export function switchOf(element: XmlElement | undefined, name: string): boolean | undefined {
  const property = childOf(element, name);
  if (!property) return undefined;
  return !['0', 'false', 'off', 'none'].includes(property.attributes['w:val'] ?? 'true');
}

export function isStruckBy(properties: XmlElement | undefined): boolean | undefined {
  const single = switchOf(properties, 'w:strike');
  const double = switchOf(properties, 'w:dstrike');
  return single === undefined && double === undefined ? undefined : Boolean(single || double);
}

/** 1 to 6; undefined for running text. */
export function outlineLevel(properties: XmlElement | undefined): number | undefined {
  const printed = settingOf(properties, 'w:outlineLvl');
  const level = Number(printed);
  return printed === undefined || !(level >= 0 && level <= 8) ? undefined : Math.min(level + 1, 6);
}

function headingLevelOfName(name: string): number | undefined {
  const level = /^(?:heading|标题)\s*([1-9])$/i.exec(name)?.[1];
  if (level) return Math.min(Number(level), 6);
  return /^(?:title|标题)$/i.test(name) ? 1 : undefined;
}

/** Reads styles.xml; a style that is not described there is judged by its own name. */
export function readStyles(root: XmlElement | null): Styles {
  const described = new Map<string, XmlElement>();
  let defaultParagraph: string | undefined;
  for (const style of childrenOf(root ?? undefined, 'w:style')) {
    const id = style.attributes['w:styleId'];
    if (id === undefined) continue;
    described.set(id, style);
    const isDefault = ['1', 'true', 'on'].includes(style.attributes['w:default'] ?? '');
    if (isDefault && style.attributes['w:type'] === 'paragraph') defaultParagraph = id;
  }
  const known = new Map<string, Style>();
  const of = (id: string | undefined): Style => {
    if (id === undefined) return PLAIN;
    const found = known.get(id);
    if (found) return found;
    // Stands until the style is worked out: styles based on each other in a circle end here.
    known.set(id, PLAIN);
    const style = readStyle(id, described.get(id), of);
    known.set(id, style);
    return style;
  };
  return { of, defaultParagraph };
}

function readStyle(id: string, element: XmlElement | undefined, of: Styles['of']): Style {
  const name = settingOf(element, 'w:name') ?? id;
  const base = of(settingOf(element, 'w:basedOn'));
  const paragraph = childOf(element, 'w:pPr');
  const run = childOf(element, 'w:rPr');
  const numbering = childOf(paragraph, 'w:numPr');
  const level = settingOf(numbering, 'w:ilvl');
  const outline = childOf(paragraph, 'w:outlineLvl') ? outlineLevel(paragraph) : base.headingLevel;
  return {
    isStruck: isStruckBy(run) ?? base.isStruck,
    isHidden: switchOf(run, 'w:vanish') ?? base.isHidden,
    headingLevel: headingLevelOfName(name) ?? outline,
    numberingId: settingOf(numbering, 'w:numId') ?? base.numberingId,
    numberingLevel: level === undefined ? base.numberingLevel : Number(level),
    isContentsEntry: /^(?:toc|目录)\s*\d$/i.test(name),
  };
}
