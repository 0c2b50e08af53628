import fc from 'fast-check'
import { expect, it } from 'vitest'
import { planVirtualRound, playVirtualRound } from './virtual-round.ts'

it('what befalls polls in a virtual round loses nothing and makes nothing up', { timeout: 300_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1 }), async (seed) => {
      expect(await playVirtualRound(planVirtualRound(seed))).toEqual([])
    }),
    { numRuns: 2 },
  )
})

it('a loss whose event has other bounds is found', async () => {
  const quiet = { seed: 1, everyMs: 60_000, mishaps: { lost: 0, repeated: 0, late: 0, restarted: 0 }, clockSteps: [0] }
  const lines = ['10:02:00 session-loss ckt-lon/primary until 10:06:00']
  expect(await playVirtualRound({ ...quiet, lines })).toEqual([])
  // as if the clock had been an hour ahead
  const found = await playVirtualRound({ ...quiet, lines, clockSteps: [3_600_000] })
  expect(found.some((fault) => fault.startsWith('no session_down of ckt-lon'))).toBe(true)
  expect(found.some((fault) => fault.includes('nothing happened to what this is about: session_down ckt-lon'))).toBe(
    true,
  )
})
