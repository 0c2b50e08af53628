import { expect, it } from 'vitest'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { readCostBasisRevision } from './cost-basis-revision.ts'
import { createTestPollSource, peerRow } from '#lib/history/testing/feed.ts'

const db = withTestDatabase()
const NINE = Date.UTC(2026, 10, 20, 9)

it('the revision of what costs are made from changes with it, and with nothing else', async () => {
  const empty = await readCostBasisRevision(db.pool)
  const circuit = await createTestPollSource(db, { type: 'expressRouteCircuits', name: 'er' })
  const found = await readCostBasisRevision(db.pool)
  expect(found).not.toBe(empty)
  const gateway = await createTestPollSource(db, { name: 'gw' })
  const withGateway = await readCostBasisRevision(db.pool)
  await gateway.record('peers', { startedAt: NINE, finishedAt: NINE + 1, rows: [peerRow()] })
  expect(await readCostBasisRevision(db.pool)).toBe(withGateway)
  await db.pool.query(
    'INSERT INTO metric_backfill (source_id, begun_at, reached_at, goal_at, retry_at) VALUES ($1, $2, $2, $2, $2)',
    [circuit.sourceId, new Date(NINE)],
  )
  expect(await readCostBasisRevision(db.pool)).not.toBe(withGateway)
})
