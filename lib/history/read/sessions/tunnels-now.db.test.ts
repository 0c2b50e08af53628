import { expect, it } from 'vitest'
import { INSTANT_BEFORE_MONITORING, type ConnectionRow } from '#lib/contract/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { ensurePartitions } from '../../record/partitions.ts'
import { computeShortId } from '../../store/short-id.ts'
import { readCurrentTunnels } from './tunnels-now.ts'
import { createTestPollSource } from '../../testing/feed.ts'

const db = withTestDatabase()
const T = Date.UTC(2026, 10, 20, 3)

const row = (connectionStatus: string, ...tunnels: [name: string, status: string][]): ConnectionRow => ({
  connectionStatus,
  routingWeight: 0,
  fastPath: null,
  counters: { path: null, bytesIn: null, bytesOut: null },
  tunnels: tunnels.map(([name, status]) => ({ name, status, bytesIn: null, bytesOut: null })),
})

it('a tunnel has its status since it got it, whatever else of the connection has changed meanwhile', async () => {
  await ensurePartitions(db, T)
  const feed = await createTestPollSource(db, { type: 'connections' })
  const polls = [
    row('Connected', ['a', 'Connected'], ['b', 'Connected']),
    row('Connected', ['a', 'NotConnected'], ['b', 'Connected']),
    row('Connected', ['a', 'NotConnected'], ['b', 'Connected']),
    row('NotConnected', ['a', 'NotConnected'], ['b', 'NotConnected']),
    row('Connected', ['a', 'NotConnected'], ['b', 'Connected']),
  ]
  for (const [n, one] of polls.entries()) {
    const startedAt = T + n * 60_000
    await feed.record('connection', { startedAt, finishedAt: startedAt + 2_000, rows: [one] })
  }
  const between = (n: number) => ({ earliest: T + (n - 1) * 60_000, latest: T + n * 60_000 + 2_000 })
  const scope = computeShortId(feed.resourceId)
  expect(await readCurrentTunnels(db.pool, { scope })).toEqual([
    { scope, subresource: '', name: '', status: 'Connected', since: between(4) },
    { scope, subresource: '', name: 'a', status: 'NotConnected', since: between(1) },
    { scope, subresource: '', name: 'b', status: 'Connected', since: between(4) },
  ])
})

it('what was so at the first poll has no begin', async () => {
  const feed = await createTestPollSource(db, { type: 'connections' })
  await feed.record('connection', { startedAt: T, finishedAt: T + 2_000, rows: [row('Unknown', ['a', 'Connected'])] })
  const first = { earliest: INSTANT_BEFORE_MONITORING, latest: T + 2_000 }
  expect(await readCurrentTunnels(db.pool, { scope: computeShortId(feed.resourceId) })).toMatchObject([
    { name: '', status: 'Unknown', since: first },
    { name: 'a', status: 'Connected', since: first },
  ])
})
