import { describe, expect, it } from 'vitest'
import { runBursting } from './bursting.ts'
import { corpus } from './corpus.ts'
import { deviationsOf } from './deviations.ts'
import { score } from './score.ts'

const EVERY_MS = 60_000

describe('a corpus that is polled faster after a first adverse sample', () => {
  it('raises what it should and nothing else: S03', async () => {
    const scenario = corpus.find(({ id }) => id === 'S03')
    if (!scenario) throw new Error('there is no S03')
    const played = await runBursting(scenario, EVERY_MS)
    expect(deviationsOf(played, score(played))).toEqual([])
  })
})
