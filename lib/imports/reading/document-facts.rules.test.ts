import { describe, expect, it } from 'vitest';
import type { SourceParagraph } from '@/lib/imports/readers/source';
import { type FactsContext, readDocumentFacts } from './document-facts.rules';

const REGIONS = [
  { code: 'ezhou', name: '鄂州市', level: 'city' as const },
  { code: 'huarong', name: '华容区', level: 'district' as const },
];

function read(...lines: string[]) {
  const blocks = lines.map((text, index): SourceParagraph => ({ kind: 'paragraph', place: `第${index + 1}段`, text }));
  return readDocumentFacts(
    { format: 'docx', blocks, notices: [] },
    { fileName: 'a.docx', regions: REGIONS, units: [], listBlocks: [blocks.length], tableTitles: [] },
  );
}

describe('readDocumentFacts', () => {
  it.each([
    ['平川市优化市场环境2022年任务清单', '平川市', 'city'],
    ['2024年度石门县优化营商环境考核细则', '石门县', 'district'],
    ['岭西省2023年优化营商环境重点任务清单', '岭西省', null],
    ['岭西省平川市东湖区2023年重点任务清单', '东湖区', 'district'],
    ['滨海新城管委会2023年工作任务清单', '滨海新城', 'district'],
    ['湖北省鄂州市华容区2023年重点任务清单', '华容区', 'district'],
    ['湖州路街道办事处2023年任务清单', '湖州路街道', 'district'],
    ['汉江市贯彻落实《湖滨省优化营商环境条例》任务分工方案', '汉江市', 'city'],
    ['关于印发石门县2023年任务清单', '石门县', 'district'],
    ['临海市生态环境局2023年重点任务清单', '临海市', 'bureau'],
  ])('reads region and level of %s', (title, region, level) => {
    expect(read(title).facts).toMatchObject({ title, region, level });
  });

  it('reads the day printed in a row under the title of the table', () => {
    const { facts, issuedYear } = readDocumentFacts(
      { format: 'csv', blocks: [], notices: [] },
      {
        fileName: 'a.csv',
        regions: REGIONS,
        units: [],
        listBlocks: [0],
        tableTitles: ['潭州市任务分解表', '（2022年8月1日）'],
      },
    );
    expect(facts).toMatchObject({ issuedOn: '2022-08-01', year: null, region: '潭州市' });
    expect(issuedYear).toBe(2022);
  });

  it('reads the notice printed in a row above the header', () => {
    const { facts } = readDocumentFacts(
      { format: 'xls', blocks: [], notices: [] },
      {
        fileName: 'a.xls',
        regions: REGIONS,
        units: [],
        listBlocks: [0],
        tableTitles: ['关于印发《华容区2023年行动方案》的通知'],
      },
    );
    expect(facts).toMatchObject({ title: '华容区2023年行动方案', region: '华容区', year: 2023 });
  });

  it('takes the title of the document where the one above the list names no place', () => {
    expect(read('松江县优化营商环境2022年行动计划', '附件2：重点任务清单').facts).toMatchObject({
      title: '松江县优化营商环境2022年行动计划',
      region: '松江县',
      year: 2022,
    });
  });

  it('takes the years on a line of their own for the end of the title', () => {
    const { facts } = read('天门湖市优化营商环境三年行动计划', '（2021—2023年）', '一、总体要求');
    expect(facts).toMatchObject({ title: '天门湖市优化营商环境三年行动计划（2021—2023年）', year: 2021 });
  });

  it('reads region and issuer of a notice whose list names neither', () => {
    const notice = '中共宁川市委办公室 宁川市人民政府办公室印发《关于打造市场化营商环境的实施意见》的通知';
    expect(read(notice, '关于打造市场化营商环境的实施意见').facts).toMatchObject({
      title: '关于打造市场化营商环境的实施意见',
      issuer: '中共宁川市委办公室 宁川市人民政府办公室',
      region: '宁川市',
    });
  });

  it('reads a span of years as its first one and asks', () => {
    const { facts, doubts } = read('永宁区优化营商环境三年行动计划（2023—2025年）任务清单');
    expect([facts.year, doubts.map(({ printed }) => printed)]).toEqual([2023, ['year']]);
  });

  it('prefers the year of its own to a span beside it, without a question', () => {
    const { facts, doubts } = read('永宁区三年行动（2023—2025年）2024年任务清单');
    expect([facts.year, doubts]).toEqual([2024, []]);
  });

  const units = [{ regionCode: 'ezhou', name: '市财政局', parentKey: null }];
  const readWith = (chosen: Partial<FactsContext>, ...lines: string[]) => {
    const blocks = lines.map(
      (text, index): SourceParagraph => ({ kind: 'paragraph', place: `第${index + 1}段`, text }),
    );
    const context = { fileName: 'a.docx', regions: REGIONS, units, listBlocks: [blocks.length], tableTitles: [] };
    return readDocumentFacts({ format: 'docx', blocks, notices: [] }, { ...context, ...chosen });
  };

  it('is nobody’s own list because a bureau issues it', () => {
    const notice = '市财政局关于印发《鄂州市2022年优化营商环境任务清单》的通知';
    const { facts } = readWith({}, notice, '鄂州市2022年优化营商环境任务清单');
    expect([facts.ownerUnitName, facts.level]).toEqual([null, 'city']);
  });

  it('is a bureau’s own list by its title, unless the person says otherwise', () => {
    const title = '鄂州市财政局2022年优化营商环境任务清单';
    expect(readWith({}, title).facts).toMatchObject({ ownerUnitName: '市财政局', level: 'bureau' });
    expect(readWith({ ownerUnitName: null }, title).facts).toMatchObject({ ownerUnitName: null, level: 'city' });
  });

  it('asks where the person chose another year or region than the title prints', () => {
    const { doubts } = readWith({ year: 2025, regionCode: 'huarong' }, '鄂州市2022年优化营商环境任务清单');
    expect(doubts.map(({ printed }) => printed)).toEqual(['year', 'region']);
  });
});
