import { expect, it } from 'vitest'
import type { MetricRow } from '#lib/contract/index.ts'
import { allApiEndpoints } from '#lib/api/index.ts'
import { ensurePartitions, rollUpUsage, computeShortId } from '#lib/history/index.ts'
import { MS_PER_HOUR, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { createCircuitRow, circuitId, createTestPollRecorder, recordPoll } from '#lib/questions/testing/record-feed.ts'
import { getCostGlobalReach } from './queued-answers.ts'

const db = withTestDatabase()
const BEGIN = Date.UTC(2026, 10, 20, 3)
const ask = async (now: number) =>
  allApiEndpoints.costGlobalReach.response.parse(await getCostGlobalReach(db, { month: '2026-11' }, now)).data

const peer = { id: `${circuitId('ams')}/peerings/AzurePrivatePeering` }
const peering = {
  serviceProviderProperties: { serviceProviderName: 'ProvA', peeringLocation: 'London', bandwidthInMbps: 50 },
  peerings: [
    {
      name: 'AzurePrivatePeering',
      properties: {
        peeringType: 'AzurePrivatePeering',
        state: 'Enabled',
        connections: [{ name: 'to-ams', properties: { peerExpressRouteCircuitPeering: peer } }],
      },
    },
  ],
}
const rate = (metric: string, minute: number, average: number, key = 'ams'): MetricRow => ({
  metric,
  unit: 'BitsPerSecond',
  dimensions: { peeredcircuitskey: key },
  at: BEGIN + minute * MS_PER_MINUTE,
  grainSeconds: 60,
  average,
  maximum: null,
  minimum: null,
  total: null,
})

it('has the bytes of a month at a circuit with Global Reach, by direction, with bounds and coverage', async () => {
  await ensurePartitions(db, BEGIN)
  await createTestPollRecorder(db).inventory(BEGIN - MS_PER_HOUR, [
    createCircuitRow('lon', peering),
    createCircuitRow('ams'),
  ])
  const minutes = Array.from({ length: 30 }, (_, n) => n)
  await recordPoll(db, {
    kind: 'metrics',
    resourceId: circuitId('lon'),
    at: BEGIN + 34 * MS_PER_MINUTE,
    rows: minutes.flatMap((n) => [
      rate('GlobalReachBitsOutPerSecond', n, 8_000_000),
      rate('GlobalReachBitsInPerSecond', n, 800_000),
    ]),
  })
  await rollUpUsage(db)
  const now = BEGIN + MS_PER_HOUR
  const { month, circuits, from } = await ask(now)
  expect([month, from]).toEqual(['2026-11', '2026-11-01T00:00:00.000Z'])
  const [lon] = circuits
  // 30 minutes of 1,000,000 bytes a second out and 100,000 in
  expect(lon).toMatchObject({
    circuitId: computeShortId(circuitId('lon')),
    connections: [{ name: 'to-ams', circuitId: computeShortId(circuitId('ams')), circuitName: 'ams' }],
    out: { bytes: '1800000000', coveredSeconds: 1_800 },
    in: { bytes: '180000000', coveredSeconds: 1_800 },
    seconds: (now - Date.UTC(2026, 10, 1)) / 1_000,
    basis: 'measured',
  })
  // compare with the sum of the table itself
  const { rows } = await db.pool.query<{ sum: string }>(
    `SELECT sum(b.bytes_out)::text AS sum FROM usage_bucket b JOIN usage_series u ON u.source_id = b.source_id AND u.id = b.series_id
     WHERE u.path = 'globalReach' AND b.step = (SELECT min(step) FROM usage_bucket)`,
  )
  expect(rows).toEqual([{ sum: lon?.out.bytes }])
  // upper bound: the bandwidth of both paths for all time that was not measured
  const missing = BigInt((lon?.seconds ?? 0) - 1_800)
  const capacity = (missing * 50n * 2n * 1_000_000n) / 8n
  expect(BigInt(lon?.out.atMost ?? 0)).toBe(1_800_000_000n + capacity)
  expect(circuits).toHaveLength(1)
})
