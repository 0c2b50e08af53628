import { expect, test } from '@playwright/test'
import type { UsageResponse } from '#lib/usage/api/index.ts'
import { findAccessibilityViolations } from './accessibility.ts'
import { waitForCircuitByName, waitForGatewayByName, fetchApiResponseBody, waitUntilPageSettled } from './estate.ts'
import { dragOverChart, expectTooltipAtPointer, saveChartAsFile } from './plots.ts'
import { tagLongIf } from './long.ts'

test('a circuit’s traffic can be read point by point, by path and over any time, and taken along', async ({
  page,
  request,
}) => {
  const { id } = await waitForCircuitByName(request, 'erc-amsterdam')
  await page.goto(`/circuits/${id}?tab=traffic&range=24h`)
  await waitUntilPageSettled(page)
  const panel = page.locator('section', { has: page.getByRole('heading', { name: 'Traffic', exact: true }) })
  const chart = panel.getByRole('slider', { name: /^Traffic of erc-amsterdam/ })
  await chart.focus()
  await chart.press('ArrowLeft')
  await expect(chart).toHaveAttribute('aria-valuetext', /of one path: To Azure .*b\/s, From Azure \(billable\) .*b\/s/)
  // a limit within the axis has a label of two lines in the margin, and a limit above the axis a label of one line
  await expect(panel.locator('svg').getByText(/^one path$|↑ 1 Gb\/s, one path/)).toBeVisible()
  await expect(panel.getByText('2 Gb/s, burst')).toBeVisible()
  // one drawing shows both directions, with traffic to Azure above; the legend isolates and hides series
  const toAzure = panel.getByRole('button', { name: /^To Azure \(upper half\) peak / })
  const fromAzure = panel.getByRole('button', { name: /^From Azure \(billable, lower half\) peak / })
  await toAzure.click()
  await expect(fromAzure).toHaveAttribute('aria-pressed', 'false')
  await expect(chart).toHaveAttribute('aria-valuetext', /: To Azure [^:]*$/)
  await expect(chart).not.toHaveAttribute('aria-valuetext', /From Azure/)
  await fromAzure.press('Control+Enter')
  await expect(fromAzure).toHaveAttribute('aria-pressed', 'true')
  const tooltip = await expectTooltipAtPointer(page, chart, 0.96)
  await expect(tooltip).toContainText(/To Azure, primary.*To Azure, secondary.*From Azure, secondary/)
  const both = await chart.getAttribute('aria-valuemax')
  expect(Number(both)).toBeGreaterThan(200)
  await panel.getByLabel('Path').selectOption('Primary path')
  await expect(page).toHaveURL(/path=primary/)
  await page.getByRole('button', { name: /^Clock:/ }).click()
  await page.getByRole('radio', { name: /^30d/ }).click()
  await expect(page).toHaveURL(/range=30d/)
  await expect(panel.getByText('hourly averages')).toBeVisible()
  await expect.poll(async () => Number(await chart.getAttribute('aria-valuemax'))).toBeGreaterThan(700)
  await dragOverChart(page, chart, 0.5, 0.6)
  await expect(page).toHaveURL(/from=20.*to=20/)
  await page.goBack()
  await expect(page).toHaveURL(/range=30d/)
  // a long range has a brush, whose handles the keyboard moves; a double click restores the range and the series
  const from = panel.getByRole('slider', { name: 'Visible part of Traffic of erc-amsterdam' }).first()
  await from.focus()
  for (let step = 0; step < 3; step++) await from.press('ArrowRight')
  await expect(page).toHaveURL(/from=20/)
  await chart.dblclick()
  await expect(page).toHaveURL(/range=30d/)
  await expect(panel.getByRole('button', { name: /^usual|^incident|^To Azure/ }).first()).toHaveAttribute(
    'aria-pressed',
    'true',
  )
  const download = await saveChartAsFile(page, 'Traffic of erc-amsterdam', 'CSV')
  const lines = (await (await download.createReadStream()).toArray()).join('').trim().split('\r\n')
  expect(download.suggestedFilename()).toMatch(/^peerwatch-usage-erc-amsterdam-.*\.csv$/)
  expect(lines[0]).toMatch(/^"Peerwatch usage of erc-amsterdam, primary path, .+ to .+ UTC, http/)
  expect(lines[1]).toBe(
    'Start (UTC),To Azure (bytes),"From Azure, billable (bytes)",Covered (s),Source,From metrics (s),Lower bound',
  )
  expect(lines.length).toBeGreaterThan(700)
  await panel.getByRole('button', { name: 'Table' }).click()
  await expect(panel.getByRole('row').nth(1)).toContainText('b/s')
  expect(await findAccessibilityViolations(page, { within: '[data-plot]' })).toEqual([])
})

test('what came before the first poll is reported by metrics, and marked as such', async ({ page, request }) => {
  const { id } = await waitForCircuitByName(request, 'useasterc1cust1')
  const day = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString()
  const [from, to] = [day(60), day(55)]
  // past metrics are fetched in the background after the start
  const sources = async () => {
    const query = `circuits/${id}/usage?${new URLSearchParams({ from, to, step: 'day' })}`
    return (await fetchApiResponseBody<{ data: UsageResponse }>(request, query)).data.points.map(({ source }) => source)
  }
  await expect.poll(sources, { timeout: 120_000 }).toContain('metric')
  await page.goto(`/circuits/${id}?tab=traffic&from=${from}&to=${to}`)
  await expect(page.getByText('Azure Monitor', { exact: true })).toBeVisible()
  const chart = page.getByRole('slider', { name: /^Traffic of/ })
  await expect(chart).toHaveAttribute('aria-valuetext', /from metrics.*From Azure \(billable\) .*b\/s/)
})

test('a time that nothing covers is not called quiet', async ({ page, request }) => {
  const { id } = await waitForCircuitByName(request, 'useasterc1cust1')
  const day = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString()
  await page.goto(`/circuits/${id}?tab=traffic&from=${day(300)}&to=${day(299)}`)
  await expect(page.getByText('No traffic data in this time range')).toBeVisible()
})

test('a change of configuration says what it was before, and who made it', async ({ page, request }) => {
  const { id } = await waitForCircuitByName(request, 'erc-amsterdam')
  await page.goto(`/circuits/${id}?tab=history`)
  const panel = page.locator('section', { has: page.getByRole('heading', { name: 'Configuration changes' }) })
  const change = panel.getByRole('listitem').filter({ hasText: 'cxn-hub-amsterdam' }).first()
  await expect(change).toContainText(/fastPath|expressRouteGatewayBypass/)
  await expect(change).toContainText('false')
  await expect(change).toContainText('network.admin@contoso.example')
})

test(
  'a gateway’s sessions over time: a restart that no poll saw is marked',
  tagLongIf(true),
  async ({ page, request }) => {
    const { id } = await waitForGatewayByName(request, 'ergw-hub')
    await page.goto(`/gateways/${id}?from=7d`)
    await expect(
      page.getByText(/10\.0\.4\.12 ↔ 10\.0\.4\.4 (?:(?! ↔ ).)* restarts? between polls/).first(),
    ).toBeAttached()
    await expect(page.getByRole('listitem').filter({ hasText: '↔ 10.0.4.15' })).toHaveCount(0)
  },
)

test(
  'a chart whose code does not come says so, keeps its table, and is drawn at the next attempt',
  tagLongIf(true),
  async ({ page, request }) => {
    const { id } = await waitForCircuitByName(request, 'erc-london')
    await page.setViewportSize({ width: 1280, height: 500 })
    await page.goto(`/circuits/${id}?tab=traffic`)
    const plot = page.getByRole('group', { name: 'Traffic of erc-london' })
    await plot.waitFor({ state: 'attached' })
    await page.route('**/_next/static/chunks/**', (route) => route.abort())
    await plot.scrollIntoViewIfNeeded()
    await expect(plot.getByRole('alert')).toContainText('could not be loaded')
    await plot.getByRole('button', { name: 'Table' }).click()
    await expect(plot.getByRole('row').nth(1)).toBeVisible()
    await page.unrouteAll()
    await plot.getByRole('button', { name: 'Retry' }).click()
    await expect(plot.locator('svg[data-chart]')).toBeVisible()
    // on a large screen everything is scaled by 1.25, including thin lines and dashes
    const line = plot.locator('[data-series=line]').first()
    await expect(line).toHaveAttribute('stroke-width', '1.5')
    await page.setViewportSize({ width: 3840, height: 2160 })
    await expect(line).toHaveAttribute('stroke-width', '1.875')
    await expect(plot.locator('.recharts-cartesian-grid line').first()).toHaveAttribute('stroke-width', '1.25')
  },
)

// runs only in long tests, because the first test covers the same for another chart
test(
  'churn, a gateway’s load and round-trip times are read by keyboard and taken along',
  tagLongIf(true),
  async ({ page, request }) => {
    const { id } = await waitForCircuitByName(request, 'erc-amsterdam')
    await page.goto(`/circuits/${id}`)
    await waitUntilPageSettled(page)
    const valueOf = async (name: string, text: RegExp) => {
      const chart = page.getByRole('slider', { name, exact: true })
      await chart.focus()
      await chart.press('Home')
      await expect(chart).toHaveAttribute('aria-valuetext', text)
    }
    await page.getByRole('tab', { name: 'Traffic' }).click()
    await valueOf('Round-trip time to what erc-amsterdam carries', /UTC.*: .+ → .+/)

    const gateway = await waitForGatewayByName(request, 'ergw-hub')
    await page.goto(`/gateways/${gateway.id}?tab=load`)
    await waitUntilPageSettled(page)
    await valueOf('CPU, busiest instance of ergw-hub', /UTC.*: Average .*, Limit 100 %$/)
    await expect(
      page.getByRole('group', { name: 'CPU, busiest instance of ergw-hub' }).getByText('↑ limit 100 %'),
    ).toBeVisible()
    const picture = await saveChartAsFile(page, 'Flows of ergw-hub', 'SVG')
    const svg = (await (await picture.createReadStream()).toArray()).join('')
    expect(picture.suggestedFilename()).toMatch(/^peerwatch-load-flows-ergw-hub-.*\.svg$/)
    expect(svg).toMatch(/Flows of ergw-hub.*UTC to .*UTC/)

    await page.goto('/routes?view=table&range=24h')
    await waitUntilPageSettled(page)
    await valueOf('Time of the tables, on the churn chart', /UTC.*: announced .*, changed .*, withdrawn/)
    const csv = await saveChartAsFile(page, 'Time of the tables, on the churn chart', 'CSV')
    const lines = (await (await csv.createReadStream()).toArray()).join('').trim().split('\r\n')
    expect(lines[1]).toMatch(/^Start \(UTC\),Announced,Changed,Withdrawn,/)
  },
)
