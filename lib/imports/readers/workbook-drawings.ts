import { scanXml } from './workbook-xml';

/** What lies over the cells of a sheet: numbers of pictures and charts, and the text of each shape with paragraphs as lines. */
export function readDrawing(xml: string): { pictures: number; charts: number; texts: string[] } {
  const found = { pictures: 0, charts: 0, texts: [] as string[] };
  let paragraphs: string[] | null = null;
  let isText = false;
  // The older form of a shape repeats the newer one.
  let fallback = 0;
  scanXml(xml, {
    open(name) {
      if (name === 'Fallback') fallback++;
      if (fallback > 0) return;
      if (name === 'pic') found.pictures++;
      else if (name === 'chart') found.charts++;
      else if (name === 'txBody') paragraphs = [];
      else if (name === 'p') paragraphs?.push('');
      else if (name === 't') isText = true;
      else if (name === 'br') append('\n');
    },
    close(name) {
      if (name === 'Fallback') fallback--;
      if (name === 't') isText = false;
      if (name !== 'txBody' || !paragraphs) return;
      const text = paragraphs.join('\n').trim();
      if (text !== '') found.texts.push(text);
      paragraphs = null;
    },
    text(text) {
      if (isText && fallback === 0) append(text);
    },
  });
  return found;

  function append(text: string): void {
    if (paragraphs && paragraphs.length > 0) paragraphs[paragraphs.length - 1] += text;
  }
}
