import {
  type CircuitHistory,
  type CircuitHistoryParameters,
  circuitPaths,
  type EpochMs,
  type PollKind,
  type ResponseOf,
} from '#lib/contract/index.ts'
import { partsOf, partsWithin, type PeriodPart, sumsOf } from '#lib/detection/index.ts'
import { circuitRates, type PieceRate } from '#lib/history/index.ts'
import { circuitPeriods, outageOf, outagesIn, type Period } from './availability-report.ts'
import { type Db, queryable } from './db.ts'
import { freshnessOf, pollsUnder, readSources } from './freshness.ts'
import { iso } from './wire.ts'

/** What the days and the rates rest on. */
const kinds: readonly PollKind[] = ['summary', 'stats']
const DAY_MS = 24 * 60 * 60_000
/** A day in pieces that a narrow picture can show. */
const PIECE_MS = 30 * 60_000

/** The last days of every circuit, day by day, and the rates of its last 24 hours: what a list shows beside the state. */
export async function getCircuitHistory(
  db: Db,
  { days }: Pick<CircuitHistoryParameters, 'days'>,
  now: EpochMs = Date.now(),
): Promise<ResponseOf<'circuitHistory'>> {
  const q = queryable(db)
  const today = now - (now % DAY_MS)
  const period = { from: today - (days - 1) * DAY_MS, to: now }
  const sources = await readSources(q)
  const outages = await outagesIn(q, period, ['circuit_down', 'path_down'])
  const circuits = await circuitPeriods(q, period, { sources, outages })
  const pathsDown = Map.groupBy(
    outages.filter(({ kind }) => kind === 'path_down'),
    ({ scope }) => scope,
  )
  const end = now - (now % PIECE_MS)
  const range = { from: end - DAY_MS, to: end }
  const rates = Map.groupBy(await circuitRates(q, { ...range, pieceMs: PIECE_MS }), ({ scope }) => scope)
  return {
    data: circuits.map(({ id, parts }) => {
      const onePath = partsOf(period, { outages: (pathsDown.get(id) ?? []).map(outageOf), unseen: [], work: [] })
      return { id, days: daysOf(period, parts, onePath), traffic: trafficOf(rates.get(id) ?? [], range) }
    }),
    asOf: iso(now),
    freshness: freshnessOf(pollsUnder(sources, kinds, now), now),
  }
}

/** Each UTC day of the period by itself, the oldest first; the last one as far as it has passed. */
function daysOf(
  { from, to }: Period,
  parts: readonly PeriodPart[],
  onePath: readonly PeriodPart[],
): CircuitHistory['days'] {
  const starts = Array.from({ length: Math.ceil((to - from) / DAY_MS) }, (_, n) => from + n * DAY_MS)
  return starts.map((start) => {
    const day = { from: start, to: Math.min(to, start + DAY_MS) }
    const { up, down, unknownMs, plannedMs } = sumsOf(partsWithin(parts, day))
    const { down: pathDown } = sumsOf(partsWithin(onePath, day))
    return {
      day: iso(start).slice(0, 10),
      seconds: (day.to - day.from) / 1_000,
      upSeconds: secondsOf(up),
      downSeconds: secondsOf(down),
      pathDownSeconds: secondsOf(pathDown),
      unknownSeconds: unknownMs / 1_000,
      plannedSeconds: plannedMs / 1_000,
    }
  })
}

const secondsOf = ({ minMs, maxMs }: { minMs: number; maxMs: number }) => ({
  atLeast: minMs / 1_000,
  atMost: maxMs / 1_000,
})

/** Both paths added up; a piece in which a path that has readings of its own has none is not known. */
export function trafficOf(rates: readonly PieceRate[], { from, to }: Period): CircuitHistory['traffic'] {
  const pieces = Math.round((to - from) / PIECE_MS)
  const paths = circuitPaths.filter((path) => rates.some((rate) => rate.path === path))
  const sums = (of: (rate: PieceRate) => number | null) => {
    const known = new Map(rates.map((rate) => [`${rate.path} ${rate.piece}`, of(rate)]))
    return Array.from({ length: pieces }, (_, piece) => {
      const both = paths.map((path) => known.get(`${path} ${piece}`) ?? null)
      return both.length === 0 || both.includes(null)
        ? null
        : Math.round(both.reduce<number>((a, b) => a + (b ?? 0), 0))
    })
  }
  return {
    from: iso(from),
    stepSeconds: PIECE_MS / 1_000,
    toAzureBitsPerSecond: sums(({ bpsIn }) => bpsIn),
    fromAzureBitsPerSecond: sums(({ bpsOut }) => bpsOut),
  }
}
