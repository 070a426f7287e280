import { expect, type Locator, type Page } from '@playwright/test';

export type LedgerTask = { id: number; seq: number; text: string };

const START = 14;

/** Finds a task in the ledger by its first words, as a person does, and opens it. */
export async function openFromLedger(page: Page, task: LedgerTask): Promise<void> {
  await page.goto('/tasks');
  await search(page, task.text.slice(0, START));
  await expect(page.getByRole('list', { name: '已选条件' })).toContainText(task.text.slice(0, START));
  await linkTo(page, task).click();
  await expect(page).toHaveURL(new RegExp(`/tasks/${task.id}(\\?|$)`));
}

/** The ledger's own search, not that of every page's head. */
export async function search(page: Page, words: string): Promise<void> {
  await page.getByRole('searchbox', { name: '任务、单位、进展', exact: true }).fill(words);
  await page.getByRole('button', { name: '筛选' }).click();
}

/** The task's link in a table of tasks. */
export function linkTo(page: Page, task: LedgerTask): Locator {
  return page
    .getByRole('row')
    .filter({ has: page.getByRole('cell', { name: new RegExp(`(^|\\D)${task.seq}(\\D|$)`) }) })
    .getByRole('link')
    .filter({ hasText: task.text.slice(0, START) });
}

export const reportCard = (page: Page): Locator => page.getByRole('region', { name: '填报进展' });
export const timeline = (page: Page): Locator => page.getByRole('region', { name: '全程留痕' });
export const standing = (page: Page): Locator => page.getByRole('region', { name: '状态研判' });

/** The button that sends a progress report; its words tell whether it is the first of the cycle. */
export const sendProgress = (page: Page): Locator =>
  reportCard(page).getByRole('button', { name: /^提交(进展|新版本|补报)$/ });

/** Every cell of a table by the word at the head of its column. */
export async function readTable(table: Locator): Promise<Map<string, { text: string; href: string | null }>[]> {
  const [head, ...rows] = await table.evaluate((element) =>
    [...(element as HTMLTableElement).rows].map((row) =>
      [...row.cells].map((cell) => ({
        text: (cell.textContent ?? '').trim(),
        href: cell.querySelector('a')?.getAttribute('href') ?? null,
      })),
    ),
  );
  const names = head!.map(({ text }) => text.replace(/[▲▼↕]/g, '').trim());
  return rows.map((cells) => new Map(cells.map((cell, index) => [names[index]!, cell])));
}

/** "共 12 项" under a list, read from the answer itself without drawing it; 0 where the list is empty. */
export async function totalBehind(page: Page, href: string): Promise<number> {
  const response = await page.request.get(href);
  expect(response.status(), href).toBe(200);
  const words = (await response.text()).replaceAll(/<!--.*?-->/g, '');
  const found = /共 (\d+) (?:项|条)/.exec(words);
  if (!found) expect(words, href).toContain('没有符合条件的任务');
  return Number(found?.[1] ?? 0);
}
