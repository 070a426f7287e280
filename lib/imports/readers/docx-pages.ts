import { isElement, type XmlElement } from './xml';

/** Where pages end in a paragraph or a cell; only breaks that the last program to save the file had itself drawn are counted. */
export type PageBreaks = { count: number; leads: boolean; trails: boolean };

const PRINTED = new Set(['w:t', 'w:tab', 'w:sym', 'w:noBreakHyphen', 'w:drawing', 'w:pict']);
const NOT_PRINTED = new Set(['w:del', 'w:moveFrom', 'w:pPr', 'w:rPr', 'w:txbxContent']);

export function pageBreaksOf(element: XmlElement): PageBreaks {
  const found = { count: 0, leads: false, trails: false, hasText: false };
  walk(element, found);
  return found;
}

function walk(element: XmlElement, found: PageBreaks & { hasText: boolean }): void {
  for (const node of element.children) {
    if (!isElement(node) || NOT_PRINTED.has(node.name)) continue;
    if (node.name === 'w:lastRenderedPageBreak') {
      found.count += 1;
      mark(found);
    } else if (node.name === 'w:br' && node.attributes['w:type'] === 'page') {
      found.trails = true;
    } else if (PRINTED.has(node.name)) {
      found.hasText = true;
      found.trails = false;
    } else walk(node, found);
  }
}

function mark(found: PageBreaks & { hasText: boolean }): void {
  if (found.hasText) found.trails = true;
  else found.leads = true;
}
