import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GATEWAY_ASN, MICROSOFT_ASN, MSEE_ASN } from '#lib/bgp/index.ts'
import { shareQueriesInResponse } from '#lib/platform/response-cache.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { readNeighborsCarryingAddress, readCoveringRoutes } from './read/address-neighbors.ts'
import { comparePathTables } from './read/routes/compare-path-tables.ts'
import { readRouteChanges, readRoutesDiff } from '#lib/routes/store/index.ts'
import { readRouteChurn } from '#lib/routes/store/route-churn.ts'
import { readPastRoutes } from './read/routes/route-past.ts'
import { readRoutesToPrefixes } from './read/routes/routes-to.ts'
import { readRoutesWithinRanges } from './read/routes/routes-within.ts'
import { readReportedRoutes } from './read/routes/reported-routes.ts'
import { rollUpChurn } from './rollup/roll-up-churn.ts'
import { computeShortId } from './store/short-id.ts'
import { createTestPollSource } from './testing/feed.ts'
import type { ModelPoll, ReferenceHistoryModel } from './testing/naive-model.ts'
import { timelineInstances, collectTestMomentsAroundPolls, generateTableTimelines } from './testing/random-timeline.ts'
import { OWN_ROUTE_VALUE, recordModelTimeline, routeRows, routeValue } from './testing/recorded-timeline.ts'

const db = withTestDatabase()
const RUNS = { numRuns: 8 }

/** Each prefix with the prefixes that contain it, as a constant; the longest first. */
const holders: Record<string, readonly string[]> = {
  '10.1.2.0/24': ['10.1.0.0/16', '0.0.0.0/0'],
  '10.1.0.0/16': ['0.0.0.0/0'],
  '0.0.0.0/0': [],
  '::/0': [],
}
const prefixes = Object.keys(holders)
const peers = ['10.0.4.4', '10.0.4.5']
const keys = timelineInstances.flatMap((name) =>
  prefixes.flatMap((prefix, i) => [`${name} ${prefix} ${peers[i % 2]}`, `${name} ${prefix} ${peers[0]}`]),
)
const values = ['65001', '65001-65001', '65002', '65001|65002', OWN_ROUTE_VALUE]
const table = generateTableTimelines([...new Set(keys)], values)

const split = (key: string) => {
  const [instance = '', prefix = '', peer = ''] = key.split(' ')
  return { instance, prefix, peer }
}
const lengthOf = (prefix: string) => Number(prefix.split('/')[1])
const sorted = <T>(rows: readonly T[]) => rows.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
const unique = (texts: readonly string[]) => [...new Set(texts)].toSorted()

const sampled = (model: ReferenceHistoryModel, count = 5) =>
  fc.sample(fc.constantFrom(...collectTestMomentsAroundPolls(model.polls)), {
    numRuns: count,
    seed: model.polls.length,
  })

/** Two path tables, one of which was never read. */
const UNREAD: [ModelPoll[], ModelPoll[], string[], number] = [
  [{ startedAt: 1795143601000, finishedAt: 1795143601001, outcome: 'ok', silent: [], values: new Map() }],
  [{ startedAt: 1795143751001, finishedAt: 1795143751002, outcome: 'timeout', silent: [], values: new Map() }],
  [],
  0,
]

/** Returns two moments of a timeline in order. */
function timeOf(model: ReferenceHistoryModel, a: number, b: number) {
  const all = collectTestMomentsAroundPolls(model.polls)
  const [from = 0, to = 0] = [all[a % all.length] ?? 0, all[b % all.length] ?? 0].toSorted((x, y) => x - y)
  return { from, to }
}

async function learned(polls: readonly ModelPoll[]) {
  const feed = await createTestPollSource(db)
  const model = await recordModelTimeline(feed, 'learned', polls, routeRows)
  return { feed, model, scope: computeShortId(feed.resourceId) }
}

/** Returns current routes: key and AS path of each member. */
const current = (model: ReferenceHistoryModel) =>
  [...model.now()].flatMap(([key, value]) => value.split('|').map((path) => ({ ...split(key), path })))

describe('a list of all polls gives the same', () => {
  it('routes that cover an address, at any moment and now', async () => {
    const addresses: Record<string, readonly string[]> = {
      '10.1.2.3': ['10.1.2.0/24', '10.1.0.0/16', '0.0.0.0/0'],
      '10.1.9.1': ['10.1.0.0/16', '0.0.0.0/0'],
      '192.0.2.1': ['0.0.0.0/0'],
      '2001:db8::1': ['::/0'],
    }
    await fc.assert(
      fc.asyncProperty(table, fc.constantFrom(...Object.keys(addresses)), async (polls, address) => {
        const { feed, model } = await learned(polls)
        const silentNow = model.polls.at(-1)?.silent ?? []
        const ask = (at: number | null) =>
          readCoveringRoutes(db.pool, { address, scope: feed.resourceId, at, kinds: ['learned'] })
        const asked = [null, ...sampled(model)]
        const inOne = await shareQueriesInResponse(() => Promise.all(asked.map(ask)))
        for (const [n, at] of asked.entries()) {
          const rows = await ask(at)
          expect(inOne[n]).toEqual(rows)
          const lengths = rows.map(({ prefix }) => lengthOf(prefix))
          expect(lengths).toEqual(lengths.toSorted((a, b) => b - a))
          const expected = model.keys().flatMap((key) => {
            const { instance, prefix, peer } = split(key)
            if (!addresses[address]?.includes(prefix)) return []
            const now = silentNow.includes(instance) ? 'indeterminate' : 'observed'
            const answer = at === null ? nowOf(model, key, now) : model.at(key, at)
            if (!answer) return []
            const { value, known } = answer
            return value.split('|').map((path) => [instance, prefix, peer, path, known].join(' '))
          })
          const found = rows.map(({ instance, prefix, peer, known, ...row }) =>
            [instance, prefix, peer, routeValue([row]), known].join(' '),
          )
          expect({ at, rows: found.toSorted() }).toEqual({ at, rows: expected.toSorted() })
        }
      }),
      RUNS,
    )
  })

  it('the difference between two moments', async () => {
    await fc.assert(
      fc.asyncProperty(table, fc.nat(), fc.nat(), async (polls, a, b) => {
        const { feed, model } = await learned(polls)
        const { from, to } = timeOf(model, a, b)
        const diff = await readRoutesDiff(db.pool, { scope: feed.resourceId, kinds: ['learned'], from, to })
        const keyOf = ({ instance, prefix, peer }: Record<'instance' | 'prefix' | 'peer', string | null>) =>
          `${instance} ${prefix} ${peer}`
        const found = [
          ...[...diff.announced, ...diff.withdrawn, ...diff.changed].map(
            (row) => `${keyOf(row)}: ${routeValue(row.before)} -> ${routeValue(row.after)}`,
          ),
          ...diff.undecidable.map((row) => `${keyOf(row)}: ${row.reason} at ${row.at}`),
        ]
        expect(diff.announced.every(({ before }) => before.length === 0)).toBe(true)
        expect(diff.withdrawn.every(({ after }) => after.length === 0)).toBe(true)
        expect(found.toSorted()).toEqual(
          model
            .keys()
            .flatMap((key) => {
              const difference = differenceOf(model, key, from, to)
              return difference === null ? [] : [`${key}: ${difference}`]
            })
            .toSorted(),
        )
      }),
      { numRuns: 16 },
    )
  })

  it('how gateways reach prefixes and ranges now, and who carries an address', async () => {
    await fc.assert(
      fc.asyncProperty(table, fc.subarray(prefixes, { minLength: 1 }), async (polls, wanted) => {
        const { model, scope } = await learned(polls)
        const now = current(model)
        const textOf = (row: { instance: string | null; prefix: string; peer: string | null; asPath: number[] }) =>
          [row.instance, row.prefix, row.peer, routeValue([row])].join(' ')
        const expected = (isWanted: (prefix: string) => boolean) =>
          now
            .filter(({ prefix }) => isWanted(prefix))
            .map(({ instance, prefix, peer, path }) => [instance, prefix, peer, path].join(' '))
            .toSorted()

        const exact = await readRoutesToPrefixes(db.pool, [scope], wanted)
        expect(exact.entries.map(textOf).toSorted()).toEqual(expected((prefix) => wanted.includes(prefix)))
        expect(exact.entries.every(({ gateway }) => gateway === scope)).toBe(true)
        const present = new Set(now.map(({ prefix }) => prefix))
        const isInside = (prefix: string) =>
          holders[prefix]?.some((holder) => lengthOf(holder) > 0 && present.has(holder)) ?? false
        expect(exact.covered.toSorted()).toEqual(wanted.filter(isInside).toSorted())
        const good = model.polls.findLast(({ outcome }) => outcome === 'ok')
        expect(exact.readAt).toEqual(good ? { [scope]: good.startedAt } : {})
        expect(exact.ownSpace.every(({ gateway }) => gateway === scope)).toBe(true)
        expect(exact.ownSpace.map(({ prefix }) => prefix).toSorted()).toEqual(
          unique(now.filter(({ path }) => path === OWN_ROUTE_VALUE).map(({ prefix }) => prefix)),
        )

        const overlapping = await readRoutesWithinRanges(db.pool, [scope], wanted)
        const overlaps = (a: string, b: string) =>
          a === b || (holders[a]?.includes(b) ?? false) || (holders[b]?.includes(a) ?? false)
        expect((overlapping ?? []).map(textOf).toSorted()).toEqual(
          expected((prefix) => wanted.some((range) => overlaps(prefix, range))),
        )

        const carriers = (await readNeighborsCarryingAddress(db.pool, '10.1.2.3')).filter(
          ({ gateway }) => gateway === scope,
        )
        const covering = now.filter(({ prefix, path }) => prefix.startsWith('10.') && path !== OWN_ROUTE_VALUE)
        const longest = Math.max(...covering.map(({ prefix }) => lengthOf(prefix)))
        expect(carriers.map(({ peer }) => peer)).toEqual(
          unique(covering.filter(({ prefix }) => lengthOf(prefix) === longest).map(({ peer }) => peer)),
        )
      }),
      { numRuns: 16 },
    )
  })

  it('who reported which routes since a moment, and before one', async () => {
    await fc.assert(
      fc.asyncProperty(table, fc.nat(), async (polls, n) => {
        const { model, scope } = await learned(polls)
        const { from: moment } = timeOf(model, n, n)
        const newest = model.keys().flatMap((key) => {
          const last = model.intervals(key).at(-1)
          return last && (last.firstAbsent === null || last.firstAbsent >= moment) ? [last] : []
        })
        const found = await readReportedRoutes(db.pool, { scopes: [scope], since: moment })
        expect(unique(found.map((row) => [row.prefix, row.peer, routeValue([row])].join(' ')))).toEqual(
          unique(
            newest.flatMap(({ key, value }) =>
              value.split('|').map((path) => [split(key).prefix, split(key).peer, path].join(' ')),
            ),
          ),
        )
        expect(found.every((row) => row.scope === scope && row.path === null && row.kind === 'learned')).toBe(true)
        expect(unique(found.map(({ prefix, peer, since, until }) => `${prefix} ${peer} ${since} ${until}`))).toEqual(
          unique(
            newest.map(({ key, firstPresent, firstAbsent }) => {
              const since = firstPresent >= moment ? firstPresent : null
              return `${split(key).prefix} ${split(key).peer} ${since} ${firstAbsent}`
            }),
          ),
        )

        const past: Record<string, { origins: Record<string, number>; peers: string[] }> = {}
        const begun = model.keys().flatMap((key) => model.intervals(key).map((one) => ({ ...split(key), ...one })))
        for (const { prefix, peer, value, firstPresent } of begun) {
          if (firstPresent >= moment) continue
          const known = (past[prefix] ??= { origins: {}, peers: [] })
          known.peers = unique([...known.peers, peer])
          for (const path of value.split('|')) {
            const origin = path.split('-').at(-1) ?? ''
            if (path !== OWN_ROUTE_VALUE)
              known.origins[origin] = Math.min(known.origins[origin] ?? Infinity, firstPresent)
          }
        }
        const answered = await readPastRoutes(db.pool, { gateways: [scope], prefixes, before: moment })
        for (const one of Object.values(answered)) one.peers.sort()
        expect(answered).toEqual(past)
      }),
      { numRuns: 16 },
    )
  })

  it('how much changed, step by step and prefix by prefix', async () => {
    const window = fc.record({
      instance: fc.constantFrom(null, ...timelineInstances),
      peer: fc.constantFrom(null, ...peers),
      a: fc.nat(),
      b: fc.nat(),
      isOpen: fc.boolean(),
    })
    const asked = fc.tuple(fc.nat(), fc.nat(), fc.constantFrom(60_000, 300_000), fc.array(window, { maxLength: 2 }))
    const pieces = fc.integer({ min: 1, max: 8 })
    await fc.assert(
      fc.asyncProperty(table, asked, pieces, async (polls, [a, b, stepMs, drawn], rolledUp) => {
        await rollUpChurn(db)
        const { feed, model, scope } = await learned(polls)
        const { from, to } = timeOf(model, a, b)
        const windows = drawn.map(({ instance, peer, a: x, b: y, isOpen }) => {
          const time = timeOf(model, x, y)
          return { sourceId: feed.sourceId, instance, peer, from: time.from, to: isOpen ? Infinity : time.to }
        })
        const changes = changesOf(model).filter(({ at }) => at >= from && at < to)
        const query = { scope, kinds: ['learned' as const], from, to, stepMs, windows }
        const churn = await readRouteChurn(db.pool, { ...query, top: 100 })

        const steps = Map.groupBy(changes, ({ at }) => from + Math.floor((at - from) / stepMs) * stepMs)
        const isIn = ({ instance, peer, at }: (typeof changes)[number]) =>
          windows.some(
            (one) =>
              (one.instance ?? instance) === instance && (one.peer ?? peer) === peer && at >= one.from && at <= one.to,
          )
        expect(churn.steps).toEqual(
          [...steps]
            .toSorted(([x], [y]) => x - y)
            .map(([start, list]) => ({
              start,
              ...countsOf(list),
              firstSeen: list.filter(({ op }) => op === 'firstSeen').length,
              inWindows: list.filter((change) => change.op !== 'firstSeen' && isIn(change)).length,
            })),
        )
        const byPrefix = Map.groupBy(
          changes.filter(({ op }) => op !== 'firstSeen'),
          ({ prefix }) => prefix,
        )
        expect(sorted(churn.topPrefixes)).toEqual(
          sorted([...byPrefix].map(([prefix, list]) => ({ prefix, ...countsOf(list) }))),
        )
        const totals = churn.topPrefixes.map(({ announced, withdrawn, changed }) => announced + withdrawn + changed)
        expect(totals).toEqual(totals.toSorted((x, y) => y - x))
        const page = { ...query, limit: 1000, order: { by: 'time' as const, descending: false } }
        const listed = (await readRouteChanges(db.pool, page)).rows.map(
          ({ instance, peer, prefix, before, after, latest }) => ({
            at: latest,
            op: before.length === 0 ? 'announced' : after.length === 0 ? 'withdrawn' : 'changed',
            key: [instance, prefix, peer].join(' '),
          }),
        )
        expect(listed.map(({ at }) => at)).toEqual(listed.map(({ at }) => at).toSorted((x, y) => x - y))
        expect(sorted(listed)).toEqual(
          sorted(
            changes
              .filter(({ op }) => op !== 'firstSeen')
              .map(({ at, op, instance, prefix, peer }) => ({ at, op, key: [instance, prefix, peer].join(' ') })),
          ),
        )
        const { topPrefixes } = await readRouteChurn(db.pool, { ...query, top: 1 })
        expect(topPrefixes).toEqual(churn.topPrefixes.slice(0, 1))

        // the result does not depend on how much is rolled up
        await rollUpChurn(db, { signal: abortedAfter(rolledUp), pieceMs: 120_000 })
        expect(await readRouteChurn(db.pool, { ...query, top: 100 })).toEqual(churn)
        await rollUpChurn(db, { pieceMs: 300_000 })
        expect(await readRouteChurn(db.pool, { ...query, top: 100 })).toEqual(churn)
        expect(await rollUpChurn(db)).toBe(0)
      }),
      { numRuns: 16 },
    )
  })

  it('how the path tables of two sides differ now', async () => {
    const inPath = (path: string) => path.split('-').map(Number)
    const paths = [
      '65001',
      '65001-65001',
      `${MSEE_ASN}-65001`,
      `${MSEE_ASN}-${MSEE_ASN}-65001-65002`,
      `${GATEWAY_ASN}-65001`,
      `${MSEE_ASN}-${MICROSOFT_ASN}-65001`,
      `${MSEE_ASN}`,
      '65001-65002|65003',
      `65001-${MSEE_ASN}`,
      `65001-${GATEWAY_ASN}-65002`,
    ]
    const tableKeys = prefixes.flatMap((prefix) => peers.map((peer) => ` ${prefix} ${peer}`))
    const side = generateTableTimelines(tableKeys, paths, { named: [] })
    const within = fc.constantFrom<string[]>([], ['10.1.0.0/16'], ['::/0', '10.1.2.0/24'])
    await fc.assert(
      fc.asyncProperty(side, side, within, fc.integer({ min: 0, max: 4 }), async (one, other, ranges, most) => {
        const pathOf = (name: string) => `AzurePrivatePeering/${name}`
        const circuit = { type: 'expressRouteCircuits' }
        const first = await createTestPollSource(db, { ...circuit, subresource: pathOf('primary') })
        const name = first.resourceId.split('/').at(-1) ?? ''
        const second = await createTestPollSource(db, { ...circuit, subresource: pathOf('secondary'), name })
        const models = {
          a: await recordModelTimeline(first, 'tables', one, routeRows),
          b: await recordModelTimeline(second, 'tables', other, routeRows),
        }
        const scope = computeShortId(first.resourceId)
        const comparison = await comparePathTables(db.pool, {
          a: [{ scope, subresource: pathOf('primary') }],
          b: [{ scope, subresource: pathOf('secondary') }],
          within: ranges,
          most,
        })
        const wereRead = Object.values(models).every(({ polls }) => polls.some(({ outcome }) => outcome === 'ok'))
        if (!wereRead) {
          expect(comparison).toBeNull()
          return
        }

        /** Returns the length of the shortest path that a customer's router reported, without Microsoft's prepends. */
        const shortest = (model: ReferenceHistoryModel, prefix: string): number | null => {
          const lengths = current(model)
            .filter((row) => row.prefix === prefix)
            .map(({ path }) => inPath(path))
            .map((path) => path.slice(path.findIndex((asn) => asn !== MSEE_ASN)))
            .filter((path) => path[0] !== MICROSOFT_ASN && !path.includes(MSEE_ASN) && !path.includes(GATEWAY_ASN))
            .map((path) => path.length)
          return lengths.length === 0 ? null : Math.min(...lengths)
        }
        const isAsked = (prefix: string) =>
          ranges.length === 0 || ranges.includes(prefix) || ranges.some((range) => holders[prefix]?.includes(range))
        const compared = prefixes
          .filter(isAsked)
          .map((prefix) => ({ prefix, a: shortest(models.a, prefix), b: shortest(models.b, prefix) }))
          .filter(({ a, b }) => a !== null || b !== null)
        const differing = compared.filter(({ a, b }) => a !== b)
        expect(comparison).toMatchObject({
          shared: compared.filter(({ a, b }) => a !== null && b !== null).length,
          unequal: differing.filter(({ a, b }) => a !== null && b !== null).length,
          onlyA: differing.filter(({ b }) => b === null).length,
          onlyB: differing.filter(({ a }) => a === null).length,
        })
        const found = (comparison?.differences ?? []).map(({ prefix, a, b }) => ({
          prefix,
          a: a?.asPath.length ?? null,
          b: b?.asPath.length ?? null,
        }))
        expect(found).toHaveLength(Math.min(most, differing.length))
        expect(sorted(differing)).toEqual(expect.arrayContaining(found))
      }),
      { numRuns: 16, examples: [UNREAD] },
    )
  })
})

function nowOf(model: ReferenceHistoryModel, key: string, known: 'observed' | 'indeterminate') {
  const value = model.now().get(key)
  return value === undefined ? null : { value, known }
}

function differenceOf(model: ReferenceHistoryModel, key: string, from: number, to: number): string | null {
  const [before, after] = [model.at(key, from), model.at(key, to)]
  if (!before && !after) return null
  const which = (atFrom: boolean, atTo: boolean) => (atFrom && atTo ? 'both' : atFrom ? 'from' : 'to')
  const unseen = [model.unseen(key, from), model.unseen(key, to)] as const
  if (unseen[0] || unseen[1]) return `not_covered at ${which(...unseen)}`
  const unsure = [before?.known === 'indeterminate', after?.known === 'indeterminate'] as const
  if (unsure[0] || unsure[1]) return `indeterminate at ${which(...unsure)}`
  return before?.value === after?.value ? null : `${before?.value ?? ''} -> ${after?.value ?? ''}`
}

/** Returns a signal that is aborted after a number of checks. */
function abortedAfter(pieces: number): AbortSignal {
  let left = pieces
  return Object.defineProperty(new AbortController().signal, 'aborted', { get: () => left-- <= 0 })
}

/** Returns each change of a route, at the end of the poll that first saw it. */
function changesOf(model: ReferenceHistoryModel) {
  return model
    .keys()
    .flatMap((key) =>
      model
        .intervals(key)
        .flatMap(({ lastAbsent, firstPresent, firstAbsent, previous, following }) => [
          ...(previous === null
            ? [{ ...split(key), at: firstPresent, op: lastAbsent === null ? 'firstSeen' : 'announced' }]
            : []),
          ...(firstAbsent === null
            ? []
            : [{ ...split(key), at: firstAbsent, op: following === null ? 'withdrawn' : 'changed' }]),
        ]),
    )
}

const countsOf = (changes: readonly { op: string }[]) => {
  const count = (op: string) => changes.filter((change) => change.op === op).length
  return { announced: count('announced'), withdrawn: count('withdrawn'), changed: count('changed') }
}
