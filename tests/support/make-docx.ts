import { strToU8, type Zippable, zipSync } from 'fflate';

const OFFICE = 'http://schemas.openxmlformats.org';
const NAMESPACES = [
  `xmlns:w="${OFFICE}/wordprocessingml/2006/main"`,
  `xmlns:r="${OFFICE}/officeDocument/2006/relationships"`,
  `xmlns:mc="${OFFICE}/markup-compatibility/2006"`,
  `xmlns:pic="${OFFICE}/drawingml/2006/picture"`,
  `xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"`,
  'xmlns:v="urn:schemas-microsoft-com:vml"',
  'xmlns:o="urn:schemas-microsoft-com:office:office"',
].join(' ');

const PARTS = {
  styles: 'styles',
  numbering: 'numbering',
  comments: 'comments',
  footnotes: 'footnotes',
  endnotes: 'endnotes',
  header: 'hdr',
  footer: 'ftr',
} as const;
type PartName = keyof typeof PARTS;

/** What stands within the root element of each part, as XML; `extra` are further files by name. */
export type DocxSource = { body: string; extra?: Zippable } & Partial<Record<PartName, string>>;

/** Bytes of a Word file. A header or footer is used by the last section (relations 'header' and 'footer'). */
export function makeDocx({ body, extra, ...parts }: DocxSource): Uint8Array {
  const names = (Object.keys(parts) as PartName[]).filter((name) => parts[name] !== undefined);
  const references = names
    .filter((name) => name === 'header' || name === 'footer')
    .map((name) => `<w:${name}Reference w:type="default" r:id="${name}"/>`);
  const files: Zippable = {
    '[Content_Types].xml': contentTypes(['document', ...names]),
    '_rels/.rels': relations([['main', 'officeDocument', 'word/document.xml']]),
    'word/document.xml': part('document', `<w:body>${body}<w:sectPr>${references.join('')}</w:sectPr></w:body>`),
    'word/_rels/document.xml.rels': relations(names.map((name) => [name, name, `${name}.xml`])),
  };
  for (const name of names) files[`word/${name}.xml`] = part(PARTS[name], parts[name]!);
  return zipSync({ ...files, ...extra });
}

function contentTypes(names: (PartName | 'document')[]): Uint8Array {
  const types = names.map((name) => {
    const type = `application/vnd.openxmlformats-officedocument.wordprocessingml.${name === 'document' ? 'document.main' : name}+xml`;
    return `<Override PartName="/word/${name}.xml" ContentType="${type}"/>`;
  });
  const relationType = 'application/vnd.openxmlformats-package.relationships+xml';
  return strToU8(
    `<Types xmlns="${OFFICE}/package/2006/content-types"><Default Extension="rels" ContentType="${relationType}"/>${types.join('')}</Types>`,
  );
}

function part(root: string, content: string): Uint8Array {
  return strToU8(`<?xml version="1.0" encoding="UTF-8"?><w:${root} ${NAMESPACES}>${content}</w:${root}>`);
}

function relations(list: [id: string, type: string, target: string][]): Uint8Array {
  const elements = list.map(
    ([id, type, target]) =>
      `<Relationship Id="${id}" Type="${OFFICE}/officeDocument/2006/relationships/${type}" Target="${target}"/>`,
  );
  return strToU8(`<Relationships xmlns="${OFFICE}/package/2006/relationships">${elements.join('')}</Relationships>`);
}

export function run(text: string, properties = ''): string {
  return `<w:r><w:rPr>${properties}</w:rPr><w:t xml:space="preserve">${text}</w:t></w:r>`;
}

/** `content`: text, or XML where it starts with an element. */
export function paragraph(content: string, properties = ''): string {
  const inner = content === '' || content.startsWith('<') ? content : run(content);
  return `<w:p><w:pPr>${properties}</w:pPr>${inner}</w:p>`;
}

export function cell(content: string, properties = ''): string {
  const inner = /^<w:(p|tbl|sdt)[ >]/.test(content) ? content : paragraph(content);
  return `<w:tc><w:tcPr>${properties}</w:tcPr>${inner}</w:tc>`;
}

/** Cells as XML, or texts. */
export function row(cells: string[], properties = ''): string {
  const inner = cells.map((one) => (one.startsWith('<w:tc>') ? one : cell(one)));
  return `<w:tr><w:trPr>${properties}</w:trPr>${inner.join('')}</w:tr>`;
}

export function table(...rows: string[]): string {
  return `<w:tbl><w:tblPr/>${rows.join('')}</w:tbl>`;
}
