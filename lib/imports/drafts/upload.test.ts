import { describe, expect, test } from 'vitest';
import { readUpload } from './upload';

const formOf = (fields: Record<string, string | File>): FormData => {
  const form = new FormData();
  for (const [key, value] of Object.entries(fields)) form.append(key, value);
  return form;
};
const requestOf = (body: BodyInit, headers: Record<string, string> = {}) =>
  new Request('http://ledger.example/api/imports', { method: 'POST', body, headers });
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

describe('readUpload', () => {
  test('takes the file with the fields beside it', async () => {
    const file = new File(['序号\t任务'], '清单.txt', { type: 'text/plain' });
    const upload = await readUpload(requestOf(formOf({ regionCode: 'ezhou', pasted: '', file })));
    if (typeof upload === 'string') throw new Error(upload);
    expect(upload.fields).toEqual({ regionCode: 'ezhou' });
    expect(upload.file).toMatchObject({ fileName: '清单.txt', mediaType: 'text/plain' });
    expect(text(upload.file!.bytes)).toBe('序号\t任务');
  });

  test.each([
    ['<table><tr><td>序号</td></tr></table>', '粘贴的内容.html'],
    ['1\t推进“一网通办”\t市财政局', '粘贴的内容.txt'],
    ['办件量 < 5，完成率 > 90', '粘贴的内容.txt'],
  ])('takes pasted words %s as %s', async (pasted, fileName) => {
    const empty = new File([], '');
    const upload = await readUpload(requestOf(formOf({ pasted, file: empty })));
    if (typeof upload === 'string') throw new Error(upload);
    expect(upload.file?.fileName).toBe(fileName);
    expect(text(upload.file!.bytes)).toBe(pasted);
  });

  test('finds no file in an empty form, and no form in anything else', async () => {
    expect(await readUpload(requestOf(formOf({ pasted: '  ' })))).toMatchObject({ file: null });
    expect(await readUpload(requestOf('{}', { 'content-type': 'application/json' }))).toBe('form');
    expect(await readUpload(requestOf('x', { 'content-type': 'multipart/form-data; boundary=y' }))).toBe('form');
  });

  test('takes no more than 50 MB, whatever length was announced', async () => {
    const large = new File([new Uint8Array(50 * 1024 * 1024 + 1)], '大.docx');
    expect(await readUpload(requestOf(formOf({ file: large })))).toBe('large');
    const piece = new Uint8Array(1024 * 1024);
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 1;
        controller.enqueue(piece);
      },
    });
    const request = new Request('http://ledger.example/', {
      method: 'POST',
      body: endless,
      headers: { 'content-type': 'multipart/form-data; boundary=y', 'content-length': '10' },
      duplex: 'half',
    } as RequestInit);
    expect(await readUpload(request)).toBe('large');
    expect(sent).toBeLessThan(220);
  });
});
