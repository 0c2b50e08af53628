import {
  circuitPaths,
  judgeAzureTest,
  normalizeArmId,
  armTypes,
  type AzureGatewayReports,
  type EpochMs,
} from '#lib/contract/index.ts'
import { rankCandidates } from '#lib/bgp/index.ts'
import { decodeResourceConfig } from '#lib/azure/config/index.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import type { Database } from '#lib/platform/database.ts'
import {
  getActorName,
  buildFreshnessFields,
  announceStreamChange,
  type ReadableDatabase,
  InvalidRequestError,
  NotFoundError,
  findSupportingPolls,
  getSqlExecutor,
  readSources,
  resolveResource,
} from '#lib/questions/index.ts'
import type { ResilienceEndpointResponse, ResilienceCommandResult } from '../api/index.ts'
import {
  type LearnedPrefixesAtMoment,
  checkFunctions,
  compareScoreComponent,
  compareRouteRanksWithAzure,
  compareRoutes,
  type PathRank,
  type PathRanksByPrefix,
  compareFailoverTest,
  findNonRedundantPrefixes,
  judgeAzureReportState,
  listTablesOfDistinctRoutes,
} from '../rules/index.ts'
import { requestAzureReports, readAzureReportsOfResource, listDrills } from '../store/index.ts'
import { readPostureFacts } from './posture-facts.ts'
import { type WhatIfData, readCachedWhatIfData } from './what-if/read-tables.ts'

/** Maximum number of drills (announced failover exercises) among which the drill of a failover test is searched. */
const MAX_DRILLS = 200

/**
 * Returns the gateway with an id.
 * @throws NotFoundError if it does not exist, or if Azure has no reports about this type of resource
 */
async function gatewayOf(db: ReadableDatabase, id: string) {
  const found = await resolveResource(getSqlExecutor(db), id)
  if (found.type === armTypes.virtualNetworkGateway || found.type === armTypes.expressRouteGateway) return found
  throw new NotFoundError(
    `Azure has no such reports about ${found.name}: only virtual network gateways and ExpressRoute gateways of Virtual WAN hubs have them`,
  )
}

/**
 * Returns the latest reports of Azure about a gateway, compared with Peerwatch's own data.
 * @throws NotFoundError if the gateway does not exist, or if Azure has no reports about it
 */
export async function getAzureReports(
  db: ReadableDatabase,
  id: string,
  now: EpochMs = getDatabaseNow(),
): Promise<ResilienceEndpointResponse<'azureReports'>> {
  const q = getSqlExecutor(db)
  const { id: scope } = await gatewayOf(db, id)
  const { answered, waiting } = await readAzureReportsOfResource(q, scope)
  const body = answered?.body ?? null
  const asked = waiting ?? answered
  return {
    data: {
      state: waiting ? 'asking' : answered ? 'read' : 'none',
      askedAt: asked?.askedAt ?? null,
      askedBy: asked?.askedBy ?? null,
      readAt: answered?.answeredAt ?? null,
      ...(body ? await beside(db, scope, body, now) : { score: null, routes: null, tests: null }),
    },
    ...buildFreshnessFields(findSupportingPolls(await readSources(q), ['learned'], now), now),
  }
}

/**
 * Requests Azure's reports about a gateway once. If a request is already waiting, no further one is added.
 * @throws NotFoundError if the gateway does not exist
 * @throws InvalidRequestError if it is a VPN gateway, because Azure has no reports about it
 */
export async function requestAzureReportsOfGateway(
  db: Database,
  id: string,
  now: EpochMs = getDatabaseNow(),
): Promise<ResilienceCommandResult<'askAzureReports'>> {
  const found = await gatewayOf(db.pool, id)
  if (found.type === armTypes.virtualNetworkGateway && decodeResourceConfig(found.type, found.config).kind === 'vpn')
    throw new InvalidRequestError(`${found.name} is a VPN gateway: Azure reports on ExpressRoute gateways alone`)
  await requestAzureReports(db.pool, found.id, getActorName(), now)
  await announceStreamChange(db.pool, ['gateways', 'resilience'], now)
  return { data: (await getAzureReports(db.pool, found.id, now)).data }
}

type Beside = Pick<ResilienceEndpointResponse<'azureReports'>['data'], 'score' | 'routes' | 'tests'>

async function beside(db: ReadableDatabase, scope: string, body: AzureGatewayReports, now: EpochMs): Promise<Beside> {
  const q = getSqlExecutor(db)
  const worldAt = async (at: EpochMs | null) => (at === null || at > now ? null : readCachedWhatIfData(db, { at, now }))
  const world = await readCachedWhatIfData(db, { at: undefined, now })
  const { topology } = world.facts
  const circuits = new Map(topology.circuits.map((circuit) => [circuit.resource.id, circuit]))
  const locationOf = (circuit: string) => circuits.get(circuit)?.config.peeringLocation?.toLowerCase() ?? null
  const nameOf = (id: string) => circuits.get(id)?.resource.name ?? id
  const current = carriedAt(world, scope)
  const { resiliency, routes, tests } = body
  const part = <Data>(of: AzureGatewayReports[keyof AzureGatewayReports], data: Data | null) => ({
    state: judgeAzureReportState(of),
    ...of,
    data,
  })
  const sets = routes.data
  const circuitOf = (key: string) => {
    const resourceId = sets?.circuits[key]?.resourceId
    return resourceId ? (topology.byKey.get(normalizeArmId(resourceId))?.id ?? null) : null
  }
  const then = sets && (await worldAt(sets.computedAt))
  const compared =
    sets && compareRoutes(sets, { now: current, computed: then ? carriedAt(then, scope) : NOT_SEEN, circuitOf })
  const ranks =
    sets &&
    compareRouteRanksWithAzure(sets, {
      now: ranksAt(world, scope),
      computed: then ? ranksAt(then, scope) : null,
      circuitOf,
    })
  const nonRedundant = sets ? findNonRedundantPrefixes(sets) : []
  const drills = tests.data?.length ? await listDrills(q, MAX_DRILLS) : []
  const tested = []
  for (const test of tests.data ?? []) {
    const at = await worldAt(test.startedAt)
    const { details, issues, connections = [], circuits: _circuits, link: _link, ...own } = test
    const lost = details?.nonRedundant ?? null
    const drill = drills.find(
      (one) => test.startedAt !== null && one.from <= (test.endedAt ?? test.startedAt) && test.startedAt <= one.to,
    )
    tested.push({
      ...own,
      isSuccessful: details?.isSuccessful ?? null,
      verdict: judgeAzureTest(test),
      connections: connections.map(({ name, status, at: since }) => ({ name, status, at: since })),
      issues,
      lost,
      drill: drill ? { id: drill.id, title: drill.title } : null,
      ...compareFailoverTest({ location: test.location, lost }, at ? carriedAt(at, scope) : NOT_SEEN, locationOf),
    })
  }
  const facts = {
    routes: current.isSeen ? redundancyOf(current, locationOf) : null,
    zones:
      checkFunctions
        .zone_redundant_sku(await readPostureFacts(q, now))
        .find(({ subject }) => subject.resource.id === scope)?.state ?? null,
    // Tests that expired or are still running are left out, because they do not affect the score.
    tests:
      tests.data &&
      tests.data.flatMap((test) =>
        ['pass', 'fail', 'unknown'].includes(judgeAzureTest(test)) ? (test.endedAt ?? []) : [],
      ),
    computedAt: resiliency.data?.computedAt ?? null,
  }
  return {
    score: part(
      resiliency,
      resiliency.data && {
        ...resiliency.data,
        change: resiliency.data.change ?? null,
        gain: resiliency.data.gain ?? null,
        components: resiliency.data.components.map((component) => ({
          ...component,
          advice: component.recommendations.map(({ title }) => title),
          recommendations: component.recommendations,
          ...compareScoreComponent(component, facts),
        })),
      },
    ),
    routes: part(
      routes,
      sets && {
        computedAt: sets.computedAt,
        agreed: compared?.agreed ?? 0,
        differences: (compared?.differences ?? []).map((one) => ({
          ...one,
          azure: one.azure.map(nameOf),
          ours: one.ours.map(nameOf),
        })),
        ranks: (ranks ?? []).map((one) => ({
          ...one,
          azure: one.azure.map((path) => ({ ...path, circuit: nameOf(path.circuit) })),
          ours: one.ours.map((path) => ({ ...path, circuit: nameOf(path.circuit) })),
        })),
        redundant: sets.routes.length - nonRedundant.length,
        nonRedundant,
        otherPaths: [...current.prefixes.values()].filter((one) => one.circuits.size === 0 && !one.hasUnmapped).length,
      },
    ),
    tests: part(tests, tests.data && tested),
  }
}

const NOT_SEEN: LearnedPrefixesAtMoment = { isSeen: false, prefixes: new Map() }

/** Returns the tables with routes of a gateway. Each of the routes is in one of them. */
const listTablesOfGateway = (ribs: WhatIfData['ribs'], gateway: string) =>
  listTablesOfDistinctRoutes(ribs).filter(({ table }) => table.routes.some((route) => route.gateway === gateway))

/**
 * Returns the prefixes that a gateway learned over private peering, from the route tables of a what-if. Prefixes in the
 * address space of the gateway's own network are left out.
 */
function carriedAt({ ribs, covered }: WhatIfData, gateway: string): LearnedPrefixesAtMoment {
  const own = listTablesOfGateway(ribs, gateway)
  const ownSpace = new Set(own.flatMap(({ table }) => table.ownSpace))
  const prefixes = new Map<string, { circuits: Set<string>; hasUnmapped: boolean }>()
  for (const route of own.flatMap(({ table }) => table.routes)) {
    if (route.gateway !== gateway || route.peering !== 'private' || ownSpace.has(route.prefix)) continue
    const carried = prefixes.get(route.prefix) ?? { circuits: new Set(), hasUnmapped: false }
    prefixes.set(route.prefix, carried)
    if (route.circuit !== null) carried.circuits.add(route.circuit)
    else if (route.possible.length > 0) carried.hasUnmapped = true
  }
  return { isSeen: covered && own.length > 0 && own.every(({ table }) => !table.isPartial), prefixes }
}

/**
 * Returns the rank of each circuit path for the prefixes that a gateway learned over private peering. If it is unknown
 * to which path a neighbor belongs, the neighbor is used for both paths of its circuit.
 */
function ranksAt(data: WhatIfData, gateway: string): PathRanksByPrefix {
  if (!carriedAt(data, gateway).isSeen) return null
  const own = listTablesOfGateway(data.ribs, gateway)
  const learned = own.flatMap(({ table: { routes, preference } }) =>
    routes.flatMap((route) =>
      route.gateway === gateway && route.peering === 'private' && route.circuit !== null
        ? [{ ...route, preference, circuit: route.circuit }]
        : [],
    ),
  )
  return new Map(
    [...Map.groupBy(learned, ({ prefix }) => prefix)].map(([prefix, routes]) => {
      const ranked = rankCandidates(routes, { preference: routes[0]?.preference ?? 'expressRoute' })
      const best = new Map<string, PathRank>()
      for (const { circuit, path, rank, reason } of ranked)
        for (const on of path === null ? circuitPaths : [path])
          if (!best.has(`${circuit}/${on}`)) best.set(`${circuit}/${on}`, { circuit, path: on, rank, why: reason })
      return [prefix, [...best.values()]]
    }),
  )
}

function redundancyOf({ prefixes }: LearnedPrefixesAtMoment, locationOf: (circuit: string) => string | null) {
  const carried = [...prefixes.values()].filter(({ circuits }) => circuits.size > 0)
  const isRedundant = ({ circuits }: { circuits: ReadonlySet<string> }) =>
    new Set([...circuits].map((circuit) => locationOf(circuit) ?? circuit)).size > 1
  return { redundant: carried.filter(isRedundant).length, all: carried.length }
}
