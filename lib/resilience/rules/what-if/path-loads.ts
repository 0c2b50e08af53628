import type { CircuitPath, PeeringType } from '#lib/contract/index.ts'
import type { WhatIfLoad, WhatIfPath, WhatIfRow } from '../../api/index.ts'
import { partitionArray } from './partition-array.ts'

/**
 * Rates of a path in one direction in bit/s, by the begin of each interval of five minutes. An interval is missing if
 * it was not measured completely.
 */
export type PathBitRatesByInterval = ReadonlyMap<number, number>

/** A circuit path in one direction. */
export interface PathDirection {
  circuit: string
  path: CircuitPath
  direction: WhatIfLoad['direction']
}

export const formatPathDirectionKey = ({ circuit, path, direction }: PathDirection): string =>
  `${circuit}/${path}/${direction}`

/** Traffic that leaves a path, and the paths to which it may move. */
export interface TrafficShiftBetweenPaths {
  from: PathDirection
  to: readonly PathDirection[]
  /** True if all traffic of the path moves to the only path in `to`. */
  isWhole: boolean
}

/**
 * Returns the traffic that moves, from the rows of a what-if for private peering. The rows of gateways show the moves
 * of traffic from Azure. The rows of the customer's side show the moves of traffic to Azure. The share of a path's
 * traffic that belongs to a single prefix is not measured.
 */
export function findLoadShifts(rows: readonly WhatIfRow[]): TrafficShiftBetweenPaths[] {
  const byCarrier = new Map<string, { from: PathDirection; rows: Followed[] }>()
  for (const row of rows) {
    const direction = directionOf(row)
    const followed = { row, kept: new Set(row.after.map(pathKey)), gained: gained(row) }
    for (const from of row.before.flatMap((path) => carrierOf(path, direction))) {
      const key = formatPathDirectionKey(from)
      const known = byCarrier.get(key)
      if (known) known.rows.push(followed)
      else byCarrier.set(key, { from, rows: [followed] })
    }
  }
  return [...byCarrier.values()].flatMap(({ from, rows: own }): TrafficShiftBetweenPaths[] => {
    const [staying, leaving] = partitionArray(own, ({ kept }) =>
      kept.has(pathKey({ circuitId: from.circuit, path: from.path })),
    )
    // If a path becomes one of several best paths, a part of the traffic moves to it.
    const shared = staying.filter((one) => one.gained.length > 0)
    if (leaving.length + shared.length === 0) return []
    const to = new Map(
      [...leaving.flatMap(({ row }) => row.after), ...shared.flatMap((one) => one.gained)]
        .flatMap((path) => carrierOf(path, from.direction))
        .map((one) => [formatPathDirectionKey(one), one]),
    )
    const isWhole =
      leaving.length === own.length &&
      to.size === 1 &&
      leaving.every(({ row: { after } }) => after.length === 1 && after[0]?.circuitId !== null)
    return [{ from, to: [...to.values()], isWhole }]
  })
}

/**
 * A row with sets that are derived from its paths. The sets are computed only once, because a prefix may have hundreds
 * of paths.
 */
interface Followed {
  row: WhatIfRow
  /** Keys of the paths of the row after the failure. */
  kept: ReadonlySet<string>
  /** Paths that the row has after the failure but not before. */
  gained: readonly WhatIfPath[]
}

const pathKey = ({ circuitId, path }: Pick<WhatIfPath, 'circuitId' | 'path'>): string => `${circuitId}/${path}`

function gained({ before, after }: WhatIfRow): WhatIfPath[] {
  const own = new Set(before.map(pathKey))
  return after.filter((path) => !own.has(pathKey(path)))
}

const directionOf = ({ side }: WhatIfRow): PathDirection['direction'] => (side === 'azure' ? 'out' : 'in')

const carrierOf = ({ circuitId, path }: WhatIfPath, direction: PathDirection['direction']): PathDirection[] =>
  circuitId === null || path === null ? [] : [{ circuit: circuitId, path, direction }]

/**
 * Returns the paths to which traffic may move, each with all shifts of traffic to it, by
 * {@link formatPathDirectionKey}. This index is needed because a loss may affect thousands of paths.
 */
function successorsIn(
  shifts: readonly TrafficShiftBetweenPaths[],
): Map<string, { carrier: PathDirection; incoming: TrafficShiftBetweenPaths[] }> {
  const found = new Map<string, { carrier: PathDirection; incoming: TrafficShiftBetweenPaths[] }>()
  for (const shift of shifts)
    for (const carrier of shift.to) {
      const key = formatPathDirectionKey(carrier)
      const known = found.get(key)
      if (!known) found.set(key, { carrier, incoming: [shift] })
      else if (known.incoming.at(-1) !== shift) known.incoming.push(shift)
    }
  return found
}

/**
 * Minimum share (0 to 1) of five-minute samples that two paths must have for the same times so that their rates can be
 * added. Source: docs/rules/what-if.md.
 */
const COMMON = 0.8

/**
 * An adjacent path. It belongs to a circuit that shares a gateway with the examined circuit. If one of the two paths is
 * down, its traffic may be on the other one.
 */
interface BesidePath extends Pick<PathDirection, 'circuit' | 'path'> {
  /** true if no route currently uses the path in this direction, so that its usual traffic is on other paths */
  isAbsent: boolean
}

/**
 * Returns the adjacent paths of a circuit: the paths of all circuits that share a gateway with it. They may include its
 * own paths.
 */
export type FindAdjacentPaths = (circuit: string, direction: PathDirection['direction']) => readonly BesidePath[]

const NO_BESIDE: FindAdjacentPaths = () => []

/** Returns the paths (with direction) whose rates are needed for computing the loads of these shifts, each once. */
export function findLoadedPathDirections(
  shifts: readonly TrafficShiftBetweenPaths[],
  besideOf: FindAdjacentPaths,
): PathDirection[] {
  const moving = shifts.filter(({ to }) => to.length > 0)
  const own = moving.flatMap(({ from, to }) => [from, ...to])
  const beside = own.flatMap(({ circuit, direction }) =>
    besideOf(circuit, direction).map(({ isAbsent: _, ...path }) => ({ ...path, direction })),
  )
  return [...new Map([...own, ...beside].map((one) => [formatPathDirectionKey(one), one])).values()]
}

/**
 * Computes the load of each path to which traffic moves, as the 95th percentile. If the paths have enough samples for
 * the same times, their rates are added for each time. The minimum then contains the traffic that certainly moves to
 * the path, and the maximum contains all traffic that may move to it. The maximum also contains adjacent paths that
 * currently carry no traffic and, for times when a path was down, all adjacent paths. If there are too few common
 * samples, the minimum is the 95th percentile of the path itself, and the maximum is the sum of all 95th percentiles,
 * which is only an estimate.
 */
export function computeLoadsAfterShifts(
  shifts: readonly TrafficShiftBetweenPaths[],
  ratesOf: (carrier: PathDirection) => PathBitRatesByInterval,
  bandwidthOf: (circuit: string) => number | null,
  { peering = 'private', besideOf = NO_BESIDE }: { peering?: PeeringType; besideOf?: FindAdjacentPaths } = {},
): WhatIfLoad[] {
  return [...successorsIn(shifts)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { carrier, incoming }]): WhatIfLoad => {
      const mbps = bandwidthOf(carrier.circuit)
      const { circuit: circuitId, path, direction } = carrier
      const figure = computeLoadBounds(
        ratesOf(carrier),
        incoming.map(({ from, isWhole }) => ({ rates: ratesOf(from), isWhole })),
        besideRates([carrier, ...incoming.map(({ from }) => from)], besideOf, ratesOf),
      )
      const most = figure.p95BitsPerSecond?.atMost ?? null
      return {
        circuitId,
        peering,
        path,
        direction,
        ...figure,
        bandwidthMbps: mbps,
        share: most === null || mbps === null || mbps === 0 ? null : most / (mbps * 1e6),
      }
    })
}

/**
 * Returns the paths whose bandwidth would be exceeded by the traffic that moves to them. The load is estimated as a sum
 * of 95th percentiles. They are the percentiles for the path itself, for the traffic that may move to it, and for the
 * adjacent paths that currently carry no traffic.
 * @param p95Of returns the 95th percentile of a path's rate in bit/s; null = too little was measured
 * @returns null if the load is unknown for every path to which traffic moves
 */
export function findSaturatedPaths(
  shifts: readonly TrafficShiftBetweenPaths[],
  p95Of: (carrier: PathDirection) => number | null,
  bandwidthOf: (circuit: string) => number | null,
  besideOf: FindAdjacentPaths = NO_BESIDE,
): PathDirection[] | null {
  const successors = successorsIn(shifts)
  const known = [...successors.values()].flatMap(({ carrier, incoming }) => {
    const more = incoming.map(({ from }) => p95Of(from))
    const [own, mbps] = [p95Of(carrier), bandwidthOf(carrier.circuit)]
    if (own === null || mbps === null || more.includes(null)) return []
    const down = findAbsentAdjacentPaths([carrier, ...incoming.map(({ from }) => from)], besideOf)
    const parts = [...more, ...down.map(p95Of)]
    return [{ carrier, isFull: parts.reduce<number>((sum, one) => sum + (one ?? 0), own) > mbps * 1e6 }]
  })
  if (known.length === 0 && successors.size > 0) return null
  return known.flatMap(({ carrier, isFull }) => (isFull ? [carrier] : []))
}

/**
 * Returns the adjacent paths that currently carry no traffic, each once. An adjacent path belongs to a circuit at the
 * same gateway.
 * @param own paths that are already included in the load
 */
export function findAbsentAdjacentPaths(own: readonly PathDirection[], besideOf: FindAdjacentPaths): PathDirection[] {
  const counted = new Set(own.map(formatPathDirectionKey))
  const absent = own.flatMap(({ circuit, direction }) =>
    besideOf(circuit, direction).flatMap(({ isAbsent, ...path }) => (isAbsent ? [{ ...path, direction }] : [])),
  )
  return [...new Map(absent.map((one) => [formatPathDirectionKey(one), one])).values()].filter(
    (one) => !counted.has(formatPathDirectionKey(one)),
  )
}

/**
 * Returns the rates of adjacent paths, which belong to circuits at the same gateway. A path with too few samples is
 * left out.
 * @param own paths that are already included in the load
 */
function besideRates(
  own: readonly PathDirection[],
  besideOf: FindAdjacentPaths,
  ratesOf: (carrier: PathDirection) => PathBitRatesByInterval,
): BesideRates[] {
  const counted = new Set(own.map(formatPathDirectionKey))
  return own.flatMap(({ circuit, direction }) =>
    besideOf(circuit, direction).flatMap(({ isAbsent, ...path }): BesideRates[] => {
      const carrier = { ...path, direction }
      const key = formatPathDirectionKey(carrier)
      if (counted.has(key)) return []
      counted.add(key)
      const rates = ratesOf(carrier)
      return rates.size < MIN_SAMPLES ? [] : [{ rates, isAbsent }]
    }),
  )
}

/** Rates of an adjacent path. At times, a part of its usual traffic may have been on the examined path. */
interface BesideRates extends Pick<BesidePath, 'isAbsent'> {
  rates: PathBitRatesByInterval
}

/** Load of a path or gateway, including the traffic that moves to it. */
type Figure = Pick<WhatIfLoad, 'p95BitsPerSecond' | 'sumOfP95' | 'ownP95' | 'method'>

/**
 * Computes the 95th percentile of the load of a path or gateway after traffic moved to it, as a minimum and a maximum.
 * - The maximum contains the path's own traffic, all traffic that may move to it, and adjacent paths that currently
 * carry no traffic. For times when one of the moving paths or the path itself was down, it contains all adjacent paths.
 * - The minimum contains the path's own traffic and the traffic of paths that move to it completely. It is 0 for times
 * when an adjacent path, or a path that moves only partly, was down, because the measured traffic may then include the
 * traffic of that path.
 */
export function computeLoadBounds(
  own: PathBitRatesByInterval,
  incoming: readonly { rates: PathBitRatesByInterval; isWhole: boolean }[],
  beside: readonly BesideRates[] = [],
): Figure {
  const ownP95 = computeP95([...own.values()])
  const absent = beside.filter(({ isAbsent }) => isAbsent)
  const parts = [...incoming, ...absent].map(({ rates }) => computeP95([...rates.values()]))
  if (ownP95 === null || parts.includes(null)) {
    return { p95BitsPerSecond: null, sumOfP95: null, ownP95, method: 'too_few_samples' }
  }
  const sumOfP95 = parts.reduce<number>((sum, part) => sum + (part ?? 0), ownP95)
  const common = [...own.keys()].filter((start) => incoming.every(({ rates }) => rates.has(start)))
  const longest = Math.max(own.size, ...incoming.map(({ rates }) => rates.size))
  if (common.length < COMMON * longest) {
    return { p95BitsPerSecond: { atLeast: ownP95, atMost: sumOfP95 }, sumOfP95, ownP95, method: 'sum_of_p95' }
  }
  const wasDownBeside = downIn(beside)
  const wasDownInPart = downIn(incoming.filter(({ isWhole }) => !isWhole))
  const wasDown = downIn([{ rates: own }, ...incoming])
  const at = (all: readonly { rates: PathBitRatesByInterval }[], start: number) =>
    all.reduce((sum, { rates }) => sum + (rates.get(start) ?? 0), 0)
  const whole = [{ rates: own }, ...incoming.filter(({ isWhole }) => isWhole)]
  const least = common.map((start) => (wasDownBeside(start) || wasDownInPart(start) ? 0 : at(whole, start)))
  const most = common.map(
    (start) => at([{ rates: own }, ...incoming], start) + at(wasDown(start) ? beside : absent, start),
  )
  const atLeast = computeP95(least) ?? ownP95
  const atMost = computeP95(most) ?? sumOfP95
  return { p95BitsPerSecond: { atLeast, atMost }, sumOfP95, ownP95, method: 'aligned' }
}

/**
 * A path counts as down while its rate is below this share of its highest rate. The rate of BGP alone is lower than
 * that. Source: docs/rules/what-if.md.
 */
const DOWN_SHARE = 0.01
const STEP_MS = 300_000

/**
 * Returns a function that reports whether one of the paths was down at a time. The samples directly before and after
 * the time are examined as well, because the path may have gone down between two samples. A path that never had traffic
 * counts as down.
 */
function downIn(all: readonly { rates: PathBitRatesByInterval }[]): (start: number) => boolean {
  const paths = all.map(({ rates }) => ({ rates, least: DOWN_SHARE * largest(rates) }))
  return (start) =>
    paths.some(({ rates, least }) =>
      [start - STEP_MS, start, start + STEP_MS].some((near) => {
        // If the sample before or after the time is missing, it is ignored, because the first and the last sample have
        // only one neighbor. If the sample at the time itself is missing, the path may have been down.
        const rate = rates.get(near) ?? (near === start ? 0 : least)
        return rate < least || least === 0
      }),
    )
}

function largest(rates: PathBitRatesByInterval): number {
  let most = 0
  for (const rate of rates.values()) if (rate > most) most = rate
  return most
}

/** Minimum number of samples for computing a 95th percentile. */
const MIN_SAMPLES = 20

/** Returns the 95th percentile of samples (nearest rank); null if there are too few. */
export function computeP95(samples: readonly number[]): number | null {
  if (samples.length < MIN_SAMPLES) return null
  // A typed array is used, because sorting it takes half the time.
  const sorted = Float64Array.from(samples).sort()
  return sorted[Math.ceil(sorted.length * 0.95) - 1] ?? null
}
