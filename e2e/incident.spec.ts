import { readFile } from 'node:fs/promises'
import { type APIRequestContext, expect, type Page, test } from '@playwright/test'
import { recordScripts } from '#lab/screens/page-scripts.ts'
import type { Incident, IncidentDetail } from '#lib/incidents/api/index.ts'
import { alterApiResponses, awaitContentAfterRefetch } from './altered-answers.ts'
import { captureCopiedText, fetchLondonOutageIncident, waitUntilPageSettled } from './estate.ts'
import { tagLongIf } from './long.ts'
import { dragOverChart, expectTooltipAtPointer } from './plots.ts'
import { expectFewScripts } from './scripts.ts'

async function openOutage(page: Page, request: APIRequestContext): Promise<Incident> {
  const incident = await fetchLondonOutageIncident(request)
  await page.goto(`/incidents/${incident.id}`)
  await waitUntilPageSettled(page)
  return incident
}

test('an incident says what it is, how long within bounds, its owner and what to do, its tracks on one axis; its post-mortem is copied, saved and printed', async ({
  page,
  request,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const { id } = await openOutage(page, request)
  await expect(page.getByRole('heading', { level: 1, name: 'Peering down: erc-london' })).toBeVisible()
  await expect(page.getByText('CLOSED', { exact: true })).toBeVisible()
  const short = page.locator('section', { has: page.getByRole('heading', { name: 'Summary' }) })
  await expect(short).toContainText(/at least 4\d\smin/)
  // Microsoft peering remained up over the same links, so the provider is not the cause
  await expect(short).toContainText('on-premises team: peering fault')
  await expect(short).toContainText('Check VLAN')

  // bounds are hatched, certain times are solid, and a failover is included
  const chart = page.getByRole('slider', { name: /^Time on the axis/ })
  await expect(chart.locator('[data-track="erc-london"]').first()).toBeVisible()
  await expect(chart.locator('[data-certain]').first()).toBeVisible()
  await expect(chart.locator('[data-possible]').first()).toBeAttached()
  const tree = page.locator('section', { has: page.getByRole('heading', { name: 'Events', exact: true }) })
  await expect(tree.getByText('FAILOVER', { exact: true })).toBeVisible()
  await expect(tree.getByText('PATH DOWN', { exact: true })).toHaveCount(2)

  const inMenu = async (name: string) => {
    const item = page.getByRole('button', { name })
    if (await item.isHidden()) await page.getByRole('button', { name: 'More', exact: true }).click()
    await item.click()
    // the menu closes after the "Copied" message; a click before that would be lost
    await expect(page.getByRole('group', { name: 'More', exact: true })).toBeHidden()
  }
  const text = await captureCopiedText(page, () => inMenu('Copy post-mortem'))
  expect(text).toMatch(/^# Peering down: erc-london/)
  expect(text).toContain('| Duration | at least')
  expect(text).toMatch(/\|[./#?]*#+[./#?]*\|/)
  expect(text).toContain('| field | before | sampled | after | sampled |')
  const [file] = await Promise.all([page.waitForEvent('download'), inMenu('Markdown')])
  expect(file.suggestedFilename()).toBe(`incident-${id}.md`)
  const [picture] = await Promise.all([page.waitForEvent('download'), inMenu('Picture as SVG')])
  expect(picture.suggestedFilename()).toBe(`incident-${id}.svg`)
  const drawn = await readFile(await picture.path(), 'utf8')
  // the picture in a ticket must itself contain its title, its time range and a legend
  expect(drawn.slice(0, 1_000)).toMatch(
    /Peering down: erc-london.*\d{4}-\d\d-\d\d \d\d:\d\d.* UTC; .*hatched: no data/s,
  )
  await page.emulateMedia({ media: 'print' })
  await expect(page.getByRole('navigation', { name: 'Screens' })).toBeHidden()
  await expect(page.getByRole('button', { name: 'Print' })).toBeHidden()
  await expect(page.getByText('Skip to content')).toBeHidden()
  await expect(page.locator('body')).toHaveCSS('background-color', 'rgb(255, 255, 255)')
  const pdf = await page.pdf()
  expect(pdf.subarray(0, 4).toString()).toBe('%PDF')
})

test(
  'the view is zoomed and moved by keyboard, and its address shows the same',
  tagLongIf(true),
  async ({ page, request }) => {
    await openOutage(page, request)
    const chart = page.getByRole('slider', { name: /^Time on the axis/ })
    await chart.focus()
    await page.keyboard.press('ArrowRight')
    await expect(chart).toHaveAttribute('aria-valuetext', /PEERING DOWN/)
    await page.keyboard.press('+')
    await page.keyboard.press('Shift+ArrowRight')
    await expect(page).toHaveURL(/zoomFrom=.*zoomTo=/)
    const address = page.url()
    await page.goto('/incidents')
    await page.goto(address)
    await waitUntilPageSettled(page)
    await expect(page.getByText('zoomed in')).toBeVisible()
    await page.getByRole('button', { name: 'Reset zoom' }).click()
    await expect(page).not.toHaveURL(/zoomFrom=/)
  },
)

// runs only in long tests, because the test above covers the same view by keyboard
test(
  'wheel and drag: with Ctrl the wheel zooms, a drag zooms, and a drag with Shift moves',
  tagLongIf(true),
  async ({ page, request }) => {
    await openOutage(page, request)
    const chart = page.getByRole('slider', { name: /^Time on the axis/ })
    const { width, height } = (await chart.boundingBox()) ?? { width: 0, height: 0 }
    await chart.hover({ position: { x: width * 0.7, y: height / 2 } })
    await page.keyboard.down('Control')
    await page.mouse.wheel(0, -400)
    await page.keyboard.up('Control')
    await expect(page).toHaveURL(/zoomFrom=/)
    const zoomed = new URL(page.url()).searchParams.get('zoomFrom') ?? ''
    await dragOverChart(page, chart, 0.7, 0.85, 'Shift')
    await expect
      .poll(() => Date.parse(new URL(page.url()).searchParams.get('zoomFrom') ?? ''))
      .toBeLessThan(Date.parse(zoomed))
    const lengthOf = () => {
      const { searchParams } = new URL(page.url())
      return Date.parse(searchParams.get('zoomTo') ?? '') - Date.parse(searchParams.get('zoomFrom') ?? '')
    }
    const before = lengthOf()
    await dragOverChart(page, chart, 0.6, 0.8)
    await expect.poll(lengthOf).toBeLessThan(before / 2)
    await expectTooltipAtPointer(page, chart, 0.6)
    await chart.dblclick({ position: { x: width * 0.7, y: height / 2 } })
    await expect(page).not.toHaveURL(/zoomFrom=/)
  },
)

test('an outsider opens a snapshot of an incident, which asks nothing, until it is revoked', async ({
  page,
  request,
  browser,
}) => {
  await openOutage(page, request)
  await page.getByRole('button', { name: 'Share a snapshot' }).click()
  const dialog = page.getByRole('dialog', { name: 'Share a snapshot' })
  await dialog.getByRole('button', { name: 'Copy a new link' }).click()
  const link = await dialog.locator('code').innerText()
  const outsider = await (await browser.newContext()).newPage()
  const asked: string[] = []
  outsider.on('request', (one) => void (new URL(one.url()).pathname.startsWith('/api/') && asked.push(one.url())))
  const scripts = recordScripts(outsider)
  await outsider.goto(link)
  await expect(outsider.getByRole('heading', { level: 1, name: /^Peering down: erc-london/ })).toBeVisible()
  await expect(outsider.getByText(/^as of \d{4}-/)).toBeVisible()
  await expect(outsider.locator('a[href^="/"]')).toHaveCount(0)
  expect(asked).toEqual([])
  await expectFewScripts(request, scripts)
  const { data } = await (await request.get('/api/v1/snapshots')).json()
  expect(data[0]).toMatchObject({ state: 'open', opened: 1 })
  await request.delete(`/api/v1/snapshots/${data[0].id}`)
  expect((await outsider.goto(link))?.status()).toBe(410)
  await outsider.context().close()
})

test('the shift hands over what happened since, and copies as text', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const since = new Date(Date.now() - 34 * 86_400_000).toISOString()
  await page.goto(`/handover?since=${since}`)
  await waitUntilPageSettled(page)
  for (const name of ['Incidents', 'Polling gaps'])
    await expect(page.getByRole('heading', { level: 2, name, exact: true })).toBeVisible()
  const outage = page
    .getByRole('list', { name: 'Incidents of the shift' })
    .getByRole('listitem')
    .filter({ hasText: 'Peering down: erc-london' })
  await expect(outage.getByRole('link').first()).toBeVisible()
  await expect(outage.first()).toContainText('CLOSED')
  const summary = page.getByRole('definition')
  await expect(summary.filter({ has: page.getByRole('link') }).first()).toContainText(/: /)
  await page.getByRole('button', { name: 'Polling gaps' }).click()
  await expect(page.getByRole('list', { name: 'Polling gaps' })).toBeVisible()
  const uptime = page
    .getByRole('region', { name: 'Uptime of the affected resources' })
    .getByRole('row', { name: /erc-london/ })
  const days = uptime.getByRole('slider', { name: 'Days of uptime' })
  await expect(days).toHaveAttribute('aria-valuetext', /^30 days: .*\d+ degraded/)
  await page.getByRole('radio', { name: '90 days of uptime' }).click()
  await expect(page).toHaveURL(/uptime=90/)
  await expect(days).toHaveAttribute('aria-valuetext', /^90 days: .* days without data$/)
  // the keys select a day, which a tooltip describes
  await days.focus()
  await page.keyboard.press('Home')
  await expect(days).toHaveAttribute('aria-valuetext', /^\d{4}-\d\d-\d\d: not observed/)
  await expect(page.locator('[data-plot-tooltip]:popover-open')).toContainText(/^\d{4}-\d\d-\d\d UTC\s*not observed/)
  await page.keyboard.press('Escape')
  await expect(days).toHaveAttribute('aria-valuetext', /^90 days/)
  const copied = await captureCopiedText(page, () => page.getByRole('button', { name: 'Copy as text' }).click())
  expect(copied).toMatch(/^Handover .*UTC\n[\s\S]*Opened: \d+/)
})

test(
  'an incident about the whole estate is called so, leads to the overview and to its events, and asks for no resource',
  tagLongIf(true),
  async ({ page, request }) => {
    const outage = await fetchLondonOutageIncident(request)
    const about = <Shown extends object>(shown: Shown) => ({ ...shown, scope: 'estate', scopeName: 'Whole estate' })
    await alterApiResponses<IncidentDetail>(
      page,
      new RegExp(`/api/v1/incidents/${outage.id}$`),
      ({ root, timeline, ...rest }) => ({
        ...about(rest),
        root: root && about(root),
        timeline: timeline.map(about),
      }),
    )
    const refused: string[] = []
    page.on('response', (response) => {
      if (response.status() >= 400) refused.push(response.url())
    })
    await page.goto(`/incidents/${outage.id}`)
    await waitUntilPageSettled(page)
    const heading = page.getByRole('heading', { level: 1, name: 'Peering down: Whole estate' })
    await awaitContentAfterRefetch(page, heading)
    await expect(page.getByRole('link', { name: 'Whole estate', exact: true })).toHaveAttribute('href', /^\/(\?|$)/)
    await expect(page.getByRole('button', { name: /^Add contact/ })).toHaveCount(0)
    await page.goto('/events?scope=estate')
    await waitUntilPageSettled(page)
    await expect(page.getByLabel('Scope')).toHaveValue('estate')
    await expect(page.getByLabel('Scope').locator('option:checked')).toHaveText('Whole estate')
    expect(refused).toEqual([])
  },
)
