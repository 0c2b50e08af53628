import type { CircuitPath, PeeringType } from '#lib/contract/index.ts'
import type { WhatIfLoad, WhatIfPath, WhatIfRow } from '../../api/index.ts'
import { partition } from './partition.ts'

/** Rates of one path in one direction: bit/s by the start of each 5 minutes that was measured as a whole. */
export type LoadRates = ReadonlyMap<number, number>

/** A path that carries something, and in which direction. */
export interface LoadCarrier {
  circuit: string
  path: CircuitPath
  direction: WhatIfLoad['direction']
}

export const carrierKey = ({ circuit, path, direction }: LoadCarrier): string => `${circuit}/${path}/${direction}`

/** Traffic that leaves a path, and which paths it may go to. */
export interface LoadShift {
  from: LoadCarrier
  to: readonly LoadCarrier[]
  /** all of it goes to the one path of `to` */
  isWhole: boolean
}

/**
 * Which traffic goes elsewhere, by the rows of a what-if on private peering: from Azure by the gateways' rows, to Azure by those of the customer's
 * side. How much of a path's traffic belongs to one prefix is not measured.
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
    // a path that joins the best ones takes its share of what they carry
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

/** A row with what each of its paths asks of it: one that hundreds of circuits announce has as many before as after. */
interface Followed {
  row: WhatIfRow
  /** keys of the paths after */
  kept: ReadonlySet<string>
  /** paths after that it did not have before */
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

/** What traffic may go to, by {@link carrierKey}, with all that may come to it: a loss of thousands of paths has as many of either. */
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

/** Samples of which both paths need this share in common. Source: docs/rules/what-if.md. */
const COMMON = 0.8

/** A path of a circuit that shares a gateway with others, so that the traffic of one may be on another one while it is down. */
interface BesidePath extends Pick<LoadCarrier, 'circuit' | 'path'> {
  /** no route uses it now in the direction, so that its traffic is on other paths */
  isAbsent: boolean
}

/** Paths of circuits that share a gateway with a circuit; the result may contain the circuit's own paths. */
export type BesideOf = (circuit: string, direction: LoadCarrier['direction']) => readonly BesidePath[]

const NO_BESIDE: BesideOf = () => []

/** Returns all carriers whose rates the loads of shifts depend on, each once. */
export function findLoadCarriers(shifts: readonly LoadShift[], besideOf: BesideOf): LoadCarrier[] {
  const moving = shifts.filter(({ to }) => to.length > 0)
  const own = moving.flatMap(({ from, to }) => [from, ...to])
  const beside = own.flatMap(({ circuit, direction }) =>
    besideOf(circuit, direction).map(({ isAbsent: _, ...path }) => ({ ...path, direction })),
  )
  return [...new Map([...own, ...beside].map((one) => [carrierKey(one), one])).values()]
}

/**
 * What each path that takes traffic over would carry. With enough common samples the sum is taken at each time: the traffic of a path that is
 * lost goes to its successors, so that at any time a successor carries at least what is certain to come and at the most all that may. Paths that
 * are down now, and all paths beside at times when one of those of the load was down, count towards the most. Without common samples the p95 are added, which bounds
 * nothing in either direction.
 */
export function loadsOf(
  shifts: readonly LoadShift[],
  ratesOf: (carrier: LoadCarrier) => LoadRates,
  bandwidthOf: (circuit: string) => number | null,
  { peering = 'private', besideOf = NO_BESIDE }: { peering?: PeeringType; besideOf?: BesideOf } = {},
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
 * Counts the paths that moving traffic would fill beyond their bandwidth. The p95 of the traffic that may come, and of the paths beside that are
 * down now, are added to the path's own p95. The sum is an estimate that bounds nothing.
 * @param p95Of bit/s; null = too little was measured
 * @returns null = it is known of no path that takes anything over
 */
export function saturatedPaths(
  shifts: readonly LoadShift[],
  p95Of: (carrier: LoadCarrier) => number | null,
  bandwidthOf: (circuit: string) => number | null,
  besideOf: BesideOf = NO_BESIDE,
): number | null {
  const successors = successorsIn(shifts)
  const known = [...successors.values()].flatMap(({ carrier, incoming }) => {
    const more = incoming.map(({ from }) => p95Of(from))
    const [own, mbps] = [p95Of(carrier), bandwidthOf(carrier.circuit)]
    if (own === null || mbps === null || more.includes(null)) return []
    const down = absentBeside([carrier, ...incoming.map(({ from }) => from)], besideOf)
    const parts = [...more, ...down.map(p95Of)]
    return [parts.reduce<number>((sum, one) => sum + (one ?? 0), own) > mbps * 1e6]
  })
  return known.length === 0 && successors.size > 0 ? null : known.filter(Boolean).length
}

/**
 * Returns the carriers beside that are down now, each once.
 * @param own carriers that a load already counts
 */
export function absentBeside(own: readonly LoadCarrier[], besideOf: BesideOf): LoadCarrier[] {
  const counted = new Set(own.map(carrierKey))
  const absent = own.flatMap(({ circuit, direction }) =>
    besideOf(circuit, direction).flatMap(({ isAbsent, ...path }) => (isAbsent ? [{ ...path, direction }] : [])),
  )
  return [...new Map(absent.map((one) => [carrierKey(one), one])).values()].filter(
    (one) => !counted.has(carrierKey(one)),
  )
}

/** @param own carriers that a load already counts */
function besideRates(
  own: readonly LoadCarrier[],
  besideOf: BesideOf,
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

/** Rates of a path beside, whose traffic may be on the paths of a load. */
interface BesideRates extends Pick<BesidePath, 'isAbsent'> {
  rates: LoadRates
}

/** What something would carry with what comes to it. */
type Figure = Pick<WhatIfLoad, 'p95BitsPerSecond' | 'sumOfP95' | 'ownP95' | 'method'>

/**
 * The p95 of what something would carry: its own, what certainly comes as a whole, and what may come. While a path was down, its traffic was on
 * other ones, so that all of them count towards the most, and towards the least only those whose traffic all comes.
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

/** Part of its highest rate below which a path counts as down: sessions alone need less. Source: docs/rules/what-if.md. */
const DOWN_SHARE = 0.01
const STEP_MS = 300_000

/**
 * Returns whether one of several paths was down at a time or in one of the samples next to it, in which it may have gone down or come back. A
 * path that never carried anything counts as down.
 */
function downIn(all: readonly { rates: LoadRates }[]): (start: number) => boolean {
  const paths = all.map(({ rates }) => ({ rates, least: DOWN_SHARE * largest(rates) }))
  return (start) =>
    paths.some(({ rates, least }) =>
      [start - STEP_MS, start, start + STEP_MS].some((near) => {
        // the first and the last sample have no neighbor, but a sample that lacks may be an outage
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

/** Fewer samples have no 95th percentile that says anything. */
const MIN_SAMPLES = 20

/** The 95th percentile by nearest rank; null = too few samples. */
export function p95(samples: readonly number[]): number | null {
  if (samples.length < MIN_SAMPLES) return null
  // sorts a month of five minutes in half of the time that a comparison of ours takes
  const sorted = Float64Array.from(samples).sort()
  return sorted[Math.ceil(sorted.length * 0.95) - 1] ?? null
}
