import type { DownReason, RouteRow, SessionReport } from './observation.ts'
import type { Outcome, PollKind } from './poll.ts'
import type { Bounds, EpochMs } from './time/time.ts'

/**
 * Polled data that makes detection evaluate a scope again even if the data did not change: byte counters, or a
 * gateway's learned routes.
 */
export type Awaits = 'bytes' | 'routes'

/**
 * Poll as identified by history and detection. `sourceId` is the database key of the (resource, subresource).
 * `previousOkAt` is the startedAt of the last good poll of the same (source, kind) before this one, null if there is
 * none. `previousOkAt` and `finishedAt` are the bounds of every change that this poll detects.
 */
export interface PollMark {
  sourceId: number
  /** Peerwatch's short id of the resource (gateway, circuit, ...) */
  scope: string
  /** part of the resource, as in PollTarget; '' = the whole resource */
  subresource: string
  kind: PollKind
  startedAt: EpochMs
  finishedAt: EpochMs
  outcome: Outcome
  previousOkAt: EpochMs | null
  /** start of the last poll of the same source and kind before this one, with any outcome */
  previousAttemptAt: EpochMs | null
  silentInstances: string[]
}

/** State of one BGP session in one sample. */
export interface SessionSample extends SessionReport {
  downReason: DownReason
  prefixesReceived: number | null
  messagesSent: string | null
  messagesReceived: string | null
  /** time when the session last became established, from connectedDuration or upDown; null = not reported */
  establishedAt: Bounds | null
  /**
   * for a session that is down and was up before: the time it went down, from the age that the router prints; absent =
   * not reported, or the session may never have been up
   */
  fellAt?: Bounds
}

/** Difference of a session between two samples; null = unknown, or the row is missing. */
export interface SessionDifference<Sampled> {
  localAddress: string
  neighbor: string
  before: Sampled | null
  after: Sampled | null
  /** bounds of the change: [startedAt of the last good sample, finishedAt of this one] */
  between: Bounds
}

/** Change of a session's state or establishment since the last good sample. `after: null` = the row is missing. */
export interface SessionChange extends SessionDifference<SessionSample> {
  type: 'session'
  /** true if this is the first row ever of the session */
  first: boolean
  /**
   * amount by which the clock that dates samples was set since the last sample that reported it, forward > 0; absent =
   * it was not set
   */
  steppedMs?: number
}

/**
 * Change in whether an established session's reported establishment time is believed. `inconsistent` means that a
 * sample contradicts earlier samples. One such sample proves nothing, because it may be a cached response or come from
 * another source. `rebaselined` means that such samples have agreed with each other for long enough and are now
 * believed. `settled` means that a sample agrees with the earlier samples again. Rule: docs/rules/detection.md 1.3.
 * `before` is the establishment time as believed, `after` the time according to this sample.
 */
export interface DoubtChange extends SessionDifference<Bounds> {
  type: 'doubt'
  verdict: 'inconsistent' | 'rebaselined' | 'settled'
  asn: number | null
}

/**
 * Session that is up but has received no message since an earlier sample; repeats of a cached response are not counted.
 */
export interface SilentSession {
  localAddress: string
  neighbor: string
  messagesReceived: string
  /** bounds of the arrival of the session's last message; `earliest` is null if it arrived before the first sample */
  moved: { earliest: EpochMs | null; latest: EpochMs }
  /** `firstAt` = start of the first sample with this count, `lastAt` = start of the last one */
  firstAt: EpochMs
  lastAt: EpochMs
}

export type RouteAttributes = Omit<RouteRow, 'instance' | 'peer' | 'prefix'>

/** Route that appeared, disappeared, or changed its attributes between two good samples of a reporting instance. */
export interface RouteChange {
  type: 'route'
  op: 'announce' | 'withdraw' | 'change'
  instance: string | null
  peer: string | null
  prefix: string
  before: RouteAttributes[]
  after: RouteAttributes[]
  between: Bounds
}

export interface ArpChange {
  type: 'arp'
  interface: string
  ipAddress: string
  before: string | null
  after: string | null
  between: Bounds
}

/** Reset of a cumulative counter, detected because its value decreased. */
export interface CounterResetChange {
  type: 'counterReset'
  path: string | null
  counter: 'bytesIn' | 'bytesOut'
  before: string
  after: string
  between: Bounds
}

/** Resource that appeared, disappeared, or has a different configuration. */
export interface ConfigChange {
  type: 'config'
  op: 'added' | 'removed' | 'changed'
  resourceId: string
  resourceType: string
  /** JSON pointers of the differing values, with both values; empty for added and removed */
  fields: { path: string; before: unknown; after: unknown }[]
  /** true if only tags differ; absent = other fields differ too, or unknown */
  tagsOnly?: boolean
  /** previous ARM id of a resource that was moved or recreated under another name; absent = not moved */
  movedFrom?: string
  /** ARM id of the resource whose history this resource had until an operator separated them; absent = not separated */
  partedFrom?: string
  between: Bounds
}

/** Change of the outcome of the polls of one (source, kind) since the last attempt. */
export interface OutcomeChange {
  type: 'outcome'
  before: Outcome | null
  after: Outcome
}

export type Change =
  | SessionChange
  | DoubtChange
  | RouteChange
  | ArpChange
  | CounterResetChange
  | ConfigChange
  | OutcomeChange
