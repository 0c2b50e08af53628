import { canonicalizePrefix } from '#lib/bgp/index.ts'
import { circuitPaths, type EpochMs, getReasonWithoutBgp, isVpnGateway } from '#lib/contract/index.ts'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import {
  type AnnouncedPrefixChange,
  dropRefusedRoutes,
  isFreshnessUsable,
  ROUTER_UNOBSERVED_AFTER_MS,
  type RouterSideSession,
} from '#lib/detection/index.ts'
import type { SourceStatus } from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import {
  type EstateTopology,
  type GatewayResource,
  judgePollFreshness,
  listCircuitGateways,
  listGatewayConnections,
} from '#lib/questions/index.ts'
import { readRouterSideSessions } from '#lib/routers/join/router-side-sessions.ts'
import type { ReportedChanges, ReportedWithdrawal } from '../rules/reported-losses.ts'
import type { RouteTablePeriod } from '../store/index.ts'

/** The route tables of one virtual network or hub. */
interface NetworkTables extends Pick<RouteTablePeriod, 'learners' | 'hub'> {
  members: readonly GatewayResource[]
  /** whether the hub has BGP peers of its own, for example network appliances */
  hasHubPeers: boolean
  /** short ID of the Route Server of each BGP peer that has its own table */
  serverOf: ReadonlyMap<string, string>
}

/** Time in ms before the last poll of the tables, from which on changes of announcements are read. */
const CHANGED_WITHIN_MS = MS_PER_HOUR

/**
 * Reads the recent changes of the announcements to a virtual network or hub, as customers' routers report them. A prefix
 * counts as withdrawn from a circuit path only if all routers of the path withdrew it.
 * @param estate topology and sources of the whole estate, because other customers' routers announce prefixes, too
 * @returns null = no prefix was withdrawn, or this is unknown: a table was not polled recently, a circuit path has no
 *   router that reports now, a router changed more announcements than are read, or other neighbors may announce the
 *   prefix
 */
export async function readReportedChanges(
  reader: SqlExecutor,
  tables: NetworkTables,
  { topology, sources, now }: { topology: EstateTopology; sources: readonly SourceStatus[]; now: EpochMs },
): Promise<ReportedChanges | null> {
  const readAt = findTablePollTimes(tables, sources, now)
  const members = tables.members.map(({ resource }) => resource.id)
  const circuits = topology.circuits.filter(({ resource }) =>
    listCircuitGateways(topology, resource.resourceId).some((gateway) => gateway && members.includes(gateway.id)),
  )
  const hasGlobalReach = circuits.some(({ config }) =>
    config.peerings.some(({ globalReach }) => globalReach.length > 0),
  )
  if (readAt === null || hasGlobalReach || hasOtherNeighbors(tables, topology)) return null
  const ends = await readRouterSideSessions(reader, {
    scopes: [...members, ...circuits.map(({ resource }) => resource.id)],
    since: Math.min(...readAt.values()) - CHANGED_WITHIN_MS,
    at: now,
  })
  // A session without a monitoring connection is known only from a log, which does not contain announcements.
  const routers = ends.filter(
    ({ on, observed, collector }) =>
      ('gateway' in on || on.peering === 'private') && (observed.length > 0 || collector !== null),
  )
  const paths = circuits.flatMap(({ resource: { id } }) =>
    circuitPaths.map((path) => {
      const own = routers.filter(({ on }) => 'circuit' in on && on.circuit === id && on.path === path)
      return { circuit: id, path, own }
    }),
  )
  if (!routers.every((end) => isReporting(end, now)) || paths.some(({ own }) => own.length === 0)) return null
  const withdrawn = paths.flatMap(({ circuit, path, own }) =>
    findWithdrawn(own).map((one): ReportedWithdrawal => ({ circuit, path, ...one })),
  )
  const announced = routers.flatMap(listChanges).flatMap(({ prefix, after }) => (after === null ? [] : prefix))
  return withdrawn.length === 0 ? null : { withdrawn, announced, readAt }
}

/**
 * Reports whether a network may learn routes from neighbors other than the circuits in Peerwatch: circuits that
 * Peerwatch does not read, BGP peers of VPN gateways, Route Servers and hubs.
 */
const hasOtherNeighbors = ({ members, serverOf, hasHubPeers }: NetworkTables, topology: EstateTopology): boolean =>
  hasHubPeers ||
  serverOf.size > 0 ||
  members.some(({ resource, config }) => {
    const connections = listGatewayConnections(topology, resource.resourceId)
    const circuits = [
      ...connections.map((one) => one.config.circuitKey),
      ...config.hubConnections.map(({ circuitKey }) => circuitKey),
    ]
    const isUnread = circuits.some((key) => key !== null && !topology.byKey.has(key))
    const hasBgp =
      getReasonWithoutBgp(
        config,
        connections.some((one) => one.config.bgp === true),
      ) === null
    return isUnread || (isVpnGateway(resource.type, config.kind) && hasBgp)
  })

/** Reports whether all announcements of a router are known up to a time. */
const isReporting = ({ announced, observed }: RouterSideSession, now: EpochMs): boolean =>
  announced !== null &&
  !announced.isPartial &&
  announced.observedUntil === undefined &&
  now - (observed.at(-1)?.to ?? now) <= ROUTER_UNOBSERVED_AFTER_MS

const listChanges = ({ announced }: RouterSideSession): AnnouncedPrefixChange[] =>
  (announced?.changes ?? []).map((one) => ({
    ...dropRefusedRoutes(one),
    prefix: canonicalizePrefix(one.prefix) ?? one.prefix,
  }))

const isIpv6 = (text: string) => text.includes(':')

/** Returns the prefixes that every session of the same address family on a circuit path withdrew. */
function findWithdrawn(ends: readonly RouterSideSession[]): Pick<ReportedWithdrawal, 'prefix' | 'between'>[] {
  const gone = ends.flatMap((end) =>
    listChanges(end).filter(({ prefix, after }) => after === null && isIpv6(prefix) === isIpv6(end.customer)),
  )
  return [...Map.groupBy(gone, ({ prefix }) => prefix)].flatMap(([prefix, own]) => {
    const sessions = ends.filter(({ customer }) => isIpv6(customer) === isIpv6(prefix))
    const [earliest, latest] = [own.map((one) => one.between.earliest), own.map((one) => one.between.latest)]
    const between = { earliest: Math.min(...earliest), latest: Math.max(...latest) }
    return own.length === sessions.length ? [{ prefix, between }] : []
  })
}

/**
 * Returns the start of the last poll of each table of a virtual network or hub, by the short ID of its resource. Null if
 * one of the tables has no recent successful poll, so that an unknown route may exist.
 */
function findTablePollTimes(
  { learners, hub, serverOf }: NetworkTables,
  sources: readonly SourceStatus[],
  now: EpochMs,
): Map<string, EpochMs> | null {
  const times = new Map<string, EpochMs>()
  for (const { scope, poll } of sources) {
    const isOwn = (poll.kind === 'learned' && learners.includes(scope)) || (poll.kind === 'tables' && scope === hub)
    if (!isOwn) continue
    if (poll.lastReadAt === null || !isFreshnessUsable(judgePollFreshness(poll, now))) return null
    times.set(scope, Math.max(times.get(scope) ?? 0, poll.lastReadAt))
  }
  // A Route Server has no table of its own, because each of its BGP peers has one.
  const servers = new Set(serverOf.values())
  const needed = [...learners.filter((id) => !servers.has(id)), ...(hub === null ? [] : [hub])]
  return needed.length > 0 && needed.every((id) => times.has(id)) ? times : null
}
