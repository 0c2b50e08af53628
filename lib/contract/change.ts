import type { DownReason, RouteRow, SessionReport } from './observation.ts'
import type { Outcome, PollKind } from './poll.ts'
import type { Bounds, EpochMs } from './time/time.ts'

/** What a scope may wait for, whether or not it is news: what was counted, or a gateway's learned routes. */
export type Awaits = 'bytes' | 'routes'

/**
 * One poll as history and detection name it. `sourceId` is the database's key of the (resource, subresource).
 * `previousOkAt` = startedAt of the last good poll of the same (source, kind) before this one, null if none:
 * with it and `finishedAt` every change seen by this poll is bounded.
 */
export interface PollMark {
  sourceId: number
  /** Peerwatch's short id of the resource (gateway, circuit, ...) */
  scope: string
  /** as in PollTarget */
  subresource: string
  kind: PollKind
  startedAt: EpochMs
  finishedAt: EpochMs
  outcome: Outcome
  previousOkAt: EpochMs | null
  /** startedAt of the last attempt before this one, whatever its outcome */
  previousAttemptAt: EpochMs | null
  silentInstances: string[]
}

/** What is known of one BGP session at one sample. */
export interface SessionSample extends SessionReport {
  downReason: DownReason
  prefixesReceived: number | null
  messagesSent: string | null
  messagesReceived: string | null
  /** when the session last became established, from connectedDuration or upDown; null = not reported */
  establishedAt: Bounds | null
  /** of a session that is not up and was before: when it fell, by the age that the router prints; absent = not reported, or it may never have been up */
  fellAt?: Bounds
}

/** What of a session differs between two samples; null = not known, or the row is missing. */
export interface SessionDifference<Sampled> {
  localAddress: string
  neighbor: string
  before: Sampled | null
  after: Sampled | null
  /** the change lies in here: [startedAt of the last good sample, finishedAt of this one] */
  between: Bounds
}

/** A session's state, or its establishment, differs from the last good sample. `after: null` = the row is missing. */
export interface SessionChange extends SessionDifference<SessionSample> {
  type: 'session'
  /** the first row ever seen of this session */
  first: boolean
  /** by how much the clock that dates samples was set since the last one that reported it, forward > 0; absent = not at all */
  steppedMs?: number
}

/**
 * A sample contradicts earlier ones about when an established session came up, and alone proves nothing (a cached
 * answer, another view); or such a doubt has ended. `rebaselined` = such samples have agreed with
 * each other for long enough: from now on they are believed. `settled` = a sample agrees with the earlier ones again. Rule:
 * docs/rules/detection.md 1.3. `before` and `after` are when the session came up, as it was believed and by this sample.
 */
export interface DoubtChange extends SessionDifference<Bounds> {
  type: 'doubt'
  verdict: 'inconsistent' | 'rebaselined' | 'settled'
  asn: number | null
}

/** A session that is up and has received no message since an earlier sample that was not the same answer again. */
export interface SilentSession {
  localAddress: string
  neighbor: string
  messagesReceived: string
  /** its last message came in here; lo null = before the first sample of it */
  moved: { earliest: EpochMs | null; latest: EpochMs }
  /** startedAt of the first sample with this count, and of the last */
  firstAt: EpochMs
  lastAt: EpochMs
}

export type RouteAttributes = Omit<RouteRow, 'instance' | 'peer' | 'prefix'>

/** A route appeared, went, or changed its attributes between two good samples of a reporting instance. */
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

/** A cumulative counter fell. */
export interface CounterResetChange {
  type: 'counterReset'
  path: string | null
  counter: 'bytesIn' | 'bytesOut'
  before: string
  after: string
  between: Bounds
}

/** A resource appeared, went, or its configuration differs. */
export interface ConfigChange {
  type: 'config'
  op: 'added' | 'removed' | 'changed'
  resourceId: string
  resourceType: string
  /** JSON pointers of what differs, with both values; empty for added and removed */
  fields: { path: string; before: unknown; after: unknown }[]
  /** nothing but tags differs; absent = it is not so, or not known */
  tagsOnly?: boolean
  /** the ARM id that the resource had before: it was moved, or made again under another name; absent = it was not */
  movedFrom?: string
  /** the ARM id of the resource whose history it had until an operator parted them; absent = it was not parted */
  partedFrom?: string
  between: Bounds
}

/** The outcome of the polls of one (source, kind) differs from the last attempt's. */
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
