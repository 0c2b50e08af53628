import type { CostMoney } from '#lib/contract/index.ts'
import type { MoneyBand } from '#lib/cost/api/index.ts'

type Band = Pick<MoneyBand, 'p10' | 'p50' | 'p90'>

/** Sums for each currency, as if what is added were fully correlated: a wider band than that of independent ones. */
export function sumBands(bands: readonly Band[]): Band[] {
  return [...Map.groupBy(bands, ({ p50 }) => p50.currency)].map(([currency, own]) => {
    // cents: adding amounts as they are written would add their rounding errors
    const sum = (of: (band: Band) => CostMoney): CostMoney => ({
      amount: (own.reduce((cents, band) => cents + Math.round(Number(of(band).amount) * 100), 0) / 100).toFixed(2),
      currency,
    })
    return { p10: sum(({ p10 }) => p10), p50: sum(({ p50 }) => p50), p90: sum(({ p90 }) => p90) }
  })
}
