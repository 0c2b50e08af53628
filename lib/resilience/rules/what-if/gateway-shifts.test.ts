import { describe, expect, it } from 'vitest'
import { splitTableIntoAtoms } from './table-atoms.ts'
import type { WhatIfFailure } from './what-if-failure.ts'
import { countAnnouncedAfterFailure, findGatewayShifts, countLearnedAfterFailure } from './gateway-shifts.ts'
import { computeWhatIfRows, createWhatIfRib } from './what-if-rows.ts'
import {
  createTestWhatIfFailure,
  createTestCircuitFailure,
  TEST_ROW_NAMES,
  createTestWhatIfRoute,
  createTestWhatIfTable,
  createTestCircuitRoutes,
} from './testing.ts'
import type { WhatIfRoute } from './what-if-route.ts'

const SHARED = '10.1.0.0/16'
const OWN = '10.2.0.0/16'
const overVpn = (prefix: string) =>
  createTestWhatIfRoute({
    prefix,
    gateway: 'vpn',
    transport: 'vpn',
    circuit: null,
    path: null,
    peer: '10.1.255.1',
    instance: '10.0.4.20',
  })
const routes = [
  ...createTestCircuitRoutes('lon', { prefix: SHARED }),
  ...createTestCircuitRoutes('lon', { prefix: OWN }),
  ...createTestCircuitRoutes('ams', { prefix: SHARED, asPath: [12076, 65001, 65001, 65001] }),
  overVpn(SHARED),
]
const tables = (failure: WhatIfFailure, own: readonly WhatIfRoute[] = routes) => {
  const rib = createWhatIfRib(splitTableIntoAtoms(createTestWhatIfTable(own)))
  return [{ rib, rows: computeWhatIfRows(rib, failure, TEST_ROW_NAMES) }]
}
const shifts = (failure: WhatIfFailure, own = routes) => findGatewayShifts(tables(failure, own), failure)

describe('traffic of gateways', () => {
  it('stays where another circuit takes over, and lessens where a prefix is stranded', () => {
    const both = routes.filter(({ prefix }) => prefix === SHARED)
    expect(shifts(createTestCircuitFailure('lon'), both)).toEqual([
      { gateway: 'gw-hub', loses: false, from: [], isUnknown: false },
    ])
    expect(shifts(createTestCircuitFailure('lon'))).toEqual([
      { gateway: 'gw-hub', loses: true, from: [], isUnknown: false },
    ])
  })

  it('goes to the gateway that takes over; one that is lost has none', () => {
    const takesOver = { gateway: 'vpn', loses: false, from: ['gw-hub'], isUnknown: false }
    expect(shifts(createTestWhatIfFailure({ gateways: new Set(['gw-hub']) }))).toEqual([takesOver])
    expect(shifts(createTestCircuitFailure('lon', 'ams'))).toContainEqual(takesOver)
  })

  it('is not known where a prefix may go anywhere', () => {
    const unmapped = createTestCircuitRoutes('lon', {
      prefix: SHARED,
      circuit: null,
      path: null,
      possible: ['lon', 'ams'],
    })
    const found = shifts(createTestCircuitFailure('lon'), [...unmapped, overVpn(SHARED)])
    expect(found.map(({ gateway, isUnknown }) => [gateway, isUnknown])).toEqual([
      ['gw-hub', true],
      ['vpn', true],
    ])
  })

  it('of an instance goes to the other one', () => {
    const failure = createTestWhatIfFailure({ instances: new Set(['gw-hub/10.0.4.12']) })
    expect(shifts(failure)).toEqual([{ gateway: 'gw-hub', loses: false, from: [], isUnknown: false }])
  })
})

describe('prefixes', () => {
  const learned = (failure: WhatIfFailure, own = routes) =>
    Object.fromEntries(countLearnedAfterFailure(tables(failure, own), failure))

  it('that a gateway learns afterwards', () => {
    const held = (count: number) => ({ atLeast: count, atMost: count })
    expect(learned(createTestWhatIfFailure({}))).toEqual({ 'gw-hub': held(2), vpn: held(1) })
    expect(learned(createTestCircuitFailure('lon'))).toEqual({ 'gw-hub': held(1), vpn: held(1) })
    expect(learned(createTestWhatIfFailure({ gateways: new Set(['gw-hub']) }))).toEqual({ vpn: held(1) })
  })

  it('that may be lost or not are within bounds', () => {
    const unmapped = createTestCircuitRoutes('lon', {
      prefix: OWN,
      circuit: null,
      path: null,
      possible: ['lon', 'ams'],
    })
    expect(
      learned(createTestCircuitFailure('lon'), [...routes.filter(({ prefix }) => prefix === SHARED), ...unmapped]),
    ).toMatchObject({
      'gw-hub': { atLeast: 1, atMost: 2 },
    })
  })

  it('that a gateway announces on a circuit, by whichever path, without IPv6', () => {
    const offered = (prefix: string, path: 'primary' | 'secondary', circuit = 'lon') =>
      createTestWhatIfRoute({ prefix, path, circuit, instance: null })
    const own = [
      offered('10.0.0.0/16', 'primary'),
      offered('10.0.0.0/16', 'secondary'),
      offered('10.4.0.0/16', 'secondary'),
      offered('fd00::/48', 'primary'),
      offered('10.0.0.0/16', 'primary', 'ams'),
    ]
    const announced = (failure: WhatIfFailure) =>
      [...countAnnouncedAfterFailure(tables(failure, own), failure)].map(([key, { atMost }]) => [key, atMost])
    expect(announced(createTestWhatIfFailure({}))).toEqual([
      ['gw-hub lon', 2],
      ['gw-hub ams', 1],
    ])
    expect(announced(createTestCircuitFailure('lon'))).toEqual([['gw-hub ams', 1]])
  })
})
