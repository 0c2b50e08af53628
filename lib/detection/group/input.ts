import type { Bounds, DetectedEvent, EpochMs, PollMark } from '#lib/contract/index.ts'
import type { OtherGroups } from '../model/context.ts'
import type { RouteTable } from '../model/route.ts'
import type { Signal } from '../model/signal.ts'
import type { ScopeOfResource } from '../model/topology.ts'
import type { PathsInUse } from '../model/traffic-state.ts'
import type { Probed } from './facts/apply-probes.ts'
import type { Compared } from './rules/routes/index.ts'
import type { RouteSnapshot, SiteRoutes } from './rules/sites/index.ts'

/** One poll, as the fold of its source saw it. */
export interface GroupInput {
  mark: PollMark
  /** how often this source is meant to be polled: what it reported is too old after three times that */
  everyMs: number
  signals: readonly Signal[]
  /** the source's own events, new or in a later version */
  events: readonly DetectedEvent[]
  /** where routes changed: the current routes to every prefix that did; absent = not looked up */
  routes?: RouteTable
  /** by circuit whose bytes do not move: which of its paths are a best path to anything; absent = not looked up */
  inUse?: Readonly<Record<string, PathsInUse>>
  /** the routes to sites that the changed ones touch */
  siteRoutes?: SiteRoutes
  /** every route of the group, where a snapshot is due; null = it is not */
  snapshot?: RouteSnapshot | null
  /** where path tables changed: how they differ now from those that they are compared with */
  comparisons?: readonly Compared[]
  /** where a path's number of prefixes changed and is high: when it reaches the limit; null = it is not growing */
  runsOut?: { between: Bounds | null } | null
  scopeOfResource: ScopeOfResource
  /** by `scope part kind`: begin of the last good poll of each source of the group; absent = not looked up */
  lastGoodPollAt?: Readonly<Record<string, EpochMs>>
  /** the rest of the estate, where circuits of this group fall low; absent = not read, or there is none */
  otherGroups?: OtherGroups
  /** which circuits and gateways carry what tests try to reach; absent = not looked up */
  probed?: Probed
}
