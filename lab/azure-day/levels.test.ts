import { expect, it } from 'vitest'
import { pollByLevels } from './levels.ts'

it('a provider that refuses at 100 % of its load, which it reports in percent, refuses no poll of ten circuits', async () => {
  // ten circuits need about 800 reads in five minutes
  const { refused, most } = await pollByLevels(10, { hours: 1, reads: 600 })
  expect(refused).toEqual({})
  expect(most).toBeGreaterThan(0.6)
  expect(most).toBeLessThan(1)
})
