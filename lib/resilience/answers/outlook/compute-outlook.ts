import { type EpochMs, peeringTypes } from '#lib/contract/index.ts'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { formatIso } from '#lib/questions/index.ts'
import {
  type MaintenanceLossForecastInterval,
  formatOutlookSummary,
  type ResourceTakenDown,
  type WhatIfRow,
} from '../../api/index.ts'
import {
  createHourOfWeekTest,
  type WhatIfFailure,
  type PathDirection,
  type PathBitRatesByInterval,
  formatPathDirectionKey,
  findLoadedPathDirections,
  computeLoadsAfterShifts,
  type LossInterval,
  computeLossIntervals,
  computeOpenWindowIntervals,
  computeWhatIfRows,
  findLoadShifts,
  createAffectedTablesFinder,
} from '../../rules/index.ts'
import { countRowsByOutcome } from '../single-losses/loss-case.ts'
import type { BackgroundComputationThrottle } from '../single-losses/background-pace.ts'
import { createResourceNameFinder } from '../what-if.ts'
import { getPathBandwidthMbps, MAX_LOAD_PATHS } from '../what-if/read-load.ts'
import { findPathsOfSharedGateways } from '../what-if/shared-gateway-paths.ts'
import type { WhatIfData } from '../what-if/read-tables.ts'
import { createSiteFinder } from '../what-if/site-finder.ts'
import { OutlookPathRateCache } from './rate-cache.ts'
import { type MaintenanceWindowLosses, resolveResourcesTakenDown, listResourcesTakenDown } from './window-losses.ts'

/**
 * Maximum number of intervals that an outlook may have. A month of maintenance in every night has about 60 intervals.
 */
const MAX_INTERVALS = 500
/** Maximum number of additional failures that are examined for each loss. */
const MAX_FURTHER = 400
const MAX_EXPOSED = 10

/** A circuit or path that is assumed to fail in addition to the resources that are down for maintenance. */
interface Further {
  lost: ResourceTakenDown
  /** Indexes of the route tables that have routes over this circuit or path. */
  tables: readonly number[]
}

/** Effect of the loss of all resources that are down in an interval. It is independent of the time. */
interface Consequence {
  lost: ResourceTakenDown[]
  rows: WhatIfRow[]
  exposed: MaintenanceLossForecastInterval['exposed']
}

/** Computes the intervals of announced maintenance with their losses and effects, from the current route tables. */
export async function computeOutlook(
  q: SqlExecutor,
  world: WhatIfData,
  windows: readonly MaintenanceWindowLosses[],
  {
    now,
    to,
    pace,
    rates = new OutlookPathRateCache(),
  }: { now: EpochMs; to: EpochMs; pace: BackgroundComputationThrottle; rates?: OutlookPathRateCache },
): Promise<{ intervals: MaintenanceLossForecastInterval[]; notComputed: number }> {
  const announced = windows.map(({ view, takes }) => ({
    id: view.id,
    from: Date.parse(view.from),
    to: Date.parse(view.to),
    takes,
  }))
  const all = computeOpenWindowIntervals(announced, { from: now, to })
  const end = all[MAX_INTERVALS]?.from ?? to
  const takenBy = new Map(windows.map(({ view, takes }) => [view.id, takes ?? []]))
  const losses = new Losses(world, pace)
  const found = await computeLossIntervals(announced, { from: now, to: end }, (takes) => losses.of(takes))
  const nameOf = createResourceNameFinder(world.facts)
  const intervals: MaintenanceLossForecastInterval[] = []
  for (const one of found) {
    await pace.rest()
    const load = await loadIn(q, world, one, rates, now)
    pace.resume()
    const together = await losses.onlyTogether(
      one.consequence,
      one.windows.map((id) => takenBy.get(id) ?? []),
    )
    intervals.push(intervalOf(one, { load, together }, nameOf))
  }
  return { intervals, notComputed: Math.max(0, all.length - MAX_INTERVALS) }
}

/** Computes the effects of losses with the same route tables, and caches intermediate results. */
class Losses {
  readonly #world: WhatIfData
  readonly #pace: BackgroundComputationThrottle
  readonly #touchedBy: (failure: WhatIfFailure) => number[]
  readonly #names
  #further: Promise<Further[]> | null = null
  /** Prefixes that lose all routes (each with its route table), by the terms of the loss. */
  readonly #alone = new Map<string, ReadonlySet<string>>()

  constructor(world: WhatIfData, pace: BackgroundComputationThrottle) {
    this.#world = world
    this.#pace = pace
    this.#touchedBy = createAffectedTablesFinder(world.ribs)
    this.#names = { siteOf: createSiteFinder(world.facts.sites), nameOf: createResourceNameFinder(world.facts) }
  }

  async of(takes: readonly string[]): Promise<Consequence> {
    await this.#pace.rest()
    const { lost, changed, failure } = await resolveResourcesTakenDown(this.#world, takes)
    const rows = this.#rowsOf(failure, this.#touchedBy(failure))
    return {
      lost: listResourcesTakenDown({ lost, changed }),
      rows,
      exposed: await this.#exposedBy(takes, failure, strandedIn(rows)),
    }
  }

  /**
   * Returns the number of prefixes that have no route because several windows overlap. Each of these prefixes would
   * keep a route if only one of the windows were open.
   * @param windows terms of the resources that are down in each window
   */
  async onlyTogether(consequence: Consequence | null, windows: readonly (readonly string[])[]): Promise<number> {
    const stranded = strandedIn(consequence?.rows ?? [])
    if (stranded.size === 0 || windows.length < 2) return 0
    const alone = await Promise.all(windows.map((takes) => this.#strandedAlone(takes)))
    return prefixesOf([...stranded].filter((key) => !alone.some((own) => own.has(key)))).size
  }

  #rowsOf(failure: WhatIfFailure, tables: readonly number[]): WhatIfRow[] {
    return tables.flatMap((place) => {
      const rib = this.#world.ribs[place]
      return rib ? computeWhatIfRows(rib, failure, this.#names, 'changed') : []
    })
  }

  async #strandedAlone(takes: readonly string[]): Promise<ReadonlySet<string>> {
    const key = JSON.stringify(takes)
    const known = this.#alone.get(key)
    if (known) return known
    const { failure } = await resolveResourcesTakenDown(this.#world, takes)
    const found = strandedIn(this.#rowsOf(failure, this.#touchedBy(failure)))
    this.#alone.set(key, found)
    return found
  }

  /**
   * Returns the additional failures after which a prefix would have no route, although it keeps one after the given
   * loss alone and after the additional failure alone. The worst is first.
   */
  async #exposedBy(
    takes: readonly string[],
    failure: WhatIfFailure,
    stranded: ReadonlySet<string>,
  ): Promise<MaintenanceLossForecastInterval['exposed']> {
    const touched = new Set(this.#touchedBy(failure))
    const found: MaintenanceLossForecastInterval['exposed'] = []
    this.#further ??= this.#furtherLosses()
    for (const { lost, tables } of await this.#further) {
      const shared = tables.filter((place) => touched.has(place))
      if (shared.length === 0) continue
      await this.#pace.rest()
      const { failure: both } = await resolveResourcesTakenDown(this.#world, [...takes, lost.term])
      const left = strandedIn(this.#rowsOf(both, shared))
      const alone = await this.#strandedAlone([lost.term])
      const fresh = prefixesOf([...left].filter((key) => !stranded.has(key) && !alone.has(key)))
      if (fresh.size > 0) found.push({ ...lost, strandedPrefixes: fresh.size })
    }
    return found.toSorted((a, b) => b.strandedPrefixes - a.strandedPrefixes || (a.name < b.name ? -1 : 1))
  }

  async #furtherLosses(): Promise<Further[]> {
    const { topology, paths } = this.#world.facts
    const terms = [
      ...topology.circuits.map(({ resource }) => resource.id),
      ...paths
        .filter(({ peering }) => peering === peeringTypes[0])
        .map(({ circuit, peering, path }) => `${circuit}/${peering}/${path}`),
    ].slice(0, MAX_FURTHER)
    const found: Further[] = []
    for (const term of terms) {
      const { lost, failure } = await resolveResourcesTakenDown(this.#world, [term])
      for (const one of listResourcesTakenDown({ lost, changed: [] }))
        found.push({ lost: one, tables: this.#touchedBy(failure) })
    }
    return found
  }
}

const keyOf = ({ scope, side, prefix }: WhatIfRow) => `${side} ${scope} ${prefix}`
const strandedIn = (rows: readonly WhatIfRow[]) =>
  new Set(rows.flatMap((row) => (row.outcome === 'stranded' ? [keyOf(row)] : [])))
const prefixesOf = (keys: readonly string[]) => new Set(keys.map((key) => key.slice(key.lastIndexOf(' ') + 1)))

/**
 * Returns the load of the paths to which traffic moves in an interval. It is computed from the rates that were measured
 * at the same hours of the week. Null if too many paths are involved.
 */
async function loadIn(
  q: SqlExecutor,
  world: WhatIfData,
  interval: LossInterval<Consequence>,
  rates: OutlookPathRateCache,
  now: EpochMs,
): Promise<MaintenanceLossForecastInterval['load']> {
  const { facts } = world
  const shifts = findLoadShifts(interval.consequence?.rows ?? [])
  const besideOf = findPathsOfSharedGateways(world)
  const carriers = findLoadedPathDirections(shifts, besideOf)
  const absent = carriers.flatMap(({ circuit, direction }) =>
    besideOf(circuit, direction).filter(({ isAbsent }) => isAbsent),
  )
  const paths = new Set(carriers.map((one) => `${one.circuit}/${one.path}`))
  if (paths.size > MAX_LOAD_PATHS) return null
  const bandwidths = [...paths].map((path) => getPathBandwidthMbps(facts, path.slice(0, path.indexOf('/'))))
  const hours = [Math.floor(interval.from / MS_PER_HOUR), Math.ceil(interval.to / MS_PER_HOUR)]
  return rates.load(JSON.stringify([shifts, carriers, absent, bandwidths, hours]), now, async () => {
    const isThen = createHourOfWeekTest(interval)
    const found = new Map<string, PathBitRatesByInterval>()
    // The paths are read one after the other, because each path may require reading a month of samples.
    for (const one of carriers)
      if (!found.has(formatPathDirectionKey(one)))
        found.set(formatPathDirectionKey(one), await rates.during(q, facts, one, { now, isThen }))
    const ratesOf = (carrier: PathDirection): PathBitRatesByInterval =>
      found.get(formatPathDirectionKey(carrier)) ?? new Map()
    return computeLoadsAfterShifts(shifts, ratesOf, (circuit) => getPathBandwidthMbps(facts, circuit), {
      besideOf,
    }).toSorted((a, b) => (b.share ?? -1) - (a.share ?? -1))
  })
}

function intervalOf(
  { from, to, windows, unknown, consequence }: LossInterval<Consequence>,
  { load, together }: Pick<MaintenanceLossForecastInterval, 'load' | 'together'>,
  nameOf: (id: string) => string,
): MaintenanceLossForecastInterval {
  const { lost = [], rows = [], exposed = [] } = consequence ?? {}
  const facts = {
    ...countRowsByOutcome(rows),
    lost,
    together,
    unknownWindows: unknown.length,
    exposed: exposed.slice(0, MAX_EXPOSED),
    exposedBy: exposed.length,
    load,
  }
  return {
    from: formatIso(from),
    to: formatIso(to),
    windows,
    ...facts,
    level: levelOf(facts),
    summary: formatOutlookSummary(facts, nameOf),
  }
}

function levelOf({
  stranded,
  internet,
  unknown,
  unknownWindows,
  load,
  exposedBy,
  moves,
  defaultOnly,
}: Omit<
  MaintenanceLossForecastInterval,
  'from' | 'to' | 'windows' | 'level' | 'summary'
>): MaintenanceLossForecastInterval['level'] {
  if (stranded + internet > 0) return 'strands'
  if (unknown + unknownWindows > 0 || load === null) return 'unknown'
  if (load.some(({ share }) => share !== null && share > 1)) return 'fills'
  if (exposedBy > 0) return 'exposed'
  return moves + defaultOnly > 0 ? 'moves' : 'none'
}
