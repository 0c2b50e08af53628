import { type CircuitPath, circuitPaths } from '#lib/contract/index.ts'

/** A circuit or gateway with all names by which a text can refer to it. */
export interface NameableResource {
  /** short id of the resource */
  id: string
  names: readonly string[]
  /**
   * the provider's service ids of the resource or one of its paths, as operators entered them on its cards (contact,
   * runbook)
   */
  services: readonly { service: string; path: CircuitPath | null }[]
}

/** Minimum length of a name that is searched in texts. Shorter names would occur by chance in many sentences. */
const SHORTEST_NAME = 3

/** The resources and paths that a text names. */
interface Named {
  scopes: string[]
  /** the path, if all mentions name the same one; empty = the whole circuits */
  paths: CircuitPath[]
}

/** Splits the list of service ids on an operators' card at commas, semicolons and spaces. */
export const splitServiceIds = (text: string): string[] => text.split(/[\s,;]+/).filter(Boolean)

/**
 * Returns a function that finds the resources for the services that a provider's notification lists. A listed service
 * must be equal to a service id or name of the resource, ignoring case.
 * @returns function whose result also contains the services that no resource has
 */
export function createServiceFinder(
  resources: readonly NameableResource[],
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
export function createNameFinder(resources: readonly NameableResource[]): (text: string) => Named {
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
 * Finds the resources that a text names as whole words, ignoring case. Also returns the path if every mention names the
 * same one, for example `erc-london/primary`.
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
  /** name in lower case, for a fast check before the pattern is used */
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
 * Returns an entry for each mention of a name in a text: the path after it (`name/primary`), or null if no path
 * follows.
 */
const mentionsOf = ({ pattern }: PreparedName, text: string): (CircuitPath | null)[] =>
  [...text.matchAll(pattern)].map(([, path]) => circuitPaths.find((one) => one === path?.toLowerCase()) ?? null)

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
