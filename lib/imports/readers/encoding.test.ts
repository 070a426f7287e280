import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '@/lib/server/errors';
import { decodeText } from './encoding';

const bytesOf = (...values: number[]) => Uint8Array.from(values);
const utf8 = (text: string) => new TextEncoder().encode(text);

function utf16(text: string, littleEndian: boolean): Uint8Array {
  const bytes = new Uint8Array(text.length * 2);
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < text.length; index++) view.setUint16(index * 2, text.charCodeAt(index), littleEndian);
  return bytes;
}

/** 区住建局，“一网通办” in GB 2312. */
const GB = bytesOf(
  ...[0xc7, 0xf8, 0xd7, 0xa1, 0xbd, 0xa8, 0xbe, 0xd6, 0xa3, 0xac, 0xa1, 0xb0],
  ...[0xd2, 0xbb, 0xcd, 0xf8, 0xcd, 0xa8, 0xb0, 0xec, 0xa1, 0xb1],
);
const GB_TEXT = '区住建局，“一网通办”';

/** Whole characters without carriage returns, controls and a mark at the start. */
const printed = fc
  .string({ unit: 'grapheme', minLength: 1 })
  .map((text) => text.replace(/\p{Control}/gu, '').replace(/^\uFEFF+/, ''));

describe('decodeText', () => {
  it('gives back what was written in UTF-8', () => {
    fc.assert(fc.property(printed, (text) => decodeText(utf8(text)).text === text));
  });

  it.each([
    ['utf-16le', true],
    ['utf-16be', false],
  ] as const)('gives back what was written in %s with a mark', (encoding, littleEndian) => {
    fc.assert(
      fc.property(printed, (text) => {
        const read = decodeText(utf16(`\uFEFF${text}`, littleEndian));
        return read.text === text && read.encoding === encoding && read.isCertain;
      }),
    );
  });

  it.each([
    ['utf-16le', true],
    ['utf-16be', false],
  ] as const)('tells %s without a mark by its zero bytes', (encoding, littleEndian) => {
    expect(decodeText(utf16('序号\t重点任务\n1\t推行“一业一证”', littleEndian))).toEqual({
      text: '序号\t重点任务\n1\t推行“一业一证”',
      encoding,
      isCertain: true,
    });
  });

  it('tells UTF-16 of Chinese characters alone, and says it is not certain', () => {
    const text = '曾都区优化营商环境重点任务清单，牵头单位：区行政审批局。';
    expect(decodeText(utf16(text, true))).toEqual({ text, encoding: 'utf-16le', isCertain: false });
  });

  it('reads GB 2312 where the bytes are not UTF-8', () => {
    expect(decodeText(GB)).toEqual({ text: GB_TEXT, encoding: 'gb18030', isCertain: true });
  });

  it('reads the four-byte characters of GB18030', () => {
    expect(decodeText(bytesOf(...GB, 0x95, 0x32, 0x82, 0x36)).text).toBe(`${GB_TEXT}𠀀`);
  });

  it('follows a declared charset', () => {
    expect(decodeText(GB, 'gb2312')).toEqual({ text: GB_TEXT, encoding: 'gb18030', isCertain: true });
    expect(decodeText(GB, 'utf-8').text).toBe(GB_TEXT);
  });

  it('does not read UTF-8 as GB because of a stale declaration', () => {
    expect(decodeText(utf8('牵头单位：区行政审批局'), 'gbk')).toMatchObject({
      text: '牵头单位：区行政审批局',
      encoding: 'utf-8',
    });
  });

  it('is not certain of bytes that are rarely Chinese', () => {
    expect(decodeText(bytesOf(0xa4, 0x40, 0xa4, 0x54, 0xa4, 0x70), 'gbk').isCertain).toBe(false);
  });

  it('makes every line end \\n and keeps private-use characters', () => {
    expect(decodeText(utf8('甲\r\n乙\r丙\n\uE001')).text).toBe('甲\n乙\n丙\n\uE001');
  });

  it('refuses UTF-8 with a broken byte, naming the line', () => {
    const text = utf8(`甲乙丙丁戊己庚辛壬癸\n${'牵头单位：区行政审批局'.repeat(3)}`);
    text[40] = 0xff;
    expect(() => decodeText(text)).toThrow(/第2行附近/);
    expect(() => decodeText(text)).toThrow(AppError);
  });

  it('refuses what fits no encoding', () => {
    expect(() => decodeText(bytesOf(0xff, 0xff, 0xff))).toThrow(AppError);
    expect(() => decodeText(bytesOf(0x50, 0x4b, 0x03, 0x04, 0x00, 0x00, 0x08, 0x01))).toThrow(AppError);
    expect(() => decodeText(bytesOf(0xa4, 0xa4), 'Big5')).toThrow(/Big5/);
  });

  it('reads an empty file as empty', () => {
    expect(decodeText(new Uint8Array())).toMatchObject({ text: '', encoding: 'utf-8' });
  });

  it('reads a real list unchanged', () => {
    const bytes = readFileSync('seeds/documents/huarong-2023.txt');
    expect(decodeText(bytes).text).toBe(
      bytes
        .toString('utf8')
        .replace(/^\uFEFF/, '')
        .replace(/\r\n?/g, '\n'),
    );
  });
});
