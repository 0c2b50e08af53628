import type { CostProjection } from '#lib/contract/index.ts'
import { Decimal, type Figure, ZERO } from '#lib/cost/index.ts'

const HOUR = 3_600_000

/** What a projection's likely figure was made of; null while it had none. */
export function figureOf({ lines, forecast, month }: CostProjection): Figure | null {
  const ports = lines.filter(({ kind }) => kind === 'circuit')
  const [first] = ports
  if (!first || !forecast) return null
  const share = Decimal.sum(0, ...ports.map(({ quantity }) => quantity.p50))
  const cost = ports.reduce((sum, line) => sum.plus(new Decimal(line.unitPrice.amount).times(line.quantity.p50)), ZERO)
  return {
    // of a circuit that changed in mid-month, what its ports cost on average
    port: share.isZero() ? ZERO : cost.dividedBy(share),
    perGb: new Decimal(lines.findLast(({ kind }) => kind === 'data')?.unitPrice.amount ?? 0),
    share,
    bytes: BigInt(forecast.p50),
    hours: (Date.parse(month.to) - Date.parse(month.from)) / HOUR,
    currency: first.unitPrice.currency,
  }
}
