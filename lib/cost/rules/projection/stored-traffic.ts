import { z } from 'zod'
import { circuitPaths } from '#lib/contract/index.ts'
import { forecastBases } from '../forecast/forecast-rest.ts'
import type { BilledHour } from '../usage/billed.ts'
import type { Rise } from './carried.ts'
import type { TakeOver } from './take-over.ts'
import type { Traffic } from './traffic.ts'

/** Traffic as JSON: bytes are decimal text, hours are rows, since there are hundreds of them for each circuit. */
const bytes = z.string().regex(/^\d+$/).transform(BigInt)
/** JSON has no NaN, which is what a level is while no week is known. */
const finite = z
  .number()
  .nullable()
  .transform((value) => value ?? Number.NaN)
const band = z.object({ p10: bytes, p50: bytes, p90: bytes })
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
const usage = z.object({
  from: z.number(),
  to: z.number(),
  bytes,
  atMost: bytes.nullable(),
  coveredSeconds: z.number(),
  seconds: z.number(),
  metricSeconds: z.number(),
  gaps: z.array(
    z.object({
      from: z.number(),
      to: z.number(),
      seconds: z.number(),
      atMost: bytes.nullable(),
      counted: bytes.exactOptional(),
    }),
  ),
  hours,
})
const rise = z.object({ in: z.number(), out: z.number() })
const traffic = z.object({
  toDate: usage,
  month: band.nullable(),
  basis: z.enum(forecastBases),
  words: z.string(),
  pastError: z.object({ mape: z.number().nullable(), bandHeld: z.number().nullable(), months: z.number() }),
  trend: z.object({ level: finite, perWeek: finite, spread: finite, weeks: z.number() }),
  pastMonths: z.array(bytes),
  carried: z
    .object({
      p95Mbps: z.number(),
      busiestHourMbps: z.number(),
      direction: z.enum(['in', 'out']),
      peakMbps: z.number().nullable(),
      pastHourMbps: z.number(),
      growth: z.number(),
      rise,
    })
    .nullable(),
})

const takeOver = z.object({
  takeOver: z.object({
    at: z.number(),
    isUnsure: z.boolean(),
    losses: z.array(
      z.object({
        term: z.string(),
        name: z.string().nullable(),
        path: z.enum(circuitPaths),
        direction: z.enum(['in', 'out']),
        atMostBitsPerSecond: z.number().nullable(),
        circuits: z.array(z.string()),
        rise: z.number().nullable().default(null),
      }),
    ),
  }),
})

const carriedRise = z.object({ carried: z.object({ rise }) })

/** By how much a circuit's traffic may rise, as it was stored beside it; null where that is not known. */
export const riseOfStored = (stored: unknown): Rise | null => carriedRise.safeParse(stored).data?.carried.rise ?? null

/** What a circuit must take over, as it was stored beside its traffic; null where it was not worked out. */
export const takeOverOfStored = (stored: unknown): TakeOver | null => takeOver.safeParse(stored).data?.takeOver ?? null

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
