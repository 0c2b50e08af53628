import { parsePathSubject } from '#lib/contract/events/subject.ts'
import type { LookupContext, RouteLookup } from '#lib/routes/api/index.ts'

/** A path that is down at the time of a look-up, of a circuit whose other path has a route to the address. */
interface DownPath extends Pick<LookupContext['paths'][number], 'circuitId' | 'circuitName' | 'path'> {
  /** earliest and latest start of the outage; null = it began before the period of the look-up, so that it is unknown */
  since: [string, string] | null
}

/**
 * Returns the paths that are down at the time of a look-up, if the other path of the same circuit has a route to the
 * address, in use or not. Paths whose state is unknown, or that are down for planned work, are left out.
 */
export function listDownPaths({
  at,
  around,
  candidates,
}: Pick<RouteLookup, 'at' | 'around' | 'candidates'>): DownPath[] {
  return [...(around?.paths ?? []), ...(around?.standby?.paths ?? [])].flatMap((one) => {
    const { circuitId, circuitName, path, states } = one
    const routes = candidates.filter((route) => route.circuitId === circuitId)
    const best = Math.min(...routes.map(({ rank }) => rank))
    if (routes.length === 0 || routes.some((route) => route.rank === best && route.path === path)) return []
    const current = states.findLast(({ from }) => Date.parse(from) <= Date.parse(at))
    if (current?.is !== 'down' || Date.parse(current.to) < Date.parse(at)) return []
    return [{ circuitId, circuitName, path, since: findStartOfLoss({ at, around, circuitId, path }, states) }]
  })
}

/**
 * Returns the earliest and latest start of the outage of a path. These are the bounds of its event, as everywhere in
 * the product. Without an event, they are the last time at which the path was not down and the first time at which it
 * was.
 */
function findStartOfLoss(
  { at, around, circuitId, path }: Pick<DownPath, 'circuitId' | 'path'> & Pick<RouteLookup, 'at' | 'around'>,
  states: LookupContext['paths'][number]['states'],
): [string, string] | null {
  const events = [...(around?.events ?? []), ...(around?.incidents ?? []), ...(around?.standby?.incidents ?? [])]
  const loss = events.find(
    ({ kind, scope, subject, startedBetween, endedBetween }) =>
      kind === 'path_down' &&
      scope === circuitId &&
      parsePathSubject(subject).path === path &&
      Date.parse(startedBetween[0]) <= Date.parse(at) &&
      (endedBetween === null || Date.parse(endedBetween[1]) >= Date.parse(at)),
  )
  if (loss) return loss.startedBetween
  const from = states.findLastIndex((state) => Date.parse(state.from) <= Date.parse(at))
  const [current, between, before] = [states[from], states[from - 1], states[from - 2]]
  if (!current || !between) return null
  // If announced work preceded, the outage may have begun during the work, because the state `planned` contains outages.
  if (between.is === 'up') return [current.from, current.from]
  return between.is === 'indeterminate' && before ? [between.from, current.from] : null
}
