import { formatAsPath } from '#lib/bgp/index.ts'
import type { RouteAttributesView, RouteDifferenceView } from '#lib/routes/api/index.ts'

/** A change of one route of one table. */
export interface SeenChange extends RouteDifferenceView {
  op: 'withdraw' | 'change' | 'announce'
  /** ISO 8601; null = the difference of two moments */
  between: [string, string] | null
}

/** The same change of one prefix in several tables, instances and peers at about the same time. */
export interface RouteGroup {
  key: string
  op: SeenChange['op']
  prefix: string
  /** from the earliest to the latest bound of its changes */
  between: [string, string] | null
  changes: [SeenChange, ...SeenChange[]]
}

/** Tables are read one after the other: what one event changed may be seen this much later in the next, ms. */
const TOGETHER_MS = 60_000

/** Groups in the order of their first change. @param changes those with times in their order, or against it */
export function routeGroups(changes: readonly SeenChange[]): RouteGroup[] {
  const groups: RouteGroup[] = []
  const latest = new Map<string, RouteGroup>()
  for (const change of changes) {
    const same = `${change.op} ${change.prefix}`
    const group = latest.get(same)
    if (group && isTogether(group.between, change.between)) {
      group.changes.push(change)
      group.between = hull(group.between, change.between)
    } else {
      const next = groupOf(change)
      groups.push(next)
      latest.set(same, next)
    }
  }
  return groups
}

/** A group of one. */
export const groupOf = (change: SeenChange): RouteGroup => ({
  key: seenKey(change),
  op: change.op,
  prefix: change.prefix,
  between: change.between,
  changes: [change],
})

export const seenKey = ({ op, scope, table, peering, path, instance, peer, prefix, between }: SeenChange): string =>
  [op, scope, table, peering, path, instance, peer, prefix, between?.[1]].join('/')

type Between = RouteGroup['between']

function isTogether(a: Between, b: Between): boolean {
  if (a === null || b === null) return true
  const [from, to, begin, end] = [...a, ...b].map((at) => Date.parse(at)) as [number, number, number, number]
  return begin <= to + TOGETHER_MS && end >= from - TOGETHER_MS
}

// ISO 8601 in UTC sorts as text
const hull = (a: Between, b: Between): Between => a && b && [a[0] < b[0] ? a[0] : b[0], a[1] > b[1] ? a[1] : b[1]]

/** Where it changed: each resource once, with how many of its routes. */
export function groupPlaces({ changes }: RouteGroup): { change: SeenChange; count: number }[] {
  return [...Map.groupBy(changes, ({ scope }) => scope).values()].flatMap((own) =>
    own[0] ? [{ change: own[0], count: own.length }] : [],
  )
}

/** Whether it is not its AS paths in which both sides differ: their next hops say what changed. */
export function isSamePath({ changes }: RouteGroup): boolean {
  const paths = (side: 'before' | 'after') =>
    [...new Set(changes.flatMap((change) => change[side]).map((row) => pathKey(row, false)))].toSorted().join()
  return paths('before') === paths('after')
}

/** One row of each AS path of one side; where both sides have the same ones, the next hops of the first change: those of all may be alike on both sides. */
export function distinctRows(group: RouteGroup, side: 'before' | 'after'): RouteAttributesView[] {
  const isSame = isSamePath(group)
  const rows = (isSame ? group.changes.slice(0, 1) : group.changes).flatMap((change) => change[side])
  return [...new Map(rows.map((row) => [pathKey(row, isSame), row])).values()]
}

/** Effective routes of an interface have no AS path. */
const pathKey = (row: RouteAttributesView, withHop: boolean): string =>
  withHop || row.state !== undefined ? JSON.stringify(row) : formatAsPath(row)
