import { describe, expect, it } from 'vitest'
import { armTypes, type InventoryRows, type ResourceRow } from '#lib/contract/index.ts'
import { allApiEndpoints } from '#lib/api/index.ts'
import { decodeResourceConfig } from '#lib/azure/config/index.ts'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import {
  ensurePartitions,
  getOrCreateSourceId,
  readExpectedMaintenance,
  recordObservation,
} from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { getMaintenance } from './maintenance.ts'

const db = withTestDatabase()
const T = Date.UTC(2026, 10, 20, 3)
const SUBSCRIPTION = '/subscriptions/99999999-2222-3333-4444-555555555555'
const network = `${SUBSCRIPTION}/resourceGroups/rg-edge/providers/Microsoft.Network`
const CIRCUIT = `${network}/expressRouteCircuits/erc-lon`
const GATEWAY = `${network}/virtualNetworkGateways/ergw-hub`

const row = (type: string, resourceId: string, config: object): ResourceRow => ({
  resourceId,
  type,
  name: resourceId.split('/').at(-1) ?? '',
  subscriptionId: SUBSCRIPTION.split('/')[2] ?? '',
  resourceGroup: null,
  location: null,
  config: config as ResourceRow['config'],
})
const iso = (at: number) => new Date(at).toISOString()
const event = (name: string, from: number, impactedResourceIds: string[] | null) =>
  row(armTypes.serviceHealthEvent, `${SUBSCRIPTION}/providers/Microsoft.ResourceHealth/events/${name}`, {
    properties: {
      title: `Work ${name}`,
      impactStartTime: iso(from),
      impactMitigationTime: iso(from + 2 * MS_PER_HOUR),
      impact: [{ impactedService: 'ExpressRoute', impactedRegions: [{ impactedRegion: 'UK South' }] }],
    },
    impactedResourceIds,
  })
const configuration = (name: string, timeZone: string, assignedToIds: string[]) =>
  row(
    armTypes.maintenanceConfiguration,
    `${SUBSCRIPTION}/resourceGroups/rg-edge/providers/Microsoft.Maintenance/maintenanceConfigurations/${name}`,
    {
      properties: {
        maintenanceWindow: {
          startDateTime: '2026-01-03 22:00',
          duration: '05:00',
          timeZone,
          recurEvery: 'Week Saturday',
        },
      },
      assignedToIds,
    },
  )
const nights = configuration('nights', 'W. Europe Standard Time', [GATEWAY])
const estate = [row(armTypes.circuit, CIRCUIT, {}), row(armTypes.virtualNetworkGateway, GATEWAY, {})]

async function record(at: number, resources: ResourceRow[], unproved: string[] = []): Promise<void> {
  const target = { resourceId: SUBSCRIPTION, subresource: '' }
  const sourceId = await getOrCreateSourceId(db.pool, target)
  const rows: InventoryRows = {
    resources: [...estate, ...resources],
    listedTypes: [
      armTypes.circuit,
      armTypes.virtualNetworkGateway,
      armTypes.serviceHealthEvent,
      armTypes.maintenanceConfiguration,
    ],
    failedTypes: [],
    unproved,
  }
  await ensurePartitions(db, at)
  await db.transaction((client) =>
    recordObservation(
      client,
      sourceId,
      {
        target,
        kind: 'inventory',
        startedAt: at,
        finishedAt: at + 1_000,
        outcome: 'ok',
        error: null,
        silentInstances: [],
        budget: null,
        correlationId: '',
        rows,
      },
      { intervalSeconds: 600 },
    ),
  )
}
const shown = async (now: number, parameters: object = {}) =>
  allApiEndpoints.maintenance.response
    .parse(await getMaintenance(db, allApiEndpoints.maintenance.parameters.parse(parameters), now))
    .data.map(({ title, source, effect, state, from }) => [title, source, effect, state, from.slice(0, 16)])

describe('what Azure announces', () => {
  it('is a window ahead of its time; what names no resource explains nothing', async () => {
    await record(T, [
      event('named', T + 30 * MS_PER_HOUR, [CIRCUIT.toUpperCase()]),
      event('region', T + 20 * MS_PER_HOUR, []),
      nights,
    ])
    expect(await shown(T + MS_PER_HOUR, { from: iso(T), to: iso(T + 9 * 24 * MS_PER_HOUR) })).toEqual([
      ['Work region', 'service_health', 'shown', 'upcoming', '2026-11-20T23:00'],
      ['Work named', 'service_health', 'expected', 'upcoming', '2026-11-21T09:00'],
      [
        'Azure may maintain the gateway (nights)',
        'maintenance_configuration',
        'expected',
        'upcoming',
        '2026-11-21T21:00',
      ],
      [
        'Azure may maintain the gateway (nights)',
        'maintenance_configuration',
        'expected',
        'upcoming',
        '2026-11-28T21:00',
      ],
    ])
    const { data } = await getMaintenance(db, { from: T, to: T + 40 * MS_PER_HOUR }, T)
    expect(data[0]?.note).toBe('Azure says that it covers ExpressRoute in UK South, and names no circuit or gateway')
    expect(
      await readExpectedMaintenance(db.pool, { from: T, to: T + 40 * MS_PER_HOUR }, decodeResourceConfig),
    ).toMatchObject([{ title: 'Work named' }])
  })

  it('is asked for one resource', async () => {
    const parameters = { scope: GATEWAY, from: iso(T), to: iso(T + 3 * 24 * MS_PER_HOUR) }
    expect((await shown(T, parameters)).map(([title]) => title)).toEqual(['Azure may maintain the gateway (nights)'])
    await expect(shown(T, { scope: 'nothing' })).rejects.toThrow(/nothing is known/)
  })

  it.each([
    ['only a start', { from: iso(T - 400 * 24 * MS_PER_HOUR) }],
    ['only an end', { to: iso(T + 400 * 24 * MS_PER_HOUR) }],
    ['both ends', { from: iso(T), to: iso(T + 401 * 24 * MS_PER_HOUR) }],
  ])('is refused for more than 400 days with %s', async (_, parameters) => {
    await expect(shown(T, parameters)).rejects.toThrow('at most 400 days')
  })

  it('that is withdrawn before it begins is none, and one that has begun stays', async () => {
    await record(T + 21 * MS_PER_HOUR, [event('named', T + 30 * MS_PER_HOUR, [CIRCUIT])])
    // if all resources of a type disappear together, they count as removed after the second inventory
    for (const hours of [22, 22.5]) await record(T + hours * MS_PER_HOUR, [])
    expect((await shown(T + 23 * MS_PER_HOUR)).map(([title, , , state]) => [title, state])).toEqual([
      ['Azure may maintain the gateway (nights)', 'past'],
      ['Work region', 'past'],
    ])
  })

  it('by a configuration that can not be read is unknown, with the reason, while it is assigned', async () => {
    const at = T + 48 * MS_PER_HOUR
    const unreadable = async (scope?: string) => (await getMaintenance(db, { scope }, at)).unreadable
    await record(at, [
      configuration('odd', 'Nowhere Standard Time', [GATEWAY]),
      configuration('unassigned', 'Nowhere Standard Time', []),
    ])
    const odd = { sourceName: 'odd', reason: 'its time zone Nowhere Standard Time is not known' }
    expect(await unreadable()).toMatchObject([odd])
    expect(await unreadable(GATEWAY)).toMatchObject([odd])
    expect(await unreadable(CIRCUIT)).toEqual([])
    for (const hours of [1, 1.5]) await record(at + hours * MS_PER_HOUR, [])
    expect(await unreadable()).toEqual([])
  })

  it('to retire is the whole day of its title, else of its end, and explains nothing', async () => {
    const at = T + 40 * 24 * MS_PER_HOUR
    const retirement = (name: string, title: string, to: number, ids: string[]) =>
      row(armTypes.serviceHealthEvent, `${SUBSCRIPTION}/providers/Microsoft.ResourceHealth/events/${name}`, {
        properties: {
          title,
          eventSubType: 'Retirement',
          impactStartTime: iso(T),
          impactMitigationTime: iso(to),
          impact: [],
        },
        impactedResourceIds: ids,
      })
    await record(at, [
      retirement('sku', 'Upgrade gateways of SKU Standard by 20 January 2027', at + 50 * 24 * MS_PER_HOUR, [GATEWAY]),
      retirement('end', 'Retirement notice', Date.UTC(2027, 0, 12, 17), []),
    ])
    const within = { from: at, to: at + 30 * 24 * MS_PER_HOUR }
    const read = async () => (await getMaintenance(db, within, at)).data
    expect(await read()).toMatchObject([
      {
        source: 'retirement',
        from: '2027-01-12T00:00:00.000Z',
        to: '2027-01-13T00:00:00.000Z',
        note: expect.stringMatching(/that of the end of the announcement/),
      },
      { source: 'retirement', from: '2027-01-20T00:00:00.000Z', effect: 'shown', scopes: [expect.any(String)] },
    ])
    expect(await readExpectedMaintenance(db.pool, within, decodeResourceConfig)).toEqual([])
    // the list only contains events updated within 90 days
    for (const hours of [1, 1.5]) await record(at + hours * MS_PER_HOUR, [])
    expect((await read()).map(({ note }) => note)).toEqual([
      expect.stringMatching(/has not listed it since 2026-12-30/),
      expect.stringMatching(
        /^A day alone is announced: the window is the whole day \(UTC\); Service Health has not listed/,
      ),
    ])
  })
})

it('work that the list of Service Health lacks stays, marked in its note, until it is proved to be withdrawn', async () => {
  const at = T + 60 * 24 * MS_PER_HOUR
  const work = event('unlisted', at + 30 * MS_PER_HOUR, [CIRCUIT])
  const notes = async () =>
    (await readExpectedMaintenance(db.pool, { from: at, to: at + 9 * 24 * MS_PER_HOUR }, decodeResourceConfig))
      .filter(({ title }) => title === 'Work unlisted')
      .map(({ note }) => note)
  await record(at, [work])
  expect(await notes()).toEqual([expect.not.stringMatching(/not listed/)])
  for (const n of [1, 2]) {
    await record(at + n * MS_PER_HOUR, [], [work.resourceId])
    expect(await notes()).toEqual([expect.stringMatching(/; Service Health has not listed it since 2027-01-19$/)])
  }
  await record(at + 3 * MS_PER_HOUR, [work])
  expect(await notes()).toEqual([expect.not.stringMatching(/not listed/)])
  for (const n of [4, 5]) await record(at + n * MS_PER_HOUR, [])
  expect(await notes()).toEqual([])
})

it('says so if Azure gives no list of the affected resources, and explains nothing', async () => {
  const at = T + 90 * 24 * MS_PER_HOUR
  await record(at, [event('refused', at + MS_PER_HOUR, null)])
  const { data } = await getMaintenance(db, { from: at, to: at + 2 * MS_PER_HOUR }, at)
  expect(data.find(({ title }) => title === 'Work refused')).toMatchObject({
    effect: 'shown',
    scopes: [],
    note: 'Azure says that it covers ExpressRoute in UK South, and gives no list of the affected resources, which are therefore unknown',
  })
})
