import type { Page } from '@playwright/test';
import { DEMO_TODAY } from './support/demo';
import {
  type CountedTask,
  figuresOf,
  hasLapsed,
  isOverdue,
  ranksOf,
  silenceOf,
  tasksOn,
  unitsInOrder,
} from './support/figures';
import { readTable, totalBehind } from './support/ledger';
import { expect, test } from './support/test';

const DAYS = ['2022-06-30', '2022-09-30', DEMO_TODAY];
const REGIONS = [
  { office: 'ezhou.office', code: 'ezhou', slug: 'ezhou-2022' },
  { office: 'zengdu.office', code: 'zengdu', slug: 'zengdu-2022' },
  { office: 'huarong.office', code: 'huarong', slug: 'huarong-2023' },
];

/** On the demonstration's own today the address says nothing. */
const on = (path: string, day: string) =>
  day === DEMO_TODAY ? path : `${path}${path.includes('?') ? '&' : '?'}asOf=${day}`;

/** Follows links some at a time. */
async function expectTotals(page: Page, links: readonly { href: string; count: number }[]): Promise<void> {
  const wrong: string[] = [];
  for (let at = 0; at < links.length; at += 6)
    await Promise.all(
      links.slice(at, at + 6).map(async ({ href, count }) => {
        const total = await totalBehind(page, href);
        if (total !== count) wrong.push(`${href}: ${total}, the board says ${count}`);
      }),
    );
  expect(wrong).toEqual([]);
}

for (const { office, code, slug } of REGIONS)
  for (const day of DAYS)
    test(`units of ${code} on ${day}: every figure is what the raw events give, and what the ledger behind it counts`, async ({
      signedIn,
    }) => {
      test.setTimeout(120_000);
      const page = await signedIn(office);
      const tasks = await tasksOn(slug, day);
      const units = await unitsInOrder(code);
      await page.goto(on('/units', day));
      const board = page.getByRole('region', { name: '各单位牵头任务研判' }).getByRole('table');
      await expect(board).toBeVisible();
      const rows = await readTable(board);

      const expected = [
        ...units.map(({ id, name }) => ({ name, id, tasks: tasks.filter((task) => task.leads.includes(id)) })),
        { name: '合计', id: null, tasks },
      ].filter((row) => row.tasks.length > 0);
      expect(rows.map((row) => row.get('牵头单位')?.text.replace(/^合计（.*）$/, '合计'))).toEqual(
        expected.map(({ name }) => name),
      );
      const ranks = ranksOf(expected.filter(({ id }) => id !== null).map((row) => row.tasks));
      const wrong: string[] = [];
      const links: { href: string; count: number }[] = [];
      rows.forEach((row, index) => {
        const { name, id, tasks: own } = expected[index]!;
        const figures = figuresOf(own);
        if (id !== null) {
          figures.set('责任', String(tasks.filter((task) => task.responsible.includes(id)).length));
          figures.set('排名', ranks[index]!);
        }
        for (const [column, { text, href }] of row) {
          const figure = figures.get(column);
          if (figure === undefined) continue; // 牵头单位, and a total's empty cells
          if ((text || '0') !== figure) wrong.push(`${name} ${column}: ${text}, not ${figure}`);
          if (href && column !== '排名') links.push({ href, count: Number(text) });
          else if (column !== '排名' && /^[1-9]\d*$/.test(text)) wrong.push(`${name} ${column}: ${text} is no link`);
        }
        for (const [column, figure] of figures)
          if (!row.has(column) && figure !== '0') wrong.push(`${name} ${column}: missing, not ${figure}`);
      });
      expect(wrong).toEqual([]);
      await expectTotals(page, links);
    });

for (const { office, code, slug } of REGIONS)
  for (const day of DAYS)
    test(`overdue list and home of ${code} on ${day}: rows and totals are what the raw events give`, async ({
      signedIn,
    }) => {
      const page = await signedIn(office);
      const tasks = await tasksOn(slug, day);
      const overdue = tasks.filter(isOverdue);
      const lapsed = tasks.filter(hasLapsed);
      await page.goto(on('/overdue?size=100', day));
      const tabs = page.getByRole('navigation', { name: '逾期、断报与沉默单位' });
      await expect(tabs.getByRole('link', { name: /^逾期任务/ })).toHaveText(`逾期任务${overdue.length}`);
      await expect(tabs.getByRole('link', { name: /^断报任务/ })).toHaveText(`断报任务${lapsed.length}`);
      expect(await rowsOf(page, '逾期任务')).toEqual(
        inWords(overdue, ({ standing }) => `逾期 ${-standing.daysLeft!} 天`),
      );
      await tabs.getByRole('link', { name: /^断报任务/ }).click();
      await expect(tabs.getByRole('link', { name: /^断报任务/ })).toHaveAttribute('aria-current', 'page');
      expect(await rowsOf(page, '断报任务')).toEqual(inWords(lapsed, () => '断报'));

      const silent = (await unitsInOrder(code))
        .map(({ id, name }) => ({ name, tasks: silenceOf(id, tasks) }))
        .filter((unit) => unit.tasks > 0);
      await tabs.getByRole('link', { name: /^沉默单位/ }).click();
      await expect(tabs.getByRole('link', { name: /^沉默单位/ })).toHaveAttribute('aria-current', 'page');
      await expect(tabs.getByRole('link', { name: /^沉默单位/ })).toHaveText(`沉默单位${silent.length}`);
      const table = page.getByRole('region', { name: '沉默单位' }).getByRole('table');
      const shown = silent.length === 0 ? [] : await readTable(table);
      expect(
        shown.map((row) => ({ name: row.get('单位')?.text, tasks: Number(row.get('两个周期均未报的牵头任务')?.text) })),
      ).toEqual(silent);

      await page.goto(on('/', day));
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      if (tasks.every(({ standing }) => standing.reason === 'PLAN_NOT_ACTIVE')) {
        await expect(page.getByText('没有执行中的方案，各项任务不亮灯')).toBeVisible();
        return;
      }
      const figures = figuresOf(tasks);
      const strip = page.getByRole('list', { name: '总体情况' });
      const done = tasks.filter(({ standing }) => standing.reason === 'COMPLETED' || standing.reason === 'SUSTAINED');
      const waiting = tasks.filter(({ standing }) => standing.state === 'UNDER_REVIEW');
      const tiles: [string, string][] = [
        ...['逾期', '断报', '临期', '未报', '正常'].map((column): [string, string] => [column, figures.get(column)!]),
        ['蓝灯', String(done.length)],
        ['待审核', String(waiting.length)],
        ['按期办结率', figures.get('按期办结率')!],
      ];
      const links: { href: string; count: number }[] = [];
      for (const [label, figure] of tiles) {
        const tile = strip.getByRole('listitem').filter({ hasText: new RegExp(`^${label}`) });
        await expect(tile, label).toContainText(new RegExp(`^${label}${figure.replace('.', '\\.')}(?![\\d.])`));
        const href = label === '按期办结率' ? null : await tile.getByRole('link').getAttribute('href');
        if (href) links.push({ href, count: Number(figure) });
      }
      await expectTotals(page, links);
    });

/** Number in the list and words of each row, in no order. */
async function rowsOf(page: Page, name: string): Promise<string[]> {
  const region = page.getByRole('region', { name });
  if ((await region.count()) === 0) return [];
  const rows = await readTable(region.getByRole('table'));
  return rows.map((row) => `${row.get('序号')?.text} ${row.get('研判')?.text.replace('印发时已过时限', '')}`).sort();
}

function inWords(tasks: readonly CountedTask[], words: (task: CountedTask) => string): string[] {
  return tasks.map((task) => `${task.seq} ${words(task)}`).sort();
}

test("a responsible unit's figures are those of its named tasks, with the collective's members beside them", async ({
  signedIn,
}) => {
  const page = await signedIn('ezhou.leader');
  const tasks = await tasksOn('ezhou-2022', '2022-09-30');
  const units = await unitsInOrder('ezhou');
  await page.goto('/units?as=responsible&asOf=2022-09-30');
  const rows = await readTable(page.getByRole('region', { name: '各单位责任任务研判' }).getByRole('table'));
  const expected = units
    .map(({ id, name }) => ({
      name,
      total: tasks.filter((task) => task.responsible.includes(id)).length,
      collective: tasks.filter((task) => task.collective.includes(id)).length,
    }))
    .filter(({ total, collective }) => total + collective > 0);
  expect(
    rows.map((row) => ({
      name: row.get('责任单位')?.text,
      total: Number(row.get('合计')?.text),
      collective: Number(row.get('集体指称')?.text),
    })),
  ).toEqual(expected);
});
