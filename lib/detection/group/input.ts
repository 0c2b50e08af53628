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

/** One poll, as the fold of its source saw it, with what was read beside it (lib/detection/reads). */
export interface GroupInput extends Partial<GroupReads> {
  mark: PollMark
  /** how often this source is meant to be polled: what it reported is too old after three times that */
  everyMs: number
  signals: readonly Signal[]
  /** the source's own events, new or in a later version */
  events: readonly DetectedEvent[]
  scopeOfResource: ScopeOfResource
  /** which circuits and gateways carry what tests try to reach; absent = not looked up */
  probed?: Probed
}

/** What is read of history and of the estate for a poll: plain data. */
export interface GroupReads {
  /** where routes changed: the current routes to every prefix that did; null = not read */
  routes: RouteTable | null
  /** by circuit whose bytes do not move: which of its paths are a best path to anything; a circuit without an entry was not looked up */
  inUse: Readonly<Record<string, PathsInUse>>
  /** the routes to sites that the changed ones touch */
  siteRoutes: SiteRoutes
  /** every route of the group, where a snapshot is due; null = it is not */
  snapshot: RouteSnapshot | null
  /** where path tables changed: how they differ now from those that they are compared with */
  comparisons: readonly Compared[]
  /** where a path's number of prefixes changed and is high: when it reaches the limit (`between` null = it is not growing); null = not read */
  runsOut: { between: Bounds | null } | null
  /** by `scope subresource kind`: the last good poll of each source of the group */
  lastGoodPolls: LastGoodPolls
  /** by circuit on an ExpressRoute Direct port: the light of the port's links; null = not read */
  light: Readonly<Record<string, readonly LightLevel[]>> | null
  /** by gateway that scales by load and of which an instance is silent: its scale units since before that; null = not read */
  units: Readonly<Record<string, readonly UnitsInUse[]>> | null
  /** the rest of the estate, where circuits of this group fall low; null = not read, or there is none */
  otherGroups: OtherGroups | null
  /** the customer's end of the group's sessions as routers report it; null = not read */
  routerEnds: readonly RouterEnd[] | null
}
