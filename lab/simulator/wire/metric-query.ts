/** The parameters of a metrics query, as ARM and the batch spell them, checked. */
import { MINUTE } from '#lib/contract/time/time.ts'
import type { Context } from './context.ts'
import { ArmError } from './message.ts'
import { parseSplit, type Split } from './metric-filter.ts'
import { type Aggregation } from './metric-series.ts'

export const GRAINS: Readonly<Record<string, number>> = {
  PT1M: MINUTE,
  PT5M: 5 * MINUTE,
  PT15M: 15 * MINUTE,
  PT30M: 30 * MINUTE,
  PT1H: 60 * MINUTE,
  PT6H: 360 * MINUTE,
  PT12H: 720 * MINUTE,
  P1D: 1440 * MINUTE,
}

/** What Azure Monitor answers to a question it can't read. */
export const bad = (message: string): ArmError => new ArmError(400, 'BadRequest', message)

export interface Query {
  readonly from: number
  readonly to: number
  readonly interval: string
  readonly names: readonly string[]
  readonly aggregations: readonly Aggregation[]
  readonly split: Split
}

function time(text: string | undefined, fallback: number): number {
  const value = text ? Date.parse(text) : fallback
  if (Number.isNaN(value)) throw bad(`The time '${text}' is invalid.`)
  return value
}

/** @throws ArmError 400 */
export function queryOf(c: Context): Query {
  const get = (name: string): string | undefined => {
    for (const [key, value] of c.query) if (key.toLowerCase() === name) return value
    return undefined
  }
  const [first, last] = (get('timespan') ?? '').split('/')
  const to = time(last || get('endtime'), c.at)
  const from = time(first || get('starttime'), to - 60 * MINUTE)
  if (from >= to) throw bad('The start of the timespan must lie before its end.')
  const interval = (get('interval') ?? 'PT1M').toUpperCase()
  if (!GRAINS[interval])
    throw bad(`The interval '${interval}' is invalid. Valid are: ${Object.keys(GRAINS).join(', ')}.`)
  const asked = (get('aggregation') ?? '').split(',').filter(Boolean)
  const all: Aggregation[] = ['Average', 'Minimum', 'Maximum', 'Total', 'Count']
  const aggregations = asked.map((text) => {
    const known = all.find((a) => a.toLowerCase() === text.trim().toLowerCase())
    if (!known) throw bad(`The aggregation '${text}' is invalid. Valid are: ${all.join(', ')}.`)
    return known
  })
  const names = (get('metricnames') ?? '')
    .split(',')
    .map((n) => n.trim())
    .filter(Boolean)
  if (names.length > 20) throw bad('At most 20 metrics in one call.')
  return { from, to, interval, names, aggregations, split: parseSplit(get('$filter') ?? get('filter') ?? '') }
}
