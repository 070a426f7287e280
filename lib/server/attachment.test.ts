import { expect, test } from 'vitest';
import { attachmentHeaders } from './attachment';

test('a name with any characters stays one value of the header', () => {
  const headers = attachmentHeaders({ fileName: '清单\'(1)*;"终".xlsx', mediaType: 'text/plain' }, 'list.xlsx');
  expect(headers['content-disposition']).toBe(
    'attachment; filename="list.xlsx"; filename*=UTF-8\'\'%E6%B8%85%E5%8D%95%27%281%29%2A%3B%22%E7%BB%88%22.xlsx',
  );
  expect(headers['x-content-type-options']).toBe('nosniff');
  expect(() => new Headers(headers)).not.toThrow();
});
