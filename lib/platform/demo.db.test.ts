import { expect, it } from 'vitest'
import { beginDemoHistory, beginDemoRun, endDemoHistory, hasDemoHistory } from './demo.ts'
import { withTestDatabase } from './testing/database.ts'

const db = withTestDatabase()
const ORIGIN = Date.parse('2026-11-18T12:00:00Z')

it('a history counts when it is complete', async () => {
  expect(await hasDemoHistory(db.url)).toBe(false)
  await expect(beginDemoRun(db.url, ORIGIN)).rejects.toThrow('no origin')
  await beginDemoHistory(db.url, ORIGIN)
  expect(await hasDemoHistory(db.url)).toBe(false)
  await endDemoHistory(db.url)
  expect(await hasDemoHistory(db.url)).toBe(true)
})

it('runs end with their last poll, and are deleted with the history', async () => {
  await beginDemoHistory(db.url, ORIGIN)
  const first = await beginDemoRun(db.url, ORIGIN + 10)
  expect(first).toEqual({ origin: ORIGIN, runs: [{ from: ORIGIN + 10 }] })

  // no poll was recorded in the first run
  const second = await beginDemoRun(db.url, ORIGIN + 1_000)
  expect(second.runs).toEqual([{ from: ORIGIN + 10, until: ORIGIN + 10 }, { from: ORIGIN + 1_000 }])

  await db.pool.query(
    `WITH r AS (INSERT INTO resource (short_id, arm_key, arm_id, type, name, subscription_id)
                VALUES ('r', '/r', '/r', 't', 'n', 's') RETURNING id),
          s AS (INSERT INTO source (resource_id, subresource) SELECT id, '' FROM r RETURNING id)
     INSERT INTO poll_state (source_id, kind, last_finished_at) SELECT id, 'peers', to_timestamp($1 / 1000.0) FROM s`,
    [ORIGIN + 5_000],
  )
  const third = await beginDemoRun(db.url, ORIGIN + 60_000)
  expect(third.runs.slice(1)).toEqual([{ from: ORIGIN + 1_000, until: ORIGIN + 5_000 }, { from: ORIGIN + 60_000 }])

  await beginDemoHistory(db.url, ORIGIN + 1)
  expect(await beginDemoRun(db.url, ORIGIN + 70_000)).toEqual({ origin: ORIGIN + 1, runs: [{ from: ORIGIN + 70_000 }] })
})
