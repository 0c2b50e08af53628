import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CandidateRoute, RankedCandidate, RoutingPreference, RouteTransport } from './candidate.ts'
import { findBestCandidates, isNetworkSpaceRoute, rankCandidates, rankMseeRoutes } from './index.ts'
import { createTestCandidate } from './testing.ts'

const anyCandidate = (weights: (number | null)[], origins: (string | null)[]) =>
  fc
    .record({
      scope: fc.constantFrom('gw-a', 'gw-b'),
      transport: fc.constantFrom<RouteTransport>('er', 'vpn', 'nva', 'unknown'),
      connectionWeight: fc.constantFrom(null, 0, 10, 100),
      prefix: fc.constantFrom('0.0.0.0/0', '10.0.0.0/8', '10.20.0.0/16'),
      peer: fc.constantFrom('10.0.4.4', '10.0.4.5'),
      asPath: fc.array(fc.constantFrom(12076, 65001), { maxLength: 3 }),
      weight: fc.constantFrom(...weights),
      localPref: fc.constantFrom(null, 100, 200),
      origin: fc.constantFrom(...origins),
      nextHop: fc.constantFrom(null, '10.0.4.4'),
    })
    .map(createTestCandidate)

const gatewayLabels = [null, 'EBgp', 'IBgp', 'Network']
const loose = fc.array(anyCandidate([null, 0, 32768, 32769], [...gatewayLabels, 'i', '?']), { maxLength: 12 })
/** All values are known, so no rule depends on the other rows in the list. */
const complete = fc.array(anyCandidate([0, 32768, 32769], gatewayLabels), { maxLength: 12 })
const preferences: RoutingPreference[] = ['expressRoute', 'vpn', 'asPath']

const viewpoints: { name: string; rank: (rows: readonly CandidateRoute[]) => RankedCandidate<CandidateRoute>[] }[] = [
  ...preferences.map((preference) => ({
    name: `gateway, ${preference}`,
    rank: (rows: readonly CandidateRoute[]) => rankCandidates(rows, { preference }),
  })),
  { name: 'MSEE', rank: rankMseeRoutes },
]

/** Returns the specification as one tuple, compared element by element, lower first. */
function tuple(c: CandidateRoute, preference: RoutingPreference): number[] {
  const known = preference === 'vpn' ? { er: 1, vpn: 0, nva: 0 } : { er: 0, vpn: 1, nva: 1 }
  const transport = c.transport === 'unknown' ? 2 : known[c.transport]
  const length = -Number(c.prefix.split('/')[1])
  const own = c.origin === 'Network' && c.nextHop === null ? 0 : 1
  const connection = -(c.connectionWeight ?? 0)
  const path = c.asPath.length
  const row = -(c.weight ?? 0)
  return preference === 'asPath'
    ? [own, length, path, transport, connection, row]
    : [own, length, transport, connection, path, row]
}

function compare(a: number[], b: number[]): number {
  for (const [i, value] of a.entries()) {
    const difference = value - (b[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

describe.each(viewpoints)('laws of ranking: $name', ({ rank }) => {
  it('the order of the input is no argument', () => {
    const shuffled = loose.chain((rows) =>
      fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length })),
    )
    fc.assert(
      fc.property(shuffled, ([rows, again]) => {
        expect(rank(again)).toEqual(rank(rows))
      }),
    )
  })

  it('every candidate gets a rank; ranks rise by one from 1, and none is skipped', () => {
    fc.assert(
      fc.property(loose, (rows) => {
        const ranked = rank(rows)
        expect(ranked.length).toBe(rows.length)
        let last = 0
        for (const row of ranked) {
          expect([last, last + 1]).toContain(row.rank)
          expect(row.rank).toBeGreaterThan(0)
          expect(row.reason).not.toBe('')
          last = row.rank
        }
      }),
    )
  })

  it('a tie is named as one, and only a tie', () => {
    fc.assert(
      fc.property(loose, (rows) => {
        const ranked = rank(rows)
        for (const row of ranked) {
          const equals = ranked.filter((other) => other.rank === row.rank).length
          expect(/equal to rank|ECMP with/.test(row.reason)).toBe(equals > 1)
        }
      }),
    )
  })
})

describe('against the specification as one tuple', () => {
  it.each(preferences)('a gateway with preference %s', (preference) => {
    fc.assert(
      fc.property(complete, (rows) => {
        const ranked = rankCandidates(rows, { preference })
        for (const a of ranked) {
          for (const b of ranked) {
            expect(Math.sign(a.rank - b.rank)).toBe(Math.sign(compare(tuple(a, preference), tuple(b, preference))))
          }
        }
      }),
    )
  })

  it.each(preferences)('own space is never behind a learned route, whatever its prefix: %s', (preference) => {
    fc.assert(
      fc.property(loose, (rows) => {
        const ranked = rankCandidates(rows, { preference })
        const own = ranked.filter(isNetworkSpaceRoute)
        const learned = ranked.filter((row) => !isNetworkSpaceRoute(row))
        const last = Math.max(0, ...own.map(({ rank }) => rank))
        expect(learned.every(({ rank }) => rank > last)).toBe(true)
        // Among routes of the same kind, the longest prefix still decides.
        for (const group of [own, learned]) {
          const lengths = group.map(({ prefix }) => Number(prefix.split('/')[1]))
          expect(lengths).toEqual(lengths.toSorted((a, b) => b - a))
        }
      }),
    )
  })

  it('losing rank 1 moves the others up and changes nothing among them', () => {
    fc.assert(
      fc.property(complete, (rows) => {
        const rest = rankCandidates(rows).filter(({ rank }) => rank > 1)
        const places = (list: RankedCandidate<CandidateRoute>[]) =>
          list.map(({ prefix, peer, asPath, rank }) => [prefix, peer, asPath, rank])
        expect(places(rankCandidates(rest))).toEqual(places(rest.map((row) => ({ ...row, rank: row.rank - 1 }))))
      }),
    )
  })
})

describe('the best of one prefix', () => {
  it.each(preferences)('is what has rank 1: %s', (preference) => {
    fc.assert(
      fc.property(loose, (rows) => {
        const same = rows.map((row) => ({ ...row, prefix: '10.20.0.0/16' })).filter((row) => !isNetworkSpaceRoute(row))
        const first = rankCandidates(same, { preference }).flatMap(
          ({ rank, rule: _, reason: __, inferred: ___, ...row }) => (rank === 1 ? [JSON.stringify(row)] : []),
        )
        const best = findBestCandidates(same, preference).map((row) => JSON.stringify(row))
        expect(best.toSorted()).toEqual(first.toSorted())
      }),
    )
  })
})
