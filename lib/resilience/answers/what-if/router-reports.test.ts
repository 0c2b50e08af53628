import { describe, expect, it } from 'vitest'
import type { RouterRouteAttributes } from '#lib/contract/index.ts'
import { createTestRouterRouteAttributes } from '#lib/routers/store/testing/reports.ts'
import { createRouterRouteReport } from './router-reports.ts'

const session = { localAsn: 65_010, neighborAsn: 12_076 }
const router = { name: 'ce-1', address: '10.20.0.1' }
const received = (fields: Partial<RouterRouteAttributes> = {}) => ({
  view: 'adjInPost' as const,
  attributes: createTestRouterRouteAttributes(fields),
})
const used = (fields: Partial<RouterRouteAttributes> = {}) => ({
  view: 'locRib' as const,
  attributes: createTestRouterRouteAttributes(fields),
})

describe('what a router reports of a prefix', () => {
  it('is the route after its policy', () => {
    const own = received({ localPref: 200, med: 50, asPath: [12_076, 65_515, 65_515], largeCommunities: ['65010:1:2'] })
    expect(createRouterRouteReport([own], session, router)).toEqual({
      is: 'reported',
      router: 'ce-1',
      asn: 65_010,
      neighborAsn: 12_076,
      localPref: 200,
      asPath: [12_076, 65_515, 65_515],
      origin: 'igp',
      med: 50,
      communities: ['12076:5001', '65010:1:2'],
      isUsed: false,
    })
    expect(createRouterRouteReport([own], session, { ...router, name: '' })).toMatchObject({ router: '10.20.0.1' })
  })

  it.each<[string, Parameters<typeof createRouterRouteReport>[0], object]>([
    ['nothing', [], { is: 'not_known', because: 'no_route' }],
    ['no local preference, which is not 100', [received()], { is: 'not_known', because: 'no_local_preference' }],
    [
      'a local preference in its own table alone, of the route that it uses',
      [received({ med: 5 }), used({ localPref: 300 })],
      { localPref: 300, med: 5, isUsed: true },
    ],
    ['its own table alone', [used({ localPref: 300 })], { localPref: 300, isUsed: true }],
    [
      'the table after policy where both have it',
      [received({ localPref: 200 }), used({ localPref: 300 })],
      { localPref: 200, isUsed: true },
    ],
    [
      'several routes by one session',
      [received({ localPref: 200 }), received({ localPref: 100 })],
      { is: 'not_known', because: 'no_route' },
    ],
    [
      'a MED that could not be read',
      [received({ localPref: 200, unreadable: [4] })],
      { is: 'not_known', because: 'unreadable' },
    ],
    ['a community that could not be read', [received({ localPref: 200, unreadable: [8] })], { localPref: 200 }],
    [
      'an AS path that could not be read',
      [received({ localPref: 200, asPath: null })],
      { is: 'not_known', because: 'unreadable' },
    ],
  ])('%s', (_, own, report) => expect(createRouterRouteReport(own, session, router)).toMatchObject(report))

  it('is not known before the session has come up', () => {
    const own = [received({ localPref: 200 })]
    expect(createRouterRouteReport(own, { localAsn: null, neighborAsn: null }, router)).toMatchObject({
      because: 'no_route',
    })
  })
})
