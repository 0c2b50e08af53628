import { type CircuitPath, circuitPaths } from '#lib/contract/index.ts'

/** A circuit or gateway, and what people call it. */
export interface Nameable {
  /** short id */
  id: string
  names: readonly string[]
}

/** Shorter names stand in any sentence. */
const SHORTEST_NAME = 3

/**
 * The resources that a text names, as whole words in any case, and the one path that it means of all of them: `erc-london/primary`.
 * @returns paths: none = both, or not the same of all
 */
export function namedIn(text: string, resources: readonly Nameable[]): { scopes: string[]; paths: CircuitPath[] } {
  const named = resources.flatMap(({ id, names }) => {
    const mentions = names.flatMap((name) => mentionsOf(name, text))
    return mentions.length > 0 ? [{ id, mentions }] : []
  })
  const mentions = named.flatMap((one) => one.mentions)
  const path = circuitPaths.find((one) => mentions.every((mention) => mention === one))
  return { scopes: named.map(({ id }) => id), paths: path !== undefined && mentions.length > 0 ? [path] : [] }
}

/** For each mention the path that it names; null = none. */
function mentionsOf(name: string, text: string): (CircuitPath | null)[] {
  if (name.trim().length < SHORTEST_NAME) return []
  // part of a longer name is none: erc-london is not erc-london-2
  const pattern = new RegExp(
    `(?<![\\p{L}\\p{N}_.-])${escaped(name.trim())}(?:/(primary|secondary))?(?![\\p{L}\\p{N}_-])`,
    'giu',
  )
  return [...text.matchAll(pattern)].map(([, path]) => circuitPaths.find((one) => one === path?.toLowerCase()) ?? null)
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
