import { describe, expect, test } from 'vitest';
import { formDay, optionalFormDay, plainDigits } from './form-fields';

describe('a day typed in a form', () => {
  test.each([
    ['2022-05-31', '2022-05-31'],
    [' ２０２２－０５－３１ ', '2022-05-31'],
  ])('%s is read', (typed, read) => {
    expect(formDay('日期有误').parse(typed)).toBe(read);
  });

  test.each(['', '0023-06-07', '1999-12-31', '2100-01-01', '9999-12-31', '2022-02-30', '2022年5月31日'])(
    '%s is refused',
    (typed) => {
      expect(formDay('日期有误').safeParse(typed).error?.issues[0]?.message).toBe('日期有误');
    },
  );

  test('may be left out where the form says so', () => {
    expect(optionalFormDay('日期有误').parse(undefined)).toBeNull();
    expect(optionalFormDay('日期有误').parse(' ')).toBeNull();
    expect(optionalFormDay('日期有误').safeParse('9999-12-31').success).toBe(false);
  });
});

test('digits of an input method become plain ones', () => {
  expect(plainDigits('２５ ')).toBe('25');
});
