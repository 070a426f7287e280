import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SETTINGS } from '@/lib/settings/setting.schema';
import { REASON_CODES, STATE_CODES } from '@/lib/standing/standing.types';
import {
  deadlineWords,
  defaultIssuer,
  defaultTitle,
  foreignName,
  mayCheck,
  nextStatus,
  openSlipWords,
  paperMark,
  proposeTier,
  replySentence,
  SlipRefused,
  slipFileName,
  standingWords,
  statusAfter,
  stepRefusal,
  type TaskStanding,
  type TierSetting,
  tierNotice,
  tierOfTask,
} from './slip.rules';
import { copyToWords, SLIP_STATUSES, SLIP_STEPS, type SlipStatus, type SlipStep } from './slip.schema';

const tiers = SETTINGS.slip_tiers.fallback as unknown as TierSetting[];
const standing = (changes: Partial<TaskStanding> = {}): TaskStanding => ({
  state: 'IN_PROGRESS',
  reason: 'ON_COURSE',
  daysLeft: 60,
  missedCycles: 0,
  lateNodes: 0,
  ...changes,
});
const steps = SLIP_STEPS.filter((step): step is Exclude<SlipStep, 'DRAFTED'> => step !== 'DRAFTED');
const anyStanding = fc.record<TaskStanding>({
  state: fc.constantFrom(...STATE_CODES),
  reason: fc.constantFrom(...REASON_CODES),
  daysLeft: fc.option(fc.integer({ min: -400, max: 400 })),
  missedCycles: fc.nat(5),
  lateNodes: fc.nat(3),
});

describe('the steps of a slip', () => {
  test.each<[SlipStatus, Exclude<SlipStep, 'DRAFTED'>, SlipStatus]>([
    ['DRAFT', 'CHANGED', 'DRAFT'],
    ['DRAFT', 'CHECKED', 'CHECKED'],
    ['DRAFT', 'SENT_BACK', 'DRAFT'],
    ['CHECKED', 'SENT_BACK', 'DRAFT'],
    ['CHECKED', 'ISSUED', 'ISSUED'],
    ['DRAFT', 'DISCARDED', 'DISCARDED'],
    ['CHECKED', 'DISCARDED', 'DISCARDED'],
    ['ISSUED', 'SIGNED_FOR', 'SIGNED_FOR'],
    ['SIGNED_FOR', 'REPLIED', 'REPLIED'],
    ['REPLIED', 'REPLY_RETURNED', 'SIGNED_FOR'],
    ['REPLIED', 'CLOSED', 'CLOSED'],
    ['SIGNED_FOR', 'CLOSED', 'CLOSED'],
    ['ISSUED', 'CLOSED', 'CLOSED'],
    ['ISSUED', 'VOIDED', 'VOID'],
    ['SIGNED_FOR', 'VOIDED', 'VOID'],
    ['REPLIED', 'VOIDED', 'VOID'],
  ])('%s, %s → %s', (from, step, to) => {
    expect(nextStatus(from, step)).toBe(to);
  });

  test('those sixteen are all there are; every other is refused in words', () => {
    const allowed = SLIP_STATUSES.flatMap((status) => steps.filter((step) => stepRefusal(status, step) === null));
    expect(allowed).toHaveLength(16);
    for (const status of SLIP_STATUSES) {
      for (const step of steps) {
        const refusal = stepRefusal(status, step);
        if (refusal === null) continue;
        expect(refusal, `${status} ${step}`).toMatch(/^督办单.+。$/);
        expect(() => nextStatus(status, step)).toThrow(SlipRefused);
      }
    }
  });

  test('whatever is tried, nothing is issued unchecked, no number is lost, and an end is an end', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...steps), { maxLength: 40 }), (tried) => {
        let status: SlipStatus = 'DRAFT';
        const taken: SlipStep[] = ['DRAFTED'];
        for (const step of tried) {
          if (stepRefusal(status, step) !== null) continue;
          const before = status;
          status = nextStatus(status, step);
          expect(['CLOSED', 'VOID', 'DISCARDED']).not.toContain(before);
          expect(statusAfter(step)).toBe(status);
          if (step === 'ISSUED') expect(taken.at(-1)).toBe('CHECKED');
          taken.push(step);
        }
        const isIssued = taken.includes('ISSUED');
        expect(taken.filter((step) => step === 'ISSUED').length).toBeLessThanOrEqual(1);
        expect(['DRAFT', 'CHECKED', 'DISCARDED'].includes(status)).toBe(!isIssued);
        if (taken.includes('REPLIED')) expect(taken).toContain('SIGNED_FOR');
      }),
    );
  });

  test('nobody checks what they drafted or last changed', () => {
    expect(mayCheck(3, { draftedById: 1, lastWriterId: 2 })).toBe(true);
    expect(mayCheck(1, { draftedById: 1, lastWriterId: 2 })).toBe(false);
    expect(mayCheck(2, { draftedById: 1, lastWriterId: 2 })).toBe(false);
  });
});

describe('proposeTier', () => {
  test('near due 1, behind or not reported 2, overdue 3', () => {
    expect(tierOfTask(standing({ reason: 'DUE_SOON', daysLeft: 3 }), tiers)).toBe(1);
    expect(tierOfTask(standing({ reason: 'UNREPORTED' }), tiers)).toBe(2);
    expect(tierOfTask(standing({ reason: 'REPORTING_LAPSED' }), tiers)).toBe(2);
    expect(tierOfTask(standing({ lateNodes: 1 }), tiers)).toBe(2);
    expect(tierOfTask(standing({ reason: 'DUE_SOON', daysLeft: 3, missedCycles: 1 }), tiers)).toBe(2);
    expect(tierOfTask(standing({ reason: 'ISSUED_PAST_DUE', daysLeft: -90 }), tiers)).toBe(2);
    expect(tierOfTask(standing({ reason: 'OVERDUE', daysLeft: -1 }), tiers)).toBe(3);
  });

  test('a task on its way, closed or waiting for the office calls for none', () => {
    expect(tierOfTask(standing(), tiers)).toBeNull();
    expect(tierOfTask(standing({ state: 'UNDER_REVIEW', reason: 'OVERDUE', daysLeft: -2 }), tiers)).toBeNull();
    expect(tierOfTask(standing({ state: 'COMPLETED', reason: 'COMPLETED' }), tiers)).toBeNull();
    expect(tierOfTask(standing({ reason: 'PLAN_NOT_ACTIVE', missedCycles: 3 }), tiers)).toBeNull();
  });

  test('the days of a tier are the setting’s', () => {
    const own = tiers.map((one) => ({ ...one, fromDays: one.tier === 3 ? 10 : one.tier === 1 ? 5 : 0 }));
    expect(tierOfTask(standing({ reason: 'OVERDUE', daysLeft: -9 }), own)).toBe(2);
    expect(tierOfTask(standing({ reason: 'OVERDUE', daysLeft: -10 }), own)).toBe(3);
    expect(tierOfTask(standing({ reason: 'DUE_SOON', daysLeft: 6 }), own)).toBeNull();
    expect(tierOfTask(standing({ reason: 'DUE_SOON', daysLeft: 5 }), own)).toBe(1);
  });

  test('the gravest task decides, in whatever order', () => {
    fc.assert(
      fc.property(fc.array(anyStanding, { maxLength: 8 }), (tasks) => {
        const own = tasks.map((task) => tierOfTask(task, tiers)).filter((tier) => tier !== null);
        expect(proposeTier(tasks, tiers)).toBe(own.length === 0 ? null : Math.max(...own));
        expect(proposeTier(tasks.toReversed(), tiers)).toBe(proposeTier(tasks, tiers));
      }),
    );
  });
});

describe('the tier in the words of a paper', () => {
  const names = tiers.map((tier) => tier.words);
  test.each([
    ['关于限期办结的红色督办单', '红色督办单', names, null],
    ['关于限期办结的督办单', '红色督办单', names, null],
    ['关于限期办结的蓝色督办单', '红色督办单', names, '蓝色督办单'],
    ['关于限期办结的 红 色督办单', '紫色督办单', names, '红色督办单'],
    ['关于限期办结的深红色督办单', '深红色督办单', names, null],
    ['关于限期办结的红色督办单', '红色督办单', [...names, '督办单'], null],
    ['红色督办单（附蓝色督办单）', '红色督办单', names, '蓝色督办单'],
  ])('%s, of %s', (title, own, known, found) => {
    expect(foreignName(title, own, known)).toBe(found);
  });

  test('nothing is said of a tier that nobody chose, but that none is called for', () => {
    const form = { proposed: 3, tier: 3, hasTasks: true, isChosen: true } as const;
    expect(tierNotice(form, tiers)).toBeNull();
    expect(tierNotice({ ...form, proposed: 2 }, tiers)).toBe('按任务状态应为黄色督办单，改用红色督办单的请写明理由。');
    expect(tierNotice({ ...form, proposed: null }, tiers)).toContain('所选任务没有');
    expect(tierNotice({ ...form, proposed: 2, hasTasks: false }, tiers)).toContain('没有按状态应发红色督办单');
    const drawn = tierNotice({ proposed: null, tier: 1, hasTasks: false, isChosen: false }, tiers);
    expect(drawn).toContain('不需新发督办单');
    expect(drawn).not.toContain('所选');
  });

  test('the open slips a task stands on', () => {
    const slip = { status: 'ISSUED', number: '鄂营商督〔2022〕5号', tierWords: '蓝色督办单' } as const;
    expect(openSlipWords([])).toBeNull();
    expect(openSlipWords([{ ...slip, status: 'CLOSED' }])).toBeNull();
    const draft = { status: 'DRAFT', number: null, tierWords: '' } as const;
    expect(openSlipWords([slip, draft])).toContain('：蓝色督办单 鄂营商督〔2022〕5号、拟稿 1 份；');
  });
});

describe('抄送', () => {
  test.each([
    ['市委办，，、市政府办；', '市委办，市政府办'],
    ['抄送：市委办, 市政府办。', '市委办，市政府办'],
    ['；；市委办、市政府办；市纪委监委', '市委办、市政府办；市纪委监委'],
    ['市委办（督查室）', '市委办（督查室）'],
    ['，、；', ''],
    ['', ''],
  ])('%s', (typed, printed) => {
    expect(copyToWords(typed)).toBe(printed);
    expect(copyToWords(printed)).toBe(printed);
  });
});

describe('words of a slip', () => {
  test('the standing of a task', () => {
    expect(standingWords(standing({ reason: 'OVERDUE', daysLeft: -12, missedCycles: 2 }))).toBe(
      '逾期 12 天，2 个周期未填报',
    );
    expect(standingWords(standing({ reason: 'DUE_SOON', daysLeft: 0 }))).toBe('临期（今日到期）');
    expect(standingWords(standing({ reason: 'ON_COURSE', lateNodes: 1 }))).toBe('正常，1 个节点逾期');
  });

  test('a colour never stands without 督办单', () => {
    for (const { tier, words } of tiers) expect(defaultTitle(tier, words)).toMatch(/[蓝黄红]色督办单$/);
  });

  test('the issuer: the office that issued the plan, else the leading group’s office', () => {
    const region = { regionName: '鄂州市', ownerName: null };
    expect(defaultIssuer({ ...region, issuer: null })).toBe('鄂州市优化营商环境领导小组办公室');
    expect(defaultIssuer({ ...region, issuer: '中共华容区委 华容区人民政府' })).toBe(
      '鄂州市优化营商环境领导小组办公室',
    );
    expect(defaultIssuer({ ...region, issuer: '鄂州市住房和城乡建设局办公室' })).toBe('鄂州市住房和城乡建设局办公室');
  });

  test('the name of the file', () => {
    const paper = {
      number: '鄂营商督〔2022〕5号',
      tierWords: '蓝色督办单',
      unitName: '市住建局',
      status: 'ISSUED',
    } as const;
    expect(slipFileName(paper)).toBe('鄂营商督〔2022〕5号 蓝色督办单 市住建局.docx');
    expect(slipFileName({ ...paper, status: 'DRAFT', number: null })).toBe('拟稿 蓝色督办单 市住建局.docx');
    expect(slipFileName({ ...paper, status: 'VOID' })).toBe('鄂营商督〔2022〕5号 蓝色督办单 市住建局（作废）.docx');
    expect(slipFileName({ ...paper, unitName: 'a/b:c' })).not.toMatch(/[/:]/);
  });

  test('when the reply is due, before and after the issue', () => {
    expect(replySentence({ replyDueOn: '2022-09-27', replyWorkingDays: 5 })).toContain('请于2022年9月27日前');
    expect(replySentence({ replyDueOn: null, replyWorkingDays: 5 })).toContain('请自印发之日起5个工作日内');
  });

  test('the printed deadline, and the date in force where it says another', () => {
    expect(deadlineWords({ deadline: '2022年8月底', dueOn: '2022-08-31' })).toBe('2022年8月底（2022年8月31日）');
    expect(deadlineWords({ deadline: '长期推进', dueOn: null })).toBe('长期推进');
    expect(deadlineWords({ deadline: '', dueOn: null })).toBe('未定');
  });

  test('marks', () => {
    expect(SLIP_STATUSES.map(paperMark)).toEqual(['拟稿', '拟稿', null, null, null, null, '作废', '拟稿']);
  });
});
