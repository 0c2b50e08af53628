import { type CircuitPath, circuitPaths } from '#lib/contract/index.ts'

/** A circuit or gateway with all names by which a text can refer to it. */
export interface ResourceWithSearchableNames {
  /** short id of the resource */
  id: string
  names: readonly string[]
  /**
   * IDs by which the provider refers to the resource or to one of its paths. Operators entered them on the resource's
   * card, which contains contact and runbook
   */
  services: readonly { service: string; path: CircuitPath | null }[]
}

/** Minimum length of a name that is searched in texts. Shorter names would occur by chance in many sentences. */
const SHORTEST_NAME = 3

/** The resources and paths that a text names. */
interface Named {
  scopes: string[]
  /** The path, if every mention in the text names the same path. Empty = the text is about the circuits as a whole */
  paths: CircuitPath[]
}

/** Splits a list of service ids, which an operator entered on a card, at commas, semicolons and spaces. */
export const splitServiceIds = (text: string): string[] => text.split(/[\s,;]+/).filter(Boolean)

/**
 * Returns a function that finds the resources for a list of services in a provider's notification. A service is found
 * if it is equal to a service id or a name of a resource, ignoring case.
 * @returns function whose result also contains the services for which no resource was found
 */
export function createServiceFinder(
  resources: readonly ResourceWithSearchableNames[],
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

/**
 * Returns a function that finds the resources which a text names. The search patterns are prepared once, because many
 * texts are searched for the same names.
 */
export function createNameFinder(resources: readonly ResourceWithSearchableNames[]): (text: string) => Named {
  const prepared = resources.map(({ id, names }) => ({ id, names: names.flatMap(preparedName) }))
  // Results are cached by text, because all occurrences of a recurring event have the same text.
  const known = new Map<string, Named>()
  return (text) => {
    const found = known.get(text) ?? namedIn(text, prepared)
    known.set(text, found)
    return found
  }
}

/**
 * Finds the resources that are named in a text. A name must be a whole word, and case is ignored. If every mention
 * names the same path, for example `erc-london/primary`, the path is returned as well.
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
  /** name in lower case, for a fast search before the slower pattern is used */
  lower: string
  pattern: RegExp
}

function preparedName(name: string): PreparedName[] {
  const text = name.trim()
  if (text.length < SHORTEST_NAME) return []
  // a part of a longer name does not count: erc-london does not match erc-london-2
  const pattern = new RegExp(
    `(?<![\\p{L}\\p{N}_.-])${escaped(text)}(?:/(primary|secondary))?(?![\\p{L}\\p{N}_-])`,
    'giu',
  )
  return [{ lower: text.toLowerCase(), pattern }]
}

/**
 * Returns one entry for each mention of a name in a text. The entry is the path after the name (`name/primary`), or
 * null if no path follows the name.
 */
const mentionsOf = ({ pattern }: PreparedName, text: string): (CircuitPath | null)[] =>
  [...text.matchAll(pattern)].map(([, path]) => circuitPaths.find((one) => one === path?.toLowerCase()) ?? null)

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
