import { expect, type Page } from '@playwright/test'
import { SHOULD_RUN_LONG_TESTS } from '../lib/platform/testing/long.ts'

/** Widths of a phone, a laptop and a wall display; in a long run also a tablet, another laptop and desk screens. */
const WIDTHS = SHOULD_RUN_LONG_TESTS ? [360, 768, 1280, 1440, 1920, 2560, 3840] : [360, 1280, 3840]

/**
 * Expects that panels fill the page at each width: panels next to each other have the same height, and every row
 * reaches the right edge.
 */
export async function expectNoHoles(page: Page): Promise<void> {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 })
    await expect.poll(() => holesOf(page), `at ${width} px`).toEqual([])
  }
}

/**
 * Returns panels next to each other with different bottoms, panels without a gap between them, and lists with a row
 * that does not reach the right edge.
 */
function holesOf(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const boxOf = (element: Element) => element.getBoundingClientRect()
    const nameOf = (panel: Element) => panel.querySelector('h2')?.textContent ?? ''
    const all = [...document.querySelectorAll('main section:has(> header > h2)')]
    // sections in one frame are separated by lines and not by gaps
    const panels = all.filter(
      (one) => !one.closest('.divide-y') && !all.some((other) => other !== one && other.contains(one)),
    )
    const uneven = panels.flatMap((one, index) =>
      panels.slice(index + 1).flatMap((other) => {
        const [a, b] = [boxOf(one), boxOf(other)]
        const areBeside = a.top < b.bottom - 1 && b.top < a.bottom - 1
        return areBeside && Math.abs(a.bottom - b.bottom) > 2 ? `beside ${nameOf(one)} and ${nameOf(other)}` : []
      }),
    )
    const touching = panels.flatMap((one) => {
      const { left, right, bottom } = boxOf(one)
      const next = panels.filter((other) => other !== one && boxOf(other).left < right && boxOf(other).right > left)
      return next.some((other) => Math.abs(boxOf(other).top - bottom) < 4) ? `no gap below ${nameOf(one)}` : []
    })
    const ragged = [...document.querySelectorAll('main .entries')].filter((list) => {
      const entries = [...list.children].map(boxOf)
      const edge = boxOf(list).right
      return entries.some(({ top, right }) => {
        const row = entries.filter((other) => Math.abs(other.top - top) < 1)
        return right > edge + 1 || Math.max(...row.map((other) => other.right)) < edge - 2
      })
    })
    return [...uneven, ...touching, ...ragged.map((list) => `at the end of a row: ${list.textContent?.slice(0, 40)}`)]
  })
}
