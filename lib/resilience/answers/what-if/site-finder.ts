import { parsePrefix, PrefixTrie } from '#lib/bgp/index.ts'
import type { WhatIfSite } from './what-if-facts.ts'

/**
 * Returns a function that returns the site of a prefix. It is the site with the longest prefix that contains the given
 * one; null = there is none.
 */
export function createSiteFinder(sites: readonly WhatIfSite[]): (prefix: string) => string | null {
  const trie = PrefixTrie.from(
    sites.flatMap(({ name, prefixes }) =>
      prefixes.flatMap((text) => {
        const prefix = parsePrefix(text)
        return prefix ? [[prefix, name] as const] : []
      }),
    ),
  )
  return (text) => {
    const prefix = parsePrefix(text)
    if (!prefix) return null
    const covering = trie.matches({ family: prefix.family, value: prefix.bits })
    return covering.find((entry) => entry.prefix.length <= prefix.length)?.value ?? null
  }
}
