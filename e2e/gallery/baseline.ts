import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { differenceOf, kept } from './compare.ts'
import type { Taken } from './take.ts'

const FOLDER = path.join(import.meta.dirname, 'baseline')
const VERSION = path.join(FOLDER, 'browser.txt')
const fileOf = (name: string) => path.join(FOLDER, `${name}.webp`)

/** The browser that took the pictures: another version draws letters differently, so that its pictures say nothing. Null = there are none. */
export const baselineBrowser = (): string | null => (existsSync(VERSION) ? readFileSync(VERSION, 'utf8').trim() : null)

/** What differs from the pictures that are kept, by name; a picture too many or too few is a difference. */
export async function differences(taken: readonly Taken[]): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  for (const { name, png } of taken) {
    const words = existsSync(fileOf(name)) ? await differenceOf(readFileSync(fileOf(name)), png) : 'has no picture yet'
    if (words !== null) found.set(name, words)
  }
  const names = new Set(taken.map(({ name }) => name))
  for (const file of readdirSync(FOLDER).filter((one) => one.endsWith('.webp'))) {
    const name = file.slice(0, -'.webp'.length)
    if (!names.has(name)) found.set(name, 'is a picture of nothing')
  }
  return found
}

/** Keeps these pictures in the place of all before. @returns their size in bytes */
export async function keep(taken: readonly Taken[], browser: string): Promise<number> {
  rmSync(FOLDER, { recursive: true, force: true })
  mkdirSync(FOLDER, { recursive: true })
  let bytes = 0
  for (const { name, png } of taken) {
    const picture = await kept(png)
    bytes += picture.length
    writeFileSync(fileOf(name), picture)
  }
  writeFileSync(VERSION, `${browser}\n`)
  return bytes
}
