import type { Browser, Page } from '@playwright/test'
import sharp from 'sharp'
import type { View } from './views.ts'

/** A phone, a laptop, a 4K wall: CSS pixels, with the most that is shown of a page's height. */
export const sizes = [
  { width: 360, height: 740, most: 3_200 },
  { width: 1440, height: 900, most: 3_600 },
  { width: 3840, height: 2160, most: 2_160 },
] as const
export const themes = ['light', 'dark'] as const

type Theme = (typeof themes)[number]
type Size = (typeof sizes)[number]

/** Wider pictures are kept at half their size: nobody reads them dot by dot. */
const KEPT_WIDTH = 1_920
/** A4 at 96 dots per inch. */
const PAPER: Size = { width: 1440, height: 900, most: 3_600 }
const PAPER_WIDTH = 794

export interface Picture {
  name: string
  bytes: Buffer
}

/**
 * All pictures of one view: at each width in both themes, unless it has one style only. Each theme has a page of its own, because a page
 * whose theme is switched while it is open keeps some of what it has painted in the old colours.
 */
export async function takePictures(browser: Browser, url: string, view: View, path: string): Promise<Picture[]> {
  const pictures: Picture[] = []
  for (const [theme, styles] of Map.groupBy(stylesOf(view), ({ theme }) => theme)) {
    const context = await browser.newContext({
      reducedMotion: 'reduce',
      locale: 'en-GB',
      timezoneId: 'UTC',
      colorScheme: theme,
    })
    const page = await context.newPage()
    if (view.onPaper) await page.emulateMedia({ media: 'print' })
    await page.goto(`${url}${path}`)
    await settled(page)
    await view.act?.(page)
    for (const { size } of styles) {
      await page.setViewportSize({ width: view.onPaper ? PAPER_WIDTH : size.width, height: size.height })
      await settled(page)
      if (!view.isWall && !view.isOverlay) await showWhole(page, size)
      pictures.push({ name: pictureName(view, size, theme), bytes: await compressed(await page.screenshot(), size) })
    }
    await context.close()
  }
  return pictures
}

export function stylesOf(view: View): { size: Size; theme: Theme }[] {
  if (view.onPaper) return [{ size: PAPER, theme: 'light' }]
  const own = view.isWall ? (['dark'] as const) : themes
  return sizes.flatMap((size) => own.map((theme) => ({ size, theme })))
}

export const pictureName = ({ name, onPaper }: View, { width }: Size, theme: Theme): string =>
  onPaper ? `${name}.webp` : `${name}-${width}-${theme}.webp`

async function settled(page: Page): Promise<void> {
  await page.waitForFunction(
    () =>
      document.readyState === 'complete' && !document.querySelector('[aria-busy=true], main[data-live="connecting"]'),
  )
  await page.evaluate(() => document.fonts.ready)
  // what is measured before it is drawn has been drawn after two frames
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
}

/** Makes the window as high as the page: charts below the fold are drawn when they come into sight. */
async function showWhole(page: Page, { height, most }: Size): Promise<void> {
  const whole = await page.evaluate(() => document.documentElement.scrollHeight)
  const { width } = page.viewportSize() ?? { width: PAPER_WIDTH }
  await page.setViewportSize({ width, height: Math.min(Math.max(whole, height), most) })
  await settled(page)
}

/** Wide ones lose what nobody sees at half their size; the others stay sharp to the dot. */
function compressed(png: Buffer, { width }: Size): Promise<Buffer> {
  if (width <= KEPT_WIDTH) return sharp(png).webp({ nearLossless: true, quality: 20 }).toBuffer()
  return sharp(png).resize(KEPT_WIDTH).webp({ quality: 70 }).toBuffer()
}
