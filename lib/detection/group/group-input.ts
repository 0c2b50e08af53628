import type { TimestampBounds, DetectedEvent, PollRecord } from '#lib/contract/index.ts'
import type { LastGoodPolls, ResourcesOfOtherGroups } from '../model/context.ts'
import type { RoutesOfChangedPrefixes } from '../model/route.ts'
import type { RouterSideSession } from '../model/router-side-session.ts'
import type { LightLevel } from '../model/scope-state.ts'
import type { PollSignal } from '../model/signal.ts'
import type { FindScopeOfResource } from '../model/topology.ts'
import type { BestPathUseByPath } from '../model/traffic-state.ts'
import type { ScaleUnitSample } from '../verdict/index.ts'
import type { ResourcesByProbedAddress } from './facts/apply-probes.ts'
import type { TableSidesComparison } from './rules/routes/index.ts'
import type { GroupRouteSnapshot, SiteRoutes } from './rules/sites/index.ts'

/**
 * One poll as input of the evaluation of its group (the resources that are evaluated together). It contains the result
 * of the evaluation of the polled source, and the data that was read for the group (lib/detection/reads).
 */
export interface GroupEvaluationInput extends Partial<GroupEvaluationReads> {
  mark: PollRecord
  /** poll interval of the source in ms; its data counts as stale after three intervals */
  everyMs: number
  signals: readonly PollSignal[]
  /** events that were raised or updated from the polled source only */
  events: readonly DetectedEvent[]
  scopeOfResource: FindScopeOfResource
  /**
   * circuits and gateways that carry traffic to the destinations of connectivity probes; absent = not read for this
   * poll
   */
  probed?: ResourcesByProbedAddress
}

/** Data that is read from history and configuration for the evaluation of a poll, as plain data. */
export interface GroupEvaluationReads {
  /** current routes to every prefix whose routes this poll changed; null = not read */
  routes: RoutesOfChangedPrefixes | null
  /**
   * for each circuit whose bytes stopped, whether each of its paths is the best path to some prefix; a circuit without
   * an entry was not read
   */
  inUse: Readonly<Record<string, BestPathUseByPath>>
  /** routes to the declared sites that this poll's route changes affect */
  siteRoutes: SiteRoutes
  /** every route of the group; null = this poll does not include the regular comparison of all routes */
  snapshot: GroupRouteSnapshot | null
  /** current differences between the route tables that this poll changed and the tables with which they are compared */
  comparisons: readonly TableSidesComparison[]
  /**
   * time when the number of prefixes of the polled path will reach the limit. It is read only if this poll changed the
   * number and the number is high; null = not read. `between` null = the number does not grow.
   */
  runsOut: { between: TimestampBounds | null } | null
  /** last good poll of each source of the group; the key is `scope subresource kind` */
  lastGoodPolls: LastGoodPolls
  /** light levels of the port's optical links, for each circuit on an ExpressRoute Direct port; null = not read */
  light: Readonly<Record<string, readonly LightLevel[]>> | null
  /**
   * number of scale units before and after an instance became silent, for each gateway that scales by load; null = not
   * read
   */
  units: Readonly<Record<string, readonly ScaleUnitSample[]>> | null
  /**
   * other groups of the estate (all monitored resources), read if circuits of this group have little traffic; null =
   * not read, or no other groups
   */
  otherGroups: ResourcesOfOtherGroups | null
  /** states of the group's sessions at the customer's end, as reported by routers; null = not read */
  routerEnds: readonly RouterSideSession[] | null
}
