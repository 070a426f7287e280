import { AppError } from '@/lib/server/errors';
import type { Archive } from './archive';
import { childrenOf, isElement, parseXml, type XmlElement } from './xml';

/** The parts of a Word file that are read, found by their relations and not by their usual names. */
export type DocxParts = {
  document: XmlElement;
  styles: XmlElement | null;
  numbering: XmlElement | null;
  /** In the order in which the sections use them. */
  margins: { kind: 'header' | 'footer'; element: XmlElement }[];
  note(kind: 'footnote' | 'endnote', id: string): XmlElement | undefined;
  /** The program that saved the file noted where its pages ended. */
  hasPages: boolean;
};

const OFFICE = 'http://schemas.openxmlformats.org';
const STRICT = 'http://purl.oclc.org/ooxml';

const PREFIXES: Record<string, string> = {
  [`${OFFICE}/wordprocessingml/2006/main`]: 'w',
  [`${STRICT}/wordprocessingml/main`]: 'w',
  [`${OFFICE}/officeDocument/2006/relationships`]: 'r',
  [`${STRICT}/officeDocument/relationships`]: 'r',
  [`${OFFICE}/officeDocument/2006/math`]: 'm',
  [`${STRICT}/officeDocument/math`]: 'm',
  [`${OFFICE}/markup-compatibility/2006`]: 'mc',
  [`${OFFICE}/drawingml/2006/picture`]: 'pic',
  [`${STRICT}/drawingml/picture`]: 'pic',
  [`${OFFICE}/drawingml/2006/chart`]: 'c',
  [`${STRICT}/drawingml/chart`]: 'c',
  [`${OFFICE}/drawingml/2006/diagram`]: 'dgm',
  [`${STRICT}/drawingml/diagram`]: 'dgm',
  [`${OFFICE}/package/2006/relationships`]: 'rel',
  'urn:schemas-microsoft-com:vml': 'v',
  'urn:schemas-microsoft-com:office:office': 'o',
};

/** Looks and former looks: most of a file, and nothing that is printed as text. */
const IGNORED = new Set(
  (
    'rFonts sz szCs color lang kern spacing ind jc widowControl shd tcBorders tblBorders pBdr bdr tcMar tblCellMar tblLook tblW tcW ' +
    'tblInd tblLayout bCs b i iCs u rPrChange pPrChange tblPrChange tblPrExChange trPrChange tcPrChange sectPrChange tblGridChange ' +
    'numberingChange snapToGrid bidi vAlign trHeight cantSplit suppressLineNumbers autoSpaceDE autoSpaceDN adjustRightInd ' +
    'proofErr bookmarkStart bookmarkEnd latentStyles noProof topLinePunct kinsoku wordWrap overflowPunct'
  )
    .split(' ')
    .map((name) => `w:${name}`),
);

/** Characters of one part; a list of 10,000 rows takes about half. */
const LONGEST_PART = 80_000_000;

type Relation = { id: string; type: string; target: string };

/** Throws unreadable: no document in the file, or a part that is broken or too long. */
export function openParts(archive: Archive): DocxParts {
  const main = documentName(archive);
  const text = readText(archive, main);
  const document = parse(text);
  const relations = relationsOf(archive, main);
  const partOf = (type: string): XmlElement | null => {
    const relation = relations.find((one) => one.type === type);
    return relation && archive.has(relation.target) ? parse(readText(archive, relation.target)) : null;
  };
  const notes = { footnote: notesOf(partOf('footnotes')), endnote: notesOf(partOf('endnotes')) };
  return {
    document,
    styles: partOf('styles'),
    numbering: partOf('numbering'),
    margins: marginsOf(document, relations, archive),
    note: (kind, id) => notes[kind].get(id),
    hasPages: text.includes('lastRenderedPageBreak'),
  };
}

function documentName(archive: Archive): string {
  const related = relationsOf(archive, '').find((relation) => relation.type === 'officeDocument')?.target;
  const name = [related, 'word/document.xml'].find((candidate) => candidate !== undefined && archive.has(candidate));
  if (name === undefined) {
    throw new AppError(
      'unreadable',
      '文件里没有 Word 正文，不是 .docx 文档。请用 Word、WPS 打开后另存为 .docx 再上传。',
    );
  }
  return name;
}

function readText(archive: Archive, name: string): string {
  const text = archive.text(name);
  if (text.length > LONGEST_PART) {
    throw new AppError('unreadable', '文档正文过大，没有打开。请删去与清单无关的内容，或拆成几个文件分别上传。');
  }
  return text;
}

function parse(text: string): XmlElement {
  return parseXml(text, { prefixes: PREFIXES, ignored: IGNORED });
}

/** Relations of a part; those of the whole file for ''. */
function relationsOf(archive: Archive, part: string): Relation[] {
  const folder = part.slice(0, part.lastIndexOf('/') + 1);
  const name = `${folder}_rels/${part.slice(folder.length)}.rels`;
  if (!archive.has(name)) return [];
  return childrenOf(parse(readText(archive, name)), 'rel:Relationship').flatMap(({ attributes }) => {
    const target = attributes.Target;
    if (target === undefined) return [];
    const type = attributes.Type ?? '';
    return [{ id: attributes.Id ?? '', type: type.slice(type.lastIndexOf('/') + 1), target: resolve(folder, target) }];
  });
}

function resolve(folder: string, target: string): string {
  const segments: string[] = [];
  for (const segment of (target.startsWith('/') ? target : folder + target).split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  return segments.join('/');
}

function notesOf(root: XmlElement | null): Map<string, XmlElement> {
  const notes = root?.children.filter(isElement) ?? [];
  return new Map(notes.map((note) => [note.attributes['w:id'] ?? '', note]));
}

function marginsOf(document: XmlElement, relations: Relation[], archive: Archive): DocxParts['margins'] {
  const used = new Map<string, DocxParts['margins'][number]>();
  const walk = (element: XmlElement) => {
    for (const node of element.children) {
      if (!isElement(node)) continue;
      const kind = node.name === 'w:headerReference' ? 'header' : node.name === 'w:footerReference' ? 'footer' : null;
      if (kind === null) {
        walk(node);
        continue;
      }
      const target = relations.find((relation) => relation.id === node.attributes['r:id'])?.target;
      if (target === undefined || used.has(target) || !archive.has(target)) continue;
      used.set(target, { kind, element: parse(readText(archive, target)) });
    }
  };
  walk(document);
  return [...used.values()];
}
