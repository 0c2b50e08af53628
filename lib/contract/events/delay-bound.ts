import { BY_METRIC, type Severity } from './event.ts'
import { type EventKind, eventKindRecords } from '../event-kinds/index.ts'
import type { PollKind } from '../poll.ts'
import type { EpochMs } from '../time/time.ts'

/** Maximum delay of an event, and of its first notification while polls succeed, in seconds. */
export interface DelayBound {
  /** time from the occurrence to the record of the event */
  detectedWithinSeconds: number
  /** time from the record to the first notification, if a notification is due */
  notifiedWithinSeconds: number
}

/** Current rate of a poll. */
export interface PollPace {
  scope: string
  kind: PollKind
  intervalSeconds: number
  /** interval plus the usual duration of a call; null = not measured yet */
  floorSeconds: number | null
}

/**
 * Time that the first notification waits for further events of its incident: milliseconds for critical and major
 * events, a number of polls for others.
 */
export const FIRST_NOTIFICATION_DELAY = { majorMs: 20_000, polls: 1 } as const

/** Reports whether the first notification waits only for a fixed time and not for further polls. */
export const isUrgentSeverity = (severity: Severity): boolean => severity === 'critical' || severity === 'major'

/**
 * Flags of events that took longer to prove: missing rows, or a circuit that only its gateways or only metrics show as
 * down. {@link delayBound} returns null for them.
 */
const slower: ReadonlySet<string> = new Set(['rows_gone', 'row_missing', 'by_gateway_peers', 'inferred', BY_METRIC])

/** Polls of sessions. The slowest of them determines how long the first notification waits. */
const SETTLING: readonly PollKind[] = ['peers', 'summary']

/**
 * Returns the poll kinds that {@link computeDelayBound} uses, in groups. Within a group, only polls of the event's own scope
 * count if there are any.
 */
export const pollsOfDelay = ({ kind }: { kind: EventKind }): (readonly PollKind[])[] => [
  ...eventKindRecords[kind].proof.map(({ poll }) => [poll]),
  SETTLING,
]

/**
 * Returns bounds of the delay from the fault to the record of an event, and from the record to its notification. The
 * time to the record follows from the polls that detected the event, the time to the notification from the current
 * intervals.
 * @param began earliest start of the event, epoch milliseconds
 * @param polls polls of all resources; polls of the event's own scope are used if there are any, otherwise the slowest
 *   of all
 * @returns null if the kind has no bound, none of its polls is made, the event already existed at the first poll, or
 *   its flags show that the proof took longer
 */
export function computeDelayBound(
  { kind, scope, severity, flags }: { kind: EventKind; scope: string; severity: Severity; flags: readonly string[] },
  { began, detectedAt }: Record<'began' | 'detectedAt', EpochMs>,
  polls: readonly PollPace[],
): DelayBound | null {
  if (began <= 0 || flags.some((flag) => slower.has(flag))) return null
  const proving = eventKindRecords[kind].proof.flatMap(({ poll: by, samples }) =>
    nearest(polls, scope, [by]).map((poll) => (samples - 1) * floorOf(poll)),
  )
  if (proving.length === 0) return null
  const settling = Math.max(0, ...nearest(polls, scope, SETTLING).map((poll) => poll.intervalSeconds))
  const settles = isUrgentSeverity(severity)
    ? FIRST_NOTIFICATION_DELAY.majorMs / 1_000
    : FIRST_NOTIFICATION_DELAY.polls * settling
  return {
    detectedWithinSeconds: Math.max(0, detectedAt - began) / 1_000,
    notifiedWithinSeconds: Math.max(settles, ...proving),
  }
}

function nearest(polls: readonly PollPace[], scope: string, kinds: readonly PollKind[]): PollPace[] {
  const all = polls.filter(({ kind }) => kinds.includes(kind))
  const own = all.filter((poll) => poll.scope === scope)
  return own.length > 0 ? own : all
}

const floorOf = ({ intervalSeconds, floorSeconds }: PollPace) =>
  Math.max(intervalSeconds, floorSeconds ?? intervalSeconds)
