import { z } from 'zod'
import { type BilledHour, billedSums } from '../usage/billed.ts'
import { carried, type Rise } from './carried.ts'
import { takeOver, type TakeOver } from './take-over.ts'
import { type Traffic, trafficFigures } from './traffic.ts'

/** Hundreds of rows for each of hundreds of circuits: read by hand, since a schema takes ten times as long. */
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
/** Traffic as JSON: hours are rows, since there are hundreds of them for each circuit. */
const traffic = trafficFigures.extend({ toDate: billedSums.extend({ hours }) })

const stored = { takeOver: z.object({ takeOver }), rise: z.object({ carried: carried.pick({ rise: true }) }) }

/** By how much a circuit's traffic may rise, as it was stored beside it; null where that is not known. */
export const riseOfStored = (kept: unknown): Rise | null => stored.rise.safeParse(kept).data?.carried.rise ?? null

/** What a circuit must take over, as it was stored beside its traffic; null where it was not worked out. */
export const takeOverOfStored = (kept: unknown): TakeOver | null =>
  stored.takeOver.safeParse(kept).data?.takeOver ?? null

/** Traffic as plain JSON. */
export function storedTraffic(of: Traffic): unknown {
  const { hours, ...toDate } = of.toDate
  const rows = hours.map(({ start, bytes: own, late, coveredSeconds }) => [start, own, late, coveredSeconds])
  return JSON.parse(
    JSON.stringify({ ...of, toDate: { ...toDate, hours: rows } }, (_, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    ),
  )
}

/** Traffic as it was stored; null when it is not of this form any more. */
export function trafficOfStored(stored: unknown): Traffic | null {
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
