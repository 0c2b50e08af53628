import { expect, it } from 'vitest'
import {
  formatHubConnectionFarEnd,
  formatHubKind,
  formatFirewallTraffic,
  formatTablePrefixCount,
  formatInstanceRoutes,
  formatRouteMaps,
} from './hub-text.ts'

it('a table that nobody read lately is not empty', () => {
  expect([formatTablePrefixCount(null), formatTablePrefixCount(0), formatTablePrefixCount(12)]).toEqual([
    'unknown',
    '0',
    '12',
  ])
})

it('what is not known to go to a firewall is not nothing', () => {
  const toFirewall = { prefixes: [], firewall: 'azfw', firewallId: '/azfw', unapplied: null }
  const policies = (['private', 'internet'] as const).map((traffic) => ({ traffic, ...toFirewall }))
  expect([null, [], policies].map((own) => formatFirewallTraffic({ policies: own }))).toEqual([
    null,
    'nothing',
    'private traffic to azfw, Internet traffic to azfw',
  ])
  const unapplied = 'The last change of the routing intent failed, so it is not known to have effect.'
  expect(formatFirewallTraffic({ policies: [{ traffic: 'private', ...toFirewall, unapplied }] })).toBe(
    `private traffic to azfw (configured only. ${unapplied})`,
  )
})

it('a Route Server without route maps shows the time that the first one takes, and a hub does not', () => {
  const map = { name: 'rm-north', rules: 1, drops: 1, inbound: [], outbound: [], unapplied: null }
  expect(formatRouteMaps({ kind: 'hub', routeMaps: [] })).toBe('none')
  expect(formatRouteMaps({ kind: 'routeServer', routeMaps: [map] })).toBe('rm-north')
  expect(formatRouteMaps({ kind: 'routeServer', routeMaps: [] })).toBe(
    'none. The first route map of a Route Server holds the Route Server in Updating for 22 to 26 minutes. Attach it in announced work.',
  )
})

it('names the far end by circuit, VPN site, or says that Azure does not', () => {
  expect(formatHubConnectionFarEnd({ circuitName: 'erc', site: null })).toBe('erc')
  expect(formatHubConnectionFarEnd({ circuitName: null, site: 'utrecht' })).toBe('utrecht')
  expect(formatHubConnectionFarEnd({ circuitName: null, site: null })).toBe('not named by Azure')
  expect(formatHubKind({ kind: 'routeServer', wan: null })).toBe('Route Server')
  expect(formatHubKind({ kind: 'hub', wan: 'vwan-1' })).toBe('hub of vwan-1')
})

it('tables are shown by instance, and one that was not read is not empty', () => {
  const tables = [
    { instance: 'RouteServiceRole_IN_0', routes: 3 },
    { instance: 'RouteServiceRole_IN_1', routes: 2 },
  ]
  expect([formatInstanceRoutes(tables), formatInstanceRoutes([]), formatInstanceRoutes(null)]).toEqual([
    'IN_0 3, IN_1 2',
    'no routes',
    'not polled yet',
  ])
})
