import { beforeAll, describe, expect, it } from 'vitest'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import {
  requestBackTest,
  readBackTestById,
  cancelBackTest,
  getOrCreateSourceId,
  recordObservation,
  saveThresholdsAsNewVersion,
} from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { SINGLE_SESSION_GATEWAY_ARM_ID, createTestSessionPoll } from '../testing/one-session.ts'
import { runNextBackTest } from './index.ts'
import { runBackTest } from './run-back-test.ts'

const db = withTestDatabase()
const START = Date.UTC(2026, 10, 20, 3)
const POLLS = 120

/**
 * Reports whether the gateway restarts in a minute. There are three restarts within half an hour; by the default rule
 * the third makes the session flapping, and is part of that event.
 */
const downAt = (minute: number) => minute === 20 || minute === 32 || minute === 44

const read = (minute: number) => createTestSessionPoll(START + minute * MS_PER_MINUTE, downAt(minute))

beforeAll(async () => {
  const sourceId = await getOrCreateSourceId(db.pool, { resourceId: SINGLE_SESSION_GATEWAY_ARM_ID, subresource: '' })
  for (let minute = 0; minute < POLLS; minute += 1) {
    await db.transaction((client) => recordObservation(client, sourceId, read(minute), { intervalSeconds: 60 }))
  }
})

const ask = (changed: Record<string, number>) =>
  requestBackTest(db.pool, { requestedBy: 'test', from: START, to: START + POLLS * MS_PER_MINUTE, version: 0, changed })
const run = () => runNextBackTest(db, new AbortController().signal)

interface Result {
  kinds: { kind: string; before: number; after: number }[]
  appeared: { kind: string; subject: string }[]
  vanishedCount: number
}

describe('a back-test', () => {
  it('computes from history alone what other thresholds would have raised', async () => {
    const { id } = await ask({ 'session.flapping': 4 })
    expect(await run()).toBe(true)
    const test = await readBackTestById(db.pool, id)
    expect(test).toMatchObject({ state: 'done', error: null })
    const result = test?.result as Result
    expect(result.kinds).toEqual([
      { kind: 'session_down', before: 2, after: 3 },
      { kind: 'session_up', before: 2, after: 3 },
      { kind: 'session_flapping', before: 1, after: 0 },
    ])
    expect(result.appeared.map(({ kind, subject }) => [kind, subject])).toEqual([
      ['session_down', '10.0.4.12~10.0.4.4'],
      ['session_up', '10.0.4.12~10.0.4.4'],
    ])
    expect(result.vanishedCount).toBe(1)
  })

  it('is held against the version it was asked under, although its values were saved before it ran', async () => {
    const changed = { 'session.flapping': 4 }
    const { id } = await ask(changed)
    await db.transaction((client) => saveThresholdsAsNewVersion(client, { changed, expected: 0, by: 'test', note: '' }))
    await run()
    expect((await readBackTestById(db.pool, id))?.result).toMatchObject({ appearedCount: 2, vanishedCount: 1 })
    await db.pool.query('TRUNCATE detection_settings')
  })

  it('says that nothing differs where nothing is changed', async () => {
    const { id } = await ask({})
    await run()
    expect((await readBackTestById(db.pool, id))?.result).toMatchObject({ appearedCount: 0, vanishedCount: 0 })
  })

  it('reports its progress, and ends where nobody wants it any more', async () => {
    const reported: number[][] = []
    const report = async (...progress: number[]) => reported.push(progress) < 2
    const { signal } = new AbortController()
    expect(
      await runBackTest({ db, report, signal }, { from: START, to: START + POLLS * MS_PER_MINUTE, changed: {} }, {}),
    ).toBeNull()
    expect(reported).toEqual([
      [50, POLLS],
      [100, POLLS],
    ])
  })

  it('writes no event, and is not run when it was given up', async () => {
    const { rows } = await db.pool.query('SELECT count(*)::int AS n FROM event')
    expect(rows).toEqual([{ n: 0 }])
    const { id } = await ask({})
    await cancelBackTest(db.pool, id)
    expect(await run()).toBe(false)
  })
})
