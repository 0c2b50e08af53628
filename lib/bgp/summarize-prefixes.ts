import { comparePrefixes, doesPrefixContainPrefix, type IpPrefix } from './prefix.ts'

/**
 * Returns the smallest list of prefixes that covers exactly the same addresses: prefixes inside others are removed, and
 * the two halves of a prefix are joined. The result has the order of `comparePrefixes`.
 */
export function summarizePrefixes(prefixes: readonly IpPrefix[]): IpPrefix[] {
  const summary: IpPrefix[] = []
  for (const next of prefixes.toSorted(comparePrefixes)) {
    const last = summary.at(-1)
    if (last && doesPrefixContainPrefix(last, next)) continue
    summary.push(next)
    while (joinLast(summary)) continue
  }
  return summary
}

/**
 * Joins the last two prefixes of a list if they are the halves of one prefix.
 * @returns true if they were joined
 */
function joinLast(list: IpPrefix[]): boolean {
  const [low, high] = list.slice(-2)
  if (!low || !high || low.family !== high.family || low.length !== high.length || low.length === 0) return false
  const shift = BigInt((low.family === 4 ? 32 : 128) - low.length)
  const isPair = ((low.bits >> shift) & 1n) === 0n && high.bits >> shift === (low.bits >> shift) + 1n
  if (isPair) list.splice(-2, 2, { ...low, length: low.length - 1 })
  return isPair
}
