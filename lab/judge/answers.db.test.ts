import { expect, it } from 'vitest'
import { MS_PER_DAY, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { answerJudgesByName } from './answers.ts'
import { judgeRecorded } from './judge-recorded.ts'
import { simulateEstateRun } from './play.ts'

const db = withTestDatabase()

it('nothing that is answered about the estate of seed 2 is wrong', { timeout: 180_000 }, async () => {
  const played = await simulateEstateRun(
    2,
    1,
    MS_PER_MINUTE,
    Math.floor(Date.now() / MS_PER_DAY - 2) * MS_PER_DAY,
    false,
  )
  const { judgements } = await judgeRecorded(db, played, Object.values(answerJudgesByName))
  expect(judgements.flatMap(({ is, detail }) => (is === 'wrong' ? [detail] : []))).toEqual([])
  const classes = new Set(judgements.map(({ of }) => of))
  for (const name of ['during: verdict', 'after: end', 'owner', 'impact: lost', 'availability: session'])
    expect(classes).toContain(name)
})
