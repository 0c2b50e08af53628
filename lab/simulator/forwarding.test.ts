import { describe, expect, it } from 'vitest'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { findBestSessionsToPrefix } from './forwarding.ts'
import type { HappeningInput } from './happening.ts'
import { edgeCounter, edgeKey } from './keys.ts'
import { parsePrefixWithoutHostBits } from './prefix.ts'
import {
  requestSimulator,
  createBuiltInEstateWorld,
  HUB_GROUP_ARM_ID,
  TEST_TIMELINE_ORIGIN,
  getResponseValueRows,
} from './testing.ts'
import type { SimulatedWorld } from './world.ts'

const domainOf = (world: SimulatedWorld) => {
  const domain = world.topology.domainOfGateway.get('ergw-hub')
  if (!domain) throw new Error('no domain')
  return domain
}
const neighbors = (world: SimulatedWorld, prefix: string, at = TEST_TIMELINE_ORIGIN + MS_PER_MINUTE): string[] => {
  const target = parsePrefixWithoutHostBits(prefix)
  if (!target) throw new Error(prefix)
  return [...new Set(findBestSessionsToPrefix(world.state(domainOf(world), at), target).map((p) => p.neighbor))].sort()
}
const LONDON = ['10.0.4.4', '10.0.4.5']
const AMSTERDAM = ['10.0.4.6', '10.0.4.7']
const at = '+0s'

describe('from Azure', () => {
  const cases: { name: string; happenings: HappeningInput[]; prefix: string; expected: string[] }[] = [
    { name: 'London by the shorter path', happenings: [], prefix: '10.10.0.0/16', expected: LONDON },
    { name: 'Manchester by Amsterdam', happenings: [], prefix: '10.20.0.0/16', expected: AMSTERDAM },
    { name: 'IPv6 as well', happenings: [], prefix: 'fd00:20::/32', expected: AMSTERDAM },
    { name: 'a branch only by VPN', happenings: [], prefix: '10.30.0.0/16', expected: ['169.254.21.2'] },
    {
      name: 'one path left when the other is cut',
      happenings: [{ op: 'cut-path', circuit: 'erc-london', path: 'primary', at }],
      prefix: '10.10.0.0/16',
      expected: ['10.0.4.5'],
    },
    {
      name: 'the other circuit when both are cut',
      happenings: [{ op: 'cut-path', circuit: 'erc-london', path: 'both', at }],
      prefix: '10.10.0.0/16',
      expected: AMSTERDAM,
    },
    {
      name: 'the VPN when no circuit is left',
      happenings: [
        { op: 'cut-path', circuit: 'erc-london', path: 'both', at },
        { op: 'cut-path', circuit: 'erc-amsterdam', path: 'both', at },
      ],
      prefix: '10.10.0.0/16',
      expected: ['169.254.21.2'],
    },
    {
      name: 'nothing for what the VPN does not carry',
      happenings: [
        { op: 'cut-path', circuit: 'erc-london', path: 'both', at },
        { op: 'cut-path', circuit: 'erc-amsterdam', path: 'both', at },
      ],
      prefix: '172.16.10.0/24',
      expected: [],
    },
    {
      name: 'away from a drained path',
      happenings: [{ op: 'prepend', circuit: 'erc-london', path: 'primary', asn: 12076, count: 8, at }],
      prefix: '10.10.0.0/16',
      expected: ['10.0.4.5'],
    },
    {
      name: 'the heavier connection before the shorter path',
      happenings: [{ op: 'configuration', kind: 'connection', name: 'cxn-hub-amsterdam', set: { weight: 10 }, at }],
      prefix: '10.10.0.0/16',
      expected: AMSTERDAM,
    },
    {
      name: 'a more specific before all else',
      happenings: [
        { op: 'announce', circuit: 'erc-amsterdam', prefixes: ['10.10.5.0/24'], asPath: [65001, 65001, 65001], at },
      ],
      prefix: '10.10.5.0/24',
      expected: AMSTERDAM,
    },
    {
      name: 'a covering default when the prefix is gone',
      happenings: [
        { op: 'withdraw', site: 'branch-leeds', at },
        { op: 'announce', circuit: 'erc-london', prefixes: ['0.0.0.0/0'], asPath: [65001], at },
      ],
      prefix: '10.30.0.0/16',
      expected: LONDON,
    },
  ]
  it.each(cases)('$name', ({ happenings, prefix, expected }) => {
    expect(neighbors(createBuiltInEstateWorld(happenings), prefix)).toEqual(expected)
  })
})

const bits = (world: SimulatedWorld, circuit: string, direction: 'in' | 'out', when: number): number =>
  (['primary', 'secondary'] as const).reduce((sum, path) => {
    const counter = edgeCounter(edgeKey(circuit, 'AzurePrivatePeering', path), direction)
    return sum + world.counters(domainOf(world)).bitsPerSecond(counter, when, when + 10_000)
  }, 0)

describe('bytes follow routes', () => {
  it('move to Amsterdam, in both directions, when London is cut', () => {
    const quiet = createBuiltInEstateWorld()
    const world = createBuiltInEstateWorld([{ op: 'cut-path', circuit: 'erc-london', path: 'both', at }])
    const when = TEST_TIMELINE_ORIGIN + 5 * MS_PER_MINUTE
    for (const direction of ['in', 'out'] as const) {
      expect(bits(world, 'erc-london', direction, when)).toBe(0)
      const total = bits(quiet, 'erc-london', direction, when) + bits(quiet, 'erc-amsterdam', direction, when)
      expect(bits(world, 'erc-amsterdam', direction, when) / total).toBeCloseTo(1, 6)
    }
  })

  it('are lost while BGP has not noticed, and stop on the dead path at once', () => {
    const quiet = createBuiltInEstateWorld()
    const world = createBuiltInEstateWorld([
      { op: 'cut-path', circuit: 'erc-london', path: 'primary', detection: '60s', at },
    ])
    const when = TEST_TIMELINE_ORIGIN + 20_000
    expect(bits(world, 'erc-london', 'out', when) / bits(quiet, 'erc-london', 'out', when)).toBeCloseTo(0.5, 6)
    expect(neighbors(world, '10.10.0.0/16', when)).toEqual(LONDON)
  })

  it('what London sends follows the routers’ weight, not the prepends', () => {
    const world = createBuiltInEstateWorld([{ op: 'withdraw', circuit: 'erc-london', site: 'dc-london', at }])
    const quiet = createBuiltInEstateWorld()
    const when = TEST_TIMELINE_ORIGIN + 5 * MS_PER_MINUTE
    expect(bits(world, 'erc-london', 'in', when)).toBe(bits(quiet, 'erc-london', 'in', when))
    expect(bits(world, 'erc-london', 'out', when)).toBeLessThan(bits(quiet, 'erc-london', 'out', when) / 10)
  })
})

it('the learned table holds what the edges received, with Azure’s spelling', () => {
  const learned = getResponseValueRows(
    requestSimulator(
      createBuiltInEstateWorld(),
      TEST_TIMELINE_ORIGIN,
      'POST',
      `${HUB_GROUP_ARM_ID}/virtualNetworkGateways/ergw-hub/getLearnedRoutes`,
    ),
  )
  const hull = learned.find((r) => r.network === '172.16.20.0/24' && r.sourcePeer === '10.0.4.6')
  expect(hull?.asPath).toBe('12076-65001-4200000017-64999--64301')
  expect(learned.find((r) => r.network === '10.20.0.0/16' && r.sourcePeer === '10.0.4.4')?.asPath).toBe(
    '12076-65001-65001-65001',
  )
  expect(learned.find((r) => r.network === '10.100.0.0/16')).toMatchObject({
    nextHop: null,
    origin: 'Network',
    asPath: '',
    weight: 32768,
  })
  expect(learned.some((r) => r.network === '10.102.32.0/27')).toBe(false)
})
