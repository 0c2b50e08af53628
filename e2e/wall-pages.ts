import { type APIRequestContext, expect, type Locator, type Page } from '@playwright/test'
import type { ApiEndpointResponse } from '#lib/api/index.ts'
import { intervalStates, type WallDisplay, type WallTile } from '#lib/overview/api/index.ts'
import { fetchApiResponseBody } from './estate.ts'

/** Returns the data of the wall display from the API. */
export async function fetchWallData(request: APIRequestContext): Promise<WallDisplay> {
  return (await fetchApiResponseBody<ApiEndpointResponse<'wall'>>(request, 'wall')).data
}

export const fetchWallTileState = async (request: APIRequestContext, name: string) =>
  (await fetchWallData(request)).tiles.find((tile) => tile.name === name)?.state

/**
 * Returns the tile of a resource. Tiles of its sessions are excluded, because they may recover later than the resource.
 */
export const getWallTileByName = (page: Page, name: string): Locator =>
  page.getByRole('listitem').filter({ has: page.getByRole('link', { name, exact: true }) })

/** Opens the wall display and waits until its clock runs. */
export async function openWallDisplay(page: Page, address = '/wall'): Promise<void> {
  await page.goto(address)
  await expect(page.getByRole('listitem').first()).toBeVisible()
  await waitUntilWallClockTicks(page)
}

/** Waits for the next second, because the clock does not move until the page is hydrated. */
export async function waitUntilWallClockTicks(page: Page): Promise<void> {
  const clock = page.locator('.wall-clock')
  await expect(clock).not.toHaveText((await clock.textContent()) ?? '')
}

/**
 * Answers the page's queries with an altered real answer, dated at the time of the query. The history of every tile
 * contains every state.
 * @param freshness freshness of the whole answer; absent = the real answer's freshness
 */
export async function alterWallResponses(
  page: Page,
  request: APIRequestContext,
  alter: (wall: WallDisplay) => WallDisplay,
  freshness?: WallTile['freshness'],
): Promise<void> {
  const real = await fetchApiResponseBody<ApiEndpointResponse<'wall'>>(request, 'wall')
  await page.route('**/api/v1/wall', (route) =>
    route.fulfill({
      json: {
        ...real,
        data: called(alter(real.data)),
        asOf: new Date().toISOString(),
        freshness: freshness ?? real.freshness,
      },
    }),
  )
  const past = await fetchApiResponseBody<ApiEndpointResponse<'wallHistory'>>(request, 'wall/history')
  const pieces = Array.from({ length: 48 }, (_, piece) => piece)
  const states = pieces.map((piece) => intervalStates[piece % intervalStates.length] ?? 'up')
  const rates = pieces.map((piece) => (piece === 7 ? null : piece * 1_000_000))
  const traffic = { toAzureBitsPerSecond: rates, fromAzureBitsPerSecond: rates.toReversed() }
  const month = { states: states.slice(0, 30), availability: 0.99982, layer: 'session' as const, peering: null }
  const tiles = alter(real.data).tiles.map(({ id }) => ({ id, states, traffic, month }))
  await page.route('**/api/v1/wall/history', (route) =>
    route.fulfill({ json: { ...past, data: { ...past.data, tiles } } }),
  )
}

/** Sets the words of tiles to match their states, if a test altered only the states. */
const called = (wall: WallDisplay): WallDisplay => ({
  ...wall,
  tiles: wall.tiles.map((tile) => {
    const isCalled = tile.word === 'late' || (tile.word === 'one_path' && tile.state === 'degraded')
    if (tile.state === 'silent') return tile
    if (tile.state === 'up') return { ...tile, word: tile.recovered ? 'recovered' : 'up', called: 'both paths up' }
    return isCalled
      ? tile
      : { ...tile, word: tile.state, called: tile.state === 'degraded' ? 'one path left' : tile.state }
  }),
})

/** Returns a copy of the wall's first tile with changes. */
export const copyFirstTileWithChanges = (wall: WallDisplay, more: Partial<WallTile>): WallTile => ({
  ...(wall.tiles[0] as WallTile),
  ...more,
})

/** Returns sizes as percentages of the screen's shorter side, and texts that do not fit. */
export function measureWallLayout(page: Page) {
  return page.evaluate(async () => {
    // the fallback font is wider
    await document.fonts.ready
    const unit = Math.min(window.innerWidth, window.innerHeight) / 100
    const sizeOf = (element: Element) => Number.parseFloat(getComputedStyle(element).fontSize) / unit
    const texts = [...document.querySelectorAll('.wall *:not(.sr-only)')].filter((element) =>
      [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim()),
    )
    const root = document.documentElement
    const isCut = (element: Element) => element.scrollHeight > element.clientHeight + 1
    /** Returns words that are broken across two lines. */
    const broken = (element: Element) =>
      [...element.childNodes].flatMap((text) =>
        [...(text.nodeType === Node.TEXT_NODE ? (text.textContent ?? '') : '').matchAll(/\S+/g)]
          .filter(({ index, 0: word }) => {
            const range = document.createRange()
            range.setStart(text, index)
            range.setEnd(text, index + word.length)
            return range.getClientRects().length > 1
          })
          .map(([word]) => word),
      )
    return {
      smallest: Math.min(...texts.map(sizeOf)),
      smallestWord: Math.min(...[...document.querySelectorAll('.wall-state strong')].map(sizeOf)),
      scrolls: root.scrollHeight > window.innerHeight || root.scrollWidth > window.innerWidth,
      cut: [...document.querySelectorAll('.wall-tile-body')].filter(isCut).map((body) => body.textContent),
      cutWords: [...document.querySelectorAll('.wall-state strong')]
        .filter((word) => word.scrollWidth > word.clientWidth + 1)
        .map((word) => word.textContent),
      brokenWords: texts.filter((element) => element.closest('.wall-state strong')).flatMap(broken),
    }
  })
}
