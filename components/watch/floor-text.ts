import type { ApiPolledSource } from '#lib/setup/api/index.ts'
import type { FasterPollingResponse } from '#lib/incidents/api/index.ts'
import { formatDuration } from '#lib/contract/words/index.ts'
import { formatCountWithPlural } from '../format/quantity.ts'

/**
 * Maximum failover time of a well-tuned design, in seconds. Measurements with changed route announcements gave 15 to 20
 * s.
 */
const FAILOVER_TARGET_SECONDS = 20

/** Kinds of polls that determine whether a resource is up. */
const deciding: ReadonlySet<ApiPolledSource['kind']> = new Set(['peers', 'summary'])

/**
 * Returns the longest detection floor of the polls that determine whether a resource is up, in seconds. The detection
 * floor of a poll is the shortest outage that it is certain to detect. null = not polled, or not measured yet.
 */
export function findLongestDetectionFloorSeconds(sources: readonly ApiPolledSource[]): number | null {
  const floors = sources.filter(({ kind }) => deciding.has(kind)).map(({ floorSeconds }) => floorSeconds)
  return floors.length === 0 || floors.includes(null) ? null : Math.max(...floors.map(Number))
}

/**
 * Returns the time of the last successful poll that determines whether a resource is up, ISO 8601, if none of these
 * polls has been successful recently, so that no outage is detected. null = a poll is recent, or none ever succeeded.
 */
export function findUndetectedSince(
  sources: readonly Pick<ApiPolledSource, 'kind' | 'state' | 'lastOkAt'>[],
): string | null {
  const own = sources.filter(({ kind }) => deciding.has(kind))
  // metrics replace polls that Azure refuses
  if (sources.some(({ kind, state }) => kind === 'metrics' && state === 'fresh')) return null
  if (own.some(({ state }) => state === 'fresh' || state === 'late')) return null
  const times = own.flatMap(({ lastOkAt }) => lastOkAt ?? [])
  return times.toSorted((a, b) => Date.parse(a) - Date.parse(b)).at(-1) ?? null
}

/**
 * Explains whether polls can measure if a failover meets a target. A duration that polls measure has an uncertainty of
 * twice the detection floor (the shortest outage that polls are certain to detect). A met target can be proven only if
 * this uncertainty is at most the target. A missed target can be proven only if the failover takes longer than the
 * target plus the uncertainty.
 */
export function formatTargetMeasurability(floorSeconds: number, targetSeconds = FAILOVER_TARGET_SECONDS): string {
  const target = formatDuration(targetSeconds * 1000)
  if (2 * floorSeconds <= targetSeconds) return `${target} failover target: measurable.`
  const missedFrom = formatDuration((targetSeconds + 2 * floorSeconds) * 1000, 'ceil')
  return `${target} failover target: not measurable here (≥ ${missedFrom}).`
}

/**
 * Explains why fewer polls were accelerated than the user requested. Returns '' if the request was granted completely.
 */
export function formatWatchRefusal({
  polls,
  rejectedPolls,
}: Pick<FasterPollingResponse, 'polls' | 'rejectedPolls'>): string {
  if (rejectedPolls > 0)
    return `${formatCountWithPlural(rejectedPolls, 'poll')} not accelerated: the limit for fast polls of the subscription (burst.polls) is reached.`
  return polls === 0 ? 'Already polled at this rate.' : ''
}

/**
 * Returns the fast polling (burst) that ends last. If a user requested fast polling, only bursts that users requested
 * are considered.
 */
export function findLastBurst(sources: readonly ApiPolledSource[]): NonNullable<ApiPolledSource['burst']> | null {
  const bursts = sources.flatMap(({ burst }) => burst ?? [])
  const watched = bursts.filter(({ reason }) => reason === 'watch')
  const [last] = (watched.length > 0 ? watched : bursts).toSorted((a, b) => Date.parse(b.until) - Date.parse(a.until))
  return last ?? null
}
