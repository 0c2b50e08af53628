import { expect, it } from 'vitest'
import { pollByLevels } from './levels.ts'

it.each([10_000, 4_000])(
  'a day of 500 circuits every 32 s has no 429 of a provider that refuses at 100 %% of %i reads in five minutes',
  async (reads) => {
    const { refused, most, polls } = await pollByLevels(500, { hours: 24, reads })
    expect(refused).toEqual({})
    expect(most).toBeLessThan(1)
    expect(polls).toBeGreaterThan(100_000)
  },
  3_600_000,
)
