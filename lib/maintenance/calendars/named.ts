import { type CircuitPath, circuitPaths } from '#lib/contract/index.ts'

/** A circuit or gateway, and what people call it. */
export interface Nameable {
  /** short id */
  id: string
  names: readonly string[]
}

/** Shorter names stand in any sentence. */
const SHORTEST_NAME = 3

/** What a text names. */
interface Named {
  scopes: string[]
  /** none = both, or not the same of all */
  paths: CircuitPath[]
}

/** Finds what texts name: every text is asked about every name, so that each name is prepared once. */
export function namesOf(resources: readonly Nameable[]): (text: string) => Named {
  const prepared = resources.map(({ id, names }) => ({ id, names: names.flatMap(preparedName) }))
  // each time of an event has the same text
  const known = new Map<string, Named>()
  return (text) => {
    const found = known.get(text) ?? namedIn(text, prepared)
    known.set(text, found)
    return found
  }
}

/**
 * The resources that a text names, as whole words in any case, and the one path that it means of all of them: `erc-london/primary`.
 */
function namedIn(text: string, resources: readonly { id: string; names: readonly PreparedName[] }[]): Named {
  const lower = text.toLowerCase()
  const named = resources.flatMap(({ id, names }) => {
    const mentions = names.flatMap((name) => (lower.includes(name.lower) ? mentionsOf(name, text) : []))
    return mentions.length > 0 ? [{ id, mentions }] : []
  })
  const mentions = named.flatMap((one) => one.mentions)
  const path = circuitPaths.find((one) => mentions.every((mention) => mention === one))
  return { scopes: named.map(({ id }) => id), paths: path !== undefined && mentions.length > 0 ? [path] : [] }
}

interface PreparedName {
  /** a text without it does not name it: found in a fraction of the time */
  lower: string
  pattern: RegExp
}

function preparedName(name: string): PreparedName[] {
  const text = name.trim()
  if (text.length < SHORTEST_NAME) return []
  // part of a longer name is none: erc-london is not erc-london-2
  const pattern = new RegExp(
    `(?<![\\p{L}\\p{N}_.-])${escaped(text)}(?:/(primary|secondary))?(?![\\p{L}\\p{N}_-])`,
    'giu',
  )
  return [{ lower: text.toLowerCase(), pattern }]
}

/** For each mention the path that it names; null = none. */
const mentionsOf = ({ pattern }: PreparedName, text: string): (CircuitPath | null)[] =>
  [...text.matchAll(pattern)].map(([, path]) => circuitPaths.find((one) => one === path?.toLowerCase()) ?? null)

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
