import fc from 'fast-check';
import { strToU8, unzipSync, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { AppError } from '@/lib/server/errors';
import { ARCHIVE_LIMITS, openArchive } from './archive';

/** Offset of the directory's entry `index` (names of one letter, no extra fields). */
function entryAt(bytes: Uint8Array, index: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  let at = view.getUint32(bytes.length - 6, true);
  for (; index > 0; index--) at += 46 + view.getUint16(at + 28, true) + view.getUint16(at + 30, true);
  return at;
}

function forged(bytes: Uint8Array, forge: (view: DataView, entry: (index: number) => number) => void): Uint8Array {
  const copy = bytes.slice();
  forge(new DataView(copy.buffer), (index) => entryAt(copy, index));
  return copy;
}

function expectRefusal(bytes: Uint8Array, words: RegExp): void {
  const read = () => {
    const archive = openArchive(bytes);
    for (const name of archive.names) archive.bytes(name);
  };
  expect(read).toThrow(AppError);
  expect(read).toThrow(words);
}

const MEGABYTE = 1024 * 1024;
const two = zipSync({ a: strToU8('甲'.repeat(100)), b: strToU8('乙'.repeat(100)) });

test('gives back every part that was packed', () => {
  const name = fc.stringMatching(/^[a-z]{1,8}(\/[a-z0-9]{1,8})?$/);
  fc.assert(
    fc.property(fc.dictionary(name, fc.uint8Array({ maxLength: 2_000 })), fc.constantFrom(0, 6), (files, level) => {
      const archive = openArchive(zipSync(files, { level: level as 0 | 6 }));
      expect(archive.names.toSorted()).toEqual(Object.keys(files).toSorted());
      for (const [key, bytes] of Object.entries(files))
        expect(Buffer.from(archive.bytes(key))).toEqual(Buffer.from(bytes));
    }),
  );
});

test('reads text in UTF-8 and UTF-16, without the byte order mark', () => {
  const archive = openArchive(
    zipSync({ a: strToU8('\u{feff}“引号”'), b: new Uint8Array(Buffer.from('\u{feff}〔括号〕', 'utf16le')) }),
  );
  expect([archive.text('a'), archive.text('b')]).toEqual(['“引号”', '〔括号〕']);
});

test('refuses bytes that are no text', () => {
  const archive = openArchive(zipSync({ a: new Uint8Array([0x80, 0xff]) }));
  expect(() => archive.text('a')).toThrow(/损坏/);
});

test('finds parts whatever the case and the separator of folders', () => {
  const archive = openArchive(zipSync({ 'Word\\Document.xml': strToU8('文') }));
  expect(archive.names).toEqual(['Word/Document.xml']);
  expect([archive.has('word/document.xml'), archive.text('/word/document.xml')]).toEqual([true, '文']);
});

test('asks for a part that is not there with a message', () => {
  expect(() => openArchive(two).bytes('c')).toThrow(AppError);
});

describe('refuses before inflating', () => {
  test('too many entries', () => {
    const files = Object.fromEntries(
      Array.from({ length: ARCHIVE_LIMITS.entries + 1 }, (_, index) => [`${index}`, new Uint8Array()]),
    );
    expectRefusal(zipSync(files), /2,000 个/);
  });

  test('more than 200 MB in all', () => {
    const stored = zipSync({ a: new Uint8Array(MEGABYTE), b: new Uint8Array(MEGABYTE) }, { level: 0 });
    const bytes = forged(stored, (view, entry) => {
      for (const index of [0, 1]) view.setUint32(entry(index) + 24, 150 * MEGABYTE, true);
    });
    expect(() => openArchive(bytes)).toThrow(/解压后超过 200 MB/);
  });

  test('a large part that is packed more than 200 times', () => {
    const bomb = zipSync({ a: new Uint8Array(2 * MEGABYTE) });
    expect(() => openArchive(bomb)).toThrow(/压缩比/);
    expect(openArchive(zipSync({ a: new Uint8Array(MEGABYTE) })).bytes('a')).toHaveLength(MEGABYTE);
  });

  test('encrypted parts', () => {
    const bytes = forged(two, (view, entry) => view.setUint16(entry(1) + 8, 1, true));
    expectRefusal(bytes, /密码/);
  });

  test('a packing method that is not known', () => {
    const bytes = forged(two, (view, entry) => view.setUint16(entry(1) + 10, 93, true));
    expectRefusal(bytes, /压缩方式/);
  });

  test('two entries over the same bytes', () => {
    const inner = zipSync({ b: strToU8('乙') }, { level: 0 });
    const outer = zipSync({ a: inner.slice(0, entryAt(inner, 0)), b: strToU8('乙') }, { level: 0 });
    const bytes = forged(outer, (view, entry) => view.setUint32(entry(1) + 42, 31, true));
    expectRefusal(bytes, /损坏/);
  });

  test('a part that is named otherwise in the directory', () => {
    expectRefusal(
      forged(two, (view, entry) => view.setUint8(entry(1) + 46, 'c'.charCodeAt(0))),
      /损坏/,
    );
  });

  test('two parts of one name', () => {
    expectRefusal(zipSync({ a: strToU8('甲'), A: strToU8('乙') }), /损坏/);
  });
});

test('a directory that promises less than is packed does not get through, where fflate cuts the part off silently', () => {
  const packed = zipSync({ a: strToU8('清单'.repeat(50_000)) });
  const lying = forged(packed, (view, entry) => view.setUint32(entry(0) + 24, 6, true));
  expect(unzipSync(lying).a).toEqual(strToU8('清单'));
  expectRefusal(lying, /损坏/);
});

test('a directory that promises more than is packed does not get through', () => {
  expectRefusal(
    forged(two, (view, entry) => view.setUint32(entry(0) + 24, 301, true)),
    /损坏/,
  );
});

test('a part whose bytes were changed does not get through', () => {
  const stored = zipSync({ a: strToU8('第一季度') }, { level: 0 });
  const changed = stored.slice();
  changed[31 + 2]! ^= 1;
  expectRefusal(changed, /损坏/);
});

test('whatever is cut off or overwritten is refused with a message and never with another error', () => {
  fc.assert(
    fc.property(fc.nat(two.length - 1), fc.nat(255), fc.boolean(), (at, value, isCut) => {
      const bytes = isCut ? two.slice(0, at) : two.with(at, value);
      try {
        const archive = openArchive(bytes);
        for (const name of archive.names) archive.bytes(name);
      } catch (error) {
        expect(error).toBeInstanceOf(AppError);
      }
    }),
    { numRuns: 500 },
  );
});

test.each([
  ['empty', new Uint8Array()],
  ['text', strToU8('序号\t重点任务')],
  ['half a file', two.slice(0, 150)],
])('refuses what is no zip file: %s', (_, bytes) => expectRefusal(bytes, /损坏/));
