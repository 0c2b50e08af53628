import type { Page } from '@playwright/test'

/** Maximum compressed size of a page's scripts without Recharts, after all of the page was in view, bytes. */
export const PAGE_SCRIPT_BYTES = 300_000
/** Maximum compressed size of the scripts that contain Recharts, bytes (ADR 0123). */
export const CHART_SCRIPT_BYTES = 150_000
/** Likewise of a wall, which loads none of the screens. */
export const WALL_SCRIPT_BYTES = 156_600

/** Reports whether a script contains Recharts. Its class names stay in a compressed script. */
export const isChartScript = (script: string): boolean => script.includes('recharts-')

/** Notes the scripts that a page asks for from now on. */
export function recordScripts(page: Page): Set<string> {
  const scripts = new Set<string>()
  page.on('request', (asked) => {
    if (asked.resourceType() === 'script') scripts.add(asked.url())
  })
  return scripts
}

/** Scrolls through the whole page: charts are loaded near the viewport only. */
export async function scrollThrough(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve))
    for (let top = 0; top < document.documentElement.scrollHeight; top += innerHeight / 2) {
      scrollTo(0, top)
      await frame()
      await frame()
    }
  })
}
