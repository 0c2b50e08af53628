import { formatAsPath } from '#lib/bgp/index.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import { openProcessCache } from '#lib/platform/cache.ts'
import { type ReadableDatabase, getSqlExecutor } from '#lib/questions/index.ts'
import { DEFAULT_ROUTES } from '#lib/bgp/index.ts'
import { type CircuitFacts, listTablesOfDistinctRoutes } from '../rules/index.ts'
import { type WhatIfData, readCachedWhatIfData } from './what-if/read-tables.ts'
import { createSiteFinder } from './what-if/site-finder.ts'

type Announced = NonNullable<CircuitFacts['announced']>

/**
 * Time in milliseconds for which the result is cached. It is used for advice about summary prefixes, which does not
 * need the newest routes. Reading all route tables takes as long as a what-if.
 */
const GOOD_FOR_MS = 10 * 60_000
const kept = openProcessCache<Promise<Map<string, Announced>>>('announced_prefixes', { maxAgeMs: GOOD_FOR_MS })

/**
 * Returns the prefixes that the customer announces, by the circuit over which Azure's gateways learned them. They are
 * grouped, so that all prefixes of a group have the same site, circuits and AS paths. The result is cached for ten
 * minutes.
 */
export const readAnnouncedPrefixes = (db: ReadableDatabase, now: EpochMs): Promise<Map<string, Announced>> =>
  kept.share(getSqlExecutor(db), '', async () => announcedBy(await readCachedWhatIfData(db, { at: undefined, now })), {
    now,
  })

function announcedBy({ facts, ribs }: WhatIfData): Map<string, Announced> {
  const siteOf = createSiteFinder(facts.sites)
  const learned = listTablesOfDistinctRoutes(ribs)
    .filter(({ table }) => table.side === 'azure')
    .flatMap(({ table }) => table.routes)
    .filter(({ circuit, prefix, peering }) => circuit !== null && peering === 'private' && !DEFAULT_ROUTES.has(prefix))
  const byPrefix = Map.groupBy(learned, ({ prefix }) => prefix)
  const groups = new Map<string, Map<string, string[]>>()
  for (const [prefix, routes] of byPrefix) {
    const how = [...new Set(routes.map((route) => `${route.circuit} ${formatAsPath(route)}`))].toSorted().join(', ')
    const alike = `${siteOf(prefix) ?? ''}: ${how}`
    for (const circuit of new Set(routes.flatMap((route) => route.circuit ?? []))) {
      const own = groups.get(circuit) ?? new Map<string, string[]>()
      groups.set(circuit, own)
      own.set(alike, [...(own.get(alike) ?? []), prefix])
    }
  }
  return new Map([...groups].map(([circuit, own]) => [circuit, [...own.values()].map((prefixes) => ({ prefixes }))]))
}
