import { beforeAll, describe, expect, it } from 'vitest'
import { SITE_A_PREFIXES, createTwoCircuitEstate } from '#lib/detection/testing/estates.ts'
import { formatDetectedEventAsLine, runTestTimeline } from '#lib/poller/memory/testing/play.ts'
import {
  type TestTimelineChange,
  generatePollsOfTimeline,
  type TestTimeline,
} from '#lib/poller/memory/testing/timeline.ts'
import { announceSimulatedPrefixes, withdrawSimulatedPrefixes } from '#lib/detection/testing/happenings.ts'
import { buildSimulatedArmId, type SimulatedEstate } from '#lib/detection/testing/world.ts'
import { getOrCreateSourceId, listEvents, computeShortId } from '#lib/history/index.ts'
import { saveDeclarationsAsNewVersion } from '#lib/declarations/store/declarations.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { recordPollAndRunDetection } from '../commit/commit-poll.ts'
import { TopologyCache } from './topology-cache.ts'

const LON = ['10.0.4.4', '10.0.4.5']
const AMS = ['10.0.4.6', '10.0.4.7']
const [A1 = ''] = SITE_A_PREFIXES

const truth: TestTimelineChange[] = [
  // the secondary path loses two prefixes temporarily
  { at: '10:00:30', do: (world) => withdrawSimulatedPrefixes(world, ['10.0.4.5'], SITE_A_PREFIXES.slice(2)) },
  { at: '10:10:30', do: (world) => announceSimulatedPrefixes(world, ['10.0.4.5'], SITE_A_PREFIXES.slice(2), [65001]) },
  // part of a London range is learned over Amsterdam
  { at: '10:15:30', do: (world) => announceSimulatedPrefixes(world, AMS, ['10.10.5.0/24'], [65001, 65001]) },
  { at: '10:20:30', do: (world) => withdrawSimulatedPrefixes(world, AMS, ['10.10.5.0/24']) },
  // a watched prefix is withdrawn, returns, and its AS path becomes longer
  { at: '10:23:30', do: (world) => withdrawSimulatedPrefixes(world, ['10.0.4.4'], [A1]) },
  { at: '10:26:30', do: (world) => announceSimulatedPrefixes(world, ['10.0.4.4'], [A1], [65001]) },
  { at: '10:29:30', do: (world) => announceSimulatedPrefixes(world, LON, [A1], [65001, 65001]) },
  // an AS path through an unknown network
  { at: '10:32:30', do: (world) => announceSimulatedPrefixes(world, AMS, [A1], [65001, 3356, 65001]) },
  { at: '10:36:30', do: (world) => announceSimulatedPrefixes(world, AMS, [A1], [65001, 65001, 65001]) },
  // only Amsterdam still announces the site's prefixes
  { at: '10:40:30', do: (world) => withdrawSimulatedPrefixes(world, LON, SITE_A_PREFIXES) },
  { at: '10:45:30', do: (world) => announceSimulatedPrefixes(world, LON, SITE_A_PREFIXES, [65001]) },
]

function estate(): SimulatedEstate {
  const world = createTwoCircuitEstate()
  world.sites.push({ name: 'DC-A', prefixes: SITE_A_PREFIXES, home: 'ckt-lon', routers: {} })
  world.watched.push(A1)
  return world
}

const timeline: TestTimeline = { world: estate, from: '9:50', to: '10:55', truth }

describe('routes that are held against each other and against the past, over Postgres', () => {
  const db = withTestDatabase()

  beforeAll(async () => {
    const book = new TopologyCache()
    const home = computeShortId(buildSimulatedArmId('expressRouteCircuits', 'ckt-lon'))
    await db.transaction(async (client) => {
      const sites = [{ name: 'DC-A', prefixes: SITE_A_PREFIXES, home, routers: [] }]
      const watched = [{ prefix: A1, note: '' }]
      await saveDeclarationsAsNewVersion(client, { sites, watched }, { by: 'test', expected: null })
    })
    for (const { observation, localAddress } of generatePollsOfTimeline(timeline)) {
      const sourceId = await getOrCreateSourceId(db.pool, observation.target)
      await db.transaction((client) =>
        recordPollAndRunDetection(client, sourceId, observation, {
          intervalSeconds: 60,
          localAddresses: { ipv4: localAddress, ipv6: null },
          estate: book,
        }),
      )
    }
  }, 120_000)

  it('make the events that the engine makes of them by itself', async () => {
    const alone = (await runTestTimeline(timeline)).events
    const { rows } = await listEvents(db.pool, { limit: 500 })
    const named = new Map(rows.map((event) => [event.scope, event.scopeName]))
    const stored = rows.map((event) =>
      formatDetectedEventAsLine({ ...event, scope: named.get(event.scope) ?? event.scope }),
    )
    expect(stored.toSorted()).toEqual(alone.map(formatDetectedEventAsLine).toSorted())
  })

  it('are reported as parity, more specifics, transit, a site and the watch list', async () => {
    const { rows } = await listEvents(db.pool, { limit: 500 })
    const kinds = Map.groupBy(rows, ({ kind }) => kind)
    const counts = Object.fromEntries([...kinds].map(([kind, own]) => [kind, own.length]))
    expect(counts).toMatchObject({
      parity_mismatch: 2,
      more_specific: 1,
      unexpected_transit: 1,
      site_state_changed: 2,
      route_withdrawn: 5,
      route_announced: 5,
    })
    const [mismatch] = kinds.get('parity_mismatch')?.toSorted((a, b) => a.started.earliest - b.started.earliest) ?? []
    expect(mismatch).toMatchObject({ scopeName: 'ckt-lon', subject: 'AzurePrivatePeering', severity: 'minor' })
    expect(mismatch?.evidence).toContainEqual(
      expect.objectContaining({ field: 'only on primary', after: SITE_A_PREFIXES.slice(2).join(', ') }),
    )
  })
})
