import type {
  Bounds,
  DetectedEvent,
  EpochMs,
  Outcome,
  PollError,
  PollKind,
  SessionSample,
  TunnelState,
} from '#lib/contract/index.ts'
import type { ArpFact, ProbeState } from './signal.ts'
import type { TrafficMemory } from './traffic-memory.ts'

/** What the last reporting sample of a session showed; `never` = it was seen, but never established. */
export type Shown = 'up' | 'down' | 'never'

/**
 * What detection remembers of a session beyond its last row. Sessions whose next change reports everything by its
 * own `before` have no entry.
 */
export interface SessionMemory {
  /** null = no sample has reported anything yet */
  shown: Shown | null
  /** the last reporting sample, for the evidence of what follows; null when a missing row was what reported */
  sample: SessionSample | null
  /** startedAt of the last reporting sample while later ones showed nothing; null while every sample reports */
  shownAt: EpochMs | null
  /** an established session's row is missing although its instance reports, and that is not yet proof */
  missing: { between: Bounds; samples: number; lastAt: EpochMs } | null
  /** the session_down that waits for its end */
  open: DetectedEvent | null
}

/** A session's restarts recently, whether seen as down and up or proven by its age. */
export interface RestartMemory {
  /** when it was up again, the oldest first */
  ups: Bounds[]
  /** figure of merit after the last of them (RFC 2439), at `ups.at(-1).hi` */
  penalty: number
  /** how many there were since flapping began */
  count: number
  flapping: DetectedEvent | null
}

/** How a test of a connection monitor goes, and since when. */
export interface ProbeMemory {
  state: ProbeState
  since: Bounds
}

/** All that the fold carries from poll to poll of one source. Plain JSON, so that it survives in a column. */
export interface DetectionState {
  version: 1
  /** startedAt of the newest poll of each kind that changed this state: it and older ones have been folded */
  foldedAt: Partial<Record<PollKind, EpochMs>>
  /** by subject, `localAddress~neighbor` */
  sessions: Record<string, SessionMemory>
  /** gateway instances that do not report, and startedAt of the last good sample in which they did */
  silentSince: Record<string, EpochMs>
  /** the same instances: when they fell silent, for how many good samples, and the last of these */
  silence: Record<string, { since: Bounds; samples: number; lastAt: EpochMs }>
  restarts: Record<string, RestartMemory>
  /** keepalive_stall that goes on, by subject */
  stalls: Readonly<Record<string, DetectedEvent>>
  /** by test of a connection monitor */
  probes: Readonly<Record<string, ProbeMemory>>
  /** kinds whose polls fail */
  failing: FailingKinds
  /** duration_inconsistent that goes on, by subject */
  doubts: Readonly<Record<string, DetectedEvent>>
  /** sessions that Azure calls unknown, by subject */
  unknowns: Readonly<Record<string, UnknownMemory>>
  prefixes: Record<string, { count: number | null; at: EpochMs }>
  arp: ArpFact | null
  /** of a VPN connection: what it and each of its tunnels showed last; '' = the connection */
  tunnels: Readonly<Record<string, TunnelMemory>>
  /** of an ExpressRoute Direct port, by `link1 Rx` */
  light: Readonly<Record<string, LightMemory>>
  /** of a circuit's Global Reach connections, by name and IP version */
  reach: Readonly<Record<string, ReachMemory>>
  /** of a circuit's byte counters */
  traffic: TrafficMemory | null
  /** Activity Log entries that were reported already, by id */
  activity: Record<string, EpochMs>
  /** kinds whose rows, as they were, have been reported to the estate */
  introduced: PollKind[]
}

export function initialState(): DetectionState {
  return {
    version: 1,
    foldedAt: {},
    sessions: {},
    silentSince: {},
    silence: {},
    restarts: {},
    stalls: {},
    probes: {},
    failing: {},
    doubts: {},
    unknowns: {},
    prefixes: {},
    arp: null,
    tunnels: {},
    light: {},
    reach: {},
    traffic: null,
    activity: {},
    introduced: [],
  }
}

/**
 * Reads a stored state. One of a version that this code does not know is given up: detection then starts over from
 * the next change's own `before`, which costs the end of an open event and never invents one.
 */
export function readState(stored: unknown): DetectionState {
  if (typeof stored !== 'object' || stored === null || !('version' in stored) || stored.version !== 1) {
    return initialState()
  }
  return { ...initialState(), ...(stored as Partial<DetectionState>) }
}

/** A Global Reach connection in one IP version. */
export interface ReachMemory {
  state: 'up' | 'down'
  /** the global_reach_disconnected that waits for its end */
  event: DetectedEvent | null
}

/** A kind of a source whose polls fail. Plain JSON. */
export interface FailingKind {
  /** startedAt of the last poll that reported anything; null = none ever did */
  lastGoodAt: EpochMs | null
  first: Bounds
  outcome: Outcome
  event: DetectedEvent | null
}

export type FailingKinds = Readonly<Partial<Record<PollKind, FailingKind>>>

/** How a poll was made; what its mark does not report. */
export interface PolledHow {
  /** the configured interval */
  everyMs: number
  error: PollError | null
}

/** The light of one direction of a port's link. */
export interface LightMemory {
  /** begin of the newest minute that was read */
  at: EpochMs
  /** the last one above the limit, dBm; null = none was seen, or it is low now */
  well: { at: EpochMs; dbm: number } | null
  /** minutes in a row below the limit, and the first of them */
  low: number
  firstLow: { at: EpochMs; until: EpochMs } | null
  /** the port_light_low that waits for its end */
  event: DetectedEvent | null
}

/** What a tunnel showed last, and since when. `unknown` is nobody's word: the state before stands. */
export interface TunnelMemory {
  state: TunnelState
  since: Bounds
}

/** A session that Azure calls unknown: when that began, in how many good samples so far, and the notice of it. */
export interface UnknownMemory {
  since: Bounds
  /** samples in which another session reported its state; no further ones are counted once it is reported */
  samples: number
  notice: DetectedEvent | null
}
