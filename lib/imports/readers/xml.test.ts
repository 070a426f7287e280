import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AppError } from '@/lib/server/errors';
import { childOf, childrenOf, holds, parseXml, textWithin, type XmlNode } from './xml';

const parse = (text: string) => parseXml(text, { prefixes: { 'urn:w': 'w' } });

function print(node: XmlNode): string {
  if (typeof node === 'string') return node.replace(/&/g, '&amp;').replace(/</g, '&lt;');
  return `<${node.name}>${node.children.map(print).join('')}</${node.name}>`;
}

test('keeps the order of text and elements, and all white space', () => {
  expect(print(parse('<a> 一<b/>\n二 <b>\t</b></a>'))).toBe('<a> 一<b></b>\n二 <b>\t</b></a>');
});

test('reads back any tree that is printed', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1 });
  const { tree } = fc.letrec<{ tree: XmlNode }>((tie) => ({
    tree: fc.record({
      name: fc.constantFrom('a', 'b', '表'),
      attributes: fc.constant(Object.create(null)),
      children: fc.array(fc.oneof({ depthSize: 'small' }, text, tie('tree')), { maxLength: 4 }),
    }),
  }));
  fc.assert(
    fc.property(tree, (node) => {
      expect(print(parse(print(node)))).toBe(print(node));
    }),
  );
});

test('decodes the five named and all numbered characters once', () => {
  const { attributes, children } = parse('<a b="&quot;&#10;" c=\'1>0\'>&lt;&amp;lt;&gt;&apos;&#x4e2d;&#65;</a>');
  expect([attributes.b, attributes.c, ...children]).toEqual(['"\n', '1>0', "<&lt;>'中A"]);
});

test('takes literal text as it stands and skips comments and instructions', () => {
  expect(textWithin(parse('<?xml version="1.0"?><!-- < --><a>1<!-- 2 --><![CDATA[<3>&]]><?x?>4</a>'))).toBe('1<3>&4');
});

test('names elements and attributes by namespace, whatever the prefix', () => {
  const root = parse('<x:a xmlns:x="urn:w" x:n="1" n="2"><a xmlns="urn:w"/><a/></x:a>');
  expect(root.name).toBe('w:a');
  expect(root.attributes).toMatchObject({ 'w:n': '1', n: '2' });
  expect(root.children.map((node) => typeof node !== 'string' && node.name)).toEqual(['w:a', 'a']);
});

test('leaves out what is to be ignored, with all it holds', () => {
  const root = parseXml('<a><b><c>1</c></b>2<b/></a>', { prefixes: {}, ignored: new Set(['b']) });
  expect(print(root)).toBe('<a>2</a>');
});

test('finds children and what lies deeper', () => {
  const root = parse('<a><b n="1"/><b n="2"><c/></b></a>');
  expect(childOf(root, 'b')?.attributes.n).toBe('1');
  expect(childrenOf(root, 'b')).toHaveLength(2);
  expect([holds(root, (inner) => inner.name === 'c'), childOf(root, 'c')]).toEqual([true, undefined]);
});

test.each([
  '',
  '文字',
  '<a>',
  '<a></b>',
  '<a><b></a></b>',
  '</a>',
  '<a/><b/>',
  '<a/>文字',
  '<a b=1/>',
  '<a b="1"c="2"/>',
  '<a',
  '<a>&nope;</a>',
  '<a>&</a>',
  '<a>& b;</a>',
  '<a>&#0;</a>',
  '<a>&#x110000;</a>',
  '<a><!-- </a>',
  '<a><![CDATA[ </a>',
  '<x:a/>',
])('refuses what is broken: %s', (text) => {
  expect(() => parse(text)).toThrow(AppError);
  expect(() => parse(text)).toThrow(/XML/);
});

test.each(['<!DOCTYPE a><a/>', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', '<a><!ENTITY b "c"></a>'])(
  'refuses declarations: %s',
  (text) => expect(() => parse(text)).toThrow(/DOCTYPE/),
);

test('refuses nesting without end', () => {
  expect(() => parse('<a>'.repeat(100_000))).toThrow(/嵌套/);
});

test('refuses attributes without end', () => {
  const attributes = Array.from({ length: 2_000 }, (_, index) => ` a${index}=""`).join('');
  expect(() => parse(`<a${attributes}/>`)).toThrow(/过多/);
});
