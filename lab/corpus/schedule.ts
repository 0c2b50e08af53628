/**
 * Times of all polls of a scenario, for any interval, as the catalogue's expectations assume them: each kind of poll
 * has a fixed offset within the interval.
 */
import { circuitPaths, DEFAULT_HUB_TABLE, type EpochMs } from '#lib/contract/index.ts'
import { MS_PER_MINUTE, MS_PER_SECOND } from '#lib/contract/time/time.ts'
import type { ScenarioHappening, SimulatorScenario } from '../simulator/index.ts'
import type { CorpusScenario, PolledKind } from './scenario.ts'
import { type PollTarget, type PollResult, derivePollResult } from './poll-result.ts'

/** Milliseconds from the request to the last byte. The sample is true for the middle. */
export const LATENCY_MS = 2 * MS_PER_SECOND

/**
 * Second of the minute in which each kind is polled. With an interval below a minute, the offsets are reduced in
 * proportion.
 */
const OFFSETS: Readonly<Record<PolledKind, number>> = {
  peers: 0,
  learned: 5,
  summary: 10,
  tables: 15,
  arp: 20,
  stats: 25,
  inventory: 30,
  advertised: 35,
  connection: 38,
  metrics: 40,
  probe: 45,
  activity: 50,
}
/** Interval of Azure Monitor in milliseconds. Its data are late, so that it is polled at a separate interval. */
const MONITOR_EVERY_MS = 5 * MS_PER_MINUTE
const OF_MONITOR: ReadonlySet<string> = new Set<PolledKind>(['activity', 'metrics', 'probe'])
/** Cycle of the first inventory poll, which is made directly before all other polls. */
const FIRST_LIST = Number.NEGATIVE_INFINITY
const KNOWN_FOR_MS = 8 * 24 * 60 * MS_PER_MINUTE

/**
 * Operations that answer for the BGP peers of a hub or a Route Server, and for the sessions of a hub's VPN gateway with
 * branches.
 */
const HUB = { peers: 'hub.bgpConnections', learned: 'hub.peerLearned', sessions: 'wanVpnGateway.peers' }

export const getPollIntervalOfKindMs = (kind: string, everyMs: number) =>
  OF_MONITOR.has(kind) ? MONITOR_EVERY_MS : everyMs

/** A source that is polled. */
export interface PolledSource extends PollTarget {
  /** `ergw-hub`, `ckt-lon/primary`; '' = the subscription */
  readonly name: string
}

export interface ScheduledCorpusPoll {
  readonly source: PolledSource
  /** true time of the request */
  readonly startedAt: EpochMs
  readonly finishedAt: EpochMs
  readonly sampleAt: EpochMs
  readonly result: PollResult
}

export function listPolledSources(estate: SimulatorScenario, also: CorpusScenario['also'] = []): PolledSource[] {
  const of = (kind: PolledKind, resource: string): PolledSource => ({
    kind,
    resource,
    path: '',
    peering: '',
    name: resource,
  })
  const ofPath = (kind: PolledKind, resource: string, peering: string, path: string): PolledSource => ({
    kind,
    resource,
    path,
    peering,
    name: nameOfPath(resource, peering, path),
  })
  return [
    ...estate.gateways
      .filter(({ hub }) => hub === undefined)
      .flatMap(({ name }) => [of('peers', name), of('learned', name)]),
    ...estate.routeServers.flatMap(({ name, peers }) => [
      { ...of('peers', name), operation: HUB.peers },
      ...peers.map((peer) => ({ ...of('learned', `${name}/${peer.name}`), operation: HUB.learned })),
    ]),
    ...estate.circuits.flatMap(({ name, peerings }) => [
      ...peerings.flatMap(({ type }) =>
        circuitPaths.flatMap((path) =>
          (['summary', 'tables', 'arp'] as const).map((kind) => ofPath(kind, name, type, path)),
        ),
      ),
      of('stats', name),
      ...(peerings.length > 1 ? peerings.map(({ type }) => countedOn(name, type)) : []),
    ]),
    ...estate.hubs.flatMap((hub) => tablesOfHub(hub, estate)),
    of('inventory', ''),
    of('activity', ''),
    ...(also.includes('metrics')
      ? [...estate.circuits, ...estate.ports, ...estate.gateways.filter(({ kind }) => kind === 'Vpn')].map(({ name }) =>
          of('metrics', name),
        )
      : []),
    ...(also.includes('connection') ? connectionsOf(estate, of) : []),
    ...(also.includes('probe') ? estate.monitors.map(({ name }) => of('probe', name)) : []),
    ...(also.includes('advertised') ? estate.connections.flatMap(announcedOver) : []),
  ]
}

/**
 * Returns VPN connections, VPN gateways of hubs, and circuits that have Global Reach connections. Connections to a
 * circuit are excluded, because their bytes are counted on the circuit.
 */
const connectionsOf = (
  { connections, globalReach, hubs, gateways }: SimulatorScenario,
  of: (kind: PolledKind, resource: string) => PolledSource,
): PolledSource[] => [
  ...connections.flatMap(({ name, device, gateway }) =>
    device && !gateways.some(({ name: own, hub }) => own === gateway && hub) ? [of('connection', name)] : [],
  ),
  ...[...hubs.flatMap(({ vpn }) => vpn ?? []), ...gateways.filter(({ kind, hub }) => kind === 'Vpn' && hub)].map(
    ({ name }) => of('connection', name),
  ),
  ...[...new Set(globalReach.map(({ circuit }) => circuit))].map((circuit) => ({
    ...of('connection', circuit),
    peering: PRIVATE,
    path: 'connections',
    operation: 'circuit.connections',
  })),
]

/** Returns the source of a peering's counters, which are polled separately if a circuit has several peerings. */
const countedOn = (circuit: string, peering: string): PolledSource => ({
  kind: 'stats',
  resource: circuit,
  path: '',
  peering,
  name: `${circuit}/${peering}`,
})

/**
 * Returns the sources of a hub: its route tables, the routes from each connection of its gateways, and its BGP peers
 * with the routes that they announce.
 */
function tablesOfHub(
  { name, expressRoute, vpn, bgp, routeTables }: SimulatorScenario['hubs'][number],
  { gateways, connections }: SimulatorScenario,
): PolledSource[] {
  const hosted = gateways
    .filter((gateway) => gateway.hub === name)
    .map((gateway) => ({
      ...gateway,
      connections: connections.filter((connection) => connection.gateway === gateway.name),
    }))
  const table = (kind: PolledKind, resource: string, path: string): PolledSource => ({
    kind,
    resource,
    path,
    peering: '',
    name: path === '' ? resource : `${resource}/${path}`,
  })
  return [
    { ...table('tables', name, DEFAULT_HUB_TABLE), operation: 'hub.effective' },
    ...routeTables.map((own) => ({ ...table('tables', `${name}/${own.name}`, ''), operation: 'hub.effective' })),
    ...(bgp.length > 0 ? [{ ...table('peers', name, ''), operation: HUB.peers }] : []),
    ...bgp.map((peer) => ({ ...table('learned', `${name}/${peer.name}`, ''), operation: HUB.learned })),
    // The sessions of the hub's gateway in the field `vpn` are not polled, as if the collector lacked the permission.
    ...hosted
      .filter(({ kind }) => kind === 'Vpn')
      .map((gateway) => ({ ...table('peers', gateway.name, ''), operation: HUB.sessions })),
    ...[expressRoute, vpn, ...hosted].flatMap((gateway) =>
      (gateway?.connections ?? []).map((connection) => ({
        ...table('learned', gateway?.name ?? '', connection.name),
        operation: 'hub.inbound',
      })),
    ),
  ]
}

/** Returns the polls of a gateway's advertised routes, one for each neighbor. */
function announcedOver({ gateway, neighbors }: SimulatorScenario['connections'][number]): PolledSource[] {
  return Object.values(neighbors ?? {}).map((neighbor) => ({
    kind: 'advertised',
    resource: gateway,
    path: neighbor,
    peering: '',
    name: `${gateway}/${neighbor}`,
  }))
}

/** Returns the name of a path. Private peering is omitted. */
export const nameOfPath = (circuit: string, peering: string, path: string) =>
  peering === PRIVATE ? `${circuit}/${path}` : `${circuit}/${peering}/${path}`
const PRIVATE = 'AzurePrivatePeering'

/** Returns all polls of a run in the order in which they end. */
export function createPollSlots(
  scenario: CorpusScenario,
  estate: SimulatorScenario,
  everyMs: number,
): ScheduledCorpusPoll[] {
  const slots = listPolledSources(estate, scenario.also).flatMap((source) =>
    slotsOfSource(scenario, estate.happenings, source, everyMs),
  )
  return sortScheduledPollsByEndTime(slots)
}

export const sortScheduledPollsByEndTime = (slots: readonly ScheduledCorpusPoll[]): ScheduledCorpusPoll[] =>
  slots.toSorted((a, b) => a.finishedAt - b.finishedAt || order(a) - order(b))

const order = ({ source }: ScheduledCorpusPoll) => OFFSETS[source.kind]

function slotsOfSource(
  scenario: CorpusScenario,
  happenings: readonly ScenarioHappening[],
  source: PolledSource,
  intervalMs: number,
): ScheduledCorpusPoll[] {
  const { start, end, polledBefore } = scenario
  const everyMs = getPollIntervalOfKindMs(source.kind, intervalMs)
  const offset = (OFFSETS[source.kind] * MS_PER_SECOND * Math.min(everyMs, MS_PER_MINUTE)) / MS_PER_MINUTE
  const slots: ScheduledCorpusPoll[] = []
  const first = Math.ceil(start / everyMs) * everyMs
  const cycles = Array.from({ length: Math.floor((end - first) / everyMs) + 1 }, (_, n) => first + n * everyMs)
  const earlier = first - KNOWN_FOR_MS
  // without `polledBefore`, one inventory poll is made first, so that the resources are known before they are polled
  const lists = source.kind === 'inventory' && !polledBefore ? [FIRST_LIST] : []
  for (const cycle of [...lists, ...(polledBefore ? [earlier] : []), ...cycles]) {
    const isFirstList = cycle === FIRST_LIST || (source.kind === 'inventory' && cycle === earlier)
    const begin = polledBefore ? earlier : first
    const startedAt = isFirstList ? begin - LATENCY_MS : Math.round(cycle + offset)
    const slot = createScheduledPollAt(scenario, happenings, source, startedAt)
    if (slot) slots.push(slot)
  }
  return slots
}

/**
 * Returns the poll of a source that starts at a moment; null = the collector makes no poll then.
 * @param lengthMs duration of the poll in milliseconds, which applies unless Azure refuses the poll immediately
 */
export function createScheduledPollAt(
  { collector }: CorpusScenario,
  happenings: readonly ScenarioHappening[],
  source: PolledSource,
  startedAt: EpochMs,
  lengthMs = LATENCY_MS,
): ScheduledCorpusPoll | null {
  const isIdle = collector.some(
    (c) => (c.kind === 'stop' || c.kind === 'restart') && c.at <= startedAt && startedAt < c.until,
  )
  if (isIdle) return null
  const usual = derivePollResult(happenings, collector, source, startedAt + lengthMs / 2)
  const takesMs = usual.failed ? LATENCY_MS : lengthMs
  const sampleAt = startedAt + takesMs / 2
  const result = takesMs === lengthMs ? usual : derivePollResult(happenings, collector, source, sampleAt)
  return { source, startedAt, finishedAt: startedAt + takesMs, sampleAt, result }
}
