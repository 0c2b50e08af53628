import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Browser } from '@playwright/test'
import { describePictureDifference, convertPngToStoredWebp } from './compare.ts'
import type { ScreenshotPng } from './take.ts'

const FOLDER = path.join(import.meta.dirname, 'baseline')
const VERSION = path.join(FOLDER, 'renderer.txt')
const fileOf = (name: string) => path.join(FOLDER, `${name}.webp`)

/** Characters that the product's fonts lack, so the system's fonts draw them. */
const FOREIGN_LETTERS = '≥ ≤ ∞ → ⁄ \u{E000}'

/** Identifies the renderer: the browser's version, and a hash of characters drawn with the system's fonts. */
export async function computeRendererId(browser: Browser): Promise<string> {
  const page = await browser.newPage()
  try {
    await page.setContent(
      `<p style="font: 32px sans-serif">${FOREIGN_LETTERS}</p><p style="font: 32px monospace">${FOREIGN_LETTERS}</p>`,
    )
    const picture = await page.screenshot()
    return `${browser.version()}, letters ${createHash('sha256').update(picture).digest('hex').slice(0, 8)}`
  } finally {
    await page.close()
  }
}

/**
 * Returns the {@link computeRendererId} of the baseline pictures; null if there are none. Another renderer draws characters
 * differently, so its pictures cannot be compared.
 */
export const readBaselineRendererId = (): string | null =>
  existsSync(VERSION) ? readFileSync(VERSION, 'utf8').trim() : null

/**
 * Returns the differences from the baseline pictures, by name. An additional or missing picture is a difference too.
 */
export async function findBaselineDifferences(taken: readonly ScreenshotPng[]): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  for (const { name, png } of taken) {
    const words = existsSync(fileOf(name))
      ? await describePictureDifference(readFileSync(fileOf(name)), png)
      : 'has no picture yet'
    if (words !== null) found.set(name, words)
  }
  const names = new Set(taken.map(({ name }) => name))
  for (const file of readdirSync(FOLDER).filter((one) => one.endsWith('.webp'))) {
    const name = file.slice(0, -'.webp'.length)
    if (!names.has(name)) found.set(name, 'is a picture of nothing')
  }
  return found
}

/** Replaces all baseline pictures. @returns their total size in bytes */
export async function replaceBaselinePictures(taken: readonly ScreenshotPng[], renderer: string): Promise<number> {
  rmSync(FOLDER, { recursive: true, force: true })
  mkdirSync(FOLDER, { recursive: true })
  let bytes = 0
  for (const { name, png } of taken) {
    const picture = await convertPngToStoredWebp(png)
    bytes += picture.length
    writeFileSync(fileOf(name), picture)
  }
  writeFileSync(VERSION, `${renderer}\n`)
  return bytes
}
