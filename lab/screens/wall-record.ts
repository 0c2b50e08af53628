import type { Browser, Page } from '@playwright/test'

/** A state that a tile started to show. */
export interface ShownWallTileState {
  name: string
  state: string
  /** time of the frame, in epoch milliseconds */
  at: number
}

/** An open wall that records when each of its tiles started to show a state. */
export interface RecordedWallDisplay {
  page: Page
  shown: () => Promise<ShownWallTileState[]>
}

/**
 * Opens a wall that records its tiles.
 * @param prepare runs before the page is opened
 */
export async function openRecordedWall(
  browser: Browser,
  url: string,
  prepare: (page: Page) => Promise<unknown> = async () => {},
): Promise<RecordedWallDisplay> {
  const context = await browser.newContext({ viewport: { width: 1920, height: 1080 } })
  const page = await context.newPage()
  await page.addInitScript(recordTiles)
  await prepare(page)
  await page.goto(`${url}/wall`)
  await page.waitForSelector('.wall-tile')
  return {
    page,
    shown: () => page.evaluate(() => (window as unknown as { tilesShown: ShownWallTileState[] }).tilesShown),
  }
}

/** Records the states of the tiles. Runs in the page, and checks once in each frame that follows a change. */
function recordTiles(): void {
  const tilesShown: { name: string; state: string; at: number }[] = []
  const states = new Map<string, string>()
  let isAsked = false
  const check = () => {
    isAsked = false
    for (const tile of document.querySelectorAll<HTMLElement>('.wall-tile')) {
      const name = tile.querySelector('.wall-name a')?.textContent ?? ''
      const state = tile.dataset.state ?? ''
      if (states.get(name) === state) continue
      states.set(name, state)
      tilesShown.push({ name, state, at: Date.now() })
    }
  }
  new MutationObserver(() => {
    if (isAsked) return
    isAsked = true
    requestAnimationFrame(check)
  }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-state'] })
  Object.assign(window, { tilesShown })
}
