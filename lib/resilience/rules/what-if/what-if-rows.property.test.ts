import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { doesPrefixContainAddress, parseAddress, parsePrefix, rankCandidates } from '#lib/bgp/index.ts'
import { splitTableIntoAtoms } from './table-atoms.ts'
import { type WhatIfFailure, determineFailureEffectOnRoute, EMPTY_WHAT_IF_FAILURE } from './what-if-failure.ts'
import { computeWhatIfRows, createAffectedTablesFinder, createWhatIfRib } from './what-if-rows.ts'
import {
  createTestWhatIfFailure,
  TEST_ROW_NAMES,
  createTestWhatIfRoute,
  createTestWhatIfTable,
  computeTestWhatIf,
} from './testing.ts'
import type { WhatIfRoute } from './what-if-route.ts'

const CIRCUITS = ['a', 'b', 'c']
const PREFIXES = [
  '0.0.0.0/0',
  '10.0.0.0/8',
  '10.20.0.0/16',
  '10.20.0.0/17',
  '10.20.128.0/17',
  '10.20.1.0/24',
  '10.20.1.7/32',
  '51.4.0.0/16',
  '::/0',
  '2001:db8::/32',
  '2001:db8:1::/48',
]

const mapped = fc
  .record({
    prefix: fc.constantFrom(...PREFIXES),
    circuit: fc.constantFrom(...CIRCUITS, null),
    path: fc.constantFrom('primary', 'secondary'),
    gateway: fc.constantFrom('g1', 'g2'),
    instance: fc.constantFrom('i1', 'i2'),
    connectionWeight: fc.constantFrom(0, 10, null),
    length: fc.integer({ min: 1, max: 3 }),
    weight: fc.constantFrom(32768, 32769, null),
  })
  .map(({ length, circuit, path, gateway, ...fields }): WhatIfRoute => {
    const peer = circuit === null ? `vpn-${gateway}` : `${circuit}-${path}`
    const at = { circuit, path: circuit === null ? null : path, gateway, peer, nextHop: peer } as const
    const asPath = [12076, 65001, 65001, 65001].slice(0, length + 1)
    const transport = circuit === null ? 'vpn' : 'er'
    return createTestWhatIfRoute({ ...fields, ...at, asPath, transport, connection: `${gateway}-${circuit}` })
  })
const unmapped = mapped.map(
  (one): WhatIfRoute =>
    one.circuit === null ? one : { ...one, circuit: null, path: null, connection: null, possible: CIRCUITS },
)
const known = fc.array(mapped, { maxLength: 16 })
const all = fc.array(fc.oneof(mapped, unmapped), { maxLength: 16 })
const space = fc.subarray([...PREFIXES, '10.30.0.0/16', '192.0.2.0/24'])

const losses = fc
  .record({
    circuits: fc.subarray(CIRCUITS),
    paths: fc.subarray(CIRCUITS.flatMap((one) => [`${one}/private/primary`, `${one}/private/secondary`])),
    gateways: fc.subarray(['g1', 'g2']),
    instances: fc.subarray(['g1/i1', 'g1/i2', 'g2/i1', 'g2/i2']),
    neighbors: fc.subarray(['vpn-g1', 'vpn-g2']),
  })
  .map(({ circuits, paths, gateways, instances, neighbors }) =>
    createTestWhatIfFailure({
      circuits: new Set(circuits),
      paths: new Set([...paths, ...circuits.flatMap((one) => [`${one}/private/primary`, `${one}/private/secondary`])]),
      gateways: new Set(gateways),
      instances: new Set(instances),
      neighbors: new Set(neighbors),
    }),
  )
const changes = fc
  .record({
    prepends: fc.array(fc.tuple(fc.constantFrom(...CIRCUITS), fc.integer({ min: 1, max: 3 })), { maxLength: 2 }),
    weights: fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom(5, 50)), { maxLength: 2 }),
    withdrawn: fc.array(fc.tuple(fc.constantFrom(...CIRCUITS), fc.subarray(PREFIXES)), { maxLength: 2 }),
  })
  .map(({ prepends, weights, withdrawn }) => ({
    prepends: new Map(prepends),
    weights: new Map(weights.map(([circuit, weight]) => [`g1-${circuit}`, { gateway: 'g1', weight }])),
    withdrawn: new Map(withdrawn.map(([circuit, prefixes]) => [circuit, new Set(prefixes)])),
  }))
const failures = fc.tuple(losses, changes).map(([lost, changed]): WhatIfFailure => ({ ...lost, ...changed }))

const union = (a: ReadonlySet<string>, b: ReadonlySet<string>) => new Set([...a, ...b])
const both = (a: WhatIfFailure, b: WhatIfFailure): WhatIfFailure =>
  createTestWhatIfFailure({
    circuits: union(a.circuits, b.circuits),
    paths: union(a.paths, b.paths),
    gateways: union(a.gateways, b.gateways),
    instances: union(a.instances, b.instances),
    neighbors: union(a.neighbors, b.neighbors),
  })

/**
 * An independent method: builds the resulting tables, and searches them linearly for the first address of each atom.
 */
function naively(routes: readonly WhatIfRoute[], failure: WhatIfFailure, text: string) {
  const address = parseAddress(text)
  if (!address) throw new Error(text)
  const covers = ({ prefix }: WhatIfRoute) => {
    const read = parsePrefix(prefix)
    return read !== null && doesPrefixContainAddress(read, address)
  }
  const best = (rows: readonly WhatIfRoute[]) => {
    const used = rankCandidates(rows.filter(covers)).filter(({ rank }) => rank === 1)
    return {
      match: used[0]?.prefix ?? null,
      paths: [...new Set(used.map(({ peer, circuit, path }) => `${peer} ${circuit} ${path}`))].sort(),
    }
  }
  const left = routes.flatMap((one) => {
    const fate = determineFailureEffectOnRoute(one, failure)
    return fate.is === 'lost' ? [] : [fate.is === 'changed' ? fate.to : one]
  })
  return { before: best(routes), after: best(left), isCovered: left.some(covers) }
}

describe('laws of what-if', () => {
  it('losing nothing changes nothing', () => {
    fc.assert(
      fc.property(all, space, (routes, declared) => {
        for (const row of computeTestWhatIf(
          createTestWhatIfTable(routes, { space: declared }),
          EMPTY_WHAT_IF_FAILURE,
        )) {
          expect(row).toMatchObject({
            outcome: 'stays',
            reduced: false,
            after: row.before,
            matchAfter: row.matchBefore,
          })
        }
      }),
    )
  })

  it('each address of the space is in one atom, and in no other', () => {
    fc.assert(
      fc.property(all, space, losses, (routes, declared, lost) => {
        const rows = computeTestWhatIf(createTestWhatIfTable(routes, { space: declared }), lost)
        expect(new Set(rows.map(({ prefix }) => prefix)).size).toBe(rows.length)
        // the longest prefix that covers an address is its atom
        for (const text of new Set([...declared, ...routes.map(({ prefix }) => prefix)])) {
          const first = parseAddress(text.split('/')[0] ?? '')
          if (!first) throw new Error(text)
          const covering = rows.filter(({ prefix }) => {
            const read = parsePrefix(prefix)
            return read !== null && doesPrefixContainAddress(read, first)
          })
          expect(covering.length).toBeGreaterThan(0)
        }
        for (const { prefix, firstAddress } of rows) {
          const address = parseAddress(firstAddress)
          const longest = rows
            .flatMap((row) => parsePrefix(row.prefix) ?? [])
            .filter((one) => address !== null && doesPrefixContainAddress(one, address))
            .toSorted((a, b) => b.length - a.length)[0]
          expect(longest).toEqual(parsePrefix(prefix))
        }
      }),
    )
  })

  it('tables that are made again and searched address by address give the same', () => {
    fc.assert(
      fc.property(known, space, failures, (routes, declared, failure) => {
        for (const row of computeTestWhatIf(createTestWhatIfTable(routes, { space: declared }), failure)) {
          const { before, after, isCovered } = naively(routes, failure, row.firstAddress)
          const texts = (paths: typeof row.before) =>
            paths.map((one) => `${one.peer} ${one.circuitId} ${one.path}`).sort()
          expect([row.matchBefore, texts(row.before)]).toEqual([before.match, before.paths])
          expect([row.matchAfter, texts(row.after)]).toEqual([after.match, after.paths])
          const isGone = row.outcome === 'stranded' || row.outcome === 'internet'
          expect(isGone).toBe(!isCovered && row.before.length > 0)
          if (row.before.length === 0) continue
          const kept = after.paths.every((path) => before.paths.includes(path))
          const length = (match: string | null) => Number(match?.split('/')[1] ?? -1)
          if (row.outcome === 'stays') expect([kept, after.match]).toEqual([true, before.match])
          if (row.outcome === 'moves') expect([kept, after.match]).toEqual([false, before.match])
          if (row.outcome === 'covered') expect(length(after.match)).toBeLessThan(length(before.match))
          expect(row.outcome === 'default_only').toBe(length(after.match) === 0 && length(before.match) > 0)
          expect(row.outcome).not.toBe('unknown')
        }
      }),
    )
  })

  it('losing more never gives back what was stranded', () => {
    fc.assert(
      fc.property(all, losses, losses, (routes, first, second) => {
        const of = createTestWhatIfTable(routes)
        const gone = (failure: WhatIfFailure) =>
          computeTestWhatIf(of, failure).flatMap(({ prefix, outcome }) =>
            outcome === 'stranded' || outcome === 'internet' ? [prefix] : [],
          )
        expect(gone(both(first, second))).toEqual(expect.arrayContaining(gone(first)))
      }),
    )
  })

  it('what is unknown is one of what may be: whichever circuits are behind the routes, the sure outcomes hold', () => {
    fc.assert(
      fc.property(all, losses, fc.constantFrom(...CIRCUITS), (routes, lost, behind) => {
        const guessed = routes.map((one) =>
          one.possible.length === 0 ? one : { ...one, circuit: behind, path: 'primary' as const, possible: [] },
        )
        const truth = new Map(computeTestWhatIf(createTestWhatIfTable(guessed), lost).map((row) => [row.prefix, row]))
        for (const { prefix, outcome, matchAfter } of computeTestWhatIf(createTestWhatIfTable(routes), lost)) {
          if (outcome === 'unknown') continue
          expect(truth.get(prefix)?.matchAfter).toBe(matchAfter)
        }
      }),
    )
  })

  it('of many tables those that a failure touches hold all that it changes, in their order', () => {
    fc.assert(
      fc.property(fc.array(all, { maxLength: 4 }), failures, (tables, failure) => {
        const ribs = tables.map((routes) => createWhatIfRib(splitTableIntoAtoms(createTestWhatIfTable(routes))))
        const changed = (of: typeof ribs) => of.map((rib) => computeWhatIfRows(rib, failure, TEST_ROW_NAMES, 'changed'))
        const touched = createAffectedTablesFinder(ribs)(failure)
        expect(touched).toEqual([...new Set(touched)].toSorted((a, b) => a - b))
        const expected = changed(ribs).map((rows, place) => (touched.includes(place) ? rows : []))
        expect(changed(ribs)).toEqual(expected)
      }),
    )
  })

  it('an atom has an address exactly where longer prefixes leave it one', () => {
    fc.assert(
      fc.property(fc.subarray(PREFIXES), (prefixes) => {
        const { atoms } = splitTableIntoAtoms(createTestWhatIfTable([], { space: prefixes }))
        const halves = ['10.20.0.0/17', '10.20.128.0/17'].every((one) => prefixes.includes(one))
        for (const { text, first } of atoms) expect(first === null).toBe(text === '10.20.0.0/16' && halves)
      }),
    )
  })
})
