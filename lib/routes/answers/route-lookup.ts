import { buildAzCommand } from '#lib/azure/az-command.ts'
import { isNetworkSpaceRoute } from '#lib/bgp/index.ts'
import { OTHER_CUSTOMERS_PATH_LABEL, armTypes, type EpochMs, parsePeeringType } from '#lib/contract/index.ts'
import type { RoutesEndpointResponse, RouteLookupParameters } from '../api/index.ts'
import type { RouteAtMoment } from '#lib/history/index.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import {
  type ReadableDatabase,
  getSqlExecutor,
  buildFreshnessFields,
  pickPollsOfKinds,
  assertPastWithinHistory,
  resolveResource,
} from '#lib/questions/index.ts'
import type { VisibleRankedRoute } from '../rules/candidates.ts'

import { readGatewayRouteTables, findUserRoutesToAddress } from '#lib/gateways/answers/index.ts'

import { findInterfaceRoutes } from '#lib/networks/answers/index.ts'

import { findFirewallsOnPath } from './hub-firewalls.ts'
import { readLookupContext } from './lookup-context.ts'
import { rankWithLastKnownRoutes } from './last-known-routes.ts'
import { findLookupStart } from './lookup-start.ts'
import type { RankableRoute } from './route-candidates.ts'
import type { RankedRoutes } from './route-ranking.ts'
import { findPrivateEndpointSubnets } from './system-routes.ts'

type Candidate = RoutesEndpointResponse<'routeLookup'>['data']['candidates'][number]

/**
 * Returns the routes that cover an address, in order of preference, and the events around the time. The routes come
 * from the learned tables of gateways, from the tables of a circuit's paths, or from the tables of hubs.
 */
export async function lookUpRoutesToAddress(
  db: ReadableDatabase,
  { ip, at, scope: asked }: RouteLookupParameters,
  now: EpochMs = getDatabaseNow(),
): Promise<RoutesEndpointResponse<'routeLookup'>> {
  assertPastWithinHistory('at', at, now)
  const q = getSqlExecutor(db)
  const named = asked === undefined ? null : await resolveResource(q, asked, at)
  const scope = named?.id
  const resource = await findLookupStart(q, named, at)
  const ranking = rankWithLastKnownRoutes(db, { ip, at, resource }, now)
  // The ranking, and the events around `at`, are read at the same time, because the search for events also needs ranked
  // routes around `at`.
  const [{ ranked, last }, around] = await Promise.all([
    ranking,
    readLookupContext(db, { ip, at, resource, ranked: ranking }, now),
  ])
  const { kind, seen, candidates, address, gateways } = ranked
  const scheduled = ranked.sources.filter(({ scheduled: polled }) => polled)
  const userRoutes = findUserRoutesToAddress(address, await readGatewayRouteTables(q, gateways, at))
  return {
    data: {
      ip,
      ...describeRanking(ranked, at ?? now),
      ...(last && { lastKnown: describeRanking(last.ranked, last.at) }),
      interfaces:
        scope === undefined || resource?.type === armTypes.networkInterface
          ? await findInterfaceRoutes(q, { ip, at, scope, sources: scheduled }, now)
          : [],
      firewalls: await findFirewallsOnPath(q, {
        address,
        ip,
        resource,
        at,
        used: candidates.filter(({ rank }) => rank === 1),
      }),
      userRoutes,
      privateEndpoints: userRoutes.length > 0 ? await findPrivateEndpointSubnets(q, { address, gateways, at }) : [],
      around,
    },
    ...buildFreshnessFields(pickPollsOfKinds(scheduled, [kind]), now, at ?? now),
    covered: seen.covered,
    uncovered: seen.uncovered,
    ...(seen.settled !== undefined && { settled: seen.settled }),
  }
}

/** Describes ranked routes for the API. @param at time of the ranking */
const describeRanking = ({ known, match, system, candidates }: RankedRoutes, at: EpochMs) => ({
  at,
  known,
  match,
  system,
  candidates: candidates.map(shownCandidate),
})

function shownCandidate({
  route,
  rank,
  rule,
  reason,
  inferred,
  anotherCustomer,
  ...hop
}: VisibleRankedRoute<RankableRoute>): Candidate {
  if (anotherCustomer) return anothersPath(route, rank, hop.start)
  return {
    ...route,
    table: hop.system ? 'system' : route.kind,
    peering: parsePeeringType(route.peering),
    path: hop.path,
    rank,
    start: hop.start,
    ...(isNetworkSpaceRoute(route) ? { ...OWN_SPACE, network: hop.network ?? null } : { rule, reason, inferred }),
    transport: hop.transport,
    circuitId: hop.circuit,
    connectionWeight: hop.connectionWeight,
    since: hop.system ? null : route.since,
    known: route.known === 'observed' ? 'observed' : 'indeterminate',
    anotherCustomer: false,
    azCommand: hop.system ? null : buildAzCommand(route),
  }
}

/**
 * Rule and reason for a system route to the network's own address space. Each gateway instance lists it separately, so
 * several rows do not mean ECMP.
 */
const OWN_SPACE = {
  rule: 'own_space',
  reason:
    'system route: space of the virtual network or of a peered one, before any BGP route, longer ones too; no gateway carries it',
  inferred: false,
}

/**
 * Returns the fields that may be shown of another customer's route: table, prefix, rank and start. The other fields are
 * empty, because they would reveal who the customer is.
 */
const anothersPath = (route: RouteAtMoment, rank: number, start: Candidate['start']): Candidate => ({
  scope: route.scope,
  scopeName: route.scopeName,
  resourceId: route.resourceId,
  table: route.kind,
  peering: null,
  path: null,
  instance: null,
  peer: null,
  prefix: route.prefix,
  nextHop: null,
  asPath: [],
  origin: null,
  weight: null,
  localPref: null,
  rank,
  start,
  rule: 'another_customer',
  reason: OTHER_CUSTOMERS_PATH_LABEL,
  inferred: false,
  transport: 'unknown',
  circuitId: null,
  connectionWeight: null,
  since: null,
  known: 'observed',
  anotherCustomer: true,
  azCommand: null,
})
