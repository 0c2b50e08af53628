import pg from 'pg'
import { expect, it, vi } from 'vitest'
import { getOrCreateSourceId } from '#lib/history/index.ts'
import { claimDuePolls, addMissingPollsToSchedule } from '#lib/platform/leases/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { commitPoll, type UncommittedPollResult } from './commit/commit-poll.ts'
import { TopologyCache } from './detection/topology-cache.ts'
import { SINGLE_SESSION_GATEWAY_ARM_ID, createTestSessionPoll } from './testing/one-session.ts'

const db = withTestDatabase()
const START = Date.UTC(2026, 10, 20, 3)
const EVERY_SECONDS = 60

/** Returns the statements that some work sends to Postgres, each as its verb and the first table that it names. */
async function statementsOf(work: () => Promise<unknown>): Promise<string[]> {
  const asked = vi.spyOn(pg.Client.prototype, 'query')
  await work()
  const texts = asked.mock.calls.map(([query]) => (typeof query === 'string' ? query : textOf(query)))
  asked.mockRestore()
  return texts.map((text) => `${/\w+/.exec(text)?.[0]} ${/(?:UPDATE|FROM)\s+(\w+)/.exec(text)?.[1] ?? ''}`.trim())
}

const textOf = (query: unknown) => (query as { text: string }).text

/**
 * A poll that is committed alone, for example after another worker's poll. Two more statements are shared by all polls
 * that are claimed together: the claim, and the next due time.
 */
it('that finds nothing new, committed alone, asks nine statements of Postgres, of which the first begins the transaction', async () => {
  const sourceId = await getOrCreateSourceId(db.pool, { resourceId: SINGLE_SESSION_GATEWAY_ARM_ID, subresource: '' })
  await addMissingPollsToSchedule(db, [{ sourceId, kind: 'peers', everySeconds: EVERY_SECONDS }])
  const estate = new TopologyCache()
  const commit = async (minute: number) => {
    await db.pool.query("UPDATE poll_schedule SET next_at = '-infinity'")
    const [lease] = (await claimDuePolls(db, { owner: 'test', leaseSeconds: 60, limit: 1 })).leases
    if (!lease) throw new Error('nothing is due')
    const result: UncommittedPollResult = {
      lease,
      observation: createTestSessionPoll(START + minute * 60_000, false),
      scope: 'gw',
      localAddresses: null,
      everySeconds: EVERY_SECONDS,
      notBefore: null,
      endsBurst: false,
      asksFor: [],
      sessionsChanged: false,
      estate,
    }
    return statementsOf(() => commitPoll(db, result))
  }
  // the first commits learn the source, and read the settings and the estate
  await commit(0)
  await commit(1)
  expect(await commit(2)).toEqual([
    'WITH poll_schedule',
    'SELECT poll_state',
    'SELECT session',
    'UPDATE coverage',
    'UPDATE poll_state',
    'UPDATE session',
    'SELECT detection_state',
    'SELECT detection_scope',
    'COMMIT',
  ])
})
