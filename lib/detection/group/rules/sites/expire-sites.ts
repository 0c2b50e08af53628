import type { Bounds, DetectedEvent } from '#lib/contract/index.ts'
import { end } from '../../../model/condition.ts'
import { type FoldContext, isOpen, liveEvents } from '../../../model/context.ts'
import type { LiveEvent } from '../../../model/scope-state.ts'
import { type JudgedSite, LEARNED, learnedOf, prefixesOf, siteSubject } from './judged-site.ts'
import type { RouteSnapshot } from './learning.ts'
import { rangesOf, stateOf } from './ranges.ts'

/**
 * Ends the events of learned sites that no longer exist, because their space was declared or their prefixes had no path
 * for so long that they were deleted. Also ends events of sites that are reachable again after some of their prefixes
 * were deleted.
 * @param snapshot all routes of the group; null = this poll did not check them
 */
export function expireSites(context: FoldContext, snapshot: RouteSnapshot | null): void {
  if (context.topology.learned === undefined) return
  const now = { earliest: context.mark.previousOkAt ?? context.mark.startedAt, latest: context.mark.finishedAt }
  const sites = learnedOf(context)
  for (const live of liveEvents(context).filter(isOfLearned)) {
    const site = sites.find(({ name }) => isAbout(live.event, name))
    if (!site || (snapshot && isWell(context, site, snapshot))) giveUp(live, now)
  }
}

const isOfLearned = (live: LiveEvent) => isOpen(live) && live.event.flags.includes(LEARNED)

const isAbout = ({ subject }: DetectedEvent, name: string) =>
  ([4, 6] as const).some((family) => subject === siteSubject(name, family))

function isWell(context: FoldContext, site: JudgedSite, snapshot: RouteSnapshot): boolean {
  return ([4, 6] as const).every((family) => {
    const space = prefixesOf(site.prefixes, family)
    return space.length === 0 || stateOf(rangesOf(context, site, space, snapshot)) === 'reachable'
  })
}

function giveUp(live: LiveEvent, now: Bounds): void {
  end(live, now)
  live.event = { ...live.event, flags: [...live.event.flags, 'given_up'] }
}
