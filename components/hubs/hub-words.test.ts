import { describe, expect, it } from 'vitest'
import type { HubConnection, HubGateway } from '#lib/gateways/api/index.ts'
import { farEnd, hubKindWords, prefixesText, redundancyText, routesText } from './hub-words.ts'

const connection = (name: string, prefixes: number | null): HubConnection => ({
  name,
  circuitId: null,
  circuitName: null,
  site: null,
  siteDevices: null,
  routingWeight: 0,
  fastPath: null,
  provisioningState: 'Succeeded',
  table: null,
  state: null,
  links: [],
  prefixes,
})
const gateway = (...connections: HubConnection[]): HubGateway => ({
  id: 'g',
  resourceId: '/g',
  name: 'ergw',
  kind: 'expressRoute',
  scaleUnits: 1,
  provisioningState: 'Succeeded',
  connections,
})

describe('what still connects a hub', () => {
  it.each([
    ['no connection', [], 'Its gateways have no connections.'],
    ['all', [connection('a', 4), connection('b', 1)], '2 of 2 connections bring prefixes.'],
    ['one of two', [connection('a', 4), connection('b', 0)], '1 of 2 connections brings prefixes.'],
    [
      'one not read',
      [connection('a', 4), connection('b', null)],
      '1 of 2 connections brings prefixes; 1 not read lately.',
    ],
  ])('%s', (_, connections, words) => {
    expect(redundancyText({ gateways: [gateway(...connections)] })).toBe(words)
  })
})

it('a table that nobody read lately is not empty', () => {
  expect([prefixesText(null), prefixesText(0), prefixesText(12)]).toEqual(['unknown', '0', '12'])
})

it('names the far end by circuit, VPN site, or says that Azure does not', () => {
  expect(farEnd({ circuitName: 'erc', site: null })).toBe('erc')
  expect(farEnd({ circuitName: null, site: 'utrecht' })).toBe('utrecht')
  expect(farEnd({ circuitName: null, site: null })).toBe('not named by Azure')
  expect(hubKindWords({ kind: 'routeServer', wan: null })).toBe('Route Server')
  expect(hubKindWords({ kind: 'hub', wan: 'vwan-1' })).toBe('hub of vwan-1')
})

it('tables are shown by instance, and one that was not read is not empty', () => {
  const tables = [
    { instance: 'RouteServiceRole_IN_0', routes: 3 },
    { instance: 'RouteServiceRole_IN_1', routes: 2 },
  ]
  expect([routesText(tables), routesText([]), routesText(null)]).toEqual([
    'IN_0 3, IN_1 2',
    'no routes',
    'not read yet',
  ])
})
