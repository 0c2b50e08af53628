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
  /** `down` without ever having been seen up, so that only its age shows that it was up; absent = it was seen up */
  isUnseen?: true
  since: Bounds
  downReason: SessionSample['downReason']
  prefixes: number | null
  /** last prefix count while the session was up */
  lastPrefixes: number | null
  countBetween: Bounds | null
}

/**
 * Light level of one direction of a link of an ExpressRoute Direct port, by its weakest lane, as last reported by Azure
 * Monitor.
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

/** A neighbor that was released because its circuit or connection was removed. */
export interface Released {
  between: Bounds
  /**
   * name of its circuit, which is used in events about routes that moved with the removal, because the topology no
   * longer contains the circuit; absent in data of older versions
   */
  circuit?: string
  /** key of the event that reports the removal */
  by: string
  /**
   * causes of the removal when it was last evaluated together with this gateway; absent = not evaluated since, or data
   * of older versions
   */
  causes?: Cause[]
  /**
   * time when the removed resource was listed again; absent = not listed, or a later poll has read the neighbor's state
   */
  back?: EpochMs
}

/** A (subresource, kind) whose polls fail, so that its last data becomes stale. */
export interface Failing {
  lastGoodAt: EpochMs | null
  everyMs: number
  /** whether polls are paused, so that the last data is invalid immediately */
  paused?: true
  /** whether the right to poll is missing and metrics replace the polls; absent in data of older versions */
  refused?: true
}

export interface IntentFact extends LayerIntent {
  /** SKU name of a gateway; absent in data of older versions */
  sku?: string | null
  since: Bounds
  /** latest time at which a peering that was read as disabled is enabled again, because a session came up later */
  onBy?: EpochMs
}

/** A peering of a network with gateways, as both sides were last read: the worse of the states that ARM reports. */
export interface PeeringFact {
  /** name of the peering in events */
  name: string
  state: string | null
  sync: string | null
  /** whether the other network reaches on-premises through the gateways of this network */
  transit: boolean
}

/** Deliberate changes of a resource, of which other events are parts. */
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

/** Prefixes that a gateway's neighbors announced for a short time and withdrew. */
interface Passing {
  gateway: string
  /**
   * times at which the prefixes will have been absent for as long as they had existed, so that the withdrawal is over
   */
  over: { at: EpochMs; prefixes: string[] }[]
  /** prefixes that other neighbors still announce, so that they may belong to those neighbors */
  carried: string[]
}

/** An event that is still evaluated: open, or ended recently. */
export interface LiveEvent {
  /** replaced by its later version, and never changed itself */
  event: Readonly<DetectedEvent>
  /**
   * number of good samples of the proving source that must still agree before notifications are sent; null = confirmed
   */
  confirm: { source: string; lastAt: EpochMs; left: number } | null
  /** prefixes that an event about routes is about */
  prefixes?: string[]
  /** prefixes of the event that were withdrawn meanwhile, if the event lasts until all are withdrawn; absent = none */
  takenBack?: string[]
  /** peers before and after a shift of best paths */
  peersBefore?: string[]
  peersAfter?: string[]
  /** neighbors whose own routes changed in a shift; absent for other events and in data of older versions */
  changed?: string[]
  /** withdrawn prefixes that had been known for at most a day; absent = none, or data of older versions */
  passing?: Passing
  /** former paths of a withdrawn route on the watch list */
  withdrawn?: string
  /**
   * losses that would each remove the last route of the prefixes, for example `circuit ckt-lon`, in an event about new
   * strandings
   */
  losses?: string[]
  /** the act, if the kind of the event does not determine it; absent in data of older versions */
  act?: Act
  /** ASNs that an event about AS paths is about */
  asns?: number[]
  /** state of a site before the first of several consecutive events; absent in data of older versions */
  baseline?: SiteState
}

/** A shift of best paths that may still turn out to be a failover when a loss is reported. */
export interface PendingShift {
  /** the poll that showed the shift of best paths */
  source: { startedAt: EpochMs; finishedAt: EpochMs; previousOkAt: EpochMs | null }
  between: Bounds
  prefixes: string[]
  before: string[]
  after: string[]
  /**
   * gateways whose table with the current best paths is older than the poll that showed the shift, until they are
   * polled again; absent = none
   */
  unread?: string[]
  /** neighbors whose own routes changed; absent in data of older versions */
  changed?: string[]
  /** description of the shift by the knowledge of the neighbors at its time; absent in data of older versions */
  name?: PathChange
  /** whether Microsoft prepended its own ASN to the routes that are no longer used */
  drain: boolean
  /**
   * whether the new best paths are the usual ones, or no paths are usual yet; a shift to them needs a loss to be an
   * event; absent = the usual best paths were left
   */
  isHome?: true
  /** time when the former best paths were restored; absent = not restored */
  returned?: Bounds
}

/** Withdrawn routes of a mass withdrawal that is not reported until the sessions behind them have been read. */
export interface WithheldWithdrawal
  extends Pick<DetectedEvent, 'scope' | 'subject' | 'severity' | 'started' | 'flags' | 'evidence'> {
  prefixes: string[]
  peers: string[]
  /** the poll that showed the withdrawal */
  proof: { startedAt: EpochMs; finishedAt: EpochMs; previousOkAt: EpochMs | null }
  /** withdrawn prefixes that are not announced again yet */
  left: string[]
  /** time when the last prefix was announced again; absent = some prefixes are still missing */
  returned?: Bounds
  passing?: Passing
}

/** The result of a reachability test, used as additional evidence. */
export interface ProbeFact {
  state: ProbeState
  since: Bounds
}

/**
 * Availability of a layer of a path as last reported by Azure Monitor. It is additional evidence, or the only evidence
 * if Azure refuses to report the layer itself.
 */
export interface AvailabilityFact {
  /** interval for which Azure Monitor reported the availability */
  reported: Bounds
  /** minutes in the interval with low availability */
  low: Bounds[]
  /** minutes in `low` with less than half availability; absent in data of older versions */
  down?: Bounds[]
  /** availability in the newest minute in percent; absent as above */
  last?: number
  /** newest minute in which the layer worked, possibly before the interval; absent = not known */
  well?: Bounds
  /**
   * runs of down minutes that had already ended when they were first reported, each with its first and last minute;
   * absent = none
   */
  passed?: { first: Bounds; last: Bounds }[]
  /** whether this is the first reading; absent = no */
  isFirst?: true
}

/** A notice of Service Health about Microsoft's work or faults that affect this scope. */
export interface HealthFact {
  /** Microsoft's tracking id */
  id: string
  type: 'maintenance' | 'incident' | 'other'
  title: string
  reportedAt: EpochMs
  from: EpochMs
  /** end; null = not reported */
  to: EpochMs | null
}

/** An Activity Log entry that reports a change. */
export interface LoggedChange {
  id: string
  at: EpochMs
  operation: string
  caller: string | null
  /** scope of the changed connection, which belongs to this circuit or gateway; true in states of earlier versions */
  onConnection?: string | true
  /** whether another resource in the same resource group was changed */
  inGroup?: true
  /** whether the change was complete at `at`; absent = accepted, or stored by an earlier version */
  isDone?: true
}

export interface IncidentMemory extends DetectedIncident {
  /** kind, scope and subject of the root, by which it is recognized after the event was deleted */
  rootOf: [kind: EventKind, scope: string, subject: string]
  /** bounds of the begin of each member of the incident */
  starts: Bounds[]
  /** time since when every member has ended; null = not all have ended */
  healthySince: EpochMs | null
}

/** The state of one circuit or gateway that detection stores in addition to the states of its sources. Plain JSON. */
export interface ScopeState {
  version: 1
  sessions: Record<string, SessionFact>
  /** instances of a gateway that have been silent for enough samples */
  silent: Record<string, Bounds>
  /**
   * neighbors of a gateway, or of a circuit that was connected to it, that are no longer expected because their circuit
   * or connection was removed
   */
  released: Record<string, Released>
  /** removed connections of a gateway whose neighbors are not known yet; absent = none */
  unclaimed?: Released[]
  /** names of the connections of a gateway in a hub; absent for other resources and in data of older versions */
  links?: string[]
  /**
   * time when a list showed a connection again before its sessions were read, by neighbor of a gateway; absent = no
   * neighbor waits for that
   */
  relisted?: Record<string, EpochMs>
  /** gateways with neighbors released by a removed resource, and the circuits of these neighbors; absent = none */
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
  /** intent by peering; '' = a gateway's provisioning */
  intent: Record<string, IntentFact>
  /** peerings of a network, by the key of the other side; absent for other resources and in data of older versions */
  peerings?: Record<string, PeeringFact>
  /** open and recent events by their key */
  live: Record<string, LiveEvent>
  pending: PendingShift[]
  /** best paths of a gateway's prefixes that changed within a day; absent = none */
  usual?: UsualPaths[]
  /** begin of a gateway's first table; absent in data of older versions */
  learnedSince?: EpochMs
  /** stored withdrawals of a gateway; absent = none */
  withheld?: WithheldWithdrawal[]
  /** recent changes of this resource in the Activity Log */
  logged: LoggedChange[]
  /** notices by tracking id, newest last */
  health: HealthFact[]
  /** times when changes that only affect tags were seen */
  tagsOnly: Bounds[]
  incidents: IncidentMemory[]
  /** tests of connection monitors by name, whose destinations this scope carries */
  probes: Record<string, ProbeFact>
  /** availability of a circuit by path; for ARP with ` arp` appended to the path */
  availability: Record<string, AvailabilityFact>
  /** traffic of a circuit's own paths by its byte counters */
  traffic: TrafficState | null
  /** traffic of a circuit's other peerings and of all peerings together, by {@link CountedPart} */
  otherTraffic?: Record<string, TrafficState>
  /** end of the last poll that reported a changed route; null = none yet */
  routesChangedAt: EpochMs | null
  /**
   * ASNs in a gateway's learned paths with the time when each was first seen; {@link BEFORE_MONITORING} = in the first
   * table
   */
  asns: Record<string, EpochMs>
  /** usual rate of changes of a gateway's learned routes */
  churn: ChurnMemory | null
  /**
   * usual rates of changes of other owners' routes at a gateway, by the circuit of the event; absent = the gateway's
   * circuits have one owner
   */
  churnOf?: Record<string, ChurnMemory>
  /** comparison of the tables of a gateway's instances */
  divergence: DivergenceMemory | null
  /** differences of each comparison of tables, by its name */
  parity: Record<string, ParityMemory>
  /** sites whose events belong to this scope */
  sites: Record<string, SiteMemory>
  /** prefixes that belong together, stored at one gateway for its whole group; null = not checked yet */
  learning: SiteLearning | null
  /** number of prefixes that Microsoft announces on each path of Microsoft peering */
  fromMicrosoft: Record<string, number>
  /** empty tables that wait for a second sample, by path */
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

/** Reports whether the sessions of a neighbor of a gateway were read as up after a list showed its connection again. */
export const hasRisenAgain = ({ sessions, relisted }: ScopeState, neighbor: string): boolean =>
  relisted?.[neighbor] !== undefined &&
  Object.values(sessions).some((one) => one.neighbor === neighbor && one.level === 'up')

/** The stored state of every scope of a group. */
export type GroupState = Record<string, ScopeState>

/** Reads a stored scope. A state of an unknown version is discarded, which loses the ends of its open events. */
export function readScope(stored: unknown): ScopeState {
  if (typeof stored !== 'object' || stored === null || !('version' in stored) || stored.version !== 1)
    return emptyScope()
  return { ...emptyScope(), ...(stored as Partial<ScopeState>) }
}
