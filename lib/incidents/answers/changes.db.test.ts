import { beforeAll, describe, expect, it } from 'vitest'
import type { ChangesParameters } from '../api/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { getChanges as innerGetChanges } from './changes.ts'
import {
  createCircuitRow,
  circuitId,
  createConnectionRow,
  connectionId,
  createGatewayRow,
  gatewayId,
  createTestPollRecorder,
} from '#lib/questions/testing/record-feed.ts'
import { wrapFunctionWithJsonEncoding } from '#lib/questions/testing/written.ts'
import { endpoints } from '#lib/incidents/api/index.ts'

const getChanges = wrapFunctionWithJsonEncoding(endpoints.changes, innerGetChanges)

const db = withTestDatabase()
const T0 = Date.UTC(2026, 10, 20, 3)
const minute = (n: number) => T0 + n * MS_PER_MINUTE
const now = minute(12)

const bandwidth = (mbps: number) =>
  createCircuitRow('ckt-lon', { serviceProviderProperties: { bandwidthInMbps: mbps } })

beforeAll(async () => {
  const feed = createTestPollRecorder(db)
  for (let n = 0; n <= 10; n++) {
    await feed.inventory(minute(n), [
      bandwidth(n < 3 ? 500 : 1_000),
      createGatewayRow('ergw'),
      createConnectionRow('lon', 'ergw', 'ckt-lon', 0),
      ...(n >= 5 && n < 8 ? [createCircuitRow('ckt-new')] : []),
    ])
    await feed.connection(minute(n), 'lon', 0, n === 6 ? 'NotConnected' : 'Connected')
  }
  await feed.activity(minute(11), [
    {
      id: 'up',
      at: minute(2) + 1_000,
      resourceId: circuitId('CKT-LON'),
      operation: 'Microsoft.Network/expressRouteCircuits/write',
    },
    {
      id: 'made',
      at: minute(4) + 1_000,
      resourceId: circuitId('ckt-new'),
      operation: 'Microsoft.Network/expressRouteCircuits/write',
    },
    {
      id: 'gone',
      at: minute(7) + 1_000,
      resourceId: circuitId('ckt-new'),
      operation: 'Microsoft.Network/expressRouteCircuits/delete',
    },
  ])
})

const ask = (parameters: Partial<ChangesParameters> = {}) =>
  getChanges(db, { from: T0, to: now, limit: 100, ...parameters }, now)
const bounds = (from: number, to: number) => [
  new Date(minute(from)).toISOString(),
  new Date(minute(to) + 2_000).toISOString(),
]

describe('changes of configuration', () => {
  it('are listed newest first, with before and after, their bounds and what explains them', async () => {
    const { data } = await ask()
    expect(data.map(({ op, scopeName, explainedBy }) => `${op} ${scopeName} ${explainedBy?.id ?? null}`)).toEqual([
      'removed ckt-new gone',
      'changed lon null',
      'changed lon null',
      'added ckt-new made',
      'changed ckt-lon up',
    ])
    expect(data.at(-1)).toMatchObject({
      type: 'microsoft.network/expressroutecircuits',
      seenBy: 'inventory',
      fields: [{ path: '/properties/serviceProviderProperties/bandwidthInMbps', before: 500, after: 1_000 }],
      between: bounds(2, 3),
      explainedBy: {
        caller: 'ada@example.com',
        operation: 'Microsoft.Network/expressRouteCircuits/write',
        at: new Date(minute(2) + 1_000).toISOString(),
      },
      azCommand: expect.stringMatching(/^az network express-route show --name ckt-lon /),
    })
    expect(data[1]).toMatchObject({
      seenBy: 'connection',
      fields: [{ path: '/connectionStatus', before: 'NotConnected', after: 'Connected' }],
      between: bounds(6, 7),
      azCommand: expect.stringMatching(/^az network vpn-connection show --name lon /),
    })
    expect(data[3]).toMatchObject({ between: bounds(4, 5), fields: [] })
    expect(data[0]).toMatchObject({ between: bounds(7, 8), fields: [] })
  })

  it.each([
    { name: 'a scope', parameters: { scope: connectionId('lon') }, count: 2 },
    { name: 'a scope without any', parameters: { scope: gatewayId('ergw') }, count: 0 },
    { name: 'a type in any capitals', parameters: { type: 'Microsoft.Network/ExpressRouteCircuits' }, count: 3 },
    { name: 'a range that only touches the bounds', parameters: { to: minute(2) }, count: 1 },
    { name: 'a range before them', parameters: { to: minute(2) - 1 }, count: 0 },
    { name: 'a range that begins inside the bounds', parameters: { from: minute(8) }, count: 1 },
  ])('are found by $name', async ({ parameters, count }) => {
    expect((await ask(parameters)).data).toHaveLength(count)
  })

  it('come in pages that hold each once', async () => {
    const all = (await ask()).data
    const read: typeof all = []
    let cursor: string | null = null
    do {
      const page = await ask({ limit: 2, ...(cursor !== null && { cursor }) })
      read.push(...page.data)
      cursor = page.nextCursor
    } while (cursor !== null)
    expect(read).toEqual(all)
  })

  it('say what time was not seen', async () => {
    const answer = await ask({ from: T0 - 60 * MS_PER_MINUTE })
    expect(answer.covered).toBe(false)
    expect(answer.uncovered).toContainEqual(
      expect.objectContaining({ kind: 'inventory', to: new Date(T0).toISOString() }),
    )
  })
})
