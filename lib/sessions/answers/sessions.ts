import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import { canonicalizeAddress, MSEE_ASN } from '#lib/bgp/index.ts'
import {
  normalizeArmId,
  armTypes,
  type TimestampBounds,
  circuitPaths,
  type EpochMs,
  type DataFreshnessToEncode,
  isAutoscaling,
  parsePeeringType,
  type PeeringType,
  peeringTypes,
  type PollKind,
  isVpnGateway,
} from '#lib/contract/index.ts'
import { sumCoveredMs } from '#lib/contract/time/time-spans.ts'
import type { SessionsEndpointResponse, StoredSession, SessionsParameters } from '../api/index.ts'
import {
  getLastChangeBounds,
  type ConfiguredInstances,
  judgeGatewaySessionRole,
  isGatewayInstanceReplaced,
  type GatewayWithOwnSessions,
} from '#lib/detection/index.ts'
import { readPollCoverageOfMoment, listEvents, type SessionAtMoment, readSessionsAtMoment } from '#lib/history/index.ts'
import { createUnpolledTimesLookup } from '#lib/questions/store/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import {
  runQueryAsOfMoment,
  type ReadableDatabase,
  getSqlExecutor,
  getCircuitLinks,
  expandByPeering,
  type EstateTopology,
  type GatewayResource,
  readTopology,
  combinePollFreshness,
  findSupportingPolls,
  readSources,
  pickPageOfList,
  removeUnprovenSessionFalls,
  resolveResourceId,
  findCustomerSession,
  findSessionFallTime,
  isPathLinkDisabled,
  isPeeringDisabled,
  judgeStoredSession,
  type NeighborMappings,
  buildNeighborMappingKey,
  groupMseeNeighbors,
  readNeighborCircuitPathsAtMoment,
  isStartObserved,
} from '#lib/questions/index.ts'

import { readMetricSessions } from './metric-sessions.ts'

const kinds: readonly PollKind[] = ['peers', 'summary']

/**
 * Lists the BGP sessions of gateways and circuits, now or at a past time. The sessions of a circuit are listed only if
 * their neighbor is the customer's router.
 */
export async function listSessions(
  db: ReadableDatabase,
  { at, ...parameters }: SessionsParameters,
  now: EpochMs = getDatabaseNow(),
): Promise<SessionsEndpointResponse<'sessions'>> {
  const answer = async (reader: ReadableDatabase, then = now) => {
    const q = getSqlExecutor(reader)
    const scope = await resolveResourceId(q, parameters.scope)
    // For a past time, the times of the last polls before it are needed. They are read from the current data, because
    // the data of a past time do not contain them.
    const polls =
      at === undefined ? null : await readPollCoverageOfMoment(getSqlExecutor(db), { scope, kinds, at, now })
    const { sessions, freshness } = await readBgpSessionsWithVerdicts(q, scope, then, { polls })
    const { rows, nextCursor } = pickPageOfList(sessions, keyOf, parameters)
    return { data: rows, asOf: then, freshness, nextCursor }
  }
  return runQueryAsOfMoment(db, { at, kinds, scope: parameters.scope, judged: false }, answer, now)
}

/** Returns a sort key by which sessions of the same resource follow each other. */
const keyOf = ({ scopeName, scope, peering, path, localAddress, neighbor }: StoredSession) =>
  JSON.stringify([scopeName, scope, placeOfPeering(peering), path ?? '', sortable(localAddress), sortable(neighbor)])

/**
 * Returns the position of a peering for sorting. Sessions of gateways have no peering and come first. Then private
 * peering follows.
 */
const placeOfPeering = (peering: PeeringType | null) => (peering === null ? -1 : peeringTypes.indexOf(peering))

const sortable = (address: string) =>
  /^[\d.]+$/.test(address) ? address.replace(/\d+/g, (octet) => octet.padStart(3, '0')) : address

/**
 * Reads all sessions of one resource or of all resources, and determines the verdict about each session (for example
 * `up` or `never_established`).
 * @param polls if `q` reads the data of a past time: the last poll of each source before that time
 */
export async function readBgpSessionsWithVerdicts(
  q: SqlExecutor,
  scope: string | undefined,
  now: EpochMs,
  { estate: known, polls = null }: { estate?: EstateTopology; polls?: LastPolls } = {},
): Promise<{ sessions: StoredSession[]; freshness: DataFreshnessToEncode; estate: EstateTopology }> {
  const estate = known ?? (await readTopology(q))
  const rows = await removeUnprovenSessionFalls(q, await readSessionsAtMoment(q, { scope }))
  const sources = await readSources(q, scope)
  const mappings = await readNeighborCircuitPathsAtMoment(q, estate, groupMseeNeighbors(rows), now)
  const seen = { now, polls, unseenMs: await unseenMsOf(q, rows, { now, polls }) }
  const stored = [
    ...gatewaySessions(rows, { estate, changes: await changesOf(q, rows) }, mappings, seen),
    ...hubSessions(rows, estate, seen),
    ...circuitSessions(rows, estate, seen),
  ]
  const fromMetrics = await readMetricSessions(q, scope, estate, sources, stored, now)
  // Azure refuses to list the sessions of these resources, so the values of metrics are newer than the stored rows.
  const replaced = new Set(fromMetrics.map((session) => session.scope))
  return {
    sessions: [
      ...stored.filter((session) => !replaced.has(session.scope) || isUnreported(session, fromMetrics)),
      ...fromMetrics,
    ],
    freshness: combinePollFreshness(findSupportingPolls(sources, kinds, now), now),
    estate,
  }
}

type Changes = ReadonlyMap<string, TimestampBounds | null>

/**
 * Returns the time of the last change of each gateway with an instance that does not report, by gateway ID. The time is
 * given as the two polls around the change. Null = no change is known.
 */
async function changesOf(q: SqlExecutor, rows: readonly SessionAtMoment[]): Promise<Changes> {
  const silent = new Set(rows.flatMap(({ scope, presence }) => (presence === 'silent' ? scope : [])))
  const changes = new Map<string, TimestampBounds | null>()
  for (const scope of silent) {
    const found = await listEvents(q, { scope, kinds: ['gateway_changing'], limit: 1 })
    changes.set(scope, getLastChangeBounds(found.rows[0]))
  }
  return changes
}

/**
 * Reports whether there is no metric for a session of a circuit. Its stored row is then listed instead. Always returns
 * false for a session of a gateway, because metrics contain only the number of an instance and cannot be matched with
 * stored rows.
 */
function isUnreported({ scope, path, neighbor }: StoredSession, metrics: readonly StoredSession[]): boolean {
  return path !== null && !metrics.some((metric) => metric.scope === scope && metric.neighbor === neighbor)
}

function gatewaySessions(
  rows: SessionAtMoment[],
  { estate, changes }: { estate: EstateTopology; changes: Changes },
  mappings: NeighborMappings,
  moment: SeenInstant,
): StoredSession[] {
  const byScope = Map.groupBy(rows, ({ scope }) => scope)
  return estate.gateways.flatMap((gateway) => {
    const own = (byScope.get(gateway.resource.id) ?? []).filter(({ kind }) => kind === 'peers')
    const changed = changes.get(gateway.resource.id) ?? null
    const configured = { ...gateway.config, changed, scales: isAutoscaling(gateway.config) }
    return own
      .filter((row) => !isInstanceGone(row, own, configured, moment))
      .filter(({ localAddress, neighbor }) => localAddress !== neighbor)
      .map((row) => gatewaySession(row, { gateway, own: ownOf(gateway, own, estate) }, estate, mappings, moment))
  })
}

/**
 * Reports whether a row belongs to a gateway instance that no longer exists. If successful polls no longer list any
 * session of the instance, it no longer exists, unless the configuration still contains its address. If only the
 * instance does not report, it no longer exists if it was replaced or was removed by scaling in.
 */
function isInstanceGone(
  row: SessionAtMoment,
  own: SessionAtMoment[],
  gateway: ConfiguredInstances,
  { now }: SessionInstant,
): boolean {
  const rows = own.filter(({ localAddress }) => localAddress !== '' && localAddress === row.localAddress)
  const isNamed = gateway.instances.some((addresses) => addresses.includes(row.localAddress))
  if (rows.length > 0 && rows.every(({ presence }) => presence === 'missing')) return !isNamed
  if (row.presence !== 'silent') return false
  const reporting = new Set(
    own.filter(({ presence }) => presence === 'present').map(({ localAddress }) => localAddress),
  )
  return isGatewayInstanceReplaced({ address: row.localAddress, lastSeenAt: row.lastSeenAt }, gateway, reporting, now)
}

/**
 * Returns the addresses of a gateway, which come from its configuration and its rows. `beside` contains the addresses
 * of other gateways in the same network.
 */
function ownOf(
  { resource, config }: GatewayResource,
  rows: readonly SessionAtMoment[],
  { gateways }: EstateTopology,
): GatewayWithOwnSessions {
  const others = gateways.filter(
    (other) => other.resource.id !== resource.id && other.config.networkKey === config.networkKey,
  )
  return {
    // The VPN gateway of a hub has the same kinds of neighbors as a VPN gateway of a virtual network.
    kind: isVpnGateway(resource.type, config.kind) ? 'vpn' : config.kind,
    asn: config.asn,
    addresses: [...config.instances.flat(), ...rows.map(({ localAddress }) => localAddress)].filter(Boolean),
    beside: config.networkKey === null ? [] : others.flatMap((other) => other.config.instances.flat()),
  }
}

function gatewaySession(
  row: SessionAtMoment,
  { gateway, own }: { gateway: GatewayResource; own: GatewayWithOwnSessions },
  estate: EstateTopology,
  mappings: NeighborMappings,
  moment: SeenInstant,
): StoredSession {
  const mapping = mappings.get(buildNeighborMappingKey(row.scope, row.neighbor)) ?? null
  const circuit = estate.circuits.find(({ resource }) => resource.id === mapping?.circuitId)
  const intendedDown = gateway.config.isStandby || (circuit !== undefined && isPeeringDisabled(circuit))
  const role = judgeGatewaySessionRole(own, row)
  // A session between two instances of the same gateway may remain in the state Connecting. Its message counters
  // therefore do not prove that it was ever up.
  const known = role === 'gateway-peer' ? { ...row, fellAt: null } : row
  return {
    ...sessionOf(known, intendedDown, moment),
    role,
    mapping: mapping && {
      circuitId: mapping.circuitId,
      circuitName: circuit?.resource.name ?? null,
      path: mapping.path,
      confidence: mapping.confidence,
    },
  }
}

/**
 * Returns the sessions of Virtual WAN hubs with their BGP peers. Hubs that are in the list of gateways are left out.
 */
function hubSessions(rows: SessionAtMoment[], estate: EstateTopology, moment: SeenInstant): StoredSession[] {
  const gateways = new Set(estate.gateways.map(({ resource }) => resource.id))
  return rows
    .filter(({ kind, scope, resourceId }) => {
      const isHub = estate.byKey.get(normalizeArmId(resourceId))?.type === armTypes.virtualHub
      return kind === 'peers' && isHub && !gateways.has(scope)
    })
    .map((row) => ({
      ...sessionOf(row, false, moment),
      role: row.asn === MSEE_ASN ? 'msee' : 'other',
      mapping: null,
    }))
}

function circuitSessions(rows: SessionAtMoment[], estate: EstateTopology, moment: SeenInstant): StoredSession[] {
  const byScope = Map.groupBy(rows, ({ scope }) => scope)
  return estate.circuits.flatMap(expandByPeering).flatMap((circuit) =>
    circuitPaths.flatMap((path) =>
      getCircuitLinks(circuit, path).flatMap((link): StoredSession[] => {
        const row = findCustomerSession(byScope.get(circuit.resource.id) ?? [], circuit, path, link)
        if (!row) return []
        return [
          {
            ...sessionOf(row, isPathLinkDisabled(circuit, link), moment),
            peering: parsePeeringType(row.peering),
            path,
            localAddress: link.microsoft,
            role: 'onprem',
            mapping: {
              circuitId: row.scope,
              circuitName: circuit.resource.name,
              path,
              confidence: 'certain',
            },
          },
        ]
      }),
    ),
  )
}

function sessionOf(row: SessionAtMoment, isOff: boolean, moment: SeenInstant): Omit<StoredSession, 'role' | 'mapping'> {
  const judged = judgeStoredSession(row, isOff, moment.now)
  const lastSeen = lastSeenOf(row, moment)
  const seen = judged.known === 'observed' || judged.known === 'indeterminate'
  return {
    scope: row.scope,
    scopeName: row.scopeName,
    resourceId: row.resourceId,
    peering: null,
    path: null,
    localAddress: canonicalizeAddress(row.localAddress) ?? row.localAddress,
    neighbor: canonicalizeAddress(row.neighbor) ?? row.neighbor,
    remoteAsn: row.asn,
    state: judged.state,
    azureState: judged.azureState || null,
    verdict: judged.verdict,
    ...lastKnownOf(row, isOff, judged.verdict),
    establishedAt: judged.verdict === 'up' ? establishedAt(row) : null,
    downSince: judged.verdict === 'down' && judged.known === 'observed' ? downSince(row) : null,
    ...(judged.verdict === 'down' && {
      confirmedAt: confirmedAt(row, moment),
      notObservedSeconds: moment.unseenMs(row) / 1_000,
    }),
    establishedTransitions: row.establishedTransitions,
    // Numbers of prefixes and messages are shown only if the state is known, or if the time is between two different
    // polls.
    prefixesReceived: seen ? row.prefixesReceived : null,
    messagesSent: seen ? row.messagesSent : null,
    messagesReceived: seen ? row.messagesReceived : null,
    known: judged.known,
    lastSeenAt: lastSeen?.earliest === lastSeen?.latest ? row.lastSeenAt : null,
    lastSeenBetween: lastSeen,
    evidence: 'state',
  }
}

/** Returns the verdict that followed from the last successful poll, if the current verdict is unknown. */
function lastKnownOf(
  row: SessionAtMoment,
  isOff: boolean,
  verdict: StoredSession['verdict'],
): Pick<StoredSession, 'lastKnown'> {
  const { verdict: state } = verdict === 'unknown' ? judgeStoredSession(row, isOff, 'last read') : { verdict }
  return state === verdict || state === 'not_reported' || row.lastSeenAt === null
    ? {}
    : { lastKnown: { state, at: row.lastSeenAt } }
}

/**
 * Returns the time until which polls confirm the state of a session; null = it is not confirmed. For the present, it is
 * the start of the last poll that read the session, because the session may have changed later in this poll. For a past
 * time, it is the earliest possible end of the last poll that listed the session.
 */
const confirmedAt = (row: SessionAtMoment, moment: SessionInstant) =>
  moment.polls === null ? row.poll.lastReadAt : (lastSeenOf(row, moment)?.earliest ?? null)

/**
 * Returns the earliest and latest possible end of the last poll that listed a session; null = there is none. For a past
 * time the two differ, because the times of single polls are not stored.
 */
function lastSeenOf(row: SessionAtMoment, { polls }: SessionInstant): TimestampBounds | null {
  const last = row.presence === 'present' ? polls?.get(`${row.sourceId}/${row.kind}`)?.lastPollEnded : null
  if (!last) return row.lastSeenAt === null ? null : { earliest: row.lastSeenAt, latest: row.lastSeenAt }
  return { earliest: Math.max(last.earliest, Math.min(row.since.latest, last.latest)), latest: last.latest }
}

/** The times of polls before a past time, by `sourceId/kind`; null = the verdicts are for the present. */
type LastPolls = Awaited<ReturnType<typeof readPollCoverageOfMoment>> | null

/** The time for which the verdicts about sessions are determined. */
type SessionInstant = { now: EpochMs; polls: LastPolls }

/**
 * The time for which the verdicts are determined, and a function that returns for how many milliseconds no poll read a
 * session after it went down.
 */
type SeenInstant = SessionInstant & { unseenMs: (row: SessionAtMoment) => number }

async function unseenMsOf(
  q: SqlExecutor,
  rows: SessionAtMoment[],
  moment: SessionInstant,
): Promise<SeenInstant['unseenMs']> {
  const down = rows.filter(({ last, since }) => last.state !== 'established' && isStartObserved(since))
  const from = Math.min(...down.map(({ since }) => since.latest))
  const unseenOf = await createUnpolledTimesLookup(q, down, { from, to: moment.now })
  const own = new Set(down)
  return (row) => sumCoveredMs(own.has(row) ? unseenOf(row) : [], row.since.latest, confirmedAt(row, moment) ?? 0)
}

/**
 * Returns the earliest and latest time at which a session went down; null = unknown. If the session was already down at
 * the first poll, the age that the router reports is used.
 */
function downSince(row: SessionAtMoment) {
  const fall = findSessionFallTime(row)
  return isStartObserved(fall) ? fall : null
}

/**
 * Returns the earliest and latest time at which a session was established; null = unknown. It comes from the age that
 * Azure reports. If there is none, it comes from the two polls around the change.
 */
function establishedAt(row: SessionAtMoment) {
  return row.establishedAt ?? (isStartObserved(row.since) ? row.since : null)
}
