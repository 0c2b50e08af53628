import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import type { ResourceImpairment } from '#lib/contract/api/shared-facts.ts'
import { listDisplayedSettings } from '#lib/azure/config/index.ts'
import {
  ADVERTISED_ROUTES_METRIC,
  armTypes,
  type ConfigSetting,
  type EpochMs,
  type GatewayConfig,
  isAutoscaling,
  normalizeArmId,
  findGatewayMigration,
  type ListParameters,
  type PollKind,
  formatProvisioningNote,
  SCALE_UNITS_METRIC,
  getReasonWithoutBgp,
  reasonsForNoBgp,
} from '#lib/contract/index.ts'
import { MS_PER_DAY, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { FastPath } from '#lib/circuits/api/index.ts'
import type { GatewaysEndpointResponse, GatewayToEncode } from '../api/index.ts'
import type { StoredSession } from '#lib/sessions/api/index.ts'
import {
  type FreshnessState,
  isFreshnessUsable,
  type ScaleUnitSample,
  mayInstanceHaveBeenScaledIn,
  SCALE_UNITS_LOOKBACK_MS,
} from '#lib/detection/index.ts'
import { judgeGateway } from './judge-gateway.ts'
import {
  countPrefixesInTables,
  readConnectionsAtMoment,
  readLatestCounters,
  listEvents,
  listSources,
  readResourcePage,
  readMetricSteps,
  type SourceStatus,
  readCurrentTunnels,
} from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import {
  type ReadableDatabase,
  getSqlExecutor,
  NotFoundError,
  findCircuitLocation,
  listGatewayConnections,
  listGatewayHubConnections,
  judgeGatewayResiliency,
  type EstateTopology,
  type GatewayResource,
  readTopology,
  buildFreshnessFields,
  getLastGoodTime,
  judgePollFreshness,
  findSupportingPolls,
  pickPageOfList,
  resolveResource,
  readThresholdsInForce,
} from '#lib/questions/index.ts'
import { type ConnectionFacts, describeGatewayConnection } from './connections.ts'

import { readCachedImpairments, SESSION_DOWN_IMPAIRMENT } from '#lib/incidents/answers/index.ts'
import { addConnectionTraffic } from '#lib/usage/answers/index.ts'

import { readGatewayNetworks } from './gateway-networks.ts'
import { readGatewayRouteTables } from './gateway-route-tables.ts'
import { readFastPaths } from '#lib/circuits/answers/index.ts'

import { buildGatewayLoad, GATEWAY_LOAD_METRICS, describeScaleUnits } from './gateway-load.ts'
import { isCountedSession, readRecentMetrics, readBgpSessionsWithVerdicts } from '#lib/sessions/answers/index.ts'
import { readPrefixCountsOfNeighbors } from '../store/index.ts'
import { compareLimitsOfGateway } from './gateway-limits.ts'
import { describeGatewayUserVpn, USER_VPN_METRICS } from './hub-users.ts'
import { describeRouteServer } from './route-server.ts'

/** Kinds of polls from which the state of a gateway is derived. */
export const GATEWAY_STATE_POLL_KINDS: readonly PollKind[] = ['peers']

/** Lists gateways with instances and connections, by name. */
export async function listGateways(
  db: ReadableDatabase,
  parameters: ListParameters,
  now: EpochMs = getDatabaseNow(),
): Promise<GatewaysEndpointResponse<'gateways'>> {
  const q = getSqlExecutor(db)
  const { gateways, sources } = await readGateways(q, await readTopology(q), undefined, now)
  const { rows, nextCursor } = pickPageOfList(gateways, ({ name, id }) => JSON.stringify([name, id]), parameters)
  return {
    data: rows,
    ...buildFreshnessFields(findSupportingPolls(sources, GATEWAY_STATE_POLL_KINDS, now), now),
    nextCursor,
  }
}

/**
 * Returns one gateway by short ID or ARM ID, with its load, limits and settings.
 * @throws NotFoundError if the ID does not belong to a current gateway
 */
export async function getGateway(
  db: ReadableDatabase,
  id: string,
  now: EpochMs = getDatabaseNow(),
): Promise<GatewaysEndpointResponse<'gateway'>> {
  const q = getSqlExecutor(db)
  const resource = await resolveResource(q, id)
  const topology = await readTopology(q)
  const { sessions } = await readBgpSessionsWithVerdicts(q, resource.id, now, { estate: topology })
  const { gateways, sources } = await readGateways(q, topology, resource.id, now, sessions)
  const [gateway] = gateways
  if (!gateway) {
    throw new NotFoundError(`${resource.name} is no gateway that exists now: take an id from /api/v1/gateways`)
  }
  const metrics = await readRecentMetrics(q, gateway.id, [...GATEWAY_LOAD_METRICS, ...USER_VPN_METRICS], now)
  const own = topology.gateways.find((one) => one.resource.id === gateway.id)
  const scaleUnits = own ? describeScaleUnits(own.config, metrics) : null
  const userVpn = describeGatewayUserVpn(own?.config, metrics)
  const connections = await addConnectionTraffic(q, gateway.connections, now)
  const sent = await readAdvertisedCounts(q, gateway, now)
  const limits = limitsOf({ ...gateway, scaleUnits, userVpn }, topology, sessions, sent)
  const [onSubnet] = await readGatewayRouteTables(q, await readGatewayNetworks(q, new Set([gateway.id]), undefined))
  const table = onSubnet?.table ?? null
  const fast = own
    ? await readFastPaths(q, topology, { gateway: own, view: gateway, table, now })
    : new Map<string, FastPath>()
  const data = {
    ...gateway,
    connections: connections.map((connection) => {
      const fastPathDetails = fast.get(connection.id)
      return fastPathDetails ? { ...connection, fastPathDetails } : connection
    }),
    scaleUnits,
    load: buildGatewayLoad(metrics, { ...gateway, scaleUnits }),
    limits,
    userVpn,
    settings: own ? await settingsOfGateway(q, topology, own) : [],
    routeTable: table,
    routeServer: own ? await describeRouteServer(q, own, sessions) : null,
  }
  // The freshness depends on the polls that show the state of the gateway. Azure does not report the sessions of a
  // hub's ExpressRoute gateway, so the polls of its learned routes are used. For a gateway without BGP, the polls of
  // metrics are used.
  const rests: readonly PollKind[] =
    gateway.areSessionsPolled === false
      ? ['learned']
      : gateway.state === 'not_offered'
        ? ['metrics']
        : GATEWAY_STATE_POLL_KINDS
  return { data, ...buildFreshnessFields(findSupportingPolls(sources, rests, now), now) }
}

/** Returns the settings of the gateway, its public addresses and its connections. */
async function settingsOfGateway(
  q: SqlExecutor,
  topology: EstateTopology,
  { resource, config: { publicAddressKeys: keys } }: GatewayResource,
): Promise<ConfigSetting[]> {
  const addresses = keys.length === 0 ? [] : await readResourcePage(q, { types: [armTypes.publicAddress], keys })
  return [
    ...listDisplayedSettings(resource.type, resource.config),
    ...addresses.flatMap(({ name, type, config }) => listDisplayedSettings(type, config, `Public address ${name}`)),
    ...listGatewayConnections(topology, resource.resourceId).flatMap(({ resource: { name, type, config } }) =>
      listDisplayedSettings(type, config, `Connection ${name}`),
    ),
  ]
}

/** Returns the Virtual WAN hub that contains a gateway; null if it is not in a hub or the hub has not been read. */
function hubOf({ byKey }: EstateTopology, own: GatewayResource): GatewayToEncode['hub'] {
  if (own.config.kind !== 'vwan') return null
  const hub = byKey.get(own.config.networkKey ?? '')
  return hub ? { id: hub.id, name: hub.name, connections: own.config.hubConnections.length } : null
}

/**
 * Returns the number of prefixes that a gateway advertises to each neighbor. The numbers come from the polled tables.
 * The ExpressRoute gateway of a hub has no such tables, so its numbers come from Azure Monitor.
 */
async function readAdvertisedCounts(q: SqlExecutor, { id, kind }: GatewayToEncode, now: EpochMs): Promise<number[]> {
  if (kind === 'vwan') {
    const metrics = await readRecentMetrics(q, id, [ADVERTISED_ROUTES_METRIC], now)
    return metrics.flatMap(({ maximum }) => maximum ?? [])
  }
  const tables = await countPrefixesInTables(q, { scopes: [id], kinds: ['advertised'] })
  return tables.map(({ prefixes }) => prefixes)
}

/** Compares a gateway with its limits. */
function limitsOf(
  gateway: GatewayToEncode,
  topology: EstateTopology,
  sessions: readonly StoredSession[],
  sent: readonly number[],
) {
  const { kind, connections, resourceId } = gateway
  const inHub = new Set(listGatewayHubConnections(topology, resourceId).map(({ circuitKey }) => circuitKey))
  const linked = new Set(connections.map(({ circuitId }) => circuitId))
  const far = kind === 'vpn' ? 'onprem' : 'msee'
  const learned = sessions.flatMap(({ role, prefixesReceived }) => (role === far ? (prefixesReceived ?? []) : []))
  return compareLimitsOfGateway(gateway, {
    locations: topology.circuits.flatMap((circuit) => {
      const { id, resourceId: circuitResourceId } = circuit.resource
      return linked.has(id) || inHub.has(normalizeArmId(circuitResourceId))
        ? (findCircuitLocation(circuit, topology).peeringLocation ?? [])
        : []
    }),
    prefixes: learned.length > 0 ? Math.max(...learned) : null,
    advertised: sent.length > 0 ? Math.max(...sent) : null,
  })
}

/**
 * Polled data from which the state of a gateway is derived. `sessions` and `sources` belong to one gateway; the other
 * fields cover the whole estate.
 */
interface GatewayFacts extends ConnectionFacts {
  sessions: StoredSession[]
  sources: SourceStatus[]
  /** effects of open events on gateways, by gateway ID */
  impaired: ReadonlyMap<string, ResourceImpairment>
  /** scale units over time of each autoscaling gateway on which an instance stopped reporting, by gateway ID */
  units: ReadonlyMap<string, readonly ScaleUnitSample[]>
  /**
   * setting `instance.rowsGone`: number of poll intervals without rows of an instance after which the instance counts
   * as lost
   */
  rowsGone: number
}

/**
 * Reads all gateways, or the gateway in `scope`, and determines their states.
 * @param known sessions of these gateways, if the caller has already read them
 */
export async function readGateways(
  q: SqlExecutor,
  estate: EstateTopology,
  scope: string | undefined,
  now: EpochMs,
  known?: readonly StoredSession[],
): Promise<{ gateways: GatewayToEncode[]; sources: SourceStatus[] }> {
  const sessions = byScope(known ?? (await readBgpSessionsWithVerdicts(q, scope, now, { estate })).sessions)
  const polls = byScope(await listSources(q))
  const live = byScope(await readConnectionsAtMoment(q, {}))
  const counters = byScope(await readLatestCounters(q, {}))
  const tunnels = byScope(await readCurrentTunnels(q))
  const impaired = await readCachedImpairments(q)
  const units = await unitsBesideSilence(q, estate, sessions, now)
  const { 'instance.rowsGone': rowsGone } = await readThresholdsInForce(q)
  const judged = estate.gateways
    .filter(({ resource }) => scope === undefined || resource.id === scope)
    .map((gateway) => {
      const { id } = gateway.resource
      const own = {
        sessions: sessions.get(id) ?? [],
        sources: (polls.get(id) ?? []).filter(({ scheduled }) => scheduled),
      }
      const facts = { ...own, now, estate, polls, live, counters, tunnels, impaired, units, rowsGone }
      return { ...own, view: describeGateway(gateway, facts) }
    })
  for (const { view, sessions } of judged) {
    Object.assign(view, await silentCircuit(q, view, sessions, now))
    view.migration = await findMigration(q, estate, view.id)
  }
  return { gateways: judged.map(({ view }) => view), sources: judged.flatMap((gateway) => gateway.sources) }
}

/**
 * Maximum time in ms for which Azure keeps the old and the new gateway during a migration. Source:
 * learn.microsoft.com/azure/expressroute/gateway-migration.
 */
const MIGRATION_LASTS_MS = 15 * MS_PER_DAY

/**
 * Returns the migration that replaces a gateway, or in which the gateway is the new one; null if there is none. The
 * event of a migration is stored under the old gateway.
 */
async function findMigration(
  q: SqlExecutor,
  { gateways }: EstateTopology,
  id: string,
): Promise<GatewayToEncode['migration']> {
  const own = gateways.find(({ resource }) => resource.id === id)
  const { networkKey = null } = own?.config ?? {}
  if (own?.config.kind !== 'expressRoute' || networkKey === null) return null
  const pair = findGatewayMigration(
    gateways.flatMap(({ resource, config }) =>
      config.networkKey === networkKey ? [{ ...config, id: resource.id, name: resource.name }] : [],
    ),
  )
  if (pair === null || ![pair.from.id, pair.to.id].includes(id)) return null
  const role = pair.from.id === id ? 'from' : 'to'
  const other = role === 'from' ? pair.to : pair.from
  const { rows } = await listEvents(q, { scope: pair.from.id, kinds: ['gateway_changing'], limit: 1 })
  const event = rows.find(({ ended }) => ended === null)
  return {
    role,
    with: { id: other.id, name: other.name },
    since: event?.started ?? null,
    until: event ? event.started.latest + MIGRATION_LASTS_MS : null,
    owner: event?.causes[0]?.owner ?? 'unknown',
  }
}

/**
 * Returns scale units over time, by gateway ID, for each autoscaling gateway with an instance that stopped reporting.
 * They show whether Azure removed the instance by scaling in.
 */
async function unitsBesideSilence(
  q: SqlExecutor,
  { gateways }: EstateTopology,
  sessions: ReadonlyMap<string, readonly StoredSession[]>,
  now: EpochMs,
): Promise<Map<string, ScaleUnitSample[]>> {
  const found = new Map<string, ScaleUnitSample[]>()
  for (const { resource, config } of gateways) {
    const silent = sessions.get(resource.id)?.filter(({ verdict }) => verdict === 'not_reported') ?? []
    if (!isAutoscaling(config) || silent.length === 0) continue
    const from = Math.min(...silent.map(lastSeen)) - SCALE_UNITS_LOOKBACK_MS
    const steps = await readMetricSteps(q, {
      scope: resource.id,
      metrics: [SCALE_UNITS_METRIC],
      from,
      to: now,
      stepMs: MS_PER_MINUTE,
    })
    found.set(
      resource.id,
      steps.map(({ start, highest }) => ({ at: start, units: highest })),
    )
  }
  return found
}

/**
 * Returns the state `no_prefixes` if a circuit sends no prefixes to a healthy gateway although its sessions are up.
 * Only circuits that sent prefixes at an earlier time are considered. If the gateway is only last known to be healthy,
 * the last successful polls are judged. The loss that they showed remains, and `unconfirmedSince` is their time.
 * @returns null if the state of the gateway does not change
 */
async function silentCircuit(
  q: SqlExecutor,
  { id, state, lastKnown }: GatewayToEncode,
  sessions: readonly StoredSession[],
  now: EpochMs,
): Promise<Pick<GatewayToEncode, 'state' | 'reason' | 'unconfirmedSince' | 'lastKnown'> | null> {
  if ((lastKnown?.state ?? state) !== 'healthy') return null
  const edge = sessions.filter(
    (session) => session.role === 'msee' && withLastKnownVerdict(session).verdict === 'up' && session.mapping !== null,
  )
  const circuits = [...Map.groupBy(edge, ({ mapping }) => mapping?.circuitName ?? mapping?.circuitId ?? '')].filter(
    ([, own]) => own.every((session) => session.prefixesReceived === 0 || session.lastKnown),
  )
  if (circuits.length === 0) return null
  const counts = await readPrefixCountsOfNeighbors(q, id, now)
  const names = circuits.flatMap(([name, own]) =>
    own.every(({ prefixesReceived, neighbor }) => (prefixesReceived ?? counts.get(neighbor)?.last) === 0) &&
    own.some(({ neighbor }) => (counts.get(neighbor)?.most ?? 0) > 0)
      ? name
      : [],
  )
  if (names.length === 0) return null
  const reason = `No prefixes from ${names.join(', ')}.`
  return { state: 'no_prefixes', reason, unconfirmedSince: lastKnown?.at ?? null, lastKnown: undefined }
}

function byScope<Row extends { scope: string }>(rows: readonly Row[]): Map<string, Row[]> {
  return Map.groupBy(rows, ({ scope }) => scope)
}

function describeGateway(gateway: GatewayResource, facts: GatewayFacts): GatewayToEncode {
  const { resource, config } = gateway
  const { sessions } = facts
  const areSessionsPolled = hasPolledSessions(gateway, facts)
  const freshness = areSessionsPolled ? freshnessOfPeers(facts) : freshnessOfTables(facts, config)
  // If the sessions come from metrics, their instances are named by number instead of address. The configured addresses
  // of instances are then left out.
  const isByMetric = sessions.some(({ evidence }) => evidence === 'metric')
  const configured = config.instances.flatMap(([address]) => address ?? [])
  const instances = instancesOf(isByMetric ? [] : configured, sessions, isFreshnessUsable(freshness))
  const lostInstances = instances.filter(
    ({ address, reporting }) =>
      reporting === false && isLongSilent(address, facts) && !isScaledIn(address, gateway, facts),
  )
  return {
    ...resource,
    ...config,
    scaleUnits: describeScaleUnits(config, []),
    resiliencyLevel: judgeGatewayResiliency(facts.estate, gateway),
    // ARM returns the flag `activeActive` for every gateway. It has no meaning for an ExpressRoute gateway, which
    // always uses all of its instances, so it is null for all gateways except VPN gateways.
    activeActive: config.kind === 'vpn' ? config.activeActive : null,
    provisioningNote: formatProvisioningNote(config),
    ...(!areSessionsPolled && { areSessionsPolled }),
    ...stateOf(gateway, {
      ...facts,
      areSessionsPolled,
      freshness,
      lostInstances: lostInstances.map(({ address }) => address),
    }),
    impaired: facts.impaired.get(resource.id) ?? (sessions.some(isLost) ? SESSION_DOWN_IMPAIRMENT : null),
    instances,
    migration: null,
    hub: hubOf(facts.estate, gateway),
    ...unplacedOf(sessions),
    connections: listGatewayConnections(facts.estate, resource.resourceId).map((connection) =>
      describeGatewayConnection(connection, facts),
    ),
  }
}

/**
 * Returns the state of a gateway. The following applies if its polls are stale. If the last successful poll showed a
 * loss, the gateway keeps this state, and `unconfirmedSince` is the time of that poll. For any other state except
 * `not_offered`, the state becomes `unknown`, and `lastKnown` is the state that the last successful poll showed. If the
 * sessions of the gateway are not polled, its state depends on the polls of its routes, so it always becomes `unknown`.
 */
function stateOf(
  { resource, config: { provisioningState, isStandby, ...config } }: GatewayResource,
  facts: GatewayFacts & { areSessionsPolled: boolean; freshness: FreshnessState; lostInstances: string[] },
): Pick<GatewayToEncode, 'state' | 'reason' | 'unconfirmedSince' | 'lastKnown'> {
  const { freshness, sessions, lostInstances, areSessionsPolled } = facts
  const hasBgpConnection = listGatewayConnections(facts.estate, resource.resourceId).some(
    (one) => one.config.bgp === true,
  )
  const why = getReasonWithoutBgp(config, hasBgpConnection)
  const withoutBgp = why && reasonsForNoBgp[why]
  const known = { provisioningState, isStandby, withoutBgp, sessions, areSessionsPolled }
  const present = { ...judgeGateway({ ...known, freshness, lostInstances }), unconfirmedSince: null }
  if (!areSessionsPolled && !isFreshnessUsable(freshness))
    Object.assign(present, { state: 'unknown', reason: describeUnreadTables(facts) })
  else if (withoutBgp !== null) return present
  const at = lastGoodOf(facts, areSessionsPolled ? 'peers' : 'learned')
  if (isFreshnessUsable(freshness) || at === null) return present
  const before = sessions.map(withLastKnownVerdict)
  const last = judgeGateway({ ...known, sessions: before, freshness: 'fresh', lostInstances: [] })
  if (LOSSES.includes(last.state) && areSessionsPolled) return { ...last, unconfirmedSince: at }
  return last.state === 'unknown' ? present : { ...present, lastKnown: { state: last.state, at } }
}

/** Returns why the routes of a hub's gateway are unknown. */
function describeUnreadTables({ sources }: GatewayFacts): string {
  const tables = sources.filter(({ poll }) => poll.kind === 'learned')
  const isNotGiven = tables.length > 0 && tables.every(({ poll }) => poll.lastOutcome === 'not_given')
  return isNotGiven ? 'Azure gives no routes for its connections.' : 'No recent poll shows its routes.'
}

const LOSSES: readonly GatewayToEncode['state'][] = ['isolated', 'instance_lost', 'peer_lost', 'partial']

/**
 * Reports whether the sessions of a gateway are polled. Azure cannot report the sessions of an ExpressRoute gateway in a
 * Virtual WAN hub, and the VPN gateway of a hub has sessions only if a branch uses BGP.
 */
const hasPolledSessions = ({ config }: GatewayResource, { sources }: GatewayFacts): boolean =>
  config.kind !== 'vwan' || sources.some(({ poll }) => poll.kind === 'peers')

/** Returns the end of the latest successful poll of a kind; null = none. */
function lastGoodOf({ sources }: GatewayFacts, kind: PollKind): EpochMs | null {
  const times = sources.flatMap(({ poll }) => (poll.kind === kind ? (getLastGoodTime(poll) ?? []) : []))
  return times.length === 0 ? null : Math.max(...times)
}

/**
 * Returns the freshness of the data about the gateway's BGP peers. It is `fresh` if the sessions are known from
 * metrics, because Azure refuses the poll of peers.
 */
function freshnessOfPeers({ sessions, sources, now }: GatewayFacts): FreshnessState {
  if (sessions.some(({ evidence }) => evidence === 'metric')) return 'fresh'
  const source = sources.find(({ poll }) => poll.kind === 'peers')
  return source ? judgePollFreshness(source.poll, now) : 'never'
}

/**
 * Returns the freshness of a hub's gateway whose sessions are not polled. It is the best freshness among its
 * route tables. A gateway without connections has no tables and is `fresh`.
 */
function freshnessOfTables({ sources, now }: GatewayFacts, { hubConnections }: GatewayConfig): FreshnessState {
  if (hubConnections.length === 0) return 'fresh'
  const known = sources.filter(({ poll }) => poll.kind === 'learned').map(({ poll }) => judgePollFreshness(poll, now))
  return freshestFirst.find((state) => known.includes(state)) ?? 'never'
}
const freshestFirst: readonly FreshnessState[] = ['fresh', 'late', 'stale']

const isLost = (session: StoredSession) =>
  session.path === null && session.verdict === 'down' && isCountedSession(session)

const isExternal = ({ role, verdict }: StoredSession) =>
  role !== 'gateway-peer' && verdict !== 'never_established' && verdict !== 'disabled'

/**
 * Returns the numbers of sessions whose instance is unknown. Azure reports the peers of a Route Server without the
 * instance. Empty if there are none.
 */
function unplacedOf(sessions: readonly StoredSession[]): Pick<GatewayToEncode, 'unplaced'> {
  const own = sessions.filter((session) => session.localAddress === '' && isExternal(session))
  return own.length === 0 ? {} : { unplaced: { ...countsOf(own), ...lastKnownCountsOf(own) } }
}

/**
 * Returns the counts of sessions that the last successful polls showed, if recent polls do not show all of them. Empty
 * if no session has a last known verdict, or if the verdict of at least one session was never known.
 */
function lastKnownCountsOf(sessions: readonly StoredSession[]): { lastKnown?: { up: number; expected: number } } {
  if (!sessions.some(({ lastKnown }) => lastKnown)) return {}
  const before = sessions.map(withLastKnownVerdict)
  return before.some(({ verdict }) => verdict === 'unknown') ? {} : { lastKnown: countsOf(before.filter(isExternal)) }
}

const withLastKnownVerdict = (session: StoredSession): StoredSession => ({
  ...session,
  verdict: session.lastKnown?.state ?? session.verdict,
})

const countsOf = (sessions: readonly StoredSession[]) => ({
  up: sessions.filter(({ verdict }) => verdict === 'up').length,
  expected: sessions.length,
})

function instancesOf(
  configured: readonly string[],
  sessions: readonly StoredSession[],
  usable: boolean,
): GatewayToEncode['instances'] {
  const addresses = new Set([...configured, ...sessions.map(({ localAddress }) => localAddress)])
  return [...addresses]
    .filter(Boolean)
    .toSorted()
    .map((address) => {
      const own = sessions.filter(({ localAddress }) => localAddress === address)
      const { up, expected } = countsOf(own.filter(isExternal))
      const reports = own.some(({ verdict }) => verdict !== 'not_reported')
      return {
        address,
        // Null also if the configured instance was never reported, because for some gateways Azure reports only one
        // instance.
        reporting: usable && own.length > 0 ? reports : null,
        sessionsUp: up,
        sessionsExpected: expected,
        ...lastKnownCountsOf(own.filter(isExternal)),
      }
    })
}

/**
 * Reports whether an instance that stopped reporting may have been removed by Azure, because the gateway was scaled in.
 * Detection uses the same rule for its events.
 */
function isScaledIn(
  address: string,
  { resource, config }: GatewayResource,
  { sessions, units, sources }: GatewayFacts,
): boolean {
  const earliest = Math.max(...sessions.filter(({ localAddress }) => localAddress === address).map(lastSeen))
  const latest = earliest + (peersOf(sources)?.intervalSeconds ?? 0) * 1_000
  const ends = sessions.filter(isExternal).map(({ localAddress, neighbor, verdict }) => ({
    localAddress,
    neighbor,
    isUp: verdict === 'up',
    isSilent: verdict === 'not_reported',
  }))
  const scaling = { scales: isAutoscaling(config), addresses: config.instances.flat(), sessions: ends }
  return mayInstanceHaveBeenScaledIn(address, { ...scaling, units: units.get(resource.id) ?? [] }, { earliest, latest })
}

const peersOf = (sources: readonly SourceStatus[]) => sources.find(({ poll }) => poll.kind === 'peers')?.poll
const lastSeen = ({ lastSeenAt }: StoredSession): EpochMs => lastSeenAt ?? 0

/**
 * Reports whether polls have returned no rows of an instance for more than `rowsGone` poll intervals. Detection creates
 * an event after the same time.
 */
function isLongSilent(address: string, { sessions, sources, rowsGone, now }: GatewayFacts): boolean {
  const seen = sessions.filter(({ localAddress }) => localAddress === address).map(lastSeen)
  const poll = peersOf(sources)
  return poll !== undefined && now - Math.max(0, ...seen) > rowsGone * poll.intervalSeconds * 1_000
}
