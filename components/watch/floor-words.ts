import type { Source, Watch } from '#lib/contract/index.ts'
import { formatDuration } from '#lib/contract/words/index.ts'

/** What the tuned design promises for a failover: 15 to 20 s, measured by changing announcements. */
export const FAILOVER_TARGET_SECONDS = 20

/** Kinds that tell whether something is up: what they miss was not seen at all. */
const deciding: ReadonlySet<Source['kind']> = new Set(['peers', 'summary'])

/** The coarsest floor of what decides, in seconds; null = nothing is polled, or not often enough to know. */
export function floorOf(sources: readonly Source[]): number | null {
  const floors = sources.filter(({ kind }) => deciding.has(kind)).map(({ floorSeconds }) => floorSeconds)
  return floors.length === 0 || floors.includes(null) ? null : Math.max(...floors.map(Number))
}

/**
 * Whether a target for failovers can be held against what polls show. A duration between two polled moments is known to
 * twice the floor: one that is kept shows only where that is no more than the target, one that is missed once it is longer
 * than both together.
 */
export function targetWords(floorSeconds: number, targetSeconds = FAILOVER_TARGET_SECONDS): string {
  const target = formatDuration(targetSeconds * 1000)
  if (2 * floorSeconds <= targetSeconds) return `Whether a failover stays within ${target} can be told.`
  const missedFrom = formatDuration((targetSeconds + 2 * floorSeconds) * 1000, 'ceil')
  return `That a failover stays within ${target} can't be told at this floor; that it misses it shows from ${missedFrom} on.`
}

/** What a watch could not do; '' where it does all that was asked. */
export function watchWords({ polls, rejectedPolls }: Pick<Watch, 'polls' | 'rejectedPolls'>): string {
  if (rejectedPolls > 0)
    return `${rejectedPolls} more polls stay at their pace: Azure's budget for this subscription has no room for them.`
  return polls === 0 ? 'It is polled as often as that anyway.' : ''
}

/** The burst of a thing that ends last, of those with this reason first. */
export function burstOf(sources: readonly Source[]): NonNullable<Source['burst']> | null {
  const bursts = sources.flatMap(({ burst }) => burst ?? [])
  const watched = bursts.filter(({ reason }) => reason === 'watch')
  const [last] = (watched.length > 0 ? watched : bursts).toSorted((a, b) => Date.parse(b.until) - Date.parse(a.until))
  return last ?? null
}
