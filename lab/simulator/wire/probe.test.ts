import { describe, expect, it } from 'vitest'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { HappeningInput } from '../happening.ts'
import {
  requestSimulator,
  createBuiltInEstateWorld,
  HUB_GROUP_ARM_ID,
  type UntypedJsonObject,
  TEST_TIMELINE_ORIGIN,
  ONE_CIRCUIT_GROUP_ARM_ID,
  createOneCircuitWorld,
  getResponseValueRows,
} from '../testing.ts'

const monitors = [
  {
    name: 'cm-pair',
    group: 'rg-pair',
    tests: [
      { name: 'file-server', vnet: 'vnet-pair', source: '10.0.4.100', site: 'dc-pair', destination: '10.10.4.20' },
      { name: 'nowhere', vnet: 'vnet-pair', source: '10.0.4.100', site: 'dc-pair', destination: '10.99.0.1' },
    ],
  },
]
const WATCHER = `${ONE_CIRCUIT_GROUP_ARM_ID}/networkWatchers/NetworkWatcher_westeurope`
const METRICS = `${WATCHER}/connectionMonitors/cm-pair/providers/Microsoft.Insights/metrics`
const FILTER = "DestinationName eq '*'"

/** Returns the newest complete minutes of a metric, by destination. */
function measured(metric: string, happenings: HappeningInput[] = []): Record<string, (number | null | undefined)[]> {
  const span = `${new Date(TEST_TIMELINE_ORIGIN - 5 * MS_PER_MINUTE).toISOString()}/${new Date(TEST_TIMELINE_ORIGIN - 2 * MS_PER_MINUTE).toISOString()}`
  const given = requestSimulator(
    createOneCircuitWorld(happenings, { monitors }),
    TEST_TIMELINE_ORIGIN,
    'GET',
    METRICS,
    {
      query: `&timespan=${span}&interval=PT1M&metricnames=${metric}&aggregation=Average&$filter=${FILTER}`,
    },
  )
  const [only] = given.json.value as readonly UntypedJsonObject[]
  const series = only?.timeseries as unknown as {
    metadatavalues: { value: string }[]
    data: { average?: number | null }[]
  }[]
  return Object.fromEntries(
    series.map(({ metadatavalues, data }) => [metadatavalues[0]?.value, data.map(({ average }) => average)]),
  )
}

describe('connection monitors', () => {
  it('hang below the network watcher of their region', () => {
    const world = createOneCircuitWorld([], { monitors })
    const [watcher] = getResponseValueRows(
      requestSimulator(
        world,
        TEST_TIMELINE_ORIGIN,
        'GET',
        `${ONE_CIRCUIT_GROUP_ARM_ID.replace(/\/resourceGroups\/[^/]+/, '')}/networkWatchers`,
      ),
    )
    expect(watcher?.id).toBe(WATCHER)
    const [monitor] = getResponseValueRows(
      requestSimulator(world, TEST_TIMELINE_ORIGIN, 'GET', `${WATCHER}/connectionMonitors`),
    )
    expect(monitor).toMatchObject({ name: 'cm-pair', id: `${WATCHER}/connectionMonitors/cm-pair` })
    expect(
      getResponseValueRows(
        requestSimulator(createOneCircuitWorld(), TEST_TIMELINE_ORIGIN, 'GET', `${WATCHER}/connectionMonitors`),
      ),
    ).toEqual([])
    expect(
      getResponseValueRows(
        requestSimulator(
          createBuiltInEstateWorld(),
          TEST_TIMELINE_ORIGIN,
          'GET',
          `${HUB_GROUP_ARM_ID}/networkWatchers/NetworkWatcher_uksouth/connectionMonitors`,
        ),
      ),
    ).toHaveLength(1)
  })

  it('measure what is reached, and what has no route', () => {
    expect(measured('ChecksFailedPercent')).toEqual({ 'file-server': [0, 0, 0], nowhere: [100, 100, 100] })
    expect(measured('TestResult')).toEqual({ 'file-server': [1, 1, 1], nowhere: [3, 3, 3] })
    const trips = measured('RoundTripTimeMs')
    expect(trips['file-server']?.every((ms) => typeof ms === 'number' && ms > 5 && ms < 20)).toBe(true)
    // packets that never return have no round-trip time
    expect(trips.nowhere).toEqual([null, null, null])
  })

  it.each<[string, HappeningInput, number]>([
    [
      'one path swallows packets in one direction',
      { at: '-20m', op: 'blackhole', circuit: 'erc-pair', path: 'primary', direction: 'out' },
      50,
    ],
    ['one path swallows them in both', { at: '-20m', op: 'blackhole', circuit: 'erc-pair', path: 'primary' }, 75],
    ['both paths do', { at: '-20m', op: 'blackhole', circuit: 'erc-pair', path: 'both' }, 100],
    [
      'one path’s session is lost and traffic goes over the other',
      { at: '-20m', op: 'session-loss', circuit: 'erc-pair', path: 'primary' },
      0,
    ],
  ])('see that %s', (_, happening, percent) => {
    const failed = measured('ChecksFailedPercent', [happening])
    expect(failed['file-server']).toEqual([percent, percent, percent])
  })
})
