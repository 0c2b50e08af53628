import { type CircuitPath, circuitPaths, type EpochMs } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { StoredLookupContext } from './carrying-path.ts'
import type { Period } from '#lib/history/index.ts'
import { type CircuitResource, type ReadableDatabase, getSqlExecutor } from '#lib/questions/index.ts'
import { getCircuitTraffic, readUsualTraffic } from '#lib/usage/answers/index.ts'
import type { UsualRateRange } from '#lib/usage/api/usual-band.ts'

type Traffic = StoredLookupContext['traffic'][number]
/**
 * Minimum distance from the range of usual traffic at which a mean rate counts as unusual, as a share of the nearest
 * limit of the range. It is large, because one hour in five is outside of the range anyway.
 */
const BEYOND = 0.3
/** Minimum share (0 to 1) of the period for which samples exist, for computing a mean rate. */
const MIN_SHARE = 0.5

/** Returns a circuit's traffic in a period, compared with the usual traffic at that hour of the week. */
export async function compareTrafficWithUsual(
  db: ReadableDatabase,
  { resource: { id, name }, config, peering }: CircuitResource,
  period: Period,
  now: EpochMs,
): Promise<Traffic> {
  const points = Math.max(1, Math.round((period.to - period.from) / MS_PER_MINUTE))
  const { data } = await getCircuitTraffic(db, id, { ...period, points }, now)
  const usual = await readUsualTraffic(getSqlExecutor(db), id, period.from)
  const known = usual && (usual.in || usual.out) ? { in: pair(usual.in), out: pair(usual.out) } : null
  const mean = meanOf(data.paths, period)
  return {
    circuitId: id,
    circuitName: name,
    peerings: config.peerings
      .map(({ type }) => type)
      .toSorted((a, b) => Number(b === peering?.type) - Number(a === peering?.type)),
    points: sumOf(data.paths, period),
    mean,
    usual: known,
    verdict: mean && usual ? verdictOf(mean, usual) : 'unknown',
  }
}

const pair = (band: UsualRateRange['in']): [number, number] | null => band && [Math.round(band[0]), Math.round(band[1])]

function verdictOf(mean: { in: number; out: number }, usual: UsualRateRange): Traffic['verdict'] {
  const sides = (['in', 'out'] as const).flatMap((side) => {
    const band = usual[side]
    if (!band) return []
    return mean[side] < band[0] * (1 - BEYOND) ? 'less' : mean[side] > band[1] * (1 + BEYOND) ? 'more' : 'usual'
  })
  if (sides.length === 0) return 'unknown'
  return sides.find((side) => side === 'less') ?? sides.find((side) => side === 'more') ?? 'usual'
}

type PathRates = Awaited<ReturnType<typeof getCircuitTraffic>>['data']['paths']

const middle = (low: number | null, high: number | null) => (low === null || high === null ? null : (low + high) / 2)

/** Returns the mean rates of both paths together; null if one path has samples for less than half of the period. */
function meanOf(paths: PathRates, { from, to }: Period): Traffic['mean'] {
  const means = circuitPaths.map((path) => {
    const points = paths.find((one) => one.path === path)?.points ?? []
    const sides = { in: 0, out: 0, ms: 0 }
    for (const point of points) {
      const length = Math.min(to, point.to) - Math.max(from, point.from)
      const [toAzure, fromAzure] = [middle(point.inLow, point.inHigh), middle(point.outLow, point.outHigh)]
      if (length <= 0 || toAzure === null || fromAzure === null) continue
      sides.in += toAzure * length
      sides.out += fromAzure * length
      sides.ms += length
    }
    return sides
  })
  if (means.some(({ ms }) => ms < MIN_SHARE * (to - from))) return null
  const sum = (side: 'in' | 'out') => Math.round(means.reduce((all, one) => all + one[side] / one.ms, 0))
  return { in: sum('in'), out: sum('out') }
}

/** Returns the sum of both paths' rates for each minute; null if a path has no sample in the minute. */
function sumOf(paths: PathRates, { from, to }: Period): Traffic['points'] {
  const minutes = new Map<number, Map<CircuitPath, PathRates[number]['points'][number]>>()
  for (const { path, points } of paths) {
    for (const point of points) {
      const minute = Math.floor(point.to / MS_PER_MINUTE)
      minutes.set(minute, (minutes.get(minute) ?? new Map()).set(path, point))
    }
  }
  return [...minutes]
    .toSorted(([a], [b]) => a - b)
    .map(([minute, own]) => {
      const side = (low: 'inLow' | 'outLow', high: 'inHigh' | 'outHigh') => {
        const rates = circuitPaths.map((path) => middle(own.get(path)?.[low] ?? null, own.get(path)?.[high] ?? null))
        return rates.includes(null) ? null : Math.round(rates.reduce<number>((all, rate) => all + (rate ?? 0), 0))
      }
      return { at: minute * MS_PER_MINUTE, in: side('inLow', 'inHigh'), out: side('outLow', 'outHigh') }
    })
    .filter(({ at }) => at >= from && at <= to)
}
