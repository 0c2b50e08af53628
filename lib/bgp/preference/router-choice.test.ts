import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ReportedPreference, chooseRouterRoutes } from './router-choice.ts'

const MSEE = 12_076
const preference = (fields: Partial<ReportedPreference> = {}): ReportedPreference => ({
  localPref: 100,
  asPath: [MSEE, 65_515],
  neighborAsn: MSEE,
  origin: 'igp',
  med: null,
  ...fields,
})

const same = (one: ReportedPreference) => one

describe('what a router takes of two routes to one prefix', () => {
  const long = [MSEE, 65_515, 65_515]
  it.each<[string, Partial<ReportedPreference>, Partial<ReportedPreference>, string]>([
    [
      'the higher local preference, before all else',
      { localPref: 200, asPath: long, med: 9 },
      { localPref: 150 },
      'local_preference',
    ],
    ['the shorter AS path', { med: 9, origin: 'incomplete' }, { asPath: long }, 'as_path'],
    [
      'a set, which counts 1, before two more ASNs',
      { asPath: [MSEE, 65_001, 65_002, 65_003], asPathText: `${MSEE} {65001,65002,65003}`, med: 9 },
      { asPath: long },
      'as_path',
    ],
    ['origin IGP before EGP', { med: 9 }, { origin: 'egp' }, 'origin'],
    ['origin EGP before incomplete', { origin: 'egp' }, { origin: 'incomplete' }, 'origin'],
    ['the lower MED', { med: 10 }, { med: 20 }, 'med'],
    ['no MED, which is the lowest', {}, { med: 1 }, 'med'],
  ])('%s', (_, better, worse, by) => {
    const [ahead, behind] = [preference(better), preference(worse)]
    const choice = { best: [ahead], parted: { by, from: [behind] } }
    expect(chooseRouterRoutes([ahead, behind], same)).toEqual(choice)
    expect(chooseRouterRoutes([behind, ahead], same)).toEqual(choice)
  })

  it.each<[string, Partial<ReportedPreference>, Partial<ReportedPreference>]>([
    ['equal in everything', {}, {}],
    ['MED of two neighboring ASs', { med: 1 }, { med: 20, neighborAsn: 65_515 }],
    ['an origin that is not known', { origin: null }, { origin: 'igp' }],
  ])('both: %s', (_, one, other) => {
    const routes = [preference(one), preference(other)]
    expect(chooseRouterRoutes(routes, same)).toEqual({ best: routes, parted: null })
  })

  it('nothing of nothing', () => expect(chooseRouterRoutes([], same)).toEqual({ best: [], parted: null }))
})

const any = fc.record({
  localPref: fc.constantFrom(0, 100, 200),
  asPath: fc.array(fc.constantFrom(MSEE, 65_515), { maxLength: 3 }),
  neighborAsn: fc.constantFrom(MSEE, 65_515),
  origin: fc.constantFrom('igp' as const, 'egp' as const, 'incomplete' as const),
  med: fc.constantFrom(null, 0, 10, 20),
})
const routes = fc.array(any, { minLength: 1, maxLength: 8 })

const codeOf = ({ origin }: ReportedPreference) => (origin === 'igp' ? 0 : origin === 'egp' ? 1 : 2)

/**
 * Applies RFC 4271 section 9.1.2.2 literally: each step removes every route that is worse than another remaining route.
 */
function byTheBook(all: readonly ReportedPreference[]): readonly ReportedPreference[] {
  const worse: ((one: ReportedPreference, other: ReportedPreference) => boolean)[] = [
    (one, other) => one.localPref < other.localPref,
    (one, other) => one.asPath.length > other.asPath.length,
    (one, other) => codeOf(one) > codeOf(other),
    (one, other) => one.neighborAsn === other.neighborAsn && (one.med ?? 0) > (other.med ?? 0),
  ]
  return worse.reduce((left, isWorse) => left.filter((one) => !left.some((other) => isWorse(one, other))), all)
}

describe('laws', () => {
  it('what is taken is what RFC 4271 takes, route against route', () => {
    fc.assert(
      fc.property(routes, (all) => {
        expect(chooseRouterRoutes(all, same).best).toEqual(byTheBook(all))
      }),
    )
  })

  it('something is always taken, and the order of the routes decides nothing', () => {
    fc.assert(
      fc.property(routes, (all) => {
        const { best } = chooseRouterRoutes(all, same)
        expect(best.length).toBeGreaterThan(0)
        expect(new Set(chooseRouterRoutes(all.toReversed(), same).best)).toEqual(new Set(best))
      }),
    )
  })

  it('a higher local preference never makes a route worse, a longer AS path never better', () => {
    fc.assert(
      fc.property(routes, fc.nat(), fc.nat({ max: 300 }), (all, at, more) => {
        const index = at % all.length
        const set = (change: (one: ReportedPreference) => Partial<ReportedPreference>) =>
          all.map((one, n) => (n === index ? { ...one, ...change(one) } : one))
        const isTaken = (of: readonly ReportedPreference[]) =>
          chooseRouterRoutes(of, same).best.includes(of[index] ?? preference())
        if (isTaken(all)) expect(isTaken(set(({ localPref }) => ({ localPref: localPref + more })))).toBe(true)
        else expect(isTaken(set(({ asPath }) => ({ asPath: [...asPath, MSEE] })))).toBe(false)
      }),
    )
  })
})
