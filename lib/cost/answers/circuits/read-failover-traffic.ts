import { formatUtcDay } from '#lib/contract/time/dates.ts'
import { decodeResourceConfig } from '#lib/azure/config/index.ts'
import { type EpochMs, type WhatIfLoss, parseWhatIfLosses } from '#lib/contract/index.ts'
import type { WhatIfRow } from '#lib/resilience/api/index.ts'
import type { TrafficMovedByFailure, FailoverTraffic } from '../../rules/index.ts'
import { readMaintenanceWindows } from '#lib/history/index.ts'
import {
  type FindAdjacentPaths,
  formatPathDirectionKey,
  findLoadedPathDirections,
  computeLoadsAfterShifts,
  type PathBitRatesByInterval,
  getRoutePath,
  computeWhatIfRows,
  type TrafficShiftBetweenPaths,
  findLoadShifts,
  createAffectedTablesFinder,
  type WhatIfRib,
} from '#lib/resilience/rules/index.ts'
import { MemoryCache } from '#lib/platform/cache.ts'
import { type ReadableDatabase, getSqlExecutor } from '#lib/questions/index.ts'
import {
  type BackgroundComputationThrottle,
  findPathsOfSharedGateways,
  createResourceFinder,
  listGatewayInstances,
  listLocationsAndProviders,
  createResourceNameFinder,
  getPathBandwidthMbps,
  MAX_LOAD_PATHS,
  readPathRates,
  readWhatIfData,
  type WhatIfData,
  resolveWhatIfLossesAndChanges,
  createSiteFinder,
} from '#lib/resilience/answers/index.ts'

/**
 * Time in milliseconds for which announced maintenance is considered in advance. All circuits and paths of a
 * maintenance window that is open now or opens within this time form one possible failure.
 */
const AHEAD_MS = 90 * 86_400_000
/** Maximum number of circuit paths whose rates of the last 30 days are cached. */
const MAX_KEPT = 2 * MAX_LOAD_PATHS
/**
 * Maximum computation time in milliseconds. If it is exceeded, the result of every circuit is marked as incomplete
 * (`isUnsure`).
 */
const MAX_WORK_MS = 240_000

/** Circuits and paths that are assumed to fail together. */
interface Loss {
  terms: readonly WhatIfLoss[]
  /** Display name of the failure; null = the names of the failed circuits and paths are shown instead. */
  name: string | null
}

/**
 * Returns for each circuit the traffic that moves to it if something else fails: another circuit, a path, a location, a
 * provider, or all resources of an announced maintenance. The numbers are the same as those of the what-if page for the
 * same failure.
 * @returns by short ID of the circuit; empty if no route table was read
 */
export async function readFailoverTraffic(
  db: ReadableDatabase,
  now: EpochMs,
  pace: BackgroundComputationThrottle,
): Promise<Map<string, FailoverTraffic>> {
  const q = getSqlExecutor(db)
  const world = await readWhatIfData(db, { at: undefined, now }, () => pace.rest())
  if (world.isBlind) return new Map()
  const { facts, ribs } = world
  const ids = facts.topology.circuits.map(({ resource }) => resource.id)
  const taken = new Map(ids.map((id) => [id, [] as TrafficMovedByFailure[]]))
  const unsure = new Set(world.covered ? [] : ids)
  const touchedBy = createAffectedTablesFinder(ribs)
  const unmappedOf = ribs.map(unmappedIn)
  const names = { siteOf: createSiteFinder(facts.sites), nameOf: createResourceNameFinder(facts) }
  const kept = new MemoryCache<Promise<Map<string, PathBitRatesByInterval>>>('rates_of_take_overs', {
    maxSize: MAX_KEPT,
  })
  const ratesOf: RatesOf = ({ circuit, path }) =>
    kept.share(world, `${circuit}/${path}`, () => readPathRates(q, facts, { circuit, path }, now))
  for (const loss of [...lossesOf(world), ...(await maintenanceLosses(db, world, now))]) {
    await pace.rest()
    if (pace.workedMs > MAX_WORK_MS) {
      for (const id of ids) unsure.add(id)
      break
    }
    const asked = { lose: loss.terms, change: [] }
    const { lost, failure } = await resolveWhatIfLossesAndChanges(
      createResourceFinder(world),
      asked,
      facts,
      (gateway) => listGatewayInstances(world, gateway),
    )
    const tables = touchedBy(failure).flatMap((place) => {
      const rib = ribs[place]
      return rib
        ? [{ rows: computeWhatIfRows(rib, failure, names), unmapped: unmappedOf[place] ?? new Set<string>() }]
        : []
    })
    const rows = tables.flatMap((one) => one.rows)
    const gone = new Set(lost.flatMap(({ paths }) => paths.map(({ circuitId }) => circuitId)))
    const isUnknown = tables.some((one) => one.rows.some((row) => isFailoverTrafficUnclear(row, one.unmapped)))
    if (isUnknown) for (const id of ids) if (!failure.circuits.has(id)) unsure.add(id)
    const about = {
      term: loss.terms.map(({ text }) => text).join(','),
      name: loss.name ?? lost.map(nameOfLost).join(' and '),
      circuits: [...gone],
      rise: null,
    }
    const loads = await loadsAfter(
      findLoadShifts(rows),
      ratesOf,
      (circuit) => getPathBandwidthMbps(facts, circuit),
      findPathsOfSharedGateways(world),
    )
    for (const { circuitId, ...one } of loads) taken.get(circuitId)?.push({ ...about, ...one })
  }
  return new Map(
    ids.map((id) => [id, { at: now, losses: (taken.get(id) ?? []).toSorted(worstFirst), isUnsure: unsure.has(id) }]),
  )
}

/**
 * Reports whether it is unclear to which circuit the traffic of a what-if row moves. It is unclear if the new path is
 * unknown, or if the old or new path leads to a neighbor whose circuit is unknown.
 * @param unmapped addresses of the neighbors whose circuits are unknown
 */
export function isFailoverTrafficUnclear(
  { outcome, reduced, before, after }: WhatIfRow,
  unmapped: ReadonlySet<string>,
): boolean {
  if (outcome === 'unknown') return before.length > 0
  if (outcome === 'stays' && !reduced) return false
  return [...before, ...after].some(({ circuitId, peer }) => circuitId === null && peer !== null && unmapped.has(peer))
}

const unmappedIn = ({ table }: WhatIfRib): Set<string> =>
  new Set(
    table.routes.flatMap((route) =>
      route.circuit === null && route.possible.length > 0 ? (getRoutePath(route).peer ?? []) : [],
    ),
  )

const worstFirst = (a: TrafficMovedByFailure, b: TrafficMovedByFailure) =>
  (b.atMostBitsPerSecond ?? -1) - (a.atMostBitsPerSecond ?? -1) || (a.term < b.term ? -1 : 1)

function nameOfLost({ kind, name }: { kind: string; name: string }): string {
  return kind === 'location' ? `everything at ${name}` : kind === 'provider' ? `the provider ${name}` : name
}

type RatesOf = (of: { circuit: string; path: 'primary' | 'secondary' }) => Promise<Map<string, PathBitRatesByInterval>>

/**
 * Returns one entry for each circuit that takes over traffic and each direction. The entry has the circuit's path with
 * the higher load after the failure. The directions are separate because their traffic grows at different rates.
 */
async function loadsAfter(
  shifts: readonly TrafficShiftBetweenPaths[],
  ratesOf: RatesOf,
  mbpsOf: (circuit: string) => number | null,
  besideOf: FindAdjacentPaths,
): Promise<Load[]> {
  const paths = new Map(findLoadedPathDirections(shifts, besideOf).map((one) => [`${one.circuit}/${one.path}`, one]))
  const known = new Map<string, PathBitRatesByInterval>()
  const isTooWide = paths.size > MAX_LOAD_PATHS
  // The paths are read one after the other, because reading one path loads the samples of a month.
  if (!isTooWide) for (const one of paths.values()) for (const [key, own] of await ratesOf(one)) known.set(key, own)
  const loads = computeLoadsAfterShifts(
    shifts,
    (carrier) => known.get(formatPathDirectionKey(carrier)) ?? new Map<number, number>(),
    mbpsOf,
    {
      besideOf,
    },
  )
  const worst = new Map<string, Load>()
  for (const { circuitId, path, direction, p95BitsPerSecond } of loads) {
    const atMostBitsPerSecond = p95BitsPerSecond?.atMost ?? null
    const key = `${circuitId}/${direction}`
    const before = worst.get(key)
    const isWorse =
      !before ||
      (before.atMostBitsPerSecond !== null &&
        (atMostBitsPerSecond === null || atMostBitsPerSecond > before.atMostBitsPerSecond))
    if (isWorse) worst.set(key, { circuitId, path, direction, atMostBitsPerSecond })
  }
  return [...worst.values()]
}

interface Load extends Pick<TrafficMovedByFailure, 'path' | 'direction' | 'atMostBitsPerSecond'> {
  circuitId: string
}

/**
 * Returns the failures to examine: one for each circuit, each path of a private peering, each location and each
 * provider.
 */
function lossesOf({ facts: { topology, paths } }: WhatIfData): Loss[] {
  const terms: WhatIfLoss[] = [
    ...topology.circuits.map(({ resource: { id } }): WhatIfLoss => ({ text: id, kind: 'resource', id })),
    ...paths
      .filter(({ peering }) => peering === 'private')
      .map(({ circuit, peering, path }): WhatIfLoss => {
        return { text: `${circuit}/${path}`, kind: 'path', id: circuit, peering, path }
      }),
    ...listLocationsAndProviders(topology).map(
      ({ kind, name }): WhatIfLoss => ({ text: `${kind}:${name}`, kind, name }),
    ),
  ]
  return terms.map((term) => ({ terms: [term], name: null }))
}

/**
 * Returns one failure for each announced maintenance. It contains the circuits and paths of the maintenance that a
 * what-if supports.
 */
async function maintenanceLosses(db: ReadableDatabase, world: WhatIfData, now: EpochMs): Promise<Loss[]> {
  const windows = await readMaintenanceWindows(
    getSqlExecutor(db),
    { from: now, to: now + AHEAD_MS },
    decodeResourceConfig,
  )
  const isKnown = new Map(world.facts.topology.circuits.map(({ resource }) => [resource.id, true]))
  const losses = windows.flatMap(({ title, from, scopes, paths }): Loss[] => {
    const text = scopes
      .filter((scope) => isKnown.has(scope))
      .flatMap((scope) => (paths.length === 0 ? [scope] : paths.map((path) => `${scope}/${path}`)))
      .join(',')
    const read = parseWhatIfLosses(text)
    if (!('terms' in read) || read.terms.length === 0) return []
    return [{ terms: read.terms, name: `what the maintenance “${title}” of ${formatUtcDay(from)} names` }]
  })
  // If several maintenance windows have the same resources, only one of them is examined.
  return [...new Map(losses.map((loss) => [loss.terms.map(({ text }) => text).join(), loss])).values()]
}
