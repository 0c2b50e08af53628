/** The true states, independent of everything that Peerwatch decodes and records. */
import type { EpochMs } from '#lib/contract/index.ts'
import { MS_PER_HOUR, MS_PER_MINUTE, MS_PER_SECOND } from '#lib/contract/time/time.ts'
import { createVirtualAzure } from '../demo-history/virtual-azure.ts'
import { createWorld, edgeCounter, computeScenarioGroundTruth, type SimulatedWorld } from '../simulator/index.ts'

/** Bounds of a moment. Both are possible values, and they are equal if the moment is known. */
export type TimeBoundsTuple = readonly [earliest: EpochMs, latest: EpochMs]
export interface TrueDownTimeBounds {
  from: TimeBoundsTuple
  /** both bounds are infinite if the outage does not end */
  until: TimeBoundsTuple
}

export interface SessionGroundTruth {
  key: string
  /** name of the session's circuit or gateway */
  of: string
  localAddress: string
  neighbor: string
  downs: readonly TrueDownTimeBounds[]
  /** times without a poll of the table that reports this session */
  unpolled?: readonly TimeRangeTuple[]
}

export interface RouteGroundTruth {
  prefix: string
  peer: string
  instance: string
  /**
   * Weight of the route. For each gateway instance, the route with the highest weight is best. An absent weight counts
   * as 0.
   */
  weight?: number
}

export type GroundTruthQueryKind = 'sessions' | 'bytes' | 'routes'
export type TimeRangeTuple = readonly [from: EpochMs, until: EpochMs]

export interface EstateGroundTruth {
  from: EpochMs
  to: EpochMs
  /** sessions that had outages */
  sessions: readonly SessionGroundTruth[]
  /**
   * moments at which routes appeared or disappeared; a session's row changes at these moments too, because it contains
   * the number of routes
   */
  routeEdges: readonly EpochMs[]
  circuit: string
  gateway: string
  /** minimum and maximum bytes that passed both paths of a circuit between two moments; null if they are not known */
  passed: ((circuit: string, direction: 'in' | 'out', from: EpochMs, to: EpochMs) => readonly [number, number]) | null
  /** addresses that are looked up; empty = no look-ups */
  addresses: readonly string[]
  /** returns the routes in the gateway's own tables at a moment */
  table: (at: EpochMs) => RouteGroundTruth[] | Promise<RouteGroundTruth[]>
  /**
   * Maximum time between two good polls, in milliseconds; a longer time counts as a gap. `sessionsMs` applies to
   * sessions and bytes, `tablesMs` to route tables.
   */
  sessionsMs: number
  tablesMs: number
  /** times in which a poll failed, independent of the poll status in Peerwatch */
  unanswered: Readonly<Record<GroundTruthQueryKind, readonly TimeRangeTuple[]>>
  /** Terms of a circuit, if they are known. The next inventory poll notices a change. */
  terms?: (circuit: string) => readonly CircuitSkuFromTime[]
}

/** A request as Azure received it. */
export interface ReceivedAzureRequest {
  at: EpochMs
  target: string
}

/**
 * Returns the times between requests for a table that were more than 1.5 intervals and more than 5 s apart.
 * docs/recording.md defines these as gaps.
 */
export function findPollGaps(
  requests: readonly ReceivedAzureRequest[],
  table: string,
  everyMs: number,
  from: EpochMs,
  to: EpochMs,
): TimeRangeTuple[] {
  const asked = requests.filter(({ target }) => target.toLowerCase().includes(table.toLowerCase()))
  const times = [from, ...asked.map(({ at }) => at).filter((at) => from < at && at < to), to]
  const longest = Math.max(1.5 * everyMs, 5 * MS_PER_SECOND)
  return times.flatMap((at, n): TimeRangeTuple[] => {
    const next = times[n + 1]
    return next !== undefined && next - at > longest ? [[at, next]] : []
  })
}

/**
 * Returns a part of a request path by which a session poll is recognized: the route table summary of a circuit's path,
 * or the peer status of a gateway if no path is given.
 */
export const sessionTablePath = (path: string | undefined): string =>
  path ? `routeTablesSummary/${path}` : 'getBgpPeerStatus'

/** Terms of a circuit from a moment on, in Azure's words. */
export interface CircuitSkuFromTime {
  from: EpochMs
  tier: string
  family: string
  bandwidthMbps: number
}

const exactly = (text: string | null): TimeBoundsTuple => {
  const at = text === null ? Number.POSITIVE_INFINITY : Date.parse(text)
  return [at, at]
}

interface OfWorld {
  world: SimulatedWorld
  from: EpochMs
  to: EpochMs
  sessionsMs?: number
  tablesMs?: number
  /** maximum age of a counter in Azure's response, in milliseconds */
  countersLateMs?: number
  hasCosts?: boolean
  /**
   * requests that Azure received, and the configured poll intervals, if a worker polls; undefined = polls are made at
   * virtual time
   */
  polled?: { requests: readonly ReceivedAzureRequest[]; sessionsMs: number; tablesMs: number }
}

/** Derives the truth from the script of a simulated estate. */
export function truthOfWorld({
  world,
  from,
  to,
  sessionsMs = 160 * MS_PER_SECOND,
  tablesMs = 13 * MS_PER_MINUTE,
  countersLateMs = 0,
  hasCosts = true,
  polled,
}: OfWorld): EstateGroundTruth {
  const { sessions, routes, happenings } = computeScenarioGroundTruth(world, from - MS_PER_HOUR, to + MS_PER_HOUR)
  const { circuits, gateways } = world.scenario
  const gatewayOf = gateways[0]
  const { scenario, origin } = world
  const answering = { ...scenario, happenings: scenario.happenings.filter(({ op }) => op !== 'api-fault') }
  const azure = createVirtualAzure(createWorld(answering, origin))
  const resourceId = `/subscriptions/${world.scenario.subscriptions[0]?.id}/resourceGroups/${gatewayOf?.group}/providers/Microsoft.Network/virtualNetworkGateways/${gatewayOf?.name}`
  const refused = happenings
    .filter(({ op }) => op === 'api-fault')
    .flatMap(({ times }) => times.map((time): TimeRangeTuple => [exactly(time.from)[0], exactly(time.until)[0]]))
  return {
    from,
    to,
    sessions: sessions
      .filter(({ neighbor }) => neighbor !== '10.0.4.15')
      .map(({ key, circuit, path, gateway, localAddress = '', neighbor = '', down }) => ({
        key,
        of: circuit ?? gateway ?? '',
        localAddress,
        neighbor,
        downs: down.map((one) => ({ from: exactly(one.from), until: exactly(one.until) })),
        unpolled: polled ? findPollGaps(polled.requests, sessionTablePath(path), polled.sessionsMs, from, to) : [],
      })),
    routeEdges: routes.flatMap(({ times }) => times.flatMap((one) => [exactly(one.from)[0], exactly(one.until)[0]])),
    circuit: circuits[0]?.name ?? '',
    gateway: gatewayOf?.name ?? '',
    passed: (circuit, direction, first, last) => {
      const passedIn = (begin: EpochMs, end: EpochMs) =>
        world.topology.domains.reduce((sum, domain) => {
          const counters = world.counters(domain)
          const edges = domain.edges.filter((edge) => edge.circuit.name === circuit)
          const keys = edges.map(({ key }) => edgeCounter(key, direction))
          return sum + keys.reduce((all, one) => all + counters.passed(one, end) - counters.passed(one, begin), 0)
        }, 0)
      return [passedIn(first, Math.max(first, last - countersLateMs)), passedIn(first - countersLateMs, last)]
    },
    addresses: ['10.10.1.1', '10.10.4.9', '10.11.0.7', '10.0.4.20'],
    table: async (at) => {
      const target = { resourceId, subresource: '' }
      const { rows } = await azure.poll(target, 'learned', { startedAt: at, finishedAt: at })
      return rows as RouteGroundTruth[]
    },
    sessionsMs,
    tablesMs,
    unanswered: {
      sessions: refused,
      bytes: polled ? [...refused, ...findPollGaps(polled.requests, '/stats', polled.sessionsMs, from, to)] : refused,
      routes: polled
        ? [...refused, ...findPollGaps(polled.requests, 'getLearnedRoutes', polled.tablesMs, from, to)]
        : refused,
    },
    ...(hasCosts && {
      terms: (name: string) => {
        const found = circuits.find((circuit) => circuit.name === name)
        if (!found) return []
        let terms: CircuitSkuFromTime = {
          from: 0,
          tier: found.tier,
          family: found.family,
          bandwidthMbps: found.bandwidthMbps,
        }
        const all = [terms]
        for (const { happening } of world.timeline.entries) {
          if (happening.op !== 'configuration' || happening.name !== name) continue
          terms = { ...terms, ...happening.set, from: Date.parse(happening.at) }
          all.push(terms)
        }
        return all.toSorted((a, b) => a.from - b.from)
      },
    }),
  }
}
