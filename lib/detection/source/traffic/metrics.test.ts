import { describe, expect, it } from 'vitest'
import type { MetricRow } from '#lib/contract/index.ts'
import { defaultSettings } from '../../model/settings.ts'
import { EMPTY_METRICS_MEMORY, mergeMetricValues } from './metrics.ts'

const AT = Date.UTC(2026, 10, 20, 3)
const row = (metric: string, average: number, dimensions: Record<string, string> = {}): MetricRow => ({
  metric,
  unit: 'BitsPerSecond',
  dimensions,
  at: AT,
  grainSeconds: 300,
  average,
  maximum: null,
  minimum: null,
  total: null,
})
const taken = (...rows: MetricRow[]) => mergeMetricValues(EMPTY_METRICS_MEMORY, rows, AT + 60_000, defaultSettings)

describe('dropped bits', () => {
  it.each<[string, MetricRow, object]>([
    [
      'of the circuit as a whole may be either path’s',
      row('QosDropBitsOutPerSecond', 9),
      { primary: { out: AT }, secondary: { out: AT } },
    ],
    ['of one path are its own', row('QosDropBitsInPerSecond', 9, { devicerole: 'Primary' }), { primary: { in: AT } }],
    ['of nothing are none', row('QosDropBitsOutPerSecond', 0), {}],
  ])('%s', (_, reported, drops) => expect(taken(reported).drops).toEqual(drops))

  it('are no rate', () => expect(taken(row('BitsOutPerSecond', 9)).rates).toEqual({}))
})
