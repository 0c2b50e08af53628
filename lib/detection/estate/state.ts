import type { Bounds, DetectedEvent, DetectedIncident, EpochMs, EventKind, SessionSample } from '#lib/contract/index.ts'
import type { Level } from '../fold/signal.ts'
import type { ArpState, Intent } from '../verdict/index.ts'

/** A session as the estate last heard of it. */
export interface SessionFact {
  /** part of the source that tells of it: '' for a gateway's peers, `AzurePrivatePeering/primary` for a path's */
  part: string
  localAddress: string
  neighbor: string
  asn: number | null
  level: Level
  since: Bounds
  heldBy: SessionSample['heldBy']
  prefixes: number | null
  /** the last count while it was up */
  lastPrefixes: number | null
  countBetween: Bounds | null
}

export interface ArpFact {
  state: ArpState
  empty: boolean
  emptyPolls: number
  since: Bounds
}

/** A (part, kind) whose polls fail: what it told last grows old. */
export interface Failing {
  lastGoodAt: EpochMs | null
  everyMs: number
}

export interface IntentFact extends Intent {
  since: Bounds
}

/** An event at hand: open, or ended of late. */
export interface LiveEvent {
  event: DetectedEvent
  /** good samples of the proving source that must still agree before anybody is told; null = it is confirmed */
  confirm: { source: string; lastAt: EpochMs; left: number } | null
  /** for events about sets of prefixes */
  prefixes?: string[]
  /** for shifts of the best path: the peers before and after */
  peersBefore?: string[]
  peersAfter?: string[]
}

/** A shift of the best path that waits for word of a loss. */
export interface PendingShift {
  /** the poll that saw it */
  source: { startedAt: EpochMs; finishedAt: EpochMs; previousOkAt: EpochMs | null }
  between: Bounds
  prefixes: string[]
  before: string[]
  after: string[]
  /** Microsoft's own ASN was prepended to what is not used any more */
  drain: boolean
}

/** An Activity Log entry that tells of a change. */
export interface LoggedChange {
  id: string
  at: EpochMs
  operation: string
  caller: string | null
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
  /** when such an instance reported again */
  returned: Record<string, Bounds>
  arp: Record<string, ArpFact>
  /** by `part kind` */
  failing: Record<string, Failing>
  /** by peering; '' = a gateway's provisioning */
  intent: Record<string, IntentFact>
  /** by event key */
  live: Record<string, LiveEvent>
  pending: PendingShift[]
  /** changes that the Activity Log told of late, on this very object */
  logged: LoggedChange[]
  /** when changes of nothing but tags were seen */
  tagsOnly: Bounds[]
  incidents: IncidentMemory[]
}

export function emptyScope(): ScopeState {
  return {
    version: 1,
    sessions: {},
    silent: {},
    returned: {},
    arp: {},
    failing: {},
    intent: {},
    live: {},
    pending: [],
    logged: [],
    tagsOnly: [],
    incidents: [],
  }
}

/** The remembered state of every scope of a group. */
export type EstateState = Record<string, ScopeState>

/** Reads a stored scope; one of an unknown version is given up, which costs the ends of its open events. */
export function readScope(stored: unknown): ScopeState {
  if (typeof stored !== 'object' || stored === null || !('version' in stored) || stored.version !== 1)
    return emptyScope()
  return { ...emptyScope(), ...(stored as Partial<ScopeState>) }
}
