import { cpus, loadavg } from 'node:os'

export const printFigureLine = (line: string) => process.stdout.write(`${line}\n`)

/** Prints the machine's cores and load, because figures of a busy machine are unreliable. */
export const printMachine = () => printFigureLine(`${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}`)

/** Returns the value at share p (0 to 1) of the sorted values; null if there are none. */
export function computeSampleQuantile(values: readonly number[], p: number): number | null {
  const inOrder = values.toSorted((a, b) => a - b)
  return inOrder[Math.min(inOrder.length - 1, Math.floor(p * inOrder.length))] ?? null
}

/** Prints p50, p95 and the worst of some times in milliseconds. */
export function printTimes(what: string, times: readonly number[]): void {
  const at = (share: number) => Math.round(computeSampleQuantile(times, share) ?? 0)
  printFigureLine(`${what}: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, worst ${at(1)} ms (${times.length} times)`)
}

/** Prints the ratio of the medians of two methods that were measured in the same run. */
export function printRatio(
  what: string,
  own: readonly number[],
  other: { name: string; times: readonly number[] },
): void {
  const [mine, theirs] = [computeSampleQuantile(own, 0.5) ?? 0, computeSampleQuantile(other.times, 0.5) ?? 0]
  if (mine > 0 && theirs > 0)
    printFigureLine(`${what}: ${other.name} takes ${(theirs / mine).toFixed(1)} times as long`)
}
