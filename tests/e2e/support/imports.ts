// The import as a person goes through it: a file, its reading, the review, the plan that comes of it.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, type Locator, type Page } from '@playwright/test';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import type { TaskList } from '../../../lib/imports/list.schema';
import type { OwnServer } from './server';

export const officeFile = (name: string) => path.resolve('seeds/office', name);
export const sourceText = (name: string) => path.resolve('seeds/documents', name);
export const fixtureFile = (name: string) => path.resolve('tests/fixtures/imports', name);

/** A committed list, as its readers made it by hand. */
export function listOf(slug: string): TaskList {
  return JSON.parse(readFileSync(path.resolve('seeds/lists', `${slug}.json`), 'utf8')) as TaskList;
}

export const UNKNOWN_UNIT = '区资源服务所';
/** Five rows of a district that names no leaders; every call gives a file that nobody has sent. */
export function shortList() {
  const text = readFileSync(fixtureFile('cities/07-no-lead.txt'), 'utf8')
    .replace('区自然资源分局', UNKNOWN_UNIT)
    .replace('“五税合一”', `“五税合一”（${randomUUID()}）`);
  return { name: '任务表.txt', mimeType: 'text/plain', buffer: Buffer.from(text) };
}

type Chosen = Parameters<Locator['setInputFiles']>[0];

/** Chooses a file and where it counts; does not send it. */
export async function choose(page: Page, file: Chosen, region: string): Promise<void> {
  await page.goto('/imports');
  await page.getByLabel('将文件拖到这里，或点击选择').setInputFiles(file);
  await page.getByLabel('地区').selectOption({ label: region });
}

export const send = (page: Page) => page.getByRole('button', { name: '上传并读取' }).click();
export const grid = (page: Page): Locator => page.getByRole('grid', { name: '清单各行' });
export const progress = (page: Page): Locator => page.getByRole('region', { name: '核对进度' });
export const questions = (page: Page): Locator =>
  page.getByRole('list', { name: '待确认的问题' }).getByRole('listitem');

/** The draft's number, once its review stands. */
export async function awaitReview(page: Page): Promise<number> {
  await expect(page).toHaveURL(/\/imports\/\d+$/);
  await expect(grid(page)).toBeVisible({ timeout: 30_000 });
  return Number(/\d+$/.exec(page.url())![0]);
}

/** Sends a file of a list and waits until it has been read; one that is here already is sent all the same. */
export async function upload(page: Page, file: Chosen, region: string): Promise<number> {
  await choose(page, file, region);
  await send(page);
  return awaitReview(page);
}

/** A figure of the review's bar, as 待确认 or 行. */
export function figure(page: Page, label: string): Locator {
  return progress(page).getByRole('link', { name: new RegExp(`^${label}\\s*\\d+$`) });
}

/** Confirms the draft; the number of the plan that came of it. */
export async function commit(page: Page): Promise<number> {
  await page.getByRole('button', { name: /^确认导入为草稿/ }).click();
  await expect(page).toHaveURL(/\/plans\/\d+$/);
  return Number(/\d+$/.exec(page.url())![0]);
}

/** What the database holds of a plan's tasks, in the form of seeds/lists/*.json. */
export function storedTasks(server: OwnServer, planId: number) {
  return server.query<{
    seq: number;
    section: string | null;
    measure: string | null;
    text: string;
    group: string | null;
    leadRaw: string | null;
    responsibleRaw: string | null;
    deadlineRaw: string | null;
    lead: string[];
    responsible: string[];
    dueOn: string | null;
    ongoing: boolean;
  }>(
    `SELECT t.seq, a.heading AS section, m.heading AS measure, t.text, g.name AS "group", t.lead_raw AS "leadRaw",
            t.responsible_raw AS "responsibleRaw", t.deadline_raw AS "deadlineRaw",
            ARRAY(SELECT printed FROM task_unit u WHERE u.task_id = t.id AND u.role = 'LEAD' ORDER BY u.position) AS lead,
            ARRAY(SELECT printed FROM task_unit u WHERE u.task_id = t.id AND u.role = 'RESPONSIBLE' ORDER BY u.position) AS responsible,
            t.original_due_on::text AS "dueOn", t.ongoing
       FROM task t LEFT JOIN policy_area a ON a.id = t.area_id LEFT JOIN measure m ON m.id = t.measure_id
       LEFT JOIN work_group g ON g.id = t.work_group_id
      WHERE t.plan_id = $1 ORDER BY t.sort_order`,
    [planId],
  );
}

/** The same of a list. */
export function listedTasks(list: TaskList) {
  return list.tasks.map((task) => ({
    seq: task.seq,
    section: task.section,
    measure: task.measure,
    text: task.text,
    group: task.group,
    leadRaw: task.leadRaw,
    responsibleRaw: task.responsibleRaw,
    deadlineRaw: task.deadlineRaw,
    lead: task.lead,
    responsible: task.responsible,
    dueOn: task.deadline.dueOn,
    ongoing: task.deadline.ongoing,
  }));
}

export type PageTask = { id: number; seq: number; text: string; headings: string; leads: string; deadline: string };

/** The ledger of one plan, page after page, as it is drawn. */
export async function ledgerOf(page: Page, planId: number): Promise<PageTask[]> {
  const tasks: PageTask[] = [];
  for (let number = 1; ; number += 1) {
    await page.goto(`/tasks?plan=${planId}&sort=seq&size=100&page=${number}`);
    const table = page.getByRole('region', { name: '任务台账' }).getByRole('table');
    await expect(table).toBeVisible();
    const rows = await table.evaluate((element) =>
      [...(element as HTMLTableElement).tBodies[0]!.rows].map((row) => {
        // biome-ignore lint/performance/useDomNodeTextContent: what is hidden at this width is not part of the ledger
        const [, seq, task, leads, deadline] = [...row.cells].map((cell) => cell.innerText.split('\n'));
        const link = row.querySelector<HTMLAnchorElement>('th a')!;
        return {
          id: Number(link.pathname.split('/').at(-1)),
          seq: Number(seq!.join('')),
          text: link.textContent,
          headings: task!.at(-1)!,
          leads: leads!.join(''),
          deadline: deadline![0]!,
        };
      }),
    );
    tasks.push(...rows);
    if ((await page.getByRole('link', { name: '下一页' }).count()) === 0) return tasks;
  }
}

/** The elements of many tasks by their terms, each from its own page. */
export function elementsOf(page: Page, taskIds: readonly number[]): Promise<Record<string, string>[]> {
  return page.evaluate(async (ids) => {
    const read = async (id: number): Promise<Record<string, string>> => {
      const answer = await fetch(`/tasks/${id}`);
      const tree = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const terms = [...tree.querySelectorAll('section[aria-labelledby="elements"] dt')];
      return Object.fromEntries(terms.map((term) => [term.textContent, term.nextElementSibling?.textContent ?? '']));
    };
    const found: Record<string, string>[] = [];
    for (let from = 0; from < ids.length; from += 6)
      found.push(...(await Promise.all(ids.slice(from, from + 6).map(read))));
    return found;
  }, taskIds);
}

/** A Word file with its text changed. */
export function changedDocument(file: string, change: (xml: string) => string): Buffer {
  const parts = unzipSync(new Uint8Array(readFileSync(file)));
  parts['word/document.xml'] = strToU8(change(strFromU8(parts['word/document.xml']!)));
  return Buffer.from(zipSync(parts));
}
