import { describe, expect, it } from 'vitest'
import { type ActivityRow, type PollOutcome, RESOURCE_CHANGE_CATEGORY } from '#lib/contract/index.ts'
import { MS_PER_DAY, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { readActivityAround } from './config/activity-around.ts'
import { readDueBackfills, postponeBackfill, recordBackfill } from '../rollup/backfill.ts'
import { readInstanceSessions } from './sessions/instance-sessions.ts'
import { findKnownResources } from './config/known-resources.ts'
import { readLearnedPrefixes } from '#lib/questions/store/index.ts'
import { countBurstPolls } from './polls/burst-polls.ts'
import { rollUpUsage } from '../rollup/roll-up.ts'
import { saveResourceStates } from '../store/detection-scopes.ts'
import { computeShortId } from '../store/short-id.ts'
import { countThrottledPolls } from './polls/throttled-polls.ts'
import { syncPollSchedule } from '../store/schedule.ts'
import { readResourcesByProbeTest } from '#lib/networks/store/index.ts'
import { readUsage } from './traffic/usage.ts'
import { createTestPollSource, peerRow } from '../testing/feed.ts'

const db = withTestDatabase()
const T0 = Date.UTC(2026, 10, 20, 3)

describe('the Activity log around a time', () => {
  const CIRCUIT = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/expressRouteCircuits/er1'
  const entry = (eventDataId: string, resourceId: string, at: number): ActivityRow => ({
    eventDataId,
    correlationId: null,
    at,
    submittedAt: null,
    operation: 'write',
    status: 'Succeeded',
    resourceId,
    caller: 'ops',
    category: 'Administrative',
  })

  it.each([
    {
      name: 'of the resource itself, in any capitals',
      resourceId: CIRCUIT.toUpperCase(),
      minutes: [0, 9],
      ids: ['a', 'b', 'c'],
    },
    { name: 'of what is below it', resourceId: CIRCUIT, minutes: [1, 9], ids: ['b', 'c'] },
    { name: 'at its bounds', resourceId: CIRCUIT, minutes: [1, 2], ids: ['b'] },
    { name: 'not of another one whose name begins alike', resourceId: `${CIRCUIT}0`, minutes: [0, 9], ids: ['d'] },
    { name: 'none', resourceId: `${CIRCUIT}/peerings/x`, minutes: [0, 9], ids: [] },
  ])('$name', async ({ resourceId, minutes: [from = 0, to = 0], ids }) => {
    const feed = await createTestPollSource(db, { type: 'subscriptions' })
    const rows = [
      entry('c', CIRCUIT, T0 + 9 * MS_PER_MINUTE),
      entry('a', CIRCUIT, T0),
      entry('b', `${CIRCUIT}/peerings/AzurePrivatePeering`, T0 + MS_PER_MINUTE),
      entry('d', `${CIRCUIT}0`, T0),
    ]
    await db.pool.query('TRUNCATE activity_entry')
    await feed.record('activity', { startedAt: T0 + MS_PER_DAY, finishedAt: T0 + MS_PER_DAY + 1, rows })
    const within = { earliest: T0 + from * MS_PER_MINUTE, latest: T0 + to * MS_PER_MINUTE }
    const nothing = { resourceId: '/subscriptions/other', within }
    const [none, found = []] = await readActivityAround(db.pool, [nothing, { resourceId, within }])
    expect(none).toEqual([])
    expect(found.map(({ id }) => id)).toEqual(ids)
    expect(
      found.every(({ resourceKey, caller }) => resourceKey === resourceKey.toLowerCase() && caller === 'ops'),
    ).toBe(true)
  })

  it('has a change once: as Resource Graph has it, until the log does', async () => {
    const feed = await createTestPollSource(db, { name: 'changed' })
    const one = { ...entry('graph', CIRCUIT.toLowerCase(), T0), correlationId: 'c', operation: 'circuits/write' }
    const graph = { ...one, category: RESOURCE_CHANGE_CATEGORY }
    const logged = { ...one, eventDataId: 'logged', resourceId: `${CIRCUIT}/peerings/p`, at: T0 + 1 }
    const other = { ...one, eventDataId: 'other', resourceId: `${CIRCUIT}2` }
    const started = { ...one, eventDataId: 'started', status: 'Started' }
    const within = { earliest: T0 - 1, latest: T0 + 1 }
    const ids: string[][] = []
    await db.pool.query('TRUNCATE activity_entry')
    for (const [n, rows] of [[graph], [graph, other], [started], [logged]].entries()) {
      await feed.record('activity', { startedAt: T0 + n * MS_PER_MINUTE, finishedAt: T0 + n * MS_PER_MINUTE + 1, rows })
      const [found = []] = await readActivityAround(db.pool, [{ resourceId: CIRCUIT, within }])
      ids.push(found.map(({ id }) => id))
    }
    expect(ids).toEqual([['graph'], ['graph'], ['graph', 'started'], ['started', 'logged']])
  })

  it('for no resources needs no question', async () => expect(await readActivityAround(db.pool, [])).toEqual([]))
})

it('resources are known by their short and their ARM ids, as they were given', async () => {
  const { resourceId } = await createTestPollSource(db, { name: 'known' })
  const short = computeShortId(resourceId)
  const asked = [short, resourceId, `${resourceId.toUpperCase()}/`, 'nosuchid22']
  const known = { id: short, type: 'microsoft.network/virtualnetworkgateways', name: 'known' }
  expect(await findKnownResources(db.pool, asked)).toEqual(new Map(asked.slice(0, 3).map((id) => [id, known])))
  expect(await findKnownResources(db.pool, [])).toEqual(new Map())
})

describe('what detection remembers', () => {
  const group = { circuits: ['c1'], confidence: 'certain' as const, entries: ['x'], prefixes: ['10.0.0.0/8'] }

  it('tests by all that they reach', async () => {
    await saveResourceStates(db.pool, [
      { scope: 'c2', state: { probes: { both: {} } }, recheckAt: null },
      { scope: 'c1', state: { probes: { both: {}, one: {} } }, recheckAt: null },
    ])
    expect(await readResourcesByProbeTest(db.pool)).toEqual(
      new Map([
        ['both', ['c1', 'c2']],
        ['one', ['c1']],
      ]),
    )
    await saveResourceStates(db.pool, [{ scope: 'c2', state: {}, recheckAt: null }])
  })

  it.each([
    { name: 'groups of prefixes', state: { learning: { known: [group] } }, prefixes: [group], tests: [] },
    { name: 'tests that reach it', state: { probes: { b: {}, a: {} } }, prefixes: [], tests: ['a', 'b'] },
    { name: 'neither', state: {}, prefixes: [], tests: [] },
    { name: 'something of an earlier version', state: { learning: { known: {} } }, prefixes: [], tests: [] },
  ])('is read as far as it is there: $name', async ({ state, prefixes, tests }) => {
    await saveResourceStates(db.pool, [{ scope: 'c1', state, recheckAt: null }])
    expect(await readLearnedPrefixes(db.pool)).toEqual(prefixes)
    expect([...(await readResourcesByProbeTest(db.pool))].toSorted()).toEqual(tests.map((test) => [test, ['c1']]))
  })
})

describe('polls of one subscription', () => {
  const subscriptionId = '5CA1AB1E-0000-4000-8000-000000000001'
  const poll = { kind: 'peers' as const, everySeconds: 60, subresource: '' }

  it('that are made faster are counted while they are', async () => {
    const feeds = [await createTestPollSource(db), await createTestPollSource(db), await createTestPollSource(db)]
    const wanted = feeds.map(({ resourceId }) => ({ ...poll, resourceId }))
    const other = { ...poll, resourceId: '/subscriptions/other/resourceGroups/g/providers/Microsoft.Network/x/y' }
    await db.transaction((client) => syncPollSchedule(client, [...wanted, other]))
    const until = (feed: (typeof feeds)[number] | undefined, interval: string) =>
      db.pool.query(
        `UPDATE poll_schedule SET burst_until = clock_timestamp() + $2::interval, burst_every_seconds = 5, burst_reason = 'watch'
         WHERE source_id = $1`,
        [feed?.sourceId, interval],
      )
    await until(feeds[0], '1 hour')
    await until(feeds[1], '-1 second')
    expect(await countBurstPolls(db.pool, subscriptionId)).toBe(1)
    expect(await countBurstPolls(db.pool, 'none')).toBe(0)
  })

  it.each<{
    name: string
    own: PollOutcome[]
    others: PollOutcome[][]
    expected: { inARow: number; others: number; othersSince: number }
  }>([
    { name: 'none was throttled', own: ['ok'], others: [['ok']], expected: { inARow: 0, others: 0, othersSince: 0 } },
    {
      name: 'its own last three were',
      own: ['ok', 'throttled', 'throttled', 'throttled'],
      others: [['ok']],
      expected: { inARow: 3, others: 0, othersSince: 0 },
    },
    {
      name: 'its own were, but the last was not',
      own: ['throttled', 'throttled', 'ok'],
      others: [],
      expected: { inARow: 0, others: 0, othersSince: 0 },
    },
    {
      name: 'the last of others were, one of them long ago',
      own: ['ok', 'ok', 'throttled'],
      others: [['throttled'], ['ok', 'ok', 'throttled'], ['throttled', 'ok', 'ok']],
      expected: { inARow: 1, others: 2, othersSince: 1 },
    },
  ])('that ARM throttles: $name', async ({ own, others, expected }) => {
    await db.pool.query('TRUNCATE poll_schedule')
    const outcomes = [own, ...others]
    const feeds = await Promise.all(outcomes.map(() => createTestPollSource(db)))
    await db.transaction((client) =>
      syncPollSchedule(
        client,
        feeds.map(({ resourceId }) => ({ ...poll, resourceId })),
      ),
    )
    for (const [i, feed] of feeds.entries()) {
      for (const [n, outcome] of (outcomes[i] ?? []).entries()) {
        const startedAt = T0 + n * MS_PER_MINUTE
        await feed.record('peers', { startedAt, finishedAt: startedAt + 1_000, outcome, rows: [] })
      }
    }
    const query = { subscriptionId, sourceId: feeds[0]?.sourceId ?? 0, kind: 'peers', since: T0 + 2 * MS_PER_MINUTE }
    expect(await countThrottledPolls(db.pool, query)).toEqual({ ...expected, readsLeft: null })
    await db.pool.query(`UPDATE poll_state SET budget = '{"remainingReads": 17}' WHERE source_id = $1`, [
      query.sourceId,
    ])
    const isRecent = own.length >= 3
    expect(await countThrottledPolls(db.pool, query)).toEqual({ ...expected, readsLeft: isRecent ? 17 : null })
  })
})

describe('back-filling the bit rates of circuits', () => {
  it('asks for each circuit whose metrics are polled, once, as far back as Azure keeps them', async () => {
    const circuit = await createTestPollSource(db, { type: 'expressRouteCircuits' })
    const gateway = await createTestPollSource(db)
    const wanted = [circuit, gateway].map(({ resourceId }) => ({
      resourceId,
      subresource: '',
      kind: 'metrics' as const,
      everySeconds: 60,
    }))
    await db.transaction((client) => syncPollSchedule(client, wanted))
    const now = T0 + 7 * MS_PER_MINUTE + 13
    const goalAt = T0 + 5 * MS_PER_MINUTE - 93 * MS_PER_DAY
    const [due, ...more] = await readDueBackfills(db.pool, now)
    expect(more).toEqual([])
    expect(due).toEqual({
      sourceId: circuit.sourceId,
      target: { resourceId: circuit.resourceId, subresource: '' },
      reachedAt: T0 + 5 * MS_PER_MINUTE,
      goalAt,
    })
    if (!due) return

    await postponeBackfill(db.pool, due.sourceId, now + MS_PER_MINUTE, 'throttled')
    expect(await readDueBackfills(db.pool, now)).toEqual([])
    expect(await readDueBackfills(db.pool, now + MS_PER_MINUTE)).toEqual([due])

    const from = T0 - MS_PER_DAY
    const rates = [0, 1, 2, 3, 4].map((n) => ({
      metric: 'BitsInPerSecond',
      dimensions: { peeringtype: 'AzurePrivatePeering' },
      at: from + n * MS_PER_MINUTE,
      grainSeconds: 60,
      average: 8_000,
    }))
    const keep = () => db.transaction((client) => recordBackfill(client, due, from, rates))
    expect(await keep()).toBe(true)
    // another worker recorded the same part of the past meanwhile
    expect(await keep()).toBe(false)
    await rollUpUsage(db)
    const query = { scope: computeShortId(circuit.resourceId), from, to: from + 5 * MS_PER_MINUTE, step: '5m' as const }
    const { points } = await readUsage(db.pool, query)
    expect(points.map((point) => point.in.bytes)).toEqual([300_000n])
    expect((await readDueBackfills(db.pool, now + MS_PER_MINUTE)).map(({ reachedAt }) => reachedAt)).toEqual([from])
  })
})

it('sessions of gateway instances are found by the addresses of the instances', async () => {
  const gateway = await createTestPollSource(db)
  const row = peerRow({ localAddress: '10.77.0.4', neighbor: '10.77.1.1', asn: 65_001 })
  await gateway.record('peers', { startedAt: T0, finishedAt: T0 + 1, rows: [row] })
  expect(await readInstanceSessions(db.pool, ['10.77.0.4'])).toEqual([
    { gateway: computeShortId(gateway.resourceId), instance: '10.77.0.4', neighbor: '10.77.1.1', asn: 65_001 },
  ])
  expect(await readInstanceSessions(db.pool, ['10.77.1.1'])).toEqual([])
})
