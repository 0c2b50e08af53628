import { describe, expect, it } from 'vitest'
import { judgeFastPath, type FastPathFacts, compareFastPathLimit } from './fast-path.ts'

const facts = (more: Partial<FastPathFacts> = {}): FastPathFacts => ({
  on: true,
  sku: 'ErGw3AZ',
  units: null,
  direct: true,
  portGbps: 10,
  routes: null,
  hasUserRoutes: false,
  region: 'uksouth',
  hasIpv6: false,
  peered: [],
  ...more,
})
const breaks = (more: Partial<FastPathFacts>) =>
  judgeFastPath(facts(more))
    .findings.filter(({ state }) => state === 'breaks')
    .map(({ text }) => text)
    .join(' ')

describe('FastPath', () => {
  it.each([
    ['ErGw3AZ', null, true],
    ['UltraPerformance', null, true],
    ['ErGw2AZ', null, false],
    ['Standard', null, false],
    ['ErGwScale', 10, true],
    ['ErGwScale', 9, false],
    ['ErGwScale', null, null],
    [null, null, null],
  ])('of SKU %s with %s units: %s', (sku, units, supported) => {
    expect(judgeFastPath(facts({ sku, units })).supported).toBe(supported)
  })

  it.each([
    [true, 100, 200_000],
    [true, 10, 100_000],
    [true, null, null],
    [false, null, 25_000],
    [null, null, null],
  ])('takes addresses by the circuit: Direct %s, port of %s Gb/s: %s', (direct, portGbps, limit) => {
    expect(judgeFastPath(facts({ direct, portGbps })).addressLimit).toBe(limit)
    const use = compareFastPathLimit({ direct, portGbps, routes: 1_000 })
    expect(use.map(({ count, limit: most }) => [count, most])).toEqual(limit === null ? [] : [[1_000, limit]])
    expect(compareFastPathLimit({ direct, portGbps, routes: null })).toEqual([])
  })

  it.each<[string, Partial<FastPathFacts>, RegExp]>([
    ['an SKU that does not take it', { sku: 'ErGw2AZ' }, /^ErGw2AZ does not take FastPath/],
    ['user-defined routes on a provider’s circuit', { direct: false, hasUserRoutes: true }, /user-defined routes/],
    ['user-defined routes on Direct', { hasUserRoutes: true }, /^$/],
    [
      'peered networks on a provider’s circuit',
      { direct: false, peered: [{ name: 'a', region: null }] },
      /^1 peered network is/,
    ],
    ['peered networks on Direct', { peered: [{ name: 'a', region: 'uksouth' }] }, /^$/],
    [
      'one of another region on Direct',
      { peered: [{ name: 'far', region: 'westus' }] },
      /^far: peered from another region/,
    ],
    ['IPv6 of the network on a provider’s circuit', { direct: false, hasIpv6: true }, /^IPv6 of the network passes/],
    ['IPv6 that is not known', { direct: false, hasIpv6: null }, /^$/],
    ['IPv6 on Direct', { hasIpv6: true }, /^$/],
    ['one whose region is not seen', { peered: [{ name: 'a', region: null }] }, /^$/],
  ])('is broken, or not, by %s', (_, more, expected) => {
    expect(breaks(more)).toMatch(expected)
  })

  it('says what is not known, and nothing of a connection without it', () => {
    const unknown = judgeFastPath(facts({ direct: null, hasUserRoutes: null })).findings.map(({ text }) => text)
    expect(unknown).toEqual([
      expect.stringMatching(/user-defined routes is not known/),
      expect.stringMatching(/ExpressRoute Direct is not known/),
      expect.stringMatching(/^Not polled: private endpoints.*Basic load balancers/),
    ])
    expect(judgeFastPath(facts({ on: false, direct: false, hasUserRoutes: true })).findings).toEqual([])
  })
})
