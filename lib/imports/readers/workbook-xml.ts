import { AppError } from '@/lib/server/errors';

const DECLARED =
  '文件内部带有 DOCTYPE 或实体声明，正常的表格没有，为安全起见没有打开。请用 Excel、WPS 打开后另存为 .xlsx 再上传。';

/** A flat scan of the XML parts of a workbook: no tree is built, no entity is defined, nothing is fetched. Names come without their prefix. */
export type XmlHandler = {
  open(name: string, attributes: string, isEmpty: boolean): void;
  close(name: string): void;
  text?(text: string): void;
};

/** Walks `xml` once from front to back; what is not well formed is passed over. Refuses: unreadable (a DOCTYPE, which may change what is printed). */
export function scanXml(xml: string, handler: XmlHandler): void {
  let from = 0;
  while (from < xml.length) {
    const start = xml.indexOf('<', from);
    const end = start < 0 ? xml.length : start;
    if (end > from) handler.text?.(decodeXml(xml.slice(from, end)));
    if (start < 0) return;
    from = passTag(xml, start, handler);
  }
}

function passTag(xml: string, start: number, handler: XmlHandler): number {
  if (xml.startsWith('<!--', start)) return after(xml, '-->', start);
  if (xml.startsWith('<?', start)) return after(xml, '?>', start);
  if (xml.startsWith('<![CDATA[', start)) {
    const end = after(xml, ']]>', start);
    handler.text?.(xml.slice(start + 9, end - 3));
    return end;
  }
  const end = tagEnd(xml, start);
  const isClose = xml[start + 1] === '/';
  const isEmpty = xml[end - 2] === '/';
  const inner = xml.slice(start + (isClose ? 2 : 1), end - (isEmpty ? 2 : 1));
  const gap = inner.search(/\s/);
  const full = gap < 0 ? inner : inner.slice(0, gap);
  const name = full.slice(full.indexOf(':') + 1);
  if (isClose) handler.close(name);
  else if (full.startsWith('!')) throw new AppError('unreadable', DECLARED);
  else {
    handler.open(name, gap < 0 ? '' : inner.slice(gap), isEmpty);
    if (isEmpty) handler.close(name);
  }
  return end;
}

function after(xml: string, mark: string, start: number): number {
  const at = xml.indexOf(mark, start);
  return at < 0 ? xml.length : at + mark.length;
}

/** A value may hold '>': the tag ends at the first one outside quotes. */
function tagEnd(xml: string, start: number): number {
  let quote = 0;
  for (let index = start + 1; index < xml.length; index++) {
    const code = xml.charCodeAt(index);
    if (quote !== 0) {
      if (code === quote) quote = 0;
    } else if (code === 34 || code === 39) quote = code;
    else if (code === 62) return index + 1;
  }
  return xml.length;
}

const patterns = new Map<string, RegExp>();

/** Value of the attribute with this local name, decoded; null where there is none. */
export function attribute(attributes: string, name: string): string | null {
  let pattern = patterns.get(name);
  if (!pattern) {
    pattern = new RegExp(`[\\s:]${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`);
    patterns.set(name, pattern);
  }
  const match = pattern.exec(attributes);
  return match ? decodeXml(match[1] ?? match[2] ?? '') : null;
}

/** '1' or 'true'. */
export function isOn(value: string | null): boolean {
  return value === '1' || value === 'true';
}

const NAMED: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function decodeXml(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(lt|gt|amp|quot|apos));/gi, (whole, hex, decimal, name) => {
    if (name) return NAMED[name.toLowerCase()]!;
    const code = hex ? Number.parseInt(hex, 16) : Number(decimal);
    return code > 0x10ffff ? whole : String.fromCodePoint(code);
  });
}
