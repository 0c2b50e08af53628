import { expect, it } from 'vitest'
import { parseHubRowNextHop } from './hub-row.ts'

it.each<[string, Parameters<typeof parseHubRowNextHop>[0], ReturnType<typeof parseHubRowNextHop>]>([
  [
    'the peer names a gateway',
    { peer: 'expressRouteGateways/ErGw-we', origin: 'ExpressRouteGateway' },
    { kind: 'expressroutegateways', name: 'ergw-we', connection: null },
  ],
  [
    'the peer also names the connection',
    { peer: 'vpnGateways/vpngw/to-Branch/isp-a' },
    { kind: 'vpngateways', name: 'vpngw', connection: 'to-Branch/isp-a' },
  ],
  [
    'the peer names another hub',
    { peer: 'virtualHubs/hub-ne', origin: 'Remote Hub' },
    { kind: 'virtualhubs', name: 'hub-ne', connection: null },
  ],
  [
    'only the next hop names the resource',
    { peer: null, nextHop: 'vpnGateways/vpngw' },
    { kind: 'vpngateways', name: 'vpngw', connection: null },
  ],
  [
    'Azure names only the type',
    { peer: null, origin: 'VPN_S2S_Gateway' },
    { kind: 'vpngateways', name: null, connection: null },
  ],
  [
    'the peer is a connection, and Azure names the type',
    { peer: 'ergw', origin: 'ExpressRouteGateway' },
    { kind: 'expressroutegateways', name: null, connection: null },
  ],
  ['the peer is an address', { peer: '10.1.2.3', origin: 'HubBgpConnection' }, null],
  ['the row names nothing', { peer: null }, null],
])('%s', (_, row, found) => {
  expect(parseHubRowNextHop(row)).toEqual(found)
})
