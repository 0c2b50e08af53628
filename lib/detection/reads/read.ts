import { type AsPath } from '#lib/bgp/index.ts'
import type { EpochMs, ForwardingTable } from '#lib/contract/index.ts'
import type { Compared, TableRef } from '../group/rules/routes/index.ts'
import type { DailyMaximum } from '../headroom/index.ts'
import type { LastGoodPolls, OtherGroups } from '../model/context.ts'
import type { PastRoute, RouteEntry, RouteTable } from '../model/route.ts'
import type { RouterEnd } from '../model/router-end.ts'
import type { LightLevel } from '../model/scope-state.ts'
import type { Mapping } from '../model/topology.ts'
import type { TrafficBaseline } from '../model/traffic-baseline.ts'
import type { UnitsInUse } from '../verdict/index.ts'

/**
 * Each kind of read: its arguments and its answer, both plain data. Everything is read as of the poll in hand, in the transaction that
 * recorded it.
 */
export interface ReadKinds {
  /** what a circuit, or one of its peerings ('' = all together), usually carries around one hour of the week */
  trafficPast: {
    of: { scope: string; peering: string; at: EpochMs }
    answer: Omit<TrafficBaseline, 'bandwidthBps'>
  }
  /** gateways that learned the longest prefix around an address, the default apart, and from whom */
  carriersOf: { of: { address: string }; answer: readonly { gateway: string; peer: string }[] }
  /** which neighbor of a gateway is which path */
  mappingsOf: { of: { gateway: string }; answer: readonly Mapping[] }
  /** by `scope subresource kind`: begin of the last good poll of what reports sessions and paths */
  lastGoodPolls: { of: { scopes: readonly string[] }; answer: LastGoodPolls }
  /** how gateways reach some prefixes now */
  routesTo: { of: { gateways: readonly string[]; prefixes: readonly string[] }; answer: RoutesTo }
  /** the routes to some ranges, their parts and what holds them; null = there are too many */
  routesWithin: {
    of: { gateways: readonly string[]; ranges: readonly string[] }
    answer: readonly RouteEntry[] | null
  }
  /** by prefix, where there is any: by whom it was reported before a moment */
  routePast: {
    of: { gateways: readonly string[]; prefixes: readonly string[]; before: EpochMs }
    answer: Record<string, PastRoute>
  }
  /** what the neighbors of gateways and circuits reported since a moment, gone or not */
  reportedRoutes: { of: { scopes: readonly string[]; since: EpochMs }; answer: readonly ReportedPrefix[] }
  /** how the tables of two sides differ, within some ranges or (none) altogether; null = not all of them have been read */
  pathTables: {
    of: { a: readonly TableRef[]; b: readonly TableRef[]; within: readonly string[] }
    answer: Compared['result'] | null
  }
  /** the largest number of prefixes of a path's session, day by day */
  prefixMaxima: {
    of: { scope: string; subresource: string; neighbor: string; from: EpochMs; to: EpochMs }
    answer: readonly DailyMaximum[]
  }
  /** scale units of a gateway by Azure Monitor since a moment, by the begin of each bucket */
  unitsOf: { of: { gateway: string; from: EpochMs; to: EpochMs }; answer: readonly UnitsInUse[] }
  /** the light of an ExpressRoute Direct port, by its ARM id */
  lightOf: { of: { port: string }; answer: readonly LightLevel[] }
  /** the customer's end of the sessions of circuits and VPN gateways since a moment, as routers had reported it by another */
  routerEnds: { of: { scopes: readonly string[]; since: EpochMs; at: EpochMs }; answer: readonly RouterEnd[] }
  /** the circuits and gateways of all groups but the one with these scopes, as they were saved last */
  otherGroups: { of: { scopes: readonly string[] }; answer: OtherGroups }
}
export type ReadKind = keyof ReadKinds
export type ReadOf<Kind extends ReadKind> = { kind: Kind } & ReadKinds[Kind]['of']
export type DetectionRead = { [Kind in ReadKind]: ReadOf<Kind> }[ReadKind]

interface RoutesTo extends Pick<RouteTable, 'covered' | 'ownSpace' | 'readAt'> {
  entries: readonly RouteEntry[]
}

interface ReportedPrefix extends AsPath {
  scope: string
  kind: ForwardingTable
  peer: string | null
  prefix: string
}

/** Answers so far, by {@link keyOf} their read. */
export type Answers = Readonly<Record<string, unknown>>

/** What stands for a read: equal reads have equal keys. */
export const keyOf = (read: DetectionRead): string =>
  JSON.stringify(Object.entries(read).toSorted(([one], [other]) => (one < other ? -1 : 1)))

/** The answer to a read; undefined = it has not been read yet. */
export type Ask = <Kind extends ReadKind>(read: ReadOf<Kind>) => ReadKinds[Kind]['answer'] | undefined

/** What is still to be read, or, where nothing is, what all of it comes to. */
export type ReadPlan<Result> = { isDone: false; reads: readonly DetectionRead[] } | { isDone: true; result: Result }

/**
 * One round: runs a question with the answers so far.
 * @param question returns undefined as long as it lacks an answer
 */
export function readPlanOf<Result>(answers: Answers, question: (ask: Ask) => Result | undefined): ReadPlan<Result> {
  const missing = new Map<string, DetectionRead>()
  const result = question(<Kind extends ReadKind>(read: ReadOf<Kind>) => {
    const key = keyOf(read as DetectionRead)
    if (!Object.hasOwn(answers, key)) missing.set(key, read as DetectionRead)
    return answers[key] as ReadKinds[Kind]['answer'] | undefined
  })
  if (missing.size > 0 || result === undefined) return { isDone: false, reads: [...missing.values()] }
  return { isDone: true, result }
}
