import { type Download, expect, type Locator, type Page } from '@playwright/test'

/** Saves a chart with axes through its menu. */
export async function saveChartAsFile(
  page: Page,
  label: string | RegExp,
  form: 'SVG' | 'PNG' | 'CSV',
): Promise<Download> {
  const plot = page.getByRole('group', { name: label })
  await plot.getByRole('button', { name: /^Save / }).click()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page
      .getByRole('dialog', { name: /^Save / })
      .getByRole('button', { name: form })
      .click(),
  ])
  return download
}

/** Scrolls a chart into view, and returns its position and size on the screen, px. */
async function placeOf(chart: Locator) {
  await chart.scrollIntoViewIfNeeded()
  const box = await chart.boundingBox()
  if (!box) throw new Error('the chart is not drawn')
  return box
}

/**
 * Drags over a chart or a timeline.
 * @param from start of the drag, as a share of the width
 * @param to end of the drag, as a share of the width
 * @param key key that is held: Shift pans; absent = the drag selects a range
 */
export async function dragOverChart(
  page: Page,
  chart: Locator,
  from: number,
  to: number,
  key?: 'Shift',
): Promise<void> {
  const { x, y, width, height } = await placeOf(chart)
  if (key) await page.keyboard.down(key)
  await page.mouse.move(x + width * from, y + height / 2)
  await page.mouse.down()
  await page.mouse.move(x + width * to, y + height / 2, { steps: 4 })
  if (!key) await expect(chart.locator('[data-brush]')).toBeVisible()
  await page.mouse.up()
  if (key) await page.keyboard.up(key)
}

/**
 * Moves the pointer over a chart, and expects its tooltip near the pointer, within the width of the screen, and not
 * over the pointer.
 * @param at position as a share of the chart's width
 * @returns the tooltip
 */
export async function expectTooltipAtPointer(page: Page, chart: Locator, at: number): Promise<Locator> {
  const tooltip = page.locator('[data-plot-tooltip]:popover-open')
  // repeated, because a chart that receives data draws its tooltip again. Each attempt waits longer, because it moves the
  // pointer out of the chart first, and a busy machine may need seconds to open the tooltip
  let patienceMs = 1_000
  await expect(async () => {
    patienceMs *= 2
    const { x, y, width, height } = await placeOf(chart)
    const [left, top] = [x + width * at, y + height / 2]
    // the pointer enters the chart from outside at each attempt
    await page.mouse.move(left, Math.max(y - 20, 0))
    await page.mouse.move(left - 2, top, { steps: 4 })
    await page.mouse.move(left, top)
    await expect(tooltip).toBeVisible({ timeout: patienceMs })
    const box = await tooltip.boundingBox({ timeout: patienceMs })
    if (!box) throw new Error('the tooltip is not drawn')
    const aside = (point: number, start: number, size: number) => Math.max(start - point, point - start - size, 0)
    const [apartX, apartY] = [aside(left, box.x, box.width), aside(top, box.y, box.height)]
    expect(Math.max(apartX, apartY)).toBeGreaterThan(0)
    expect(Math.hypot(apartX, apartY)).toBeLessThan(60)
    expect(box.x).toBeGreaterThanOrEqual(0)
    expect(box.x + box.width).toBeLessThanOrEqual(page.viewportSize()?.width ?? 0)
  }).toPass()
  return tooltip
}
