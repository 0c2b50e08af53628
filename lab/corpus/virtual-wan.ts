/**
 * Rebuilds the estate of a scenario on Virtual WAN: the same sessions, routes and faults, with every gateway in a hub
 * and not in a virtual network. The events of both estates are compared.
 */
import { type DetectedEvent, type EpochMs, doTimestampBoundsOverlap } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { defaultHubRoutes, edgeCounter, inboundHubRoutes } from '../simulator/index.ts'
import { type ScenarioRunResult, runCorpusScenario } from './run.ts'
import { type CorpusScenario, type DetectableEventKind, toSimulatorScenario } from './scenario.ts'

const HUB = 'vhub-rebuilt'

/** Names of the simulator's operations in a hub, by the operations of gateways in virtual networks. */
const OPERATIONS: Readonly<Record<string, string>> = {
  'gateway.peers': 'wanVpnGateway.peers',
  'gateway.learned': 'hub.inbound',
  'connection.get': 'wanVpnGateway.get',
}

/**
 * Returns the scenario with the gateways of each virtual network in a hub; null if it has hubs or Route Servers already, or has no gateway.
 */
export function rebuildOnVirtualWan(scenario: CorpusScenario): CorpusScenario | null {
  const { gateways = [], hubs = [], routeServers = [] } = toSimulatorScenario(scenario)
  const [first] = gateways
  if (!first || hubs.length > 0 || routeServers.length > 0) return null
  const byNetwork = [...Map.groupBy(gateways, ({ vnet }) => vnet).values()]
  const rebuilt = byNetwork.map((own, n) => ({
    gateways: own,
    hub: {
      name: n === 0 ? HUB : `${HUB}-${n + 1}`,
      group: first.group,
      wan: 'vwan-rebuilt',
      addressPrefix: `10.240.${n * 2}.0/23`,
      routers: [`10.240.${n * 2}.68`, `10.240.${n * 2}.69`],
    },
  }))
  const inHub = rebuilt.flatMap(({ gateways: own, hub }) =>
    own.map(({ name }) => [name, { ...scenario.patch.gateways?.[name], hub: hub.name }] as const),
  )
  return {
    ...scenario,
    patch: {
      ...scenario.patch,
      hubs: Object.fromEntries(rebuilt.map(({ hub }) => [hub.name, hub])),
      gateways: { ...scenario.patch.gateways, ...Object.fromEntries(inHub) },
    },
    truth: scenario.truth.map((one) =>
      one.op === 'api-fault' && one.operation ? { ...one, operation: OPERATIONS[one.operation] ?? one.operation } : one,
    ),
    // the expectations name polls of gateways in virtual networks and cannot be checked here; the events of the two
    // runs are compared with each other
    expect: [],
    forbid: [],
  }
}

/**
 * Kinds that detection derives from the route tables of gateways in virtual networks. In a hub, detection derives some
 * of them from the hub's table ({@link isShownByHub}); the tables of a hub's connections are not ranked (ADR 0364).
 */
const BY_TABLES: ReadonlySet<DetectableEventKind> = new Set<DetectableEventKind>([
  'best_path_shift',
  'default_route_appeared',
  'default_route_disappeared',
  'ecmp_reduced',
  'ecmp_restored',
  'failback',
  'failback_pending',
  'failover',
  'instance_divergence',
  'intent_deviation',
  'mass_announce',
  'mass_withdraw',
  'more_specific',
  'n1_stranding',
  'no_path',
  'origin_change',
  'own_space_heard',
  'path_change',
  'route_announced',
  'route_churn',
  'route_withdrawn',
  'site_state_changed',
  'unexpected_transit',
])

/**
 * Reports whether the table of a hub shows an event, too: the outage of a declared site, or a change to a gateway of
 * another kind. A change between circuits of one gateway is shown only if their AS paths differ (ADR 0370), and no sites
 * are learned from the table.
 */
const isShownByHub = ({ kind, flags }: DetectedEvent): boolean =>
  kind === 'no_path'
    ? !flags.some((flag) => flag === 'undeclared' || flag === 'learned')
    : (kind === 'failover' || kind === 'best_path_shift') && flags.includes('scope:transport')

export interface VirtualWanComparison {
  scenario: string
  /** events of the original estate that Azure's data could also show on Virtual WAN */
  before: DetectedEvent[]
  /** events of `before` that were also raised on Virtual WAN */
  found: DetectedEvent[]
  /** events of `before` that were not raised there */
  missed: DetectedEvent[]
  /** number of events of the original estate that need the ranked route tables of gateways in virtual networks */
  byTables: number
  /** number of those events that the route tables of hubs also showed */
  byHubTables: number
  /**
   * events about sessions of ExpressRoute gateways and about single tunnels. In a hub, Azure reports neither: a link has
   * one state for the tunnels of both instances.
   */
  unreported: number
  /** root events that were raised only for the estate on Virtual WAN, and that the true state does not confirm */
  falseEvents: DetectedEvent[]
}

/** Plays a scenario on both estates and compares the events. */
export async function compareOnVirtualWan(
  scenario: CorpusScenario,
  rebuilt: CorpusScenario,
  everyMs: number,
): Promise<VirtualWanComparison> {
  const network = await runCorpusScenario(scenario, everyMs)
  const wan = await runCorpusScenario(rebuilt, everyMs)
  const expressRoute = new Set(
    network.world.scenario.gateways.flatMap(({ kind, name }) => (kind === 'ExpressRoute' ? name : [])),
  )
  const isByTables = (event: DetectedEvent) => BY_TABLES.has(event.kind) && !isShownByHub(event)
  const isUnreported = (event: DetectedEvent) =>
    !isByTables(event) && (expressRoute.has(event.scope) || event.kind === 'tunnel_down')
  const before = network.events.filter((event) => !isByTables(event) && !isUnreported(event))
  const left = new Set(wan.events)
  const pairs = before.map((event) => {
    const same = [...left].find((other) => isSame(event, other))
    if (same) left.delete(same)
    return { event, same }
  })
  return {
    scenario: scenario.id,
    before,
    found: pairs.flatMap(({ event, same }) => (same ? event : [])),
    missed: pairs.flatMap(({ event, same }) => (same ? [] : event)),
    byTables: network.events.filter(isByTables).length,
    byHubTables: network.events.filter((event) => isByTables(event) && wan.events.some((other) => isSame(event, other)))
      .length,
    unreported: network.events.filter(isUnreported).length,
    falseEvents: [...left].filter(
      (event) =>
        !event.partOf && !isTableEmptied(wan, event) && !isTrafficGone(wan, event) && !isTableChanged(wan, event),
    ),
  }
}

/**
 * Reports whether two events, one from each estate, are about the same fact. Only the subject or the scope must be
 * equal, because the link of a hub's connection and the tunnels of a gateway's connection have different names.
 */
const isSame = (a: DetectedEvent, b: DetectedEvent): boolean => {
  // the route table of a hub names the gateway, and other route tables name the gateway's neighbor, so that the
  // subjects of such events differ
  const isMove = [a, b].every(({ kind, flags }) => MOVES.has(kind) && flags.includes('scope:transport'))
  const isOne = isMove || a.subject === b.subject || a.scope === b.scope
  return a.kind === b.kind && isOne && doTimestampBoundsOverlap(a.started, b.started)
}

const MOVES: ReadonlySet<DetectableEventKind> = new Set<DetectableEventKind>(['failover', 'best_path_shift'])

/**
 * Reports whether the tables of a hub truly changed as an event states, for every prefix that the event names. For a
 * withdrawal or announcement, this is the table of the connection; otherwise the hub's default table, in which the
 * prefix has no row (`no_path`), or another next hop than before.
 */
function isTableChanged(
  { world }: ScenarioRunResult,
  { kind, scope, subject, started, evidence }: DetectedEvent,
): boolean {
  const hub = world.scenario.hubs.find(({ name }) => name === scope) ?? world.scenario.hubs[0]
  const domain = hub && world.topology.domainOfHub.get(hub.name)
  const routes = evidence.find(({ field }) => field.startsWith('routes: '))
  if (!domain || !routes || !BY_TABLES.has(kind)) return false
  const isBrought = (prefix: string) =>
    inboundHubRoutes(world.state(domain, started.latest), hub).some(
      (route) => route.connection === subject && route.prefix.text === prefix,
    )
  const hopAt = (prefix: string, at: EpochMs) =>
    defaultHubRoutes(world.state(domain, at), hub).find((route) => route.prefix.text === prefix)?.connection
  return routes.field
    .slice('routes: '.length)
    .replace(/ and \d+ more$/, '')
    .split(', ')
    .every((prefix) => {
      if (kind === 'mass_withdraw' || kind === 'mass_announce') return isBrought(prefix) === (kind === 'mass_announce')
      const [was, is] = [hopAt(prefix, started.earliest), hopAt(prefix, started.latest)]
      return kind === 'no_path' ? is === undefined : was !== is
    })
}

/**
 * Reports whether the connection that an event reports as having lost all routes truly brought no route to its hub when
 * the event was detected.
 */
function isTableEmptied({ world }: ScenarioRunResult, { kind, subject, detectedAt }: DetectedEvent): boolean {
  if (kind !== 'hub_connection_emptied') return false
  return world.scenario.hubs.every((hub) => {
    const domain = world.topology.domainOfHub.get(hub.name)
    const routes = domain ? inboundHubRoutes(world.state(domain, detectedAt), hub) : []
    return !routes.some(({ connection }) => connection === subject)
  })
}

/**
 * Reports whether a peering or path that an event reports as dead truly carried no traffic in at least one direction
 * before the event was detected. In the original estate, the lost sessions of the gateway may explain the missing
 * traffic, so that the event is not raised there.
 */
function isTrafficGone({ world }: ScenarioRunResult, { kind, scope, subject, detectedAt }: DetectedEvent): boolean {
  const domain = world.topology.domainOfCircuit.get(scope)
  if (kind !== 'green_but_dead' || !domain) return false
  const [peering = '', named] = subject.split('/')
  const edges = domain.edges.filter(
    (edge) =>
      edge.circuit.name === scope && edge.peering.type === peering && (named === undefined || edge.path === named),
  )
  const counters = world.counters(domain)
  return edges.every(({ key }) =>
    (['in', 'out'] as const).some(
      (direction) => counters.bitsPerSecond(edgeCounter(key, direction), detectedAt - MS_PER_MINUTE, detectedAt) === 0,
    ),
  )
}

/** Returns a line for each scenario, and the totals. */
export function formatComparison(compared: readonly VirtualWanComparison[]): string {
  const row = (name: string, own: readonly VirtualWanComparison[]) => {
    const sum = (count: (one: VirtualWanComparison) => number) => own.reduce((total, one) => total + count(one), 0)
    return [
      name,
      sum(({ before }) => before.length),
      sum(({ found }) => found.length),
      sum(({ falseEvents }) => falseEvents.length),
      sum(({ byTables }) => byTables),
      sum(({ byHubTables }) => byHubTables),
      sum(({ unreported }) => unreported),
    ].join(' | ')
  }
  return [
    'scenario | events on gateways of networks | found on Virtual WAN | false there | by ranked tables | of these by hubs’ tables | not reported by Azure in a hub',
    ...compared.map((one) => row(one.scenario, [one])),
    row('all', compared),
  ].join('\n')
}
