import { DEFAULT_ROUTES } from '#lib/bgp/index.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import { type Declarations, type EpochMs, forwardingTablePollKinds } from '#lib/contract/index.ts'
import {
  type RoutingIntent,
  type RoutingIntents,
  intentStates,
  type PinIntentsBody,
  type ResilienceEndpointResponse,
  type ResilienceCommandResult,
  type WhatIfRow,
} from '../api/index.ts'
import { readCurrentDeclarations } from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import {
  type PrefixWithCircuits,
  listCircuitsOfPaths,
  compareIntents,
  EMPTY_WHAT_IF_FAILURE,
  type CircuitsUsedBySiteTowardsAzure,
  findReturnPaths,
  computeWhatIfRows,
  isCustomHubTable,
  isHubRouteUnknown,
} from '../rules/index.ts'
import {
  type ReadableDatabase,
  getSqlExecutor,
  ConflictError,
  NotFoundError,
  buildFreshnessFields,
  findSupportingPolls,
  readSources,
} from '#lib/questions/index.ts'
import { putDeclarations } from '#lib/declarations/answers/index.ts'

import { createResourceNameFinder } from './what-if.ts'
import { readWhatIfData, type WhatIfData, readCachedWhatIfData } from './what-if/read-tables.ts'
import { createSiteFinder } from './what-if/site-finder.ts'

/** Returns which circuits currently carry each prefix, compared with the circuits that operators declared for it. */
export async function getRoutingIntents(
  db: ReadableDatabase,
  _parameters: { customer?: string | undefined } = {},
  now: EpochMs = getDatabaseNow(),
): Promise<ResilienceEndpointResponse<'intents'>> {
  const q = getSqlExecutor(db)
  const declared = await readCurrentDeclarations(q)
  const world = await readCachedWhatIfData(db, { at: undefined, now })
  return answer(db, compareIntents(findPrefixesWithCircuits(world), declared, returnsIn(world)), now)
}

async function answer(
  db: ReadableDatabase,
  intents: RoutingIntent[],
  now: EpochMs,
): Promise<ResilienceEndpointResponse<'intents'>> {
  const count = (state: RoutingIntent['state']) =>
    intents.filter((one) => one.state === state).reduce((sum, { prefixes }) => sum + prefixes.length, 0)
  const counts = Object.fromEntries(intentStates.map((state) => [state, count(state)])) as RoutingIntents['counts']
  const sources = await readSources(getSqlExecutor(db))
  return {
    data: { intents, counts },
    ...buildFreshnessFields(findSupportingPolls(sources, forwardingTablePollKinds, now), now),
  }
}

/**
 * Declares the circuits that currently carry these prefixes as the intended circuits ("pin"). The prefixes are removed
 * from all other policies, except policies of the kind `symmetric`.
 * @throws NotFoundError if the routes or declarations have changed since the caller read the id
 * @throws ConflictError if a policy cannot express how the prefixes are carried now
 */
export async function pinRoutingIntents(
  db: Database,
  { ids }: PinIntentsBody,
  now: EpochMs = getDatabaseNow(),
): Promise<ResilienceCommandResult<'pinIntents'>> {
  const declared = await readCurrentDeclarations(db.pool)
  // The route tables are read again without the cache, because a declaration must not be based on old data.
  const world = await readWhatIfData(db.pool, { at: undefined, now })
  const carried = findPrefixesWithCircuits(world)
  const intents = compareIntents(carried, declared)
  const pinned = ids.map((id) => {
    const intent = intents.find((one) => one.id === id)
    if (!intent) throw new NotFoundError(`what carries ${JSON.stringify(id)} has changed: read /resilience/intents`)
    if (intent.unpinnable !== null) throw new ConflictError(`${JSON.stringify(id)}: ${intent.unpinnable}`)
    return intent
  })
  const { data } = await putDeclarations(
    db,
    { version: declared.version, policies: withPins(declared.policies, pinned) },
    now,
  )
  return answer(db.pool, compareIntents(carried, data, returnsIn(world)), now)
}

type Policies = Declarations['policies']

/**
 * Adds policies for the pinned prefixes. The prefixes are removed from all other policies, except policies of the kind
 * `symmetric`. A policy that then has no prefix is removed, because it would otherwise apply to all prefixes.
 */
function withPins(policies: Policies, pinned: readonly RoutingIntent[]): Policies {
  const wanted = pinned.filter(({ pin }) => pin !== null)
  const moved = new Set(wanted.flatMap(({ prefixes }) => prefixes))
  const others = policies.flatMap((policy) => {
    if (policy.kind === 'symmetric' || policy.prefixes.length === 0) return [policy]
    const prefixes = policy.prefixes.filter((prefix) => !moved.has(prefix))
    return prefixes.length > 0 ? [{ ...policy, prefixes }] : []
  })
  const groups = Map.groupBy(wanted, ({ pin }) => `${pin?.kind} ${pin?.circuits.join(' ')}`)
  const added = [...groups.values()].flatMap((own) => {
    const pin = own[0]?.pin
    return pin ? inChunks(own.flatMap(({ prefixes }) => prefixes)).map((prefixes) => ({ ...pin, prefixes })) : []
  })
  return [...others, ...added]
}

/** Maximum number of prefixes in a policy. */
const MAX_PREFIXES = 1_000

const inChunks = (prefixes: readonly string[]): string[][] =>
  Array.from({ length: Math.ceil(prefixes.length / MAX_PREFIXES) }, (_, n) =>
    prefixes.slice(n * MAX_PREFIXES, (n + 1) * MAX_PREFIXES),
  )

/**
 * Returns the circuits that carry each prefix of the customer at each gateway, hub and custom route table of a hub, and
 * the circuits that would carry it if all of these failed.
 */
export function findPrefixesWithCircuits({ facts, ribs }: WhatIfData): PrefixWithCircuits[] {
  const names = { siteOf: createSiteFinder(facts.sites), nameOf: createResourceNameFinder(facts) }
  return ribs
    .filter(({ table }) => table.side === 'azure')
    .flatMap((rib) => {
      const rows = computeWhatIfRows(rib, EMPTY_WHAT_IF_FAILURE, names).filter(isCarried)
      const groups = Map.groupBy(rows, ({ before }) => listCircuitsOfPaths(before).circuits.join())
      return [...groups].flatMap(([, own]) => {
        const circuits = new Set(listCircuitsOfPaths(own[0]?.before ?? []).circuits)
        const without = new Map(
          circuits.size === 0
            ? []
            : computeWhatIfRows(rib, { ...EMPTY_WHAT_IF_FAILURE, circuits }, names, 'changed').map((row) => [
                row.prefix,
                row,
              ]),
        )
        return own.map((row) => ({
          ...carriedPrefix(row, circuits.size === 0 ? null : (without.get(row.prefix) ?? null)),
          ...(isCustomHubTable(rib.table) && { hubTable: { id: row.scope, name: row.scopeName } }),
          ...(isHubRouteUnknown(rib.table, row.prefix) && { isUnknown: true as const }),
        }))
      })
    })
}

/** Returns for each site the paths towards Azure that the customer's routers use, as the routers report them. */
function returnsIn({ ribs }: WhatIfData): Map<string, CircuitsUsedBySiteTowardsAzure> {
  const names = { siteOf: () => null, nameOf: (id: string) => id }
  const rows = ribs.flatMap((rib) => {
    if (rib.table.side !== 'onprem') return []
    const ofPrivatePeering = new Set(
      rib.atoms.flatMap(({ text, routes }) => (routes.some(({ peering }) => peering === 'private') ? text : [])),
    )
    return computeWhatIfRows(rib, EMPTY_WHAT_IF_FAILURE, names).filter(({ prefix }) => ofPrivatePeering.has(prefix))
  })
  return findReturnPaths(rows)
}

/**
 * Reports whether there is a route to exactly this prefix, and not only to a prefix that contains it. Default routes
 * are ignored, because they belong to no site.
 */
const isCarried = ({ prefix, matchBefore }: WhatIfRow) => prefix === matchBefore && !DEFAULT_ROUTES.has(prefix)

const carriedPrefix = ({ prefix, scope, site, before }: WhatIfRow, without: WhatIfRow | null): PrefixWithCircuits => ({
  prefix,
  scope,
  site,
  primary: listCircuitsOfPaths(before),
  backup: without === null || without.outcome === 'unknown' ? null : listCircuitsOfPaths(without.after),
})
