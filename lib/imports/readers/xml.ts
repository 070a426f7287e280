import { type SaxesAttributeNS, SaxesParser } from 'saxes';
import { AppError } from '@/lib/server/errors';

/** Names carry the prefix that the caller chose for their namespace, whatever prefix the file uses. */
export type XmlElement = { name: string; attributes: Readonly<Record<string, string>>; children: XmlNode[] };
export type XmlNode = XmlElement | string;

export type XmlOptions = {
  /** Prefix by namespace address. Other namespaces keep the prefix printed. */
  prefixes: Readonly<Record<string, string>>;
  /** Elements (by chosen prefix) that are left out with all they hold. */
  ignored?: ReadonlySet<string>;
};

const DEEPEST = 500;
/** Bounds on memory: a list of 10,000 rows has well under a million elements. */
const MOST_NODES = 4_000_000;
const MOST_ATTRIBUTES = 1_000;

const WORDS = {
  broken: '文件内部的 XML 不完整或有错误，可能已损坏。请用 Word、WPS 打开后另存一份再上传。',
  declared:
    '文件内部带有 DOCTYPE 或实体声明，正常的办公文档没有，为安全起见没有打开。请用 Word、WPS 打开后另存一份再上传。',
  deep: `文件内部嵌套超过 ${DEEPEST} 层，不像正常的办公文档，没有打开。请用 Word、WPS 打开后另存一份再上传。`,
  large: '文件内容过多，没有打开。请删去与清单无关的内容，或拆成几个文件分别上传。',
} as const;

function refuse(reason: keyof typeof WORDS): never {
  throw new AppError('unreadable', WORDS[reason]);
}

const NO_ATTRIBUTES: Readonly<Record<string, string>> = Object.freeze(Object.create(null));

/**
 * Strict (saxes): anything cut off or wrongly nested is refused, never read in half. Keeps the order of text and elements, and all white
 * space. Throws unreadable: broken, with a DOCTYPE, or nested too deeply.
 */
export function parseXml(text: string, { prefixes, ignored }: XmlOptions): XmlElement {
  const parser = new SaxesParser({ xmlns: true, position: false });
  /** element is null within what is left out. */
  const stack: (XmlElement | null)[] = [];
  let root: XmlElement | null = null;
  let nodes = 0;
  let attributeCount = 0;

  const nameOf = (prefix: string, local: string, uri: string): string => {
    const chosen = Object.hasOwn(prefixes, uri) ? prefixes[uri]! : prefix;
    return chosen === '' ? local : `${chosen}:${local}`;
  };
  const add = (node: XmlNode) => {
    const parent = stack.at(-1);
    if (!parent) return;
    nodes += 1;
    if (nodes > MOST_NODES) refuse('large');
    parent.children.push(node);
  };
  const addText = (printed: string) => {
    if (printed !== '') add(printed);
  };

  parser.on('error', () => refuse('broken'));
  parser.on('doctype', () => refuse('declared'));
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('attribute', () => {
    attributeCount += 1;
    if (attributeCount > MOST_ATTRIBUTES) refuse('large');
  });
  parser.on('opentag', (tag) => {
    attributeCount = 0;
    const name = nameOf(tag.prefix, tag.local, tag.uri);
    const isLeftOut = stack.length > 0 && (stack.at(-1) === null || ignored?.has(name));
    const element: XmlElement | null = isLeftOut
      ? null
      : { name, attributes: attributesOf(tag.attributes, nameOf), children: [] };
    if (element) add(element);
    root ??= element;
    if (stack.push(element) > DEEPEST) refuse('deep');
  });
  parser.on('closetag', () => {
    stack.pop();
  });
  // A declaration inside the root is no DOCTYPE to the parser, yet as unwanted.
  if (/<!(?!--|\[CDATA\[|DOCTYPE)[A-Z]/.test(text)) refuse('declared');
  parser.write(text).close();
  return root ?? refuse('broken');
}

function attributesOf(
  printed: Record<string, SaxesAttributeNS>,
  nameOf: (prefix: string, local: string, uri: string) => string,
): Readonly<Record<string, string>> {
  const attributes: Record<string, string> = Object.create(null);
  let isEmpty = true;
  for (const key in printed) {
    const { prefix, local, uri, value } = printed[key]!;
    if (prefix === 'xmlns' || key === 'xmlns') continue;
    attributes[nameOf(prefix, local, uri)] = value;
    isEmpty = false;
  }
  return isEmpty ? NO_ATTRIBUTES : attributes;
}

export function isElement(node: XmlNode): node is XmlElement {
  return typeof node !== 'string';
}

/** The first child of that name. */
export function childOf(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((node): node is XmlElement => isElement(node) && node.name === name);
}

export function childrenOf(element: XmlElement | undefined, name: string): XmlElement[] {
  return element?.children.filter((node): node is XmlElement => isElement(node) && node.name === name) ?? [];
}

/** Whether the element holds one that passes, at any depth. */
export function holds(element: XmlElement, test: (inner: XmlElement) => boolean): boolean {
  return element.children.some((node) => isElement(node) && (test(node) || holds(node, test)));
}

/** Every character within the element. */
export function textWithin(element: XmlElement): string {
  return element.children.map((node) => (isElement(node) ? textWithin(node) : node)).join('');
}
