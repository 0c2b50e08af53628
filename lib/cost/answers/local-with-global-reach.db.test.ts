import { beforeAll, expect, it } from 'vitest'
import { allApiEndpoints } from '#lib/api/index.ts'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { createTestEstatePollRecorder, createInventoryRows } from '#lib/questions/testing/estate-feed.ts'
import { recordTestCircuitBitRates } from '#lib/questions/testing/traffic-feed.ts'
import { getCostProjections } from './queued-answers.ts'

const db = withTestDatabase()
const NOW = Date.UTC(2026, 10, 20, 12)
const FROM = NOW - 28 * 24 * MS_PER_HOUR

beforeAll(() => recordTestCircuitBitRates(db, { from: FROM, to: NOW, bitsPerSecond: () => 120_000_000 }), 60_000)

const other = '/subscriptions/1/resourceGroups/r/providers/Microsoft.Network/expressRouteCircuits/ckt-ams'
const reach = {
  name: 'to-ams',
  properties: { peerExpressRouteCircuitPeering: { id: `${other}/peerings/AzurePrivatePeering` } },
}

it.each([
  {
    how: 'off',
    hour: 1,
    circuit: { globalReachEnabled: false },
    says: 'The circuit is assumed to carry no Global Reach traffic.',
  },
  {
    how: 'on',
    hour: 2,
    circuit: { globalReachEnabled: true },
    says: 'Global Reach is on, but its bytes were not measured',
  },
  {
    how: 'on by a connection of another circuit',
    hour: 3,
    peering: { peeredConnections: [reach] },
    says: 'Global Reach is on, but its bytes were not measured',
  },
  {
    how: 'not stated',
    hour: 4,
    says: 'The circuit is assumed to carry no Global Reach traffic; it is unknown whether Global Reach is on.',
  },
])(
  'Local is recommended only with Global Reach off, measured or not: it is $how',
  async ({ how, hour, circuit, peering, says }) => {
    await createTestEstatePollRecorder(db).inventory(FROM + hour * MS_PER_HOUR, createInventoryRows(circuit, peering))
    const { data } = allApiEndpoints.costProjections.response.parse(await getCostProjections(db, {}, NOW))
    const [one] = data.circuits
    // 2 paths of 120 Mbit/s: 77,760 GB at 0.025 and a port of 436, compared with 1,200 for Local
    const { to, asks } = one?.recommendation ?? { to: null, asks: [] }
    expect(to?.tier).toBe(how === 'off' ? 'Local' : undefined)
    expect(asks.map(({ questions }) => questions)).toEqual(
      how === 'not stated' ? [['Find out whether Global Reach is on']] : [],
    )
    expect(one?.assumptions.join('\n')).toContain(says)
  },
)
