import { databaseNow } from '#lib/platform/database-clock.ts'
import { canonicalAddress, MSEE_ASN } from '#lib/bgp/index.ts'
import {
  armKey,
  armTypes,
  type Bounds,
  circuitPaths,
  type EpochMs,
  type StoredFreshness,
  isAutoscaling,
  peeringKind,
  type PeeringType,
  peeringTypes,
  type PollKind,
} from '#lib/contract/index.ts'
import { coveredMs } from '#lib/contract/time/spans.ts'
import type { ResponseOf, StoredSession, SessionsParameters } from '../api/index.ts'
import {
  changedBetween,
  type ConfiguredInstances,
  gatewaySessionRole,
  isReplaced,
  type OwnGateway,
} from '#lib/detection/index.ts'
import { listEvents, type SessionAt, sessionsAt } from '#lib/history/index.ts'
import { unseenByPoll } from '#lib/questions/store/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import {
  coveredAt,
  type Db,
  queryable,
  circuitLinks,
  onEachPeering,
  type Topology,
  type GatewayResource,
  readTopology,
  freshnessOf,
  pollsUnder,
  readSources,
  pageOfList,
  provenFalls,
  assertPast,
  resolveScope,
  customerRow,
  fallOf,
  isLinkDisabled,
  isPeeringDisabled,
  judgeStored,
  type SessionInstant,
  type Mappings,
  mappingKey,
  mseeNeighbors,
  readMappings,
  hasBeginning,
} from '#lib/questions/index.ts'

import { metricSessions } from './metric-sessions.ts'

const kinds: readonly PollKind[] = ['peers', 'summary']

/** BGP sessions of gateways, and of circuits with their customers' routers, now or as of a moment. */
export async function listSessions(
  db: Db,
  parameters: SessionsParameters,
  now: EpochMs = databaseNow(),
): Promise<ResponseOf<'sessions'>> {
  assertPast('at', parameters.at, now)
  const q = queryable(db)
  const scope = await resolveScope(q, parameters.scope)
  const moment = { at: parameters.at ?? null, now }
  const { sessions, freshness, provenAt } = await readSessions(q, scope, moment)
  const { rows, nextCursor } = pageOfList(sessions, keyOf, parameters)
  const seen = moment.at === null ? null : await coveredAt(q, { scope, kinds, at: moment.at, now })
  const covered = seen && { ...seen, settled: seen.settled && (moment.at ?? now) <= provenAt }
  return { data: rows, asOf: moment.at ?? now, freshness, ...covered, nextCursor }
}

/** Groups by gateway or circuit, in the order of a reader. */
const keyOf = ({ scopeName, scope, peering, path, localAddress, neighbor }: StoredSession) =>
  JSON.stringify([scopeName, scope, placeOfPeering(peering), path ?? '', sortable(localAddress), sortable(neighbor)])

/** Private peering first: gateways connect to it. */
const placeOfPeering = (peering: PeeringType | null) => (peering === null ? -1 : peeringTypes.indexOf(peering))

const sortable = (address: string) =>
  /^[\d.]+$/.test(address) ? address.replace(/\d+/g, (octet) => octet.padStart(3, '0')) : address

/** All sessions of a scope, judged, and up to when polls prove those that are up; what lists, circuits, gateways and the overview share. */
export async function readSessions(
  q: Queryable,
  scope: string | undefined,
  moment: SessionInstant,
  known?: Topology,
): Promise<{ sessions: StoredSession[]; freshness: StoredFreshness; estate: Topology; provenAt: EpochMs }> {
  const estate = known ?? (await readTopology(q, moment.at ?? undefined))
  const rows = await provenFalls(
    q,
    await sessionsAt(q, { scope, at: moment.at ?? undefined, now: moment.now }),
    moment.at ?? undefined,
  )
  const sources = await readSources(q, scope)
  const mappings = await readMappings(q, estate, mseeNeighbors(rows), moment.at ?? moment.now)
  const seen = { ...moment, unseenMs: await unseenSinceFalls(q, rows, moment) }
  const stored = [
    ...gatewaySessions(rows, { estate, changes: await changesOf(q, rows, moment) }, mappings, seen),
    ...hubSessions(rows, estate, seen),
    ...circuitSessions(rows, estate, seen),
  ]
  const fromMetrics = moment.at === null ? await metricSessions(q, scope, estate, sources, stored, moment.now) : []
  // what is known now replaces rows that were read before the right was withdrawn
  const replaced = new Set(fromMetrics.map((session) => session.scope))
  return {
    sessions: [
      ...stored.filter((session) => !replaced.has(session.scope) || isUnreported(session, fromMetrics)),
      ...fromMetrics,
    ],
    freshness: freshnessOf(pollsUnder(sources, kinds, moment.now), moment.now),
    estate,
    provenAt: Math.min(...rows.map((row) => row.provenAt ?? Number.POSITIVE_INFINITY)),
  }
}

type Changes = ReadonlyMap<string, Bounds | null>

/** When gateways were last changed of which an instance does not report, by their ids. */
async function changesOf(q: Queryable, rows: readonly SessionAt[], { at }: SessionInstant): Promise<Changes> {
  const silent = new Set(rows.flatMap(({ scope, presence }) => (at === null && presence === 'silent' ? scope : [])))
  const changes = new Map<string, Bounds | null>()
  for (const scope of silent) {
    const found = await listEvents(q, { scope, kinds: ['gateway_changing'], limit: 1 })
    changes.set(scope, changedBetween(found.rows[0]))
  }
  return changes
}

/** Whether no metric reports a circuit's session. Of a gateway metrics report by neighbor, and number its instances. */
function isUnreported({ scope, path, neighbor }: StoredSession, metrics: readonly StoredSession[]): boolean {
  return path !== null && !metrics.some((metric) => metric.scope === scope && metric.neighbor === neighbor)
}

function gatewaySessions(
  rows: SessionAt[],
  { estate, changes }: { estate: Topology; changes: Changes },
  mappings: Mappings,
  moment: SeenInstant,
): StoredSession[] {
  const byScope = Map.groupBy(rows, ({ scope }) => scope)
  return estate.gateways.flatMap((gateway) => {
    const own = (byScope.get(gateway.resource.id) ?? []).filter(({ kind }) => kind === 'peers')
    const changed = changes.get(gateway.resource.id) ?? null
    const configured = { ...gateway.config, changed, scales: isAutoscaling(gateway.config) }
    return own
      .filter((row) => !hasLeft(row, own, configured, moment))
      .filter(({ localAddress, neighbor }) => localAddress !== neighbor)
      .map((row) => gatewaySession(row, { gateway, own: ownOf(gateway, own, estate) }, estate, mappings, moment))
  })
}

/**
 * Whether a row is that of an instance which was replaced, or went as its gateway scaled in: polls that lack an instance are whole only
 * where it may lack, and then all of its rows are missing. As of a past moment rows of a silent instance are shown.
 */
function hasLeft(row: SessionAt, own: SessionAt[], gateway: ConfiguredInstances, { at, now }: SessionInstant): boolean {
  const rows = own.filter(({ localAddress }) => localAddress !== '' && localAddress === row.localAddress)
  const isNamed = gateway.instances.some((addresses) => addresses.includes(row.localAddress))
  if (rows.length > 0 && rows.every(({ presence }) => presence === 'missing')) return !isNamed
  if (at !== null || row.presence !== 'silent') return false
  const reporting = new Set(
    own.filter(({ presence }) => presence === 'present').map(({ localAddress }) => localAddress),
  )
  return isReplaced({ address: row.localAddress, lastSeenAt: row.lastSeenAt }, gateway, reporting, now)
}

/** Addresses of a gateway by its configuration and by its rows, and of what stands beside it in its network. */
function ownOf({ resource, config }: GatewayResource, rows: readonly SessionAt[], { gateways }: Topology): OwnGateway {
  const others = gateways.filter(
    (other) => other.resource.id !== resource.id && other.config.networkKey === config.networkKey,
  )
  return {
    kind: config.kind,
    asn: config.asn,
    addresses: [...config.instances.flat(), ...rows.map(({ localAddress }) => localAddress)].filter(Boolean),
    beside: config.networkKey === null ? [] : others.flatMap((other) => other.config.instances.flat()),
  }
}

function gatewaySession(
  row: SessionAt,
  { gateway, own }: { gateway: GatewayResource; own: OwnGateway },
  estate: Topology,
  mappings: Mappings,
  moment: SeenInstant,
): StoredSession {
  const mapping = mappings.get(mappingKey(row.scope, row.neighbor)) ?? null
  const circuit = estate.circuits.find(({ resource }) => resource.id === mapping?.circuitId)
  const intendedDown = gateway.config.isStandby || (circuit !== undefined && isPeeringDisabled(circuit))
  const role = gatewaySessionRole(own, row)
  // messages do not prove that a sibling instance was up, because its session may stay Connecting for ever
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

/** Of hubs of Virtual WANs with their BGP peers, in the form of a Route Server's, which is a gateway. */
function hubSessions(rows: SessionAt[], estate: Topology, moment: SeenInstant): StoredSession[] {
  const gateways = new Set(estate.gateways.map(({ resource }) => resource.id))
  return rows
    .filter(({ kind, scope, resourceId }) => {
      const isHub = estate.byKey.get(armKey(resourceId))?.type === armTypes.virtualHub
      return kind === 'peers' && isHub && !gateways.has(scope)
    })
    .map((row) => ({
      ...sessionOf(row, false, moment),
      role: row.asn === MSEE_ASN ? 'msee' : 'other',
      mapping: null,
    }))
}

function circuitSessions(rows: SessionAt[], estate: Topology, moment: SeenInstant): StoredSession[] {
  const byScope = Map.groupBy(rows, ({ scope }) => scope)
  return estate.circuits.flatMap(onEachPeering).flatMap((circuit) =>
    circuitPaths.flatMap((path) =>
      circuitLinks(circuit, path).flatMap((link): StoredSession[] => {
        const row = customerRow(byScope.get(circuit.resource.id) ?? [], circuit, path, link)
        if (!row) return []
        return [
          {
            ...sessionOf(row, isLinkDisabled(circuit, link), moment),
            peering: peeringKind(row.peering),
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

function sessionOf(row: SessionAt, isOff: boolean, moment: SeenInstant): Omit<StoredSession, 'role' | 'mapping'> {
  const judged = judgeStored(row, isOff, moment)
  const seen = judged.known === 'observed' || judged.known === 'indeterminate'
  return {
    scope: row.scope,
    scopeName: row.scopeName,
    resourceId: row.resourceId,
    peering: null,
    path: null,
    localAddress: canonicalAddress(row.localAddress) ?? row.localAddress,
    neighbor: canonicalAddress(row.neighbor) ?? row.neighbor,
    remoteAsn: row.asn,
    state: judged.state,
    azureState: judged.azureState || null,
    verdict: judged.verdict,
    establishedAt: judged.verdict === 'up' ? establishedAt(row) : null,
    downSince: judged.verdict === 'down' && judged.known === 'observed' ? downSince(row) : null,
    ...(judged.verdict === 'down' && {
      confirmedAt: confirmedAt(row, moment),
      notObservedSeconds: moment.unseenMs(row) / 1_000,
    }),
    establishedTransitions: row.establishedTransitions,
    // a count that nobody can vouch for is no count
    prefixesReceived: seen ? row.prefixesReceived : null,
    messagesSent: seen ? row.messagesSent : null,
    messagesReceived: seen ? row.messagesReceived : null,
    known: judged.known,
    lastSeenAt: row.lastSeenAt,
    lastSeenBetween: row.lastSeen,
    evidence: 'state',
  }
}

/** When the last poll that read it began: after that it may have come back. */
const confirmedAt = ({ poll, lastSeen }: SessionAt, { at }: SessionInstant) =>
  at === null ? poll.lastReadAt : (lastSeen?.earliest ?? null)

/** The moment that sessions are judged at, and how long no poll saw one since it fell, milliseconds. */
type SeenInstant = SessionInstant & { unseenMs: (row: SessionAt) => number }

async function unseenSinceFalls(
  q: Queryable,
  rows: readonly SessionAt[],
  moment: SessionInstant,
): Promise<SeenInstant['unseenMs']> {
  const down = rows.filter(({ last, since }) => last.state !== 'established' && hasBeginning(since))
  const from = Math.min(...down.map(({ since }) => since.latest))
  const unseenOf = await unseenByPoll(q, down, { from, to: moment.at ?? moment.now })
  const own = new Set(down)
  return (row) => coveredMs(own.has(row) ? unseenOf(row) : [], row.since.latest, confirmedAt(row, moment) ?? 0)
}

/** By the samples around its fall, else by the router's own age of the state; null = neither says. */
function downSince(row: SessionAt) {
  const fall = fallOf(row)
  return hasBeginning(fall) ? fall : null
}

/** By ARM's duration; else the samples around the moment when it was first seen established. */
function establishedAt(row: SessionAt) {
  return row.establishedAt ?? (hasBeginning(row.since) ? row.since : null)
}
