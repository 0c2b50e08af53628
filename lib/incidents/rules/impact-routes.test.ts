import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { doesPrefixContainAddress, parsePrefix, type IpPrefix, findSystemRoute } from '#lib/bgp/index.ts'
import {
  clipTimeByLosses,
  type PrefixUnreachableTime,
  type PrefixRouteEffect,
  type RouteEffectKind,
  findRouteEffects,
  findPrefixesWithFewerPaths,
  routeEffectKinds,
  countRouteImpact,
  type RouteRowWithObservedTime,
} from './impact-routes.ts'

const [BEFORE, AFTER] = [100, 200]

const route = (prefix: string, fields: Partial<RouteRowWithObservedTime> = {}): RouteRowWithObservedTime => ({
  scope: 'g1',
  resourceId: '/g1',
  gateway: 'g1',
  possible: [],
  transport: 'er',
  circuit: 'c1',
  path: 'primary',
  connectionWeight: 0,
  prefix,
  nextHop: '10.0.4.4',
  peer: '10.0.4.4',
  instance: '10.0.4.12',
  origin: 'EBgp',
  asPath: [12076, 65001],
  weight: 32769,
  localPref: null,
  from: Number.NEGATIVE_INFINITY,
  until: Number.POSITIVE_INFINITY,
  absentUntil: fields.from ?? Number.NEGATIVE_INFINITY,
  seenUntil: fields.until ?? Number.POSITIVE_INFINITY,
  isOwnSpace: false,
  isAnothers: false,
  ...fields,
})
const SECONDARY = { peer: '10.0.4.5', nextHop: '10.0.4.5', path: 'secondary' } as const
const OTHER = { peer: '10.0.4.8', nextHop: '10.0.4.8', circuit: 'c2' } as const
const GONE = { until: AFTER }
const NEW = { from: AFTER }

/** Returns the worst effect of each prefix. */
const worstOf = (found: readonly PrefixRouteEffect[]): PrefixRouteEffect[] => {
  const rank = ({ kind }: PrefixRouteEffect) => routeEffectKinds.indexOf(kind)
  const byPrefix = Map.groupBy(found, ({ prefix }) => prefix)
  return [...byPrefix.values()].flatMap((all) => all.toSorted((a, b) => rank(a) - rank(b)).slice(0, 1))
}

const effects = (routes: RouteRowWithObservedTime[], isOver = false, to = 300) =>
  worstOf(findRouteEffects({ preference: 'expressRoute', routes }, { from: BEFORE, to, isOver })).map(
    ({ prefix, kind, destination }) => [prefix, kind, ...(destination ? [destination] : [])].join(' '),
  )

describe('the effect of a change on a table', () => {
  it('is that 8 of 10 prefixes are lost which a circuit without a second one withdraws', () => {
    const prefixes = Array.from({ length: 10 }, (_, n) => `10.88.${n}.0/24`)
    const rows = prefixes.flatMap((prefix, n) => {
      const time = n < 8 ? GONE : {}
      return [route(prefix, time), route(prefix, { ...SECONDARY, ...time })]
    })
    expect(effects(rows)).toEqual(prefixes.slice(0, 8).map((prefix) => `${prefix} lost`))
  })

  it('counts a prefix that was on one path, and then on none, as lost and not as moved', () => {
    const rows = [route('10.1.0.0/16', { until: 150 }), route('10.1.0.0/16', { ...SECONDARY, until: 180 })]
    expect(effects(rows, false, 160)).toEqual(['10.1.0.0/16 reduced one_path'])
    expect(effects(rows)).toEqual(['10.1.0.0/16 lost'])
    expect(effects(rows, true)).toEqual(['10.1.0.0/16 lost'])
  })

  it('is the worst of all moments once it is over, and of now while it goes on', () => {
    const rows = [route('10.1.0.0/16', { until: 150 }), route('10.1.0.0/16', { from: 180 })]
    expect(effects(rows, true)).toEqual(['10.1.0.0/16 lost'])
    expect(effects(rows, false)).toEqual([])
  })

  it('is that a more specific prefix took traffic to another circuit', () => {
    const rows = [route('10.10.0.0/16'), route('10.10.5.0/24', { ...OTHER, ...NEW })]
    expect(effects(rows)).toEqual(['10.10.5.0/24 moved circuit'])
  })

  it.each<[string, RouteRowWithObservedTime[], string[]]>([
    ['covered by a shorter prefix', [route('10.1.1.0/24', GONE), route('10.1.0.0/16')], ['10.1.1.0/24 covered']],
    ['left to a default route', [route('10.1.1.0/24', GONE), route('0.0.0.0/0', OTHER)], ['10.1.1.0/24 default_only']],
    ['left to the Internet', [route('198.51.100.0/24', GONE)], ['198.51.100.0/24 internet']],
    ['lost in IPv6', [route('fd00:1::/32', GONE), route('10.1.0.0/16')], ['fd00:1::/32 lost']],
    [
      'moved to the other path',
      [route('10.1.0.0/16', GONE), route('10.1.0.0/16', { ...SECONDARY, ...NEW })],
      ['10.1.0.0/16 moved path'],
    ],
    [
      'moved to a VPN',
      [route('10.1.0.0/16', GONE), route('10.1.0.0/16', { ...OTHER, transport: 'vpn', circuit: null })],
      ['10.1.0.0/16 moved transport'],
    ],
    [
      'not affected by a route that was not used',
      [route('10.1.0.0/16'), route('10.1.0.0/16', { ...OTHER, asPath: [12076, 1, 1, 1], ...GONE })],
      [],
    ],
    [
      'not affected if longer prefixes take all of it',
      [route('10.0.0.0/15', GONE), route('10.0.0.0/16'), route('10.1.0.0/16')],
      [],
    ],
    ['not affected by a new prefix that no route covered', [route('10.1.0.0/16', NEW)], []],
    [
      'not affected in the network’s own space',
      [route('10.1.0.0/16', { isOwnSpace: true }), route('10.1.1.0/24', GONE)],
      [],
    ],
  ])('%s', (_, rows, expected) => {
    expect(effects(rows)).toEqual(expected)
  })

  it('of a more specific prefix is not due to a covering route that ended at the same time', () => {
    const rows = [
      route('10.10.0.0/16', GONE),
      route('10.10.0.0/16', SECONDARY),
      route('10.10.5.0/24', { ...OTHER, ...NEW }),
    ]
    const found = findRouteEffects(
      { preference: 'expressRoute', routes: rows },
      { from: BEFORE, to: 300, isOver: true },
    )
    const ofOther = countRouteImpact(found, ({ circuit }) => circuit === 'c2', true)
    const moved = [{ kind: 'moved', destination: 'circuit', isCertain: true, count: 1 }]
    expect(ofOther.effects).toEqual(moved)
    const ofNeither = () => false
    expect(countRouteImpact(found, ofNeither, true).effects).toEqual([])
    // an incident about a site counts traffic that left the site's circuit
    expect(countRouteImpact(found, ofNeither, true, ({ circuit }) => circuit === 'c1').effects).toEqual(moved)
  })

  it('belongs to a circuit even if another circuit had the same or a worse effect at another moment', () => {
    const rows = [
      route('10.1.0.0/16', { until: 130 }),
      route('10.1.0.0/16', { from: 150 }),
      route('10.1.0.0/16', { ...OTHER, until: 180 }),
      route('10.1.0.0/16', { ...OTHER, from: 200 }),
    ]
    const found = findRouteEffects(
      { preference: 'expressRoute', routes: rows },
      { from: BEFORE, to: 300, isOver: true },
    )
    const countsOf = (own: string) => countRouteImpact(found, ({ circuit }) => circuit === own, true).effects
    expect(countsOf('c1')).toEqual([{ kind: 'reduced', destination: 'one_path', isCertain: true, count: 1 }])
    expect(countsOf('c2')).toEqual([{ kind: 'reduced', destination: 'one_path', isCertain: true, count: 1 }])
  })

  it('counts the end of a route to which another fault moved the prefix within the bounds of the start', () => {
    const prefix = '10.40.0.0/16'
    const backup = { ...OTHER, asPath: [12076, 65001, 65001, 65001] }
    const second = { ...backup, peer: '10.0.4.9', nextHop: '10.0.4.9' }
    const rows = [route(prefix, { until: 150 }), route(prefix, backup), route(prefix, { ...second, until: AFTER })]
    const ofSecond = (startedBy: number, isOver: boolean) =>
      countRouteImpact(
        findRouteEffects({ preference: 'expressRoute', routes: rows }, { from: BEFORE, startedBy, to: 300, isOver }),
        ({ peer }) => peer === second.peer,
        true,
      ).effects
    for (const isOver of [true, false]) {
      expect(ofSecond(160, isOver)).toMatchObject([{ kind: 'reduced', count: 1, isCertain: true }])
      // the prefix was moved certainly after the start, by the other fault
      expect(ofSecond(140, isOver)).toEqual([])
    }
  })

  it.each([true, false])(
    'counts a route as possibly used that ended between the same polls as a better one (%s)',
    (isOver) => {
      const ends = { seenUntil: BEFORE, until: AFTER }
      const longer = (hops: number, fields: Partial<RouteRowWithObservedTime>) => ({
        ...fields,
        asPath: [12076, ...Array.from({ length: hops }, () => 65001)],
      })
      const rest = longer(4, { peer: '10.0.4.9', nextHop: '10.0.4.9', circuit: 'c3' })
      const rows = [
        route('10.1.0.0/16', ends),
        route('10.1.0.0/16', longer(2, { ...OTHER, ...ends })),
        route('10.1.0.0/16', rest),
        route('10.2.0.0/16', longer(2, ends)),
        route('10.2.0.0/16', { ...OTHER, ...ends }),
        route('10.2.0.0/16', rest),
        // the remaining route is better than the spare one
        route('10.3.0.0/16', ends),
        route('10.3.0.0/16', longer(5, { ...OTHER, ...ends })),
        route('10.3.0.0/16', rest),
        // the best route remains
        route('10.4.0.0/16'),
        route('10.4.0.0/16', longer(2, { ...OTHER, ...ends })),
        route('10.4.0.0/16', rest),
      ]
      const countsOf = (own: string, startedBy: number) => {
        const period = { from: BEFORE, startedBy, to: 300, isOver }
        const found = findRouteEffects({ preference: 'expressRoute', routes: rows }, period)
        return countRouteImpact(found, ({ circuit }) => circuit === own, true).effects
      }
      const [certain, possible] = [true, false].map((isCertain) => ({
        kind: 'moved',
        destination: 'circuit',
        isCertain,
      }))
      expect(countsOf('c2', 160)).toEqual([
        { ...possible, count: 1 },
        { ...certain, count: 1 },
      ])
      expect(countsOf('c1', 160)).toEqual([
        { ...certain, count: 2 },
        { ...possible, count: 1 },
      ])
      // the better route was still seen after the start of the incident
      expect(countsOf('c2', BEFORE)).toEqual([{ ...certain, count: 1 }])
    },
  )

  it.each<[string, number, boolean, string[]]>([
    ['before the latest possible start', 105, false, ['10.9.0.0/16 lost']],
    ['after it', 150, false, []],
    ['with the incident that announced it', 105, true, []],
  ])('is the loss of a prefix that came back %s', (_, from, isAnnouncement, found) => {
    const routes = [route('10.9.0.0/16', { from, until: AFTER })]
    const period = { from: BEFORE, startedBy: 120, to: 300, isOver: true, isAnnouncement }
    const all = findRouteEffects({ preference: 'expressRoute', routes }, period)
    expect(all.map(({ prefix, kind }) => `${prefix} ${kind}`)).toEqual(found)
    expect(all.map(({ absences }) => absences.length)).toEqual(found.map(() => 1))
  })

  it('does not count a return to a route that was lost within the bounds of the start', () => {
    const rows = [
      route('10.1.0.0/16', { until: 150 }),
      route('10.1.0.0/16', { ...OTHER, asPath: [12076, 1, 1, 1] }),
      route('10.1.0.0/16', { from: AFTER }),
    ]
    const period = { from: BEFORE, startedBy: 160, to: 300, isOver: false }
    expect(findRouteEffects({ preference: 'expressRoute', routes: rows }, period)).toEqual([])
  })

  it.each([true, false])(
    'does not count the end of a more specific prefix that came with the incident (%s)',
    (isOver) => {
      const specific = { ...OTHER, from: 150, until: AFTER }
      const rows = [route('10.1.0.0/16'), route('10.1.5.0/24', specific)]
      const period = { from: BEFORE, startedBy: 160, to: 300, isOver }
      const effects = findRouteEffects({ preference: 'expressRoute', routes: rows }, period)
      expect(effects.map(({ kind, because }) => [kind, because.map(({ prefix }) => prefix)])).toEqual(
        isOver ? [['moved', ['10.1.5.0/24']]] : [],
      )
    },
  )

  it('belongs to each circuit of which a cut off prefix lost a route, also one that carried nothing', () => {
    const spare = { ...OTHER, asPath: [12076, 65001, 65001] }
    const countsOf = (own: string, rows: RouteRowWithObservedTime[]) => {
      const period = { from: BEFORE, to: 300, isOver: true }
      const found = findRouteEffects({ preference: 'expressRoute', routes: rows }, period)
      return countRouteImpact(found, ({ circuit }) => circuit === own, true).effects
    }
    const both = [route('10.1.0.0/16', GONE), route('10.1.0.0/16', { ...spare, ...GONE })]
    const lost = [{ kind: 'lost', destination: null, isCertain: true, count: 1 }]
    expect(countsOf('c1', both)).toEqual(lost)
    expect(countsOf('c2', both)).toEqual(lost)
    const onlySpare = [route('10.1.0.0/16'), route('10.1.0.0/16', { ...spare, ...GONE })]
    expect(countsOf('c2', onlySpare)).toEqual([])
  })

  it('names no destination that belongs to another customer', () => {
    const rows = [route('10.1.0.0/16', GONE), route('10.1.0.0/16', { ...OTHER, ...NEW, isAnothers: true })]
    expect(effects(rows)).toEqual(['10.1.0.0/16 moved another'])
  })
})

describe('effects of several tables', () => {
  const effect = (prefix: string, kind: RouteEffectKind, because: RouteRowWithObservedTime): PrefixRouteEffect => ({
    prefix,
    kind,
    destination: null,
    because: [because],
    drawnFrom: [],
    absences: [],
  })
  const onFirst = ({ circuit }: RouteRowWithObservedTime) => (circuit === null ? null : circuit === 'c1')

  it('count a prefix once, by its worst', () => {
    const found = [effect('10.1.0.0/16', 'reduced', route('')), effect('10.1.0.0/16', 'lost', route(''))]
    expect(countRouteImpact(found, onFirst, true).effects).toEqual([
      { kind: 'lost', destination: null, isCertain: true, count: 1 },
    ])
  })

  it('leave out what other circuits lost, and are uncertain of a neighbor that no circuit is known of', () => {
    const found = [
      effect('10.1.0.0/16', 'lost', route('', { circuit: 'c2' })),
      effect('10.2.0.0/16', 'lost', route('', { circuit: null })),
      effect('10.3.0.0/16', 'lost', route('', { isAnothers: true })),
    ]
    expect(countRouteImpact(found, onFirst, true).effects).toEqual([
      { kind: 'lost', destination: null, isCertain: false, count: 1 },
    ])
  })
})

// --- compared with a calculation for each address, with tables of a /28 and a default route

const row = fc
  .record({
    length: fc.constantFrom(0, 28, 29, 30, 31, 32),
    offset: fc.nat(15),
    peer: fc.constantFrom('a', 'b', 'c'),
    long: fc.boolean(),
    life: fc.constantFrom('stays', 'goes', 'comes'),
    own: fc.nat(9),
  })
  .map(({ length, offset, peer, long, life, own }) => {
    const address = length === 0 ? 0 : offset & (0xf << (32 - length)) & 0xf
    const prefix = length === 0 ? '0.0.0.0/0' : `10.0.0.${address}/${length}`
    const time = life === 'goes' ? GONE : life === 'comes' ? NEW : {}
    return route(prefix, {
      ...time,
      peer,
      nextHop: peer,
      asPath: long ? [12076, 65001, 65001] : [12076, 65001],
      isOwnSpace: own === 0 && length > 0 && life === 'stays',
    })
  })

const parsed = (text: string): IpPrefix => parsePrefix(text) ?? { family: 4, bits: 0n, length: 0 }

/** Returns the rows that forward an address: the longest prefix with the shortest AS path. */
function taken(rows: readonly RouteRowWithObservedTime[], value: bigint) {
  const covering = rows.filter(({ prefix }) => doesPrefixContainAddress(parsed(prefix), { family: 4, value }))
  const length = Math.max(-1, ...covering.map(({ prefix }) => parsed(prefix).length))
  const longest = covering.filter(({ prefix }) => parsed(prefix).length === length)
  const shortest = Math.min(...longest.map(({ asPath }) => asPath.length))
  return { length, peers: new Set(longest.filter(({ asPath }) => asPath.length === shortest).map(({ peer }) => peer)) }
}

function fate(
  before: readonly RouteRowWithObservedTime[],
  after: readonly RouteRowWithObservedTime[],
  value: bigint,
): RouteEffectKind | null {
  const [was, is] = [taken(before, value), taken(after, value)]
  if (was.length < 0) return null
  if (is.length < 0) return findSystemRoute({ family: 4, value }) === 'internet' ? 'internet' : 'lost'
  if (is.length < was.length) return is.length === 0 ? 'default_only' : 'covered'
  if ([...is.peers].some((peer) => !was.peers.has(peer))) return 'moved'
  return is.peers.size < was.peers.size ? 'reduced' : null
}

it('has the same effects as a calculation address by address', () => {
  fc.assert(
    fc.property(fc.array(row, { maxLength: 14 }), (rows) => {
      const learned = rows.filter(({ isOwnSpace }) => !isOwnSpace)
      const before = learned.filter(({ from }) => from < AFTER)
      const after = learned.filter(({ until }) => until > AFTER)
      const expected = new Map<string, RouteEffectKind>()
      // only the default route covers the one address outside the /28
      for (const value of [...Array(16).keys()].map((n) => 0x0a000000n + BigInt(n)).concat(0x0b000000n)) {
        const covering = rows.filter(({ prefix }) => doesPrefixContainAddress(parsed(prefix), { family: 4, value }))
        if (covering.some(({ isOwnSpace }) => isOwnSpace)) continue
        const own = covering.toSorted((a, b) => parsed(b.prefix).length - parsed(a.prefix).length)[0]
        // if the table covers 0.0.0.0 to 255.255.255.255, the default route is evaluated by its first address
        const kind = fate(before, after, own?.prefix === '0.0.0.0/0' ? 0n : value)
        if (own && kind) expected.set(own.prefix, kind)
      }
      const found = findRouteEffects(
        { preference: 'expressRoute', routes: rows },
        { from: BEFORE, to: 300, isOver: false },
      )
      expect(new Map(found.map(({ prefix, kind }) => [prefix, kind]))).toEqual(expected)
    }),
    { numRuns: 1_000 },
  )
})

const timed = fc
  .tuple(row, fc.integer({ min: 90, max: 320 }), fc.integer({ min: 90, max: 320 }), fc.nat(9), fc.nat(9))
  .map(([one, a, b, before, after]) => {
    const [from, until] = [Math.min(a, b), Math.max(a, b) + 1]
    const seenUntil = Math.max(from, until - after)
    return { ...one, from, until, absentUntil: from - before, seenUntil, isOwnSpace: false }
  })

it('once over is the worst of what each moment shows alone', () => {
  fc.assert(
    fc.property(fc.array(timed, { maxLength: 10 }), (rows) => {
      const table = { preference: 'expressRoute', routes: rows } as const
      const worst = new Map<string, number>()
      for (let at = BEFORE + 1; at <= 300; at += 1) {
        for (const { prefix, kind } of findRouteEffects(table, { from: BEFORE, to: at, isOver: false })) {
          const rank = routeEffectKinds.indexOf(kind)
          worst.set(prefix, Math.min(rank, worst.get(prefix) ?? rank))
        }
      }
      const found = worstOf(findRouteEffects(table, { from: BEFORE, to: 300, isOver: true }))
      expect(new Map(found.map(({ prefix, kind }) => [prefix, routeEffectKinds.indexOf(kind)]))).toEqual(worst)
    }),
    { numRuns: 100 },
  )
})

it('has no more than a default route in exactly the times in which each moment shows none', () => {
  fc.assert(
    fc.property(fc.array(timed, { maxLength: 10 }), (rows) => {
      const table = { preference: 'expressRoute', routes: rows } as const
      const absent = ({ kind }: PrefixRouteEffect) => ['lost', 'internet', 'default_only'].includes(kind)
      const found = worstOf(findRouteEffects(table, { from: BEFORE, to: 300, isOver: true }))
      for (let at = BEFORE + 1; at <= 300; at += 1) {
        const now = findRouteEffects(table, { from: BEFORE, to: at, isOver: false }).filter(absent)
        const isWithin = ({ started, ended }: PrefixUnreachableTime) =>
          started.latest <= at && at < (ended?.latest ?? 301)
        const within = found.filter(({ absences }) => absences.some(isWithin))
        expect(within.map(({ prefix }) => prefix)).toEqual(now.map(({ prefix }) => prefix))
      }
      for (const { started, ended } of found.flatMap(({ absences }) => absences)) {
        expect(started.earliest).toBeLessThanOrEqual(started.latest)
        if (ended) expect(ended.earliest).toBeLessThanOrEqual(ended.latest)
        if (ended) expect(started.latest).toBeLessThanOrEqual(ended.earliest)
      }
    }),
    { numRuns: 60 },
  )
})

const bounds = fc
  .tuple(fc.integer({ min: 90, max: 320 }), fc.nat(9))
  .map(([latest, before]) => ({ earliest: latest - before, latest }))
const loss = fc
  .tuple(bounds, fc.option(bounds))
  .filter(([started, ended]) => ended === null || ended.earliest >= started.latest)
  .map(([started, ended]) => ({ started, ended }))

it('leaves a row of a gateway instance out exactly while the instance is lost', () => {
  fc.assert(
    fc.property(timed, fc.array(loss, { maxLength: 4 }), (row, losses) => {
      const parts = clipTimeByLosses(row, losses)
      for (let at = 80; at <= 340; at += 1) {
        const isLost = losses.some(({ started, ended }) => started.latest <= at && at < (ended?.latest ?? Infinity))
        const isThere = parts.filter(({ from, until }) => from <= at && at < until).length
        expect(isThere).toBe(row.from <= at && at < row.until && !isLost ? 1 : 0)
      }
    }),
  )
})

it('follows a prefix that is lost at the end until its first return, and counts the same effects', () => {
  fc.assert(
    fc.property(fc.array(timed, { maxLength: 10 }), fc.integer({ min: 101, max: 250 }), (rows, to) => {
      const table = { preference: 'expressRoute', routes: rows } as const
      const period = { from: BEFORE, to, isOver: true }
      const plain = findRouteEffects(table, period)
      const followed = findRouteEffects(table, { ...period, followedTo: 300 })
      const countsOf = (found: PrefixRouteEffect[]) => found.map(({ absences: _, ...effect }) => effect)
      expect(countsOf(followed)).toEqual(countsOf(plain))
      const whole = worstOf(findRouteEffects(table, { ...period, to: 300 }))
      for (const [n, { prefix, absences }] of followed.entries()) {
        const before = plain[n]?.absences ?? []
        const all = whole.find((one) => one.prefix === prefix)?.absences ?? []
        expect(absences).toEqual(before.at(-1)?.ended === null ? all.slice(0, absences.length) : before)
        expect(absences).toHaveLength(before.length)
      }
    }),
    { numRuns: 300 },
  )
})

it('names the times without a route of as many prefixes as it counts', () => {
  fc.assert(
    fc.property(fc.array(timed, { maxLength: 12 }), fc.array(timed, { maxLength: 12 }), (first, second) => {
      const found = [first, second].flatMap((routes) =>
        findRouteEffects({ preference: 'expressRoute', routes }, { from: BEFORE, to: 300, isOver: true }),
      )
      const { effects: counted, absences } = countRouteImpact(found, () => true, true)
      const lost = counted.filter(({ kind }) => ['lost', 'internet', 'default_only'].includes(kind))
      const count = lost.reduce((sum, one) => sum + one.count, 0)
      expect(new Set(absences.flatMap(({ prefixes }) => prefixes)).size).toBe(count)
    }),
    { numRuns: 300 },
  )
})

describe('the paths that a prefix has left', () => {
  const left = (...routes: RouteRowWithObservedTime[]) =>
    findPrefixesWithFewerPaths({ preference: 'expressRoute', routes }, { from: BEFORE, to: 300 }).map(
      (one) => `${one.prefix} ${one.left}`,
    )
  const one = '10.1.0.0/16'

  it('are counted for prefixes that lost a path, also one that carried nothing', () => {
    const longer = { ...OTHER, asPath: [12076, 65001, 65001], ...GONE }
    expect(left(route(one), route(one, SECONDARY), route(one, longer), route('10.2.0.0/16'))).toEqual([`${one} 2`])
  })

  it('count a neighbor once for several gateway instances, and rows that one instance passed on', () => {
    const otherInstance = { instance: '10.0.4.13' }
    const passedOn = { instance: '10.0.4.13', peer: '10.0.4.12', origin: 'IBgp', path: 'primary' } as const
    const rows = [route(one), route(one, otherInstance), route(one, passedOn), route(one, { ...SECONDARY, ...GONE })]
    expect(left(...rows)).toEqual([`${one} 1`])
  })

  it('are none if the prefix is gone', () => expect(left(route(one, GONE))).toEqual([`${one} 0`]))

  it('are not counted for a prefix that lost only the copy of one instance', () =>
    expect(left(route(one), route(one, { instance: '10.0.4.13', ...GONE }))).toEqual([]))
})
