import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'

const lock = JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../../package-lock.json'), 'utf8')) as {
  packages: Record<string, unknown>
}

it('what dialogs and menus are made of is installed once: a browser would fetch each copy', () => {
  const parts = Object.keys(lock.packages).filter((place) => place.includes('node_modules/@radix-ui/'))
  expect(parts.length).toBeGreaterThan(20)
  expect(parts.filter((place) => place.lastIndexOf('node_modules/') > 0)).toEqual([])
})
