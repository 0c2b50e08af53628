/**
 * The gallery: `npm run gallery [-- --components] [--documents] [--accept] [--only=routes] [--state=late]
 * [--url=http://127.0.0.1:3000] [--out=.gallery]`.
 * Takes pictures of components in their states, and of screens in each state (at rest, loading, empty, late, unknown,
 * offline, with one row and with two hundred), light and dark, in a window of 360, 1440 and 3840 px. Components are
 * compared with the pictures in gallery/baseline if the browser has the same version and the system's fonts draw the
 * same; `--accept` replaces the baseline by the new pictures. Screens query the product, which is started unless an
 * address is given; `--components` leaves out the screens. Without `--components`, `--only` and `--state`, the pictures
 * of the documents are also taken, from the whole product without altered responses; `--documents` takes only these.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { Browser } from '@playwright/test'
import {
  readBaselineRendererId,
  findBaselineDifferences,
  replaceBaselinePictures,
  computeRendererId,
} from './baseline.ts'
import { convertPngToStoredWebp } from './compare.ts'
import { galleryScreenStates } from './states.ts'
import { startGalleryPageServer } from './stage/server.ts'
import { type GalleryScreenView, type ScreenshotPng, takePicturesOfComponents, takePicturesOfScreen } from './take.ts'
import { documentPictures, DOCUMENT_PICTURES_FOLDER, storePictureSourcesHash } from '../../bin/docs/pictures.ts'
import { takeDocumentPicture } from '#lab/pictures/take.ts'
import { findPicturedResourceIds, type PicturedResourceIds } from '#lab/pictures/views.ts'
import { printFigureLine } from '#lab/screens/figures.ts'
import { withBrowser, withProduct } from '#lab/screens/product.ts'

const { values } = parseArgs({
  options: {
    components: { type: 'boolean', default: false },
    documents: { type: 'boolean', default: false },
    accept: { type: 'boolean', default: false },
    only: { type: 'string' },
    state: { type: 'string' },
    url: { type: 'string' },
    out: { type: 'string', default: '.gallery' },
  },
})

const chosen = { screen: values.only, state: galleryScreenStates.find((state) => state === values.state) }
if (values.state && !chosen.state) throw new Error(`--state: one of ${galleryScreenStates.join(', ')}`)

if (!values.components && !chosen.screen && !chosen.state) await withProduct(values.url, documents)
if (values.documents) process.exit()

mkdirSync(values.out, { recursive: true })
const stage = await startGalleryPageServer()
try {
  if (!chosen.screen && !chosen.state) await withBrowser(components)
  if (!values.components) await withProduct(values.url, screens)
} finally {
  await stage.close()
}

async function documents(browser: Browser, url: string): Promise<void> {
  for (const picture of documentPictures) {
    writeFileSync(path.join(DOCUMENT_PICTURES_FOLDER, picture.file), await takeDocumentPicture(browser, url, picture))
    storePictureSourcesHash(picture, '.')
    printFigureLine(`${DOCUMENT_PICTURES_FOLDER}/${picture.file}`)
  }
}

async function components(browser: Browser): Promise<void> {
  const taken = await takePicturesOfComponents(browser, stage)
  await write(taken)
  printFigureLine(`${taken.length} pictures of components in ${values.out}`)
  const before = readBaselineRendererId()
  const now = await computeRendererId(browser)
  if (values.accept) {
    const bytes = await replaceBaselinePictures(taken, now)
    printFigureLine(`kept, ${Math.round(bytes / 1000)} kB, of Chromium ${now}`)
    return
  }
  if (before !== now) {
    printFigureLine(`not compared: this is Chromium ${now}, the baseline is of ${before ?? 'none'}`)
    return
  }
  const found = await findBaselineDifferences(taken)
  for (const [name, words] of found) printFigureLine(`${name}: ${words}`)
  printFigureLine(found.size === 0 ? 'all as in the baseline' : `${found.size} differ; --accept keeps what was taken`)
  if (found.size > 0) process.exitCode = 1
}

async function screens(browser: Browser, url: string): Promise<void> {
  for (const view of viewsOf(await findPicturedResourceIds(url))) {
    if (chosen.screen && view.name !== chosen.screen) continue
    for (const state of chosen.state ? [chosen.state] : galleryScreenStates) {
      try {
        await write(await takePicturesOfScreen(browser, stage, url, view, state))
      } catch (error) {
        // report a screen that fails in a state and continue with the others
        printFigureLine(
          `${view.name}, ${state}: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`,
        )
        process.exitCode = 1
      }
    }
    printFigureLine(view.name)
  }
}

function viewsOf({ circuit, gateway }: PicturedResourceIds): GalleryScreenView[] {
  return [
    { name: 'overview', path: '/' },
    { name: 'wall', path: '/wall', isWall: true },
    { name: 'circuits', path: '/circuits' },
    { name: 'circuit', path: `/circuits/${circuit}` },
    { name: 'gateway', path: `/gateways/${gateway}` },
    { name: 'sessions', path: '/sessions' },
    { name: 'routes', path: '/routes?view=table' },
    { name: 'incidents', path: '/incidents' },
    { name: 'events', path: '/events' },
    { name: 'resilience', path: '/resilience' },
    { name: 'cost', path: '/cost' },
    { name: 'sources', path: '/sources' },
  ]
}

async function write(taken: readonly ScreenshotPng[]): Promise<void> {
  for (const { name, png } of taken)
    writeFileSync(path.join(values.out, `${name}.webp`), await convertPngToStoredWebp(png))
}
