import type { Bounds, DetectedEvent } from '#lib/contract/index.ts'
import { end } from '../condition.ts'
import { type Estate, isOpen, liveEvents } from '../estate.ts'
import type { LiveEvent } from '../state.ts'
import { type JudgedSite, LEARNED, learnedOf, prefixesOf } from './judged-site.ts'
import type { Look } from './learning.ts'
import { rangesOf, stateOf } from './ranges.ts'

/**
 * Ends what is told of learned sites that are none any more: somebody declared their space, or their prefixes have had no way for
 * so long that they were forgotten. What is left of a site that way may be well.
 * @param look all ways of the group; null = this poll did not look at them
 */
export function giveUpSites(estate: Estate, look: Look | null): void {
  if (estate.topology.learned === undefined) return
  const now = { earliest: estate.mark.previousOkAt ?? estate.mark.startedAt, latest: estate.mark.finishedAt }
  const sites = learnedOf(estate)
  for (const live of liveEvents(estate).filter(isOfLearned)) {
    const site = sites.find(({ name }) => isAbout(live.event, name))
    if (!site || (look && isWell(estate, site, look))) giveUp(live, now)
  }
}

const isOfLearned = (live: LiveEvent) => isOpen(live) && live.event.flags.includes(LEARNED)

const isAbout = ({ subject }: DetectedEvent, name: string) => subject === name || subject === `${name} (IPv6)`

function isWell(estate: Estate, site: JudgedSite, look: Look): boolean {
  return ([4, 6] as const).every((family) => {
    const space = prefixesOf(site.prefixes, family)
    return space.length === 0 || stateOf(rangesOf(estate, site, space, look.ways, look)) === 'reachable'
  })
}

function giveUp(live: LiveEvent, now: Bounds): void {
  end(live, now)
  live.event = { ...live.event, flags: [...live.event.flags, 'given_up'] }
}
