import { containsPrefix, parsePrefix } from '#lib/bgp/index.ts'
import type { Change, EpochMs, PollMark, RouteRow } from '#lib/contract/index.ts'
import {
  type Compared,
  compareTables,
  originOf,
  type PastRoute,
  sidesOf,
  type SiteRoutes,
  type TableRef,
  type Topology,
  type RouteEntry,
} from '../index.ts'

/** A path's table as last read. */
export interface ReadTable extends TableRef {
  rows: readonly RouteRow[]
}

/** What was ever told of each prefix, and by whom. */
export class ReportedBefore {
  readonly #past = new Map<string, PastRoute>()

  add({ kind }: PollMark, changes: readonly Change[], firstSeen: EpochMs): void {
    if (kind !== 'learned') return
    for (const change of changes) {
      if (change.type !== 'route') continue
      const known = this.#past.get(change.prefix) ?? { origins: {}, peers: [] }
      for (const origin of change.after.flatMap((entry) => originOf(entry) ?? [])) known.origins[origin] ??= firstSeen
      if (change.peer !== null && !known.peers.includes(change.peer)) known.peers.push(change.peer)
      this.#past.set(change.prefix, known)
    }
  }

  of(prefixes: readonly string[]): Record<string, PastRoute> {
    return Object.fromEntries(
      prefixes.flatMap((prefix) => {
        const known = this.#past.get(prefix)
        return known ? [[prefix, structuredClone(known)] as const] : []
      }),
    )
  }
}

/** The ways to the longest prefix that holds each of some, the default apart. */
export function coveringEntries(all: readonly RouteEntry[], prefixes: readonly string[]): Record<string, RouteEntry[]> {
  const byPrefix = Map.groupBy(all, ({ prefix }) => prefix)
  const reported = [...byPrefix.keys()]
    .flatMap((text) => parsePrefix(text) ?? [])
    .toSorted((a, b) => b.length - a.length)
  return Object.fromEntries(
    prefixes.flatMap((text) => {
      const inner = parsePrefix(text)
      const outer = reported.find(
        (one) => inner !== null && one.length > 0 && one.length < inner.length && containsPrefix(one, inner),
      )
      const entries = outer && all.filter(({ prefix }) => sameText(prefix, outer))
      return entries ? [[text, entries] as const] : []
    }),
  )
}

function sameText(text: string, { family, bits, length }: NonNullable<ReturnType<typeof parsePrefix>>): boolean {
  const prefix = parsePrefix(text)
  return prefix?.family === family && prefix.bits === bits && prefix.length === length
}

/** The ways to the declared sites that some prefixes lie in, or hold. */
export function routesToSites({ sites }: Topology, all: readonly RouteEntry[], moved: readonly string[]): SiteRoutes {
  const near = (one: string, other: string) => {
    const [a, b] = [parsePrefix(one), parsePrefix(other)]
    return a !== null && b !== null && (containsPrefix(a, b) || containsPrefix(b, a))
  }
  const touched = sites.filter(({ prefixes }) => prefixes.some((own) => moved.some((prefix) => near(own, prefix))))
  return Object.fromEntries(
    touched.map(({ name, prefixes }) => [name, all.filter(({ prefix }) => prefixes.some((own) => near(own, prefix)))]),
  )
}

/** Every comparison that a poll of a path's table is part of, once all its tables have been read. */
export function comparisonsOf(topology: Topology, { scope, part }: PollMark, tables: readonly ReadTable[]): Compared[] {
  const rowsOf = (refs: readonly TableRef[]) =>
    tables.filter((table) => refs.some((ref) => ref.scope === table.scope && ref.part === table.part))
  return sidesOf(topology, { scope, part }).flatMap(({ scope: at, name, a, b, within }) => {
    const [left, right] = [rowsOf(a), rowsOf(b)]
    if (left.length < a.length || right.length < b.length) return []
    const result = compareTables(
      left.flatMap(({ rows }) => rows),
      right.flatMap(({ rows }) => rows),
      within,
    )
    return [{ scope: at, name, result }]
  })
}
