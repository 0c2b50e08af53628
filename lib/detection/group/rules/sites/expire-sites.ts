import type { TimestampBounds, DetectedEvent } from '#lib/contract/index.ts'
import { closeEvent } from '../../../model/event-condition.ts'
import { type DetectionContext, isEventOpen, listLiveEvents } from '../../../model/context.ts'
import type { LiveEvent } from '../../../model/scope-state.ts'
import {
  type EvaluatedSite,
  LEARNED_SITE_FLAG,
  listLearnedSites,
  parsePrefixesOfFamily,
  formatSiteSubject,
} from './judged-site.ts'
import { findSiteLearningGateway, type GroupRouteSnapshot } from './site-learning.ts'
import { isLearnedFromExternalNeighbor } from '../../../model/route.ts'
import { countSiteRanges, judgeSiteState } from './site-ranges.ts'

/**
 * Ends the events of learned sites that no longer exist, because their address space was declared or their prefixes
 * were deleted after a long time without a path. Also ends events of sites that are reachable again only because some
 * of their prefixes were deleted.
 * @param snapshot all routes of the group; null = this poll did not check them
 */
export function endEventsOfExpiredSites(context: DetectionContext, snapshot: GroupRouteSnapshot | null): void {
  if (context.topology.learned === undefined) return
  const now = { earliest: context.mark.previousOkAt ?? context.mark.startedAt, latest: context.mark.finishedAt }
  const sites = listLearnedSites(context)
  for (const live of listLiveEvents(context).filter(isOfLearned)) {
    const site = sites.find(({ name }) => isAbout(live.event, name))
    const isOver = site ? snapshot !== null && isWell(context, site, snapshot) : !isCutOff(context, live, snapshot)
    if (isOver) giveUp(live, now)
  }
}

const isOfLearned = (live: LiveEvent) => isEventOpen(live) && live.event.flags.includes(LEARNED_SITE_FLAG)

const isAbout = ({ subject }: DetectedEvent, name: string) =>
  ([4, 6] as const).some((family) => subject === formatSiteSubject(name, family))

/**
 * Reports whether an event's prefixes have no path, but are still known to be behind a circuit that is currently
 * missing in the group, for example because its connection was removed. Until it returns, no learned site contains the
 * prefixes.
 */
function isCutOff(
  { topology, scopes }: DetectionContext,
  { prefixes = [] }: LiveEvent,
  snapshot: GroupRouteSnapshot | null,
) {
  const learner = findSiteLearningGateway(topology, (scope) => scopes[scope])
  const known = (learner === null ? null : scopes[learner]?.learning?.known) ?? []
  const lacks = (scope: string) => !topology.circuits.some((circuit) => circuit.scope === scope)
  const own = known.flatMap((group) => (group.circuits.some(lacks) ? group.prefixes : []))
  const isRouted = (text: string) =>
    snapshot?.some((entry) => isLearnedFromExternalNeighbor(entry) && entry.prefix === text) ?? false
  return prefixes.some((text) => own.includes(text) && !isRouted(text))
}

function isWell(context: DetectionContext, site: EvaluatedSite, snapshot: GroupRouteSnapshot): boolean {
  return ([4, 6] as const).every((family) => {
    const space = parsePrefixesOfFamily(site.prefixes, family)
    return space.length === 0 || judgeSiteState(countSiteRanges(context, site, space, snapshot)) === 'reachable'
  })
}

function giveUp(live: LiveEvent, now: TimestampBounds): void {
  closeEvent(live, now)
  live.event = { ...live.event, flags: [...live.event.flags, 'given_up'] }
}
