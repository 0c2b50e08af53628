import { z } from 'zod'
import { type BilledHour, billedSumsSchema } from '../usage/billed-usage.ts'
import { carriedTrafficSchema, type TrafficRiseFactors } from './carried-traffic.ts'
import { failoverTrafficSchema, type FailoverTraffic } from './failover-traffic.ts'
import { type CircuitTrafficFigures, trafficFiguresSchema } from './projected-traffic.ts'

/**
 * One hour of stored traffic. Its fields are checked without zod, because a zod schema would take ten times as long for
 * hundreds of hours of each of hundreds of circuits.
 */
type HourRow = [start: number, bytes: string, late: string, coveredSeconds: number]
const isHourRow = (row: unknown): row is HourRow =>
  Array.isArray(row) &&
  row.length === 4 &&
  typeof row[0] === 'number' &&
  isWhole(row[1]) &&
  isWhole(row[2]) &&
  typeof row[3] === 'number'
const isWhole = (text: unknown): boolean => typeof text === 'string' && /^\d+$/.test(text)
const hours = z.custom<HourRow[]>((rows) => Array.isArray(rows) && rows.every(isHourRow))
/**
 * Stored traffic of a circuit. Each hour is an array instead of an object, because there are hundreds of hours for each
 * circuit.
 */
const traffic = trafficFiguresSchema.extend({ toDate: billedSumsSchema.extend({ hours }) })

const stored = {
  takeOver: z.object({ takeOver: failoverTrafficSchema }),
  rise: z.object({ carried: carriedTrafficSchema.pick({ rise: true }) }),
}

/** Returns the factor by which a circuit's traffic may rise within a year, from its stored traffic; null = unknown. */
export const parseStoredRise = (kept: unknown): TrafficRiseFactors | null =>
  stored.rise.safeParse(kept).data?.carried.rise ?? null

/**
 * Returns the traffic that moves to a circuit if something else fails, as it is contained in the circuit's stored
 * traffic; null = it was not computed.
 */
export const parseStoredFailoverTraffic = (kept: unknown): FailoverTraffic | null =>
  stored.takeOver.safeParse(kept).data?.takeOver ?? null

/** Converts the computed traffic of a circuit to plain JSON. */
export function convertTrafficToJson(of: CircuitTrafficFigures): unknown {
  const { hours, ...toDate } = of.toDate
  const rows = hours.map(({ start, bytes: own, late, coveredSeconds }) => [start, own, late, coveredSeconds])
  return JSON.parse(
    JSON.stringify({ ...of, toDate: { ...toDate, hours: rows } }, (_, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    ),
  )
}

/** Converts stored JSON to traffic. Returns null if an earlier version of Peerwatch stored it in another form. */
export function parseStoredTraffic(stored: unknown): CircuitTrafficFigures | null {
  const read = traffic.safeParse(stored)
  if (!read.success) return null
  let cumulative = 0n
  const known = read.data.toDate.hours.map(([start, own, later, coveredSeconds]): BilledHour => {
    const [passed, late] = [BigInt(own), later === '0' ? 0n : BigInt(later)]
    cumulative += passed + late
    return { start, bytes: passed, late, cumulative, coveredSeconds }
  })
  return { ...read.data, toDate: { ...read.data.toDate, hours: known } }
}
