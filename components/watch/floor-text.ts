import type { Source } from '#lib/setup/api/index.ts'
import type { Watch } from '#lib/incidents/api/index.ts'
import { formatDuration } from '#lib/contract/words/index.ts'
import { plural } from '../format/quantity.ts'

/** Failover target of a tuned design: 15 to 20 s, measured by changing announcements. */
const FAILOVER_TARGET_SECONDS = 20

/** Poll kinds that determine whether a resource is up. */
const deciding: ReadonlySet<Source['kind']> = new Set(['peers', 'summary'])

/** Returns the largest detection floor of these polls in seconds; null = not polled, or not measured yet. */
export function watchFloor(sources: readonly Source[]): number | null {
  const floors = sources.filter(({ kind }) => deciding.has(kind)).map(({ floorSeconds }) => floorSeconds)
  return floors.length === 0 || floors.includes(null) ? null : Math.max(...floors.map(Number))
}

/**
 * Explains whether a failover target can be verified at the current polling interval. The uncertainty of a duration
 * measured by polls is twice the detection floor. A met target can be proven only if the uncertainty is at most the
 * target; a missed target only if the failover takes longer than the target plus the uncertainty.
 */
export function formatTarget(floorSeconds: number, targetSeconds = FAILOVER_TARGET_SECONDS): string {
  const target = formatDuration(targetSeconds * 1000)
  if (2 * floorSeconds <= targetSeconds) return `${target} failover target: measurable.`
  const missedFrom = formatDuration((targetSeconds + 2 * floorSeconds) * 1000, 'ceil')
  return `${target} failover target: not measurable here (≥ ${missedFrom}).`
}

/** Describes the limits of a fast polling request; '' if it was fully granted. */
export function formatWatch({ polls, rejectedPolls }: Pick<Watch, 'polls' | 'rejectedPolls'>): string {
  if (rejectedPolls > 0)
    return `${plural(rejectedPolls, 'poll')} not accelerated: the subscription's ARM budget is used up.`
  return polls === 0 ? 'Already polled at this rate.' : ''
}

/** Returns the fast polling that ends last. Polling requested by a user has priority over other reasons. */
export function burstOf(sources: readonly Source[]): NonNullable<Source['burst']> | null {
  const bursts = sources.flatMap(({ burst }) => burst ?? [])
  const watched = bursts.filter(({ reason }) => reason === 'watch')
  const [last] = (watched.length > 0 ? watched : bursts).toSorted((a, b) => Date.parse(b.until) - Date.parse(a.until))
  return last ?? null
}
