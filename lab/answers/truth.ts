/** What truly was, apart from all that Peerwatch decodes and records. */
import type { EpochMs } from '#lib/contract/index.ts'
import { HOUR, MINUTE, SECOND } from '#lib/contract/time/time.ts'
import { createVirtualAzure } from '../demo-history/virtual-azure.ts'
import { createWorld, edgeCounter, truthOf, type World } from '../simulator/index.ts'

/** Both of it are possible moments; equal where the moment is known. */
export type When = readonly [earliest: EpochMs, latest: EpochMs]
export interface Down {
  from: When
  /** for ever: both infinite */
  until: When
}

export interface TrueSession {
  key: string
  /** the name of its circuit or gateway */
  of: string
  localAddress: string
  neighbor: string
  downs: readonly Down[]
  /** times without a poll of the table that reports it */
  unpolled?: readonly Span[]
}

export interface TrueRoute {
  prefix: string
  peer: string
  instance: string
  /** the highest of an instance's wins; all are alike unless given */
  weight?: number
}

export type TruthQuery = 'sessions' | 'bytes' | 'routes'
export type Span = readonly [from: EpochMs, until: EpochMs]

export interface Truth {
  from: EpochMs
  to: EpochMs
  /** those that fell */
  sessions: readonly TrueSession[]
  /** moments at which routes came and went: a session's row counts them */
  routeEdges: readonly EpochMs[]
  circuit: string
  gateway: string
  /** bytes that passed both paths of a circuit between two moments, at least and at most; null = nothing is known of them */
  passed: ((circuit: string, direction: 'in' | 'out', from: EpochMs, to: EpochMs) => readonly [number, number]) | null
  /** what is looked up; none = no look-ups */
  addresses: readonly string[]
  /** what the gateway's own tables hold at a moment */
  table: (at: EpochMs) => TrueRoute[] | Promise<TrueRoute[]>
  /** the longest time between two good polls that is no gap yet: of sessions and bytes, and of tables */
  sessionsMs: number
  tablesMs: number
  /** times in which not every poll was answered well, whatever Peerwatch says of them */
  unanswered: Readonly<Record<TruthQuery, readonly Span[]>>
  /** terms of a circuit, where they are known; a change is noticed by the next inventory */
  terms?: (circuit: string) => readonly Terms[]
}

/** A request as Azure saw it. */
export interface Request {
  at: EpochMs
  target: string
}

/** Times between requests for a table that were further apart than an interval and a half, and 5 s: gaps by docs/recording.md. */
export function gapsIn(
  requests: readonly Request[],
  table: string,
  everyMs: number,
  from: EpochMs,
  to: EpochMs,
): Span[] {
  const asked = requests.filter(({ target }) => target.toLowerCase().includes(table.toLowerCase()))
  const times = [from, ...asked.map(({ at }) => at).filter((at) => from < at && at < to), to]
  const longest = Math.max(1.5 * everyMs, 5 * SECOND)
  return times.flatMap((at, n): Span[] => {
    const next = times[n + 1]
    return next !== undefined && next - at > longest ? [[at, next]] : []
  })
}

/** What is asked for the sessions of one of Azure's resources; those of a path of a circuit, if it is one. */
export const tableOf = (path: string | undefined): string => (path ? `routeTablesSummary/${path}` : 'getBgpPeerStatus')

/** On which terms a circuit is sold from a moment on, in Azure's words. */
export interface Terms {
  from: EpochMs
  tier: string
  family: string
  bandwidthMbps: number
}

const exactly = (text: string | null): When => {
  const at = text === null ? Number.POSITIVE_INFINITY : Date.parse(text)
  return [at, at]
}

interface OfWorld {
  world: World
  from: EpochMs
  to: EpochMs
  sessionsMs?: number
  tablesMs?: number
  /** how old a counter may be that Azure answers */
  countersLateMs?: number
  hasCosts?: boolean
  /** what was polled, where that was left to a worker, and how often sessions and tables were to be */
  polled?: { requests: readonly Request[]; sessionsMs: number; tablesMs: number }
}

/** What a simulated estate's own script says. */
export function truthOfWorld({
  world,
  from,
  to,
  sessionsMs = 160 * SECOND,
  tablesMs = 13 * MINUTE,
  countersLateMs = 0,
  hasCosts = true,
  polled,
}: OfWorld): Truth {
  const { sessions, routes, happenings } = truthOf(world, from - HOUR, to + HOUR)
  const { circuits, gateways } = world.scenario
  const gatewayOf = gateways[0]
  const { scenario, origin } = world
  const answering = { ...scenario, happenings: scenario.happenings.filter(({ op }) => op !== 'api-fault') }
  const azure = createVirtualAzure(createWorld(answering, origin))
  const resourceId = `/subscriptions/${world.scenario.subscriptions[0]?.id}/resourceGroups/${gatewayOf?.group}/providers/Microsoft.Network/virtualNetworkGateways/${gatewayOf?.name}`
  const refused = happenings
    .filter(({ op }) => op === 'api-fault')
    .flatMap(({ times }) => times.map((time): Span => [exactly(time.from)[0], exactly(time.until)[0]]))
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
        unpolled: polled ? gapsIn(polled.requests, tableOf(path), polled.sessionsMs, from, to) : [],
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
      return rows as TrueRoute[]
    },
    sessionsMs,
    tablesMs,
    unanswered: {
      sessions: refused,
      bytes: polled ? [...refused, ...gapsIn(polled.requests, '/stats', polled.sessionsMs, from, to)] : refused,
      routes: polled
        ? [...refused, ...gapsIn(polled.requests, 'getLearnedRoutes', polled.tablesMs, from, to)]
        : refused,
    },
    ...(hasCosts && {
      terms: (name: string) => {
        const found = circuits.find((circuit) => circuit.name === name)
        if (!found) return []
        let terms: Terms = { from: 0, tier: found.tier, family: found.family, bandwidthMbps: found.bandwidthMbps }
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
