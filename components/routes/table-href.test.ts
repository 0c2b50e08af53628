import { expect, it } from 'vitest'
import { tableHref } from './table-href.ts'

const id = (path: string) => `/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/${path}`

it.each([
  ['learned', id('virtualNetworkGateways/gw'), '/gateways/x'],
  ['tables', id('expressRouteCircuits/erc'), '/circuits/x'],
  ['tables', id('virtualHubs/hub'), '/hubs/x'],
  ['learned', id('virtualHubs/rs/bgpConnections/fw'), `/gateways/${encodeURIComponent(id('virtualHubs/rs'))}`],
])('a table of %s of %s leads to its page', (table, resourceId, href) => {
  expect(tableHref({ scope: 'x', table, resourceId })).toBe(href)
})
