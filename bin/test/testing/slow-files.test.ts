import { expect, it } from 'vitest'
import { formatSlowFiles } from './slow-files.ts'

it('lists the slowest files first, up to fifteen', () => {
  const ms = new Map(Array.from({ length: 20 }, (_, n) => [`lib/${n}.test.ts`, n * 1_050] as const))
  const [title, ...lines] = formatSlowFiles(ms).split('\n')
  expect(title).toBe('Slowest of 20 files, which took 199.5 s one after another:')
  expect(lines).toHaveLength(15)
  expect(lines[0]).toBe('    19.9 s  lib/19.test.ts')
})
