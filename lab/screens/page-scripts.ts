import type { Page } from '@playwright/test'

/** What the scripts of a page may weigh until all of it was in view, compressed. */
export const PAGE_SCRIPT_BYTES = 300_000
/** Likewise of a wall, which loads none of the screens. */
export const WALL_SCRIPT_BYTES = 156_600

/** Notes the scripts that a page asks for from now on. */
export function noteScripts(page: Page): Set<string> {
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
