import { expect, it } from 'vitest'
import type { TcoRow } from '#lib/cost/api/index.ts'
import { buildExportedRows } from '../ui/table/exported-rows.ts'
import type { DataTableColumn } from '../ui/table/table-columns.ts'
import { billReconciliationColumns } from './reconcile-panel.tsx'
import { createCostReviewColumns } from './review/review-columns.tsx'
import type { CostReviewRow } from './review/review-rows.ts'
import { tcoColumns } from './tco-rows.tsx'

const eur = (amount: string) => ({ amount, currency: 'EUR' })
const chf = (amount: string) => ({ amount, currency: 'CHF' })
const view = { title: 't', time: null, address: 'http://127.0.0.1/', now: 0 }

/** Returns the only row of an exported file, by header. */
function exported<Row>(columns: readonly DataTableColumn<Row>[], row: Row): Record<string, unknown> {
  const [header = [], values = []] = buildExportedRows(columns, [row], view)
  return Object.fromEntries(header.map((name, i) => [name, values[i]]))
}

it('a review’s file has the currency of each amount', () => {
  const circuit = {
    circuitId: 'a',
    name: 'a',
    plan: 'metered',
    bandwidthMbps: null,
    costToDate: eur('12.50'),
    options: [{ current: true, p10: eur('10.00'), p50: eur('20.00'), p90: eur('30.00') }],
    recommendation: {
      action: 'switch',
      to: null,
      reason: 'because',
      asks: [],
      plan: [],
    },
    pastError: { bandHeld: 0.9, mape: 0.02, months: 64 },
    reviewed: {
      saving: { p10: eur('4.00'), p50: eur('5.00'), p90: eur('6.00') },
      change: null,
      peak: { mbps: 150, share: 0.75, loss: null, isAtLeast: false, isNearlyFull: false },
    },
    place: 0,
    caveats: ['Only 84 % of the month so far was measured.', 'It is linked to no gateway.'],
  } as unknown as CostReviewRow
  const variance = [{ circuitId: 'a', from: null, to: null, difference: chf('-3.00'), parts: [] }]
  expect(
    exported(createCostReviewColumns({ variance, comparedWith: '2026-W46', decisions: [] } as never), circuit),
  ).toMatchObject({
    'Estimated so far': 12.5,
    'Estimated so far, currency': 'EUR',
    Reason: 'because',
    Caveats: 'Only 84 % of the month so far was measured. It is linked to no gateway.',
    'Saves a month, p50': 5,
    'Saves a month, p50, currency': 'EUR',
    'Peak on one path after the change (Mb/s)': 150,
    'Peak on one path after the change (share)': 0.75,
    'Past bands that held (share)': 0.9,
    'This month, p10': 10,
    'This month, p50': 20,
    'This month, p50, currency': 'EUR',
    'This month, p90': 30,
    'Change from W46’s forecast of 2026-11': -3,
    'Change from W46’s forecast of 2026-11, currency': 'CHF',
  })
})

it('a reconciliation’s file has the currencies of both sides', () => {
  const row = {
    resource: { name: 'a' },
    meter: {
      meter: 'data',
      projected: eur('1.00'),
      billed: chf('2.00'),
      difference: null,
      parts: [{ reason: 'tax', amount: chf('0.10'), words: 'tax' }],
    },
  } as never
  expect(exported(billReconciliationColumns, row)).toMatchObject({
    Forecast: 1,
    'Forecast, currency': 'EUR',
    Billed: 2,
    'Billed, currency': 'CHF',
    Difference: null,
    'Difference, currency': null,
    Reason: '0.10 CHF tax',
  })
})

it('the whole cost’s file has one currency a row', () => {
  const row = { kind: 'circuit', name: 'a', quantity: '1', unit: 'month', unitPrice: eur('5.00'), cost: eur('5.00') }
  expect(exported(tcoColumns, row as unknown as TcoRow)).toMatchObject({
    'Unit price': 5,
    Cost: 5,
    Currency: 'EUR',
  })
})
