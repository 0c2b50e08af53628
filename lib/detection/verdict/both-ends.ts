import { azureFacts, type Bounds, type DurationBounds, type EpochMs } from '#lib/contract/index.ts'

/** What one end says of a session. */
export interface SessionEnd {
  /** null = nobody observes it now */
  state: 'up' | 'down' | null
  /** since when it is so; null = not known */
  since: Bounds | null
  /** when it was seen last: of Azure's end the last good poll, of the router's end now while it is connected */
  seenAt: EpochMs | null
}

/**
 * What both ends make of a session. `agree`: both say the same. `router_down`, `azure_down`: that end alone has it down, for
 * `differsFor`. `settling`: they differ for no longer than they may, because the end that lost the other notices by its hold timer.
 * `not_read`: they differ, and Azure has not been asked since the router's end changed. `one_end`: the other is not observed.
 */
export type EndsVerdict =
  | { verdict: 'agree' | 'one_end' | 'not_read'; differsFor: null }
  | { verdict: 'router_down' | 'azure_down' | 'settling'; differsFor: DurationBounds }

/** Hold time that Azure proposes, and with it a keepalive interval of a third of it (learn.microsoft.com, ExpressRoute FAQ: 60 and 180 s). */
const AZURE_HOLD_MS = azureFacts.hold_time_s.value * 1_000

/**
 * How long both ends of a session may differ, milliseconds: the end whose neighbor fell silent notices by its hold timer, which ran from
 * the last message, so that the ends can be a hold time and a keepalive interval apart (RFC 4271 section 4.4: a third of the hold time).
 * @param holdTimeSeconds as both ends agreed; null or 0 = not known: Azure's own
 */
export const endsMayDifferMs = (holdTimeSeconds: number | null): number =>
  holdTimeSeconds ? (holdTimeSeconds * 1_000 * 4) / 3 : (AZURE_HOLD_MS * 4) / 3

/**
 * Holds the two ends of a session against each other as of a moment.
 * @param mayDifferMs {@link endsMayDifferMs}
 */
export function judgeEnds(azure: SessionEnd, router: SessionEnd, mayDifferMs: number, now: EpochMs): EndsVerdict {
  if (azure.state === null || router.state === null) return { verdict: 'one_end', differsFor: null }
  if (azure.state === router.state) return { verdict: 'agree', differsFor: null }
  const routerChangedAt = router.since?.latest ?? null
  if (routerChangedAt !== null && (azure.seenAt ?? 0) <= routerChangedAt)
    return { verdict: 'not_read', differsFor: null }
  // they differ since the later of the two changes, and as far as Azure's end was seen
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
