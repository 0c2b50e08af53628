import { type EpochMs, forwardingTablePollKinds, parseWhatIfLosses } from '#lib/contract/index.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import {
  buildFreshnessFields,
  assertPastWithinHistory,
  type ReadableDatabase,
  findResourceByIdOrName,
  InvalidRequestError,
  formatIso,
  findSupportingPolls,
  getSqlExecutor,
  readSources,
} from '#lib/questions/index.ts'
import {
  listGatewayInstances,
  createResourceNameFinder,
  resolveWhatIfLossesAndChanges,
  createSiteFinder,
  readCachedWhatIfData,
} from '#lib/resilience/answers/index.ts'
import {
  type WhatIfFailure,
  getRoutePath,
  computeWhatIfRows,
  createAffectedTablesFinder,
  isHubRouteUnknown,
  type WhatIfRoute,
  type WhatIfTable,
} from '#lib/resilience/rules/index.ts'
import type {
  PlanRehearsalInput,
  RehearsalBody,
  RehearsedAct,
  RehearsedRouteTable,
  PlanCommandResult,
} from '../api/index.ts'
import { resolveAppliedPlan, describePlannedChanges } from './check-plan.ts'
import { findAnnouncingGateways } from './resolve-plan.ts'

/**
 * Maximum number of routes in a rehearsal (a replay of a plan on real router software). One machine cannot run enough
 * routers for more.
 */
const MAX_ROUTES = 200_000

/**
 * Returns the input of a rehearsal. A rehearsal replays a plan on real router software, to verify the predictions of
 * the model. The input contains the route tables of a moment, the losses and changes to apply to the routers, and the
 * predictions.
 * @throws InvalidRequestError if `at` is in the future or too long ago, if `lose` cannot be parsed, or if the tables
 *   have too many routes
 */
export async function readPlanRehearsalInput(
  db: ReadableDatabase,
  { terms, lose, at: sent }: RehearsalBody,
  now: EpochMs = getDatabaseNow(),
): Promise<PlanCommandResult<'readRehearsal'>> {
  const at = sent === null ? undefined : Date.parse(sent)
  assertPastWithinHistory('at', at, now)
  const losses = parseWhatIfLosses(lose)
  if ('wrong' in losses) throw new InvalidRequestError(`lose: ${JSON.stringify(losses.wrong)} is none`)
  const q = getSqlExecutor(db)
  const world = await readCachedWhatIfData(db, { at, now })
  const { resolved, unknown, refused, asked } = await resolveAppliedPlan(q, terms, world, now)
  const { lost, failure } = await resolveWhatIfLossesAndChanges(
    (id, isOne) => findResourceByIdOrName(q, id, { at, isOne }),
    { lose: [...asked.lose, ...losses.terms], change: asked.change },
    world.facts,
    (gateway) => listGatewayInstances(world, gateway),
  )
  const spaces = resolved.flatMap(({ term, resource }) =>
    term.kind === 'spoke'
      ? findAnnouncingGateways(world.facts, resource.id).map(({ id }) => ({
          kind: 'announce' as const,
          gateway: id,
          prefixes: term.prefixes,
        }))
      : [],
  )
  const touched = spaces.length > 0 ? [] : createAffectedTablesFinder(world.ribs)(failure)
  const ribs = touched.length > 0 ? touched.flatMap((place) => world.ribs[place] ?? []) : world.ribs
  const size = ribs.reduce((sum, { table }) => sum + table.routes.length, 0)
  if (size > MAX_ROUTES)
    throw new InvalidRequestError(
      `lose: ${size} routes are touched, and a rehearsal takes ${MAX_ROUTES}: name fewer lost resources`,
    )
  const nameOf = createResourceNameFinder(world.facts)
  const names = { siteOf: createSiteFinder(world.facts.sites), nameOf }
  const tables = ribs.map((rib) => ({ ...toRehearsedTable(rib.table), rows: computeWhatIfRows(rib, failure, names) }))
  const ids = new Set(
    tables.flatMap(({ hub, scope, routes }) => [
      ...(hub === undefined ? [] : [scope]),
      ...routes.flatMap(({ gateway, circuit }) => [gateway, circuit]),
    ]),
  )
  const data: PlanRehearsalInput = {
    terms: describePlannedChanges(terms, resolved),
    unknown: [...unknown, ...(world.isBlind ? [{ term: null, why: 'no route table was read yet' }] : [])],
    refused,
    at: formatIso(at ?? now),
    lost,
    tables,
    acts: [...actsOf(failure), ...spaces],
    names: Object.fromEntries([...ids].flatMap((id) => (id === null ? [] : [[id, nameOf(id)]]))),
  }
  return {
    data,
    ...buildFreshnessFields(findSupportingPolls(await readSources(q), forwardingTablePollKinds, now), now),
  }
}

/**
 * Converts a route table of the what-if to the format of the response. The predictions (`rows`) are not included. If
 * the caller may not see the path of a route, `others` contains only the prefix of the route.
 */
export function toRehearsedTable(table: WhatIfTable): Omit<RehearsedRouteTable, 'rows'> {
  const { side, scope, hub, preference, routes } = table
  const unknown = routes.flatMap(({ prefix }) => (isHubRouteUnknown(table, prefix) ? prefix : []))
  const isOthers = ({ circuit, peer, nextHop }: WhatIfRoute) => circuit === null && peer === null && nextHop === null
  return {
    side,
    scope,
    ...(hub !== undefined && { hub, unknown: [...new Set(unknown)] }),
    preference,
    others: [...new Set(routes.filter(isOthers).map(({ prefix }) => prefix))],
    routes: routes.filter((route) => !isOthers(route)).map(routeOf),
  }
}

function routeOf(route: WhatIfRoute): RehearsedRouteTable['routes'][number] {
  const { prefix, asPath, gateway, instance, peer, nextHop, transport, circuit, path, peering } = route
  const { connection, connectionWeight } = route
  const { peer: leadsTo } = getRoutePath(route)
  const by = { leadsTo, handedOnBy: leadsTo === peer ? null : peer, nextHop }
  const on = { transport, circuit, path, peering, connection, connectionWeight }
  return { prefix, asPath: [...asPath], gateway, instance, ...by, ...on }
}

const actsOf = (failure: WhatIfFailure): RehearsedAct[] => [
  ...[...failure.gateways].map((gateway) => ({ kind: 'lose_gateway' as const, gateway })),
  ...[...failure.instances].map((instance) => ({ kind: 'lose_instance' as const, instance })),
  ...[...failure.paths].map((path) => ({ kind: 'lose_path' as const, path })),
  ...[...failure.circuits].map((circuit) => ({ kind: 'lose_circuit' as const, circuit })),
  ...[...failure.connections].map(([connection, ends]) => ({ kind: 'lose_connection' as const, connection, ...ends })),
  ...[...failure.neighbors].map((address) => ({ kind: 'lose_neighbor' as const, address })),
  ...[...failure.prepends].map(([circuit, count]) => ({ kind: 'prepend' as const, circuit, count })),
  ...[...failure.weights].map(([connection, { weight }]) => ({ kind: 'weight' as const, connection, weight })),
  ...[...failure.withdrawn].map(([circuit, all]) => ({ kind: 'withdraw' as const, circuit, prefixes: [...all] })),
]
