import { beforeAll, describe, expect, it } from 'vitest'
import { allApiEndpoints } from '#lib/api/index.ts'
import { armTypes } from '#lib/contract/index.ts'
import { MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { listEvents, computeShortId } from '#lib/history/index.ts'
import { saveDeclarationsAsNewVersion } from '#lib/declarations/store/declarations.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { limitToAccessScope } from '#lib/questions/index.ts'
import {
  createCircuitRow,
  circuitId,
  createConnectionRow,
  createGatewayRow,
  gatewayId,
  learnedRoute,
  createNetworkRow,
  pathRoute,
  createTestPollRecorder,
} from '#lib/questions/testing/record-feed.ts'
import type { MaintenanceOutlook } from '../../api/index.ts'
import { announceDrill } from '../drills.ts'
import { getOutlook } from './answers.ts'
import { readVisibleUpcomingLosses } from './upcoming-losses.ts'
import { refreshOutlook } from './refresh-outlook.ts'

const db = withTestDatabase()
const T0 = Date.UTC(2026, 10, 20, 3)
const now = T0 + MS_PER_MINUTE
const BOTH = '10.1.0.0/16'
const LONDON = '10.2.0.0/16'
const lon = computeShortId(circuitId('ckt-lon'))
const ams = computeShortId(circuitId('ckt-ams'))
const ergw = computeShortId(gatewayId('ergw'))

const link = (primary: string, secondary: string) => ({
  serviceProviderProperties: { serviceProviderName: 'Equinix', peeringLocation: 'London', bandwidthInMbps: 1000 },
  peerings: [
    {
      name: 'AzurePrivatePeering',
      properties: {
        peeringType: 'AzurePrivatePeering',
        state: 'Enabled',
        azureASN: 12076,
        peerASN: 65001,
        primaryPeerAddressPrefix: primary,
        secondaryPeerAddressPrefix: secondary,
      },
    },
  ],
})
const learned = (prefix: string, msees: readonly string[]) =>
  ['10.0.4.12', '10.0.4.13'].flatMap((instance) =>
    msees.map((peer) => learnedRoute(prefix, { instance, peer, asPath: [12076, 65001] })),
  )
const hours = (n: number) => new Date(now + n * MS_PER_HOUR).toISOString()
const work = (id: string, from: number, to: number, scopes: string[], paths: ('primary' | 'secondary')[] = []) => ({
  id,
  title: `Work ${id}`,
  from: hours(from),
  to: hours(to),
  recurrence: null,
  scopes,
  paths,
  note: '',
})
const declare = (maintenance: ReturnType<typeof work>[]) =>
  db.transaction((client) => saveDeclarationsAsNewVersion(client, { maintenance }, { by: 'test', expected: null }))
const refresh = (at = now) => refreshOutlook(db, [], { now: () => at, signal: new AbortController().signal, share: 1 })
const answer = async (at = now): Promise<MaintenanceOutlook> =>
  allApiEndpoints.outlook.response.parse(await getOutlook(db, {}, at)).data
const brief = ({ intervals }: MaintenanceOutlook) =>
  intervals.map(({ from, to, level, prefixes, strandedPrefixes }) => [
    (Date.parse(from) - now) / MS_PER_HOUR,
    (Date.parse(to) - now) / MS_PER_HOUR,
    level,
    strandedPrefixes,
    ...prefixes,
  ])

/** Two circuits on one gateway. Only one of them carries London's own prefix. */
const feed = createTestPollRecorder(db)
const ofCircuit = (customer: string, ...prefixes: string[]) =>
  prefixes.map((prefix) => pathRoute(prefix, { nextHop: customer }))
async function table(at: number): Promise<void> {
  await feed.tables(at, 'ckt-lon', 'primary', ofCircuit('172.16.0.1', BOTH, LONDON))
  await feed.tables(at, 'ckt-lon', 'secondary', ofCircuit('172.16.0.5', BOTH, LONDON))
  await feed.tables(at, 'ckt-ams', 'primary', ofCircuit('172.16.1.1', BOTH))
  await feed.tables(at, 'ckt-ams', 'secondary', ofCircuit('172.16.1.5', BOTH))
  await feed.learned(at, 'ergw', [
    ...learned(BOTH, ['10.0.4.4', '10.0.4.5']),
    ...learned(BOTH, ['10.0.4.6', '10.0.4.7']),
    ...learned(LONDON, ['10.0.4.4', '10.0.4.5']),
  ])
}

const estate = [
  createCircuitRow('ckt-lon', link('172.16.0.0/30', '172.16.0.4/30')),
  createCircuitRow('ckt-ams', link('172.16.1.0/30', '172.16.1.4/30')),
  createGatewayRow('ergw', 'ExpressRoute', 'hub'),
  createNetworkRow('hub', ['10.0.0.0/16']),
  createConnectionRow('lon', 'ergw', 'ckt-lon', 0),
  createConnectionRow('ams', 'ergw', 'ckt-ams', 0),
]

beforeAll(async () => {
  await feed.inventory(T0, estate)
  await table(T0)
})

describe('the weeks ahead', () => {
  it('is not computed until it is', async () => {
    expect(await answer()).toMatchObject({ computedAt: null, windows: [], intervals: [] })
  })

  it('says what windows take alone and where they overlap, and of which that is not known', async () => {
    await declare([
      work('lon', 20, 24, [lon]),
      work('ams', 22, 26, [ams]),
      work('one', 48, 49, [lon], ['primary']),
      work('all', 72, 73, []),
      work('over', -3, -2, [lon]),
    ])
    expect(await refresh()).toMatchObject({ scopes: 1, computed: 1 })
    const found = await answer()
    expect(brief(found)).toEqual([
      [20, 22, 'strands', 1, LONDON],
      [22, 24, 'strands', 2, BOTH, LONDON],
      [24, 26, 'exposed', 0],
      [48, 49, 'exposed', 0],
      [72, 73, 'unknown', 0],
    ])
    const [alone, both, , path, everything] = found.intervals
    expect(alone?.summary).toMatch(/^ckt-lon maintenance: 1 prefix cut off; /)
    expect(both).toMatchObject({ together: 1, windows: ['ams', 'lon'] })
    expect(both?.summary).toMatch(
      /^maintenance of ckt-\w+ and ckt-\w+: 2 prefixes cut off; 1 of them only as the work overlaps/,
    )
    // the other circuit carries all prefixes, so its loss would strand them
    expect(found.intervals[2]?.exposed[0]).toMatchObject({ name: 'ckt-lon', strandedPrefixes: 1 })
    // without its second path, London's own prefix is stranded; if only that path is lost, the prefix keeps a route
    expect(path?.exposed).toEqual([expect.objectContaining({ name: 'ckt-lon secondary', strandedPrefixes: 1 })])
    expect(everything).toMatchObject({ lost: [], unknownWindows: 1, summary: 'what one window takes is not known' })
    expect(found.windows.find(({ id }) => id === 'all')?.unknown).toMatch(/it names everything/)
    expect(found.windows.find(({ id }) => id === 'lon')?.assumed).toMatch(/both are taken as lost/)
  })

  it('is not computed again until windows, drills or tables change', async () => {
    expect(await refresh(now + MS_PER_MINUTE)).toMatchObject({ computed: 0 })
    await declare([work('ams', 22, 26, [ams])])
    expect(await refresh(now + 2 * MS_PER_MINUTE)).toMatchObject({ computed: 1 })
    expect(brief(await answer())).toEqual([[22, 26, 'exposed', 0]])
    await declare([])
    await refresh(now + 3 * MS_PER_MINUTE)
    expect(await answer()).toMatchObject({ windows: [], intervals: [] })
  })

  it('takes of a drill what it was announced to take, the gateway too', async () => {
    const drill = {
      title: 'Pull',
      note: '',
      lose: `${ergw}`,
      change: '',
      withinSeconds: 60,
      stays: false,
      from: hours(30),
      to: hours(31),
    }
    await announceDrill(db, drill, { now })
    await refresh()
    expect(brief(await answer())).toEqual([[30, 31, 'strands', 2, BOTH, LONDON]])
    await declare([])
  })

  it('is for notices the same windows, and another loss where they are moved', async () => {
    const seen = async (from: number) => {
      await declare([work('lon', from, from + 1, [lon])])
      await refresh()
      return readVisibleUpcomingLosses(db.pool, now)
    }
    const [first, again, moved] = [await seen(40), await seen(40), await seen(44)]
    expect(first?.losses).toMatchObject([
      {
        from: now + 40 * MS_PER_HOUR,
        lead: '7 days',
        severity: 'major',
        scopes: [lon],
        strandedPrefixes: 1,
        titles: ['Work lon'],
      },
    ])
    expect(again).toEqual(first)
    expect(moved?.losses[0]?.id).not.toBe(first?.losses[0]?.id)
    expect(moved?.windows).toEqual([{ id: 'lon', from: now + 44 * MS_PER_HOUR, to: now + 45 * MS_PER_HOUR }])
    await declare([])
  })

  it('raises an event once for each lead, and none for what moves or is over', async () => {
    await declare([work('lon', 26, 27, [lon]), work('past', -5, -4, [lon])])
    const raised = async (at: number) => {
      await table(at - MS_PER_MINUTE)
      return (await refresh(at)).raised
    }
    const from = now + 26 * MS_PER_HOUR
    expect(await raised(now + 2 * MS_PER_MINUTE)).toBe(1)
    expect(await raised(now + 3 * MS_PER_MINUTE)).toBe(0)
    expect(await raised(from - MS_PER_DAY)).toBe(1)
    expect(await raised(from - MS_PER_HOUR)).toBe(1)
    expect(await raised(from)).toBe(0)
    // further away than the longest lead time
    await declare([work('later', 20 * 24, 20 * 24 + 1, [lon])])
    expect(await raised(now + 4 * MS_PER_MINUTE)).toBe(0)
    const { rows } = await listEvents(db.pool, { kinds: ['loss_ahead'], limit: 20 })
    const own = rows.filter(({ subject }) => subject === `${hours(26).slice(0, 16)}Z`)
    expect(own.map(({ scope, severity, evidence }) => [scope, severity, evidence[0]?.after])).toEqual([
      [lon, 'major', '1 hour'],
      [lon, 'major', '1 day'],
      [lon, 'major', '7 days'],
    ])
  })

  it('is computed for each scope by itself, and shown to none that sees less', async () => {
    const scope = { subscriptions: ['00000000-0000-0000-0000-0000000000ff'], customers: [] }
    await refreshOutlook(db, [scope], { now: () => now, signal: new AbortController().signal, share: 1 })
    const { data } = await getOutlook(await limitToAccessScope(db, scope, now), {}, now)
    expect(JSON.stringify(data)).not.toContain(LONDON)
    expect(data.intervals.flatMap(({ lost }) => lost)).toEqual([])
  })

  it('takes what Azure retires as lost for the whole day', async () => {
    const name = '/providers/Microsoft.ResourceHealth/events/RET-1'
    const at = now + 27 * MS_PER_HOUR
    await feed.inventory(at - 2 * MS_PER_MINUTE, [
      ...estate,
      {
        ...createGatewayRow('RET-1', 'ExpressRoute', 'hub'),
        resourceId: `${gatewayId('ergw').split('/resourceGroups')[0]}${name}`,
        type: armTypes.serviceHealthEvent,
        config: {
          properties: { title: 'Gateways retire on 24 November 2026', eventSubType: 'Retirement', impact: [] },
          impactedResourceIds: [gatewayId('ergw')],
        },
      },
    ])
    await declare([])
    await table(at - MS_PER_MINUTE)
    await refresh(at)
    const { windows, intervals } = await answer(at)
    expect(windows).toMatchObject([
      { source: 'retirement', takes: [{ id: ergw }], assumed: expect.stringMatching(/whole day/) },
    ])
    expect(intervals).toMatchObject([
      { from: '2026-11-24T00:00:00.000Z', to: '2026-11-25T00:00:00.000Z', level: 'strands', prefixes: [BOTH, LONDON] },
    ])
  })
})
