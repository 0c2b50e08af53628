import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import type { CircuitRoutersParameters, RoutersEndpointResponse, RoutersCommandResult } from '../api/index.ts'
import {
  type EpochMs,
  type ListParameters,
  peeringTypes,
  type PollKind,
  formatRouterDownReason,
  type RouterDownReason,
  type RouterReportingProtocol,
  type TimestampBounds,
} from '#lib/contract/index.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import {
  getMaxEndDifferenceMs,
  judgeSessionEnds,
  type PeeringLinkId,
  mergeObservedTimes,
  narrowStateStart,
  type RouterSessionMatch,
} from '#lib/detection/index.ts'
import {
  readReportingRouters as reportedRouters,
  readCurrentDeclarations,
  type ReportingRouter,
  readReportedSessions,
  type RouterSession,
  type SessionAtMoment,
  readSessionsAtMoment,
} from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { compareAnnouncedRoutes } from './announced-routes.ts'
import {
  type ReadableDatabase,
  getSqlExecutor,
  ConflictError,
  NotFoundError,
  buildFreshnessFields,
  findSupportingPolls,
  readSources,
  pickLongestGaps,
  pickPageOfList,
  resolveRangeWithinHistory,
  matchRouterSessions,
  resolveCircuit,
  findCustomerSession,
  isPathLinkDisabled,
  judgeStoredSession,
  getCircuitLinks,
  selectCircuitPeering,
  readTopology,
  type EstateTopology,
} from '#lib/questions/index.ts'

import {
  formatConnectionEnd,
  formatSessionEnds,
  formatRouterSessionMatch,
  formatLogDifference,
  NO_HOLD_TIME_NOTE,
  formatSeparateRouter,
} from './router-text.ts'
import { createMatchEvidenceFinder } from '../join/match-evidence.ts'
import { isCollectorSession } from '../join/matched-sessions.ts'
import { getCurrentRouterStateInterval } from '../join/router-side-sessions.ts'
import {
  readRouterCoverage,
  removeRouter,
  readRouterSessionHistory,
  type RouterSessionSpan,
  listRouterSessions,
} from '../store/index.ts'

const HISTORY_MS = 7 * MS_PER_DAY
const MAX_CHANGES = 100
/** Reports whether Peerwatch has ever received reports from a customer's router. */
export const hasReportedRouter = async (db: ReadableDatabase): Promise<boolean> =>
  (await reportedRouters(getSqlExecutor(db))).length > 0

type Router = RoutersEndpointResponse<'routers'>['data'][number]
type Peer = Router['peers'][number]
type PathEnds = RoutersEndpointResponse<'circuitRouters'>['data'][number]

/** Kinds of polls that show Azure's end of the sessions. */
const kinds: readonly PollKind[] = ['summary']

/** Data that all API responses about routers are built from. */
interface Facts {
  now: EpochMs
  routers: ReportingRouter[]
  sessions: RouterSession[]
  joins: ReadonlyMap<number, RouterSessionMatch>
  evidenceOf: ReturnType<typeof createMatchEvidenceFinder>
  estate: EstateTopology
  azure: SessionAtMoment[]
}

/** Returns the customers' routers, sorted by name. Each has its sessions, with their state at Azure's end. */
export async function getRouters(
  db: ReadableDatabase,
  parameters: ListParameters,
  now: EpochMs = getDatabaseNow(),
): Promise<RoutersEndpointResponse<'routers'>> {
  const q = getSqlExecutor(db)
  const facts = await readRouterData(q, now)
  const { rows, nextCursor } = pickPageOfList(
    facts.routers,
    ({ name, address, id }) => JSON.stringify([name, address, id]),
    parameters,
  )
  const data: Router[] = []
  for (const router of rows) {
    const own = facts.sessions.filter(({ routerId }) => routerId === router.id)
    data.push({ ...(await describeRouter(q, router, facts)), peers: own.map((one) => describePeer(one, facts)) })
  }
  return { data, ...(await ageOfAzure(q, now)), nextCursor }
}

/**
 * Returns a router with the history of its sessions and the number of routes in its tables.
 * @throws NotFoundError if the router does not exist
 */
export async function getRouter(
  db: ReadableDatabase,
  id: string,
  now: EpochMs = getDatabaseNow(),
): Promise<RoutersEndpointResponse<'router'>> {
  const q = getSqlExecutor(db)
  const facts = await readRouterData(q, now)
  const router = facts.routers.find((one) => String(one.id) === id)
  if (!router) throw unknownRouter(id)
  const peers = []
  for (const { routes, ...session } of await listRouterSessions(q, router.id)) {
    const history = newestFirst(
      await readRouterSessionHistory(q, session.id, { from: now - HISTORY_MS, to: now }),
      session,
    )
    peers.push({ ...describePeer(session, facts), routes, history })
  }
  return { data: { ...(await describeRouter(q, router, facts)), peers }, ...(await ageOfAzure(q, now)) }
}

/**
 * Returns how customers' routers reported the sessions of a circuit over a period. The current state at Azure's end is
 * added.
 */
export async function getCircuitRouters(
  db: ReadableDatabase,
  id: string,
  parameters: CircuitRoutersParameters,
  now: EpochMs = getDatabaseNow(),
): Promise<RoutersEndpointResponse<'circuitRouters'>> {
  const q = getSqlExecutor(db)
  const circuit = await resolveCircuit(q, id)
  const { from, to } = resolveRangeWithinHistory(parameters, now, MS_PER_DAY)
  const facts = await readRouterData(q, now)
  const data: PathEnds[] = []
  for (const session of facts.sessions) {
    const link = getMatchedLink(facts.joins.get(session.id))
    const router = facts.routers.find((one) => one.id === session.routerId)
    if (!router || link?.circuitId !== circuit.id) continue
    const { peering, path } = link
    const coverage = await readRouterCoverage(q, router.id, { from, to, protocol: session.protocol })
    const { listed, omitted } = pickLongestGaps(gapsBetween(coverage, from, to))
    data.push({
      peering,
      path,
      routerId: String(router.id),
      routerName: router.name || null,
      routerAddress: router.address,
      peer: describePeer(session, facts),
      history: newestFirst(await readRouterSessionHistory(q, session.id, { from, to }), session),
      announced: await compareAnnouncedRoutes(q, session, { link, estate: facts.estate, among: facts.sessions, now }),
      notObserved: listed,
      ...(omitted > 0 && { notObservedOmitted: omitted }),
    })
  }
  return { data: data.toSorted(byPath), ...(await ageOfAzure(q, now)) }
}

/** Sorts paths: private peering before other peerings, primary path before secondary path. */
const byPath = (a: PathEnds, b: PathEnds): number =>
  peeringTypes.indexOf(a.peering) - peeringTypes.indexOf(b.peering) || a.path.localeCompare(b.path)

/** Reads the reports of all routers and assigns each session to a circuit path. */
export async function readRouterData(q: SqlExecutor, now: EpochMs): Promise<Facts> {
  const routers = await reportedRouters(q)
  const none = { now, routers, sessions: [], joins: new Map(), evidenceOf: () => null, azure: [] }
  const estate = await readTopology(q)
  if (routers.length === 0) return { ...none, estate }
  const sessions = await readReportedSessions(q)
  const joins = matchRouterSessions(routers, sessions, estate, await readCurrentDeclarations(q))
  const evidenceOf = createMatchEvidenceFinder(routers, sessions, estate)
  return { now, routers, sessions, joins, evidenceOf, estate, azure: await readSessionsAtMoment(q) }
}

const ageOfAzure = async (q: SqlExecutor, now: EpochMs) =>
  buildFreshnessFields(findSupportingPolls(await readSources(q), kinds, now), now)

const unknownRouter = (id: string) =>
  new NotFoundError(`no router is known by the id ${JSON.stringify(id)}: take one from /api/v1/routers`)

/**
 * Deletes a router and its reports, if it is not connected.
 * @throws NotFoundError if the router does not exist
 * @throws ConflictError if the router is connected
 */
export async function removeReportedRouter(db: Database, id: string): Promise<RoutersCommandResult<'removeRouter'>> {
  const removal = /^\d{1,9}$/.test(id) ? await removeRouter(db, Number(id)) : { is: 'unknown' as const }
  if (removal.is === 'unknown') throw unknownRouter(id)
  if (removal.is === 'connected')
    throw new ConflictError('the router is connected: delete it once it does not report any more')
  return { data: { id, address: removal.address, name: removal.name || null } }
}

/**
 * Returns notes about a router's session with Peerwatch's collector. There is a note if the session is not combined
 * with the router's BMP reports, and another note if the session has no hold time.
 */
function notesOf({ id, address }: ReportingRouter, { routers, sessions }: Facts): string[] {
  const bmpSessions = (routerId: number) =>
    sessions.filter((one) => one.routerId === routerId && one.protocol === 'bmp')
  const [collected] = sessions.filter((one) => one.routerId === id && one.protocol === 'bgp')
  if (!collected) return []
  const notes: string[] = []
  const others = routers.filter((one) => one.id !== id && one.address === address && bmpSessions(one.id).length > 0)
  if (others.length > 0 && bmpSessions(id).length === 0)
    notes.push(
      formatSeparateRouter(
        { ...collected, address },
        others.map((one) => ({ ...one, sessions: bmpSessions(one.id) })),
      ),
    )
  if (collected.holdTimeSeconds === 0) notes.push(NO_HOLD_TIME_NOTE)
  return notes
}

async function describeRouter(q: SqlExecutor, router: ReportingRouter, facts: Facts): Promise<Omit<Router, 'peers'>> {
  const { id, name, connection, ...stated } = router
  const { from, to, ended, detail, protocol } = connection
  const dayAgo = facts.now - MS_PER_DAY
  const observed = mergeObservedTimes(await readRouterCoverage(q, id, { from: dayAgo, to: facts.now, protocol }))
  return {
    id: String(id),
    name: name || null,
    ...stated,
    protocol,
    state: ended === null ? 'connected' : 'away',
    since: from,
    observedUntil: to,
    ended: ended && { how: ended, words: formatConnectionEnd(ended, detail) },
    notes: notesOf(router, facts),
    observed: observed.map((span) => ({ from: Math.max(span.from, dayAgo), to: span.to })),
  }
}

/**
 * Returns the narrowest proven bounds of the start of a state at the router: the time that the router states or, if it
 * states none, the bounds of the observed change.
 */
const pickStateStart = <Observed extends TimestampBounds | null>(
  observed: Observed,
  established: TimestampBounds | null,
): Observed | TimestampBounds => established ?? observed

function describePeer(session: RouterSession, facts: Facts): Peer {
  const { id, peerType, state, reason, since, observedUntil, established, ...stated } = session
  const join = facts.joins.get(id)
  const isJoined = session.neighbor !== null && session.protocol !== 'bgp'
  return {
    id: String(id),
    type: peerType,
    ...stated,
    state: (observedUntil === null ? state : null) ?? 'unknown',
    lastState: state,
    since: pickStateStart(since, established),
    reason: formatJoined(reason, session.protocol),
    observedUntil,
    join: isJoined ? joinOf(session, join ?? { state: 'none' }, facts) : null,
    ends: endsOf(session, join, facts),
  }
}

const formatJoined = (reason: RouterDownReason | null, protocol: RouterReportingProtocol) =>
  reason && { by: reason.by, words: formatRouterDownReason(reason, protocol === 'bgp' ? 'the collector' : undefined) }

/**
 * Returns the circuit path to which a router's session was assigned; null if it was not assigned, or if several paths
 * are possible.
 */
export const getMatchedLink = (join: RouterSessionMatch | undefined): PeeringLinkId | null =>
  join && 'link' in join ? join.link : null

function joinOf(session: RouterSession, join: RouterSessionMatch, { estate, evidenceOf }: Facts): Peer['join'] {
  const nameOf = (id: string) => estate.circuits.find(({ resource }) => resource.id === id)?.resource.name ?? id
  const links = 'link' in join ? [join.link] : join.state === 'open' ? join.candidates : []
  return {
    state: join.state,
    words: formatRouterSessionMatch(join, session.protocol === 'syslog'),
    paths: links.map((link) => ({
      ...link,
      circuitName: nameOf(link.circuitId),
      evidence: evidenceOf(session, link),
    })),
  }
}

function endsOf(session: RouterSession, join: RouterSessionMatch | undefined, facts: Facts): Peer['ends'] {
  const link = getMatchedLink(join)
  if (!link) return null
  const { now } = facts
  const azure = azureEnd(session, link, facts)
  const router = {
    state: session.observedUntil === null ? session.state : null,
    since: pickStateStart(session.since, session.established),
    seenAt: session.observedUntil ?? now,
  }
  const judged = judgeSessionEnds(azure, router, getMaxEndDifferenceMs(session.holdTimeSeconds), now)
  // A log contains changes only, and its last line may be lost. Therefore a difference from Azure's state does not
  // prove a fault.
  const isUnproven = session.protocol === 'syslog' && judged.verdict !== 'agree' && judged.verdict !== 'one_end'
  return {
    azure: {
      state: azure.state ?? 'unknown',
      since: azure.since,
      readAt: azure.seenAt,
      confirmedAt: azure.confirmedAt,
      ...(azure.lastKnown && { lastKnown: azure.lastKnown }),
    },
    verdict: isUnproven ? 'one_end' : judged.verdict,
    words: isUnproven
      ? formatLogDifference({ azure: azure.state, router: router.state })
      : formatSessionEnds(judged, { azure: azure.state, router: router.state }),
    differsFor: isUnproven ? null : judged.differsFor,
  }
}

/**
 * Returns the state of a router's session at Azure's end, as the Microsoft edge router (MSEE) reports it. If no recent
 * poll shows it, the state is null, and `lastKnown` is the state that the last successful poll showed. The start of the
 * state is narrowed by the current state at the router, as in events.
 */
function azureEnd(session: RouterSession, { circuitId, peering, path }: PeeringLinkId, facts: Facts) {
  const { localAddress, neighbor, holdTimeSeconds } = session
  const unknown = { state: null, since: null, seenAt: null, confirmedAt: null, lastKnown: null }
  const found = facts.estate.circuits.find(({ resource }) => resource.id === circuitId)
  const circuit = found && selectCircuitPeering(found, peering)
  if (!circuit) return unknown
  const links = getCircuitLinks(circuit, path)
  const link = links.find(({ microsoft, customer }) => microsoft === neighbor || customer === localAddress)
  const row = link && findCustomerSession(facts.azure, circuit, path, link)
  if (!row) return unknown
  const isOff = isPathLinkDisabled(circuit, link)
  const { verdict, known } = judgeStoredSession(row, isOff, facts.now)
  const current = isCollectorSession(session) ? null : getCurrentRouterStateInterval(session)
  const reported = { spans: current ? [current] : [], holdTimeSeconds }
  const polled = row.establishedAt ?? row.since
  const endOf = (state: 'up' | 'down' | null) => ({
    since: state === null ? polled : narrowStateStart(state, polled, reported),
    seenAt: row.lastSeenAt,
  })
  // A change that a later poll finds may lie directly after the start of the last poll, so the state is proved up to it.
  const provenUntil = row.poll.lastReadAt
  if (known !== 'stale') {
    const state = getStateOfVerdict(verdict)
    return { ...endOf(state), state, confirmedAt: state === 'down' ? provenUntil : null, lastKnown: null }
  }
  const last = getStateOfVerdict(judgeStoredSession(row, isOff, 'last read').verdict)
  const lastKnown = last === null || provenUntil === null ? null : { state: last, at: provenUntil }
  return { ...endOf(last), state: null, confirmedAt: null, lastKnown }
}

function getStateOfVerdict(verdict: ReturnType<typeof judgeStoredSession>['verdict']): 'up' | 'down' | null {
  if (verdict === 'unknown' || verdict === 'not_reported') return null
  return verdict === 'up' ? 'up' : 'down'
}

const newestFirst = (spans: readonly RouterSessionSpan[], { protocol }: RouterSession) =>
  spans
    .toReversed()
    .slice(0, MAX_CHANGES)
    .map((span) => ({
      ...span,
      from: pickStateStart(span.from, span.established),
      reason: formatJoined(span.reason, protocol),
    }))

function gapsBetween(spans: readonly { from: EpochMs; to: EpochMs }[], from: EpochMs, to: EpochMs) {
  const gaps: { from: EpochMs; to: EpochMs }[] = []
  let seen = from
  for (const span of mergeObservedTimes(spans)) {
    if (span.from > seen) gaps.push({ from: seen, to: span.from })
    seen = Math.max(seen, span.to)
  }
  // A gap that lasts until now is returned only if it is longer than 30 s. For an open connection, the time until which
  // it was observed is stored only every few seconds, so a shorter gap is normal.
  if (to - seen > 30_000) gaps.push({ from: seen, to })
  return gaps
}
