import { beforeEach, expect, it } from 'vitest'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { readBackfillProgress, readDueBackfills, postponeBackfill, recordBackfill } from './backfill.ts'
import { computeShortId } from '../store/short-id.ts'
import { syncPollSchedule } from '../store/schedule.ts'

const db = withTestDatabase()
const NOW = Date.UTC(2026, 10, 20, 9)
const circuit = (name: string) =>
  `/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/expressRouteCircuits/${name}`

beforeEach(() => db.pool.query('TRUNCATE resource, source CASCADE'))

it('how far back the past of each circuit was read moves with each piece, and with nothing else', async () => {
  expect(await readBackfillProgress(db.pool)).toEqual(new Map())
  const plan = ['one', 'two'].map((name) => ({
    resourceId: circuit(name),
    subresource: '',
    kind: 'metrics' as const,
    everySeconds: 300,
  }))
  await db.transaction((client) => syncPollSchedule(client, plan))
  const due = await readDueBackfills(db.pool, NOW)
  const [first] = due
  if (!first) throw new Error('nothing is due')
  const reached = (one: number, two: number) =>
    new Map([
      [computeShortId(circuit('one')), one],
      [computeShortId(circuit('two')), two],
    ])
  expect(await readBackfillProgress(db.pool)).toEqual(reached(NOW, NOW))
  await postponeBackfill(db.pool, first.sourceId, NOW + MS_PER_DAY, 'throttled')
  expect(await readBackfillProgress(db.pool)).toEqual(reached(NOW, NOW))
  const recorded = await db.transaction((client) => recordBackfill(client, first, NOW - 5 * MS_PER_DAY, []))
  expect(recorded).toBe(true)
  expect(await readBackfillProgress(db.pool)).toEqual(
    first.target.resourceId === circuit('one')
      ? reached(NOW - 5 * MS_PER_DAY, NOW)
      : reached(NOW, NOW - 5 * MS_PER_DAY),
  )
})

it('connections follow the circuits that were met with them', async () => {
  const connection = circuit('cxn').replace('expressRouteCircuits', 'connections')
  const port = circuit('erd').replace('expressRouteCircuits', 'expressRoutePorts')
  const plan = [connection, port, circuit('one')].map((resourceId) => ({
    resourceId,
    subresource: '',
    kind: 'metrics' as const,
    everySeconds: 300,
  }))
  await db.transaction((client) => syncPollSchedule(client, plan))
  const due = await readDueBackfills(db.pool, NOW)
  expect(due.map(({ target }) => target.resourceId)).toEqual([circuit('one'), connection])
})
