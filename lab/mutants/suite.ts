import path from 'node:path'
import { fileURLToPath } from 'node:url'

export { expect } from 'vitest'

/** A test of an imported file. */
export interface CollectedTest {
  /** file and number, because names may repeat */
  id: string
  name: string
  run: () => unknown
}

type Body = (...row: never[]) => unknown

export const collectedTests: CollectedTest[] = []
let file = ''

/** Imports a test file and adds its tests to `collected`. */
export async function collectTestsOfFile(url: URL): Promise<void> {
  file = path.relative(process.cwd(), fileURLToPath(url))
  await import(url.href)
}

function test(name: string, body: () => unknown): void {
  collectedTests.push({ id: `${file}#${collectedTests.length}`, name, run: body })
}

/** Adds a test for each row. If all rows are arrays, their elements become the parameters, like in Vitest. */
const each =
  (add: (name: string, body: () => unknown) => void) => (rows: readonly unknown[]) => (name: string, body: Body) => {
    const areLists = rows.every((row) => Array.isArray(row))
    for (const row of rows) add(name, () => body(...((areLists ? row : [row]) as never[])))
  }

const group = (_: string, body: () => unknown) => void body()

/** The parts of Vitest that the pure tests use. */
export const it = Object.assign(test, { each: each(test) })
export const describe = Object.assign(group, { each: each(group) })
