import { type CircuitPath, circuitPaths } from '#lib/contract/index.ts'

/** A circuit or gateway, and what people call it. */
export interface Nameable {
  /** short id */
  id: string
  names: readonly string[]
  /** what a provider calls it or one of its paths, by operators' cards: remembered once entered */
  services: readonly { service: string; path: CircuitPath | null }[]
}

/** Shorter names stand in any sentence. */
const SHORTEST_NAME = 3

/** What a text names. */
interface Named {
  scopes: string[]
  /** none = both, or not the same of all */
  paths: CircuitPath[]
}

/** Services of one card: several are divided by commas, semicolons or spaces. */
export const servicesOf = (text: string): string[] => text.split(/[\s,;]+/).filter(Boolean)

/**
 * What the objects of a provider's notification are here: by the service ids of operators' cards and by names, as a whole, in any case.
 * @returns with the objects that are nothing known
 */
export function objectsOf(
  resources: readonly Nameable[],
): (objects: readonly string[]) => Named & { unknown: string[] } {
  const known = new Map<string, { id: string; path: CircuitPath | null }[]>()
  const add = (name: string, id: string, path: CircuitPath | null) => {
    const key = name.trim().toLowerCase()
    if (key !== '') known.set(key, [...(known.get(key) ?? []), { id, path }])
  }
  for (const { id, names, services } of resources) {
    for (const name of names) add(name, id, null)
    for (const { service, path } of services) add(service, id, path)
  }
  return (objects) => {
    const found = objects.flatMap((object) => known.get(object.toLowerCase()) ?? [])
    const path = circuitPaths.find((one) => found.length > 0 && found.every((of) => of.path === one))
    return {
      scopes: [...new Set(found.map(({ id }) => id))],
      paths: path === undefined ? [] : [path],
      unknown: objects.filter((object) => !known.has(object.toLowerCase())),
    }
  }
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
