import { expect, test } from '@playwright/test'
import { waitUntilPageSettled } from './estate.ts'
import { recordScripts } from '#lab/screens/page-scripts.ts'
import { expectFewScripts, scrollUntilAllChartsDrawn } from './scripts.ts'
import { expectNoAccessibilityViolations, expectToFit, viewsOneClickFurther, mainPageViews } from './views.ts'

/** Widths of a phone, a laptop and a wall display, in pixels. */
const WIDTHS = [360, 1440, 3840]

for (const { name, pathOf } of [...mainPageViews, ...viewsOneClickFurther]) {
  test(`${name} has no accessibility violation in both themes, and fits every width, however long the names`, async ({
    page,
    request,
  }) => {
    await page.goto(await pathOf(request))
    await waitUntilPageSettled(page)
    await expectNoAccessibilityViolations(page, 'light')
    // contrast only, because the other checks do not depend on the theme
    await expectNoAccessibilityViolations(page, 'dark', { rules: ['color-contrast'] })
    await page.setViewportSize({ width: 1440, height: 900 })
    // a header line is 24 px high, because the time zone is shown in the toolbar instead
    const heads = page.locator('thead th button[title^="Times in"]')
    const heights = await heads.evaluateAll((all) => all.map((head) => [head.textContent, head.clientHeight]))
    expect(heights.filter(([, height]) => Number(height) > 28)).toEqual([])
    await expectToFit(page, request, WIDTHS)
  })
}

test('the wall fits every width, however long the names', async ({ page, request }) => {
  await page.goto('/wall')
  await waitUntilPageSettled(page)
  await expectToFit(page, request, WIDTHS)
})

for (const { name, pathOf } of mainPageViews) {
  test(`${name} needs few scripts`, async ({ page, request }) => {
    const scripts = recordScripts(page)
    await page.goto(await pathOf(request))
    await waitUntilPageSettled(page)
    await scrollUntilAllChartsDrawn(page)
    await expectFewScripts(request, scripts)
  })
}
