import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type PollOutcome, INSTANT_BEFORE_MONITORING, UNREAD_ROWS_INSTANCE } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { listArpEntries, readEmptyArpTables } from '#lib/circuits/store/index.ts'
import { readConnectionsAtMoment } from './read/sessions/connections-at.ts'
import { readPollCoverageOfMoment } from './read/polls/coverage-at.ts'
import { readLastGoodPolls } from './read/polls/last-good-polls.ts'
import { readResourcePage, readResourceByIdOrArmId } from './read/config/resources.ts'
import { listSources, readNewestPoll, readSourceById } from './read/polls/list-sources.ts'
import { readPolledTargets } from './read/polls/polled-targets.ts'
import { countPollsByOutcome } from '#lib/setup/store/index.ts'
import { createPastReader } from './past/past-reader.ts'
import { getRegisteredTables } from './registered-tables.ts'
import { readTableNames } from './scoped/scoped-reader.ts'
import { readSessionsAtMoment } from './read/sessions/sessions-at.ts'
import { computeShortId } from './store/short-id.ts'
import { syncPollSchedule } from './store/schedule.ts'
import { readUncoveredTimes } from './read/polls/uncovered-times.ts'
import { TEST_SOURCE_POLL_INTERVAL_SECONDS, createTestPollSource } from './testing/feed.ts'
import { hasModelPollReadRows, type ModelPoll, ReferenceHistoryModel } from './testing/naive-model.ts'
import { timelineInstances, collectTestMomentsAroundPolls, generateTableTimelines } from './testing/random-timeline.ts'
import {
  arpRows,
  CONNECTION_TIMELINE_KEY,
  connectionRows,
  inventoryRows,
  NO_MAC,
  peerRows,
  recordModelTimeline,
} from './testing/recorded-timeline.ts'

const db = withTestDatabase()
const RUNS = { numRuns: 8 }

const sessionKeys = timelineInstances.map((name) => `${name} 10.0.4.4`)
const PATH = 'AzurePrivatePeering/primary'
const arpKeys = [' On-Prem|10.0.0.1', ' Microsoft|10.0.0.2']
const CIRCUIT = 'microsoft.network/expressroutecircuits'
const GATEWAY = 'microsoft.network/virtualnetworkgateways'

/** Returns the moments of a timeline, and some moments after its last poll. */
function momentsOf({ polls }: ReferenceHistoryModel): number[] {
  const end = polls.at(-1)?.finishedAt ?? 0
  return [
    ...collectTestMomentsAroundPolls(polls),
    ...[85_000, 95_000, 120_000, 200_000, 3_600_000].map((after) => end + after),
  ]
}

/** Returns a sample of these moments; the same timeline gives the same sample. */
const sampled = (model: ReferenceHistoryModel, count = 6) =>
  fc.sample(fc.constantFrom(...momentsOf(model)), { numRuns: count, seed: model.polls.length })

const sorted = <T>(rows: readonly T[]) => rows.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))

/** Returns every key that has a value at a moment, or now. */
function expectedAt(model: ReferenceHistoryModel, at: number | undefined) {
  return sorted(
    model.keys().flatMap((key) => {
      const answer = at === undefined ? currentOf(model, key) : model.at(key, at)
      if (!answer) return []
      const { value, known, since } = answer
      return [{ key, value, known, since: { earliest: since[0] ?? INSTANT_BEFORE_MONITORING, latest: since[1] } }]
    }),
  )
}

function currentOf(model: ReferenceHistoryModel, key: string) {
  const last = model.intervals(key).at(-1)
  if (!last || last.firstAbsent !== null) return null
  return { value: last.value, known: 'observed' as const, since: [last.lastAbsent, last.firstPresent] as const }
}

describe('at any moment, and now, a list of all polls gives the same', () => {
  it('ARP tables, and which of them are empty', async () => {
    const timeline = generateTableTimelines(arpKeys, ['00:11:22:33:44:55', '00:11:22:33:44:66', NO_MAC], { named: [] })
    await fc.assert(
      fc.asyncProperty(timeline, async (polls) => {
        const feed = await createTestPollSource(db, { type: 'expressRouteCircuits', subresource: PATH })
        const scope = computeShortId(feed.resourceId)
        const model = await recordModelTimeline(feed, 'arp', polls, arpRows)
        const rows = (await listArpEntries(db.pool, { scope })).map((row) => {
          expect(row).toMatchObject({ peering: 'AzurePrivatePeering', path: 'primary', ageMinutes: 3 })
          const { interface: name, ipAddress, macAddress, since } = row
          return { key: ` ${name}|${ipAddress}`, value: macAddress ?? NO_MAC, known: 'observed', since }
        })
        expect(sorted(rows)).toEqual(expectedAt(model, undefined))
        const wasRead = model.polls.some(({ outcome }) => outcome === 'ok')
        const ends = model.keys().flatMap((key) => model.intervals(key).map(({ firstAbsent }) => firstAbsent ?? 0))
        const isEmpty = wasRead && model.now().size === 0
        expect(await readEmptyArpTables(db.pool, { scope })).toEqual(
          new Map(isEmpty ? [[feed.sourceId, ends.length === 0 ? null : Math.max(...ends)]] : []),
        )
      }),
      RUNS,
    )
  })

  it('connections', async () => {
    const timeline = generateTableTimelines([CONNECTION_TIMELINE_KEY], ['Connected', 'Connecting'], { named: [] })
    await fc.assert(
      fc.asyncProperty(timeline, async (polls) => {
        const always = polls.map((poll): ModelPoll => {
          const status = poll.values.get(CONNECTION_TIMELINE_KEY) ?? 'Connected'
          return { ...poll, values: new Map(poll.outcome === 'timeout' ? [] : [[CONNECTION_TIMELINE_KEY, status]]) }
        })
        const feed = await createTestPollSource(db, { type: 'connections' })
        const model = await recordModelTimeline(feed, 'connection', always, connectionRows)
        for (const at of [undefined, ...sampled(model)]) {
          const rows = await readConnectionsAtMoment(db.pool, { scope: feed.resourceId, at })
          const found = rows.map(({ live, known, since }) => ({
            key: CONNECTION_TIMELINE_KEY,
            value: live.connectionStatus,
            known,
            since,
          }))
          expect({ at, rows: found }).toEqual({ at, rows: expectedAt(model, at) })
        }
      }),
      RUNS,
    )
  })

  it('resources, those that were removed too', async () => {
    let made = 0
    const keys = [CIRCUIT, GATEWAY].flatMap((type) =>
      ['a', 'b'].map((end) => `${type} /subscriptions/s/resourceGroups/rg/providers/${type}/NAME-${end}`),
    )
    await fc.assert(
      fc.asyncProperty(
        generateTableTimelines(keys, ['Standard', 'Premium'], { named: [CIRCUIT, GATEWAY] }),
        async (polls) => {
          made += 1
          const renamed = polls.map(({ values, ...poll }): ModelPoll => {
            const own = [...values].map(([key, value]) => [key.replace('NAME', `listed-${made}`), value] as const)
            return { ...poll, values: new Map(own) }
          })
          const feed = await createTestPollSource(db, { type: 'subscriptions' })
          const rowsOf = inventoryRows([CIRCUIT, GATEWAY])
          // an inventory has no silent instances, so a missing type is visible only in the list of types
          const model = new ReferenceHistoryModel(TEST_SOURCE_POLL_INTERVAL_SECONDS * 1_000)
          const covering = new ReferenceHistoryModel(TEST_SOURCE_POLL_INTERVAL_SECONDS * 1_000)
          for (const poll of renamed) {
            const { status } = await feed.record('inventory', { ...poll, silentInstances: [], rows: rowsOf(poll) })
            expect(status === 'recorded').toBe(model.accept(poll))
            covering.accept({ ...poll, silent: [] })
          }
          for (const at of [undefined, ...sampled(model)]) {
            const views = await readResourcePage(db.pool, { types: [CIRCUIT.toUpperCase()], at, includeRemoved: true })
            const own = views.filter(({ name }) => name.startsWith(`listed-${made}-`))
            const rows = own.map(({ resourceId, config, since, removed, known }) => ({
              key: `${CIRCUIT} ${resourceId}`,
              value: (config?.properties as { sku: string } | undefined)?.sku ?? null,
              since,
              removed,
              known,
            }))
            expect({ at, rows: sorted(rows) }).toEqual({ at, rows: sorted(expectedResources(model, covering, at)) })
            for (const view of own) {
              expect(await readResourceByIdOrArmId(db.pool, view.id, at)).toEqual(view)
              expect(await readResourceByIdOrArmId(db.pool, view.resourceId.toUpperCase(), at)).toEqual(view)
            }
            const present = await readResourcePage(db.pool, { types: [CIRCUIT], at })
            expect(present.filter(({ name }) => name.startsWith(`listed-${made}-`))).toEqual(
              own.filter(({ since }) => since !== null),
            )
          }
        },
      ),
      RUNS,
    )
    expect(await readResourceByIdOrArmId(db.pool, 'nosuchid22')).toBeNull()
  })
})

function expectedResources(model: ReferenceHistoryModel, covering: ReferenceHistoryModel, at: number | undefined) {
  const keys = model.keys().filter((key) => key.startsWith(CIRCUIT))
  return keys.flatMap((key): object[] => {
    const begun = model.intervals(key).filter(({ firstPresent }) => at === undefined || firstPresent <= at)
    const answer = at === undefined ? currentOf(model, key) : model.presence(key, at)
    const known = at !== undefined && !covering.covered(at) ? 'unknown' : (answer?.known ?? 'observed')
    if (answer) {
      const since = { earliest: answer.since[0] ?? INSTANT_BEFORE_MONITORING, latest: answer.since[1] }
      return [{ key, value: answer.value, since, removed: null, known }]
    }
    const last = begun.at(-1)
    if (!last) return []
    return [
      { key, value: last.value, since: null, removed: { earliest: last.lastPresent, latest: last.firstAbsent }, known },
    ]
  })
}

describe('what was seen, and how polls go, a list of all polls gives the same', () => {
  it('at a moment', async () => {
    await fc.assert(
      fc.asyncProperty(generateTableTimelines(sessionKeys, ['Connected:3']), async (polls) => {
        const feed = await createTestPollSource(db)
        const model = await recordModelTimeline(feed, 'peers', polls, peerRows)
        for (const at of sampled(model, 12)) {
          const all = await readPollCoverageOfMoment(db.pool, { scope: feed.resourceId, kinds: ['peers', 'arp'], at })
          expect([...all.keys()]).toEqual([`${feed.sourceId}/peers`])
          const moment = all.get(`${feed.sourceId}/peers`)
          const { before, after } = model.around(at)
          if (model.covered(at)) {
            expect(moment).toMatchObject({ covered: true, gap: null })
            expect(moment?.silentInstances.toSorted()).toEqual([...new Set(model.silentAt(at))].toSorted())
            // single polls inside a coverage interval are not stored
            const ended = model.polls.findLast((poll) => hasModelPollReadRows(poll) && poll.finishedAt <= at)
            if (!ended) continue
            expect(moment?.lastPollEnded?.earliest).toBeLessThanOrEqual(ended.finishedAt)
            expect(moment?.lastPollEnded?.latest).toBeGreaterThanOrEqual(ended.finishedAt)
            expect(moment?.lastPollEnded?.latest).toBeLessThanOrEqual(at)
          } else {
            expect(moment).toMatchObject({
              covered: false,
              silentInstances: [],
              lastPollEnded: before && { earliest: before.finishedAt, latest: before.finishedAt },
              gap: { from: before?.finishedAt ?? INSTANT_BEFORE_MONITORING, to: after?.startedAt ?? null },
            })
            const failing = model.polls.find((poll) => poll.startedAt <= at && at <= poll.finishedAt)
            if (failing) expect(moment?.gap?.outcome).toBe(failing.outcome)
          }
        }
      }),
      RUNS,
    )
  })

  it('at a moment that was read since, whatever interval comes later', async () => {
    const later = fc.constantFrom(5, 20, 60, 300, 3_600)
    const steady = Array.from({ length: 12 }, (_, n): ModelPoll => {
      const startedAt = Date.UTC(2026, 10, 20, 3, n)
      return { startedAt, finishedAt: startedAt + 900, outcome: 'ok', silent: [], values: new Map() }
    })
    await fc.assert(
      fc.asyncProperty(
        generateTableTimelines(sessionKeys, ['Connected:3']),
        fc.nat(),
        later,
        async (polls, cut, seconds) => {
          const feed = await createTestPollSource(db)
          const begun = 1 + (cut % polls.length)
          const model = await recordModelTimeline(feed, 'peers', polls.slice(0, begun), peerRows)
          const read = model.polls.findLast(hasModelPollReadRows)
          fc.pre(read !== undefined)
          const ask = () =>
            Promise.all(
              [...sampled(model, 12), read?.startedAt ?? 0]
                .filter((at) => at <= (read?.startedAt ?? 0))
                .map(async (at) => [
                  at,
                  await readPollCoverageOfMoment(db.pool, { scope: feed.resourceId, kinds: ['peers'], at }),
                ]),
            )
          const answered = await ask()
          for (const poll of polls.slice(begun)) {
            const rows = peerRows(poll)
            await feed.record('peers', { ...poll, silentInstances: poll.silent, rows }, { intervalSeconds: seconds })
            expect(await ask()).toEqual(answered)
          }
        },
      ),
      { ...RUNS, examples: [[steady, 9, 3_600]] },
    )
  })

  it('over a time: each part of it that no poll saw, once, with the outcome of the polls that failed in it', async () => {
    await fc.assert(
      fc.asyncProperty(
        generateTableTimelines(sessionKeys, ['Connected:3']),
        fc.nat(),
        fc.nat(),
        async (polls, a, b) => {
          const feed = await createTestPollSource(db)
          const model = await recordModelTimeline(feed, 'peers', polls, peerRows)
          const all = momentsOf(model)
          const bounds = [all[a % all.length] ?? 0, all[b % all.length] ?? 0].toSorted((x, y) => x - y)
          const [from = 0, to = 0] = bounds
          const times = await readUncoveredTimes(db.pool, { scope: feed.resourceId, kinds: ['peers'], from, to })
          for (const [i, time] of times.entries()) {
            expect(time.from).toBeGreaterThanOrEqual(times[i - 1]?.to ?? from)
            expect(time.to).toBeGreaterThan(time.from)
            expect(time.to).toBeLessThanOrEqual(to)
          }
          // coverage can only change at the start or end of a poll, so one moment per piece is enough
          const cuts = [from, ...model.polls.flatMap((poll) => [poll.startedAt, poll.finishedAt]), to]
            .filter((at) => at >= from && at <= to)
            .toSorted((x, y) => x - y)
          for (const [i, end] of cuts.entries()) {
            const begin = cuts[i - 1] ?? from
            if (end - begin < 2) continue
            const at = begin + (end - begin) / 2
            const found = times.find((time) => time.from < at && at < time.to)
            expect({ at, seen: found === undefined }).toEqual({ at, seen: isSeen(model, at, to) })
            const failing = model.polls.find((poll) => poll.startedAt <= at && at <= poll.finishedAt)
            if (found && failing) expect(found.outcome).toBe(failing.outcome)
          }
        },
      ),
      { numRuns: 16, examples: SLOWER_THAN_CONFIGURED },
    )
  })

  it('now: outcomes, last good polls, the timetable and totals', async () => {
    await fc.assert(
      fc.asyncProperty(
        generateTableTimelines(sessionKeys, ['Connected:3']),
        fc.boolean(),
        async (polls, isScheduled) => {
          const feed = await createTestPollSource(db)
          const scope = computeShortId(feed.resourceId)
          const [totals, newest] = [await totalsByOutcome(), (await readNewestPoll(db.pool)).at]
          const model = await recordModelTimeline(feed, 'peers', polls, peerRows)
          const target = { resourceId: feed.resourceId, subresource: '' }
          const wanted = isScheduled
            ? [{ ...target, kind: 'peers' as const, everySeconds: TEST_SOURCE_POLL_INTERVAL_SECONDS }]
            : []
          await db.transaction((client) => syncPollSchedule(client, wanted))

          const last = model.polls.at(-1)
          const lastOk = model.polls.findLast(({ outcome }) => outcome === 'ok')
          const lastRead = model.polls.findLast(hasModelPollReadRows)
          const [source] = await listSources(db.pool, { scope })
          expect(await readSourceById(db.pool, feed.sourceId)).toMatchObject({ scope, subresource: '', path: null })
          expect(source).toMatchObject({
            ...(await readSourceById(db.pool, feed.sourceId)),
            scheduled: isScheduled,
            poll: {
              kind: 'peers',
              lastOutcome: last?.outcome,
              lastStartedAt: last?.startedAt,
              lastFinishedAt: last?.finishedAt,
              lastOkStartedAt: lastOk?.startedAt ?? null,
              lastOkAt: lastOk?.finishedAt ?? null,
              lastReadAt: lastRead?.startedAt ?? null,
              silentInstances: last?.silent,
              burst: null,
            },
          })
          const longest = Math.max(...model.polls.slice(-20).map((poll) => poll.finishedAt - poll.startedAt))
          const { intervalSeconds = 0, floorSeconds = 0 } = source?.poll ?? {}
          expect(intervalSeconds).toBeGreaterThanOrEqual(TEST_SOURCE_POLL_INTERVAL_SECONDS)
          expect(floorSeconds).toBeGreaterThan(intervalSeconds)
          expect(floorSeconds).toBeLessThanOrEqual(intervalSeconds + longest / 1_000 + 1e-6)

          const readAt = Math.max(lastOk?.startedAt ?? 0, lastRead?.startedAt ?? 0)
          expect(await readLastGoodPolls(db.pool, [scope])).toEqual(
            readAt === 0
              ? {}
              : { [`${scope}  peers`]: { at: lastOk?.startedAt ?? null, readAt, everyMs: intervalSeconds * 1_000 } },
          )
          const goodAt = Math.max(lastOk?.finishedAt ?? 0, lastRead?.startedAt ?? 0)
          const targets = await readPolledTargets(db.pool)
          expect(targets).toMatchObject(
            isScheduled
              ? [
                  {
                    subscriptionResource: feed.resourceId.split('/').slice(0, 3).join('/'),
                    subscription: computeShortId(feed.resourceId.split('/').slice(0, 3).join('/')),
                    scope,
                    kind: 'peers',
                    everyMs: TEST_SOURCE_POLL_INTERVAL_SECONDS * 1_000,
                    lastAt: last?.finishedAt ?? null,
                    lastGoodAt: goodAt || null,
                    lastOutcome: last?.outcome,
                  },
                ]
              : [],
          )
          expect((await readNewestPoll(db.pool)).at).toBe(Math.max(newest ?? 0, last?.finishedAt ?? 0))
          const { age } = await readNewestPoll(db.pool)
          const { rows } = await db.pool.query<{ now: Date }>('SELECT clock_timestamp() AS now')
          const ageNow = ((rows[0]?.now.getTime() ?? 0) - ((await readNewestPoll(db.pool)).at ?? 0)) / 1_000
          // the clock is read twice, and it differs slightly between CPU cores
          expect(Math.abs(ageNow - (age ?? 0))).toBeLessThan(60)
          for (const { outcome } of model.polls) totals.set(outcome, (totals.get(outcome) ?? 0) + 1)
          expect(await totalsByOutcome()).toEqual(totals)
        },
      ),
      RUNS,
    )
  })
})

describe('a reader as of a moment', () => {
  it('has a rule for every table and view that changes, with its columns', async () => {
    const tables = (await readTableNames(db.pool)).filter((table) => !/_(\d{8}|default)$/.test(table))
    expect([...getRegisteredTables().keys()].toSorted()).toEqual(tables)
    const past = createPastReader(db.pool, Date.UTC(2026, 10, 20))
    for (const table of tables) {
      const ask = `SELECT * FROM ${table} LIMIT 0`
      const [then, now] = [await past.query(ask), await db.pool.query(ask)]
      const namesOf = (fields: { name: string; dataTypeID: number }[]) =>
        fields.map(({ name, dataTypeID }) => `${name} ${dataTypeID}`).toSorted()
      expect(namesOf(then.fields), table).toEqual(namesOf(now.fields))
    }
  })

  it('reads a resource that was there, and not what became of it', async () => {
    const type = 'microsoft.network/expressrouteports'
    const resourceId = `/subscriptions/s/resourceGroups/rg/providers/${type}/port`
    const key = `${type} ${resourceId}`
    const feed = await createTestPollSource(db, { type: 'subscriptions' })
    const rowsOf = inventoryRows([type])
    const T = Date.UTC(2026, 10, 20, 6)
    for (const [n, sku] of ['Standard', 'Premium', null, null].entries()) {
      const startedAt = T + n * 60_000
      const values = new Map(sku === null ? [] : [[key, sku]])
      const poll = { startedAt, finishedAt: startedAt + 1_000, outcome: 'ok' as const, silent: [], values }
      await feed.record('inventory', { ...poll, silentInstances: [], rows: rowsOf(poll) })
    }
    const skuAt = async (at: number) => {
      const found = await readResourcePage(createPastReader(db.pool, at), { types: [type], includeRemoved: true })
      const port = found.find(({ name }) => name === 'port')
      const { sku } = (port?.config?.properties ?? {}) as { sku?: string }
      return port && [sku, port.since?.latest ?? null, port.removed?.latest]
    }
    expect(await skuAt(T)).toBeUndefined()
    expect(await skuAt(T + 30_000)).toEqual(['Standard', T + 1_000, undefined])
    expect(await skuAt(T + 90_000)).toEqual(['Premium', T + 61_000, undefined])
    expect(await skuAt(T + 150_000)).toEqual(['Premium', null, T + 121_000])
  })

  it('reads what was read then', async () => {
    const peers = generateTableTimelines(sessionKeys, ['Connected:3', 'Connected:4', 'Idle:0'])
    const arp = generateTableTimelines(arpKeys, ['00:11:22:33:44:55', NO_MAC], { named: [] })
    const connection = generateTableTimelines([CONNECTION_TIMELINE_KEY], ['Connected', 'Connecting'], { named: [] })
    await fc.assert(
      fc.asyncProperty(peers, arp, connection, async (sessionPolls, arpPolls, connectionPolls) => {
        const cases = [
          { kind: 'peers', polls: sessionPolls, rowsOf: peerRows, of: {} },
          { kind: 'arp', polls: arpPolls, rowsOf: arpRows, of: { type: 'expressRouteCircuits', subresource: PATH } },
          { kind: 'connection', polls: connectionPolls, rowsOf: connectionRows, of: { type: 'connections' } },
        ] as const
        for (const { kind, polls, rowsOf, of } of cases) {
          const feed = await createTestPollSource(db, of)
          const scope = computeShortId(feed.resourceId)
          const read: { at: number; answer: unknown }[] = []
          for (const poll of polls) {
            const { status } = await feed.record(kind, { ...poll, silentInstances: poll.silent, rows: rowsOf(poll) })
            const at = poll.finishedAt
            // the rows that such a poll left out are not stored
            const isPartly = poll.silent.includes(UNREAD_ROWS_INSTANCE)
            if (status === 'recorded' && !isPartly) read.push({ at, answer: await knownBy(db.pool, scope) })
          }
          for (const { at, answer } of read)
            expect({ at, answer: await knownBy(createPastReader(db.pool, at), scope) }).toEqual({ at, answer })
        }
      }),
      { numRuns: 4, endOnFailure: true },
    )
  })
})

/**
 * Returns the responses of queries about now, without the pace of polls and their single times, which are not stored.
 */
async function knownBy(q: SqlExecutor, scope: string) {
  return {
    // the end of a poll that was followed by others is not stored, and the number of polls that missed a row follows
    // from the interval
    sessions: (await readSessionsAtMoment(q, { scope })).map(({ poll, lastSeenAt, missingPolls, ...session }) => ({
      ...session,
      isMissing: missingPolls > 0,
      seen: session.presence === 'present' && poll.lastOutcome === 'ok' ? lastSeenAt : null,
    })),
    arp: (await listArpEntries(q, { scope })).map(({ ageMinutes: _, ...entry }) => entry),
    empty: await readEmptyArpTables(q, { scope }),
    connections: await readConnectionsAtMoment(q, { scope }),
    polls: (await listSources(q, { scope })).map(
      ({ poll: { lastOutcome, lastFinishedAt, lastOkAt, silentInstances } }) => ({
        lastOutcome,
        lastFinishedAt,
        lastOkAt,
        silentInstances,
      }),
    ),
  }
}

/**
 * Polls at a longer interval than configured, of which the last failed. The next one is overdue by the current
 * interval.
 */
const SLOWER_THAN_CONFIGURED: [ModelPoll[], number, number][] = [
  [
    [0, 80_000].map((at, i): ModelPoll => {
      const startedAt = Date.UTC(2026, 10, 20, 3) + at
      return {
        startedAt,
        finishedAt: startedAt + (i === 0 ? 1 : 15_000),
        outcome: i === 0 ? 'ok' : 'timeout',
        silent: [],
        values: new Map(),
      }
    }),
    0,
    8,
  ],
]

/**
 * Reports whether a moment counts as seen. The time after the last poll counts until the next one is overdue at the end
 * of the requested period.
 */
function isSeen(model: ReferenceHistoryModel, at: number, end: number): boolean {
  const { after, before } = model.around(at)
  if (!before) return false
  return after || at <= before.finishedAt ? model.covered(at) : model.covered(end)
}

async function totalsByOutcome(): Promise<Map<PollOutcome, number>> {
  const totals = await countPollsByOutcome(db.pool)
  return new Map(totals.filter(({ kind }) => kind === 'peers').map(({ outcome, polls }) => [outcome, polls]))
}
