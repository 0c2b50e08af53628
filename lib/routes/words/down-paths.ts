import type { LookupContext, RouteLookup } from '#lib/routes/api/index.ts'

/** A path that is down at the time of a look-up, of a circuit whose other path carries the traffic. */
interface DownPath extends Pick<LookupContext['paths'][number], 'circuitId' | 'circuitName' | 'path'> {
  /** first proven time of the outage; null = it began before the period of the look-up, so that its begin is unknown */
  since: string | null
  /** whether the outage may have begun before `since`, during announced work that ended then */
  isAfterWork: boolean
}

/**
 * Returns the paths that are down at the time of a look-up, if the other path of the same circuit is in use. Paths whose
 * state is unknown, or that are down for planned work, are left out.
 */
export function listDownPaths({
  at,
  around,
  candidates,
}: Pick<RouteLookup, 'at' | 'around' | 'candidates'>): DownPath[] {
  const isUsed = (circuitId: string, path?: string) =>
    candidates.some((one) => one.rank === 1 && one.circuitId === circuitId && (path === undefined || one.path === path))
  return (around?.paths ?? []).flatMap(({ circuitId, circuitName, path, states }) => {
    if (!isUsed(circuitId) || isUsed(circuitId, path)) return []
    const current = states.findLast(({ from }) => Date.parse(from) <= Date.parse(at))
    if (current?.is !== 'down' || Date.parse(current.to) < Date.parse(at)) return []
    const isOlder = Date.parse(current.from) <= Date.parse(around?.from ?? at)
    // the state `planned` contains outages during the work, also if they are proven
    const isAfterWork = states.some(({ is, to }) => is === 'planned' && to === current.from)
    return [{ circuitId, circuitName, path, since: isOlder ? null : current.from, isAfterWork }]
  })
}
