import { expect, it } from 'vitest'
import { OPEN_ACCESS_CALLER } from '#lib/access/index.ts'
import { callApiInProcess } from '#lib/questions/index.ts'
import { mergedCapabilityOfAllFeatures } from '#lib/table.ts'
import { createTemporaryTestDatabase } from '../demo-history/testing.ts'
import { createSeededNumberGenerator } from '../freezes/freezer.ts'
import { ApiAnswerJudge } from './judge.ts'
import { truthOfRecorded } from './sources/recorded.ts'

it('answers about recorded bodies are what the bodies say', { timeout: 120_000 }, async () => {
  const { db, drop } = await createTemporaryTestDatabase()
  try {
    const random = createSeededNumberGenerator(8)
    const truth = await truthOfRecorded(db, 1, random)
    const ask = callApiInProcess(mergedCapabilityOfAllFeatures, OPEN_ACCESS_CALLER)
    const judge = await ApiAnswerJudge.of({ truth, ask: (question) => ask(db.pool, question), random })
    const right = new Map<string, number>()
    for (let n = 0; n < 120; n++) {
      const { kind, verdict, why } = await judge.next(n)
      expect(['right', 'unseen'], `${kind}: ${why}`).toContain(verdict)
      if (verdict === 'right') right.set(kind, (right.get(kind) ?? 0) + 1)
    }
    // each kind has right answers, and not only excused unknown ones
    expect([...right.keys()].toSorted()).toEqual([
      'bounds of an outage',
      'bytes of a range',
      'cost of a month',
      'downtime of a range',
      'look-up as of a moment',
      'session as of a moment',
    ])
    expect([...right.values()].reduce((all, one) => all + one, 0)).toBeGreaterThan(60)
  } finally {
    await drop()
  }
})
