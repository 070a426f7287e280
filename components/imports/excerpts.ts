/** Beyond this a value is shown by what sets it apart from its rivals. */
const LONG = 60;
const BOUNDARY = /[、，,；;\n]/;

/** Length of what all texts begin with. */
function sharedStart(texts: readonly string[]): number {
  const [first = ''] = texts;
  let length = 0;
  while (length < first.length && texts.every((text) => text[length] === first[length])) length += 1;
  return length;
}

const reversed = (text: string) => [...text].reverse().join('');

/** The end of the last whole name before `index`, so that an excerpt begins with a whole one; one more name for context. */
function nameStart(text: string, index: number): number {
  let at = index;
  for (let names = 0; at > 0; at -= 1) if (BOUNDARY.test(text[at - 1]!) && ++names === 2) break;
  return at;
}

/** Values as they are shown to be chosen from: long ones cut to the names in which they differ, '…' for what they share. One value is shown whole. */
export function excerpts(values: readonly string[]): string[] {
  if (values.length < 2 || values.every((value) => value.length <= LONG)) return [...values];
  const start = sharedStart(values);
  const end = sharedStart(values.map((value) => reversed(value.slice(start))));
  return values.map((value) => {
    const from = nameStart(value, start);
    const to = value.length - nameStart(reversed(value), end);
    return `${from > 0 ? '…' : ''}${value.slice(from, Math.max(to, from))}${to < value.length ? '…' : ''}`;
  });
}
