import { decodeConfig } from '#lib/azure/config/index.ts'
import {
  armTypes,
  type Bounds,
  type Declarations,
  type EpochMs,
  type RouterConnectionEnd,
} from '#lib/contract/index.ts'
import {
  isBack,
  joinGateways,
  joinRouters,
  namedSessions,
  observedTimes,
  type PeeringLink,
  peeringLinks,
  type RouterEnd,
  type RouterSpan,
  scopeOfEnd,
} from '#lib/detection/index.ts'
import {
  instanceSessions,
  listResources,
  listRouters,
  listSources,
  readDeclarations,
  reportedSessions,
  requestFold,
  routerCoverage,
  type RouterSession,
  routerSessionHistory,
  type RouterSessionSpan,
} from '#lib/history/index.ts'
import { expedite } from '#lib/platform/leases/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { announcedChanges } from '../store/announced-changes.ts'
import type { ListedResource } from './types.ts'

interface JoinedSession {
  session: RouterSession
  /** as people call it */
  router: string
  on: RouterEnd['on']
  /** the router's own address in the session; null = neither it nor the circuit's configuration says so */
  customer: string | null
  /** the router's session with the collector; null = it has none */
  collected: RouterSession | null
}

/** What sessions are joined with: the links of all circuits' paths, and what an operator declared. */
export interface RouterLinks {
  links: readonly PeeringLink[]
  routerNeighbors: Declarations['routerNeighbors']
}

/** The links of circuits as they are listed. */
export const linksOfCircuits = (resources: readonly Pick<ListedResource, 'id' | 'type' | 'config'>[]): PeeringLink[] =>
  resources
    .filter(({ type }) => type === armTypes.circuit)
    .flatMap(({ id, config }) => peeringLinks(id, decodeConfig(armTypes.circuit, config)))

async function readRouterLinks(db: Queryable): Promise<RouterLinks> {
  const { routerNeighbors } = await readDeclarations(db)
  return { links: linksOfCircuits(await listResources(db, { types: [armTypes.circuit] })), routerNeighbors }
}

/** The sessions that are joined with a path or with a VPN gateway's. Where no router reports it costs one question. */
async function joinedSessions(db: Queryable, linksOf: () => Promise<RouterLinks>): Promise<JoinedSession[]> {
  const sessions = await reportedSessions(db)
  if (sessions.length === 0) return []
  const reported = namedSessions(sessions, await listRouters(db))
  const { links, routerNeighbors } = await linksOf()
  const joins = joinRouters(reported, links, routerNeighbors)
  const gateways = joinGateways(
    reported,
    await instanceSessions(
      db,
      reported.map(({ neighbor }) => neighbor),
    ),
  )
  const collectors = new Map(
    reported.flatMap((session) => (isCollected(session) ? [[session.routerAddress, session] as const] : [])),
  )
  return reported.flatMap((session): JoinedSession[] => {
    const join = joins.get(session.id)
    const router = session.routerName || session.routerAddress
    const collected = isCollected(session) ? session : (collectors.get(session.routerAddress) ?? null)
    const facingGateway = gateways.get(session.id)
    if ((!join || !('link' in join)) && facingGateway) {
      const { gateway, instance, neighbor } = facingGateway
      return [{ session, router, on: { gateway, instance }, customer: neighbor, collected }]
    }
    if (!join || !('link' in join)) return []
    const { circuitId, peering, path } = join.link
    const facing = links.find(
      (link) =>
        link.circuitId === circuitId &&
        link.peering === peering &&
        link.path === path &&
        (isCollected(session) || link.microsoft === session.neighbor),
    )
    const customer = (isCollected(session) ? null : session.localAddress) ?? facing?.customer ?? null
    return [{ session, router, on: { circuit: circuitId, peering, path }, customer, collected }]
  })
}

/** A session with the collector as it is, or as it was by the end of a period, and what was announced over it. */
async function collectedOf(
  db: Queryable,
  session: RouterSession,
  period: { from: EpochMs; to: EpochMs },
): Promise<Pick<RouterEnd, 'collector' | 'announced'>> {
  const now = spanNow(session)
  const collector =
    now && now.from.latest <= period.to
      ? now
      : (spansBy(await routerSessionHistory(db, session.id, period), period.to).at(-1) ?? null)
  return { collector, announced: await announcedBy(db, session, collector, period) }
}

const spanNow = ({ state, reason, since }: RouterSession): RouterSpan | null =>
  state && since && { state, reason, from: since, to: null }

/** A router sends its table again when its session comes up: until it has had this time, nothing of it is a change, milliseconds. */
const TABLE_SENT_MS = 60_000

/** @param span of the session as it was by the end of the period */
async function announcedBy(
  db: Queryable,
  { id }: RouterSession,
  span: RouterSpan | null | undefined,
  period: { from: EpochMs; to: EpochMs },
): Promise<RouterEnd['announced']> {
  const from = Math.max(period.from, (span?.from.latest ?? Infinity) + TABLE_SENT_MS)
  if (span?.state !== 'up' || from >= period.to) return null
  return { from, changes: await announcedChanges(db, id, { from, to: period.to }) }
}

/** Of a router's session with the collector, which stands beside those with Azure. */
const isCollected = ({ protocol }: Pick<RouterSession, 'protocol'>) => protocol === 'bgp'

/**
 * The customer's end of the sessions of circuits and VPN gateways since a moment, as routers had reported it by another.
 * @param linksOf asked where any router reports
 */
export async function readRouterEnds(
  db: Queryable,
  { scopes, since, at }: { scopes: readonly string[]; since: EpochMs; at: EpochMs },
  linksOf = () => readRouterLinks(db),
): Promise<RouterEnd[]> {
  const joined = await joinedSessions(db, linksOf)
  const period = { from: since, to: at }
  const ends: RouterEnd[] = []
  const collectors = new Map<number, ReturnType<typeof collectedOf>>()
  const byCollector = async (one: RouterSession) => {
    const read = collectors.get(one.id) ?? collectedOf(db, one, period)
    collectors.set(one.id, read)
    return read
  }
  for (const { session, router, on, customer, collected } of joined) {
    const { id, holdTimeSeconds, observedUntil } = session
    if (!scopes.includes(scopeOfEnd({ on })) || customer === null) continue
    if (isCollected(session)) {
      // nothing is known of the session with Azure, not even its hold time
      const nothing = { holdTimeSeconds: null, spans: [], observed: [], silentSince: null }
      ends.push({ on, customer, router, ...nothing, ...(await byCollector(session)) })
      continue
    }
    const connections = await observations(db, session, period)
    const spans = spansBy(await routerSessionHistory(db, id, period), at)
    ends.push({
      on,
      customer,
      router,
      holdTimeSeconds,
      spans,
      observed: observedBy(connections, observedUntil ?? at),
      silentSince: silentBy(connections, at),
      ...(collected
        ? await byCollector(collected)
        : { collector: null, announced: await announcedBy(db, session, spans.at(-1), period) }),
    })
  }
  return ends
}

/**
 * Has the next poll of their groups folded, whatever it shows, for the circuits and gateways whose sessions a router reports: it has just reported
 * that some of them changed. The polls that read Azure's end of these are made due now.
 * @param neighbors of the sessions that changed
 * @returns the circuits and gateways whose sessions changed
 */
export async function foldAfterRouter(
  db: Queryable,
  routerId: number,
  at: EpochMs,
  neighbors: readonly string[] = [],
): Promise<string[]> {
  const joined = await joinedSessions(db, () => readRouterLinks(db))
  const own = joined.filter(({ session, collected }) => [session.routerId, collected?.routerId].includes(routerId))
  await requestFold(db, [...new Set(own.map(scopeOfEnd))], at)
  const isAmong = ({ neighbor }: RouterSession) => neighbor !== null && neighbors.includes(neighbor)
  // a router that the collector has lost may have lost all its sessions
  const changed = own.filter(
    ({ session, collected }) =>
      (isAmong(session) && !isCollected(session)) || (collected?.state === 'down' && isAmong(collected)),
  )
  for (const { on } of changed) await readAzureNow(db, on)
  return [...new Set(changed.map(scopeOfEnd))]
}

/**
 * The same for a router that announces otherwise than before, over a session with Azure or to the collector, by one policy. Nothing follows
 * where it does not: of a table that it sent again.
 * @param neighbors of the sessions that it announced something over since then
 * @returns the circuits and gateways that it announces to
 */
export async function foldAfterAnnouncement(
  db: Queryable,
  routerId: number,
  { neighbors, since, at }: { neighbors: readonly string[]; since: EpochMs; at: EpochMs },
): Promise<string[]> {
  const joined = await joinedSessions(db, () => readRouterLinks(db))
  const known = new Map<number, boolean>()
  const announces = async (session: RouterSession | null) => {
    if (session?.routerId !== routerId || session.neighbor === null || !neighbors.includes(session.neighbor))
      return false
    if (!known.has(session.id)) {
      const announced = await announcedBy(db, session, spanNow(session), { from: since - 1, to: at })
      known.set(session.id, announced !== null && !announced.changes.every(isBack))
    }
    return known.get(session.id) === true
  }
  const changed: JoinedSession[] = []
  for (const one of joined) if ((await announces(one.session)) || (await announces(one.collected))) changed.push(one)
  const scopes = [...new Set(changed.map(scopeOfEnd))]
  if (scopes.length > 0) await requestFold(db, scopes, at)
  // its count of prefixes has the routes read that follow from it (lib/poller/plan/follow-ups.ts)
  for (const { on } of changed) await readAzureNow(db, on)
  return scopes
}

/** ADR 0271. Of a circuit the summary of the session's own path alone: Azure answers one question about a circuit after the other. */
async function readAzureNow(db: Queryable, on: RouterEnd['on']): Promise<void> {
  const [scope, kind] = 'circuit' in on ? [on.circuit, 'summary' as const] : [on.gateway, 'peers' as const]
  for (const { sourceId, subresource, poll, scheduled } of await listSources(db, { scope })) {
    const isOther = 'circuit' in on && !isOfPath(subresource, on)
    if (scheduled && poll.kind === kind && !isOther) await expedite(db, sourceId, [kind])
  }
}

/** Such as AzurePrivatePeering/primary. */
const isOfPath = (subresource: string, { peering, path }: { peering: string; path: string }) =>
  subresource.toLowerCase().includes(peering) && subresource.endsWith(`/${path}`)

/** A log says what changed, and not what is so when it is silent: lines may be lost. */
const observations = (
  db: Queryable,
  { routerId, protocol }: Pick<RouterSession, 'routerId' | 'protocol'>,
  period: { from: EpochMs; to: EpochMs },
) => (protocol === 'syslog' ? [] : routerCoverage(db, routerId, { ...period, protocol }))

/** What was known by a moment: a poll that is folded again finds what it found. */
function spansBy(history: readonly RouterSessionSpan[], at: EpochMs): RouterSpan[] {
  return history
    .filter(({ from }) => from.latest <= at)
    .map(({ state, reason, from, to }) => ({ state, reason, from, to: to && to.latest <= at ? to : null }))
}

/** @param until up to when the session is known: after it nothing was observed of it */
const observedBy = (connections: readonly { from: EpochMs; to: EpochMs }[], until: EpochMs) =>
  observedTimes(
    connections.filter(({ from }) => from <= until).map(({ from, to }) => ({ from, to: Math.min(to, until) })),
  )

type Connections = Awaited<ReturnType<typeof routerCoverage>>

/** Ends of a connection that the router or its network made; of the others the station is at fault, or gone. */
const BY_ROUTER: ReadonlySet<RouterConnectionEnd | null> = new Set(['closed', 'lost'])

/** What had ended by a moment: a poll that is folded again finds what it found. Of a connection that was lost only its last sign is known. */
function silentBy(connections: Connections, at: EpochMs): Bounds | null {
  const last = connections.toSorted((a, b) => a.to - b.to).at(-1)
  if (!last || last.to > at || connections.some(({ ended }) => ended === null) || !BY_ROUTER.has(last.ended))
    return null
  return { earliest: last.to, latest: last.ended === 'closed' ? last.to : at }
}
