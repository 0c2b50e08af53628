import { azureDocumentedValues, type TimestampBounds, type DurationBounds, type EpochMs } from '#lib/contract/index.ts'

/** The state of a session at one of its ends. */
export interface SessionEndState {
  /** state of the session at this end; null = not observed at present */
  state: 'up' | 'down' | null
  /** bounds of the begin of the state; null = not known */
  since: TimestampBounds | null
  /**
   * time of the last observation of this end: for Azure's end, the last good poll; for the router's end, the present
   * while the router is connected
   */
  seenAt: EpochMs | null
}

/**
 * The comparison of the states at both ends of a session.
 * - `agree`: both ends have the same state
 * - `router_down`, `azure_down`: only the named end is down, for the time `differsFor`
 * - `settling`: the ends differ, but not for longer than permitted, because an end whose neighbor failed notices it
 * only by its hold timer
 * - `not_read`: the ends differ, but Azure has not been polled since the router's end changed
 * - `one_end`: one of the ends is not observed
 */
export type SessionEndsVerdict =
  | { verdict: 'agree' | 'one_end' | 'not_read'; differsFor: null }
  | { verdict: 'router_down' | 'azure_down' | 'settling'; differsFor: DurationBounds }

/** Hold time that Azure proposes, in ms (learn.microsoft.com, ExpressRoute FAQ: keepalive 60 s, hold time 180 s). */
const AZURE_HOLD_MS = azureDocumentedValues.hold_time_s.value * 1_000

/**
 * Returns the maximum time for which both ends of a session may differ, in milliseconds. If the neighbor of an end
 * falls silent, this end notices it by its hold timer, which runs from the last received message. So the ends can
 * differ for a hold time and a keepalive interval (a third of the hold time, RFC 4271 section 4.4).
 * @param holdTimeSeconds hold time that both ends negotiated; null or 0 = not known (the hold time that Azure proposes
 *   is then used)
 */
export const getMaxEndDifferenceMs = (holdTimeSeconds: number | null): number =>
  holdTimeSeconds ? (holdTimeSeconds * 1_000 * 4) / 3 : (AZURE_HOLD_MS * 4) / 3

/**
 * Compares the states at both ends of a session at the given time.
 * @param mayDifferMs maximum time for which the ends may differ, from {@link getMaxEndDifferenceMs}
 */
export function judgeSessionEnds(
  azure: SessionEndState,
  router: SessionEndState,
  mayDifferMs: number,
  now: EpochMs,
): SessionEndsVerdict {
  if (azure.state === null || router.state === null) return { verdict: 'one_end', differsFor: null }
  if (azure.state === router.state) return { verdict: 'agree', differsFor: null }
  const routerChangedAt = router.since?.latest ?? null
  if (routerChangedAt !== null && (azure.seenAt ?? 0) <= routerChangedAt)
    return { verdict: 'not_read', differsFor: null }
  // The ends have differed since the later of their two changes. This is known up to the earlier of their last
  // observations.
  const until = Math.min(azure.seenAt ?? now, router.seenAt ?? now)
  const earliest = Math.max(
    azure.since?.earliest ?? Number.NEGATIVE_INFINITY,
    router.since?.earliest ?? Number.NEGATIVE_INFINITY,
  )
  const latest = Math.max(azure.since?.latest ?? Number.NEGATIVE_INFINITY, routerChangedAt ?? Number.NEGATIVE_INFINITY)
  const minMs = Number.isFinite(latest) ? Math.max(0, until - latest) : 0
  const maxMs = Number.isFinite(earliest) ? Math.max(minMs, now - earliest) : minMs
  const differsFor = { minMs, maxMs }
  if (minMs <= mayDifferMs) return { verdict: 'settling', differsFor }
  return { verdict: router.state === 'down' ? 'router_down' : 'azure_down', differsFor }
}
