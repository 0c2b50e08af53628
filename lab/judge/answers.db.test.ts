import { expect, it } from 'vitest'
import { DAY, MINUTE } from '#lib/contract/time/time.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { answers } from './answers.ts'
import { play } from './play.ts'
import { record } from './record.ts'
import { truthOfPlayed } from './truth.ts'

const db = withTestDatabase()

it('nothing that is answered about the estate of seed 2 is wrong', { timeout: 180_000 }, async () => {
  const played = await play(2, 1, MINUTE, Math.floor(Date.now() / DAY - 2) * DAY)
  const recorded = await record(db, played)
  for (const [name, own] of Object.entries(answers)) {
    const judgements = await own(recorded, truthOfPlayed(played))
    expect(judgements.flatMap(({ is, detail }) => (is === 'wrong' ? [detail] : []))).toEqual([])
    expect(judgements.length, name).toBeGreaterThan(0)
  }
})
