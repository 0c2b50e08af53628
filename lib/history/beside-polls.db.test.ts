import { describe, expect, it } from 'vitest'
import { MS_PER_DAY, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { Database } from '#lib/platform/database.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { applyRetention } from './retention/apply-retention.ts'
import { recordObservation } from './record/record-observation.ts'
import { rollUpChurn } from './rollup/roll-up-churn.ts'
import { rollUpUsage } from './rollup/roll-up.ts'
import {
  type TestPollSource,
  TEST_SOURCE_POLL_INTERVAL_SECONDS,
  createTestPollSource,
  peerRow,
  routeRow,
} from './testing/feed.ts'

const db = withTestDatabase()
const NOW = Date.UTC(2026, 10, 20, 12)
const OLD = NOW - 420 * MS_PER_DAY
const retention = { rawMs: 14 * MS_PER_DAY, historyMs: 400 * MS_PER_DAY }

type Route = readonly [prefix: string, asn: number]
const table = (...routes: readonly Route[]) => routes.map(([prefix, asn]) => routeRow(prefix, { asPath: [12076, asn] }))

/** Returns polls of one source that each change something; none of them waits for a lock. */
function changing(feed: TestPollSource, from: number) {
  let n = 0
  return async () => {
    n += 1
    const poll = { startedAt: from + n * MS_PER_MINUTE, finishedAt: from + n * MS_PER_MINUTE + 1_000 }
    const state = n % 2 === 0 ? 'idle' : 'established'
    const observed = [
      feed.observe('learned', { ...poll, rows: table(['10.1.0.0/16', n], ['10.2.0.0/16', 65001]) }),
      feed.observe('peers', { ...poll, rows: [peerRow({ state, azureState: state })] }),
      feed.observe('stats', { ...poll, rows: [{ path: 'primary', bytesIn: BigInt(n), bytesOut: BigInt(n) }] }),
    ]
    for (const observation of observed)
      await db.transaction(async (client) => {
        await client.query(`SET LOCAL lock_timeout = '500ms'`)
        const { status } = await recordObservation(client, feed.sourceId, observation, {
          intervalSeconds: TEST_SOURCE_POLL_INTERVAL_SECONDS,
        })
        expect(status).toBe('recorded')
      })
  }
}

/**
 * Maximum number of polls during the test. Polls that are recorded meanwhile are rolled up as well, so without a limit
 * the test would not end.
 */
const MAX_HELD = 8

/**
 * Returns the same database, but its first transactions, or its single statements that change rows, stay open until
 * `poll` is done.
 */
function held(poll: () => Promise<void>, { transactions }: { transactions: boolean }) {
  const seen: string[] = []
  const meanwhile = async (what: string) => {
    if (seen.push(what) <= MAX_HELD) await poll()
  }
  const transaction: Database['transaction'] = (work) =>
    db.transaction(async (client) => {
      const result = await work(client)
      if (transactions) await meanwhile('transaction')
      return result
    })
  const query = async (text: string, values?: unknown[]) => {
    if (!/^\s*(DELETE|UPDATE|INSERT)\b/.test(text)) return db.pool.query(text, values)
    return db.transaction(async (client) => {
      const result = await client.query(text, values)
      if ((result.rowCount ?? 0) > 0) await meanwhile(/FROM (\w+)/.exec(text)?.[1] ?? text)
      return result
    })
  }
  const pool = new Proxy(db.pool, { get: (target, name) => (name === 'query' ? query : Reflect.get(target, name)) })
  return { db: { ...db, pool, transaction }, seen }
}

describe('a poll is recorded without waiting', () => {
  it('while roll-ups of the same source are in progress', async () => {
    const feed = await createTestPollSource(db, { type: 'expressRouteCircuits' })
    const poll = changing(feed, NOW - MS_PER_DAY)
    for (let n = 0; n < 3; n++) await poll()
    const usage = held(poll, { transactions: true })
    await rollUpUsage(usage.db)
    const churn = held(poll, { transactions: true })
    expect(await rollUpChurn(churn.db)).toBeGreaterThan(3)
    for (const { seen } of [usage, churn]) expect(seen.length).toBeGreaterThan(0)
  })

  it('while retention deletes what is old of the same source', async () => {
    const feed = await createTestPollSource(db)
    const past = changing(feed, OLD)
    for (let n = 0; n < 4; n++) await past()
    await rollUpChurn(db)
    const { db: slow, seen } = held(changing(feed, NOW - MS_PER_DAY), { transactions: false })
    await applyRetention(slow, retention, NOW)
    expect(seen).toEqual(expect.arrayContaining(['session_interval', 'route_interval', 'route_churn']))
  })
})

describe('routes that are forgotten', () => {
  const names = async (feed: TestPollSource) => {
    const { rows } = await db.pool.query<{ name: string }>(
      `SELECT host(prefix) AS name FROM route WHERE source_id = $1
       UNION ALL SELECT 'AS' || (attributes #>> '{0,asPath,1}') FROM route_attributes WHERE source_id = $1 ORDER BY 1`,
      [feed.sourceId],
    )
    return rows.map(({ name }) => name)
  }
  const polled = (feed: TestPollSource, at: number, ...rows: readonly Route[]) =>
    feed.record('learned', { startedAt: at, finishedAt: at + 1_000, rows: table(...rows) })
  const gone = async () => {
    const feed = await createTestPollSource(db)
    await polled(feed, OLD, ['10.1.0.0/16', 1], ['10.2.0.0/16', 2], ['10.3.0.0/16', 3])
    await polled(feed, OLD + MS_PER_MINUTE, ['10.3.0.0/16', 4])
    await polled(feed, NOW - MS_PER_DAY, ['10.3.0.0/16', 4])
    return feed
  }

  it('are left to the next time while a poll of them is being recorded, which keeps nobody waiting', async () => {
    const feed = await gone()
    await db.transaction(async (client) => {
      await client.query(`SELECT FROM poll_state WHERE source_id = $1 AND kind = 'learned' FOR UPDATE`, [feed.sourceId])
      await applyRetention(db, retention, NOW)
    })
    expect(await names(feed)).toEqual(['10.1.0.0', '10.2.0.0', '10.3.0.0', 'AS1', 'AS2', 'AS3', 'AS4'])
  })

  it('are kept where a poll has seen them again since they were sought', async () => {
    const feed = await gone()
    let polls = 0
    const meanwhile: Database['transaction'] = async (work) => {
      // 10.1 returns with attributes that were unused, and those of 10.2 came and went with another prefix
      if (polls++ === 0) {
        await polled(feed, NOW, ['10.1.0.0/16', 1], ['10.3.0.0/16', 2])
        await polled(feed, NOW + MS_PER_MINUTE, ['10.1.0.0/16', 1], ['10.3.0.0/16', 4])
      }
      return db.transaction(work)
    }
    await applyRetention({ ...db, transaction: meanwhile }, retention, NOW)
    expect(await names(feed)).toEqual(['10.1.0.0', '10.3.0.0', 'AS1', 'AS2', 'AS4'])
  })
})
