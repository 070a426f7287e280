import { describe, expect, test } from 'vitest';
import { rankLikeness } from './unit-likeness.rules';

const units = [
  { name: '市文旅局', aliases: ['市文化旅局'] },
  { name: '市市场监管局', aliases: ['市知识产权局'] },
  { name: '市发改委', aliases: [] },
  { name: '市人社局', aliases: [] },
  { name: '市住建局', aliases: [] },
  { name: '市财政局', aliases: [] },
  { name: '市司法局', aliases: [] },
  { name: '市教育局', aliases: [] },
  { name: '区教育局', aliases: [] },
  { name: '市场环境组', aliases: [] },
];

describe('the unit that is meant comes first', () => {
  test.each([
    ['市文旅体局', '市文旅局', '与“市文旅局”差一个字'],
    ['市文化旅局', '市文旅局', '“市文旅局”的别名'],
    ['市文化 旅局', '市文旅局', '“市文旅局”的别名'],
    ['市发展和改革委员会', '市发改委', '简称相符'],
    ['市人力资源和社会保障局', '市人社局', '简称相符'],
    ['市住房和城乡建设局', '市住建局', '简称相符'],
    ['市场监管局', '市市场监管局', '与“市市场监管局”差一个字'],
    ['市市场监督管理局', '市市场监管局', '差两个字'],
    ['市市场监管局（市药监局）', '市市场监管局', '名称相符'],
    ['区教育体育局', '区教育局', '简称相符'],
  ])('%s ~ %s', (printed, name, why) => {
    const [best] = rankLikeness(printed, units);
    expect(best?.name).toBe(name);
    expect(best?.why).toContain(why);
  });
});

test('a shared head and tail alone make nothing alike', () => {
  expect(rankLikeness('市烟草局', units)).toEqual([]);
});

test('best first, no more than asked for, scores within 0 and 1', () => {
  const found = rankLikeness('市教育局', units, 2);
  expect(found.map(({ name }) => name)).toEqual(['市教育局', '区教育局']);
  expect(found[0]!.score).toBe(1);
  expect(found[1]!.score).toBeLessThan(1);
});
