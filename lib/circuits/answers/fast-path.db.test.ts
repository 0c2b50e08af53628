import { expect, it } from 'vitest'
import { allApiEndpoints } from '#lib/api/index.ts'
import type { ResourceRow } from '#lib/contract/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { getGateway, listGateways } from '#lib/gateways/answers/index.ts'
import {
  createCircuitRow,
  createConnectionRow,
  createGatewayRow,
  gatewayId,
  createNetworkRow,
  createTestPollRecorder,
  createUserRouteTableRow,
  createVpnConnectionResourceRows,
} from '#lib/questions/testing/record-feed.ts'

const db = withTestDatabase()
const T0 = Date.UTC(2026, 10, 20, 3)

/** Returns the row with additional properties. */
const having = (row: ResourceRow, more: object): ResourceRow => ({
  ...row,
  config: { ...row.config, properties: { ...(row.config['properties'] as object), ...more } },
})

it('a connection with FastPath shows what passes the gateway in spite of it', async () => {
  const hub = createNetworkRow('hub', ['10.0.0.0/16'], { spoke: ['10.1.0.0/16'] }, 'Connected', 'rt')
  const [peering] = (hub.config['properties'] as { virtualNetworkPeerings: { properties: object }[] })
    .virtualNetworkPeerings
  await createTestPollRecorder(db).inventory(T0, [
    createCircuitRow('ckt'),
    having(createGatewayRow('ergw', 'ExpressRoute', 'hub'), { sku: { name: 'ErGw2AZ' } }),
    createGatewayRow('vpngw', 'Vpn', 'hub'),
    having(createConnectionRow('fast', 'ergw', 'ckt', 0), {
      provisioningState: 'Succeeded',
      expressRouteGatewayBypass: true,
    }),
    having(createConnectionRow('slow', 'ergw', 'ckt', 0), {
      provisioningState: 'Succeeded',
      expressRouteGatewayBypass: false,
    }),
    ...createVpnConnectionResourceRows('vpn', 'vpngw', 'leeds'),
    having(hub, {
      virtualNetworkPeerings: [{ ...peering, properties: { ...peering?.properties, allowGatewayTransit: true } }],
    }),
    createUserRouteTableRow('rt', { '10.1.0.0/16': '10.0.9.4' }),
  ])
  const detailsOf = async (name: string) => {
    const { data } = allApiEndpoints.gateway.response.parse(await getGateway(db, gatewayId(name), T0 + 10_000))
    return Object.fromEntries(data.connections.map((one) => [one.name, one.fastPathDetails]))
  }
  const { fast, slow } = await detailsOf('ergw')
  expect(fast).toMatchObject({ on: true, supported: false, addressLimit: 25_000 })
  expect(fast?.findings.filter(({ state }) => state === 'breaks').map(({ text }) => text)).toEqual([
    expect.stringMatching(/^ErGw2AZ/),
    expect.stringMatching(/user-defined routes/),
    expect.stringMatching(/^1 peered network/),
  ])
  expect(slow).toMatchObject({ on: false, findings: [] })
  expect(await detailsOf('vpngw')).toEqual({ vpn: undefined })
  const { data: list } = await listGateways(db, { limit: 10 }, T0 + 10_000)
  expect(list.flatMap(({ connections }) => connections.map(({ fastPathDetails }) => fastPathDetails))).toEqual([
    undefined,
    undefined,
    undefined,
  ])
})
