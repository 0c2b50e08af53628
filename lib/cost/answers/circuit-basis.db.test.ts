import { beforeAll, describe, expect, it } from 'vitest'
import { type ResourceRow, armTypes } from '#lib/contract/index.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { readCostBasisRevision } from '../store/index.ts'
import { getOrCreateSourceId, recordBackfill } from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import {
  TEST_ESTATE_CIRCUIT_ARM_ID,
  TEST_ESTATE_CONNECTION_ARM_ID,
  createTestEstatePollRecorder,
  TEST_ESTATE_GATEWAY_ARM_ID,
  createInventoryRows,
  testEstatePollTargets,
} from '#lib/questions/testing/estate-feed.ts'
import { recordTestCircuitBitRates, createTestBitRateRows } from '#lib/questions/testing/traffic-feed.ts'
import { publishDueCostReview } from './weekly.ts'
import { getCostProjections, getCostWeekly } from './queued-answers.ts'
import { readCostHeadline } from './headline.ts'
import { refreshCostTraffic } from './circuits/refresh-traffic.ts'

const db = withTestDatabase()
/** A Friday. */
const NOW = Date.UTC(2026, 10, 20, 12)
const FROM = NOW - 28 * MS_PER_DAY
const bitsPerSecond = () => 8_000_000

let at = FROM
/** Feeds the next inventory, one hour after the previous one. */
async function inventory(rows: ResourceRow[] = createInventoryRows()): Promise<void> {
  at += 3_600_000
  await createTestEstatePollRecorder(db).inventory(at, rows)
}

beforeAll(async () => {
  await inventory()
  await recordTestCircuitBitRates(db, { from: FROM, to: NOW, bitsPerSecond })
  await refreshCostTraffic(db.pool, NOW, new AbortController().signal)
}, 60_000)

/** Returns the database and the list of all SQL statements that pass through it. */
function listening(): { q: SqlExecutor; statements: string[] } {
  const statements: string[] = []
  const query = (asked: string | { text: string }, values?: unknown[]) => {
    statements.push(typeof asked === 'string' ? asked : asked.text)
    return db.pool.query(asked as string, values)
  }
  // every other property comes from the pool, through which Prisma connects
  return { q: Object.assign(Object.create(db.pool) as SqlExecutor, { query }), statements }
}
const configurationsRead = (statements: readonly string[]) =>
  statements.filter((text) => text.includes('resource_span') || /\br\.config\b/.test(text)).length

describe('what is remembered of cost', () => {
  it('is answered without reading a configuration', async () => {
    const { q, statements } = listening()
    const first = await readCostHeadline(q, NOW)
    expect(first).toMatchObject({ month: '2026-11', missing: 0 })
    expect(configurationsRead(statements)).toBeGreaterThan(0)
    statements.length = 0
    expect(await readCostHeadline(q, NOW + 10_000)).toEqual(first)
    expect(configurationsRead(statements)).toBe(0)
  })

  it('of a week reads each circuit once, for the review and for its corrections', async () => {
    await publishDueCostReview(db, NOW)
    const { q, statements } = listening()
    expect((await getCostWeekly(q, {}, NOW)).data.comparedWith).toBe('2026-W46')
    expect(statements.filter((text) => text.includes('JOIN resource_span'))).toHaveLength(1)
  })
})

/** Returns the service provider of the circuit, with the bandwidths it offers. */
function provider(...mbps: number[]): ResourceRow {
  const [circuit] = createInventoryRows().filter(({ type }) => type === armTypes.circuit)
  const subscriptionId = circuit?.subscriptionId ?? ''
  return {
    resourceId: `/subscriptions/${subscriptionId}/providers/Microsoft.Network/expressRouteServiceProviders/ProvA`,
    type: armTypes.serviceProvider,
    name: 'ProvA',
    subscriptionId,
    resourceGroup: null,
    location: null,
    config: { properties: { bandwidthsOffered: mbps.map((valueInMbps) => ({ valueInMbps })) } },
  }
}
const withProvider = (...mbps: number[]) =>
  inventory([
    ...createInventoryRows({
      serviceProviderProperties: { serviceProviderName: 'provA', peeringLocation: 'London', bandwidthInMbps: 1_000 },
    }),
    provider(...mbps),
  ])

describe('options of a circuit', () => {
  it('are blocked at bandwidths that its provider does not sell', async () => {
    const blocked = async () => {
      const { data } = await getCostProjections(db.pool, {}, NOW)
      const options = data.circuits.flatMap((projection) => projection.options)
      expect(options.length).toBeGreaterThan(10)
      return options.filter(({ blockedBy }) =>
        blockedBy.some((words) => words.startsWith('the provider does not offer')),
      )
    }
    await inventory()
    expect(await blocked()).toEqual([])
    await withProvider(500, 1_000)
    const found = await blocked()
    expect(new Set(found.map(({ change }) => change))).toEqual(new Set(['impossible']))
    expect([...new Set(found.map(({ bandwidthMbps }) => bandwidthMbps))].toSorted((a, b) => a - b)).toEqual([
      50, 100, 200, 2_000, 5_000, 10_000,
    ])
    await inventory()
  })
})

describe('the revision of circuits', () => {
  const withConfig = (resourceId: string, change: (properties: Record<string, unknown>) => unknown) =>
    createInventoryRows().map((row) =>
      row.resourceId === resourceId
        ? { ...row, config: { ...row.config, properties: change(row.config['properties'] as Record<string, unknown>) } }
        : row,
    ) as ResourceRow[]
  const circuitOf = (bandwidthInMbps: number) =>
    createInventoryRows({
      serviceProviderProperties: { serviceProviderName: 'ProvA', peeringLocation: 'London', bandwidthInMbps },
    })
  /** Removes the only resource of a type. It counts as removed after the second inventory without it. */
  const without = async (type: string) => {
    const rows = createInventoryRows().filter((row) => row.type !== type)
    await inventory(rows)
    await inventory(rows)
  }
  const earliest = `(SELECT min(starts_at) FROM usage_bucket WHERE step = 2)`

  it.each<[string, () => Promise<unknown>]>([
    ['a circuit with another bandwidth', () => inventory(circuitOf(500))],
    ['a circuit that is as it was before', () => inventory()],
    [
      'a circuit with another name',
      () =>
        inventory(
          createInventoryRows().map((row) =>
            row.resourceId === TEST_ESTATE_CIRCUIT_ARM_ID ? { ...row, name: 'CKT-LON' } : row,
          ),
        ),
    ],
    [
      'a connection with FastPath',
      () =>
        inventory(withConfig(TEST_ESTATE_CONNECTION_ARM_ID, (own) => ({ ...own, expressRouteGatewayBypass: true }))),
    ],
    ['a connection that is gone', () => without(armTypes.connection)],
    [
      'a gateway with another SKU',
      () => inventory(withConfig(TEST_ESTATE_GATEWAY_ARM_ID, (own) => ({ ...own, sku: { name: 'ErGw3AZ' } }))),
    ],
    ['a provider that is known', () => withProvider(500, 1_000)],
    ['a provider that sells more', () => withProvider(500, 1_000, 2_000)],
    ['a circuit that is gone', () => without(armTypes.circuit)],
    ['a circuit that is back', () => inventory()],
    [
      'an interval that retention removed',
      () =>
        db.pool.query(
          'DELETE FROM resource_history WHERE first_present = (SELECT min(first_present) FROM resource_history)',
        ),
    ],
    ['usage that begins later', () => db.pool.query(`DELETE FROM usage_bucket WHERE starts_at = ${earliest}`)],
    [
      'more of the past',
      async () => {
        const sourceId = await getOrCreateSourceId(db.pool, testEstatePollTargets.metrics)
        await db.pool.query(`INSERT INTO metric_backfill VALUES ($1, $2, $2, $3, $2)`, [
          sourceId,
          new Date(FROM),
          new Date(FROM - 93 * MS_PER_DAY),
        ])
        const backfill = {
          sourceId,
          target: testEstatePollTargets.metrics,
          reachedAt: FROM,
          goalAt: FROM - 93 * MS_PER_DAY,
        }
        const rows = createTestBitRateRows({ from: FROM - MS_PER_DAY, to: FROM, bitsPerSecond })
        expect(await db.transaction((client) => recordBackfill(client, backfill, FROM - MS_PER_DAY, rows))).toBe(true)
      },
    ],
    [
      'a hole in the past that is read',
      () => db.pool.query(`UPDATE metric_backfill SET reached_at = reached_at - interval '1 day'`),
    ],
  ])('differs after %s', async (_, change) => {
    const before = await readCostBasisRevision(db.pool)
    await change()
    expect(await readCostBasisRevision(db.pool)).not.toBe(before)
  })

  it('is the same after polls that find everything as it was, and after newer usage', async () => {
    const before = await readCostBasisRevision(db.pool)
    await inventory()
    await recordTestCircuitBitRates(db, { from: NOW, to: NOW + 7_200_000, bitsPerSecond })
    expect(await readCostBasisRevision(db.pool)).toBe(before)
  })
})
