import { cpus, loadavg } from 'node:os'

export const print = (line: string) => process.stdout.write(`${line}\n`)

/** What the machine is, and what else it does: figures of a busy one print little. */
export const printMachine = () => print(`${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}`)

/** One of the values, the p-th part of them in their order, 0 to 1; null = there are none. */
export function quantile(values: readonly number[], p: number): number | null {
  const inOrder = values.toSorted((a, b) => a - b)
  return inOrder[Math.min(inOrder.length - 1, Math.floor(p * inOrder.length))] ?? null
}

/** The usual figures of times in milliseconds. */
export function printTimes(what: string, times: readonly number[]): void {
  const at = (share: number) => Math.round(quantile(times, share) ?? 0)
  print(`${what}: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, worst ${at(1)} ms (${times.length} times)`)
}

/** How many times longer another method takes that was measured in the same run, by the medians. */
export function printRatio(
  what: string,
  own: readonly number[],
  other: { name: string; times: readonly number[] },
): void {
  const [mine, theirs] = [quantile(own, 0.5) ?? 0, quantile(other.times, 0.5) ?? 0]
  if (mine > 0 && theirs > 0) print(`${what}: ${other.name} takes ${(theirs / mine).toFixed(1)} times as long`)
}
