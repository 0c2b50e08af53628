import { type APIRequestContext, expect, type Locator, type Page, test } from '@playwright/test'
import { waitForCircuitByName, waitUntilPageSettled } from './estate.ts'
import { tagLongIf } from './long.ts'

/**
 * Returns one button of each kind that opens a menu or a dialog. The kind is the button's label without names of
 * resources and counts. Each button is marked, so that later steps find the same element.
 */
async function openersOf(page: Page): Promise<Locator[]> {
  const all = page.getByRole('button').and(page.locator('[aria-haspopup]')).filter({ visible: true })
  const kinds = await all.evaluateAll((buttons) => {
    const kindOf = (button: Element) =>
      (button.getAttribute('aria-label') ?? button.textContent ?? '').split(/ of | about |: /)[0] ?? ''
    const kinds = buttons.map(kindOf)
    return buttons.flatMap((button, index) => {
      const kind = kindOf(button)
      if (kinds.indexOf(kind) !== index) return []
      button.setAttribute('data-walked', kind)
      return [kind]
    })
  })
  return kinds.map((kind) => page.locator(`[data-walked=${JSON.stringify(kind)}]`))
}

/** Reports whether the focus is visible without a mouse: by an outline, or by the background of a highlighted item. */
const seesFocus = (page: Page): Promise<boolean> =>
  page.evaluate(() => {
    const focused = document.activeElement
    if (!focused || focused === document.body) return false
    const { outlineStyle, outlineWidth, backgroundColor } = getComputedStyle(focused)
    const isOutlined = outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2
    const isChosen = focused.hasAttribute('data-highlighted') && backgroundColor !== 'rgba(0, 0, 0, 0)'
    // a focused dialog is visible itself, and the palette's field shows a caret
    return isOutlined || isChosen || focused.matches('[role=dialog], [role=menu], [role=combobox]')
  })

const isWithin = (page: Page): Promise<boolean> =>
  page.evaluate(() => document.activeElement?.closest('[role=dialog], [role=menu]') != null)

const seesFocusWithin = async (page: Page): Promise<boolean> => (await isWithin(page)) && (await seesFocus(page))

/** Opens a menu or dialog, and closes it by Escape. */
async function openAndLeave(page: Page, opener: Locator, path: string): Promise<void> {
  // fail early if an answer has removed the button in the meantime
  const timeout = 20_000
  const which = `${path}: ${await opener.evaluate(({ outerHTML }) => outerHTML.slice(0, 200), undefined, { timeout })}`
  await opener.focus({ timeout })
  await page.keyboard.press('Enter')
  const over = page.locator('[role=dialog], [role=menu]')
  await expect(over, which).toBeVisible()
  // the focus moves into the dialog a moment after it is drawn, and again if a late answer replaces the focused element
  await expect.poll(() => seesFocusWithin(page), { message: which, intervals: [20] }).toBe(true)
  await page.keyboard.press('Escape')
  await expect(over, which).toBeHidden()
  await expect(opener, which).toBeFocused()
  await expect.poll(() => seesFocus(page), { message: which, intervals: [20] }).toBe(true)
}

for (const [where, colorScheme, pathOf] of [
  [
    'a circuit',
    'light',
    async (request: APIRequestContext) => `/circuits/${(await waitForCircuitByName(request, 'erc-london')).id}`,
  ],
  ['the events', 'dark', async () => '/events'],
] as const) {
  test(
    `each menu and dialog of ${where} closes with Escape, gives the focus back, and shows where it is`,
    tagLongIf(where !== 'a circuit'),
    async ({ page, request }) => {
      const path = await pathOf(request)
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await page.goto(path)
      await waitUntilPageSettled(page)
      // block further answers, so that incidents do not change the page; only answers in flight still arrive
      await page.route('**/api/v1/**', () => {})
      const openers = await openersOf(page)
      expect(openers.length, path).toBeGreaterThan(0)
      for (const opener of openers) {
        try {
          await openAndLeave(page, opener, path)
        } catch (error) {
          if ((await opener.count()) > 0) throw error
        }
      }
      await page.unrouteAll({ behavior: 'ignoreErrors' })
    },
  )
}
