import { globSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

it('every link between screens takes the chosen range along', () => {
  const files = globSync('components/**/*.tsx')
  const others = files.filter((file) => readFileSync(file, 'utf8').includes("from 'next/link'"))
  expect(files.length).toBeGreaterThan(100)
  expect(others).toEqual([])
})
