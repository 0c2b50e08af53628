import type { Bounds, DetectedEvent, PollMark } from '#lib/contract/index.ts'
import type { LastGoodPolls, OtherGroups } from '../model/context.ts'
import type { RouteTable } from '../model/route.ts'
import type { RouterEnd } from '../model/router-end.ts'
import type { LightLevel } from '../model/scope-state.ts'
import type { Signal } from '../model/signal.ts'
import type { ScopeOfResource } from '../model/topology.ts'
import type { PathsInUse } from '../model/traffic-state.ts'
import type { UnitsInUse } from '../verdict/index.ts'
import type { Probed } from './facts/apply-probes.ts'
import type { Compared } from './rules/routes/index.ts'
import type { RouteSnapshot, SiteRoutes } from './rules/sites/index.ts'

/** One poll with the result of its source's evaluation and the data that was read for it (lib/detection/reads). */
export interface GroupInput extends Partial<GroupReads> {
  mark: PollMark
  /** interval of the source in ms; its data is too old after three intervals */
  everyMs: number
  signals: readonly Signal[]
  /** events of the source itself, new or in a later version */
  events: readonly DetectedEvent[]
  scopeOfResource: ScopeOfResource
  /** circuits and gateways that carry the destinations of tests; absent = not looked up */
  probed?: Probed
}

/** Data that is read from the history and the estate for a poll, as plain data. */
export interface GroupReads {
  /** current routes to every prefix whose routes changed; null = not read */
  routes: RouteTable | null
  /**
   * paths that are a best path to some prefix, for each circuit whose bytes stopped; a circuit without an entry was not
   * looked up
   */
  inUse: Readonly<Record<string, PathsInUse>>
  /** routes to the sites that the changed routes affect */
  siteRoutes: SiteRoutes
  /** every route of the group if a snapshot is due; null = not due */
  snapshot: RouteSnapshot | null
  /** current differences of changed path tables to the tables that they are compared with */
  comparisons: readonly Compared[]
  /**
   * time when a growing path's number of prefixes reaches the limit, if the number changed and is high (`between` null
   * = not growing); null = not read
   */
  runsOut: { between: Bounds | null } | null
  /** last good poll of each source of the group, by `scope subresource kind` */
  lastGoodPolls: LastGoodPolls
  /** light levels of the port's links, by circuit on an ExpressRoute Direct port; null = not read */
  light: Readonly<Record<string, readonly LightLevel[]>> | null
  /** scale units before and since the silence of an instance, by gateway that scales by load; null = not read */
  units: Readonly<Record<string, readonly UnitsInUse[]>> | null
  /** other groups of the estate, if circuits of this group have little traffic; null = not read, or no other groups */
  otherGroups: OtherGroups | null
  /** the customer's end of the group's sessions as reported by routers; null = not read */
  routerEnds: readonly RouterEnd[] | null
}
