import { BY_METRIC, type Severity } from './event.ts'
import { type EventKind, eventKindRecords } from '../event-kinds/index.ts'
import type { PollKind } from '../poll.ts'
import type { EpochMs } from '../time/time.ts'

/** The longest delay of an event, and of its first notice while polls succeed; seconds. */
export interface DelayBound {
  /** from when it happened to when it was recorded */
  detectedWithinSeconds: number
  /** from its record to the first notice, where one is due */
  notifiedWithinSeconds: number
}

/** A poll as it is made now: how often, and the interval with the usual length of its call. */
export interface PollPace {
  scope: string
  kind: PollKind
  intervalSeconds: number
  /** null = not measured yet */
  floorSeconds: number | null
}

/** How long the first notice waits for further events of its incident: milliseconds if critical or major, else polls. */
export const SETTLE = { majorMs: 20_000, polls: 1 } as const

/** Whether its first notice waits for no poll. */
export const isPressing = (severity: Severity): boolean => severity === 'critical' || severity === 'major'

/** Flags of events that took longer to prove: rows that were missing, a circuit that only its gateways, or only metrics, show down. */
const slower: ReadonlySet<string> = new Set(['rows_gone', 'row_missing', 'by_gateway_peers', 'inferred', BY_METRIC])

/** Polls of sessions: notices settle by the slowest of them. */
const SETTLING: readonly PollKind[] = ['peers', 'summary']

/** The kinds of polls that {@link delayBound} goes by, in groups: of each, polls of the event's own scope count alone where there are any. */
export const pollsOfDelay = ({ kind }: { kind: EventKind }): (readonly PollKind[])[] => [
  ...eventKindRecords[kind].proof.map(({ poll }) => [poll]),
  SETTLING,
]

/**
 * The delay from the fault to the notice of an event: until its record by the polls that show its begin, then at the intervals in force.
 * @param began its earliest begin, epoch milliseconds
 * @param polls of all resources; those of the event's own scope count where there are any, else the slowest of all
 * @returns null where the kind has no such bound, none of its polls is made, or it was so at the first poll
 */
export function delayBound(
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
  const settles = isPressing(severity) ? SETTLE.majorMs / 1_000 : SETTLE.polls * settling
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
