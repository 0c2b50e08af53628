/**
 * Takes a screenshot of every screen: `npm run bench pictures [--out=.pictures] [--url=http://127.0.0.1:3000]
 * [--only=cost]`.
 * Uses the whole product on the built-in estate, which is started in a temporary folder unless an address is given, so
 * that no test or visitor has changed it. Each screen is taken at three widths in both themes.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { formatPictureFileName, listPictureStyles, takePictures } from './pictures/take.ts'
import { findPicturedResourceIds, type PicturedView, picturedViews } from './pictures/views.ts'
import { printFigureLine } from './screens/figures.ts'
import { withProduct } from './screens/product.ts'

const { values } = parseArgs({
  options: { url: { type: 'string' }, out: { type: 'string', default: '.pictures' }, only: { type: 'string' } },
})

const { out, only } = values
await take(out)

async function take(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true })
  await withProduct(values.url, async (browser, url) => {
    const places = await findPicturedResourceIds(url)
    for (const view of picturedViews) {
      if (only && view.name !== only) continue
      const files = await takePictures(browser, url, view, view.pathOf(places))
      for (const { name, bytes } of files) writeFileSync(path.join(folder, name), bytes)
      printFigureLine(
        `${view.name}: ${files.map(({ name, bytes }) => `${name} ${Math.round(bytes.length / 1000)} kB`).join(', ')}`,
      )
    }
  })
  const isThere = (name: string) => existsSync(path.join(folder, name))
  writeFileSync(path.join(folder, 'README.md'), picturesIndex(picturedViews, isThere))
}

/** Builds the index page of the pictures, with a description of each screen and links to the existing pictures. */
function picturesIndex(views: readonly PicturedView[], isThere: (name: string) => boolean): string {
  const rows = views.flatMap((view) => {
    const links = listPictureStyles(view)
      .map(({ size, theme }) => ({ name: formatPictureFileName(view, size, theme), text: `${size.width} ${theme}` }))
      .filter(({ name }) => isThere(name))
      .map(({ name, text }) => `[${view.onPaper ? 'A4' : text}](${name})`)
    return links.length > 0 ? [`| ${view.name} | ${view.shows} | ${links.join(', ')} |`] : []
  })
  return `# Screens

Every screen on the built-in estate, freshly started, 360, 1440 and 3840 px wide, light and dark; those of 3840 px are kept at half
their size. \`npm run bench pictures\` takes them again and writes this page.

| screen | shows | pictures |
|---|---|---|
${rows.join('\n')}
`
}
