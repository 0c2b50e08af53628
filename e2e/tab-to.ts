import { expect, type Locator, type Page } from '@playwright/test'

/** Presses Tab until the focus reaches the target, like a user without a mouse. */
export async function pressTabUntilFocused(
  page: Page,
  target: Locator,
  key: 'Tab' | 'Shift+Tab' = 'Tab',
): Promise<void> {
  await expect(async () => {
    await page.keyboard.press(key)
    const isReached = await target.evaluateAll((elements) => elements.some((one) => one === document.activeElement))
    expect(isReached).toBe(true)
  }).toPass({ intervals: [0], timeout: 90_000 })
}
