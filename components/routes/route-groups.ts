import { computeAsPathLength, formatAsPath } from '#lib/bgp/index.ts'
import type { ApiRouteTableEntry } from '#lib/contract/index.ts'
import type { ApiRouteAttributes, ApiRouteDifference } from '#lib/routes/api/index.ts'

/** Change of the routes of one prefix in one route table: announced, changed or withdrawn. */
export interface RouteTableChange extends ApiRouteDifference {
  op: 'withdraw' | 'change' | 'announce'
  /** bounds of the time of the change, ISO 8601; null = unknown, because two chosen times were compared */
  between: [string, string] | null
}

/**
 * Changes of one prefix that are of the same kind and happened at about the same time. They may be in several tables,
 * instances and peers.
 */
export interface RouteChangesOfPrefix {
  key: string
  op: RouteTableChange['op']
  prefix: string
  /** bounds of the times of all changes, ISO 8601; null = unknown, because two chosen times were compared */
  between: [string, string] | null
  changes: [RouteTableChange, ...RouteTableChange[]]
}

/**
 * Maximum difference in ms between the times of two changes in the same group. Route tables are polled one after the
 * other. The effect of one event therefore appears at a later time in a table that is polled later.
 */
const TOGETHER_MS = 60_000

/**
 * Groups changes of the same prefix and kind that occurred at about the same time. Groups are in the order of their
 * first change.
 * @param changes changes sorted by time, ascending or descending
 */
export function groupRouteChanges(changes: readonly RouteTableChange[]): RouteChangesOfPrefix[] {
  const groups: RouteChangesOfPrefix[] = []
  const latest = new Map<string, RouteChangesOfPrefix>()
  for (const change of changes) {
    const same = `${change.op} ${change.prefix}`
    const group = latest.get(same)
    if (group && isTogether(group.between, change.between)) {
      group.changes.push(change)
      group.between = hull(group.between, change.between)
    } else {
      const next = createSingleRouteGroup(change)
      groups.push(next)
      latest.set(same, next)
    }
  }
  return groups
}

/** Returns a group with a single change. */
export const createSingleRouteGroup = (change: RouteTableChange): RouteChangesOfPrefix => ({
  key: getRouteChangeKey(change),
  op: change.op,
  prefix: change.prefix,
  between: change.between,
  changes: [change],
})

export const getRouteChangeKey = ({
  op,
  scope,
  table,
  peering,
  path,
  instance,
  peer,
  prefix,
  between,
}: RouteTableChange): string => [op, scope, table, peering, path, instance, peer, prefix, between?.[1]].join('/')

type Between = RouteChangesOfPrefix['between']

function isTogether(a: Between, b: Between): boolean {
  if (a === null || b === null) return true
  const [from, to, begin, end] = [...a, ...b].map((at) => Date.parse(at)) as [number, number, number, number]
  return begin <= to + TOGETHER_MS && end >= from - TOGETHER_MS
}

// Times in ISO 8601 and UTC are in the right order when they are compared as text.
const hull = (a: Between, b: Between): Between => a && b && [a[0] < b[0] ? a[0] : b[0], a[1] > b[1] ? a[1] : b[1]]

/** Returns one entry for each resource in a group: the resource's first change, and the number of its changes. */
export function listRouteGroupResources({
  changes,
}: RouteChangesOfPrefix): { change: RouteTableChange; count: number }[] {
  return [...Map.groupBy(changes, ({ scope }) => scope).values()].flatMap((own) =>
    own[0] ? [{ change: own[0], count: own.length }] : [],
  )
}

/** Reports whether the routes before and after a change have the same AS paths, so that only the next hops differ. */
export function hasSameAsPaths({ changes }: RouteChangesOfPrefix): boolean {
  const paths = (side: 'before' | 'after') =>
    [...new Set(changes.flatMap((change) => change[side]).map((row) => pathKey(row, false)))].toSorted().join()
  return paths('before') === paths('after')
}

/**
 * Returns the routes on one side of a change, before or after it, without routes that repeat an AS path. If the AS
 * paths are the same on both sides, only next hops changed. It then returns all different routes of the first change,
 * so that the user can compare the next hops.
 */
export function listDistinctAsPathRoutes(group: RouteChangesOfPrefix, side: 'before' | 'after'): ApiRouteAttributes[] {
  const isSame = hasSameAsPaths(group)
  const rows = (isSame ? group.changes.slice(0, 1) : group.changes).flatMap((change) => change[side])
  return [...new Map(rows.map((row) => [pathKey(row, isSame), row])).values()]
}

/**
 * Returns the key by which routes are compared. It is the AS path, or all fields of the route if `withHop` is true. The
 * effective route of a network interface has no AS path, so that its key always contains all fields.
 */
const pathKey = (row: ApiRouteAttributes, withHop: boolean): string =>
  withHop || row.state !== undefined ? JSON.stringify(row) : formatAsPath(row)

/** Routes of one prefix. */
export interface PrefixRoutes {
  prefix: string
  routes: [ApiRouteTableEntry, ...ApiRouteTableEntry[]]
  /** whether the list of routes ends with this prefix, so that further routes of the prefix may be on the next page */
  isCut: boolean
}

/**
 * Groups routes by prefix.
 * @param routes routes sorted by prefix
 * @param hasMore whether there are more routes on the next page
 */
export function groupRoutesByPrefix(routes: readonly ApiRouteTableEntry[], hasMore: boolean): PrefixRoutes[] {
  const last = routes.at(-1)?.prefix
  return [...Map.groupBy(routes, ({ prefix }) => prefix)].flatMap(([prefix, [first, ...others]]) =>
    first ? [{ prefix, routes: [first, ...others], isCut: hasMore && prefix === last }] : [],
  )
}

const distinct = <Row>(rows: readonly Row[], key: (row: Row) => unknown): Row[] => [
  ...new Map(rows.map((row) => [JSON.stringify(key(row)), row])).values(),
]

/** Returns one route for each distinct next hop of the prefix; routes without a next hop are left out. */
export const listNextHops = ({ routes }: PrefixRoutes): ApiRouteTableEntry[] =>
  distinct(
    routes.filter(({ nextHop }) => nextHop !== null),
    ({ nextHop }) => nextHop,
  )

/** Returns one route for each distinct AS path of the prefix, the shortest first. */
export const listAsPaths = ({ routes }: PrefixRoutes): ApiRouteTableEntry[] =>
  distinct(routes, formatAsPath).toSorted((a, b) => computeAsPathLength(a) - computeAsPathLength(b))

/** Returns one route for each resource that has a route to the prefix. */
export const listRouteResources = ({ routes }: PrefixRoutes): ApiRouteTableEntry[] =>
  distinct(routes, ({ scope }) => scope)

/**
 * Returns the properties of a route that do not depend on the instance that reports it. In advertised routes, the next
 * hop is the instance itself, so that the next hop is left out then.
 */
const routeKey = (route: ApiRouteTableEntry) => [
  route.scope,
  route.table,
  route.peering,
  route.path,
  route.neighbor,
  route.nextHop === route.instance ? null : route.nextHop,
  formatAsPath(route),
]

/** Merges routes that differ only in the reporting instance, and lists the instances of each merged route. */
export const mergeInstanceRoutes = ({ routes }: PrefixRoutes): { route: ApiRouteTableEntry; instances: string[] }[] =>
  [
    ...Map.groupBy(routes, (route) =>
      JSON.stringify([routeKey(route), route.origin, route.weight, route.localPref, route.state, route.source]),
    ).values(),
  ].flatMap((own) =>
    own[0] ? [{ route: own[0], instances: [...new Set(own.flatMap(({ instance }) => instance ?? []))] }] : [],
  )

/** Returns the instances that report at least one of the routes, by gateway. */
export function mapReportingInstances(routes: readonly ApiRouteTableEntry[]): ReadonlyMap<string, ReadonlySet<string>> {
  const scopes = Map.groupBy(
    routes.filter(({ instance }) => instance !== null),
    ({ scope }) => scope,
  )
  return new Map([...scopes].map(([scope, own]) => [scope, new Set(own.flatMap(({ instance }) => instance ?? []))]))
}

/**
 * Formats how many instances of a gateway have a route to the prefix: `2`, `1 of 2`, or `2, differ` if the routes of
 * the instances are different. Returns null if no route has an instance.
 */
export function formatInstance(
  { routes, isCut }: PrefixRoutes,
  all: ReturnType<typeof mapReportingInstances>,
): string | null {
  const own = [...mapReportingInstances(routes)]
  if (own.length === 0) return null
  const count = own.reduce((sum, [, instances]) => sum + instances.size, 0)
  const expected = own.reduce((sum, [scope]) => sum + (all.get(scope)?.size ?? 0), 0)
  if (count < expected && !isCut) return `${count} of ${expected}`
  const keysFrom = (scope: string, instance: string) =>
    routes
      .filter((route) => route.scope === scope && route.instance === instance)
      .map((route) => JSON.stringify(routeKey(route)))
      .toSorted()
      .join()
  const isSame = own.every(
    ([scope, instances]) => new Set([...instances].map((instance) => keysFrom(scope, instance))).size === 1,
  )
  return isSame || isCut ? String(count) : `${count}, differ`
}
