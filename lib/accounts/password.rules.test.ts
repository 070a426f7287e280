import { describe, expect, test } from 'vitest';
import { passwordFault } from './password.rules';

describe('passwordFault', () => {
  test.each(['Tz7-kkm2pq', '改革任务Tz7台账abc', 'correct horse battery'])('takes %j', (password) => {
    expect(passwordFault(password, 'zhangsan')).toBeNull();
  });

  test.each([
    ['Tz7-kkm2p', /至少 10/],
    ['tz7kkm2pqrs', /三类/],
    ['zhangsan-A1b2', /用户名/],
    ['xx-ZhangSan-17', /用户名/],
    ['Password123!', /常见/],
    ['Admin@2023!!', /常见/],
    ['1111111111111111', /常见/],
    [`Aa1${'x'.repeat(200)}`, /最多/],
  ])('refuses %j', (password, why) => {
    expect(passwordFault(password, 'zhangsan')).toMatch(why);
  });
});
