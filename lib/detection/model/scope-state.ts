import type {
  TimestampBounds,
  Cause,
  DetectedEvent,
  DetectedIncident,
  EpochMs,
  EventKind,
  LagLinkState,
  RouteMapRule,
  SessionSample,
  TunnelState,
} from '#lib/contract/index.ts'
import type { LastArpState, DetectedSessionState, ProbeState } from './signal.ts'
import type { ConfiguredLayers } from '../verdict/index.ts'
import type {
  RouteChurnDetectionState,
  InstanceDivergenceMemory,
  EmptiedRouteTable,
  BestPathChangeEventSubject,
  TableParityMemory,
  BestPathHistory,
} from './route-memory.ts'
import type { SiteLearningState, SiteStateMemory, SiteState } from './site-memory.ts'
import type { TrafficState } from './traffic-state.ts'

/** The state of a BGP session when it was last read. */
export interface SessionFact {
  /** subresource of the source that reports it: '' for a gateway's peers, `AzurePrivatePeering/primary` for a path */
  subresource: string
  localAddress: string
  neighbor: string
  asn: number | null
  level: DetectedSessionState
  /**
   * true if the level comes from Azure Monitor, because Azure does not report the session itself; `localAddress` is
   * then Azure's name of the instance. Absent = it was polled
   */
  isMeasured?: true
  /**
   * true if the session is `down` and no poll ever showed it up, although its age shows that it was up before
   * monitoring; absent = a poll showed it up
   */
  isUnseen?: true
  since: TimestampBounds
  downReason: SessionSample['downReason']
  prefixes: number | null
  /** number of prefixes when the session was last up */
  lastPrefixes: number | null
  countBetween: TimestampBounds | null
}

/**
 * Light level of one direction of a link of an ExpressRoute Direct port, as Azure Monitor last reported it. If the link
 * has several lanes (wavelengths), it is the level of the weakest lane.
 */
export interface LightLevel {
  /** ARM's name of the link: `link1` */
  link: string
  /** `Rx` = light that arrives at Microsoft's router, `Tx` = light that leaves it */
  direction: 'Rx' | 'Tx'
  dbm: number
  at: EpochMs
}

/** The state of a VPN connection or tunnel when it was last read. */
export interface LastTunnelState {
  state: TunnelState
  since: TimestampBounds
  /**
   * last time at which BGP sessions proved a tunnel up that the last poll of the connection had shown down; absent = a
   * poll of the connection showed the state
   */
  provenUpAt?: EpochMs
}

/** A released neighbor: its session is no longer expected, because its circuit or connection was removed. */
export interface NeighborOfRemovedConnection {
  between: TimestampBounds
  /**
   * name of the neighbor's circuit, which the topology no longer contains; events about routes that moved because of
   * the removal use it. Absent in data of older versions.
   */
  circuit?: string
  /** key of the event that reports the removal */
  by: string
  /**
   * causes of the removal event, from the last evaluation in which the event and this gateway were in one group; absent
   * = never, or data of older versions
   */
  causes?: Cause[]
  /**
   * time when the inventory listed the removed resource again. It is kept until a later poll reads the neighbor's
   * session. Absent = not listed again
   */
  back?: EpochMs
}

/** A source (subresource and kind) whose polls fail, so that its last data will become stale. */
export interface SourceWithFailingPolls {
  lastGoodAt: EpochMs | null
  everyMs: number
  /** true if an operator paused the polls, so that the last data is not used any more */
  paused?: true
  /** true if Azure refuses the poll, so that metrics replace it; absent = no, or data of older versions */
  refused?: true
}

export interface ConfiguredLayerStates extends ConfiguredLayers {
  /** SKU name of a gateway; absent in data of older versions */
  sku?: string | null
  since: TimestampBounds
  /**
   * latest time at which a peering must have been enabled, because one of its sessions came up although the last
   * configuration poll showed the peering as disabled
   */
  onBy?: EpochMs
}

/**
 * A peering of a virtual network that contains gateways. Each state is the worse of the states that ARM reports for the
 * two sides of the peering.
 */
export interface LastNetworkPeeringState {
  /** name of the peering in events */
  name: string
  state: string | null
  sync: string | null
  /** true if the other network reaches on-premises through the gateways of this network */
  transit: boolean
}

/** State of a link of a LAG by its configuration. */
export interface LastLagLinkState {
  state: LagLinkState
  /** number of members that can carry traffic; null = unknown */
  active: number | null
}

/** Route map that changes the routes which a connection brings to its hub. */
export interface InboundRouteMap {
  name: string
  rules: readonly RouteMapRule[]
  /**
   * bounds of the time when the map was attached to the connection, or its rules were changed;
   * `INSTANT_BEFORE_MONITORING` = before the first inventory
   */
  since: TimestampBounds
}

/**
 * Deliberate changes of a resource (called acts in the code). Events that follow from such a change become parts of the
 * event that reports it.
 */
export type DeliberateResourceChange =
  | 'circuit removed'
  | 'circuit deprovisioned'
  | 'peering disabled'
  | 'connection removed'
  | 'hub connection removed'
  | 'gateway removed'
  | 'gateway changed'
  | 'gateway on standby'
  | 'gateway migrated'
  | 'other resource removed'

/**
 * Withdrawn prefixes that a gateway's neighbors had announced only for a short time before. Their withdrawal counts as
 * a loss only for a limited time.
 */
interface Passing {
  gateway: string
  /**
   * for each group of prefixes, the time at which they will have been absent for as long as they had existed; from then
   * on their withdrawal no longer counts as a loss
   */
  over: { at: EpochMs; prefixes: string[] }[]
  /** prefixes of `over` that other neighbors still announce */
  carried: string[]
}

/** Ranges of a site that began to depend on the same single losses. */
export interface StrandedRanges {
  /** the ExpressRoute gateway on which the dependency began; null = the site has no such gateway */
  edge: string | null
  losses: string[]
  prefixes: string[]
}

/** An event that is still evaluated, because it is open or ended recently, with data that later evaluations need. */
export interface LiveEvent {
  /** the event itself. It is never modified; a later version replaces it. */
  event: Readonly<DetectedEvent>
  /**
   * confirmation that the event still needs before notifications are sent: the source whose polls count, the last
   * counted poll, and the number of further good polls; null = confirmed
   */
  confirm: { source: string; lastAt: EpochMs; left: number } | null
  /** prefixes of an event about routes */
  prefixes?: string[]
  /**
   * prefixes of the event that were withdrawn after it began. Only for events that last until all their prefixes are
   * withdrawn; absent = empty
   */
  takenBack?: string[]
  /**
   * neighbors that carried the event's prefixes before the best paths changed (`peersBefore`) and after it
   * (`peersAfter`); absent for events that are not about routes
   */
  peersBefore?: string[]
  peersAfter?: string[]
  /**
   * neighbors that the gateway of a `gateway_isolated` event lost; absent for other kinds and in data of older versions
   */
  lostNeighbors?: string[]
  /**
   * scope of the hub, or of the hub's gateway, whose route table shows the event. In these tables neighbors are named
   * by gateways or connections, and other hubs may use the same names (ADR 0370). Absent for tables of other gateways
   * and in data of older versions
   */
  table?: string
  /**
   * prefixes of the event in further route tables of the same hub, by the scope of the table; absent = only `table`
   * shows the event. The event lasts until no table shows it
   */
  furtherTables?: Record<string, string[]>
  /** scope of the hub, if a route table that a user created in it shows the event; absent for other events */
  hub?: string
  /**
   * for a hub_connection_emptied event, whether the path between the hub and the far end of the connection is `lost`,
   * the far end has `withdrawn` its routes, or a route map of the hub drops them (`filtered`); absent = not known
   */
  emptiedBy?: 'lost' | 'withdrawn' | 'filtered'
  /**
   * neighbors whose own routes changed in a change of best paths; absent for other events and in data of older versions
   */
  changed?: string[]
  /**
   * for a mass_withdraw event, the withdrawn prefixes that had been known for at most a day; absent = empty, or data of
   * older versions
   */
  passing?: Passing
  /** for a withdrawal of a watched prefix, the attributes of its route before the withdrawal, as text */
  withdrawn?: string
  /**
   * for an n1_stranding event, the single losses that would each remove the last route of the prefixes, for example
   * `circuit ckt-lon`
   */
  losses?: string[]
  /** for an n1_stranding event of an older version, the ExpressRoute gateways on which the ranges began to depend */
  edges?: string[]
  /** for an n1_stranding event, the ranges by gateway and losses; absent in data of older versions */
  stranded?: StrandedRanges[]
  /**
   * the deliberate change that the event reports, if its kind does not determine it; absent in data of older versions
   */
  act?: DeliberateResourceChange
  /** ASNs that are the topic of an event about AS paths */
  asns?: number[]
  /**
   * state of the site before the first of several consecutive events about it; absent = no such events, or data of
   * older versions
   */
  baseline?: SiteState
}

/** A change of best paths that is not reported yet. If a later poll shows a loss that explains it, it is a failover. */
export interface PendingPathShift {
  /** times of the poll that showed the change of best paths */
  source: { startedAt: EpochMs; finishedAt: EpochMs; previousOkAt: EpochMs | null }
  between: TimestampBounds
  prefixes: string[]
  before: string[]
  after: string[]
  /**
   * gateways that were not polled since the poll that showed the change, so that their tables may still show the same
   * change; absent = none
   */
  unread?: string[]
  /** neighbors whose own routes changed; absent in data of older versions */
  changed?: string[]
  /**
   * description of the change when it was found, because neighbors may be mapped to circuits differently later; absent
   * in data of older versions
   */
  name?: BestPathChangeEventSubject
  /**
   * true if Microsoft prepended its own ASN to the routes of the previous best paths (a drain), so that these are no
   * longer the best
   */
  drain: boolean
  /**
   * true if the new best paths are the usual paths, or if the prefixes have no usual paths yet. Such a change is
   * reported only if a loss caused it. Absent = the change led away from the usual paths
   */
  isHome?: true
  /**
   * true if the prefixes have known usual paths and the new best paths are these paths; absent = not, or data of older
   * versions
   */
  isUsual?: true
  /** bounds of the time when the best paths from before the change were used again; absent = not yet */
  returned?: TimestampBounds
  /**
   * prefixes that the former connections still bring to the hub, so that the change of the table may be a change of its
   * configuration; absent = not a route table that a user created
   */
  stillBrought?: string[]
}

/** Appearance or disappearance of a default route in a custom table of a hub that is not reported yet. */
export interface PendingDefaultRoute extends Pick<PendingPathShift, 'source' | 'between'> {
  kind: 'default_route_appeared' | 'default_route_disappeared'
  prefix: string
  /** peers of the table's rows for the prefix, after the appearance or before the disappearance */
  peers: string[]
  causes: Cause[]
}

/** Last appearance or disappearance of a default route that a connection of a hub's gateway brings. */
interface BroughtDefaultRoute {
  connection: string
  prefix: string
  /** true = the connection began to bring the route; false = it stopped */
  isBrought: boolean
  between: TimestampBounds
}

/** A mass withdrawal ("withheld") that is reported only after the sessions that carried its routes have been read. */
export interface UnreportedMassWithdrawal
  extends Pick<DetectedEvent, 'scope' | 'subject' | 'severity' | 'started' | 'flags' | 'evidence'> {
  prefixes: string[]
  peers: string[]
  /** times of the poll that showed the withdrawal */
  proof: { startedAt: EpochMs; finishedAt: EpochMs; previousOkAt: EpochMs | null }
  /** withdrawn prefixes that are not announced again yet */
  left: string[]
  /** bounds of the time when the last prefix was announced again; absent = some prefixes are still missing */
  returned?: TimestampBounds
  passing?: Passing
}

/** The state of a connectivity probe. It is used only as additional evidence. */
export interface LastProbeState {
  state: ProbeState
  since: TimestampBounds
}

/**
 * Availability of one layer of a path (BGP or ARP) as Azure Monitor last reported it. It is additional evidence. If
 * Azure refuses the poll of the layer itself, it is the only evidence.
 */
export interface LastAvailability {
  /** time for which Azure Monitor reported the availability of this layer */
  reported: TimestampBounds
  /** length of the intervals for which Azure Monitor reports a value, in ms; absent = a minute */
  grainMs?: number
  /** minutes in the interval `reported` with low availability */
  low: TimestampBounds[]
  /** minutes in `low` with less than half availability; absent in data of older versions */
  down?: TimestampBounds[]
  /** availability in the newest minute in percent; absent in data of older versions */
  last?: number
  /** newest minute in which the layer worked; it may be before `reported`; absent = not known */
  well?: TimestampBounds
  /**
   * outages that had already ended when Azure Monitor first reported them, each with its first and last down minute;
   * absent = none
   */
  passed?: { first: TimestampBounds; last: TimestampBounds }[]
  /** true if this poll read the metric for the first time; absent = no */
  isFirst?: true
}

/** A notice of Azure Service Health about Microsoft's work or faults that affect this circuit or gateway. */
export interface ReportedServiceHealthNotice {
  /** Microsoft's tracking id */
  id: string
  type: 'maintenance' | 'incident' | 'other'
  title: string
  reportedAt: EpochMs
  from: EpochMs
  /** end of Microsoft's work or fault; null = not reported yet */
  to: EpochMs | null
}

/** An Activity Log entry that reports a change. */
export interface ActivityLogResourceChange {
  id: string
  at: EpochMs
  operation: string
  caller: string | null
  /**
   * scope of the changed connection, if the entry is stored at the circuit or gateway at an end of that connection;
   * `true` in states of earlier versions
   */
  onConnection?: string | true
  /** true if the entry is about another resource of the same resource group; absent = no */
  inGroup?: true
  /**
   * true if the change was complete at `at`; absent = it was only accepted at `at`, or an earlier version stored the
   * entry
   */
  isDone?: true
}

export interface IncidentState extends DetectedIncident {
  /**
   * kind, scope and subject of the incident's root event, by which the root is recognized after the event was deleted
   */
  rootOf: [kind: EventKind, scope: string, subject: string]
  /** bounds of the begin of each event of the incident */
  starts: TimestampBounds[]
  /** time since which all faults of the incident have been over; null = at least one is ongoing */
  healthySince: EpochMs | null
}

/** State of one circuit or gateway that detection stores, derived from all its polled sources. Plain JSON. */
export interface ResourceState {
  version: 1
  sessions: Record<string, SessionFact>
  /**
   * instances of a gateway that have been silent in enough samples to count as lost, with the bounds of the begin of
   * the silence
   */
  silent: Record<string, TimestampBounds>
  /**
   * released neighbors: their sessions are not expected any longer, because their circuit or connection was removed.
   * Stored at the gateway, and at the circuit if it still exists.
   */
  released: Record<string, NeighborOfRemovedConnection>
  /** removed connections of a gateway whose former neighbors are not known yet; absent = empty */
  unclaimed?: NeighborOfRemovedConnection[]
  /** names of the connections of a gateway in a hub; absent for other resources and in data of older versions */
  links?: string[]
  /**
   * route maps that change the routes which connections bring to a hub, by connection; stored at the hub's gateway.
   * Absent for other resources and in data of older versions
   */
  inboundMaps?: Record<string, InboundRouteMap>
  /**
   * time when the inventory showed a neighbor's connection again, by neighbor of a gateway; kept until the neighbor's
   * session is read; absent = empty
   */
  relisted?: Record<string, EpochMs>
  /** in the state of a removed resource: the gateways and circuits that had its released neighbors; absent = empty */
  heirs?: string[]
  /** bounds of the time when a silent instance reported again, by instance address */
  returned: Record<string, TimestampBounds>
  arp: Record<string, LastArpState>
  /** light levels of a circuit's ExpressRoute Direct port at the last evaluation; absent = not known */
  light?: LightLevel[]
  /** tunnels of a VPN connection by name, and the connection itself as '' */
  tunnels: Record<string, LastTunnelState>
  /** failing polls by `subresource kind` */
  failing: Record<string, SourceWithFailingPolls>
  /** configuration states of each peering of a circuit, by peering name; '' = provisioning state of a gateway */
  intent: Record<string, ConfiguredLayerStates>
  /**
   * peerings of a virtual network, by the key of the other network; absent for other resources and in data of older
   * versions
   */
  peerings?: Record<string, LastNetworkPeeringState>
  /** links of a LAG by name; absent for other resources and in data of older versions */
  lagLinks?: Record<string, LastLagLinkState>
  /** open and recently ended events by their key */
  live: Record<string, LiveEvent>
  pending: PendingPathShift[]
  /** changes of default routes in a custom table of a hub that are not reported yet; absent = empty */
  pendingDefaults?: PendingDefaultRoute[]
  /** default routes that connections of a hub's gateway began or stopped to bring; absent = empty */
  broughtDefaults?: BroughtDefaultRoute[]
  /** best paths of those prefixes of a gateway whose best paths changed within the last day; absent = empty */
  usual?: BestPathHistory[]
  /** start of the poll that read a gateway's first route table; absent in data of older versions */
  learnedSince?: EpochMs
  /** mass withdrawals of a gateway that are not reported yet; absent = empty */
  withheld?: UnreportedMassWithdrawal[]
  /**
   * recent completed changes in the Activity Log: of this resource, of its connections, and of other resources in its
   * resource group (at most 20 of these)
   */
  logged: ActivityLogResourceChange[]
  /** Service Health notices by tracking id, newest last */
  health: ReportedServiceHealthNotice[]
  /** bounds of the times of changes that affected only tags */
  tagsOnly: TimestampBounds[]
  incidents: IncidentState[]
  /**
   * connectivity probes (tests of connection monitors) whose traffic passes through this circuit or gateway, by name
   */
  probes: Record<string, LastProbeState>
  /**
   * availability of a circuit's paths, by path, for example `AzurePrivatePeering/primary`. The key of the ARP
   * availability is the same text with ` arp` appended
   */
  availability: Record<string, LastAvailability>
  /**
   * traffic of the circuit's main peering (the private peering if it has one), or of a VPN connection, from byte
   * counters; null = none
   */
  traffic: TrafficState | null
  /** traffic of a circuit's other peerings and of all peerings together, by {@link CountedPartOfCircuit} */
  otherTraffic?: Record<string, TrafficState>
  /** end of the last poll that reported a changed route; null = no route has changed yet */
  routesChangedAt: EpochMs | null
  /**
   * ASNs in the AS paths of a gateway's learned routes, with the time when each was first seen; {@link
   * BEFORE_MONITORING} = in the first table
   */
  asns: Record<string, EpochMs>
  /** rate of changes of a gateway's learned routes; null = nothing counted yet */
  churn: RouteChurnDetectionState | null
  /**
   * rates of changes of routes of other owners (customers) than the gateway's owner. The key is the circuit that is the
   * scope of the owner's route_churn event; absent = all circuits have one owner
   */
  churnOf?: Record<string, RouteChurnDetectionState>
  /** digests of the route tables of a gateway's instances, and their differences; null = not read yet */
  divergence: InstanceDivergenceMemory | null
  /** stored comparisons of route tables, by the name of the comparison */
  parity: Record<string, TableParityMemory>
  /** states of the sites whose events are stored in this scope, by subject */
  sites: Record<string, SiteStateMemory>
  /** learned sites of the whole group, which are stored at one of its gateways; null = stored at another gateway */
  learning: SiteLearningState | null
  /** number of prefixes that Microsoft announces on each path of Microsoft peering, by subresource */
  fromMicrosoft: Record<string, number>
  /** route tables that one poll read as empty and that wait for confirmation by a second poll, by subresource */
  emptied: Record<string, EmptiedRouteTable>
}

export function createResourceState(): ResourceState {
  return {
    version: 1,
    sessions: {},
    silent: {},
    released: {},
    returned: {},
    arp: {},
    tunnels: {},
    failing: {},
    intent: {},
    live: {},
    pending: [],
    logged: [],
    health: [],
    tagsOnly: [],
    incidents: [],
    probes: {},
    availability: {},
    traffic: null,
    routesChangedAt: null,
    asns: {},
    churn: null,
    divergence: null,
    parity: {},
    sites: {},
    learning: null,
    fromMicrosoft: {},
    emptied: {},
  }
}

/**
 * Reports whether a neighbor's session is up again after its connection was removed and the inventory listed the
 * connection again.
 */
export const isUpAfterRelisting = ({ sessions, relisted }: ResourceState, neighbor: string): boolean =>
  relisted?.[neighbor] !== undefined &&
  Object.values(sessions).some((one) => one.neighbor === neighbor && one.level === 'up')

/** The stored state of a group: the state of each of its scopes (circuits and gateways), by scope. */
export type GroupState = Record<string, ResourceState>

/**
 * Parses the stored state of a scope. If its version is unknown, the state is discarded and an empty state is returned.
 * Open events of a discarded state are never ended.
 */
export function parseResourceState(stored: unknown): ResourceState {
  if (typeof stored !== 'object' || stored === null || !('version' in stored) || stored.version !== 1)
    return createResourceState()
  return { ...createResourceState(), ...(stored as Partial<ResourceState>) }
}
