import type { Browser, BrowserContext, Page } from '@playwright/test'
import { createPageSettings, pictureSizes, pictureThemes } from '#lab/pictures/take.ts'
import { GALLERY_NOW_MS } from './now.ts'
import { alterResponseForScreenState, type GalleryScreenState } from './states.ts'
import type { GalleryPageServer } from './stage/server.ts'

/** A picture taken by a browser, as PNG. */
export interface ScreenshotPng {
  name: string
  png: Buffer
}

/** The global variables that the stage defines for cases. */
interface Gallery {
  galleryCases?: string[]
  showCase: (name: string) => void
}

const WIDTH = 1440
const LOADING_MS = 500
const PLAIN = { animations: 'disabled' } as const
/** Timeout for the first page, which the stage bundles on demand; a slow machine needs time for that. */
const MAX_MS = 180_000
const PATIENCE_MS = 12_000
const OFFLINE_MS = 60_000
/** Leaves a request without an answer while the picture is taken. */
const never = () => new Promise<never>(() => {})

/**
 * Takes a picture of every component in both themes, in a window of 1440 px, with a fixed time and an API that does not
 * answer.
 */
export async function takePicturesOfComponents(browser: Browser, stage: GalleryPageServer): Promise<ScreenshotPng[]> {
  const taken: ScreenshotPng[] = []
  for (const theme of pictureThemes) {
    const context = await browser.newContext({ ...createPageSettings(theme), viewport: { width: WIDTH, height: 900 } })
    context.setDefaultTimeout(MAX_MS)
    const page = await context.newPage()
    const faults: string[] = []
    page.on('pageerror', ({ message }) => faults.push(message))
    await page.clock.setFixedTime(GALLERY_NOW_MS)
    await page.route('**/api/v1/**', never)
    await page.goto(`${stage.url}/component`)
    const names = await page.waitForFunction(() => (window as unknown as Gallery).galleryCases)
    for (const name of (await names.jsonValue()) ?? []) {
      await page.evaluate((one) => (window as unknown as Gallery).showCase(one), name)
      const place = page.locator(`[data-case="${name}"]`)
      await place.locator(':scope > *').first().waitFor({ state: 'attached' })
      await drawn(page)
      taken.push({ name: `${name}-${theme}`, png: await place.screenshot(PLAIN) })
    }
    await context.close()
    if (faults.length > 0) throw new Error(`a component could not be drawn: ${faults[0]}`)
  }
  return taken
}

export interface GalleryScreenView {
  name: string
  path: string
  isWall?: boolean
}

/**
 * Takes pictures of one screen in one state, at each width in both themes. The product answers its queries, altered for
 * that state.
 * @param url address of the product
 */
export async function takePicturesOfScreen(
  browser: Browser,
  stage: GalleryPageServer,
  url: string,
  view: GalleryScreenView,
  state: GalleryScreenState,
): Promise<ScreenshotPng[]> {
  const taken: ScreenshotPng[] = []
  for (const theme of view.isWall ? (['dark'] as const) : pictureThemes) {
    const context = await browser.newContext({ ...createPageSettings(theme), viewport: pictureSizes[1] })
    context.setDefaultTimeout(MAX_MS)
    const page = await context.newPage()
    await answered(context, url, state)
    await page.goto(`${stage.url}${view.path}`)
    await settled(page, state)
    if (state === 'offline') await cutOff(context, page)
    for (const size of pictureSizes) {
      await page.setViewportSize(size)
      await drawn(page)
      const png = await page.screenshot({ ...PLAIN, fullPage: !view.isWall && size.width < 3_000 })
      taken.push({ name: `${view.name}-${state}-${size.width}-${theme}`, png })
    }
    await context.close()
  }
  return taken
}

async function answered(context: BrowserContext, url: string, state: GalleryScreenState): Promise<void> {
  await context.route('**/api/v1/**', async (route) => {
    const asked = new URL(route.request().url())
    if (asked.pathname.endsWith('/stream')) {
      // a stream that ends, because a lost connection is noticed at the next attempt
      if (state === 'offline') return route.fulfill({ contentType: 'text/event-stream', body: ': hello\n\n' })
      return route.continue({ url: `${url}${asked.pathname}${asked.search}` })
    }
    if (state === 'loading') return never()
    try {
      const response = await fetch(`${url}${asked.pathname}${asked.search}`)
      const body = (await response.json()) as Parameters<typeof alterResponseForScreenState>[1]
      await route.fulfill({
        status: response.status,
        json: response.ok ? alterResponseForScreenState(state, body) : body,
      })
    } catch {
      // the page has been closed
      await route.abort().catch(() => {})
    }
  })
}

/** Waits two frames, after which components that measure themselves first have been drawn. */
async function drawn(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await document.fonts.ready
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
  })
}

/** Waits until no part is loading, or until `PATIENCE_MS` has passed and the picture shows the loading state. */
async function settled(page: Page, state: GalleryScreenState): Promise<void> {
  await page.locator('h1').first().waitFor()
  if (state === 'loading') return page.waitForTimeout(LOADING_MS)
  await page
    .waitForFunction(() => !document.querySelector('main [aria-busy=true], main .skeleton, .wall-empty'), null, {
      timeout: PATIENCE_MS,
    })
    .catch(() => {})
}

/** Breaks the connection after the screen was drawn. The screen notices it at its next query. */
async function cutOff(context: BrowserContext, page: Page): Promise<void> {
  // the last registered route handler takes precedence
  await context.route('**/api/v1/**', (route) => route.abort())
  await context.setOffline(true)
  await page.evaluate(() => dispatchEvent(new Event('offline')))
  await page.getByText('THIS SCREEN IS OFFLINE').first().waitFor({ timeout: OFFLINE_MS })
}
