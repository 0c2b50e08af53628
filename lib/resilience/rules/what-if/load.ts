import type { CircuitPath, PeeringType } from '#lib/contract/index.ts'
import type { WhatIfLoad, WhatIfPath, WhatIfRow } from '../../api/index.ts'
import { partition } from './partition.ts'

/** Rates of one path in one direction, in bit/s, by the start of each 5-minute interval that was fully measured. */
export type LoadRates = ReadonlyMap<number, number>

/** A path with the direction of its traffic. */
export interface LoadCarrier {
  circuit: string
  path: CircuitPath
  direction: WhatIfLoad['direction']
}

export const carrierKey = ({ circuit, path, direction }: LoadCarrier): string => `${circuit}/${path}/${direction}`

/** Traffic that leaves a path, with the paths to which it may move. */
export interface LoadShift {
  from: LoadCarrier
  to: readonly LoadCarrier[]
  /** whether all traffic that leaves moves to the only path in `to` */
  isWhole: boolean
}

/**
 * Returns the traffic that moves, from the private-peering rows of a what-if. Traffic from Azure follows the gateways'
 * rows, traffic to Azure the rows of the customer's side. The share of one prefix in the traffic of a path is not
 * measured.
 */
export function shiftsOf(rows: readonly WhatIfRow[]): LoadShift[] {
  const byCarrier = new Map<string, { from: LoadCarrier; rows: Followed[] }>()
  for (const row of rows) {
    const direction = directionOf(row)
    const followed = { row, kept: new Set(row.after.map(pathKey)), gained: gained(row) }
    for (const from of row.before.flatMap((path) => carrierOf(path, direction))) {
      const key = carrierKey(from)
      const known = byCarrier.get(key)
      if (known) known.rows.push(followed)
      else byCarrier.set(key, { from, rows: [followed] })
    }
  }
  return [...byCarrier.values()].flatMap(({ from, rows: own }): LoadShift[] => {
    const [staying, leaving] = partition(own, ({ kept }) =>
      kept.has(pathKey({ circuitId: from.circuit, path: from.path })),
    )
    // a path that joins the best paths of a prefix takes over a share of their traffic
    const shared = staying.filter((one) => one.gained.length > 0)
    if (leaving.length + shared.length === 0) return []
    const to = new Map(
      [...leaving.flatMap(({ row }) => row.after), ...shared.flatMap((one) => one.gained)]
        .flatMap((path) => carrierOf(path, from.direction))
        .map((one) => [carrierKey(one), one]),
    )
    const isWhole =
      leaving.length === own.length &&
      to.size === 1 &&
      leaving.every(({ row: { after } }) => after.length === 1 && after[0]?.circuitId !== null)
    return [{ from, to: [...to.values()], isWhole }]
  })
}

/**
 * A row with sets that are computed once, because a prefix on hundreds of circuits has as many paths before and after.
 */
interface Followed {
  row: WhatIfRow
  /** keys of the paths that the row uses after the change */
  kept: ReadonlySet<string>
  /** paths that the row uses after the change, but did not use before */
  gained: readonly WhatIfPath[]
}

const pathKey = ({ circuitId, path }: Pick<WhatIfPath, 'circuitId' | 'path'>): string => `${circuitId}/${path}`

function gained({ before, after }: WhatIfRow): WhatIfPath[] {
  const own = new Set(before.map(pathKey))
  return after.filter((path) => !own.has(pathKey(path)))
}

const directionOf = ({ side }: WhatIfRow): LoadCarrier['direction'] => (side === 'azure' ? 'out' : 'in')

const carrierOf = ({ circuitId, path }: WhatIfPath, direction: LoadCarrier['direction']): LoadCarrier[] =>
  circuitId === null || path === null ? [] : [{ circuit: circuitId, path, direction }]

/**
 * Returns the paths to which traffic may move, by {@link carrierKey}, each with all shifts to it. They are indexed
 * because a loss may affect thousands of paths.
 */
function successorsIn(shifts: readonly LoadShift[]): Map<string, { carrier: LoadCarrier; incoming: LoadShift[] }> {
  const found = new Map<string, { carrier: LoadCarrier; incoming: LoadShift[] }>()
  for (const shift of shifts)
    for (const carrier of shift.to) {
      const key = carrierKey(carrier)
      const known = found.get(key)
      if (!known) found.set(key, { carrier, incoming: [shift] })
      else if (known.incoming.at(-1) !== shift) known.incoming.push(shift)
    }
  return found
}

/** Minimum share (0 to 1) of five-minute samples that both paths must have in common. Source: docs/rules/what-if.md. */
const COMMON = 0.8

/**
 * An adjacent path: a path of a circuit that shares a gateway with the circuit of a load. While one of these paths is
 * down, its traffic may be on another one.
 */
interface BesidePath extends Pick<LoadCarrier, 'circuit' | 'path'> {
  /** whether no route currently uses the path in this direction, so that its traffic is on other paths */
  isAbsent: boolean
}

/**
 * Returns the paths of the circuits that share a gateway with a circuit. The result may contain the circuit's own
 * paths.
 */
export type FindAdjacentPaths = (circuit: string, direction: LoadCarrier['direction']) => readonly BesidePath[]

const NO_BESIDE: FindAdjacentPaths = () => []

/** Returns the distinct paths (with direction) whose rates are needed for the loads of these shifts. */
export function findLoadCarriers(shifts: readonly LoadShift[], besideOf: FindAdjacentPaths): LoadCarrier[] {
  const moving = shifts.filter(({ to }) => to.length > 0)
  const own = moving.flatMap(({ from, to }) => [from, ...to])
  const beside = own.flatMap(({ circuit, direction }) =>
    besideOf(circuit, direction).map(({ isAbsent: _, ...path }) => ({ ...path, direction })),
  )
  return [...new Map([...own, ...beside].map((one) => [carrierKey(one), one])).values()]
}

/**
 * Computes the load of each path that takes over traffic. With enough common samples, rates are added at each time. The
 * traffic of a lost path moves to its successors, so a successor carries at least the traffic that certainly comes and
 * at most all traffic that may come. The maximum also includes adjacent paths (paths of circuits on the same gateway)
 * that currently carry no traffic, and all adjacent paths at times when a path of the load was down. Without enough
 * common samples, the p95 values are added, which is neither a lower nor an upper bound.
 */
export function loadsOf(
  shifts: readonly LoadShift[],
  ratesOf: (carrier: LoadCarrier) => LoadRates,
  bandwidthOf: (circuit: string) => number | null,
  { peering = 'private', besideOf = NO_BESIDE }: { peering?: PeeringType; besideOf?: FindAdjacentPaths } = {},
): WhatIfLoad[] {
  return [...successorsIn(shifts)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { carrier, incoming }]): WhatIfLoad => {
      const mbps = bandwidthOf(carrier.circuit)
      const { circuit: circuitId, path, direction } = carrier
      const figure = loadFigure(
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
 * Returns the number of paths that moving traffic would fill beyond their bandwidth. The load is estimated as a sum of
 * three parts: the path's own p95, the p95 of traffic that may come, and the p95 of adjacent paths (on the same
 * gateway) that currently carry no traffic. The sum is an estimate and not a bound.
 * @param p95Of returns bit/s; null = too little was measured
 * @returns null if the load is unknown for every path that takes over traffic
 */
export function saturatedPaths(
  shifts: readonly LoadShift[],
  p95Of: (carrier: LoadCarrier) => number | null,
  bandwidthOf: (circuit: string) => number | null,
  besideOf: FindAdjacentPaths = NO_BESIDE,
): number | null {
  const successors = successorsIn(shifts)
  const known = [...successors.values()].flatMap(({ carrier, incoming }) => {
    const more = incoming.map(({ from }) => p95Of(from))
    const [own, mbps] = [p95Of(carrier), bandwidthOf(carrier.circuit)]
    if (own === null || mbps === null || more.includes(null)) return []
    const down = findAbsentAdjacentPaths([carrier, ...incoming.map(({ from }) => from)], besideOf)
    const parts = [...more, ...down.map(p95Of)]
    return [parts.reduce<number>((sum, one) => sum + (one ?? 0), own) > mbps * 1e6]
  })
  return known.length === 0 && successors.size > 0 ? null : known.filter(Boolean).length
}

/**
 * Returns the distinct adjacent paths (of circuits on the same gateway) that currently carry no traffic.
 * @param own paths that the load already includes
 */
export function findAbsentAdjacentPaths(own: readonly LoadCarrier[], besideOf: FindAdjacentPaths): LoadCarrier[] {
  const counted = new Set(own.map(carrierKey))
  const absent = own.flatMap(({ circuit, direction }) =>
    besideOf(circuit, direction).flatMap(({ isAbsent, ...path }) => (isAbsent ? [{ ...path, direction }] : [])),
  )
  return [...new Map(absent.map((one) => [carrierKey(one), one])).values()].filter(
    (one) => !counted.has(carrierKey(one)),
  )
}

/**
 * Returns the rates of adjacent paths (of circuits on the same gateway). Paths with too few samples are left out.
 * @param own paths that the load already includes
 */
function besideRates(
  own: readonly LoadCarrier[],
  besideOf: FindAdjacentPaths,
  ratesOf: (carrier: LoadCarrier) => LoadRates,
): BesideRates[] {
  const counted = new Set(own.map(carrierKey))
  return own.flatMap(({ circuit, direction }) =>
    besideOf(circuit, direction).flatMap(({ isAbsent, ...path }): BesideRates[] => {
      const carrier = { ...path, direction }
      const key = carrierKey(carrier)
      if (counted.has(key)) return []
      counted.add(key)
      const rates = ratesOf(carrier)
      return rates.size < MIN_SAMPLES ? [] : [{ rates, isAbsent }]
    }),
  )
}

/** Rates of an adjacent path, whose traffic may be on the paths of a load. */
interface BesideRates extends Pick<BesidePath, 'isAbsent'> {
  rates: LoadRates
}

/** Load of a path or gateway together with the traffic that moves to it. */
type Figure = Pick<WhatIfLoad, 'p95BitsPerSecond' | 'sumOfP95' | 'ownP95' | 'method'>

/**
 * Computes the p95 of the resulting load of a path or gateway. The maximum consists of its own traffic, all incoming
 * traffic, and the traffic of adjacent paths that carry no traffic now; at times when one of the counted paths was
 * down, it includes all adjacent paths. The minimum consists of its own traffic and the traffic that moves to it as a
 * whole. It is 0 at times when an adjacent path, or a path that moves only in part, was down, because the measured
 * traffic may then include that path's traffic.
 */
export function loadFigure(
  own: LoadRates,
  incoming: readonly { rates: LoadRates; isWhole: boolean }[],
  beside: readonly BesideRates[] = [],
): Figure {
  const ownP95 = p95([...own.values()])
  const absent = beside.filter(({ isAbsent }) => isAbsent)
  const parts = [...incoming, ...absent].map(({ rates }) => p95([...rates.values()]))
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
  const at = (all: readonly { rates: LoadRates }[], start: number) =>
    all.reduce((sum, { rates }) => sum + (rates.get(start) ?? 0), 0)
  const whole = [{ rates: own }, ...incoming.filter(({ isWhole }) => isWhole)]
  const least = common.map((start) => (wasDownBeside(start) || wasDownInPart(start) ? 0 : at(whole, start)))
  const most = common.map(
    (start) => at([{ rates: own }, ...incoming], start) + at(wasDown(start) ? beside : absent, start),
  )
  const atLeast = p95(least) ?? ownP95
  const atMost = p95(most) ?? sumOfP95
  return { p95BitsPerSecond: { atLeast, atMost }, sumOfP95, ownP95, method: 'aligned' }
}

/**
 * Share of a path's highest rate below which the path counts as down. The traffic of BGP sessions alone is less than
 * this share. Source: docs/rules/what-if.md.
 */
const DOWN_SHARE = 0.01
const STEP_MS = 300_000

/**
 * Returns a test whether one of several paths was down at a time or in an adjacent sample, because it may have gone
 * down or come back between them. A path that never carried traffic counts as down.
 */
function downIn(all: readonly { rates: LoadRates }[]): (start: number) => boolean {
  const paths = all.map(({ rates }) => ({ rates, least: DOWN_SHARE * largest(rates) }))
  return (start) =>
    paths.some(({ rates, least }) =>
      [start - STEP_MS, start, start + STEP_MS].some((near) => {
        // A missing adjacent sample is ignored because the first and last samples have only one neighbor. If the sample
        // at `start` itself is missing, this may be an outage.
        const rate = rates.get(near) ?? (near === start ? 0 : least)
        return rate < least || least === 0
      }),
    )
}

function largest(rates: LoadRates): number {
  let most = 0
  for (const rate of rates.values()) if (rate > most) most = rate
  return most
}

/** Minimum number of samples for a meaningful 95th percentile. */
const MIN_SAMPLES = 20

/** Returns the 95th percentile by nearest rank; null if there are too few samples. */
export function p95(samples: readonly number[]): number | null {
  if (samples.length < MIN_SAMPLES) return null
  // a typed array sorts a month of five-minute samples in half the time of a comparison function
  const sorted = Float64Array.from(samples).sort()
  return sorted[Math.ceil(sorted.length * 0.95) - 1] ?? null
}
