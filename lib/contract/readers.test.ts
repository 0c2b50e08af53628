import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compilePathPattern } from './api/path-pattern.ts'
import {
  type RemainingArmRequests,
  budgetNames,
  findBudgetLimit,
  findRemainingRequests,
  findSharedBudgetUse,
  isCountedByHour,
  isRegionalBudget,
  type ReportedRequestBucket,
} from './budget.ts'
import { createOutgoingUrlSchema, createPrivateOutgoingUrlSchema } from './channels/outgoing-url.ts'
import { parseInboundChannelKind, buildInboundChannelPath } from './inbound-channels.ts'
import { measureJsonDepth } from './json-depth.ts'
import { getTags } from './resource-tags.ts'
import { isPeeringOutOfSync, getNetworkPeeringState } from './resources/network.ts'
import {
  type PollMachineClock,
  correctForClockStep,
  isValidInstant,
  doTimestampBoundsOverlap,
  computeClockStepMs,
} from './time/time.ts'
import { isTimeZone } from './time/time-zone.ts'
import { formatBitRate, formatWithThreeDigits } from './words/rates.ts'
import { formatCircuitPlace, formatSiteName, formatNewSiteState, parseLearnedSitePlaces } from './words/site-states.ts'

describe('the nesting of JSON', () => {
  const depthOf = (value: unknown): number =>
    typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0

  it('is that of the value, whatever its texts and names hold', () => {
    const text = fc.oneof(fc.string(), fc.constantFrom('{', '[[[', '"', '\\', '\\"', ']}'))
    const { any } = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 6 },
        text,
        fc.constant(null),
        fc.array(tie('any'), { maxLength: 3 }),
        fc.dictionary(text, tie('any'), { maxKeys: 3 }),
      ),
    }))
    fc.assert(
      fc.property(any, fc.nat({ max: 3 }), (value, indent) => {
        expect(measureJsonDepth(JSON.stringify(value, null, indent))).toBe(depthOf(value))
      }),
    )
  })

  it.each([
    ['', 0],
    ['"[{"', 0],
    ['[{}', 2],
    ['}}[', 0],
    ['"\\"[', 0],
  ])('of %j, which may be broken, is %i', (text, depth) => {
    expect(measureJsonDepth(text)).toBe(depth)
  })
})

it.each<[unknown, object]>([
  [{ tags: { owner: 'net' } }, { owner: 'net' }],
  [{ tags: null }, {}],
  [{ tags: 'net' }, {}],
  [{}, {}],
  [null, {}],
  ['tags', {}],
  [undefined, {}],
])('the tags of %j are %j', (config, tags) => {
  expect(getTags(config)).toEqual(tags)
})

describe('a budget', () => {
  it.each([
    ['arm.reads', null, 250, 10],
    ['arm.reads', 250, 250, 10],
    ['arm.reads', 251, 1_100, 44],
    ['arm.reads', 1_099, 1_100, 44],
    ['arm.reads', 1_101, 12_000, 3_600],
    ['arm.reads', 15_000, 15_000, 3_600],
    ['arm.writes', 200, 200, 20],
    ['arm.writes', 1_199, 1_200, 3_600],
    ['network.reads', 9_999, 10_000, 300],
    ['network.reads', 12_000, 12_000, 300],
    ['network.writes', null, 1_000, 300],
  ] as const)('%s with %s left has %i in %i s', (name, remaining, limit, windowSeconds) => {
    expect(findBudgetLimit(name, remaining)).toEqual({ limit, windowSeconds })
  })

  const bucket = (name: string, figures: object) => ({
    name,
    remaining: null,
    limit: null,
    windowSeconds: null,
    usedPercent: null,
    resetAt: null,
    ...figures,
  })
  const reported = (own: object, ...buckets: ReportedRequestBucket[]): RemainingArmRequests => ({
    remainingReads: null,
    remainingWrites: null,
    ...own,
    buckets,
  })

  it('of ARM is a bucket if Azure counts all identities together: a fifteenth of that count', () => {
    const all = bucket('subscription-global-writes', { remaining: 11_999 })
    const budget = reported({ remainingWrites: 799 }, all)
    expect(findBudgetLimit('arm.writes', 799, budget)).toEqual({ limit: 800, windowSeconds: 80 })
    expect(findRemainingRequests('arm.writes', budget)).toBe(799)
    expect(isCountedByHour('arm.writes', budget)).toBe(false)
    expect(isCountedByHour('arm.writes', reported({ remainingWrites: 799 }))).toBe(true)
    // other identities have used most of the bucket
    const others = bucket('subscription-global-reads', { remaining: 1_500 })
    expect(findRemainingRequests('arm.reads', reported({ remainingReads: 1_099 }, others))).toBe(100)
    expect(findSharedBudgetUse('arm.reads', reported({ remainingReads: 1_099 }, others))).toBeCloseTo(0.91, 2)
  })

  it('of the network provider follows its load in percent', () => {
    const level = bucket('network-read', { usedPercent: 97.5 })
    expect(findRemainingRequests('network.reads', reported({}, level))).toBe(250)
    expect(findRemainingRequests('network.reads', reported({ remainingNetworkReads: 90 }, level))).toBe(90)
    expect(findRemainingRequests('network.writes', reported({}, level))).toBeNull()
    expect(findSharedBudgetUse('network.reads', reported({}, level))).toBe(0.975)
  })

  it('is never smaller than the rest that Azure reports', () => {
    fc.assert(
      fc.property(fc.constantFrom(...budgetNames), fc.nat(), (name, remaining) => {
        expect(findBudgetLimit(name, remaining).limit).toBeGreaterThanOrEqual(remaining)
      }),
    )
  })

  it('is counted by region or by identity', () => {
    expect(budgetNames.filter(isRegionalBudget)).toEqual(['network.reads', 'network.writes'])
  })
})

describe('a path of the API', () => {
  it.each<[path: string, asked: string, found: object | null]>([
    ['/circuits', '/circuits', {}],
    ['/circuits', '/circuits/', null],
    ['/circuits/{id}', '/circuits/a%2Fb', { id: 'a%2Fb' }],
    ['/circuits/{id}', '/circuits/a/b', null],
    ['/circuits/{id}', '/circuits/', null],
    ['/circuits/{id}/usage', '/circuits/x/usage', { id: 'x' }],
    ['/a/{id}/b/{other}', '/a/1/b/2', { id: '1', other: '2' }],
    ['/openapi.json', '/openapi.json', {}],
    ['/openapi.json', '/openapiXjson', null],
  ])('%s matches %s: %j', (path, asked, found) => {
    const match = compilePathPattern(path).exec(asked)
    expect(match && { ...match.groups }).toEqual(found)
  })
})

it.each<[kind: string, found: string | null]>([
  ['slack', 'slack'],
  ['pagerduty', 'pagerduty'],
  ['Slack', null],
  ['email', null],
  ['constructor', null],
])('acknowledgements of %s come from %s', (kind, found) => {
  expect(parseInboundChannelKind(kind)).toBe(found)
})
it('the id of a channel is one segment of its path', () => {
  expect(buildInboundChannelPath('slack', 'a/b?c')).toBe('/api/v1/inbound/slack/a%2Fb%3Fc')
})

describe('an address that Peerwatch sends to', () => {
  it.each<[url: string, isSent: boolean, isSentInside: boolean]>([
    ['https://hooks.example.com/a?b', true, true],
    ['http://localhost:9093', true, true],
    ['http://127.0.0.1', true, true],
    ['http://[::1]:80/a', true, true],
    ['http://10.0.0.1', false, true],
    ['http://alerts.example.com', false, true],
    ['http://localhost.example.com', false, true],
    ['https://user:word@example.com', false, false],
    ['https://user@example.com', false, false],
    ['ftp://example.com', false, false],
    ['javascript:alert(1)', false, false],
    ['example.com', false, false],
    ['', false, false],
    [`https://example.com/${'x'.repeat(2_000)}`, false, false],
  ])('%s (sent: %s; inside: %s)', (url, isSent, isSentInside) => {
    expect(createOutgoingUrlSchema('enter a URL').safeParse(url).success).toBe(isSent)
    expect(createPrivateOutgoingUrlSchema('enter a URL').safeParse(url).success).toBe(isSentInside)
  })
})

it.each([
  ['Connected', 'connected'],
  ['INITIATED', 'initiated'],
  ['disconnected', 'disconnected'],
  ['Deleting', 'other'],
  [null, null],
])('the state %s of a peering is %s', (state, word) => {
  expect(getNetworkPeeringState(state)).toBe(word)
})
it.each([
  ['FullyInSync', false],
  ['fullyinsync', false],
  ['RemoteNotInSync', true],
  [null, false],
])('a peering of level %s is behind: %s', (level, isBehind) => {
  expect(isPeeringOutOfSync(level)).toBe(isBehind)
})

describe('instants', () => {
  it.each<[unknown, boolean]>([
    [0, true],
    [-1, false],
    [1.5, false],
    [Date.UTC(9999, 11, 31, 23, 59, 59, 999), true],
    [Date.UTC(10_000, 0, 1), false],
    [Number.NaN, false],
    ['0', false],
    [null, false],
  ])('%s is one: %s', (at, isOne) => {
    expect(isValidInstant(at)).toBe(isOne)
  })

  it('of two closed intervals are common exactly if a point is in both', () => {
    const bounds = fc.tuple(fc.nat({ max: 20 }), fc.nat({ max: 20 })).map(([a, b]) => ({
      earliest: Math.min(a, b),
      latest: Math.max(a, b),
    }))
    fc.assert(
      fc.property(bounds, bounds, (a, b) => {
        const points = Array.from({ length: 21 }, (_, at) => at)
        const isIn = (at: number) => [a, b].every(({ earliest, latest }) => earliest <= at && at <= latest)
        expect(doTimestampBoundsOverlap(a, b)).toBe(points.some(isIn))
        expect(doTimestampBoundsOverlap(b, a)).toBe(doTimestampBoundsOverlap(a, b))
      }),
    )
  })

  const clock = (bootedAt: number, machine = 'm'): PollMachineClock => ({ machine, bootedAt })
  it.each<[string, PollMachineClock | null, PollMachineClock | null, number]>([
    ['was set forward', clock(0), clock(5_000), 5_000],
    ['was set back', clock(5_000), clock(0), -5_000],
    ['was slewed', clock(0), clock(1_000), 0],
    ['is of another machine', clock(0), clock(5_000, 'n'), 0],
    ['was unknown', null, clock(5_000), 0],
    ['is unknown', clock(0), null, 0],
  ])('of a clock that %s', (_, before, now, stepMs) => {
    expect(computeClockStepMs(before, now)).toBe(stepMs)
    const dated = correctForClockStep({ startedAt: 100_000, clock: before ?? undefined }, now ?? undefined)
    expect(dated.startedAt).toBe(100_000 + stepMs)
    expect(dated.clock).toEqual((stepMs === 0 ? before : now) ?? undefined)
  })
})

it.each([
  ['Europe/London', true],
  ['UTC', true],
  ['utc', true],
  ['+01:00', false],
  ['Europe/Nowhere', false],
  ['', false],
  [' Europe/London', false],
])('%j is a time zone: %s', (name, isOne) => {
  expect(isTimeZone(name)).toBe(isOne)
})

describe('rates', () => {
  it.each([
    [0, '0 b/s'],
    [1.4, '1 b/s'],
    [999.4, '999 b/s'],
    [999.5, '1.00 kb/s'],
    [12_340, '12.3 kb/s'],
    [1e9, '1.00 Gb/s'],
    [999_499_999, '999 Mb/s'],
    [999_500_000, '1.00 Gb/s'],
    [5e15, '5000 Tb/s'],
  ])('%d is %s', (rate, words) => {
    expect(formatBitRate(rate)).toBe(words)
  })

  it('are written with a relative error of at most half a percent', () => {
    const unitOf = { 'b/s': 1, 'kb/s': 1e3, 'Mb/s': 1e6, 'Gb/s': 1e9, 'Tb/s': 1e12 }
    fc.assert(
      fc.property(fc.double({ min: 1_000, max: 1e15, noNaN: true }), (rate) => {
        const [value = '', unit = ''] = formatBitRate(rate).split(' ')
        const read = Number(value) * unitOf[unit as keyof typeof unitOf]
        expect(Math.abs(read - rate) / rate).toBeLessThanOrEqual(0.006)
      }),
    )
  })

  it.each([
    [0.456, '0.46'],
    [1.005, '1.00'],
    [12.34, '12.3'],
    [123.4, '123'],
  ])('of %d three digits are %s', (value, words) => {
    expect(formatWithThreeDigits(value)).toBe(words)
  })
})

it.each([
  ['London', 'London'],
  ['learned: London / Equinix', 'London (via Equinix)'],
  ['learned: London / Equinix (IPv6)', 'London (via Equinix) (IPv6)'],
  ['learned: London / Equinix + Paris / Orange', 'London (via Equinix) + Paris (via Orange)'],
  ['learned: AS 65001', 'AS 65001'],
])('the site %s is called %s', (name, label) => {
  expect(formatSiteName(name)).toBe(label)
})
it('finds the places of home circuits in the names of learned sites', () => {
  const places = [
    formatCircuitPlace({ name: 'ckt', provider: 'Equinix', location: 'London' }),
    formatCircuitPlace({ name: 'port', provider: null, location: null }),
  ]
  expect(parseLearnedSitePlaces('learned: London / Equinix + port (IPv6)')).toEqual(places)
  expect(parseLearnedSitePlaces('London / Equinix')).toEqual([])
})
it.each<[flags: string[], name: string | null]>([
  [['to:on_backup'], 'on backup'],
  [['to:unreachable', 'x'], 'not reached'],
  [['to:constructor'], null],
  [[], null],
])('a site with the flags %j is %s', (flags, name) => {
  expect(formatNewSiteState(flags)).toBe(name)
})
