import type { Browser, BrowserContext, Page } from '@playwright/test'
import { sizes, themes } from '#lab/pictures/take.ts'
import { NOW } from './now.ts'
import { answerIn, type State } from './states.ts'
import type { Stage } from './stage/server.ts'

type Theme = (typeof themes)[number]

/** A picture as a browser took it, PNG. */
export interface Taken {
  name: string
  png: Buffer
}

/** What the stage offers of components. */
interface Gallery {
  galleryCases?: string[]
  showCase: (name: string) => void
}

const WIDTH = 1440
const LOADING_MS = 500
const PLAIN = { animations: 'disabled' } as const
/** Only what hangs takes so long: the stage bundles its first page, and a busy machine is slow. */
const MAX_MS = 180_000
const PATIENCE_MS = 12_000
const OFFLINE_MS = 60_000
const contextIn = (theme: Theme) =>
  ({ colorScheme: theme, reducedMotion: 'reduce', locale: 'en-GB', timezoneId: 'UTC' }) as const
/** What a question is answered that nobody answers: nothing, for as long as the picture takes. */
const never = () => new Promise<never>(() => {})

/** Every component in both themes, in a window of 1440 px, as of one fixed moment and with no API behind it. */
export async function takeCases(browser: Browser, stage: Stage): Promise<Taken[]> {
  const taken: Taken[] = []
  for (const theme of themes) {
    const context = await browser.newContext({ ...contextIn(theme), viewport: { width: WIDTH, height: 900 } })
    context.setDefaultTimeout(MAX_MS)
    const page = await context.newPage()
    const faults: string[] = []
    page.on('pageerror', ({ message }) => faults.push(message))
    await page.clock.setFixedTime(NOW)
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

export interface ScreenView {
  name: string
  path: string
  isWall?: boolean
}

/**
 * One screen in one state, at each width in both themes. What it asks is answered by the product, altered to that state.
 * @param url of the product
 */
export async function takeScreen(
  browser: Browser,
  stage: Stage,
  url: string,
  view: ScreenView,
  state: State,
): Promise<Taken[]> {
  const taken: Taken[] = []
  for (const theme of view.isWall ? (['dark'] as const) : themes) {
    const context = await browser.newContext({ ...contextIn(theme), viewport: sizes[1] })
    context.setDefaultTimeout(MAX_MS)
    const page = await context.newPage()
    await answered(context, url, state)
    await page.goto(`${stage.url}${view.path}`)
    await settled(page, state)
    if (state === 'offline') await cutOff(context, page)
    for (const size of sizes) {
      await page.setViewportSize(size)
      await drawn(page)
      const png = await page.screenshot({ ...PLAIN, fullPage: !view.isWall && size.width < 3_000 })
      taken.push({ name: `${view.name}-${state}-${size.width}-${theme}`, png })
    }
    await context.close()
  }
  return taken
}

async function answered(context: BrowserContext, url: string, state: State): Promise<void> {
  await context.route('**/api/v1/**', async (route) => {
    const asked = new URL(route.request().url())
    if (asked.pathname.endsWith('/stream')) {
      // one that ends: a line that is cut is noticed at the next attempt
      if (state === 'offline') return route.fulfill({ contentType: 'text/event-stream', body: ': hello\n\n' })
      return route.continue({ url: `${url}${asked.pathname}${asked.search}` })
    }
    if (state === 'loading') return never()
    try {
      const response = await fetch(`${url}${asked.pathname}${asked.search}`)
      const body = (await response.json()) as Parameters<typeof answerIn>[1]
      await route.fulfill({ status: response.status, json: response.ok ? answerIn(state, body) : body })
    } catch {
      // the page is gone
      await route.abort().catch(() => {})
    }
  })
}

/** What is measured before it is drawn has been drawn after two frames. */
async function drawn(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await document.fonts.ready
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
  })
}

/** Until nothing is loading, or it takes so long that the picture has to show it. */
async function settled(page: Page, state: State): Promise<void> {
  await page.locator('h1').first().waitFor()
  if (state === 'loading') return page.waitForTimeout(LOADING_MS)
  await page
    .waitForFunction(() => !document.querySelector('main [aria-busy=true], main .skeleton, .wall-empty'), null, {
      timeout: PATIENCE_MS,
    })
    .catch(() => {})
}

/** The line breaks after the screen was drawn; it notices when it asks again. */
async function cutOff(context: BrowserContext, page: Page): Promise<void> {
  // of several answers to a request the last one given holds
  await context.route('**/api/v1/**', (route) => route.abort())
  await context.setOffline(true)
  await page.evaluate(() => dispatchEvent(new Event('offline')))
  await page.getByText('THIS SCREEN IS OFFLINE').first().waitFor({ timeout: OFFLINE_MS })
}
