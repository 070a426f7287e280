import { expect, type Locator, type Page } from '@playwright/test';

const MOST_STEPS = 150;

/** Goes on by Tab until the element has the focus, which must then be visible. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible();
  for (let step = 0; step < MOST_STEPS; step += 1) {
    await page.keyboard.press('Tab');
    if (await target.evaluate((element) => element === document.activeElement)) {
      await expect(target).toBeInViewport();
      return;
    }
  }
  throw new Error(`${target} is not reached by ${MOST_STEPS} Tabs`);
}
