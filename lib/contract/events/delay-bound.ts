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
 * Time that the first notification waits, so that it can include further events of its incident. For critical and major
 * events it is `majorMs` milliseconds, for others the time of `polls` session polls, but at least `majorMs`.
 */
export const FIRST_NOTIFICATION_DELAY = { majorMs: 20_000, polls: 1 } as const

/**
 * Reports whether the first notification of an event waits only a fixed number of milliseconds. For other severities it
 * waits for a further poll.
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
 * Polls of sessions. For events that are neither critical nor major, the longest interval of these polls determines how
 * long the first notification waits, if it is longer than the time for critical and major events.
 */
const SETTLING: readonly PollKind[] = ['peers', 'summary']

/**
 * Returns the kinds of polls on which the delays of an event of this kind depend, in groups: one group for each kind of
 * poll that proves the event, and one group with the session polls. In each group, {@link computeNotificationDelayBound} uses only
 * the polls of the event's own resource, if there are any.
 */
export const getPollKindsForDelay = ({ kind }: { kind: EventKind }): (readonly PollKind[])[] => [
  ...eventKindRecords[kind].proof.map(({ poll }) => [poll]),
  SETTLING,
]

/**
 * Returns the maximum delays of an event. The delay until the record is known exactly: it is the time from the earliest
 * possible start to the detection. The delay until the notification follows from the current poll intervals.
 * @param began earliest possible start of the event, epoch milliseconds
 * @param polls intervals of all polls. Polls of the event's own resource are used if there are any, otherwise the
 *   slowest of all resources
 * @returns null in these cases: no poll kind proves events of this kind, or none of its polls is made; the event may
 *   have begun before monitoring; a flag of the event shows that its proof took longer than usual
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
