import { pollKindDefinitions } from '#lib/azure/kinds/index.ts'

/** A poll from a worker's log. Times are epoch milliseconds. */
export interface WorkerPoll {
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
 * Maximum difference between the logged starts of one operation. A worker that takes over an operation knows only its
 * age.
 */
const SAME_BEGIN_MS = 1_000

/**
 * Counts the operations that began while another operation on the same resource was running, by any worker. If a worker
 * without a lease and the worker that took over both log the end of an operation, it counts once.
 */
export function overlappingOperations(polls: readonly WorkerPoll[]): number {
  const done = polls.filter(({ kind, outcome }) => operations.has(kind) && outcome === 'ok')
  return [...Map.groupBy(done, ({ scope }) => scope).values()].reduce((sum, all) => {
    const ofResource = all.filter((poll) => !all.some((other) => tookOver(other, poll)))
    const inOrder = ofResource.toSorted((a, b) => a.startedAt - b.startedAt)
    return sum + inOrder.filter(({ startedAt }, n) => startedAt < (inOrder[n - 1]?.finishedAt ?? 0)).length
  }, 0)
}

const tookOver = (other: WorkerPoll, poll: WorkerPoll): boolean =>
  poll.status === 'superseded' &&
  other.status !== 'superseded' &&
  other.kind === poll.kind &&
  other.subresource === poll.subresource &&
  Math.abs(other.startedAt - poll.startedAt) <= SAME_BEGIN_MS

/**
 * Returns the smallest and largest group, relative to equal groups (1 = even); null if there are no groups or all are
 * empty.
 */
export function measureSpread(counts: readonly number[]): { least: number; most: number } | null {
  const sum = counts.reduce((total, count) => total + count, 0)
  if (sum === 0) return null
  const even = sum / counts.length
  return { least: Math.min(...counts) / even, most: Math.max(...counts) / even }
}
