import { expect, it } from 'vitest'
import { tableHref } from './table-href.ts'

const id = (path: string) => `/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/${path}`

it.each([
  ['learned', id('virtualNetworkGateways/gw'), '/gateways/x'],
  ['tables', id('expressRouteCircuits/erc'), '/circuits/x'],
  ['tables', id('virtualHubs/hub'), '/hubs/x'],
  ['learned', id('virtualHubs/rs/bgpConnections/fw'), `/hubs/${encodeURIComponent(id('virtualHubs/rs'))}`],
  ['tables', id('virtualHubs/hub/hubRouteTables/rt'), `/hubs/${encodeURIComponent(id('virtualHubs/hub'))}`],
])('a table of %s of %s leads to its page', (table, resourceId, href) => {
  expect(tableHref({ scope: 'x', table, resourceId })).toBe(href)
})
