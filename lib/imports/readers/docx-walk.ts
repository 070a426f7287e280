import { chooseAlternative, hasDeletedMark } from './docx-text';
import { isElement, type XmlElement } from './xml';

/** Paragraphs that a deleted paragraph mark joins stand together. */
export type Block =
  | { kind: 'paragraph'; elements: XmlElement[] }
  | { kind: 'table'; element: XmlElement }
  | { kind: 'embedded'; element: XmlElement };

const BLOCKS = new Set(['w:p', 'w:tbl', 'w:altChunk', 'w:subDoc']);
const PROPERTIES = new Set(['w:tblPr', 'w:tblGrid', 'w:trPr', 'w:tcPr', 'w:sdtPr', 'w:sectPr', 'w:p']);

/** Elements of these names in order, looking through content controls and the like, but not into one that is found. */
export function elementsWithin(container: XmlElement, ...names: string[]): XmlElement[] {
  const found: XmlElement[] = [];
  collect(container, new Set(names), found);
  return found;
}

function collect(container: XmlElement, names: ReadonlySet<string>, found: XmlElement[]): void {
  for (const node of container.children) {
    if (!isElement(node)) continue;
    if (names.has(node.name)) found.push(node);
    else if (node.name === 'mc:AlternateContent') collect(chooseAlternative(node), names, found);
    else if (!PROPERTIES.has(node.name)) collect(node, names, found);
  }
}

export function blocksOf(container: XmlElement): Block[] {
  const blocks: Block[] = [];
  let running: XmlElement[] = [];
  const close = () => {
    if (running.length > 0) blocks.push({ kind: 'paragraph', elements: running });
    running = [];
  };
  for (const element of elementsWithin(container, ...BLOCKS)) {
    if (element.name === 'w:p') {
      running.push(element);
      if (!hasDeletedMark(element)) close();
    } else {
      close();
      blocks.push({ kind: element.name === 'w:tbl' ? 'table' : 'embedded', element });
    }
  }
  close();
  return blocks;
}
