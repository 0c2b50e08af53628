import { expect, it } from 'vitest'
import { buildRoutesHref, findRoutesPageTab } from './route-views.ts'
import { buildRouteTableHref } from './table-href.ts'

const id = (path: string) => `/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/${path}`

it.each([
  ['learned', id('virtualNetworkGateways/gw'), '/gateways/x'],
  ['tables', id('expressRouteCircuits/erc'), '/circuits/x'],
  ['tables', id('virtualHubs/hub'), '/hubs/x'],
  ['learned', id('virtualHubs/rs/bgpConnections/fw'), `/hubs/${encodeURIComponent(id('virtualHubs/rs'))}`],
  ['tables', id('virtualHubs/hub/hubRouteTables/rt'), `/hubs/${encodeURIComponent(id('virtualHubs/hub'))}`],
])('a table of %s of %s leads to its page', (table, resourceId, href) => {
  expect(buildRouteTableHref({ scope: 'x', table, resourceId })).toBe(href)
})

it.each([
  ['lookup', {}, '/routes'],
  ['lookup', { ip: '10.10.4.7' }, '/routes?ip=10.10.4.7'],
  ['lookup', { prefix: '10.10.0.0/16' }, '/routes?view=lookup&prefix=10.10.0.0%2F16'],
  ['table', {}, '/routes?view=table'],
  ['table', { table: 'tables' }, '/routes?table=tables'],
  ['table', { ip: '10.10.4.7', asn: '65001' }, '/routes?view=table&ip=10.10.4.7&asn=65001'],
  ['diff', { scope: 'x' }, '/routes?view=diff&scope=x'],
] as const)('the view %s of %j has an address that says so', (view, parameters, href) => {
  expect(buildRoutesHref(view, parameters)).toBe(href)
  const address = Object.fromEntries(new URLSearchParams(href.split('?')[1]))
  expect(findRoutesPageTab(address)).toBe(view)
})
