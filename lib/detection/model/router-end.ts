import type {
  Bounds,
  CircuitPath,
  EpochMs,
  PeeringType,
  RouteChange,
  RouterDownReason,
  RouterRouteAttributes,
} from '#lib/contract/index.ts'
import { isSamePlain } from './plain.ts'

/** An interval in which the router's end of a session was up or down, as reported by a customer's router. */
export interface RouterSpan {
  state: 'up' | 'down'
  /** reason why the session is down; null if it is up or the reason is unknown */
  reason: RouterDownReason | null
  from: Bounds
  /** bounds of the end; null = the interval was ongoing when it was last observed */
  to: Bounds | null
}

/** The customer's end of a session, as reported by a connected router. Plain data. */
export interface RouterEnd {
  /** the resource at Azure's end of the session: a circuit path, or an instance of a VPN gateway */
  on: { circuit: string; peering: PeeringType; path: CircuitPath } | { gateway: string; instance: string }
  /** address of the router in the session, which is the neighbor of Azure's end */
  customer: string
  /** display name of the router */
  router: string
  holdTimeSeconds: number | null
  /** recent intervals, the oldest first; the first interval may have begun long ago */
  spans: readonly RouterSpan[]
  /** intervals in which the router was observed, oldest first, without overlaps; the state between them is unknown */
  observed: readonly { from: EpochMs; to: EpochMs }[]
  /**
   * time when the router's last monitoring connection ended, if the station did not end it itself; null = the router
   * still reports, or this is unknown
   */
  silentSince: Bounds | null
  /**
   * current state of the router's own BGP session with the collector, which shows whether its BGP process answers; null
   * = no such session
   */
  collector: RouterSpan | null
  /**
   * announcements to Azure that changed since `from`, after the router's export policy; null = not reported, or the
   * router is still sending its table
   */
  announced: {
    from: EpochMs
    changes: readonly AnnouncedChange[]
    /** true if changes are missing, because there are more than are read at a time; absent = complete */
    isPartial?: boolean
  } | null
}

/** A prefix whose announcement by a router changed within a period. */
export interface AnnouncedChange extends Pick<RouteChange, 'prefix'> {
  /** attributes that Azure considers, at the begin of the period; null = not announced */
  before: Pick<RouterRouteAttributes, 'asPath' | 'med'> | null
  /** attributes that Azure considers, at the end of the period; null = not announced */
  after: AnnouncedChange['before']
  /** bounds of the last change of the announcement */
  between: Bounds
}

/**
 * Reports whether a prefix is announced as before a change. Only AS path and MED are compared, because other attributes
 * do not matter to Azure.
 */
export const isBack = ({ before, after }: Pick<AnnouncedChange, 'before' | 'after'>): boolean =>
  isSamePlain(before && [before.asPath, before.med], after && [after.asPath, after.med])

/**
 * Time in ms after which a router without any record counts as not observed. The state of a quiet router is recorded
 * every few seconds.
 */
export const UNWATCHED_MS = 60_000

/** Returns the scope of Azure's end of a session: the circuit, or the VPN gateway. */
export const scopeOfEnd = ({ on }: Pick<RouterEnd, 'on'>): string => ('circuit' in on ? on.circuit : on.gateway)

/**
 * Length in ms below which an up interval between two outages is ignored. While a session comes up again, only one end
 * may see such an interval (RFC 4271 section 6.8).
 */
const SHORT_LIFE_MS = 2_000

/** Combines outages with a short up interval between them into one outage, which has the reason of the first. */
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
