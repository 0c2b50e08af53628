import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { INSTANT_BEFORE_MONITORING } from '#lib/contract/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { readArpHistory, readRouteIntervals } from '#lib/routes/store/index.ts'
import { readConfigChanges } from './read/config/config-changes.ts'
import { readConfigIntervals } from './read/config/config-intervals.ts'
import { readCoverageIntervals } from './read/polls/coverage-intervals.ts'
import { CursorError } from './read/cursor.ts'
import { readPrefixCounts, readSessionHistory } from '#lib/sessions/store/index.ts'
import { createTestPollSource } from './testing/feed.ts'
import { convertSecondsToMs } from './times.ts'
import type { ModelInterval, ModelPoll, ReferenceHistoryModel } from './testing/naive-model.ts'
import { readEveryPage } from './testing/pages.ts'
import { timelineInstances, collectTestMomentsAroundPolls, generateTableTimelines } from './testing/random-timeline.ts'
import {
  arpRows,
  CONNECTION_TIMELINE_KEY,
  connectionRows,
  inventoryRows,
  NO_MAC,
  peerRows,
  convertModelPollValues,
  recordModelTimeline,
  routeRows,
  routeValue,
} from './testing/recorded-timeline.ts'

const db = withTestDatabase()
const RUNS = { numRuns: 8 }

const sessionKeys = timelineInstances.flatMap((name) => [`${name} 10.0.4.4`, `${name} 10.0.4.5`])
const arpKeys = [' On-Prem|10.0.0.1', ' On-Prem|10.0.0.5', ' Microsoft|10.0.0.2']
const routeKeys = timelineInstances.flatMap((name) => [
  `${name} 10.1.0.0/16 10.0.4.4`,
  `${name} 2001:db8:1::/48 10.0.4.4`,
])
const CIRCUIT = 'microsoft.network/expressroutecircuits'
const GATEWAY = 'microsoft.network/virtualnetworkgateways'

/** Seed for the periods between two moments of a timeline, and number of rows per page. */
const asked = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 4 }))

function timesOf({ polls }: ReferenceHistoryModel, seed: number) {
  const moment = fc.constantFrom(...collectTestMomentsAroundPolls(polls))
  const pairs = fc.sample(fc.tuple(moment, moment), { numRuns: 5, seed })
  return pairs.map(([one, other]) => ({ from: Math.min(one, other), to: Math.max(one, other) }))
}

const spanOf = ({ key, value, lastAbsent, firstPresent, lastPresent, firstAbsent }: ModelInterval) => ({
  key,
  value,
  since: { earliest: lastAbsent ?? INSTANT_BEFORE_MONITORING, latest: firstPresent },
  until: firstAbsent === null ? null : { earliest: lastPresent, latest: firstAbsent },
})

const sorted = <T>(rows: readonly T[]) => rows.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))

function expectNewestFirst(begins: readonly number[]) {
  expect(begins).toEqual(begins.toSorted((a, b) => b - a))
}

describe('each page of intervals holds what a list of all polls says', () => {
  it('session states and prefix counts', async () => {
    const values = ['Connected:3', 'Connected:5', 'Idle:5', 'Connecting:0']
    await fc.assert(
      fc.asyncProperty(generateTableTimelines(sessionKeys, values), asked, async (polls, [seed, limit]) => {
        const feed = await createTestPollSource(db)
        const model = await recordModelTimeline(feed, 'peers', polls, peerRows)
        for (const one of timesOf(model, seed)) {
          const time = { scope: feed.resourceId, ...one }

          const states = await readEveryPage(limit, (page) => readSessionHistory(db.pool, { ...time, ...page }))
          expectNewestFirst(states.map(({ since }) => since.latest))
          expect(
            sorted(
              states.map(({ localAddress, neighbor, azureState, since, until }) => ({
                key: `${localAddress} ${neighbor}`,
                value: azureState,
                since,
                until,
              })),
            ),
          ).toEqual(
            sorted(
              convertModelPollValues(model, (value) => value.split(':')[0] ?? '')
                .intervalsWithin(time.from, time.to)
                .map(spanOf),
            ),
          )

          const counts = await readEveryPage(limit, (page) => readPrefixCounts(db.pool, { ...time, ...page }))
          expectNewestFirst(counts.map(({ since }) => since.latest))
          expect(
            sorted(
              counts.map(({ localAddress, neighbor, prefixesReceived, since, until }) => ({
                key: `${localAddress} ${neighbor}`,
                value: String(prefixesReceived),
                since,
                until,
              })),
            ),
          ).toEqual(
            sorted(
              convertModelPollValues(model, (value) => value.split(':')[1] ?? '')
                .intervalsWithin(time.from, time.to)
                .map(spanOf),
            ),
          )
        }
      }),
      RUNS,
    )
  })

  it('ARP entries', async () => {
    const values = ['00:11:22:33:44:55', '00:11:22:33:44:66', NO_MAC]
    await fc.assert(
      fc.asyncProperty(generateTableTimelines(arpKeys, values, { named: [] }), asked, async (polls, [seed, limit]) => {
        const feed = await createTestPollSource(db, {
          type: 'expressRouteCircuits',
          subresource: 'AzurePrivatePeering/primary',
        })
        const model = await recordModelTimeline(feed, 'arp', polls, arpRows)
        for (const one of timesOf(model, seed)) {
          const time = { scope: feed.resourceId, ...one }
          const rows = await readEveryPage(limit, (page) => readArpHistory(db.pool, { ...time, ...page }))
          expectNewestFirst(rows.map(({ since }) => since.latest))
          expect(
            sorted(
              rows.map(({ interface: name, ipAddress, macAddress, since, until }) => ({
                key: ` ${name}|${ipAddress}`,
                value: macAddress ?? NO_MAC,
                since,
                until,
              })),
            ),
          ).toEqual(sorted(model.intervalsWithin(time.from, time.to).map(spanOf)))
        }
      }),
      RUNS,
    )
  })

  it('routes, with what was in their place before and after', async () => {
    const values = ['65001', '65001-65001', '65001|65002']
    await fc.assert(
      fc.asyncProperty(
        generateTableTimelines(routeKeys, values),
        asked,
        fc.boolean(),
        async (polls, [seed, limit], both) => {
          const feed = await createTestPollSource(db)
          const model = await recordModelTimeline(feed, 'learned', polls, routeRows)
          for (const one of timesOf(model, seed)) {
            const time = { scope: feed.resourceId, ...one }
            const prefixes = both ? ['10.1.0.0/16', '2001:db8:1::/48'] : ['2001:db8:1::/48']
            const rows = await readEveryPage(limit, (page) =>
              readRouteIntervals(db.pool, { ...time, kinds: ['learned'], prefixes, ...page }),
            )
            expectNewestFirst(rows.map(({ firstPresent }) => firstPresent))
            const expected = model
              .intervalsWithin(time.from, time.to)
              .filter(({ key }) => prefixes.includes(key.split(' ')[1] ?? ''))
            expect(
              sorted(
                rows.map((row) => ({
                  key: `${row.instance} ${row.prefix} ${row.peer}`,
                  value: routeValue(row.attributes),
                  lastAbsent: row.lastAbsent,
                  firstPresent: row.firstPresent,
                  // while an interval is ongoing, the row stores only the poll that began the interval
                  lastPresent: row.firstAbsent === null ? null : row.lastPresent,
                  firstAbsent: row.firstAbsent,
                  previous: routeValue(row.previous) || null,
                  following: routeValue(row.following) || null,
                })),
              ),
            ).toEqual(
              sorted(
                expected.map((one) => ({ ...one, lastPresent: one.firstAbsent === null ? null : one.lastPresent })),
              ),
            )
          }
        },
      ),
      RUNS,
    )
  })

  it('coverage', async () => {
    await fc.assert(
      fc.asyncProperty(generateTableTimelines(sessionKeys, ['Connected:3']), asked, async (polls, [seed, limit]) => {
        const feed = await createTestPollSource(db)
        const model = await recordModelTimeline(feed, 'peers', polls, peerRows)
        for (const one of timesOf(model, seed)) {
          const time = { scope: feed.resourceId, ...one }
          const rows = await readEveryPage(limit, (page) =>
            readCoverageIntervals(db.pool, { ...time, kind: 'peers', ...page }),
          )
          const expected = model
            .coverage()
            .filter(({ from, to }) => from <= time.to && to >= time.from)
            .toReversed()
          expect(
            rows.map(({ from, to, polls: count, outcome, silentInstances, intervalSeconds }) => ({
              from,
              to,
              polls: count,
              outcome,
              silent: silentInstances,
              intervalMs: convertSecondsToMs(intervalSeconds),
            })),
          ).toEqual(expected.map(({ lastStartedAt: _, ...one }) => one))
          expect(await readCoverageIntervals(db.pool, { ...time, kind: 'arp', limit })).toEqual({
            rows: [],
            nextCursor: null,
          })
        }
      }),
      RUNS,
    )
  })
})

describe('configurations are as a list of all polls says', () => {
  const resourceKeys = (name: string) =>
    [CIRCUIT, GATEWAY].flatMap((type) =>
      ['a', 'b'].map((end) => `${type} /subscriptions/s/resourceGroups/rg/providers/${type}/${name}-${end}`),
    )

  /** Returns the changes of one timeline: ends, and begins of added rows. */
  function changesOf(model: ReferenceHistoryModel, from: number, to: number) {
    const changes = model
      .keys()
      .flatMap((key) =>
        model
          .intervals(key)
          .flatMap(({ lastAbsent, firstPresent, lastPresent, firstAbsent, previous, following }) => [
            ...(previous === null && lastAbsent !== null
              ? [{ key, op: 'added', earliest: lastAbsent, latest: firstPresent }]
              : []),
            ...(firstAbsent === null
              ? []
              : [{ key, op: following === null ? 'removed' : 'changed', earliest: lastPresent, latest: firstAbsent }]),
          ]),
      )
    return changes.filter(({ earliest, latest }) => latest >= from && earliest <= to)
  }

  it('of listed resources: their changes page by page, and since when each held', async () => {
    let made = 0
    const timeline = generateTableTimelines(resourceKeys('NAME'), ['Standard', 'Premium'], {
      named: [CIRCUIT, GATEWAY],
    })
    await fc.assert(
      fc.asyncProperty(timeline, asked, async (polls, [seed, limit]) => {
        made += 1
        const renamed = polls.map(({ values, ...poll }): ModelPoll => {
          const own = [...values].map(([key, value]) => [key.replace('NAME', `config-${made}`), value] as const)
          return { ...poll, values: new Map(own) }
        })
        const feed = await createTestPollSource(db, { type: 'subscriptions' })
        const model = await recordModelTimeline(feed, 'inventory', renamed, inventoryRows([CIRCUIT, GATEWAY]))
        for (const { from, to } of timesOf(model, seed)) {
          const rows = await readEveryPage(limit, (page) =>
            readConfigChanges(db.pool, { type: CIRCUIT.toUpperCase(), from, to, ...page }),
          )
          expectNewestFirst(rows.map(({ between }) => between.latest))
          const own = rows.filter(({ scopeName }) => scopeName.startsWith(`config-${made}-`))
          expect(
            sorted(
              own.map(({ resourceType, resourceId, op, between, fields }) => {
                const paths = fields.map(({ path }) => path)
                expect(paths).toEqual(op === 'changed' ? ['/properties/sku'] : [])
                return { key: `${resourceType} ${resourceId}`, op, ...between }
              }),
            ),
          ).toEqual(sorted(changesOf(model, from, to).filter(({ key }) => key.startsWith(CIRCUIT))))

          const configured = await readConfigIntervals(db.pool, { type: GATEWAY, since: from })
          const held = configured
            .filter(({ name }) => name.startsWith(`config-${made}-`))
            .flatMap(({ resourceId, intervals }) =>
              intervals.map((one) => ({
                key: `${GATEWAY} ${resourceId}`,
                from: one.from,
                to: one.to,
                value: (one.config.properties as { sku: string }).sku,
              })),
            )
          const expected = model
            .keys()
            .filter((key) => key.startsWith(GATEWAY))
            .flatMap((key) => model.intervals(key))
            .filter(({ firstAbsent }) => firstAbsent === null || firstAbsent > from)
            .map(({ key, value, lastAbsent, firstPresent, firstAbsent }) => ({
              key,
              from: lastAbsent === null ? null : firstPresent,
              to: firstAbsent,
              value,
            }))
          expect(sorted(held)).toEqual(sorted(expected))
        }
      }),
      RUNS,
    )
  })

  it('of connections', async () => {
    await fc.assert(
      fc.asyncProperty(
        generateTableTimelines([CONNECTION_TIMELINE_KEY], ['Connected', 'Connecting'], { named: [] }),
        asked,
        async (polls, [seed, limit]) => {
          const always = polls.map((poll): ModelPoll => {
            const status = poll.values.get(CONNECTION_TIMELINE_KEY) ?? 'Connected'
            return { ...poll, values: new Map(poll.outcome === 'timeout' ? [] : [[CONNECTION_TIMELINE_KEY, status]]) }
          })
          const feed = await createTestPollSource(db, { type: 'connections' })
          const model = await recordModelTimeline(feed, 'connection', always, connectionRows)
          for (const { from, to } of timesOf(model, seed)) {
            const rows = await readEveryPage(limit, (page) =>
              readConfigChanges(db.pool, { scope: feed.resourceId, from, to, ...page }),
            )
            expect(rows.map(({ op, seenBy, fields, between }) => ({ op, seenBy, fields, between }))).toEqual(
              model
                .intervals(CONNECTION_TIMELINE_KEY)
                .filter(
                  ({ firstAbsent, lastPresent }) => firstAbsent !== null && firstAbsent >= from && lastPresent <= to,
                )
                .map(({ value, following, lastPresent, firstAbsent }) => ({
                  op: 'changed',
                  seenBy: 'connection',
                  fields: [{ path: '/connectionStatus', before: value, after: following }],
                  between: { earliest: lastPresent, latest: firstAbsent },
                }))
                .toReversed(),
            )
          }
        },
      ),
      RUNS,
    )
  })
})

it('a cursor of another question is refused', async () => {
  const feed = await createTestPollSource(db)
  const polls = [0, 1].map((n): ModelPoll => {
    const startedAt = Date.UTC(2026, 10, 20, 3, n)
    const values = new Map([['10.0.4.12 10.0.4.4', n === 0 ? 'Connected:3' : 'Idle:0']])
    return { startedAt, finishedAt: startedAt + 1_000, outcome: 'ok', silent: [], values }
  })
  await recordModelTimeline(feed, 'peers', polls, peerRows)
  const time = { scope: feed.resourceId, from: 0, to: Date.UTC(2026, 10, 21), limit: 1 }
  const { nextCursor } = await readSessionHistory(db.pool, time)
  const cursor = nextCursor ?? ''
  expect((await readSessionHistory(db.pool, { ...time, cursor })).rows).toHaveLength(1)
  await expect(readSessionHistory(db.pool, { ...time, from: 1, cursor })).rejects.toThrow(CursorError)
  await expect(readPrefixCounts(db.pool, { ...time, cursor })).rejects.toThrow(CursorError)
  await expect(readSessionHistory(db.pool, { ...time, cursor: 'x' })).rejects.toThrow(CursorError)
})
