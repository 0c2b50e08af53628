import { type AsPath } from '#lib/bgp/index.ts'
import type { EpochMs, ForwardingTablePollKind } from '#lib/contract/index.ts'
import type { TableSidesComparison, PathTableRef } from '../group/rules/routes/index.ts'
import type { DailyMaximum } from '../headroom/index.ts'
import { type LastGoodPolls, listLostInstances, type ResourcesOfOtherGroups } from '../model/context.ts'
import type {
  HubConnectionRoute,
  PastPrefixOrigins,
  GatewayRouteTableRow,
  RoutesOfChangedPrefixes,
} from '../model/route.ts'
import type { RouterSideSession } from '../model/router-side-session.ts'
import type { GroupState, LightLevel } from '../model/scope-state.ts'
import type { NeighborPathMapping } from '../model/topology.ts'
import type { TrafficBaseline } from '../model/traffic-baseline.ts'
import type { ScaleUnitSample } from '../verdict/index.ts'

/**
 * Kinds of reads from the store, each with its arguments (`of`) and its answer as plain data. All data is read as it
 * was at the current poll, in the transaction that recorded the poll.
 */
export interface DetectionReadKinds {
  /**
   * usual traffic of a circuit at one hour of the week; `peering` = ARM name of one of its peerings, '' = all together
   */
  trafficPast: {
    of: { scope: string; peering: string; at: EpochMs }
    answer: Omit<TrafficBaseline, 'bandwidthBps'>
  }
  /**
   * gateways that learned the longest prefix that contains an address, and the peers that announced it; default routes
   * do not count
   */
  carriersOf: { of: { address: string }; answer: readonly { gateway: string; peer: string }[] }
  /** mappings of a gateway's neighbors to circuit paths */
  mappingsOf: { of: { gateway: string }; answer: readonly NeighborPathMapping[] }
  /** begin of the last good poll of each source of some scopes; the key is `scope subresource kind` */
  lastGoodPolls: { of: { scopes: readonly string[] }; answer: LastGoodPolls }
  /** current routes of gateways to some prefixes */
  routesTo: { of: { gateways: readonly string[]; prefixes: readonly string[] }; answer: RoutesTo }
  /** routes to some ranges, to parts of them, and to prefixes that contain them; null = there are too many routes */
  routesWithin: {
    of: { gateways: readonly string[]; ranges: readonly string[] }
    answer: readonly GatewayRouteTableRow[] | null
  }
  /** earlier origins and peers of prefixes before a given time, by prefix, if there are any */
  routePast: {
    of: { gateways: readonly string[]; prefixes: readonly string[]; before: EpochMs }
    answer: Record<string, PastPrefixOrigins>
  }
  /** routes that the connections of hubs' gateways bring or brought to some prefixes */
  connectionRoutes: {
    of: { gateways: readonly string[]; prefixes: readonly string[] }
    answer: readonly HubConnectionRoute[]
  }
  /** prefixes that neighbors of gateways and circuits reported since a given time, including withdrawn prefixes */
  reportedRoutes: { of: { scopes: readonly string[]; since: EpochMs }; answer: readonly ReportedPrefix[] }
  /**
   * differences between the route tables of two sides within some ranges (empty = all); null = not all tables have been
   * read
   */
  pathTables: {
    of: { a: readonly PathTableRef[]; b: readonly PathTableRef[]; within: readonly string[] }
    answer: TableSidesComparison['result'] | null
  }
  /** largest number of prefixes of a path's session on each day */
  prefixMaxima: {
    of: { scope: string; subresource: string; neighbor: string; from: EpochMs; to: EpochMs }
    answer: readonly DailyMaximum[]
  }
  /** scale units of a gateway from Azure Monitor in a period, by the begin of each interval */
  unitsOf: { of: { gateway: string; from: EpochMs; to: EpochMs }; answer: readonly ScaleUnitSample[] }
  /** optical light levels of an ExpressRoute Direct port, by its ARM id */
  lightOf: { of: { port: string }; answer: readonly LightLevel[] }
  /** sessions of circuits and VPN gateways as the routers at the customer's end report them, from `since` to `at` */
  routerEnds: { of: { scopes: readonly string[]; since: EpochMs; at: EpochMs }; answer: readonly RouterSideSession[] }
  /** circuits and gateways of all other groups, as last saved */
  otherGroups: { of: { scopes: readonly string[] }; answer: ResourcesOfOtherGroups }
}
export type DetectionReadKind = keyof DetectionReadKinds
export type DetectionReadOfKind<Kind extends DetectionReadKind> = { kind: Kind } & DetectionReadKinds[Kind]['of']
export type DetectionRead = { [Kind in DetectionReadKind]: DetectionReadOfKind<Kind> }[DetectionReadKind]

interface RoutesTo extends Pick<RoutesOfChangedPrefixes, 'covered' | 'ownSpace' | 'readAt'> {
  entries: readonly GatewayRouteTableRow[]
}

interface ReportedPrefix extends AsPath {
  scope: string
  kind: ForwardingTablePollKind
  peer: string | null
  prefix: string
}

/** Answers of the store to the reads so far; the key is the {@link formatReadKey} of the read. */
export type DetectionReadResults = Readonly<Record<string, unknown>>

/** Returns the key under which the answer to a read is stored. Equal reads have equal keys. */
export const formatReadKey = (read: DetectionRead): string =>
  JSON.stringify(Object.entries(read).toSorted(([one], [other]) => (one < other ? -1 : 1)))

/** A function that returns the answer to a read; undefined = not read yet. */
export type RequestDetectionRead = <Kind extends DetectionReadKind>(
  read: DetectionReadOfKind<Kind>,
) => DetectionReadKinds[Kind]['answer'] | undefined

/**
 * Result of one round of a read plan: the reads whose answers are still missing or, if none is missing, the final
 * result.
 */
export type DetectionReadPlan<Result> =
  | { isDone: false; reads: readonly DetectionRead[] }
  | { isDone: true; result: Result }

/**
 * Runs one round of a read plan with the answers that the store has given so far. The caller then executes the reads
 * that are still missing and runs the next round.
 * @param question computes the result from the answers; returns undefined while an answer is missing
 */
export function runReadPlanRound<Result>(
  answers: DetectionReadResults,
  question: (ask: RequestDetectionRead) => Result | undefined,
): DetectionReadPlan<Result> {
  const missing = new Map<string, DetectionRead>()
  const result = question(<Kind extends DetectionReadKind>(read: DetectionReadOfKind<Kind>) => {
    const key = formatReadKey(read as DetectionRead)
    if (!Object.hasOwn(answers, key)) missing.set(key, read as DetectionRead)
    return answers[key] as DetectionReadKinds[Kind]['answer'] | undefined
  })
  if (missing.size > 0 || result === undefined) return { isDone: false, reads: [...missing.values()] }
  return { isDone: true, result }
}

/**
 * Returns a function that answers like `ask`, but leaves out the routes of lost gateway instances. Azure lists no rows
 * of a lost instance, so that the history keeps its last rows, although the gateway does not forward by them.
 * @param state stored state of the group, which contains the events about lost instances
 */
export function leaveOutLostInstances(ask: RequestDetectionRead, state: GroupState): RequestDetectionRead {
  const lost = listLostInstances(state)
  if (lost.length === 0) return ask
  const isUsed = ({ gateway, instance }: GatewayRouteTableRow) =>
    !lost.some((one) => one.gateway === gateway && one.instance === instance)
  return <Kind extends DetectionReadKind>(read: DetectionReadOfKind<Kind>) => {
    const answer = ask(read)
    return answer && (leaveOut({ kind: read.kind, answer } as AnsweredRead, isUsed) as typeof answer)
  }
}

type AnsweredRead = {
  [Kind in DetectionReadKind]: { kind: Kind; answer: DetectionReadKinds[Kind]['answer'] }
}[DetectionReadKind]

function leaveOut(
  { kind, answer }: AnsweredRead,
  isUsed: (row: GatewayRouteTableRow) => boolean,
): AnsweredRead['answer'] {
  if (kind === 'routesTo') return { ...answer, entries: answer.entries.filter(isUsed) }
  return kind === 'routesWithin' && answer ? answer.filter(isUsed) : answer
}
