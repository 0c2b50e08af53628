import { expect, it } from 'vitest'
import { DAY, MINUTE } from '#lib/contract/time/time.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { answers } from './answers.ts'
import { judgeRecorded } from './judge-recorded.ts'
import { play } from './play.ts'

const db = withTestDatabase()

it('nothing that is answered about the estate of seed 2 is wrong', { timeout: 180_000 }, async () => {
  const played = await play(2, 1, MINUTE, Math.floor(Date.now() / DAY - 2) * DAY, false)
  const { judgements } = await judgeRecorded(db, played, Object.values(answers))
  expect(judgements.flatMap(({ is, detail }) => (is === 'wrong' ? [detail] : []))).toEqual([])
  const classes = new Set(judgements.map(({ of }) => of))
  for (const name of ['during: verdict', 'after: end', 'owner', 'impact: lost', 'availability: session'])
    expect(classes).toContain(name)
})
