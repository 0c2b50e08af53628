import type { Browser, Page } from '@playwright/test'
import sharp from 'sharp'
import type { PicturedView } from './views.ts'

/** Sizes of a phone, a laptop and a 4K wall display in CSS pixels. `most` is the maximum height of a picture. */
export const pictureSizes = [
  { width: 360, height: 740, most: 3_200 },
  { width: 1440, height: 900, most: 3_600 },
  { width: 3840, height: 2160, most: 2_160 },
] as const
export const pictureThemes = ['light', 'dark'] as const

type Theme = (typeof pictureThemes)[number]
type Size = (typeof pictureSizes)[number]

/**
 * Maximum width in pixels of a picture that is stored in its full size. Wider pictures are scaled to half their size,
 * because single pixels do not matter in them.
 */
const KEPT_WIDTH = 1_920
/** Styles of print views. PAPER_WIDTH is the width of A4 at 96 dots per inch. */
const PAPER: Size = { width: 1440, height: 900, most: 3_600 }
const PAPER_WIDTH = 794

/** Returns the settings of a page in a theme that make its pictures the same on every machine. */
export const createPageSettings = (theme: Theme) =>
  ({ colorScheme: theme, reducedMotion: 'reduce', locale: 'en-GB', timezoneId: 'UTC' }) as const

export interface TakenPicture {
  name: string
  bytes: Buffer
}

/**
 * Takes all pictures of a view: at each width in both themes, unless the view has only one style. Each theme uses a new
 * page, because a page whose theme changes while it is open keeps some of the old colors.
 */
export async function takePictures(
  browser: Browser,
  url: string,
  view: PicturedView,
  path: string,
): Promise<TakenPicture[]> {
  const pictures: TakenPicture[] = []
  for (const [theme, styles] of Map.groupBy(listPictureStyles(view), ({ theme }) => theme)) {
    const context = await browser.newContext(createPageSettings(theme))
    const page = await context.newPage()
    if (view.onPaper) await page.emulateMedia({ media: 'print' })
    await page.goto(`${url}${path}`)
    await settled(page)
    await view.act?.(page)
    for (const { size } of styles) {
      await page.setViewportSize({ width: view.onPaper ? PAPER_WIDTH : size.width, height: size.height })
      await settled(page)
      if (!view.isWall && !view.isOverlay) await showWhole(page, size)
      pictures.push({
        name: formatPictureFileName(view, size, theme),
        bytes: await compressed(await page.screenshot(), size),
      })
    }
    await context.close()
  }
  return pictures
}

/** Maximum wait for each step of loading a page, in milliseconds. It is long, because the machine may be slow. */
const DOCUMENT_PICTURE_MS = 180_000

/**
 * Takes a WebP picture of a loaded page for the documents, in the light theme. The badge of a development server is
 * hidden.
 */
export async function takeDocumentPicture(
  browser: Browser,
  url: string,
  { page: address, width, height }: { page: string; width: number; height: number },
): Promise<Buffer> {
  const context = await browser.newContext({ ...createPageSettings('light'), viewport: { width, height } })
  context.setDefaultTimeout(DOCUMENT_PICTURE_MS)
  const page = await context.newPage()
  await page.goto(`${url}${address}`)
  await settled(page)
  await page.locator('.skeleton').first().waitFor({ state: 'detached' })
  const png = await page.screenshot({ animations: 'disabled', style: 'nextjs-portal { display: none }' })
  await context.close()
  return compressNearLossless(png)
}

export function listPictureStyles(view: PicturedView): { size: Size; theme: Theme }[] {
  if (view.onPaper) return [{ size: PAPER, theme: 'light' }]
  const own = view.isWall ? (['dark'] as const) : pictureThemes
  return pictureSizes.flatMap((size) => own.map((theme) => ({ size, theme })))
}

export const formatPictureFileName = ({ name, onPaper }: PicturedView, { width }: Size, theme: Theme): string =>
  onPaper ? `${name}.webp` : `${name}-${width}-${theme}.webp`

async function settled(page: Page): Promise<void> {
  await page.waitForFunction(
    () =>
      document.readyState === 'complete' && !document.querySelector('[aria-busy=true], main[data-live="connecting"]'),
  )
  await page.evaluate(() => document.fonts.ready)
  // some content is first measured and then drawn, so that it is complete only after two frames
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
}

/** Makes the viewport as high as the page, because charts further down are drawn only when they become visible. */
async function showWhole(page: Page, { height, most }: Size): Promise<void> {
  const whole = await page.evaluate(() => document.documentElement.scrollHeight)
  const { width } = page.viewportSize() ?? { width: PAPER_WIDTH }
  await page.setViewportSize({ width, height: Math.min(Math.max(whole, height), most) })
  await settled(page)
}

/** Compresses a picture. Wide pictures are halved and compressed with losses; others are nearly lossless. */
function compressed(png: Buffer, { width }: Size): Promise<Buffer> {
  if (width <= KEPT_WIDTH) return compressNearLossless(png)
  return sharp(png).resize(KEPT_WIDTH).webp({ quality: 70 }).toBuffer()
}

const compressNearLossless = (png: Buffer): Promise<Buffer> =>
  sharp(png).webp({ nearLossless: true, quality: 20 }).toBuffer()
