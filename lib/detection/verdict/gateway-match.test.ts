import { expect, it } from 'vitest'
import { matchRouterSessionsToGateways } from './gateway-match.ts'

const azure = { gateway: 'vpngw', instance: '10.1.0.12', neighbor: '172.16.9.1', asn: 65_010 }
const own = { id: 1, neighbor: '10.1.0.12', localAddress: '172.16.9.1', localAsn: 65_010 }

it.each([
  ['both addresses and the ASN', [own], [azure], [1]],
  [
    'each instance its own',
    [own, { ...own, id: 2, neighbor: '10.1.0.13' }],
    [azure, { ...azure, instance: '10.1.0.13' }],
    [1, 2],
  ],
  ['not another ASN', [{ ...own, localAsn: 65_011 }], [azure], []],
  ['not another address of the router', [{ ...own, localAddress: '172.16.9.2' }], [azure], []],
  ['a log, where one session alone has its neighbor', [{ ...own, localAddress: null, localAsn: null }], [azure], [1]],
  [
    'a log not, where two have',
    [{ ...own, localAddress: null, localAsn: null }],
    [azure, { ...azure, neighbor: '172.16.9.5' }],
    [],
  ],
  ['not two routers that say the same', [own, { ...own, id: 2 }], [azure], []],
  ['not an edge router', [own], [{ ...azure, asn: 12_076 }], []],
  [
    'an edge router not by its address alone',
    [{ ...own, localAddress: null, localAsn: null }],
    [{ ...azure, asn: 12_076 }],
    [],
  ],
  ['both addresses, where Azure reports no ASN', [own], [{ ...azure, asn: null }], [1]],
  ['not two gateways with the same addresses', [own], [azure, { ...azure, gateway: 'other' }], []],
])('a router’s session is a gateway’s by %s', (_, reported, sessions, joined) =>
  expect([...matchRouterSessionsToGateways(reported, sessions).keys()]).toEqual(joined),
)
