import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { getEvents, getIncidents } from '#lib/incidents/answers/index.ts'
import { listSessions } from '#lib/sessions/answers/index.ts'
import { putDeclarations } from '#lib/declarations/answers/index.ts'
import type { DeclarationsBody } from '#lib/contract/index.ts'
import { SITE_A_PREFIXES, SITE_B_PREFIXES, createTwoCircuitEstate } from '#lib/detection/testing/estates.ts'
import {
  parseTimeOfSimulatedDay,
  type TestTimelineChange,
  generatePollsOfTimeline,
  type TestTimeline,
} from '#lib/poller/memory/testing/timeline.ts'
import {
  announceSimulatedPrefixes,
  endSimulatedCustomerSession,
  startSimulatedCustomerSession,
  withdrawSimulatedPrefixes,
} from '#lib/detection/testing/happenings.ts'
import { buildSimulatedArmId } from '#lib/detection/testing/world.ts'
import { getOrCreateSourceId, computeShortId } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { type ChangeFeed, followChanges, forgetTopologyOnDeclarationChange } from '../poll/change-feed.ts'
import { recordPollAndRunDetection } from '../commit/commit-poll.ts'
import { TopologyCache } from './topology-cache.ts'
import { createPostgresEstateReaders } from './detection-store.ts'

const LON = buildSimulatedArmId('expressRouteCircuits', 'ckt-lon')
const HUB = buildSimulatedArmId('virtualNetworkGateways', 'ergw-hub')
const scopeOf = computeShortId
const DECLARED_AT = parseTimeOfSimulatedDay('9:57')

/** Runs a timeline on real rows. The declarations are saved in the middle of it, after the estate is known. */
function useTimeline(timeline: TestTimeline, body: DeclarationsBody) {
  const db = withTestDatabase()
  beforeAll(async () => {
    const estate = new TopologyCache()
    const changes = followChanges(db.url)
    forgetTopologyOnDeclarationChange(changes, estate)
    const forget = vi.spyOn(estate, 'forget')
    await changes.ready
    let declared = false
    for (const { observation, localAddress } of generatePollsOfTimeline(timeline)) {
      if (!declared && observation.startedAt >= DECLARED_AT) {
        declared = true
        const before = forget.mock.calls.length
        await putDeclarations(db, body)
        await vi.waitFor(() => expect(forget.mock.calls.length).toBeGreaterThan(before), { timeout: 30_000 })
      }
      const sourceId = await getOrCreateSourceId(db.pool, observation.target)
      const localAddresses = { ipv4: localAddress, ipv6: null }
      await db.transaction((client) =>
        recordPollAndRunDetection(client, sourceId, observation, { intervalSeconds: 60, localAddresses, estate }),
      )
    }
    await changes.close()
  }, 120_000)
  return db
}

const primaryFails: TestTimelineChange = {
  at: '10:00:30',
  do: (world) => {
    world.path('ckt-lon', 'primary').arp = 'incomplete'
    endSimulatedCustomerSession(world, 'ckt-lon', 'primary')
    withdrawSimulatedPrefixes(world, ['10.0.4.4'], [...SITE_A_PREFIXES, ...SITE_B_PREFIXES])
  },
}
const primaryReturns: TestTimelineChange = {
  at: '10:03:00',
  do: (world, at) => {
    world.path('ckt-lon', 'primary').arp = 'complete'
    startSimulatedCustomerSession(world, 'ckt-lon', 'primary', at)
    announceSimulatedPrefixes(world, ['10.0.4.4'], SITE_A_PREFIXES, [65001])
    announceSimulatedPrefixes(world, ['10.0.4.4'], SITE_B_PREFIXES, [65001, 65001, 65001])
  },
}
const at = (text: string) => new Date(parseTimeOfSimulatedDay(text)).toISOString()
const window = {
  id: 'chg-7',
  title: 'cross-connect',
  from: at('9:59'),
  to: at('10:10'),
  recurrence: null,
  scopes: [LON],
  note: '',
}

describe('work on one path that was declared', () => {
  const db = useTimeline(
    { world: createTwoCircuitEstate, from: '9:50', to: '10:08', truth: [primaryFails, primaryReturns] },
    { maintenance: [{ ...window, paths: ['primary'] }] },
  )

  it('is recorded, flagged, and makes incidents of maintenance only', async () => {
    const { data: events } = await getEvents(db, { limit: 100 })
    const falls = events.filter(({ kind }) => kind === 'path_down')
    expect(falls).toMatchObject([{ flags: expect.arrayContaining(['maintenance:chg-7']) }])
    const { data: incidents } = await getIncidents(db, { limit: 10 })
    expect(incidents.length).toBeGreaterThan(0)
    expect(incidents.map(({ maintenance }) => maintenance)).toEqual(incidents.map(() => true))
  })
})

describe('work on one path, when the other one fails', () => {
  const db = useTimeline(
    { world: createTwoCircuitEstate, from: '9:50', to: '10:05', truth: [primaryFails] },
    { maintenance: [{ ...window, paths: ['secondary'] }] },
  )

  it('makes an incident that is none of maintenance', async () => {
    const { data } = await getIncidents(db, { limit: 10 })
    expect(data).toMatchObject([
      { maintenance: false, root: { kind: 'path_down', flags: expect.not.arrayContaining(['maintenance:chg-7']) } },
    ])
  })
})

describe('a site that was declared', () => {
  const all: TestTimelineChange = {
    at: '10:00:30',
    do: (world) =>
      withdrawSimulatedPrefixes(
        world,
        world.neighbors.map(({ address }) => address),
        SITE_A_PREFIXES,
      ),
  }
  const db = useTimeline(
    { world: createTwoCircuitEstate, from: '9:50', to: '10:05', truth: [all] },
    {
      sites: [{ name: 'DC-A', prefixes: SITE_A_PREFIXES, home: LON, routers: [] }],
      maintenance: [{ ...window, scopes: [], paths: [] }],
    },
  )

  it('is reported of by its name when no path is left, maintenance or not', async () => {
    const { data } = await getEvents(db, { kind: ['no_path'], limit: 10 })
    expect(data).toMatchObject([{ subject: 'DC-A', severity: 'critical', partOf: null }])
    expect(data[0]?.flags.filter((flag) => flag.startsWith('maintenance'))).toEqual([])
    const { data: incidents } = await getIncidents(db, { limit: 10 })
    expect(incidents.filter(({ maintenance }) => !maintenance).map(({ root }) => root?.kind)).toContain('no_path')
  })
})

describe('a mapping that was corrected', () => {
  const db = useTimeline({ world: createTwoCircuitEstate, from: '9:50', to: '9:56' }, {})
  const corrected = { gateway: HUB, neighbor: '10.0.4.4', circuit: LON, path: 'secondary' as const }
  const now = parseTimeOfSimulatedDay('9:56')
  const books = [new TopologyCache(), new TopologyCache()]
  const feeds: ChangeFeed[] = []
  afterAll(() => Promise.all(feeds.map((feed) => feed.close())))

  const mappingIn = async (book: TopologyCache) => {
    const { topology } = await book.groupOf(createPostgresEstateReaders(db.pool), scopeOf(HUB), now)
    const found = topology.mappings.find(({ neighbor }) => neighbor === '10.0.4.4')
    return found && `${found.path} ${found.confidence}`
  }

  it('is known to two workers at once, and shown with each session', async () => {
    for (const book of books) {
      const feed = followChanges(db.url)
      feeds.push(feed)
      forgetTopologyOnDeclarationChange(feed, book)
    }
    await Promise.all(feeds.map(({ ready }) => ready))
    for (const book of books) expect(await mappingIn(book)).toMatch(/^primary/)
    await putDeclarations(db, { mappings: [corrected] })
    await vi.waitFor(
      async () => {
        for (const book of books) expect(await mappingIn(book)).toBe('secondary certain')
      },
      { timeout: 30_000 },
    )
    const { data } = await listSessions(db, { scope: scopeOf(HUB), limit: 100 }, Date.now())
    const own = data.filter(({ neighbor }) => neighbor === '10.0.4.4')
    expect(own.length).toBeGreaterThan(0)
    for (const { mapping } of own) {
      expect(mapping).toMatchObject({ circuitId: scopeOf(LON), path: 'secondary', confidence: 'certain' })
    }
  })

  it('was not so before: as of a moment before it was said, the mapping is the one that was inferred', async () => {
    // the polls have another date than the clock
    await db.pool.query('UPDATE declaration_version SET saved_at = $1', [at('9:55:30')])
    const pathAt = async (text: string) => {
      const { data } = await listSessions(
        db,
        { scope: scopeOf(HUB), at: parseTimeOfSimulatedDay(text), limit: 100 },
        parseTimeOfSimulatedDay('9:57'),
      )
      return [...new Set(data.flatMap((row) => (row.neighbor === '10.0.4.4' ? [row.mapping?.path] : [])))]
    }
    expect(await pathAt('9:55:10')).toEqual(['primary'])
    expect(await pathAt('9:55:50')).toEqual(['secondary'])
  })
})
