import type { EventKind, Severity } from './event.ts'
import type { PollKind } from './poll.ts'

/** How late something is told, at the most, while polls are answered; seconds. */
export interface DelayBound {
  /** from when it happened to when it was recorded */
  detectedWithinSeconds: number
  /** from its record to the first notice, where that is due at all */
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

/** How long the first notice waits for what belongs to it: milliseconds if critical, else polls (detection.md 7). */
export const SETTLE = { criticalMs: 20_000, polls: 1 } as const

interface Proof {
  /** the poll whose samples prove it */
  by: PollKind
  /** good samples that must agree before anybody is told */
  confirm: number
}

const at = (by: PollKind, confirm = 1): Proof => ({ by, confirm })

/** Kinds that one sample proves (docs/rules/events.md). What takes a while by its nature (bytes, habits, silence) has no such bound. */
const proofs: Partial<Record<EventKind, readonly Proof[]>> = {
  session_down: [at('peers', 2), at('summary', 2)],
  session_flap: [at('peers'), at('summary')],
  path_down: [at('summary', 2)],
  redundancy_lost: [at('summary')],
  circuit_down: [at('summary')],
  prefix_limit_exceeded: [at('summary')],
  peer_lost: [at('peers', 2)],
  gateway_instance_lost: [at('peers', 2)],
  gateway_isolated: [at('peers')],
  provider_state_changed: [at('inventory')],
  peering_disabled: [at('inventory')],
  failover: [at('learned')],
  no_path: [at('learned')],
  site_state_changed: [at('learned')],
  mass_withdraw: [at('learned', 2)],
  default_route_appeared: [at('learned')],
  default_route_disappeared: [at('learned')],
  own_space_heard: [at('learned')],
}

/** Flags of events that took more than a sample to prove: rows that were missing, a circuit for which its gateways spoke. */
const slower: ReadonlySet<string> = new Set(['rows_gone', 'row_missing', 'by_gateway_peers', 'inferred'])

/**
 * The delay from truth to page of an event, at the intervals in force (detection.md 7: "print the actual bound next to each alert").
 * @param polls of everything; those of the event's own scope count where there are any, else the slowest anywhere
 * @returns null where the kind has no such bound, or nothing of it is polled
 */
export function delayBound(
  { kind, scope, severity, flags }: { kind: EventKind; scope: string; severity: Severity; flags: readonly string[] },
  polls: readonly PollPace[],
): DelayBound | null {
  if (flags.some((flag) => slower.has(flag))) return null
  const proving = (proofs[kind] ?? []).flatMap(({ by, confirm }) =>
    nearest(polls, scope, [by]).map((poll) => ({ floor: floorOf(poll), further: (confirm - 1) * floorOf(poll) })),
  )
  if (proving.length === 0) return null
  // notices settle by the slowest of the polls that tell of sessions
  const settling = Math.max(0, ...nearest(polls, scope, ['peers', 'summary']).map((poll) => poll.intervalSeconds))
  const settles = severity === 'critical' ? SETTLE.criticalMs / 1_000 : SETTLE.polls * settling
  return {
    detectedWithinSeconds: Math.max(...proving.map(({ floor }) => floor)),
    notifiedWithinSeconds: Math.max(settles, ...proving.map(({ further }) => further)),
  }
}

function nearest(polls: readonly PollPace[], scope: string, kinds: readonly PollKind[]): PollPace[] {
  const all = polls.filter(({ kind }) => kinds.includes(kind))
  const own = all.filter((poll) => poll.scope === scope)
  return own.length > 0 ? own : all
}

const floorOf = ({ intervalSeconds, floorSeconds }: PollPace) =>
  Math.max(intervalSeconds, floorSeconds ?? intervalSeconds)
