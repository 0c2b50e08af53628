import { expect, type Locator, type Page } from '@playwright/test'

/** Lets the page's own queries be answered otherwise. What the server draws at first is as it is: see {@link askedAgain}. */
export async function alterAnswers<Data>(page: Page, path: RegExp, altered: (data: Data) => unknown): Promise<void> {
  await page.route(path, async (route) => {
    try {
      const response = await route.fetch({ maxRetries: 3 })
      const answer = (await response.json()) as { data: Data }
      await route.fulfill({ response, json: { ...answer, data: altered(answer.data) } })
    } catch {
      // the page went on meanwhile, or the test has ended: nobody waits for it any more
      await route.abort().catch(() => {})
    }
  })
}

/** Waits for what comes when somebody turns to the page again, and all is asked again. */
export async function askedAgain(page: Page, awaited: Locator): Promise<void> {
  await expect(async () => {
    await page.evaluate(() => dispatchEvent(new Event('visibilitychange')))
    await expect(awaited).toBeVisible({ timeout: 2_000 })
  }).toPass()
}
