import { expect, it } from 'vitest'
import { judgeSimulatedEstateRun } from './judge.ts'
import { simulateEstateRun } from './play.ts'

it.each([2, 5, 13, 101])('nothing that is concluded about the estate of seed %i is wrong', async (seed) => {
  const judgements = judgeSimulatedEstateRun(await simulateEstateRun(seed, 1))
  expect(judgements.filter(({ is }) => is === 'wrong').map(({ detail }) => detail)).toEqual([])
  expect(judgements.filter(({ is }) => is === 'right').length).toBeGreaterThan(10)
})
