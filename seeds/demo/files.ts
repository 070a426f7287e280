import { crc32, deflateSync } from 'node:zlib';
import type { Day } from '@/lib/dates';
import { Random } from './random';

type Facts = { title: string; docNumber?: string; issuer?: string; signedOn?: Day };
/** A piece of evidence that the demonstration makes itself. */
export type Piece = Facts &
  ({ kind: 'pdf' | 'txt'; lines: string[] } | { kind: 'png'; tone: number } | { kind: 'link'; url: string });

/** The file of a piece and what it is served as; null for a link. */
export function fileOf(piece: Piece): { mediaType: string; content: Uint8Array } | null {
  if (piece.kind === 'link') return null;
  if (piece.kind === 'png') return { mediaType: 'image/png', content: pictureOf(piece.tone, piece.title) };
  if (piece.kind === 'txt')
    return { mediaType: 'text/plain', content: Buffer.from(`${piece.lines.join('\r\n')}\r\n（演示数据）\r\n`, 'utf8') };
  return { mediaType: 'application/pdf', content: pdfOf([...piece.lines, '（演示数据）']) };
}

/** A page of lines, the first as its heading. The font is one that every reader of Chinese PDF brings along, so the file stays small. */
function pdfOf(lines: string[]): Buffer {
  const hex = (text: string) => Buffer.from(text, 'utf16le').swap16().toString('hex').toUpperCase();
  const drawn = lines.map((line, at) =>
    at === 0
      ? `BT /F1 20 Tf 90 740 Td <${hex(line)}> Tj ET`
      : `BT /F1 13 Tf 90 ${720 - at * 30} Td <${hex(line)}> Tj ET`,
  );
  const page = drawn.join('\n');
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 5 0 R >> >> /Contents 4 0 R >>',
    `<< /Length ${page.length} >>\nstream\n${page}\nendstream`,
    '<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [6 0 R] >>',
    '<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /DW 1000 /W [1 95 500] /FontDescriptor 7 0 R >>',
    '<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>',
  ];
  let text = '%PDF-1.4\n';
  const offsets = objects.map((object, at) => {
    const offset = text.length;
    text += `${at + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const start = text.length;
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}`;
  text += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`;
  return Buffer.from(text, 'latin1');
}

const SKIES = [
  [150, 190, 225],
  [205, 200, 190],
  [175, 205, 205],
  [225, 205, 180],
] as const;

/** Stands for a photograph: a building under a sky, each title another one. */
function pictureOf(tone: number, title: string): Buffer {
  const [width, height] = [480, 320];
  const random = new Random(title);
  const [left, right, roof] = [random.int(40, 150), random.int(320, 450), random.int(60, 140)];
  const sky = SKIES[tone % SKIES.length]!;
  const rows = Buffer.alloc(height * (1 + width * 3));
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const isWall = x > left && x < right && y > roof && y < 262;
      const isWindow = isWall && (x - left) % 52 > 16 && (y - roof) % 43 > 16;
      const isGround = y >= 262;
      const shade = Math.round((y / height) * 30);
      const color = isWindow
        ? [92, 116, 140]
        : isWall
          ? [232 - shade, 226 - shade, 214 - shade]
          : isGround
            ? [140, 144, 138]
            : sky.map((part) => Math.min(255, part + shade));
      rows.set(color, y * (1 + width * 3) + 1 + x * 3);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
