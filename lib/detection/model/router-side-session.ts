import type {
  TimestampBounds,
  CircuitPath,
  EpochMs,
  PeeringType,
  RouteChange,
  RouterDownReason,
  RouterRouteAttributes,
} from '#lib/contract/index.ts'
import { isEqualPlainJson } from './plain-json.ts'

/** An interval in which a session was up or down at the customer's router, as the router reports it. */
export interface RouterStateInterval {
  state: 'up' | 'down'
  /** reason why the session is down; null if it is up or the reason is unknown */
  reason: RouterDownReason | null
  from: TimestampBounds
  /** bounds of the end of the interval; null = it was ongoing when the router was last observed */
  to: TimestampBounds | null
}

/** A session as the customer's router at its other end reports it ("router end"). Plain data. */
export interface RouterSideSession {
  /** the resource at Azure's end of the session: a circuit path, or an instance of a VPN gateway */
  on: { circuit: string; peering: PeeringType; path: CircuitPath } | { gateway: string; instance: string }
  /** address of the router in the session, which is the neighbor of Azure's end */
  customer: string
  /** display name of the router */
  router: string
  holdTimeSeconds: number | null
  /** recent intervals, oldest first; the first interval may have begun long ago */
  spans: readonly RouterStateInterval[]
  /**
   * times in which the router was observed, oldest first, without overlaps; in the times between, the state is unknown
   */
  observed: readonly { from: EpochMs; to: EpochMs }[]
  /**
   * bounds of the time when the router's last monitoring connection ended; null = the router still reports, Peerwatch
   * itself ended the connection, or this is unknown
   */
  silentSince: TimestampBounds | null
  /**
   * current state of the router's BGP session with Peerwatch's own collector, which shows whether the router's BGP
   * process runs; null = there is no such session
   */
  collector: RouterStateInterval | null
  /**
   * announcements to Azure that changed since `from`, after the router's export policy; null = not reported, or the
   * router is still sending its table
   */
  announced: {
    from: EpochMs
    changes: readonly AnnouncedPrefixChange[]
    /** true if changes are missing, because there are more than are read at a time; absent = complete */
    isPartial?: boolean
    /** last time at which the announcements were reported; absent = they are still reported */
    observedUntil?: EpochMs
  } | null
}

/** A prefix whose announcement by a router changed within a period. */
export interface AnnouncedPrefixChange extends Pick<RouteChange, 'prefix'> {
  /** attributes that matter to Azure, at the begin of the period; null = not announced */
  before: Pick<RouterRouteAttributes, 'asPath' | 'med'> | null
  /** attributes that matter to Azure, at the end of the period; null = not announced */
  after: AnnouncedPrefixChange['before']
  /** bounds of the last change of the announcement */
  between: TimestampBounds
}

/**
 * Reports whether a prefix is announced at the end of the period as at its begin. Only AS path and MED are compared,
 * because other attributes do not matter to Azure.
 */
export const isAnnouncedAsBefore = ({ before, after }: Pick<AnnouncedPrefixChange, 'before' | 'after'>): boolean =>
  isEqualPlainJson(before && [before.asPath, before.med], after && [after.asPath, after.med])

/**
 * Time without any record after which a router counts as not observed, in ms. The state of a router that sends nothing
 * is recorded every few seconds.
 */
export const ROUTER_UNOBSERVED_AFTER_MS = 60_000

/** Returns the scope of the resource at Azure's end of a session: the circuit, or the VPN gateway. */
export const getRouterSideResourceId = ({ on }: Pick<RouterSideSession, 'on'>): string =>
  'circuit' in on ? on.circuit : on.gateway

/**
 * Length in ms below which an up interval between two outages is ignored. When a session comes up again, two
 * connections may be opened and one of them closed (RFC 4271 section 6.8). Such a short interval may be seen at one end
 * only.
 */
const SHORT_LIFE_MS = 2_000

/** Combines two outages with a short up interval between them into one outage, which has the reason of the first. */
export function mergeIntervalsAcrossShortUps(spans: readonly RouterStateInterval[]): RouterStateInterval[] {
  const kept: RouterStateInterval[] = []
  for (const span of spans) {
    const [before, life] = kept.slice(-2)
    const isAgain = span.state === 'down' && before?.state === 'down' && life?.state === 'up'
    if (isAgain && span.from.latest - life.from.latest < SHORT_LIFE_MS) kept.splice(-2, 2, { ...before, to: span.to })
    else kept.push(span)
  }
  return kept
}
