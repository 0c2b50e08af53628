import { pollKindDefinitions } from '#lib/azure/kinds/index.ts'

/** A poll from a worker's log. Times are epoch milliseconds. */
export interface LoggedWorkerPoll {
  /** process ID */
  worker: number
  /** short ID of the resource */
  scope: string
  subresource: string
  kind: string
  outcome: string
  status: string
  startedAt: number
  finishedAt: number
}

/** Kinds of polls that are operations; Azure runs one operation at a time on a gateway or circuit. */
const operations: ReadonlySet<string> = new Set(
  Object.entries(pollKindDefinitions).flatMap(([kind, { operation }]) => (operation ? kind : [])),
)

/**
 * Maximum difference in milliseconds between the starts that two workers log for the same operation. A worker that
 * takes over an operation computes its start from its age.
 */
const SAME_BEGIN_MS = 1_000

/**
 * Counts the operations that began while any worker was running another operation on the same resource. After a
 * takeover, two workers may log the end of the same operation: the worker that lost its lease and the worker that took
 * over. Such an operation counts once.
 */
export function overlappingOperations(polls: readonly LoggedWorkerPoll[]): number {
  const done = polls.filter(({ kind, outcome }) => operations.has(kind) && outcome === 'ok')
  return [...Map.groupBy(done, ({ scope }) => scope).values()].reduce((sum, all) => {
    const ofResource = all.filter((poll) => !all.some((other) => tookOver(other, poll)))
    const inOrder = ofResource.toSorted((a, b) => a.startedAt - b.startedAt)
    return sum + inOrder.filter(({ startedAt }, n) => startedAt < (inOrder[n - 1]?.finishedAt ?? 0)).length
  }, 0)
}

const tookOver = (other: LoggedWorkerPoll, poll: LoggedWorkerPoll): boolean =>
  poll.status === 'superseded' &&
  other.status !== 'superseded' &&
  other.kind === poll.kind &&
  other.subresource === poll.subresource &&
  Math.abs(other.startedAt - poll.startedAt) <= SAME_BEGIN_MS

/**
 * Returns the sizes of the smallest and the largest group, divided by the mean size (1 = all groups are equal); null if
 * there are no groups or all are empty.
 */
export function measureGroupSizeSpread(counts: readonly number[]): { least: number; most: number } | null {
  const sum = counts.reduce((total, count) => total + count, 0)
  if (sum === 0) return null
  const even = sum / counts.length
  return { least: Math.min(...counts) / even, most: Math.max(...counts) / even }
}
