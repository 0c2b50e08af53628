import { PROVED_BY_METRIC_FLAG, type Severity } from './event.ts'
import { type EventKind, eventKindRecords } from '../event-kinds/index.ts'
import type { PollKind } from '../poll.ts'
import type { EpochMs } from '../time/time.ts'

/**
 * Maximum delays of an event in seconds: until it is recorded, and then until its first notification. They apply while
 * polls succeed.
 */
export interface NotificationDelayBound {
  /** time from the real occurrence to the record of the event */
  detectedWithinSeconds: number
  /** time from the record of the event to its first notification, if it sends one */
  notifiedWithinSeconds: number
}

/** Current interval of the polls of one kind at one resource. */
export interface PollKindInterval {
  scope: string
  kind: PollKind
  intervalSeconds: number
  /**
   * detection floor, that is, the shortest failure that these polls can find: the interval plus the usual duration of a
   * poll; null = the duration was not measured yet
   */
  floorSeconds: number | null
}

/**
 * Delay of the first notification of an event, so that the notification can include further events of its incident. For
 * critical and major events the delay is `majorMs` milliseconds. For other events it is the time of `polls` polls of
 * BGP sessions, but at least `majorMs`.
 */
export const FIRST_NOTIFICATION_DELAY = { majorMs: 20_000, polls: 1 } as const

/**
 * Reports whether the delay of an event's first notification is a fixed number of milliseconds. For severities below
 * `major` the notification waits for a further poll of BGP sessions.
 */
export const isUrgentSeverity = (severity: Severity): boolean => severity === 'critical' || severity === 'major'

/**
 * Flags of events whose proof took longer than usual: rows are missing, or only gateways or only metrics show the
 * circuit as down. {@link computeNotificationDelayBound} returns null for events with such a flag.
 */
const slower: ReadonlySet<string> = new Set([
  'rows_gone',
  'row_missing',
  'by_gateway_peers',
  'inferred',
  PROVED_BY_METRIC_FLAG,
])

/**
 * Poll kinds that read BGP sessions. The longest interval of these polls is the delay of the first notification of
 * events below `major`, unless the delay of critical and major events is longer.
 */
const SETTLING: readonly PollKind[] = ['peers', 'summary']

/**
 * Returns the kinds of polls that determine the delays of an event of this kind. The kinds are in groups: one group for
 * each kind of poll that proves the event, and one group with the kinds that read BGP sessions. For each group,
 * {@link computeNotificationDelayBound} uses the polls of the event's own resource; if there are none, it uses the
 * polls of all resources.
 */
export const getPollKindsForDelay = ({ kind }: { kind: EventKind }): (readonly PollKind[])[] => [
  ...eventKindRecords[kind].proof.map(({ poll }) => [poll]),
  SETTLING,
]

/**
 * Returns the maximum delays of an event. The delay until the event was recorded is known: it is the time from the
 * earliest possible start to the detection. The delay until the notification is computed from the current poll
 * intervals.
 * @param began earliest possible start of the event, epoch milliseconds
 * @param polls intervals of all polls. Polls of the event's own resource are used if there are any, otherwise the
 *   slowest of all resources
 * @returns null in each of these cases: no poll kind proves events of this kind; the polls that would prove it are not
 *   made; the event may have begun before monitoring; a flag of the event shows that its proof took longer than usual
 */
export function computeNotificationDelayBound(
  { kind, scope, severity, flags }: { kind: EventKind; scope: string; severity: Severity; flags: readonly string[] },
  { began, detectedAt }: Record<'began' | 'detectedAt', EpochMs>,
  polls: readonly PollKindInterval[],
): NotificationDelayBound | null {
  if (began <= 0 || flags.some((flag) => slower.has(flag))) return null
  const proving = eventKindRecords[kind].proof.flatMap(({ poll: by, samples }) =>
    nearest(polls, scope, [by]).map((poll) => (samples - 1) * floorOf(poll)),
  )
  if (proving.length === 0) return null
  const settling = Math.max(0, ...nearest(polls, scope, SETTLING).map((poll) => poll.intervalSeconds))
  const settles = isUrgentSeverity(severity)
    ? FIRST_NOTIFICATION_DELAY.majorMs / 1_000
    : Math.max(FIRST_NOTIFICATION_DELAY.majorMs / 1_000, FIRST_NOTIFICATION_DELAY.polls * settling)
  return {
    detectedWithinSeconds: Math.max(0, detectedAt - began) / 1_000,
    notifiedWithinSeconds: Math.max(settles, ...proving),
  }
}

function nearest(polls: readonly PollKindInterval[], scope: string, kinds: readonly PollKind[]): PollKindInterval[] {
  const all = polls.filter(({ kind }) => kinds.includes(kind))
  const own = all.filter((poll) => poll.scope === scope)
  return own.length > 0 ? own : all
}

const floorOf = ({ intervalSeconds, floorSeconds }: PollKindInterval) =>
  Math.max(intervalSeconds, floorSeconds ?? intervalSeconds)
