import path from 'node:path'
import { fileURLToPath } from 'node:url'

export { expect } from 'vitest'

/** One test of those that were imported. */
export interface Collected {
  /** file and number: names need not be unique */
  id: string
  name: string
  run: () => unknown
}

type Body = (...row: never[]) => unknown

export const collected: Collected[] = []
let file = ''

/** Imports a test file: what stands in it is added to `collected`. */
export async function collect(url: URL): Promise<void> {
  file = path.relative(process.cwd(), fileURLToPath(url))
  await import(url.href)
}

function test(name: string, body: () => unknown): void {
  collected.push({ id: `${file}#${collected.length}`, name, run: body })
}

/** Rows are spread over the parameters where all of them are lists, as Vitest does. */
const each =
  (add: (name: string, body: () => unknown) => void) => (rows: readonly unknown[]) => (name: string, body: Body) => {
    const areLists = rows.every((row) => Array.isArray(row))
    for (const row of rows) add(name, () => body(...((areLists ? row : [row]) as never[])))
  }

const group = (_: string, body: () => unknown) => void body()

/** What the pure tests take of Vitest. */
export const it = Object.assign(test, { each: each(test) })
export const describe = Object.assign(group, { each: each(group) })
