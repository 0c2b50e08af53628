import { overlapsPrefix, parsePrefix, PrefixTrie } from '#lib/bgp/index.ts'

/** Reports whether any of the prefixes overlaps any of the ranges. */
export function doPrefixesOverlapRanges(prefixes: readonly string[], ranges: readonly string[]): boolean {
  const space = ranges.flatMap((text) => parsePrefix(text) ?? [])
  return prefixes.some((text) => {
    const prefix = parsePrefix(text)
    return prefix !== null && space.some((range) => overlapsPrefix(range, prefix))
  })
}

/**
 * Returns a function that reports whether one of some ranges contains a prefix. The ranges are indexed once, so that
 * the function is fast for many ranges and prefixes.
 */
export function createPrefixOverlapTest(ranges: readonly string[]): (prefix: string) => boolean {
  const trie = PrefixTrie.from(ranges.flatMap((text) => parsePrefix(text) ?? []).map((range) => [range, true] as const))
  return (text) => {
    const inner = parsePrefix(text)
    if (!inner) return false
    return trie.matches({ family: inner.family, value: inner.bits }).some(({ prefix }) => prefix.length <= inner.length)
  }
}
