import {
  comparePrefixes,
  formatAddress,
  formatPrefix,
  parsePrefix,
  type IpPrefix,
  convertPrefixToRange,
} from '#lib/bgp/index.ts'
import { listRouteDependencyKeys } from './what-if-failure.ts'
import { partitionArray } from './partition-array.ts'
import type { WhatIfRoute, WhatIfTable } from './what-if-route.ts'

/**
 * A prefix of a route table with its routes. It represents an atom, that is, the addresses of the prefix that no more
 * specific prefix of the table contains.
 */
export interface RouteTableAtom {
  /** The prefix in its canonical form, for example `10.0.0.0/8`. */
  text: string
  /** Prefix length; 0 = a default route. */
  length: number
  /**
   * First address of the atom; null = the atom has no addresses, because more specific prefixes cover the whole prefix
   */
  first: { family: 4 | 6; value: bigint } | null
  /** true if a system route delivers packets to the prefix; such a route takes precedence over BGP */
  isOwn: boolean
  /** Routes to exactly this prefix. */
  routes: readonly WhatIfRoute[]
  /** Routes to this prefix that the customer's router refuses, so that they carry no traffic. */
  refused: readonly WhatIfRoute[]
  /** the most specific prefix of the table that contains this prefix; null = there is none */
  parent: RouteTableAtom | null
}

/** A route table that is split into atoms, with an index from each resource to the atoms that depend on it. */
export interface RouteTableSplitIntoAtoms {
  table: WhatIfTable
  /** atoms, sorted so that each prefix comes before the more specific prefixes inside it */
  atoms: readonly RouteTableAtom[]
  /** For each resource, by its key: the atoms with a route that depends on it. */
  dependents: ReadonlyMap<string, ReadonlySet<RouteTableAtom>>
}

/**
 * Splits a route table into atoms.
 * @throws RangeError if the text of a prefix is invalid
 */
export function splitTableIntoAtoms(table: WhatIfTable): RouteTableSplitIntoAtoms {
  const own = new Set(table.ownSpace.map((text) => formatPrefix(prefixOf(text))))
  const routes = new Map<string, WhatIfRoute[]>()
  const refused = new Map<string, WhatIfRoute[]>()
  const prefixes = new Map<string, IpPrefix>()
  const note = (text: string) => {
    const prefix = prefixOf(text)
    const canonical = formatPrefix(prefix)
    prefixes.set(canonical, prefix)
    return canonical
  }
  for (const [text, same] of Map.groupBy(table.routes, ({ prefix }) => prefix)) {
    const canonical = note(text)
    const [out, left] = partitionArray(same, ({ report }) => report?.is === 'refused')
    routes.set(canonical, [...(routes.get(canonical) ?? []), ...left])
    if (out.length > 0) refused.set(canonical, [...(refused.get(canonical) ?? []), ...out])
  }
  for (const text of [...table.space, ...own]) note(text)
  const sorted = [...prefixes].toSorted(([, a], [, b]) => comparePrefixes(a, b))
  const atoms = nested(sorted, (text) => ({
    routes: routes.get(text) ?? [],
    refused: refused.get(text) ?? NONE,
    isOwn: own.has(text),
  }))
  return { table, atoms, dependents: dependentsOf(atoms) }
}

const NONE: readonly WhatIfRoute[] = []

function prefixOf(text: string): IpPrefix {
  const prefix = parsePrefix(text)
  if (!prefix) throw new RangeError(`no prefix: ${text}`)
  return prefix
}

interface Open {
  atom: RouteTableAtom
  last: bigint
  family: 4 | 6
  /**
   * First address after the more specific prefixes that were found so far. If none was found, it is the first address
   * of the prefix itself. An earlier address outside of them is already stored as `atom.first`.
   */
  free: bigint
}

function nested(
  sorted: readonly (readonly [string, IpPrefix])[],
  facts: (text: string) => Pick<RouteTableAtom, 'routes' | 'refused' | 'isOwn'>,
): RouteTableAtom[] {
  const open: Open[] = []
  const close = () => {
    const one = open.pop()
    if (!one) return
    if (one.atom.first === null && one.free <= one.last) one.atom.first = { family: one.family, value: one.free }
  }
  const atoms = sorted.map(([text, prefix]) => {
    const { first, last } = convertPrefixToRange(prefix)
    for (let top = open.at(-1); top && (top.family !== prefix.family || top.last < first); top = open.at(-1)) close()
    const outer = open.at(-1)
    if (outer) {
      if (outer.atom.first === null && outer.free < first) {
        outer.atom.first = { family: outer.family, value: outer.free }
      }
      outer.free = last + 1n
    }
    const own = facts(text)
    const parent = outer?.atom ?? null
    const isOwn = own.isOwn || parent?.isOwn === true
    const atom: RouteTableAtom = { text, length: prefix.length, first: null, ...own, isOwn, parent }
    open.push({ atom, last, family: prefix.family, free: first })
    return atom
  })
  while (open.length > 0) close()
  return atoms
}

function dependentsOf(atoms: readonly RouteTableAtom[]): Map<string, Set<RouteTableAtom>> {
  const dependents = new Map<string, Set<RouteTableAtom>>()
  for (const atom of atoms) {
    for (const route of atom.routes) {
      for (const key of listRouteDependencyKeys(route)) {
        const known = dependents.get(key)
        if (known) known.add(atom)
        else dependents.set(key, new Set([atom]))
      }
    }
  }
  return dependents
}

/** Returns the first address of an atom as text; null if it has no addresses. */
export const formatFirstAddress = ({ first }: RouteTableAtom): string | null => first && formatAddress(first)
