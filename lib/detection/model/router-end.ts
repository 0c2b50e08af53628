import type {
  Bounds,
  CircuitPath,
  EpochMs,
  PeeringType,
  RouteChange,
  RouterDownReason,
  RouterRouteAttributes,
} from '#lib/contract/index.ts'
import { samePlain } from './plain.ts'

/** What a customer's router reports of its end of a session. */
export interface RouterSpan {
  state: 'up' | 'down'
  /** of one that is down: why */
  reason: RouterDownReason | null
  from: Bounds
  /** null = it is so, or was when it was observed last */
  to: Bounds | null
}

/** The customer's end of a session, as a router reports that is joined with it. Plain data. */
export interface RouterEnd {
  /** where Azure's end is: the circuit of the path, or the VPN gateway, whose instance `instance` is */
  on: { circuit: string; peering: PeeringType; path: CircuitPath } | { gateway: string; instance: string }
  /** the router's address in the session: the neighbor of Azure's end */
  customer: string
  /** the router, as people call it */
  router: string
  holdTimeSeconds: number | null
  /** of the recent past, oldest first; the last one may have begun long ago */
  spans: readonly RouterSpan[]
  /** when the router was observed, oldest first, without overlaps; what lies between is not known */
  observed: readonly { from: EpochMs; to: EpochMs }[]
  /** when its last connection ended, not by the station's doing, and no other one lasts; null = it reports, or nothing is known of that */
  silentSince: Bounds | null
  /** the router's session with the collector, as it is: whether its BGP process answers; null = it has none */
  collector: RouterSpan | null
  /** what it announced otherwise since a moment, by the policy that it has for Azure; null = not reported, or its table is still being sent */
  announced: {
    from: EpochMs
    changes: readonly AnnouncedChange[]
    /** more routes changed than are read at a time, so that changes are missing; absent = no */
    isPartial?: boolean
  } | null
}

/** A prefix of which a router announced something else within a time. */
export interface AnnouncedChange extends Pick<RouteChange, 'prefix'> {
  /** what Azure goes by, as the time began; null = it was not announced */
  before: Pick<RouterRouteAttributes, 'asPath' | 'med'> | null
  /** as it ended; null = it was not announced */
  after: AnnouncedChange['before']
  /** of the last change */
  between: Bounds
}

/** Whether it is announced as it was: to Azure, of announcements that differ in nothing else one is as good as the other. */
export const isBack = ({ before, after }: Pick<AnnouncedChange, 'before' | 'after'>): boolean =>
  samePlain(before && [before.asPath, before.med], after && [after.asPath, after.med])

/** What is known of a quiet router is noted every few seconds; one that was not for this long is not observed, milliseconds. */
export const UNWATCHED_MS = 60_000

/** Scope of the resource that Azure's end is on. */
export const scopeOfEnd = ({ on }: Pick<RouterEnd, 'on'>): string => ('circuit' in on ? on.circuit : on.gateway)

/** While a session comes up again, one end may have it up for a moment and the other never (RFC 4271 section 6.8), milliseconds. */
const SHORT_LIFE_MS = 2_000

/** Outages with a short life between them as one, which ended for the first one's reason. */
export function withoutShortLives(spans: readonly RouterSpan[]): RouterSpan[] {
  const kept: RouterSpan[] = []
  for (const span of spans) {
    const [before, life] = kept.slice(-2)
    const isAgain = span.state === 'down' && before?.state === 'down' && life?.state === 'up'
    if (isAgain && span.from.latest - life.from.latest < SHORT_LIFE_MS) kept.splice(-2, 2, { ...before, to: span.to })
    else kept.push(span)
  }
  return kept
}
