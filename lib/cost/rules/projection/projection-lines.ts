import type { CostLine } from '../../api/index.ts'
import {
  type ForecastPercentiles,
  Decimal,
  mapForecastPercentiles,
  toMoneyPercentiles,
  formatUnitPrice,
} from '../money.ts'
import type { PricedOffer } from '../prices/quote-offer.ts'
import { classifyMeter } from '../prices/price-sheet.ts'
import type { BilledUsage } from '../usage/billed-usage.ts'
import { GB_BINARY, convertBytesToGb } from '../usage/gigabyte.ts'
import { prorateMonthlyPrice, type PricedInterval } from '../usage/sold-intervals.ts'
import type { CostContext } from './circuit-input.ts'

/**
 * Number of decimals of a quantity. They are sufficient to represent one byte as a part of a GB, and a few milliseconds
 * as a part of a month.
 */
const DIGITS = 9

/**
 * Returns the lines of a month's cost in the form of a bill. Each interval in which the configuration was unchanged has
 * a line for the port and, if the plan is metered, a line for data. Measured bytes are assigned to the interval in
 * which they passed. Bytes that are estimated or forecast are assigned to the last interval.
 * @param sold intervals of the configuration within the month, with prices
 */
export function createProjectionLines(
  toDate: BilledUsage,
  bytes: ForecastPercentiles<bigint>,
  sold: readonly PricedInterval[],
  { month, gb }: Pick<CostContext, 'month' | 'gb'>,
): CostLine[] {
  return sold.flatMap((one, i) => {
    const to = one.to ?? month.to
    const passed = toDate.hours
      .filter(({ start }) => one.from <= start && start < to)
      .reduce((sum, hour) => sum + hour.bytes + hour.late, 0n)
    const isLast = i === sold.length - 1
    const inIt = mapForecastPercentiles(bytes, (total) => (isLast ? passed + total - toDate.bytes : passed))
    return [portLine({ ...one, to }, month), ...dataLine({ ...one, to }, inIt, gb.bytes)]
  })
}

/**
 * Returns the sum of the costs of all lines. The cost of each line is rounded before it is added, so that the sum
 * agrees with the amounts on the screen.
 */
export function sumLineCosts(lines: readonly CostLine[]): ForecastPercentiles<Decimal> {
  const sum = (of: keyof ForecastPercentiles<Decimal>) => Decimal.sum(0, ...lines.map(({ cost }) => cost[of].amount))
  return { p10: sum('p10'), p50: sum('p50'), p90: sum('p90') }
}

type Interval = PricedInterval & { to: number }

function portLine({ from, to, quote }: Interval, month: CostContext['month']): CostLine {
  const share = prorateMonthlyPrice(new Decimal(1), from, to, month)
  const cost = prorateMonthlyPrice(quote.port, from, to, month)
  return {
    ...commonOf('circuit', from, to, quote),
    unit: 'Months',
    unitPrice: formatUnitPrice(quote.port, quote.currency),
    quantity: quantityOf({ p10: share, p50: share, p90: share }),
    cost: toMoneyPercentiles({ p10: cost, p50: cost, p90: cost }, quote.currency),
  }
}

function dataLine({ from, to, quote }: Interval, bytes: ForecastPercentiles<bigint>, gb: number): CostLine[] {
  if (quote.plan !== 'metered') return []
  const quantity = mapForecastPercentiles(bytes, (one) => convertBytesToGb(one, gb))
  return [
    {
      ...commonOf('data', from, to, quote),
      unit: gb === GB_BINARY ? 'GiB' : 'GB',
      unitPrice: formatUnitPrice(quote.perGb, quote.currency),
      quantity: quantityOf(quantity),
      cost: toMoneyPercentiles(
        mapForecastPercentiles(quantity, (one) => one.times(quote.perGb)),
        quote.currency,
      ),
    },
  ]
}

function commonOf(kind: 'circuit' | 'data', from: number, to: number, { meters, zone }: PricedOffer) {
  const meter = meters.find(({ name }) => classifyMeter(name) === kind)
  return {
    meter: meter?.name ?? 'ExpressRoute Direct port pair',
    kind,
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    zone,
    ...(meter?.listPrice && { listUnitPrice: formatUnitPrice(meter.listPrice, meter.currency) }),
  }
}

const quantityOf = (band: ForecastPercentiles<Decimal>) =>
  mapForecastPercentiles(band, (one) => one.toDecimalPlaces(DIGITS).toFixed())
