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

/** A session as the estate last saw it. */
export interface SessionFact {
  /** subresource of the source that reports it: '' for a gateway's peers, `AzurePrivatePeering/primary` for a path's */
  subresource: string
  localAddress: string
  neighbor: string
  asn: number | null
  level: Level
  /** `down`: nobody saw it up, its age alone says that it was; absent = it was seen */
  isUnseen?: true
  since: Bounds
  downReason: SessionSample['downReason']
  prefixes: number | null
  /** the last count while it was up */
  lastPrefixes: number | null
  countBetween: Bounds | null
}

/** The light of one direction of a link of an ExpressRoute Direct port, by its weakest lane: the last that Azure Monitor reported. */
export interface LightLevel {
  /** ARM's name: `link1` */
  link: string
  /** `Rx` arrives at Microsoft's router, `Tx` leaves it */
  direction: 'Rx' | 'Tx'
  dbm: number
  at: EpochMs
}

/** A VPN connection or tunnel as it was last seen. */
export interface TunnelFact {
  state: TunnelState
  since: Bounds
}

/** A neighbor went with its circuit, or with its connection. */
export interface Released {
  between: Bounds
  /** name of its circuit: routes that moved when it went are named by it, although no topology knows it any more; absent in what was stored before */
  circuit?: string
  /** key of the removal */
  by: string
  /** its causes, as they were when it was judged last beside this gateway; absent = it has not been since, or stored before */
  causes?: Cause[]
  /** when what was removed was listed again; absent = it is not there, or a poll has said since how the neighbor is */
  back?: EpochMs
}

/** A (subresource, kind) whose polls fail: what it reported last grows old. */
export interface Failing {
  lastGoodAt: EpochMs | null
  everyMs: number
  /** they are not even made: what is known is nobody's word any more, at once */
  paused?: true
  /** the right is missing, and metrics stand in; absent in what was stored before */
  refused?: true
}

export interface IntentFact extends LayerIntent {
  /** of a gateway: the name of its SKU; absent in what was stored before */
  sku?: string | null
  since: Bounds
  /** latest moment at which a peering that was read as off is on again, shown by a session that came up later */
  onBy?: EpochMs
}

/** A peering of a network that holds gateways, as both sides were last seen: the worse of ARM's words. */
export interface PeeringFact {
  /** by which events name it */
  name: string
  state: string | null
  sync: string | null
  /** the other network reached on-premises by the gateways here */
  transit: boolean
}

/** What somebody does to a resource, of which other events are a part. */
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

/** Prefixes that a gateway's neighbors brought, and took back. */
interface Passing {
  gateway: string
  /** when they will have been gone for as long as they were there: it is as it was before */
  over: { at: EpochMs; prefixes: string[] }[]
  /** those that others announce still, which they may belong to after all */
  carried: string[]
}

/** An event at hand: open, or ended recently. */
export interface LiveEvent {
  /** replaced by its later version, never written into */
  event: Readonly<DetectedEvent>
  /** good samples of the proving source that must still agree before anybody is reported; null = it is confirmed */
  confirm: { source: string; lastAt: EpochMs; left: number } | null
  /** for events about sets of prefixes */
  prefixes?: string[]
  /** of these, those that were withdrawn meanwhile, where the event lasts until all are; absent = none */
  takenBack?: string[]
  /** for shifts of the best path: the peers before and after */
  peersBefore?: string[]
  peersAfter?: string[]
  /** of a shift: the neighbors whose own routes changed; absent in what was stored before, and for other events */
  changed?: string[]
  /** of a withdrawal: what was known for no longer than a day; absent = nothing, or stored before */
  passing?: Passing
  /** of a withdrawn route on the watch list: its paths as they were */
  withdrawn?: string
  /** for new strandings: what would strand the prefixes, such as `circuit ckt-lon` */
  losses?: string[]
  /** what was done, where the kind of the event does not say it; absent in what was stored before */
  act?: Act
  /** for events about AS paths: the ASNs that they are about */
  asns?: number[]
  /** of a site: its state before the first of the events that follow each other; absent in what was stored before */
  baseline?: SiteState
}

/** A shift of the best path that waits for word of a loss. */
export interface PendingShift {
  /** the poll that saw it */
  source: { startedAt: EpochMs; finishedAt: EpochMs; previousOkAt: EpochMs | null }
  between: Bounds
  prefixes: string[]
  before: string[]
  after: string[]
  /**
   * gateways that carry what is used now by a table that is older than the poll that saw this, until they are read again; absent = none
   */
  unread?: string[]
  /** the neighbors whose own routes changed; absent in what was stored before */
  changed?: string[]
  /** what it is called, by what was known of the neighbors when it was seen; absent in what was stored before */
  name?: PathChange
  /** Microsoft's own ASN was prepended to what is not used any more */
  drain: boolean
  /** they changed to what is usual, or nothing is usual yet: without a loss that is no event; absent = they left what is usual */
  isHome?: true
  /** when the best paths were again what they had been; absent while they are not */
  returned?: Bounds
}

/** Routes that one peer withdrew, while the sessions behind them were not read. */
export interface Withheld
  extends Pick<DetectedEvent, 'scope' | 'subject' | 'severity' | 'started' | 'flags' | 'evidence'> {
  prefixes: string[]
  peers: string[]
  /** the poll that saw it */
  proof: { startedAt: EpochMs; finishedAt: EpochMs; previousOkAt: EpochMs | null }
  /** prefixes that are not announced again yet */
  left: string[]
  /** when the last of them was; absent = some are not */
  returned?: Bounds
  passing?: Passing
}

/** Whether what a test tries to reach is reached; evidence beside others. */
export interface ProbeFact {
  state: ProbeState
  since: Bounds
}

/** How available a layer was on a path, as Azure Monitor reported last; evidence beside others, and the only one where these are refused. */
export interface AvailabilityFact {
  /** the interval that it reported */
  reported: Bounds
  /** the minutes of it in which it was low */
  low: Bounds[]
  /** of these, those for less than half of which it worked; absent in what was stored before */
  down?: Bounds[]
  /** of the newest minute, in percent; absent as above */
  last?: number
  /** the newest minute in which it worked, also before that interval; absent = none is known */
  well?: Bounds
  /** runs of down minutes that were over when they were first reported: each by its first and last; absent = there is none */
  passed?: { first: Bounds; last: Bounds }[]
  /** no reading came before; absent = one did */
  isFirst?: true
}

/** What Service Health reports Microsoft's own work or faults here. */
export interface HealthFact {
  /** Microsoft's tracking id */
  id: string
  type: 'maintenance' | 'incident' | 'other'
  title: string
  reportedAt: EpochMs
  from: EpochMs
  /** null = not reported */
  to: EpochMs | null
}

/** An Activity Log entry that reports a change. */
export interface LoggedChange {
  id: string
  at: EpochMs
  operation: string
  caller: string | null
  /** scope of the connection that the change was made on, which ties this circuit or gateway; true in states of earlier versions */
  onConnection?: string | true
  /** it was made on something else in the same resource group */
  inGroup?: true
  /** the change was complete at `at`; absent = accepted, or stored by an earlier version */
  isDone?: true
}

export interface IncidentMemory extends DetectedIncident {
  /** kind, scope and subject of the root, to know it again after it has been forgotten */
  rootOf: [kind: EventKind, scope: string, subject: string]
  /** when each member began */
  starts: Bounds[]
  /** since when every member has ended */
  healthySince: EpochMs | null
}

/** What detection remembers of one circuit or gateway beyond its sources. Plain JSON. */
export interface ScopeState {
  version: 1
  sessions: Record<string, SessionFact>
  /** instances of a gateway that have been silent long enough */
  silent: Record<string, Bounds>
  /** of a gateway, and of a circuit that it was connected to: neighbors that nobody expects any more, because what they belonged to was removed */
  released: Record<string, Released>
  /** of a gateway that lost a connection of which no neighbor was known to be: until its own neighbors are found out; absent = none */
  unclaimed?: Released[]
  /** of a gateway in a hub: names of its connections; absent in what was stored before, and for what is none */
  links?: string[]
  /** time when a list showed a connection again before its sessions were read, by neighbor of a gateway; absent = no neighbor waits for that */
  relisted?: Record<string, EpochMs>
  /** of what was removed: gateways that have neighbors released by it, and the circuits of these; absent = none has */
  heirs?: string[]
  /** when such an instance reported again */
  returned: Record<string, Bounds>
  arp: Record<string, ArpFact>
  /** of a circuit on an ExpressRoute Direct port: the light of its links when something was last reported here; absent = not known */
  light?: LightLevel[]
  /** of a VPN connection: its tunnels by name, and itself as '' */
  tunnels: Record<string, TunnelFact>
  /** by `subresource kind` */
  failing: Record<string, Failing>
  /** by peering; '' = a gateway's provisioning */
  intent: Record<string, IntentFact>
  /** of a network: its peerings, by the key of the other side; absent in what was stored before, and for what is none */
  peerings?: Record<string, PeeringFact>
  /** by event key */
  live: Record<string, LiveEvent>
  pending: PendingShift[]
  /** of a gateway: what carried prefixes whose best paths changed within a day; absent = none did */
  usual?: UsualPaths[]
  /** of a gateway: begin of its first table; absent in what was stored before */
  learnedSince?: EpochMs
  /** of a gateway; absent = nothing is withheld */
  withheld?: Withheld[]
  /** changes that the Activity Log reported recently, on this very object */
  logged: LoggedChange[]
  /** by tracking id, newest last */
  health: HealthFact[]
  /** when changes of nothing but tags were seen */
  tagsOnly: Bounds[]
  incidents: IncidentMemory[]
  /** tests of connection monitors that try to reach what it carries, by name */
  probes: Record<string, ProbeFact>
  /** of a circuit, by path; of ARP followed by ` arp` */
  availability: Record<string, AvailabilityFact>
  /** of a circuit: what the byte counters of its own paths show */
  traffic: TrafficState | null
  /** of a circuit with several peerings, by {@link CountedPart}: what the others' counters show, and those of all together */
  otherTraffic?: Record<string, TrafficState>
  /** end of the last poll that reported a moved route; null = none did yet */
  routesChangedAt: EpochMs | null
  /** of a gateway: ASNs of its learned paths, and when each was first seen; {@link BEFORE_MONITORING} = in the first table */
  asns: Record<string, EpochMs>
  /** of a gateway: how much its learned routes use to move */
  churn: ChurnMemory | null
  /** of a gateway: the same of other owners' routes, by the circuit at which it is reported; absent = it has one owner's */
  churnOf?: Record<string, ChurnMemory>
  /** of a gateway: whether its instances learn the same */
  divergence: DivergenceMemory | null
  /** how the two sides of a comparison of tables differ, by its name */
  parity: Record<string, ParityMemory>
  /** sites that are reported here */
  sites: Record<string, SiteMemory>
  /** of the gateway that keeps it for its group: which prefixes belong together; null = nothing was checked yet */
  learning: SiteLearning | null
  /** of Microsoft peering, by path: how many prefixes Microsoft announces */
  fromMicrosoft: Record<string, number>
  /** the same, by path: tables that came back empty, and wait for a second sample */
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

/** The remembered state of every scope of a group. */
export type GroupState = Record<string, ScopeState>

/** Reads a stored scope; one of an unknown version is given up, which costs the ends of its open events. */
export function readScope(stored: unknown): ScopeState {
  if (typeof stored !== 'object' || stored === null || !('version' in stored) || stored.version !== 1)
    return emptyScope()
  return { ...emptyScope(), ...(stored as Partial<ScopeState>) }
}
