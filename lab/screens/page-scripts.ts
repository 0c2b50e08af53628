import type { Page } from '@playwright/test'

/**
 * Maximum compressed size of a page's scripts without Recharts in bytes, after the whole page was scrolled into view
 * (ADR 0354). The limit includes 400 bytes for longer names of exports, which the build keeps (ADR 0379), 1,000
 * bytes for rows that open although their pressed cell was replaced (ADR 0382), 1,400 bytes for the caveats of the cost
 * review (ADR 0387), 1,800 bytes for its details on request and its comparison with bills (ADR 0390), and 900 bytes for
 * the base of its changes (ADR 0395).
 */
export const PAGE_SCRIPT_BYTES = 314_500
/** Maximum compressed size of the scripts that contain Recharts, in bytes (ADR 0123). */
export const CHART_SCRIPT_BYTES = 150_000
/**
 * Maximum compressed size of a wall's scripts in bytes. A wall loads none of the other screens. The limit includes 400
 * bytes of tolerance, because builds in different folders differ by about 100 bytes (ADR 0345), and 600 bytes for rows
 * beside small tiles (ADR 0395).
 */
export const WALL_SCRIPT_BYTES = 157_600

/** Reports whether a script contains Recharts. Its class names stay in a compressed script. */
export const isChartScript = (script: string): boolean => script.includes('recharts-')

/** Records the scripts that a page requests from now on. */
export function recordScripts(page: Page): Set<string> {
  const scripts = new Set<string>()
  page.on('request', (asked) => {
    if (asked.resourceType() === 'script') scripts.add(asked.url())
  })
  return scripts
}

/** Scrolls through the whole page, because charts are loaded only near the viewport. */
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
