import type { DefaultTreeAdapterTypes } from 'parse5';

export type HtmlElement = DefaultTreeAdapterTypes.Element;
export type HtmlNode = DefaultTreeAdapterTypes.ChildNode;

/** What of an element's style changes how its text is read. */
export type ElementStyle = {
  isHidden: boolean;
  isStruck: boolean;
  keepsSpace: boolean;
  listType: string | null;
  /** Marks that Word leaves: 'mso-list' → 'Ignore', 'mso-tab-count' → '1' … */
  word: Map<string, string>;
};

const READ =
  /(?:^|[;\s])(display|visibility|text-decoration|text-decoration-line|white-space|list-style|list-style-type|mso-list|mso-tab-count|mso-element|mso-outline-level|mso-hide)\s*:\s*([^;]*)/gi;
const NOTHING: ElementStyle = {
  isHidden: false,
  isStruck: false,
  keepsSpace: false,
  listType: null,
  word: new Map(),
};

/** Styles of one document: its own rules for classes (Excel keeps strikes there), attributes and tags. */
export class StyleSheet {
  private readonly classes = new Map<string, string>();
  private readonly known = new Map<string, ElementStyle>();

  /** Only rules for one class: `.xl65`, `td.xl65`, `.a, .b`. Blocks of rules (@media) are passed over. */
  addRules(css: string): void {
    const plain = css.replace(/<!--|-->/g, ' ').replace(/\/\*[\s\S]*?\*\//g, ' ');
    let at = 0;
    for (;;) {
      const open = plain.indexOf('{', at);
      if (open < 0) return;
      const close = plain.indexOf('}', open);
      if (close < 0) return;
      const selectors = plain.slice(at, open);
      if (selectors.includes('@')) {
        at = endOfBlock(plain, open);
        continue;
      }
      const body = plain.slice(open + 1, close);
      for (const selector of selectors.split(',')) {
        const name = /^\s*[\w-]*\.([\w-]+)\s*$/.exec(selector)?.[1];
        if (name) this.classes.set(name, `${this.classes.get(name) ?? ''};${body}`);
      }
      at = close + 1;
    }
  }

  of(element: HtmlElement): ElementStyle {
    const inline = attributeOf(element, 'style') ?? '';
    const names = attributeOf(element, 'class') ?? '';
    const hasHidden = attributeOf(element, 'hidden') !== null;
    if (inline === '' && names === '' && !hasHidden) return NOTHING;
    const key = `${hasHidden} ${names}\n${inline}`;
    let style = this.known.get(key);
    if (!style) {
      const rules = names.split(/\s+/).map((name) => this.classes.get(name) ?? '');
      style = readStyle(`${rules.join(';')};${inline}`, hasHidden);
      if (this.known.size < 10_000) this.known.set(key, style);
    }
    return style;
  }
}

/** Behind the '}' that closes the '{' at `open`. */
function endOfBlock(css: string, open: number): number {
  let depth = 0;
  for (let at = open; at < css.length; at++) {
    if (css[at] === '{') depth++;
    else if (css[at] === '}') {
      depth--;
      if (depth === 0) return at + 1;
    }
  }
  return css.length;
}

function readStyle(css: string, hasHidden: boolean): ElementStyle {
  const values = new Map<string, string>();
  for (const [, name, value] of css.matchAll(READ)) values.set(name!.toLowerCase(), value!.trim());
  const lower = (name: string) => values.get(name)?.toLowerCase() ?? '';
  return {
    isHidden:
      lower('display').startsWith('none') ||
      /^(hidden|collapse)/.test(lower('visibility')) ||
      lower('mso-hide').startsWith('all') ||
      (hasHidden && !values.has('display')),
    isStruck: /line-through/.test(`${lower('text-decoration')} ${lower('text-decoration-line')}`),
    keepsSpace: /^(pre|break-spaces)/.test(lower('white-space')),
    listType: lower('list-style-type') || lower('list-style') || null,
    word: values,
  };
}

export function attributeOf(element: HtmlElement, name: string): string | null {
  for (const attribute of element.attrs) if (attribute.name === name) return attribute.value;
  return null;
}

export function isElement(node: HtmlNode): node is HtmlElement {
  return 'tagName' in node;
}
