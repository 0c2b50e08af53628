import { expect, type Locator, type Page } from '@playwright/test'

/**
 * Alters the answers to the page's own queries. The server's first rendering is not altered: see {@link awaitContentAfterRefetch}.
 */
export async function alterApiResponses<Data>(
  page: Page,
  path: RegExp,
  altered: (data: Data) => unknown,
): Promise<void> {
  await page.route(path, async (route) => {
    try {
      const response = await route.fetch({ maxRetries: 3 })
      const answer = (await response.json()) as { data: Data }
      await route.fulfill({ response, json: { ...answer, data: altered(answer.data) } })
    } catch {
      // the page has navigated away or the test has ended, so the answer is no longer needed
      await route.abort().catch(() => {})
    }
  })
}

/** Waits for content from altered answers. It simulates that a user returns to the page, which repeats all queries. */
export async function awaitContentAfterRefetch(page: Page, awaited: Locator): Promise<void> {
  await expect(async () => {
    await page.evaluate(() => dispatchEvent(new Event('visibilitychange')))
    await expect(awaited).toBeVisible({ timeout: 2_000 })
  }).toPass()
}
