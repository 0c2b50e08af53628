/**
 * Connection monitors. They test an on-premises address from a virtual network, and measure how many packets are lost.
 */
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { hashSeedToSignedFraction } from '../hash.ts'
import { computeDeliveredPacketShare } from '../forwarding.ts'
import { parsePrefixWithoutHostBits } from '../prefix.ts'
import type { ConnectionMonitorSpec } from '../schema.ts'
import type { SimulatedWorld } from '../world.ts'
import {
  type ArmOperationContext,
  createResourceEtag,
  listPlacedResources,
  createResourceNotFoundError,
  createRequestScopeFilter,
  resourceId,
} from './context.ts'
import { type SimulatedMetric, type SimulatedMetricSeries } from './metric-series.ts'

type TestSpec = ConnectionMonitorSpec['tests'][number]

/**
 * Returns the name of the region's Network Watcher. Azure creates it in a separate group; the simulator has it in the
 * monitor's group.
 */
const watcherOf = (world: SimulatedWorld, { group, location }: ConnectionMonitorSpec): string =>
  `NetworkWatcher_${location ?? world.topology.groups.get(group)?.location ?? ''}`

/** Answers GET networkWatchers of a subscription or of a group. */
export function listWatchers(c: ArmOperationContext) {
  const { world } = c
  const own = world.scenario.monitors.filter(createRequestScopeFilter(c))
  const byName = new Map(own.map((monitor) => [`${monitor.group}/${watcherOf(world, monitor)}`, monitor]))
  return [...byName.values()].map((monitor) => {
    const name = watcherOf(world, monitor)
    return {
      name,
      id: resourceId(world, monitor.group, 'networkWatchers', name),
      etag: createResourceEtag(world, name),
      type: 'Microsoft.Network/networkWatchers',
      location: monitor.location ?? world.topology.groups.get(monitor.group)?.location ?? '',
      tags: {},
      properties: { provisioningState: 'Succeeded' },
    }
  })
}

/** Answers GET networkWatchers/NAME/connectionMonitors. */
export function listMonitors(c: ArmOperationContext) {
  const { world } = c
  const watcher = (c.params.name ?? '').toLowerCase()
  return listPlacedResources(c, 'monitor', world.scenario.monitors, () => world.topology.domains[0])
    .filter((monitor) => watcherOf(world, monitor).toLowerCase() === watcher)
    .map((monitor) => monitorBody(world, monitor))
}

function monitorBody(world: SimulatedWorld, monitor: ConnectionMonitorSpec) {
  const { name, group, tests } = monitor
  const id = `${resourceId(world, group, 'networkWatchers', watcherOf(world, monitor))}/connectionMonitors/${name}`
  const vnets = [...new Set(tests.map(({ vnet }) => vnet))]
  const sources = vnets.map((vnet) => {
    const spec = world.topology.vnets.get(vnet)
    return {
      name: `probe-${vnet}`,
      type: 'AzureVNet',
      resourceId: spec ? resourceId(world, spec.group, 'virtualNetworks', vnet) : null,
    }
  })
  return {
    name,
    id,
    etag: createResourceEtag(world, name),
    type: 'Microsoft.Network/networkWatchers/connectionMonitors',
    location: monitor.location ?? world.topology.groups.get(group)?.location ?? '',
    tags: monitor.tags,
    properties: {
      provisioningState: 'Succeeded',
      monitoringStatus: 'Running',
      connectionMonitorType: 'MultiEndpoint',
      endpoints: [
        ...sources,
        ...tests.map((test) => ({ name: test.name, type: 'ExternalAddress', address: test.destination })),
      ],
      testConfigurations: [
        {
          name: 'tcp-443',
          testFrequencySec: 30,
          protocol: 'Tcp',
          tcpConfiguration: { port: 443, disableTraceRoute: false },
          successThreshold: { checksFailedPercent: 50 },
        },
      ],
      testGroups: [
        {
          name: 'on-premises',
          disable: false,
          sources: sources.map((source) => source.name),
          destinations: tests.map((test) => test.name),
          testConfigurations: ['tcp-443'],
        },
      ],
    },
  }
}

/**
 * Returns the monitor that the path names.
 * @throws ArmError 404
 */
export function getMonitorOfRequestPath(c: ArmOperationContext): ConnectionMonitorSpec {
  const name = (c.params.peering ?? '').toLowerCase()
  const found = c.world.scenario.monitors
    .filter(createRequestScopeFilter(c))
    .find((one) => one.name.toLowerCase() === name)
  if (!found)
    throw createResourceNotFoundError(
      'networkWatchers/connectionMonitors',
      c.params.peering ?? '',
      c.params.group ?? '',
    )
  return found
}

const DIMENSIONS = [
  'SourceName',
  'SourceAddress',
  'DestinationName',
  'DestinationAddress',
  'TestGroupName',
  'TestConfigurationName',
  'Protocol',
]

export function listConnectionMonitorMetrics(world: SimulatedWorld, monitor: ConnectionMonitorSpec): SimulatedMetric[] {
  const one = (
    name: string,
    unit: SimulatedMetric['unit'],
    value: (test: TestSpec) => SimulatedMetricSeries['value'],
  ): SimulatedMetric => ({
    name,
    unit,
    aggregation: 'Average',
    dimensions: DIMENSIONS,
    grain: MS_PER_MINUTE,
    series: monitor.tests.map((test) => ({
      dimensions: {
        SourceName: `probe-${test.vnet}`,
        SourceAddress: test.source,
        DestinationName: test.name,
        DestinationAddress: test.destination,
        TestGroupName: 'on-premises',
        TestConfigurationName: 'tcp-443',
        Protocol: 'Tcp',
      },
      value: value(test),
    })),
  })
  const lost = (test: TestSpec) => (from: number, to: number) => 100 * (1 - shareDelivered(world, test, from, to))
  return [
    one('ChecksFailedPercent', 'Percent', lost),
    one(
      'RoundTripTimeMs',
      'MilliSeconds',
      (test) => (from, to) =>
        // if all packets are lost, there is no round-trip time; NaN becomes null in JSON
        lost(test)(from, to) >= 100 ? Number.NaN : 9 + 3 * Math.abs(hashSeedToSignedFraction(11, from / MS_PER_MINUTE)),
    ),
    one('TestResult', 'Count', (test) => (from, to) => resultOf(lost(test)(from, to))),
  ]
}

/** Returns Azure's result number: 1 = passed, 2 = warning, 3 = failed by the threshold of 50 %. */
function resultOf(failedPercent: number): number {
  if (failedPercent > 50) return 3
  return failedPercent > 10 ? 2 : 1
}

/** Interval of the tests in milliseconds. */
const PROBE_EVERY = 30_000

function shareDelivered(
  world: SimulatedWorld,
  { site: name, destination }: TestSpec,
  from: number,
  to: number,
): number {
  const site = world.scenario.sites.find((one) => one.name === name)
  const domain = world.topology.domainOfSite.get(name)
  const target = parsePrefixWithoutHostBits(`${destination}/${destination.includes(':') ? 128 : 32}`)
  if (!site || !domain || !target) return 0
  const shares: number[] = []
  for (let at = from; at < to; at += PROBE_EVERY)
    shares.push(computeDeliveredPacketShare(world.state(domain, at), site, target))
  return shares.reduce((sum, share) => sum + share, 0) / Math.max(1, shares.length)
}
