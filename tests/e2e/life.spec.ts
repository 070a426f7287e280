// A year of the city's list, on a server of its own: one task from activation to SUSTAINED and beyond, two others that need more time, and everybody who is
// told of it. Each test goes on where the one before ended.
import type { Page } from '@playwright/test';
import {
  drop,
  expect,
  historyWords,
  issueSlip,
  type ListedTask,
  layBeforeHead,
  listedTasks,
  mailOf,
  PEOPLE,
  type Person,
  paste,
  photoOf,
  shownAt,
  signPaper,
  test,
  UNIT,
  uploaded,
  workbookOf,
} from './support/driving';
import { reportCard, standing, timeline } from './support/ledger';
import { command } from './support/server';

test.describe.configure({ mode: 'serial' });

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

/** What one test leaves to the next. */
const story = {
  planId: 0,
  /** 2022年5月底，长期推进: the one whose life is told. */
  main: {} as ListedTask,
  /** The same date, and nobody does anything until it is late. */
  late: {} as ListedTask,
  /** 2022年6月底，长期推进: needs more time and says so early. */
  longer: {} as ListedTask,
  /** Entered as achieved before the ledger began. */
  before: {} as ListedTask,
  /** Of another unit, which nobody drives. */
  idle: {} as ListedTask,
  /** Days of the past as they were shown on a day soon after. */
  shown: new Map<string, string[]>(),
};

/** Shows a day of the past for the first time, to be shown again at the end. */
async function remember(page: Page, day: string): Promise<void> {
  for (const address of [`/tasks?plan=${story.planId}&sort=seq&size=100&asOf=${day}`, `/units?asOf=${day}`])
    story.shown.set(address, await shownAt(page, address));
}

const latestReport = (page: Page) => page.getByRole('region', { name: '进展与办结申请' }).getByRole('listitem').first();
const entry = (page: Page) => timeline(page).getByRole('listitem').first();

async function openTask(page: Page, task: ListedTask): Promise<void> {
  await page.goto(`/tasks/${task.id}`);
  await expect(page.getByRole('heading', { level: 1 })).toContainText(task.text.slice(0, 14));
}

async function findNotice(page: Page, words: string): Promise<void> {
  await page.goto('/inbox?show=all');
  await expect(page.getByRole('main').getByRole('listitem').filter({ hasText: words })).toHaveCount(1);
}

test('a list set going in May is not red for what was done before: the workbook and the office say what is so', async ({
  server,
  days,
  admin,
  people,
  signedIn,
}) => {
  test.setTimeout(120_000);
  await days.begin('2022-05-09');
  const tasks = await listedTasks(server);
  const bySeq = (seq: number) => tasks.find((task) => task.seq === seq)!;
  Object.assign(story, { main: bySeq(1), late: bySeq(2), longer: bySeq(4), before: bySeq(6), idle: bySeq(13) });
  const [plan] = await server.query<{ id: number }>("SELECT id FROM plan WHERE slug = 'ezhou-2022'");
  story.planId = plan!.id;

  const settings = await signedIn(admin);
  await settings.goto('/admin/settings');
  await settings.getByRole('combobox', { name: '地区' }).selectOption({ label: '鄂州市' });
  await settings.getByRole('button', { name: '选择' }).click();
  const code = settings.getByRole('region', { name: '机关代字' });
  await code.getByLabel('机关代字').fill('鄂营商督');
  await code.getByRole('button', { name: '保存，自今日起执行' }).click();
  await expect(settings.getByRole('status')).toContainText('机关代字已保存');

  const office = await signedIn(people.officer);
  await office.goto(`/plans/${story.planId}`);
  await office.getByLabel('生效日期').fill('2022-04-01');
  await office.getByLabel('依据').fill('2022年4月1日市委办、市政府办印发');
  await office.getByRole('button', { name: '启用方案' }).click();
  await expect(office.getByText('方案已启用')).toBeVisible();
  const known = [story.main, story.late, story.longer, story.idle];
  await office
    .getByRole('region', { name: '从现有台账读取' })
    .locator('input[type=file]')
    .setInputFiles(
      workbookOf(
        tasks.filter((task) => !known.includes(task)),
        '2022-04-28',
      ),
    );
  await office.getByRole('button', { name: '读取台账' }).click();
  await expect(office.getByText(`已读取“2022年4月台账.xlsx”`)).toContainText(`${tasks.length - 4} 行对应到任务`);

  const row = office.getByRole('listitem').filter({ hasText: /^第 1 项/ });
  await row.getByLabel('状态').selectOption({ label: '推进中' });
  await row.getByLabel('完成程度').fill('30');
  await row.getByLabel('进展日期').fill('2022-04-28');
  await row.getByLabel('最近进展').fill('企业开办专窗已设立，环节由3个减为2个。');
  await row.getByLabel('依据').fill('优化办4月调度台账（2022年4月29日）');
  await office.getByRole('button', { name: '保存补录' }).click();
  await expect(office.getByRole('status')).toContainText(`已补录 ${tasks.length - 3} 项。`, { timeout: 30_000 });

  await openTask(office, story.before);
  await expect(standing(office)).toContainText('已达标转长期');
  await expect(entry(office)).toContainText('补录');
  await expect(entry(office)).toContainText('2022-04-28 办结');
  await openTask(office, story.main);
  await expect(standing(office)).toContainText('推进中');
  await expect(entry(office)).toContainText('优化办4月调度台账');
  await expect(entry(office)).toContainText('2022-05-09');
  // The 9th is as it has been entered; the days before it are as they were.
  await remember(office, '2022-05-08');

  const head = await signedIn(people.head);
  await head.goto('/units');
  await head.getByRole('link', { name: UNIT, exact: true }).first().click();
  await head.getByRole('button', { name: '改为单位负责人签发' }).click();
  await expect(head.getByRole('button', { name: '改为填报员直接上报' })).toBeVisible();
});

test('the unit signs for the plan, reports from a phone, and is asked for more', async ({
  days,
  mails,
  people,
  signedIn,
}) => {
  test.setTimeout(120_000);
  await days.morning('2022-05-10');
  const again = await days.run();
  expect(again).not.toContain('新增提醒');
  expect(again).not.toContain('发出');
  expect(mails.received.map(({ to }) => to).sort()).toEqual([mailOf('reporter'), mailOf('head')].sort());

  const reporter = await signedIn(people.reporter, PHONE);
  await findNotice(reporter, '请签收《鄂州市优化营商环境2022年重点任务清单》');
  await reporter.goto('/');
  const owed = reporter.getByRole('region', { name: '待签收' });
  await expect(owed).toContainText(`${UNIT}：牵头`);
  await owed.getByRole('button', { name: '签收' }).click();
  await expect(owed).toHaveCount(0);
  await expect(reporter.getByRole('status')).toContainText(`已签收：${UNIT}。`);
  await openTask(reporter, story.main);
  await expect(entry(reporter)).toContainText(`${UNIT} 签收方案`);

  await layBeforeHead(reporter, {
    task: story.main,
    percent: 50,
    narrative: '开办环节已压至2个，0.5天办结率91%，刻章费用由财政承担。',
    attach: async (form) => {
      await form.getByLabel('拍照上传').setInputFiles(await photoOf(reporter, '专窗照片.png'));
      await expect(uploaded(form)).toHaveText([/专窗照片\.png/]);
    },
  });
  await expect(reporter.getByRole('region', { name: '本单位待签材料' })).toContainText('待签');
  await expect(entry(reporter)).toContainText('进展已拟，待单位负责人签发');

  const head = await signedIn(people.head);
  await findNotice(head, '进展待您签发');
  await signPaper(head, '刻章费用由财政承担');
  await openTask(head, story.main);
  await expect(entry(head)).toContainText(`${UNIT} 填报进展（50%）`);

  const office = await signedIn(people.officer);
  await openTask(office, story.main);
  const sent = latestReport(office);
  await expect(sent.getByRole('link', { name: '专窗照片.png' })).toBeVisible();
  await sent.getByText('退回这份进展').click();
  await sent.getByLabel('佐证材料不足').check();
  await sent.getByLabel('退回理由').fill('请附办结时长统计表。');
  await sent.getByRole('button', { name: '退回进展' }).click();
  await expect(office.getByRole('status')).toContainText('已退回');
  await expect(entry(office)).toContainText('退回进展');
  await expect(entry(office)).toContainText('请附办结时长统计表。');

  await days.morning('2022-05-12');
  await findNotice(office, '未签收');
  await office.goto(`/plans/${story.planId}?tab=division`);
  await expect(office.getByRole('region', { name: '签收情况' }).first()).toContainText('超期');
  await findNotice(reporter, '第 1 项进展被退回');
  await openTask(reporter, story.main);
  await expect(reportCard(reporter)).toContainText('请附办结时长统计表。');
  const desk = await signedIn(people.reporter);
  const [screenshot, table] = [await photoOf(desk, '截图.png'), workbookOf([story.main], '2022-05-11')];
  await layBeforeHead(desk, {
    task: story.main,
    percent: 60,
    narrative: '开办环节2个，0.5天办结率93%，附办结时长统计表和系统截图。',
    attach: async (form) => {
      await paste(form.getByLabel('进展情况'), screenshot);
      await form.getByLabel('佐证材料文件').setInputFiles({ ...table, name: '办结时长统计表.xlsx' });
      await expect(uploaded(form).filter({ hasText: '截图.png' })).toBeVisible();
      await expect(uploaded(form).filter({ hasText: '办结时长统计表.xlsx' })).toBeVisible();
    },
  });
  await signPaper(head, '附办结时长统计表和系统截图');
  await openTask(head, story.main);
  await expect(entry(head)).toContainText('第 2 版');
  await expect(latestReport(head)).toContainText('已提交');
});

test('a blue slip is answered before the date, and the task is accepted as reached', async ({
  days,
  people,
  signedIn,
}) => {
  test.setTimeout(120_000);
  const { main } = story;
  const [reporter, head] = [await signedIn(people.reporter), await signedIn(people.head)];
  const [officer, checker] = [await signedIn(people.officer), await signedIn(people.checker)];
  await days.morning('2022-05-17');
  await findNotice(reporter, `任务还有 14 天到期：${main.text.slice(0, 10)}`);
  await openTask(officer, main);
  await expect(standing(officer)).toContainText('临期，剩 14 天');
  const slip = await issueSlip(officer, checker, {
    tier: '蓝色督办单',
    task: main,
    title: '关于抓紧办结企业开办任务的督办单',
  });
  expect(slip.number).toBe('鄂营商督〔2022〕1号');
  const paper = await officer.request.get(`/api${slip.href}/document`);
  expect([paper.status(), (await paper.body()).subarray(0, 2).toString()]).toEqual([200, 'PK']);

  await findNotice(reporter, slip.number);
  await reporter.goto('/');
  await reporter
    .getByRole('region', { name: '待签收、待回复的督办单' })
    .getByRole('link', { name: new RegExp(slip.number) })
    .click();
  await reporter.getByRole('button', { name: '签收' }).click();
  await expect(reporter.getByRole('status')).toContainText('已签收，请在期限内回复。');
  await expect(reporter.getByText('请由单位负责人回复督办单')).toBeVisible();

  // One day before the reply is due.
  await days.morning('2022-05-23');
  await findNotice(head, `蓝色督办单 ${slip.number}还有 1 天到回复期限`);
  await head.goto(slip.href);
  const reply = head.getByRole('region', { name: '回复督办单' });
  await reply.getByLabel('回复内容').fill('已约谈经办窗口，5月25日前申请办结。');
  await drop(reply.getByRole('group', { name: '佐证材料' }).getByText('选择文件'), await photoOf(head, '会议照片.png'));
  await expect(uploaded(reply)).toHaveText([/会议照片\.png/]);
  await reply.getByRole('button', { name: '提交回复' }).click();
  await expect(head.getByRole('status')).toContainText('回复已提交');

  await days.morning('2022-05-24');
  await findNotice(officer, `${slip.number} 已回复`);
  await officer.goto(slip.href);
  await expect(
    officer.getByRole('region', { name: '办理过程' }).getByRole('link', { name: '会议照片.png' }),
  ).toBeVisible();
  await officer.getByRole('button', { name: '办结督办单' }).click();
  await expect(officer.getByRole('status')).toContainText('督办单已办结。');
  await openTask(officer, main);
  await expect(entry(officer)).toContainText(`办结蓝色督办单 ${slip.number}`);

  await layBeforeHead(reporter, {
    task: main,
    kind: 'RESULT',
    percent: 100,
    narrative: '“2050”标准全面实现，0.5天办结率99.6%，验收意见已印发。',
  });
  await signPaper(head, '验收意见已印发');
  await openTask(head, main);
  await expect(standing(head)).toContainText('待审核');

  await days.morning('2022-05-26');
  await findNotice(checker, `${UNIT}申请办结，待审核`);
  await checker.goto('/reviews');
  await checker
    .getByRole('row')
    .filter({ hasText: main.text.slice(0, 14) })
    .getByRole('link')
    .first()
    .click();
  await expect(checker.getByRole('region', { name: '本次办结申请' })).toContainText('单位负责人签发');
  await checker.getByLabel('审核意见').fill('验收意见齐全。');
  await checker.getByRole('button', { name: '审核通过' }).click();
  await expect(checker.getByRole('status')).toContainText('已审核通过。');
  await openTask(checker, main);
  await expect(standing(checker)).toContainText('已达标转长期');
  await expect(standing(checker)).toContainText('2022-05-24 达到目标');
  await expect(standing(checker)).toContainText('按期办结');
  await findNotice(reporter, '第 1 项办结申请已审核通过');
  await remember(officer, '2022-05-25');
});

test('lateness stays: a red slip, an extension asked too late, and one asked in time', async ({
  days,
  people,
  signedIn,
}) => {
  test.setTimeout(150_000);
  const { late, longer } = story;
  const [reporter, head] = [await signedIn(people.reporter), await signedIn(people.head)];
  const [officer, checker] = [await signedIn(people.officer), await signedIn(people.checker)];
  await days.morning('2022-05-31');
  await findNotice(reporter, `任务今日到期：${late.text.slice(0, 10)}`);
  await days.morning('2022-06-01');
  await findNotice(reporter, `任务已逾期 1 天：${late.text.slice(0, 10)}`);
  await openTask(officer, late);
  await expect(standing(officer)).toContainText('逾期 1 天');
  await remember(officer, '2022-05-31');

  const slip = await issueSlip(checker, officer, {
    tier: '红色督办单',
    task: late,
    title: '关于逾期任务立即整改的督办单',
  });
  expect(slip.number).toBe('鄂营商督〔2022〕2号');
  await head.goto(slip.href);
  await head.getByRole('button', { name: '签收' }).click();
  await expect(head.getByRole('status')).toContainText('已签收');
  await days.morning('2022-06-02');
  await head.goto(slip.href);
  const reply = head.getByRole('region', { name: '回复督办单' });
  await reply.getByLabel('回复内容').fill('标准化住所登记系统接口迟交，7月10日前完成。');
  await reply.getByLabel('佐证材料文件').setInputFiles(await photoOf(head, '接口联调记录.png'));
  await expect(uploaded(reply)).toHaveText([/接口联调记录\.png/]);
  await reply.getByRole('button', { name: '提交回复' }).click();
  await expect(head.getByRole('status')).toContainText('回复已提交');
  await checker.goto(slip.href);
  await checker.getByRole('button', { name: '办结督办单' }).click();
  await expect(checker.getByRole('status')).toContainText('督办单已办结。');

  await days.morning('2022-06-07');
  await findNotice(head, `任务已逾期 7 天：${late.text.slice(0, 10)}`);
  await openTask(head, late);
  const asked = head.getByRole('region', { name: '延期' });
  await asked.getByText('申请延期', { exact: true }).click();
  await expect(asked).toContainText('原时限 2022-05-31 已过，同意后仍计逾期办结');
  await asked.getByLabel('延至').fill('2022-07-15');
  await asked.getByLabel('延期理由').fill('省平台接口6月底才开放，登记系统无法如期上线。');
  await asked.getByRole('button', { name: '提出延期申请' }).click();
  await expect(head.getByRole('status')).toContainText('延期申请已提出');
  // Asking alone does not stop the clock.
  await expect(standing(head)).toContainText('逾期 7 天');
  await decideExtension(officer, late);
  await openTask(officer, late);
  await expect(entry(officer)).toContainText('同意延期');
  await expect(standing(officer)).toContainText('完成时限由 2022-05-31 改为 2022-07-15');
  await expect(standing(officer)).toContainText(/累计逾期 [67] 天/);
  await days.morning('2022-06-08');
  await remember(officer, '2022-06-07');

  await days.morning('2022-06-20');
  await openTask(reporter, longer);
  const wish = reporter.getByRole('region', { name: '延期' });
  await wish.getByText('申请延期', { exact: true }).click();
  await expect(wish).toContainText('同意后在新时限内办结的可计为延期内办结');
  await wish.getByLabel('延至').fill('2022-07-31');
  await wish.getByLabel('延期理由').fill('19个行业中有3个行业的许可事项清单尚在修订。');
  await wish.getByLabel('目前进展').fill('已上线16个行业。');
  await wish.getByRole('button', { name: '提交单位负责人签发' }).click();
  await expect(reporter.getByRole('status')).toContainText('已提交单位负责人');
  await signPaper(head, '许可事项清单尚在修订');
  await decideExtension(checker, longer);
  await openTask(checker, longer);
  await expect(standing(checker)).toContainText('完成时限由 2022-06-30 改为 2022-07-31');
  await layBeforeHead(reporter, { task: story.main, narrative: '6月新设企业412户，0.5天办结率99.7%。' });
  await signPaper(head, '6月新设企业412户');
  await days.morning('2022-06-21');
  await findNotice(reporter, '已同意延期至 2022-07-31');

  await days.morning('2022-07-08');
  await layBeforeHead(reporter, {
    task: late,
    kind: 'RESULT',
    percent: 100,
    narrative: '标准化住所（经营场所）登记系统已上线，标准地址库建成。',
  });
  await signPaper(head, '标准地址库建成');
  await layBeforeHead(reporter, {
    task: longer,
    kind: 'RESULT',
    percent: 100,
    narrative: '19个行业“一业一证”全部上线，发证2,310张。',
  });
  await signPaper(head, '发证2,310张');
  await officer.goto('/reviews');
  for (const task of [late, longer])
    await officer.getByRole('checkbox', { name: `选择第 ${task.seq} 项`, exact: true }).check();
  await officer.getByRole('button', { name: '核对所选，批量通过' }).click();
  await officer.getByRole('button', { name: '审核通过所勾选的各项' }).click();
  await expect(officer.getByRole('status')).toContainText('2 项已审核通过。');
  await openTask(officer, late);
  await expect(standing(officer)).toContainText('逾期办结');
  await expect(standing(officer)).toContainText(/累计逾期 [67] 天/);
  await openTask(officer, longer);
  await expect(standing(officer)).toContainText('延期内办结');
  await days.morning('2022-07-11');
});

async function decideExtension(page: Page, task: ListedTask): Promise<void> {
  await page.goto('/extensions?status=REQUESTED');
  const request = page.getByRole('article').filter({ hasText: task.text.slice(0, 14) });
  await request.getByLabel('同意延期', { exact: true }).check();
  await request.getByLabel('意见').fill('同意，请按新时限办结。');
  await request.getByRole('button', { name: '提交决定' }).click();
  await expect(page.getByRole('status')).toContainText('决定已记录');
}

test('a reached task goes on owing a report a cycle: missed, lapsed, caught up, and in order again', async ({
  days,
  people,
  signedIn,
}) => {
  test.setTimeout(120_000);
  const { main } = story;
  const [reporter, head, officer] = [
    await signedIn(people.reporter),
    await signedIn(people.head),
    await signedIn(people.officer),
  ];
  await days.morning('2022-07-29');
  await findNotice(reporter, '2022年7月填报还有 2 天截止');
  await days.morning('2022-08-08');
  await openTask(officer, main);
  await expect(standing(officer)).toContainText('未报');
  await expect(standing(officer)).toContainText('2022年7月周期未报');
  await remember(officer, '2022-08-07');
  await days.morning('2022-09-08');
  await openTask(officer, main);
  await expect(standing(officer)).toContainText('断报 2 个周期');
  await expect(standing(officer)).toContainText('2022年7月、8月周期未报');
  await officer.goto(`/plans/${story.planId}/cycles`);
  const cycles = officer.getByRole('link', { name: '2022年7月', exact: true });
  const julyPage = `${await cycles.getAttribute('href')}?size=200`;
  await officer.goto(julyPage);
  const july = officer.getByRole('row').filter({ hasText: main.text.slice(0, 14) });
  await expect(july).toContainText('未报');

  for (const [cycle, words] of [
    ['2022年7月', '补7月：新设企业398户。'],
    ['2022年8月', '补8月：新设企业420户。'],
  ] as const) {
    await layBeforeHead(reporter, { task: main, cycle, narrative: `${words}因经办人调整漏报。` });
    await signPaper(head, words);
  }
  await openTask(officer, main);
  await expect(entry(officer)).toContainText('补报');
  await expect(latestReport(officer)).toContainText('补报');
  await expect(standing(officer)).toContainText('上一周期的进展在宽限期后才补报');
  await officer.goto(julyPage);
  await expect(july).toContainText('补报');

  await days.morning('2022-09-13');
  await layBeforeHead(reporter, { task: main, narrative: '9月新设企业435户，0.5天办结率99.8%。' });
  await signPaper(head, '9月新设企业435户');
  await days.morning('2022-09-14');
  await days.morning('2022-10-14');
  await openTask(officer, main);
  await expect(standing(officer)).toContainText('长期推进');
  await expect(standing(officer)).not.toContainText('未报');

  await openTask(head, main);
  const slip = '蓝色督办单 鄂营商督〔2022〕1号';
  const reported = ['进展已拟，待单位负责人签发', '填报进展'];
  expect(await historyWords(head)).toEqual([
    '任务印发入账',
    '补录',
    '签收方案',
    ...reported,
    '退回进展',
    ...reported,
    `印发${slip}`,
    `签收${slip}`,
    `回复${slip}`,
    `办结${slip}`,
    '办结申请已拟，待单位负责人签发',
    '申请办结',
    '审核通过',
    ...reported,
    ...reported,
    ...reported,
    ...reported,
  ]);
  await openTask(head, story.late);
  expect(await historyWords(head)).toEqual([
    '任务印发入账',
    '签收方案',
    '印发红色督办单 鄂营商督〔2022〕2号',
    '签收红色督办单 鄂营商督〔2022〕2号',
    '回复红色督办单 鄂营商督〔2022〕2号',
    '办结红色督办单 鄂营商督〔2022〕2号',
    '申请延期',
    '同意延期',
    '办结申请已拟，待单位负责人签发',
    '申请办结',
    '审核通过',
  ]);
});

/** Everything in somebody's inbox, by its titles. */
async function inboxOf(page: Page): Promise<string[]> {
  const titles: string[] = [];
  for (let number = 1; ; number += 1) {
    await page.goto(`/inbox?show=all&page=${number}`);
    const main = page.getByRole('main');
    await expect(main.getByRole('heading', { level: 1 })).toHaveText('收件箱');
    titles.push(...(await main.getByRole('region').getByRole('listitem').getByRole('link').allTextContents()));
    if ((await main.getByRole('link', { name: '下一页' }).count()) === 0) return titles;
  }
}

test('everybody was told of everything once, in the inbox and by mail, and the past is as it was', async ({
  server,
  mails,
  days,
  people,
  signedIn,
}) => {
  test.setTimeout(120_000);
  const sent = mails.received.length;
  const again = await days.run();
  expect(again).not.toContain('新增提醒');
  expect(again).not.toContain('发出');
  expect(mails.received).toHaveLength(sent);

  const kinds: Record<Person, string[]> = { officer: [], checker: [], leader: [], reporter: [], head: [] };
  for (const person of PEOPLE) {
    const own = mails.received.filter(({ to }) => to === mailOf(person)).map(({ mail }) => mail);
    const mailDays = own.map(({ subject }) => /^改革任务台账 (\d{4}-\d\d-\d\d) 提醒：/.exec(subject!)?.[1]);
    expect(mailDays, person).not.toContain(undefined);
    expect(new Set(mailDays).size, `mails a day to ${person}`).toBe(mailDays.length);
    kinds[person] = [
      ...new Set(own.flatMap(({ text }) => [...text!.matchAll(/^【(.+)】/gm)].map(([, kind]) => kind!))),
    ];
    const told = own.flatMap(({ text }) =>
      [...text!.matchAll(/^\d+\. (.+?)(?:（已办）)?$/gm)].map(([, title]) => title!),
    );
    const page = await signedIn(people[person]);
    const inbox = await inboxOf(page);
    expect(inbox.length, person).toBeGreaterThan(0);
    expect(told.sort(), person).toEqual(inbox.sort());
  }
  expect(mails.received.filter(({ to }) => !PEOPLE.map(mailOf).includes(to))).toEqual([]);
  expect(kinds.reporter.sort()).toEqual(
    ['时限临近', '今日到期', '任务逾期', '填报截止', '退回', '审核通过', '延期', '待签收', '督办单'].sort(),
  );
  expect(kinds.head.sort()).toEqual(['逾期升级', '待签发', '退回', '审核通过', '延期', '待签收', '督办单'].sort());
  expect(kinds.leader).toEqual(['逾期升级']);
  for (const person of ['officer', 'checker'] as const)
    expect(kinds[person].sort(), person).toEqual(['待审核', '延期', '待签收', '督办单'].sort());
  const [digests] = await server.query<{ n: number }>(
    "SELECT count(*)::int AS n FROM digest WHERE channel = 'MAIL' AND status = 'SENT' AND attempts = 1",
  );
  expect(digests!.n).toBe(mails.received.length);

  const office = await signedIn(people.officer);
  for (const [address, rows] of story.shown) expect(await shownAt(office, address), address).toEqual(rows);
  const verified = command('verify-history', '--data', server.data);
  expect(verified.code, verified.text).toBe(0);
});
