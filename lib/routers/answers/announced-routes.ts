import {
  canonicalizeAddress,
  canonicalizePrefix,
  doesPrefixContainPrefix,
  detectAddressFamily,
  parsePrefix,
} from '#lib/bgp/index.ts'
import type { RoutersEndpointResponse } from '../api/index.ts'
import { type EpochMs, parsePeeringType, listPublicPrefixes } from '#lib/contract/index.ts'
import {
  type AnnouncedPrefix,
  type ComparedPrefix,
  compareAnnouncedWithLearned,
  type PeeringLinkId,
  getPrefixLimit,
} from '#lib/detection/index.ts'
import { type RouterSession, readRoutesAtMoment } from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import {
  getLastGoodTime,
  readSources,
  isSameIgnoringCase,
  readThresholdsInForce,
  getCircuitLinks,
  selectCircuitPeering,
  type EstateTopology,
} from '#lib/questions/index.ts'
import { formatComparedTables, formatDifference } from './router-text.ts'
import { type RouterRouteSpan, readRouterRoutes, readMonitoredRibs } from '../store/index.ts'

type AnnouncedRoutes = RoutersEndpointResponse<'circuitRouters'>['data'][number]['announced']

const OUT = ['adjOutPre', 'adjOutPost'] as const
/**
 * Maximum number of routes that are read for one session. It is well above the number of prefixes that an MSEE accepts
 * on a Premium circuit, because a route appears twice if the router reports it before and after its policy.
 */
const MAX_ROUTES = 40_000
const MAX_DIFFERENCES = 200
/**
 * Maximum time in milliseconds after a router withdrew a route, for which the route may still be in Azure's responses.
 * After this time, it counts as a difference.
 */
const RECENT_MS = 15 * 60_000

/**
 * Compares the routes that a router advertises to the Microsoft edge router (MSEE) with the routes that Azure learned
 * on that path. If the router does not report by BMP which routes it advertises, the routes that it advertises to
 * Peerwatch's collector are used instead. The collector is Peerwatch's end of a BGP session with the router. This
 * session must belong to the same routing table of the router. Routes with Azure's ASN in their AS path are then left
 * out, because Azure does not accept its own routes.
 */
export async function compareAnnouncedRoutes(
  q: SqlExecutor,
  session: RouterSession,
  {
    link,
    estate,
    among,
    now,
  }: { link: PeeringLinkId; estate: EstateTopology; among: readonly RouterSession[]; now: EpochMs },
): Promise<AnnouncedRoutes> {
  const views = await readMonitoredRibs(q, session.id)
  const own = OUT.findLast((view) => views.includes(view)) ?? null
  const collected = own === null ? collectedBeside(session, among) : []
  const isCollected = collected.length > 0
  const table = isCollected ? 'adjOutPost' : own
  const nothing = (why: Parameters<typeof formatComparedTables>[0]): AnnouncedRoutes => ({
    table,
    words: formatComparedTables(why),
    readAt: null,
    counts: null,
    differences: [],
  })
  if (table === null) return nothing('not_reported')
  if (session.observedUntil !== null) return nothing('not_observed')
  if (session.state !== 'up') return nothing('not_up')
  const sources = isCollected ? collected.filter(isUp) : [session]
  if (sources.length === 0) return nothing('collector_down')
  const azure = await learnedFrom(q, session, { link, estate })
  if (!azure) return nothing('not_read')
  let isPartial = azure.isPartial
  const recent = azure.readFrom - RECENT_MS
  const spans: RouterRouteSpan[] = []
  const isOfOthers = ({ attributes: { asPath } }: RouterRouteSpan) =>
    !isCollected || session.neighborAsn === null || !asPath?.includes(session.neighborAsn)
  for (const { id } of sources) {
    const read = await readRouterRoutes(q, id, { from: recent, to: now, limit: MAX_ROUTES + 1, views: OUT })
    isPartial ||= read.length > MAX_ROUTES
    spans.push(...read.filter(isOfOthers))
  }
  // compare nothing if a table was not read completely, because its missing routes would look like differences
  if (isPartial) return nothing('too_many')
  const compared = compareAnnouncedWithLearned({
    ...azure,
    announced: currentOf(spans, table),
    beforePolicy: table === 'adjOutPost' && views.includes('adjOutPre') ? currentOf(spans, 'adjOutPre') : null,
    withdrawn: new Map(
      spans.flatMap(({ view, prefix, to }) => (view === table && to ? [[keyOf(prefix), to.latest] as const] : [])),
    ),
    readAt: azure.readFrom,
  })
  return {
    table,
    words: formatComparedTables(isCollected ? 'collected' : table),
    readAt: azure.readAt,
    counts: countsOf(compared),
    differences: compared
      .flatMap(({ prefix, verdict, because, since }) =>
        verdict === 'learned'
          ? []
          : { prefix, verdict, words: formatDifference({ verdict, because, table, isCollected }), since },
      )
      .slice(0, MAX_DIFFERENCES),
  }
}

const isUp = ({ state, observedUntil }: RouterSession) => state === 'up' && observedUntil === null

/**
 * Returns the router's BGP sessions with Peerwatch's collector. These sessions contain routes of the router's default
 * routing table, so the result is empty for a session in a VRF.
 */
const collectedBeside = ({ routerId, peerType }: RouterSession, among: readonly RouterSession[]) =>
  among.filter((one) => peerType === 'global' && one.routerId === routerId && one.protocol === 'bgp')

/**
 * Returns the routes that Azure learned from a router on its circuit path, and the maximum number of prefixes that the
 * peering accepts. Returns null if Azure's table was never read, or if the circuit does not have this path any more.
 */
async function learnedFrom(
  q: SqlExecutor,
  { localAddress, neighbor }: RouterSession,
  { link, estate }: { link: PeeringLinkId; estate: EstateTopology },
) {
  const found = estate.circuits.find(({ resource }) => resource.id === link.circuitId)
  const circuit = found && selectCircuitPeering(found, link.peering)
  if (!circuit?.peering) return null
  const { peering, config } = circuit
  const own = getCircuitLinks(circuit, link.path).find(
    ({ microsoft, customer }) => microsoft === neighbor || customer === localAddress,
  )
  const subresource = `${peering.name}/${link.path}`
  const source = (await readSources(q, link.circuitId)).find(
    ({ poll, subresource: part }) => poll.kind === 'tables' && isSameIgnoringCase(part, subresource),
  )
  const readAt = source ? getLastGoodTime(source.poll) : null
  if (!source || readAt === null || !own) return null
  const { rows } = await readRoutesAtMoment(q, {
    scope: link.circuitId,
    at: null,
    kinds: ['tables'],
    subresource,
    limit: MAX_ROUTES + 1,
  })
  const family = detectAddressFamily(own.customer)
  const limits = await readThresholdsInForce(q)
  const isPremium = isSameIgnoringCase(config.sku.tier, 'premium')
  const stated = listPublicPrefixes(peering)
  const isOffered = parsePeeringType(peering.type) === 'microsoft' && stated.length > 0
  const offered = isOffered ? stated.flatMap(({ prefixes }) => prefixes) : null
  const outer = offered?.flatMap((text) => parsePrefix(text) ?? []) ?? null
  return {
    learned: rows
      .filter(({ nextHop }) => nextHop !== null && canonicalizeAddress(nextHop) === own.customer)
      .map(({ prefix }) => keyOf(prefix)),
    readAt,
    // use the begin of the poll as the time of the table, because Azure produced the response at an unknown time
    // between its begin and end
    readFrom: source.poll.lastFinishedAt === readAt ? (source.poll.lastStartedAt ?? readAt) : readAt,
    isPartial: rows.length > MAX_ROUTES,
    limit: getPrefixLimit(link.peering, isPremium, limits, family),
    isTaken: (text: string) => {
      const prefix = parsePrefix(text)
      return outer && prefix ? outer.some((one) => doesPrefixContainPrefix(one, prefix)) : null
    },
  }
}

const keyOf = (prefix: string) => canonicalizePrefix(prefix) ?? prefix

const currentOf = (spans: readonly RouterRouteSpan[], view: (typeof OUT)[number]): AnnouncedPrefix[] =>
  spans.flatMap((span) =>
    span.view === view && span.to === null ? [{ prefix: keyOf(span.prefix), since: span.from }] : [],
  )

function countsOf(compared: readonly ComparedPrefix[]): AnnouncedRoutes['counts'] {
  const of = (verdict: ComparedPrefix['verdict']) => compared.filter((one) => one.verdict === verdict).length
  return {
    learned: of('learned'),
    notYet: of('not_yet'),
    notLearned: of('not_learned'),
    byPolicy: of('by_policy'),
    learnedOnly: of('learned_only'),
  }
}
