import { describe, expect, it } from 'vitest'
import type { ActivityRow, DetectedEvent } from '#lib/contract/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { getOrCreateSourceId } from './sources.ts'
import { computeEventId, upsertEvents } from './events.ts'
import {
  type ResourceStateRequest,
  loadResourceStates,
  readResourceStatesUnlocked,
  saveResourceStates,
  requestDetectionOfResources,
  saveRecheckTimes,
  type ResourceRecheckTime,
  findResourcesToRecheck,
} from './detection-scopes.ts'
import { listEvents } from '../read/events/list-events.ts'
import { listSources } from '../read/polls/list-sources.ts'
import {
  loadDetectionState,
  readDetectionStatesUnlocked,
  replaceDetectionStates,
  saveDetectionState,
  lockUnchangedDetectionStates,
} from './detection-state.ts'
import { syncPollSchedule } from './schedule.ts'
import { createTestPollSource } from '../testing/feed.ts'

const db = withTestDatabase()

const T = Date.UTC(2026, 10, 20, 3)

const event = (key: string, fields: Partial<DetectedEvent> = {}): DetectedEvent => ({
  key,
  kind: 'session_down',
  severity: 'minor',
  scope: 'gateway001',
  subject: '10.0.4.12~10.0.4.4',
  started: { earliest: T, latest: T + 60_000 },
  ended: null,
  duration: null,
  detectedAt: T + 60_000,
  evidence: [{ field: 'state', before: 'established', after: 'connect', sampledBefore: null, sampledAfter: null }],
  causes: [],
  flags: ['administrative'],
  ...fields,
})

describe('events', () => {
  it('are written once, and a later version replaces the earlier', async () => {
    const { sourceId } = await createTestPollSource(db)
    const open = event('once')
    expect(await upsertEvents(db.pool, sourceId, [open])).toEqual([computeEventId('once')])
    expect(await upsertEvents(db.pool, sourceId, [open, open])).toEqual([])
    const ended = { earliest: T + 100_000, latest: T + 160_000 }
    const closed = event('once', { ended, duration: { minMs: 40_000, maxMs: 160_000 } })
    expect(await upsertEvents(db.pool, sourceId, [open, closed])).toEqual([computeEventId('once')])
    const { rows } = await listEvents(db.pool, { scope: 'gateway001', limit: 10 })
    expect(rows).toMatchObject([{ ...closed, id: computeEventId('once'), partOf: null, incidentId: null }])
  })

  it('are listed newest first, page by page, where their begin overlaps what is asked', async () => {
    const { sourceId } = await createTestPollSource(db)
    const scope = 'gateway002'
    const at = (n: number) => ({
      started: { earliest: T + n * 1_000, latest: T + n * 1_000 + 500 },
      detectedAt: T + Math.floor(n / 2) * 2_000,
    })
    const events = Array.from({ length: 7 }, (_, n) => event(`page-${n}`, { scope, ...at(n) }))
    await upsertEvents(db.pool, sourceId, events)
    const query = { scope, from: T + 1_500, to: T + 6_000, limit: 2 }
    const found: string[] = []
    let cursor: string | undefined
    do {
      const page = await listEvents(db.pool, { ...query, cursor })
      found.push(...page.rows.map(({ id }) => id))
      cursor = page.nextCursor ?? undefined
    } while (cursor)
    const expected = events
      .slice(1)
      .toSorted((a, b) => b.detectedAt - a.detectedAt || (computeEventId(a.key) < computeEventId(b.key) ? 1 : -1))
    expect(found).toEqual(expected.map(({ key }) => computeEventId(key)))
    expect((await listEvents(db.pool, { ...query, kinds: ['session_up'] })).rows).toEqual([])
  })

  it('of a resource are found by its ARM id too', async () => {
    const feed = await createTestPollSource(db)
    const [source] = await listSources(db.pool, { scope: feed.resourceId })
    expect(source).toBeUndefined()
    await feed.record('arp', { startedAt: T, finishedAt: T + 1, rows: [] })
    const [polled] = await listSources(db.pool, { scope: feed.resourceId })
    await upsertEvents(db.pool, feed.sourceId, [event('by-arm-id', { scope: polled?.scope ?? '' })])
    const { rows } = await listEvents(db.pool, { scope: feed.resourceId.toUpperCase(), limit: 5 })
    expect(rows).toMatchObject([{ key: 'by-arm-id', scopeName: polled?.scopeName }])
  })
})

describe('what detection remembers', () => {
  it('comes back as it was, and is one writer’s at a time', async () => {
    const { sourceId } = await createTestPollSource(db)
    expect(await loadDetectionState(db.pool, sourceId)).toBeNull()
    const add = () =>
      db.transaction(async (client) => {
        const state = (await loadDetectionState(client, sourceId)) as { n: number } | null
        await saveDetectionState(client, sourceId, { n: (state?.n ?? 0) + 1 })
      })
    await Promise.all([add(), add(), add()])
    expect(await loadDetectionState(db.pool, sourceId)).toEqual({ n: 3 })
  })

  it('is replaced only where nobody has stored it, or has it alone, since it was peeked', async () => {
    const [stays, stored, held, unknown] = await Promise.all(
      [1, 2, 3, 4].map(async () => (await createTestPollSource(db)).sourceId),
    )
    const ids = [stays, stored, held, unknown].map(Number)
    for (const id of ids.slice(0, 3)) await saveDetectionState(db.pool, id, { n: 1 })
    const peeked = await readDetectionStatesUnlocked(db.pool, ids)
    expect([...peeked.keys()].toSorted()).toEqual(ids.slice(0, 3).toSorted())
    expect([...peeked.values()].map(({ state }) => JSON.parse(state) as unknown)).toEqual([
      { n: 1 },
      { n: 1 },
      { n: 1 },
    ])
    const asked = [...peeked].map(([sourceId, { version }]) => ({ sourceId, version, isReplaced: true }))
    await saveDetectionState(db.pool, Number(stored), { n: 2 })
    const replaced = await db.transaction(async (other) => {
      await loadDetectionState(other, Number(held))
      return db.transaction(async (client) => {
        expect(await lockUnchangedDetectionStates(client, asked)).toEqual(new Set([stays]))
        const readOnly = asked.map((one) => ({ ...one, isReplaced: false }))
        expect(await lockUnchangedDetectionStates(client, readOnly)).toEqual(new Set([stays, held]))
        const states = asked.filter(({ sourceId }) => sourceId !== held).toReversed()
        return replaceDetectionStates(
          client,
          states.map(({ sourceId, version }) => ({ sourceId, version, state: JSON.stringify({ n: 9, of: sourceId }) })),
        )
      })
    })
    expect([...replaced.keys()]).toEqual([stays])
    expect(replaced.get(Number(stays))).not.toBe(peeked.get(Number(stays))?.version)
    const states = await Promise.all(ids.map((id) => loadDetectionState(db.pool, id)))
    expect(states).toEqual([{ n: 9, of: stays }, { n: 2 }, { n: 1 }, null])
  })
})

describe('what detection remembers of scopes', () => {
  const isDueNow = async (scope: string, at: number, brings: ResourceStateRequest['brings']) =>
    (await findResourcesToRecheck(db.pool, [{ scope, at, brings }])).length > 0
  const stored = [
    { scope: 'scope-a', state: { n: 1 }, recheckAt: null },
    { scope: 'scope-b', state: { n: 2 }, recheckAt: T },
    { scope: 'scope-c', state: { n: 3 }, recheckAt: 0 },
  ]

  it('comes back by scope, as it was saved last', async () => {
    await saveResourceStates(db.pool, stored)
    await saveResourceStates(db.pool, [{ scope: 'scope-a', state: { n: 4 }, recheckAt: null }])
    await saveResourceStates(db.pool, [])
    const expected = new Map([
      ['scope-a', { n: 4 }],
      ['scope-b', { n: 2 }],
    ])
    const asked = ['scope-b', 'scope-a', 'none']
    expect(await readResourceStatesUnlocked(db.pool, asked)).toEqual(expected)
    const part = { scope: 'scope-a', state: { n: 4, m: [1] }, recheckAt: null }
    await saveResourceStates(db.pool, [part])
    expect(await readResourceStatesUnlocked(db.pool, ['scope-a'], ['m', 'none'])).toEqual(
      new Map([['scope-a', { m: [1] }]]),
    )
    await saveResourceStates(db.pool, [{ ...part, state: { n: 4 } }])
    expect(await db.transaction((client) => loadResourceStates(client, asked))).toEqual(expected)
    expect(await loadResourceStates(db.pool, [])).toEqual(new Map())
    const due = new Map<string, ResourceRecheckTime>()
    await loadResourceStates(db.pool, asked, due)
    expect(due.get('scope-a')).toEqual({ recheckAt: null, awaits: [] })
    expect([due.size, due.get('scope-b')?.recheckAt]).toEqual([2, T])
  })

  it('is what stands there, whoever wrote it, and is read again only where it was written', async () => {
    const [one, other] = [await db.pool.connect(), await db.pool.connect()]
    const seen: unknown[] = []
    const load = async () => {
      const loaded = await loadResourceStates(one, ['scope-x', 'scope-y'])
      expect(loaded).toEqual(await readResourceStatesUnlocked(other, ['scope-x', 'scope-y']))
      seen.push(loaded.get('scope-x'))
    }
    const save = (by: typeof one, n: number) =>
      saveResourceStates(by, [{ scope: 'scope-x', state: { n }, recheckAt: 0 }])
    try {
      await load()
      await save(other, 1)
      await load()
      await load()
      await save(one, 2)
      await load()
      await one.query('BEGIN')
      await save(one, 3)
      expect((await loadResourceStates(one, ['scope-x'])).get('scope-x')).toEqual({ n: 3 })
      await save(one, 4)
      expect((await loadResourceStates(one, ['scope-x'])).get('scope-x')).toEqual({ n: 4 })
      await one.query('ROLLBACK')
      await load()
      await save(other, 2)
      await load()
      await other.query("DELETE FROM detection_scope WHERE scope = 'scope-x'")
      await load()
    } finally {
      one.release()
      other.release()
    }
    expect(seen).toEqual([undefined, { n: 1 }, { n: 1 }, { n: 2 }, { n: 2 }, { n: 2 }, undefined])
    expect(seen[1]).toBe(seen[2])
  })

  it('is folded again when its newest fold says, also where its state stays', async () => {
    const own = ['scope-d', 'scope-e']
    await saveResourceStates(
      db.pool,
      own.map((scope) => ({ scope, state: { n: 5 }, recheckAt: 0 })),
    )
    const due = () => Promise.all([...own, 'unstored'].map((scope) => isDueNow(scope, T, null)))
    expect(await due()).toEqual([true, true, false])
    await saveRecheckTimes(db.pool, [
      { scope: 'scope-d', recheckAt: null },
      { scope: 'scope-e', recheckAt: T + 1 },
      { scope: 'unstored', recheckAt: 0 },
    ])
    expect(await due()).toEqual([false, false, false])
    expect(await isDueNow('scope-e', T + 1, null)).toBe(true)
    await saveRecheckTimes(db.pool, [{ scope: 'scope-d', recheckAt: 0 }])
    await saveRecheckTimes(db.pool, [])
    expect(await due()).toEqual([true, false, false])
    const states = new Map(own.map((scope) => [scope, { n: 5 }]))
    expect(await readResourceStatesUnlocked(db.pool, [...own, 'unstored'])).toEqual(states)
  })

  it('is folded again when that is asked for, unless it is sooner', async () => {
    await saveResourceStates(
      db.pool,
      [null, T - 5, T + 5].map((recheckAt, n) => ({ scope: `asked-${n}`, state: {}, recheckAt })),
    )
    await requestDetectionOfResources(db.pool, ['asked-0', 'asked-1', 'asked-2', 'unstored'], T)
    await requestDetectionOfResources(db.pool, [], T)
    const due = (at: number) => Promise.all([0, 1, 2].map((n) => isDueNow(`asked-${n}`, at, null)))
    expect([await due(T - 6), await due(T - 5), await due(T)]).toEqual([
      [false, false, false],
      [false, true, false],
      [true, true, true],
    ])
    expect(await isDueNow('unstored', T, 'bytes')).toBe(false)
  })

  it.each([
    { scopes: ['scope-a'], now: T + 1, isDue: false },
    { scopes: ['scope-a', 'scope-b'], now: T - 1, isDue: false },
    { scopes: ['scope-a', 'scope-b'], now: T, isDue: true },
    { scopes: ['scope-c'], now: 1, isDue: true },
    { scopes: [], now: T, isDue: false },
    { scopes: ['scope-d'], now: T, isDue: false },
    { scopes: ['scope-d'], now: T, brings: 'bytes' as const, isDue: true },
    { scopes: ['scope-d'], now: T, brings: 'routes' as const, isDue: false },
    { scopes: ['scope-e'], now: T, brings: 'routes' as const, isDue: true },
    { scopes: ['scope-a'], now: T, brings: 'bytes' as const, isDue: false },
  ])('is due at $now for $scopes: $isDue', async ({ scopes, now, brings = null, isDue }) => {
    const waiting = (scope: string, awaits: ResourceRecheckTime['awaits']) => ({
      scope,
      state: {},
      recheckAt: null,
      awaits,
    })
    await saveResourceStates(db.pool, [...stored, waiting('scope-d', ['bytes']), waiting('scope-e', ['routes'])])
    const asked = scopes.map((scope) => ({ scope, at: now, brings }))
    expect((await findResourcesToRecheck(db.pool, asked)).length > 0).toBe(isDue)
    await saveRecheckTimes(db.pool, [{ scope: 'scope-d', recheckAt: null }])
    expect(await isDueNow('scope-d', T, 'bytes')).toBe(false)
  })
})

it('scopes are due each by its own moment', async () => {
  const recheckAt = T
  await saveResourceStates(
    db.pool,
    ['own-a', 'own-b'].map((scope) => ({ scope, state: {}, recheckAt })),
  )
  const asked = [
    { scope: 'own-a', at: T },
    { scope: 'own-b', at: T - 1 },
    { scope: 'unstored', at: T },
  ].map((one) => ({ ...one, brings: null }))
  const due = await db.transaction((client) => findResourcesToRecheck(client, asked))
  expect(due).toEqual([{ scope: 'own-a', brings: null }])
})

describe('sources', () => {
  it('are the same in any capitals, and apart by their subresource', async () => {
    const id =
      '/subscriptions/5ca1ab1e-0000-4000-8000-000000000009/resourceGroups/G/providers/Microsoft.Network/virtualNetworkGateways/Gw'
    const all = await Promise.all([
      getOrCreateSourceId(db.pool, { resourceId: id, subresource: '' }),
      getOrCreateSourceId(db.pool, {
        resourceId: id.toUpperCase().replace('/SUBSCRIPTIONS', '/subscriptions'),
        subresource: '',
      }),
      getOrCreateSourceId(db.pool, { resourceId: id, subresource: '10.0.4.4' }),
    ])
    expect(new Set(all).size).toBe(2)
    expect(all[0]).toBe(all[1])
  })

  it('are made once by many at the same moment', async () => {
    for (let round = 0; round < 40; round++) {
      const resourceId = `/subscriptions/5ca1ab1e-0000-4000-8000-00000000000b/resourceGroups/G/providers/Microsoft.Network/virtualNetworkGateways/Gw${round}`
      const ids = await Promise.all(
        Array.from({ length: 6 }, () => getOrCreateSourceId(db.pool, { resourceId, subresource: '' })),
      )
      expect(new Set(ids).size).toBe(1)
    }
  })

  it('are polled as the timetable says, and keep their history when they leave it', async () => {
    const [stays, goes] = [await createTestPollSource(db), await createTestPollSource(db)]
    const want = (feed: typeof stays, everySeconds = 60) => ({
      resourceId: feed.resourceId,
      subresource: '',
      kind: 'arp' as const,
      everySeconds,
    })
    const sync = (...wanted: ReturnType<typeof want>[]) => db.transaction((client) => syncPollSchedule(client, wanted))
    expect(await sync(want(stays), want(goes))).toEqual({ addedOrChanged: 2, removed: 0 })
    expect(await sync(want(stays), want(goes))).toEqual({ addedOrChanged: 0, removed: 0 })
    await goes.record('arp', { startedAt: T, finishedAt: T + 1, rows: [] })
    expect(await sync(want(stays, 5))).toEqual({ addedOrChanged: 1, removed: 1 })
    expect(await listSources(db.pool, { scope: stays.resourceId })).toMatchObject([
      { scheduled: true, poll: { lastOutcome: 'not_polled', intervalSeconds: 5 } },
    ])
    expect(await listSources(db.pool, { scope: goes.resourceId })).toMatchObject([
      { scheduled: false, poll: { lastOutcome: 'ok' } },
    ])
  })
})

describe('Activity log entries', () => {
  const entry = (fields: Partial<ActivityRow> = {}): ActivityRow => ({
    eventDataId: 'e-1',
    correlationId: null,
    at: T,
    submittedAt: null,
    operation: 'Microsoft.Network/expressRouteCircuits/write',
    status: 'Started',
    resourceId: '/subscriptions/S/X',
    caller: 'someone@example.com',
    category: 'Administrative',
    ...fields,
  })

  it('that come again are one, with the status reported last', async () => {
    const feed = await createTestPollSource(db)
    await feed.record('activity', { startedAt: T, finishedAt: T + 1, rows: [entry(), entry()] })
    await feed.record('activity', {
      startedAt: T + 2,
      finishedAt: T + 3,
      rows: [entry({ status: 'Succeeded', submittedAt: T + 1 })],
    })
    await feed.record('activity', { startedAt: T + 4, finishedAt: T + 5, rows: [entry({ status: 'Succeeded' })] })
    const { rows } = await db.pool.query(
      'SELECT status, caller, arm_key, read_started_at FROM activity_entry WHERE source_id = $1',
      [feed.sourceId],
    )
    const firstSo = new Date(T + 2)
    expect(rows).toEqual([
      { status: 'Succeeded', caller: 'someone@example.com', arm_key: '/subscriptions/s/x', read_started_at: firstSo },
    ])
  })
})
