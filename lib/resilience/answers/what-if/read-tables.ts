import {
  armTypes,
  doesConnectionPropagate,
  forwardingTablePollKinds,
  isForwardingTablePollKind,
} from '#lib/contract/index.ts'
import { type HubForwarding, readHubForwarding } from '#lib/gateways/answers/index.ts'
import { listSources, type RouteAtMoment, readRoutesAtMoment } from '#lib/history/index.ts'
import { cacheUntilChange } from '#lib/platform/response-cache.ts'
import { isCustomHubTable, splitTableIntoAtoms, type WhatIfRib, createWhatIfRib } from '../../rules/index.ts'
import {
  type PollCoverageOfRange,
  type ReadableDatabase,
  getSqlExecutor,
  findOtherCustomersPaths,
} from '#lib/questions/index.ts'

import {
  convertGatewayRoutes,
  hasReadGivenTables,
  type ObservedTables,
  findObservedTables,
} from '#lib/routes/answers/index.ts'

import { createAzureTables, createUnreadTableFinder } from './azure-tables.ts'
import { createCustomHubTables, createOtherHubRoutesAdder } from './hub-tables.ts'
import type { WhatIfRouteRows } from './table-rows.ts'
import { type ConfiguredPath, type WhatIfFacts, type WhatIfMoment, readWhatIfFacts } from './what-if-facts.ts'
import { findVpnAnnouncements, createOnPremTables, buildPathTables } from './onprem-tables.ts'
import { readRouterReports } from './router-reports.ts'

/** All data of one moment from which a what-if is computed. */
export interface WhatIfData extends PollCoverageOfRange {
  facts: WhatIfFacts
  ribs: readonly WhatIfRib[]
  /** Prefixes that the customer announces on each circuit path whose route table was read. */
  announced: readonly { of: ConfiguredPath; prefixes: ReadonlySet<string> }[]
  /** True if no route table was read. */
  isBlind: boolean
  /** Returns the short ids of the resources whose route tables were not read and may contain prefixes of a circuit. */
  unreadOf: (circuit: string) => string[]
  /** true if paths of other customers lead to the same prefixes */
  hasOthers: boolean
}

/** Maximum number of rows of a query. It is higher than any deployment needs, because a what-if must read all rows. */
const ALL = 10_000_000

/**
 * Reads all route tables of a moment and splits them into atoms. An atom is a prefix without the more specific prefixes
 * that the same table contains.
 * @param between function that is called after each table, so that the caller can pause
 */
export async function readWhatIfData(
  db: ReadableDatabase,
  moment: WhatIfMoment,
  between?: () => Promise<void>,
): Promise<WhatIfData> {
  const q = getSqlExecutor(db)
  const { at, now } = moment
  const [sources, learned, tables, { rows }] = await Promise.all([
    listSources(q, {}),
    findObservedTables(q, { scope: undefined, kind: 'learned', at, now }),
    findObservedTables(q, { scope: undefined, kind: 'tables', at, now }),
    readRoutesAtMoment(q, { at: at ?? null, kinds: forwardingTablePollKinds, limit: ALL }),
  ])
  const facts = await readWhatIfFacts(
    q,
    moment,
    rows.filter(({ kind }) => kind === 'learned'),
  )
  const isAnothers = anothersIn(db)
  const seenOf = { learned, tables }
  const isSeen = ({ sourceId, kind, known }: RouteAtMoment) =>
    known !== 'unknown' && isForwardingTablePollKind(kind) && seenOf[kind].tables.has(sourceId)
  const expected = sources.filter(({ scheduled, poll }) => scheduled && isForwardingTablePollKind(poll.kind))
  const wasSeen = ({ sourceId, poll }: (typeof sources)[number]) =>
    isForwardingTablePollKind(poll.kind) && seenOf[poll.kind].tables.has(sourceId)
  const read: WhatIfRouteRows = {
    routes: rows.filter((row) => isSeen(row) && !isAnothers(row)),
    seen: new Set(sources.filter(wasSeen).map(({ scope }) => scope)),
    unseen: new Set(expected.filter((source) => !wasSeen(source)).map(({ scope }) => scope)),
  }
  const others = await competing(db, read.routes, facts, moment)
  const paths = buildPathTables(facts, read)
  const ofNetworks = createAzureTables(facts, read, paths)
  const addOtherHubs = createOtherHubRoutesAdder(ofNetworks, facts)
  const azure = [...ofNetworks, ...createCustomHubTables(ofNetworks, facts, read)].map((table) => {
    const prefixes = isCustomHubTable(table) ? new Set(table.routes.map(({ prefix }) => prefix)) : null
    const compete = others.flatMap(({ route, tables: own }) =>
      own.includes(table.scope) && prefixes?.has(route.prefix) !== false ? [route] : [],
    )
    return addOtherHubs({ ...table, routes: [...table.routes, ...compete] })
  })
  const overVpn = findVpnAnnouncements(facts, read)
  const prefixes = new Set([
    ...paths.flatMap(({ fromAzure }) => fromAzure.map(({ prefix }) => prefix)),
    ...overVpn.prefixes,
  ])
  const offered = { estate: facts.topology, prefixes, tunnels: overVpn.tunnels }
  const reports = await readRouterReports(q, offered, moment)
  await between?.()
  const ribs: WhatIfRib[] = []
  for (const table of [...azure, ...createOnPremTables(facts, read, paths, reports)]) {
    ribs.push(createWhatIfRib(splitTableIntoAtoms(table)))
    await between?.()
  }
  return {
    facts,
    ribs,
    announced: paths
      .filter(({ of }) => read.seen.has(of.circuit) && !read.unseen.has(of.circuit))
      .map(({ of, fromCustomer }) => ({ of, prefixes: new Set(fromCustomer.map(({ prefix }) => prefix)) })),
    isBlind: read.seen.size === 0,
    unreadOf: createUnreadTableFinder(facts, read),
    hasOthers: others.length > 0,
    ...coveredBy(learned, tables),
  }
}

// A connection of a hub for which Azure gives no routes makes only the table of its hub partial (`isPartial`).
const coveredBy = (learned: ObservedTables, tables: ObservedTables): PollCoverageOfRange => ({
  covered: hasReadGivenTables(learned) && (tables.covered || tables.tables.size === 0),
  uncovered: [...learned.uncovered, ...tables.uncovered],
  ...(learned.settled !== undefined && { settled: learned.settled && tables.settled !== false }),
})

/**
 * Returns a function that reports whether a route belongs to another customer. If a gateway instance has the route from
 * the other instance, the neighbor of that instance is checked as well.
 */
function anothersIn(db: ReadableDatabase): (route: RouteAtMoment) => boolean {
  const others = findOtherCustomersPaths(db)
  return ({ scope, peer, nextHop }) =>
    others !== null && (others.isAnothers(scope, peer) || others.isAnothers(scope, nextHop))
}

/**
 * Returns the paths of other customers that compete with those of the caller, without details of these paths, and the
 * short ids of the tables in which they compete: the default table of a hub, and the custom tables to which the path's
 * connection propagates.
 */
async function competing(
  db: ReadableDatabase,
  routes: readonly RouteAtMoment[],
  { topology, networks }: WhatIfFacts,
  { at, now }: WhatIfMoment,
) {
  const others = findOtherCustomersPaths(db)
  if (!others || routes.length === 0) return []
  const isAnothers = anothersIn(db)
  // each connection of a hub has a separate table, but the routes of all tables compete within the hub
  const hubOf = new Map(
    topology.gateways.flatMap(({ resource, config }) => {
      const network = networks.get(config.networkKey ?? '')?.resource
      return network?.type === armTypes.virtualHub ? [[resource.id, network.id] as const] : []
    }),
  )
  const tableOf = ({ sourceId, scope, prefix }: RouteAtMoment) => `${hubOf.get(scope) ?? sourceId} ${prefix}`
  const seen = new Set(routes.map(tableOf))
  const { rows } = await readRoutesAtMoment(others.whole, { at: at ?? null, kinds: ['learned'], limit: ALL })
  const rival = rows.filter(
    (route) =>
      route.known !== 'unknown' &&
      route.resourceType !== armTypes.hubBgpConnection &&
      seen.has(tableOf(route)) &&
      isAnothers(route),
  )
  // Only the whole configuration of a hub's table names the connections of other customers that propagate to it.
  const forwarding = rival.length > 0 ? await readHubForwarding(others.whole, at) : new Map<string, HubForwarding>()
  const customTables = [...forwarding.values()].flatMap((hub) => hub.customTables)
  return (await convertGatewayRoutes(others.whole, rival, at, now)).map(
    ({ route: { peer }, system: __, start: ___, ...candidate }) => {
      const scope = hubOf.get(candidate.scope) ?? candidate.scope
      const own = customTables.filter((table) => doesConnectionPropagate(table, candidate.resourceId, peer ?? ''))
      const route = {
        ...candidate,
        scope,
        circuit: null,
        path: null,
        peer: null,
        nextHop: null,
        instance: '',
        gateway: candidate.scope,
        connection: null,
        peering: 'private' as const,
        possible: [],
      }
      return { route, tables: [scope, ...own.map(({ id }) => id)] }
    },
  )
}

/**
 * Returns the data for a what-if. It is cached until data changes, because several requests may follow in quick
 * succession, for example while a user clicks on a map.
 */
export const readCachedWhatIfData = (db: ReadableDatabase, moment: WhatIfMoment): Promise<WhatIfData> =>
  cacheUntilChange(getSqlExecutor(db), `world ${moment.at ?? 'now'}`, () => readWhatIfData(db, moment))
