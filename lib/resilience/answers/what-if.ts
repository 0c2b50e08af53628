import { type EpochMs, forwardingTablePollKinds } from '#lib/contract/index.ts'
import {
  type ResilienceEndpointResponse,
  type WhatIfCost,
  type WhatIfOutcome,
  whatIfOutcomes,
  type WhatIfParameters,
  type WhatIfRow,
} from '../api/index.ts'
import { computeWhatIfRows, judgeTrafficMove } from '../rules/index.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import {
  type ReadableDatabase,
  findResourceByIdOrName,
  getSqlExecutor,
  buildFreshnessFields,
  findSupportingPolls,
  readSources,
  assertPastWithinHistory,
  formatIso,
} from '#lib/questions/index.ts'

import type { WhatIfFacts } from './what-if/what-if-facts.ts'
import { convertLoadToLimits, computeWhatIfLoad } from './what-if/read-load.ts'
import { comparePrefixLimits, readThroughputLimits } from './what-if/read-limits.ts'
import { summarizeHubTables } from './what-if/hub-tables.ts'
import { findUnreadOfLost, readTrafficMoveInput } from './what-if/move-facts.ts'
import { listModelLimitations } from './what-if/not-modelled.ts'
import { type WhatIfData, readCachedWhatIfData } from './what-if/read-tables.ts'
import { type ResolvedWhatIf, resolveWhatIfLossesAndChanges } from './what-if/resolve-terms.ts'
import { createSiteFinder } from './what-if/site-finder.ts'

/** Functions that a what-if may use only if the caller has certain rights. */
export interface WhatIfCostSource {
  /**
   * Computes the cost of a month with the moved traffic; null = the response contains no costs, for example because the
   * caller may not see them
   */
  costOfMonth:
    | ((
        q: SqlExecutor,
        rows: readonly WhatIfRow[],
        world: WhatIfData,
        asked: ResolvedWhatIf,
        now: EpochMs,
      ) => Promise<WhatIfCost | null>)
    | null
}

/**
 * Returns for every prefix the path that it has after resources are lost or configured differently, now or at a moment
 * in the past.
 * @param caller decides whether the response contains costs
 * @throws InvalidRequestError with the names of unknown resources
 */
export async function computeWhatIf(
  db: ReadableDatabase,
  { lose, change, at, rows: wanted }: WhatIfParameters,
  { costOfMonth }: WhatIfCostSource,
  now: EpochMs = getDatabaseNow(),
): Promise<ResilienceEndpointResponse<'whatIf'>> {
  assertPastWithinHistory('at', at, now)
  const q = getSqlExecutor(db)
  const world = await readCachedWhatIfData(db, { at, now })
  const { facts, ribs } = world
  const asked = await resolveWhatIfLossesAndChanges(
    (id, isOne) => findResourceByIdOrName(q, id, { at, isOne }),
    { lose, change },
    facts,
    (gateway) => listGatewayInstances(world, gateway),
  )
  const names = { siteOf: createSiteFinder(facts.sites), nameOf: createResourceNameFinder(facts) }
  const tables = world.isBlind ? [] : ribs.map((rib) => ({ rib, rows: computeWhatIfRows(rib, asked.failure, names) }))
  const all = tables.flatMap(({ rows }) => rows)
  const load = await computeWhatIfLoad(q, all, world, asked, at ?? now)
  const touched = { tables, ...asked, nameOf: names.nameOf }
  const throughput = await readThroughputLimits(q, world, touched, at ?? now)
  const limits = [
    ...convertLoadToLimits(load ?? [], names.nameOf),
    ...throughput.limits,
    ...(await comparePrefixLimits(q, world, touched)),
  ]
  const cost = costOfMonth && at === undefined ? await costOfMonth(q, all, world, asked, now) : null
  const data: ResilienceEndpointResponse<'whatIf'>['data'] = {
    at: formatIso(at ?? now),
    lost: asked.lost,
    changed: asked.changed,
    prefixes: wanted === 'changed' ? all.filter(isChanged) : all,
    counts: countsOf(all),
    hubTables: summarizeHubTables(facts, tables),
    load: load ?? [],
    limits: limits.toSorted((a, b) => b.share - a.share),
    cost,
    move: judgeTrafficMove(
      tables,
      {
        failure: asked.failure,
        ribs,
        full: (load ?? []).flatMap(({ circuitId: circuit, path, direction, share }) =>
          share !== null && share > 1 ? [{ circuit, path, direction }] : [],
        ),
        facts: await readTrafficMoveInput(q, world, names, at),
      },
      world.isBlind || findUnreadOfLost(world, asked.lost).length > 0,
    ),
    notModelled: listModelLimitations(world, asked, {
      rows: all,
      isWide: load === null,
      unmeasured: throughput.unmeasured.map(names.nameOf),
      cost: cost ? 'said' : !costOfMonth ? 'hidden' : at === undefined ? 'no_forecast' : 'past',
    }),
  }
  const sources = await readSources(q)
  return {
    data,
    ...buildFreshnessFields(findSupportingPolls(sources, forwardingTablePollKinds, now), now, at ?? now),
    covered: world.covered,
    uncovered: world.uncovered,
    ...(world.settled !== undefined && { settled: world.settled }),
  }
}

const isChanged = ({ outcome, reduced }: Pick<WhatIfRow, 'outcome' | 'reduced'>) => outcome !== 'stays' || reduced

function countsOf(rows: readonly WhatIfRow[]): Record<WhatIfOutcome, number> {
  const counts = Object.fromEntries(whatIfOutcomes.map((one) => [one, 0])) as Record<WhatIfOutcome, number>
  for (const { outcome } of rows) counts[outcome] += 1
  return counts
}

/** Returns the addresses of a gateway's instances, from its configuration and its route tables. */
export function listGatewayInstances({ facts, ribs }: Pick<WhatIfData, 'facts' | 'ribs'>, gateway: string): string[] {
  const configured = facts.topology.gateways.find(({ resource }) => resource.id === gateway)?.config.instances ?? []
  const reported = ribs.flatMap(({ table }) =>
    table.routes.flatMap(({ gateway: own, instance }) => (own === gateway && instance ? [instance] : [])),
  )
  return [...new Set([...configured.flat(), ...reported])].toSorted()
}

export function createResourceNameFinder({
  topology,
  networks,
  hubs,
  routeServerOf,
}: Pick<WhatIfFacts, 'topology' | 'networks' | 'hubs' | 'routeServerOf'>): (id: string) => string {
  const resources = [...topology.byKey.values(), ...[...networks.values()].map(({ resource }) => resource)]
  const tables = [...hubs.values()].flatMap(({ hub, customTables }) =>
    customTables.map(({ id, name }) => ({ id, name: `${name} of ${hub.name}` })),
  )
  const names = new Map([...resources, ...tables].map(({ id, name }) => [id, name]))
  // the route table of a BGP peer is shown with the name of its Route Server
  return (id) => names.get(id) ?? names.get(routeServerOf.get(id) ?? '') ?? id
}
