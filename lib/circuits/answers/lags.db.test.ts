import { expect, it } from 'vitest'
import { allApiEndpoints } from '#lib/api/index.ts'
import { computeShortId } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { getGateway } from '#lib/gateways/answers/index.ts'
import {
  createCircuitRow,
  createConnectionRow,
  createGatewayRow,
  gatewayId,
  createLagRow,
  lagId,
  createNetworkRow,
  createTestPollRecorder,
} from '#lib/questions/testing/record-feed.ts'
import { listCircuits } from './circuits.ts'
import { readExpressRoutePortsPage } from './ports.ts'

const db = withTestDatabase()
const T0 = Date.UTC(2026, 10, 20, 3)
const [ON, OFF] = ['Enabled', 'Disabled']
const onLag = (name: string) => createCircuitRow(name, { bandwidthInGbps: 5, expressRouteLag: { id: lagId('lag') } })
const applied = createConnectionRow('fast', 'ergw', 'one', 0)
const estate = (links: string[][]) => [
  createLagRow('lag', links, { circuits: ['one', 'two'] }),
  onLag('one'),
  onLag('two'),
  createGatewayRow('ergw', 'ExpressRoute', 'hub'),
  {
    ...applied,
    config: {
      properties: {
        ...(applied.config['properties'] as object),
        provisioningState: 'Succeeded',
        expressRouteGatewayBypass: true,
      },
    },
  },
  createNetworkRow('hub', ['10.0.0.0/16'], {}),
]
const portsAt = async (now: number) =>
  allApiEndpoints.ports.response.parse(await readExpressRoutePortsPage(db, { limit: 10 }, now)).data

it('a LAG is a port whose links have members, and a circuit on it has its location and FastPath limit', async () => {
  await createTestPollRecorder(db).inventory(
    T0,
    estate([
      [ON, ON, OFF],
      [ON, OFF, OFF],
    ]),
  )
  expect(await portsAt(T0 + 10_000)).toMatchObject([
    {
      name: 'lag',
      kind: 'lag',
      minActivePorts: 2,
      circuits: [
        { name: 'one', bandwidthMbps: 5_000 },
        { name: 'two', bandwidthMbps: 5_000 },
      ],
      links: [
        { name: 'link1', state: 'reduced', activePorts: 2, lineProtocol: 'unknown' },
        { name: 'link2', state: 'down', activePorts: 1, members: [{ adminState: ON }, { adminState: OFF }, {}] },
      ],
    },
  ])
  const { data } = allApiEndpoints.circuits.response.parse(await listCircuits(db, { limit: 10 }, T0 + 10_000))
  expect(data.map(({ provider, ...one }) => [provider, one.peeringLocation, one.connectivity, one.port])).toEqual(
    [1, 2].map(() => [null, 'London2', 'direct', { id: computeShortId(lagId('lag')), name: 'lag', kind: 'lag' }]),
  )
  const { data: own } = allApiEndpoints.gateway.response.parse(await getGateway(db, gatewayId('ergw'), T0 + 10_000))
  expect(own.connections.map(({ fastPathDetails }) => fastPathDetails?.addressLimit)).toEqual([100_000])
})

it('a LAG whose links are complete is unknown and not up, because Azure measures no line state', async () => {
  await createTestPollRecorder(db).inventory(
    T0 + 60_000,
    estate([
      [ON, ON],
      [ON, ON],
    ]),
  )
  expect((await portsAt(T0 + 70_000)).map(({ links }) => links.map(({ state }) => state))).toEqual([
    ['unknown', 'unknown'],
  ])
})
