import { type ConsoleMessage, expect, test } from '@playwright/test'
import { waitUntilPageSettled } from './estate.ts'
import { expectNoHoles } from './holes.ts'
import { MAX_CUMULATIVE_LAYOUT_SHIFT, PHONE_WIDTH_PX } from './layout.ts'
import { expectNoAccessibilityViolations, expectToFit, mainPageViews } from './views.ts'
import { tagLongIf } from './long.ts'
import { findCrowdedTargets } from './targets.ts'
import { layoutShift } from '#lab/screens/counts.ts'
import { recordScripts } from '#lab/screens/page-scripts.ts'
import { expectFewScripts, scrollUntilAllChartsDrawn } from './scripts.ts'

/** Number of rows of a table that axe checks, because later rows have the same structure. */
const ROWS = 4
/**
 * Pages that load the most, for which the size of the scripts is measured. The wall display has a separate limit;
 * appearance.long.spec.ts measures all other pages.
 */
const HEAVY = ['Home', 'Routes', 'Cost', 'a circuit']
/**
 * Pages for which layout shifts during loading are measured. No other test opens an incident on their resources at the
 * same time.
 */
const STEADY = ['Routes', 'Cost', 'a circuit']
/**
 * Pages made of the same parts as another checked page: lists like Circuits or Events, pages of one resource like that
 * of a circuit, a view of Routes, forms.
 */
const LIKE_ANOTHER = [
  'Gateways',
  'Networks',
  'Hubs',
  'Sessions',
  'Incidents',
  'Sources',
  'a gateway',
  'a hub',
  'a session',
  'where an address went',
  'Settings',
]
/** Pages with panels next to each other. */
const WITH_PANELS = ['Home', 'a circuit', 'a gateway', 'Handover']

test.describe('every page', () => {
  // appearance.long.spec.ts checks each page in both themes, with all rows, at every width, and content that one more
  // click opens
  for (const [index, { name, pathOf }] of mainPageViews.entries()) {
    const theme = index % 2 === 0 ? 'light' : 'dark'
    const isHeavy = HEAVY.includes(name)
    const hasPanels = WITH_PANELS.includes(name)
    const title = `${name} complains of nothing, is accessible (${theme}), has targets of 24 px, ${hasPanels ? 'has no holes, ' : ''}${isHeavy ? 'fits a phone, and needs few scripts' : 'and fits a phone'}`
    test(title, tagLongIf(LIKE_ANOTHER.includes(name)), async ({ page, request }) => {
      const complaints: string[] = []
      page.on('console', (message: ConsoleMessage) => {
        if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
      })
      page.on('pageerror', (error) => complaints.push(error.message))
      const scripts = recordScripts(page)
      const response = await page.goto(await pathOf(request))
      expect(response?.headers()['content-security-policy']).toContain("script-src 'self' 'nonce-")
      expect(response?.headers()['x-powered-by']).toBeUndefined()
      await waitUntilPageSettled(page)
      expect(complaints).toEqual([])
      if (STEADY.includes(name))
        expect(await page.evaluate(layoutShift), 'layout shift').toBeLessThan(MAX_CUMULATIVE_LAYOUT_SHIFT)
      expect(await findCrowdedTargets(page)).toEqual([])
      await expectNoAccessibilityViolations(page, theme, { rows: ROWS })
      if (hasPanels) await expectNoHoles(page)
      await expectToFit(page, request, [PHONE_WIDTH_PX])
      expect(await findCrowdedTargets(page), 'on a phone').toEqual([])
      if (!isHeavy) return
      const [script = ''] = scripts
      expect(await (await request.get(script)).text(), 'is compiled ahead').toMatch(/^\/\/# allFunctionsCalledOnLoad\n/)
      await scrollUntilAllChartsDrawn(page)
      await expectFewScripts(request, scripts)
    })
  }

  test('the wall fits a phone, however long the names', async ({ page, request }) => {
    await page.goto('/wall')
    await waitUntilPageSettled(page)
    await expectToFit(page, request, [PHONE_WIDTH_PX])
  })
})

test('the theme is remembered, and the next page is drawn in it at once', async ({ page }) => {
  await page.goto('/')
  await waitUntilPageSettled(page)
  await page.getByRole('button', { name: /^Theme:/ }).click()
  await page.getByRole('radio', { name: 'Dark' }).click()
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  const html = await (await page.request.get('/circuits')).text()
  expect(html).toContain('data-theme="dark"')
})

test.describe('in another zone', () => {
  test.use({ timezoneId: 'Asia/Kolkata' })

  test('times are UTC until local time is asked for, which is remembered', async ({ page }) => {
    await page.goto('/')
    await waitUntilPageSettled(page)
    await expect(page.getByRole('button', { name: /UTC\s*, show local time$/ })).toBeVisible()
    await page.getByRole('button', { name: /show local time/ }).click()
    await expect(page.getByRole('button', { name: /UTC\+5:30\s*, show UTC$/ })).toBeVisible()
    await page.reload()
    await expect(page.getByRole('button', { name: /UTC\+5:30\s*, show UTC$/ })).toBeVisible()
  })
})
