import type {
  Bounds,
  Cause,
  DetectedEvent,
  DetectedIncident,
  EpochMs,
  EventKind,
  SessionSample,
  TunnelState,
} from '#lib/contract/index.ts'
import type { ArpFact, Level, ProbeState } from './signal.ts'
import type { LayerIntent } from '../verdict/index.ts'
import type { ChurnMemory, DivergenceMemory, Emptied, PathChange, ParityMemory, UsualPaths } from './route-memory.ts'
import type { SiteLearning, SiteMemory, SiteState } from './site-memory.ts'
import type { TrafficState } from './traffic-state.ts'

/** A BGP session as it was last read. */
export interface SessionFact {
  /** subresource of the source that reports it: '' for a gateway's peers, `AzurePrivatePeering/primary` for a path */
  subresource: string
  localAddress: string
  neighbor: string
  asn: number | null
  level: Level
  /**
   * true if the session is `down` and was never seen up, so that only its age shows that it was up; absent = it was
   * seen up
   */
  isUnseen?: true
  since: Bounds
  downReason: SessionSample['downReason']
  prefixes: number | null
  /** last prefix count while the session was up */
  lastPrefixes: number | null
  countBetween: Bounds | null
}

/**
 * Light level of one direction of a link of an ExpressRoute Direct port, as last reported by Azure Monitor. If the link
 * has several lanes (wavelengths), it is the level of the weakest lane.
 */
export interface LightLevel {
  /** ARM's name of the link: `link1` */
  link: string
  /** `Rx` arrives at Microsoft's router, `Tx` leaves it */
  direction: 'Rx' | 'Tx'
  dbm: number
  at: EpochMs
}

/** A VPN connection or tunnel as it was last read. */
export interface TunnelFact {
  state: TunnelState
  since: Bounds
}

/** A neighbor whose session is no longer expected, because its circuit or connection was removed. */
export interface Released {
  between: Bounds
  /**
   * name of the neighbor's circuit, for events about routes that moved with the removal, because the topology no longer
   * contains the circuit; absent in data of older versions
   */
  circuit?: string
  /** key of the event that reports the removal */
  by: string
  /**
   * causes of the removal event when it was last evaluated together with this gateway; absent = not evaluated, or data
   * of older versions
   */
  causes?: Cause[]
  /**
   * time when the removed resource was listed again, until a later poll reads the neighbor's state; absent = not listed
   * again
   */
  back?: EpochMs
}

/** A source (subresource and kind) whose polls fail, so that its last data becomes stale. */
export interface Failing {
  lastGoodAt: EpochMs | null
  everyMs: number
  /** true if polls are paused, so that the last data is invalid immediately */
  paused?: true
  /**
   * true if Azure denies the permission to poll, so that metrics replace the polls; absent = no, or data of older
   * versions
   */
  refused?: true
}

export interface IntentFact extends LayerIntent {
  /** SKU name of a gateway; absent in data of older versions */
  sku?: string | null
  since: Bounds
  /**
   * latest time by which a peering that was read as disabled must have been enabled again, because a session came up
   */
  onBy?: EpochMs
}

/**
 * A peering of a virtual network that contains gateways. The states are the worse of the states that ARM reports for
 * both sides.
 */
export interface PeeringFact {
  /** name of the peering in events */
  name: string
  state: string | null
  sync: string | null
  /** true if the other network reaches on-premises through the gateways of this network */
  transit: boolean
}

/** Deliberate changes of a resource (acts). Events that follow from them are parts of their event. */
export type Act =
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

/** Withdrawn prefixes that a gateway's neighbors had announced only for a short time. */
interface Passing {
  gateway: string
  /**
   * times at which prefixes will have been absent for as long as they had existed, so that their withdrawal no longer
   * counts as a loss
   */
  over: { at: EpochMs; prefixes: string[] }[]
  /** prefixes that other neighbors still announce, so that they may belong to those neighbors */
  carried: string[]
}

/** An event that is still evaluated, because it is open or ended recently. */
export interface LiveEvent {
  /** the event itself, which is never modified; a later version replaces it */
  event: Readonly<DetectedEvent>
  /**
   * confirmation that is still needed before notifications are sent: the source, its last counted sample, and the
   * number of further good samples; null = confirmed
   */
  confirm: { source: string; lastAt: EpochMs; left: number } | null
  /** prefixes of an event about routes */
  prefixes?: string[]
  /** prefixes of the event that were withdrawn since, if the event lasts until all are withdrawn; absent = empty */
  takenBack?: string[]
  /**
   * neighbors that carried the event's prefixes before (`peersBefore`) and after (`peersAfter`) the best paths changed;
   * absent for events that are not about routes
   */
  peersBefore?: string[]
  peersAfter?: string[]
  /**
   * neighbors whose own routes changed in a change of best paths; absent for other events and in data of older versions
   */
  changed?: string[]
  /**
   * withdrawn prefixes that had been known for at most a day, in a mass_withdraw event; absent = empty, or data of
   * older versions
   */
  passing?: Passing
  /** attributes that a withdrawn route on the watch list had before the withdrawal */
  withdrawn?: string
  /**
   * in an n1_stranding event, the single losses that would remove the last route of the prefixes, for example `circuit
   * ckt-lon`
   */
  losses?: string[]
  /** ExpressRoute gateways on which a new stranding began; absent in states of older versions */
  edges?: string[]
  /**
   * the act (deliberate change) that the event reports, if its kind does not determine it; absent in data of older
   * versions
   */
  act?: Act
  /** ASNs that an event about AS paths is about */
  asns?: number[]
  /**
   * state of a site before the first of several consecutive events; absent = no such events, or data of older versions
   */
  baseline?: SiteState
}

/** A change of best paths that is not reported yet, because it is a failover if a loss is read soon. */
export interface PendingShift {
  /** times of the poll that showed the change of best paths */
  source: { startedAt: EpochMs; finishedAt: EpochMs; previousOkAt: EpochMs | null }
  between: Bounds
  prefixes: string[]
  before: string[]
  after: string[]
  /**
   * gateways whose route tables were last read before the poll that showed the change, until they are polled again;
   * absent = none
   */
  unread?: string[]
  /** neighbors whose own routes changed; absent in data of older versions */
  changed?: string[]
  /**
   * description of the change as of its time, because neighbors may be mapped differently later; absent in data of
   * older versions
   */
  name?: PathChange
  /** true if Microsoft prepended its own ASN, so that the former routes are no longer the best */
  drain: boolean
  /**
   * true if the new best paths are the usual paths, or no paths are usual yet; such a change is only reported if a loss
   * caused it; absent = the usual paths were left
   */
  isHome?: true
  /** bounds of the time when the former best paths were restored; absent = not restored */
  returned?: Bounds
}

/** A mass withdrawal that is not reported until the sessions that carried its routes have been read. */
export interface WithheldWithdrawal
  extends Pick<DetectedEvent, 'scope' | 'subject' | 'severity' | 'started' | 'flags' | 'evidence'> {
  prefixes: string[]
  peers: string[]
  /** times of the poll that showed the withdrawal */
  proof: { startedAt: EpochMs; finishedAt: EpochMs; previousOkAt: EpochMs | null }
  /** withdrawn prefixes that are not announced again yet */
  left: string[]
  /** bounds of the time when the last prefix was announced again; absent = some prefixes are still missing */
  returned?: Bounds
  passing?: Passing
}

/** The state of a connectivity probe, used as additional evidence. */
export interface ProbeFact {
  state: ProbeState
  since: Bounds
}

/**
 * Availability of one layer of a path (BGP or ARP) as last reported by Azure Monitor. It is additional evidence, or the
 * only evidence if Azure denies the permission to poll the layer itself.
 */
export interface AvailabilityFact {
  /** interval for which Azure Monitor reported the availability of this layer */
  reported: Bounds
  /** minutes in the interval `reported` with low availability */
  low: Bounds[]
  /** minutes in `low` with less than half availability; absent in data of older versions */
  down?: Bounds[]
  /** availability in the newest minute in percent; absent in data of older versions */
  last?: number
  /** newest minute in which the layer worked, possibly before the interval in `reported`; absent = not known */
  well?: Bounds
  /**
   * outages that had already ended when they were first reported, each with its first and last down minute; absent =
   * none
   */
  passed?: { first: Bounds; last: Bounds }[]
  /** true if the metric was read for the first time; absent = no */
  isFirst?: true
}

/** A notice of Azure Service Health about Microsoft's work or faults that affect this scope. */
export interface HealthFact {
  /** Microsoft's tracking id */
  id: string
  type: 'maintenance' | 'incident' | 'other'
  title: string
  reportedAt: EpochMs
  from: EpochMs
  /** end of Microsoft's work or fault; null = not reported */
  to: EpochMs | null
}

/** An Activity Log entry that reports a change. */
export interface LoggedChange {
  id: string
  at: EpochMs
  operation: string
  caller: string | null
  /**
   * scope of the changed connection, if the entry is stored at the circuit or gateway at its end; true in states of
   * earlier versions
   */
  onConnection?: string | true
  /** true if another resource of the same resource group was changed; absent = no */
  inGroup?: true
  /** true if the change was complete at `at`; absent = only accepted, or stored by an earlier version */
  isDone?: true
}

export interface IncidentMemory extends DetectedIncident {
  /** kind, scope and subject of the root event, which identify the root after the event was deleted */
  rootOf: [kind: EventKind, scope: string, subject: string]
  /** bounds of the begin of each member of the incident */
  starts: Bounds[]
  /** time since when all faults of the incident have ended; null = not all have ended */
  healthySince: EpochMs | null
}

/** The state of one circuit or gateway that detection stores in addition to the states of its sources. Plain JSON. */
export interface ScopeState {
  version: 1
  sessions: Record<string, SessionFact>
  /** instances of a gateway that have been silent in enough samples to count as lost, with the begin of the silence */
  silent: Record<string, Bounds>
  /**
   * neighbors whose sessions are not expected any longer, because their circuit or connection was removed; stored at
   * the gateway and at a remaining circuit
   */
  released: Record<string, Released>
  /** removed connections of a gateway whose neighbors are not known yet; absent = empty */
  unclaimed?: Released[]
  /** names of the connections of a gateway in a hub; absent for other resources and in data of older versions */
  links?: string[]
  /**
   * time when the inventory showed a neighbor's connection again before its session was read, by neighbor of a gateway;
   * absent = none
   */
  relisted?: Record<string, EpochMs>
  /**
   * in the state of a removed resource, the gateways and circuits of the neighbors whose sessions are not expected any
   * longer because of it; absent = empty
   */
  heirs?: string[]
  /** time when a silent instance reported again */
  returned: Record<string, Bounds>
  arp: Record<string, ArpFact>
  /** light levels of a circuit's ExpressRoute Direct port at the last evaluation; absent = not known */
  light?: LightLevel[]
  /** tunnels of a VPN connection by name, and the connection itself as '' */
  tunnels: Record<string, TunnelFact>
  /** failing polls by `subresource kind` */
  failing: Record<string, Failing>
  /** intended state (configuration) of each peering of a circuit, by name; '' = provisioning of a gateway */
  intent: Record<string, IntentFact>
  /**
   * peerings of a virtual network, by the key of the other network; absent for other resources and in data of older
   * versions
   */
  peerings?: Record<string, PeeringFact>
  /** open and recent events by their key */
  live: Record<string, LiveEvent>
  pending: PendingShift[]
  /** best paths of a gateway's prefixes whose best paths changed within the last day; absent = empty */
  usual?: UsualPaths[]
  /** start of the poll that read a gateway's first route table; absent in data of older versions */
  learnedSince?: EpochMs
  /** mass withdrawals of a gateway that are not reported yet; absent = empty */
  withheld?: WithheldWithdrawal[]
  /** recent changes of this resource in the Activity Log */
  logged: LoggedChange[]
  /** notices by tracking id, newest last */
  health: HealthFact[]
  /** times when changes that only affect tags were seen */
  tagsOnly: Bounds[]
  incidents: IncidentMemory[]
  /** connectivity probes (tests of connection monitors) whose destinations are reached through this scope, by name */
  probes: Record<string, ProbeFact>
  /** availability of a circuit by path; for ARP with ` arp` appended to the path */
  availability: Record<string, AvailabilityFact>
  /**
   * traffic of the circuit's main peering (the private peering if it has one), or of a VPN connection, from byte
   * counters; null = none
   */
  traffic: TrafficState | null
  /** traffic of a circuit's other peerings and of all peerings together, by {@link CountedPart} */
  otherTraffic?: Record<string, TrafficState>
  /** end of the last poll that reported a changed route; null = no route changed yet */
  routesChangedAt: EpochMs | null
  /**
   * ASNs in the AS paths of a gateway's learned routes, with the time when each was first seen; {@link
   * BEFORE_MONITORING} = in the first table
   */
  asns: Record<string, EpochMs>
  /** rate of changes of a gateway's learned routes; null = nothing counted yet */
  churn: ChurnMemory | null
  /**
   * rates of changes of routes that belong to other owners (customers) than the gateway's, by the circuit of the event;
   * absent = all circuits have one owner
   */
  churnOf?: Record<string, ChurnMemory>
  /** digests of the route tables of a gateway's instances, and their differences; null = not read yet */
  divergence: DivergenceMemory | null
  /** differences of each comparison of route tables, by the name of the comparison */
  parity: Record<string, ParityMemory>
  /** states of the sites whose events belong to this scope, by subject */
  sites: Record<string, SiteMemory>
  /** learned sites of the whole group, stored at one of its gateways; null = not stored here */
  learning: SiteLearning | null
  /** number of prefixes that Microsoft announces on each path of Microsoft peering, by subresource */
  fromMicrosoft: Record<string, number>
  /** route tables that were read as empty and wait for a second sample, by subresource */
  emptied: Record<string, Emptied>
}

export function emptyScope(): ScopeState {
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

/** Reports whether a session with a neighbor is up after the inventory showed the neighbor's connection again. */
export const hasRisenAgain = ({ sessions, relisted }: ScopeState, neighbor: string): boolean =>
  relisted?.[neighbor] !== undefined &&
  Object.values(sessions).some((one) => one.neighbor === neighbor && one.level === 'up')

/** The stored state of a group: the state of each of its scopes. */
export type GroupState = Record<string, ScopeState>

/**
 * Reads a stored scope. A state of an unknown version is replaced by an empty state, so that its open events are never
 * ended.
 */
export function readScope(stored: unknown): ScopeState {
  if (typeof stored !== 'object' || stored === null || !('version' in stored) || stored.version !== 1)
    return emptyScope()
  return { ...emptyScope(), ...(stored as Partial<ScopeState>) }
}
