import { kinds } from '#lib/azure/kinds/index.ts'

/** A poll as the log of a worker has it. Times are epoch milliseconds. */
export interface WorkerPoll {
  /** process id */
  worker: number
  /** short id of the resource */
  scope: string
  subresource: string
  kind: string
  outcome: string
  status: string
  startedAt: number
  finishedAt: number
}

/** Those of which Azure runs one at a time on a gateway or circuit. */
const operations: ReadonlySet<string> = new Set(
  Object.entries(kinds).flatMap(([kind, { operation }]) => (operation ? kind : [])),
)

/** What the begin of one operation may differ by between two workers' logs: whoever goes on with it knows its age, not its begin. */
const SAME_BEGIN_MS = 1_000

/**
 * How many operations on one resource began while another one of it went on, whoever made them. One that a worker without a lease
 * and the one that went on with it both saw end is one operation.
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

/** The least and the most of what groups have, as shares of what each would have if all had as much; null = there is no group. */
export function spread(counts: readonly number[]): { least: number; most: number } | null {
  const sum = counts.reduce((total, count) => total + count, 0)
  if (sum === 0) return null
  const even = sum / counts.length
  return { least: Math.min(...counts) / even, most: Math.max(...counts) / even }
}
