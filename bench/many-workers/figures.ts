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

/** How many operations on one resource began while another one of it went on, whoever made them. */
export function overlappingOperations(polls: readonly WorkerPoll[]): number {
  const done = polls.filter(({ kind, outcome }) => operations.has(kind) && outcome === 'ok')
  return [...Map.groupBy(done, ({ scope }) => scope).values()].reduce((sum, ofResource) => {
    const inOrder = ofResource.toSorted((a, b) => a.startedAt - b.startedAt)
    return sum + inOrder.filter(({ startedAt }, n) => startedAt < (inOrder[n - 1]?.finishedAt ?? 0)).length
  }, 0)
}

/** The least and the most of what groups have, as shares of what each would have if all had as much; null = there is no group. */
export function spread(counts: readonly number[]): { least: number; most: number } | null {
  const sum = counts.reduce((total, count) => total + count, 0)
  if (sum === 0) return null
  const even = sum / counts.length
  return { least: Math.min(...counts) / even, most: Math.max(...counts) / even }
}
